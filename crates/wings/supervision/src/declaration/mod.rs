//! Declaration (报检): a party tells the bureau what it sends or brings.
//!
//! States: *lodged* → *returned* with a deficiency notice → *lodged* again when it is answered; *lodged* →
//! *accepted* by an officer, or deemed so when the notice period ends in silence; then the stations of the main
//! line, which all move it by [`advance`]. A declaration is judged under the rule pack in force on the day it was
//! lodged, whatever is adopted later. The same goods lodged again within thirty days are held to
//! be the same consignment, and the same request sent twice is lodged once.
//!
//! Invariants: a return names deficiencies of the closed list; a second notice is a breach of the one-time rule
//! and is counted as such; an amendment keeps what was there before, field by field; a selection for inspection is
//! neither amended nor withdrawn away; the promised clock stands only while a suspension with its reason is open.

mod accept;
mod act;
mod amend;
pub mod clock;
mod diff;
mod notice;
mod read;
mod rules;
mod sql;
mod stage;
#[cfg(test)]
mod tests;
mod withdraw;

pub use accept::{accept, accept_silent, deem_accepted, silent};
pub use act::lodge;
pub use amend::{Amendment, NewAmendment, amend, amendments, as_lodged, correct, revise};
pub use clock::{resume_clock, suspend_clock};
pub use diff::Change;
pub use notice::{Notice, answer, give_notice, notices};
pub(crate) use read::read;
pub use read::{by_lot, by_lot_beginning, by_no, by_number, list, lots, one, worth};
pub use rules::check;
pub use sql::STATEMENTS;
pub use stage::{Stage, advance};
pub use withdraw::{obstacles, withdraw};

use kernel::{DeclarationId, LotId, OperatorId, PlantId, Quantity, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

/// What a party declares. Codes name rows of the registry; quantities are decimals as text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lodgement {
    /// `export` or `import`.
    pub direction: String,
    /// Code of the branch that is to handle it.
    pub branch: String,
    /// Code of the exporter or importer.
    pub operator: String,
    /// Filing number of the plant; export food needs one.
    #[serde(default)]
    pub plant: Option<String>,
    /// Country of destination, or of departure for imports (ISO 3166-1 alpha-2).
    pub market: String,
    /// Country of origin (ISO 3166-1 alpha-2).
    pub origin: String,
    /// Port of exit or entry.
    pub port: String,
    /// Logistics mode: `general`, `bonded`, `consolidated` or `ecommerce`.
    pub mode: String,
    /// What the goods are worth, a decimal number of at most three places; with its currency or not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The currency of the value (ISO 4217).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Goods lines, 1 to 200.
    pub lines: Vec<GoodsLine>,
    /// The sender's own key of this request, so that sending it again lodges nothing twice.
    #[serde(default)]
    pub key: Option<String>,
}

/// One goods line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodsLine {
    /// HS code.
    pub hs: String,
    /// What the goods are called.
    pub name: String,
    /// Decimal number of at most three places.
    pub quantity: String,
    /// UN/ECE rec 20 code.
    pub unit: String,
    /// Its lots; their quantities add up to the line's. None means one lot named after the line.
    #[serde(default)]
    pub lots: Vec<LotEntry>,
}

/// One lot of a goods line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LotEntry {
    /// Lot number as the plant prints it.
    pub no: String,
    /// Decimal number of at most three places, in the line's unit.
    pub quantity: String,
}

/// A lodged declaration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Declaration {
    /// Its row.
    pub id: DeclarationId,
    /// Its number.
    pub no: String,
    /// The branch that handles it.
    pub branch: UnitId,
    /// `export` or `import`.
    pub direction: String,
    /// Operator.
    pub operator: OperatorId,
    /// Plant, for export food.
    pub plant: Option<PlantId>,
    /// Market.
    pub market: String,
    /// Logistics mode.
    pub mode: String,
    /// Goods, as a list shows them.
    pub goods: String,
    /// Highest risk level of its products.
    pub risk: String,
    /// Where it stands.
    pub stage: Stage,
    /// Lane; empty until it is decided.
    pub lane: String,
    /// Whether it is to be inspected.
    pub selected: bool,
    /// Rule version in force on the day of lodging.
    pub rule_version: String,
    /// When it was lodged.
    pub lodged_at: Timestamp,
    /// Until when its present stage is to end.
    pub due_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// Counts its amendments, from 1.
    pub revision: i64,
}

/// A lot of a declaration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lot {
    /// Its row.
    pub id: LotId,
    /// Lot number.
    pub no: String,
    /// HS code of its line.
    pub hs: String,
    /// How much.
    pub quantity: Quantity,
}
