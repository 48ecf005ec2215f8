//! Dates as foreign files write them. Day and month are never guessed row by row: a file as a whole
//! shows which comes first, or somebody says so.

use serde::{Deserialize, Serialize};

use crate::table::temporal::Date;

/// Which comes first in a date of three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// 29/12/2023.
    DayFirst,
    /// 12/29/2023.
    MonthFirst,
}

/// A date as far as it can be read without knowing the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The day is certain, in days from 1970-01-01.
    Day(i64),
    /// Two numbers that may be day and month either way round, and the year.
    Either(i64, i64, i64),
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads `Dec 29, 2023`, `29 December 2023`, `29-Dec-2023`, `2023-12-29`, `2023/12/29`, `29.12.2023`,
/// `29/12/2023` and `12/29/2023`, each with or without a time behind it, which is not read.
pub fn read(text: &str) -> Option<Written> {
    let text = text.trim().to_lowercase();
    let mut parts: Vec<&str> =
        text.split(['-', '/', '.', ',', ' ', 't']).map(str::trim).filter(|p| !p.is_empty()).collect();
    // The letter that parts date and time also begins or ends no number; names of months with a `t`
    // are looked for in the whole text.
    let named = text.split(|c: char| !c.is_alphabetic()).find_map(month);
    if let Some(m) = named {
        let numbers: Vec<&str> =
            text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).take(2).collect();
        let [a, b] = numbers[..] else { return None };
        let (day, year) = if a.len() == 4 { (b, a) } else { (a, b) };
        let year = year.parse().ok().filter(|_| year.len() == 4)?;
        return Date::new(year, m, day.parse().ok()?).map(|d| Written::Day(d.days()));
    }
    parts.truncate(3);
    let [a, b, c] = parts[..] else { return None };
    let number = |t: &str| t.parse::<i64>().ok().filter(|n| *n >= 0);
    let (x, y, z) = (number(a)?, number(b)?, number(c)?);
    if a.len() == 4 {
        return Date::new(x, y, z).map(|d| Written::Day(d.days()));
    }
    if c.len() != 4 {
        return None;
    }
    // German and Nordic dates with points always have the day first.
    let points = text.split_whitespace().next().is_some_and(|d| d.matches('.').count() == 2);
    if points || x == y {
        return Date::new(z, y, x).map(|d| Written::Day(d.days()));
    }
    let sound = |m: i64, d: i64| Date::new(z, m, d).is_some();
    (sound(y, x) || sound(x, y)).then_some(Written::Either(x, y, z))
}

fn month(word: &str) -> Option<i64> {
    let at = MONTHS
        .iter()
        .position(|m| word == *m || (word.len() >= 3 && word.len() <= 4 && m.starts_with(word)))?;
    i64::try_from(at + 1).ok()
}

/// The order that a file shows: dates that can be read one way only decide. Nothing when none does, or
/// when they contradict each other.
pub fn order<'a>(dates: impl Iterator<Item = &'a Written>) -> Option<Order> {
    let (mut day_first, mut month_first) = (false, false);
    for d in dates {
        if let Written::Either(x, y, z) = d {
            match (Date::new(*z, *y, *x).is_some(), Date::new(*z, *x, *y).is_some()) {
                (true, false) => day_first = true,
                (false, true) => month_first = true,
                _ => {}
            }
        }
    }
    match (day_first, month_first) {
        (true, false) => Some(Order::DayFirst),
        (false, true) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// The day under an order; nothing when it does not exist so, or the order is needed and not known.
pub fn day(written: Written, order: Option<Order>) -> Option<i64> {
    match (written, order) {
        (Written::Day(d), _) => Some(d),
        (Written::Either(x, y, z), Some(Order::DayFirst)) => Date::new(z, y, x).map(Date::days),
        (Written::Either(x, y, z), Some(Order::MonthFirst)) => Date::new(z, x, y).map(Date::days),
        (Written::Either(..), None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_in_use_are_read() {
        let wanted = Date::new(2023, 12, 29).map(|d| Written::Day(d.days()));
        for text in [
            "Dec 29, 2023",
            "december 29, 2023",
            "29 Dec 2023",
            "29-DEC-2023 11:05",
            "2023-12-29",
            "2023/12/29 10:00",
            "2023-12-29T10:00:00Z",
            " 29.12.2023 10:00 ",
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
        assert_eq!(read("Sept 5, 2021"), Date::new(2021, 9, 5).map(|d| Written::Day(d.days())));
        assert_eq!(read("28-11-2025 15:58:59"), Some(Written::Either(28, 11, 2025)));
        assert_eq!(read("6/6/2025"), Date::new(2025, 6, 6).map(|d| Written::Day(d.days())));
        for text in ["", "soon", "29/12/23", "31/31/2023", "Dec 2023", "Dec 32, 2023", "2023-02-30"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_whole_file_decides_the_order() {
        let of = |texts: &[&str]| {
            let read: Vec<Written> = texts.iter().filter_map(|t| read(t)).collect();
            order(read.iter())
        };
        assert_eq!(of(&["5/9/2025", "28-11-2025"]), Some(Order::DayFirst));
        assert_eq!(of(&["5/9/2025", "11/28/2025"]), Some(Order::MonthFirst));
        assert_eq!(of(&["5/9/2025", "6/9/2025"]), None);
        assert_eq!(of(&["28/9/2025", "9/28/2025"]), None);
        let either = Written::Either(5, 9, 2025);
        assert_eq!(day(either, Some(Order::DayFirst)), Date::new(2025, 9, 5).map(Date::days));
        assert_eq!(day(either, Some(Order::MonthFirst)), Date::new(2025, 5, 9).map(Date::days));
        assert_eq!(day(either, None), None);
    }
}
