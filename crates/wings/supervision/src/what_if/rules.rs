//! The count of two years, consignment by consignment.

use super::{Figures, Interval, Way, Worth};
use crate::targeting::Outcome;
use std::collections::BTreeMap;

/// 95 % of a normal distribution lie within so many standard errors.
const Z: f64 = 1.96;

/// What an inspection that the draw or a rule brought about has found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Whether the goods did not conform.
    pub nonconforming: bool,
    /// Their weight in tonnes, where they are declared by weight.
    pub tonnes: f64,
    /// What they are worth, in whole units of the currency named; none where no value is declared.
    pub worth: Option<(f64, String)>,
}

/// A sum of what was found, each standing for others, with its variance.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    value: f64,
    variance: f64,
}

impl Sum {
    /// Adds something of size `y`, found with probability `p`, that counts `share` times under the other rule.
    fn add(&mut self, y: f64, p: f64, share: f64) {
        self.value += y * share / p;
        self.variance += (y * share).powi(2) * (1.0 - p) / (p * p);
    }

    fn interval(self) -> Interval {
        let half = Z * self.variance.sqrt();
        Interval { value: self.value, low: (self.value - half).max(0.0), high: self.value + half }
    }
}

/// A running count.
#[derive(Debug, Default)]
pub struct Tally {
    figures: Figures,
    ways: BTreeMap<(String, String), u64>,
    detected: [Sum; 2],
    missed: [Sum; 2],
    tonnes: [Sum; 2],
    /// Caught and missed, by currency.
    worth: BTreeMap<String, [[Sum; 2]; 2]>,
}

impl Tally {
    /// Counts a consignment as it was decided and as it would have been.
    pub fn add(&mut self, before: &Outcome, after: &Outcome, found: Option<Found>) {
        let f = &mut self.figures;
        f.declared += 1;
        f.moved += u64::from(before.lane != after.lane);
        *self.ways.entry((before.lane.clone(), after.lane.clone())).or_default() += 1;
        let (p, q) = (share(before.rate_ppm), share(after.rate_ppm));
        f.expected.0 += p;
        f.expected.1 += q;
        f.selected.0 += u64::from(before.selected);
        f.selected.1 += u64::from(after.selected);
        f.newly += u64::from(after.selected && !before.selected);
        f.no_longer += u64::from(before.selected && !after.selected);
        let Some(found) = found.filter(|_| before.selected && p > 0.0) else { return };
        f.inspected += 1;
        if found.nonconforming {
            // What was found as it was is a count and no estimate.
            self.detected[0].value += 1.0;
            self.detected[1].add(1.0, p, q);
            for (at, rate) in [(0, p), (1, q)] {
                self.missed[at].add(1.0, p, 1.0 - rate);
                self.tonnes[at].add(found.tonnes, p, 1.0 - rate);
            }
            if let Some((value, currency)) = found.worth {
                let [caught, missed] = self.worth.entry(currency).or_default();
                caught[0].value += value;
                caught[1].add(value, p, q);
                missed[0].add(value, p, 1.0 - p);
                missed[1].add(value, p, 1.0 - q);
            }
        }
    }

    /// The figures of all that was counted.
    pub fn figures(self) -> Figures {
        let mut ways: Vec<Way> =
            self.ways.into_iter().map(|((from, to), count)| Way { from, to, count }).collect();
        ways.sort_by_key(|w| std::cmp::Reverse(w.count));
        let pair = |sums: [Sum; 2]| (sums[0].interval(), sums[1].interval());
        let values = self.worth.into_iter().map(|(currency, [caught, missed])| Worth {
            currency,
            caught: pair(caught),
            missed: pair(missed),
        });
        Figures {
            values: values.collect(),
            ways,
            detected: pair(self.detected),
            missed: pair(self.missed),
            missed_tonnes: pair(self.tonnes),
            ..self.figures
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most a million")]
fn share(ppm: u64) -> f64 {
    ppm as f64 / 1_000_000.0
}
