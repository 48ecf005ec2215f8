//! Months of instants at the bureau, quickly: every fact that is counted asks for one.

use super::definition::Every;
use kernel::Timestamp;

/// Months since year 0 of an instant at the bureau (UTC+8): year × 12 + month − 1.
#[inline]
pub(crate) fn month_of(at: i64) -> i32 {
    // Days to a civil date (Howard Hinnant, chrono-compatible low-level date algorithms).
    let days = (at + 8 * Timestamp::HOUR).div_euclid(Timestamp::DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let doe = days.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    i32::try_from(year * 12 + month - 1).unwrap_or(0)
}

/// The first month of the period that a month lies in.
pub(crate) fn first_month(month: i32, every: Every) -> i32 {
    let months = months_of(every);
    month.div_euclid(months) * months
}

/// Months in a period.
pub(crate) fn months_of(every: Every) -> i32 {
    match every {
        Every::Month => 1,
        Every::Quarter => 3,
        Every::HalfYear => 6,
        Every::Year => 12,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Date;

    #[test]
    fn months_are_those_of_the_bureau() {
        for (y, m, d) in [(1999, 12, 31), (2000, 2, 29), (2011, 6, 22), (2026, 11, 1), (2026, 11, 30)] {
            let day = Date::new(y, m, d).expect("a day");
            let month = i32::from(y) * 12 + i32::from(m) - 1;
            assert_eq!(month_of(Timestamp::start_of(day).0), month, "{day}");
            assert_eq!(month_of(Timestamp::at(day, 23, 59).0), month, "{day}");
        }
        let last = Timestamp::start_of(Date::constant(2026, 12, 1)).0 - 1;
        assert_eq!(month_of(last), 2026 * 12 + 10);
        assert_eq!(first_month(2026 * 12 + 10, Every::Quarter), 2026 * 12 + 9);
    }
}
