//! The same indicators as SQL over the ledger, on both engines, and the reading of the ledger itself.

/// Of RC23 the nonconforming consignments among those inspected, of SV02 the ones settled in their promised time among
/// those accepted, by unit and month, with the JSON functions of SQLite.
pub(crate) const IN_SQLITE: [(&str, &str); 2] = [
    (
        "RC23",
        "select unit, strftime('%Y-%m', at / 1000000 + 28800, 'unixepoch'), sum(json_extract(body, '$.conforming') = 0), count(*) from ledger where kind = 'inspection.result_recorded' group by 1, 2",
    ),
    (
        "SV02",
        "with accepted as (select json_extract(body, '$.declaration') as d, unit, min(json_extract(body, '$.due_at')) as due from ledger where kind = 'declaration.accepted' group by 1, 2), settled as (select json_extract(body, '$.declaration') as d, max(at) as at from ledger where kind = 'release.settled' and json_extract(body, '$.complete') = 1 group by 1) select unit, strftime('%Y-%m', due / 1000000 + 28800, 'unixepoch'), count(case when settled.at <= due then 1 end), count(*) from accepted left join settled on settled.d = accepted.d group by 1, 2",
    ),
];
/// The same with those of PostgreSQL.
pub(crate) const IN_POSTGRES: [(&str, &str); 2] = [
    (
        "RC23",
        "select unit, to_char(to_timestamp(at / 1000000) at time zone 'Asia/Shanghai', 'YYYY-MM'), cast(sum(case when body::json ->> 'conforming' = 'false' then 1 else 0 end) as bigint), count(*) from ledger where kind = 'inspection.result_recorded' group by 1, 2",
    ),
    (
        "SV02",
        "with accepted as (select body::json ->> 'declaration' as d, unit, min(cast(body::json ->> 'due_at' as bigint)) as due from ledger where kind = 'declaration.accepted' group by 1, 2), settled as (select body::json ->> 'declaration' as d, max(at) as at from ledger where kind = 'release.settled' and body::json ->> 'complete' = 'true' group by 1) select unit, to_char(to_timestamp(due / 1000000) at time zone 'Asia/Shanghai', 'YYYY-MM'), count(case when settled.at <= due then 1 end), count(*) from accepted left join settled on settled.d = accepted.d group by 1, 2",
    ),
];
/// What the fold keeps of an indicator.
pub(crate) const KEPT: &str =
    "select cast(sum(num) as bigint), cast(sum(den) as bigint) from indicator_cell where indicator = $1";
/// The ledger as it is stored.
pub(crate) const STORED: &str =
    "select seq, at, kind, subject, actor, unit, body from ledger where seq > $1 order by seq limit 5000";
