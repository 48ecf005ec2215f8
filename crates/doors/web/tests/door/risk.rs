//! The risk desk and the sampling calculator over the real router: what each role sees and may do, the life of an
//! alert and of a table on the pages, and a calculator that anyone may use.

use crate::house::House;
use kernel::{Actor, Role, Timestamp, bi};
use registry::trade;
use supervision::declaration::{GoodsLine, Lodgement, LotEntry};

const ROOMS: [&str; 9] = [
    "/risk/plans",
    "/risk",
    "/risk/alerts",
    "/risk/alerts?state=active",
    "/risk/tables",
    "/risk/rates",
    "/risk/what-if",
    "/risk/watch",
    "/sampling",
];

fn shrimps(lot: &str) -> Lodgement {
    Lodgement {
        direction: "export".into(),
        branch: "BL".into(),
        operator: "3302960001".into(),
        plant: Some("P1".into()),
        market: "JP".into(),
        origin: "CN".into(),
        port: "CNNGB".into(),
        mode: "general".into(),
        lines: vec![GoodsLine {
            hs: "030617".into(),
            name: "冻虾仁".into(),
            quantity: "1000".into(),
            unit: "KGM".into(),
            lots: vec![LotEntry { no: lot.into(), quantity: "1000".into() }],
        }],
        ..Lodgement::default()
    }
}

async fn with_shrimps(h: &House) -> kernel::DeclarationId {
    let mut tx = h.desk.begin().await.expect("begin");
    trade::list_product(&mut tx, &Actor::system(), "030617", bi("冻虾仁", "Shrimps"), "low", true)
        .await
        .expect("listed");
    trade::file_plant(&mut tx, &Actor::system(), "P1", h.operator.id, bi("一厂", "Plant 1"), h.beilun.id)
        .await
        .expect("filed");
    h.desk.finish(tx).await.expect("commit");
    h.desk.lodge(&Actor::system(), &shrimps("S1")).await.expect("lodged")
}

#[tokio::test]
async fn every_room_of_the_desk_opens_in_both_languages_and_shows_no_key() {
    let h = House::open().await;
    let risk = h.enter("risk", Role::Risk, &h.bureau).await;
    for room in ROOMS.iter().chain(&["/risk/alerts/new", "/risk/tables/new", "/risk/plans/new"]) {
        let mark = if room.contains('?') { '&' } else { '?' };
        let en = h.get(&format!("{room}{mark}lang=en"), &risk).await;
        let zh = h.get(&format!("{room}{mark}lang=zh-CN"), &risk).await;
        assert_eq!((en.status.as_u16(), zh.status.as_u16()), (200, 200), "{room}: {}", en.body);
        for part in
            ["alert-", "table-", "what-if-", "rate-", "risk-", "watch-", "severity-", "plan-", "no-alerts"]
        {
            assert!(!en.body.contains(&format!(">{part}")), "{room} shows a key that begins with {part}");
        }
        assert_ne!(en.body, zh.body, "{room}");
    }
}

