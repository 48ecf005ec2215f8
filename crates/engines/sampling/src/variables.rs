//! Sampling by variables (ISO 3951-1): fewer units than by attributes, where the characteristic is measured,
//! nearly normal, and stable. The lot is accepted when the sample mean keeps the distance `k` standard
//! deviations from the specification limit.
//!
//! Plans are computed from design equations, not read from the standard's tables: `n` and `k` are the
//! smallest plan whose curve holds two points, either given ([`design`]) or those at 95 % and 10 % of the
//! single attributes plan for the same letter, severity and AQL ([`plan`]). Printed tables may differ by a
//! unit in `n` and in the last digits of `k`; results carry [`Certainty::Computed`].

use serde::{Deserialize, Serialize};

use crate::design::{RiskPoint, check_points};
use crate::iso2859::{self, Aql, CodeLetter, Level, PlanType, Severity};
use crate::math::{normal, search, student};
use crate::{Certainty, Error, oc};

/// Largest sample a design may ask for, in units.
const LIMIT: u64 = 100_000;

/// Whether the standard deviation of the process is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Method {
    /// Unknown: estimated from the sample (s-method).
    #[serde(rename = "s")]
    S,
    /// Known and stable (σ-method).
    #[serde(rename = "sigma")]
    Sigma,
}

/// A plan by variables.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VariablesPlan {
    /// Sample size in units.
    pub n: u64,
    /// Acceptability constant (form k).
    pub k: f64,
    /// Largest estimated fraction nonconforming that is accepted (form p*), used for combined control of
    /// two limits.
    pub p_star: f64,
    /// s- or σ-method.
    pub method: Method,
    /// How sure the product is of the numbers.
    pub certainty: Certainty,
}

/// How two specification limits are controlled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Each limit has its own requirement.
    Separate,
    /// Both limits share one requirement on the total fraction outside.
    Combined,
}

/// Specification limits of the characteristic, in its unit of measurement; at least one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    /// How two limits are controlled; without effect for one.
    pub control: Control,
}

/// The decision on a lot with the figures it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Judgement {
    /// Whether the lot is accepted.
    pub accepted: bool,
    /// Sample mean.
    pub mean: f64,
    /// Standard deviation used: of the sample, or the known one.
    pub deviation: f64,
    /// Quality statistic of the lower limit, `(mean − lower) / deviation`.
    pub q_lower: Option<f64>,
    /// Quality statistic of the upper limit, `(upper − mean) / deviation`.
    pub q_upper: Option<f64>,
    /// Estimated fraction outside all limits.
    pub estimated_fraction: f64,
}

/// The smallest plan by variables for two points of its curve (one limit, or two under separate control).
/// `k` meets the producer's point exactly; the consumer's point is met or bettered.
///
/// # Errors
/// [`Error::OutOfRange`] for points that no plan can have; [`Error::NoDesign`] when they lie too close.
///
/// ```
/// use sampling::design::RiskPoint;
/// use sampling::variables::{design, Method};
/// let prp = RiskPoint { quality: 0.01, accept: 0.95 };
/// let crp = RiskPoint { quality: 0.06, accept: 0.10 };
/// let known = design(prp, crp, Method::Sigma)?;
/// assert_eq!(known.n, 15);
/// assert!((known.k - 1.90164849376538).abs() < 1e-12);
/// assert_eq!(design(prp, crp, Method::S)?.n, 42);
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn design(prp: RiskPoint, crp: RiskPoint, method: Method) -> Result<VariablesPlan, Error> {
    check_points(prp, crp, true)?;
    let smallest_n = if method == Method::S { 2 } else { 1 };
    let n = search::smallest(smallest_n, LIMIT, |n| {
        accept_probability(n, constant_for(n, prp, method), method, crp.quality) <= crp.accept
    });
    let given = format!("{} at {} and {} at {}", prp.accept, prp.quality, crp.accept, crp.quality);
    let n = n.ok_or(Error::NoDesign { field: "prp, crp", given, limit: LIMIT })?;
    Ok(VariablesPlan::new(n, constant_for(n, prp, method), method))
}

