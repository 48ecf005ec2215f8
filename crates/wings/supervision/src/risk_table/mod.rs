//! The desk's decision tables (布控决策表): rules that officers write, after DMN, and that targeting follows.
//!
//! ```text
//! draft → tested → tried → in force from a day, until the next version or until it is closed
//!   ↑________________| a changed row is a draft again           (dropped: given up)
//! ```
//! A version is tested when no finding of its check is an error and its own examples come out as they say; it is
//! tried when the decisions of the last months were taken again with it; a second person approves it from a day on.
//! Every decision pins the labels of the tables in force on the day on which the consignment was lodged, so that it
//! replays under them for ever. A table only sharpens what the rule pack says: its lane and rate are the least.

mod act;
mod pinned;
mod read;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{Draft, approve, cells, close, draft, drop_version, edit_rows, test, tried};
pub use pinned::{INPUTS, OUTPUTS, Pinned, Tables, Tried, check_examples, read_body};
pub use read::{approved, list, one, versions};
pub use sql::STATEMENTS;

use kernel::{Bilingual, OfficerId, RiskTableId, RiskTableVersionId, Timestamp, bi};
use serde::{Deserialize, Serialize};

/// Where a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Written, or changed since it was tested.
    Draft,
    /// No error, and its examples pass.
    Tested,
    /// The decisions of the last months were taken again with it.
    Tried,
    /// Approved: in force from its day.
    Approved,
    /// Given up.
    Dropped,
}

impl State {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Tested => "tested",
            State::Tried => "tried",
            State::Approved => "approved",
            State::Dropped => "dropped",
        }
    }

    /// The state of a code.
    pub fn parse(code: &str) -> Option<State> {
        [State::Draft, State::Tested, State::Tried, State::Approved, State::Dropped]
            .into_iter()
            .find(|s| s.code() == code)
    }

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            State::Draft => bi("草稿", "draft"),
            State::Tested => bi("已测试", "tested"),
            State::Tried => bi("已回测", "back-tested"),
            State::Approved => bi("已批准", "approved"),
            State::Dropped => bi("已放弃", "dropped"),
        }
    }
}

/// A decision table of the desk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RiskTable {
    /// Its row.
    pub id: RiskTableId,
    /// Code, such as `FISH`.
    pub code: String,
    /// What it is for.
    pub title: Bilingual,
}

/// A version of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Version {
    /// Its row.
    pub id: RiskTableVersionId,
    /// The table.
    pub table: RiskTable,
    /// Its number, from 1.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// The table as CSV.
    pub body: String,
    /// Its own examples as CSV.
    pub examples: String,
    /// What is new, and why.
    pub note: String,
    /// Who wrote it, and when.
    pub drafted: (Option<OfficerId>, Timestamp),
    /// When it was tested.
    pub tested_at: Option<Timestamp>,
    /// What the back-test gave, as JSON, and when.
    pub backtest: Option<(String, Timestamp)>,
    /// Who approved it, and when.
    pub approved: Option<(Option<OfficerId>, Timestamp)>,
    /// First instant in force.
    pub valid_from: Option<Timestamp>,
    /// From when on it is not in force any more.
    pub valid_to: Option<Timestamp>,
    /// Why it was closed or dropped.
    pub closed_reason: Option<String>,
}

impl Version {
    /// The label that decisions pin, as `FISH/2`.
    pub fn label(&self) -> String {
        format!("{}/{}", self.table.code, self.version)
    }

    /// Whether it is in force at an instant.
    pub fn in_force(&self, at: Timestamp) -> bool {
        self.state == State::Approved
            && self.valid_from.is_some_and(|from| from <= at)
            && self.valid_to.is_none_or(|to| at < to)
    }
}
