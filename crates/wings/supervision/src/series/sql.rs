//! All SQL of series.

/// The twenty columns of a series.
macro_rules! columns {
    ($rest:literal) => {
        concat!("select s.id, s.operator, s.plant, s.branch, s.hazard, s.market, s.heading, s.notification, s.rule_version, s.opened_at, s.needed, s.clean, s.failures, s.demanded_at, s.demand_due_at, s.answered_at, s.answer, case when s.resumed_at is null then s.suspended_at end, s.suspension, s.ended_at from series s ", $rest)
    };
}

store::statements! {
    /// Plants, markets and goods of the attributed lots.
    SUBJECTS = "select distinct d.operator, d.plant, p.branch, d.market, h.hs, n.hazard_category, n.rule_version from notification n join attributed_lot a on a.notification = n.id join lot l on l.id = a.lot join line h on h.id = l.line join declaration d on d.id = l.declaration join plant p on p.id = d.plant where n.id = $1";
    ADD = "insert into series (id, operator, plant, branch, hazard, market, heading, notification, rule_version, opened_at, needed, clean, failures, answer, suspension) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, '', '')";
    ONE = columns!("where s.id = $1");
    RUNNING = columns!("where s.ended_at is null order by s.opened_at desc, s.id desc limit $1");
    OF_NOTIFICATION = columns!("where s.id in (select x.id from series x where x.notification = $1 union select c.series from series_count c where c.source = $1) order by s.opened_at, s.id limit 100");
    OF_DECLARATION = columns!("join series_consignment c on c.series = s.id where c.declaration = $1 and s.ended_at is null order by s.opened_at, s.id limit 20");
    SAME = columns!("where s.plant = $1 and s.hazard = $2 and s.market = $3 and s.heading = $4 and s.ended_at is null");
    /// Running series of an operator's goods for a market: of this plant, or of another when this one was filed later.
    FITTING = columns!("where s.operator = $1 and s.market = $2 and s.ended_at is null and (s.plant = $3 or exists (select 1 from plant p where p.id = $3 and p.since >= s.opened_at)) order by s.opened_at, s.id");
    SUBJECT = "select d.operator, d.plant, d.market, d.direction, d.stage from declaration d where d.id = $1";
    HEADINGS = "select distinct hs from line where declaration = $1";
    LOTS = "select id from lot where declaration = $1 order by lot_no";
    PENDING = "select d.id from declaration d where d.plant = $1 and d.market = $2 and d.direction = 'export' and d.lodged_at >= $3 and d.stage in ('lodged', 'returned', 'accepted', 'inspecting', 'testing', 'deciding') order by d.lodged_at, d.id limit 500";
    CONSIGN = "insert into series_consignment (series, declaration, at) values ($1, $2, $3) on conflict do nothing";
    CONSIGNMENTS = "select declaration from series_consignment where series = $1";
    COUNT_ADD = "insert into series_count (series, source, clean, at) values ($1, $2, $3, $4) on conflict do nothing";
    SET_COUNT = "update series set clean = $2, failures = $3 where id = $1 and ended_at is null";
    DEMAND = "update series set demanded_at = $2, demand_due_at = $3 where id = $1 and demanded_at is null";
    ANSWER = "update series set answered_at = $2, answer = $3 where id = $1 and demanded_at is not null and answered_at is null";
    SUSPEND = "update series set suspended_at = $2, suspended_by = $3, suspension = $4, resumed_at = null where id = $1 and (suspended_at is null or resumed_at is not null) and ended_at is null";
    RESUME = "update series set resumed_at = $2 where id = $1 and suspended_at is not null and resumed_at is null";
    END = "update series set ended_at = $2 where id = $1 and ended_at is null";
    /// Notifications of a series whose cause is not found yet.
    UNEXPLAINED = "select count(*) from notification n where n.stage in ('received', 'insufficient', 'attributed') and (n.id = $1 or n.id in (select c.source from series_count c where c.series = $2))";
    SOURCES = "select source from series_count where series = $1 and clean = false";
}
