//! Facts of notifications from abroad, from partners and from citizens.

use crate::{LotId, NotificationId, OperatorId, PlantId, Timestamp};
use serde::{Deserialize, Serialize};

/// A notification was registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notified {
    /// The notification.
    pub notification: NotificationId,
    /// Its number here.
    pub no: String,
    /// Where it came from: `rasff`, `fda`, `partner`, `citizen` or `authority`.
    pub source: String,
    /// Its number there.
    pub reference: String,
    /// Product category, in the words of its source.
    pub category: String,
    /// Hazard category, in the words of its source.
    pub hazard_category: String,
    /// Whether its source calls the risk serious.
    pub serious: bool,
    /// Whether the goods are the bureau's own country's, so that it is followed up and not only watched.
    pub own: bool,
    /// Until when the first report is due.
    pub due_at: Timestamp,
}

/// The lots that a notification may be about were looked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotsProposed {
    /// The notification.
    pub notification: NotificationId,
    /// Lots proposed.
    pub lots: u32,
    /// Confidence in the first of them, parts per million.
    pub best_ppm: i64,
    /// Whether the lot number itself was found.
    pub exact: bool,
}

/// A panel decided what a notification is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attributed {
    /// The notification.
    pub notification: NotificationId,
    /// The lots; none when it cannot be attributed.
    pub lots: Vec<LotId>,
    /// The plant, when it is known.
    pub plant: Option<PlantId>,
    /// Hours since it was registered.
    pub hours: i64,
    /// Whose goods they are.
    #[serde(default)]
    pub operator: Option<OperatorId>,
    /// The market that they went to; empty when nobody knows.
    #[serde(default)]
    pub market: String,
    /// Hazard category, in the words of the source.
    #[serde(default)]
    pub hazard_category: String,
    /// Whether it is attributed to lots.
    #[serde(default)]
    pub attributed: bool,
}

/// The cause was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CauseFound {
    /// The notification.
    pub notification: NotificationId,
    /// Cause category.
    pub category: String,
}

/// The same hazard came back with goods of the same legal entity after its notification had been closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recurred {
    /// The notification that had been closed.
    pub notification: NotificationId,
    /// The new one.
    pub by: NotificationId,
    /// The legal entity: a new filing number of its plant changes nothing.
    pub operator: OperatorId,
    /// Hazard category, in the words of the source.
    pub hazard_category: String,
    /// Whole days from the closing to the new notice.
    pub days: i64,
}

/// The foreign authority got its reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replied {
    /// The notification.
    pub notification: NotificationId,
    /// Whether it was in time.
    pub in_time: bool,
    /// Whether it is the final report.
    pub last: bool,
}

/// A notification was closed, or opened again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUpClosed {
    /// The notification.
    pub notification: NotificationId,
    /// Why.
    pub reason: String,
    /// Whether it was opened again instead.
    pub reopened: bool,
    /// Whether it was attributed to lots.
    #[serde(default)]
    pub attributed: bool,
    /// The plant.
    #[serde(default)]
    pub plant: Option<PlantId>,
    /// The plant's legal entity, by which repeats under another filing number are told.
    #[serde(default)]
    pub operator: Option<OperatorId>,
    /// Hazard category, in the words of the source.
    #[serde(default)]
    pub hazard_category: String,
}
