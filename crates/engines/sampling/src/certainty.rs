//! How sure the product is of a table or a formula, carried with every result, so that nobody mistakes a
//! reconstruction for a transcription.

use serde::{Deserialize, Serialize};

/// How sure a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Compared cell by cell with an independent source, or computed from its definition.
    Verified,
    /// Computed from the equations the standard's tables were designed with; printed tables may differ in
    /// the last digit or by a unit.
    Computed,
    /// Written from knowledge of the standard and checked for consistency only, not against its text.
    Unverified,
}
