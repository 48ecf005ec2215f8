//! Acceptance (受理报检): by an officer, or by the silence of the bureau when the notice period ends.

use super::{Stage, advance, sql};
use crate::competence::{Accept, Licensed, note_step};
use kernel::{DeclarationId, OfficerId, Result, Timestamp, UnitId, supervision::Accepted};
use registry::rules as book;
use store::{Tx, vals};

/// An officer accepts a declaration. From now on the promised time of release runs.
pub async fn accept(tx: &mut Tx, license: &Licensed<Accept>) -> Result<()> {
    note_step(tx, license).await?;
    set_accepted(tx, license.declaration, Some(license.officer), &[Stage::Lodged], false).await
}

/// Nobody told a deficiency in time: the declaration counts as accepted (行政许可法 (2019) 第三十二条).
pub async fn deem_accepted(tx: &mut Tx, id: DeclarationId) -> Result<()> {
    set_accepted(tx, id, None, &[Stage::Lodged], true).await
}

async fn set_accepted(
    tx: &mut Tx,
    id: DeclarationId,
    officer: Option<OfficerId>,
    from: &[Stage],
    deemed: bool,
) -> Result<()> {
    let r = tx.one(sql::TO_ACCEPT, vals![id]).await?;
    let (branch, label, lodged_at): (UnitId, String, Timestamp) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let rules = book::rules(tx).await?;
    let today = tx.now().date();
    let pack = match rules.by_label(&label) {
        Some(pack) => pack,
        None => book::adopted(&rules, today)?,
    };
    let days = pack.pack.number("release.working_days")?.value;
    let last = rules.calendar.after(today, days);
    let due_at = Timestamp::start_of(last.tomorrow().unwrap_or(last));
    advance(tx, id, from, Stage::Accepted, Some(due_at)).await?;
    let now = tx.now();
    tx.exec(sql::SET_ACCEPTED, vals![id, now]).await?;
    tx.append(id.subject(), officer, Some(branch), Accepted { declaration: id, deemed, lodged_at, due_at });
    Ok(())
}
