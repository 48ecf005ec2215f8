//! Facts of the yearly monitoring plan.

use crate::{DeclarationId, LotId, MonitoringPlanId, MonitoringSampleId, Timestamp};
use serde::{Deserialize, Serialize};

/// A monitoring plan was approved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonitoringApproved {
    /// The plan.
    pub plan: MonitoringPlanId,
    /// Its code.
    pub code: String,
    /// Samples in all.
    pub samples: i64,
}

/// A monitoring sample was planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonitoringPlanned {
    /// The planned sample.
    pub sample: MonitoringSampleId,
    /// The plan.
    pub plan: MonitoringPlanId,
    /// Until when it is to be reported.
    pub due_at: Timestamp,
    /// Code of the analyte.
    pub analyte: String,
}

/// The lot of a planned sample was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonitoringDrawn {
    /// The planned sample.
    pub sample: MonitoringSampleId,
    /// The plan.
    pub plan: MonitoringPlanId,
    /// The lot.
    pub lot: LotId,
    /// Its declaration.
    pub declaration: DeclarationId,
    /// Lots that it was drawn from.
    pub candidates: i64,
    /// Whether it takes the place of another lot.
    pub substitute: bool,
    /// Why, when it does.
    pub reason: String,
}

/// A planned sample was taken and reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonitoringReported {
    /// The planned sample.
    pub sample: MonitoringSampleId,
    /// The plan.
    pub plan: MonitoringPlanId,
    /// `pass`, `fail` or `informative`.
    pub verdict: String,
}
