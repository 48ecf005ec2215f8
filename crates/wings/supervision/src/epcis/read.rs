//! What the doors read of the repository: events by query and by id, words of the events, captures.

use super::{Behaviour, Capture, Kept, Tally, build, sql};
use crate::trail::names;
use kernel::{Actor, CaptureId, OperatorId, Refusal, Result, Scope, Timestamp, bi};
use store::{Row, Tx, vals};
use trace::epcis::ident::comparable;
use trace::epcis::index::{Field, term, term_text};
use trace::epcis::{Criterion, Query, TermSpan};

/// Events on a page, unless the reader asks for fewer.
const MOST_ON_PAGE: usize = 1_000;
/// Events on a page when the reader asks for no number (the default of the standard's OpenAPI).
const PAGE: usize = 30;

/// A page of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The events.
    pub events: Vec<Kept>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<String>,
}

/// A field whose words the repository lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after the resource of the standard")]
pub enum Vocabulary {
    EventTypes,
    Epcs,
    BizSteps,
    BizLocations,
    ReadPoints,
    Dispositions,
}

impl Vocabulary {
    fn fields(self) -> &'static [Field] {
        match self {
            Vocabulary::EventTypes => &[Field::EventType],
            Vocabulary::Epcs => &[Field::Epc, Field::InputEpc, Field::OutputEpc, Field::ParentId],
            Vocabulary::BizSteps => &[Field::BizStep],
            Vocabulary::BizLocations => &[Field::BizLocation],
            Vocabulary::ReadPoints => &[Field::ReadPoint],
            Vocabulary::Dispositions => &[Field::Disposition],
        }
    }
}

/// Where a page ended: time, number, events left to give.
fn page_place(token: &str) -> Result<(i64, i64, Option<usize>)> {
    let read = || {
        let mut parts = token.split('.');
        let (at, seq) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let left = parts.next()?;
        let left = if left.is_empty() { None } else { Some(left.parse().ok()?) };
        parts.next().is_none().then_some((at, seq, left))
    };
    read().ok_or_else(|| {
        let needed = bi("照抄上一页给出的 nextPageToken", "take the nextPageToken of the page before");
        let what = bi("页码不能识别", "this page cannot be found");
        Refusal::new("epcis.query_parameter", what).missing("nextPageToken", token, needed).into()
    })
}

fn kept(r: &Row) -> Result<Kept> {
    Ok(Kept { seq: r.get(0)?, event_time: r.get(1)?, record_time: r.get(2)?, body: r.get(3)? })
}

/// A page of the events that a query asks for and the actor may see.
pub async fn events(tx: &mut Tx, by: &Actor, query: &Query) -> Result<Page> {
    let mut search = build::search(tx, by, query).await?;
    let mut left = query.limit;
    if let Some(token) = &query.page_token {
        let (at, seq, rest) = page_place(token)?;
        search.after = Some((at, seq));
        left = rest;
    } else if let Some(most) = query.at_most {
        search.rows = i64::try_from(most.saturating_add(1)).unwrap_or(i64::MAX);
        let (statement, vals) = sql::find::count(&search);
        let found: i64 = tx.one(&statement, vals).await?.get(0)?;
        if usize::try_from(found).is_ok_and(|n| n > most) {
            let what = bi("符合查询的事件超过 maxEventCount", "more events match than maxEventCount allows");
            let needed = bi("缩小查询范围或提高该值", "ask for less or raise it");
            return Err(Refusal::new("epcis.query_too_large", what)
                .missing("maxEventCount", most, needed)
                .into());
        }
    }
    let size = query.per_page.unwrap_or(PAGE).min(MOST_ON_PAGE).min(left.unwrap_or(usize::MAX));
    if size == 0 {
        return Ok(Page { events: Vec::new(), next: None });
    }
    search.rows = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let (statement, vals) = sql::find::events(&search);
    let mut events = tx.all(&statement, vals).await?.iter().map(kept).collect::<Result<Vec<_>>>()?;
    let more = events.len() > size;
    events.truncate(size);
    let left = left.map(|n| n - events.len());
    let next = events.last().filter(|_| more && left != Some(0)).map(|last| {
        let left = left.map(|n| n.to_string()).unwrap_or_default();
        format!("{}.{}.{left}", last.event_time, last.seq)
    });
    Ok(Page { events, next })
}

