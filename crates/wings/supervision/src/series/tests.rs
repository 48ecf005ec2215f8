//! Counting.

use super::rules::after;
use proptest::prelude::*;

#[test]
fn one_failure_begins_the_count_anew_and_the_third_stops() {
    let c = after(4, 0, 5, 3, false);
    assert_eq!((c.clean, c.failures, c.stop), (0, 1, false));
    let c = after(0, 2, 5, 3, false);
    assert_eq!((c.failures, c.stop), (3, true));
    let c = after(4, 2, 5, 3, true);
    assert!(c.enough && c.clean == 5);
}

proptest! {
    /// Only as many clean ones in a row as the rule asks for are enough, in whatever order results come.
    #[test]
    fn a_series_is_enough_only_after_a_whole_clean_run(results in proptest::collection::vec(any::<bool>(), 1..60), needed in 1_i64..8) {
        let (mut clean, mut failures, mut row) = (0, 0, 0);
        for is_clean in results {
            row = if is_clean { row + 1 } else { 0 };
            let c = after(clean, failures, needed, 1000, is_clean);
            prop_assert_eq!(c.clean, row);
            prop_assert_eq!(c.enough, row >= needed);
            (clean, failures) = (c.clean, c.failures);
        }
    }
}
