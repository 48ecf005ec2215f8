//! Drift readings by hand and by property, and what verdicts they lead to.

use super::*;
use crate::draw::draw;
use proptest::prelude::*;

const LIMITS: Limits = Limits {
    shape_watch: 0.10,
    shape_down: 0.25,
    errors_watch: 2.0,
    errors_down: 3.0,
    departure: 0.25,
    area_down: 0.6,
    least_cases: 30,
};

fn numbers(n: usize, what: &str) -> Vec<f64> {
    (0..n).map(|i| draw(&[5; 32], &i.to_string(), what) as f64 / 1e6).collect()
}

#[test]
fn the_index_agrees_with_a_case_worked_by_hand() {
    // Shares 1/4 each against .4 .3 .2 .1, 1 000 cases a side:
    // .15·ln1.6 + .05·ln1.2 + .05·ln1.25 + .15·ln2.5 = .22822.
    let reference: Vec<f64> = (0..1000).map(|i| f64::from(i % 4)).collect();
    let current: Vec<f64> =
        (0..1000).map(|i| [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0][i % 10]).collect();
    let r = shape(&reference, &current, 4).expect("a reading");
    assert!((r.value - 0.22822).abs() < 2e-3, "{r:?}");
    assert!((r.by_chance - 3.0 * 0.002).abs() < 1e-12);
    let texts = |s: &[f64]| s.iter().map(|x| format!("C{x}")).collect::<Vec<_>>();
    let c = shape_of_categories(&texts(&reference), &texts(&current), 10).expect("a reading");
    assert!((c.value - r.value).abs() < 1e-12, "{c:?}");
}

#[test]
fn the_distance_agrees_with_a_case_worked_by_hand() {
    // 1 2 3 4 against 3 4 5 6: after 2 the functions stand at .5 and 0.
    assert_eq!(distance(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0, 5.0, 6.0]).map(|d| d.0), Some(0.5));
    assert!(distance(&[], &[1.0]).is_none());
    // Tables of Kolmogorov's distribution: P(K > 1.358) = .05, P(K > 1.628) = .01.
    assert!((kolmogorov(1.358) - 0.05).abs() < 3e-4 && (kolmogorov(1.628) - 0.01).abs() < 1e-4);
}

#[test]
fn by_chance_alone_nothing_is_reported() {
    let reference = numbers(5_000, "reference");
    let mut mean = 0.0;
    for round in 0..40 {
        let now = numbers(500, &format!("now{round}"));
        let r = shape(&reference, &now, 10).expect("a reading");
        mean += r.value / 40.0;
        assert_eq!(judge(Stand::InForce, std::slice::from_ref(&r), &LIMITS).stand, Stand::InForce);
    }
    let expected = 9.0 * (1.0 / 5_000.0 + 1.0 / 500.0);
    assert!((mean / expected - 1.0).abs() < 0.4, "{mean} against {expected}");
}

proptest! {
    #[test]
    fn readings_keep_their_bounds(
        a in prop::collection::vec(prop_oneof![9 => -5.0f64..5.0, 1 => Just(f64::NAN)], 1..60),
        b in prop::collection::vec(prop_oneof![9 => -5.0f64..5.0, 1 => Just(f64::NAN)], 1..60),
    ) {
        let r = shape(&a, &b, 5).expect("a reading");
        prop_assert!(r.value >= -1e-12 && r.value.is_finite());
        prop_assert!(shape(&a, &a, 5).is_some_and(|r| r.value.abs() < 1e-12));
        // Only the order of values counts.
        let up = |s: &[f64]| s.iter().map(|x| x.exp()).collect::<Vec<_>>();
        prop_assert!(shape(&up(&a), &up(&b), 5).is_some_and(|s| (s.value - r.value).abs() < 1e-9));
        if let (Some((d, p)), Some((e, _))) = (distance(&a, &b), distance(&b, &a)) {
            prop_assert!((0.0..=1.0).contains(&d) && (0.0..=1.0).contains(&p) && (d - e).abs() < 1e-12);
        }
    }
}

