//! What if: the decisions of the last year are taken again under a changed rule, before anybody approves it.
//!
//! Each consignment keeps its inputs and its recorded draw, so that a changed selection is the rule's doing and not
//! chance's. The work of both years is counted. What the new rule would have found and missed is estimated from what
//! inspections found: a violation that was drawn with probability π stands for 1/π of its like (Horvitz and Thompson
//! 1952), so that under a rate π′ it is found π′/π times and missed (1 − π′)/π times, with the variance of such sums.
//! Checks that officers added stand for nobody else and are left out.
//!
//! It is a job: it reads page by page, tells its progress, and keeps its figures as its result. For a draft of a
//! decision table it is the back-test that stands before the approval.

mod act;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{Asked, ask, find, recent, run, try_rates};
pub use rules::Tally;
pub use sql::STATEMENTS;

use kernel::RiskTableVersionId;
use serde::{Deserialize, Serialize};

/// The kind of job.
pub const JOB: &str = "risk.what_if";
/// Days that are looked back.
pub const DAYS: i64 = 365;

/// What would be otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// A version of a decision table, as if it had been in force in place of its table's others.
    pub version: Option<RiskTableVersionId>,
    /// Rows of the pack's lane table with other rates, parts per million.
    pub rates: Vec<(u32, u64)>,
}

/// An estimate with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One way consignments went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// Lane as it was.
    pub from: String,
    /// Lane as it would have been.
    pub to: String,
    /// Consignments.
    pub count: u64,
}

/// What came of it; in each pair first as it was, then as it would have been.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Consignments.
    pub declared: u64,
    /// Of these, consignments whose lane would have been another.
    pub moved: u64,
    /// All ways, unchanged ones included, the most frequent first.
    pub ways: Vec<Way>,
    /// Inspections to be expected: the sum of rates.
    pub expected: (f64, f64),
    /// Selected by the recorded draws.
    pub selected: (u64, u64),
    /// Selected only under the change.
    pub newly: u64,
    /// Selected only as it was.
    pub no_longer: u64,
    /// Consignments inspected by the draw or by rule that have a result.
    pub inspected: u64,
    /// Nonconforming consignments found.
    pub detected: (Interval, Interval),
    /// Nonconforming consignments let through.
    pub missed: (Interval, Interval),
    /// Goods let through that do not conform, in tonnes of those declared by weight.
    pub missed_tonnes: (Interval, Interval),
    /// What nonconforming goods are worth, by the currency in which they were declared.
    #[serde(default)]
    pub values: Vec<Worth>,
}

/// What nonconforming goods are worth, in whole units of a currency; as it was, then as it would have been.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    /// Currency (ISO 4217).
    pub currency: String,
    /// Value of nonconforming goods that were found.
    pub caught: (Interval, Interval),
    /// Value of those let through.
    pub missed: (Interval, Interval),
}
