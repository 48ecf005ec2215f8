//! A plant enters by program what it was supplied with, and sees of a trace its own, one step up and one step down.

use super::world::{document, serve};
use flow::webhook::Targets;
use kernel::{Actor, bi};
use serde_json::{Value, json};
use stories::Bureau;
use testkit::{TestDb, on_both};

const PLANT: &str = "3300/00001";

fn names(trace: &Value) -> Vec<&str> {
    trace["nodes"].as_array().expect("nodes").iter().filter_map(|n| n["name"].as_str()).collect()
}

on_both! {
    async fn m5_5_a_plant_enters_its_supply_by_program_and_traces_its_own(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (authority, plant) = serve(&b, Targets::Public).await;
        let by = Actor::system();
        let mut tx = b.begin().await;
        let filed = registry::trade::plant_by_no(&mut tx, PLANT).await.expect("read").expect("a plant");
        registry::trade::file_farm(&mut tx, &by, "NB01", &filed, &bi("基地", "Farm"), 20, 60_000).await.expect("a farm");
        let other = registry::trade::list_operator(&mut tx, &by, "3302960002", "exporter", bi("他厂", "Another"), 1).await.expect("an operator");
        registry::trade::file_plant(&mut tx, &by, "3300/00002", other.id, bi("他厂", "Other plant"), b.zhenhai.id).await.expect("a plant");
        b.desk.finish(tx).await.expect("commit");

        let spray = json!({"farm": "NB01", "field": "F1", "product": "chlorpyrifos", "interval_days": 7, "applied_on": "2026-04-07"});
        let done = plant.post("/api/v1/supply/sprays", &spray).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let told = plant.get("/api/v1/supply/sprays?farm=NB01").await.json();
        assert_eq!(told["fields"][0]["earliest_harvest"], "2026-04-14");

        let mut raw = json!({"plant": PLANT, "no": "R1", "farm": "NB01", "proof_no": "P-1", "field": "F1", "hs": "071030",
            "kilograms": "13000", "harvested_on": "2026-04-11", "received_on": "2026-04-14"});
        let no = plant.post("/api/v1/supply/raw-lots", &raw).await;
        assert_eq!((no.status, no.json()["code"].clone()), (422, json!("supply.early_harvest")));
        assert!(no.body.contains("第四十九条") && no.body.contains("最早 2026-04-14 采收"), "{}", no.body);
        raw["harvested_on"] = "2026-04-14".into();
        assert_eq!(plant.post("/api/v1/supply/raw-lots", &raw).await.status, 200);
        let lot = json!({"plant": PLANT, "no": "L1", "hs": "071030", "kilograms": "12000", "made_on": "2026-04-15", "inputs": [["R1", "12500"]]});
        assert_eq!(plant.post("/api/v1/supply/production-lots", &lot).await.status, 200);
        let made = plant.get("/api/v1/supply/production-lots?plant=3300%2F00001").await.json();
        assert_eq!((made["items"][0]["lot"]["no"].clone(), made["items"][0]["flaws"].clone()), (json!("L1"), json!([])));
        let foreign = json!({"plant": "3300/00002", "no": "R1", "hs": "071030", "kilograms": "1", "harvested_on": "2026-04-11", "received_on": "2026-04-11"});
        assert_eq!(plant.post("/api/v1/supply/raw-lots", &foreign).await.status, 403, "another's plant");
        assert_eq!(plant.get("/api/v1/supply/raw-lots?plant=3300%2F00002").await.status, 404);

        b.lodge("L1").await;
        authority.post("/epcis/capture", &document(0..1)).await;
        let all = authority.get("/api/v1/traces?lot=L1").await;
        assert_eq!(all.status, 200, "{}", all.body);
        let all = all.json();
        let own = plant.get("/api/v1/traces?lot=L1").await.json();
        let (all, own) = (names(&all), names(&own));
        for seen in ["urn:guomen:lot:3300/00001:L1", "urn:guomen:raw:3300/00001:R1", "urn:guomen:farm:NB01"] {
            assert!(all.contains(&seen) && own.contains(&seen), "{seen}: {own:?}");
        }
        assert!(own.iter().all(|n| all.contains(n)) && own.len() <= all.len());
        let foreign = authority.get("/api/v1/traces?lot=urn:epc:id:sgtin:0614141.107346.0").await.json();
        assert!(!names(&foreign).is_empty());
        let hidden = plant.get("/api/v1/traces?lot=urn:epc:id:sgtin:0614141.107346.0").await.json();
        assert_eq!(names(&hidden), Vec::<&str>::new(), "what is another's is not there");
        assert_eq!(plant.get("/api/v1/traces?lot=L1&way=sideways").await.status, 400);
    }
}
