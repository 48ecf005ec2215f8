//! Lists and work lists of consignments: what is there, and what waits for whom.
//!
//! Invariants: every filter and every work list is answered by an index in the order in which it is shown, so
//! that a page costs the same with a thousand and with a million consignments; the actor's reach is part of
//! the question, never a filter over its answer. A party does not see the lane before acceptance, for a
//! selection that is known beforehand would be withdrawn and drawn again.

mod read;
mod sql;

pub use read::{count, due, find};
pub use sql::STATEMENTS;

use crate::declaration::{Declaration, Stage};
use kernel::{Actor, Bilingual, Date, OperatorId, Scope, Timestamp, UnitId};

/// What a list is asked for; empty fields ask for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Where it stands.
    pub stage: Option<Stage>,
    /// Lane code.
    pub lane: String,
    /// Branch.
    pub branch: Option<UnitId>,
    /// Operator.
    pub operator: Option<OperatorId>,
    /// Market (ISO 3166-1 alpha-2).
    pub market: String,
    /// HS code of a line, as it was declared.
    pub product: String,
    /// Number of a lot.
    pub lot: String,
    /// Number of the declaration.
    pub no: String,
    /// First day of lodging.
    pub from: Option<Date>,
    /// Last day of lodging.
    pub to: Option<Date>,
}

/// A row of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The declaration.
    pub declaration: Declaration,
    /// Name of its operator.
    pub operator: Bilingual,
    /// Since when its promised clock stands.
    pub suspended_since: Option<Timestamp>,
}

/// What can wait for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Consignments at a stage.
    At(Stage),
    /// Released exports whose certificate is not signed yet.
    ToSign,
}

/// Whether the actor may know the lane already.
pub fn knows_lane(by: &Actor, d: &Declaration) -> bool {
    !matches!(by.scope, Scope::Operator(_)) || !matches!(d.stage, Stage::Lodged | Stage::Returned)
}
