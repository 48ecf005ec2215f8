//! Targeting (布控): every consignment gets a lane for reasons that can be read, replayed and appealed.
//!
//! The order: what the law exempts, then alerts, then regimes that move by results, then the desk's decision
//! tables, then the class × risk bands of the rule pack, then the learned score within what the pack permits it, then the draw with at least the pack's random minimum.
//! Everything but an exemption only sharpens: the strictest lane and the highest rate win, so that no table and no
//! regime ever makes a way around the pack. What is drawn under the ordinary rate keeps the basis `draw`, whatever
//! else bears on it, so that random checks stay a fair sample.
//!
//! Inputs, measures, versions and the seed are stored with the decision, so that anyone can take it again. A check
//! may be added with a reason; a drawn one is never removed.

mod act;
mod again;
mod measure;
mod raise;
mod read;
mod rules;
mod sql;
mod standing;
#[cfg(test)]
mod tests;

pub use act::{Aimed, add_check, check_by_rule, remove_check, target};
pub use again::retarget;
pub(crate) use again::select_by_rule;
pub use measure::{Goods, Measure, lane_name, percent, rank};
pub use raise::{Raised, raise};
pub use read::{decision, replay};
pub use rules::decide;
pub use sql::STATEMENTS;
pub use standing::{Standing, Subject, changed, standing};

use crate::score::Mark;
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
    /// Which order of selection: 0 is the pack's lane table alone, 1 the order above.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub order: u8,
    /// Alerts and regimes that bore on it, as they were then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Labels of the decision tables in force on the day it was lodged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<String>,
    /// What exemptions and tables look at beside the above; none where there were neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods: Option<Goods>,
    /// What the learned score in force said; none where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Mark>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(n: &u8) -> bool {
    *n == 0
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
    /// `rule` when every consignment is inspected, `draw` when it was drawn at the ordinary rate; `alert`, `regime`,
    /// `table` or `score` when only the rate that this asks for selected it; else empty.
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
