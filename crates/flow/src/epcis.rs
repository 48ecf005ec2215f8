//! Capturing visibility events: small documents whole in one transaction, large ones batch by batch while a thread
//! of their own reads on, so that memory stays bounded and a crash loses nothing that was acknowledged.

use crate::Desk;
use kernel::{Actor, CaptureId, No, Refusal, Result, Scope, bi};
use std::sync::Arc;
use supervision::epcis::{self, BATCH, Batch, Behaviour, Capture, Flaw, Survey, Tally, WHOLE};
use tokio::sync::mpsc;
use trace::epcis::Limits;

/// Bytes of a document that is captured while its sender waits.
pub const SMALL: usize = 1024 * 1024;
/// How large a document may be: 128 MiB, 500,000 events.
pub const CAPTURE_LIMITS: Limits = Limits { max_bytes: 128 << 20, max_depth: 64, max_events: 500_000 };

/// Batches that wait for the database while more are read.
const AHEAD: usize = 4;

impl Desk {
    /// Captures a document now, and gives what came of it. What is wrong with a document that is to be kept whole or
    /// not at all is a refusal.
    pub async fn capture(&self, by: &Actor, behaviour: Behaviour, bytes: Arc<[u8]>) -> Result<Capture> {
        let told = survey(bytes.clone()).await?;
        refuse(behaviour, &told)?;
        let mut tx = self.begin().await?;
        let id = epcis::open(&mut tx, by, behaviour, None).await?;
        self.finish(tx).await?;
        self.store(by, id, behaviour, bytes, told).await?;
        let mut tx = self.read().await?;
        let found = epcis::capture(&mut tx, by, id).await?;
        found.ok_or_else(|| No::fault("a capture that is not there"))
    }

    /// Takes a document in and captures it later, as a job.
    pub async fn capture_later(&self, by: &Actor, behaviour: Behaviour, bytes: Vec<u8>) -> Result<CaptureId> {
        let mut tx = self.begin().await?;
        let id = epcis::open(&mut tx, by, behaviour, Some(bytes)).await?;
        self.finish(tx).await?;
        Ok(id)
    }

    /// Runs a waiting capture; one that is over already is left alone.
    pub async fn run_capture(&self, id: CaptureId) -> Result<()> {
        let mut tx = self.read().await?;
        let Some(capture) = epcis::capture(&mut tx, &Actor::system(), id).await? else { return Ok(()) };
        let Some(body) = epcis::waiting_body(&mut tx, id).await? else { return Ok(()) };
        drop(tx);
        let mut by = Actor { officer: capture.by_officer, ..Actor::system() };
        if let Some(operator) = capture.operator {
            by.scope = Scope::Operator(operator);
        }
        let bytes: Arc<[u8]> = body.into();
        let told = survey(bytes.clone()).await?;
        if refuse(capture.behaviour, &told).is_err() {
            let Survey { events, flaws: errors, .. } = told;
            return self.end(id, Tally { events, rejected: events, errors, ..Tally::default() }, false).await;
        }
        self.store(&by, id, capture.behaviour, bytes, told).await
    }

    async fn store(
        &self,
        by: &Actor,
        id: CaptureId,
        behaviour: Behaviour,
        bytes: Arc<[u8]>,
        told: Survey,
    ) -> Result<()> {
        let mut whole =
            Tally { events: told.events, rejected: told.rejected, errors: told.flaws, ..Tally::default() };
        if let Some(ready) = told.ready {
            let mut tx = self.begin().await?;
            epcis::keep_master(&mut tx, id, &told.master).await?;
            let kept = epcis::keep(&mut tx, by, id, ready).await?;
            if behaviour == Behaviour::Rollback && kept.rejected > 0 {
                drop(tx);
                let events = whole.events;
                let errors = kept.errors.clone();
                self.end(id, Tally { events, rejected: events, errors, ..Tally::default() }, false).await?;
                return epcis::fail(&kept.errors);
            }
            whole.add(Tally { events: 0, ..kept });
            epcis::finish(&mut tx, id, &whole, whole.errors.is_empty()).await?;
            return self.finish(tx).await;
        }
        let mut tx = self.begin().await?;
        epcis::keep_master(&mut tx, id, &told.master).await?;
        self.finish(tx).await?;
        let mut batches = reading(bytes);
        while let Some(batch) = batches.recv().await {
            let mut tx = self.begin().await?;
            let kept = epcis::keep(&mut tx, by, id, batch.ready).await?;
            self.finish(tx).await?;
            whole.add(Tally { events: 0, ..kept });
        }
        let good = whole.errors.is_empty();
        self.end(id, whole, good).await
    }

    async fn end(&self, id: CaptureId, whole: Tally, good: bool) -> Result<()> {
        let mut tx = self.begin().await?;
        epcis::finish(&mut tx, id, &whole, good).await?;
        self.finish(tx).await
    }
}

async fn survey(bytes: Arc<[u8]>) -> Result<Survey> {
    let read = move || epcis::survey(&bytes, &CAPTURE_LIMITS, WHOLE);
    tokio::task::spawn_blocking(read).await.map_err(No::fault)
}

/// What is wrong with the whole refuses it; what is wrong with an event refuses a document that is all or nothing.
fn refuse(behaviour: Behaviour, told: &Survey) -> Result<()> {
    if told.events == 0 && told.master.is_empty() && told.flaws.is_empty() {
        let what = bi("文件中没有事件", "the document holds no events");
        return Err(Refusal::new("epcis.validation", what).into());
    }
    let grave = |f: &Flaw| !f.path.contains("ventList/") && !f.path.starts_with("/epcisHeader");
    match behaviour {
        Behaviour::Rollback => epcis::fail(&told.flaws),
        Behaviour::Proceed if told.flaws.iter().any(grave) => epcis::fail(&told.flaws),
        Behaviour::Proceed => Ok(()),
    }
}

/// Reads a document on a thread of its own.
fn reading(bytes: Arc<[u8]>) -> mpsc::Receiver<Batch> {
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        epcis::batches(&bytes, &CAPTURE_LIMITS, BATCH, |batch| send.blocking_send(batch).is_ok());
    });
    receive
}
