//! The room `kernel` of the house (see ARCHITECTURE.md).
