//! Facts of risk information, of its assessment, and of alerts.

use crate::{AlertId, NotificationId, Timestamp};
use serde::{Deserialize, Serialize};

/// Risk information came in and became a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskInformed {
    /// The case.
    pub alert: AlertId,
    /// Its number.
    pub no: String,
    /// Where the information came from.
    pub source: String,
    /// The hazard.
    pub hazard: String,
    /// The notification behind it.
    pub notification: Option<NotificationId>,
}

/// A case was assessed and an alert proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertProposed {
    /// The alert.
    pub alert: AlertId,
    /// Severity, 1 to 5.
    pub severity: i64,
    /// Likelihood, 1 to 5.
    pub likelihood: i64,
    /// Level that follows from both.
    pub level: String,
    /// Leading digits of the HS codes in scope; empty for all goods.
    pub hs: String,
    /// The lightest lane that it allows; empty when it asks for none.
    pub lane: String,
    /// Share to be inspected, parts per million; 0 when it asks for none.
    pub rate_ppm: u64,
    /// Whether lots are held.
    pub hold: bool,
    /// Rule version that it was assessed under.
    pub rule_version: String,
}

/// A second person approved an alert: it is published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertApproved {
    /// The alert.
    pub alert: AlertId,
    /// From when it applies.
    pub starts_at: Timestamp,
    /// Until when, if it has an end.
    pub ends_at: Option<Timestamp>,
    /// When it is to be reviewed, if it has no end.
    pub review_at: Option<Timestamp>,
}

/// An alert was not approved, or its case was closed without one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRefused {
    /// The alert.
    pub alert: AlertId,
    /// `returned` to its author, or `dismissed`.
    pub how: String,
    /// Why.
    pub reason: String,
}

/// An alert acts on all pending consignments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertActivated {
    /// The alert.
    pub alert: AlertId,
    /// Pending consignments that it reached.
    pub pending: u32,
    /// Of these, consignments that were newly selected.
    pub selected: u32,
    /// Lots held.
    pub held: u32,
    /// Lots in scope that were released before: listed for what follows after release.
    pub released: u32,
}

/// An alert was looked at again and goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertReviewed {
    /// The alert.
    pub alert: AlertId,
    /// When it is to be reviewed next.
    pub review_at: Timestamp,
    /// Why it goes on.
    pub reason: String,
}

/// An alert ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertEnded {
    /// The alert.
    pub alert: AlertId,
    /// `lifted` or `expired`.
    pub how: String,
    /// Why.
    pub reason: String,
    /// Lots that were let go.
    pub let_go: u32,
}
