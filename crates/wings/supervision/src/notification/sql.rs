//! All SQL of notifications.

/// The twenty-three columns of a notification.
macro_rules! columns {
    ($rest:literal) => {
        concat!("select n.id, n.no, n.source, n.reference, n.kind, n.notified_on, n.notifier, n.origin, n.product, n.category, n.hazard, n.hazard_category, n.serious, n.market, n.port, p.filing_no, n.lot_no, n.plant, n.own, n.stage, n.rule_version, n.received_at, n.due_at from notification n left join plant p on p.id = n.plant ", $rest)
    };
}

store::statements! {
    KNOWN = "select id from notification where source = $1 and reference = $2";
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    ADD = "insert into notification (id, no, source, reference, kind, notified_on, notifier, origin, product, category, hazard, hazard_category, serious, market, port, plant, lot_no, own, stage, rule_version, received_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
    ONE = columns!("where n.id = $1");
    BY_NO = columns!("where n.no = $1");
    NO_BEGINS = columns!("where n.no >= $1 and n.no < $2 order by n.no limit 6");
    BY_REFERENCE = columns!("where n.source in ('rasff', 'fda', 'partner', 'citizen', 'authority') and n.reference = $1 order by n.received_at desc limit 6");
    LIST = columns!("where (n.received_at, n.id) < ($1, $2) order by n.received_at desc, n.id desc limit $3");
    LIST_AT = columns!("where n.stage = $4 and (n.due_at, n.id) > ($1, $2) order by n.due_at, n.id limit $3");
    PLANT = "select id from plant where filing_no = $1";
    SET_STAGE = "update notification set stage = $3, due_at = $4 where id = $1 and stage = $2";
    SUPPLEMENT = "update notification set lot_no = $2, plant = $3, port = $4, market = $5 where id = $1";
    STEP_ADD = "insert into notification_step (id, notification, what, body, by_officer, at) values ($1, $2, $3, $4, $5, $6)";
    STEPS = "select id, body, by_officer, at from notification_step where notification = $1 order by at, id limit 500";
    COUNT_AT = "select count(*) from (select 1 from notification where stage = $1 limit $2) x";
    SET_PLANT = "update notification set plant = $2 where id = $1";
    ATTRIBUTED_CLEAR = "delete from attributed_lot where notification = $1";
    ATTRIBUTED_ADD = "insert into attributed_lot (notification, lot) values ($1, $2) on conflict do nothing";
    ATTRIBUTED = "select lot from attributed_lot where notification = $1 order by lot";
    LOT_STANDS = "select l.id, l.lot_no, l.milli, l.unit_code, d.id, d.no, d.stage, d.market, d.branch, o.name_zh, o.name_en, n.name, (select s.outcome from settlement s where s.lot = l.id and s.ended_at is null and s.outcome in ('release', 'return', 'destroy') limit 1), (select count(*) from settlement h where h.lot = l.id and h.origin = 'notification' and h.ended_at is null) from lot l join line n on n.id = l.line join declaration d on d.id = l.declaration join operator o on o.id = d.operator where l.id = $1";
    HOLD_ADD = "insert into notification_hold (notification, lot, at) values ($1, $2, $3) on conflict do nothing";
    /// A lot that was returned or destroyed meanwhile is held no more.
    HOLDS = "select h.lot from notification_hold h where h.notification = $1 and not exists (select 1 from settlement s where s.lot = h.lot and s.ended_at is null and s.outcome in ('release', 'return', 'destroy')) order by h.lot";
    HOLD_DROP = "delete from notification_hold where notification = $1 and lot = $2";
    HELD_BY_OTHERS = "select count(*) from notification_hold where lot = $1 and notification <> $2";
    EXACT = "select l.id, d.id, d.plant, d.lodged_at from lot l join declaration d on d.id = l.declaration where l.lot_no = $1 and d.direction = 'export' order by d.lodged_at desc, l.id limit 50";
    OF_PLANT = "select l.id, d.id, d.plant, d.lodged_at, n.hs, n.name, d.port, coalesce(p.name_zh, ''), coalesce(p.name_en, '') from declaration d join line n on n.declaration = d.id join lot l on l.declaration = d.id and l.line = n.id left join product p on p.hs = n.hs where d.plant = $1 and d.direction = 'export' and d.lodged_at >= $2 and d.lodged_at < $3 order by d.lodged_at desc, l.id limit 5000";
    OF_MARKET = "select l.id, d.id, d.plant, d.lodged_at, n.hs, n.name, d.port, coalesce(p.name_zh, ''), coalesce(p.name_en, '') from declaration d join line n on n.declaration = d.id join lot l on l.declaration = d.id and l.line = n.id left join product p on p.hs = n.hs where d.market = $1 and d.direction = 'export' and d.lodged_at >= $2 and d.lodged_at < $3 order by d.lodged_at desc, l.id limit 5000";
    CANDIDATES_CLEAR = "delete from candidate_lot where notification = $1";
    CANDIDATE_ADD = "insert into candidate_lot (notification, lot, declaration, confidence_ppm, reasons) values ($1, $2, $3, $4, $5)";
    CANDIDATES = "select c.lot, l.lot_no, c.declaration, d.no, c.confidence_ppm, c.reasons from candidate_lot c join lot l on l.id = c.lot join declaration d on d.id = c.declaration where c.notification = $1 order by c.confidence_ppm desc, c.lot limit 100";
    LOT_PLANT = "select d.plant, d.branch, d.operator, d.market from lot l join declaration d on d.id = l.declaration where l.id = $1";
    OFFICER_BRANCH = "select branch from officer where id = $1";
    /// Closed notifications of the same legal entity and hazard, whatever number its plant has now, with their closing.
    BEFORE = "select n.id, (select max(s.at) from notification_step s where s.notification = n.id and s.what = 'closed') from plant p join notification n on n.plant = p.id and n.hazard_category = $2 and n.received_at < $3 where p.operator = $1 and n.stage = 'closed' and n.id <> $4 order by n.received_at desc, n.id limit 50";
    INTEREST = "select 1 from interest where officer = $1 and operator = $2";
}
