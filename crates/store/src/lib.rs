//! Where rows and facts are kept: one transaction type over SQLite and PostgreSQL, the
//! append-only ledger, jobs that outlive a crash, and content-addressed documents.

mod backup;
mod browse;
mod db;
pub mod document;
mod export;
mod fault;
pub mod job;
pub mod key;
pub mod ledger;
pub mod request;
mod row;
mod sqlite;
mod tx;
mod value;

pub use backup::{backup, restore};
pub use db::{Committed, Db, Engine};
pub use row::{FromCol, Row};
pub use tx::Tx;
pub use value::Val;

/// Declares the SQL of one mechanism: a constant a statement, and the list that a test
/// prepares on both engines.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)+
        /// Every statement of this mechanism, by name.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $sql)),+];
    };
}

/// A list of values to bind, in the order of `$1`, `$2` …
#[macro_export]
macro_rules! vals {
    ($($v:expr),* $(,)?) => { vec![$($crate::Val::from($v)),*] };
}

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [ledger::STATEMENTS, job::STATEMENTS, document::STATEMENTS, key::STATEMENTS, request::STATEMENTS].concat()
}
