//! All SQL of declarations.

store::statements! {
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    BRANCH = "select id from unit where code = $1 and kind = 'branch'";
    ADD = "insert into declaration (id, no, branch, direction, operator, plant, market, origin, port, mode, goods, risk, stage, lane, selected, rule_version, fingerprint, idem_key, lodged_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'lodged', '', false, $13, $14, $15, $16, $17)";
    LINE_ADD = "insert into line (id, declaration, line_no, hs, name, milli, unit_code) values ($1, $2, $3, $4, $5, $6, $7)";
    LOT_ADD = "insert into lot (id, line, declaration, lot_no, milli, unit_code) values ($1, $2, $3, $4, $5, $6)";
    BY_KEY = "select id, fingerprint from declaration where idem_key = $1";
    STAGE = "select stage, due_at from declaration where id = $1";
    ADVANCE = "update declaration set stage = $3, due_at = $4 where id = $1 and stage = $2";
    TO_ACCEPT = "select branch, rule_version, lodged_at from declaration where id = $1";
    SET_ACCEPTED = "update declaration set accepted_at = $2 where id = $1";
    TWIN = "select no from declaration where fingerprint = $1 and lodged_at > $2 limit 1";
    ONE = "select id, no, branch, direction, operator, plant, market, mode, goods, risk, stage, lane, selected, rule_version, lodged_at, due_at, accepted_at, revision from declaration where id = $1";
    BY_NO = "select id, no, branch, direction, operator, plant, market, mode, goods, risk, stage, lane, selected, rule_version, lodged_at, due_at, accepted_at, revision from declaration where no = $1";
    /// Numbers of a range, to find by the beginning of one: an actor who reaches few of them may see fewer.
    BY_NO_BEGIN = "select id, no, branch, direction, operator, plant, market, mode, goods, risk, stage, lane, selected, rule_version, lodged_at, due_at, accepted_at, revision from declaration where no >= $1 and no < $2 order by no desc limit 200";
    BY_LOT_BEGIN = "select d.id, d.no, d.branch, d.direction, d.operator, d.plant, d.market, d.mode, d.goods, d.risk, d.stage, d.lane, d.selected, d.rule_version, d.lodged_at, d.due_at, d.accepted_at, d.revision from lot l join declaration d on d.id = l.declaration where l.lot_no >= $1 and l.lot_no < $2 order by l.lot_no limit 100";
    BRANCH_CODES = "select id, code from unit where kind = 'branch' order by code limit 60";
    LIST = "select id, no, branch, direction, operator, plant, market, mode, goods, risk, stage, lane, selected, rule_version, lodged_at, due_at, accepted_at, revision from declaration where (lodged_at, id) < ($1, $2) order by lodged_at desc, id desc limit $3";
    LIST_OF_BRANCH = "select id, no, branch, direction, operator, plant, market, mode, goods, risk, stage, lane, selected, rule_version, lodged_at, due_at, accepted_at, revision from declaration where branch = $4 and (lodged_at, id) < ($1, $2) order by lodged_at desc, id desc limit $3";
    LIST_OF_OPERATOR = "select id, no, branch, direction, operator, plant, market, mode, goods, risk, stage, lane, selected, rule_version, lodged_at, due_at, accepted_at, revision from declaration where operator = $4 and (lodged_at, id) < ($1, $2) order by lodged_at desc, id desc limit $3";
    BY_LOT = "select d.id, d.no, d.branch, d.direction, d.operator, d.plant, d.market, d.mode, d.goods, d.risk, d.stage, d.lane, d.selected, d.rule_version, d.lodged_at, d.due_at, d.accepted_at, d.revision from lot l join declaration d on d.id = l.declaration where l.lot_no = $1 order by d.lodged_at desc, d.id desc limit 20";
    LOTS = "select l.id, l.lot_no, n.hs, l.milli, l.unit_code from lot l join line n on n.id = l.line where l.declaration = $1 order by n.line_no, l.lot_no";
}
