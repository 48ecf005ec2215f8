//! Quantities with their units: thousandths in whole numbers, so that sums are exact, and
//! unit codes of UN/ECE Recommendation 20, so that a carton is not a kilogram.

use crate::{Bilingual, bi};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A unit of measure by its common code (UN/ECE Recommendation 20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitCode(&'static str);

/// The codes in use at the bureau, each with its names.
pub const UNIT_CODES: &[(&str, &str, &str)] = &[
    ("KGM", "千克", "kg"),
    ("TNE", "吨", "t"),
    ("GRM", "克", "g"),
    ("LTR", "升", "L"),
    ("H87", "件", "piece"),
    ("CT", "箱", "carton"),
    ("BG", "袋", "bag"),
    ("PF", "托盘", "pallet"),
    ("MTR", "米", "m"),
    ("MTK", "平方米", "m²"),
    ("MTQ", "立方米", "m³"),
];

impl UnitCode {
    /// The unit of a code, if the bureau uses it.
    pub fn parse(code: &str) -> Option<UnitCode> {
        UNIT_CODES.iter().find(|u| u.0 == code).map(|u| UnitCode(u.0))
    }

    /// The code.
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The name in both languages.
    pub fn name(self) -> Bilingual {
        UNIT_CODES.iter().find(|u| u.0 == self.0).map_or_else(|| bi(self.0, self.0), |u| bi(u.1, u.2))
    }
}

impl Serialize for UnitCode {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for UnitCode {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = String::deserialize(d)?;
        UnitCode::parse(&code).ok_or_else(|| {
            serde::de::Error::custom(format!("unit {code:?} is not a code in use (UN/ECE rec 20)"))
        })
    }
}

/// A quantity: thousandths of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// Thousandths of the unit.
    pub milli: i64,
    /// The unit.
    pub unit: UnitCode,
}

impl Quantity {
    /// A whole number of units.
    pub fn whole(n: i64, unit: UnitCode) -> Quantity {
        Quantity { milli: n.saturating_mul(1000), unit }
    }

    /// Reads a decimal number of at most three places; `None` when it is none or too large.
    pub fn parse_milli(text: &str) -> Option<i64> {
        let d: Decimal = text.trim().parse().ok()?;
        let milli = d.checked_mul(Decimal::from(1000))?;
        if milli.fract().is_zero() { i64::try_from(milli.trunc()).ok() } else { None }
    }

    /// The number as text, without trailing zeros.
    pub fn number(self) -> String {
        Decimal::new(self.milli, 3).normalize().to_string()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.unit.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_exact_thousandths() {
        assert_eq!(Quantity::parse_milli("12.345"), Some(12_345));
        assert_eq!(Quantity::parse_milli("12.3456"), None);
        assert_eq!(Quantity::parse_milli("1e400"), None);
        assert_eq!(Quantity::parse_milli("9999999999999999999"), None);
        let kg = UnitCode::parse("KGM").expect("a code");
        assert_eq!(Quantity { milli: 1_500, unit: kg }.to_string(), "1.5 KGM");
    }
}
