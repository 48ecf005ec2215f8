//! Release (放行处置): every lot gets its own signed outcome, resting on what was found and on nothing typed again.
//!
//! A settlement is a row: outcome, officer, authorisation, evidence, reason, rule version. `release`, `return` and
//! `destroy` are final. `hold` and `treat` are open until a new act ends them: nobody edits a settlement. A lot has
//! at most one open settlement of the release desk; other rooms (an alert, a trace) may hold it beside that, each
//! once, and what they hold only they let go. Evidence is gathered by the wiring from the facts of inspection and
//! laboratory, so this room reads no table of theirs. The last final outcome moves the consignment on.
//!
//! Goods of several exporters in one container go together (拼箱): while a failed lot lies in it, none is released,
//! unless the failed lot was taken out under supervision, with photographs, and the container was sealed anew.

mod act;
mod elsewhere;
mod gather;
mod read;
mod rules;
mod sql;
mod stow;
#[cfg(test)]
mod tests;

pub use act::{Order, by_rule, finish_treatment, lift, settle};
pub use elsewhere::{Hold, hold_from, lift_from};
pub use gather::{note_record, note_result};
pub use read::{Held, Released, Sought, Waiting, dossier, holds, released, settlement, waiting};
pub use rules::{against, container_number, state};
pub use sql::STATEMENTS;
pub use stow::{Removal, remove, stow};

use crate::declaration::Declaration;
use crate::targeting::Decision;
use kernel::{
    AuthorisationId, Bilingual, DeclarationId, LotId, OfficerId, Quantity, SettlementId, Timestamp, bi,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The release desk's own settlements; other rooms give their own names.
pub const DESK: &str = "desk";

/// What is decided about a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It may go.
    Release,
    /// It stays until the hold is lifted.
    Hold,
    /// It is treated first.
    Treat,
    /// It goes back.
    Return,
    /// It is destroyed under supervision.
    Destroy,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 5] =
        [Outcome::Release, Outcome::Hold, Outcome::Treat, Outcome::Return, Outcome::Destroy];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Release => "release",
            Outcome::Hold => "hold",
            Outcome::Treat => "treat",
            Outcome::Return => "return",
            Outcome::Destroy => "destroy",
        }
    }

    /// The outcome of a code.
    pub fn parse(code: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|o| o.code() == code)
    }

    /// Whether nothing follows it.
    pub fn is_final(self) -> bool {
        matches!(self, Outcome::Release | Outcome::Return | Outcome::Destroy)
    }

    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            Outcome::Release => bi("放行", "release"),
            Outcome::Hold => bi("暂扣", "hold"),
            Outcome::Treat => bi("检疫处理", "treatment"),
            Outcome::Return => bi("退运", "return"),
            Outcome::Destroy => bi("销毁", "destruction"),
        }
    }
}

/// Reason codes of holds that other rooms lay, with their names.
pub const REASONS_ELSEWHERE: [(&str, &str, &str); 2] = [
    ("unproven_source", "原料来源无备案基地供货证明", "raw material without the proof of a registered farm"),
    ("harvest_interval", "采收未满安全间隔期", "harvested within the pre-harvest interval"),
];

/// Reason codes of holds and disposals with their names; the reason of a release is read from its evidence.
pub const REASONS: [(&str, &str, &str); 8] = [
    ("failed_result", "检测不合格", "a test failed"),
    ("nonconforming", "查验不合格", "the inspection found a nonconformity"),
    ("papers_mismatch", "货证不符", "goods and papers differ"),
    ("seal_mismatch", "封识不符", "the seal differs"),
    ("pest", "发现有害生物", "a pest was found"),
    ("awaiting", "等待核实", "a clarification is awaited"),
    ("party_asked", "当事人申请", "the party asked for it"),
    ("other", "其他（须说明）", "another reason (say which)"),
];

/// One thing that speaks for or against a lot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The record or result.
    pub source: Uuid,
    /// `inspection` or `test`.
    pub kind: String,
    /// The lot; none speaks for the whole consignment.
    pub lot: Option<LotId>,
    /// What was looked at: `inspection`, or the analyte.
    pub what: String,
    /// `pass`, `fail` or `informative`.
    pub verdict: String,
    /// When it was recorded.
    pub at: Timestamp,
}

/// What was decided on a lot, by whom, on what.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settlement {
    /// Its row.
    pub id: SettlementId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// The lot.
    pub lot: LotId,
    /// `desk`, or the room that holds the lot.
    pub origin: String,
    /// Outcome.
    pub outcome: Outcome,
    /// Reason code.
    pub reason: String,
    /// In words.
    pub note: String,
    /// On what it rests.
    pub evidence: Vec<Evidence>,
    /// Who; none when a rule did it.
    pub officer: Option<OfficerId>,
    /// The authorisation used.
    pub authorisation: Option<AuthorisationId>,
    /// Rule version.
    pub rule_version: String,
    /// When.
    pub at: Timestamp,
    /// When, by whom, how (`lifted`, `treated`) and why it ended.
    pub ended: Option<Ended>,
}

/// How a settlement ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<OfficerId>,
    /// `lifted` or `treated`.
    pub how: String,
    /// Why.
    pub reason: String,
}

/// A lot with all that was decided on it.
#[derive(Clone, Debug, Serialize)]
pub struct LotFile {
    /// Its row.
    pub id: LotId,
    /// Lot number.
    pub no: String,
    /// HS code.
    pub hs: String,
    /// What the goods are called.
    pub name: String,
    /// How much.
    pub quantity: Quantity,
    /// Settlements, oldest first.
    pub settlements: Vec<Settlement>,
    /// When it was taken out of its container.
    pub removed: Option<Removal>,
}

/// In which container a consignment lies, and under which seal now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stowage {
    /// Container number.
    pub container: String,
    /// The seal on it now.
    pub seal: String,
}

/// A failed lot that lies in the same container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mate {
    /// Number of its declaration.
    pub no: String,
    /// Lot number.
    pub lot_no: String,
}

/// All that a release rests on, on one page.
#[derive(Clone, Debug, Serialize)]
pub struct Dossier {
    /// The declaration.
    pub declaration: Declaration,
    /// Why it got its lane.
    pub decision: Option<Decision>,
    /// When an officer added a check.
    pub check_added_at: Option<Timestamp>,
    /// Records and results, oldest first.
    pub evidence: Vec<Evidence>,
    /// The lots.
    pub lots: Vec<LotFile>,
    /// The container, where it is known.
    pub stowage: Option<Stowage>,
    /// Failed lots in the same container, of this and of other declarations.
    pub failed_in_container: Vec<Mate>,
    /// Time of the newest fact about the declaration.
    pub last_fact_at: Timestamp,
}
