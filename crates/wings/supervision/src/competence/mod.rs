//! Competence (岗位能力): no valid authorisation on the day of the act, no act.
//!
//! The law asks that inspection staff take up a post only after passing their assessment (进出口商品检验法
//! art. 29), and that accepting, inspecting, and certifying and releasing are kept apart and check each
//! other (art. 30). Both are gates here: [`admit`] gives a [`Licensed`] value, and a verb that needs
//! authority takes one, so that a forgotten check does not compile. An authorisation is granted for a duty
//! on goods of an HS prefix, for a time; it ends by its date, by suspension or by withdrawal. An emergency
//! delegation is short, goes on the monthly override report, and never covers certificates.

mod act;
mod duty;
mod gate;
mod read;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{NewAuthorisation, authorise, delegate, end};
pub use duty::{Accept, Certify, Duty, Group, Inspect, Release, Sample, Task, Test};
pub use gate::{Licensed, admit, colleagues, note_step};
pub use read::{Done, Held, Single, done_by, expiring, of_officer, one, overrides, single_handed};
pub use sql::STATEMENTS;

use kernel::{AuthorisationId, OfficerId, Timestamp};
use serde::Serialize;

/// A task authorisation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Authorisation {
    /// Its row.
    pub id: AuthorisationId,
    /// The officer.
    pub officer: OfficerId,
    /// Duty.
    pub duty: Task,
    /// Goods: an HS prefix, empty for all.
    pub hs_prefix: String,
    /// From when.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_to: Timestamp,
    /// Whether it is an emergency delegation.
    pub emergency: bool,
    /// On what it rests.
    pub reason: String,
    /// When and how it ended before its date, `suspended` or `withdrawn`.
    pub ended: Option<(Timestamp, String)>,
}
