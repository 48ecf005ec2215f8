//! The demonstration's chance: the same seed makes the same year.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// A seeded source of choices.
pub(super) struct Dice(ChaCha12Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(ChaCha12Rng::seed_from_u64(seed))
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// One of a list that is not empty.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.0.random_range(0..list.len())]
    }

    /// Whether something that happens `per_thousand` times in a thousand happens now.
    pub(super) fn happens(&mut self, per_thousand: i64) -> bool {
        self.between(1, 1000) <= per_thousand
    }

    /// An enterprise class: most are in the middle, a few are bad.
    pub(super) fn class(&mut self) -> i64 {
        match self.between(1, 100) {
            1..=15 => 1,
            16..=45 => 2,
            46..=90 => 3,
            91..=97 => 4,
            _ => 5,
        }
    }
}
