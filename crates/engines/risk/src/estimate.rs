//! What a lane lets through, estimated from the consignments that were inspected and the recorded
//! probability with which each could have been.
//!
//! A count of what was found says more about where one looked than about what there was. Each
//! consignment carries the probability of its draw, so every one found stands for `1/π` of its like
//! (Horvitz and Thompson 1952); ratios of such sums (Hájek 1971) give shares. Checks that an officer
//! added have no probability: they count as what they are, and stand for nobody else.

use serde::{Deserialize, Serialize};

/// How a consignment came to be inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// By the draw, or by a rule that leaves no chance (probability 1).
    Drawn,
    /// By an officer, although the draw had let it pass.
    Added,
    /// It was not inspected.
    No,
}

/// One consignment of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Recorded probability of the draw, 0 to 1.
    pub probability: f64,
    /// Whether and how it was inspected.
    pub chosen: Chosen,
    /// What inspection found: 1 for a violation and 0 for none, or an amount; not read when it was not
    /// inspected.
    pub value: f64,
}

/// An estimate with its standard error and the ends of its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What is known about a lane.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// Consignments.
    pub declared: usize,
    /// Of these, consignments that no draw could ever choose; nothing below speaks of them.
    pub out_of_reach: usize,
    /// Inspected because they had to be (probability 1).
    pub certain: usize,
    /// Inspected because they were drawn.
    pub drawn: usize,
    /// Inspected because an officer added them.
    pub added: usize,
    /// Sum of what all inspections found.
    pub found: f64,
    /// All there was within reach, found or not: unbiased.
    pub total: Estimate,
    /// What was let through: unbiased. Below nothing when officers found more than was to be expected.
    pub let_through: Estimate,
    /// Mean over the consignments within reach (the share of violations); nothing when none was inspected.
    pub rate: Option<Estimate>,
}

/// Estimates what a lane holds and lets through. `z` is the width of intervals in standard errors,
/// 1.96 for 95 %.
///
/// # Errors
/// In words, when a probability is none, a consignment of probability 0 was drawn, or a value is no number.
pub fn lane(cases: &[Case], z: f64) -> Result<Lane, String> {
    let (mut certain, mut drawn, mut added, mut out_of_reach) = (0, 0, 0, 0);
    let mut sums = Sums::default();
    for (i, c) in cases.iter().enumerate() {
        if !(0.0..=1.0).contains(&c.probability) {
            return Err(format!("case {}: {} is not a probability", i + 1, c.probability));
        }
        if c.chosen != Chosen::No && !c.value.is_finite() {
            return Err(format!("case {}: the finding is not a number", i + 1));
        }
        out_of_reach += usize::from(c.probability == 0.0);
        match c.chosen {
            Chosen::Drawn if c.probability == 0.0 => {
                return Err(format!("case {}: drawn although its probability is 0", i + 1));
            }
            Chosen::Drawn => {
                certain += usize::from(c.probability == 1.0);
                drawn += usize::from(c.probability < 1.0);
                sums.take(c.probability, c.value);
            }
            Chosen::Added => {
                added += 1;
                sums.added += c.value;
                sums.added_within_reach += if c.probability > 0.0 { c.value } else { 0.0 };
            }
            Chosen::No => {}
        }
    }
    let reach = cases.len() - out_of_reach;
    let unseen = reach.saturating_sub(certain + drawn);
    Ok(Lane {
        declared: cases.len(),
        out_of_reach,
        certain,
        drawn,
        added,
        found: sums.found + sums.added,
        total: sums.total(z, unseen),
        let_through: sums.let_through(z, unseen),
        rate: (sums.weight > 0.0).then(|| sums.rate(z, cases, unseen)),
    })
}

/// Running sums over the consignments drawn.
#[derive(Default)]
struct Sums {
    found: f64,
    added: f64,
    added_within_reach: f64,
    /// Σ 1/π and Σ y/π.
    weight: f64,
    weighted: f64,
    /// Σ y²(1−π)/π², the unbiased variance of Σ y/π under independent draws.
    variance: f64,
    /// Σ (1−π)/π, its squares, and Σ y(1−π)/π: what the unseen look like.
    unseen: f64,
    unseen_squares: f64,
    unseen_weighted: f64,
    /// Whether a finding is neither 0 nor 1.
    amounts: bool,
}

