//! All SQL of alerts.

/// A whole alert.
macro_rules! alert {
    ($rest:literal) => {
        concat!(
            "select a.id, a.no, a.state, a.title, a.hazard, a.source, a.information, a.notification, a.direction, a.hs, a.operator, a.plant, a.market, a.severity, a.likelihood, a.level, a.evidence, a.lane, a.rate_ppm, a.hold, a.tests, a.rule_version, a.informed_by, a.informed_at, a.proposed_by, a.proposed_at, a.approved_by, a.approved_at, a.starts_at, a.active_at, a.ends_at, a.review_at, a.ended_at, a.ended_by, a.ended_how, a.ended_reason from alert a ",
            $rest
        )
    };
}

/// Whether declaration `d` is in the scope of alert `a`; its line is asked for apart.
macro_rules! scope {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " (a.direction = '' or d.direction = a.direction) and (a.market = '' or d.market = a.market) and (a.operator is null or d.operator = a.operator) and (a.plant is null or d.plant = a.plant) ",
            $after
        )
    };
}

store::statements! {
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    ADD = "insert into alert (id, no, state, title, hazard, source, information, notification, direction, hs, operator, plant, market, severity, likelihood, level, evidence, lane, rate_ppm, hold, tests, rule_version, informed_by, informed_at) values ($1, $2, 'informed', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, '', '', '', 0, false, '[]', '', $13, $14)";
    ONE = alert!("where a.id = $1");
    BY_NO = alert!("where a.no = $1");
    OF_NOTIFICATION = "select id from alert where notification = $1";
    LIST = alert!("where (a.informed_at, a.id) < ($1, $2) order by a.informed_at desc, a.id desc limit $3");
    LIST_IN = alert!("where a.state = $4 and (a.informed_at, a.id) < ($1, $2) order by a.informed_at desc, a.id desc limit $3");
    LIVE = alert!("where a.state in ('approved', 'active') order by a.no limit 2000");
    COUNTS = "select state, count(*) from alert group by state";
    PROPOSE = "update alert set state = 'proposed', title = $2, hazard = $3, direction = $4, hs = $5, operator = $6, plant = $7, market = $8, severity = $9, likelihood = $10, level = $11, evidence = $12, lane = $13, rate_ppm = $14, hold = $15, tests = $16, rule_version = $17, starts_at = $18, ends_at = $19, review_at = $20, proposed_by = $21, proposed_at = $22 where id = $1 and state = 'informed'";
    APPROVE = "update alert set state = 'approved', approved_by = $2, approved_at = $3, starts_at = $4 where id = $1 and state = 'proposed'";
    RETURN = "update alert set state = 'informed' where id = $1 and state = 'proposed'";
    ACTIVATE = "update alert set state = 'active', active_at = $2 where id = $1 and state = 'approved'";
    END = "update alert set state = $3, ended_at = $4, ended_by = $5, ended_how = $3, ended_reason = $6 where id = $1 and state = $2";
    REVIEW = "update alert set review_at = $2 where id = $1 and state = 'active'";
    STARTING = "select id from alert where state = 'approved' and starts_at <= $1 order by starts_at, id limit $2";
    ENDING = "select id from alert where state in ('approved', 'active') and ends_at <= $1 order by ends_at, id limit $2";
    FRESH = "select id from alert where state = 'active' and active_at > $1 order by active_at, id limit $2";
    /// Pending consignments of one stage in scope that the alert has not reached, after a key.
    PENDING = scope!("select d.lodged_at, d.id from declaration d join alert a on a.id = $1 where d.stage = $2 and (d.lodged_at, d.id) > ($3, $4) and", "and (a.hs = '' or exists (select 1 from line l where l.declaration = d.id and l.hs like a.hs || '%')) and not exists (select 1 from alert_effect e where e.alert = a.id and e.declaration = d.id) order by d.lodged_at, d.id limit $5");
    EFFECT_ADD = "insert into alert_effect (alert, declaration, decision, selected, at) values ($1, $2, $3, $4, $5) on conflict do nothing";
    EFFECTS = "select e.declaration, d.no, d.goods, d.stage, d.lane, e.selected, e.at from alert_effect e join declaration d on d.id = e.declaration where e.alert = $1 and e.declaration > $2 and (d.branch = $4 or $4 is null) order by e.declaration limit $3";
    EFFECT_COUNTS = "select count(*), cast(coalesce(sum(case when selected then 1 else 0 end), 0) as bigint) from alert_effect where alert = $1";
    /// Lots of a consignment in scope that have no final outcome.
    HOLDABLE = "select l.id from lot l join line n on n.id = l.line join alert a on a.id = $1 where l.declaration = $2 and (a.hs = '' or n.hs like a.hs || '%') and not exists (select 1 from settlement s where s.lot = l.id and s.ended_at is null and s.outcome in ('release', 'return', 'destroy')) order by n.line_no, l.lot_no";
    LOT_ADD = "insert into alert_lot (alert, lot, declaration, how, at) values ($1, $2, $3, $4, $5) on conflict do nothing";
    /// Lots in scope that were released since an instant.
    RELEASED_ADD = scope!("insert into alert_lot (alert, lot, declaration, how, at) select a.id, l.id, d.id, 'released', s.at from alert a join settlement s on s.outcome = 'release' and s.ended_at is null and s.at >= $2 join lot l on l.id = s.lot join line n on n.id = l.line join declaration d on d.id = l.declaration where a.id = $1 and (a.hs = '' or n.hs like a.hs || '%') and", "on conflict do nothing");
    LOTS = "select x.lot, l.lot_no, x.declaration, d.no, n.hs, n.name, d.market, x.how, x.at from alert_lot x join lot l on l.id = x.lot join line n on n.id = l.line join declaration d on d.id = x.declaration where x.alert = $1 and x.how = $2 and x.lot > $3 and (d.branch = $5 or $5 is null) order by x.lot limit $4";
    LOT_COUNTS = "select how, count(*) from alert_lot where alert = $1 group by how";
    HELD = "select lot from alert_lot where alert = $1 and how = 'held' and lot > $2 order by lot limit $3";
    LET_GO = "update alert_lot set how = 'let_go', at = $3 where alert = $1 and lot = $2";
    OF_DECLARATION = alert!("join alert_effect e on e.alert = a.id where e.declaration = $1 order by a.no limit 100");
    NOTIFICATION = "select n.no, n.reference, n.product, n.hazard, n.origin, n.market, n.plant, n.serious, n.own from notification n where n.id = $1";
    INTEREST = "select 1 from interest i where i.officer = $1 and (i.operator = $2 or i.operator = (select p.operator from plant p where p.id = $3))";
}
