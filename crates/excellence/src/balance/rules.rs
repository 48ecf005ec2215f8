//! Pure figures of balance: what was reached of a target, and the gap of a group.

use crate::indicator::Direction;

/// Units of a group that a gap needs.
const LEAST: usize = 3;

/// What a value reached of a target, in thousandths of a hundred points; never more than the whole. None where the
/// indicator has no better side.
pub fn reached(direction: Direction, value: f64, target: f64) -> Option<i64> {
    let share = match direction {
        Direction::Up if value >= target => 1.0,
        Direction::Up => value / target,
        Direction::Down if value <= target => 1.0,
        Direction::Down => target / value,
        Direction::Watch => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "between nought and a hundred thousand")]
    Some((share.clamp(0.0, 1.0) * 100_000.0).round() as i64)
}

/// The gap of a group, thousandths of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// 10th percentile.
    pub p10: i64,
    /// 90th percentile.
    pub p90: i64,
}

impl Gap {
    /// How far they are apart.
    pub fn width(self) -> i64 {
        self.p90 - self.p10
    }
}

/// The gap between the composite scores of a group, by nearest rank; none for too few units.
pub fn gap(scores: &[i64]) -> Option<Gap> {
    if scores.len() < LEAST {
        return None;
    }
    let mut sorted = scores.to_vec();
    sorted.sort_unstable();
    let at = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1];
    Some(Gap { p10: at(10), p90: at(90) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_target_that_is_kept_is_worth_a_hundred_and_one_that_is_missed_its_share() {
        assert_eq!(reached(Direction::Up, 99.0, 95.0), Some(100_000));
        assert_eq!(reached(Direction::Up, 47.5, 95.0), Some(50_000));
        assert_eq!(reached(Direction::Down, 8.0, 4.0), Some(50_000));
        assert_eq!(
            (reached(Direction::Down, 1.0, 0.0), reached(Direction::Down, 0.0, 0.0)),
            (Some(0), Some(100_000))
        );
        assert_eq!(reached(Direction::Watch, 1.0, 1.0), None);
    }

    #[test]
    fn two_units_have_no_gap() {
        assert_eq!(gap(&[1, 2]), None);
        assert_eq!(gap(&[40_000, 90_000, 70_000]), Some(Gap { p10: 40_000, p90: 90_000 }));
    }

    proptest! {
        #[test]
        fn a_gap_is_never_negative_and_lies_within_the_scores(scores in prop::collection::vec(0..100_000_i64, 3..40)) {
            let g = gap(&scores).expect("a gap");
            prop_assert!(g.width() >= 0 && scores.contains(&g.p10) && scores.contains(&g.p90));
        }
    }
}
