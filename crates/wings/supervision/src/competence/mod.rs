//! Competence (岗位能力): no valid authorisation on the day of the act, no act.
//!
//! The law asks that inspection staff take up a post only after passing their assessment (进出口商品检验法
//! art. 29), and that accepting, inspecting, and certifying and releasing are kept apart and check each
//! other (art. 30). Both are gates here: [`admit`] gives a [`Licensed`] value, and a verb that needs
//! authority takes one, so that a forgotten check does not compile. An authorisation is granted for a duty
//! on goods of an HS prefix, for a time; it ends by its date, by suspension or by withdrawal. It rests on an
//! assessment that was passed, on the record of an earlier authorisation, or on a renewal; a branch head's word alone
//! opens nothing but an emergency delegation, which is short, goes on the monthly override report, and never covers
//! certificates.

mod act;
mod duty;
mod gate;
mod read;
mod renewal;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{NewAuthorisation, authorise, delegate, end};
pub use duty::{Accept, Certify, Duty, Group, Inspect, Release, Sample, Task, Test};
pub use gate::{Licensed, admit, colleagues, note_step};
pub use read::{Done, Held, Single, done_by, expiring, of_officer, one, overrides, single_handed};
pub use renewal::renew;
pub use sql::STATEMENTS;

pub(crate) use act::{authorise_assessed, full_term};

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
    /// What kind of thing it rests on; none where that was not noted yet.
    pub basis: Option<Basis>,
}

/// What an authorisation rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// An assessment that was passed.
    Assessment,
    /// A record of an authorisation that was given before or elsewhere, entered by the quality manager.
    Record,
    /// An authorisation in force and a task witnessed within the year.
    Renewal,
    /// An emergency.
    Emergency,
}

impl Basis {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Basis::Assessment => "assessment",
            Basis::Record => "record",
            Basis::Renewal => "renewal",
            Basis::Emergency => "emergency",
        }
    }

    fn parse(code: &str) -> Option<Basis> {
        [Basis::Assessment, Basis::Record, Basis::Renewal, Basis::Emergency]
            .into_iter()
            .find(|b| b.code() == code)
    }
}
