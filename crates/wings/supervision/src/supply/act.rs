//! The verbs of supply: record a spraying, receive raw material, build a production lot; and what follows.

use super::{Flaw, ORIGIN, ProductionEntry, RawEntry, SprayEntry, read, rules, sql};
use crate::{release, targeting};
use kernel::{
    Actor, Date, DeclarationId, FarmId, LotId, No, OperatorId, ProductionId, Quantity, RawLotId, Refusal,
    Result, SprayId, UnitId, bi,
    supervision::{LotBuilt, RawReceived, SprayRecorded, SupplyExceeded},
};
use registry::trade::{self, Plant};
use store::{Tx, vals};

fn acceptable() -> Refusal {
    Refusal::new("supply.entry", bi("登记内容不符合要求", "what was entered is not acceptable"))
        .clause("《食品安全法》第四十九条、第五十条")
}

fn day(no: Refusal, field: &str, value: &str) -> Refusal {
    match value.parse::<Date>() {
        Ok(_) => no,
        Err(_) => no.missing(field, value, bi("写成 2026-04-12 这样的日期", "a date such as 2026-04-12")),
    }
}

fn said(no: Refusal, field: &str, value: &str) -> Refusal {
    if !value.trim().is_empty() && value.len() <= 200 {
        return no;
    }
    no.missing(field, value, bi("必填，至多 200 字节", "needed, at most 200 bytes"))
}

fn weight(no: Refusal, field: &str, value: &str) -> (Refusal, i64) {
    match Quantity::parse_milli(value).filter(|m| *m > 0) {
        Some(milli) => (no, milli),
        None => {
            let needed =
                bi("大于零的千克数，至多三位小数", "kilograms above zero, at most three decimal places");
            (no.missing(field, value, needed), 0)
        }
    }
}

