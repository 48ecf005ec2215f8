//! Reading plans.

use super::{Plan, Planned, Stratum, sql};
use kernel::{Actor, DeclarationId, LotId, MonitoringPlanId, Result, Scope, Timestamp, UnitId};
use store::{Row, Tx, vals};

fn row(r: &Row) -> Result<Plan> {
    let state: String = r.get(4)?;
    let approved: Option<Timestamp> = r.get(10)?;
    let approved_by = match approved {
        Some(at) => Some((r.get(9)?, at)),
        None => None,
    };
    Ok(Plan {
        id: r.get(0)?,
        code: r.get(1)?,
        year: r.get(2)?,
        title: r.get(3)?,
        approved: state == "approved",
        total: r.get(5)?,
        rule_version: r.get(6)?,
        drafted: (r.get(7)?, r.get(8)?),
        approved_by,
    })
}

/// One plan.
pub async fn one(tx: &mut Tx, id: MonitoringPlanId) -> Result<Option<Plan>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| row(&r)).transpose()
}

/// The plans, the newest first.
pub async fn plans(tx: &mut Tx) -> Result<Vec<Plan>> {
    tx.all(sql::PLANS, vals![]).await?.iter().map(row).collect()
}

/// The strata of a plan with what was reported.
pub async fn strata(tx: &mut Tx, id: MonitoringPlanId) -> Result<Vec<Stratum>> {
    let mut out = Vec::new();
    for r in tx.all(sql::STRATA, vals![id]).await? {
        out.push(Stratum {
            ordinal: r.get(0)?,
            name: r.get(1)?,
            direction: r.get(2)?,
            hs: r.get(3)?,
            market: r.get(4)?,
            analyte: r.get(5)?,
            weight: r.get(6)?,
            lots: r.get(7)?,
            samples: r.get(8)?,
            reported: r.get(9)?,
            substitutes: r.get(10)?,
            failed: r.get(11)?,
        });
    }
    Ok(out)
}

/// Samples due by now, of these reported, reported in all, and drawn a second time.
pub async fn totals(tx: &mut Tx, id: MonitoringPlanId) -> Result<(i64, i64, i64, i64)> {
    let now = tx.now();
    let r = tx.one(sql::TOTALS, vals![id, now]).await?;
    Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
}

/// The samples of a month, as `2026-03`; the lots of other branches are not named to a branch.
pub async fn of_month(tx: &mut Tx, by: &Actor, id: MonitoringPlanId, month: &str) -> Result<Vec<Planned>> {
    let mut out = Vec::new();
    for r in tx.all(sql::OF_MONTH, vals![id, month]).await? {
        let (lot, declaration): (Option<LotId>, Option<DeclarationId>) = (r.get(7)?, r.get(9)?);
        let branch: Option<UnitId> = r.get(16)?;
        let within = |branch: UnitId| !matches!(by.scope, Scope::Branch(own) if own != branch);
        let lot = match (lot, declaration) {
            (Some(lot), Some(declaration)) if branch.is_some_and(within) => {
                Some((lot, r.get(8)?, declaration, r.get(10)?))
            }
            _ => None,
        };
        out.push(Planned {
            id: r.get(0)?,
            stratum: r.get(1)?,
            analyte: r.get(2)?,
            ordinal: r.get(3)?,
            month: r.get(4)?,
            due_at: r.get(5)?,
            state: r.get(6)?,
            lot,
            sample: r.get(11)?,
            substitutes: r.get(12)?,
            substitute_reason: r.get(13)?,
            candidates: r.get(14)?,
            verdict: r.get(15)?,
        });
    }
    Ok(out)
}
