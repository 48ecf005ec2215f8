//! The estimators against every sample there is, and against many draws of a known stream.

use super::*;
use crate::draw::{draw, selected};
use proptest::prelude::*;

fn case(probability: f64, drawn: bool, value: f64) -> Case {
    Case { probability, chosen: if drawn { Chosen::Drawn } else { Chosen::No }, value }
}

/// Every sample of a small population with its probability.
fn every_sample(population: &[(f64, f64)]) -> Vec<(f64, Vec<Case>)> {
    (0..1u32 << population.len())
        .map(|set| {
            let mut chance = 1.0;
            let cases = population.iter().enumerate().map(|(i, (p, y))| {
                let drawn = set >> i & 1 == 1;
                chance *= if drawn { *p } else { 1.0 - p };
                case(*p, drawn, *y)
            });
            let cases = cases.collect();
            (chance, cases)
        })
        .filter(|(chance, _)| *chance > 0.0)
        .collect()
}

proptest! {
    #[test]
    fn over_every_sample_the_estimates_are_right_in_the_mean(
        population in prop::collection::vec((0.05f64..=1.0, prop_oneof![Just(0.0), Just(1.0), 0.0f64..50.0]), 1..8)
    ) {
        let total: f64 = population.iter().map(|(_, y)| y).sum();
        let through: f64 = population.iter().map(|(p, y)| (1.0 - p) * y).sum();
        let variance: f64 = population.iter().map(|(p, y)| y * y * (1.0 - p) / p).sum();
        let (mut all, mut mean, mut mean_through, mut spread, mut real_spread) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (chance, cases) in every_sample(&population) {
            let l = lane(&cases, 1.96).expect("a lane");
            all += chance;
            mean += chance * l.total.value;
            mean_through += chance * l.let_through.value;
            spread += chance * l.total.error.powi(2);
            real_spread += chance * (l.total.value - total).powi(2);
        }
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-7 * (1.0 + b.abs());
        prop_assert!(near(all, 1.0) && near(mean, total) && near(mean_through, through));
        prop_assert!(near(spread, variance) && near(real_spread, variance));
    }

    #[test]
    fn ends_enclose_the_estimate(
        cases in prop::collection::vec((0.05f64..=1.0, any::<bool>(), any::<bool>()), 1..40)
    ) {
        let cases: Vec<Case> =
            cases.into_iter().map(|(p, drawn, bad)| case(p, drawn || p == 1.0, f64::from(u8::from(bad)))).collect();
        let l = lane(&cases, 1.96).expect("a lane");
        for e in [Some(l.total), Some(l.let_through), l.rate].into_iter().flatten() {
            prop_assert!(e.low <= e.value + 1e-9 && e.value <= e.high + 1e-9, "{e:?}");
        }
    }
}

/// A stream of three lanes where the truth is known.
fn stream(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|i| {
            let (p, share) = [(0.05, 30_000), (0.2, 100_000), (1.0, 300_000)][i % 3];
            (p, f64::from(u8::from(draw(&[3; 32], &i.to_string(), "truth") < share)))
        })
        .collect()
}

#[test]
fn many_draws_cover_the_truth_as_often_as_promised() {
    let stream = stream(3_000);
    let rate = stream.iter().map(|(_, y)| y).sum::<f64>() / stream.len() as f64;
    let (mut rates, mut throughs, mut lowest) = (0, 0, f64::INFINITY);
    let rounds = 400u32;
    for round in 0..rounds {
        let mut seed = [0u8; 32];
        seed[..4].copy_from_slice(&round.to_be_bytes());
        let drawn =
            |i: usize, p: f64| selected((p * 1e6).round() as u32, draw(&seed, &i.to_string(), "check"));
        let cases: Vec<Case> =
            stream.iter().enumerate().map(|(i, (p, y))| case(*p, drawn(i, *p), *y)).collect();
        let missed: f64 = cases.iter().filter(|c| c.chosen == Chosen::No).map(|c| c.value).sum();
        let l = lane(&cases, 1.96).expect("a lane");
        let r = l.rate.expect("something was inspected");
        rates += u32::from(r.low <= rate && rate <= r.high);
        throughs += u32::from(l.let_through.low <= missed && missed <= l.let_through.high);
        lowest = lowest.min(l.let_through.high);
    }
    let share = |n: u32| f64::from(n) / f64::from(rounds);
    assert!((0.91..=0.99).contains(&share(rates)), "{}", share(rates));
    assert!((0.90..=1.0).contains(&share(throughs)), "{}", share(throughs));
    assert!(lowest > 0.0);
}

#[test]
fn an_added_check_stands_for_nobody_else() {
    let mut cases: Vec<Case> = (0..100).map(|i| case(0.1, i % 10 == 0, 0.0)).collect();
    let before = lane(&cases, 1.96).expect("a lane");
    assert_eq!((before.drawn, before.total.value, before.found), (10, 0.0, 0.0));
    // Nothing found in ten leaves room for much among ninety.
    assert!((10.0..40.0).contains(&before.let_through.high), "{:?}", before.let_through);
    cases[1] = Case { probability: 0.1, chosen: Chosen::Added, value: 1.0 };
    let after = lane(&cases, 1.96).expect("a lane");
    assert_eq!((after.added, after.found, after.total.value), (1, 1.0, 0.0));
    assert_eq!(after.rate.map(|r| r.value), Some(0.0));
}

#[test]
fn what_no_draw_can_reach_is_told_and_not_guessed() {
    let cases = [case(0.0, false, 0.0), case(0.0, false, 0.0), case(1.0, true, 1.0)];
    let l = lane(&cases, 1.96).expect("a lane");
    assert_eq!((l.declared, l.out_of_reach, l.certain), (3, 2, 1));
    assert_eq!((l.total.value, l.let_through.high, l.rate.map(|r| r.value)), (1.0, 0.0, Some(1.0)));
    assert!(lane(&[], 1.96).expect("an empty lane").rate.is_none());
    assert!(lane(&[case(0.0, true, 1.0)], 1.96).is_err());
    assert!(lane(&[case(1.2, false, 0.0)], 1.96).is_err());
    assert!(lane(&[case(0.5, true, f64::NAN)], 1.96).is_err());
}

#[test]
fn lift_compares_targeted_with_random() {
    let rate = wilson(0.05, 400.0, 1.96);
    let l = lift(60, 100, &rate, 1.96).expect("a lift");
    assert!((l.value - 12.0).abs() < 1e-9 && l.low > 6.0 && l.high < 24.0, "{l:?}");
    assert!(lift(0, 100, &rate, 1.96).is_none() && lift(1, 0, &rate, 1.96).is_none());
}

#[test]
fn wilsons_interval_agrees_with_a_worked_case() {
    // 15 of 148, z = 1.96: 0.0623 to 0.1605 by the formula worked by hand.
    let w = wilson(15.0 / 148.0, 148.0, 1.96);
    assert!((w.low - 0.0623).abs() < 5e-4 && (w.high - 0.1605).abs() < 5e-4, "{w:?}");
}