impl Sums {
    fn take(&mut self, p: f64, y: f64) {
        self.found += y;
        self.weight += 1.0 / p;
        self.weighted += y / p;
        self.variance += y * y * (1.0 - p) / (p * p);
        let w = (1.0 - p) / p;
        self.unseen += w;
        self.unseen_squares += w * w;
        self.unseen_weighted += w * y;
        self.amounts |= y != 0.0 && y != 1.0;
    }

    /// What `count` consignments that were not drawn may hold at most. The plain interval has no width
    /// where nothing was found, which is no proof that there is nothing.
    fn at_most(&self, z: f64, count: usize) -> f64 {
        if self.amounts || count == 0 {
            return 0.0;
        }
        if self.unseen <= 0.0 {
            return count as f64;
        }
        let size = self.unseen * self.unseen / self.unseen_squares;
        wilson(self.unseen_weighted / self.unseen, size, z).high * count as f64
    }

    fn total(&self, z: f64, unseen: usize) -> Estimate {
        let error = self.variance.sqrt();
        let high = (self.weighted + z * error).max(self.found + self.at_most(z, unseen));
        Estimate { value: self.weighted, error, low: (self.weighted - z * error).max(self.found), high }
    }

    fn let_through(&self, z: f64, unseen: usize) -> Estimate {
        let error = self.variance.sqrt();
        let value = self.unseen_weighted - self.added_within_reach;
        let limit = self.at_most(z, unseen) - self.added_within_reach;
        Estimate {
            value,
            error,
            low: (value - z * error).max(0.0),
            high: (value + z * error).max(limit).max(0.0),
        }
    }

    fn rate(&self, z: f64, cases: &[Case], unseen: usize) -> Estimate {
        let value = self.weighted / self.weight;
        let drawn = cases.iter().filter(|c| c.chosen == Chosen::Drawn);
        let squares: f64 = drawn
            .map(|c| (c.value - value).powi(2) * (1.0 - c.probability) / (c.probability * c.probability))
            .sum();
        let error = squares.sqrt() / self.weight;
        let (mut low, mut high) = (value - z * error, value + z * error);
        if !self.amounts {
            // The interval of a share must hold where all or nothing was found; the size of a simple
            // sample with the same variance carries the weights over.
            let size = match self.unseen_squares {
                _ if error > 0.0 => value * (1.0 - value) / (error * error),
                s if s > 0.0 => self.unseen * self.unseen / s,
                // Of those that might have been drawn none was: nothing is known of them.
                _ if unseen > 0 => 0.0,
                _ => f64::INFINITY,
            };
            if size.is_finite() {
                let w = wilson(value, size, z);
                (low, high) = (w.low, w.high);
            }
        }
        Estimate { value, error, low, high }
    }
}

/// Wilson's interval for a share seen in a sample of the given, possibly fractional, size (Wilson 1927).
pub fn wilson(share: f64, size: f64, z: f64) -> Estimate {
    if size <= 0.0 || !size.is_finite() || !share.is_finite() {
        return Estimate { value: share, error: f64::NAN, low: 0.0, high: 1.0 };
    }
    let z2 = z * z;
    let centre = (share + z2 / (2.0 * size)) / (1.0 + z2 / size);
    let half = z * (share * (1.0 - share) / size + z2 / (4.0 * size * size)).sqrt() / (1.0 + z2 / size);
    let error = (share * (1.0 - share) / size).sqrt();
    Estimate { value: share, error, low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
}

/// How much oftener a targeted inspection finds something than one at random: the share found among
/// `inspected` targeted ones over the rate of the whole stream, with an interval on the logarithmic
/// scale. Nothing when either is nought.
pub fn lift(found: usize, inspected: usize, rate: &Estimate, z: f64) -> Option<Estimate> {
    if found == 0 || inspected == 0 || rate.value <= 0.0 {
        return None;
    }
    let share = found as f64 / inspected as f64;
    let value = share / rate.value;
    let spread = ((1.0 - share) / found as f64 + (rate.error / rate.value).powi(2)).sqrt();
    let factor = (z * spread).exp();
    Some(Estimate { value, error: value * spread, low: value / factor, high: value * factor })
}

#[cfg(test)]
mod tests;
