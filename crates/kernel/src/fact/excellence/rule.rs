//! Facts of standing rules: from the draft to the day on which the rule ends.

use crate::{BrandId, Date, RulePackId, StandingRuleId};
use serde::{Deserialize, Serialize};

/// A standing rule was drafted from a brand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleDrafted {
    /// The rule.
    pub rule: StandingRuleId,
    /// The brand.
    pub brand: BrandId,
    /// SHA-256 of its text and of the change that it carries, hex.
    pub sha256: String,
    /// Peers that adopted the practice.
    pub adopters: i64,
    /// Adopters in which the effect held.
    pub held: i64,
}

/// The legal review of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleReviewed {
    /// The rule.
    pub rule: StandingRuleId,
    /// Whether it may go to the meeting.
    pub lawful: bool,
    /// The opinion.
    pub opinion: String,
}

/// The bureau meeting decided a standing rule, and the chief signed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleDecided {
    /// The rule.
    pub rule: StandingRuleId,
    /// The brand.
    pub brand: BrandId,
    /// Its number.
    pub no: String,
    /// Minutes of the meeting.
    pub minutes: String,
    /// First day in force.
    pub effective_from: Date,
    /// When it is to be reviewed.
    pub review_on: Date,
}

/// The rule pack changed with a standing rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleEnacted {
    /// The rule.
    pub rule: StandingRuleId,
    /// The adopted version of the pack.
    pub rule_pack: RulePackId,
    /// Its label.
    pub version: String,
}

/// A standing rule was measured again twelve months after its first day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleMeasured {
    /// The rule.
    pub rule: StandingRuleId,
    /// The brand it came from.
    pub brand: BrandId,
    /// Whether the level stayed; none when it cannot be told.
    pub held: Option<bool>,
}

/// The leading group kept a standing rule for another year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleKept {
    /// The rule.
    pub rule: StandingRuleId,
    /// The brand it came from.
    pub brand: BrandId,
    /// Why.
    pub reason: String,
    /// When it is to be reviewed again.
    pub review_on: Date,
}

/// The leading group withdrew a standing rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleWithdrawn {
    /// The rule.
    pub rule: StandingRuleId,
    /// The brand it came from.
    pub brand: BrandId,
    /// Why.
    pub reason: String,
    /// First day without it.
    pub from: Date,
}

/// The rule pack says again what it said before a standing rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleRepealed {
    /// The rule.
    pub rule: StandingRuleId,
    /// The adopted version of the pack.
    pub rule_pack: RulePackId,
    /// Its label.
    pub version: String,
}
