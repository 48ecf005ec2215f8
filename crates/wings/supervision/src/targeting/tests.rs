//! The decision as a value: rows, rates and draws.

use super::*;
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
    }
}

#[test]
fn dishonest_enterprises_are_always_inspected() {
    let o = decide(&inputs(5, "low", "X"), &pack(), &[7; 32]);
    assert_eq!((o.lane.as_str(), o.selected, o.basis.as_str()), ("conformity", true, "rule"));
}

#[test]
fn the_share_selected_comes_near_the_rate() {
    let p = pack();
    let n = 20_000;
    let hits = (0..n).filter(|i| decide(&inputs(1, "high", &i.to_string()), &p, &[3; 32]).selected).count();
    // 20 % of 20,000 is 4,000; the standard deviation is 57, so 300 is over five of them.
    assert!(hits.abs_diff(4_000) < 300, "{hits}");
}

#[test]
fn a_decision_says_its_row_its_source_and_its_draw() {
    let o = decide(&inputs(1, "high", "BL20260000001"), &pack(), &[1; 32]);
    assert_eq!(o.reasons.len(), 3);
    assert!(o.reasons[0].en.contains("lane row 3"), "{:?}", o.reasons);
    assert!(o.reasons[2].en.contains("rate 20 %"), "{:?}", o.reasons);
}

#[test]
fn without_a_fitting_row_everything_is_inspected() {
    let mut p = pack();
    p.lane.clear();
    let o = decide(&inputs(1, "low", "X"), &p, &[1; 32]);
    assert!(o.selected && o.lane == "conformity");
}
