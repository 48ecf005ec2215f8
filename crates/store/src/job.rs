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
    RECENT = "select id, kind, key, payload, run_at, attempts, state, last_error, done_at, lease_until, progress, total, result from job where state = $1 order by run_at desc limit $2";
    BEFORE = "select id, kind, key, payload, run_at, attempts, state, last_error, done_at, lease_until, progress, total, result from job where state = $1 and (run_at, id) < ($2, $3) order by run_at desc, id desc limit $4";
    ONE = "select id, kind, key, payload, run_at, attempts, state, last_error, done_at, lease_until, progress, total, result from job where id = $1";
    NEWEST = "select id, kind, key, payload, run_at, attempts, state, last_error, done_at, lease_until, progress, total, result from job where kind = $1 order by created_at desc limit 1";
    OF_KIND = "select id, kind, key, payload, run_at, attempts, state, last_error, done_at, lease_until, progress, total, result from job where kind = $1 order by created_at desc, id desc limit $2";
    BY_KEY = "select id, kind, key, payload, run_at, attempts, state, last_error, done_at, lease_until, progress, total, result from job where kind = $1 and key = $2";
    COUNTS = "select state, count(*) from job group by state order by state";
    DUE = "select 1 from job where state = 'queued' and run_at <= $1 and (lease_until is null or lease_until < $1) limit 1";
    PROGRESS = "update job set progress = $2, total = $3, lease_until = $4 where id = $1 and state = 'queued'";
    FINISHED = "update job set state = 'done', lease_until = null, done_at = $2, progress = total, result = $3 where id = $1";
}

/// Attempts before a job is laid aside.
const MAX_ATTEMPTS: i64 = 8;
/// How long a worker may hold a job, in microseconds.
const LEASE: i64 = 60_000_000;

/// Columns of a job, in the order in which `read` takes them.
const COLUMNS: &str = "id, kind, key, payload, run_at, attempts, state, last_error, done_at, lease_until, progress, total, result";

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
    /// Until when a worker holds it.
    pub lease_until: Option<Timestamp>,
    /// How far it has come, in units of its own.
    pub progress: Option<i64>,
    /// How far it has to go.
    pub total: Option<i64>,
    /// What came of it, as JSON.
    pub result: Option<String>,
}

impl Job {
    /// Whether a worker holds it at this instant.
    pub fn runs(&self, now: Timestamp) -> bool {
        self.state == "queued" && self.lease_until.is_some_and(|until| until >= now)
    }
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
        lease_until: r.get(9)?,
        progress: r.get(10)?,
        total: r.get(11)?,
        result: r.get(12)?,
    })
}

/// Whether a job is due that nobody holds.
pub async fn is_due(tx: &mut Tx) -> Result<bool> {
    let now = tx.now();
    Ok(tx.opt(DUE, vals![now]).await?.is_some())
}

/// Notes how far a job has come, and holds it for another minute.
pub async fn advance(tx: &mut Tx, job: JobId, done: i64, total: i64) -> Result<()> {
    let until = Timestamp(tx.now().0 + LEASE);
    tx.exec(PROGRESS, vals![job, done, total, until]).await.map(drop)
}

/// The job is done, and this came of it.
pub async fn done_with(tx: &mut Tx, job: JobId, result: &str) -> Result<()> {
    let now = tx.now();
    tx.exec(FINISHED, vals![job, now, result]).await.map(drop)
}

/// One job.
pub async fn one(tx: &mut Tx, job: JobId) -> Result<Option<Job>> {
    tx.opt(ONE, vals![job]).await?.map(|r| read(&r)).transpose()
}

/// The newest job of a kind, whatever became of it.
pub async fn newest(tx: &mut Tx, kind: &str) -> Result<Option<Job>> {
    tx.opt(NEWEST, vals![kind]).await?.map(|r| read(&r)).transpose()
}

/// The jobs of a kind, whatever became of them, the newest first.
pub async fn of_kind(tx: &mut Tx, kind: &str, limit: i64) -> Result<Vec<Job>> {
    tx.all(OF_KIND, vals![kind, limit]).await?.iter().map(read).collect()
}

/// The job of a kind and key.
pub async fn by_key(tx: &mut Tx, kind: &str, key: &str) -> Result<Option<Job>> {
    tx.opt(BY_KEY, vals![kind, key]).await?.map(|r| read(&r)).transpose()
}

/// A page of jobs in a state, the last to run first, in front of `before`.
pub async fn page(
    tx: &mut Tx,
    state: &str,
    before: Option<(Timestamp, JobId)>,
    limit: i64,
) -> Result<Vec<Job>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), JobId::from(kernel::MAX_UUID)));
    tx.all(BEFORE, vals![state, at, id, limit]).await?.iter().map(read).collect()
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
    let _ = write!(sql, ") returning {COLUMNS}");
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