#[tokio::test]
async fn an_alert_goes_from_information_to_the_consignments_and_back() {
    let h = House::open().await;
    let id = with_shrimps(&h).await;
    let (risk, other) =
        (h.enter("risk", Role::Risk, &h.bureau).await, h.enter("quality", Role::Registrar, &h.bureau).await);
    let empty = h.post("/risk/alerts/new", &risk, &[("source", "notification")]).await;
    assert_eq!(empty.status, 422);
    empty.holds(&["it cannot be empty"]);
    let information = [
        ("title", "虾仁 氯霉素"),
        ("hazard", "氯霉素"),
        ("source", "notification"),
        ("information", "RASFF 2026.17"),
        ("hs", "0306"),
    ];
    let place = h.post("/risk/alerts/new", &risk, &information).await.place();
    h.get(&place, &risk).await.holds(&["AL2026000001", "To be assessed", "Assess and propose", "HS 0306"]);
    h.get(&format!("{place}/propose"), &risk).await.holds(&[
        "value=\"0306\"",
        "The level follows",
        "critical",
    ]);
    let mut alert = [
        &information[..],
        &[
            ("severity", "2"),
            ("likelihood", "3"),
            ("evidence", "三起通报"),
            ("rate", "100"),
            ("hold", "true"),
            ("ends", "2027-01-31"),
        ],
    ]
    .concat();
    let wrong = h.post(&format!("{place}/propose"), &risk, &alert).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    wrong.holds(&["a hold asks for a high or critical risk", "三起通报"]);
    for field in &mut alert {
        if field.0 == "severity" {
            field.1 = "4";
        }
    }
    h.post(&format!("{place}/propose"), &risk, &alert).await;
    h.get(&place, &risk).await.holds(&["Awaiting approval", "You proposed it", "2027-01-31"]);
    let own = h.post(&format!("{place}/approve"), &risk, &[]).await;
    assert!(own.status.is_client_error() && own.body.contains("does not approve it"), "{}", own.body);
    h.get("/risk", &other).await.holds(&["Waiting for somebody", "AL2026000001"]);
    h.post(&format!("{place}/approve"), &other, &[]).await;
    let page = h.get(&place, &other).await;
    page.holds(&["In force", "1 reached", "S1", "Lots held", "Lift the alert"]);
    h.get(&format!("/declarations/{id}"), &other).await.holds(&[
        "alert AL2026000001",
        "rate at least 100 %",
        "hold",
    ]);
    let blank = h.post(&format!("{place}/lift"), &other, &[("reason", "")]).await;
    assert_eq!(blank.status, 422);
    h.post(&format!("{place}/lift"), &other, &[("reason", "复检合格")]).await;
    h.get(&place, &risk).await.holds(&["Lifted", "Lots let go", "复检合格"]).lacks(&["Lots held"]);
    assert_eq!(h.last_fact().await.0, "alert.ended");
}

#[tokio::test]
async fn a_table_is_written_edited_tested_tried_and_approved_on_the_pages() {
    let h = House::open().await;
    with_shrimps(&h).await;
    h.desk.clock.set(Timestamp(h.desk.clock.now().0 + Timestamp::HOUR));
    let (risk, other) =
        (h.enter("risk", Role::Risk, &h.bureau).await, h.enter("risk2", Role::Risk, &h.bureau).await);
    let sheet = "policy,UNIQUE,Fish\nrole,in,in,out,out\nname,heading,market,lane,rate\ntype,string,string,string,number\na,\"\"\"0306\"\"\",-,\"\"\"conformity\"\"\",1\nb,\"\"\"0306\"\"\",\"\"\"JP\"\"\",\"\"\"sampling\"\"\",0.5\n";
    let form = [
        ("code", "FISH"),
        ("title_zh", "水产"),
        ("title_en", "Fish"),
        ("note", "通报增多"),
        ("body", sheet),
        ("examples", "heading,market,lane,rate\n0306,US,conformity,1\n"),
    ];
    let place = h.upload_form("/risk/tables/new", &risk, &form).await.place();
    h.get(&place, &risk).await.holds(&["FISH/1", "contradictory", "its check finds", "Test it"]);
    let no = h.post(&format!("{place}/test"), &risk, &[]).await;
    assert_eq!(no.status, 422);
    no.holds(&["does not pass"]);
    h.get(&format!("{place}/edit"), &risk).await.holds(&[
        "name=\"c0-1\"",
        "name=\"c4-3\"",
        "&quot;0306&quot;",
    ]);
    let rows = [
        ("c0-0", "a"),
        ("c0-1", "\"0306\""),
        ("c0-2", "not(\"JP\")"),
        ("c0-3", "\"conformity\""),
        ("c0-4", "1"),
        ("c1-0", "b"),
        ("c1-1", "\"0306\""),
        ("c1-2", "\"JP\""),
        ("c1-3", "\"sampling\""),
        ("c1-4", "0.5"),
        ("c2-0", ""),
        ("c2-1", ""),
        ("c2-2", ""),
        ("c2-3", ""),
        ("c2-4", ""),
        ("note", "日本单列"),
        ("examples", "heading,market,lane,rate\n0306,US,conformity,1\n0306,JP,sampling,0.5\n"),
    ];
    let edited = h.post(&format!("{place}/edit"), &risk, &rows).await;
    assert_eq!(edited.place(), place, "{}", edited.body);
    h.get(&place, &risk).await.holds(&["passes", "日本单列"]).lacks(&["contradictory"]);
    h.post(&format!("{place}/test"), &risk, &[]).await;
    let tried = h.post(&format!("{place}/back-test"), &risk, &[]).await.place();
    h.get(&tried, &risk).await.holds(&["what-if-progress"]);
    while flow::worker::work_once(&h.desk).await.expect("worked") {}
    h.get(&tried, &risk).await.holds(&["Inspections to be expected", "Consignments", "as it would be"]);
    h.get(&place, &risk).await.holds(&["awaiting approval", "You wrote it"]);
    let today = h.desk.clock.now().date().to_string();
    let own = h.post(&format!("{place}/approve"), &risk, &[("from", &today)]).await;
    assert!(own.status.is_client_error(), "{}", own.status);
    h.post(&format!("{place}/approve"), &other, &[("from", &today)]).await;
    h.get(&place, &other).await.holds(&["in force", "Take it out of force"]);
    h.desk.clock.set(Timestamp(h.desk.clock.now().0 + Timestamp::HOUR / 6));
    let next = h.desk.lodge(&Actor::system(), &shrimps("S2")).await.expect("lodged");
    h.get(&format!("/declarations/{next}"), &other).await.holds(&["decision table FISH/1", "row 2"]);
    h.get(&format!("{place}/csv"), &risk).await.holds(&["policy,UNIQUE,Fish", "not(\"\"JP\"\")"]);
    h.get(&format!("{place}/dmn"), &risk).await.holds(&["<decisionTable", "hitPolicy=\"UNIQUE\""]);
    let rates = h.post("/risk/what-if", &risk, &[("rate-3", "5"), ("rate-4", "")]).await.place();
    while flow::worker::work_once(&h.desk).await.expect("worked") {}
    h.get(&rates, &risk).await.holds(&["Row 3 → 5 %", "Workload"]);
    let none = h.post("/risk/what-if", &risk, &[("rate-3", "")]).await;
    assert_eq!(none.status, 422);
}

