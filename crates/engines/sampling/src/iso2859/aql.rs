//! The preferred acceptance quality limits of ISO 2859-1: 26 values, five to a decade, from 0.010 to 1000.
//! An AQL is kept as its place in the series, because the whole master table is a function of that place.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;

/// The values as they are printed, in per cent nonconforming or nonconformities per 100 units.
const SERIES: [&str; 26] = [
    "0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5",
    "4.0", "6.5", "10", "15", "25", "40", "65", "100", "150", "250", "400", "650", "1000",
];

/// Acceptance quality limit, one of the 26 preferred values (ISO 2859-1, tables 2-A to 2-C).
///
/// In per cent nonconforming up to 10; every value may also be read as nonconformities per 100 units, and
/// values above 10 can only be read so.
///
/// ```
/// use sampling::iso2859::Aql;
/// let aql: Aql = "0.65".parse()?;
/// assert_eq!(aql.percent(), 0.65);
/// assert_eq!(Aql::from_percent(0.7).unwrap_err().to_string(),
///     "aql: 0.7 is not a preferred value; the nearest are 0.65 and 1.0");
/// # Ok::<(), sampling::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Aql(u8);

impl Aql {
    /// All values, smallest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (0..SERIES.len() as u8).map(Self)
    }

    /// Place in the series: 0.010 is 0, 1000 is 25.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The value, in per cent nonconforming or nonconformities per 100 units.
    pub fn percent(self) -> f64 {
        SERIES[self.index()].parse().unwrap_or(f64::NAN)
    }

    /// The value as printed in the standard's tables, e.g. `0.010`, `1.0`, `10`.
    pub fn label(self) -> &'static str {
        SERIES[self.index()]
    }

    /// Whether the value can only mean nonconformities per 100 units (above 10).
    pub fn counts_nonconformities_only(self) -> bool {
        self.index() > 15
    }

    /// The next smaller preferred value, if any.
    pub fn one_step_tighter(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }

    /// The preferred value equal to `percent`.
    ///
    /// # Errors
    /// [`Error::AqlNotPreferred`] with the neighbours in the series.
    pub fn from_percent(percent: f64) -> Result<Self, Error> {
        Self::find(percent, &percent.to_string())
    }

    fn find(percent: f64, given: &str) -> Result<Self, Error> {
        let hit = Self::all().find(|aql| (aql.percent() - percent).abs() < 1e-9);
        hit.ok_or_else(|| {
            let below = Self::all().rfind(|aql| aql.percent() < percent);
            let above = Self::all().find(|aql| aql.percent() > percent);
            let nearest = if percent.is_nan() {
                Self::all().take(1).chain(Self::all().rev().take(1)).collect()
            } else {
                below.into_iter().chain(above).collect()
            };
            Error::AqlNotPreferred { given: given.to_owned(), nearest }
        })
    }
}

impl fmt::Display for Aql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

impl FromStr for Aql {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let bare = text.trim().trim_end_matches('%').trim_end();
        Self::find(bare.parse().unwrap_or(f64::NAN), text)
    }
}

impl Serialize for Aql {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.percent())
    }
}

impl<'de> Deserialize<'de> for Aql {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = f64::deserialize(deserializer)?;
        Self::from_percent(percent).map_err(serde::de::Error::custom)
    }
}
