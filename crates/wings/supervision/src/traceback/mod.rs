//! Traceback (追溯): where a lot came from, where else its ingredients went, and where the records stop.
//!
//! A trace is a matter with a clock: started for a notification, from the desk or as a drill, due within the hours of
//! the pack, ended complete or not. It is run as often as records come in. Every run is stored with what it was
//! taken from (lots, identifiers, gaps found on the spot, the number of the last event and the instant), so that
//! anyone can run it again and see the same. A run joins two records: the genealogy, which answers from memory however
//! many events there are, and what the bureau itself knows of lots with the same number. Where the plant's records
//! break off, the trace stops, says so, and puts every lot of the gap in scope.
//!
//! Drills are drawn each quarter from a stored seed among the lots of the quarter before, so that nobody chooses them.

mod act;
mod ask;
mod drill;
mod look;
mod read;
mod run;
mod sql;

pub use act::{Start, end, mark, start};
pub use ask::{Answer, Genealogy, Question, answer};
pub use drill::{draw, drawn, quarter_of};
pub use read::{count_open, latest, list, of_notification, one, open, replay, runs};
pub use run::run;
pub use sql::STATEMENTS;

use kernel::{
    DeclarationId, LotId, NotificationId, OfficerId, PlantId, Quantity, Timestamp, TracebackId, UnitId,
};
use serde::{Deserialize, Serialize};

/// A time at a place for which no records could be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The place, as events name it.
    pub place: String,
    /// From when, in milliseconds since 1970-01-01 UTC.
    pub from: i64,
    /// To when, end excluded.
    pub to: i64,
}

/// What a trace starts from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Starts {
    /// Lots of the bureau.
    pub lots: Vec<LotId>,
    /// Identifiers as events name lots.
    pub uris: Vec<String>,
}

/// What a run was taken from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// What the trace starts from.
    pub starts: Starts,
    /// Gaps found on the spot.
    pub gaps: Vec<Gap>,
    /// Events were looked at up to this number of capture.
    pub until: i64,
    /// Entries that the genealogy held then: by them the run is taken again.
    #[serde(default)]
    pub entries: Option<u64>,
    /// The bureau's own record as it stood then.
    pub as_of: Timestamp,
    /// Lots followed each way, at most.
    pub most: usize,
    /// How wide a gap is taken at most where no complete record bounds it, in days.
    pub widest_days: i64,
    /// How long goods may have lain at a place before they went in, in days.
    pub lying_days: i64,
}

/// A lot upstream, or one that the trace starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upstream {
    /// Its identifier.
    pub key: String,
    /// Whether its inputs or its origin are recorded.
    pub known: bool,
    /// The farms and plants at which it began.
    pub origins: Vec<String>,
}

/// Where the trace stops for want of records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Broken {
    /// The lot or process.
    pub key: String,
    /// What is missing: `process_without_inputs`, `lot_without_inputs`, `lot_without_origin`, `within_known_gap` or
    /// `not_recorded`.
    pub finding: String,
    /// Where and when the missing records belong.
    pub gap: Option<Gap>,
}

/// A consignment of the bureau that belongs to the trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consignment {
    /// The lot.
    pub lot: LotId,
    /// Its number.
    pub lot_no: String,
    /// Its declaration.
    pub declaration: DeclarationId,
    /// Number of the declaration.
    pub no: String,
    /// Market.
    pub market: String,
    /// How much.
    pub quantity: Quantity,
    /// How it belongs: `start`, `same_number`, `downstream` or `gap`.
    pub how: String,
}

/// Goods that events say went to somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The lot's identifier.
    pub key: String,
    /// Who or where, as events name it.
    pub to: String,
    /// How much, in thousandths with its unit, when it is recorded.
    pub quantity: Option<(i64, String)>,
}

/// What a run found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Lots upstream, and those that it starts from.
    pub upstream: Vec<Upstream>,
    /// Farms and plants at which lots began.
    pub farms: Vec<String>,
    /// Where the trace stops.
    pub breaks: Vec<Broken>,
    /// Identifiers of the lots of the gaps.
    pub gap_lots: Vec<String>,
    /// Identifiers of the lots downstream of anything upstream.
    pub downstream: Vec<String>,
    /// Consignments of the bureau.
    pub consignments: Vec<Consignment>,
    /// Deliveries that events tell of.
    pub deliveries: Vec<Delivery>,
    /// Events that the run rests on.
    pub events: usize,
    /// Whether there were more lots than it may follow.
    pub cut: bool,
}

impl Found {
    /// Lots whose origin or inputs are recorded, and all: completeness is the share of the first.
    pub fn completeness(&self) -> (usize, usize) {
        (self.upstream.iter().filter(|u| u.known).count(), self.upstream.len())
    }

    /// Whether every lot upstream is known, nothing broke, and nothing was cut off.
    pub fn complete(&self) -> bool {
        let (known, all) = self.completeness();
        all > 0 && known == all && self.breaks.is_empty() && !self.cut
    }
}

/// A trace.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Traceback {
    /// Its row.
    pub id: TracebackId,
    /// Its number.
    pub no: String,
    /// `notification`, `desk` or `drill`.
    pub kind: String,
    /// The notification that asked for it.
    pub notification: Option<NotificationId>,
    /// The plant.
    pub plant: Option<PlantId>,
    /// The branch that supervises the plant.
    pub branch: UnitId,
    /// What it starts from.
    pub starts: Starts,
    /// The seed of the draw, hex, of a drill.
    pub seed: Option<String>,
    /// Rule version that its clock follows.
    pub rule_version: String,
    /// Who started it; none when it was drawn.
    pub officer: Option<OfficerId>,
    /// When.
    pub started_at: Timestamp,
    /// Until when it should be complete.
    pub due_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Whether it ended complete.
    pub complete: bool,
    /// What was written at its end.
    pub note: String,
}

/// A stored run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// Which run of the trace, from 1.
    pub n: i64,
    /// What it was taken from.
    pub inputs: Inputs,
    /// What it found.
    pub found: Found,
    /// Who ran it.
    pub officer: Option<OfficerId>,
    /// When.
    pub at: Timestamp,
}

/// A stored run, and what the same inputs give now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// What is stored.
    pub stored: Run,
    /// What the same inputs give now.
    pub again: Found,
    /// Whether the two are the same.
    pub same: bool,
}
