//! All SQL of targeting.

store::statements! {
    SUBJECT = "select d.no, d.direction, o.class, d.risk, d.market, d.mode, d.rule_version, d.branch, d.operator, d.plant, d.lodged_at, d.origin, d.port, o.code, p.filing_no, (select n from risk_version where one = 1) from declaration d join operator o on o.id = d.operator left join plant p on p.id = d.plant where d.id = $1";
    HS = "select hs from line where declaration = $1 order by line_no";
    LOCK = "update declaration set stage = stage where id = $1";
    VERSION = "select n from risk_version where one = 1";
    BUMP = "update risk_version set n = $1 where one = 1";
    STANDS = "select selected, stage, branch from declaration where id = $1";
    ADD = "insert into decision (id, declaration, lane, rate_ppm, draw_ppm, selected, basis, seed, inputs, reasons, rule_version, at, model, probability_ppm, expected_loss) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    SET_LANE = "update declaration set lane = $2, selected = $3 where id = $1";
    STAGE = "select stage from declaration where id = $1";
    SET_SELECTED = "update declaration set selected = true where id = $1";
    CHECK_ADD = "insert into added_check (declaration, reason, by_officer, at) values ($1, $2, $3, $4) on conflict (declaration) do update set reason = excluded.reason, by_officer = excluded.by_officer, at = excluded.at where added_check.at < excluded.at";
    /// What a rule adds does not take the place of an officer's check.
    CHECK_ADD_FIRST = "insert into added_check (declaration, reason, by_officer, at) values ($1, $2, $3, $4) on conflict (declaration) do nothing";
    OF_DECLARATION = "select d.id, d.declaration, d.lane, d.rate_ppm, d.draw_ppm, d.selected, d.basis, d.seed, d.inputs, d.reasons, d.rule_version, d.at, c.reason from decision d left join added_check c on c.declaration = d.declaration where d.declaration = $1 order by d.at desc, d.id desc limit 1";
}
