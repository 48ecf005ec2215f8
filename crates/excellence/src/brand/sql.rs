//! All SQL of brands, gates, grades and help plans.

store::statements! {
    ADD = "insert into brand (id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, changed_at, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, null, null, false, false, $17, $18, $18, '')";
    ONE = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where id = $1";
    BY_CODE = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where code = $1";
    AFTER = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where code > $1 order by code limit $2";
    OF_UNIT = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where unit = $1 order by code limit 200";
    LIVING = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where stage in ('proposed', 'creating', 'passed', 'ruled') order by code limit 1000";
    UNDECIDED = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where stage = 'passed' and decide_due <= $1 order by decide_due, code limit 200";
    STAGE_SET = "update brand set stage = $3, reason = $4, changed_at = $5 where id = $1 and stage = $2";
    CHARTERED = "update brand set stage = 'creating', revision = $2, gate_due = $3, changed_at = $4 where id = $1";
    GATED = "update brand set stage = $2, gate_due = $3, decide_due = $4, changed_at = $5 where id = $1";
    PROLONGED = "update brand set prolonged = true, decide_due = $2, reason = $3, changed_at = $4 where id = $1 and prolonged = false";
    /// A brand that came to its end before it passed goes on once more.
    EXTENDED = "update brand set prolonged = true, prolonged_to = $2, gate_due = $3, reason = $4, changed_at = $5 where id = $1 and prolonged = false and stage = 'creating'";
    TITLED = "update brand set title = true, title_review_on = $2, changed_at = $3 where id = $1";
    UNTITLED = "update brand set title = false, title_review_on = null, reason = $2, changed_at = $3 where id = $1 and title = true";
    GATES_DUE = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where stage = 'creating' and gate_due <= $1 order by gate_due, code limit 200";
    ENDED = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where stage = 'creating' and coalesce(prolonged_to, ends_on) < $1 order by code limit 200";
    TITLES_DUE = "select id, code, unit, family, mechanism, name_zh, name_en, promise, problem, beneficiary, core_work, indicator, starts_on, ends_on, stage, baseline_months, revision, gate_due, decide_due, prolonged, title, proposed_by, proposed_at, reason, title_review_on, prolonged_to from brand where title = true and (title_review_on is null or title_review_on <= $1) order by code limit 200";
    PEER_ADD = "insert into brand_peer (brand, unit, at) values ($1, $2, $3) on conflict do nothing";
    PEERS = "select unit from brand_peer where brand = $1 order by at, unit";
    CHARTER_ADD = "insert into brand_charter (brand, revision, body, sha256, gate, decided_by, at) values ($1, $2, $3, $4, $5, $6, $7)";
    CHARTER_LAST = "select revision, body, sha256, at from brand_charter where brand = $1 order by revision desc limit 1";
    CHARTER_FIRST = "select at from brand_charter where brand = $1 order by revision limit 1";
    TASKS_FORGET = "delete from brand_task where brand = $1 and reported_at is null";
    TASK_LAST = "select coalesce(max(no), 0) from brand_task where brand = $1";
    TASK_ADD = "insert into brand_task (brand, no, quarter, what, reported_at, reported_by, note, facts) values ($1, $2, $3, $4, null, null, '', '')";
    TASK_REPORT = "update brand_task set reported_at = $3, reported_by = $4, note = $5, facts = $6 where brand = $1 and no = $2 and reported_at is null";
    TASKS = "select no, quarter, what, reported_at, note, facts from brand_task where brand = $1 order by no";
    FACT = "select unit from ledger where seq = $1";
    GATE_ADD = "insert into gate (id, brand, outcome, own_milli, users_milli, superior_milli, weighted_milli, effect, guards, note, due_at, held_by, held_at, rule_version, reviewers) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    GATES = "select id, outcome, own_milli, users_milli, superior_milli, weighted_milli, effect, guards, note, due_at, held_at, rule_version, reviewers from gate where brand = $1 order by held_at, id";
    GATE_LAST = "select id, outcome from gate where brand = $1 order by held_at desc, id desc limit 1";
    GRADE_ADD = "insert into unit_grade (unit, mechanism, grade, evidence, view, at) values ($1, $2, $3, $4, $5, $6)";
    GRADE_LAST = "select grade, at from unit_grade where unit = $1 and mechanism = $2 order by at desc limit 1";
    GRADES = "select unit, mechanism, grade, at from unit_grade order by unit, mechanism, at";
    PLAN_ADD = "insert into help_plan (id, unit, helper, mechanism, causes, actions, regrade_on, unit_view, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Plans of help whose day of another grade has come, and that were not graded again since.
    REGRADES_DUE = "select p.unit, p.mechanism, p.at, p.regrade_on from help_plan p where p.regrade_on <= $1 and not exists (select 1 from unit_grade g where g.unit = p.unit and g.mechanism = p.mechanism and g.at > p.at) order by p.regrade_on, p.id limit 200";
    PLAN_SINCE = "select id from help_plan where unit = $1 and mechanism = $2 and at >= $3 limit 1";
}
