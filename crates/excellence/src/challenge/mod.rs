//! Peer learning (比学赶超): units of the same kind of work compare themselves, and learn from each other.
//!
//! ```text
//! proposed → (approved, when the quarter is full) → published (criteria frozen) → scored → awarded
//!                                                                     ↘ objected → answered
//! pair: paired → visited with an adoption plan and a date → checked;  visited without one: no learning
//! ```
//! Invariants: indicator, groups, baselines and tie rule are frozen by their hash some days before the first day; a group
//! holds units of comparable volume, staff and goods, found from numbers and never from names; a unit without its like is shown
//! by its improvement only; value and improvement carry their interval; a title waits for open objections and stops at a
//! red line; tie rule and red lines are of closed lists and applied by the program; a third contest of the quarter for the
//! same units or the same officer needs the leading group. It stands here and not in a wing, because it
//! compares figures, which wings do not see.

mod act;
mod burden;
mod fair;
mod pair;
mod read;
mod red_line;
mod rules;
mod sql;
mod terms;
#[cfg(test)]
mod tests;
mod workload;

pub use act::{answer, approve, award, object, propose, publish, score, take_part};
pub use burden::{Sample, draw_burden, note_burden, open_sample, samples};
pub use fair::{adopt_groups, comparable};
pub use pair::{Pair, check, pair, pairs, visited};
pub use read::{Challenge, Objection, list, named_to, objections, one, seen_by};
pub use rules::{Peer, Standing, common, fair_groups, rank, visible};
pub use sql::STATEMENTS;
pub use terms::{RedLine, TieRule};

use kernel::{Bilingual, Date, UnitId};
use serde::{Deserialize, Serialize};

/// What is proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Short code.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
    /// Indicator that is compared.
    pub indicator: String,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// The branches that take part; none for all of them.
    pub units: Vec<UnitId>,
    /// How a tie is broken.
    pub tie_rule: TieRule,
    /// What bars a unit from the award.
    pub red_lines: Vec<RedLine>,
}

/// What is frozen before the first day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criteria {
    /// Indicator.
    pub indicator: String,
    /// Version of its formula.
    pub version: i64,
    /// Whether more is better.
    pub up: bool,
    /// Groups of comparable units.
    pub groups: Vec<Vec<UnitId>>,
    /// Each unit's value in the year before, where there are enough cases.
    pub baseline: Vec<(UnitId, Option<f64>)>,
    /// The 95 % intervals of these.
    #[serde(default)]
    pub baseline_interval: Vec<(UnitId, Option<(f64, f64)>)>,
    /// How a tie is broken.
    pub tie_rule: TieRule,
    /// What bars a unit from the award.
    #[serde(default)]
    pub red_lines: Vec<RedLine>,
    /// The numbers that the groups rest on.
    #[serde(default)]
    pub matched: Vec<Peer>,
}
