//! Excellence: indicators folded from the ledger, and the brands that they carry from a promise to a standing rule.
//!
//! This crate reads what happened and nothing else: it knows no wing, and asks the registry only for units, rule
//! packs and the calendar.

pub mod balance;
pub mod brand;
pub mod caf;
pub mod challenge;
mod decide;
pub mod indicator;
pub mod practice;
pub mod standing_rule;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        indicator::STATEMENTS,
        balance::STATEMENTS,
        brand::STATEMENTS,
        challenge::STATEMENTS,
        practice::STATEMENTS,
        standing_rule::STATEMENTS,
    ]
    .concat()
}
