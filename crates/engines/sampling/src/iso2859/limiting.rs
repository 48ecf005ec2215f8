//! Limiting quality (ISO 2859-2, procedure A): plans for a lot that stands alone, for the producer as for
//! the consumer. A lot at the limiting quality is accepted in about one case in ten, never above 13 per cent;
//! only where the limiting quality means fewer than two units of the lot is the risk larger, up to 20.
//!
//! A place of the table is a sample size and, where it is not zero, an acceptance number. Columns from 2.0
//! on agree with an independent transcription; the three finest columns were written from knowledge of the
//! standard and are marked [`Certainty::Unverified`]. The tests hold the consumer's risk of every place
//! against the design limit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Single;
use crate::{Certainty, Error};

const SERIES: [&str; 10] = ["0.50", "0.80", "1.25", "2.0", "3.15", "5.0", "8.0", "12.5", "20", "32"];

/// Limiting quality: the quality level, in per cent nonconforming, that an isolated lot must not pass with
/// more than a small probability (ISO 2859-2, table A). One of ten preferred values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LimitingQuality(u8);

impl LimitingQuality {
    /// All values, smallest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (0..SERIES.len() as u8).map(Self)
    }

    /// The value in per cent nonconforming.
    pub fn percent(self) -> f64 {
        SERIES[usize::from(self.0)].parse().unwrap_or(f64::NAN)
    }

    /// The preferred value equal to `percent`.
    ///
    /// # Errors
    /// [`Error::LqNotPreferred`] with the neighbours in the series.
    pub fn from_percent(percent: f64) -> Result<Self, Error> {
        Self::find(percent, &percent.to_string())
    }

    fn find(percent: f64, given: &str) -> Result<Self, Error> {
        let hit = Self::all().find(|lq| (lq.percent() - percent).abs() < 1e-9);
        hit.ok_or_else(|| {
            let below = Self::all().rfind(|lq| lq.percent() < percent);
            let above = Self::all().find(|lq| lq.percent() > percent);
            let mut nearest: Vec<_> = below.into_iter().chain(above).collect();
            if nearest.is_empty() {
                nearest = vec![Self(0), Self(SERIES.len() as u8 - 1)];
            }
            Error::LqNotPreferred { given: given.to_owned(), nearest }
        })
    }
}

impl fmt::Display for LimitingQuality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(SERIES[usize::from(self.0)])
    }
}

impl FromStr for LimitingQuality {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let bare = text.trim().trim_end_matches('%').trim_end();
        Self::find(bare.parse().unwrap_or(f64::NAN), text)
    }
}

impl Serialize for LimitingQuality {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.percent())
    }
}

impl<'de> Deserialize<'de> for LimitingQuality {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_percent(f64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A plan by limiting quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitingPlan {
    /// Limiting quality.
    pub lq: LimitingQuality,
    /// Lot size in units.
    pub lot: u64,
    /// Every unit is inspected, because no smaller sample gives the protection.
    pub whole_lot: bool,
    /// How sure the product is of the numbers.
    pub certainty: Certainty,
    /// Sample size, acceptance and rejection number.
    #[serde(flatten)]
    pub single: Single,
}

/// Upper bounds of the lot size classes from 16 on; the last class is open.
const UPPER: [u64; 12] = [25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000];

/// Stands for inspection of the whole lot.
const WHOLE: (u16, u8) = (0, 0);

/// (n, Ac) by lot size class and limiting quality 0.50 to 32.
#[rustfmt::skip]
const TABLE: [[(u16, u8); 10]; 13] = [
    [WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, (17, 0), (13, 0), (9, 0), (6, 0)],
    [WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, (28, 0), (22, 0), (15, 0), (10, 0), (6, 0)],
    [WHOLE, WHOLE, WHOLE, (50, 0), (44, 0), (34, 0), (24, 0), (16, 0), (10, 0), (8, 0)],
    [WHOLE, WHOLE, (90, 0), (80, 0), (55, 0), (38, 0), (26, 0), (18, 0), (13, 0), (13, 1)],
    [WHOLE, (170, 0), (130, 0), (95, 0), (65, 0), (42, 0), (28, 0), (20, 0), (20, 1), (13, 1)],
    [(280, 0), (220, 0), (155, 0), (105, 0), (80, 0), (50, 0), (32, 0), (32, 1), (20, 1), (20, 3)],
    [(380, 0), (255, 0), (170, 0), (125, 0), (125, 1), (80, 1), (50, 1), (32, 1), (32, 3), (32, 5)],
    [(430, 0), (280, 0), (200, 0), (200, 1), (125, 1), (125, 3), (80, 3), (50, 3), (50, 5), (50, 10)],
    [(450, 0), (315, 0), (315, 1), (200, 1), (200, 3), (200, 5), (125, 5), (80, 5), (80, 10), (80, 18)],
    [(500, 0), (500, 1), (315, 1), (315, 3), (315, 5), (315, 10), (200, 10), (125, 10), (125, 18), (80, 18)],
    [(800, 1), (500, 1), (500, 3), (500, 5), (500, 10), (500, 18), (315, 18), (200, 18), (125, 18), (80, 18)],
    [(800, 1), (800, 3), (800, 5), (800, 10), (800, 18), (500, 18), (315, 18), (200, 18), (125, 18), (80, 18)],
    [(1250, 3), (1250, 5), (1250, 10), (1250, 18), (800, 18), (500, 18), (315, 18), (200, 18), (125, 18), (80, 18)],
];

/// The plan of ISO 2859-2, procedure A, for an isolated lot. A lot below 16 units, or one for which the
/// table's sample would not be smaller than the lot, is inspected whole.
///
/// # Errors
/// [`Error::LotSize`] for an empty lot.
///
/// ```
/// use sampling::iso2859::limiting_plan;
/// let plan = limiting_plan(1_000, "5.0".parse()?)?;
/// assert_eq!((plan.single.n, plan.single.ac), (80, 1));
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn limiting_plan(lot: u64, lq: LimitingQuality) -> Result<LimitingPlan, Error> {
    if lot == 0 {
        return Err(Error::LotSize { given: lot });
    }
    let class = UPPER.iter().position(|&upper| lot <= upper).unwrap_or(UPPER.len());
    let (n, ac) = if lot < 16 { WHOLE } else { TABLE[class][usize::from(lq.0)] };
    let whole_lot = n == 0 || u64::from(n) >= lot;
    let certainty = if lq.0 >= 3 { Certainty::Verified } else { Certainty::Unverified };
    let single = Single::new(if whole_lot { lot } else { u64::from(n) }, u32::from(ac));
    Ok(LimitingPlan { lq, lot, whole_lot, certainty, single })
}
