//! Reading regimes and their moves.

use super::{Live, sql};
use kernel::{Bilingual, FactId, No, Result, Timestamp, bi};
use serde::Serialize;
use store::{Tx, vals};

/// Rates that are not the ordinary ones, for targeting.
pub async fn live(tx: &mut Tx) -> Result<Live> {
    let mut live = Live::default();
    for r in tx.all(sql::LIVE, vals![]).await? {
        let rate: i64 = r.get(2)?;
        live.0.insert((r.get(0)?, r.get(1)?), u64::try_from(rate).map_err(No::fault)?);
    }
    Ok(live)
}

/// A rate that is not the ordinary one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Code of the regime.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// Name of the regime.
    pub name: Bilingual,
    /// Heading.
    pub heading: String,
    /// The country abroad, for steps.
    pub market: String,
    /// Code and name of the operator, for levels and series.
    pub operator: Option<(String, Bilingual)>,
    /// Rate, parts per million.
    pub rate_ppm: i64,
    /// How it stands, as JSON.
    pub standing: String,
    /// Since when it stands so.
    pub updated_at: Timestamp,
}

/// Rates that are not the ordinary ones, after a key.
pub async fn list(tx: &mut Tx, after: (&str, &str), limit: i64) -> Result<Vec<Row>> {
    let mut out = Vec::new();
    for r in tx.all(sql::LIST, vals![after.0, after.1, limit]).await? {
        let code: Option<String> = r.get(7)?;
        let operator = match code {
            Some(code) => Some((code, bi(r.get::<String>(8)?, r.get::<String>(9)?))),
            None => None,
        };
        out.push(Row {
            kind: r.get(1)?,
            key: r.get(2)?,
            name: bi(r.get::<String>(3)?, r.get::<String>(4)?),
            heading: r.get(5)?,
            market: r.get(6)?,
            operator,
            rate_ppm: r.get(10)?,
            standing: r.get(11)?,
            updated_at: r.get(12)?,
        });
    }
    Ok(out)
}

/// A move of a rate, with its figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// Its row.
    pub id: FactId,
    /// Code of the regime.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// Name of the regime.
    pub name: Bilingual,
    /// Heading.
    pub heading: String,
    /// The country abroad.
    pub market: String,
    /// `up` or `down`.
    pub step: String,
    /// Rate before, parts per million; 0 is the ordinary one.
    pub from_ppm: i64,
    /// Rate after.
    pub to_ppm: i64,
    /// Checked and failed of its own, and in its category.
    pub figures: ((u64, u64), (u64, u64)),
    /// Rule version.
    pub rule_version: String,
    /// When.
    pub at: Timestamp,
}

/// Moves in front of a key, the newest first.
pub async fn moves(tx: &mut Tx, before: Option<(Timestamp, FactId)>, limit: i64) -> Result<Vec<Move>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), FactId::from(kernel::MAX_UUID)));
    let mut out = Vec::new();
    for r in tx.all(sql::MOVES, vals![at, id, limit]).await? {
        let figures: String = r.get(10)?;
        out.push(Move {
            id: r.get(0)?,
            kind: r.get(1)?,
            key: r.get(2)?,
            name: bi(r.get::<String>(3)?, r.get::<String>(4)?),
            heading: r.get(5)?,
            market: r.get(6)?,
            step: r.get(7)?,
            from_ppm: r.get(8)?,
            to_ppm: r.get(9)?,
            figures: serde_json::from_str(&figures)?,
            rule_version: r.get(11)?,
            at: r.get(12)?,
        });
    }
    Ok(out)
}
