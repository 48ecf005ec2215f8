//! The pure rules of brands: what a positioning and a charter need, the weights, the outcomes, the effect.

use super::effect::{Pair, compare, worse};
use super::rules::{charter_gaps, gaps, is_duplicate, lasts_a_year, open_outcomes, weighted};
use super::{Charter, PlannedTask, Positioning, Scores, Weights};
use crate::indicator::{Catalogue, Figure, State};
use kernel::{Date, UnitId, bi};
use proptest::prelude::*;
use uuid::Uuid;

fn positioning(indicator: &str) -> Positioning {
    Positioning {
        code: "BL-ONCE".into(),
        unit: UnitId(Uuid::nil()),
        family: "service".into(),
        mechanism: "M9".into(),
        name: bi("一次告知", "Told once"),
        problem: "exporters come three times".into(),
        beneficiary: "declarants".into(),
        core_work: "acceptance at the window".into(),
        promise: "Every deficiency is told once, completely.".into(),
        indicator: indicator.into(),
        starts_on: Date::constant(2027, 1, 1),
        ends_on: Date::constant(2027, 12, 31),
    }
}

fn charter() -> Charter {
    let quarters = ["2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"];
    Charter {
        measures: vec!["one list for both windows".into()],
        indicator: "SV03".into(),
        target_milli: Some(98_000),
        guards: vec!["SV02".into()],
        resources: "two clerks, half a day a week".into(),
        gate_on: Date::constant(2027, 9, 30),
        tasks: quarters
            .iter()
            .map(|q| PlannedTask { quarter: (*q).into(), what: "review the list".into() })
            .collect(),
    }
}

fn share(x: i64, n: i64) -> Figure {
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let value = x as f64 / n as f64 * 100.0;
    Figure {
        state: State::Scored,
        value: Some(value),
        p90: None,
        p90_interval: None,
        n,
        numerator: x,
        denominator: n,
        interval: None,
    }
}

#[test]
fn b_1_a_positioning_without_its_baseline_goes_back_with_the_gap_named() {
    let c = Catalogue::shipped().expect("a catalogue");
    let d = c.newest("SV03").ok();
    assert!(gaps(&positioning("SV03"), d, 12, 12).is_none());
    let no = gaps(&positioning("SV03"), d, 11, 12).expect("a gap");
    assert_eq!(no.missing.iter().map(|m| m.field.as_str()).collect::<Vec<_>>(), ["baseline"]);
    assert!(no.missing[0].needed.en.contains("11"));
    let p = Positioning { beneficiary: " ".into(), core_work: String::new(), ..positioning("SV03") };
    let no = gaps(&p, d, 12, 12).expect("gaps");
    assert_eq!(no.missing.iter().map(|m| m.field.as_str()).collect::<Vec<_>>(), ["beneficiary", "core_work"]);
}

#[test]
fn r1_1_publicity_and_money_carry_no_brand() {
    let c = Catalogue::shipped().expect("a catalogue");
    for id in ["SI01", "SI02", "RC23", "RC20"] {
        let no = gaps(&positioning(id), c.newest(id).ok(), 24, 12).expect("a gap");
        assert_eq!(no.missing[0].field, "indicator", "{id}");
    }
    assert!(gaps(&positioning("XX99"), None, 24, 12).is_some());
}

#[test]
fn b_2_the_same_promise_in_other_letters_is_the_same_promise() {
    let p = positioning("SV03");
    assert!(is_duplicate(&p, "every deficiency is told ONCE completely", "SV02", "M1"));
    assert!(is_duplicate(&p, "another promise", "SV03", "M9"));
    assert!(!is_duplicate(&p, "another promise", "SV02", "M9"));
}

#[test]
fn b_3_a_charter_needs_a_working_guard_resources_and_a_task_in_every_quarter() {
    let c = Catalogue::shipped().expect("a catalogue");
    let days = (Date::constant(2027, 1, 1), Date::constant(2027, 12, 31));
    let of = |ch: &Charter| {
        let guards: Vec<_> = ch.guards.iter().map(|g| c.newest(g).ok()).collect();
        let no = charter_gaps(ch, "SV03", &guards, days)?;
        Some(no.missing.into_iter().map(|m| m.field).collect::<Vec<_>>())
    };
    assert_eq!(of(&charter()), None);
    assert_eq!(
        of(&Charter { guards: vec!["RC19".into()], ..charter() }),
        Some(vec!["guards".into()]),
        "it waits"
    );
    assert_eq!(
        of(&Charter { guards: vec!["SV03".into()], ..charter() }),
        Some(vec!["guards".into()]),
        "itself"
    );
    assert_eq!(of(&Charter { resources: String::new(), ..charter() }), Some(vec!["resources".into()]));
    let mut short = charter();
    short.tasks.remove(2);
    assert_eq!(of(&short), Some(vec!["tasks".into()]));
    let late = Charter { gate_on: Date::constant(2028, 1, 15), ..charter() };
    assert_eq!(of(&late), Some(vec!["gate_on".into()]));
}

