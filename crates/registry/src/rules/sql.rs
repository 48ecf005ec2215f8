//! All SQL of rule packs and the calendar.

store::statements! {
    PACK_ADD = "insert into rule_pack (id, code, version, effective_from, body, sha256, adopted_by, adopted_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    PACKS = "select id, body, effective_from, sha256, adopted_at from rule_pack order by effective_from, adopted_at, id";
    DAY_SET = "insert into calendar_day (day, working, source) values ($1, $2, $3) on conflict (day) do update set working = excluded.working, source = excluded.source";
    DAYS = "select day, working from calendar_day";
    BUMP = "update rules_version set n = $1 where one = 1";
    VERSION = "select n from rules_version where one = 1";
}
