//! All SQL of release.

store::statements! {
    /// Takes the consignment's row (by a column without an index), so that two officers who settle its last lots see each other.
    LOCK = "update declaration set revision = revision where id = $1";
    LOT = "select l.id, l.lot_no, l.declaration, d.branch, d.operator, d.no from lot l join declaration d on d.id = l.declaration where l.id = $1";
    EVIDENCE_ADD = "insert into release_evidence (id, source, kind, declaration, lot, what, verdict, at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    EVIDENCE = "select source, kind, lot, what, verdict, at from release_evidence where declaration = $1 order by at, id limit 2000";
    CHECK_AT = "select at from added_check where declaration = $1";
    ADD = "insert into settlement (id, declaration, lot, branch, origin, outcome, reason, note, evidence, officer, authorisation, rule_version, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    END = "update settlement set ended_at = $2, ended_by = $3, ended_how = $4, ended_reason = $5 where id = $1 and ended_at is null";
    OF_DECLARATION = "select id, declaration, lot, origin, outcome, reason, note, evidence, officer, authorisation, rule_version, at, ended_at, ended_by, ended_how, ended_reason from settlement where declaration = $1 order by at, id limit 2000";
    ONE = "select id, declaration, lot, origin, outcome, reason, note, evidence, officer, authorisation, rule_version, at, ended_at, ended_by, ended_how, ended_reason from settlement where id = $1";
    HELD_BY = "select id from settlement where lot = $1 and origin = $2 and ended_at is null";
    HOLDS = "select s.id, s.at, s.origin, s.reason, s.note, l.lot_no, d.id, d.no, d.goods from settlement s join lot l on l.id = s.lot join declaration d on d.id = s.declaration where s.outcome = 'hold' and s.ended_at is null and (cast($1 as uuid) is null or d.branch = $1) and (cast($2 as uuid) is null or d.operator = $2) and (s.at, s.id) < ($3, $4) order by s.at desc, s.id desc limit $5";
    WAITING = "select id, no, goods, market, due_at, direction from declaration where stage = 'deciding' and (cast($1 as uuid) is null or branch = $1) and (due_at, id) > ($2, $3) order by due_at, id limit $4";
    RELEASED = "select s.id, s.at, l.id, l.lot_no, n.hs, n.name, l.milli, l.unit_code, d.id, d.no, d.market, o.name_zh, o.name_en from settlement s join lot l on l.id = s.lot join line n on n.id = l.line join declaration d on d.id = s.declaration join operator o on o.id = d.operator where s.outcome = 'release' and s.ended_at is null and (cast($1 as uuid) is null or d.branch = $1) and (cast($2 as uuid) is null or d.operator = $2) and n.hs like $3 and (d.market = $4 or $4 = '') and (o.code = $5 or $5 = '') and s.at >= $6 and (s.at, s.id) < ($7, $8) order by s.at desc, s.id desc limit $9";
    STOW = "insert into container_load (id, declaration, container, seal, officer, at) values ($1, $2, $3, $4, $5, $6)";
    STOWED = "select container, seal, at from container_load where declaration = $1 order by at desc, id desc limit 1";
    SEAL = "select seal, at from lot_removal where container = $1 order by at desc limit 1";
    IN_CONTAINER = "select distinct c.declaration, d.no from container_load c join declaration d on d.id = c.declaration where c.container = $1 and c.at > $2 and not exists (select 1 from container_load x where x.declaration = c.declaration and x.at > c.at and x.container <> c.container) order by d.no limit 50";
    REMOVE = "insert into lot_removal (lot, declaration, container, seal, note, officer, at) values ($1, $2, $3, $4, $5, $6, $7)";
    REMOVALS = "select lot, container, seal, note, officer, at from lot_removal where declaration = $1";
    LOTS = "select l.id, l.lot_no, n.hs, n.name, l.milli, l.unit_code from lot l join line n on n.id = l.line where l.declaration = $1 order by n.line_no, l.lot_no";
    WAY = "select lane, selected, mode, stage from declaration where id = $1";
}
