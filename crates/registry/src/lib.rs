//! The room `registry` of the house (see ARCHITECTURE.md).
