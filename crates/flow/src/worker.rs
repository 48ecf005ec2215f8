//! The jobs of the installation: verifying the ledger, and making findable what an upgrade found there.
//!
//! A job is one transaction when it is leased, and as many as it needs while it runs; its progress is written
//! about twice a second, which also keeps its lease.

use crate::webhook::Targets;
use crate::{Desk, Worker};
use kernel::{JobId, Result, Timestamp};
use registry::find;
use serde_json::json;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::{Tx, job, ledger};
use supervision::{regime, score, what_if};

/// The kind of job that verifies the ledger.
pub const VERIFY: &str = "ledger.verify";
/// The kind of job that makes rows findable that were there before finding was.
pub const FILL: &str = "find.fill";

/// The kind of job that counts stepped rates of checking anew, once a month.
pub const STEPS: &str = "regime.step";

/// Rows entered in one transaction: short enough that nobody waits behind it.
const FILL_ROWS: i64 = 500;
/// How often progress is written.
const TELL: Duration = Duration::from_millis(500);
/// How far a job may fall behind its run before another is asked for.
const FRESH: i64 = 24 * Timestamp::HOUR;

/// Asks for a verification of the ledger, unless one waits or runs.
pub async fn ask_verification(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    let open =
        job::newest(tx, VERIFY).await?.is_some_and(|j| j.state == "queued" && now.0 - j.run_at.0 < FRESH);
    if open {
        return Ok(());
    }
    job::add(tx, VERIFY, &now.rfc3339(), "{}", now).await
}

/// Asks once that everything in the registry be findable.
pub async fn ask_filling(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    job::add(tx, FILL, "registry", "{}", now).await
}

fn month(at: Timestamp) -> String {
    at.date().strftime("%Y-%m").to_string()
}

/// Whether this month's count of stepped rates was asked for.
pub(crate) async fn steps_are_asked(tx: &mut Tx) -> Result<bool> {
    let month = month(tx.now());
    Ok(job::newest(tx, STEPS).await?.is_some_and(|j| j.key >= month))
}

/// Asks for this month's count of stepped rates.
pub async fn ask_steps(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    job::add(tx, STEPS, &month(now), "{}", now).await
}

pub(crate) async fn steps(desk: &Desk) -> Result<String> {
    let mut tx = desk.begin().await?;
    let moved = regime::step_all(&mut tx).await?;
    desk.finish(tx).await?;
    Ok(json!({ "moved": moved }).to_string())
}

/// Asks once a day that histories be brought up to date and that the score in force be looked after.
pub(crate) async fn ask_score(desk: &Desk) -> Result<()> {
    let mut tx = desk.read().await?;
    let day = tx.now().date().to_string();
    if job::by_key(&mut tx, score::JOB, &day).await?.is_some() || score::list(&mut tx).await?.is_empty() {
        return Ok(());
    }
    drop(tx);
    let mut tx = desk.begin().await?;
    let now = tx.now();
    job::add(&mut tx, score::JOB, &day, "{}", now).await?;
    tx.commit().await.map(drop)
}

/// Brings the histories of the score up to date, day by day, and looks after the score in force.
pub(crate) async fn look_after_score(desk: &Desk, id: JobId) -> Result<String> {
    let mut days = 0;
    loop {
        let mut tx = desk.begin().await?;
        if !score::fold_for_models(&mut tx).await? {
            tx.rollback().await?;
            break;
        }
        days += 1;
        job::advance(&mut tx, id, days, days).await?;
        tx.commit().await?;
    }
    let mut tx = desk.begin().await?;
    let stand = score::watch(&mut tx).await?;
    desk.finish(tx).await?;
    Ok(json!({ "days": days, "stand": stand }).to_string())
}

/// Takes the decisions of the last year again under a change.
pub(crate) async fn try_change(desk: &Desk, job: &job::Job) -> Result<String> {
    let read = || desk.read();
    let figures = what_if::run(&job.payload, read, |done, total| tell(desk, job.id, done, total)).await?;
    let mut tx = desk.begin().await?;
    what_if::Change::note(&mut tx, &job.payload, &figures).await?;
    desk.finish(tx).await?;
    Ok(serde_json::to_string(&figures)?)
}

/// Does the next job that is due; false when there is none.
pub async fn work_once(desk: &Desk) -> Result<bool> {
    Worker { desk: desk.clone(), targets: Targets::default() }.one().await
}

async fn tell(desk: &Desk, id: JobId, done: i64, total: i64) -> Result<()> {
    let mut tx = desk.begin().await?;
    job::advance(&mut tx, id, done, total).await?;
    tx.commit().await.map(drop)
}

pub(crate) async fn verify(desk: &Desk, id: JobId) -> Result<String> {
    let (read, last) = (AtomicI64::new(0), AtomicI64::new(0));
    let verifying = ledger::verify(&desk.db, &desk.clock, |at, all| {
        read.store(at, Ordering::Relaxed);
        last.store(all, Ordering::Relaxed);
    });
    let telling = async {
        loop {
            tokio::time::sleep(TELL).await;
            let told = tell(desk, id, read.load(Ordering::Relaxed), last.load(Ordering::Relaxed)).await;
            if let Err(no) = told {
                break no;
            }
        }
    };
    let verdict = tokio::select! {
        verdict = verifying => verdict?,
        no = telling => return Err(no),
    };
    tell(desk, id, verdict.facts, verdict.head).await?;
    Ok(serde_json::to_string(&verdict)?)
}

pub(crate) async fn fill(desk: &Desk, id: JobId) -> Result<String> {
    let mut entered = 0;
    for noun in find::NOUNS {
        let mut after = String::new();
        loop {
            let mut tx = desk.begin().await?;
            let page = find::fill(&mut tx, noun, &after, FILL_ROWS).await?;
            tx.commit().await?;
            let Some((last, n)) = page else { break };
            entered += n;
            after = last;
            tell(desk, id, entered, entered).await?;
        }
    }
    Ok(json!({ "entered": entered }).to_string())
}
