//! The room `forms` of the house (see ARCHITECTURE.md).
