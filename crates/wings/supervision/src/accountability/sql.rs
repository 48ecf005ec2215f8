//! All SQL of accountability.

store::statements! {
    ADD = "insert into decision_review (id, declaration, settlement, decided_by, decided_at, rule_version, reason, opened_by, opened_at, finding, grounds, duty, topic, lesson, found_by, found_at, notification) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', '', '', null, null, $10) on conflict (settlement) do nothing";
    ONE = "select id, declaration, settlement, decided_by, decided_at, rule_version, reason, opened_by, opened_at, finding, grounds, duty, topic, lesson, found_by, found_at, notification from decision_review where id = $1";
    OF_DECLARATION = "select id, declaration, settlement, decided_by, decided_at, rule_version, reason, opened_by, opened_at, finding, grounds, duty, topic, lesson, found_by, found_at, notification from decision_review where declaration = $1 order by opened_at, id limit 200";
    LIST = "select r.id, r.declaration, r.settlement, r.decided_by, r.decided_at, r.rule_version, r.reason, r.opened_by, r.opened_at, r.finding, r.grounds, r.duty, r.topic, r.lesson, r.found_by, r.found_at, r.notification from decision_review r join declaration d on d.id = r.declaration where (cast($1 as uuid) is null or d.branch = $1) order by r.opened_at desc, r.id desc limit $2";
    FOUND = "update decision_review set finding = $2, grounds = $3, duty = $4, topic = $5, lesson = $6, found_by = $7, found_at = $8 where id = $1 and finding = ''";
    SETTLEMENT = "select declaration, branch, outcome, reason, note, officer, authorisation, rule_version, at, origin from settlement where id = $1";
    EVIDENCE = "select kind, what, verdict, at from release_evidence where declaration = $1 and at <= $2 order by at, id limit 2000";
    CHECKS = "select reason, by_officer, at from added_check where declaration = $1 and at <= $2 order by at limit 200";
    EMERGENCY = "select emergency, reason, granted_by, granted_at from authorisation where id = $1";
    ABOUT = "select c.lot from candidate_lot c join settlement s on s.lot = c.lot where c.notification = $1 and s.id = $2";
    NO_OF = "select no from declaration where id = $1";
}
