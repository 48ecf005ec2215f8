//! What pages and other rooms read of series.

use super::{Series, sql};
use kernel::{DeclarationId, NotificationId, Refusal, Result, SeriesId, Timestamp, bi};
use store::{Row, Tx, vals};

pub(super) fn read(r: &Row) -> Result<Series> {
    let (demanded, due): (Option<Timestamp>, Option<Timestamp>) = (r.get(13)?, r.get(14)?);
    Ok(Series {
        id: r.get(0)?,
        operator: r.get(1)?,
        plant: r.get(2)?,
        branch: r.get(3)?,
        hazard: r.get(4)?,
        market: r.get(5)?,
        heading: r.get(6)?,
        notification: r.get(7)?,
        rule_version: r.get(8)?,
        opened_at: r.get(9)?,
        needed: r.get(10)?,
        clean: r.get(11)?,
        failures: r.get(12)?,
        demanded: demanded.zip(due),
        answered_at: r.get(15)?,
        answer: r.get(16)?,
        suspended_at: r.get(17)?,
        suspension: r.get(18)?,
        ended_at: r.get(19)?,
    })
}

/// One series.
pub async fn one(tx: &mut Tx, id: SeriesId) -> Result<Option<Series>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()
}

pub(super) async fn must(tx: &mut Tx, id: SeriesId) -> Result<Series> {
    let none = || Refusal::new("series.not_found", bi("没有这项加严", "there is no such series"));
    one(tx, id).await?.ok_or_else(|| none().into())
}

/// Running series, the newest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Series>> {
    tx.all(sql::RUNNING, vals![limit.clamp(1, 200)]).await?.iter().map(read).collect()
}

/// The series that a notification opened or was counted in.
pub async fn of_notification(tx: &mut Tx, id: NotificationId) -> Result<Vec<Series>> {
    tx.all(sql::OF_NOTIFICATION, vals![id]).await?.iter().map(read).collect()
}

/// The running series that a consignment is under.
pub async fn of_declaration(tx: &mut Tx, id: DeclarationId) -> Result<Vec<Series>> {
    tx.all(sql::OF_DECLARATION, vals![id]).await?.iter().map(read).collect()
}
