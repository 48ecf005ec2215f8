//! All SQL of the laboratory.

store::statements! {
    SUBJECT = "select d.stage, d.market, d.direction, d.rule_version from declaration d where d.id = $1";
    LOT = "select l.milli, l.unit_code, n.hs from lot l join line n on n.id = l.line where l.id = $1 and l.declaration = $2";
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    BRANCH_CODE = "select code from unit where id = $1";
    OFFICER = "select staff_no, name_zh from officer where id = $1";
    BY_KEY = "select id, declaration from sample where key = $1";
    BY_SEAL = "select no from sample where seal = $1";
    ADD = "insert into sample (id, no, declaration, branch, lot, unit_no, milli, unit_code, seal, place, state, holder, custody, replaces, taken_by, authorisation, key, taken_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sealed', $11, 0, $12, $13, $14, $15, $16)";
    ONE = "select s.id, s.no, s.declaration, d.no, d.direction, d.market, s.branch, d.operator, s.lot, l.lot_no, n.hs, n.name, l.milli, l.unit_code, s.unit_no, s.milli, s.unit_code, s.seal, s.place, s.state, s.holder, s.custody, s.replaces, s.taken_by, s.taken_at, d.rule_version from sample s join declaration d on d.id = s.declaration join lot l on l.id = s.lot join line n on n.id = l.line where s.id = $1";
    OF_DECLARATION = "select s.id, s.no, s.declaration, d.no, d.direction, d.market, s.branch, d.operator, s.lot, l.lot_no, n.hs, n.name, l.milli, l.unit_code, s.unit_no, s.milli, s.unit_code, s.seal, s.place, s.state, s.holder, s.custody, s.replaces, s.taken_by, s.taken_at, d.rule_version from sample s join declaration d on d.id = s.declaration join lot l on l.id = s.lot join line n on n.id = l.line where s.declaration = $1 order by s.taken_at, s.id limit 500";
    LIST = "select s.id, s.no, s.declaration, d.no, d.direction, d.market, s.branch, d.operator, s.lot, l.lot_no, n.hs, n.name, l.milli, l.unit_code, s.unit_no, s.milli, s.unit_code, s.seal, s.place, s.state, s.holder, s.custody, s.replaces, s.taken_by, s.taken_at, d.rule_version from sample s join declaration d on d.id = s.declaration join lot l on l.id = s.lot join line n on n.id = l.line where (s.taken_at, s.id) < ($1, $2) order by s.taken_at desc, s.id desc limit $3";
    LIST_OF_BRANCH = "select s.id, s.no, s.declaration, d.no, d.direction, d.market, s.branch, d.operator, s.lot, l.lot_no, n.hs, n.name, l.milli, l.unit_code, s.unit_no, s.milli, s.unit_code, s.seal, s.place, s.state, s.holder, s.custody, s.replaces, s.taken_by, s.taken_at, d.rule_version from sample s join declaration d on d.id = s.declaration join lot l on l.id = s.lot join line n on n.id = l.line where s.branch = $4 and (s.taken_at, s.id) < ($1, $2) order by s.taken_at desc, s.id desc limit $3";
    CUSTODY_ADD = "insert into custody (sample, n, from_holder, to_holder, laboratory, seal_read, seal_intact, note, by_officer, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    CUSTODY = "select n, from_holder, to_holder, laboratory, seal_read, seal_intact, note, by_officer, at from custody where sample = $1 order by n limit 200";
    HANDED = "update sample set holder = $3, custody = custody + 1, state = $4 where id = $1 and custody = $2";
    TEST_ADD = "insert into lab_test (id, sample, declaration, lot, analyte, method, state, requested_by, requested_at) values ($1, $2, $3, $4, $5, $6, 'requested', $7, $8)";
    TESTS = "select id, analyte, method, state, requested_at from lab_test where sample = $1 order by requested_at, analyte limit 200";
    TEST = "select t.id, t.sample, t.state, t.analyte from lab_test t where t.id = $1";
    TEST_RESULTED = "update lab_test set state = 'resulted' where id = $1 and state = 'requested'";
    TESTS_VOID = "update lab_test set state = 'void' where sample = $1 and state = 'requested'";
    TESTS_OWED = "select analyte, method from lab_test where sample = $1 and state = 'void' order by analyte";
    TESTS_REPLACED = "update lab_test set state = 'replaced' where sample = $1 and state = 'void'";
    OPEN_TESTS = "select count(*) from lab_test where declaration = $1 and state in ('requested', 'void')";
    RESULT_BY_KEY = "select id, test from lab_result where key = $1";
    RESULT_ADD = "insert into lab_result (id, test, declaration, lot, analyte, below_loq, value, unit, loq, uncertainty, limit_value, limit_citation, limit_status, verdict, reason_zh, reason_en, tester, authorisation, corrects, correction, key, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
    RESULTS = "select id, below_loq, value, unit, loq, uncertainty, limit_value, limit_citation, limit_status, verdict, reason_zh, reason_en, tester, corrects, correction, at from lab_result where test = $1";
    FAILED = "select distinct r.lot, r.analyte from lab_result r where r.declaration = $1 and r.verdict = 'fail' and not exists (select 1 from lab_result c where c.corrects = r.id) limit 500";
}
