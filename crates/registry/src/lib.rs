//! Who and what exists, and under which rules: the registry in which the wings meet.

pub mod find;
pub mod identity;
pub mod people;
mod reach;
pub mod rules;
pub mod trade;

pub use reach::{over_branch, over_bureau};

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [find::STATEMENTS, identity::STATEMENTS, people::STATEMENTS, trade::STATEMENTS, rules::STATEMENTS]
        .concat()
}
