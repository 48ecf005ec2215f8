//! Recall (召回): goods that are out of the gate are called back by their operator, to the last kilogram.
//!
//! States: *opened* (the operator's start runs by the hour clock of its class) → *started* → *closed*. Its scope is
//! one line a lot: what has not left is held at once and is settled at the release desk; what has left lies with a
//! consignee and is accounted for as recovered, destroyed or consumed. A line may be split among consignees, its
//! quantity stays the same. A recall is not closed while any quantity is unaccounted, while lots that it holds have
//! no outcome, or before as many consignees were checked as its class asks for; and its notification is not closed
//! before it.

mod account;
mod act;
mod read;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use account::{HOWS, account, check, split, tell};
pub use act::{Call, close, free, open, start};
pub use read::{checks, count, lines, list, of_notification, one, open_of, preview};
pub use rules::{Sum, gaps, sums};
pub use sql::STATEMENTS;

use kernel::{
    Bilingual, DeclarationId, LotId, NotificationId, OfficerId, OperatorId, PlantId, Quantity, RecallId,
    RecallLineId, Timestamp, UnitId, bi,
};
use serde::{Deserialize, Serialize};

/// Where a recall stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The operator is to start it.
    Opened,
    /// It runs.
    Started,
    /// It is summed up.
    Closed,
}

impl State {
    /// Every state, in order.
    pub const ALL: [State; 3] = [State::Opened, State::Started, State::Closed];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            State::Opened => "opened",
            State::Started => "started",
            State::Closed => "closed",
        }
    }

    /// The state of a code.
    pub fn parse(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            State::Opened => bi("待启动", "to be started"),
            State::Started => bi("召回中", "under way"),
            State::Closed => bi("已结案", "closed"),
        }
    }
}

/// A recall.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recall {
    /// Its row.
    pub id: RecallId,
    /// Its number.
    pub no: String,
    /// The notification behind it.
    pub notification: NotificationId,
    /// The operator that recalls.
    pub operator: OperatorId,
    /// Its plant.
    pub plant: Option<PlantId>,
    /// The branch that supervises it.
    pub branch: UnitId,
    /// Class: 1 may harm gravely or kill, 2 may harm, 3 is a false or missing label.
    pub class: i64,
    /// The hazard.
    pub hazard: String,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// Rule version that its clocks follow.
    pub rule_version: String,
    /// Who opened it.
    pub opened_by: Option<OfficerId>,
    /// When the hazard was confirmed and the recall opened.
    pub opened_at: Timestamp,
    /// Until when the operator is to start it.
    pub start_due_at: Timestamp,
    /// When the operator started it.
    pub started_at: Option<Timestamp>,
    /// The operator's plan.
    pub plan: String,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The summary.
    pub summary: String,
}

/// What of a recall lies with one consignee, or is held.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its row.
    pub id: RecallLineId,
    /// Its number in the recall.
    pub n: i64,
    /// The lot, when it is one of the bureau's.
    pub lot: Option<LotId>,
    /// Lot number.
    pub lot_no: String,
    /// The declaration.
    pub declaration: Option<DeclarationId>,
    /// Who has it; empty when nobody knows yet.
    pub consignee: String,
    /// How much.
    pub quantity: Quantity,
    /// Whether it had not left and was held at once.
    pub held: bool,
    /// Whether what is held has its final outcome or was freed.
    pub settled: bool,
    /// When the consignee was told.
    pub told_at: Option<Timestamp>,
    /// Accounted for, in thousandths.
    pub accounted: i64,
    /// Of that, estimated.
    pub estimated: i64,
    /// Whether the last check found that the consignee had acted.
    pub effective: Option<bool>,
}

/// A check whether the recall reached a consignee.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// The line.
    pub line: RecallLineId,
    /// Whether the consignee had heard of it and acted.
    pub effective: bool,
    /// What was found.
    pub finding: String,
    /// By whom.
    pub officer: Option<OfficerId>,
    /// When.
    pub at: Timestamp,
}
