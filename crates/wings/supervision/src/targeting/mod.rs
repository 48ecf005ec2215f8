//! Targeting (布控): every consignment gets a lane for reasons that can be read, replayed and appealed.
//!
//! The first row of the rule pack's lane table that fits gives lane and rate; the draw decides
//! whether the consignment is inspected. The seed is stored with the decision, so that anyone can
//! repeat the draw. A check may be added with a reason; a drawn one is never removed.

mod act;
mod again;
mod read;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{add_check, check_by_rule, remove_check, target};
pub use again::retarget;
pub use read::{decision, replay};
pub use rules::decide;
pub use sql::STATEMENTS;

use kernel::{Bilingual, DecisionId, DeclarationId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a decision was taken from, stored with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Number of the declaration: the subject of the draw.
    pub no: String,
    /// `export` or `import`.
    pub direction: String,
    /// Enterprise class, 1 best.
    pub class: i64,
    /// Highest product risk level.
    pub risk: String,
    /// Market.
    pub market: String,
    /// Logistics mode.
    pub mode: String,
}

/// What was decided, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// `declaration`, `verification`, `sampling` or `conformity`.
    pub lane: String,
    /// Selection rate, parts per million.
    pub rate_ppm: u64,
    /// The draw, 0 to 999,999.
    pub draw_ppm: u64,
    /// Whether it is to be inspected.
    pub selected: bool,
    /// `rule` when every consignment is inspected, `draw` when it was drawn, else empty.
    pub basis: String,
    /// Why, in short sentences.
    pub reasons: Vec<Bilingual>,
}

/// A stored decision.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// Its row.
    pub id: DecisionId,
    /// The declaration.
    pub declaration: DeclarationId,
    /// What it was taken from.
    pub inputs: Inputs,
    /// What was decided.
    pub outcome: Outcome,
    /// The seed of the draw, hex.
    pub seed: String,
    /// Rule version.
    pub rule_version: String,
    /// When.
    pub at: Timestamp,
    /// The check that an officer added, with its reason.
    pub added: Option<String>,
}

/// A decision taken again from what was stored.
#[derive(Clone, Debug, Serialize)]
pub struct Replay {
    /// What is stored.
    pub stored: Decision,
    /// What the same inputs, seed and rule version give now.
    pub replayed: Outcome,
    /// Whether the two are the same.
    pub same: bool,
}
