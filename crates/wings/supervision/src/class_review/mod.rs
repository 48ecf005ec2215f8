//! Review of a class (类别复核): a notification that was attributed to an operator's goods asks whether the operator
//! still deserves its class.
//!
//! A review opens by itself with the attribution, once for each operator and notification, and is decided by a second
//! person: the head of the branch, who is not the one that entered the attribution and has no interest in the operator.
//! It ends in the class *kept* or *lowered* by one. A lowered class comes back by rule only: when the time of the pack
//! is over, no series of intensified control of the operator runs, and no other review of it is open. Until then nobody
//! raises it at the registry.

mod act;
mod read;
mod rules;
mod sql;

pub use act::{back, decide, open, set};
pub use read::{is_due, list, of_notification, of_operator, one, open_ones};
pub use rules::LOWEST;
pub use sql::STATEMENTS;

use kernel::{Bilingual, ClassReviewId, NotificationId, OfficerId, OperatorId, Timestamp, UnitId, bi};
use serde::Serialize;

/// What came of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is not decided yet.
    Open,
    /// The class stays.
    Kept,
    /// The class was lowered.
    Lowered,
    /// The class was lowered and is back.
    Restored,
}

impl Outcome {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Open => "open",
            Outcome::Kept => "kept",
            Outcome::Lowered => "lowered",
            Outcome::Restored => "restored",
        }
    }

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            Outcome::Open => bi("待复核", "to be reviewed"),
            Outcome::Kept => bi("维持", "kept"),
            Outcome::Lowered => bi("降类", "lowered"),
            Outcome::Restored => bi("已恢复", "restored"),
        }
    }
}

/// A review.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review {
    /// Its row.
    pub id: ClassReviewId,
    /// Its number.
    pub no: String,
    /// The operator.
    pub operator: OperatorId,
    /// The branch that supervises its plant.
    pub branch: UnitId,
    /// The notification that demands it.
    pub notification: NotificationId,
    /// Rule version that its clocks follow.
    pub rule_version: String,
    /// Who entered the attribution: another person decides.
    pub asked_by: Option<OfficerId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Until when it is to be decided.
    pub due_at: Timestamp,
    /// The class when it was opened or, once it is decided, just before that.
    pub class_was: i64,
    /// What came of it.
    pub outcome: Outcome,
    /// The class that was decided.
    pub class_now: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who decided, and when.
    pub decided: Option<(OfficerId, Timestamp)>,
    /// From when a lowered class may come back.
    pub back_at: Option<Timestamp>,
    /// When it came back.
    pub restored_at: Option<Timestamp>,
}
