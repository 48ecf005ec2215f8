//! Practices (典型经验): what a brand that passed has learned, written so that a peer can repeat it, and offered to
//! peers who answer for themselves. To decline with a reason is an answer like any other, and an answer is no practice yet:
//! somebody of another unit goes through the steps on the spot.

mod act;
mod seen;
mod sql;

pub use act::{adopters, answer, by_brand, offer, offers, package};
pub use seen::{Check, checks, verify};
pub use sql::STATEMENTS;

pub(crate) use act::{open_of, overdue, unseen};

use kernel::{BrandId, OfferId, PracticeId, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

/// A practice package. Every part is compulsory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Package {
    /// What must be there before it can work.
    pub preconditions: String,
    /// Steps, in order.
    pub steps: Vec<String>,
    /// Forms and lists that it uses.
    pub forms: Vec<String>,
    /// What else it brought, wanted or not.
    pub side_effects: String,
    /// Where it does not fit.
    pub does_not_fit_if: String,
}

/// A stored practice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Practice {
    /// Its row.
    pub id: PracticeId,
    /// The brand.
    pub brand: BrandId,
    /// What is in it, with the effect of the gate.
    pub body: serde_json::Value,
    /// SHA-256 of its text, hex.
    pub sha256: String,
}

/// An offer to a peer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Offer {
    /// Its row.
    pub id: OfferId,
    /// The practice.
    pub practice: PracticeId,
    /// The peer.
    pub unit: UnitId,
    /// Until when an answer is asked.
    pub due_at: Timestamp,
    /// `adopt`, `adapt` or `decline`; none yet.
    pub answer: Option<String>,
    /// What is changed, or why it is declined.
    pub reason: String,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Whether the answer came after its day.
    pub late: bool,
}

impl Offer {
    /// Whether the practice was taken up, changed or not.
    pub fn adopted(&self) -> bool {
        matches!(self.answer.as_deref(), Some("adopt" | "adapt"))
    }
}
