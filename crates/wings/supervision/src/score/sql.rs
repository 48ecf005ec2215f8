//! All SQL of the learned score.

macro_rules! model {
    ($rest:literal) => {
        concat!(
            "select id, label, hash, first_day, last_day, cases, violations, note, state, registered_by, registered_at, approved_by, approved_at, valid_from, valid_to, closed_by, closed_reason, watched, watched_at, sha256 from risk_model ",
            $rest
        )
    };
}

/// What the score looks at of a declaration.
macro_rules! case {
    ($rest:literal) => {
        concat!(
            "select d.id, d.lodged_at, o.code, coalesce(p.filing_no, ''), d.origin, d.market, d.port, d.direction, o.class, d.risk, (select n.hs from line n where n.declaration = d.id order by n.line_no limit 1), (select count(*) from line n where n.declaration = d.id), (select cast(sum(n.milli) as bigint) from line n where n.declaration = d.id and n.unit_code = 'KGM'), (select w.milli from declared_value w where w.declaration = d.id) ",
            $rest
        )
    };
}

store::statements! {
    NEXT = "insert into counter (name, n) values ('risk_model', 1) on conflict (name) do update set n = counter.n + 1 returning n";
    ADD = "insert into risk_model (id, label, hash, sha256, first_day, last_day, cases, violations, note, state, registered_by, registered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'registered', $10, $11)";
    BY_HASH = "select label from risk_model where hash = $1";
    ONE = model!("where id = $1");
    BY_LABEL = model!("where label = $1");
    ALL = model!("order by registered_at desc, id desc limit 200");
    /// Models that are in force, were, or will be: old ones for replays are read by their hash.
    APPROVED = model!("where state = 'approved' and (valid_to is null or valid_to > $1) order by valid_from limit 50");
    SHA = "select sha256 from risk_model where hash = $1";
    APPROVE = "update risk_model set state = 'approved', approved_by = $2, approved_at = $3, valid_from = $4 where id = $1 and state = 'registered'";
    /// What was in force, or was to be, ends where the new one begins.
    SUPERSEDE = "update risk_model set valid_to = $2 where id <> $1 and state = 'approved' and (valid_to is null or valid_to > $2)";
    CLOSE = "update risk_model set state = 'down', valid_to = case when valid_to is null or valid_to > $2 then $2 else valid_to end, closed_by = $3, closed_reason = $4 where id = $1 and state <> 'down'";
    WATCHED = "update risk_model set watched = $2, watched_at = $3 where id = $1";
    CASE = case!("from declaration d join operator o on o.id = d.operator left join plant p on p.id = d.plant where d.id = $1");
    LODGED = case!("from declaration d join operator o on o.id = d.operator left join plant p on p.id = d.plant where d.lodged_at >= $1 and d.lodged_at < $2 order by d.lodged_at, d.id");
    /// What inspections found in a span of time, a row for each lot of a record.
    KNOWN = case!(", cast(case when e.verdict = 'fail' then 1 else 0 end as bigint) from release_evidence e join declaration d on d.id = e.declaration join operator o on o.id = d.operator left join plant p on p.id = d.plant where e.kind = 'inspection' and e.at >= $1 and e.at < $2 order by e.at, e.id");
    FIRST_DAY = "select lodged_at from declaration order by lodged_at, id limit 1";
    UNTIL = "select at from risk_past_until where one = 1";
    SET_UNTIL = "insert into risk_past_until (one, at) values (1, $1) on conflict (one) do update set at = excluded.at";
    PAST = "select key, seen, known, violations, last_day, mass_n, mass_sum, mass_squares, unit_n, unit_sum, unit_squares from risk_past where key in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    PAST_ADD = "insert into risk_past (key, seen, known, violations, last_day, mass_n, mass_sum, mass_squares, unit_n, unit_sum, unit_squares) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (key) do update set seen = risk_past.seen + excluded.seen, known = risk_past.known + excluded.known, violations = risk_past.violations + excluded.violations, last_day = coalesce(excluded.last_day, risk_past.last_day), mass_n = risk_past.mass_n + excluded.mass_n, mass_sum = risk_past.mass_sum + excluded.mass_sum, mass_squares = risk_past.mass_squares + excluded.mass_squares, unit_n = risk_past.unit_n + excluded.unit_n, unit_sum = risk_past.unit_sum + excluded.unit_sum, unit_squares = risk_past.unit_squares + excluded.unit_squares";
    /// Decisions of a model after a key, with what the inspection found.
    MARKED = "select x.at, x.id, x.rate_ppm, x.selected, x.basis, x.probability_ppm, x.inputs, (select cast(max(case when e.verdict = 'fail' then 1 else 0 end) as bigint) from release_evidence e where e.declaration = x.declaration and e.kind = 'inspection'), (select count(*) from added_check c where c.declaration = x.declaration) from decision x where x.model = $1 and (x.at, x.id) > ($2, $3) order by x.at, x.id limit $4";
    /// Newest decisions of a model on goods that are not settled, for their rank by expected loss.
    PENDING = "select d.id, d.no, d.goods, o.code, d.lane, d.selected, x.probability_ppm, x.expected_loss, w.currency, d.lodged_at from decision x join declaration d on d.id = x.declaration join operator o on o.id = d.operator left join declared_value w on w.declaration = d.id where x.model = $1 and x.at >= $2 and d.stage in ('lodged', 'returned', 'accepted', 'inspecting', 'deciding') order by x.at desc limit 500";
}
