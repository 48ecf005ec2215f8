//! The supply of plants: spray records with the first lawful day of harvest, raw lots, production lots.
use axum::Json;
use axum::extract::State;
use kernel::{Actor, Refusal, bi};
use registry::trade;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use supervision::supply::{self, ProductionEntry, RawEntry, SprayEntry};

use crate::answer::{Answer, Sorry};
use crate::deed::{Done, act, readable};
use crate::guard::{AnyRole, Caller, SupplyHands};
use crate::intake::{Asked, RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

const SPRAYS: &str = "/api/v1/supply/sprays";
const RAW: &str = "/api/v1/supply/raw-lots";
const LOTS: &str = "/api/v1/supply/production-lots";
/// Sprayings of an answer.
const MOST: i64 = 500;
/// Rows of a page.
const PAGE: i64 = 100;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let farm = "Filing number of the farm";
    let plant = "Filing number of the plant";
    let after = "Where the last page ended; take it from `next`";
    vec![
        get(SPRAYS, "Spray records of a farm, with the first lawful day of harvest of each field", sprays)
            .query("farm", farm),
        post(SPRAYS, "Record that a field was sprayed", spray)
            .once()
            .takes::<SprayEntry>()
            .gives::<Done>(200),
        get(RAW, "Raw lots of a plant", raw_lots).query("plant", plant).query("after", after),
        post(RAW, "Enter raw material that came to a plant", receive)
            .once()
            .takes::<RawEntry>()
            .gives::<Done>(200),
        get(LOTS, "Production lots of a plant, with what is wrong with their raw material", lots)
            .query("plant", plant)
            .query("after", after),
        post(LOTS, "Build a production lot from raw lots", build)
            .once()
            .takes::<ProductionEntry>()
            .gives::<Done>(200),
    ]
}

#[derive(Deserialize)]
struct OfFarm {
    farm: String,
}

#[derive(Deserialize)]
struct OfPlant {
    plant: String,
    #[serde(default)]
    after: String,
}

/// Where a list goes on; nowhere when its page is not full.
fn on(path: &str, plant: &str, shown: usize, last: Option<&str>) -> Option<String> {
    let last = last.filter(|_| i64::try_from(shown).is_ok_and(|n| n == PAGE))?;
    Some(format!("{path}?plant={}&after={}", crate::epcis::encoded(plant), crate::epcis::encoded(last)))
}

fn unknown(field: &str, value: &str) -> Sorry {
    let needed = bi("已备案的编号，且在权限范围内", "a filing number, within reach");
    Refusal::new("supply.not_found", bi("没有该备案", "there is no such filing"))
        .missing(field, value, needed)
        .into()
}

/// A plant within the caller's reach.
async fn plant(tx: &mut Tx, by: &Actor, filing_no: &str) -> Result<trade::Plant, Sorry> {
    let found = trade::plant_by_no(tx, filing_no).await?;
    found.filter(|p| by.reaches(p.branch, p.operator)).ok_or_else(|| unknown("plant", filing_no))
}

async fn sprays(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Asked(of): Asked<OfFarm>,
) -> Answer<Json<Value>> {
    let by = caller.actor();
    let mut tx = api.desk.read().await?;
    let farm = match supply::farm_by_no(&mut tx, &of.farm).await? {
        Some(id) => trade::farm(&mut tx, id).await?,
        None => None,
    };
    let farm = farm.ok_or_else(|| unknown("farm", &of.farm))?;
    let plant = trade::plant(&mut tx, farm.plant).await?;
    if !plant.is_some_and(|p| by.reaches(p.branch, p.operator)) {
        return Err(unknown("farm", &of.farm));
    }
    let found = supply::sprays_of(&mut tx, farm.id, MOST).await?;
    let fields: Vec<Value> = found
        .chunk_by(|a, b| a.field == b.field)
        .map(|of| {
            let only: Vec<_> = of.iter().map(|s| s.spray.clone()).collect();
            let day = supply::earliest(&only).map(|(day, _)| day.to_string());
            json!({ "field": of[0].field, "earliest_harvest": day, "sprays": only })
        })
        .collect();
    readable(&json!({ "farm": farm.filing_no, "fields": fields }))
}

async fn spray(
    caller: Caller<SupplyHands>,
    State(api): State<Api>,
    key: RepeatKey,
    Sent(sent): Sent<SprayEntry>,
) -> Answer<Json<Done>> {
    let see = format!("{SPRAYS}?farm={}", crate::epcis::encoded(&sent.farm));
    act(&api, &caller, key, ("spray", &sent.farm, &sent), async |tx, by| {
        Ok(Done::new(supply::record_spray(tx, by, &sent).await?, see))
    })
    .await
}

async fn raw_lots(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Asked(of): Asked<OfPlant>,
) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    let plant = plant(&mut tx, &caller.actor(), &of.plant).await?;
    let found = supply::raw_of(&mut tx, plant.id, &of.after, PAGE).await?;
    let next = on(RAW, &of.plant, found.len(), found.last().map(|r| r.no.as_str()));
    readable(&json!({ "items": found, "next": next }))
}

async fn receive(
    caller: Caller<SupplyHands>,
    State(api): State<Api>,
    key: RepeatKey,
    Sent(sent): Sent<RawEntry>,
) -> Answer<Json<Done>> {
    let see = format!("{RAW}?plant={}", crate::epcis::encoded(&sent.plant));
    act(&api, &caller, key, ("raw lot", &sent.plant, &sent), async |tx, by| {
        Ok(Done::new(supply::receive(tx, by, &sent).await?, see))
    })
    .await
}

async fn lots(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Asked(of): Asked<OfPlant>,
) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    let plant = plant(&mut tx, &caller.actor(), &of.plant).await?;
    let mut items = Vec::new();
    let found = supply::productions_of(&mut tx, plant.id, &of.after, PAGE).await?;
    let next = on(LOTS, &of.plant, found.len(), found.last().map(|l| l.no.as_str()));
    for lot in found {
        let flaws = supply::flaws(&mut tx, lot.id).await?;
        let told: Vec<Value> =
            flaws.iter().map(|f| json!({ "code": f.code(), "says": f.says(), "test": f.test() })).collect();
        items.push(json!({ "lot": lot, "flaws": told }));
    }
    readable(&json!({ "items": items, "next": next }))
}

async fn build(
    caller: Caller<SupplyHands>,
    State(api): State<Api>,
    key: RepeatKey,
    Sent(sent): Sent<ProductionEntry>,
) -> Answer<Json<Done>> {
    let see = format!("{LOTS}?plant={}", crate::epcis::encoded(&sent.plant));
    act(&api, &caller, key, ("production lot", &sent.plant, &sent), async |tx, by| {
        let (id, _) = supply::build(tx, by, &sent).await?;
        Ok(Done::new(id, see))
    })
    .await
}
