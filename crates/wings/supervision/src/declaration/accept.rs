//! Acceptance (受理报检): by an officer, or by the silence of the bureau when the notice period ends.
//!
//! Silence counts as acceptance on the day of receipt, not on the day it was found out: the promised time of
//! release then runs from the day of lodging (行政许可法 (2019) 第三十二条).

use super::{Stage, advance, clock, sql};
use crate::competence::{Accept, Licensed, note_step};
use kernel::{DeclarationId, OfficerId, Refusal, Result, Timestamp, UnitId, bi, supervision::Accepted};
use registry::rules as book;
use store::{Tx, vals};

/// An officer accepts a declaration. From now on the promised time of release runs; when the notice period is
/// over already, it was accepted by silence, and the officer only notes it.
pub async fn accept(tx: &mut Tx, license: &Licensed<Accept>) -> Result<()> {
    note_step(tx, license).await?;
    let due: Timestamp = tx.one(sql::TO_ACCEPT, vals![license.declaration]).await?.get(3)?;
    let deemed = tx.now() >= due;
    set_accepted(tx, license.declaration, Some(license.officer), deemed).await
}

/// Nobody told a deficiency in time: the declaration counts as accepted from its receipt. Whether the time is
/// over, the caller knows; the clockwork asks [`accept_silent`].
pub async fn deem_accepted(tx: &mut Tx, id: DeclarationId) -> Result<()> {
    set_accepted(tx, id, None, true).await
}

/// As [`deem_accepted`], refused while the notice period runs: an answer may have begun a fresh one since somebody
/// looked.
pub async fn accept_silent(tx: &mut Tx, id: DeclarationId) -> Result<()> {
    let r = tx.one(sql::TO_ACCEPT, vals![id]).await?;
    let (due, stage): (Timestamp, String) = (r.get(3)?, r.get(4)?);
    if stage == Stage::Lodged.code() && tx.now() < due {
        let needed = bi("一次性告知期限届满后方可视为受理", "the notice period has to end first");
        let what = bi("尚不能视为受理", "it does not count as accepted yet");
        return Err(Refusal::new("declaration.not_due", what)
            .missing("due_at", due.rfc3339(), needed)
            .into());
    }
    deem_accepted(tx, id).await
}

/// Declarations whose notice period ended in silence, the longest over first, after a key.
pub async fn silent(
    tx: &mut Tx,
    after: (Timestamp, DeclarationId),
    limit: i64,
) -> Result<Vec<(Timestamp, DeclarationId)>> {
    let now = tx.now();
    let rows = tx.all(sql::SILENT, vals![now, after.0, after.1, limit.clamp(1, 500)]).await?;
    rows.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}

async fn set_accepted(
    tx: &mut Tx,
    id: DeclarationId,
    officer: Option<OfficerId>,
    deemed: bool,
) -> Result<()> {
    let r = tx.one(sql::TO_ACCEPT, vals![id]).await?;
    let (branch, label, lodged_at): (UnitId, String, Timestamp) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let rules = book::rules(tx).await?;
    let days = clock::pinned(&rules, &label, tx.now().date())?.number("release.working_days")?.value;
    // After an answered notice the receipt of the answer would count; it is the start of the last notice period.
    let from = if deemed { super::notice::received(tx, id, lodged_at).await? } else { tx.now() };
    let due_at = rules.calendar.end_of(from.date(), days);
    advance(tx, id, &[Stage::Lodged], Stage::Accepted, Some(due_at)).await?;
    tx.exec(sql::SET_ACCEPTED, vals![id, from]).await?;
    tx.append(id.subject(), officer, Some(branch), Accepted { declaration: id, deemed, lodged_at, due_at });
    Ok(())
}
