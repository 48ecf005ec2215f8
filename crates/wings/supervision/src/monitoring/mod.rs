//! The yearly monitoring plan (监控计划): how many samples of which goods are tested for what, spread over strata and
//! months, with the lots drawn and never chosen.
//!
//! ```text
//! plan:   draft → approved
//! sample: planned → drawn → taken → reported        (drawn → drawn again: a substitute, with its reason)
//! ```
//! Samples are shared out to strata by last year's lots times a weight of risk (largest remainders, none without a
//! sample), and over the months of the year from the plan's seed. Within its month a sample is drawn from the pending
//! lots of its stratum by the same seed: anyone can repeat it. A lot that cannot be sampled is replaced by another draw
//! and flagged, for substitutes are where plans are bent. What the laboratory takes from a drawn lot and reports on
//! the analyte completes it, without anybody ticking a box (RC26).

mod act;
mod read;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{NewPlan, NewStratum, approve, draft, draw, note_result, note_sampled, substitute};
pub use read::{of_month, one, plans, strata, totals};
pub use rules::{allocate, months};
pub use sql::STATEMENTS;

use kernel::{
    Bilingual, DeclarationId, LotId, MonitoringPlanId, MonitoringSampleId, OfficerId, SampleId, Timestamp, bi,
};
use serde::Serialize;

/// A plan of a year.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// Its row.
    pub id: MonitoringPlanId,
    /// Code, such as `2026-EXPORT-FOOD`.
    pub code: String,
    /// The year.
    pub year: i64,
    /// What it is for.
    pub title: String,
    /// Whether it is approved; a draft asks for nothing.
    pub approved: bool,
    /// Samples in all.
    pub total: i64,
    /// Rule version that it was approved under, or drafted.
    pub rule_version: String,
    /// Who drafted it, and when.
    pub drafted: (Option<OfficerId>, Timestamp),
    /// Who approved it, and when.
    pub approved_by: Option<(Option<OfficerId>, Timestamp)>,
}

/// A stratum with its share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stratum {
    /// Its number, from 1.
    pub ordinal: i64,
    /// What it is called.
    pub name: String,
    /// `export` or `import`, or empty for both.
    pub direction: String,
    /// Leading digits of HS codes.
    pub hs: String,
    /// The country abroad; empty for all.
    pub market: String,
    /// Code of the analyte.
    pub analyte: String,
    /// Weight of risk, 1 to 5.
    pub weight: i64,
    /// Lots of the year before.
    pub lots: i64,
    /// Samples shared out to it.
    pub samples: i64,
    /// Of these, reported.
    pub reported: i64,
    /// Of these, drawn a second time.
    pub substitutes: i64,
    /// Of those reported, failed.
    pub failed: i64,
}

/// A planned sample.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Planned {
    /// Its row.
    pub id: MonitoringSampleId,
    /// Name of its stratum.
    pub stratum: String,
    /// Code of the analyte.
    pub analyte: String,
    /// Its number within the stratum.
    pub ordinal: i64,
    /// Month, as `2026-03`.
    pub month: String,
    /// Until when it is to be reported.
    pub due_at: Timestamp,
    /// `planned`, `drawn`, `taken` or `reported`.
    pub state: String,
    /// The lot and its declaration.
    pub lot: Option<(LotId, String, DeclarationId, String)>,
    /// The sample taken.
    pub sample: Option<SampleId>,
    /// How often the lot was replaced.
    pub substitutes: i64,
    /// Why, the last time.
    pub substitute_reason: Option<String>,
    /// Lots that it was drawn from.
    pub candidates: i64,
    /// The laboratory's verdict.
    pub verdict: Option<String>,
}

/// The name of a sample's state.
pub fn state_name(code: &str) -> Bilingual {
    match code {
        "planned" => bi("待抽", "to be drawn"),
        "drawn" => bi("待采样", "to be taken"),
        "taken" => bi("检测中", "in the laboratory"),
        _ => bi("已报告", "reported"),
    }
}
