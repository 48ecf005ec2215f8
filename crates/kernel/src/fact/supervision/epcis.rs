//! Facts of the repository of visibility events.

use crate::{CaptureId, OperatorId, SubscriptionId};
use serde::{Deserialize, Serialize};

/// Visibility events were captured, in one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventsCaptured {
    /// The capture that they came with.
    pub capture: CaptureId,
    /// The operator who sent them; none when the authority did.
    pub operator: Option<OperatorId>,
    /// Number of the first event.
    pub first: i64,
    /// Number of the last event.
    pub last: i64,
    /// Events that were known already and not stored again.
    pub duplicates: u64,
    /// SHA-256 over the event hashes in their order, hex.
    pub sha256: String,
}

/// An identifier that events use for an operator or its place was entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartyNamed {
    /// The operator.
    pub operator: OperatorId,
    /// The identifier.
    pub uri: String,
}

/// A query was given a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryNamed {
    /// The name.
    pub name: String,
    /// Whose it is; none for the authority's.
    pub operator: Option<OperatorId>,
}

/// A named query was dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryDropped {
    /// The name.
    pub name: String,
    /// Whose it was; none for the authority's.
    pub operator: Option<OperatorId>,
}

/// A named query was subscribed to by webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subscribed {
    /// The subscription.
    pub subscription: SubscriptionId,
    /// The query.
    pub query: String,
    /// Host and port that events are sent to.
    pub host: String,
    /// Whose it is; none for the authority's.
    pub operator: Option<OperatorId>,
}

/// A subscription ended, by its owner or with its query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsubscribed {
    /// The subscription.
    pub subscription: SubscriptionId,
    /// The query.
    pub query: String,
}