/// The number from which a reader begins who wants what is recorded from an instant on, or only what is new.
pub async fn newest_number(tx: &mut Tx, from: Option<Timestamp>) -> Result<i64> {
    match from {
        None => tx.one(sql::NEWEST, vals![]).await?.get(0),
        Some(at) => build::before(tx, at.0.div_euclid(1000)).await,
    }
}

/// The events recorded after a number that a query asks for and the actor may see, in the order of capture, at most
/// `most`; and the number up to which the repository was read.
pub async fn newest(
    tx: &mut Tx,
    by: &Actor,
    query: &Query,
    seen: i64,
    most: i64,
) -> Result<(Vec<Kept>, i64)> {
    let head: i64 = tx.one(sql::NEWEST, vals![]).await?.get(0)?;
    let mut search = build::search(tx, by, query).await?;
    search.numbers =
        (Some(seen.max(search.numbers.0.unwrap_or(0))), Some(search.numbers.1.unwrap_or(i64::MAX).min(head)));
    search.by_number = true;
    search.descending = false;
    search.rows = most;
    let (statement, vals) = sql::find::events(&search);
    let events = tx.all(&statement, vals).await?.iter().map(kept).collect::<Result<Vec<_>>>()?;
    let full = i64::try_from(events.len()).is_ok_and(|n| n >= most);
    let upto = if full { events.last().map_or(head, |e| e.seq) } else { head };
    Ok((events, upto))
}

/// The event of an id, with the declarations of error in it, as far as the actor may see them.
pub async fn event(tx: &mut Tx, by: &Actor, id: &str) -> Result<Vec<Kept>> {
    let any = vec![TermSpan::Exact(term(Field::EventId, &comparable(id.trim())))];
    let query = Query { criteria: vec![Criterion::Terms { rank: 0, any }], ..Query::default() };
    Ok(events(tx, by, &query).await?.events)
}

/// Words of a field after one, in order, as far as they stand in events that the actor may see; with a word to go on
/// from when there are more.
pub async fn words(
    tx: &mut Tx,
    by: &Actor,
    vocabulary: Vocabulary,
    after: Option<&str>,
    most: usize,
) -> Result<(Vec<String>, Option<String>)> {
    let seen = build::seen_by(tx, by).await?;
    // Fields lie one after another in a page token as they do here: `field:word`.
    let (mut at, mut word) = match after.and_then(|a| a.split_once(':')) {
        Some((n, word)) => (n.parse::<usize>().unwrap_or(0), Some(word.to_owned())),
        None => (0, None),
    };
    let mut words: Vec<String> = Vec::new();
    let fields = vocabulary.fields();
    while let Some(field) = fields.get(at) {
        let mut last = term(*field, word.as_deref().unwrap_or_default());
        let until = vec![*field as u8 + 1];
        while let Some(next) = next_word(tx, seen.as_deref(), &last, &until).await? {
            if words.len() == most {
                let place = term_text(*field, &last).unwrap_or_default();
                return Ok((words, Some(format!("{at}:{place}"))));
            }
            words.extend(term_text(*field, &next).map(str::to_owned));
            last = next;
        }
        at += 1;
        word = None;
    }
    Ok((words, None))
}

/// Codes of the ports at which something was seen that the actor may see, in their order.
pub(super) async fn ports(tx: &mut Tx, by: &Actor, most: usize) -> Result<Vec<String>> {
    let seen = build::seen_by(tx, by).await?;
    let mut codes = std::collections::BTreeSet::new();
    for field in [Field::ReadPoint, Field::BizLocation] {
        let mut last = term(field, &names::port(""));
        // The sign after the colon of `urn:guomen:port:`.
        let until = term(field, "urn:guomen:port;");
        while let Some(next) = next_word(tx, seen.as_deref(), &last, &until).await? {
            let code =
                term_text(field, &next).and_then(names::read).and_then(|(_, parts)| parts.into_iter().next());
            codes.extend(code.filter(|c| !c.is_empty()));
            last = next;
            if codes.len() >= most {
                break;
            }
        }
    }
    Ok(codes.into_iter().collect())
}

