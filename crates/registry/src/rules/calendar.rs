//! The official working-day calendar: Monday to Friday, with the published exceptions as data.

use jiff::civil::Weekday;
use kernel::{Date, Timestamp};
use std::collections::BTreeMap;

/// Working days with their exceptions.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Published exceptions: true for a working weekend day, false for a holiday.
    pub exceptions: BTreeMap<Date, bool>,
}

impl Calendar {
    /// Whether offices work on this day.
    pub fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.exceptions.get(&day).copied().unwrap_or(!weekend)
    }

    /// The day that is `n` working days after `from`; the day itself does not count.
    pub fn after(&self, from: Date, n: i64) -> Date {
        let mut day = from;
        let mut left = n;
        while left > 0 {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }

    /// The instant at which a clock of `n` working days from `from` is over: the end of the last of them.
    pub fn end_of(&self, from: Date, n: i64) -> Timestamp {
        let last = self.after(from, n);
        Timestamp::start_of(last.tomorrow().unwrap_or(last))
    }

    /// Working days after `from` up to and including `to`; 0 when `to` is not later.
    pub fn between(&self, from: Date, to: Date) -> i64 {
        let mut day = from;
        let mut n = 0;
        while day < to {
            let Ok(next) = day.tomorrow() else { return n };
            day = next;
            n += i64::from(self.is_working(day));
        }
        n
    }

    /// Whether the exceptions of this year were published and are here.
    pub fn knows(&self, year: i16) -> bool {
        self.exceptions.keys().any(|d| d.year() == year)
    }
}
