//! All SQL of inspection.

store::statements! {
    SUBJECT = "select d.no, d.branch, d.rule_version, d.due_at, d.stage, d.selected, d.operator from declaration d where d.id = $1";
    LOTS_OF = "select l.id, l.milli, l.unit_code, n.hs from lot l join line n on n.id = l.line where l.declaration = $1 order by n.line_no, l.lot_no, l.id";
    ROUND = "select coalesce(max(round), 0) + 1 from inspection_task where declaration = $1";
    LIVE = "select id from inspection_task where declaration = $1 and live";
    ADD = "insert into inspection_task (id, declaration, branch, round, basis, reason, state, live, version, seed, aql_thousandths, team_min, rule_version, opened_at, due_at, closed_at, changed_at) values ($1, $2, $3, $4, $5, $6, 'open', true, 1, $7, $8, $9, $10, $11, $12, 0, $11)";
    LOT_ADD = "insert into inspection_lot (task, lot, ordinal, lot_size, basis, letter, sample_size, accept, reject, units, severity) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    LOT_SET = "update inspection_lot set lot_size = $3, basis = $4, letter = $5, sample_size = $6, accept = $7, reject = $8, units = $9, severity = $10 where task = $1 and lot = $2";
    TOUCH = "update inspection_task set version = version + 1, state = $3, live = $4, closed_at = $5, changed_by = $6, changed_at = $7 where id = $1 and version = $2";
    ONE = "select t.id, t.declaration, d.no, t.branch, d.operator, d.goods, d.market, t.round, t.basis, t.reason, t.state, t.version, t.seed, t.aql_thousandths, t.team_min, t.rule_version, t.opened_at, t.due_at, t.closed_at, t.changed_by, t.changed_at from inspection_task t join declaration d on d.id = t.declaration where t.id = $1";
    OF_DECLARATION = "select t.id, t.declaration, d.no, t.branch, d.operator, d.goods, d.market, t.round, t.basis, t.reason, t.state, t.version, t.seed, t.aql_thousandths, t.team_min, t.rule_version, t.opened_at, t.due_at, t.closed_at, t.changed_by, t.changed_at from inspection_task t join declaration d on d.id = t.declaration where t.declaration = $1 order by t.round desc limit 20";
    DUE = "select t.id, t.declaration, d.no, t.branch, d.operator, d.goods, d.market, t.round, t.basis, t.reason, t.state, t.version, t.seed, t.aql_thousandths, t.team_min, t.rule_version, t.opened_at, t.due_at, t.closed_at, t.changed_by, t.changed_at from inspection_task t join declaration d on d.id = t.declaration where t.live = true and (t.due_at, t.id) > ($1, $2) order by t.due_at, t.id limit $3";
    DUE_OF_BRANCH = "select t.id, t.declaration, d.no, t.branch, d.operator, d.goods, d.market, t.round, t.basis, t.reason, t.state, t.version, t.seed, t.aql_thousandths, t.team_min, t.rule_version, t.opened_at, t.due_at, t.closed_at, t.changed_by, t.changed_at from inspection_task t join declaration d on d.id = t.declaration where t.branch = $4 and t.live = true and (t.due_at, t.id) > ($1, $2) order by t.due_at, t.id limit $3";
    DUE_OF_OFFICER = "select t.id, t.declaration, d.no, t.branch, d.operator, d.goods, d.market, t.round, t.basis, t.reason, t.state, t.version, t.seed, t.aql_thousandths, t.team_min, t.rule_version, t.opened_at, t.due_at, t.closed_at, t.changed_by, t.changed_at from inspection_team m join inspection_task t on t.id = m.task join declaration d on d.id = t.declaration where m.officer = $4 and t.live = true and (t.due_at, t.id) > ($1, $2) order by t.due_at, t.id limit $3";
    CLOSED = "select t.id, t.declaration, d.no, t.branch, d.operator, d.goods, d.market, t.round, t.basis, t.reason, t.state, t.version, t.seed, t.aql_thousandths, t.team_min, t.rule_version, t.opened_at, t.due_at, t.closed_at, t.changed_by, t.changed_at from inspection_task t join declaration d on d.id = t.declaration where t.live = false and (t.closed_at, t.id) < ($1, $2) order by t.closed_at desc, t.id desc limit $3";
    CLOSED_OF_BRANCH = "select t.id, t.declaration, d.no, t.branch, d.operator, d.goods, d.market, t.round, t.basis, t.reason, t.state, t.version, t.seed, t.aql_thousandths, t.team_min, t.rule_version, t.opened_at, t.due_at, t.closed_at, t.changed_by, t.changed_at from inspection_task t join declaration d on d.id = t.declaration where t.branch = $4 and t.live = false and (t.closed_at, t.id) < ($1, $2) order by t.closed_at desc, t.id desc limit $3";
    LOTS = "select k.lot, l.lot_no, n.hs, l.milli, l.unit_code, k.ordinal, k.lot_size, k.basis, k.letter, k.sample_size, k.accept, k.reject, k.units, k.severity from inspection_lot k join lot l on l.id = k.lot join line n on n.id = l.line where k.task = $1 order by k.ordinal";
    TEAM = "select o.id, o.staff_no, o.name_zh, o.name_en from inspection_team m join officer o on o.id = m.officer where m.task = $1 order by m.position";
    TEAM_CLEAR = "delete from inspection_team where task = $1";
    TEAM_ADD = "insert into inspection_team (task, officer, position) values ($1, $2, $3)";
    STANDING = "select o.id, o.staff_no, o.name_zh, o.name_en, o.on_duty, (select i.reason from interest i where i.officer = o.id and i.operator = $2), (select min(s.duty) from step s where s.officer = o.id and s.declaration = $3 and s.duty not in ('inspect', 'sample', 'test')) from officer o where o.branch = $1 or (o.branch is null and exists (select 1 from authorisation a where a.officer = o.id and a.duty = 'inspect')) order by o.staff_no limit 300";
    OFFICER = "select staff_no, name_zh, name_en from officer where id = $1";
    DRAW_NEXT = "select coalesce(max(n), 0) + 1 from team_draw where task = $1";
    DRAW_ADD = "insert into team_draw (task, n, seed, candidates, barred, size, picked, by_officer, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    DRAWS = "select n, seed, candidates, size, picked, barred, at from team_draw where task = $1 order by n desc limit 20";
    APPOINT = "insert into appointment (task, at, place, containers, customs_ref, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict (task) do update set at = excluded.at, place = excluded.place, containers = excluded.containers, customs_ref = coalesce(excluded.customs_ref, appointment.customs_ref), made_by = excluded.made_by, made_at = excluded.made_at";
    APPOINTMENT = "select at, place, containers, customs_ref, opened_at, customs_conforming, customs_note, customs_at from appointment where task = $1";
    OPENED = "update appointment set opened_at = $2 where task = $1 and opened_at is null";
    CUSTOMS = "update appointment set customs_conforming = $2, customs_note = $3, customs_at = $4 where task = $1 and customs_ref is not null and customs_at is null";
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    BRANCH_CODE = "select code from unit where id = $1";
    RECORD_BY_KEY = "select id, task from inspection_record where key = $1";
    RECORD_ADD = "insert into inspection_record (id, no, task, declaration, state, recorder, authorisation, conforming, witness, remarks, objection, key, written_at) values ($1, $2, $3, $4, 'written', $5, $6, $7, $8, $9, '', $10, $11)";
    RECORD_LOT_ADD = "insert into record_lot (record, lot, inspected, nonconforming, accepted) values ($1, $2, $3, $4, $5)";
    RECORD_ITEM_ADD = "insert into record_item (record, n, code, verdict, value, unit, finding, note) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    RECORD_SIGN = "update inspection_record set state = 'signed', second = $2, second_authorisation = $3, signed_at = $4 where id = $1 and state = 'written'";
    RECORD_OBJECT = "update inspection_record set state = 'objected', second = $2, second_authorisation = $3, objection = $4 where id = $1 and state = 'written'";
    RECORDS = "select id, no, task, state, recorder, second, conforming, witness, remarks, objection, written_at, signed_at from inspection_record where task = $1 order by written_at desc, no desc limit 20";
    RECORD_LOTS = "select r.lot, l.lot_no, r.inspected, r.nonconforming, r.accepted from record_lot r join lot l on l.id = r.lot join inspection_record i on i.id = r.record join inspection_lot k on k.task = i.task and k.lot = r.lot where r.record = $1 order by k.ordinal";
    RECORD_ITEMS = "select code, verdict, value, unit, finding, note from record_item where record = $1 order by n";
    VERDICTS = "select r.lot, r.accepted, i.conforming from record_lot r join inspection_record i on i.id = r.record join lot l on l.id = r.lot where i.declaration = $1 and i.state = 'signed' order by i.signed_at, l.lot_no, r.lot limit 2000";
}
