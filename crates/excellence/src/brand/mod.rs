//! Brands (品牌): a unit takes one link of its own work, promises something to somebody, and proves it by the record.
//!
//! ```text
//! proposed → creating (charter frozen) → gate: continue | adjust | stop | pass → passed → ruled | closed
//!          ↘ returned   ↘ at its last day: pass | stop | prolonged once          ↘ prolonged once
//! activity: what lasts less than a year is kept, and is no brand
//! ```
//! Invariants: a brand stands on a working indicator with a baseline and at least one working guard; its charter is
//! frozen by its hash and changes only through a gate; "pass" is not to be had with a broken guard; a brand that
//! passed is decided within the time of the rule pack, and one that ends does not go on by itself; evidence is the
//! unit's own; a title is reviewed every year, and none is awarded while a neighbour lags without help; no enterprise
//! ever carries a brand's name.

mod act;
mod due;
mod effect;
mod evidence;
mod gate;
mod grade;
mod may;
mod read;
mod rules;
mod sql;
#[cfg(test)]
mod tests;
mod title;

pub use act::{approve, close, give_back, join, prolong, propose, refuse_endorsement, report_task};
pub use due::{Due, due};
pub use effect::{Effect, effect};
pub use evidence::recent;
pub use gate::{EVERY_BRAND, Gate, GateInput, GuardSeen, effect_of, hold_gate};
pub use grade::{Grade, HelpPlan, grade, grades, help, regrades_due, set_peer_group, unhelped};
pub use may::{May, may};
pub use read::{
    Brand, Held, Task, by_code, charter, ended, gates, list, of_unit, one, peers_of, tasks, titles_due,
    undecided,
};
pub use rules::{Scores, Weights, gaps, is_duplicate, lasts_a_year, open_outcomes, weighted};
pub use sql::STATEMENTS;
pub use title::{award_title, keep_title, withdraw_title};

pub(crate) use act::reasoned;
pub(crate) use effect::{micro, worse};
pub(crate) use evidence::not_own;
pub(crate) use gate::bystanders;
pub(crate) use sql::STAGE_SET;

use kernel::{Bilingual, BrandId, Date, Result, Timestamp, UnitId};
use registry::rules as book;
use serde::{Deserialize, Serialize};
use store::Tx;

/// What a unit proposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Positioning {
    /// Short code, such as `BL-TRACE24`.
    pub code: String,
    /// The unit that owns it.
    pub unit: UnitId,
    /// Family: `regulatory`, `service` or `people`.
    pub family: String,
    /// Mechanism, such as `M3`.
    pub mechanism: String,
    /// Its name.
    pub name: Bilingual,
    /// The problem that it solves.
    pub problem: String,
    /// Who is better off.
    pub beneficiary: String,
    /// Its link with the unit's core work.
    pub core_work: String,
    /// What is promised.
    pub promise: String,
    /// Main indicator.
    pub indicator: String,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
}

/// A task of one quarter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedTask {
    /// Quarter, such as `2027-Q1`.
    pub quarter: String,
    /// What is done.
    pub what: String,
}

/// A charter: what is frozen when the leading group approves a brand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Charter {
    /// Measures that are taken.
    pub measures: Vec<String>,
    /// Main indicator.
    pub indicator: String,
    /// Value to reach, thousandths of its unit; none for what is compared only.
    pub target_milli: Option<i64>,
    /// Guard metrics: what must not get worse meanwhile.
    pub guards: Vec<String>,
    /// People, money and time given to it.
    pub resources: String,
    /// Day of the next gate.
    pub gate_on: Date,
    /// Tasks, quarter by quarter.
    pub tasks: Vec<PlannedTask>,
}

/// What a proposal became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// A brand, before the leading group.
    Brand(BrandId),
    /// An activity: it lasts less than a year.
    Activity(BrandId),
}

/// A number of the pack in force today.
pub(crate) async fn number(tx: &mut Tx, key: &str) -> Result<(i64, String)> {
    let rules = book::rules(tx).await?;
    let adopted = book::adopted(&rules, tx.now().date())?;
    Ok((adopted.pack.number(key)?.value, adopted.label()))
}

/// The same day so many months later.
pub(crate) fn months_later(at: Timestamp, months: i64) -> Timestamp {
    let civil = at.civil();
    let months = i32::try_from(months).unwrap_or(0);
    let date = civil.date().checked_add(jiff::Span::new().months(months)).unwrap_or_else(|_| civil.date());
    Timestamp::at(date, civil.hour(), civil.minute())
}
