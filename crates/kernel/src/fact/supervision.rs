//! Facts of the regulatory wing: the main line, as far as it is built.

use crate::{DecisionId, DeclarationId, OperatorId, PlantId, fact::facts};
use serde::{Deserialize, Serialize};

facts! {
    /// What can happen in the regulatory wing.
    Supervision {
        Lodged => "declaration.lodged",
        Targeted => "targeting.targeted",
        CheckAdded => "targeting.check_added",
    }
}

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
    /// Why it is: `alert`, `rule`, `draw`, or empty.
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
