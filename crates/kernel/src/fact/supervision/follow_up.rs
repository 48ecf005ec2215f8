//! Facts of what follows a notification: traces, recalls, corrections and intensified control.

use crate::{
    ClassReviewId, CorrectionId, DeclarationId, NotificationId, OperatorId, PlantId, RecallId, RecallLineId,
    SeriesId, Timestamp, TracebackId, UnitId,
};
use serde::{Deserialize, Serialize};

/// A trace was started, for a notification or as a drill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceStarted {
    /// The trace.
    pub traceback: TracebackId,
    /// `notification`, `desk` or `drill`.
    pub kind: String,
    /// The notification that asked for it.
    pub notification: Option<NotificationId>,
    /// The plant whose lot it starts from.
    pub plant: Option<PlantId>,
    /// The branch that supervises the plant.
    pub branch: UnitId,
    /// Until when it should be complete.
    pub due_at: Timestamp,
}

/// A trace was run over the record as it stood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceRun {
    /// The trace.
    pub traceback: TracebackId,
    /// Which run of it, from 1.
    pub n: i64,
    /// Lots found.
    pub lots: u64,
    /// Of these, the ones whose origin or inputs are known.
    pub known: u64,
    /// Consignments found downstream.
    pub consignments: u64,
    /// Breaks of the record.
    pub breaks: u64,
}

/// A trace was ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceEnded {
    /// The trace.
    pub traceback: TracebackId,
    /// `notification`, `desk` or `drill`.
    pub kind: String,
    /// The plant whose lot it started from.
    pub plant: Option<PlantId>,
    /// The branch that supervises the plant.
    pub branch: UnitId,
    /// Whether it reached every raw lot, farm and consignee.
    pub complete: bool,
    /// Whether it ended in time.
    pub in_time: bool,
    /// Whether both: what the indicator counts.
    pub met: bool,
    /// Whole hours from start to end.
    pub hours: i64,
}

/// The lots of a quarter's drills were drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrillsDrawn {
    /// The quarter, such as `2026-Q4`.
    pub quarter: String,
    /// The seed, hex.
    pub seed: String,
    /// Lots that were drawn from.
    pub among: u64,
    /// Drills opened.
    pub drills: u64,
}

/// A recall was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecallOpened {
    /// The recall.
    pub recall: RecallId,
    /// Its number.
    pub no: String,
    /// The notification behind it.
    pub notification: NotificationId,
    /// The operator that recalls.
    pub operator: OperatorId,
    /// Its plant.
    pub plant: Option<PlantId>,
    /// Class, 1 the gravest.
    pub class: i64,
    /// Lots in scope.
    pub lots: u64,
    /// Lots held at once, because they had not left.
    pub held: u64,
    /// Until when the operator is to start it.
    pub start_due_at: Timestamp,
    /// Lots that had left the gate, so that there is something to account for.
    #[serde(default)]
    pub out: u64,
    /// Until when all of it is to be accounted for.
    #[serde(default)]
    pub account_due_at: Option<Timestamp>,
}

/// The operator started the recall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecallStarted {
    /// The recall.
    pub recall: RecallId,
    /// Whether it was in time.
    pub in_time: bool,
}

/// A consignee was told of the recall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsigneeTold {
    /// The recall.
    pub recall: RecallId,
    /// What lies with the consignee.
    pub line: RecallLineId,
}

/// A recalled quantity was accounted for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecallAccounted {
    /// The recall.
    pub recall: RecallId,
    /// What lies with the consignee.
    pub line: RecallLineId,
    /// `recovered`, `destroyed`, `consumed` or `held`.
    pub how: String,
    /// How much, in thousandths of the line's unit.
    pub milli: i64,
    /// Whether it is an estimate.
    pub estimated: bool,
}

/// The last quantity of a recall was accounted for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecallBalanced {
    /// The recall.
    pub recall: RecallId,
    /// Whether a part of it is an estimate.
    pub estimated: bool,
}

/// It was checked whether the recall reached a consignee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecallChecked {
    /// The recall.
    pub recall: RecallId,
    /// What lies with the consignee.
    pub line: RecallLineId,
    /// Whether the consignee had heard of it and acted.
    pub effective: bool,
}

