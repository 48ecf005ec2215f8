//! The repository of visibility events (EPCIS 2.0): what parties along the chain saw, captured, kept and queried.
//!
//! States of a capture: *waiting* → *done* or *refused*. An event is known by its CBV hash, and by the hash of its
//! error declaration when it has one; what is known already is not stored again, so a capture may be sent twice.
//! Events are numbered in the order of capture without gaps, and their record times never go back, so that a
//! reader who remembers a number never misses an event and never sees one twice.
//!
//! Who sees what: the authority sees every event. An operator sees the events that it captured and those that name
//! one of its own parties or places, which is one step up and one step down its chain.

mod act;
mod build;
mod dest;
mod document;
mod master;
mod master_query;
mod named;
mod read;
mod rules;
mod schedule;
mod sql;
mod subscription;

pub use act::{Holders, fail, finish, keep, look_for_taken, name_party, open};
pub use dest::{Dest, is_public, signature};
pub use document::{CONTEXT, DOCUMENT_LIMITS, query_document};
pub use master::keep as keep_master;
pub use master_query::master_data;
pub use named::{drop_query, name_query, named, queries};
pub use read::{
    Page, Vocabulary, capture, captures, document_body, event, events, newest, newest_number, operator_of,
    parties, waiting_body, words,
};
pub use rules::{Batch, Ready, Survey, batches, survey};
pub use schedule::Schedule;
pub use sql::STATEMENTS;
pub use subscription::{
    NewSubscription, Subscription, WEBHOOK_JOB, ask_delivery, delivered, delivery, due_subscriptions, news,
    pass_over, read_definition, sent, subscribe, subscription, subscriptions, unreadable_subscription,
    unsubscribe,
};

use kernel::{Actor, CaptureId, OfficerId, OperatorId, Scope, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Events that are committed together.
pub const BATCH: usize = 500;
/// Most events of a document whose capture is one transaction.
pub const WHOLE: usize = 2_000;
/// Most problems that a capture tells.
pub const MOST_PROBLEMS: usize = 100;
/// The kind of the job that runs a waiting capture.
pub const CAPTURE_JOB: &str = "epcis.capture";

/// What happens to the good events of a document with bad ones (EPCIS 2.0, `GS1-Capture-Error-Behaviour`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Behaviour {
    /// All or nothing.
    #[default]
    Rollback,
    /// The good ones are kept.
    Proceed,
}

impl Behaviour {
    /// The word of the header.
    pub fn word(self) -> &'static str {
        match self {
            Behaviour::Rollback => "rollback",
            Behaviour::Proceed => "proceed",
        }
    }

    /// Reads the word of the header.
    pub fn parse(word: &str) -> Option<Behaviour> {
        [Behaviour::Rollback, Behaviour::Proceed].into_iter().find(|b| b.word() == word)
    }
}

/// What is wrong with an event or a document, by rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flaw {
    /// Stable rule id, `EPCIS-…`.
    pub rule: String,
    /// Where in the document.
    pub path: String,
    /// The value found there.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// What came of a capture so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Events of the document.
    pub events: u64,
    /// Stored.
    pub captured: u64,
    /// Known already.
    pub duplicates: u64,
    /// Not stored because something is wrong with them.
    pub rejected: u64,
    /// What is wrong, at most [`MOST_PROBLEMS`].
    pub errors: Vec<Flaw>,
}

impl Tally {
    /// Adds what came of a part.
    pub fn add(&mut self, part: Tally) {
        self.events += part.events;
        self.captured += part.captured;
        self.duplicates += part.duplicates;
        self.rejected += part.rejected;
        let room = MOST_PROBLEMS.saturating_sub(self.errors.len());
        self.errors.extend(part.errors.into_iter().take(room));
    }
}

/// A capture as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Capture {
    /// Its row.
    pub id: CaptureId,
    /// The operator who sent it; none when the authority did.
    pub operator: Option<OperatorId>,
    /// The officer who sent it.
    pub by_officer: Option<OfficerId>,
    /// What happens to good events beside bad ones.
    pub behaviour: Behaviour,
    /// `waiting`, `done` or `refused`.
    pub state: String,
    /// What came of it so far.
    pub tally: Tally,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its parameters, the JSON object as it was sent.
    pub definition: String,
    /// When it was named.
    pub created_at: Timestamp,
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its number.
    pub seq: i64,
    /// Its time, in milliseconds.
    pub event_time: i64,
    /// When it was recorded, in milliseconds.
    pub record_time: i64,
    /// The event as JSON, without its record time.
    pub body: String,
}

/// Whose records an actor's own ones are: an operator's, or the authority's.
pub(crate) fn owner(by: &Actor) -> Option<OperatorId> {
    match by.scope {
        Scope::Operator(operator) => Some(operator),
        Scope::Bureau | Scope::Branch(_) => None,
    }
}

/// The key of an owner: all zeros for the authority.
pub(crate) fn owner_key(by: &Actor) -> Uuid {
    owner(by).map_or(Uuid::nil(), |o| o.0)
}
