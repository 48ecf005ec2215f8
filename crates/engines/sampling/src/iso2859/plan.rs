//! From a lot to the plan that governs it: code letter, master table, arrows, and inspection of the whole lot
//! where the sample would not be smaller than the lot.

use serde::{Deserialize, Serialize};

use super::cells::{resolve, single_size};
use super::{Aql, CodeLetter, Level, PlanType, Severity, code_letter, staged};
use crate::{Certainty, Error};

/// A sampling plan by attributes with where it came from. Serialised flat: a single plan has the keys `n`,
/// `ac`, `re` beside `letter`; a double or multiple plan has `stages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Letter of the plan in use, after arrows were followed.
    pub letter: CodeLetter,
    /// Letter the lot size and level led to, or the letter asked for.
    pub initial_letter: CodeLetter,
    /// Inspection level, when the plan was asked for by lot.
    pub level: Option<Level>,
    /// Acceptance quality limit.
    pub aql: Aql,
    /// Severity of inspection.
    pub severity: Severity,
    /// Kind of the plan in use; a single plan stands in where the tables offer no other.
    #[serde(rename = "type")]
    pub plan_type: PlanType,
    /// Lot size in units, when the plan was asked for by lot.
    pub lot: Option<u64>,
    /// Every unit of the lot is inspected, because the table's sample is not smaller than the lot.
    pub whole_lot: bool,
    /// How sure the product is of the numbers.
    pub certainty: Certainty,
    /// The numbers.
    #[serde(flatten)]
    pub rule: Rule,
}

/// The numbers of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Rule {
    /// One sample.
    Single(Single),
    /// Two or more samples.
    Staged {
        /// The stages in order.
        stages: Vec<Stage>,
    },
}

/// Single sampling: inspect `n`, accept with at most `ac` nonconforming, reject from `re` = `ac` + 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Single {
    /// Sample size in units.
    pub n: u64,
    /// Acceptance number.
    pub ac: u32,
    /// Rejection number.
    pub re: u32,
}

impl Single {
    /// A plan with rejection number one above the acceptance number.
    pub fn new(n: u64, ac: u32) -> Self {
        Self { n, ac, re: ac + 1 }
    }
}

/// One stage of double or multiple sampling. `ac` and `re` are compared with the nonconforming units found
/// in all samples so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stage {
    /// Size of this stage's sample in units.
    pub n: u64,
    /// Units inspected up to and including this stage.
    pub cumulative_n: u64,
    /// Cumulative acceptance number; none when the lot cannot be accepted at this stage.
    pub ac: Option<u32>,
    /// Cumulative rejection number.
    pub re: u32,
}

impl Plan {
    /// The single plan's numbers, or none for a staged plan.
    pub fn single(&self) -> Option<Single> {
        match &self.rule {
            Rule::Single(single) => Some(*single),
            Rule::Staged { .. } => None,
        }
    }

    /// The plan as stages; a single plan is one stage.
    pub fn stages(&self) -> Vec<Stage> {
        match &self.rule {
            Rule::Single(Single { n, ac, re }) => {
                vec![Stage { n: *n, cumulative_n: *n, ac: Some(*ac), re: *re }]
            }
            Rule::Staged { stages } => stages.clone(),
        }
    }
}

/// The plan of ISO 2859-1 for a lot (clauses 10 and 11).
///
/// Where the table's sample is as large as the lot or larger, the whole lot is inspected: `n` is then the lot
/// size, `whole_lot` is true and the numbers are those of the single plan. Where the tables offer no double or
/// multiple plan, the single (or double) plan they point to is returned and `plan_type` says so.
///
/// # Errors
/// [`Error::LotSize`] for an empty lot.
///
/// ```
/// use sampling::iso2859::{plan, Level, PlanType, Severity};
/// let found = plan(1_000, Level::II, "1.0".parse()?, Severity::Normal, PlanType::Single)?;
/// let json = serde_json::to_value(&found).unwrap();
/// assert_eq!((&json["letter"], &json["n"], &json["ac"], &json["re"]),
///     (&"J".into(), &80.into(), &2.into(), &3.into()));
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn plan(
    lot: u64,
    level: Level,
    aql: Aql,
    severity: Severity,
    plan_type: PlanType,
) -> Result<Plan, Error> {
    let letter = code_letter(lot, level)?;
    let mut found = plan_for_letter(letter, aql, severity, plan_type)?;
    found.level = Some(level);
    found.lot = Some(lot);
    if found.stages().iter().any(|stage| stage.cumulative_n >= lot) {
        let single = plan_for_letter(letter, aql, severity, PlanType::Single)?;
        let ac = single.single().map_or(0, |numbers| numbers.ac);
        let size = single.single().map_or(lot, |numbers| numbers.n.min(lot));
        found = Plan { level: Some(level), lot: Some(lot), whole_lot: size >= lot, ..single };
        found.rule = Rule::Single(Single::new(size, ac));
    }
    Ok(found)
}

/// The plan of ISO 2859-1 for a code letter, without regard to a lot.
///
/// # Errors
/// [`Error::NoPlan`] for letter S outside tightened AQL 0.025.
///
/// ```
/// use sampling::iso2859::{plan_for_letter, CodeLetter, PlanType, Severity};
/// // The arrow leads from letter A down to letter Q.
/// let found = plan_for_letter(CodeLetter::A, "0.010".parse()?, Severity::Normal, PlanType::Single)?;
/// assert_eq!(found.letter, CodeLetter::Q);
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn plan_for_letter(
    letter: CodeLetter,
    aql: Aql,
    severity: Severity,
    plan_type: PlanType,
) -> Result<Plan, Error> {
    let missing = Error::NoPlan { letter, severity, aql };
    let (used, ac) = resolve(severity, letter, aql).ok_or_else(|| missing.clone())?;
    let n = single_size(severity, used).ok_or(missing)?;
    let single = Rule::Single(Single::new(u64::from(n), ac));
    let (rule, plan_type, certainty) = match staged::find(severity, used, ac, plan_type) {
        Some((stages, kind, certainty)) => (Rule::Staged { stages }, kind, certainty),
        None => (single, PlanType::Single, Certainty::Verified),
    };
    Ok(Plan {
        letter: used,
        initial_letter: letter,
        level: None,
        aql,
        severity,
        plan_type,
        lot: None,
        whole_lot: false,
        certainty,
        rule,
    })
}
