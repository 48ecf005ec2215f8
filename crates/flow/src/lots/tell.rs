//! The turns of the trail: what the ledger holds becomes events, and the genealogy reads them.

use super::Lots;
use crate::Desk;
use kernel::Result;
use std::sync::Arc;
use supervision::trail;

/// Facts told in one transaction: short enough that nobody waits behind it.
const FACTS: i64 = 400;

impl Desk {
    /// Tells the facts of the ledger as events, from where the last run ended to its end; gives the events stored.
    ///
    /// # Errors
    /// The database does not answer; what was told so far is kept.
    pub async fn tell_trail(&self) -> Result<u64> {
        let mut events = 0;
        loop {
            // A reading first: a turn with nothing to tell must not queue among those who write.
            if !trail::behind(&mut self.read().await?).await? {
                return Ok(events);
            }
            let mut tx = self.begin().await?;
            let told = trail::tell(&mut tx, FACTS).await?;
            self.finish(tx).await?;
            events += told.events;
            for flaw in &told.flaws {
                tracing::error!(
                    rule = flaw.rule,
                    path = flaw.path,
                    value = flaw.value,
                    "an event of the trail was refused"
                );
            }
        }
    }
}

impl Lots {
    /// One turn: facts to events, events to the genealogy, the genealogy to its file when that is worth it.
    ///
    /// # Errors
    /// The database does not answer, or the file cannot be written.
    pub async fn turn(self: &Arc<Self>, desk: &Desk) -> Result<u64> {
        desk.tell_trail().await?;
        let read = self.catch_up(desk).await?;
        self.save_when_worth(desk).await?;
        Ok(read)
    }
}
