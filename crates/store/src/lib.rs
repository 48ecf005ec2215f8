//! The room `store` of the house (see ARCHITECTURE.md).
