//! All SQL of competence.

store::statements! {
    ADD = "insert into authorisation (id, officer, duty, hs_prefix, valid_from, valid_to, emergency, reason, granted_by, granted_at, basis) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    END = "update authorisation set ended_at = $2, ended_how = $3, ended_reason = $4 where id = $1 and ended_at is null";
    ONE = "select id, officer, duty, hs_prefix, valid_from, valid_to, emergency, reason, ended_at, ended_how, basis from authorisation where id = $1";
    OF_OFFICER = "select id, officer, duty, hs_prefix, valid_from, valid_to, emergency, reason, ended_at, ended_how, basis from authorisation where officer = $1 order by duty, valid_to desc limit 500";
    OF_DUTY = "select id, officer, duty, hs_prefix, valid_from, valid_to, emergency, reason, ended_at, ended_how, basis from authorisation where officer = $1 and duty = $2 and valid_to > $3 order by valid_to desc limit 100";
    EXPIRING = "select a.id, a.officer, a.duty, a.hs_prefix, a.valid_from, a.valid_to, a.emergency, a.reason, a.ended_at, a.ended_how, a.basis, o.staff_no, o.name_zh, o.name_en, o.branch, a.granted_by, a.granted_at from authorisation a join officer o on o.id = a.officer where a.valid_to <= $1 and (a.valid_to, a.id) > ($2, $3) and a.ended_at is null order by a.valid_to, a.id limit $4";
    EXPIRING_OF_BRANCH = "select a.id, a.officer, a.duty, a.hs_prefix, a.valid_from, a.valid_to, a.emergency, a.reason, a.ended_at, a.ended_how, a.basis, o.staff_no, o.name_zh, o.name_en, o.branch, a.granted_by, a.granted_at from authorisation a join officer o on o.id = a.officer where a.valid_to <= $1 and (a.valid_to, a.id) > ($2, $3) and a.ended_at is null and o.branch = $5 order by a.valid_to, a.id limit $4";
    OVERRIDES = "select a.id, a.officer, a.duty, a.hs_prefix, a.valid_from, a.valid_to, a.emergency, a.reason, a.ended_at, a.ended_how, a.basis, o.staff_no, o.name_zh, o.name_en, o.branch, a.granted_by, a.granted_at from authorisation a join officer o on o.id = a.officer where a.emergency and a.granted_at >= $1 and a.granted_at < $2 order by a.granted_at, a.id limit 500";
    IN_FORCE = "select o.branch, a.duty, a.hs_prefix, a.officer from authorisation a join officer o on o.id = a.officer where a.valid_to > $1 and a.valid_from <= $1 and a.ended_at is null and o.on_duty and not (a.emergency and a.duty = 'certify') order by a.valid_to, a.id limit $2";
    DONE_BY = "select s.declaration, d.no, s.duty, s.at from step s join declaration d on d.id = s.declaration where s.officer = $1 and s.at >= $2 order by s.at desc, s.declaration limit $3";
    PASSED = "select hs_prefix, decided_at from assessment where officer = $1 and duty = $2 and outcome = 'authorised' and decided_at > $3 order by decided_at desc limit 100";
    WITNESSED = "select id, hs_prefix, witness_milli from assessment where officer = $1 and duty = $2 and outcome in ('', 'authorised') and witnessed_at > $3 and critical_failed = '' order by witnessed_at desc limit 100";
    MATTER = "select distinct d.branch, d.operator, n.hs from declaration d join line n on n.declaration = d.id where d.id = $1 order by n.hs";
    INTEREST = "select reason from interest where officer = $1 and operator = $2";
    STEPS = "select duty from step where declaration = $1 and officer = $2";
    STEP_ADD = "insert into step (declaration, duty, officer, at) values ($1, $2, $3, $4) on conflict do nothing";
    COLLEAGUES = "select o.id, o.staff_no, o.name_zh, o.name_en, a.hs_prefix, o.unit, o.branch from officer o join authorisation a on a.officer = o.id where (o.branch = $1 or o.branch is null) and o.on_duty and a.duty = $2 and a.valid_from <= $3 and a.valid_to > $3 and a.ended_at is null and not (a.emergency and a.duty = 'certify') and not exists (select 1 from interest i where i.officer = o.id and i.operator = $4) and not exists (select 1 from step s where s.officer = o.id and s.declaration = $5 and s.duty not in ($6, $7, $8)) order by o.staff_no limit 300";
}
