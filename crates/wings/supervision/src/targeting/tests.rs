//! The decision as a value: rows, rates and draws.

use super::*;
use crate::risk_table::Tables;
use kernel::bi;
use registry::rules::Pack;

fn pack() -> Pack {
    Pack::parse(include_str!("../../../../../rule-packs/CN-2026.toml")).expect("the shipped pack")
}

fn inputs(class: i64, risk: &str, no: &str) -> Inputs {
    Inputs {
        no: no.into(),
        direction: "export".into(),
        class,
        risk: risk.into(),
        market: "JP".into(),
        mode: "general".into(),
        order: 1,
        measures: vec![],
        tables: vec![],
        goods: None,
        score: None,
    }
}

fn none() -> Tables {
    Tables::default()
}

#[test]
fn dishonest_enterprises_are_always_inspected() {
    let o = decide(&inputs(5, "low", "X"), &pack(), &none(), &[7; 32]);
    assert_eq!((o.lane.as_str(), o.selected, o.basis.as_str()), ("conformity", true, "rule"));
}

#[test]
fn the_share_selected_comes_near_the_rate() {
    let p = pack();
    let n = 20_000;
    let hits =
        (0..n).filter(|i| decide(&inputs(1, "high", &i.to_string()), &p, &none(), &[3; 32]).selected).count();
    // 20 % of 20,000 is 4,000; the standard deviation is 57, so 300 is over five of them.
    assert!(hits.abs_diff(4_000) < 300, "{hits}");
}

#[test]
fn a_decision_says_its_row_its_source_and_its_draw() {
    let o = decide(&inputs(1, "high", "BL20260000001"), &pack(), &none(), &[1; 32]);
    assert_eq!(o.reasons.len(), 3);
    assert!(o.reasons[0].en.contains("lane row 3"), "{:?}", o.reasons);
    assert!(o.reasons[2].en.contains("rate 20 %"), "{:?}", o.reasons);
}

#[test]
fn without_a_fitting_row_everything_is_inspected() {
    let mut p = pack();
    p.lane.clear();
    let o = decide(&inputs(1, "low", "X"), &p, &none(), &[1; 32]);
    assert!(o.selected && o.lane == "conformity");
}

fn alert(lane: &str, rate_ppm: u64) -> Measure {
    let (basis, source, title) =
        ("alert".into(), "AL2026000001".into(), bi("河蟹 氯霉素", "crabs × chloramphenicol"));
    Measure { basis, source, title, lane: lane.into(), rate_ppm, hold: false, tests: vec![] }
}

#[test]
fn a_measure_only_sharpens_and_the_random_part_stays_a_fair_sample() {
    let p = pack();
    let (mut drawn, mut by_alert) = (0_u32, 0_u32);
    for i in 0..4_000 {
        let plain = inputs(1, "high", &i.to_string());
        let mut sharp = plain.clone();
        sharp.measures = vec![alert("conformity", 600_000)];
        let (before, after) = (decide(&plain, &p, &none(), &[5; 32]), decide(&sharp, &p, &none(), &[5; 32]));
        assert_eq!((after.lane.as_str(), after.rate_ppm), ("conformity", 600_000));
        assert_eq!(before.draw_ppm, after.draw_ppm);
        assert!(after.selected || !before.selected);
        if before.selected {
            assert_eq!(after.basis, "draw", "drawn under the ordinary rate, alert or not");
        }
        drawn += u32::from(after.basis == "draw");
        by_alert += u32::from(after.basis == "alert");
        assert_eq!(after.selected, !after.basis.is_empty());
        assert!(after.reasons[0].zh.contains("预警 AL2026000001"), "{:?}", after.reasons);
    }
    // 20 % and 40 % of 4,000; standard deviations of 25 and 31.
    assert!(drawn.abs_diff(800) < 130 && by_alert.abs_diff(1_600) < 160, "{drawn} {by_alert}");
    let mut light = inputs(5, "low", "X");
    light.measures = vec![alert("declaration", 1)];
    let o = decide(&light, &p, &none(), &[1; 32]);
    assert_eq!(
        (o.lane.as_str(), o.rate_ppm, o.basis.as_str()),
        ("conformity", 1_000_000, "rule"),
        "never easier"
    );
}

#[test]
fn an_exempt_consignment_is_not_drawn_unless_an_alert_asks_for_it() {
    let mut p = pack();
    p.exemption = vec![
        toml::from_str("code = 'E1'\nhs = ['9705']\nzh = '藏品'\nen = 'collections'\ncitation = 'law'\nstatus = 'unverified'")
            .expect("an exemption"),
    ];
    let mut i = inputs(3, "high", "X");
    i.goods = Some(Goods { hs: vec!["970500".into()], ..Goods::default() });
    let o = decide(&i, &p, &none(), &[1; 32]);
    assert_eq!((o.lane.as_str(), o.rate_ppm, o.selected), ("declaration", 0, false));
    i.measures = vec![alert("", 1_000_000)];
    assert!(decide(&i, &p, &none(), &[1; 32]).selected);
    i.measures.clear();
    i.goods = Some(Goods { hs: vec!["970500".into(), "030617".into()], ..Goods::default() });
    assert_eq!(decide(&i, &p, &none(), &[1; 32]).rate_ppm, 600_000, "every line has to be exempt");
}

#[test]
fn no_lane_is_without_its_random_minimum() {
    let mut p = pack();
    p.lane.iter_mut().for_each(|r| r.rate_ppm = 0);
    let o = decide(&inputs(1, "low", "X"), &p, &none(), &[1; 32]);
    assert_eq!(o.rate_ppm, 10_000);
    assert!(o.reasons.iter().any(|r| r.en.contains("at least 1 % is drawn at random")), "{:?}", o.reasons);
    let old = Inputs { order: 0, ..inputs(1, "low", "X") };
    assert_eq!(decide(&old, &p, &none(), &[1; 32]).rate_ppm, 0, "what was decided before replays as it was");
}

#[test]
fn inputs_of_before_are_read_and_written_as_they_were() {
    let text = r#"{"no":"A","direction":"export","class":1,"risk":"high","market":"JP","mode":"general"}"#;
    let old: Inputs = serde_json::from_str(text).expect("read");
    assert_eq!((old.order, serde_json::to_string(&old).expect("written").as_str()), (0, text));
}