/// The `k` with which a sample of `n` accepts lots at the point exactly as often as the point says.
fn constant_for(n: u64, point: RiskPoint, method: Method) -> f64 {
    let root_n = (n as f64).sqrt();
    let known = -normal::quantile(point.quality) - normal::quantile(point.accept) / root_n;
    match method {
        Method::Sigma => known,
        Method::S => {
            let surplus = |k| accept_probability(n, k, method, point.quality) - point.accept;
            let mut reach = 1.0;
            while surplus(known - reach) < 0.0 || surplus(known + reach) > 0.0 {
                reach *= 2.0;
            }
            search::falling_root(known - reach, known + reach, surplus)
        }
    }
}

/// Probability of acceptance for a fraction `p` (0 < p < 1) outside one limit.
fn accept_probability(n: u64, k: f64, method: Method, p: f64) -> f64 {
    let root_n = (n as f64).sqrt();
    let distance = -normal::quantile(p);
    match method {
        Method::Sigma => normal::cdf(root_n * (distance - k)),
        Method::S => student::noncentral_upper(root_n * k, (n - 1) as f64, root_n * distance),
    }
}

/// The plan for a lot, matched to the single attributes plan of ISO 2859-1 (see the head of the module).
///
/// # Errors
/// [`Error::LotSize`] for an empty lot; [`Error::OutOfRange`] for AQLs above 10, which count nonconformities,
/// and for a lot that is not larger than the sample: every unit of it is to be inspected.
///
/// ```
/// use sampling::iso2859::{Level, Severity};
/// use sampling::variables::{plan, Method};
/// let found = plan(1_000, Level::II, "1.0".parse()?, Severity::Normal, Method::S)?;
/// assert!(found.n < 80, "fewer units than the 80 by attributes");
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn plan(
    lot: u64,
    level: Level,
    aql: Aql,
    severity: Severity,
    method: Method,
) -> Result<VariablesPlan, Error> {
    let found = plan_for_letter(iso2859::code_letter(lot, level)?, aql, severity, method)?;
    if found.n >= lot {
        return Err(Error::OutOfRange {
            field: "lot",
            given: lot.to_string(),
            range: "larger than the sample a plan by variables needs",
            remedy: "inspect every unit against the limits",
        });
    }
    Ok(found)
}

/// The plan for a code letter, matched to the single attributes plan of ISO 2859-1.
///
/// # Errors
/// [`Error::NoPlan`] for letter S outside its one plan; [`Error::OutOfRange`] for AQLs above 10.
pub fn plan_for_letter(
    letter: CodeLetter,
    aql: Aql,
    severity: Severity,
    method: Method,
) -> Result<VariablesPlan, Error> {
    if aql.counts_nonconformities_only() {
        return Err(Error::OutOfRange {
            field: "aql",
            given: aql.to_string(),
            range: "at most 10 for plans by variables",
            remedy: "use a plan by attributes, which may count nonconformities",
        });
    }
    let attributes = iso2859::plan_for_letter(letter, aql, severity, PlanType::Single)?;
    let stages = attributes.stages();
    let point = |accept| {
        let quality = oc::quality_at(&stages, oc::Model::Binomial, accept)?;
        Ok::<_, Error>(RiskPoint { quality, accept })
    };
    design(point(0.95)?, point(0.10)?, method)
}

impl VariablesPlan {
    fn new(n: u64, k: f64, method: Method) -> Self {
        let p_star = estimate(n, k, method);
        Self { n, k, p_star, method, certainty: Certainty::Computed }
    }

    /// Probability of acceptance for a fraction `quality` outside one limit.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 ≤ `quality` ≤ 1.
    pub fn accept(&self, quality: f64) -> Result<f64, Error> {
        match quality {
            0.0 => Ok(1.0),
            1.0 => Ok(0.0),
            q if q > 0.0 && q < 1.0 => Ok(accept_probability(self.n, self.k, self.method, q)),
            _ => Err(Error::OutOfRange {
                field: "quality",
                given: quality.to_string(),
                range: "0 to 1",
                remedy: "give a fraction, not a percentage",
            }),
        }
    }

