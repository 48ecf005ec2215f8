//! Designing a plan from two points of its curve, as Codex CXG 50 does: lots at the producer's risk quality
//! are accepted with at least a given probability, lots at the consumer's risk quality with at most another.
//! Further the zero-acceptance plans and the three-class attributes plans of food microbiology.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::iso2859::Single;
use crate::math::{discrete, search};
use crate::oc::Model;

/// Largest sample a design may ask for, in units.
const LIMIT: u64 = 1_000_000;

/// A point of the operating characteristic: a quality and the probability of accepting lots of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RiskPoint {
    /// Fraction nonconforming, or nonconformities per unit under a Poisson model.
    pub quality: f64,
    /// Probability of acceptance, 0 to 1.
    pub accept: f64,
}

/// The smallest attributes plan that accepts lots at the producer's point (`prp`) at least, and lots at the
/// consumer's point (`crp`) at most, as often as the points say: the smallest acceptance number for which
/// there is such a plan, and its smallest sample.
///
/// Under a hypergeometric model, "at the producer's quality or better" is the largest whole number of
/// nonconforming units not above it, and "at the consumer's quality or worse" the smallest not below it.
///
/// # Errors
/// [`Error::OutOfRange`] for qualities or probabilities that are not in order; [`Error::NoDesign`] when the
/// points lie too close together.
///
/// ```
/// use sampling::design::{attributes, RiskPoint};
/// use sampling::oc::Model;
/// let prp = RiskPoint { quality: 0.01, accept: 0.95 };
/// let crp = RiskPoint { quality: 0.10, accept: 0.10 };
/// let plan = attributes(prp, crp, Model::Binomial)?;
/// assert_eq!((plan.n, plan.ac), (52, 2));
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn attributes(prp: RiskPoint, crp: RiskPoint, model: Model) -> Result<Single, Error> {
    check_points(prp, crp, model != Model::Poisson)?;
    let accept = |n: u64, c: u64, good: bool| {
        let quality = if good { prp.quality } else { crp.quality };
        match model {
            Model::Binomial => discrete::binomial_cdf(c, n, quality),
            Model::Poisson => discrete::poisson_cdf(c, n as f64 * quality),
            Model::Hypergeometric { lot } => {
                discrete::hypergeometric_cdf(c, n, whole_units(lot, quality, good), lot)
            }
        }
    };
    let limit = match model {
        Model::Hypergeometric { lot: 0 } => return Err(Error::LotSize { given: 0 }),
        Model::Hypergeometric { lot } => lot,
        _ => LIMIT,
    };
    let mut n = 1;
    for c in 0..limit {
        // The smallest sample that protects the consumer grows with c, so the search goes on from the last.
        let Some(smallest) = search::smallest(n, limit, |n| accept(n, c, false) <= crp.accept) else { break };
        n = smallest;
        if accept(n, c, true) >= prp.accept {
            return Ok(Single::new(n, u32::try_from(c).unwrap_or(u32::MAX)));
        }
    }
    let given = format!("{} at {} and {} at {}", prp.accept, prp.quality, crp.accept, crp.quality);
    Err(Error::NoDesign { field: "prp, crp", given, limit })
}

/// Nonconforming units of a lot at a quality: not above it for the producer, not below it for the consumer.
fn whole_units(lot: u64, quality: f64, good: bool) -> u64 {
    let exact = lot as f64 * quality;
    // A product such as 500 · 0.01 may miss its whole number by a rounding error.
    let nearest = exact.round();
    let units = match () {
        () if (exact - nearest).abs() < 1e-9 * exact.max(1.0) => nearest,
        () if good => exact.floor(),
        () => exact.ceil(),
    };
    (units as u64).min(lot)
}

