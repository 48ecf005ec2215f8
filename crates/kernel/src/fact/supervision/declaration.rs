//! Facts of declarations and of their targeting.

use crate::{DecisionId, DeclarationId, NoticeId, OperatorId, PlantId, Timestamp};
use serde::{Deserialize, Serialize};

/// A declaration was lodged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lodged {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// Export or import.
    pub direction: String,
    /// Operator.
    pub operator: OperatorId,
    /// Plant, for export food.
    pub plant: Option<PlantId>,
    /// HS codes of its lines.
    pub hs: Vec<String>,
    /// Country of destination, or of origin for imports (ISO 3166-1 alpha-2).
    pub market: String,
    /// Logistics mode.
    pub mode: String,
    /// Lots in it.
    pub lots: u32,
    /// Rule version in force on that day.
    pub rule_version: String,
    /// HS chapter of its first line.
    #[serde(default)]
    pub chapter: String,
}

/// A lane was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Targeted {
    /// The decision.
    pub decision: DecisionId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Lane code.
    pub lane: String,
    /// Selection rate, parts per million.
    pub rate_ppm: u64,
    /// The draw, 0 to 999,999.
    pub draw_ppm: u64,
    /// Whether it is to be inspected.
    pub selected: bool,
    /// Why it is: `rule` or `draw` by the ordinary rate; else the measure that raised it above the draw: `alert`,
    /// `regime`, `table`; empty when it is not selected.
    pub basis: String,
    /// Rule version.
    pub rule_version: String,
}

/// An officer added a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckAdded {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
}

/// A declaration was amended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amended {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Its revision from now on.
    pub revision: i64,
    /// Field paths that changed.
    pub changed: Vec<String>,
    /// Whether something changed that the lane depends on.
    pub lane: bool,
}

/// A declaration was withdrawn by its party.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Why.
    pub reason: String,
}

/// A deficiency notice was given, once and completely, or against that rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// The notice.
    pub notice: NoticeId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// Deficiency codes.
    pub codes: Vec<String>,
    /// First, second … notice of this declaration.
    pub ordinal: i64,
    /// Whether it breaks the rule of one notice.
    pub breach: bool,
    /// Until when it should have been given.
    pub due_at: Timestamp,
}

/// The party answered a deficiency notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeAnswered {
    /// The notice.
    pub notice: NoticeId,
    /// The declaration.
    pub declaration: DeclarationId,
}

/// A declaration was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Whether nobody accepted it, but the notice period ended in silence.
    pub deemed: bool,
    /// When it was lodged.
    pub lodged_at: Timestamp,
    /// Until when it is to be decided.
    pub due_at: Timestamp,
}

/// The promised clock stands still: laboratory and expert time is outside the commitment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockSuspended {
    /// The declaration.
    pub declaration: DeclarationId,
    /// `laboratory` or `expert`.
    pub kind: String,
    /// Why.
    pub reason: String,
}

/// The promised clock runs again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockResumed {
    /// The declaration.
    pub declaration: DeclarationId,
    /// `laboratory` or `expert`.
    pub kind: String,
    /// Working days that it stood; 0 while another suspension goes on.
    pub working_days: i64,
    /// Until when it is to be decided now.
    pub due_at: Timestamp,
}

/// What the goods of a declaration are worth was declared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueDeclared {
    /// The declaration.
    pub declaration: DeclarationId,
    /// Thousandths of the currency.
    pub milli: i64,
    /// Currency (ISO 4217).
    pub currency: String,
}
