//! The pure part of inspection.

use super::rules::*;
use kernel::{Quantity, UnitCode};
use sampling::iso2859::switching::Phase;

fn quantity(milli: i64, unit: &str) -> Quantity {
    Quantity { milli, unit: UnitCode::parse(unit).expect("a code") }
}

#[test]
fn packages_are_units_and_measures_are_rounded_up() {
    assert_eq!(lot_size(quantity(600_000, "CT")), (600, Basis::Packages));
    assert_eq!(lot_size(quantity(12_000_001, "KGM")), (12_001, Basis::Measure));
    assert_eq!(lot_size(quantity(1, "TNE")), (1, Basis::Measure));
}

#[test]
fn the_plan_is_that_of_the_standard_and_its_units_are_drawn_from_the_seed() {
    let p = plan_lot((600, Basis::Packages), 1_500, Phase::Normal, "s/1").expect("a plan");
    assert_eq!((p.letter.as_str(), p.sample_size, p.accept, p.reject), ("J", 80, 3, 4));
    assert_eq!(p.units.len(), 80);
    assert!(p.units.windows(2).all(|w| w[0] < w[1]) && p.units.iter().all(|u| (1..=600).contains(u)));
    assert_eq!(plan_lot((600, Basis::Packages), 1_500, Phase::Normal, "s/1").expect("again"), p);
    assert_ne!(
        plan_lot((600, Basis::Packages), 1_500, Phase::Normal, "s/2").expect("another lot").units,
        p.units
    );
    let no =
        plan_lot((600, Basis::Packages), 1_400, Phase::Normal, "s").expect_err("1.4 is no preferred value");
    assert_eq!(no.refusal().expect("a refusal").code, "inspection.plan");
}

#[test]
fn a_lot_is_accepted_up_to_its_acceptance_number() {
    let p = plan_lot((600, Basis::Packages), 1_500, Phase::Normal, "s").expect("a plan");
    assert!(accepts(&p, 0) && accepts(&p, 3));
    assert!(!accepts(&p, 4) && !accepts(&p, 80));
}

#[test]
fn the_severity_of_the_stream_is_that_of_the_plan() {
    let at = |phase| plan_lot((600, Basis::Packages), 1_500, phase, "s").expect("a plan");
    let numbers = |p: &LotPlan| (p.sample_size, p.accept, p.severity.clone());
    assert_eq!(numbers(&at(Phase::Tightened)), (80, 2, "tightened".into()));
    assert_eq!(numbers(&at(Phase::Reduced)), (32, 2, "reduced".into()));
    let stopped = at(Phase::Discontinued);
    assert_eq!(numbers(&stopped), (80, 2, "discontinued".into()));
    assert!(!accepts(&stopped, 0), "no sample accepts what is not accepted by sampling");
    let told = standard(&[at(Phase::Normal), stopped]);
    assert_eq!(told, "ISO 2859-1:1999, single, normal/discontinued, level II");
}

#[test]
fn a_team_is_drawn_the_same_way_again() {
    let staff: Vec<String> = (1..=9).map(|n| format!("B00{n}")).collect();
    let drawn = pick("seed", &staff, 2).expect("drawn");
    assert_eq!(drawn.len(), 2);
    assert_eq!(pick("seed", &staff, 2).expect("again"), drawn);
    assert!(pick("seed", &staff[..1], 2).is_err(), "one officer is no team of two");
    let mut seen = std::collections::BTreeMap::new();
    for n in 0..3_000 {
        for who in pick(&format!("{n}"), &staff, 2).expect("drawn") {
            *seen.entry(who).or_insert(0) += 1;
        }
    }
    assert_eq!(seen.len(), 9);
    assert!(seen.values().all(|n| (550..800).contains(n)), "everyone is drawn alike: {seen:?}");
}
