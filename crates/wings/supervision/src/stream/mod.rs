//! Product streams (抽样严格度转移): how strictly an operator's goods of an HS heading are sampled, by the switching
//! rules of ISO 2859-1, 9.3, and by nothing else.
//!
//! A stream begins at normal inspection. Two of five lots not accepted tighten it, five accepted in a row bring it
//! back; five not accepted under tightened inspection discontinue acceptance, until a second look finds the
//! operator's corrective action effective. A switching score of 30 allows reduced inspection, once an officer agrees
//! that production is steady. Only the first inspection of a lot counts; one that is inspected again is passed over.
//! Every change is a row and a fact with its reason. A lot keeps the severity that it was planned with.

mod act;
mod read;
mod sql;

pub use act::{Finding, decide};
pub(crate) use act::{Inspected, note};
pub(crate) use read::phase_of;
pub use read::{Key, list, moves, one, phase};
pub use sql::STATEMENTS;

use kernel::{Bilingual, DeclarationId, FactId, OfficerId, OperatorId, Timestamp, bi};
use sampling::iso2859::switching::{Phase, Switching};
use serde::Serialize;

/// An operator's goods of a heading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stream {
    /// The operator.
    pub operator: OperatorId,
    /// Its code and name.
    pub party: (String, Bilingual),
    /// HS heading: four digits.
    pub heading: String,
    /// Phase, score and the last lots.
    pub switching: Switching,
    /// Lots that counted, ever.
    pub lots: i64,
    /// When a lot counted last, or the phase changed.
    pub changed_at: Timestamp,
    /// Counts its changes; an act names the version that it saw.
    pub version: i64,
}

/// A change of phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// Its row.
    pub id: FactId,
    /// Phase before.
    pub from: String,
    /// Phase after.
    pub to: String,
    /// Code of the reason.
    pub reason: String,
    /// What the officer wrote.
    pub note: String,
    /// Who decided it; none when a lot's result did.
    pub by: Option<OfficerId>,
    /// Number and row of the consignment whose result brought it about.
    pub declaration: Option<(String, DeclarationId)>,
    /// When.
    pub at: Timestamp,
}

/// The stable code of a phase.
pub fn code(phase: Phase) -> &'static str {
    match phase {
        Phase::Normal => "normal",
        Phase::Tightened => "tightened",
        Phase::Reduced => "reduced",
        Phase::Discontinued => "discontinued",
    }
}

/// What a phase is called.
pub fn name(code: &str) -> Bilingual {
    match code {
        "tightened" => bi("加严检验", "tightened inspection"),
        "reduced" => bi("放宽检验", "reduced inspection"),
        "discontinued" => bi("暂停抽样接收", "acceptance by sampling discontinued"),
        _ => bi("正常检验", "normal inspection"),
    }
}

/// What a reason is called.
pub fn reason_name(code: &str) -> Bilingual {
    match code {
        "two_of_five_not_accepted" => {
            bi("连续 5 批或更少中 2 批不接收", "two of five or fewer lots not accepted")
        }
        "five_accepted" => bi("连续 5 批接收", "five lots in a row accepted"),
        "five_not_accepted_on_tightened" => {
            bi("加严检验下累计 5 批不接收", "five lots not accepted under tightened inspection")
        }
        "score_reached" => {
            bi("转移得分达到 30，生产稳定并经同意", "a switching score of 30, steady production, agreed")
        }
        "not_accepted_on_reduced" => {
            bi("放宽检验下 1 批不接收", "a lot not accepted under reduced inspection")
        }
        "production_irregular" => bi("生产不稳定或中断", "production irregular or delayed"),
        "corrective_action_effective" => {
            bi("纠正措施经确认有效", "the corrective action was found effective")
        }
        _ => bi("其他情况", "other conditions"),
    }
}
