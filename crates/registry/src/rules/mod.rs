//! Rules are dated data: packs with cited numbers, the lane table, and the official calendar.
//!
//! A matter is judged under the pack in force on the day it began, and pins its label.

mod act;
mod calendar;
mod compare;
mod lists;
mod pack;
mod read;
mod risk;
mod sql;

pub use act::{Agreed, adopt_calendar, adopt_pack, adopt_version, check_version, digest};
pub use calendar::Calendar;
pub use compare::{Change, compare};
pub use lists::{Analyte, Finding, Item, Limit};
pub use pack::{CertificateRow, Deficiency, LANES, LaneRow, Pack, Parameter, Status};
pub use read::{adopted, rules};
pub use risk::{Exemption, GradeLevel, LEVELS, MatrixRow, Regime, ScoreBand};
pub use sql::STATEMENTS;

use kernel::{Date, No, Result, RulePackId, Timestamp};

/// The authority whose packs judge the bureau's own acts.
const HOME: &str = "CN";

/// An adopted version of a pack.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// Its row.
    pub id: RulePackId,
    /// What it says.
    pub pack: Pack,
    /// First day in force.
    pub effective_from: Date,
    /// SHA-256 of its text, hex.
    pub sha256: String,
    /// When it was adopted.
    pub adopted_at: Timestamp,
}

/// All adopted packs and the calendar.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Adopted versions, in the order of their first day, then of their adoption.
    pub adopted: Vec<Adopted>,
    /// Working days.
    pub calendar: Calendar,
}

impl Adopted {
    /// The label that an act pins, as `CN-2026/1`.
    pub fn label(&self) -> String {
        format!("{}/{}", self.pack.code, self.pack.version)
    }
}

impl Rules {
    /// The home pack in force on a day: the last to take effect, of those adopted.
    pub fn in_force(&self, on: Date) -> Option<&Adopted> {
        self.adopted.iter().rev().find(|a| a.pack.authority == HOME && a.effective_from <= on)
    }

    /// An adopted version by its label.
    pub fn by_label(&self, label: &str) -> Option<&Adopted> {
        self.adopted.iter().find(|a| a.label() == label)
    }

    /// The version that a matter pinned. Adopted versions are never dropped, so that its lack is a fault.
    pub fn pinned(&self, label: &str) -> Result<&Adopted> {
        self.by_label(label).ok_or_else(|| No::fault(format!("no rule version {label}")))
    }
}
