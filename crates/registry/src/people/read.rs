//! What pages, API and wings read of units, posts and officers.

use super::{Interest, Officer, Post, Unit, sql};
use kernel::{Actor, OfficerId, Result, UnitId, bi};
use store::{Row, Tx, vals};

fn unit_row(r: &Row) -> Result<Unit> {
    let name = bi(r.get::<String>(3)?, r.get::<String>(4)?);
    Ok(Unit { id: r.get(0)?, code: r.get(1)?, kind: r.get(2)?, name, parent: r.get(5)?, branch: r.get(6)? })
}

fn officer_row(r: &Row) -> Result<Officer> {
    Ok(Officer {
        id: r.get(0)?,
        staff_no: r.get(1)?,
        name: bi(r.get::<String>(2)?, r.get::<String>(3)?),
        unit: r.get(4)?,
        branch: r.get(5)?,
        post: r.get(6)?,
        on_duty: r.get(7)?,
    })
}

/// One unit.
pub async fn unit(tx: &mut Tx, id: UnitId) -> Result<Option<Unit>> {
    tx.opt(sql::UNIT, vals![id]).await?.map(|r| unit_row(&r)).transpose()
}

/// All units by code.
pub async fn units(tx: &mut Tx) -> Result<Vec<Unit>> {
    tx.all(sql::UNITS, vals![]).await?.iter().map(unit_row).collect()
}

/// The branches by code.
pub async fn branches(tx: &mut Tx) -> Result<Vec<Unit>> {
    Ok(units(tx).await?.into_iter().filter(|u| u.kind == "branch").collect())
}

/// All posts by code.
pub async fn posts(tx: &mut Tx) -> Result<Vec<Post>> {
    let rows = tx.all(sql::POSTS, vals![]).await?;
    rows.iter()
        .map(|r| {
            let tasks: String = r.get(4)?;
            let tasks = tasks.split(',').filter(|t| !t.is_empty()).map(str::to_owned).collect();
            Ok(Post {
                id: r.get(0)?,
                code: r.get(1)?,
                name: bi(r.get::<String>(2)?, r.get::<String>(3)?),
                tasks,
            })
        })
        .collect()
}

/// One officer.
pub async fn officer(tx: &mut Tx, id: OfficerId) -> Result<Option<Officer>> {
    tx.opt(sql::OFFICER, vals![id]).await?.map(|r| officer_row(&r)).transpose()
}

/// Officers after a staff number, in its order.
pub async fn officers(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Officer>> {
    tx.all(sql::OFFICERS, vals![after, limit]).await?.iter().map(officer_row).collect()
}

/// One officer by staff number.
pub async fn officer_by_no(tx: &mut Tx, staff_no: &str) -> Result<Option<Officer>> {
    tx.opt(sql::OFFICER_BY_NO, vals![staff_no]).await?.map(|r| officer_row(&r)).transpose()
}

/// Officers of a unit itself after a staff number, in its order.
pub async fn officers_of(tx: &mut Tx, unit: UnitId, after: &str, limit: i64) -> Result<Vec<Officer>> {
    tx.all(sql::OFFICERS_OF, vals![unit, after, limit]).await?.iter().map(officer_row).collect()
}

/// The interests of an officer. The reason is for the officer's own eyes.
pub async fn interests(tx: &mut Tx, by: &Actor, officer: OfficerId) -> Result<Vec<Interest>> {
    let own = by.officer == Some(officer);
    let rows = tx.all(sql::INTERESTS, vals![officer]).await?;
    rows.iter()
        .map(|r| {
            let reason: String = r.get(4)?;
            Ok(Interest {
                operator: r.get(0)?,
                code: r.get(1)?,
                name: bi(r.get::<String>(2)?, r.get::<String>(3)?),
                reason: own.then_some(reason),
                declared_at: r.get(5)?,
            })
        })
        .collect()
}
