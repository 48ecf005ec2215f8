//! Jobs: what follows later. A job is keyed, so that asking twice is asking once; leased, so
//! that a crash gives it back; retried with growing pauses, and laid aside when it keeps failing.

use crate::{Engine, Tx, vals};
use kernel::{JobId, Result, Timestamp};
use std::fmt::Write;

crate::statements! {
    ADD = "insert into job (id, kind, key, payload, run_at, attempts, state, created_at) values ($1, $2, $3, $4, $5, 0, 'queued', $6) on conflict (kind, key) do nothing";
    DONE = "update job set state = 'done', lease_until = null, done_at = $2 where id = $1";
    FAILED = "update job set state = $2, run_at = $3, last_error = $4, lease_until = null where id = $1";
    AGAIN = "update job set state = 'queued', run_at = $2, attempts = 0, last_error = null where id = $1 and state = 'dead'";
    RECENT = "select id, kind, key, payload, run_at, attempts, state, last_error, done_at from job where state = $1 order by run_at desc limit $2";
    COUNTS = "select state, count(*) from job group by state order by state";
}

/// Attempts before a job is laid aside.
const MAX_ATTEMPTS: i64 = 8;
/// How long a worker may hold a job, in microseconds.
const LEASE: i64 = 60_000_000;

/// A job to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its row.
    pub id: JobId,
    /// What kind of work.
    pub kind: String,
    /// What makes it one and the same.
    pub key: String,
    /// What it needs, as JSON.
    pub payload: String,
    /// When it is due.
    pub run_at: Timestamp,
    /// Attempts so far, this one included.
    pub attempts: i64,
    /// queued, done or dead.
    pub state: String,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

fn read(r: &crate::Row) -> Result<Job> {
    Ok(Job {
        id: r.get(0)?,
        kind: r.get(1)?,
        key: r.get(2)?,
        payload: r.get(3)?,
        run_at: r.get(4)?,
        attempts: r.get(5)?,
        state: r.get(6)?,
        last_error: r.get(7)?,
        done_at: r.get(8)?,
    })
}

/// Asks for a job, once for each kind and key.
pub async fn add(tx: &mut Tx, kind: &str, key: &str, payload: &str, run_at: Timestamp) -> Result<()> {
    let id = tx.id::<JobId>();
    let now = tx.now();
    tx.exec(ADD, vals![id, kind, key, payload, run_at, now]).await?;
    Ok(())
}

/// Takes the next due job for a minute; no other worker gets it meanwhile.
pub async fn lease(tx: &mut Tx) -> Result<Option<Job>> {
    let mut sql = String::from(
        "update job set lease_until = $2, attempts = attempts + 1 where id = (select id from job where state = 'queued' \
         and run_at <= $1 and (lease_until is null or lease_until < $1) order by run_at limit 1",
    );
    if tx.db().engine() == Engine::Postgres {
        sql.push_str(" for update skip locked");
    }
    let _ = write!(sql, ") returning id, kind, key, payload, run_at, attempts, state, last_error, done_at");
    let now = tx.now();
    tx.opt(&sql, vals![now, Timestamp(now.0 + LEASE)]).await?.map(|r| read(&r)).transpose()
}

/// The job is done.
pub async fn done(tx: &mut Tx, job: JobId) -> Result<()> {
    let now = tx.now();
    tx.exec(DONE, vals![job, now]).await?;
    Ok(())
}

/// The job failed: try again after 2, 4, 8 … seconds, and lay it aside after eight attempts.
pub async fn failed(tx: &mut Tx, job: &Job, error: &str) -> Result<()> {
    let dead = job.attempts >= MAX_ATTEMPTS;
    let pause = 1_000_000_i64 << job.attempts.clamp(1, 12);
    let at = Timestamp(tx.now().0 + pause);
    let state = if dead { "dead" } else { "queued" };
    let error: String = error.chars().take(500).collect();
    tx.exec(FAILED, vals![job.id, state, at, error]).await?;
    Ok(())
}

/// Puts a job that was laid aside back in the queue; false when it was not laid aside.
pub async fn again(tx: &mut Tx, job: JobId) -> Result<bool> {
    let now = tx.now();
    Ok(tx.exec(AGAIN, vals![job, now]).await? == 1)
}

/// Jobs in a state, newest first.
pub async fn list(tx: &mut Tx, state: &str, limit: i64) -> Result<Vec<Job>> {
    tx.all(RECENT, vals![state, limit]).await?.iter().map(read).collect()
}

/// How many jobs are in each state.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    tx.all(COUNTS, vals![]).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}
