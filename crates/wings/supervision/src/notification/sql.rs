//! All SQL of notifications.

store::statements! {
    KNOWN = "select id from notification where source = $1 and reference = $2";
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    ADD = "insert into notification (id, no, source, reference, kind, notified_on, notifier, origin, product, category, hazard, hazard_category, serious, market, port, plant, lot_no, own, stage, rule_version, received_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
    ONE = "select n.id, n.no, n.source, n.reference, n.kind, n.notified_on, n.notifier, n.origin, n.product, n.category, n.hazard, n.hazard_category, n.serious, n.market, n.port, p.filing_no, n.lot_no, n.plant, n.own, n.stage, n.rule_version, n.received_at, n.due_at from notification n left join plant p on p.id = n.plant where n.id = $1";
    LIST = "select n.id, n.no, n.source, n.reference, n.kind, n.notified_on, n.notifier, n.origin, n.product, n.category, n.hazard, n.hazard_category, n.serious, n.market, n.port, p.filing_no, n.lot_no, n.plant, n.own, n.stage, n.rule_version, n.received_at, n.due_at from notification n left join plant p on p.id = n.plant where (n.received_at, n.id) < ($1, $2) order by n.received_at desc, n.id desc limit $3";
    LIST_AT = "select n.id, n.no, n.source, n.reference, n.kind, n.notified_on, n.notifier, n.origin, n.product, n.category, n.hazard, n.hazard_category, n.serious, n.market, n.port, p.filing_no, n.lot_no, n.plant, n.own, n.stage, n.rule_version, n.received_at, n.due_at from notification n left join plant p on p.id = n.plant where n.stage = $4 and (n.due_at, n.id) > ($1, $2) order by n.due_at, n.id limit $3";
    PLANT = "select id from plant where filing_no = $1";
    SET_STAGE = "update notification set stage = $3, due_at = $4 where id = $1 and stage = $2";
    SUPPLEMENT = "update notification set lot_no = $2, plant = $3, port = $4, market = $5 where id = $1";
    STEP_ADD = "insert into notification_step (id, notification, what, body, by_officer, at) values ($1, $2, $3, $4, $5, $6)";
    STEPS = "select what, body, by_officer, at from notification_step where notification = $1 order by at, id limit 500";
    EXACT = "select l.id, d.id, d.plant, d.lodged_at from lot l join declaration d on d.id = l.declaration where l.lot_no = $1 and d.direction = 'export' order by d.lodged_at desc, l.id limit 50";
    OF_PLANT = "select l.id, d.id, d.plant, d.lodged_at, n.hs, n.name, d.port, coalesce(p.name_zh, ''), coalesce(p.name_en, '') from declaration d join line n on n.declaration = d.id join lot l on l.line = n.id left join product p on p.hs = n.hs where d.plant = $1 and d.direction = 'export' and d.lodged_at >= $2 and d.lodged_at < $3 order by d.lodged_at desc, l.id limit 5000";
    OF_MARKET = "select l.id, d.id, d.plant, d.lodged_at, n.hs, n.name, d.port, coalesce(p.name_zh, ''), coalesce(p.name_en, '') from declaration d join line n on n.declaration = d.id join lot l on l.line = n.id left join product p on p.hs = n.hs where d.market = $1 and d.direction = 'export' and d.lodged_at >= $2 and d.lodged_at < $3 order by d.lodged_at desc, l.id limit 5000";
    CANDIDATES_CLEAR = "delete from candidate_lot where notification = $1";
    CANDIDATE_ADD = "insert into candidate_lot (notification, lot, declaration, confidence_ppm, reasons) values ($1, $2, $3, $4, $5)";
    CANDIDATES = "select c.lot, l.lot_no, c.declaration, d.no, c.confidence_ppm, c.reasons from candidate_lot c join lot l on l.id = c.lot join declaration d on d.id = c.declaration where c.notification = $1 order by c.confidence_ppm desc, c.lot limit 100";
    LOT_PLANT = "select d.plant, d.branch, d.operator from lot l join declaration d on d.id = l.declaration where l.id = $1";
    OFFICER_BRANCH = "select branch from officer where id = $1";
    INTEREST = "select 1 from interest where officer = $1 and operator = $2";
}
