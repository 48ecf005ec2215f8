//! Facts of the desk's decision tables, of its learned scores, and of regimes that move by results.

use crate::{RiskModelId, RiskTableId, RiskTableVersionId, Timestamp};
use serde::{Deserialize, Serialize};

/// A version of a decision table was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableDrafted {
    /// The table.
    pub table: RiskTableId,
    /// The version.
    pub version: RiskTableVersionId,
    /// Its label, as `FISH/2`.
    pub label: String,
    /// Findings of its check.
    pub findings: u32,
}

/// A version passed its own examples without an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableTested {
    /// The version.
    pub version: RiskTableVersionId,
    /// Examples that passed.
    pub examples: u32,
    /// Findings that are no errors.
    pub warnings: u32,
}

/// Decisions of the last months were taken again with a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableTried {
    /// The version.
    pub version: RiskTableVersionId,
    /// Its label.
    pub label: String,
}

/// A second person approved a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableApproved {
    /// The version.
    pub version: RiskTableVersionId,
    /// Its label.
    pub label: String,
    /// First instant in force.
    pub valid_from: Timestamp,
}

/// A version was taken out of force, or given up before it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableClosed {
    /// The version.
    pub version: RiskTableVersionId,
    /// Its label.
    pub label: String,
    /// Why.
    pub reason: String,
}

/// A rate of checking moved by rule; the figures are published with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegimeMoved {
    /// Code of the regime.
    pub kind: String,
    /// What it is about: direction, heading and country, or operator and heading.
    pub key: String,
    /// `up` or `down`.
    pub step: String,
    /// Rate before, parts per million; 0 is the ordinary one.
    pub from_ppm: i64,
    /// Rate from now on, parts per million; 0 is the ordinary one.
    pub to_ppm: i64,
    /// Checked and found nonconforming of its own.
    pub own: (u64, u64),
    /// Checked and found nonconforming in its category.
    pub category: (u64, u64),
    /// Rule version.
    pub rule_version: String,
}

/// A learned score was entered with its card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelRegistered {
    /// The score.
    pub model: RiskModelId,
    /// Its number, as `S-3`.
    pub label: String,
    /// SHA-256 of its bytes, hex.
    pub hash: String,
    /// Consignments with a result that it was trained on.
    pub cases: i64,
}

/// A second person approved a learned score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelApproved {
    /// The score.
    pub model: RiskModelId,
    /// Its number.
    pub label: String,
    /// SHA-256 of its bytes, hex.
    pub hash: String,
    /// First instant in force.
    pub valid_from: Timestamp,
}

/// A learned score stood down: lanes go by tables and draws alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelStoodDown {
    /// The score.
    pub model: RiskModelId,
    /// Its number.
    pub label: String,
    /// Whether its own watch stood it down, and nobody.
    pub by_itself: bool,
    /// Why.
    pub reason: String,
}
