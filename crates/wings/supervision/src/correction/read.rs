//! What pages and other rooms read of corrections.

use super::{Correction, State, Visit, sql};
use kernel::{CorrectionId, No, NotificationId, Refusal, Result, Timestamp, bi};
use store::{Row, Tx, vals};

fn read(r: &Row) -> Result<Correction> {
    let state: String = r.get(7)?;
    Ok(Correction {
        id: r.get(0)?,
        no: r.get(1)?,
        notification: r.get(2)?,
        plant: r.get(3)?,
        branch: r.get(4)?,
        hazard: r.get(5)?,
        cause: r.get(6)?,
        state: State::parse(&state).ok_or_else(|| No::fault(format!("no state {state}")))?,
        rule_version: r.get(8)?,
        opened_at: r.get(9)?,
        due_at: r.get(10)?,
        plan: r.get(11)?,
        planned_at: r.get(12)?,
        verified_at: r.get(13)?,
    })
}

/// One correction.
pub async fn one(tx: &mut Tx, id: CorrectionId) -> Result<Option<Correction>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()
}

pub(super) async fn must(tx: &mut Tx, id: CorrectionId) -> Result<Correction> {
    let none = || Refusal::new("correction.not_found", bi("没有这项整改", "there is no such correction"));
    one(tx, id).await?.ok_or_else(|| none().into())
}

/// Corrections in a state, the soonest due first, from the one after the key on.
pub async fn list(
    tx: &mut Tx,
    state: State,
    after: Option<(Timestamp, CorrectionId)>,
    limit: i64,
) -> Result<Vec<Correction>> {
    let (at, id) = after.unwrap_or((Timestamp(i64::MIN), CorrectionId::from(kernel::MIN_UUID)));
    tx.all(sql::AT, vals![state.code(), at, id, limit.clamp(1, 200)]).await?.iter().map(read).collect()
}

/// The corrections of a notification, oldest first.
pub async fn of_notification(tx: &mut Tx, id: NotificationId) -> Result<Vec<Correction>> {
    tx.all(sql::OF_NOTIFICATION, vals![id]).await?.iter().map(read).collect()
}

/// Numbers of the corrections of a notification that are not verified.
pub async fn open_of(tx: &mut Tx, id: NotificationId) -> Result<Vec<String>> {
    let all = of_notification(tx, id).await?;
    Ok(all.into_iter().filter(|c| c.state != State::Verified).map(|c| c.no).collect())
}

/// The visits of a correction, oldest first.
pub async fn visits(tx: &mut Tx, id: CorrectionId) -> Result<Vec<Visit>> {
    let rows = tx.all(sql::VISITS, vals![id]).await?;
    rows.iter()
        .map(|r| Ok(Visit { passed: r.get(0)?, finding: r.get(1)?, officer: r.get(2)?, at: r.get(3)? }))
        .collect()
}
