//! The room `risk` of the house (see ARCHITECTURE.md).
