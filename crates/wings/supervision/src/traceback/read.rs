//! What pages and other rooms read of traces.

use super::{Genealogy, Replay, Run, Traceback, look::look, sql};
use kernel::{NotificationId, Refusal, Result, Timestamp, TracebackId, bi};
use store::{Row, Tx, vals};

fn read(r: &Row) -> Result<Traceback> {
    let starts: String = r.get(6)?;
    Ok(Traceback {
        id: r.get(0)?,
        no: r.get(1)?,
        kind: r.get(2)?,
        notification: r.get(3)?,
        plant: r.get(4)?,
        branch: r.get(5)?,
        starts: serde_json::from_str(&starts)?,
        seed: r.get(7)?,
        rule_version: r.get(8)?,
        officer: r.get(9)?,
        started_at: r.get(10)?,
        due_at: r.get(11)?,
        ended_at: r.get(12)?,
        complete: r.get(13)?,
        note: r.get(14)?,
    })
}

fn run(r: &Row) -> Result<Run> {
    let (inputs, found): (String, String) = (r.get(1)?, r.get(2)?);
    Ok(Run {
        n: r.get(0)?,
        inputs: serde_json::from_str(&inputs)?,
        found: serde_json::from_str(&found)?,
        officer: r.get(3)?,
        at: r.get(4)?,
    })
}

/// One trace.
pub async fn one(tx: &mut Tx, id: TracebackId) -> Result<Option<Traceback>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()
}

pub(super) async fn must(tx: &mut Tx, id: TracebackId) -> Result<Traceback> {
    let none = || Refusal::new("traceback.not_found", bi("没有这项追溯", "there is no such trace"));
    one(tx, id).await?.ok_or_else(|| none().into())
}

/// Traces, the newest first, from the one before the key on.
pub async fn list(
    tx: &mut Tx,
    before: Option<(Timestamp, TracebackId)>,
    limit: i64,
) -> Result<Vec<Traceback>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), TracebackId::from(kernel::MAX_UUID)));
    tx.all(sql::NEWEST, vals![at, id, limit.clamp(1, 200)]).await?.iter().map(read).collect()
}

/// Traces that have not ended, the soonest due first, from the one after the key on.
pub async fn open(
    tx: &mut Tx,
    after: Option<(Timestamp, TracebackId)>,
    limit: i64,
) -> Result<Vec<Traceback>> {
    let (at, id) = after.unwrap_or((Timestamp(i64::MIN), TracebackId::from(kernel::MIN_UUID)));
    tx.all(sql::OPEN, vals![at, id, limit.clamp(1, 200)]).await?.iter().map(read).collect()
}

/// How many traces have not ended; not counted beyond `most`.
pub async fn count_open(tx: &mut Tx, most: i64) -> Result<i64> {
    tx.one(sql::COUNT_OPEN, vals![most]).await?.get(0)
}

/// The traces of a notification, oldest first.
pub async fn of_notification(tx: &mut Tx, id: NotificationId) -> Result<Vec<Traceback>> {
    tx.all(sql::OF_NOTIFICATION, vals![id]).await?.iter().map(read).collect()
}

/// The runs of a trace, the newest first.
pub async fn runs(tx: &mut Tx, id: TracebackId) -> Result<Vec<Run>> {
    tx.all(sql::RUNS, vals![id]).await?.iter().map(run).collect()
}

/// The last run of a trace.
pub async fn latest(tx: &mut Tx, id: TracebackId) -> Result<Option<Run>> {
    tx.opt(sql::LATEST, vals![id]).await?.map(|r| run(&r)).transpose()
}

/// Runs a stored run again from what it was taken from. The genealogy has to hold at least the events that it held then.
pub async fn replay(tx: &mut Tx, genealogy: &dyn Genealogy, id: TracebackId, n: i64) -> Result<Replay> {
    let none = || Refusal::new("traceback.no_run", bi("没有这次运行", "there is no such run"));
    let stored = run(&tx.opt(sql::RUN, vals![id, n]).await?.ok_or_else(none)?)?;
    let (again, _) = look(tx, &stored.inputs, genealogy).await?;
    let same = again == stored.found;
    Ok(Replay { stored, again, same })
}
