//! Quantities as events write them, brought to one unit of each dimension so that they can be added.
use super::types::{Quantity, Unit};

/// Codes of UN/ECE Recommendation 20 brought to kilograms, litres and pieces: the code, the unit, and how
/// many millionths of that unit one makes.
const BROUGHT: &[(&str, Unit, i128)] = &[
    ("KGM", Unit::KILOGRAM, 1_000_000),
    ("GRM", Unit::KILOGRAM, 1_000),
    ("MGM", Unit::KILOGRAM, 1),
    ("TNE", Unit::KILOGRAM, 1_000_000_000),
    ("LTR", Unit::LITRE, 1_000_000),
    ("MLT", Unit::LITRE, 1_000),
    ("HLT", Unit::LITRE, 100_000_000),
    ("MTQ", Unit::LITRE, 1_000_000_000),
    ("H87", Unit::PIECE, 1_000_000),
    ("EA", Unit::PIECE, 1_000_000),
    ("C62", Unit::PIECE, 1_000_000),
    ("", Unit::PIECE, 1_000_000),
];

/// The quantity of a decimal number in a unit, rounded to the thousandth of what the unit is brought to.
/// `None` when the text is no number that fits: a quantity that cannot be read is not recorded.
pub(super) fn read(digits: &str, code: &str) -> Option<Quantity> {
    let (millionths, mantissa) = (Unit::of_code(code)?, mantissa(digits)?);
    let brought = BROUGHT.iter().find(|(known, _, _)| *known == code);
    let (unit, factor) = brought.map_or((millionths, 1_000_000), |(_, unit, factor)| (*unit, *factor));
    // The mantissa counts millionths of what was written; the factor millionths of the unit.
    let exact = mantissa.checked_mul(factor)?;
    let divisor = 1_000_000_000;
    let amount = (exact + exact.signum() * (divisor / 2)) / divisor;
    i64::try_from(amount).ok().filter(|amount| *amount != i64::MIN).map(|amount| Quantity { amount, unit })
}

/// A decimal number in millionths; digits beyond are dropped.
fn mantissa(text: &str) -> Option<i128> {
    let (number, exponent) = match text.trim().split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text.trim(), 0),
    };
    let (negative, number) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + part.len() == 0 || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut value: i128 = 0;
    for digit in whole.bytes().chain(part.bytes()) {
        value = value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    let shift = 6 + exponent.checked_sub(i32::try_from(part.len()).ok()?)?;
    let ten = 10_i128.checked_pow(shift.unsigned_abs());
    let value = match shift >= 0 {
        true => value.checked_mul(ten.or((value == 0).then_some(1))?)?,
        false => ten.map_or(0, |ten| value / ten),
    };
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(digits: &str, code: &str) -> Option<(i64, Unit)> {
        read(digits, code).map(|quantity| (quantity.amount, quantity.unit))
    }

    #[test]
    fn units_of_one_dimension_add_up() {
        assert_eq!(amount("1.5", "TNE"), Some((1_500_000, Unit::KILOGRAM)));
        assert_eq!(amount("250", "GRM"), Some((250, Unit::KILOGRAM)));
        assert_eq!(amount("0.0005", "KGM"), Some((1, Unit::KILOGRAM)));
        assert_eq!(amount("-0.0004", "KGM"), Some((0, Unit::KILOGRAM)));
        assert_eq!(amount("12", ""), Some((12_000, Unit::PIECE)));
        assert_eq!(amount("1e3", "KGM"), Some((1_000_000, Unit::KILOGRAM)));
        assert_eq!(amount("7", "MTK"), Some((7_000, Unit::of_code("MTK").unwrap())));
        assert_eq!(amount("0e999", "KGM"), Some((0, Unit::KILOGRAM)));
        assert_eq!(amount("1e-999", "KGM"), Some((0, Unit::KILOGRAM)));
    }

    #[test]
    fn what_is_no_number_is_not_recorded() {
        for text in ["", ".", "-", "1,5", "1e", "1e99", "99999999999999999999", "x"] {
            assert_eq!(amount(text, "KGM"), None, "{text}");
        }
        assert_eq!(amount("1", "FOUR"), None);
    }
}
