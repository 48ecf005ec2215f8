//! The room `api` of the house (see ARCHITECTURE.md).
