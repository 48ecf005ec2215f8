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
async fn a_trace_of_more_than_400_nodes_is_drawn_in_part_says_so_and_leads_to_the_workbook() {
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

    // Eight of a column at first: nothing is left out but what the columns say, and that leads to all of a column.
    let narrow = h.get(&page(""), &officer).await;
    narrow.lacks(&["at most 400 nodes"]);
    narrow.holds(&["52 more not drawn", "open=-2\""]);
    let opened = h.get(&page("&open=-2"), &officer).await;
    assert_eq!(rows(&opened.body), rows(&narrow.body) + WIDE - 8, "all of that column");
    opened.lacks(&["open=-2&amp;open=-2"]);
    opened.holds(&["open=-2&amp;open=-4\""]);
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
    assert_eq!(book.status, 200);
    assert!(book.body.starts_with("PK") && book.body.len() > 20_000, "a workbook: {} bytes", book.body.len());
}

async fn capture(h: &House, events: Vec<Value>, header: Value) {
    let document = json!({
        "@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld", "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-11-24T01:00:00Z", "epcisHeader": header,
        "epcisBody": { "eventList": events },
    });
    let bytes = document.to_string().into_bytes().into();
    let done = h.desk.capture(&Actor::system(), Behaviour::Rollback, bytes).await.expect("captured");
    assert_eq!(done.tally.rejected, 0, "{:?}", done.tally);
}

fn of(lot: &str, kg: i64) -> Value {
    json!({ "epcClass": lot, "quantity": kg, "uom": "KGM" })
}

fn event(kind: &str, hour: usize, place: &str, more: Value) -> Value {
    let mut event = json!({
        "type": kind, "eventTime": format!("2026-11-20T{hour:02}:00:00Z"), "eventTimeZoneOffset": "+08:00",
        "bizLocation": { "id": place },
    });
    if let (Some(event), Value::Object(more)) = (event.as_object_mut(), more) {
        event.extend(more);
    }
    event
}

/// A farm sends one raw lot to a plant, which makes two lots of it and sends one to a buyer. Farm and plant have a
/// position, all three a name.
async fn chain(h: &House) {
    let by = Actor::system();
    let mut tx = h.desk.begin().await.expect("begin");
    let name = kernel::bi("甬江一厂", "Yongjiang No. 1");
    registry::trade::file_plant(&mut tx, &by, "P1", h.operator.id, name, h.beilun.id).await.expect("a plant");
    h.desk.finish(tx).await.expect("commit");
    let (farm, plant, buyer) =
        ("urn:guomen:farm:F1", "urn:guomen:plant:P1", "urn:guomen:consignee:JP:Maruha");
    let raw = "urn:guomen:raw:P1:R1";
    let lots = ["urn:guomen:lot:P1:L1", "urn:guomen:lot:P1:L2"];
    let sent = |lot: &str, to: &str, step: &str| {
        json!({
            "action": "OBSERVE", "bizStep": step, "quantityList": [of(lot, 400)],
            "destinationList": [{ "type": "location", "destination": to }],
        })
    };
    let mut events = vec![
        event(
            "ObjectEvent",
            1,
            farm,
            json!({ "action": "ADD", "bizStep": "commissioning", "quantityList": [of(raw, 1000)] }),
        ),
        event("ObjectEvent", 2, farm, sent(raw, plant, "shipping")),
    ];
    for (n, lot) in lots.iter().enumerate() {
        let made = json!({ "bizStep": "commissioning", "inputQuantityList": [of(raw, 450)], "outputQuantityList": [of(lot, 400)] });
        events.push(event("TransformationEvent", 3 + n, plant, made));
        events.push(event("ObjectEvent", 6 + n, plant, sent(lot, buyer, "shipping")));
    }
    for n in 0..12 {
        let (raw, lot) = (format!("urn:guomen:raw:P1:S{n}"), format!("urn:guomen:lot:P1:X{n}"));
        let made = json!({ "bizStep": "commissioning", "inputQuantityList": [of(&raw, 450)], "outputQuantityList": [of(&lot, 400)] });
        events.push(event("TransformationEvent", 8 + n, plant, made));
    }
    let lies = |id: &str, name: &str, east: &str, north: &str| {
        json!({ "id": id, "attributes": [
            { "id": "cbvmda:name", "attribute": name },
            { "id": "cbvmda:longitude", "attribute": east }, { "id": "cbvmda:latitude", "attribute": north },
        ] })
    };
    let places = [lies(farm, "East field", "121.5", "29.9"), lies(plant, "told elsewhere", "121.6", "29.8")];
    let header = json!({ "epcisMasterData": { "vocabularyList": [
        { "type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": places },
    ] } });
    capture(h, events, header).await;
}

