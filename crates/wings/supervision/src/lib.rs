//! The room `supervision` of the house (see ARCHITECTURE.md).
