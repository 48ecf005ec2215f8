//! Every room opens, with nothing in it, with one row, with ten thousand, and with very long names; and each deed
//! of the registry ends on the page of what it made.

use crate::house::House;
use kernel::{Actor, Role, bi};
use registry::trade;

/// Rooms without an identifier in their address.
const ROOMS: [&str; 22] = [
    "/units",
    "/units/new",
    "/posts",
    "/posts/new",
    "/officers",
    "/officers/new",
    "/interests/new",
    "/authorisations",
    "/authorisations/single",
    "/authorisations/overrides",
    "/authorisations/overrides?month=2026-01",
    "/operators",
    "/operators/new",
    "/plants",
    "/plants/new",
    "/farms",
    "/products",
    "/products/new",
    "/rules",
    "/rules/adopt",
    "/calendar",
    "/calendar?year=2031",
];

#[tokio::test]
async fn every_room_opens_leads_on_and_speaks_both_languages() {
    let h = House::open().await;
    let registrar = h.enter("reg", Role::Registrar, &h.bureau).await;
    for room in ROOMS {
        let mark = if room.contains('?') { '&' } else { '?' };
        let en = h.get(&format!("{room}{mark}lang=en"), &registrar).await;
        let zh = h.get(&format!("{room}{mark}lang=zh-CN"), &registrar).await;
        assert_eq!((en.status.as_u16(), zh.status.as_u16()), (200, 200), "{room}: {}", en.body);
        assert!(en.body.contains("<nav class=\"rail\"") && en.body.contains("href=\"/operators\""), "{room}");
        for key in ["no-operators", "name-zh", "staff-no", "deed-done", "-advice"] {
            assert!(!en.body.contains(&format!(">{key}<")), "{room} shows the key {key}");
        }
        assert_ne!(en.body, zh.body, "{room}");
    }
}

#[tokio::test]
async fn what_is_entered_stands_on_its_own_page_and_in_the_ledger() {
    let h = House::open().await;
    let registrar = h.enter("reg", Role::Registrar, &h.bureau).await;
    let named = [("name_zh", "绿野食品"), ("name_en", "Lvye Foods")];
    let operator = [&[("code", "3302960002"), ("kind", "exporter"), ("class", "2")][..], &named].concat();
    let made = h.post("/operators/new", &registrar, &operator).await;
    let place = made.place();
    h.get(&place, &registrar).await.holds(&["绿野食品", "Lvye Foods", "Class 2", "3302960002"]);
    assert_eq!(h.last_fact().await.0, "registry.operator_listed");

    let wrong = h.post(&format!("{place}/class"), &registrar, &[("class", "2"), ("reason", "")]).await;
    assert_eq!(wrong.status, 422);
    wrong.holds(&["name the ground", "another than now"]);
    h.post(&format!("{place}/class"), &registrar, &[("class", "4"), ("reason", "通报 12")]).await;
    h.get(&place, &registrar).await.holds(&["Class 4"]);
    assert!(h.last_fact().await.1.contains("通报 12"));

    let branch = h.beilun.id.to_string();
    let plant =
        [&[("code", "3300/00 1&"), ("operator", "3302960002"), ("branch", &branch)][..], &named].concat();
    let place = h.post("/plants/new", &registrar, &plant).await.place();
    h.get(&place, &registrar).await.holds(&["3300/00 1&amp;", "Beilun Branch"]);
    let farm = [&[("code", "F1"), ("area_mu", "300"), ("month_max_kg", "90000")][..], &named].concat();
    h.post(&format!("{place}/farm"), &registrar, &farm).await;
    h.get(&place, &registrar).await.holds(&["F1", "90,000"]);
    assert_eq!(h.last_fact().await.0, "registry.farm_filed");
    let none = [&[("code", "F2"), ("area_mu", "0"), ("month_max_kg", "x")][..], &named].concat();
    assert_eq!(h.post(&format!("{place}/farm"), &registrar, &none).await.status, 422);

    let product = [&[("hs", "071030"), ("risk", "high"), ("food", "true")][..], &named].concat();
    let place = h.post("/products/new", &registrar, &product).await.place();
    let twice = h.post("/products/new", &registrar, &product).await;
    assert_eq!(twice.status, 409, "{}", twice.body);
    h.post(&format!("{place}/risk"), &registrar, &[("risk", "low"), ("reason", "评估 3/2026")]).await;
    h.get(&place, &registrar).await.holds(&["low"]);
    assert_eq!(h.last_fact().await.0, "registry.risk_changed");
}

