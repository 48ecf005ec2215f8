//! Facts of practices: what a brand learned, who took it up, and what it brought there.

use crate::{BrandId, OfferId, PracticeId, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

/// What was learned was packaged as a practice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PracticePackaged {
    /// The practice.
    pub practice: PracticeId,
    /// The brand.
    pub brand: BrandId,
    /// SHA-256 of its text, hex.
    pub sha256: String,
}

/// A practice was offered to a peer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PracticeOffered {
    /// The offer.
    pub offer: OfferId,
    /// The practice.
    pub practice: PracticeId,
    /// The peer.
    pub unit: UnitId,
    /// Until when an answer is asked.
    pub due_at: Timestamp,
}

/// A peer answered an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferAnswered {
    /// The offer.
    pub offer: OfferId,
    /// The practice.
    pub practice: PracticeId,
    /// The peer.
    pub unit: UnitId,
    /// `adopt`, `adapt` or `decline`.
    pub answer: String,
    /// What is changed, or why it is declined.
    pub reason: String,
    /// Whether it came after the day that an answer was asked by.
    #[serde(default)]
    pub late: bool,
}

/// The effect in a unit that adopted a practice was measured half a year later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectMeasured {
    /// The offer.
    pub offer: OfferId,
    /// The practice.
    pub practice: PracticeId,
    /// The unit.
    pub unit: UnitId,
    /// Whether it gained at least half of what the origin gained; none when it cannot be told.
    pub replicated: Option<bool>,
    /// What it gained net of the units that did not adopt, millionths of the indicator's unit.
    #[serde(default)]
    pub net_micro: Option<i64>,
    /// Lower end of the 95 % interval of that.
    #[serde(default)]
    pub low_micro: Option<i64>,
    /// Upper end.
    #[serde(default)]
    pub high_micro: Option<i64>,
}

/// Somebody of another unit went through the steps of an adopted practice on the spot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PracticeVerified {
    /// The offer.
    pub offer: OfferId,
    /// The practice.
    pub practice: PracticeId,
    /// The unit that adopted it.
    pub unit: UnitId,
    /// Whether it was seen operating.
    pub operating: bool,
    /// Steps of the package that were seen at work.
    pub seen: i64,
    /// Steps of the package.
    pub steps: i64,
}