/// Refuses points that no plan can have.
pub(crate) fn check_points(prp: RiskPoint, crp: RiskPoint, fractions: bool) -> Result<(), Error> {
    let refuse = |field, given: f64, range, remedy| {
        Err(Error::OutOfRange { field, given: given.to_string(), range, remedy })
    };
    for (field, point) in [("prp", prp), ("crp", crp)] {
        if !(point.accept > 0.0 && point.accept < 1.0) {
            return refuse(field, point.accept, "between 0 and 1", "give the probability as a fraction");
        }
        if !(point.quality > 0.0 && point.quality.is_finite() && (point.quality < 1.0 || !fractions)) {
            return refuse(field, point.quality, "between 0 and 1", "give the quality as a fraction");
        }
    }
    if prp.quality >= crp.quality {
        return refuse("crp", crp.quality, "above the producer's quality", "exchange the two qualities");
    }
    if prp.accept <= crp.accept {
        return refuse(
            "crp",
            crp.accept,
            "below the producer's probability",
            "exchange the two probabilities",
        );
    }
    Ok(())
}

/// The zero-acceptance plan: the smallest sample that, free of nonconforming units, lets a lot at the
/// limiting quality pass with at most the probability `crp.accept`. For a lot the count is exact; without
/// one the lot is taken to be large.
///
/// # Errors
/// [`Error::LotSize`] for an empty lot, [`Error::OutOfRange`] for a point that is no point,
/// [`Error::NoDesign`] when the sample would pass a million units.
///
/// ```
/// use sampling::design::{zero_acceptance, RiskPoint};
/// let crp = RiskPoint { quality: 0.05, accept: 0.05 };
/// assert_eq!(zero_acceptance(crp, None)?.n, 59);
/// assert_eq!(zero_acceptance(crp, Some(100))?.n, 45);
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn zero_acceptance(crp: RiskPoint, lot: Option<u64>) -> Result<Single, Error> {
    let prp = RiskPoint { quality: f64::MIN_POSITIVE, accept: 1.0 - f64::EPSILON };
    check_points(prp, crp, true)?;
    let limit = lot.unwrap_or(LIMIT);
    if limit == 0 {
        return Err(Error::LotSize { given: 0 });
    }
    let found = search::smallest(1, limit, |n| match lot {
        Some(lot) => {
            discrete::hypergeometric_cdf(0, n, whole_units(lot, crp.quality, false), lot) <= crp.accept
        }
        None => discrete::binomial_cdf(0, n, crp.quality) <= crp.accept,
    });
    let given = format!("{} at {}", crp.accept, crp.quality);
    found.map(|n| Single::new(n, 0)).ok_or(Error::NoDesign { field: "crp", given, limit })
}

/// A three-class attributes plan (Codex CXG 50, ICMSF): of `n` results none may exceed `M`, and at most `c`
/// may lie between `m` and `M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreeClass {
    /// Sample units.
    pub n: u64,
    /// Marginal results allowed.
    pub c: u64,
}

impl ThreeClass {
    /// Probability of acceptance when a unit is marginal (between `m` and `M`) with probability `marginal`
    /// and bad (above `M`) with probability `bad`.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] when the two are not probabilities of exclusive events, or the plan is empty.
    ///
    /// ```
    /// use sampling::design::ThreeClass;
    /// let plan = ThreeClass { n: 5, c: 2 };
    /// assert_eq!(plan.accept(0.0, 0.0)?, 1.0);
    /// assert!((plan.accept(0.2, 0.05)? - 0.72246).abs() < 1e-5);
    /// # Ok::<(), sampling::Error>(())
    /// ```
    pub fn accept(self, marginal: f64, bad: f64) -> Result<f64, Error> {
        let refuse = |field, given: String, range, remedy| Error::OutOfRange { field, given, range, remedy };
        if self.n == 0 {
            return Err(refuse("n", "0".to_owned(), "1 or more", "give the number of sample units"));
        }
        if !(marginal >= 0.0 && bad >= 0.0 && marginal + bad <= 1.0) {
            let given = format!("{marginal} and {bad}");
            return Err(refuse("marginal, bad", given, "0 to 1 together", "give both as fractions"));
        }
        // No bad unit among n, and then at most c marginal ones among units known not to be bad.
        let no_bad = discrete::binomial_pmf(0, self.n, bad);
        let share = if bad < 1.0 { marginal / (1.0 - bad) } else { 0.0 };
        Ok(no_bad * discrete::binomial_cdf(self.c, self.n, share.min(1.0)))
    }
}
