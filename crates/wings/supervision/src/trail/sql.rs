//! All SQL of the trail.

/// What is looked up by name is looked up for sixteen names at a time; fewer repeat the last.
macro_rules! sixteen {
    () => {
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    };
}

store::statements! {
    /// The lock that orders runs, and where the last one ended.
    TOLD = "update trail_told set seq = seq where one = 1 returning seq";
    TOLD_SET = "update trail_told set seq = $1 where one = 1";
    UPTO = "select seq from trail_told where one = 1";
    AFTER = "select seq, at, kind, body from ledger where seq > $1 order by seq limit $2";

    RAW = "select r.no, p.filing_no, f.filing_no, r.proof_no, r.field, r.hs, r.milli, r.harvested_on, r.received_on, r.farm from raw_lot r join plant p on p.id = r.plant left join farm f on f.id = r.farm where r.id = $1";
    FARM_NO = "select filing_no from farm where id = $1";
    PRODUCTION = "select m.no, p.filing_no, m.hs, m.milli, m.unit_code, m.made_on from production m join plant p on p.id = m.plant where m.id = $1";
    INPUTS = "select r.no, i.milli from production_input i join raw_lot r on r.id = i.raw_lot where i.production = $1 order by r.no, r.id";
    CONSIGNMENT = "select d.no, d.direction, o.code, p.filing_no, d.market, d.port, u.code, d.revision from declaration d join operator o on o.id = d.operator join unit u on u.id = d.branch left join plant p on p.id = d.plant where d.id = $1";
    LOTS = "select l.lot_no, l.milli, l.unit_code from lot l where l.declaration = $1 order by l.lot_no, l.id";
    LOT = "select l.lot_no, l.milli, l.unit_code from lot l where l.id = $1";
    CONSIGNEE = "select filled from certificate where id = $1";
    CERTIFICATE_NO = "select no from certificate where id = $1";

    CAPTURED = "select seq, record_time, body from epcis_event where seq > $1 order by seq limit $2";
    CAPTURED_KEY = "select key from epcis_event where seq = $1";
    DECLARED = "select l.lot_no, d.id, d.no, d.market, d.stage, d.branch, d.operator, coalesce(p.filing_no, o.code) from lot l join declaration d on d.id = l.declaration join operator o on o.id = d.operator left join plant p on p.id = d.plant where l.lot_no = $1 order by d.lodged_at desc, d.id desc limit 50";
    RAW_PLANTS = "select p.filing_no from raw_lot r join plant p on p.id = r.plant where r.no = $1 order by p.filing_no limit 50";
    MADE_PLANTS = "select p.filing_no from production m join plant p on p.id = m.plant where m.no = $1 order by p.filing_no limit 50";

    TOLD_BY = concat!("select key, body from epcis_event where key in ", sixteen!());
    OUTCOMES = concat!("select l.lot_no, coalesce(p.filing_no, o.code), s.outcome from lot l join settlement s on s.lot = l.id join declaration d on d.id = l.declaration join operator o on o.id = d.operator left join plant p on p.id = d.plant where l.lot_no in ", sixteen!(), " and s.ended_at is null order by s.at desc limit 2000");
    LOT_GOODS = concat!("select l.lot_no, coalesce(p.filing_no, o.code), n.name from lot l join line n on n.id = l.line join declaration d on d.id = l.declaration join operator o on o.id = d.operator left join plant p on p.id = d.plant where l.lot_no in ", sixteen!(), " order by d.lodged_at desc limit 2000");
    MADE_GOODS = concat!("select m.no, p.filing_no, x.name_zh, x.name_en from production m join plant p on p.id = m.plant join product x on x.hs = m.hs where m.no in ", sixteen!(), " limit 2000");
    RAW_LOTS = concat!("select r.no, p.filing_no, r.farm, r.hs, x.name_zh, x.name_en from raw_lot r join plant p on p.id = r.plant left join product x on x.hs = r.hs where r.no in ", sixteen!(), " limit 2000");
    FARMS = concat!("select filing_no, name_zh, name_en, month_max_kg from farm where filing_no in ", sixteen!());
    PLANTS = concat!("select filing_no, name_zh, name_en from plant where filing_no in ", sixteen!());
    OPERATORS = concat!("select code, name_zh, name_en from operator where code in ", sixteen!());
    BRANCHES = concat!("select code, name_zh, name_en from unit where code in ", sixteen!());
    STAGES = concat!("select no, stage from declaration where no in ", sixteen!());
    CERTIFICATES = concat!("select no, ended_how from certificate where no in ", sixteen!());
    ATTRIBUTES = concat!("select element, name, value from epcis_attribute where element in ", sixteen!(), " order by element, name limit 2000");
}
