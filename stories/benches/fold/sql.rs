//! The same indicator as SQL over the ledger, on both engines, and the reading of the ledger itself.

/// Nonconforming consignments by unit and month, with the JSON functions of SQLite.
pub(crate) const RC23_SQLITE: &str = "select unit, strftime('%Y-%m', at / 1000000 + 28800, 'unixepoch'), sum(json_extract(body, '$.conforming') = 0), count(*) from ledger where kind = 'inspection.result_recorded' group by 1, 2";
/// The same with those of PostgreSQL.
pub(crate) const RC23_POSTGRES: &str = "select unit, to_char(to_timestamp(at / 1000000) at time zone 'Asia/Shanghai', 'YYYY-MM'), cast(sum(case when body::json ->> 'conforming' = 'false' then 1 else 0 end) as bigint), count(*) from ledger where kind = 'inspection.result_recorded' group by 1, 2";
/// What the fold keeps of it.
pub(crate) const KEPT: &str =
    "select cast(sum(num) as bigint), cast(sum(den) as bigint) from indicator_cell where indicator = 'RC23'";
/// The ledger as it is stored.
pub(crate) const STORED: &str =
    "select seq, at, kind, subject, actor, unit, body from ledger where seq > $1 order by seq limit 5000";
