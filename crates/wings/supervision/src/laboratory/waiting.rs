//! Time in the laboratory is counted apart from the promised time (M9-2): when the tests begin, the working
//! days left of the promise are put aside; when the last result is there, they run on from that day.

use super::sql;
use kernel::{DeclarationId, No, Result, Timestamp};
use registry::rules as book;
use store::{Tx, vals};

/// The consignment goes to the laboratory; gives the day by which the tests should be done.
pub(crate) async fn begin_waiting(tx: &mut Tx, declaration: DeclarationId) -> Result<Timestamp> {
    let r = tx.one(sql::SUBJECT, vals![declaration]).await?;
    let (label, promised): (String, Timestamp) = (r.get(3)?, r.get(4)?);
    let rules = book::rules(tx).await?;
    let pack = &rules.by_label(&label).ok_or_else(|| No::fault(format!("no rule version {label}")))?.pack;
    let days = pack.number("laboratory.working_days")?.value;
    let now = tx.now();
    let today = now.date();
    // A promise ends with its last day, so its due instant is the first of the next.
    let last = Timestamp(promised.0 - 1).date();
    let left = rules.calendar.between(today, last);
    tx.exec(sql::WAIT_ADD, vals![declaration, now, left]).await?;
    Ok(rules.calendar.end_of(today, days))
}

/// The laboratory is done; the promised time runs on with the days that were left. Nothing when it never stood.
pub(crate) async fn end_waiting(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    let Some(r) = tx.opt(sql::WAIT_OPEN, vals![declaration]).await? else { return Ok(()) };
    let left: i64 = r.get(1)?;
    let now = tx.now();
    tx.exec(sql::WAIT_END, vals![declaration, now]).await?;
    let rules = book::rules(tx).await?;
    let due = rules.calendar.end_of(now.date(), left);
    tx.exec(sql::WAIT_DUE, vals![declaration, due]).await.map(drop)
}
