//! Measures the half-year that ended, once.

use super::{Gap, gap, reached, sql};
use crate::indicator::period::{Window, month};
use crate::indicator::{Catalogue, Cells, Direction, PEER_OF, of_unit, target};
use kernel::{Result, Timestamp, UnitId, excellence::BalanceMeasured};
use registry::people;
use std::collections::BTreeMap;
use store::{Tx, vals};

/// Months of a half-year.
const HALF: i32 = 6;

/// The half-year that ended last and whose months are closed, with its name.
fn last_half(c: &Catalogue, now: Timestamp) -> (Window, String) {
    let at = month(Timestamp(now.0 - c.policy.close_after_days * Timestamp::DAY).date());
    let first = at.div_euclid(HALF) * HALF - HALF;
    let name = format!("{}-H{}", first.div_euclid(12), first.rem_euclid(12) / HALF + 1);
    (Window { first, last: first + HALF - 1 }, name)
}

/// Whether a half-year ended and was not measured yet.
pub async fn is_due(tx: &mut Tx, c: &Catalogue) -> Result<bool> {
    let (_, half) = last_half(c, tx.now());
    Ok(tx.opt(sql::OF_HALF, vals![half]).await?.is_none())
}

/// The composite score of every branch that has one, thousandths of points.
async fn composites(tx: &mut Tx, c: &Catalogue, w: Window) -> Result<BTreeMap<UnitId, i64>> {
    let units = people::branches(tx).await?;
    let mut all: BTreeMap<UnitId, Vec<i64>> = BTreeMap::new();
    for d in
        c.definitions.iter().filter(|d| d.works() && d.level == "branch" && d.direction != Direction::Watch)
    {
        let Some(milli) = target(tx, d, w).await? else { continue };
        let cells = Cells::read(tx, c, &d.id, w.first, w.last).await?;
        for u in &units {
            let Some(value) = of_unit(c, d, &cells, Some(u.id), w)?.value else { continue };
            #[expect(clippy::cast_precision_loss, reason = "targets are small")]
            let target = milli as f64 / 1000.0;
            all.entry(u.id).or_default().extend(reached(d.direction, value, target));
        }
    }
    let mean =
        |of: Vec<i64>| i64::try_from(of.len()).ok().filter(|n| *n > 0).map(|n| of.iter().sum::<i64>() / n);
    Ok(all.into_iter().filter_map(|(unit, of)| Some((unit, mean(of)?))).collect())
}

/// Measures the half-year that ended: the widest gap within a group of peers. Without a gap there is no fact.
pub async fn measure(tx: &mut Tx, c: &Catalogue) -> Result<()> {
    let (w, half) = last_half(c, tx.now());
    let scores = composites(tx, c, w).await?;
    let mut groups: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for u in people::branches(tx).await? {
        let group: Option<String> = tx.opt(PEER_OF, vals![u.id]).await?.map(|r| r.get(0)).transpose()?;
        let group = group.unwrap_or_else(|| u.kind.clone());
        groups.entry(group).or_default().extend(scores.get(&u.id));
    }
    let told = groups.into_iter().filter_map(|(name, of)| Some((gap(&of)?, name, of.len())));
    let widest: Option<(Gap, String, usize)> = told.max_by_key(|(g, _, _)| g.width());
    let now = tx.now();
    let Some((g, group, n)) = widest else {
        tx.exec(sql::ADD, vals![half, "", 0_i64, 0_i64, 0_i64, now]).await?;
        return Ok(());
    };
    let top_before: Option<i64> =
        tx.opt(sql::BEFORE, vals![&half, &group]).await?.map(|r| r.get(0)).transpose()?;
    let units = i64::try_from(n).unwrap_or(0);
    if tx.exec(sql::ADD, vals![&half, &group, units, g.p10, g.p90, now]).await? == 1 {
        let fact = BalanceMeasured {
            last_at: Timestamp(w.ends().0 - 1),
            points: (g.width() + 500).div_euclid(1000),
            group,
            units,
            low_milli: g.p10,
            top_milli: g.p90,
            top_before_milli: top_before,
            half: half.clone(),
        };
        tx.append(format!("balance/{half}"), None, None, fact);
    }
    Ok(())
}
