//! The room `cli` of the house (see ARCHITECTURE.md).
