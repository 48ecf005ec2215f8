//! All SQL of indicators: their own small tables, and the ledger that they are folded from.

use std::fmt::Write;

store::statements! {
    CURSOR = "select seq, closed_month, catalogue from indicator_cursor where one = 1";
    /// The same, and whoever folds next waits until this fold has ended.
    CURSOR_TAKE = "update indicator_cursor set seq = seq where one = 1 returning seq, closed_month, catalogue";
    CURSOR_SET = "update indicator_cursor set seq = $1, closed_month = $2, catalogue = $3 where one = 1";
    FORGET_CELLS = "delete from indicator_cell";
    FORGET_CASES = "delete from indicator_case";
    AFTER = "select seq, at, kind, subject, actor, unit, body from ledger where seq > $1 order by seq limit $2";
    AT_OF = "select at from ledger where seq = $1";
    CELL = "select num, den, weight, spread from indicator_cell where indicator = $1 and version = $2 and month = $3 and unit = $4 and grp = $5";
    CELL_SET = "insert into indicator_cell (indicator, version, month, unit, grp, num, den, weight, spread, frozen, f_num, f_den, f_weight, f_spread) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, $11) on conflict (indicator, version, month, unit, grp) do update set num = excluded.num, den = excluded.den, weight = excluded.weight, spread = excluded.spread";
    FREEZE = "update indicator_cell set frozen = true, f_num = num, f_den = den, f_weight = weight, f_spread = spread where frozen = false and month <= $1";
    CELLS = "select month, unit, grp, num, den, weight, spread, frozen, f_num, f_den, f_weight, f_spread from indicator_cell where indicator = $1 and version = $2 and month >= $3 and month <= $4 order by month, unit, grp";
    ALL_CELLS = "select indicator, version, month, unit, grp, num, den, weight, spread, frozen, f_num, f_den, f_weight, f_spread from indicator_cell order by indicator, version, month, unit, grp";
    ALL_CASES = "select space, key, state from indicator_case order by space, key";
    FIRST_MONTH = "select min(month) from indicator_cell where indicator = $1 and den > 0";
    GRANTS = "select key, state from indicator_case where space = 'grants' order by key";
    CASE = "select state from indicator_case where space = $1 and key = $2";
    TARGET_SET = "insert into indicator_target (indicator, from_day, milli, reason, set_by, set_at) values ($1, $2, $3, $4, $5, $6) on conflict (indicator, from_day) do update set milli = excluded.milli, reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at";
    TARGET = "select milli from indicator_target where indicator = $1 and from_day <= $2 order by from_day desc limit 1";
    TARGETS = "select indicator, milli from indicator_target where from_day <= $1 order by indicator, from_day";
    TARGETS_OF = "select from_day, milli, reason, set_by, set_at from indicator_target where indicator = $1 order by from_day desc limit 50";
    CARDS_OF = "select unit, body from indicator_card where indicator = $1 order by unit";
    CARDS = "select indicator, body from indicator_card where unit = $1 order by indicator";
    CARD_ADD = "insert into indicator_card (unit, indicator, body) values ($1, $2, $3)";
    CARDS_DROP = "delete from indicator_card where indicator = $1";
    FRESH = "select indicator, version, month from indicator_fresh where stale = false";
    FRESH_SET = "insert into indicator_fresh (indicator, version, month, stale) values ($1, $2, $3, false) on conflict (indicator) do update set version = excluded.version, month = excluded.month, stale = false";
    FRESH_FORGET = "delete from indicator_fresh";
    STALE = "update indicator_fresh set stale = true where indicator = $1";
    PEER_SET = "insert into peer_group (unit, name, since) values ($1, $2, $3) on conflict (unit) do update set name = excluded.name, since = excluded.since";
    PEER_OF = "select name from peer_group where unit = $1";
    PEERS = "select unit, name from peer_group order by unit";
}

/// Keys of one query for cases.
pub(crate) const KEYS: usize = 200;

/// Reads stored cases of a space by `n` keys; `$1` is the space.
pub(crate) fn cases(n: usize) -> String {
    let mut sql = String::from("select key, state from indicator_case where space = $1 and key in (");
    list(&mut sql, n, 2);
    sql.push(')');
    sql
}

/// Stores `n` cases.
pub(crate) fn store_cases(n: usize) -> String {
    let mut sql = String::from("insert into indicator_case (space, key, state) values ");
    for i in 0..n {
        let at = i * 3;
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(sql, "{comma}(${},${},${})", at + 1, at + 2, at + 3);
    }
    sql.push_str(" on conflict (space, key) do update set state = excluded.state");
    sql
}

/// Facts of `n` kinds in order; `$1` is the number before the first, `$2` the number after the last, `$3` how many.
pub(crate) fn facts(n: usize) -> String {
    let mut sql = String::from(
        "select seq, at, kind, subject, actor, unit, body from ledger where seq > $1 and seq < $2 and kind in (",
    );
    list(&mut sql, n, 4);
    sql.push_str(") order by seq limit $3");
    sql
}

fn list(sql: &mut String, n: usize, from: usize) {
    for i in 0..n {
        let _ = write!(sql, "{}${}", if i == 0 { "" } else { "," }, from + i);
    }
}
