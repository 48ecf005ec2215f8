//! The closed lists of a rule pack: what an inspection looks at, what it may find, what the laboratory tests
//! for, and the limits by market. Each row says where it is written and whether it was read there.

use super::{Pack, Status};
use kernel::{Bilingual, Decimal, bi};
use serde::{Deserialize, Serialize};

/// One thing that an inspection looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable code.
    pub code: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// Unit of the measured value; empty when nothing is measured.
    #[serde(default)]
    pub unit: String,
    /// Where it is asked for.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// One thing that an inspection may find.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Stable code.
    pub code: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// The requirement that it breaks.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// One thing that the laboratory tests for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analyte {
    /// Stable code.
    pub code: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// The method proposed for it.
    pub method: String,
}

/// A limit of an analyte in goods of some HS prefixes on some markets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Code of the analyte.
    pub analyte: String,
    /// Markets (ISO 3166-1 alpha-2); `CN` judges imports.
    pub market: Vec<String>,
    /// HS prefixes; empty for all goods.
    #[serde(default)]
    pub hs: Vec<String>,
    /// The limit; a value above it fails.
    pub value: Decimal,
    /// Its unit.
    pub unit: String,
    /// Where it is written.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

impl Item {
    /// Its name.
    pub fn name(&self) -> Bilingual {
        bi(&self.zh, &self.en)
    }
}

impl Finding {
    /// Its name.
    pub fn name(&self) -> Bilingual {
        bi(&self.zh, &self.en)
    }
}

impl Analyte {
    /// Its name.
    pub fn name(&self) -> Bilingual {
        bi(&self.zh, &self.en)
    }
}

impl Pack {
    /// The limit of an analyte for goods on a market: the first row that fits.
    pub fn limit_for(&self, analyte: &str, market: &str, hs: &str) -> Option<&Limit> {
        self.limit.iter().find(|l| {
            l.analyte == analyte
                && l.market.iter().any(|m| m == market)
                && (l.hs.is_empty() || l.hs.iter().any(|p| hs.starts_with(p.as_str())))
        })
    }
}
