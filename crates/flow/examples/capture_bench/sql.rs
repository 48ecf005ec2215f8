//! The bare table beside which captures are measured: a number and bytes, nothing else.

pub(super) const CREATE: &str = "create table bare (seq bigint primary key, body bytea not null)";
pub(super) const INSERT: &str = "insert into bare (seq, body) values ($1, $2)";
