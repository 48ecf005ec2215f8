//! Whether a unit crossed a red line of a contest.

use super::{Challenge, RedLine, sql};
use crate::brand;
use crate::indicator::period::{Window, month};
use crate::indicator::{Catalogue, Cells, of_unit};
use kernel::{Result, Timestamp, UnitId};
use serde::Deserialize;
use store::{Tx, vals};

/// Months of a baseline.
const YEAR: i64 = 12;

/// The red lines of a contest that a unit crossed, each with what crossed it.
pub(super) async fn crossed(
    tx: &mut Tx,
    c: &Catalogue,
    contest: &Challenge,
    unit: UnitId,
) -> Result<Vec<(RedLine, String)>> {
    let mut found = Vec::new();
    for line in &contest.red_lines {
        let what = match line {
            RedLine::Unhelped => unhelped(tx, unit).await?,
            RedLine::GuardBroken => broken(tx, c, contest, unit).await?,
            RedLine::RecordRefuted => refuted(tx, contest, unit).await?,
        };
        found.extend(what.map(|w| (*line, w)));
    }
    Ok(found)
}

async fn unhelped(tx: &mut Tx, unit: UnitId) -> Result<Option<String>> {
    let open = brand::unhelped(tx).await?;
    Ok(open.into_iter().find(|u| u.0 == unit).map(|(_, mechanism, ..)| mechanism))
}

/// The first guard of the indicator that got worse in the unit while the contest ran, against its own year before.
async fn broken(tx: &mut Tx, c: &Catalogue, contest: &Challenge, unit: UnitId) -> Result<Option<String>> {
    let w = Window { first: month(contest.starts_on), last: month(contest.ends_on) };
    let before = w.year_before();
    for guard in &c.on(&contest.indicator, contest.ends_on)?.guards {
        let d = c.on(guard, contest.ends_on)?;
        let cells = Cells::read(tx, c, guard, before.first, w.last).await?;
        let was = of_unit(c, d, &cells, Some(unit), before)?;
        let is = of_unit(c, d, &cells, Some(unit), w)?;
        if brand::worse(d, &was, &is, (YEAR, i64::from(w.last - w.first + 1))) == Some(true) {
            return Ok(Some(guard.clone()));
        }
    }
    Ok(None)
}

/// What a panel found of a decision.
#[derive(Deserialize)]
struct Found {
    finding: String,
}

/// The number of the fact by which a panel found a decision of the unit wrong since the contest began.
async fn refuted(tx: &mut Tx, contest: &Challenge, unit: UnitId) -> Result<Option<String>> {
    for r in tx.all(sql::FOUND, vals![unit, Timestamp::start_of(contest.starts_on)]).await? {
        let (seq, body): (i64, String) = (r.get(0)?, r.get(1)?);
        let found: Found = serde_json::from_str(&body)?;
        if found.finding != "correct_on_evidence" {
            return Ok(Some(format!("#{seq}")));
        }
    }
    Ok(None)
}
