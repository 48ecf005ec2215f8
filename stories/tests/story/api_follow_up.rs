//! A notification from abroad by the API alone, from the notice to its end, on SQLite and on PostgreSQL: matched,
//! traced through what farm and plant entered, held, called back to the last gram, corrected, answered and watched;
//! and refused to close as long as anything is open.

use axum::http::Method;
use kernel::{Actor, Role, Timestamp};
use registry::{people, trade};
use serde_json::{Value, json};
use stories::Bureau;
use supervision::competence::Task;
use supervision::release::Outcome;
use testkit::{TestDb, on_both};

use crate::api::{Door, text};

const PLANT: &str = "3300/00001";

/// A farm of the plant, and three officers of another branch for the panel.
async fn cast(b: &Bureau) -> Vec<String> {
    let mut tx = b.begin().await;
    let by = Actor::system();
    let plant = trade::plant_by_no(&mut tx, PLANT).await.expect("a reading").expect("a plant");
    let name = kernel::bi("北仑基地", "Beilun farm");
    trade::file_farm(&mut tx, &by, "NB01", &plant, &name, 200, 600_000).await.expect("a farm");
    let mut panel = Vec::new();
    for no in ["Z001", "Z002", "Z003"] {
        let name = kernel::bi(no, no);
        let posted = people::post_officer(&mut tx, &by, no, &name, &b.zhenhai, b.post).await;
        panel.push(posted.expect("an officer").to_string());
    }
    b.desk.finish(tx).await.expect("commit");
    panel
}

/// What the plant's person enters: a spraying, a raw lot, and two lots made of it.
async fn fed(d: &Door, token: &str, day: &str) {
    let spray = json!({ "farm": "NB01", "field": "F1", "product": "chlorpyrifos", "interval_days": 7, "applied_on": "2026-10-01" });
    d.post("/api/v1/supply/sprays", token, spray).await;
    let raw = json!({
        "plant": PLANT, "no": "R1", "farm": "NB01", "proof_no": "P-1", "field": "F1", "hs": "071030",
        "kilograms": "30000", "harvested_on": day, "received_on": day, "known_early": false,
    });
    d.post("/api/v1/supply/raw-lots", token, raw).await;
    for no in ["L1", "L2"] {
        let made = json!({
            "plant": PLANT, "no": no, "hs": "071030", "kilograms": "12000", "made_on": day, "inputs": [["R1", "13000"]],
        });
        d.post("/api/v1/supply/production-lots", token, made).await;
    }
}

/// The officers of the loop, by their tokens.
struct Hands {
    risk: String,
    head: String,
    inspector: String,
}

impl Door {
    /// A deed that is refused with a code.
    async fn refused(&self, place: &str, token: &str, body: &Value, code: &str) -> Value {
        let (status, no) = self.call(Method::POST, place, token, "", body).await;
        assert!((400..500).contains(&status), "{place}: {no}");
        assert_eq!(no["code"], json!(code), "{no}");
        no
    }

    /// A notification as it stands.
    async fn stands(&self, place: &str, token: &str) -> (String, Value) {
        let n = self.get(place, token).await;
        (text(&n["notification"]["stage"]).to_owned(), n)
    }
}

