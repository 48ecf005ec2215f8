//! Traces by program: the record as of a day, what is declared an error, and the parts that are asked for by name.

use super::world::serve;
use flow::lots::{Lots, Part, Question, ask};
use flow::webhook::Targets;
use kernel::{Actor, Timestamp, bi};
use serde_json::{Value, json};
use stories::Bureau;
use supervision::epcis::Behaviour;
use supervision::trail::names;
use testkit::{TestDb, on_both};

const PLANT: &str = "3300/00001";

fn of(lot: &str, kg: i64) -> Value {
    json!({ "epcClass": lot, "quantity": kg, "uom": "KGM" })
}

fn raw(no: &str) -> String {
    names::raw(PLANT, no)
}

fn lot(no: &str) -> String {
    names::lot(PLANT, no)
}

fn event(kind: &str, at: &str, place: &str, more: Value) -> Value {
    let mut event = json!({
        "type": kind, "eventTime": format!("{at}Z"), "eventTimeZoneOffset": "+08:00", "bizLocation": { "id": place },
    });
    if let (Some(event), Value::Object(more)) = (event.as_object_mut(), more) {
        event.extend(more);
    }
    event
}

fn harvest(farm: &str, no: &str, kg: i64, at: &str) -> Value {
    let more = json!({ "action": "ADD", "bizStep": "commissioning", "quantityList": [of(&raw(no), kg)] });
    event("ObjectEvent", at, &names::farm(farm), more)
}

fn make(no: &str, inputs: &[(&str, i64)], kg: i64, at: &str) -> Value {
    let inputs: Vec<Value> = inputs.iter().map(|(no, kg)| of(&raw(no), *kg)).collect();
    let more = json!({ "bizStep": "commissioning", "inputQuantityList": inputs, "outputQuantityList": [of(&lot(no), kg)] });
    event("TransformationEvent", at, &names::plant(PLANT), more)
}

async fn capture(b: &Bureau, events: Vec<Value>) {
    let document = json!({
        "@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld", "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-11-24T01:00:00Z", "epcisBody": { "eventList": events },
    });
    let bytes = document.to_string().into_bytes().into();
    let done = b.desk.capture(&Actor::system(), Behaviour::Rollback, bytes).await.expect("captured");
    assert_eq!(done.tally.rejected, 0, "{:?}", done.tally);
}

async fn farm(b: &Bureau, no: &str, maximum: i64) {
    let by = Actor::system();
    let mut tx = b.begin().await;
    let plant = registry::trade::plant_by_no(&mut tx, PLANT).await.expect("read").expect("a plant");
    registry::trade::file_farm(&mut tx, &by, no, &plant, &bi("基地", "Farm"), 20, maximum)
        .await
        .expect("a farm");
    b.desk.finish(tx).await.expect("commit");
}

fn list<'a>(told: &'a Value, part: &str) -> Vec<&'a str> {
    told[part].as_array().expect("a list").iter().filter_map(|n| n["name"].as_str()).collect()
}

fn node<'a>(told: &'a Value, name: &str) -> &'a Value {
    let nodes = told["nodes"].as_array().expect("nodes");
    nodes.iter().find(|n| n["name"] == name).unwrap_or(&Value::Null)
}

