//! Indicators: figures that are folded from the ledger and from nothing else, so that nobody scores by assertion.
//!
//! A definition is data (`indicators/*.toml`): which facts leave which marks on a case, when a case counts, and
//! what stands above and below the line. The fold reads each fact once and moves the cells that it changes; a
//! cell is an indicator's unit, month and group. Months are closed some days after their end: their figures are
//! frozen then, and what comes later is shown beside them as a revision. A rebuild from nothing gives the same
//! bytes. A figure is shown with numerator, denominator, number of cases and interval, or it says why not.

mod act;
mod card;
mod case;
mod catalogue;
pub mod chart;
mod definition;
mod figure;
mod fold;
mod formula;
mod judge;
mod months;
mod open;
pub mod period;
mod plan;
mod quick;
mod read;
mod scan;
mod seen;
mod sql;
pub mod stat;
mod target;
#[cfg(test)]
mod tests;

pub use act::{Folded, dump, fold, forget};
pub use card::{Card, Score, is_due, score, scores, unit_within};
pub use catalogue::{Catalogue, Policy};
pub use definition::{Definition, Direction, Every, Measure, parse};
pub use figure::{Figure, State};
pub use fold::{Fold, Line};
pub use formula::Wrong;
pub use open::{Opened, facts, kinds};
pub use plan::Plan;
pub use read::{Distribution, GroupLine, Peer, Sheet, folded, months_of_baseline, peers, sheet, unit};
pub use sql::STATEMENTS;
pub use target::{Target, set_target, target, targets_of};

pub(crate) use read::{Cells, of_unit};
pub(crate) use sql::{PEER_OF, PEER_SET};
