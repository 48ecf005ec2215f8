//! The small vocabularies of ISO 2859-1 — inspection level, severity, kind of plan, code letter — with their
//! spellings, so that every door of the product reads and writes them alike.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Inspection level (ISO 2859-1, 10.1): how much is inspected relative to the lot size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// Special level S-1, for small samples where large risks can be borne.
    #[serde(rename = "S-1")]
    S1,
    /// Special level S-2.
    #[serde(rename = "S-2")]
    S2,
    /// Special level S-3.
    #[serde(rename = "S-3")]
    S3,
    /// Special level S-4.
    #[serde(rename = "S-4")]
    S4,
    /// General level I, less discrimination than II.
    I,
    /// General level II, the one used unless something else is laid down.
    II,
    /// General level III, more discrimination than II.
    III,
}

impl Level {
    /// All levels, from the smallest sample to the largest.
    pub const ALL: [Self; 7] = [Self::S1, Self::S2, Self::S3, Self::S4, Self::I, Self::II, Self::III];
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::S1 => "S-1",
            Self::S2 => "S-2",
            Self::S3 => "S-3",
            Self::S4 => "S-4",
            Self::I => "I",
            Self::II => "II",
            Self::III => "III",
        })
    }
}

impl FromStr for Level {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim().to_ascii_uppercase().replace('-', "").as_str() {
            "S1" => Ok(Self::S1),
            "S2" => Ok(Self::S2),
            "S3" => Ok(Self::S3),
            "S4" => Ok(Self::S4),
            "I" | "1" | "G1" | "GI" => Ok(Self::I),
            "II" | "2" | "G2" | "GII" => Ok(Self::II),
            "III" | "3" | "G3" | "GIII" => Ok(Self::III),
            _ => Err(unknown("level", text, "S-1, S-2, S-3, S-4, I, II, III")),
        }
    }
}

/// Severity of inspection (ISO 2859-1, clause 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Normal inspection, where every product stream starts.
    Normal,
    /// Tightened inspection, after the lots turned out worse than the AQL allows.
    Tightened,
    /// Reduced inspection, after a series of clearly good lots.
    Reduced,
}

impl Severity {
    /// All severities.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Tightened, Self::Reduced];
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Normal => "normal",
            Self::Tightened => "tightened",
            Self::Reduced => "reduced",
        })
    }
}

impl FromStr for Severity {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "normal" => Ok(Self::Normal),
            "tightened" => Ok(Self::Tightened),
            "reduced" => Ok(Self::Reduced),
            _ => Err(unknown("severity", text, "normal, tightened, reduced")),
        }
    }
}

/// Kind of plan: how many samples may be taken before the decision falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanType {
    /// One sample.
    Single,
    /// At most two samples.
    Double,
    /// At most five samples.
    Multiple,
}

impl fmt::Display for PlanType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Single => "single",
            Self::Double => "double",
            Self::Multiple => "multiple",
        })
    }
}

impl FromStr for PlanType {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "single" => Ok(Self::Single),
            "double" => Ok(Self::Double),
            "multiple" => Ok(Self::Multiple),
            _ => Err(unknown("type", text, "single, double, multiple")),
        }
    }
}

/// Sample size code letter (ISO 2859-1, table 1): A to R without I and O, and S, which exists for one
/// tightened plan only. The order of the letters is the order of the sample sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs, reason = "a letter is its own description")]
pub enum CodeLetter {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    J,
    K,
    L,
    M,
    N,
    P,
    Q,
    R,
    S,
}

impl CodeLetter {
    /// All letters in order.
    pub const ALL: [Self; 17] = [
        Self::A,
        Self::B,
        Self::C,
        Self::D,
        Self::E,
        Self::F,
        Self::G,
        Self::H,
        Self::J,
        Self::K,
        Self::L,
        Self::M,
        Self::N,
        Self::P,
        Self::Q,
        Self::R,
        Self::S,
    ];

    /// Place in the order of letters: A is 0, S is 16.
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for CodeLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LETTERS: &str = "ABCDEFGHJKLMNPQRS";
        let at = self.index();
        f.pad(&LETTERS[at..=at])
    }
}

impl FromStr for CodeLetter {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let wanted = text.trim().to_ascii_uppercase();
        let found = Self::ALL.into_iter().find(|letter| letter.to_string() == wanted);
        found.ok_or_else(|| unknown("letter", text, "A to H, J to N, P to S"))
    }
}

fn unknown(field: &'static str, given: &str, allowed: &'static str) -> Error {
    Error::UnknownWord { field, given: given.to_owned(), allowed }
}
