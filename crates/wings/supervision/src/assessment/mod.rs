//! Assessment (岗位资格考核): how an officer shows competence for a duty on goods, and what follows.
//!
//! ```text
//! opened (questions and assessor drawn from a seed) → theory marked → task witnessed → records reviewed
//!   → authorised, for the time of the rule pack; or not authorised, with the day of another attempt
//! ```
//! Staff take up a post only after passing their assessment (进出口商品检验法 art. 29); people are authorised after
//! training and watching on site (ISO/IEC 17020, 6.1.5 to 6.1.9). Invariants: the bank of questions is versioned, and
//! an assessment pins its version; the same seed draws the same questions and the same assessor; nobody assesses a
//! colleague of the same unit or somebody for whom he stands aside; a critical item that fails decides at once, whatever
//! the score, and suspends the earlier authorisation for that duty alone; pass rules are numbers of the rule pack.

mod act;
mod bank;
mod read;
mod roll;
mod rules;
mod settle;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{begin, hand_in, open, recuse, review_records, witness};
pub use bank::{Asked, Bank, Item, Question};
pub use read::{Need, needs, of_officer, one, open_of, paper};
pub use roll::{count_month, roll_is_due};
pub use rules::{Outcome, PassRules, Shown, outcome};
pub use sql::STATEMENTS;

use crate::competence::Task;
use kernel::{AssessmentId, AuthorisationId, Date, OfficerId, Timestamp};
use serde::Serialize;

/// An assessment as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment {
    /// Its row.
    pub id: AssessmentId,
    /// The candidate.
    pub officer: OfficerId,
    /// Duty.
    pub duty: Task,
    /// Goods: an HS prefix, empty for all.
    pub hs_prefix: String,
    /// Version of the question bank.
    pub bank: i64,
    /// Seed of the draws.
    pub seed: i64,
    /// Who assesses.
    pub assessor: OfficerId,
    /// Topics that a lesson of a review adds a question to.
    pub lessons: Vec<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the candidate began the theory test, and until when it is handed in.
    pub theory_began: Option<(Timestamp, Timestamp)>,
    /// Score of the theory test, thousandths of 100.
    pub theory_milli: Option<i64>,
    /// Score of the witnessed task, thousandths of 100.
    pub witness_milli: Option<i64>,
    /// Critical items that failed.
    pub critical_failed: Vec<String>,
    /// Whether the records of work were found sound.
    pub records_sound: Option<bool>,
    /// `authorised` or `not_authorised`; empty while it runs.
    pub outcome: String,
    /// The first day of another attempt.
    pub retest_on: Option<Date>,
    /// The authorisation that followed.
    pub authorisation: Option<AuthorisationId>,
    /// Rule version of its pass rules.
    pub rule_version: String,
}

impl Assessment {
    /// Whether it was decided.
    pub fn decided(&self) -> bool {
        !self.outcome.is_empty()
    }
}