/// The notice is matched and traced; gives its place, the lot that has left, and the lot that has not.
async fn matched_and_traced(d: &Door, h: &Hands, day: &str) -> (String, String, String) {
    let notice = json!({
        "source": "authority", "reference": "JP-2026-118", "kind": "border rejection", "notified_on": day,
        "notifier": "Japan", "origin": ["China"], "product": "Frozen spinach", "category": "Fruits and vegetables",
        "hazard": "Chlorpyrifos", "hazard_category": "Pesticide residues", "serious": true, "market": "JP", "lot_no": "L1",
    });
    let place = text(&d.post("/api/v1/notifications", &h.risk, notice).await["see"]).to_owned();
    let n = d.get(&place, &h.risk).await;
    assert_eq!(n["candidates"][0]["confidence_ppm"], json!(1_000_000), "the number names its lot: {n}");
    let gone = text(&n["candidates"][0]["lot"]).to_owned();
    let start = json!({ "notification": text(&n["notification"]["id"]), "lots": [gone] });
    let trace = text(&d.post("/api/v1/tracebacks", &h.risk, start).await["see"]).to_owned();
    let found = d.get(&trace, &h.risk).await["runs"][0]["found"].clone();
    assert_eq!(found["farms"], json!(["urn:guomen:farm:NB01"]), "{found}");
    assert_eq!(found["breaks"], json!([]), "{found}");
    let lots = found["consignments"].as_array().expect("consignments");
    assert_eq!(lots.len(), 2, "the sister lot is made of the same raw lot: {found}");
    let other = lots.iter().find(|c| c["how"] == json!("downstream")).expect("a sister lot");
    assert_eq!(other["lot_no"], json!("L2"));
    let end = json!({ "deed": "end", "note": "every raw lot has its farm" });
    d.post(&format!("{trace}/deeds"), &h.risk, end).await;
    (place, gone, text(&other["lot"]).to_owned())
}

/// The recall of a lot, accounted for to the last gram.
async fn called_back(d: &Door, h: &Hands, recall: &str) {
    let deeds = format!("{recall}/deeds");
    d.post(&deeds, &h.risk, json!({ "deed": "start", "plan": "stop of sale, consignees told" })).await;
    let line = text(&d.get(recall, &h.risk).await["lines"][0]["id"]).to_owned();
    d.post(&deeds, &h.risk, json!({ "deed": "tell", "line": line, "consignee": "Kita Foods K.K." })).await;
    let part = json!({ "deed": "account", "line": line, "how": "recovered", "amount": "11999.999", "evidence": "weighing note" });
    d.post(&deeds, &h.risk, part).await;
    d.post(
        &deeds,
        &h.risk,
        json!({ "deed": "check", "line": line, "effective": true, "finding": "off sale" }),
    )
    .await;
    let close = json!({ "deed": "close", "summary": "accounted to zero" });
    let no = d.refused(&deeds, &h.risk, &close, "recall.open").await;
    assert!(no.to_string().contains("0.001"), "the last gram: {no}");
    let rest =
        json!({ "deed": "account", "line": line, "how": "destroyed", "amount": "0.001", "evidence": "note" });
    d.post(&deeds, &h.risk, rest).await;
    d.post(&deeds, &h.risk, close).await;
}

/// What keeps a notification from closing.
async fn open_still(d: &Door, h: &Hands, place: &str) -> Vec<String> {
    let close = json!({ "deed": "close", "reason": "done" });
    let no = d.refused(&format!("{place}/deeds"), &h.risk, &close, "notification.open").await;
    let missing = no["missing"].as_array().expect("what is missing").iter();
    missing.map(|m| text(&m["field"]).to_owned()).collect()
}

/// The head decides about the class; nobody lowers it twice.
async fn reviewed(d: &Door, h: &Hands, n: &Value) {
    let review = format!("/api/v1/class-reviews/{}", text(&n["class_reviews"][0]["id"]));
    let lower = json!({ "lower": true, "reason": "sprayed too close to the harvest" });
    d.refused(&format!("{review}/decision"), &h.risk, &lower, "access.role").await;
    d.post(&format!("{review}/decision"), &h.head, lower.clone()).await;
    let r = d.get(&review, &h.head).await;
    assert_eq!(
        (&r["outcome"], &r["class_was"], &r["class_now"]),
        (&json!("lowered"), &json!(1), &json!(2)),
        "{r}"
    );
    d.refused(&format!("{review}/decision"), &h.head, &lower, "class_review.decided").await;
}

