//! Facts of competence: who may do what, and what was refused.

use crate::{AuthorisationId, OfficerId, Timestamp};
use serde::{Deserialize, Serialize};

/// An officer was authorised for a task on goods of an HS prefix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Authorised {
    /// The authorisation.
    pub authorisation: AuthorisationId,
    /// The officer.
    pub officer: OfficerId,
    /// Duty code.
    pub duty: String,
    /// Goods: an HS prefix, empty for all.
    pub hs_prefix: String,
    /// From when.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_to: Timestamp,
    /// Whether it is an emergency delegation, which goes on the monthly override report.
    pub emergency: bool,
    /// On what it rests, or why it was delegated.
    pub reason: String,
    /// `assessment`, `record`, `renewal` or `emergency`; empty where it was not noted yet.
    #[serde(default)]
    pub basis: String,
}

/// An authorisation was suspended or withdrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuthorisationEnded {
    /// The authorisation.
    pub authorisation: AuthorisationId,
    /// The officer.
    pub officer: OfficerId,
    /// Duty code.
    pub duty: String,
    /// `suspended` or `withdrawn`.
    pub how: String,
    /// Why.
    pub reason: String,
}

/// An act was refused beforehand by a gate of competence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActRefused {
    /// The officer, when one tried.
    pub officer: Option<OfficerId>,
    /// Reason code of the refusal.
    pub code: String,
    /// The clause that asks for it.
    pub clause: Option<String>,
    /// What was missing.
    pub missing: Vec<String>,
}
