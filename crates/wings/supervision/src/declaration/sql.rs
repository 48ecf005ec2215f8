//! All SQL of declarations.

store::statements! {
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    BRANCH = "select id from unit where code = $1 and kind = 'branch'";
    ADD = "insert into declaration (id, no, branch, direction, operator, plant, market, origin, port, mode, goods, risk, stage, lane, selected, rule_version, fingerprint, idem_key, lodged_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'lodged', '', false, $13, $14, $15, $16, $17)";
    LINE_ADD = "insert into line (id, declaration, line_no, hs, name, milli, unit_code) values ($1, $2, $3, $4, $5, $6, $7)";
    LOT_ADD = "insert into lot (id, line, declaration, lot_no, milli, unit_code) values ($1, $2, $3, $4, $5, $6)";
    BY_KEY = "select id, fingerprint from declaration where idem_key = $1";
    STAGE = "select stage from declaration where id = $1";
    ADVANCE = "update declaration set stage = $3, due_at = coalesce(cast($4 as bigint), due_at) where id = $1 and stage = $2";
    TO_ACCEPT = "select branch, rule_version, lodged_at, due_at, stage from declaration where id = $1";
    SET_ACCEPTED = "update declaration set accepted_at = $2 where id = $1";
    SILENT = "select due_at, id from declaration where stage = 'lodged' and due_at <= $1 and (due_at, id) > ($2, $3) order by due_at, id limit $4";
    NOTICE_TO = "select branch, rule_version, due_at, revision, stage from declaration where id = $1";
    NOTICE_ADD = "insert into notice (id, declaration, ordinal, codes, remarks, breach, officer, authorisation, revision, rule_version, at, due_at, answer_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    NOTICES = "select id, declaration, ordinal, codes, remarks, breach, officer, revision, rule_version, at, due_at, answer_by, answered_at, answer from notice where declaration = $1 order by ordinal desc limit 100";
    NOTICE_ANSWER = "update notice set answered_at = $2, answer = $3 where declaration = $1 and answered_at is null";
    SET_DUE = "update declaration set due_at = $2 where id = $1";
    WORTH = "insert into declared_value (declaration, milli, currency) values ($1, $2, $3) on conflict (declaration) do update set milli = excluded.milli, currency = excluded.currency";
    WORTH_OF = "select milli, currency from declared_value where declaration = $1";
    WORTH_CLEAR = "delete from declared_value where declaration = $1";
    HEAD = "select d.direction, u.code, o.code, p.filing_no, d.market, d.origin, d.port, d.mode, v.milli, v.currency from declaration d join unit u on u.id = d.branch join operator o on o.id = d.operator left join plant p on p.id = d.plant left join declared_value v on v.declaration = d.id where d.id = $1";
    LINES = "select id, line_no, hs, name, milli, unit_code from line where declaration = $1 order by line_no";
    LOT_ROWS = "select n.line_no, l.id, l.lot_no, l.milli from lot l join line n on n.id = l.line where l.declaration = $1 order by n.line_no, l.lot_no, l.id";
    LOTS_CLEAR = "delete from lot where declaration = $1";
    LINES_CLEAR = "delete from line where declaration = $1";
    AMEND = "update declaration set plant = $3, market = $4, origin = $5, port = $6, mode = $7, goods = $8, risk = $9, fingerprint = $10, revision = revision + 1 where id = $1 and revision = $2";
    AMENDMENT_ADD = "insert into amendment (id, declaration, revision, changes, reason, officer, authorisation, by_zh, by_en, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    AMENDMENTS = "select revision, changes, reason, officer, by_zh, by_en, at from amendment where declaration = $1 and revision > $2 order by revision desc limit 200";
    WITHDRAWAL_ADD = "insert into withdrawal (declaration, from_stage, reason, officer, by_zh, by_en, at) values ($1, $2, $3, $4, $5, $6, $7)";
    SUSPENSION_ADD = "insert into suspension (id, declaration, kind, reason, since) values ($1, $2, $3, $4, $5)";
    SUSPENSION_END = "update suspension set until = $3 where declaration = $1 and kind = $2 and until is null";
    SUSPENSIONS = "select kind, reason, since, until from suspension where declaration = $1 order by since desc, id desc limit 50";
    STANDS = "select branch, stage, due_at, suspended_since from declaration where id = $1";
    SET_SUSPENDED = "update declaration set suspended_since = $2, due_at = $3 where id = $1";
    TWIN = "select no from declaration where fingerprint = $1 and lodged_at > $2 and stage <> 'withdrawn' and id <> $3 limit 1";
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
