//! What a plan does: the probability that a lot of given quality is accepted (operating characteristic), the
//! average number of units inspected (ASN), and the quality at which a given share of lots is accepted.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::iso2859::{Plan, Single, Stage};
use crate::math::{discrete, search};
use crate::outgoing;

/// How nonconformity is counted and where the lot comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Nonconforming units from a running process or a lot large against the sample (type B curve).
    Binomial,
    /// Nonconformities, several of which may lie in one unit.
    Poisson,
    /// Nonconforming units in one lot of this size, exactly (type A curve).
    Hypergeometric {
        /// Lot size in units.
        lot: u64,
    },
}

impl Model {
    /// P(exactly `x` more in the next `n` units), given what was found before.
    fn pmf(self, x: u64, n: u64, quality: f64, before: Before) -> f64 {
        match self {
            Self::Binomial => discrete::binomial_pmf(x, n, quality),
            Self::Poisson => discrete::poisson_pmf(x, n as f64 * quality),
            Self::Hypergeometric { lot } => match before.left(lot, quality) {
                Some((bad, left)) => discrete::hypergeometric_pmf(x, n, bad, left),
                None => 0.0,
            },
        }
    }

    /// P(at most `x` more in the next `n` units), given what was found before.
    fn cdf(self, x: u64, n: u64, quality: f64, before: Before) -> f64 {
        match self {
            Self::Binomial => discrete::binomial_cdf(x, n, quality),
            Self::Poisson => discrete::poisson_cdf(x, n as f64 * quality),
            Self::Hypergeometric { lot } => match before.left(lot, quality) {
                Some((bad, left)) => discrete::hypergeometric_cdf(x, n, bad, left),
                None => 0.0,
            },
        }
    }

    /// Largest quality value that has a meaning: 1, or unbounded for nonconformities per unit.
    fn worst(self) -> f64 {
        if self == Self::Poisson { f64::INFINITY } else { 1.0 }
    }
}

/// Units inspected and found nonconforming in earlier stages.
#[derive(Clone, Copy)]
struct Before {
    inspected: u64,
    found: u64,
}

impl Before {
    /// Nonconforming units and units left in the lot; none when more were found than there are.
    fn left(self, lot: u64, quality: f64) -> Option<(u64, u64)> {
        let bad = nonconforming_in(lot, quality).checked_sub(self.found)?;
        Some((bad, lot - self.inspected))
    }
}

/// The whole number of nonconforming units nearest to a share of a lot.
pub(crate) fn nonconforming_in(lot: u64, quality: f64) -> u64 {
    ((lot as f64 * quality).round() as u64).min(lot)
}

/// What becomes of lots of one quality under a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Probability of acceptance.
    pub accept: f64,
    /// Average sample number: units inspected in the mean, every sample inspected to its end.
    pub asn: f64,
    /// Probability of acceptance at each stage.
    pub accept_at: Vec<f64>,
    /// Probability of reaching each stage; the first is 1.
    pub reach: Vec<f64>,
}

/// Follows a plan through its stages for lots of the given quality: fraction nonconforming (0 to 1), or
/// nonconformities per unit under [`Model::Poisson`]. Under [`Model::Hypergeometric`] the fraction is rounded
/// to whole units of the lot.
///
/// # Errors
/// [`Error::OutOfRange`] for a quality outside its range, an empty plan, or a plan larger than the lot.
///
/// ```
/// use sampling::iso2859::Single;
/// use sampling::oc::{evaluate, Model};
/// let outcome = evaluate(&Single::new(50, 1).stages(), Model::Binomial, 0.02)?;
/// assert!((outcome.accept - 0.7357713944617262).abs() < 1e-12);
/// assert_eq!(outcome.asn, 50.0);
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn evaluate(stages: &[Stage], model: Model, quality: f64) -> Result<Outcome, Error> {
    check(stages, model)?;
    if !(0.0..=model.worst()).contains(&quality) || quality.is_infinite() {
        return Err(Error::OutOfRange {
            field: "quality",
            given: quality.to_string(),
            range: "0 to 1 (nonconformities per unit: 0 or more)",
            remedy: "give a fraction, not a percentage",
        });
    }
    Ok(follow(stages, model, quality))
}

/// Refuses plans that cannot be carried out.
pub(crate) fn check(stages: &[Stage], model: Model) -> Result<(), Error> {
    let total: u64 = stages.iter().map(|stage| stage.n).sum();
    let refuse =
        |range, remedy| Err(Error::OutOfRange { field: "n", given: total.to_string(), range, remedy });
    match model {
        _ if total == 0 => refuse("1 unit or more", "give a sample size"),
        Model::Hypergeometric { lot } if total > lot => {
            refuse("at most the lot size", "use a smaller plan, or inspect the whole lot")
        }
        _ => Ok(()),
    }
}

