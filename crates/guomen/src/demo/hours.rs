//! When people work: on working days of the official calendar, from nine to half past five.

use kernel::{Date, Timestamp};
use registry::rules::Calendar;

/// Microseconds in a minute.
const MINUTE: i64 = Timestamp::HOUR / 60;

fn opens(day: Date) -> Timestamp {
    Timestamp::at(day, 9, 0)
}

fn closes(day: Date) -> Timestamp {
    Timestamp::at(day, 17, 30)
}

/// The instant when `minutes` of work have passed since `at`.
pub(super) fn later(calendar: &Calendar, at: Timestamp, minutes: i64) -> Timestamp {
    let mut left = minutes * MINUTE;
    let mut now = at;
    // A year of evenings at most: the bound only guards against a calendar without working days.
    for _ in 0..400 {
        let day = now.date();
        let from = now.max(opens(day));
        if calendar.is_working(day) && from < closes(day) {
            let room = closes(day).0 - from.0;
            if left < room {
                return Timestamp(from.0 + left);
            }
            left -= room;
        }
        now = opens(day.tomorrow().unwrap_or(day));
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_goes_on_the_next_working_morning() {
        let calendar = Calendar::default();
        let friday = Timestamp::at("2026-11-20".parse().expect("a day"), 17, 0);
        let monday = Timestamp::at("2026-11-23".parse().expect("a day"), 9, 30);
        assert_eq!(later(&calendar, friday, 60), monday);
        assert_eq!(later(&calendar, Timestamp::at("2026-11-21".parse().expect("a day"), 3, 0), 30), monday);
    }
}
