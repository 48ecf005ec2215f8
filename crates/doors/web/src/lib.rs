//! The room `web` of the house (see ARCHITECTURE.md).