/// The work of [`evaluate`], for arguments known to be good.
pub(crate) fn follow(stages: &[Stage], model: Model, quality: f64) -> Outcome {
    // Probability of having found exactly `index` so far with no decision yet.
    let mut undecided = vec![1.0];
    let mut inspected = 0;
    let mut outcome = Outcome { accept: 0.0, asn: 0.0, accept_at: Vec::new(), reach: Vec::new() };
    for stage in stages {
        let reach: f64 = undecided.iter().sum();
        outcome.asn += reach * stage.n as f64;
        outcome.reach.push(reach);
        let mut accepted = 0.0;
        let mut next = vec![0.0; stage.re as usize];
        for (found, &weight) in (0_u64..).zip(&undecided).filter(|(_, weight)| **weight > 0.0) {
            let before = Before { inspected, found };
            if let Some(room) = stage.ac.and_then(|ac| u64::from(ac).checked_sub(found)) {
                accepted += weight * model.cdf(room, stage.n, quality, before);
            }
            let first_undecided = stage.ac.map_or(0, |ac| u64::from(ac) + 1).max(found);
            for count in first_undecided..u64::from(stage.re) {
                next[count as usize] += weight * model.pmf(count - found, stage.n, quality, before);
            }
        }
        inspected += stage.n;
        outcome.accept += accepted;
        outcome.accept_at.push(accepted);
        undecided = next;
    }
    outcome.accept = outcome.accept.min(1.0);
    outcome
}

/// The quality at which lots are accepted with probability `accept` (0 < `accept` < 1): 0.95 gives the
/// producer's risk quality, 0.10 the consumer's risk quality. For a hypergeometric model it is the largest
/// share of whole units still accepted at least that often.
///
/// # Errors
/// [`Error::OutOfRange`] as for [`evaluate`], or for a probability that is not between 0 and 1.
pub fn quality_at(stages: &[Stage], model: Model, accept: f64) -> Result<f64, Error> {
    check(stages, model)?;
    if !(accept > 0.0 && accept < 1.0) {
        return Err(Error::OutOfRange {
            field: "accept",
            given: accept.to_string(),
            range: "between 0 and 1",
            remedy: "give the probability of acceptance as a fraction",
        });
    }
    if let Model::Hypergeometric { lot } = model {
        let share = |bad: u64| bad as f64 / lot as f64;
        let beyond = search::smallest(0, lot, |bad| follow(stages, model, share(bad)).accept < accept);
        return Ok(share(beyond.map_or(lot, |bad| bad.saturating_sub(1))));
    }
    let mut upper = 1.0;
    while model == Model::Poisson && follow(stages, model, upper).accept > accept {
        upper *= 2.0;
    }
    Ok(search::falling_root(0.0, upper, |quality| follow(stages, model, quality).accept - accept))
}

/// One point of the curves of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OcPoint {
    /// Fraction nonconforming, or nonconformities per unit.
    pub quality: f64,
    /// Probability of acceptance.
    pub accept: f64,
    /// Average sample number in units.
    pub asn: f64,
    /// Average outgoing quality under rectifying inspection, when a lot size was given.
    pub aoq: Option<f64>,
    /// Average total inspection in units, when a lot size was given.
    pub ati: Option<f64>,
}

/// The curves of a plan at evenly spaced qualities from 0 to where about one lot in a thousand is accepted.
/// With `lot` the rectifying-inspection figures are filled in. A hypergeometric curve has a point for each
/// whole number of units at most.
///
/// # Errors
/// [`Error::OutOfRange`] as for [`evaluate`], for fewer than two points, or a lot smaller than the plan.
pub fn curve(stages: &[Stage], model: Model, lot: Option<u64>, points: usize) -> Result<Vec<OcPoint>, Error> {
    if !(2..=10_000).contains(&points) {
        return Err(Error::OutOfRange {
            field: "points",
            given: points.to_string(),
            range: "2 to 10,000",
            remedy: "100 points make a smooth curve",
        });
    }
    if let Some(lot) = lot {
        check(stages, Model::Hypergeometric { lot })?;
    }
    let upper = match (quality_at(stages, model, 0.001)?, model) {
        // One unit further, so that the curve of a small lot reaches its foot.
        (last, Model::Hypergeometric { lot }) => (last + 1.0 / lot as f64).min(1.0),
        (last, _) => last,
    };
    let mut qualities: Vec<f64> = (0..points).map(|at| upper * at as f64 / (points - 1) as f64).collect();
    if let Model::Hypergeometric { lot } = model {
        for quality in &mut qualities {
            *quality = nonconforming_in(lot, *quality) as f64 / lot as f64;
        }
        qualities.dedup();
    }
    let point = |quality: f64| {
        let outcome = follow(stages, model, quality);
        let outgoing = lot.map(|lot| outgoing::rectified(stages, &outcome, lot, quality));
        OcPoint {
            quality,
            accept: outcome.accept,
            asn: outcome.asn,
            aoq: outgoing.map(|figures| figures.aoq),
            ati: outgoing.map(|figures| figures.ati),
        }
    };
    Ok(qualities.into_iter().map(point).collect())
}

impl Single {
    /// The plan as one stage.
    pub fn stages(self) -> [Stage; 1] {
        [Stage { n: self.n, cumulative_n: self.n, ac: Some(self.ac), re: self.re }]
    }
}

impl Plan {
    /// The model the standard's own curves use: Poisson for AQLs above 10, which count nonconformities,
    /// otherwise binomial.
    pub fn model(&self) -> Model {
        if self.aql.counts_nonconformities_only() { Model::Poisson } else { Model::Binomial }
    }
}