#[tokio::test]
async fn who_is_no_analyst_reads_and_changes_nothing() {
    let h = House::open().await;
    let inspector = h.enter("insp", Role::Inspector, &h.beilun).await;
    for room in ROOMS {
        assert_eq!(h.get(room, &inspector).await.status, 200, "{room}");
    }
    h.get("/risk", &inspector).await.lacks(&["href=\"/risk/alerts/new\""]);
    for (path, form) in [
        ("/risk/alerts/new", vec![("title", "x")]),
        ("/risk/what-if", vec![("rate-3", "5")]),
        ("/risk/alerts/01900000-0000-7000-8000-000000000000/approve", vec![]),
        ("/risk/tables/01900000-0000-7000-8000-000000000000/approve", vec![]),
    ] {
        assert_eq!(h.post(path, &inspector, &form).await.status, 403, "{path}");
    }
    for path in ["/risk/alerts/x", "/risk/tables/x", "/risk/what-if/x", "/risk/tables/x/csv"] {
        assert_eq!(h.get(path, &inspector).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn anyone_finds_a_sampling_plan_with_its_curve() {
    let h = House::open().await;
    let page = h.public("/sampling?lang=en").await;
    assert_eq!(page.status, 200);
    page.holds(&[
        "Code letter J",
        "<b>80</b>",
        "<b>2</b>",
        "<polyline class=\"curve c0\"",
        "tightened",
        "type B curve",
    ]);
    h.public("/sampling?lang=en&lot=1000&level=II&aql=1.0&severity=tightened&kind=multiple")
        .await
        .holds(&["Units", "In all", "not yet"]);
    h.public("/sampling?lang=en&by=own&n=20&ac=0&lot=50").await.holds(&["type A curve", "<b>20</b>"]);
    h.public("/sampling?lang=en&by=design&good=1&alpha=5&bad=10&beta=10")
        .await
        .holds(&["<b>52</b>", "the two points asked for"]);
    for (query, word) in [
        ("lot=0", "1,000,000"),
        ("by=own&n=5&ac=9", "below n"),
        ("by=design&good=5&bad=5", "above the good quality"),
        ("lot=1000&aql=7", "aql"),
        ("by=own&n=100&ac=1&lot=50", "not below the sample"),
    ] {
        let said = h.public(&format!("/sampling?lang=en&{query}")).await;
        assert_eq!(said.status, 200, "{query}");
        said.holds(&["class=\"error\""]);
        assert!(said.body.to_lowercase().contains(word), "{word} in the answer to {query}");
    }
}
