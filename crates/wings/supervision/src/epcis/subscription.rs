//! Subscriptions of named queries by webhook: the receiver is sent every event that is new, once.
//!
//! A subscription remembers the number up to which its events were sent. What is new is asked for as a job whose key
//! holds the number of the run; while that job waits, runs or is laid aside, the subscription is *pending* and no
//! other is asked for, so nothing overtakes and nothing is sent twice. A subscription ends with its query.

use super::{Dest, Kept, Schedule, named, newest, newest_number, owner, owner_key, sql};
use kernel::{
    Actor, No, OperatorId, Refusal, Result, Scope, SubscriptionId, Timestamp, bi,
    supervision::{Subscribed, Unsubscribed},
};
use std::collections::BTreeMap;
use store::{Row, Tx, job, vals};
use trace::epcis::Query;
use uuid::Uuid;

/// The kind of the job that sends what is new.
pub const WEBHOOK_JOB: &str = "epcis.webhook";
/// Subscriptions of one owner.
const MOST: i64 = 100;
/// Longest token of a signature, in bytes.
const LONGEST_TOKEN: usize = 500;

/// A subscription to be made.
#[derive(Clone, Debug, Default)]
pub struct NewSubscription {
    /// The named query.
    pub query: String,
    /// Where to send.
    pub dest: String,
    /// The token under which deliveries are signed; empty for none.
    pub token: String,
    /// Whether identifiers are written as GS1 Digital Links.
    pub links: bool,
    /// Fields of the schedule by name; empty when every new event is sent as it comes.
    pub schedule: BTreeMap<String, String>,
    /// Whether a scheduled run without events is told.
    pub report_if_empty: bool,
    /// Begins with what was recorded from then on; without it, with what is new.
    pub from: Option<Timestamp>,
}

/// A subscription as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// Its row.
    pub id: SubscriptionId,
    owner: Uuid,
    /// The named query.
    pub query: String,
    /// Where it sends.
    pub dest: String,
    /// The token under which it signs; empty for none.
    pub token: String,
    /// Whether identifiers are written as GS1 Digital Links.
    pub links: bool,
    /// Fields of the schedule; empty when it streams.
    pub schedule: BTreeMap<String, String>,
    /// Whether a scheduled run without events is told.
    pub report_if_empty: bool,
    /// Number of the last event sent or passed over.
    pub seen: i64,
    /// Which delivery comes next.
    pub run: i64,
    /// Whether a delivery waits, runs or is laid aside.
    pub pending: bool,
    last_run: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it was to begin.
    pub from: Option<Timestamp>,
    /// When something was last sent.
    pub notified_at: Option<Timestamp>,
}

impl Subscription {
    /// For whom it reads: its owner, with the owner's view and no more.
    #[must_use]
    pub fn reader(&self) -> Actor {
        let scope = match self.owner.is_nil() {
            true => Scope::Bureau,
            false => Scope::Operator(OperatorId(self.owner)),
        };
        Actor { scope, ..Actor::system() }
    }

    /// Whether a run without events is sent as well.
    #[must_use]
    pub fn tells_empty(&self) -> bool {
        self.report_if_empty && !self.schedule.is_empty()
    }

    fn due(&self, now: Timestamp) -> Result<bool> {
        let schedule = Schedule::read(|name| self.schedule.get(name).map(String::as_str))?;
        Ok(schedule.is_none_or(|s| s.due(self.last_run, now)))
    }
}

fn row(r: &Row) -> Result<Subscription> {
    let schedule: String = r.get(6)?;
    Ok(Subscription {
        id: r.get(0)?,
        owner: r.get(1)?,
        query: r.get(2)?,
        dest: r.get(3)?,
        token: r.get(4)?,
        links: r.get(5)?,
        schedule: if schedule.is_empty() { BTreeMap::new() } else { serde_json::from_str(&schedule)? },
        report_if_empty: r.get(7)?,
        seen: r.get(8)?,
        run: r.get(9)?,
        pending: r.get(10)?,
        last_run: r.get(11)?,
        created_at: r.get(12)?,
        from: r.get(13)?,
        notified_at: r.get(14)?,
    })
}

