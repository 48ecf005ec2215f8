//! Finding the plan that was asked for, with its curve and figures.
use sampling::Error;
use sampling::design::{RiskPoint, attributes};
use sampling::iso2859::{Aql, Level, Plan, PlanType, Severity, Single, Stage, plan};
use sampling::oc::{self, Model, OcPoint};
use sampling::outgoing::{OutgoingLimit, outgoing_limit};

use super::Asked;

/// Points of a curve.
pub(super) const POINTS: usize = 121;
/// Largest lot and sample that are computed for anyone who asks.
pub(super) const LARGEST: u64 = 1_000_000;
/// Shares of lots accepted for which the quality is told.
pub(super) const SHARES: [f64; 5] = [0.99, 0.95, 0.5, 0.1, 0.05];

/// A quality with what the plan does at it.
pub(super) struct Point {
    pub(super) quality: f64,
    pub(super) accept: f64,
    pub(super) asn: f64,
}

/// One curve of the chart.
pub(super) struct Curve {
    /// Key of its word; the plan itself has none.
    pub(super) word: Option<String>,
    pub(super) points: Vec<OcPoint>,
}

/// A plan with what it does.
pub(super) struct Found {
    pub(super) plan: Option<Plan>,
    pub(super) asked_type: PlanType,
    pub(super) stages: Vec<Stage>,
    pub(super) model: Model,
    /// The plan first, then those of the other severities.
    pub(super) curves: Vec<Curve>,
    pub(super) points: Vec<Point>,
    pub(super) outgoing: Option<OutgoingLimit>,
    /// The qualities that were asked for, where a plan was designed.
    pub(super) aims: Vec<(f64, f64)>,
}

impl Found {
    pub(super) fn model_word(&self) -> &'static str {
        match self.model {
            Model::Binomial => "binomial",
            Model::Poisson => "poisson",
            Model::Hypergeometric { .. } => "hypergeometric",
        }
    }
}

pub(super) fn range(field: &'static str, given: &str, range: &'static str) -> Error {
    Error::OutOfRange { field, given: given.into(), range, remedy: "write a number within it" }
}

pub(super) fn whole(field: &'static str, text: &str, least: u64) -> Result<u64, Error> {
    let n = text.trim().replace([',', ' '], "").parse::<u64>().ok();
    n.filter(|n| (least..=LARGEST).contains(n))
        .ok_or_else(|| range(field, text, "whole numbers up to 1,000,000"))
}

fn lot(text: &str) -> Result<Option<u64>, Error> {
    if text.trim().is_empty() { Ok(None) } else { whole("lot", text, 2).map(Some) }
}

fn percent(field: &'static str, text: &str) -> Result<f64, Error> {
    let n = text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n > 0.0 && *n < 100.0);
    n.map(|n| n / 100.0).ok_or_else(|| range(field, text, "above 0 and below 100 per cent"))
}

/// The plan that was asked for.
pub(super) fn find(asked: &Asked) -> Result<Found, Error> {
    match asked.by.as_str() {
        "own" => {
            let (n, ac) = (whole("n", &asked.n, 1)?, whole("ac", &asked.ac, 0)?);
            if ac >= n || ac > 1_000 {
                return Err(range("ac", &asked.ac, "whole numbers below n, up to 1,000"));
            }
            let ac = u32::try_from(ac).map_err(|_| range("ac", &asked.ac, "whole numbers"))?;
            one(Single::new(n, ac), lot(&asked.lot)?, vec![])
        }
        "design" => {
            let lot = lot(&asked.lot)?;
            let prp = RiskPoint {
                quality: percent("good", &asked.good)?,
                accept: 1.0 - percent("alpha", &asked.alpha)?,
            };
            let crp =
                RiskPoint { quality: percent("bad", &asked.bad)?, accept: percent("beta", &asked.beta)? };
            if crp.quality <= prp.quality {
                return Err(range("bad", &asked.bad, "above the good quality"));
            }
            let model = lot.map_or(Model::Binomial, |lot| Model::Hypergeometric { lot });
            let aims = vec![(prp.quality, prp.accept), (crp.quality, crp.accept)];
            one(attributes(prp, crp, model)?, lot, aims)
        }
        _ => standard(asked),
    }
}

fn one(single: Single, lot: Option<u64>, aims: Vec<(f64, f64)>) -> Result<Found, Error> {
    let stages = single.stages().to_vec();
    // The exact curve of one lot where the sample is a good part of it, else that of a running process.
    let model = match lot {
        Some(lot) if lot < single.n => return Err(range("lot", &lot.to_string(), "not below the sample")),
        Some(lot) => Model::Hypergeometric { lot },
        None => Model::Binomial,
    };
    let main = Curve { word: None, points: oc::curve(&stages, model, None, POINTS)? };
    told(None, PlanType::Single, stages, model, vec![main], lot, aims)
}

fn standard(asked: &Asked) -> Result<Found, Error> {
    let lot = whole("lot", &asked.lot, 1)?;
    let (level, aql): (Level, Aql) = (asked.level.parse()?, asked.aql.parse()?);
    let (severity, kind): (Severity, PlanType) = (asked.severity.parse()?, asked.kind.parse()?);
    let found = plan(lot, level, aql, severity, kind)?;
    let model = found.model();
    let stages = found.stages();
    let mut curves = vec![Curve { word: None, points: oc::curve(&stages, model, None, POINTS)? }];
    for other in Severity::ALL.into_iter().filter(|s| *s != severity) {
        if let Ok(beside) = plan(lot, level, aql, other, kind) {
            let points = oc::curve(&beside.stages(), model, None, POINTS)?;
            curves.push(Curve { word: Some(format!("severity-{other}")), points });
        }
    }
    let inspected = (!found.whole_lot && lot > 1).then_some(lot);
    told(Some(found), kind, stages, model, curves, inspected, vec![])
}

fn told(
    plan: Option<Plan>,
    asked_type: PlanType,
    stages: Vec<Stage>,
    model: Model,
    curves: Vec<Curve>,
    lot: Option<u64>,
    aims: Vec<(f64, f64)>,
) -> Result<Found, Error> {
    let mut points = Vec::new();
    for accept in SHARES {
        let quality = oc::quality_at(&stages, model, accept)?;
        let outcome = oc::evaluate(&stages, model, quality)?;
        points.push(Point { quality, accept: outcome.accept, asn: outcome.asn });
    }
    let outgoing = lot.map(|lot| outgoing_limit(&stages, model, lot)).transpose().unwrap_or(None);
    Ok(Found { plan, asked_type, stages, model, curves, points, outgoing, aims })
}
