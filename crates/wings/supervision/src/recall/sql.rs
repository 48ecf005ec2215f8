//! All SQL of recalls.

/// The eighteen columns of a recall.
macro_rules! columns {
    ($rest:literal) => {
        concat!("select id, no, notification, operator, plant, branch, class, hazard, reason, stage, rule_version, opened_by, opened_at, start_due_at, started_at, plan, closed_at, summary from recall ", $rest)
    };
}

store::statements! {
    LOT = "select l.lot_no, l.milli, l.unit_code, d.id, d.operator, d.plant, d.branch, d.stage, (select s.outcome from settlement s where s.lot = l.id and s.ended_at is null and s.outcome in ('release', 'return', 'destroy') limit 1), d.market, d.no from lot l join declaration d on d.id = l.declaration where l.id = $1";
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    ADD = "insert into recall (id, no, notification, operator, plant, branch, class, hazard, reason, stage, rule_version, opened_by, opened_at, start_due_at, plan, summary) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'opened', $10, $11, $12, $13, '', '')";
    LINE_ADD = "insert into recall_line (id, recall, n, lot, lot_no, declaration, consignee, milli, unit_code, held) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LINE_CUT = "update recall_line set milli = milli - $2 where id = $1 and milli > $2";
    LINE_LAST = "select coalesce(max(n), 0) from recall_line where recall = $1";
    ONE = columns!("where id = $1");
    LOCK = "update recall set stage = stage where id = $1";
    AT = columns!("where stage = $1 and (start_due_at, id) > ($2, $3) order by start_due_at, id limit $4");
    NEWEST = columns!("where (opened_at, id) < ($1, $2) order by opened_at desc, id desc limit $3");
    COUNT_AT = "select count(*) from (select 1 from recall where stage = $1 limit $2) x";
    OF_NOTIFICATION = columns!("where notification = $1 order by opened_at, id limit 50");
    LINES = "select r.id, r.n, r.lot, r.lot_no, r.declaration, r.consignee, r.milli, r.unit_code, r.held, (select count(*) from settlement s where s.lot = r.lot and s.ended_at is null and s.outcome in ('release', 'return', 'destroy')), (select count(*) from settlement h where h.lot = r.lot and h.origin = 'recall' and h.ended_at is null), r.told_at, (select cast(coalesce(sum(a.milli), 0) as bigint) from recall_account a where a.line = r.id), (select cast(coalesce(sum(a.milli), 0) as bigint) from recall_account a where a.line = r.id and a.estimated), (select c.effective from recall_check c where c.line = r.id order by c.at desc, c.id desc limit 1) from recall_line r where r.recall = $1 order by r.n limit 2000";
    LINE = "select recall from recall_line where id = $1";
    START = "update recall set stage = 'started', started_at = $2, plan = $3 where id = $1 and stage = 'opened'";
    TELL = "update recall_line set told_at = $2, consignee = $3 where id = $1 and told_at is null";
    ACCOUNT_ADD = "insert into recall_account (id, recall, line, how, milli, estimated, evidence, by_officer, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    CHECK_ADD = "insert into recall_check (id, recall, line, effective, finding, by_officer, at) values ($1, $2, $3, $4, $5, $6, $7)";
    CHECKS = "select line, effective, finding, by_officer, at from recall_check where recall = $1 order by at, id limit 2000";
    CLOSE = "update recall set stage = 'closed', closed_by = $2, closed_at = $3, summary = $4 where id = $1 and stage = 'started'";
}
