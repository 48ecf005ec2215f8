//! Notification (通报): what authorities abroad, partners and citizens tell about goods that left the bureau.
//!
//! States: *watching* (another country's goods: it feeds the watch list only); for our own goods *received* or
//! *insufficient* (the lot cannot be named: a request to the authority is drafted) → *attributed* to lots by a panel
//! that is not of the plant's branch, or *not attributable* → *measures* once the cause is found → *replied* →
//! *monitored* for a year → *closed*; *reopened* means *received* again. Lots are found by their number exactly, or
//! proposed by product, plant, window and route with a stated confidence, never more than that. A notice is known by
//! its source and its number there: it is registered once, however often a file is read.

mod act;
mod categories;
pub mod feed;
mod follow;
mod hold;
mod panel;
mod read;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{propose, register, supplement};
pub use categories::hazard_name;
pub use follow::{CAUSES, close, find_cause, interview, reopen, reply};
pub use hold::{Reach, free, held, hold, reach};
pub use panel::{attribute, not_attributable};
pub use read::{
    Filter, attributed_lots, by_no, by_reference, candidates, count_open, list, one, open, steps,
};
pub use sql::STATEMENTS;

use kernel::{Bilingual, Date, DeclarationId, LotId, NotificationId, OfficerId, PlantId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a source says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notice {
    /// `rasff`, `fda`, `partner`, `citizen` or `authority`.
    pub source: String,
    /// Its number there.
    pub reference: String,
    /// What kind of notice, in the words of its source: alert, border rejection, refusal …
    pub kind: String,
    /// The day of the notice, `YYYY-MM-DD`.
    pub notified_on: String,
    /// Who notifies: a country or an authority.
    pub notifier: String,
    /// Countries of origin, as the source names them.
    pub origin: Vec<String>,
    /// The product, in the words of its source.
    pub product: String,
    /// Product category, in the words of its source.
    pub category: String,
    /// The hazard, in the words of its source.
    pub hazard: String,
    /// Hazard category, in the words of its source.
    pub hazard_category: String,
    /// Whether the source calls the risk serious.
    pub serious: bool,
    /// The market that the goods went to (ISO 3166-1 alpha-2), when it is known.
    pub market: Option<String>,
    /// The port that they left by, when it is known.
    pub port: Option<String>,
    /// Filing number of the plant, when it is known.
    pub plant: Option<String>,
    /// Lot number, when it is known.
    pub lot_no: Option<String>,
}

/// Where a notification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Of another country's goods: watched, not followed up.
    Watching,
    /// Registered, to be attributed.
    Received,
    /// The lot cannot be named from what was told.
    Insufficient,
    /// Attributed to lots.
    Attributed,
    /// Cannot be attributed, with the reason.
    NotAttributable,
    /// The cause is found, measures run.
    Measures,
    /// The final report went to the authority.
    Replied,
    /// Watched for a year.
    Monitored,
    /// Closed.
    Closed,
}

/// A registered notification.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notification {
    /// Its row.
    pub id: NotificationId,
    /// Its number here.
    pub no: String,
    /// What the source says; plant and origin as registered.
    pub notice: Notice,
    /// The plant, when the registry knows it.
    pub plant: Option<PlantId>,
    /// Whether the goods are the bureau's own country's.
    pub own: bool,
    /// Where it stands.
    pub stage: Stage,
    /// Rule version that its clocks follow.
    pub rule_version: String,
    /// When it was registered.
    pub received_at: Timestamp,
    /// Until when the next report is due.
    pub due_at: Timestamp,
}

/// A lot that a notification may be about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The lot.
    pub lot: LotId,
    /// Its number.
    pub lot_no: String,
    /// Its declaration.
    pub declaration: DeclarationId,
    /// Number of the declaration.
    pub declaration_no: String,
    /// Confidence, parts per million; what is missing to a million is "none of these".
    pub confidence_ppm: i64,
    /// Why.
    pub reasons: Vec<Bilingual>,
}

