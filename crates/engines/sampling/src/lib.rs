//! The room `sampling` of the house (see ARCHITECTURE.md).
