//! The traceability engine: who supplied whom, where a lot came from and where it went.
pub mod genealogy;
pub mod score;
