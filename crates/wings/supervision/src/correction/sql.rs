//! All SQL of corrections.

/// The fourteen columns of a correction.
macro_rules! columns {
    ($rest:literal) => {
        concat!("select id, no, notification, plant, branch, hazard, cause, stage, rule_version, opened_at, due_at, plan, planned_at, verified_at from correction ", $rest)
    };
}

store::statements! {
    /// Rules, hazard, plant, and the branch that handled the first attributed lot.
    SUBJECT = "select n.rule_version, n.hazard_category, n.plant, d.branch from notification n join attributed_lot a on a.notification = n.id join lot l on l.id = a.lot join declaration d on d.id = l.declaration where n.id = $1 order by a.lot limit 1";
    OPERATOR = "select p.operator from correction c left join plant p on p.id = c.plant where c.id = $1";
    INTEREST = "select 1 from interest where officer = $1 and operator = $2";
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    ADD = "insert into correction (id, no, notification, plant, branch, hazard, cause, stage, rule_version, opened_at, due_at, plan) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')";
    ONE = columns!("where id = $1");
    AT = columns!("where stage = $1 and (due_at, id) > ($2, $3) order by due_at, id limit $4");
    OF_NOTIFICATION = columns!("where notification = $1 order by opened_at, id limit 50");
    PLAN = "update correction set stage = 'planned', plan = $2, planned_by = $3, planned_at = $4, due_at = $5, visit = $6 where id = $1 and stage = 'asked'";
    VISIT_PLANNED = "select visit from correction where id = $1";
    VERIFIED = "update correction set stage = 'verified', verified_at = $2 where id = $1 and stage = 'planned'";
    BACK = "update correction set stage = 'asked', due_at = $2 where id = $1 and stage = 'planned'";
    VISIT_ADD = "insert into correction_visit (id, correction, passed, finding, by_officer, at) values ($1, $2, $3, $4, $5, $6)";
    VISITS = "select passed, finding, by_officer, at from correction_visit where correction = $1 order by at, id limit 100";
}
