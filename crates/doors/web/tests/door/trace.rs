//! The trace page: a trace that nobody takes in at once is drawn in part, says so, and leads to all of it.

use crate::house::House;
use kernel::{Actor, Role};
use serde_json::{Value, json};
use supervision::epcis::Behaviour;

/// Lots of a stage, and stages.
const WIDE: usize = 60;
const STAGES: usize = 6;

fn lot(stage: usize, n: usize) -> String {
    format!("urn:guomen:lot:P1:S{stage}N{n:02}")
}

/// Each lot of a stage is made of two of the stage before; the last lot is made of all of the last stage.
fn events() -> Vec<Value> {
    let of = |lots: Vec<String>| -> Vec<Value> {
        lots.iter().map(|l| json!({ "epcClass": l, "quantity": 100, "uom": "KGM" })).collect()
    };
    let made = |hour: usize, from: Vec<String>, to: String| {
        json!({
            "type": "TransformationEvent", "bizStep": "commissioning", "bizLocation": { "id": "urn:guomen:plant:P1" },
            "eventTime": format!("2026-11-20T{hour:02}:00:00Z"), "eventTimeZoneOffset": "+08:00",
            "inputQuantityList": of(from), "outputQuantityList": of(vec![to]),
        })
    };
    let mut all = Vec::new();
    for stage in 1..STAGES {
        for n in 0..WIDE {
            let from = vec![lot(stage - 1, n), lot(stage - 1, (n + 1) % WIDE)];
            all.push(made(stage, from, lot(stage, n)));
        }
    }
    let last = (0..WIDE).map(|n| lot(STAGES - 1, n)).collect();
    all.push(made(STAGES, last, "urn:guomen:lot:P1:ALL".into()));
    all
}

#[tokio::test]
async fn a_trace_of_more_than_400_nodes_is_drawn_in_part_and_says_so_and_the_workbook_holds_all() {
    let h = House::open().await;
    let document = json!({
        "@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld", "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-11-24T01:00:00Z", "epcisBody": { "eventList": events() },
    });
    let bytes = document.to_string().into_bytes().into();
    let done = h.desk.capture(&Actor::system(), Behaviour::Rollback, bytes).await.expect("captured");
    assert_eq!(done.tally.rejected, 0, "{:?}", done.tally);
    let officer = h.enter("ins", Role::Inspector, &h.beilun).await;
    // 361 lots, 301 makings, and the plant.
    let all = STAGES * WIDE + 1 + (STAGES - 1) * WIDE + 1;
    let page = |query: &str| format!("/trace?lot=urn%3Aguomen%3Alot%3AP1%3AALL&way=back&lang=en{query}");
    let table = |body: &str| {
        let after = body.split("id=\"nodes").nth(1).expect("the table of nodes");
        after.split("</table>").next().unwrap_or_default().to_owned()
    };
    let rows = |body: &str| table(body).matches("data-href=").count();

    // Eight of a column at first: nothing is left out but what the columns say.
    let narrow = h.get(&page(""), &officer).await;
    narrow.lacks(&["at most 400 nodes"]);
    assert!(rows(&narrow.body) < 110, "{} rows", rows(&narrow.body));

    let wide = h.get(&page("&wide=1"), &officer).await;
    let shown = rows(&wide.body);
    assert!((300..=400).contains(&shown), "{shown} rows of {all}");
    wide.holds(&[
        "Drawn are the steps nearest to what was asked about, at most 400 nodes.",
        "/trace/export/xlsx?",
        // The table says how much of all it is.
        &format!("{shown} shown of {all} nodes"),
    ]);
    let told = table(&wide.body);
    assert!(told.contains("S5N00") && !told.contains("S0N00"), "the farthest steps are the ones left out");
    let zh = h.get(&page("&wide=1").replace("lang=en", "lang=zh-CN"), &officer).await;
    zh.holds(&["图中只画离所查批次最近的步骤", &format!("显示 {shown} 个，共 {all} 个节点")]);
    let book = h.get("/trace/export/xlsx?lot=urn%3Aguomen%3Alot%3AP1%3AALL&way=back", &officer).await;
    assert_eq!(book.status, 200, "all rows are in the workbook");
}
