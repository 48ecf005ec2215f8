//! Reading tables and their versions.

use super::{Pinned, RiskTable, State, Tables, Version, pinned, sql};
use kernel::{No, Result, RiskTableId, RiskTableVersionId, Timestamp, bi};
use store::{Row, Tx, vals};

fn row(r: &Row) -> Result<Version> {
    let state: String = r.get(6)?;
    let (tried, at): (Option<String>, Option<Timestamp>) = (r.get(13)?, r.get(14)?);
    let approved: Option<Timestamp> = r.get(16)?;
    let approved = match approved {
        Some(at) => Some((r.get(15)?, at)),
        None => None,
    };
    Ok(Version {
        id: r.get(0)?,
        table: RiskTable {
            id: r.get(1)?,
            code: r.get(2)?,
            title: bi(r.get::<String>(3)?, r.get::<String>(4)?),
        },
        version: r.get(5)?,
        state: State::parse(&state).ok_or_else(|| No::fault(format!("no state {state}")))?,
        body: r.get(7)?,
        examples: r.get(8)?,
        note: r.get(9)?,
        drafted: (r.get(10)?, r.get(11)?),
        tested_at: r.get(12)?,
        backtest: tried.zip(at),
        approved,
        valid_from: r.get(17)?,
        valid_to: r.get(18)?,
        closed_reason: r.get(19)?,
    })
}

/// One version.
pub async fn one(tx: &mut Tx, id: RiskTableVersionId) -> Result<Option<Version>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| row(&r)).transpose()
}

/// The newest version of every table.
pub async fn list(tx: &mut Tx) -> Result<Vec<Version>> {
    tx.all(sql::NEWEST, vals![]).await?.iter().map(row).collect()
}

/// The versions of a table, the newest first.
pub async fn versions(tx: &mut Tx, table: RiskTableId) -> Result<Vec<Version>> {
    tx.all(sql::OF_TABLE, vals![table]).await?.iter().map(row).collect()
}

/// Every approved version, compiled.
pub async fn approved(tx: &mut Tx) -> Result<Tables> {
    let mut tables = Tables::default();
    for r in tx.all(sql::APPROVED, vals![]).await? {
        let v = row(&r)?;
        let (model, _) = pinned::read_body(&v.body)?;
        let valid = v.valid_from.map(|from| (from, v.valid_to));
        tables.add(Pinned::new(&v.label(), v.table.title.clone(), &model, valid)?);
    }
    Ok(tables)
}
