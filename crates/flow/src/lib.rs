//! The room `flow` of the house (see ARCHITECTURE.md).
