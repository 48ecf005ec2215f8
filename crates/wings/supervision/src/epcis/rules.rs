//! Making events ready to be kept, as pure work on bytes: reading, checking, hashing, indexing.

use super::{Flaw, MOST_PROBLEMS};
use kernel::{No, Refusal, Result, bi};
use sha2::{Digest, Sha256};
use trace::epcis::index::{Field, Index, Measure, index, measure, term};
use trace::epcis::{
    self, Document, DocumentKind, Event, Limits, Problem, event_to_json, for_each_event, hash, time,
};

/// An event ready to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    /// Tells it apart from every other: its hash, and that of its error declaration.
    pub key: [u8; 32],
    /// Its CBV hash.
    pub hash: [u8; 32],
    /// Its type.
    pub kind: String,
    /// Its time, in milliseconds.
    pub event_time: i64,
    /// The event as JSON.
    pub body: String,
    /// Its own id as a term, when it is not made from the hash.
    pub own_id: Option<Vec<u8>>,
    /// Whether it declares an error in itself.
    pub declares_error: bool,
    /// Its place in the document.
    pub at: usize,
    /// What it is found by.
    pub terms: Vec<Vec<u8>>,
    /// The numbers that it is found by.
    pub measures: Vec<Measure>,
}

/// Events read one after another, with what is wrong among them.
#[derive(Debug, Default)]
pub struct Batch {
    /// Good events.
    pub ready: Vec<Ready>,
    /// Events that are not good.
    pub rejected: u64,
    /// What is wrong with them.
    pub flaws: Vec<Flaw>,
}

/// What a whole document holds.
#[derive(Debug, Default)]
pub struct Survey {
    /// Events.
    pub events: u64,
    /// All that is wrong, at most [`MOST_PROBLEMS`] and the number of bad events.
    pub flaws: Vec<Flaw>,
    /// Events that are not good.
    pub rejected: u64,
    /// The good events, when there are at most as many as was asked for; else none is kept.
    pub ready: Option<Vec<Ready>>,
    /// Master data of the header, or of a master data document.
    pub master: Vec<epcis::Value>,
}

impl From<Problem> for Flaw {
    fn from(p: Problem) -> Flaw {
        Flaw {
            rule: p.rule.to_owned(),
            path: p.path,
            value: p.value,
            message: p.message,
            remedy: p.remedy.to_owned(),
        }
    }
}

/// Makes one good event ready.
fn ready(mut event: Event, at: usize) -> Option<Ready> {
    let event_time = time::parse(event.event_time.as_deref()?.trim())?;
    let uri = hash(&event);
    let digest = hash_of_id(&uri)?;
    let declares_error = event.error_declaration.is_some();
    // The repository records when: what the sender says about it is ignored (EPCIS 2.0, 7.4.1.1).
    event.record_time = None;
    let given = event.event_id.clone().filter(|id| *id != uri);
    let own_id = given.as_deref().map(|id| term(Field::EventId, &epcis::ident::comparable(id.trim())));
    event.event_id.get_or_insert(uri);
    let body = event_to_json(&event);
    let mut found = index(&event);
    if own_id.is_none() && !declares_error {
        // An id that is made from the hash is found by the key.
        found.terms.retain(|t| t.first() != Some(&(Field::EventId as u8)));
    }
    let key = if declares_error { declared(digest, &found) } else { digest };
    Some(Ready {
        key,
        hash: digest,
        kind: event.kind.name().to_owned(),
        event_time,
        body,
        own_id,
        declares_error,
        at,
        terms: found.terms,
        measures: found.measures,
    })
}

/// The hash in an event id that is made from it.
pub(super) fn hash_of_id(id: &str) -> Option<[u8; 32]> {
    let rest = id.strip_prefix("ni:///sha-256;")?;
    hex::decode(rest.get(..64)?).ok()?.try_into().ok()
}

/// The key of an event that declares an error: its hash says nothing of the declaration (CBV 2.0, event hash).
fn declared(digest: [u8; 32], found: &Index) -> [u8; 32] {
    let of_declaration = |t: &&Vec<u8>| {
        let first = t.first().copied().unwrap_or_default();
        [Field::ErrorReason as u8, Field::CorrectiveEventId as u8].contains(&first)
            || (first == Field::Extension as u8 && t.windows(11).any(|w| w == b"DECLARATION"))
    };
    let mut sha = Sha256::new_with_prefix(digest);
    for term in found.terms.iter().filter(of_declaration) {
        sha.update(term);
        sha.update([0]);
    }
    let when = measure("errorDeclarationTime", "");
    for (_, at) in found.measures.iter().filter(|(name, _)| *name == when) {
        sha.update(at.to_be_bytes());
    }
    sha.finalize().into()
}

fn base(xml: bool) -> &'static str {
    if xml { "/EPCISBody/EventList" } else { "/epcisBody/eventList" }
}

fn is_xml(bytes: &[u8]) -> bool {
    bytes.iter().find(|b| !b.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(b)) == Some(&b'<')
}

