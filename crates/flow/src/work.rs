//! The worker: takes jobs that are due, one after another. A job is leased, so that a crash gives it back.

use crate::webhook::{self, Targets};
use crate::{Desk, worker};
use kernel::{No, Refusal, Result, bi};
use std::time::Duration;
use store::job::{self, Job};
use supervision::{epcis, score, what_if};

/// Pause when nothing is due.
const PAUSE: Duration = Duration::from_millis(250);

/// Does what is due.
#[derive(Clone)]
pub struct Worker {
    /// Where it works.
    pub desk: Desk,
    /// Where subscriptions may send to.
    pub targets: Targets,
}

impl Worker {
    /// Works until the task is dropped.
    pub async fn run(self) {
        loop {
            match self.one().await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(PAUSE).await,
                Err(no) => {
                    tracing::error!(%no, "the worker could not take a job");
                    tokio::time::sleep(PAUSE * 8).await;
                }
            }
        }
    }

    /// Takes one job that is due and does it; false when none is.
    pub async fn one(&self) -> Result<bool> {
        webhook::wake(&self.desk).await?;
        // A reading first: an idle worker must not queue among those who write.
        if !job::is_due(&mut self.desk.read().await?).await? {
            return Ok(false);
        }
        let mut tx = self.desk.begin().await?;
        let Some(job) = job::lease(&mut tx).await? else { return Ok(false) };
        tx.commit().await?;
        let done = self.work(&job).await;
        let mut tx = self.desk.begin().await?;
        match done {
            Ok(None) => job::done(&mut tx, job.id).await?,
            Ok(Some(result)) => job::done_with(&mut tx, job.id, &result).await?,
            Err(no) => {
                tracing::warn!(job = %job.id, kind = job.kind, %no, "a job failed");
                job::failed(&mut tx, &job, &no.to_string()).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Does a job; gives what came of it, for jobs that have something to show.
    async fn work(&self, job: &Job) -> Result<Option<String>> {
        match job.kind.as_str() {
            epcis::CAPTURE_JOB => {
                let id = job.key.parse().map_err(No::fault)?;
                match self.desk.run_capture(id).await {
                    // A refusal is an answer: it stands in the capture.
                    Err(No::Refused(_)) | Ok(()) => Ok(None),
                    Err(fault) => Err(fault),
                }
            }
            epcis::WEBHOOK_JOB => {
                let sent = webhook::deliver(&self.desk, job, self.targets).await;
                // A receiver that does not take it is no refusal of ours: it is tried again.
                sent.map(|()| None)
            }
            worker::VERIFY => worker::verify(&self.desk, job.id).await.map(Some),
            worker::FILL => worker::fill(&self.desk, job.id).await.map(Some),
            what_if::JOB => worker::try_change(&self.desk, job).await.map(Some),
            score::JOB => worker::look_after_score(&self.desk, job.id).await.map(Some),
            worker::STEPS => worker::steps(&self.desk).await.map(Some),
            other => {
                let what = bi("没有人会做这种任务", "nobody knows this kind of job");
                Err(Refusal::new("job.kind", what)
                    .missing("kind", other, bi("升级程序", "update the program"))
                    .into())
            }
        }
    }
}