#[tokio::test]
async fn ten_thousand_operators_are_read_page_by_page_and_a_long_name_is_held() {
    let h = House::open().await;
    let registrar = h.enter("reg", Role::Registrar, &h.bureau).await;
    let mut tx = h.desk.begin().await.expect("begin");
    let by = Actor::system();
    for n in 0..10_000 {
        let name = bi(format!("企{n}"), format!("F{n}"));
        trade::list_operator(&mut tx, &by, &format!("C{n:05}"), "importer", name, 3).await.expect("listed");
    }
    let long = bi("很长的企业名称".repeat(28), "Averylongname".repeat(15));
    trade::list_operator(&mut tx, &by, "D", "importer", long, 3).await.expect("listed");
    h.desk.finish(tx).await.expect("commit");
    let first = h.get("/operators", &registrar).await;
    assert_eq!(first.body.matches("data-href=\"/operators/").count(), 50);
    first.holds(&["href=\"/operators?after=C00048\""]);
    h.get("/operators?after=C09990", &registrar).await.holds(&[
        "C09999",
        "AverylongnameAverylongname",
        "Last page",
    ]);
    h.get("/operators?q=c09999", &registrar).await.holds(&["C09999"]).lacks(&["C09998"]);
    h.get("/operators?q=zzzz", &registrar).await.holds(&["No operators"]);
}

#[tokio::test]
async fn a_branch_writes_its_own_rows_and_no_others() {
    let h = House::open().await;
    let head = h.enter("head", Role::Manager, &h.beilun).await;
    let facts = h.last_fact().await;
    let named = [("name_zh", "一厂"), ("name_en", "Plant")];
    let other = h.zhenhai.id.to_string();
    let plant = [&[("code", "P1"), ("operator", "3302960001"), ("branch", &other)][..], &named].concat();
    let class = format!("/operators/{}/class", h.operator.id);
    let product = [&[("hs", "071030"), ("risk", "high")][..], &named].concat();
    let post = [&[("code", "X")][..], &named].concat();
    for (path, form) in [
        ("/plants/new", plant),
        (class.as_str(), vec![("class", "1"), ("reason", "favour")]),
        ("/products/new", product),
        ("/posts/new", post),
        (
            "/units/new",
            [&[("code", "S"), ("kind", "section"), ("parent", other.as_str())][..], &named].concat(),
        ),
        (
            "/units/new",
            [&[("code", "S"), ("kind", "branch"), ("parent", &h.beilun.id.to_string())][..], &named].concat(),
        ),
    ] {
        let said = h.post(path, &head, &form).await;
        assert_eq!(said.status, 403, "{path} {}", said.body);
    }
    assert_eq!(h.last_fact().await, facts, "nothing was done");
    assert_eq!(h.upload("/rules/adopt", &head, "code = 1").await.status, 422);
    assert_eq!(h.get("/rules/adopt", &head).await.status, 403);
    let own = h.beilun.id.to_string();
    let plant = [&[("code", "P1"), ("operator", "3302960001"), ("branch", &own)][..], &named].concat();
    assert_eq!(h.post("/plants/new", &head, &plant).await.status, 303);
    let form = h.get("/plants/new", &head).await;
    form.holds(&["Beilun Branch"]).lacks(&["Zhenhai Branch"]);
    assert_eq!(h.get("/ledger", &head).await.status, 403);
}

#[tokio::test]
async fn addresses_that_name_nothing_answer_with_a_page() {
    let h = House::open().await;
    let registrar = h.enter("reg", Role::Registrar, &h.bureau).await;
    for room in ["units", "officers", "operators", "plants", "farms", "products", "rules"] {
        for id in ["x", "01900000-0000-7000-8000-000000000000", "%27%3B--"] {
            let said = h.get(&format!("/{room}/{id}"), &registrar).await;
            assert_eq!(said.status, 404, "{room} {id}");
            said.holds(&["<main"]);
        }
    }
}
