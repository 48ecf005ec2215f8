//! Stories of the repository of visibility events, each on SQLite and on PostgreSQL.

mod common;
mod examples;
mod finding;
mod keeping;
