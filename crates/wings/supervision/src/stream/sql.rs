//! All SQL of product streams.

store::statements! {
    PHASE = "select phase from product_stream where operator = $1 and heading = $2";
    ONE = "select s.operator, o.code, o.name_zh, o.name_en, s.heading, s.switching, s.lots, s.changed_at, s.version from product_stream s join operator o on o.id = s.operator where s.operator = $1 and s.heading = $2";
    ADD = "insert into product_stream (operator, heading, phase, score, switching, lots, changed_at, version) values ($1, $2, $3, $4, $5, $6, $7, 1)";
    SET = "update product_stream set phase = $3, score = $4, switching = $5, lots = $6, changed_at = $7, version = version + 1 where operator = $1 and heading = $2 and version = $8";
    MOVE_ADD = "insert into stream_move (id, operator, heading, from_phase, to_phase, reason, note, by_officer, declaration, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LIST = "select s.operator, o.code, o.name_zh, o.name_en, s.heading, s.switching, s.lots, s.changed_at, s.version from product_stream s join operator o on o.id = s.operator where (s.changed_at, s.operator, s.heading) < ($1, $2, $3) order by s.changed_at desc, s.operator desc, s.heading desc limit $4";
    LIST_OF_PHASE = "select s.operator, o.code, o.name_zh, o.name_en, s.heading, s.switching, s.lots, s.changed_at, s.version from product_stream s join operator o on o.id = s.operator where s.phase = $5 and (s.changed_at, s.operator, s.heading) < ($1, $2, $3) order by s.changed_at desc, s.operator desc, s.heading desc limit $4";
    MOVES = "select m.id, m.from_phase, m.to_phase, m.reason, m.note, m.by_officer, d.no, d.id, m.at from stream_move m left join declaration d on d.id = m.declaration where m.operator = $1 and m.heading = $2 order by m.at desc, m.id desc limit 50";
}
