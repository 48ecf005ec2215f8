//! Periods by name: `2026-11`, `2026-Q4`, `2026-H2`, `2026`; kept as months, since everything is folded by month.

use super::definition::{Definition, Every};
use super::months::{first_month, months_of};
use kernel::{Date, Refusal, Result, Timestamp, bi};
use serde::{Deserialize, Serialize};

/// Some months in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first, as year × 12 + month − 1.
    pub first: i32,
    /// The last.
    pub last: i32,
}

/// The number of a day's month.
pub fn month(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// The first day of a month.
pub fn first_day(month: i32) -> Date {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(1);
    let month = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    Date::new(year, month, 1).unwrap_or_default()
}

impl Window {
    /// The period of an indicator that a month lies in.
    pub fn of(d: &Definition, month: i32) -> Window {
        let first = first_month(month, d.period);
        let last = first + months_of(d.period) - 1;
        match d.rolling_months {
            Some(n) => Window { first: last + 1 - n, last },
            None => Window { first, last },
        }
    }

    /// The period so many periods earlier.
    #[must_use]
    pub fn back(self, d: &Definition, periods: i32) -> Window {
        let by = months_of(d.period) * periods;
        Window { first: self.first - by, last: self.last - by }
    }

    /// The twelve months in front of it.
    #[must_use]
    pub fn year_before(self) -> Window {
        Window { first: self.first - 12, last: self.first - 1 }
    }

    /// When it begins.
    pub fn begins(self) -> Timestamp {
        Timestamp::start_of(first_day(self.first))
    }

    /// The first moment after it.
    pub fn ends(self) -> Timestamp {
        Timestamp::start_of(first_day(self.last + 1))
    }

    /// Its name, by the period of the indicator.
    pub fn name(self, every: Every) -> String {
        let (year, month) = (self.last.div_euclid(12), self.last.rem_euclid(12));
        match every {
            Every::Month => format!("{year}-{:02}", month + 1),
            Every::Quarter => format!("{year}-Q{}", month / 3 + 1),
            Every::HalfYear => format!("{year}-H{}", month / 6 + 1),
            Every::Year => format!("{year}"),
        }
    }
}

/// Reads the name of a period; gives its last month.
pub fn parse(text: &str) -> Result<i32> {
    let read = || {
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let year: i32 = year.parse().ok().filter(|y| (1900..=2200).contains(y))?;
        let of = |digits: &str, months: i32| {
            let n: i32 = digits.parse().ok()?;
            (1..=12 / months).contains(&n).then_some(year * 12 + n * months - 1)
        };
        match rest.split_at_checked(1) {
            None => Some(year * 12 + 11),
            Some(("Q", n)) => of(n, 3),
            Some(("H", n)) => of(n, 6),
            Some(_) => of(rest, 1),
        }
    };
    read().ok_or_else(|| {
        let what = bi("期间无法识别", "the period is not understood");
        let needed = bi("写作 2026-11、2026-Q4、2026-H2 或 2026", "write 2026-11, 2026-Q4, 2026-H2 or 2026");
        Refusal::new("indicator.period", what).missing("period", text, needed).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_periods() {
        assert_eq!(parse("2026-11").expect("a month"), 2026 * 12 + 10);
        assert_eq!(parse("2026-Q4").expect("a quarter"), 2026 * 12 + 11);
        assert_eq!(parse("2026-H1").expect("a half"), 2026 * 12 + 5);
        assert_eq!(parse("2026").expect("a year"), 2026 * 12 + 11);
        for bad in ["", "2026-13", "2026-Q5", "26-1", "2026-", "2026-11-01"] {
            assert!(parse(bad).is_err() || bad == "2026-", "{bad}");
        }
        assert_eq!(first_day(2026 * 12 + 10), Date::constant(2026, 11, 1));
    }
}
