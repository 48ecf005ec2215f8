//! The genealogy of the bureau's lots, kept in memory beside the repository of events and grown from it: a trace
//! answers from it at once, whatever the database. It is no record of its own: what it holds can be built anew from
//! the events at any time, and its file only spares that work at the next start.

mod described;
mod file;
mod json;
mod named;
mod seen;
mod sheet;
mod tell;
mod trace;
pub mod words;

pub use described::{Described, add_filings, stations_known};
pub use json::json;
pub use named::named;
pub use seen::{only, own_names};
pub use sheet::{event_id, number, tracking_event, xlsx};
pub use trace::{
    Ended, Explains, Found, Goods, Item, Part, Passed, Question, Source, Sources, Stop, Supplied, Way, ask,
    foodchain_lab, geo_json, names_link, stations, ways,
};

use crate::Desk;
use ::trace::epcis::{Limits, for_each_event};
use ::trace::genealogy::{Graph, Scratch, capture};
use kernel::{No, Result};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use store::Tx;
use supervision::traceback::{self, Answer, Genealogy};
use supervision::trail;

/// Events read and recorded together; the graph is closed to questions for as long as that takes.
const PAGE: i64 = 2_000;
/// New events after which the file is written anew.
const WORTH_SAVING: i64 = 20_000;
/// One event of the repository.
const LIMITS: Limits = Limits { max_bytes: 16 << 20, max_depth: 256, max_events: 1 };

/// The graph, and the number of the last event in it.
struct State {
    graph: Graph,
    seq: i64,
    saved: i64,
}

/// The genealogy.
pub struct Lots {
    state: RwLock<State>,
    /// One reader of the repository at a time.
    turn: tokio::sync::Mutex<()>,
    scratch: Mutex<Vec<Scratch>>,
    file: Option<PathBuf>,
}

impl Lots {
    /// The genealogy of a database: from its file when there is one that fits, else empty. The file of an SQLite
    /// database lies beside it; other databases have one only when it is named.
    ///
    /// # Errors
    /// The database does not answer. A file that does not fit is not an error: it is built anew.
    pub async fn open(desk: &Desk, file: Option<PathBuf>) -> Result<Arc<Lots>> {
        let file = file.or_else(|| file::beside(&desk.db.shown_url()));
        let mut state = State { graph: Graph::default(), seq: 0, saved: 0 };
        if let Some(path) = &file
            && let Some((graph, seq, key)) = file::read(path)
        {
            let mut tx = desk.read().await?;
            if trail::captured_key(&mut tx, seq).await?.as_deref() == Some(&key[..]) {
                state = State { graph, seq, saved: seq };
            }
        }
        Ok(Arc::new(Lots {
            state: RwLock::new(state),
            turn: tokio::sync::Mutex::new(()),
            scratch: Mutex::new(Vec::new()),
            file,
        }))
    }

    /// Reads on in the repository until its end; gives the number of events read.
    ///
    /// # Errors
    /// The database does not answer; what was read so far is kept.
    pub async fn catch_up(self: &Arc<Self>, desk: &Desk) -> Result<u64> {
        let _turn = self.turn.lock().await;
        let mut read = 0;
        loop {
            let n = self.page(&mut desk.read().await?).await?;
            read += n;
            if n < PAGE.unsigned_abs() {
                return Ok(read);
            }
        }
    }

    /// Reads on within an act, what the act itself captured included: for whoever builds a bureau in one go. Should the
    /// act be undone, the genealogy has to be built anew.
    ///
    /// # Errors
    /// The database does not answer; what was read so far is kept.
    pub async fn read_on(self: &Arc<Self>, tx: &mut Tx) -> Result<()> {
        let _turn = self.turn.lock().await;
        while self.page(tx).await? == PAGE.unsigned_abs() {}
        Ok(())
    }

    /// Reads some more; gives how many there were.
    async fn page(self: &Arc<Self>, tx: &mut Tx) -> Result<u64> {
        let page = trail::captured_after(tx, self.upto(), PAGE).await?;
        let n = page.len() as u64;
        if n > 0 {
            let lots = Arc::clone(self);
            tokio::task::spawn_blocking(move || lots.record(&page)).await.map_err(No::fault)?;
        }
        Ok(n)
    }

    fn record(&self, page: &[(i64, i64, String)]) {
        // Reading the text of events is most of the work; questions go on meanwhile.
        let events: Vec<_> = page
            .iter()
            .map(|(seq, recorded, body)| {
                let mut event = None;
                let read = for_each_event(body.as_bytes(), &LIMITS, |e| event = Some(e));
                if let Err(problems) = read {
                    tracing::error!(seq, ?problems, "an event of the repository cannot be read");
                }
                (*seq, *recorded, event)
            })
            .collect();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for (seq, recorded, event) in events {
            if let Some(event) = event
                && let Err(not) = capture(&mut state.graph, &event, recorded)
            {
                tracing::warn!(seq, %not, "an event tells the genealogy nothing");
            }
            state.seq = seq;
        }
    }

    /// Number of the last event that is in the genealogy.
    pub fn upto(&self) -> i64 {
        self.state.read().unwrap_or_else(PoisonError::into_inner).seq
    }

    /// Answers a question from the graph, with working memory that is used again.
    pub fn with<T>(&self, question: impl FnOnce(&Graph, &mut Scratch) -> T) -> T {
        self.with_state(|state, scratch| question(&state.graph, scratch))
    }

    fn with_state<T>(&self, question: impl FnOnce(&State, &mut Scratch) -> T) -> T {
        let kept = self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = kept.unwrap_or_default();
        let answer = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            question(&state, &mut scratch)
        };
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        answer
    }

    /// Writes the file when enough came since the last time; tells whether it did.
    ///
    /// # Errors
    /// The database does not answer, or the file cannot be written.
    pub async fn save_when_worth(self: &Arc<Self>, desk: &Desk) -> Result<bool> {
        let Some(path) = self.file.clone() else { return Ok(false) };
        let (bytes, seq) = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            if state.seq - state.saved < WORTH_SAVING {
                return Ok(false);
            }
            state.saved = state.seq;
            (state.graph.saved().to_vec(), state.seq)
        };
        let key = trail::captured_key(&mut desk.read().await?, seq).await?;
        let Some(key) = key.and_then(|k| <[u8; 32]>::try_from(k).ok()) else { return Ok(false) };
        let written = tokio::task::spawn_blocking(move || file::write(&path, &bytes, seq, &key));
        written.await.map_err(No::fault)?.map_err(No::fault)?;
        Ok(true)
    }
}

impl Genealogy for Lots {
    fn ask(&self, question: &traceback::Question) -> Answer {
        self.with_state(|state, scratch| traceback::answer(&state.graph, state.seq, scratch, question))
    }
}
