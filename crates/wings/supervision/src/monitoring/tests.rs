//! Sharing out as values.

use super::rules::{allocate, months, pick};
use proptest::prelude::*;

#[test]
fn samples_are_shared_by_largest_remainders() {
    assert_eq!(allocate(10, &[60, 30, 10]), [5, 3, 2]);
    assert_eq!(allocate(10, &[0, 0]), [5, 5]);
    assert_eq!(allocate(2, &[9, 9, 9]), [1, 1, 0]);
    assert_eq!(allocate(0, &[9]), [0]);
    assert_eq!(allocate(7, &[i64::MAX, 1]), [6, 1]);
}

proptest! {
    #[test]
    fn nothing_is_lost_and_none_goes_without(total in 0_i64..5000, sizes in prop::collection::vec(0_i64..100_000, 1..40)) {
        let shares = allocate(total, &sizes);
        prop_assert_eq!(shares.iter().sum::<i64>(), total);
        if total >= sizes.len() as i64 {
            prop_assert!(shares.iter().all(|s| *s >= 1));
        }
        for (a, b) in sizes.iter().zip(&shares) {
            for (c, d) in sizes.iter().zip(&shares) {
                prop_assert!(a <= c || b >= d || total < sizes.len() as i64, "a larger stratum has no less");
            }
        }
    }

    #[test]
    fn months_spread_evenly_over_what_is_left_of_the_year(seed: [u8; 32], n in 1_i64..200, first in 1_i64..=12) {
        let all = months(&seed, "S", n, first);
        prop_assert_eq!(all.len() as i64, n);
        prop_assert!(all.iter().all(|m| (first..=12).contains(m)));
        let span = 13 - first;
        for month in first..=12 {
            let here = all.iter().filter(|m| **m == month).count() as i64;
            prop_assert!(here >= n / span - 1 && here <= n / span + 2, "{} in month {}", here, month);
        }
    }
}

#[test]
fn one_more_candidate_leaves_the_order_of_the_others() {
    let lots: Vec<String> = (0..50).map(|n| format!("L{n}")).collect();
    let first = pick(&[3; 32], "s", 0, &lots).expect("a lot");
    let more: Vec<String> = lots.iter().cloned().chain(["NEW".to_owned()]).collect();
    let again = pick(&[3; 32], "s", 0, &more).expect("a lot");
    assert!(again == first || more[again] == "NEW");
    assert_eq!(pick(&[3; 32], "s", 0, &[]), None);
    let drawn: std::collections::BTreeSet<_> =
        (0..40).map(|round| pick(&[3; 32], "s", round, &lots)).collect();
    assert!(drawn.len() > 15, "rounds draw anew");
}
