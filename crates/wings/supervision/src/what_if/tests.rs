//! The estimate under many draws: on average it is what truly is.

use super::rules::{Found, Tally};
use crate::targeting::Outcome;

fn outcome(lane: &str, rate_ppm: u64, draw_ppm: u64) -> Outcome {
    let selected = draw_ppm < rate_ppm;
    Outcome { lane: lane.into(), rate_ppm, draw_ppm, selected, basis: String::new(), reasons: vec![] }
}

#[test]
fn what_another_rate_would_find_and_miss_is_estimated_without_bias() {
    let (mut detected, mut missed, mut held) = (0.0, 0.0, 0);
    let rounds = 300_u64;
    for round in 0..rounds {
        let mut tally = Tally::default();
        for n in 0..1000_u64 {
            // Every tenth consignment does not conform; drawn at 20 %, and what if it were 50 %?
            let draw = risk::draw::draw(&[7; 32], &format!("{round} {n}"), "test");
            let (before, after) = (outcome("sampling", 200_000, draw), outcome("conformity", 500_000, draw));
            let found = before.selected.then_some(Found {
                nonconforming: n % 10 == 0,
                tonnes: 2.0,
                worth: Some((3.0, "CNY".into())),
            });
            tally.add(&before, &after, found);
        }
        let f = tally.figures();
        assert_eq!((f.declared, f.moved, f.ways.len()), (1000, 1000, 1));
        assert!((f.expected.0 - 200.0).abs() < 1e-6 && (f.expected.1 - 500.0).abs() < 1e-6);
        detected += f.detected.1.value;
        missed += f.missed.1.value;
        held += u64::from(f.missed.1.low <= 50.0 && 50.0 <= f.missed.1.high);
        assert!((f.values[0].missed.1.value - 3.0 * f.missed.1.value).abs() < 1e-6);
        assert!((f.values[0].caught.1.value - 3.0 * f.detected.1.value).abs() < 1e-6);
        assert!((f.missed_tonnes.1.value - 2.0 * f.missed.1.value).abs() < 1e-6);
        assert_eq!(f.no_longer, 0);
        assert!(f.newly > 200);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few hundred rounds")]
    let n = rounds as f64;
    // 100 violations: 50 found and 50 missed at 50 %. One round's error is about 10, so that 300 rounds' is about 0.6.
    assert!(
        (detected / n - 50.0).abs() < 2.0 && (missed / n - 50.0).abs() < 2.0,
        "{} {}",
        detected / n,
        missed / n
    );
    assert!(held >= rounds * 9 / 10, "{held} of {rounds} intervals hold the truth");
}
