//! Facts of assessment and of accountability: how competence was shown, and what a panel found of a decision.

use crate::{
    AssessmentId, AuthorisationId, Date, DecisionReviewId, DeclarationId, NotificationId, OfficerId,
    SettlementId, Timestamp, UnitId,
};
use serde::{Deserialize, Serialize};

/// An assessment was opened: questions and assessor were drawn from this seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessmentOpened {
    /// The assessment.
    pub assessment: AssessmentId,
    /// The candidate.
    pub officer: OfficerId,
    /// Duty code.
    pub duty: String,
    /// Goods: an HS prefix, empty for all.
    pub hs_prefix: String,
    /// Version of the question bank.
    pub bank: i64,
    /// Seed of the draws.
    pub seed: i64,
    /// Who assesses.
    pub assessor: OfficerId,
    /// Reviews of decisions whose lessons are asked.
    pub lessons: Vec<DecisionReviewId>,
}

/// A theory test was marked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TheoryMarked {
    /// The assessment.
    pub assessment: AssessmentId,
    /// The candidate.
    pub officer: OfficerId,
    /// Duty code.
    pub duty: String,
    /// Right answers.
    pub right: i64,
    /// Questions.
    pub questions: i64,
    /// Score in thousandths of 100.
    pub score_milli: i64,
    /// Whether it was handed in within its time.
    pub in_time: bool,
}

/// A task was witnessed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskWitnessed {
    /// The assessment.
    pub assessment: AssessmentId,
    /// The candidate.
    pub officer: OfficerId,
    /// Duty code.
    pub duty: String,
    /// Score in thousandths of 100.
    pub score_milli: i64,
    /// Critical items that failed.
    pub critical_failed: Vec<String>,
}

/// Records of an officer's work were reviewed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordsReviewed {
    /// The assessment.
    pub assessment: AssessmentId,
    /// The candidate.
    pub officer: OfficerId,
    /// Whether they were found sound.
    pub sound: bool,
    /// Numbers of the facts that were read.
    pub facts: Vec<i64>,
}

/// An assessment was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessmentDecided {
    /// The assessment.
    pub assessment: AssessmentId,
    /// The candidate.
    pub officer: OfficerId,
    /// Duty code.
    pub duty: String,
    /// `authorised` or `not_authorised`.
    pub outcome: String,
    /// What it failed on: `theory`, `witness`, `critical` or `records`.
    pub failed: Vec<String>,
    /// The authorisation that followed.
    pub authorisation: Option<AuthorisationId>,
    /// The first day of another attempt.
    pub retest_on: Option<Date>,
    /// Rule version of the pass rules.
    pub rule_version: String,
}

/// The roll of a branch on the last day of a month: who is in post, and whose assessment is valid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompetenceCounted {
    /// The branch.
    pub unit: UnitId,
    /// The month, as `2026-11`.
    pub month: String,
    /// Its last moment, which the roll is about.
    pub last_at: Timestamp,
    /// Officers in post.
    pub officers: i64,
    /// Of them, those whose post's tasks are all covered by a valid assessment.
    pub assessed: i64,
    /// Officers who inspected at least ten times in twelve months.
    pub active: i64,
    /// Of them, those who were witnessed in that time.
    pub witnessed: i64,
}

/// A decision came before a review panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionReviewOpened {
    /// The review.
    pub review: DecisionReviewId,
    /// The consignment.
    pub declaration: DeclarationId,
    /// The decision.
    pub settlement: SettlementId,
    /// Who decided.
    pub decided_by: Option<OfficerId>,
    /// When.
    pub decided_at: Timestamp,
    /// Rule version then in force.
    pub rule_version: String,
    /// What called for the review.
    pub trigger: String,
    /// The foreign notification that called for it.
    #[serde(default)]
    pub notification: Option<NotificationId>,
}

/// A panel found how a decision stood on the evidence of its day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionFound {
    /// The review.
    pub review: DecisionReviewId,
    /// The consignment.
    pub declaration: DeclarationId,
    /// The decision.
    pub settlement: SettlementId,
    /// `correct_on_evidence`, `error_of_procedure`, `error_of_judgement` or `system_fault`.
    pub finding: String,
    /// Duty that the lesson is for.
    pub duty: String,
    /// Topic of the question bank that the lesson is for.
    pub topic: String,
}
