//! Standing rules (工作制度): where a brand ends. What held in the peers too is written into a numbered rule, and the
//! rule changes the numbers that daily work is judged by: a new version of the rule pack from its first day.
//!
//! drafted → reviewed (lawful) → decided by the meeting and signed → enacted → kept from year to year, or withdrawn:
//! then the pack says again what it said before; or refused by the legal review.

mod act;
mod again;
mod end;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{by_brand, decide, draft, enacted, measured, one, pack_text, review};
pub use again::{Gain, gain_of, is_due, measure_due};
pub use end::{Ending, decisions, keep, repealed, restored_text, review_due, withdraw};
pub use rules::{changed_pack, held_in_half, restored_pack};
pub use sql::STATEMENTS;

use kernel::{Bilingual, BrandId, Date, OfficerId, StandingRuleId};
use serde::{Deserialize, Serialize};

/// One change of the rule pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum PackChange {
    /// A number gets another value, or is new.
    Number {
        /// Its key.
        key: String,
        /// The value from now on.
        value: i64,
        /// Its unit.
        unit: String,
    },
    /// A row of the lane table selects another share.
    LaneRate {
        /// The row.
        row: u32,
        /// The share from now on, parts per million.
        rate_ppm: u64,
    },
    /// The checklist of an inspection looks at one thing more.
    ItemAdded {
        /// Its code.
        code: String,
        /// Name in Chinese.
        zh: String,
        /// Name in English.
        en: String,
        /// Unit of the measured value; empty when nothing is measured.
        unit: String,
    },
    /// The checklist of an inspection looks at one thing less.
    ItemRemoved {
        /// Its code.
        code: String,
    },
}

impl PackChange {
    /// What it changes, as a refusal names it.
    pub(crate) fn target(&self) -> String {
        match self {
            PackChange::Number { key, .. } => key.clone(),
            PackChange::LaneRate { row, .. } => format!("lane {row}"),
            PackChange::ItemAdded { code, .. } | PackChange::ItemRemoved { code } => format!("item {code}"),
        }
    }
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Title.
    pub title: Bilingual,
    /// The rule itself.
    pub body: String,
    /// What it changes in the rule pack.
    pub change: Vec<PackChange>,
}

/// How the bureau meeting decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Number of the rule.
    pub no: String,
    /// Minutes of the meeting.
    pub minutes: String,
    /// First day in force.
    pub effective_from: Date,
    /// When it is reviewed.
    pub review_on: Date,
}

/// A standing rule as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandingRule {
    /// Its row.
    pub id: StandingRuleId,
    /// The brand it came from.
    pub brand: BrandId,
    /// What it says.
    pub draft: Draft,
    /// `drafted`, `reviewed`, `unlawful`, `decided`, `enacted` or `withdrawn`.
    pub stage: String,
    /// Who drafted it.
    pub drafted_by: Option<OfficerId>,
    /// The legal opinion.
    pub opinion: String,
    /// Number.
    pub no: Option<String>,
    /// First day in force.
    pub effective_from: Option<Date>,
    /// When it is reviewed.
    pub review_on: Option<Date>,
    /// Label of the rule pack that carries it.
    pub rule_version: String,
    /// First day without it, once it is withdrawn.
    pub ends_on: Option<Date>,
    /// Label of the rule pack that says again what was said before it.
    pub ended_version: String,
}
