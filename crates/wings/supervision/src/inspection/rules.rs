//! The pure part: lot sizes, plans, draws and verdicts. The same seed gives the same units and the same team.

use crate::stream;
use kernel::{No, Quantity, Refusal, Result, bi};
use sampling::iso2859::switching::Phase;
use sampling::iso2859::{Aql, Level, PlanType, Severity, plan};
use sampling::{Frame, draw_units};
use serde::{Deserialize, Serialize};

/// The standard behind the plans of a task, with the severities that its lots are inspected with.
pub(super) fn standard(plans: &[LotPlan]) -> String {
    let used = ["normal", "tightened", "reduced", DISCONTINUED].into_iter();
    let used: Vec<&str> = used.filter(|s| plans.iter().any(|p| p.severity == *s)).collect();
    format!("ISO 2859-1:1999, single, {}, level II", used.join("/"))
}

/// The severity of a lot whose stream is not accepted by sampling any more: it is looked at under the tightened
/// plan, and no result accepts it.
pub(super) const DISCONTINUED: &str = "discontinued";

/// What a unit of the lot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Packages or pieces, as declared.
    Packages,
    /// The declared quantity rounded up in the line's unit.
    Measure,
    /// Packages counted on the spot.
    Counted,
}

impl Basis {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Basis::Packages => "packages",
            Basis::Measure => "measure",
            Basis::Counted => "counted",
        }
    }

    /// The basis of a code.
    pub fn parse(code: &str) -> Option<Basis> {
        [Basis::Packages, Basis::Measure, Basis::Counted].into_iter().find(|b| b.code() == code)
    }
}

/// A plan for a lot with the numbers of the units to take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LotPlan {
    /// Units in the lot.
    pub lot_size: u64,
    /// What a unit is.
    pub basis: Basis,
    /// `normal`, `tightened`, `reduced` or `discontinued`, as the product stream stood.
    pub severity: String,
    /// Sample size code letter in use.
    pub letter: String,
    /// Units to inspect.
    pub sample_size: u64,
    /// Acceptance number.
    pub accept: u64,
    /// Rejection number.
    pub reject: u64,
    /// Numbers of the units to take, from 1, ascending.
    pub units: Vec<u64>,
}

/// Units in a lot, and what a unit is.
pub(super) fn lot_size(quantity: Quantity) -> (u64, Basis) {
    let whole = u64::try_from(quantity.milli).unwrap_or(0).div_ceil(1000).max(1);
    let basis = if ["H87", "CT", "BG", "PF"].contains(&quantity.unit.code()) {
        Basis::Packages
    } else {
        Basis::Measure
    };
    (whole, basis)
}

/// The text that the units of a lot are drawn from: seed, declaration and the lot's place in it.
pub(super) fn lot_seed(seed: &[u8], no: &str, ordinal: i64) -> String {
    format!("{}/{no}/{ordinal}", hex::encode(seed))
}

/// The text that a team is drawn from.
pub(super) fn team_seed(seed: &[u8], no: &str, n: i64) -> String {
    format!("{}/{no}/team/{n}", hex::encode(seed))
}

/// The plan of ISO 2859-1 for a lot, and the units drawn for it.
pub(super) fn plan_lot(
    (size, basis): (u64, Basis),
    aql_thousandths: i64,
    phase: Phase,
    seed: &str,
) -> Result<LotPlan> {
    let wrong = |e: sampling::Error| -> No {
        Refusal::new(
            "inspection.plan",
            bi("规则包中的抽样参数不可用", "the rule pack's sampling numbers cannot be used"),
        )
        .missing(e.field(), e.value(), bi(e.to_string(), e.to_string()))
        .remedy(bi("请质量管理员改正规则包", "Ask the quality manager to mend the rule pack"))
        .into()
    };
    let percent = kernel::Decimal::new(aql_thousandths, 3).to_string();
    let aql: Aql = percent.parse().map_err(wrong)?;
    let severity = phase.severity().unwrap_or(Severity::Tightened);
    let found = plan(size, Level::II, aql, severity, PlanType::Single).map_err(wrong)?;
    let single = found.single().ok_or_else(|| No::fault("a single plan has no numbers"))?;
    let units = draw_units(seed.as_bytes(), &Frame::Count(size), single.n).map_err(wrong)?;
    Ok(LotPlan {
        lot_size: size,
        basis,
        severity: stream::code(phase).into(),
        letter: found.letter.to_string(),
        sample_size: single.n,
        accept: u64::from(single.ac),
        reject: u64::from(single.re),
        units: units.into_iter().map(|u| u.number).collect(),
    })
}

/// Draws `size` of the candidates, who stand in the order of their staff numbers.
pub(super) fn pick<T: Clone>(seed: &str, candidates: &[T], size: u64) -> Result<Vec<T>> {
    let frame = Frame::Count(candidates.len() as u64);
    let drawn = draw_units(seed.as_bytes(), &frame, size).map_err(No::fault)?;
    let at = |n: u64| usize::try_from(n - 1).ok().and_then(|i| candidates.get(i)).cloned();
    Ok(drawn.into_iter().filter_map(|u| at(u.number)).collect())
}

/// Whether the plan accepts a lot: at most its acceptance number of nonconforming units in the sample. Units
/// inspected beyond the sample count too, because what was seen is not unseen.
pub(super) fn accepts(plan: &LotPlan, nonconforming: u64) -> bool {
    nonconforming <= plan.accept && plan.severity != DISCONTINUED
}
