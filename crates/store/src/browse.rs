//! Reading the ledger page by page: its head, its facts newest first, those about one subject, its checkpoints.

use crate::{
    Tx,
    ledger::{
        BEFORE, BEFORE_OF_KIND, CHECKPOINT_LAST, CHECKPOINTS_BEFORE, Checkpoint, HEAD, LAST_AT, OF_SUBJECT,
        OF_SUBJECT_BEFORE, Stored,
    },
    vals,
};
use kernel::{Result, Timestamp};

/// The newest checkpoint.
pub async fn last_checkpoint(tx: &mut Tx) -> Result<Option<Checkpoint>> {
    tx.opt(CHECKPOINT_LAST, vals![]).await?.map(|r| Checkpoint::read(&r)).transpose()
}

/// The last number and when it happened.
pub async fn head(tx: &mut Tx) -> Result<(i64, Timestamp)> {
    let r = tx.one(HEAD, vals![]).await?;
    Ok((r.get(0)?, r.get(2)?))
}

/// Facts in front of `before`, newest first, of one kind or of all.
pub async fn page(tx: &mut Tx, before: i64, limit: i64, kind: Option<&str>) -> Result<Vec<Stored>> {
    let rows = match kind {
        Some(kind) => tx.all(BEFORE_OF_KIND, vals![before, limit, kind]).await?,
        None => tx.all(BEFORE, vals![before, limit]).await?,
    };
    rows.iter().map(Stored::read).collect()
}

/// Facts about one subject, newest first.
pub async fn of_subject(tx: &mut Tx, subject: &str, limit: i64) -> Result<Vec<Stored>> {
    tx.all(OF_SUBJECT, vals![subject, limit]).await?.iter().map(Stored::read).collect()
}

/// When the newest fact about a subject was recorded.
pub async fn last_at(tx: &mut Tx, subject: &str) -> Result<Option<Timestamp>> {
    tx.opt(LAST_AT, vals![subject]).await?.map(|r| r.get(0)).transpose()
}

/// Facts about one subject in front of `before`, newest first.
pub async fn of_subject_before(tx: &mut Tx, subject: &str, before: i64, limit: i64) -> Result<Vec<Stored>> {
    tx.all(OF_SUBJECT_BEFORE, vals![before, limit, subject]).await?.iter().map(Stored::read).collect()
}

/// Signed checkpoints in front of `before`, newest first.
pub async fn checkpoints(tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<Checkpoint>> {
    tx.all(CHECKPOINTS_BEFORE, vals![before, limit]).await?.iter().map(Checkpoint::read).collect()
}
