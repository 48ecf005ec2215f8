//! What is known of raw material and of production lots.

use super::{FieldSpray, Flaw, Production, RawLot, Spray, SupplyAlert, rules, sql};
use kernel::{Date, FarmId, PlantId, ProductionId, Quantity, RawLotId, Result, UnitCode};
use store::{Row, Tx, vals};

/// How long before a harvest a spraying can still matter, in days: longer than any interval in use.
const LONGEST_INTERVAL: u64 = 400;

pub(super) fn raw_row(r: &Row) -> Result<RawLot> {
    let unit = UnitCode::parse("KGM").ok_or_else(|| kernel::No::fault("no kilogram"))?;
    Ok(RawLot {
        id: r.get(0)?,
        plant: r.get(1)?,
        no: r.get(2)?,
        farm: r.get(3)?,
        proof_no: r.get(4)?,
        field: r.get(5)?,
        hs: r.get(6)?,
        quantity: Quantity { milli: r.get(7)?, unit },
        harvested_on: r.get(8)?,
        received_on: r.get(9)?,
    })
}

fn production_row(r: &Row) -> Result<Production> {
    let tests: String = r.get(7)?;
    Ok(Production {
        id: r.get(0)?,
        plant: r.get(1)?,
        no: r.get(2)?,
        hs: r.get(3)?,
        quantity: Quantity { milli: r.get(4)?, unit: r.get(5)? },
        made_on: r.get(6)?,
        tests: serde_json::from_str(&tests)?,
    })
}

/// The raw lots of a number, over all plants.
pub async fn raw_by_no(tx: &mut Tx, no: &str) -> Result<Vec<RawLot>> {
    tx.all(sql::RAW_BY_NO, vals![no]).await?.iter().map(raw_row).collect()
}

/// The production lots of a number, over all plants.
pub async fn production_by_no(tx: &mut Tx, no: &str) -> Result<Vec<Production>> {
    tx.all(sql::PRODUCTION_BY_NO, vals![no]).await?.iter().map(production_row).collect()
}

/// The raw lots that went into a production lot, each with how much of it.
pub async fn inputs(tx: &mut Tx, production: ProductionId) -> Result<Vec<RawLot>> {
    tx.all(sql::INPUTS, vals![production]).await?.iter().map(raw_row).collect()
}

/// The sprayings of a field that can matter for a harvest, oldest first.
pub async fn sprays(tx: &mut Tx, farm: FarmId, field: &str, harvested_on: &str) -> Result<Vec<Spray>> {
    let day: Option<Date> = harvested_on.parse().ok();
    let days = std::time::Duration::from_secs(LONGEST_INTERVAL * 86_400);
    let since = day.and_then(|d| d.checked_sub(days).ok()).map_or_else(String::new, |d| d.to_string());
    let rows = tx.all(sql::SPRAYS, vals![farm, field, since]).await?;
    rows.iter()
        .map(|r| Ok(Spray { product: r.get(0)?, interval_days: r.get(1)?, applied_on: r.get(2)? }))
        .collect()
}

/// The sprayings of a farm, field after field, the newest of each first.
pub async fn sprays_of(tx: &mut Tx, farm: FarmId, limit: i64) -> Result<Vec<FieldSpray>> {
    let rows = tx.all(sql::SPRAYS_OF, vals![farm, limit]).await?;
    rows.iter()
        .map(|r| {
            let spray = Spray { product: r.get(1)?, interval_days: r.get(2)?, applied_on: r.get(3)? };
            Ok(FieldSpray { field: r.get(0)?, spray })
        })
        .collect()
}

/// The farm of a filing number.
pub async fn farm_by_no(tx: &mut Tx, filing_no: &str) -> Result<Option<FarmId>> {
    tx.opt(sql::FARM_BY_NO, vals![filing_no]).await?.map(|r| r.get(0)).transpose()
}

/// The raw lots of a plant after a number, in their order.
pub async fn raw_of(tx: &mut Tx, plant: PlantId, after: &str, limit: i64) -> Result<Vec<RawLot>> {
    tx.all(sql::RAW_OF, vals![plant, after, limit]).await?.iter().map(raw_row).collect()
}

/// Where a list that begins with the newest goes on: the day and the row that its last page ended with.
pub type Before<T> = Option<(String, T)>;

/// After every day that is written as days are.
const LAST_DAY: &str = "9999-99-99";

fn key<T: From<uuid::Uuid> + Copy>(before: &Before<T>) -> (&str, T) {
    match before {
        Some((day, id)) => (day.as_str(), *id),
        None => (LAST_DAY, T::from(kernel::MAX_UUID)),
    }
}

/// The raw lots that came to a plant, the last first, from the one before the key on.
pub async fn newest_raw(
    tx: &mut Tx,
    plant: PlantId,
    before: &Before<RawLotId>,
    limit: i64,
) -> Result<Vec<RawLot>> {
    let (day, id) = key(before);
    tx.all(sql::RAW_NEWEST, vals![plant, limit, day, id]).await?.iter().map(raw_row).collect()
}

/// The production lots that a plant made, the last first, from the one before the key on.
pub async fn newest_productions(
    tx: &mut Tx,
    plant: PlantId,
    before: &Before<ProductionId>,
    limit: i64,
) -> Result<Vec<Production>> {
    let (day, id) = key(before);
    tx.all(sql::PRODUCTIONS_NEWEST, vals![plant, limit, day, id]).await?.iter().map(production_row).collect()
}

/// The raw lots that came with proofs of a farm, the last harvest first, from the one before the key on.
pub async fn raw_from(
    tx: &mut Tx,
    farm: FarmId,
    before: &Before<RawLotId>,
    limit: i64,
) -> Result<Vec<RawLot>> {
    let (day, id) = key(before);
    tx.all(sql::RAW_FROM, vals![farm, limit, day, id]).await?.iter().map(raw_row).collect()
}

/// The production lots of a plant after a number, in their order.
pub async fn productions_of(tx: &mut Tx, plant: PlantId, after: &str, limit: i64) -> Result<Vec<Production>> {
    tx.all(sql::PRODUCTIONS_OF, vals![plant, after, limit]).await?.iter().map(production_row).collect()
}

/// What is wrong with the raw material of a production lot now: spray records may have come later than it.
pub async fn flaws(tx: &mut Tx, production: ProductionId) -> Result<Vec<Flaw>> {
    let mut found = Vec::new();
    for raw in inputs(tx, production).await? {
        let sprays = match raw.farm {
            Some(farm) => sprays(tx, farm, &raw.field, &raw.harvested_on).await?,
            None => Vec::new(),
        };
        found.extend(rules::flaws_of(&raw, &sprays));
    }
    Ok(found)
}

/// Alerts of farms that delivered more than they are filed for, newest first.
pub async fn alerts(tx: &mut Tx, most: i64) -> Result<Vec<SupplyAlert>> {
    let rows = tx.all(sql::ALERTS, vals![most]).await?;
    rows.iter()
        .map(|r| {
            Ok(SupplyAlert {
                farm: r.get(0)?,
                month: r.get(1)?,
                delivered: r.get(2)?,
                maximum_kg: r.get(3)?,
                at: r.get(4)?,
            })
        })
        .collect()
}
