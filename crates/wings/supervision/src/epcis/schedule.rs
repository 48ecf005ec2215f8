//! When a standing query runs: at every new event, or on a schedule of the standard (EPCIS 2.0, 8.2.5.3), in the
//! bureau's civil time.

use kernel::{Refusal, Result, Timestamp, bi};
use std::collections::BTreeSet;

/// The fields of a schedule, the finest first, with their ranges.
const FIELDS: [(&str, i8, i8); 6] = [
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("dayOfMonth", 1, 31),
    ("month", 1, 12),
    ("dayOfWeek", 1, 7),
];
/// Longest span that is looked through for a run that was missed, in seconds: two days.
const LOOK_BACK: i64 = 172_800;

/// A schedule: what each field may be. A field that is not given may be anything, but one finer than all that are
/// given is the least it can be, so that `hour 1, minute 5` is once a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    fields: [Option<BTreeSet<i8>>; 6],
}

fn refused(name: &str, value: &str) -> Refusal {
    let what = bi("查询计划不能识别", "the schedule of the query cannot be read");
    let needed =
        bi("如 5、1,15 或 [1-5]，在该字段的范围内", "such as 5, 1,15 or [1-5], within the field's range");
    Refusal::new("epcis.subscription", what).missing(name, value, needed)
}

impl Schedule {
    /// Reads a schedule from its fields by name; none when no field is given.
    pub fn read<'a>(given: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Schedule>> {
        let mut fields: [Option<BTreeSet<i8>>; 6] = Default::default();
        for (at, (name, least, most)) in FIELDS.into_iter().enumerate() {
            let Some(text) = given(name) else { continue };
            let set = values(text, least, most).ok_or_else(|| refused(name, text))?;
            fields[at] = Some(set);
        }
        let Some(finest) = fields.iter().position(Option::is_some) else { return Ok(None) };
        // Days are as fine as hours allow: a schedule by days of the week runs once on such a day.
        for (at, (_, least, _)) in FIELDS.into_iter().enumerate().take(finest.min(3)) {
            fields[at] = Some(BTreeSet::from([least]));
        }
        Ok(Some(Schedule { fields }))
    }

    /// Whether it runs at that second.
    fn at(&self, second: i64) -> bool {
        let t = Timestamp(second * 1_000_000).civil();
        let now = [t.second(), t.minute(), t.hour(), t.day(), t.month(), t.weekday().to_monday_one_offset()];
        self.fields.iter().zip(now).all(|(set, value)| set.as_ref().is_none_or(|s| s.contains(&value)))
    }

    /// Whether it was to run after one instant and not after another.
    pub fn due(&self, after: Timestamp, now: Timestamp) -> bool {
        let last = now.0.div_euclid(1_000_000);
        let first = (after.0.div_euclid(1_000_000) + 1).max(last - LOOK_BACK);
        (first..=last).any(|second| self.at(second))
    }
}

/// Numbers and ranges, parted by commas.
fn values(text: &str, least: i8, most: i8) -> Option<BTreeSet<i8>> {
    let mut set = BTreeSet::new();
    for part in text.split(',') {
        let part = part.trim().trim_start_matches('[').trim_end_matches(']');
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (i8, i8) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        if from < least || to > most || from > to {
            return None;
        }
        set.extend(from..=to);
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i8, hour: i8, minute: i8, second: i64) -> Timestamp {
        Timestamp(Timestamp::at(kernel::Date::constant(2026, 11, day), hour, minute).0 + second * 1_000_000)
    }

    fn schedule(given: &[(&str, &'static str)]) -> Result<Option<Schedule>> {
        Schedule::read(|name| given.iter().find(|(n, _)| *n == name).map(|(_, v)| *v))
    }

    #[test]
    fn a_schedule_runs_once_at_each_time_that_it_names() {
        let daily = schedule(&[("hour", "1"), ("minute", "5")]).expect("read").expect("a schedule");
        assert!(daily.due(at(24, 1, 4, 59), at(24, 1, 5, 0)));
        assert!(!daily.due(at(24, 1, 5, 0), at(24, 1, 6, 0)), "not twice in its minute");
        assert!(daily.due(at(24, 0, 0, 0), at(24, 9, 0, 0)), "a run that was missed is made up for");
        let quarters = schedule(&[("minute", "0,15,[30-31]")]).expect("read").expect("a schedule");
        assert!(
            quarters.due(at(24, 9, 14, 0), at(24, 9, 15, 0))
                && quarters.due(at(24, 9, 30, 1), at(24, 9, 31, 0))
        );
        assert!(!quarters.due(at(24, 9, 15, 0), at(24, 9, 29, 59)));
        // 24 November 2026 is a Tuesday.
        let tuesdays = schedule(&[("dayOfWeek", "2")]).expect("read").expect("a schedule");
        assert!(
            tuesdays.due(at(23, 23, 59, 59), at(24, 0, 0, 0))
                && !tuesdays.due(at(24, 0, 0, 0), at(24, 23, 59, 59))
        );
        assert_eq!(schedule(&[]).expect("read"), None);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for (name, value) in
            [("hour", "24"), ("minute", "x"), ("dayOfWeek", "0"), ("second", "[9-3]"), ("month", "")]
        {
            let given = [(name, value)];
            let no = schedule(&given).expect_err("refused");
            assert_eq!(no.refusal().expect("a refusal").missing[0].field, name);
        }
    }
}