    /// Judges a lot from its measurements; `sigma` is the known standard deviation under the σ-method.
    ///
    /// One limit, or two under separate control: every quality statistic must reach `k`. Two limits under
    /// combined control: the estimated fraction outside both must not exceed `p_star`.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a wrong number of measurements, limits that are missing or crossed, values
    /// that are not finite, or a standard deviation that is missing or not positive.
    pub fn judge(&self, values: &[f64], limits: Limits, sigma: Option<f64>) -> Result<Judgement, Error> {
        self.check_request(values, limits, sigma)?;
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let deviation = match (self.method, sigma) {
            (Method::Sigma, Some(sigma)) => sigma,
            _ => (squares / (n - 1.0)).sqrt(),
        };
        // Measurements without any spread: inside the limits is infinitely far from them.
        let distance = |gap: f64| match deviation > 0.0 {
            true => gap / deviation,
            false => f64::INFINITY.copysign(if gap >= 0.0 { 1.0 } else { -1.0 }),
        };
        let q_lower = limits.lower.map(|lower| distance(mean - lower));
        let q_upper = limits.upper.map(|upper| distance(upper - mean));
        let statistics = [q_lower, q_upper];
        let estimated_fraction: f64 =
            statistics.iter().flatten().map(|&q| estimate(self.n, q, self.method)).sum();
        let combined = limits.control == Control::Combined && q_lower.is_some() && q_upper.is_some();
        let accepted = match combined {
            true => estimated_fraction <= self.p_star,
            false => statistics.iter().flatten().all(|&q| q >= self.k),
        };
        Ok(Judgement { accepted, mean, deviation, q_lower, q_upper, estimated_fraction })
    }

    fn check_request(&self, values: &[f64], limits: Limits, sigma: Option<f64>) -> Result<(), Error> {
        let refuse =
            |field, given: String, range, remedy| Err(Error::OutOfRange { field, given, range, remedy });
        if values.len() as u64 != self.n {
            let given = values.len().to_string();
            return refuse("values", given, "the plan's sample size", "give one measurement for each unit");
        }
        if let Some(odd) = values.iter().find(|value| !value.is_finite()) {
            return refuse("values", odd.to_string(), "finite numbers", "leave no measurement open");
        }
        match (limits.lower, limits.upper) {
            (None, None) => {
                return refuse("limits", "none".to_owned(), "one or two limits", "give a limit");
            }
            (Some(lower), Some(upper)) if lower >= upper => {
                let given = format!("{lower} and {upper}");
                return refuse("limits", given, "lower below upper", "exchange the two limits");
            }
            _ => {}
        }
        if self.method == Method::Sigma && !sigma.is_some_and(|sigma| sigma > 0.0 && sigma.is_finite()) {
            let given = sigma.map_or_else(|| "none".to_owned(), |sigma| sigma.to_string());
            return refuse(
                "sigma",
                given,
                "above 0",
                "give the known standard deviation, or use the s-method",
            );
        }
        Ok(())
    }
}

/// Minimum-variance unbiased estimate of the fraction outside a limit at quality statistic `q`.
fn estimate(n: u64, q: f64, method: Method) -> f64 {
    let n_f = n as f64;
    match method {
        // With one unit the estimate degenerates to "outside or not"; otherwise the spread of the mean is
        // taken out of the known deviation.
        Method::Sigma if n == 1 => f64::from(u8::from(q < 0.0)),
        Method::Sigma => normal::cdf(-q * (n_f / (n_f - 1.0)).sqrt()),
        Method::S if n == 2 => {
            // The beta distribution with both parameters zero: half its mass at each end.
            let x = 0.5 - 0.5 * q * n_f.sqrt();
            if x <= 0.0 {
                0.0
            } else if x >= 1.0 {
                1.0
            } else {
                0.5
            }
        }
        Method::S => {
            let x = 0.5 - 0.5 * q * n_f.sqrt() / (n_f - 1.0);
            student::symmetric_beta(x.clamp(0.0, 1.0), n_f / 2.0 - 1.0)
        }
    }
}
