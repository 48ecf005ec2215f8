//! What is measured again by itself: an adopter's effect half a year after it adopted (LC04), and a standing rule twelve
//! months after its first day (LC08). A rule whose effect is gone goes before the meeting to be withdrawn.

use super::sql;
use crate::brand::{self, Brand};
use crate::indicator::period::{Window, month};
use crate::indicator::{Catalogue, Cells, Definition, Direction, of_unit};
use crate::practice;
use kernel::{
    BrandId, Date, OfferId, PracticeId, Result, StandingRuleId, Timestamp, UnitId,
    excellence::{EffectMeasured, RuleMeasured},
};
use serde::Serialize;
use store::{Tx, vals};

/// Months from an adoption to its measurement.
const ADOPTER_MONTHS: i32 = 6;
/// Months from the first day of a rule to its measurement.
const RULE_MONTHS: i32 = 12;
/// How much of the level at adoption is to be left, percent.
const LEFT: f64 = 90.0;
/// Measurements of one turn.
const MOST: i64 = 50;

fn months_before(day: Date, months: i32) -> Date {
    day.checked_sub(jiff::Span::new().months(months)).unwrap_or(day)
}

/// Whether something is to be measured.
pub async fn is_due(tx: &mut Tx) -> Result<bool> {
    let today = tx.now().date();
    let adopted = Timestamp::start_of(months_before(today, ADOPTER_MONTHS));
    let since = months_before(today, RULE_MONTHS);
    Ok(tx.opt(sql::ADOPTERS_DUE, vals![adopted, 1_i64]).await?.is_some()
        || tx.opt(sql::RULES_DUE, vals![since, 1_i64]).await?.is_some())
}

/// Measures what is due; gives how many that were.
pub async fn measure_due(tx: &mut Tx, c: &Catalogue) -> Result<usize> {
    let today = tx.now().date();
    let adopted = Timestamp::start_of(months_before(today, ADOPTER_MONTHS));
    let rows = tx.all(sql::ADOPTERS_DUE, vals![adopted, MOST]).await?;
    for r in &rows {
        let (offer, practice, unit): (OfferId, PracticeId, UnitId) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let (brand, at): (BrandId, Timestamp) = (r.get(3)?, r.get(4)?);
        adopter(tx, c, (offer, practice, unit), brand, at).await?;
    }
    let since = months_before(today, RULE_MONTHS);
    let rules = tx.all(sql::RULES_DUE, vals![since, MOST]).await?;
    for r in &rules {
        let (rule, brand, from): (StandingRuleId, BrandId, Date) = (r.get(0)?, r.get(1)?, r.get(2)?);
        measure_rule(tx, c, rule, brand, from).await?;
    }
    Ok(rows.len() + rules.len())
}

/// The effect at the gate that the brand passed, in the indicator's unit.
async fn origin(tx: &mut Tx, b: &Brand) -> Result<Option<f64>> {
    let gates = brand::gates(tx, b.id).await?;
    Ok(gates.iter().rev().find(|g| g.outcome == "pass").and_then(|g| g.effect["net"].as_f64()))
}

/// An adopter replicates the effect when it gains at least half of what the origin gained, net of those that did not adopt.
async fn adopter(
    tx: &mut Tx,
    c: &Catalogue,
    (offer, practice, unit): (OfferId, PracticeId, UnitId),
    brand: BrandId,
    at: Timestamp,
) -> Result<()> {
    let b = brand::one(tx, brand).await?;
    let adopters = practice::adopters(tx, practice).await?;
    let mut others = brand::bystanders(tx, &b).await?;
    others.retain(|u| !adopters.iter().any(|(a, _)| a == u));
    let from = month(at.date());
    let months = (from, (month(tx.now().date()) - 1).max(from));
    let effect = brand::effect(tx, c, &b.positioning.indicator, unit, &others, months).await?;
    let half = origin(tx, &b).await?.map(|o| o / 2.0);
    let up = c.newest(&b.positioning.indicator)?.direction == Direction::Up;
    let replicated = effect.net.zip(half).map(|(net, half)| if up { net >= half } else { net <= half });
    let now = tx.now();
    let (net_micro, interval) = brand::micro(&effect);
    let (low_micro, high_micro) = (interval.map(|i| i.0), interval.map(|i| i.1));
    tx.exec(sql::ADOPTER_MEASURED, vals![offer, now, replicated, net_micro, low_micro, high_micro]).await?;
    let fact = EffectMeasured { offer, practice, unit, replicated, net_micro, low_micro, high_micro };
    tx.append(offer.subject(), None, Some(unit), fact);
    Ok(())
}

/// What an adopter gained, net of the units that did not adopt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gain {
    /// When it was measured.
    pub at: Timestamp,
    /// Whether it is at least half of what the origin gained; none when that cannot be told.
    pub replicated: Option<bool>,
    /// Millionths of the indicator's unit; none in measurements taken before it was kept.
    pub net_micro: Option<i64>,
    /// 95 % interval of that.
    pub interval: Option<(i64, i64)>,
}

/// What was measured of an adopter; none before.
pub async fn gain_of(tx: &mut Tx, offer: OfferId) -> Result<Option<Gain>> {
    let Some(r) = tx.opt(sql::ADOPTER_OF, vals![offer]).await? else { return Ok(None) };
    let (low, high): (Option<i64>, Option<i64>) = (r.get(3)?, r.get(4)?);
    Ok(Some(Gain { at: r.get(0)?, replicated: r.get(1)?, net_micro: r.get(2)?, interval: low.zip(high) }))
}

/// Whether a level stays within ninety percent of what it was.
fn stays(d: &Definition, was: f64, is: f64) -> bool {
    match d.direction {
        Direction::Down => is <= was * (200.0 - LEFT) / 100.0,
        Direction::Up | Direction::Watch => is >= was * LEFT / 100.0,
    }
}

async fn measure_rule(
    tx: &mut Tx,
    c: &Catalogue,
    rule: StandingRuleId,
    brand: BrandId,
    from: Date,
) -> Result<()> {
    let b = brand::one(tx, brand).await?;
    let d = c.newest(&b.positioning.indicator)?;
    let first = month(from);
    let w = Window { first, last: first + RULE_MONTHS - 1 };
    let cells = Cells::read(tx, c, &d.id, w.first - RULE_MONTHS, w.last).await?;
    let unit = Some(b.positioning.unit);
    let (was, is) = (of_unit(c, d, &cells, unit, w.year_before())?, of_unit(c, d, &cells, unit, w)?);
    let held = was.value.zip(is.value).map(|(was, is)| stays(d, was, is));
    let now = tx.now();
    tx.exec(sql::RULE_MEASURED, vals![rule, now, held]).await?;
    tx.append(rule.subject(), None, unit, RuleMeasured { rule, brand, held });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_stays_within_ninety_percent_on_its_good_side() {
        let c = Catalogue::shipped().expect("a catalogue");
        let (up, down) = (c.newest("SV03").expect("it"), c.newest("SV01").expect("it"));
        assert!(stays(up, 100.0, 90.0) && !stays(up, 100.0, 89.9));
        assert!(stays(down, 20.0, 22.0) && !stays(down, 20.0, 22.1));
    }
}
