//! What is wrong with raw material, from values alone.

use super::{Flaw, RawLot, Spray};
use kernel::Date;

impl Flaw {
    /// The reason code of the hold that it brings.
    pub fn code(&self) -> &'static str {
        match self {
            Flaw::Unproven { .. } => "unproven_source",
            Flaw::Interval { .. } => "harvest_interval",
        }
    }

    /// In words, both languages, naming the raw lot.
    pub fn told(&self) -> String {
        match self {
            Flaw::Unproven { raw } => {
                format!("原料批 {raw} 无备案基地供货证明 · raw lot {raw} has no proof of a registered farm")
            }
            Flaw::Interval { raw, product, interval_days, waited_days } => format!(
                "原料批 {raw}：{product} 安全间隔期 {interval_days} 天，施药后 {waited_days} 天采收 · raw lot {raw}: {product} needs {interval_days} days, harvested after {waited_days}"
            ),
        }
    }

    /// What it calls to be tested for.
    pub fn test(&self) -> Option<&str> {
        match self {
            Flaw::Unproven { .. } => None,
            Flaw::Interval { product, .. } => Some(product),
        }
    }
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
}
