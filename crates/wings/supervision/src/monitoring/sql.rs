//! All SQL of the monitoring plan.

store::statements! {
    ADD = "insert into monitoring_plan (id, code, year, title, state, total, seed, rule_version, drafted_by, drafted_at) values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9)";
    STRATUM_ADD = "insert into monitoring_stratum (id, plan, ordinal, name, direction, hs, market, analyte, weight, lots, samples) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    SAMPLE_ADD = "insert into monitoring_sample (id, plan, stratum, ordinal, month, due_at, state, substitutes, candidates) values ($1, $2, $3, $4, $5, $6, 'planned', 0, 0)";
    /// Lots of a stratum in a time.
    LOTS = "select count(distinct l.id) from declaration d join line n on n.declaration = d.id join lot l on l.declaration = d.id and l.line = n.id where d.lodged_at >= $1 and d.lodged_at < $2 and ($3 = '' or d.direction = $3) and n.hs like $4 and ($5 = '' or d.market = $5)";
    KNOWN = "select 1 from monitoring_plan where code = $1";
    ONE = "select id, code, year, title, state, total, rule_version, drafted_by, drafted_at, approved_by, approved_at, seed from monitoring_plan where id = $1";
    PLANS = "select id, code, year, title, state, total, rule_version, drafted_by, drafted_at, approved_by, approved_at, seed from monitoring_plan order by year desc, id desc limit 100";
    APPROVE = "update monitoring_plan set state = 'approved', approved_by = $2, approved_at = $3 where id = $1 and state = 'draft'";
    STRATA = "select s.ordinal, s.name, s.direction, s.hs, s.market, s.analyte, s.weight, s.lots, s.samples, cast(coalesce(sum(case when m.state = 'reported' then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when m.substitutes > 0 then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when m.verdict = 'fail' then 1 else 0 end), 0) as bigint) from monitoring_stratum s left join monitoring_sample m on m.stratum = s.id where s.plan = $1 group by s.id, s.ordinal, s.name, s.direction, s.hs, s.market, s.analyte, s.weight, s.lots, s.samples order by s.ordinal";
    OF_MONTH = "select m.id, s.name, s.analyte, m.ordinal, m.month, m.due_at, m.state, m.lot, l.lot_no, m.declaration, d.no, m.sample, m.substitutes, m.substitute_reason, m.candidates, m.verdict, d.branch from monitoring_sample m join monitoring_stratum s on s.id = m.stratum left join lot l on l.id = m.lot left join declaration d on d.id = m.declaration where m.plan = $1 and m.month = $2 order by m.due_at, s.ordinal, m.ordinal limit 1000";
    ALL = "select m.id, m.due_at, s.analyte from monitoring_sample m join monitoring_stratum s on s.id = m.stratum where m.plan = $1 order by m.due_at, m.id";
    TOTALS = "select cast(coalesce(sum(case when due_at <= $2 then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when due_at <= $2 and state = 'reported' then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when state = 'reported' then 1 else 0 end), 0) as bigint), cast(coalesce(sum(case when substitutes > 0 then 1 else 0 end), 0) as bigint) from monitoring_sample where plan = $1";
    SAMPLE = "select m.plan, m.month, m.due_at, m.state, m.lot, m.substitutes, s.direction, s.hs, s.market, s.analyte, p.seed, p.state from monitoring_sample m join monitoring_stratum s on s.id = m.stratum join monitoring_plan p on p.id = m.plan where m.id = $1";
    /// Pending lots of a stratum that no sample of the plan was drawn from, lodged since an instant.
    CANDIDATES = "select l.id, l.lot_no, d.id, d.no from declaration d join line n on n.declaration = d.id join lot l on l.declaration = d.id and l.line = n.id where d.stage in ('lodged', 'accepted', 'inspecting', 'testing', 'deciding') and d.lodged_at >= $2 and ($3 = '' or d.direction = $3) and n.hs like $4 and ($5 = '' or d.market = $5) and not exists (select 1 from monitoring_sample x where x.plan = $1 and x.lot = l.id) order by l.id limit 5000";
    DRAWN = "update monitoring_sample set state = 'drawn', lot = $2, declaration = $3, substitutes = $4, substitute_reason = $5, candidates = $6, drawn_at = $7 where id = $1 and state in ('planned', 'drawn')";
    UNDRAWN = "update monitoring_sample set state = 'planned', lot = null, declaration = null, substitutes = $2, substitute_reason = $3 where id = $1 and state = 'drawn'";
    TAKEN = "update monitoring_sample set state = 'taken', sample = $2, taken_at = $3 where lot = $1 and state = 'drawn'";
    /// Samples of a lot that wait for a result on an analyte.
    WAITING = "select m.id from monitoring_sample m join monitoring_stratum s on s.id = m.stratum where m.lot = $1 and m.state in ('drawn', 'taken') and s.analyte = $2";
    REPORTED = "update monitoring_sample set state = 'reported', reported_at = $2, verdict = $3, sample = coalesce(sample, (select s.id from sample s where s.id = $4)) where id = $1";
}
