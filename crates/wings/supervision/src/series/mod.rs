//! Series (加严): intensified control of a plant's product for a market, because of a hazard that was notified.
//!
//! A series opens by itself when a panel attributes a notification: from then on every consignment of the plant's
//! product (HS heading) for that market is selected, whatever the draw says, the pending ones too. It ends by rule
//! only: the plant's correction is verified on site and enough consignments in a row were clean; one that is not
//! clean, or another notification, begins the count anew. The third infringement within a series makes a formal
//! demand (cause, plan, report), and the branch head may suspend the export; what comes then is held. A new filing
//! number of the same legal entity does not lead out of a series.

mod act;
mod count;
mod read;
mod rules;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{answer, open, resume, suspend};
pub use count::{apply, count, step_down};
pub use read::{list, of_declaration, of_notification, one};
pub use sql::STATEMENTS;

use kernel::{NotificationId, OperatorId, PlantId, SeriesId, Timestamp, UnitId};
use serde::Serialize;

/// A series of intensified control.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// Its row.
    pub id: SeriesId,
    /// The plant's operator.
    pub operator: OperatorId,
    /// The plant.
    pub plant: PlantId,
    /// The branch that supervises it.
    pub branch: UnitId,
    /// Hazard category.
    pub hazard: String,
    /// Market.
    pub market: String,
    /// HS heading: the first four digits.
    pub heading: String,
    /// The notification that opened it.
    pub notification: NotificationId,
    /// Rule version that it follows.
    pub rule_version: String,
    /// When it began.
    pub opened_at: Timestamp,
    /// Clean consignments in a row that end it.
    pub needed: i64,
    /// Clean ones in a row now.
    pub clean: i64,
    /// Failures within it.
    pub failures: i64,
    /// When the plant was asked to explain itself, and until when it is to.
    pub demanded: Option<(Timestamp, Timestamp)>,
    /// When it answered.
    pub answered_at: Option<Timestamp>,
    /// What it answered.
    pub answer: String,
    /// When the export was suspended, unless it goes on again.
    pub suspended_at: Option<Timestamp>,
    /// Why.
    pub suspension: String,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}
