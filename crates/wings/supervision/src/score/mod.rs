//! The learned score (评分模型): what past inspections teach about a consignment, within what the rule pack permits.
//!
//! ```text
//! registered → approved by a second person, in force from a day → stood down, by somebody or by its own watch
//! ```
//! A model is bytes named by their SHA-256, trained on the bureau's own records. It reads histories by operator, plant,
//! product, origin, market, port and pairs of them; a history knows whole days that have passed. They stand in rows by
//! key, which a background job adds to day by day, so that one decision reads a dozen rows and scans nothing.
//!
//! Each decision stores the model's hash, the features as whole numbers, and what the model said, so that anyone can
//! score it again. What follows from a probability is a band of the rule pack: it only sharpens. Since the draw's rate
//! is recorded, what was inspected tells without bias whether the score still is right; if it is not, it stands down
//! by itself and does not come back by itself.

mod act;
mod cases;
mod history;
mod learn;
mod mark;
mod read;
mod sql;
mod watch;

pub use act::{approve, register, stand_down};
pub use learn::learn;
pub(crate) use mark::mark;
pub use mark::{Mark, feature_name};
pub use read::{list, live, one, rescore};
pub use sql::STATEMENTS;
pub use watch::{Bin, Month, Random, Ranked, Watched, fold_for_models, ranked, watch};

pub use risk::score::Options;

use kernel::{Bilingual, OfficerId, RiskModelId, Timestamp, bi};
use risk::score::record::Model;
use serde::Serialize;
use std::sync::Arc;

/// The kind of job that brings histories up to date and looks after the score.
pub const JOB: &str = "risk.score";

/// Where a model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Entered, with its card.
    Registered,
    /// Approved: in force from its day until the next one's.
    Approved,
    /// It stood down, or was given up before it was in force.
    Down,
}

impl State {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            State::Registered => "registered",
            State::Approved => "approved",
            State::Down => "down",
        }
    }

    /// The state of a code.
    pub fn parse(code: &str) -> Option<State> {
        [State::Registered, State::Approved, State::Down].into_iter().find(|s| s.code() == code)
    }

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            State::Registered => bi("已登记", "registered"),
            State::Approved => bi("已批准", "approved"),
            State::Down => bi("已停用", "stood down"),
        }
    }
}

/// A model as a list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Registered {
    /// Its row.
    pub id: RiskModelId,
    /// Its number, as `S-3`.
    pub label: String,
    /// SHA-256 of its bytes, hex.
    pub hash: String,
    /// First and last day of the consignments that it was trained on, in days since 1970.
    pub days: (i64, i64),
    /// Consignments with a result, and violations among them.
    pub cases: (i64, i64),
    /// What it is for, and on what it was trained.
    pub note: String,
    /// Where it stands.
    pub state: State,
    /// Who entered it, and when.
    pub registered: (Option<OfficerId>, Timestamp),
    /// Who approved it, and when.
    pub approved: Option<(Option<OfficerId>, Timestamp)>,
    /// First instant in force.
    pub valid_from: Option<Timestamp>,
    /// First instant no longer in force.
    pub valid_to: Option<Timestamp>,
    /// Who stood it down; nobody when its own watch did.
    pub closed_by: Option<OfficerId>,
    /// Why it stood down.
    pub closed_reason: Option<String>,
    /// What its watch saw last, and when.
    #[serde(skip)]
    pub watched: Option<(String, Timestamp)>,
}

impl Registered {
    /// Whether it is in force at an instant.
    pub fn acts_at(&self, at: Timestamp) -> bool {
        self.valid_from.is_some_and(|from| from <= at) && self.valid_to.is_none_or(|to| at < to)
    }
}

/// A model ready for decisions.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its row.
    pub id: RiskModelId,
    /// Its number.
    pub label: String,
    /// SHA-256 of its bytes, hex.
    pub hash: String,
    /// From when until when it is in force.
    pub valid: (Timestamp, Option<Timestamp>),
    /// What was trained.
    pub model: Arc<Model>,
}

impl Live {
    /// Whether it is in force at an instant.
    pub fn acts_at(&self, at: Timestamp) -> bool {
        self.valid.0 <= at && self.valid.1.is_none_or(|to| at < to)
    }
}