on_both! {
    async fn m3_1_a_trace_as_of_a_day_shows_the_record_of_that_day_and_errors_stay_visible(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (authority, _) = serve(&b, Targets::Public).await;
        let day = |d: &str| Timestamp::at(d.parse().expect("a day"), 10, 0);
        t.clock.set(day("2026-11-25"));
        let wrong = harvest("NB01", "R1", 1000, "2026-11-20T22:00:00");
        capture(&b, vec![wrong.clone(), make("L1", &[("R1", 900)], 800, "2026-11-21T09:00:00")]).await;
        t.clock.set(day("2026-11-27"));
        let mut declared = wrong.clone();
        declared["errorDeclaration"] = json!({ "declarationTime": "2026-11-27T02:00:00Z", "reason": "incorrect_data" });
        capture(&b, vec![declared, harvest("NB02", "R1", 1100, "2026-11-20T23:00:00")]).await;

        // As programs see it.
        let get = async |more: &str| authority.get(&format!("/api/v1/traces?lot={}&way=back{more}", lot("L1"))).await.json();
        let now = get("&with=ended").await;
        let then = get("&with=ended&as_of=2026-11-26").await;
        let before = get("&with=ended&as_of=2026-11-24").await;
        for (told, place, kg) in [(&now, "NB02", 1_100_000), (&then, "NB01", 1_000_000)] {
            let raw = node(told, &raw("R1"));
            assert_eq!(raw["place"], names::farm(place), "{told}");
            assert_eq!(raw["quantity"], json!({ "milli": kg, "unit": "KGM" }));
            assert!(list(told, "nodes").contains(&names::farm(place).as_str()));
        }
        assert_ne!(node(&now, &raw("R1"))["event"], node(&then, &raw("R1"))["event"]);
        assert!(!list(&now, "nodes").contains(&names::farm("NB01").as_str()));
        assert_eq!((&before["unknown"], &before["nodes"]), (&json!([lot("L1")]), &json!([])), "nothing was recorded yet");
        assert_eq!(then["ended"], json!([]), "the error was not declared yet");
        let ended = now["ended"].as_array().expect("a list");
        assert_eq!(ended.len(), 1, "{now}");
        let e = &ended[0];
        assert_eq!((&e["from"], &e["to"], &e["kind"]), (&names::farm("NB01").into(), &raw("R1").into(), &"origin".into()));
        assert!(e["reason"].as_str().is_some_and(|r| r.contains("incorrect_data")), "{e}");
        assert!(e["declared_at"].as_str().is_some_and(|at| at.starts_with("2026-11-27")), "{e}");

        // As flow tells it.
        let kept = Lots::open(&b.desk, None).await.expect("opened");
        kept.turn(&b.desk).await.expect("a turn");
        let of_day = |d: &str| Some(Timestamp::at(d.parse().expect("a day"), 23, 59).0 / 1000);
        let question = |as_of| Question { lots: vec![lot("L1")], as_of, with: vec![Part::Ended], ..Question::default() };
        let place = |as_of| {
            let found = ask(&kept, &question(as_of));
            found.items.iter().find(|i| i.name == raw("R1")).and_then(|i| i.place.clone())
        };
        assert_eq!(place(None), Some(names::farm("NB02")));
        assert_eq!(place(of_day("2026-11-26")), Some(names::farm("NB01")));
        assert_eq!(place(of_day("2026-11-24")), None);
    }

    async fn m3_3_m5_4_parts_are_worked_out_only_when_they_are_asked_for(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (authority, plant) = serve(&b, Targets::Public).await;
        farm(&b, "NB01", 900).await;
        farm(&b, "NB02", 60_000).await;
        let mut events = vec![
            harvest("NB01", "R1", 1000, "2026-11-18T22:00:00"),
            harvest("NB02", "R2", 2000, "2026-11-18T22:00:00"),
            event("ObjectEvent", "2026-11-19T01:00:00", &names::plant(PLANT), json!({ "action": "OBSERVE", "bizStep": "receiving", "quantityList": [of(&raw("R9"), 100)] })),
            make("L2", &[("R1", 700), ("R2", 500), ("R9", 100)], 1000, "2026-11-20T01:00:00"),
            make("L1", &[("R1", 600)], 500, "2026-11-20T09:00:00"),
        ];
        // Other lots, so that two of them are not half of all.
        for n in 0..12 {
            let no = format!("S{n:02}");
            events.push(harvest("NB02", &no, 100, "2026-10-18T22:00:00"));
            events.push(make(&format!("X{n:02}"), &[(&no, 100)], 90, &format!("2026-10-{}T09:00:00", 10 + n)));
        }
        capture(&b, events).await;
        let asked = format!("/api/v1/traces?way=back&lot={}&lot={}", lot("L1"), lot("L2"));
        let get = async |more: &str| authority.get(&format!("{asked}{more}")).await.json();

        let plain = get("").await;
        assert_eq!(plain["stops"], json!([{ "name": raw("R9"), "finding": "lot_without_inputs", "gap": null }]));
        for part in ["scope", "excess", "supplied", "common", "ended"] {
            assert_eq!(plain[part], json!([]), "{part} was not asked for");
        }
        assert_eq!(plain["sources"], Value::Null);
        let link = plain["links"].as_array().expect("links").iter().find(|l| l["from"] == raw("R1") && l["quantity"]["milli"] == 600_000).expect("a link");
        assert_eq!((&link["kind"], &link["quantity"]["unit"]), (&"transformation".into(), &"KGM".into()));

        let gaps = get("&with=gaps").await;
        assert_eq!(gaps["stops"][0]["gap"]["place"], names::plant(PLANT));
        assert!(list(&gaps, "scope").contains(&raw("R9").as_str()), "{gaps}");
        assert_eq!(gaps["excess"], json!([]));

        let balance = get("&with=balance").await;
        let excess: Vec<_> = balance["excess"].as_array().expect("a list").iter().filter(|e| e["name"] == raw("R1")).collect();
        assert_eq!((&excess[0]["entered_milli_kg"], &excess[0]["left_milli_kg"]), (&1_000_000.into(), &1_300_000.into()));
        let supplied: Vec<_> = balance["supplied"].as_array().expect("a list").iter().map(|s| (s["farm"].clone(), s["month"].clone(), s["over_milli_kg"].clone())).collect();
        assert_eq!(supplied, [(names::farm("NB01").into(), "2026-11".into(), 100_000.into()), (names::farm("NB02").into(), "2026-11".into(), Value::Null)]);

        let sources = get("&with=sources,balance").await;
        let ranked = &sources["sources"];
        assert_eq!(ranked["note"], "leads for inquiry, not findings");
        let first = &ranked["list"][0];
        assert_eq!((&first["rank"], &first["tied"]), (&1.into(), &2.into()), "the farm and its only lot cannot be told apart: {ranked}");
        assert!([names::farm("NB01"), raw("R1")].contains(&first["name"].as_str().unwrap_or("").to_owned()), "{ranked}");
        assert_eq!(first["rank_without"].as_array().map(Vec::len), Some(2));
        let path = first["explains"][0]["path"].as_array().expect("a path");
        assert!(path.last().is_some_and(|p| p["name"] == lot("L1")) && path.len() >= 3, "{path:?}");
        assert!(path.iter().any(|p| p["name"] == raw("R1") && p["entered_milli_kg"] == 1_000_000), "{path:?}");
        assert!(list(&sources, "common").contains(&raw("R1").as_str()));
        assert_eq!(get("&with=sources").await["supplied"], json!([]));
        let one = authority.get(&format!("/api/v1/traces?way=back&lot={}", lot("L1"))).await.json();
        assert!(list(&one, "nodes").contains(&raw("R1").as_str()) && !list(&one, "nodes").contains(&raw("R2").as_str()));
        let cut = link["link"].as_str().expect("a name");
        let cut = authority.get(&format!("/api/v1/traces?way=back&lot={}&close={cut}", lot("L1"))).await.json();
        assert!(!list(&cut, "nodes").contains(&raw("R1").as_str()), "the link is closed: {cut}");
        let shut = authority.get(&format!("/api/v1/traces?way=back&lot={}&close={}", lot("L1"), names::farm("NB01"))).await.json();
        assert!(list(&shut, "nodes").contains(&raw("R1").as_str()) && !list(&shut, "nodes").contains(&names::farm("NB01").as_str()));
        let crossed = authority.get(&format!("/api/v1/traces?way=back&lot={}&cross=1", lot("L1"))).await.json();
        assert!(list(&crossed, "nodes").contains(&raw("R2").as_str()), "L2 was made there before: {crossed}");
        for wrong in ["&with=everything", "&cross=yes"] {
            assert_eq!(authority.get(&format!("{asked}{wrong}")).await.status, 400, "{wrong}");
        }
        let own = plant.get(&format!("{asked}&with=sources,gaps,balance,ended")).await.json();
        assert_eq!((&own["sources"], &own["scope"], &own["supplied"]), (&Value::Null, &json!([]), &json!([])), "what is told of the whole is the authority's");
    }
}
