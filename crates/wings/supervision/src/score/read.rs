//! Reading models, and scoring again what was scored.

use super::{Live, Mark, Registered, State, sql};
use kernel::{No, Result, RiskModelId, Timestamp};
use risk::score::record::Model;
use std::sync::Arc;
use store::{Row, Tx, document, vals};

pub(super) fn row(r: &Row) -> Result<Registered> {
    let state: String = r.get(8)?;
    let (approved_at, watched): (Option<Timestamp>, Option<String>) = (r.get(12)?, r.get(17)?);
    let approved = match approved_at {
        Some(at) => Some((r.get(11)?, at)),
        None => None,
    };
    Ok(Registered {
        id: r.get(0)?,
        label: r.get(1)?,
        hash: r.get(2)?,
        days: (r.get(3)?, r.get(4)?),
        cases: (r.get(5)?, r.get(6)?),
        note: r.get(7)?,
        state: State::parse(&state).ok_or_else(|| No::fault(format!("no state {state}")))?,
        registered: (r.get(9)?, r.get(10)?),
        approved,
        valid_from: r.get(13)?,
        valid_to: r.get(14)?,
        closed_by: r.get(15)?,
        closed_reason: r.get(16)?,
        watched: watched.zip(r.get(18)?),
    })
}

/// One model, by its identity or its number.
pub async fn one(tx: &mut Tx, which: &str) -> Result<Option<Registered>> {
    let found = match which.parse::<RiskModelId>() {
        Ok(id) => tx.opt(sql::ONE, vals![id]).await?,
        Err(_) => tx.opt(sql::BY_LABEL, vals![which]).await?,
    };
    found.map(|r| row(&r)).transpose()
}

/// All models, the newest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Registered>> {
    tx.all(sql::ALL, vals![]).await?.iter().map(row).collect()
}

/// The trained model of a hash. It is read and checked once a process, for it does not change.
pub(super) async fn model(tx: &mut Tx, hash: &str, sha256: &[u8]) -> Result<Arc<Model>> {
    let first: [u8; 8] = sha256.get(..8).and_then(|s| s.try_into().ok()).unwrap_or_default();
    let version = i64::from_be_bytes(first);
    if let Some(kept) = tx.db().cached::<Model>(version) {
        return Ok(kept);
    }
    let bytes = document::kept(tx, sha256).await?;
    let bytes = bytes.ok_or_else(|| No::fault(format!("the bytes of the model {hash} are gone")))?;
    let text = String::from_utf8(bytes).map_err(No::fault)?;
    let model = Arc::new(Model::from_json(&text).map_err(No::fault)?);
    tx.db().cache(version, model.clone());
    Ok(model)
}

/// Models that are in force or will be.
pub async fn live(tx: &mut Tx) -> Result<Vec<Live>> {
    let now = tx.now();
    let mut out = Vec::new();
    for r in tx.all(sql::APPROVED, vals![now]).await? {
        let known = row(&r)?;
        let Some(from) = known.valid_from else { continue };
        let sha: Vec<u8> = r.get(19)?;
        let model = model(tx, &known.hash, &sha).await?;
        let valid = (from, known.valid_to);
        out.push(Live { id: known.id, label: known.label, hash: known.hash, valid, model });
    }
    Ok(out)
}

/// Scores a stored row of features again with the very bytes that scored it; says whether the same comes out.
pub async fn rescore(tx: &mut Tx, mark: &Mark) -> Result<bool> {
    let found = tx.opt(sql::SHA, vals![&mark.hash]).await?;
    let Some(r) = found else { return Err(No::fault(format!("no model {}", mark.hash))) };
    let sha: Vec<u8> = r.get(0)?;
    let model = model(tx, &mark.hash, &sha).await?;
    Ok(model.score(&mark.features) == mark.said)
}
