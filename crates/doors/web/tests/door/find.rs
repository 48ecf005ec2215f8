//! The palette: what a few letters find, and for whom.

use crate::house::House;
use kernel::{Actor, Role};
use supervision::declaration::{GoodsLine, Lodgement, LotEntry};

async fn lodge(h: &House, branch: &str, lot: &str) -> String {
    let line = GoodsLine {
        hs: "950300".into(),
        name: format!("Toys for {branch}"),
        quantity: "10".into(),
        unit: "H87".into(),
        lots: vec![LotEntry { no: lot.into(), quantity: "10".into() }],
    };
    let lodgement = Lodgement {
        direction: "import".into(),
        branch: branch.into(),
        operator: "3302960001".into(),
        plant: None,
        market: "JP".into(),
        origin: "JP".into(),
        port: "CNNGB".into(),
        mode: "general".into(),
        lines: vec![line],
        ..Lodgement::default()
    };
    h.desk.lodge(&Actor::system(), &lodgement).await.expect("lodged").to_string()
}

#[tokio::test]
async fn a_few_letters_or_initials_find_rows_numbers_of_rules_and_pages() {
    let h = House::open().await;
    let registrar = h.enter("reg", Role::Registrar, &h.bureau).await;
    let named = [("hs", "950300"), ("risk", "low"), ("name_zh", "玩具"), ("name_en", "Toys")];
    h.post("/products/new", &registrar, &named).await;
    for (letters, expected) in [
        ("yjsp", "/operators/"),
        ("甬江", "/operators/"),
        ("0001", "/operators/"),
        ("wj", "/products/"),
        ("blbs", "/units/"),
        ("ryreg", "/officers/"),
        ("notice", "#number-notice.working_days"),
        ("许可法", "#number-notice.working_days"),
        ("calen", "/calendar"),
        ("Farms", "/farms"),
    ] {
        h.get(&format!("/palette?q={}", crate::house::encoded(letters)), &registrar).await.holds(&[expected]);
    }
    h.get("/palette?q=qqqqqq", &registrar).await.holds(&["<p>Nothing found"]);
    h.get("/palette", &registrar).await.holds(&["pinyin initials"]).lacks(&["<p>Nothing found"]);
    for evil in ["%27", "%25", "_", "%00", "%F0%9F%98%80", "%5C"] {
        assert_eq!(h.get(&format!("/palette?q={evil}"), &registrar).await.status, 200, "{evil}");
    }
}

#[tokio::test]
async fn a_consignment_is_found_by_number_last_digits_and_lot_within_reach_only() {
    let h = House::open().await;
    let registrar = h.enter("reg", Role::Registrar, &h.bureau).await;
    let named = [("hs", "950300"), ("risk", "low"), ("name_zh", "玩具"), ("name_en", "Toys")];
    h.post("/products/new", &registrar, &named).await;
    let (own, other) = (lodge(&h, "BL", "L-77a").await, lodge(&h, "ZH", "L-77b").await);
    let (own, other) = (format!("/declarations/{own}"), format!("/declarations/{other}"));
    let officer = h.enter("lim", Role::Inspector, &h.beilun).await;
    for (q, who, sees_own, sees_other) in [
        ("bl2026", &registrar, true, false),
        ("1", &registrar, true, true),
        ("L-77", &registrar, true, true),
        ("L-77", &officer, true, false),
        ("1", &officer, true, false),
        ("ZH2026", &officer, false, false),
    ] {
        let said = h.get(&format!("/palette?q={q}"), who).await;
        assert_eq!(
            (said.body.contains(&own), said.body.contains(&other)),
            (sees_own, sees_other),
            "{q} {}",
            said.body
        );
    }
}