#[test]
fn b_4_three_views_are_weighed_and_stay_apart() {
    let s = Scores { own_milli: 95_000, users_milli: 80_000, superior_milli: 70_000 };
    assert_eq!(weighted(s, Weights { own: 15, users: 20, superior: 65 }), Some(75_750));
    assert_eq!(weighted(s, Weights { own: 15, users: 20, superior: 60 }), None);
    assert_eq!(
        weighted(Scores { own_milli: 100_001, ..s }, Weights { own: 15, users: 20, superior: 65 }),
        None
    );
}

#[test]
fn b_5_pass_is_not_to_be_had_with_a_broken_guard_or_without_an_effect() {
    assert!(open_outcomes(Some(true), 0, false).contains(&"pass"));
    for (better, broken) in [(Some(true), 1), (Some(false), 0), (None, 0)] {
        assert_eq!(open_outcomes(better, broken, false), ["continue", "adjust", "stop"]);
        assert_eq!(open_outcomes(better, broken, true), ["stop"], "at the end nothing goes on");
    }
    assert_eq!(open_outcomes(Some(true), 0, true), ["stop", "pass"]);
}

#[test]
fn r3_1_a_month_is_an_activity_a_year_is_a_brand() {
    let from = Date::constant(2027, 3, 1);
    assert!(!lasts_a_year(from, Date::constant(2027, 3, 31), 12));
    assert!(!lasts_a_year(from, Date::constant(2028, 2, 28), 12), "2028 is a leap year");
    assert!(lasts_a_year(from, Date::constant(2028, 2, 29), 12));
}

#[test]
fn an_effect_is_what_the_peers_did_not_gain_too() {
    let c = Catalogue::shipped().expect("a catalogue");
    let d = c.newest("SV03").expect("a definition");
    let pair = |a: (i64, i64), b: (i64, i64)| Pair { before: share(a.0, a.1), after: share(b.0, b.1) };
    let own = pair((700, 1000), (900, 1000));
    let peers =
        [pair((700, 1000), (850, 1000)), pair((600, 1000), (760, 1000)), pair((500, 1000), (640, 1000))];
    let e = compare(d, own.clone(), &peers);
    assert_eq!((e.peers, e.better), (3, Some(true)));
    assert!((e.net.expect("net") - 5.0).abs() < 1e-9);
    let (low, high) = e.interval.expect("an interval");
    assert!(low < 5.0 && 5.0 < high && (5.0 - low - (high - 5.0)).abs() < 1e-9);
    // By hand: between peers s = 1, t(2) = 4.303, √(1 + 1/3): half width 4.9687; sampling alone gives 3.97.
    assert!((high - 5.0 - 4.968_7).abs() < 0.01, "{high}");
    assert!(!e.uncertain, "{low} lies above nought");
    let small = compare(d, pair((700, 1000), (860, 1000)), &peers);
    assert_eq!(
        (small.better, small.uncertain),
        (Some(true), true),
        "one point more than the peers may be chance"
    );
    let alone = compare(d, own, &[]);
    assert_eq!(
        (alone.net, alone.interval, alone.better, alone.uncertain),
        (None, None, None, true),
        "without peers nothing is told"
    );
}

#[test]
fn a_guard_is_broken_only_beyond_chance() {
    let c = Catalogue::shipped().expect("a catalogue");
    let sv02 = c.newest("SV02").expect("a definition");
    assert_eq!(worse(sv02, &share(980, 1000), &share(900, 1000), (12, 6)), Some(true));
    assert_eq!(worse(sv02, &share(98, 100), &share(96, 100), (12, 6)), Some(false));
    assert_eq!(worse(sv02, &share(900, 1000), &share(980, 1000), (12, 6)), Some(false));
    let rc06 = c.newest("RC06").expect("a definition");
    let count = |n: i64| Figure { value: None, ..share(n, 1000) };
    assert_eq!(worse(rc06, &count(0), &count(3), (12, 6)), Some(true), "no breach in a year, then three");
    assert_eq!(worse(rc06, &count(12), &count(7), (12, 6)), Some(false));
}

proptest! {
    /// Evidence that is taken away turns an effect into an unknown one and a guard into one of which nothing is told:
    /// it never opens an outcome.
    #[test]
    fn deleting_evidence_never_opens_an_outcome(better in prop::option::of(any::<bool>()), failing in 0..4_usize, gone in 0..3_usize, over in any::<bool>()) {
        let open = open_outcomes(better, failing, over);
        for left in [open_outcomes(None, failing, over), open_outcomes(better, failing + gone, over), open_outcomes(None, failing + gone, over)] {
            prop_assert!(left.iter().all(|o| open.contains(o)), "{left:?} of {open:?}");
        }
    }

    /// Only what the three views say moves the weighted score: a view that is lowered never raises it.
    #[test]
    fn a_lower_view_never_raises_the_score(own in 0..=100_000_i64, users in 0..=100_000_i64, superior in 0..=100_000_i64, cut in 0..=100_000_i64, which in 0..3_usize) {
        let w = Weights { own: 15, users: 20, superior: 65 };
        let s = Scores { own_milli: own, users_milli: users, superior_milli: superior };
        let mut less = s;
        match which {
            0 => less.own_milli -= cut.min(own),
            1 => less.users_milli -= cut.min(users),
            _ => less.superior_milli -= cut.min(superior),
        }
        prop_assert!(weighted(less, w) <= weighted(s, w));
    }
}
