//! Where the demonstration's plants, farms and ports lie, as master data of events (CBV 2.0, 9.2), so that a trace can be
//! put on a map. The places are drawn at random about one made-up coast.

use super::{chain::Places, dice::Dice};
use flow::Desk;
use kernel::{Actor, Result};
use serde_json::{Value, json};
use supervision::{
    epcis::Behaviour,
    trail::{compose, names},
};

/// The same seed gives the same places.
const SEED: u64 = 1852;
/// The middle of the coast in ten-thousandths of a degree east and north, and how far plants and farms lie off it.
const MIDDLE: (i64, i64) = (1_214_000, 298_000);
const PLANTS_OFF: i64 = 4_000;
const FARM_OFF: i64 = 1_200;
/// Ports of the bureau.
const PORTS: [&str; 2] = ["CNNGB", "CNZOS"];

/// Tells where they lie.
pub(super) async fn tell(desk: &Desk, places: &Places) -> Result<()> {
    let mut dice = Dice::new(SEED);
    let mut elements: Vec<Value> = Vec::new();
    let mut plants: Vec<&String> = places.keys().collect();
    plants.sort_unstable();
    for plant in plants {
        let at = off(&mut dice, MIDDLE, PLANTS_OFF);
        elements.push(element(&names::plant(plant), at));
        for farm in places.get(plant).into_iter().flatten() {
            elements.push(element(&names::farm(farm), off(&mut dice, at, FARM_OFF)));
        }
    }
    elements.extend(PORTS.map(|port| element(&names::port(port), off(&mut dice, MIDDLE, PLANTS_OFF))));
    let mut document: Value = serde_json::from_str(&compose::document(&[], desk.clock.now()))?;
    document["epcisHeader"] = json!({ "epcisMasterData": { "vocabularyList": [
        { "type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": elements },
    ] } });
    desk.capture(&Actor::system(), Behaviour::Proceed, document.to_string().into_bytes().into()).await?;
    Ok(())
}

fn off(dice: &mut Dice, (east, north): (i64, i64), far: i64) -> (i64, i64) {
    (east + dice.between(-far, far), north + dice.between(-far, far))
}

fn element(name: &str, (east, north): (i64, i64)) -> Value {
    let degrees = |value: i64| format!("{}.{:04}", value / 10_000, value % 10_000);
    let attribute = |id: &str, value: String| json!({ "id": format!("cbvmda:{id}"), "attribute": value });
    json!({
        "id": name,
        "attributes": [attribute("latitude", degrees(north)), attribute("longitude", degrees(east))],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::lots::{self, Question};
    use kernel::{Chance, Clock, Timestamp};
    use std::collections::HashMap;
    use supervision::trail::compose::Raw;

    #[tokio::test]
    async fn a_trace_of_the_demonstration_lies_on_the_map() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("g.db").display());
        let clock = Clock::simulated(Timestamp::at("2026-11-24".parse().expect("a day"), 9, 0));
        let desk = Desk { db: store::Db::open(&url).await.expect("open"), clock, chance: Chance::seeded(7) };
        let farms = Places::from([("3300/00001".to_owned(), vec!["NB01".to_owned()])]);
        tell(&desk, &farms).await.expect("told");
        let raw = Raw {
            no: "R1".into(),
            plant: "3300/00001".into(),
            farm: Some("NB01".into()),
            proof_no: "P1".into(),
            field: "F1".into(),
            hs: "071030".into(),
            milli: 8_000_000,
            harvested_on: "2026-11-20".into(),
            received_on: "2026-11-20".into(),
            sprays: Vec::new(),
        };
        let document = compose::document(&compose::raw(&raw, desk.clock.now()), desk.clock.now());
        let bytes = document.into_bytes().into();
        desk.capture(&Actor::system(), Behaviour::Rollback, bytes).await.expect("captured");
        let kept = flow::Lots::open(&desk, None).await.expect("opened");
        kept.turn(&desk).await.expect("a turn");
        let question = Question { lots: vec![names::raw("3300/00001", "R1")], ..Question::default() };
        let mut tx = desk.read().await.expect("a reading");
        let known = lots::stations_known(&mut tx, &lots::stations(&kept, &question)).await.expect("stations");
        let map: Value = serde_json::from_str(&lots::geo_json(&kept, &question, &known)).expect("JSON");
        let kinds = map["features"].as_array().expect("features").iter();
        let mut count: HashMap<&str, usize> = HashMap::new();
        for kind in kinds.filter_map(|f| f["geometry"]["type"].as_str()) {
            *count.entry(kind).or_default() += 1;
        }
        assert_eq!((count["Point"], count["LineString"]), (2, 1), "farm, plant and the way between: {map}");
        assert_eq!(map["unplaced"], json!([]));
    }
}