fn end(no: Refusal) -> Result<()> {
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

fn within(by: &Actor, branch: UnitId, operator: OperatorId) -> Result<()> {
    if by.reaches(branch, operator) {
        return Ok(());
    }
    let what = bi("这家工厂不在您的范围内", "this plant is not within your reach");
    Err(Refusal::new("access.scope", what).into())
}

async fn plant(tx: &mut Tx, by: &Actor, filing_no: &str) -> Result<Plant> {
    let found = trade::plant_by_no(tx, filing_no).await?;
    let plant = found.ok_or_else(|| {
        No::from(acceptable().missing(
            "plant",
            filing_no,
            bi("已备案的工厂编号", "the filing number of a plant"),
        ))
    })?;
    within(by, plant.branch, plant.operator)?;
    Ok(plant)
}

/// Records that a field was sprayed.
///
/// # Errors
/// Refused when a field is wrong, or the farm is not filed or not within reach.
pub async fn record_spray(tx: &mut Tx, by: &Actor, e: &SprayEntry) -> Result<SprayId> {
    let mut no = said(said(acceptable(), "field", &e.field), "product", &e.product);
    no = day(no, "applied_on", &e.applied_on);
    if !(0..=365).contains(&e.interval_days) {
        no = no.missing("interval_days", e.interval_days, bi("0 至 365 天", "0 to 365 days"));
    }
    let farm = tx.opt(sql::FARM_BY_NO, vals![&e.farm]).await?;
    let Some(farm) = farm else {
        return Err(no
            .missing("farm", &e.farm, bi("已备案的基地编号", "the filing number of a farm"))
            .into());
    };
    let (id, branch): (FarmId, UnitId) = (farm.get(0)?, farm.get(1)?);
    within(by, branch, farm.get(2)?)?;
    end(no)?;
    let spray = tx.id::<SprayId>();
    let now = tx.now();
    tx.exec(sql::SPRAY_ADD, vals![spray, id, &e.field, &e.product, e.interval_days, &e.applied_on, now])
        .await?;
    let fact = SprayRecorded {
        spray,
        farm: id,
        field: e.field.clone(),
        product: e.product.clone(),
        interval_days: e.interval_days,
        applied_on: e.applied_on.clone(),
    };
    tx.append(id.subject(), by.officer, Some(branch), fact);
    Ok(spray)
}

/// Enters raw material that came to a plant. Without the proof of a farm that is filed for the plant it is entered
/// all the same, and every lot built from it is held.
///
/// # Errors
/// Refused when a field is wrong, the proof names a farm that is not filed for this plant, the number is taken, or the
/// harvest fell within a pre-harvest interval and that is not said to be known.
pub async fn receive(tx: &mut Tx, by: &Actor, e: &RawEntry) -> Result<RawLotId> {
    let plant = plant(tx, by, &e.plant).await?;
    let mut no = said(said(acceptable(), "no", &e.no), "hs", &e.hs);
    no = day(day(no, "harvested_on", &e.harvested_on), "received_on", &e.received_on);
    let (mut no, milli) = weight(no, "kilograms", &e.kilograms);
    let proven = !e.farm.is_empty() && !e.proof_no.trim().is_empty();
    let farm = match proven {
        true => tx.opt(sql::FARM_OF, vals![plant.id, &e.farm]).await?,
        false => None,
    };
    let farm: Option<(FarmId, i64)> = farm.map(|r| Ok::<_, No>((r.get(0)?, r.get(1)?))).transpose()?;
    if proven && farm.is_none() {
        let needed =
            bi("为本厂备案的基地；没有证明则留空", "a farm filed for this plant; empty without a proof");
        no = no.missing("farm", &e.farm, needed);
    }
    end(no)?;
    if let Some((farm, _)) = farm.filter(|_| !e.known_early) {
        waited_for(tx, farm, e).await?;
    }
    let id = tx.id::<RawLotId>();
    let now = tx.now();
    let of = farm.map(|f| f.0);
    let row = vals![
        id,
        plant.id,
        &e.no,
        of,
        &e.proof_no,
        &e.field,
        &e.hs,
        milli,
        &e.harvested_on,
        &e.received_on,
        now
    ];
    if tx.exec(sql::RAW_ADD, row).await? == 0 {
        let needed = bi("本厂未用过的原料批号", "a number that this plant has not used");
        return Err(acceptable().missing("no", &e.no, needed).into());
    }
    let fact = RawReceived { raw_lot: id, no: e.no.clone(), plant: plant.id, farm: of };
    tx.append(id.subject(), by.officer, Some(plant.branch), fact);
    if let Some((farm, maximum_kg)) = farm {
        weigh(tx, by, &plant, (farm, maximum_kg), id, &e.harvested_on).await?;
    }
    Ok(id)
}

/// Refuses a harvest within a pre-harvest interval of its field.
async fn waited_for(tx: &mut Tx, farm: FarmId, e: &RawEntry) -> Result<()> {
    let sprays = read::sprays(tx, farm, &e.field, &e.harvested_on).await?;
    let Some((day, spray)) = rules::broken(&sprays, &e.harvested_on) else { return Ok(()) };
    let what = bi("采收早于安全间隔期", "harvested within a pre-harvest interval");
    let needed = bi(
        format!(
            "最早 {day} 采收：{} 施用 {}，安全间隔期 {} 天",
            spray.applied_on, spray.product, spray.interval_days
        ),
        format!(
            "{day} at the earliest: {} was sprayed on {}, its interval is {} days",
            spray.product, spray.applied_on, spray.interval_days
        ),
    );
    let remedy = bi(
        "退回基地或更正日期；原料已在厂内的，声明知悉后登记，所制产品一律留置并检测",
        "Send it back or correct the day; if it is in the plant already, say that this is known and enter it: what is built from it is held and tested",
    );
    Err(Refusal::new("supply.early_harvest", what)
        .clause("《食品安全法》第四十九条；《农药管理条例》第三十四条")
        .missing("harvested_on", &e.harvested_on, needed)
        .remedy(remedy)
        .into())
}

/// Opens an alert when the farm's month is over its filed maximum; once a month.
async fn weigh(
    tx: &mut Tx,
    by: &Actor,
    plant: &Plant,
    (farm, maximum_kg): (FarmId, i64),
    raw: RawLotId,
    harvested_on: &str,
) -> Result<()> {
    let month = harvested_on.get(..7).unwrap_or_default();
    let span = vals![farm, format!("{month}-01"), format!("{month}-31")];
    let delivered: i64 = tx.one(sql::DELIVERED, span).await?.get(0)?;
    if delivered <= maximum_kg.saturating_mul(1000) {
        return Ok(());
    }
    let open = tx.opt(sql::ALERT, vals![farm, month]).await?.is_some();
    let now = tx.now();
    tx.exec(sql::ALERT_PUT, vals![farm, month, raw, delivered, maximum_kg, now]).await?;
    if !open {
        let fact = SupplyExceeded { farm, month: month.into(), delivered, maximum_kg };
        tx.append(farm.subject(), by.officer, Some(plant.branch), fact);
    }
    Ok(())
}

/// Builds a production lot from raw lots, and says what is wrong with them; a flawed lot is built and held.
///
/// # Errors
/// Refused when a field is wrong, a raw lot is not entered for this plant, or the number is taken.
pub async fn build(tx: &mut Tx, by: &Actor, e: &ProductionEntry) -> Result<(ProductionId, Vec<Flaw>)> {
    let plant = plant(tx, by, &e.plant).await?;
    let no = day(said(said(acceptable(), "no", &e.no), "hs", &e.hs), "made_on", &e.made_on);
    let (mut no, milli) = weight(no, "kilograms", &e.kilograms);
    if e.inputs.is_empty() {
        no = no.missing("inputs", "", bi("至少一个原料批", "at least one raw lot"));
    }
    let mut inputs = Vec::with_capacity(e.inputs.len());
    for (raw_no, kilograms) in &e.inputs {
        let found = tx.opt(sql::RAW, vals![plant.id, raw_no]).await?;
        let (kept, used) = weight(no, "kilograms", kilograms);
        no = kept;
        match found {
            Some(r) => inputs.push((r.get::<RawLotId>(0)?, used)),
            None => {
                let needed = bi("先登记该原料批", "enter this raw lot first");
                no = no.missing("inputs", raw_no, needed);
            }
        }
    }
    end(no)?;
    let id = tx.id::<ProductionId>();
    let now = tx.now();
    let row = vals![id, plant.id, &e.no, &e.hs, milli, "KGM", &e.made_on, "[]", now];
    if tx.exec(sql::PRODUCTION_ADD, row).await? == 0 {
        let needed = bi("本厂未用过的批号", "a number that this plant has not used");
        return Err(acceptable().missing("no", &e.no, needed).into());
    }
    let n = u32::try_from(inputs.len()).unwrap_or(u32::MAX);
    for (raw, used) in inputs {
        tx.exec(sql::INPUT_ADD, vals![id, raw, used]).await?;
    }
    let flaws = read::flaws(tx, id).await?;
    let mut tests: Vec<String> = flaws.iter().filter_map(|f| f.test().map(str::to_owned)).collect();
    tests.sort_unstable();
    tests.dedup();
    tx.exec(sql::TESTS_SET, vals![id, serde_json::to_string(&tests)?]).await?;
    let fact = LotBuilt {
        production: id,
        plant: plant.id,
        no: e.no.clone(),
        inputs: n,
        flaws: flaws.iter().map(|f| f.code().to_owned()).collect(),
        tests,
    };
    tx.append(id.subject(), by.officer, Some(plant.branch), fact);
    Ok((id, flaws))
}

/// Holds the declared lots that a flawed production lot stands behind.
pub async fn hold_production(tx: &mut Tx, production: ProductionId) -> Result<()> {
    let flaws = read::flaws(tx, production).await?;
    if flaws.is_empty() {
        return Ok(());
    }
    for r in tx.all(sql::DECLARED, vals![production]).await? {
        hold(tx, r.get(0)?, r.get(1)?, &flaws).await?;
    }
    Ok(())
}

/// Holds the lots of a declaration that flawed production lots stand behind.
pub async fn hold_declared(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    for r in tx.all(sql::BEHIND, vals![declaration]).await? {
        let flaws = read::flaws(tx, r.get(1)?).await?;
        hold(tx, r.get(0)?, declaration, &flaws).await?;
    }
    Ok(())
}

async fn hold(tx: &mut Tx, lot: LotId, declaration: DeclarationId, flaws: &[Flaw]) -> Result<()> {
    let Some(first) = flaws.first() else { return Ok(()) };
    let note: Vec<String> = flaws.iter().map(Flaw::told).collect();
    let note = note.join("; ");
    let held = release::Hold { lot, origin: ORIGIN, reason: first.code(), note: &note, officer: None };
    match release::hold_from(tx, &held).await {
        // What has left the gate is traced and recalled, not held.
        Err(no) if no.refusal().is_some() => return Ok(()),
        other => other.map(drop)?,
    }
    match flaws.iter().find_map(Flaw::test) {
        Some(test) => {
            let reason = format!("安全间隔期：检测 {test} · pre-harvest interval: test for {test}");
            targeting::check_by_rule(tx, declaration, &reason).await
        }
        None => Ok(()),
    }
}