/// Whether an event may carry `ilmd` whatever its action, as in documents of EPCIS 1.x.
fn problems(event: &Event, path: &str, old: bool) -> Vec<Problem> {
    let mut found = epcis::validate_event(event, path);
    if old {
        found.retain(|p| p.rule != "EPCIS-ILMD-ACTION");
    }
    found
}

/// Documents of EPCIS 1.x say so near their beginning.
fn is_old(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(head);
    ["schemaVersion=\"1", "schemaVersion='1", "\"schemaVersion\":\"1", "\"schemaVersion\": \"1"]
        .iter()
        .any(|v| text.contains(v))
}

/// Reads a document to its end, one event at a time, and says all that is wrong with it. The good events are kept
/// in memory while there are at most `keep` of them.
pub fn survey(bytes: &[u8], limits: &Limits, keep: usize) -> Survey {
    let (base, old) = (base(is_xml(bytes)), is_old(bytes));
    let mut told = Survey { ready: Some(Vec::new()), ..Survey::default() };
    let mut first_context = None;
    let read = for_each_event(bytes, limits, |event| {
        let at = usize::try_from(told.events).unwrap_or(usize::MAX);
        told.events += 1;
        if at == 0 {
            first_context.clone_from(&event.context);
        }
        let found = problems(&event, &format!("{base}/{at}"), old);
        if found.is_empty() {
            match &mut told.ready {
                Some(kept) if kept.len() < keep => kept.extend(ready(event, at)),
                full => *full = None,
            }
        } else {
            told.rejected += 1;
            tell(&mut told.flaws, found);
        }
    });
    match read {
        Ok(mut document) => {
            document.context = document.context.or(first_context);
            if document.kind == DocumentKind::Bare {
                // An event that stands alone has no list around it.
                let list = format!("{base}/0");
                for flaw in &mut told.flaws {
                    flaw.path = flaw.path.strip_prefix(&list).unwrap_or(&flaw.path).to_owned();
                }
            }
            tell(&mut told.flaws, envelope(&document));
            told.master = super::master::vocabularies(&document);
        }
        Err(found) => tell(&mut told.flaws, found),
    }
    told
}

/// What is wrong with a document beside its events.
fn envelope(document: &Document) -> Vec<Problem> {
    let mut found = epcis::validate(document);
    if matches!(document.kind, DocumentKind::Query | DocumentKind::CaptureJob) {
        let asked = epcis::rules().iter().find(|r| r.id == "EPCIS-DOC-TYPE");
        found.extend(asked.map(|rule| Problem {
            rule: rule.id,
            path: String::new(),
            value: format!("{:?}", document.kind),
            message: "this kind of document cannot be captured".into(),
            remedy: rule.remedy,
        }));
    }
    found
}

fn tell(flaws: &mut Vec<Flaw>, found: Vec<Problem>) {
    let room = MOST_PROBLEMS.saturating_sub(flaws.len());
    flaws.extend(found.into_iter().take(room).map(Flaw::from));
}

/// Reads a document and hands on its good events, `size` together, in bounded memory. What is wrong with the
/// document as a whole is told with the last batch. `send` says whether to go on.
pub fn batches(bytes: &[u8], limits: &Limits, size: usize, mut send: impl FnMut(Batch) -> bool) {
    let (base, old) = (base(is_xml(bytes)), is_old(bytes));
    let (mut batch, mut at, mut open) = (Batch::default(), 0, true);
    let read = for_each_event(bytes, limits, |event| {
        if !open {
            return;
        }
        let found = problems(&event, &format!("{base}/{at}"), old);
        if found.is_empty() {
            batch.ready.extend(ready(event, at));
        } else {
            batch.rejected += 1;
            tell(&mut batch.flaws, found);
        }
        at += 1;
        if batch.ready.len() >= size {
            open = send(std::mem::take(&mut batch));
        }
    });
    if let Err(found) = read {
        tell(&mut batch.flaws, found);
    }
    if open && (!batch.ready.is_empty() || !batch.flaws.is_empty()) {
        send(batch);
    }
}

/// The refusal of a document, with every flaw by its rule.
pub(super) fn refused(flaws: &[Flaw]) -> No {
    let what = bi("EPCIS 文件不符合标准", "the EPCIS document does not meet the standard");
    let remedy = bi("按所列规则改正后重新发送", "Correct it by the rules named and send it again");
    let refusal = Refusal::new("epcis.validation", what).clause("EPCIS 2.0, CBV 2.0").remedy(remedy);
    let say = |f: &Flaw| format!("{}: {}; {}", f.rule, f.message, f.remedy);
    flaws.iter().fold(refusal, |r, f| r.missing(f.path.clone(), &f.value, bi(say(f), say(f)))).into()
}

/// Refuses a document that has flaws.
pub(super) fn flawless(flaws: &[Flaw]) -> Result<()> {
    if flaws.is_empty() { Ok(()) } else { Err(refused(flaws)) }
}
