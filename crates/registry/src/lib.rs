//! Who and what exists, and under which rules: the registry in which the wings meet.

pub mod identity;
pub mod people;
pub mod rules;
pub mod trade;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [identity::STATEMENTS, people::STATEMENTS, trade::STATEMENTS, rules::STATEMENTS].concat()
}
