//! Facts of excellence: indicators' targets, the life cycle of brands, practices and standing rules.

mod learning;
mod practice;
mod rule;

pub use learning::{
    AdoptionChecked, BurdenDrawn, BurdenSampled, ChallengeApproved, ChallengeAwarded, ChallengeObjected,
    ChallengeProposed, ChallengeScored, ChallengeTaken, CriteriaPublished, LearningPaired, ObjectionAnswered,
    PairVisited, ParticipationCounted,
};
pub use practice::{EffectMeasured, OfferAnswered, PracticeOffered, PracticePackaged, PracticeVerified};
pub use rule::{
    RuleDecided, RuleDrafted, RuleEnacted, RuleKept, RuleMeasured, RuleRepealed, RuleReviewed, RuleWithdrawn,
};

use crate::{BrandId, Date, GateId, HelpPlanId, OfficerId, Timestamp, UnitId, fact::facts};
use serde::{Deserialize, Serialize};

facts! {
    /// What can happen to brands and to what carries them.
    Excellence {
        TargetSet => "indicator.target_set",
        PeerGroupSet => "peer.group_set",
        BrandProposed => "brand.proposed",
        ActivityNoted => "brand.activity_noted",
        BrandReturned => "brand.returned",
        PeerJoined => "brand.peer_joined",
        CharterFrozen => "brand.charter_frozen",
        TaskReported => "brand.task_reported",
        GateHeld => "brand.gate_held",
        BrandProlonged => "brand.prolonged",
        BrandClosed => "brand.closed",
        TitleAwarded => "brand.title_awarded",
        TitleKept => "brand.title_kept",
        TitleWithdrawn => "brand.title_withdrawn",
        UnitGraded => "brand.unit_graded",
        HelpPlanned => "brand.help_planned",
        EndorsementRefused => "brand.endorsement_refused",
        PracticePackaged => "practice.packaged",
        PracticeOffered => "practice.offered",
        OfferAnswered => "practice.answered",
        RuleDrafted => "standing_rule.drafted",
        RuleReviewed => "standing_rule.reviewed",
        RuleDecided => "standing_rule.decided",
        RuleEnacted => "standing_rule.enacted",
        RuleMeasured => "standing_rule.measured",
        RuleKept => "standing_rule.kept",
        RuleWithdrawn => "standing_rule.withdrawn",
        RuleRepealed => "standing_rule.repealed",
        EffectMeasured => "practice.effect_measured",
        PracticeVerified => "practice.verified",
        ChallengeProposed => "challenge.proposed",
        ChallengeApproved => "challenge.approved",
        CriteriaPublished => "challenge.criteria_published",
        ChallengeTaken => "challenge.taken",
        ChallengeScored => "challenge.scored",
        ParticipationCounted => "challenge.participation_counted",
        ChallengeObjected => "challenge.objected",
        ObjectionAnswered => "challenge.objection_answered",
        ChallengeAwarded => "challenge.awarded",
        LearningPaired => "learning.paired",
        PairVisited => "learning.visited",
        AdoptionChecked => "learning.adoption_checked",
        BurdenDrawn => "burden.drawn",
        BurdenSampled => "burden.sampled",
        BalanceMeasured => "balance.measured",
    }
}

/// A target was set on an indicator, in thousandths of its unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetSet {
    /// The indicator.
    pub indicator: String,
    /// At most or at least this value, in thousandths of the indicator's unit.
    pub milli: i64,
    /// From when.
    pub from: Date,
    /// Why this value.
    pub reason: String,
}

/// A unit was put into a group of peers that are compared with each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeerGroupSet {
    /// The unit.
    pub unit: UnitId,
    /// The group.
    pub group: String,
}

/// A brand was proposed to the leading group, with all that a positioning needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrandProposed {
    /// The brand.
    pub brand: BrandId,
    /// The unit that owns it.
    pub unit: UnitId,
    /// Family: `regulatory`, `service` or `people`.
    pub family: String,
    /// Mechanism, such as `M3`.
    pub mechanism: String,
    /// Main indicator.
    pub indicator: String,
    /// Months of baseline that the ledger holds.
    pub baseline_months: i64,
}

/// A campaign shorter than a year was kept as an activity, not as a brand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivityNoted {
    /// Its row.
    pub brand: BrandId,
    /// The unit.
    pub unit: UnitId,
    /// Days that it lasts.
    pub days: i64,
}

/// The leading group gave a proposal back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrandReturned {
    /// The brand.
    pub brand: BrandId,
    /// Why.
    pub reason: String,
}

/// A unit joined a brand as a peer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeerJoined {
    /// The brand.
    pub brand: BrandId,
    /// The unit.
    pub unit: UnitId,
}