/// Says what of a subscription, by webhook or socket, cannot be read.
pub fn unreadable_subscription(name: &str, value: &str, needed: kernel::Bilingual) -> No {
    let what = bi("订阅方式不能识别", "the subscription cannot be read");
    Refusal::new("epcis.subscription", what).missing(name, value, needed).into()
}

/// Subscribes to one of the actor's own queries. `private` says whether addresses within the house are allowed.
///
/// # Errors
/// Refused when the query is not the actor's, the address or the schedule cannot be used, or there are too many.
pub async fn subscribe(
    tx: &mut Tx,
    by: &Actor,
    new: &NewSubscription,
    private: bool,
) -> Result<Subscription> {
    let dest = Dest::parse(&new.dest)?;
    if !private {
        dest.outside()?;
    }
    if named(tx, by, &new.query).await?.is_none() {
        return Err(named::unknown(&new.query).into());
    }
    if new.token.len() > LONGEST_TOKEN {
        let needed = bi("至多 500 字节", "at most 500 bytes");
        return Err(unreadable_subscription("signatureToken", "…", needed));
    }
    Schedule::read(|name| new.schedule.get(name).map(String::as_str))?;
    let have: i64 = tx.one(sql::SUBSCRIPTION_COUNT, vals![owner_key(by)]).await?.get(0)?;
    if have >= MOST {
        let needed = bi("先取消不用的订阅", "drop one that is not used any more");
        let what = bi("订阅太多", "there are too many subscriptions");
        let full = Refusal::new("epcis.query_too_complex", what).missing("subscriptions", have, needed);
        return Err(full.into());
    }
    let id = tx.id::<SubscriptionId>();
    let seen = newest_number(tx, new.from).await?;
    let now = tx.now();
    let schedule = match new.schedule.is_empty() {
        true => String::new(),
        false => serde_json::to_string(&new.schedule)?,
    };
    let values = vals![
        id,
        owner_key(by),
        &new.query,
        &new.dest,
        &new.token,
        new.links,
        schedule,
        new.report_if_empty,
        seen,
        now,
        new.from
    ];
    tx.exec(sql::SUBSCRIPTION_ADD, values).await?;
    let host = format!("{}:{}", dest.host, dest.port);
    let fact = Subscribed { subscription: id, query: new.query.clone(), host, operator: owner(by) };
    tx.append(id.subject(), by.officer, by.unit, fact);
    let made = subscription(tx, by, id).await?;
    made.ok_or_else(|| No::fault("a subscription that is not there"))
}

/// One of the actor's own subscriptions.
pub async fn subscription(tx: &mut Tx, by: &Actor, id: SubscriptionId) -> Result<Option<Subscription>> {
    tx.opt(sql::SUBSCRIPTION, vals![id, owner_key(by)]).await?.map(|r| row(&r)).transpose()
}

/// The actor's own subscriptions of a query after one of them, in the order in which they were made.
pub async fn subscriptions(
    tx: &mut Tx,
    by: &Actor,
    query: &str,
    after: SubscriptionId,
    limit: i64,
) -> Result<Vec<Subscription>> {
    let values = vals![owner_key(by), query, after, limit.clamp(1, 1000)];
    tx.all(sql::SUBSCRIPTIONS, values).await?.iter().map(row).collect()
}

/// Ends a subscription; what is on its way to the receiver is not called back. False when there is none.
pub async fn unsubscribe(tx: &mut Tx, by: &Actor, id: SubscriptionId) -> Result<bool> {
    let Some(found) = subscription(tx, by, id).await? else { return Ok(false) };
    tx.exec(sql::SUBSCRIPTION_DROP, vals![id]).await?;
    tx.append(id.subject(), by.officer, by.unit, Unsubscribed { subscription: id, query: found.query });
    Ok(true)
}

