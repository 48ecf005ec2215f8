//! The room `trace` of the house (see ARCHITECTURE.md).

pub mod epcis;
