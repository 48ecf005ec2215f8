//! Correction (整改): what a plant owes after a notification whose cause is found: a plan of correction and prevention
//! (CAPA), and its verification on site.
//!
//! States: *asked* (the plan is due) → *planned* (to be verified on site) → *verified*; a visit that fails leads back
//! to *asked*. A correction opens by itself when the cause is found, unless the cause is unknown or the tests
//! disagree, for then there is nothing that a plant could correct. Its notification is not closed before it is verified.

mod act;
mod read;
mod sql;

pub use act::{open, plan, verify};
pub use read::{list, of_notification, one, open_of, visits};
pub use sql::STATEMENTS;

use kernel::{Bilingual, CorrectionId, NotificationId, OfficerId, PlantId, Timestamp, UnitId, bi};
use serde::{Deserialize, Serialize};

/// Where a correction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The plan is due.
    Asked,
    /// The plan is there, to be verified on site.
    Planned,
    /// Verified on site.
    Verified,
}

impl State {
    /// Every state, in order.
    pub const ALL: [State; 3] = [State::Asked, State::Planned, State::Verified];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            State::Asked => "asked",
            State::Planned => "planned",
            State::Verified => "verified",
        }
    }

    /// The state of a code.
    pub fn parse(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            State::Asked => bi("待报方案", "plan due"),
            State::Planned => bi("待现场验证", "to be verified on site"),
            State::Verified => bi("已验证", "verified"),
        }
    }
}

/// A correction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Correction {
    /// Its row.
    pub id: CorrectionId,
    /// Its number.
    pub no: String,
    /// The notification behind it.
    pub notification: NotificationId,
    /// The plant.
    pub plant: Option<PlantId>,
    /// The branch that supervises the plant.
    pub branch: UnitId,
    /// Hazard category.
    pub hazard: String,
    /// Cause category.
    pub cause: String,
    /// Where it stands.
    pub state: State,
    /// Rule version that its clocks follow.
    pub rule_version: String,
    /// When it was asked.
    pub opened_at: Timestamp,
    /// Until when the next step is due.
    pub due_at: Timestamp,
    /// The plan; empty before it is there.
    pub plan: String,
    /// When it was handed in.
    pub planned_at: Option<Timestamp>,
    /// When it was verified.
    pub verified_at: Option<Timestamp>,
}

/// A visit that looked at a correction on site.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Visit {
    /// Whether the correction holds.
    pub passed: bool,
    /// What was seen.
    pub finding: String,
    /// By whom.
    pub officer: OfficerId,
    /// When.
    pub at: Timestamp,
}
