//! What is wrong with a model or an evaluation, said in Chinese and English with its place.

use std::fmt;

/// One complaint, with the element it is about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The decision, row or column, for example `Lane / row 3 / input 2`.
    pub place: String,
    /// The complaint in Chinese.
    pub zh: String,
    /// The complaint in English.
    pub en: String,
}

impl Problem {
    /// A complaint about one place.
    pub fn new(place: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { place: place.into(), zh: zh.into(), en: en.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.en)
    }
}

impl std::error::Error for Problem {}
