//! How rates move: after every recorded inspection, and once a month.

use super::{country_key, operator_key, sql};
use crate::targeting;
use kernel::{
    DeclarationId, FactId, No, OperatorId, RegimeId, Result, Timestamp, UnitId, supervision::RegimeMoved,
};
use registry::rules as book;
use risk::bands::{self, Check, Level, Series, SeriesRule, Standing, StepRule, Tally};
use std::collections::{BTreeMap, BTreeSet};
use store::{Tx, vals};

/// A change of one regime.
struct Change<'a> {
    regime: &'a book::Regime,
    key: String,
    direction: &'a str,
    heading: &'a str,
    market: &'a str,
    operator: Option<OperatorId>,
    standing: String,
    from_ppm: i64,
    to_ppm: i64,
    own: Tally,
    category: Tally,
    rule_version: &'a str,
    branch: Option<UnitId>,
}

/// The record of an inspection moves the series and the levels of the operator's goods.
pub async fn note(tx: &mut Tx, declaration: DeclarationId, conforming: bool) -> Result<()> {
    let r = tx.one(sql::SUBJECT, vals![declaration]).await?;
    let (direction, operator, risk): (String, OperatorId, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let (branch, label): (UnitId, String) = (r.get(4)?, r.get(5)?);
    let rules = book::rules(tx).await?;
    let pack = &rules.by_label(&label).ok_or_else(|| No::fault(format!("no rule version {label}")))?.pack;
    let by_results = |r: &&book::Regime| r.kind != "step" && r.covers(&direction, &risk);
    let regimes: Vec<_> = pack.regime.iter().filter(by_results).collect();
    if regimes.is_empty() {
        return Ok(());
    }
    let check = if conforming { Check::Pass } else { Check::Fail };
    let mut moved = false;
    for r in tx.all(sql::HEADINGS, vals![declaration]).await? {
        let heading: String = r.get(0)?;
        for regime in &regimes {
            let key = operator_key(operator, &heading);
            let known = tx.opt(sql::ONE, vals![&regime.code, &key]).await?;
            let (from, text) = match &known {
                Some(r) => (r.get(1)?, r.get::<String>(2)?),
                None => (first_rate(regime), String::new()),
            };
            let (standing, to_ppm) = after(regime, &text, check)?;
            if standing == text || (known.is_none() && standing == first(regime)?) {
                continue;
            }
            let one = Tally { checked: 1, failed: u64::from(!conforming) };
            let change = Change {
                regime,
                key,
                direction: &direction,
                heading: &heading,
                market: "",
                operator: Some(operator),
                standing,
                from_ppm: from,
                to_ppm,
                own: one,
                category: Tally { checked: 0, failed: 0 },
                rule_version: &label,
                branch: Some(branch),
            };
            moved |= set(tx, change).await?;
        }
    }
    if moved { targeting::changed(tx).await } else { Ok(()) }
}

/// The rate of goods of which nothing is known.
fn first_rate(r: &book::Regime) -> i64 {
    r.levels.first().filter(|_| r.kind == "graded").map_or(0, |l| i64::from(l.rate_ppm))
}

/// How goods of which nothing is known stand.
fn first(r: &book::Regime) -> Result<String> {
    Ok(if r.kind == "graded" {
        serde_json::to_string(&Standing::default())?
    } else {
        serde_json::to_string(&Series::Idle)?
    })
}

/// How goods stand after a check, and the rate from then on; 0 is the ordinary one.
fn after(r: &book::Regime, text: &str, check: Check) -> Result<(String, i64)> {
    if r.kind == "graded" {
        let level = |l: &book::GradeLevel| Level {
            name: l.name.clone(),
            rate_ppm: l.rate_ppm,
            passes_to_leave: l.passes_to_leave,
        };
        let levels: Vec<Level> = r.levels.iter().map(level).collect();
        let before = if text.is_empty() { Standing::default() } else { serde_json::from_str(text)? };
        let now = bands::graded(&levels, before, check);
        let rate = levels.get(now.level).map_or(0, |l| i64::from(l.rate_ppm));
        return Ok((serde_json::to_string(&now)?, rate));
    }
    let rule = SeriesRule {
        failures_to_start: r.failures_to_start,
        passes_to_end: r.passes_to_end,
        rate_ppm: r.rate_ppm,
        failures_to_stop: r.failures_to_stop,
    };
    let before = if text.is_empty() { Series::Idle } else { serde_json::from_str(text)? };
    let now = before.after(&rule, check);
    Ok((serde_json::to_string(&now)?, i64::from(now.rate_ppm(&rule, 0))))
}

/// Writes how goods stand; gives whether their rate moved, which is a fact.
async fn set(tx: &mut Tx, c: Change<'_>) -> Result<bool> {
    let now = tx.now();
    let id = tx.id::<RegimeId>();
    let row = vals![
        id,
        &c.regime.code,
        &c.key,
        &c.regime.zh,
        &c.regime.en,
        c.direction,
        c.heading,
        c.market,
        c.operator,
        c.to_ppm,
        &c.standing,
        now,
        c.rule_version
    ];
    tx.exec(sql::SET, row).await?;
    if c.from_ppm == c.to_ppm {
        return Ok(false);
    }
    let step = if c.to_ppm > c.from_ppm { "up" } else { "down" };
    let fact = RegimeMoved {
        kind: c.regime.code.clone(),
        key: c.key.clone(),
        step: step.into(),
        from_ppm: c.from_ppm,
        to_ppm: c.to_ppm,
        own: (c.own.checked, c.own.failed),
        category: (c.category.checked, c.category.failed),
        rule_version: c.rule_version.into(),
    };
    let figures = serde_json::to_string(&(fact.own, fact.category))?;
    let regime: RegimeId = tx.one(sql::ONE, vals![&c.regime.code, &c.key]).await?.get(0)?;
    let id = tx.id::<FactId>();
    let row = vals![id, regime, step, c.from_ppm, c.to_ppm, figures, c.rule_version, now];
    tx.exec(sql::MOVE_ADD, row).await?;
    tx.append(regime.subject(), None, c.branch, fact);
    Ok(true)
}

/// Counts the last months and moves every stepped rate of the pack in force; gives how many moved.
pub async fn step_all(tx: &mut Tx) -> Result<u32> {
    let now = tx.now();
    let rules = book::rules(tx).await?;
    let pack = book::adopted(&rules, now.date())?;
    let mut moved = 0;
    for regime in pack.pack.regime.iter().filter(|r| r.kind == "step") {
        moved += step_one(tx, regime, &pack.label(), now).await?;
    }
    if moved > 0 {
        targeting::changed(tx).await?;
    }
    Ok(moved)
}

/// Direction, heading and country.
type Cell = (String, String, String);

async fn step_one(tx: &mut Tx, regime: &book::Regime, label: &str, now: Timestamp) -> Result<u32> {
    // A month of this count is 30.4375 days, so that twelve of them are a year.
    let since = Timestamp(now.0 - regime.months * Timestamp::DAY * 4383 / 144);
    let mut cells: BTreeMap<Cell, Tally> = BTreeMap::new();
    let mut whole: BTreeMap<(String, String), Tally> = BTreeMap::new();
    for r in tx.all(sql::TALLY, vals![since, now]).await? {
        let (direction, heading, market): (String, String, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let risk: String = r.get(3)?;
        if !regime.covers(&direction, &risk) {
            continue;
        }
        let n = |at: usize| -> Result<u64> { u64::try_from(r.get::<i64>(at)?).map_err(No::fault) };
        let (checked, failed) = (n(4)?, n(5)?);
        let none = Tally { checked: 0, failed: 0 };
        for t in [
            cells.entry((direction.clone(), heading.clone(), market)).or_insert(none),
            whole.entry((direction, heading)).or_insert(none),
        ] {
            t.checked += checked;
            t.failed += failed;
        }
    }
    let mut raised: BTreeMap<String, i64> = BTreeMap::new();
    for r in tx.all(sql::RAISED, vals![&regime.code]).await? {
        raised.insert(r.get(0)?, r.get(1)?);
    }
    let mut all: BTreeSet<Cell> = cells.keys().cloned().collect();
    all.extend(raised.keys().filter_map(|key| {
        let mut parts = key.splitn(3, ' ').map(str::to_owned);
        Some((parts.next()?, parts.next()?, parts.next()?))
    }));
    let mut moved = 0;
    for (direction, heading, market) in all {
        let none = Tally { checked: 0, failed: 0 };
        let own = cells.get(&(direction.clone(), heading.clone(), market.clone())).copied().unwrap_or(none);
        let category = whole.get(&(direction.clone(), heading.clone())).copied().unwrap_or(none);
        let key = country_key(&direction, &heading, &market);
        let from_ppm = raised.get(&key).copied().unwrap_or(0);
        let to_ppm = stepped(regime, from_ppm, own, category);
        if to_ppm == from_ppm {
            continue;
        }
        let change = Change {
            regime,
            key,
            direction: &direction,
            heading: &heading,
            market: &market,
            operator: None,
            standing: serde_json::to_string(&(own, category))?,
            from_ppm,
            to_ppm,
            own,
            category,
            rule_version: label,
            branch: None,
        };
        moved += u32::from(set(tx, change).await?);
    }
    Ok(moved)
}

/// The rate that follows from the figures; 0 is the ordinary one.
fn stepped(regime: &book::Regime, from_ppm: i64, own: Tally, category: Tally) -> i64 {
    if own.checked < regime.min_checked {
        return 0;
    }
    let rule = StepRule {
        baselines_ppm: regime.baselines_ppm.clone(),
        top_ppm: regime.top_ppm,
        excess_ppm: regime.excess_ppm,
    };
    let current = u32::try_from(from_ppm).ok().filter(|r| *r > 0).unwrap_or(regime.baseline_ppm);
    let step = bands::eu_step(&rule, regime.baseline_ppm, current, own, category);
    if step.met { i64::from(step.rate_ppm) } else { 0 }
}
