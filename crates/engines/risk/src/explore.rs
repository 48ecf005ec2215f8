//! The share of inspections that goes to random checks: a floor when all is calm, more when a score
//! drifts.
//!
//! Random checks are what a score learns new kinds of violation from, and the only ones its figures
//! may rest upon. The floor is never given up, however good a score looks. Under drift more of them narrow
//! the estimate of what is let through just when it is needed; they do not make a score learn much sooner,
//! for that it has to forget (see the memory of [`crate::score::rolling::Protocol`]).

use serde::{Deserialize, Serialize};

/// How the random share moves. The numbers are policy and come from a rule pack.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShareRule {
    /// Share when all is calm, 0 to 1.
    pub floor: f64,
    /// Share when drift reaches the limit at which the score stands down.
    pub ceiling: f64,
    /// Drift, as a share of that limit, up to which nothing moves.
    pub quiet: f64,
    /// What is kept of the excess over the floor from one period to the next, once drift ceases.
    pub keep: f64,
}

impl ShareRule {
    /// A share that never moves.
    pub fn fixed(share: f64) -> Self {
        Self { floor: share, ceiling: share, quiet: 1.0, keep: 0.0 }
    }

    /// Whether the shares are shares and in order.
    pub fn is_sound(&self) -> bool {
        let share = |x: f64| (0.0..=1.0).contains(&x);
        share(self.floor) && share(self.ceiling) && self.floor <= self.ceiling && self.quiet >= 0.0 && {
            (0.0..1.0).contains(&self.keep)
        }
    }

    /// The share of the next period: up at once with drift, down by and by. `strength` is that of a
    /// [`crate::drift::Verdict`].
    pub fn next(&self, current: f64, strength: f64) -> f64 {
        let part = if strength <= self.quiet || strength.is_nan() {
            0.0
        } else if self.quiet >= 1.0 {
            1.0
        } else {
            ((strength - self.quiet) / (1.0 - self.quiet)).min(1.0)
        };
        let wanted = self.floor + (self.ceiling - self.floor) * part;
        let kept = self.floor + (current - self.floor) * self.keep;
        wanted.max(kept).clamp(self.floor, self.ceiling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RULE: ShareRule = ShareRule { floor: 0.1, ceiling: 0.4, quiet: 0.5, keep: 0.5 };

    #[test]
    fn the_share_rises_at_once_and_falls_by_halves() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(RULE.next(0.1, 0.4), 0.1);
        near(RULE.next(0.1, 0.75), 0.25);
        near(RULE.next(0.1, 3.0), 0.4);
        near(RULE.next(0.4, 0.0), 0.25);
        near(RULE.next(0.25, 0.0), 0.175);
        near(ShareRule::fixed(0.1).next(0.1, 9.0), 0.1);
    }

    proptest! {
        #[test]
        fn the_share_never_leaves_its_bounds(current in 0.0f64..1.0, strength in -1.0f64..10.0) {
            let next = RULE.next(current, strength);
            prop_assert!(RULE.is_sound() && (RULE.floor..=RULE.ceiling).contains(&next));
            prop_assert!(RULE.next(current, strength + 0.1) >= next);
        }
    }
}
