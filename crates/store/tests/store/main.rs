//! Stories of the store, each on SQLite and on PostgreSQL.

mod backup;
mod common;
mod document;
mod job;
mod ledger;
mod statements;
mod tamper;
