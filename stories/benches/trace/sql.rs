//! The table of the bare loop.

pub(crate) const CREATE: &str = "create table bare (id bigint primary key, body text not null)";
pub(crate) const INSERT: &str = "insert into bare (id, body) values ($1, $2)";