/// Ends every subscription of a query.
pub(super) async fn end_all(tx: &mut Tx, by: &Actor, query: &str) -> Result<()> {
    for s in subscriptions(tx, by, query, SubscriptionId(Uuid::nil()), 1000).await? {
        unsubscribe(tx, by, s.id).await?;
    }
    Ok(())
}

/// Subscriptions that have something to look at now: events that are new to them, or a run by their schedule.
pub async fn due_subscriptions(tx: &mut Tx) -> Result<Vec<Subscription>> {
    let now = tx.now();
    let mut due = Vec::new();
    for r in tx.all(sql::SUBSCRIPTIONS_IDLE, vals![]).await? {
        let found = row(&r)?;
        if found.due(now)? {
            due.push(found);
        }
    }
    Ok(due)
}

/// What is new to a subscription, at most `most` events, and the number up to which that looked.
pub async fn news(tx: &mut Tx, s: &Subscription, most: i64) -> Result<(Vec<Kept>, i64)> {
    let by = s.reader();
    let query = match named(tx, &by, &s.query).await? {
        Some(found) => read_definition(found.definition.as_bytes())
            .map_err(|p| No::fault(format!("a named query that cannot be read: {p:?}")))?,
        None => return Ok((Vec::new(), s.seen)),
    };
    newest(tx, &by, &query, s.seen, most).await
}

/// The definition of a named query, read: its parameters with the prefixes that its context declares.
///
/// # Errors
/// Every parameter that the standard does not have or whose value it does not allow.
pub fn read_definition(text: &[u8]) -> std::result::Result<Query, Vec<trace::epcis::Problem>> {
    let limits = trace::epcis::Limits { max_bytes: 1 << 20, max_depth: 16, max_events: 1 };
    let mut read = trace::epcis::parse(text, &limits)?;
    let mut scope = trace::epcis::Scope::root(true);
    if let Some(context) = &read.context {
        scope.declare_context(context);
    }
    // The context may stand beside the parameters as well as around them.
    for param in read.params.extract_if(.., |p| p.name == "@context") {
        param.value.iter().for_each(|context| scope.declare_context(context));
    }
    trace::epcis::read_query(read.params, &std::sync::Arc::new(scope))
}

/// Nothing of what came is for this subscription: it goes on behind it.
pub async fn pass_over(tx: &mut Tx, s: &Subscription, upto: i64) -> Result<()> {
    let now = tx.now();
    tx.exec(sql::SUBSCRIPTION_PASSED, vals![s.id, s.run, upto, now]).await.map(drop)
}

/// Asks that what is new be sent.
pub async fn ask_delivery(tx: &mut Tx, s: &Subscription) -> Result<()> {
    let now = tx.now();
    if tx.exec(sql::SUBSCRIPTION_ASKED, vals![s.id, s.run, now]).await? == 1 {
        job::add(tx, WEBHOOK_JOB, &format!("{}/{}", s.id, s.run), "{}", now).await?;
    }
    Ok(())
}

/// The subscription that a job is to send for; none when it ended or that run is over.
pub async fn delivery(tx: &mut Tx, key: &str) -> Result<Option<Subscription>> {
    let parts = key.split_once('/').and_then(|(id, run)| {
        let run: i64 = run.parse().ok()?;
        Some((id.parse::<SubscriptionId>().ok()?, run))
    });
    let (id, run) = parts.ok_or_else(|| No::fault(format!("no key of a delivery: {key}")))?;
    tx.opt(sql::SUBSCRIPTION_RUN, vals![id, run]).await?.map(|r| row(&r)).transpose()
}

/// The receiver took what was sent, up to a number.
pub async fn sent(tx: &mut Tx, s: &Subscription, upto: i64) -> Result<()> {
    let now = tx.now();
    tx.exec(sql::SUBSCRIPTION_SENT, vals![s.id, s.run, upto, now]).await.map(drop)
}

/// A delivery is over; the next one may be asked for.
pub async fn delivered(tx: &mut Tx, s: &Subscription, upto: i64) -> Result<()> {
    tx.exec(sql::SUBSCRIPTION_DONE, vals![s.id, s.run, upto]).await.map(drop)
}
