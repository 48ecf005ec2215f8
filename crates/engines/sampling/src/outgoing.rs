//! Rectifying inspection: lots not accepted are sorted to the last unit and nonconforming units found are
//! replaced by good ones. What then leaves the gate (AOQ, AOQL), and what it costs in units (ATI).

use serde::Serialize;

use crate::Error;
use crate::iso2859::Stage;
use crate::oc::{self, Model, Outcome};

/// Figures of rectifying inspection for lots of one quality.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rectified {
    /// Average outgoing quality: fraction nonconforming (or nonconformities per unit) that leaves.
    pub aoq: f64,
    /// Average total inspection: units inspected per lot in the mean, samples and sorting together.
    pub ati: f64,
}

/// The worst average outgoing quality over all incoming qualities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OutgoingLimit {
    /// Average outgoing quality limit (AOQL).
    pub aoql: f64,
    /// The incoming quality that leads to it.
    pub at_quality: f64,
}

/// AOQ and ATI of a plan on lots of `lot` units at one incoming quality.
///
/// # Errors
/// [`Error::OutOfRange`] as for [`oc::evaluate`], or when the plan is larger than the lot.
///
/// ```
/// use sampling::iso2859::Single;
/// use sampling::{oc::Model, outgoing};
/// let figures = outgoing::rectify(&Single::new(80, 2).stages(), Model::Binomial, 1_200, 0.01)?;
/// assert!((figures.ati - 132.13956802424337).abs() < 1e-9);
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn rectify(stages: &[Stage], model: Model, lot: u64, quality: f64) -> Result<Rectified, Error> {
    oc::check(stages, Model::Hypergeometric { lot })?;
    let outcome = oc::evaluate(stages, model, quality)?;
    Ok(rectified(stages, &outcome, lot, quality))
}

/// The figures from an outcome already worked out.
pub(crate) fn rectified(stages: &[Stage], outcome: &Outcome, lot: u64, quality: f64) -> Rectified {
    let lot = lot as f64;
    let (mut inspected, mut passed_unseen, mut ati) = (0.0, 0.0, (1.0 - outcome.accept) * lot);
    for (stage, accept) in stages.iter().zip(&outcome.accept_at) {
        inspected += stage.n as f64;
        passed_unseen += accept * (lot - inspected);
        ati += accept * inspected;
    }
    Rectified { aoq: quality * passed_unseen / lot, ati }
}

/// AOQL of a plan on lots of `lot` units, under a binomial or Poisson model.
///
/// # Errors
/// [`Error::OutOfRange`] as for [`rectify`]; a hypergeometric model is refused, because its quality moves in
/// whole units and the limit belongs to a process.
pub fn outgoing_limit(stages: &[Stage], model: Model, lot: u64) -> Result<OutgoingLimit, Error> {
    oc::check(stages, Model::Hypergeometric { lot })?;
    if let Model::Hypergeometric { .. } = model {
        return Err(Error::OutOfRange {
            field: "model",
            given: "hypergeometric".to_owned(),
            range: "binomial or poisson",
            remedy: "use the binomial model",
        });
    }
    let aoq = |quality: f64| rectified(stages, &oc::follow(stages, model, quality), lot, quality).aoq;
    // Beyond the quality accepted once in a thousand the outgoing quality only falls; inside, a grid finds
    // the hill and golden-section search its top.
    let upper = oc::quality_at(stages, model, 0.001)?;
    let step = upper / 200.0;
    let best = (1..=200_u32).max_by(|a, b| aoq(f64::from(*a) * step).total_cmp(&aoq(f64::from(*b) * step)));
    let centre = f64::from(best.unwrap_or(1)) * step;
    let at_quality = golden_top(centre - step, (centre + step).min(upper), aoq);
    Ok(OutgoingLimit { aoql: aoq(at_quality), at_quality })
}

/// The top of a function with one hill between `low` and `high`.
fn golden_top(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut left, mut right) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_left, mut at_right) = (f(left), f(right));
    for _ in 0..60 {
        if at_left > at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - ratio * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + ratio * (high - low);
            at_right = f(right);
        }
    }
    0.5 * (low + high)
}
