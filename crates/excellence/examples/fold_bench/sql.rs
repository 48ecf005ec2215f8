//! The same indicator as SQL over the ledger, to measure the fold against.

/// Batch nonconformity by unit and month, with the JSON functions of SQLite.
pub(crate) const NONCONFORMING: &str = "select lower(hex(unit)), strftime('%Y-%m', at / 1000000 + 28800, 'unixepoch'), \
 sum(json_extract(body, '$.conforming') = 0), count(*) from ledger where kind = 'inspection.result_recorded' group by 1, 2";

/// Release time: pairs each acceptance with its settlement and takes the hours.
pub(crate) const RELEASE_TIME: &str = "select lower(hex(s.unit)), strftime('%Y-%m', s.at / 1000000 + 28800, 'unixepoch'), \
 count(*), avg((s.at - a.at) / 3600000000.0) from ledger s join (select json_extract(body, '$.declaration') d, \
 min(at) at from ledger where kind = 'declaration.accepted' group by 1) a on a.d = json_extract(s.body, '$.declaration') \
 where s.kind = 'release.settled' and json_extract(s.body, '$.complete') = 1 group by 1, 2";

/// How many facts there are.
pub(crate) const COUNT: &str = "select count(*) from ledger";