on_both! {
    async fn m3_1_a_notification_goes_from_the_notice_to_its_end_by_the_api_alone(t: TestDb) {
        let d = Door::open(&t).await;
        let panel = cast(&d.b).await;
        let (_, risk) = d.officer("R1", Role::Risk, &[]).await;
        let (_, head) = d.officer("M1", Role::Manager, &[]).await;
        let (_, inspector) = d.officer("I1", Role::Inspector, &[]).await;
        let h = Hands { risk, head, inspector };
        let day = t.clock.now().date().to_string();
        fed(&d, &h.inspector, &day).await;
        let gone = d.b.lodge("L1").await;
        let releaser = d.b.officer("F1", Role::Releaser, &[Task::Release]).await;
        d.b.to_release(gone, true).await;
        let lots = d.b.lots(gone).await;
        d.b.settle(&releaser, gone, &lots, Outcome::Release, "").await.expect("released");
        let here = d.b.lodge("L2").await;

        let (place, lot, sister) = matched_and_traced(&d, &h, &day).await;
        let deeds = format!("{place}/deeds");
        // What the trace found is held where it has not left; the rest is listed apart.
        d.post(&deeds, &h.risk, json!({ "deed": "hold", "lots": [lot, sister] })).await;
        let n = d.get(&place, &h.risk).await;
        assert_eq!(n["held"].as_array().map(Vec::len), Some(1), "what has left cannot be held: {n}");
        let attribute = json!({ "deed": "attribute", "lots": [lot], "panel": panel, "finding": "lot and certificate agree" });
        d.post(&deeds, &h.risk, attribute).await;
        let n = d.get(&place, &h.risk).await;
        assert_eq!(n["series"][0]["needed"], json!(5), "every consignment is inspected: {n}");
        assert!(d.b.declaration(here).await.selected, "the pending one, too");
        reviewed(&d, &h, &n).await;
        let recall = json!({
            "notification": text(&n["notification"]["id"]), "class": 2, "hazard": "Chlorpyrifos", "reason": "above the limit", "lots": [lot],
        });
        let recall = text(&d.post("/api/v1/recalls", &h.risk, recall).await["see"]).to_owned();
        let close = json!({ "deed": "close", "reason": "done" });
        d.refused(&deeds, &h.risk, &close, "notification.stage").await;
        d.post(&deeds, &h.risk, json!({ "deed": "cause", "category": "farm_input", "evidence": "spray record of F1" })).await;
        d.refused(&deeds, &h.risk, &close, "notification.stage").await;
        d.post(&deeds, &h.risk, json!({ "deed": "final_report", "text": "The field is stopped." })).await;

        // Answered, but a quantity, a correction and a held lot are open: each alone keeps it from closing.
        assert_eq!(open_still(&d, &h, &place).await, ["recall", "correction", "holds"]);
        called_back(&d, &h, &recall).await;
        assert_eq!(open_still(&d, &h, &place).await, ["correction", "holds"]);
        let n = d.get(&place, &h.risk).await;
        let correction = format!("/api/v1/corrections/{}/deeds", text(&n["corrections"][0]["id"]));
        d.post(&correction, &h.risk, json!({ "deed": "plan", "plan": "a spray record with each lot" })).await;
        assert_eq!(open_still(&d, &h, &place).await, ["correction", "holds"]);
        d.post(&correction, &h.inspector, json!({ "deed": "verify", "passed": true, "finding": "seen at work" })).await;
        assert_eq!(open_still(&d, &h, &place).await, ["holds"]);
        d.post(&deeds, &h.risk, json!({ "deed": "free", "lots": [sister], "reason": "tested and sound" })).await;

        // Attributed, so that it is watched first, and closed when the watch is over.
        d.post(&deeds, &h.risk, close.clone()).await;
        assert_eq!(d.stands(&place, &h.risk).await.0, "monitored");
        d.refused(&deeds, &h.risk, &close, "notification.monitoring").await;
        t.pass(366 * Timestamp::DAY);
        d.post(&deeds, &h.risk, close).await;
        let (stage, n) = d.stands(&place, &h.risk).await;
        assert_eq!(stage, "closed");
        assert!(n["steps"].as_array().is_some_and(|s| s.len() >= 7), "{n}");
    }
}
