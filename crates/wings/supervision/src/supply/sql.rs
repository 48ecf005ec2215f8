//! All SQL of the supply of plants.

store::statements! {
    FARM_OF = "select f.id, f.month_max_kg from farm f where f.plant = $1 and f.filing_no = $2";
    FARM_BY_NO = "select f.id, p.branch, p.operator from farm f join plant p on p.id = f.plant where f.filing_no = $1";
    SPRAY_ADD = "insert into spray (id, farm, field, product, interval_days, applied_on, entered_at) values ($1, $2, $3, $4, $5, $6, $7)";
    SPRAYS = "select product, interval_days, applied_on from spray where farm = $1 and field = $2 and applied_on > $3 order by applied_on, id limit 200";
    SPRAYS_OF = "select field, product, interval_days, applied_on from spray where farm = $1 order by field, applied_on desc limit $2";
    RAW_OF = "select id, plant, no, farm, proof_no, field, hs, milli, harvested_on, received_on from raw_lot where plant = $1 and no > $2 order by no limit $3";
    RAW_FROM = "select id, plant, no, farm, proof_no, field, hs, milli, harvested_on, received_on from raw_lot where farm = $1 and (harvested_on, id) < ($3, $4) order by harvested_on desc, id desc limit $2";
    PRODUCTIONS_OF = "select id, plant, no, hs, milli, unit_code, made_on, tests from production where plant = $1 and no > $2 order by no limit $3";
    RAW_NEWEST = "select id, plant, no, farm, proof_no, field, hs, milli, harvested_on, received_on from raw_lot where plant = $1 and (received_on, id) < ($3, $4) order by received_on desc, id desc limit $2";
    PRODUCTIONS_NEWEST = "select id, plant, no, hs, milli, unit_code, made_on, tests from production where plant = $1 and (made_on, id) < ($3, $4) order by made_on desc, id desc limit $2";
    RAW_ADD = "insert into raw_lot (id, plant, no, farm, proof_no, field, hs, milli, harvested_on, received_on, entered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing";
    RAW = "select id, plant, no, farm, proof_no, field, hs, milli, harvested_on, received_on from raw_lot where plant = $1 and no = $2";
    RAW_BY_NO = "select id, plant, no, farm, proof_no, field, hs, milli, harvested_on, received_on from raw_lot where no = $1 order by id limit 50";
    DELIVERED = "select cast(coalesce(sum(milli), 0) as bigint) from raw_lot where farm = $1 and harvested_on >= $2 and harvested_on <= $3";
    ALERT_PUT = "insert into supply_alert (farm, month, raw_lot, delivered, maximum_kg, at) values ($1, $2, $3, $4, $5, $6) on conflict (farm, month) do update set delivered = excluded.delivered, raw_lot = excluded.raw_lot";
    ALERT = "select at from supply_alert where farm = $1 and month = $2";
    ALERTS = "select farm, month, delivered, maximum_kg, at from supply_alert order by at desc, farm desc, month desc limit $1";
    PRODUCTION_ADD = "insert into production (id, plant, no, hs, milli, unit_code, made_on, tests, entered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    TESTS_SET = "update production set tests = $2 where id = $1";
    PRODUCTION_BY_NO = "select id, plant, no, hs, milli, unit_code, made_on, tests from production where no = $1 order by id limit 50";
    INPUT_ADD = "insert into production_input (production, raw_lot, milli) values ($1, $2, $3) on conflict (production, raw_lot) do update set milli = production_input.milli + excluded.milli";
    INPUTS = "select r.id, r.plant, r.no, r.farm, r.proof_no, r.field, r.hs, i.milli, r.harvested_on, r.received_on from production_input i join raw_lot r on r.id = i.raw_lot where i.production = $1 order by r.no, r.id limit 2000";
    DECLARED = "select l.id, l.declaration from production p join lot l on l.lot_no = p.no join declaration d on d.id = l.declaration and d.plant = p.plant where p.id = $1 order by l.id limit 500";
    /// Of a lot: its direction, plant and branch, and the production lot of its number.
    SOURCE = "select d.direction, d.plant, d.branch, p.id from lot l join declaration d on d.id = l.declaration left join production p on p.plant = d.plant and p.no = l.lot_no where l.id = $1";
    /// The raw lots of a production lot: whether each has a proof, is drawn on beyond what came, or is of a farm beyond its filing.
    PROOFS = "select r.id, r.farm, r.proof_no, r.milli, (select cast(coalesce(sum(o.milli), 0) as bigint) from production_input o where o.raw_lot = r.id), (select count(*) from supply_alert a where a.farm = r.farm and a.month = substr(r.harvested_on, 1, 7)) from production_input i join raw_lot r on r.id = i.raw_lot where i.production = $1 order by r.id limit 2000";
    BEHIND = "select l.id, p.id from lot l join declaration d on d.id = l.declaration join production p on p.plant = d.plant and p.no = l.lot_no where l.declaration = $1 order by l.id";
}
