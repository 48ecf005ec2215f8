//! All SQL of assessment.

store::statements! {
    ADD = "insert into assessment (id, officer, duty, hs_prefix, bank, seed, assessor, lessons, opened_by, opened_at, theory_began, theory_due, theory_milli, answers, witness_milli, critical_failed, witnessed_at, records_sound, records_facts, outcome, retest_on, decided_at, authorisation, rule_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, null, null, null, '', null, '', null, null, '', '', null, null, null, $11)";
    ONE = "select id, officer, duty, hs_prefix, bank, seed, assessor, lessons, opened_at, theory_began, theory_due, theory_milli, witness_milli, critical_failed, records_sound, outcome, retest_on, authorisation, rule_version from assessment where id = $1";
    OF_OFFICER = "select id, officer, duty, hs_prefix, bank, seed, assessor, lessons, opened_at, theory_began, theory_due, theory_milli, witness_milli, critical_failed, records_sound, outcome, retest_on, authorisation, rule_version from assessment where officer = $1 order by opened_at desc, id desc limit 100";
    OPEN_OF = "select id, officer, duty, hs_prefix, bank, seed, assessor, lessons, opened_at, theory_began, theory_due, theory_milli, witness_milli, critical_failed, records_sound, outcome, retest_on, authorisation, rule_version from assessment where outcome = '' and (officer = $1 or assessor = $1) order by opened_at, id limit 200";
    OPEN_FOR = "select id from assessment where officer = $1 and duty = $2 and outcome = '' limit 1";
    RETEST = "select retest_on from assessment where officer = $1 and duty = $2 and outcome = 'not_authorised' order by decided_at desc limit 1";
    BEGIN = "update assessment set theory_began = $2, theory_due = $3 where id = $1 and theory_began is null";
    MARKED = "update assessment set theory_milli = $2, answers = $3 where id = $1 and theory_milli is null and outcome = ''";
    WITNESSED = "update assessment set witness_milli = $2, critical_failed = $3, witnessed_at = $4 where id = $1 and witness_milli is null and outcome = ''";
    RECORDS = "update assessment set records_sound = $2, records_facts = $3 where id = $1 and records_sound is null and outcome = ''";
    DECIDED = "update assessment set outcome = $2, retest_on = $3, decided_at = $4, authorisation = $5 where id = $1 and outcome = ''";
    RECUSE = "insert into assessor_recusal (officer, other, reason, at) values ($1, $2, $3, $4) on conflict (officer, other) do nothing";
    ABLE = "select distinct o.id from officer o join authorisation a on a.officer = o.id where a.duty = $1 and a.valid_from <= $2 and a.valid_to > $2 and a.ended_at is null and not a.emergency and o.on_duty and o.unit <> $3 and o.id <> $4 and not exists (select 1 from assessor_recusal r where (r.officer = o.id and r.other = $4) or (r.officer = $4 and r.other = o.id)) order by o.id limit 2000";
    LESSONS = "select id, topic from decision_review where duty = $1 and finding <> '' and topic <> '' and found_at > $2 order by found_at desc limit 20";
    LAST_PASSED = "select coalesce(max(decided_at), 0) from assessment where officer = $1 and duty = $2 and outcome = 'authorised'";
    BANK_KEEP = "insert into question_bank (version, body, kept_at) values ($1, $2, $3) on conflict (version) do nothing";
    BANK = "select body from question_bank where version = $1";
    BANK_NEWEST = "select version, body from question_bank order by version desc limit 1";
    FACT = "select actor from ledger where seq = $1";
    /// Officers of a branch with their post, for the roll.
    ROLL = "select o.id, o.post from officer o where o.branch = $1 and o.on_duty order by o.id limit 10000";
    VALID = "select distinct a.officer, a.duty from assessment a join officer o on o.id = a.officer where o.branch = $1 and a.outcome = 'authorised' and a.decided_at > $2 and a.decided_at <= $3";
    ACTIVE = "select s.officer from step s join officer o on o.id = s.officer where o.branch = $1 and s.duty = 'inspect' and s.at > $2 and s.at <= $3 group by s.officer having count(*) >= 10 order by s.officer";
    WITNESSED_SINCE = "select distinct a.officer from assessment a join officer o on o.id = a.officer where o.branch = $1 and a.duty = 'inspect' and a.witnessed_at > $2 and a.witnessed_at <= $3";
    ROLL_TAKEN = "insert into competence_roll (unit, month, at) values ($1, $2, $3) on conflict (unit, month) do nothing";
    ROLLS_OF = "select unit from competence_roll where month = $1";
}