#[tokio::test]
async fn the_tables_say_what_the_drawing_says_and_every_row_leads_to_its_event() {
    let h = House::open().await;
    chain(&h).await;
    let officer = h.enter("ins", Role::Inspector, &h.beilun).await;
    let page = h.get("/trace?lot=urn%3Aguomen%3Alot%3AP1%3AL1&lang=en", &officer).await;
    let table = |id: &str| {
        let after = page
            .body
            .split(&format!("id=\"{id}\""))
            .nth(1)
            .unwrap_or_else(|| panic!("{id} in {}", page.body));
        after.split("</table>").next().unwrap_or_default().to_owned()
    };
    let (nodes, links) = (table("nodes"), table("links"));
    let rows = |table: &str| table.matches("data-href=").count();
    assert_eq!(rows(&links), page.body.matches("<path class=\"link\"").count());
    assert!(rows(&links) >= 4, "harvest, used, made, sent: {links}");
    for word in ["harvested or begun", "used or made", "sent", "1,000", "450", "P1", "close="] {
        assert!(links.contains(word), "{word} in {links}");
    }
    assert!(nodes.contains("East field") && nodes.contains("not filed"), "{nodes}");
    assert!(nodes.contains("Maruha") && nodes.contains("goods left for it"), "{nodes}");
    page.holds(&["Status is that of today", "Status today:"]);
    // Every link and every node of which an event tells leads to it.
    assert_eq!(links.matches("/trace/event/").count(), rows(&links));
    let hash = links.split("/trace/event/").nth(1).and_then(|rest| rest.split('"').next()).expect("an event");
    assert!(links.contains(&format!("ni:///sha-256;{hash}?ver=CBV2.0")));
    let told = h.get(&format!("/trace/event/{hash}?lang=en"), &officer).await;
    told.holds(&["eventTime", "2026-11-20T", &format!("ni:///sha-256;{hash}")]);
    assert_eq!(h.get(&format!("/trace/event/{}", "0".repeat(64)), &officer).await.status, 404);
    assert_eq!(h.get("/trace/event/x", &officer).await.status, 404);
    // A link closed by its address.
    let href = links.split("close=").nth(1).and_then(|rest| rest.split('"').next()).expect("a what-if");
    let without =
        h.get(&format!("/trace?lot=urn%3Aguomen%3Alot%3AP1%3AL1&lang=en&close={href}"), &officer).await;
    without.holds(&["Supposed closed: F1 → R1"]);
}

#[tokio::test]
async fn possible_sources_are_ranked_as_leads_and_each_lot_can_be_left_out() {
    let h = House::open().await;
    chain(&h).await;
    let officer = h.enter("ins", Role::Inspector, &h.beilun).await;
    let both = "/trace?lot=urn%3Aguomen%3Alot%3AP1%3AL1&lot=urn%3Aguomen%3Alot%3AP1%3AL2";
    let page = h.get(&format!("{both}&lang=en"), &officer).await;
    page.holds(&[
        "Possible sources",
        "a lead for inquiry, not a finding",
        "without L1",
        "Rank without each lot",
        "1,000 kg in, 900 kg out",
        "id=\"sources\"",
    ]);
    let zh = h.get(&format!("{both}&lang=zh-CN"), &officer).await;
    zh.holds(&["可能来源", "仅为调查线索，不是认定结论"]);
    let one = h.get("/trace?lot=urn%3Aguomen%3Alot%3AP1%3AL1&lang=en", &officer).await;
    one.lacks(&["Possible sources"]);
    // The trace has harvests of November; the farm is not filed, so that nothing limits it.
    one.holds(&["Deliveries of farms", "2026-11"]);
}

#[tokio::test]
async fn exports_name_their_stations_and_place_those_whose_position_is_known() {
    let h = House::open().await;
    chain(&h).await;
    let officer = h.enter("ins", Role::Inspector, &h.beilun).await;
    let export = async |form: &str| {
        let said = h.get(&format!("/trace/export/{form}?lot=urn%3Aguomen%3Alot%3AP1%3AL1"), &officer).await;
        assert_eq!(said.status, 200, "{}", said.body);
        serde_json::from_str::<Value>(&said.body).expect("JSON")
    };
    let lab = export("foodchain-lab").await;
    let cell = |row: &Value, id: &str| {
        let cells = row.as_array().expect("a row");
        cells.iter().find(|c| c["id"] == id).map(|c| c["value"].clone()).unwrap_or_default()
    };
    let stations = lab["data"]["stations"]["data"].as_array().expect("stations");
    let told: Vec<Value> = stations
        .iter()
        .map(|row| json!([cell(row, "ID"), cell(row, "Name"), cell(row, "Country"), cell(row, "Latitude")]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["urn:guomen:consignee:JP:Maruha", "Maruha", "JP", null]),
            json!(["urn:guomen:farm:F1", "East field", "CN", 29.9]),
            json!(["urn:guomen:plant:P1", "甬江一厂 Yongjiang No. 1", "CN", 29.8]),
        ]
    );
    let map = export("geojson").await;
    let features = map["features"].as_array().expect("features");
    let names: Vec<&str> = features.iter().filter_map(|f| f["properties"]["name"].as_str()).collect();
    assert_eq!(names, ["East field", "甬江一厂 Yongjiang No. 1"]);
    let line = features.iter().find(|f| f["geometry"]["type"] == "LineString").expect("a way");
    assert_eq!(line["geometry"]["coordinates"], json!([[121.5, 29.9], [121.6, 29.8]]));
    assert_eq!(map["unplaced"], json!(["urn:guomen:consignee:JP:Maruha"]));
}
