//! The traceability engine: events in the world's standard, who supplied whom, where a lot came
//! from and where it went.

pub mod epcis;
pub mod genealogy;
pub mod score;