/// A charter was approved, and is frozen by its hash; later revisions come from a gate only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CharterFrozen {
    /// The brand.
    pub brand: BrandId,
    /// First, second … charter.
    pub revision: i64,
    /// SHA-256 of its text, hex.
    pub sha256: String,
    /// When the next gate is due.
    pub gate_due: Timestamp,
    /// The gate that asked for this revision.
    pub gate: Option<GateId>,
}

/// A quarterly task was reported with evidence from the records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskReported {
    /// The brand.
    pub brand: BrandId,
    /// Number of the task.
    pub task: i64,
    /// Numbers of the facts that prove it.
    pub facts: Vec<i64>,
}

/// A gate was held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateHeld {
    /// The gate.
    pub gate: GateId,
    /// The brand.
    pub brand: BrandId,
    /// `continue`, `adjust`, `stop` or `pass`.
    pub outcome: String,
    /// The unit's own score, thousandths of 100.
    pub own_milli: i64,
    /// The score of members and service users, thousandths of 100.
    pub users_milli: i64,
    /// The score of the level above, thousandths of 100.
    pub superior_milli: i64,
    /// The weighted score, thousandths of 100.
    pub weighted_milli: i64,
    /// Effect net of the peers, millionths of the indicator's unit; none when it cannot be told.
    pub effect_micro: Option<i64>,
    /// Guards that were broken.
    pub broken_guards: Vec<String>,
    /// When it was due.
    pub due_at: Timestamp,
    /// Rule version.
    pub rule_version: String,
    /// Lower end of the 95 % interval of the effect, millionths.
    #[serde(default)]
    pub effect_low_micro: Option<i64>,
    /// Upper end.
    #[serde(default)]
    pub effect_high_micro: Option<i64>,
    /// Whether chance alone may explain the effect; false in gates held before this was asked.
    #[serde(default)]
    pub uncertain: bool,
    /// The independent team; empty in gates held before it was recorded.
    #[serde(default)]
    pub reviewers: Vec<OfficerId>,
}

/// A brand that passed, or that came to its end, was prolonged, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrandProlonged {
    /// The brand.
    pub brand: BrandId,
    /// Until when it is to be decided.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

/// A brand was closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrandClosed {
    /// The brand.
    pub brand: BrandId,
    /// Why.
    pub reason: String,
}

/// A brand's title was awarded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TitleAwarded {
    /// The brand.
    pub brand: BrandId,
    /// The unit.
    pub unit: UnitId,
    /// When it is to be reviewed; none in titles awarded before this was asked.
    #[serde(default)]
    pub review_on: Option<Date>,
}

/// A brand's title was kept for another year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TitleKept {
    /// The brand.
    pub brand: BrandId,
    /// The unit.
    pub unit: UnitId,
    /// Why.
    pub reason: String,
    /// When it is to be reviewed again.
    pub review_on: Date,
}

/// A brand's title was withdrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TitleWithdrawn {
    /// The brand.
    pub brand: BrandId,
    /// The unit.
    pub unit: UnitId,
    /// Why.
    pub reason: String,
}

/// A unit was graded in a mechanism.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitGraded {
    /// The unit.
    pub unit: UnitId,
    /// Mechanism.
    pub mechanism: String,
    /// `good`, `fair`, `average` or `poor`.
    pub grade: String,
    /// The grade before, if any.
    pub before: Option<String>,
    /// What proves it.
    pub evidence: String,
}

/// A help plan was set for a unit that was graded poor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HelpPlanned {
    /// The plan.
    pub plan: HelpPlanId,
    /// The unit that is helped.
    pub unit: UnitId,
    /// The unit that helps.
    pub helper: UnitId,
    /// Mechanism.
    pub mechanism: String,
    /// When it is graded again.
    pub regrade_on: Date,
}

/// An enterprise asked to use a brand's name, and was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndorsementRefused {
    /// The brand.
    pub brand: BrandId,
    /// Who asked.
    pub asked_by: String,
}

/// The widest gap between comparable units of a half-year was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BalanceMeasured {
    /// The half-year, such as `2026-H2`.
    pub half: String,
    /// Its last moment, which the figure is about.
    pub last_at: Timestamp,
    /// The group of peers.
    pub group: String,
    /// Its units with a composite score.
    pub units: i64,
    /// 10th percentile of their scores, thousandths of points.
    pub low_milli: i64,
    /// 90th percentile.
    pub top_milli: i64,
    /// The 90th percentile of the group when it was measured before: a gap that was closed from the top is seen by it.
    pub top_before_milli: Option<i64>,
    /// The gap, whole points.
    pub points: i64,
}
