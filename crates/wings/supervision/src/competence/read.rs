//! What pages, API and the gate read of authorisations.

use super::{Authorisation, Task, sql};
use kernel::{AuthorisationId, No, OfficerId, Result, Timestamp};
use store::{Row, Tx, vals};

fn read(r: &Row) -> Result<Authorisation> {
    let duty: String = r.get(2)?;
    let ended: Option<Timestamp> = r.get(8)?;
    let how: Option<String> = r.get(9)?;
    Ok(Authorisation {
        id: r.get(0)?,
        officer: r.get(1)?,
        duty: Task::parse(&duty).ok_or_else(|| No::fault(format!("no duty {duty}")))?,
        hs_prefix: r.get(3)?,
        valid_from: r.get(4)?,
        valid_to: r.get(5)?,
        emergency: r.get(6)?,
        reason: r.get(7)?,
        ended: ended.zip(how),
    })
}

/// One authorisation.
pub(super) async fn one(tx: &mut Tx, id: AuthorisationId) -> Result<Option<Authorisation>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()
}

/// All authorisations of an officer, also those that ended.
pub async fn of_officer(tx: &mut Tx, officer: OfficerId) -> Result<Vec<Authorisation>> {
    tx.all(sql::OF_OFFICER, vals![officer]).await?.iter().map(read).collect()
}

/// Authorisations of an officer for a duty that have not run out.
pub(super) async fn of_duty(tx: &mut Tx, officer: OfficerId, duty: Task) -> Result<Vec<Authorisation>> {
    let now = tx.now();
    tx.all(sql::OF_DUTY, vals![officer, duty.code(), now]).await?.iter().map(read).collect()
}

/// Authorisations that run out within `days`, the soonest first.
pub async fn expiring(tx: &mut Tx, days: i64, limit: i64) -> Result<Vec<Authorisation>> {
    let now = tx.now();
    let until = Timestamp(now.0 + days * Timestamp::DAY);
    tx.all(sql::EXPIRING, vals![now, until, limit]).await?.iter().map(read).collect()
}

/// The emergency delegations granted in a period: the monthly override report.
pub async fn overrides(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<Vec<Authorisation>> {
    tx.all(sql::OVERRIDES, vals![from, to]).await?.iter().map(read).collect()
}
