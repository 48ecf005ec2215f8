//! Facts of the regulatory wing: the main line, as far as it is built.

use crate::{CaptureId, DecisionId, DeclarationId, OperatorId, PlantId, fact::facts};
use serde::{Deserialize, Serialize};

facts! {
    /// What can happen in the regulatory wing.
    Supervision {
        Lodged => "declaration.lodged",
        Targeted => "targeting.targeted",
        CheckAdded => "targeting.check_added",
        EventsCaptured => "epcis.captured",
        PartyNamed => "epcis.party_named",
        QueryNamed => "epcis.query_named",
        QueryDropped => "epcis.query_dropped",
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

/// Visibility events were captured, in one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventsCaptured {
    /// The capture that they came with.
    pub capture: CaptureId,
    /// The operator who sent them; none when the authority did.
    pub operator: Option<OperatorId>,
    /// Number of the first event.
    pub first: i64,
    /// Number of the last event.
    pub last: i64,
    /// Events that were known already and not stored again.
    pub duplicates: u64,
    /// SHA-256 over the event hashes in their order, hex.
    pub sha256: String,
}

/// An identifier that events use for an operator or its place was entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartyNamed {
    /// The operator.
    pub operator: OperatorId,
    /// The identifier.
    pub uri: String,
}

/// A query was given a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryNamed {
    /// The name.
    pub name: String,
    /// Whose it is; none for the authority's.
    pub operator: Option<OperatorId>,
}

/// A named query was dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryDropped {
    /// The name.
    pub name: String,
    /// Whose it was; none for the authority's.
    pub operator: Option<OperatorId>,
}
