//! What is wrong with raw material, from values alone.

use super::{Flaw, RawLot, Spray};
use kernel::{Bilingual, Date, bi};

impl Flaw {
    /// The reason code of the hold that it brings.
    pub fn code(&self) -> &'static str {
        match self {
            Flaw::Unproven { .. } => "unproven_source",
            Flaw::Interval { .. } => "harvest_interval",
        }
    }

    /// In words, both languages, naming the raw lot.
    pub fn says(&self) -> Bilingual {
        match self {
            Flaw::Unproven { raw } => bi(
                format!("原料批 {raw} 无备案基地供货证明"),
                format!("raw lot {raw} has no proof of a registered farm"),
            ),
            Flaw::Interval { raw, product, interval_days, waited_days } => bi(
                format!("原料批 {raw}：{product} 安全间隔期 {interval_days} 天，施药后 {waited_days} 天采收"),
                format!("raw lot {raw}: {product} needs {interval_days} days, harvested after {waited_days}"),
            ),
        }
    }

    /// The same in one line, for records that are kept in both languages.
    pub fn told(&self) -> String {
        let said = self.says();
        format!("{} · {}", said.zh, said.en)
    }

    /// What it calls to be tested for.
    pub fn test(&self) -> Option<&str> {
        match self {
            Flaw::Unproven { .. } => None,
            Flaw::Interval { product, .. } => Some(product),
        }
    }
}

/// The first day on which a harvest waits for the interval of a spraying.
fn lawful_from(spray: &Spray) -> Option<Date> {
    let days = u64::try_from(spray.interval_days).ok()?;
    let applied: Date = spray.applied_on.parse().ok()?;
    applied.checked_add(std::time::Duration::from_secs(days * 86_400)).ok()
}

/// The first day on which a field that was sprayed so may be harvested, and the spraying that says so; none when
/// nothing was sprayed.
#[must_use]
pub fn earliest(sprays: &[Spray]) -> Option<(Date, &Spray)> {
    sprays.iter().filter_map(|s| Some((lawful_from(s)?, s))).max_by_key(|(day, _)| *day)
}

/// The spraying within whose interval a harvest falls, the one that lasts longest, with the first lawful day.
pub(super) fn broken<'a>(sprays: &'a [Spray], harvested_on: &str) -> Option<(Date, &'a Spray)> {
    let within = |s: &&Spray| waited(s, harvested_on).is_some_and(|d| d < s.interval_days);
    sprays.iter().filter(within).filter_map(|s| Some((lawful_from(s)?, s))).max_by_key(|(day, _)| *day)
}

/// Days from spraying to harvest; none when the harvest came first or a day cannot be read.
fn waited(spray: &Spray, harvested_on: &str) -> Option<i64> {
    let (from, to): (Date, Date) = (spray.applied_on.parse().ok()?, harvested_on.parse().ok()?);
    let days = (to - from).get_days();
    (days >= 0).then_some(i64::from(days))
}

/// What is wrong with one raw lot whose field was sprayed so.
pub(super) fn flaws_of(raw: &RawLot, sprays: &[Spray]) -> Vec<Flaw> {
    let mut found = Vec::new();
    if raw.farm.is_none() {
        found.push(Flaw::Unproven { raw: raw.no.clone() });
    }
    for spray in sprays {
        let Some(days) = waited(spray, &raw.harvested_on).filter(|d| *d < spray.interval_days) else {
            continue;
        };
        found.push(Flaw::Interval {
            raw: raw.no.clone(),
            product: spray.product.clone(),
            interval_days: spray.interval_days,
            waited_days: days,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spray(on: &str, interval_days: i64) -> Spray {
        Spray { product: "chlorpyrifos".into(), interval_days, applied_on: on.into() }
    }

    #[test]
    fn the_interval_counts_from_spraying_to_harvest() {
        assert_eq!(waited(&spray("2026-04-01", 7), "2026-04-05"), Some(4));
        assert_eq!(waited(&spray("2026-02-27", 7), "2026-03-06"), Some(7), "over the end of a month");
        assert_eq!(waited(&spray("2026-04-06", 7), "2026-04-05"), None, "sprayed after the harvest");
        assert_eq!(waited(&spray("soon", 7), "2026-04-05"), None);
    }

    #[test]
    fn the_last_interval_to_end_says_when_the_field_may_be_harvested() {
        let sprays = [spray("2026-04-01", 21), spray("2026-04-10", 7), spray("soon", 7)];
        let (day, by) = earliest(&sprays).expect("a day");
        assert_eq!((day.to_string().as_str(), by.interval_days), ("2026-04-22", 21));
        assert_eq!(earliest(&[]), None);
        assert_eq!(broken(&sprays, "2026-04-22"), None, "on that day it is lawful");
        assert_eq!(broken(&sprays, "2026-04-21").map(|(_, s)| s.interval_days), Some(21));
        assert_eq!(broken(&sprays, "2026-03-31"), None, "sprayed after the harvest");
    }
}
