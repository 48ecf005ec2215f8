//! Why a request for a plan, a curve or a draw was refused: one enum for the whole engine, so that a page,
//! a command or an interface can always say which field was wrong, what was given and what to do instead.

use crate::iso2859::{Aql, CodeLetter, LimitingQuality, PlanType, Severity};

/// A refused request. Every value names the field, the value given and a remedy.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The lot holds nothing, or more than can be counted.
    #[error("lot: {given} is not a lot size; give the number of units in the lot, 1 or more")]
    LotSize {
        /// The lot size given, in units.
        given: u64,
    },
    /// The acceptance quality limit is not one of the 26 preferred values of ISO 2859-1.
    #[error("aql: {given} is not a preferred value; the nearest are {}", list(.nearest))]
    AqlNotPreferred {
        /// The text or number given.
        given: String,
        /// One or two neighbours in the series.
        nearest: Vec<Aql>,
    },
    /// The limiting quality is not one of the preferred values of ISO 2859-2.
    #[error("lq: {given} is not a preferred value; the nearest are {}", list(.nearest))]
    LqNotPreferred {
        /// The text or number given.
        given: String,
        /// One or two neighbours in the series.
        nearest: Vec<LimitingQuality>,
    },
    /// A word is not one of the words the field knows.
    #[error("{field}: \"{given}\" is not known; use one of {allowed}")]
    UnknownWord {
        /// Field name.
        field: &'static str,
        /// The word given.
        given: String,
        /// The words that are known, separated by commas.
        allowed: &'static str,
    },
    /// The master table has no plan in this place.
    #[error(
        "letter: {letter} has no {severity} plan for AQL {aql}; letter S exists for tightened 0.025 only"
    )]
    NoPlan {
        /// Code letter asked for.
        letter: CodeLetter,
        /// Severity asked for.
        severity: Severity,
        /// AQL asked for.
        aql: Aql,
    },
    /// The kind of plan is not offered there.
    #[error("type: no {given} plan {reason}; use a single plan")]
    NoSuchType {
        /// The kind of plan asked for.
        given: PlanType,
        /// Why there is none.
        reason: &'static str,
    },
    /// A number lies outside the range its field allows.
    #[error("{field}: {given} is outside {range}; {remedy}")]
    OutOfRange {
        /// Field name.
        field: &'static str,
        /// The number given.
        given: String,
        /// The range, in words or as an interval.
        range: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
    /// More units were asked for than there are.
    #[error("n: {given} units cannot be drawn from {available}; ask for at most {available}")]
    TooMany {
        /// Units asked for.
        given: u64,
        /// Units in the frame.
        available: u64,
    },
    /// The two risk points cannot be met by any plan within the search limit.
    #[error(
        "{field}: no plan up to n = {limit} meets the two points ({given}); move the quality levels apart"
    )]
    NoDesign {
        /// Field name, here the pair of points.
        field: &'static str,
        /// The two points.
        given: String,
        /// Largest sample size tried.
        limit: u64,
    },
    /// The acts reported to a state machine do not fit its state.
    #[error("{field}: {given} cannot happen while {state}; {remedy}")]
    WrongState {
        /// What was reported.
        field: &'static str,
        /// Its value.
        given: &'static str,
        /// The state it met.
        state: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
}

impl Error {
    /// The field of the request that was refused, as a machine name.
    pub fn field(&self) -> &'static str {
        match self {
            Self::LotSize { .. } => "lot",
            Self::AqlNotPreferred { .. } => "aql",
            Self::LqNotPreferred { .. } => "lq",
            Self::UnknownWord { field, .. }
            | Self::OutOfRange { field, .. }
            | Self::NoDesign { field, .. }
            | Self::WrongState { field, .. } => field,
            Self::NoPlan { .. } => "letter",
            Self::NoSuchType { .. } => "type",
            Self::TooMany { .. } => "n",
        }
    }

    /// The value that was refused, as text.
    pub fn value(&self) -> String {
        match self {
            Self::LotSize { given } | Self::TooMany { given, .. } => given.to_string(),
            Self::AqlNotPreferred { given, .. }
            | Self::LqNotPreferred { given, .. }
            | Self::UnknownWord { given, .. }
            | Self::OutOfRange { given, .. }
            | Self::NoDesign { given, .. } => given.clone(),
            Self::NoPlan { letter, .. } => letter.to_string(),
            Self::NoSuchType { given, .. } => given.to_string(),
            Self::WrongState { given, .. } => (*given).to_owned(),
        }
    }
}

fn list<T: std::fmt::Display>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}