async fn next_word(
    tx: &mut Tx,
    seen: Option<&[TermSpan]>,
    after: &[u8],
    until: &[u8],
) -> Result<Option<Vec<u8>>> {
    let found = match seen {
        None => tx.opt(sql::WORD, vals![after.to_vec(), until.to_vec()]).await?,
        Some(seen) => {
            let (statement, vals) = sql::find::next_word(after, until, seen);
            tx.opt(&statement, vals).await?
        }
    };
    found.map(|r| r.get(0)).transpose()
}

fn capture_row(r: &Row) -> Result<Capture> {
    let behaviour: String = r.get(3)?;
    let whole = |n: i64| u64::try_from(n).unwrap_or_default();
    let errors: String = r.get(9)?;
    Ok(Capture {
        id: r.get(0)?,
        operator: r.get(1)?,
        by_officer: r.get(2)?,
        behaviour: Behaviour::parse(&behaviour).unwrap_or_default(),
        state: r.get(4)?,
        tally: Tally {
            events: whole(r.get(5)?),
            captured: whole(r.get(6)?),
            duplicates: whole(r.get(7)?),
            rejected: whole(r.get(8)?),
            errors: serde_json::from_str(&errors)?,
        },
        created_at: r.get(10)?,
        finished_at: r.get(11)?,
    })
}

/// A capture, if the actor may see it: its sender, and the authority.
pub async fn capture(tx: &mut Tx, by: &Actor, id: CaptureId) -> Result<Option<Capture>> {
    let found = tx.opt(sql::CAPTURE, vals![id]).await?.map(|r| capture_row(&r)).transpose()?;
    Ok(found.filter(|c| match by.scope {
        Scope::Operator(own) => c.operator == Some(own),
        Scope::Bureau | Scope::Branch(_) => true,
    }))
}

/// Captures that the actor may see, newest first, from the one before `before` on.
pub async fn captures(
    tx: &mut Tx,
    by: &Actor,
    before: Option<(Timestamp, CaptureId)>,
    limit: i64,
) -> Result<Vec<Capture>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), CaptureId::from(kernel::MAX_UUID)));
    let mut vals = vals![at, id, limit.clamp(1, 1000)];
    let statement = match by.scope {
        Scope::Operator(own) => {
            vals.push(own.into());
            sql::CAPTURES_OF
        }
        Scope::Bureau | Scope::Branch(_) => sql::CAPTURES,
    };
    tx.all(statement, vals).await?.iter().map(capture_row).collect()
}

/// The document of a waiting capture; none when it is over.
pub async fn waiting_body(tx: &mut Tx, id: CaptureId) -> Result<Option<Vec<u8>>> {
    let found = tx.opt(sql::CAPTURE_BODY, vals![id]).await?;
    found.map(|r| r.get::<Option<Vec<u8>>>(0)).transpose().map(Option::flatten)
}

/// Identifiers by which events name an operator or its places.
pub async fn parties(tx: &mut Tx, operator: OperatorId) -> Result<Vec<String>> {
    tx.all(sql::PARTIES_OF, vals![operator]).await?.iter().map(|r| r.get(1)).collect()
}

/// The operator whose party or place an identifier names.
pub async fn operator_of(tx: &mut Tx, uri: &str) -> Result<Option<OperatorId>> {
    tx.opt(sql::PARTY, vals![trace::epcis::ident::party_key(uri)]).await?.map(|r| r.get(0)).transpose()
}

/// An event as JSON with its record time, as query documents carry it (EPCIS 2.0, 8.2.5).
pub fn document_body(event: &Kept) -> String {
    let mut at = String::new();
    trace::epcis::time::write_utc(&mut at, event.record_time);
    let open = event.body.strip_suffix('}').unwrap_or(&event.body);
    format!("{open},\"recordTime\":\"{at}\"}}")
}