/// A recall was summed up and closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecallClosed {
    /// The recall.
    pub recall: RecallId,
    /// The operator.
    pub operator: OperatorId,
    /// Its plant.
    pub plant: Option<PlantId>,
    /// Distributed, in thousandths, by unit code.
    pub distributed: std::collections::BTreeMap<String, i64>,
    /// Accounted for, in the same measure.
    pub accounted: std::collections::BTreeMap<String, i64>,
    /// Of that, estimated.
    pub estimated: std::collections::BTreeMap<String, i64>,
}

/// A correction was asked of a plant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectionOpened {
    /// The correction.
    pub correction: CorrectionId,
    /// Its number.
    pub no: String,
    /// The notification behind it.
    pub notification: NotificationId,
    /// The plant.
    pub plant: Option<PlantId>,
    /// Hazard category.
    pub hazard: String,
    /// Cause category.
    pub cause: String,
    /// Until when its plan is due.
    pub due_at: Timestamp,
}

/// The plant handed in its plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectionPlanned {
    /// The correction.
    pub correction: CorrectionId,
    /// Whether it was in time.
    pub in_time: bool,
    /// The visit that is planned with it.
    #[serde(default)]
    pub visit: Option<uuid::Uuid>,
    /// Until when the visit is to be made.
    #[serde(default)]
    pub visit_due_at: Option<Timestamp>,
}

/// A correction was looked at on site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectionVerified {
    /// The correction.
    pub correction: CorrectionId,
    /// The notification behind it.
    pub notification: NotificationId,
    /// Whether it holds.
    pub passed: bool,
    /// The planned visit that this was.
    #[serde(default)]
    pub visit: Option<uuid::Uuid>,
}

/// Intensified control began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesOpened {
    /// The series.
    pub series: SeriesId,
    /// The plant.
    pub plant: PlantId,
    /// Its operator.
    pub operator: OperatorId,
    /// Hazard category.
    pub hazard: String,
    /// Market.
    pub market: String,
    /// HS heading.
    pub heading: String,
    /// The notification behind it.
    pub notification: NotificationId,
}

/// A consignment or a notification was counted in a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesCounted {
    /// The series.
    pub series: SeriesId,
    /// Whether it was clean.
    pub clean: bool,
    /// Clean ones in a row now.
    pub run: i64,
    /// Failures in the series now.
    pub failures: i64,
}

/// A consignment came under intensified control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesApplied {
    /// The series.
    pub series: SeriesId,
    /// The consignment.
    pub declaration: DeclarationId,
    /// Whether its lots are held, because the export is suspended.
    pub suspended: bool,
}

/// The plant has to explain itself: the third infringement of its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemandMade {
    /// The series.
    pub series: SeriesId,
    /// Failures in the series.
    pub failures: i64,
    /// Until when cause, plan and report are due.
    pub due_at: Timestamp,
}

/// The plant answered the demand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemandAnswered {
    /// The series.
    pub series: SeriesId,
    /// Whether it was in time.
    pub in_time: bool,
}

/// The export of the plant's product was suspended, or goes on again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportSuspended {
    /// The series.
    pub series: SeriesId,
    /// Why.
    pub reason: String,
    /// Whether it goes on again instead.
    pub resumed: bool,
}

/// Intensified control ended, by rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesEnded {
    /// The series.
    pub series: SeriesId,
    /// Clean ones in a row.
    pub run: i64,
}

/// The class of an operator is to be reviewed, because a notification was attributed to its goods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassReviewOpened {
    /// The review.
    pub review: ClassReviewId,
    /// Its number.
    pub no: String,
    /// The operator.
    pub operator: OperatorId,
    /// The notification that demands it.
    pub notification: NotificationId,
    /// The class as it is.
    pub class: i64,
    /// Until when it is to be decided.
    pub due_at: Timestamp,
}

/// The class of an operator was reviewed: kept, or lowered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassReviewed {
    /// The review.
    pub review: ClassReviewId,
    /// The operator.
    pub operator: OperatorId,
    /// The class before.
    pub from: i64,
    /// The class now; the same when it was kept.
    pub to: i64,
    /// Why.
    pub reason: String,
    /// Whether it was decided in time.
    pub in_time: bool,
}

/// A lowered class went back by rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassRestored {
    /// The review that lowered it.
    pub review: ClassReviewId,
    /// The operator.
    pub operator: OperatorId,
    /// The class before.
    pub from: i64,
    /// The class now; the same when it was set otherwise meanwhile.
    pub to: i64,
}