/// What was done about a notification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Deed {
    /// The request to the authority was drafted, because no lot is named.
    RequestDrafted {
        /// The draft.
        text: Bilingual,
    },
    /// Something came in later.
    Supplemented {
        /// Lot number.
        lot_no: Option<String>,
        /// Filing number of the plant.
        plant: Option<String>,
        /// Port.
        port: Option<String>,
        /// Market.
        market: Option<String>,
    },
    /// Lots were held.
    Held {
        /// The lots.
        lots: Vec<LotId>,
    },
    /// Holds were lifted.
    Freed {
        /// The lots.
        lots: Vec<LotId>,
        /// Why.
        reason: String,
    },
    /// A panel attributed it.
    Attributed {
        /// What the panel found.
        finding: String,
        /// Who was on the panel.
        panel: Vec<OfficerId>,
        /// The lots.
        lots: Vec<LotId>,
    },
    /// It cannot be attributed.
    NotAttributable {
        /// Why.
        reason: String,
    },
    /// The cause was found.
    Cause {
        /// Category, one of [`CAUSES`].
        category: String,
        /// The evidence.
        evidence: String,
    },
    /// A report to the authority.
    Report {
        /// Its text.
        text: String,
    },
    /// The final report to the authority.
    FinalReport {
        /// Its text.
        text: String,
    },
    /// It is watched from now on.
    Monitored {
        /// Why.
        reason: String,
    },
    /// It was closed.
    Closed {
        /// Why.
        reason: String,
    },
    /// It was opened again.
    Reopened {
        /// Why.
        reason: String,
    },
    /// The plant's people were interviewed.
    Interviewed {
        /// Who was heard.
        person: String,
        /// Where.
        place: String,
        /// What was asked and answered.
        minutes: String,
    },
}

impl Deed {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Deed::RequestDrafted { .. } => "request_drafted",
            Deed::Supplemented { .. } => "supplemented",
            Deed::Held { .. } => "held",
            Deed::Freed { .. } => "freed",
            Deed::Attributed { .. } => "attributed",
            Deed::NotAttributable { .. } => "not_attributable",
            Deed::Cause { .. } => "cause",
            Deed::Report { .. } => "report",
            Deed::FinalReport { .. } => "final_report",
            Deed::Monitored { .. } => "monitored",
            Deed::Closed { .. } => "closed",
            Deed::Reopened { .. } => "reopened",
            Deed::Interviewed { .. } => "interviewed",
        }
    }
}

/// A deed with who did it and when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Its row.
    pub id: uuid::Uuid,
    /// What was done.
    pub deed: Deed,
    /// Who.
    pub officer: Option<OfficerId>,
    /// When.
    pub at: Timestamp,
}

/// What a door sends when something is told later; empty fields tell nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct More {
    /// Lot number.
    pub lot_no: Option<String>,
    /// Filing number of the plant.
    pub plant: Option<String>,
    /// Port.
    pub port: Option<String>,
    /// Market.
    pub market: Option<String>,
}

/// What came of registering.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Registered {
    /// It is new, and of our own goods.
    FollowUp(NotificationId),
    /// It is new, and of others' goods.
    Watched(NotificationId),
    /// It was registered before.
    Known(NotificationId),
}

impl Stage {
    /// Every stage, in the order of the walk.
    pub const ALL: [Stage; 9] = [
        Stage::Watching,
        Stage::Received,
        Stage::Insufficient,
        Stage::Attributed,
        Stage::NotAttributable,
        Stage::Measures,
        Stage::Replied,
        Stage::Monitored,
        Stage::Closed,
    ];

    /// Where somebody owes the next step.
    pub const OPEN: [Stage; 5] =
        [Stage::Received, Stage::Insufficient, Stage::Attributed, Stage::NotAttributable, Stage::Measures];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Watching => "watching",
            Stage::Received => "received",
            Stage::Insufficient => "insufficient",
            Stage::Attributed => "attributed",
            Stage::NotAttributable => "not_attributable",
            Stage::Measures => "measures",
            Stage::Replied => "replied",
            Stage::Monitored => "monitored",
            Stage::Closed => "closed",
        }
    }

    /// The stage of a code.
    pub fn parse(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The stage's name.
    pub fn name(self) -> Bilingual {
        let (zh, en) = match self {
            Stage::Watching => ("关注", "watching"),
            Stage::Received => ("已登记", "received"),
            Stage::Insufficient => ("信息不足", "insufficient information"),
            Stage::Attributed => ("已归因", "attributed"),
            Stage::NotAttributable => ("无法归因", "not attributable"),
            Stage::Measures => ("整改中", "measures"),
            Stage::Replied => ("已答复", "replied"),
            Stage::Monitored => ("跟踪监控", "monitored"),
            Stage::Closed => ("已结案", "closed"),
        };
        kernel::bi(zh, en)
    }
}

impl Notice {
    /// The day of the notice.
    pub fn day(&self) -> Option<Date> {
        self.notified_on.parse().ok()
    }
}
