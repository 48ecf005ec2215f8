//! Inspection (检验检疫): which units are looked at, by whom, what was found, and what follows for each lot.
//!
//! States of a task: *open* → *assigned* (a team of at least the rule's number) → *recorded* (one officer of
//! the team wrote and signed) → *done* (a second one signed), or back to *assigned* when the second one objects;
//! *cancelled* when the party withdraws. A consignment has at most one live task; a check added later opens
//! the next round.
//!
//! Invariants: the units are drawn from a stored seed, so that anybody draws them again ([`replay`]); the team
//! is drawn from everyone who may inspect these goods, or the draw fails and says why each of the others may
//! not (M1-5), the rule is never relaxed; nothing is decided by one officer alone; whoever acts on a task that
//! another officer changed meanwhile is told so, and nothing is overwritten.
//!
//! Lot size: packages when the line is declared in packages or pieces, else the quantity rounded up in the
//! line's unit, so that a "unit" is one kilogram of it; the count of packages on the spot takes its place once.

mod check;
mod open;
mod read;
mod record;
mod rules;
mod sql;
mod team;
#[cfg(test)]
mod tests;
mod visit;

pub use open::{cancel, count_packages, open, reopen};
pub use read::{
    LotVerdict, Shelf, TeamDraw, appointment, draws, list, lot_verdicts, lots, of_declaration, one, records,
    replay, team,
};
pub use record::{attach, object, sign, write};
pub use rules::{Basis, LotPlan};
pub use sql::STATEMENTS;
pub use team::{Barred, Candidates, assign, candidates, draw_team};
pub use visit::{appoint, customs_result, open_goods};

use kernel::{
    Bilingual, DeclarationId, LotId, OfficerId, OperatorId, Quantity, RecordId, TaskId, Timestamp, UnitId, bi,
};
use serde::Serialize;

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a team.
    Open,
    /// Has a team.
    Assigned,
    /// Recorded; a second signature is missing.
    Recorded,
    /// Signed by two officers.
    Done,
    /// The consignment was withdrawn.
    Cancelled,
}

impl State {
    /// Every state.
    pub const ALL: [State; 5] =
        [State::Open, State::Assigned, State::Recorded, State::Done, State::Cancelled];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Assigned => "assigned",
            State::Recorded => "recorded",
            State::Done => "done",
            State::Cancelled => "cancelled",
        }
    }

    /// The state of a code.
    pub fn parse(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The state's name.
    pub fn name(self) -> Bilingual {
        match self {
            State::Open => bi("待派组", "waits for a team"),
            State::Assigned => bi("待查验", "to be inspected"),
            State::Recorded => bi("待第二人签字", "waits for the second signature"),
            State::Done => bi("已完成", "done"),
            State::Cancelled => bi("已取消", "cancelled"),
        }
    }

    /// Whether something is still to be done.
    pub fn is_live(self) -> bool {
        matches!(self, State::Open | State::Assigned | State::Recorded)
    }
}

/// An inspection task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InspectionTask {
    /// Its row.
    pub id: TaskId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Number of the declaration.
    pub declaration_no: String,
    /// The branch whose work it is.
    pub branch: UnitId,
    /// The operator.
    pub operator: OperatorId,
    /// Goods, as a list shows them.
    pub goods: String,
    /// Market.
    pub market: String,
    /// First, second … task of this consignment.
    pub round: i64,
    /// `selected` or `check_added`.
    pub basis: String,
    /// Why the check was added.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// Counts its changes; an act names the version that it saw.
    pub version: i64,
    /// Seed of the draw of units, hex.
    pub seed: String,
    /// Acceptance quality limit, thousandths of a per cent.
    pub aql_thousandths: i64,
    /// How many officers the rule asks for.
    pub team_min: i64,
    /// Rule version of the declaration.
    pub rule_version: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Until when it is due.
    pub due_at: Timestamp,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// Who changed it last, and when.
    pub changed: (Option<OfficerId>, Timestamp),
}

/// A lot of a task with its sampling plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskLot {
    /// The lot.
    pub lot: LotId,
    /// Lot number.
    pub no: String,
    /// HS code.
    pub hs: String,
    /// How much was declared.
    pub quantity: Quantity,
    /// First, second … lot of the task; part of the draw's seed.
    pub ordinal: i64,
    /// The plan with the units drawn.
    pub plan: LotPlan,
}

/// An officer of a team, the leader first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Member {
    /// The officer.
    pub officer: OfficerId,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: Bilingual,
}

/// The appointment with the party: one opening for all authorities that come (M6-6).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Appointment {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: String,
    /// Containers to be opened.
    pub containers: Vec<String>,
    /// The number of the check by customs, when customs comes too.
    pub customs_ref: Option<String>,
    /// When the goods were opened.
    pub opened_at: Option<Timestamp>,
    /// The result of customs: whether as declared, its remark, and when it was given.
    pub customs: Option<(bool, String, Timestamp)>,
}

/// What the team found, as one officer wrote it down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// Its row.
    pub id: RecordId,
    /// Its number.
    pub no: String,
    /// The task.
    pub task: TaskId,
    /// `written`, `signed` or `objected`.
    pub state: String,
    /// Who wrote and signed it.
    pub recorder: OfficerId,
    /// Who signed it as second.
    pub second: Option<OfficerId>,
    /// Whether the goods conform: every lot accepted and no item judged nonconforming.
    pub conforming: bool,
    /// The party's person present.
    pub witness: String,
    /// Remarks.
    pub remarks: String,
    /// Why the second officer did not sign.
    pub objection: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// When it was signed by two.
    pub signed_at: Option<Timestamp>,
    /// Lot by lot.
    pub lots: Vec<LotResult>,
    /// Item by item.
    pub items: Vec<ItemResult>,
}

/// What was found in a lot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LotResult {
    /// The lot.
    pub lot: LotId,
    /// Lot number.
    pub no: String,
    /// Units inspected.
    pub inspected: i64,
    /// Nonconforming units among them.
    pub nonconforming: i64,
    /// Whether the plan accepts the lot.
    pub accepted: bool,
}

/// What was found at one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemResult {
    /// Item code of the rule pack.
    pub code: String,
    /// `conform`, `nonconform` or `not_applicable`.
    pub verdict: String,
    /// Measured value, a decimal as text; empty when nothing was measured.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Finding code; empty when nothing was found.
    pub finding: String,
    /// Remark.
    pub note: String,
}

/// What an officer enters.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Key of the request, so that sending it twice writes one record.
    pub key: String,
    /// Inspected and nonconforming units of each lot, as typed, in the order of the task's lots.
    pub lots: Vec<(String, String)>,
    /// Item by item.
    pub items: Vec<ItemEntry>,
    /// The party's person present.
    pub witness: String,
    /// Remarks.
    pub remarks: String,
}

/// What an officer enters about one item.
#[derive(Clone, Debug, Default)]
pub struct ItemEntry {
    /// Item code.
    pub code: String,
    /// `conform`, `nonconform` or `not_applicable`.
    pub verdict: String,
    /// Measured value as typed.
    pub value: String,
    /// Finding code.
    pub finding: String,
    /// Remark.
    pub note: String,
}
