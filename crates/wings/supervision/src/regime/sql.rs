//! All SQL of regimes.

store::statements! {
    ONE = "select id, rate_ppm, standing from regime where kind = $1 and key = $2";
    /// Series at rest and steps at their baseline ask for nothing; levels count whatever their rate.
    LIVE = "select kind, key, rate_ppm from regime where rate_ppm > 0 order by kind, key limit 100000";
    SET = "insert into regime (id, kind, key, name_zh, name_en, direction, hs, market, operator, rate_ppm, standing, since, updated_at, rule_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13) on conflict (kind, key) do update set rate_ppm = excluded.rate_ppm, standing = excluded.standing, updated_at = excluded.updated_at, rule_version = excluded.rule_version";
    MOVE_ADD = "insert into regime_move (id, regime, move, from_ppm, to_ppm, figures, rule_version, at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    RAISED = "select key, rate_ppm from regime where kind = $1 and rate_ppm > 0 order by key";
    SUBJECT = "select d.direction, d.operator, d.risk, d.market, d.branch, d.rule_version from declaration d where d.id = $1";
    HEADINGS = "select distinct substr(hs, 1, 4) from line where declaration = $1 order by 1";
    /// Consignments checked and failed in a time, by direction, heading, country and product risk.
    TALLY = "select d.direction, substr(n.hs, 1, 4), d.market, d.risk, count(distinct d.id), count(distinct case when e.verdict = 'fail' then d.id end) from declaration d join release_evidence e on e.declaration = d.id and e.kind = 'inspection' join line n on n.declaration = d.id where d.lodged_at >= $1 and d.lodged_at < $2 group by d.direction, substr(n.hs, 1, 4), d.market, d.risk";
    LIST = "select r.id, r.kind, r.key, r.name_zh, r.name_en, r.hs, r.market, o.code, o.name_zh, o.name_en, r.rate_ppm, r.standing, r.updated_at from regime r left join operator o on o.id = r.operator where r.rate_ppm > 0 and (r.kind, r.key) > ($1, $2) order by r.kind, r.key limit $3";
    MOVES = "select m.id, r.kind, r.key, r.name_zh, r.name_en, r.hs, r.market, m.move, m.from_ppm, m.to_ppm, m.figures, m.rule_version, m.at from regime_move m join regime r on r.id = m.regime where (m.at, m.id) < ($1, $2) order by m.at desc, m.id desc limit $3";
}