#[test]
fn a_score_stands_down_with_its_reasons_and_stays_down() {
    let reference = numbers(2_000, "reference");
    let moved: Vec<f64> = numbers(500, "now").iter().map(|x| x * 0.5 + 0.5).collect();
    let mut reading = shape(&reference, &moved, 10).expect("a reading");
    reading.feature = Some("log price".to_owned());
    let feature = judge(Stand::InForce, std::slice::from_ref(&reading), &LIMITS);
    assert_eq!(feature.stand, Stand::Watched);
    assert!(feature.reasons[0].en.contains("log price"), "{:?}", feature.reasons);
    reading.measure = Measure::ScoreShape;
    let few = Reading { cases: 29, ..reading.clone() };
    assert_eq!(judge(Stand::InForce, &[few], &LIMITS).stand, Stand::InForce);
    let score = judge(Stand::Watched, std::slice::from_ref(&reading), &LIMITS);
    assert_eq!((score.stand, score.reasons.len()), (Stand::Down, 1));
    assert!(score.strength > 1.0);
    let after = judge(score.stand, &[], &LIMITS);
    assert_eq!((after.stand, after.reasons.len(), after.strength), (Stand::Down, 1, 0.0));
}

#[test]
fn calibration_and_area_are_judged_on_random_checks() {
    let probabilities = vec![0.1; 200];
    let found = |n: usize| (0..200).map(|i| i < n).collect::<Vec<_>>();
    let stand = |n: usize| {
        let r = calibration(&probabilities, &found(n)).expect("a reading");
        judge(Stand::InForce, &[r], &LIMITS).stand
    };
    // 20 expected, standard error 4.24.
    assert_eq!(
        [stand(20), stand(29), stand(33), stand(7)],
        [Stand::InForce, Stand::Watched, Stand::Down, Stand::Down]
    );
    // With very many cases a slight departure has large standard errors, and does not matter.
    let many: Vec<bool> = (0..100_000).map(|i| i % 100 < 11).collect();
    let slight = calibration(&vec![0.1; 100_000], &many).expect("a reading");
    assert!(slight.value > 10.0 && slight.ratio.is_some_and(|r| (r - 1.1).abs() < 1e-9));
    assert_eq!(judge(Stand::InForce, &[slight], &LIMITS).stand, Stand::InForce);
    assert!(calibration(&[0.0], &[false]).is_none() && calibration(&[0.1], &[]).is_none());
    let area = |value| Reading {
        measure: Measure::Area,
        feature: None,
        value,
        by_chance: 0.0,
        ratio: None,
        cases: 200,
    };
    assert_eq!(judge(Stand::InForce, &[area(0.8)], &LIMITS).stand, Stand::InForce);
    assert_eq!(judge(Stand::InForce, &[area(0.55)], &LIMITS).stand, Stand::Down);
}

#[test]
fn a_fall_of_yield_is_noticed_and_a_rise_is_welcome() {
    let stand = |before, now| {
        let r = fall_of_yield(before, now).expect("a reading");
        judge(Stand::InForce, &[r], &LIMITS).stand
    };
    // 60 of 100 against 40 of 100: 20 points over a standard error of 7.07 points.
    assert!(fall_of_yield((60, 100), (40, 100)).is_some_and(|r| (r.value - 2.828).abs() < 1e-3));
    assert_eq!(stand((60, 100), (55, 100)), Stand::InForce);
    assert_eq!(stand((60, 100), (40, 100)), Stand::Watched);
    assert_eq!(stand((60, 100), (10, 100)), Stand::Down);
    assert_eq!(stand((10, 100), (60, 100)), Stand::InForce);
    assert!(fall_of_yield((0, 0), (1, 2)).is_none() && fall_of_yield((5, 5), (2, 2)).is_none());
}

#[test]
fn the_feature_that_moved_is_named() {
    let rows = |n: usize, what: &str, far: f64| -> Vec<Vec<f64>> {
        let (a, b) = (numbers(n, what), numbers(n, &format!("{what} too")));
        a.into_iter().zip(b).map(|(x, y)| vec![x, y + far]).collect()
    };
    let names = ["price".to_owned(), "mass".to_owned()];
    let readings = shapes(&names, &rows(2_000, "before", 0.0), &rows(600, "after", 0.3), 10);
    let v = judge(Stand::InForce, &readings, &LIMITS);
    assert_eq!((readings.len(), v.stand, v.reasons.len(), v.strength), (2, Stand::Watched, 1, 0.0));
    assert!(v.reasons[0].zh.contains("mass") && v.reasons[0].en.contains("mass"), "{:?}", v.reasons);
}
