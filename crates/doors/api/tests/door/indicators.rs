//! Figures by the API: what a branch sees of itself and of others, the facts behind a figure, and targets.

use crate::common::{House, house};
use axum::http::Method;
use excellence::indicator::{self, Catalogue};
use kernel::{DeclarationId, Role, Timestamp, UnitId, supervision::NoticeGiven};
use serde_json::{Value, json};

/// Deficiencies told in November, so many of them once only.
async fn told(h: &House, unit: UnitId, all: usize, once: usize) {
    h.desk.clock.set(Timestamp::at("2026-11-25".parse().expect("a day"), 9, 0));
    let mut tx = h.desk.begin().await.expect("begin");
    for i in 0..all {
        let declaration = tx.id::<DeclarationId>();
        for ordinal in 1..=(if i < once { 1 } else { 2 }) {
            let (due_at, codes) = (Timestamp(tx.now().0 + Timestamp::DAY), vec!["packing_list".to_owned()]);
            let fact =
                NoticeGiven { notice: tx.id(), declaration, codes, ordinal, breach: ordinal > 1, due_at };
            tx.append(declaration.subject(), None, Some(unit), fact);
        }
    }
    tx.commit().await.expect("commit");
}

/// Folds on 2 December.
async fn fold(h: &House) {
    h.desk.clock.set(Timestamp::at("2026-12-02".parse().expect("a day"), 10, 0));
    let c = Catalogue::shipped().expect("a catalogue");
    let mut tx = h.desk.begin().await.expect("begin");
    assert!(indicator::fold(&mut tx, &c, 1_000_000).await.expect("folded").done);
    tx.commit().await.expect("commit");
}

fn line<'v>(all: &'v Value, id: &str) -> &'v Value {
    all.as_array().and_then(|a| a.iter().find(|l| l["id"] == id)).unwrap_or_else(|| panic!("no {id}: {all}"))
}

#[tokio::test]
async fn a_branch_reads_its_scorecard_one_figure_and_the_facts_behind_it() {
    let h = house().await;
    let (head, bureau) =
        (h.officer(Role::Manager, Some(h.beilun)).await, h.officer(Role::Auditor, None).await);
    told(&h, h.beilun, 20, 17).await;
    told(&h, h.zhenhai, 20, 12).await;
    fold(&h).await;
    let all = h.get("/api/v1/indicators", &head).await.json();
    let sv03 = line(&all, "SV03");
    assert_eq!(
        (&sv03["period"], &sv03["figure"]["numerator"], &sv03["figure"]["n"]),
        (&json!("2026-11"), &json!(17), &json!(20))
    );
    assert_eq!((&sv03["figure"]["state"], &sv03["peers"]), (&json!("scored"), &json!([60.0])));
    let waiting = line(&all, "SV04");
    assert!(
        waiting["figure"].is_null() && !waiting["waits_for_en"].as_array().expect("a list").is_empty(),
        "{waiting}"
    );
    let one = h.get("/api/v1/indicators/SV03?period=2026-11", &head).await.json();
    assert_eq!(
        (&one["unit"], &one["figure"]["value"], &one["target_milli"]),
        (&json!("BL"), &json!(85.0), &json!(98_000))
    );
    assert!(
        one["figure"]["low"].as_f64() < Some(85.0) && one["figure"]["high"].as_f64() > Some(85.0),
        "{one}"
    );
    assert_eq!(one["peers"].as_array().map(Vec::len), Some(2), "two units are all within the first five");
    let facts = h.get("/api/v1/indicators/SV03/facts?period=2026-11", &head).await.json();
    let items = facts["items"].as_array().expect("items");
    let sum = |key: &str| items.iter().filter_map(|i| i[key].as_i64()).sum::<i64>();
    assert_eq!((sum("numerator"), sum("denominator")), (17, 20), "the facts add up to the figure");
    let other = h.get("/api/v1/indicators/SV03?unit=ZH", &head).await;
    assert_eq!((other.status.as_u16(), &other.json()["code"]), (403, &json!("access.scope")));
    let other = h.get("/api/v1/indicators?unit=ZH", &bureau).await.json();
    assert_eq!(line(&other, "SV03")["figure"]["numerator"], 12, "the bureau reads every branch");
    let whole = h.get("/api/v1/indicators/SV03?period=2026-11", &bureau).await.json();
    assert_eq!((&whole["unit"], &whole["figure"]["n"]), (&Value::Null, &json!(40)));
    for (path, status, code) in [
        ("/api/v1/indicators/XX99", 404, "indicator.not_found"),
        ("/api/v1/indicators/SV03?period=October", 422, "indicator.period"),
        ("/api/v1/indicators?unit=XX", 422, "indicator.unit"),
    ] {
        let a = h.get(path, &bureau).await;
        assert_eq!((a.status.as_u16(), &a.json()["code"]), (status, &json!(code)), "{path}");
    }
    told(&h, h.beilun, 1, 1).await;
    let all = h.get("/api/v1/indicators", &head).await.json();
    assert_eq!(line(&all, "SV03")["figure"]["state"], "stale", "a fact came that is not folded yet");
    let stranger = h.declarant(h.yongjiang).await;
    assert_eq!(h.get("/api/v1/indicators", &stranger).await.status, 403);
    assert_eq!(h.get("/api/v1/indicators", "").await.status, 401);
}

#[tokio::test]
async fn r1_3_a_target_is_set_by_the_leading_group_once_and_refused_where_none_may_be() {
    let h = house().await;
    let (leader, head) =
        (h.officer(Role::Manager, None).await, h.officer(Role::Manager, Some(h.beilun)).await);
    let target =
        |value: &str, from: &str, reason: &str| json!({"value": value, "from": from, "reason": reason});
    let good = target("97.5", "2026-12-01", "a new window");
    let path = "/api/v1/indicators/SV02/targets";
    for _ in 0..2 {
        let key = [("idempotency-key", "t1")];
        let a = h.call(Method::POST, path, &leader, &key, &good.to_string()).await;
        assert_eq!((a.status.as_u16(), &a.json()["id"]), (200, &json!("SV02")), "{}", a.text);
    }
    let mut tx = h.desk.read().await.expect("a reading");
    let set = store::ledger::page(&mut tx, i64::MAX, 10, Some("indicator.target_set")).await.expect("facts");
    assert_eq!(set.len(), 1, "sent twice under one key, set once");
    for (id, value, from, reason, code, field) in [
        ("SV02", "97", "2026-11-23", "looks back", "indicator.target", "from"),
        ("SV02", "x", "soon", "no number", "indicator.target", "value"),
        ("SV02", "97", "2026-12-01", " ", "indicator.target", "reason"),
        ("SI02", "5", "2026-12-01", "income", "indicator.money", "indicator"),
        ("RC23", "5", "2026-12-01", "more finds", "indicator.watch_only", "indicator"),
        ("SI01", "5", "2026-12-01", "more news", "indicator.side_information", "indicator"),
    ] {
        let a =
            h.post(&format!("/api/v1/indicators/{id}/targets"), &leader, &target(value, from, reason)).await;
        let said = a.json();
        assert_eq!(
            (a.status.as_u16(), &said["code"], &said["missing"][0]["field"]),
            (422, &json!(code), &json!(field)),
            "{said}"
        );
    }
    assert_eq!(h.post(path, &head, &good).await.json()["code"], "brand.decider");
}
