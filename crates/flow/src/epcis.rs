//! Capturing visibility events: small documents whole in one transaction, large ones batch by batch while a thread
//! of their own reads on, so that memory stays bounded and a crash loses nothing that was acknowledged.

use crate::Desk;
use kernel::{Actor, CaptureId, No, Refusal, Result, Scope, bi};
use std::sync::Arc;
use store::Tx;
use supervision::epcis::{
    self, BATCH, Batch, Behaviour, Capture, Flaw, Holders, Ready, Survey, Tally, WHOLE,
};
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
    /// not at all is a refusal. A document of at most [`WHOLE`] events is one transaction.
    pub async fn capture(&self, by: &Actor, behaviour: Behaviour, bytes: Arc<[u8]>) -> Result<Capture> {
        let mut told = survey(bytes.clone()).await?;
        refuse(behaviour, &told)?;
        if told.ready.is_none() {
            epcis::fail(&self.taken(behaviour, &bytes).await?)?;
        }
        let mut tx = self.begin().await?;
        let id = epcis::open(&mut tx, by, behaviour, None).await?;
        match told.ready.take() {
            Some(ready) => {
                let kept = whole(&mut tx, by, id, behaviour, ready, told).await?;
                epcis::fail(&kept)?;
                self.finish(tx).await?;
            }
            None => {
                self.finish(tx).await?;
                self.stream(by, id, bytes, told).await?;
            }
        }
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
        let mut told = survey(bytes.clone()).await?;
        if refuse(capture.behaviour, &told).is_err() {
            return self.refused(id, told.events, told.flaws).await;
        }
        let Some(ready) = told.ready.take() else {
            let flaws = self.taken(capture.behaviour, &bytes).await?;
            if !flaws.is_empty() {
                return self.refused(id, told.events, flaws).await;
            }
            return self.stream(&by, id, bytes, told).await;
        };
        let events = told.events;
        let mut tx = self.begin().await?;
        let flaws = whole(&mut tx, &by, id, capture.behaviour, ready, told).await?;
        if flaws.is_empty() {
            return self.finish(tx).await;
        }
        drop(tx);
        self.refused(id, events, flaws).await
    }

    /// The ids of a large document that other events carry, looked for before any of it is kept when the document is to
    /// be kept whole or not at all.
    async fn taken(&self, behaviour: Behaviour, bytes: &Arc<[u8]>) -> Result<Vec<Flaw>> {
        let (mut flaws, mut holders) = (Vec::new(), Holders::new());
        if behaviour == Behaviour::Rollback {
            let mut batches = reading(bytes.clone());
            while let Some(batch) = batches.recv().await {
                let mut tx = self.read().await?;
                epcis::look_for_taken(&mut tx, &batch.ready, &mut holders, &mut flaws).await?;
            }
        }
        Ok(flaws)
    }

    /// Keeps a large document, which was looked through before, batch by batch.
    async fn stream(&self, by: &Actor, id: CaptureId, bytes: Arc<[u8]>, told: Survey) -> Result<()> {
        let mut tx = self.begin().await?;
        epcis::keep_master(&mut tx, id, &told.master).await?;
        self.finish(tx).await?;
        let mut all = tally(told);
        let mut batches = reading(bytes);
        while let Some(batch) = batches.recv().await {
            let mut tx = self.begin().await?;
            let kept = epcis::keep(&mut tx, by, id, batch.ready).await?;
            self.finish(tx).await?;
            all.add(Tally { events: 0, ..kept });
        }
        let good = all.errors.is_empty();
        self.end(id, all, good).await
    }

    async fn refused(&self, id: CaptureId, events: u64, errors: Vec<Flaw>) -> Result<()> {
        self.end(id, Tally { events, rejected: events, errors, ..Tally::default() }, false).await
    }

    async fn end(&self, id: CaptureId, whole: Tally, good: bool) -> Result<()> {
        let mut tx = self.begin().await?;
        epcis::finish(&mut tx, id, &whole, good).await?;
        self.finish(tx).await
    }
}

/// What a document held before any of it was kept.
fn tally(told: Survey) -> Tally {
    Tally { events: told.events, rejected: told.rejected, errors: told.flaws, ..Tally::default() }
}

/// Keeps a small document in one transaction. Gives why it must not be committed: ids that belong to other events,
/// in a document that is all or nothing.
async fn whole(
    tx: &mut Tx,
    by: &Actor,
    id: CaptureId,
    behaviour: Behaviour,
    ready: Vec<Ready>,
    told: Survey,
) -> Result<Vec<Flaw>> {
    epcis::keep_master(tx, id, &told.master).await?;
    let kept = epcis::keep(tx, by, id, ready).await?;
    if behaviour == Behaviour::Rollback && kept.rejected > 0 {
        return Ok(kept.errors);
    }
    let mut all = tally(told);
    all.add(Tally { events: 0, ..kept });
    epcis::finish(tx, id, &all, all.errors.is_empty()).await?;
    Ok(Vec::new())
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
