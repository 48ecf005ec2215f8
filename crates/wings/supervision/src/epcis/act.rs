//! The verbs of the repository: open a capture, keep events, end it; enter the identifiers of a party.

use super::{Behaviour, Flaw, MOST_PROBLEMS, Ready, Tally, owner, sql};
use kernel::{
    Actor, CaptureId, OperatorId, Refusal, Result, Role, Scope, bi,
    supervision::{EventsCaptured, PartyNamed},
};
use registry::trade;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use store::{Tx, Val, vals};
use trace::epcis::ident::{check_link, check_urn, party_key};
use trace::epcis::index::{Field, term};

/// Opens a capture; with a body, it waits for its job.
pub async fn open(tx: &mut Tx, by: &Actor, behaviour: Behaviour, body: Option<Vec<u8>>) -> Result<CaptureId> {
    let id = tx.id::<CaptureId>();
    let waits = body.is_some();
    let now = tx.now();
    let row = vals![id, owner(by), by.officer, behaviour.word(), body, now];
    tx.exec(sql::CAPTURE_OPEN, row).await?;
    if waits {
        store::job::add(tx, super::CAPTURE_JOB, &id.to_string(), "{}", now).await?;
    }
    Ok(id)
}

/// Keeps good events in their order; what is known already is not stored again. An id that another event carries
/// already is told as a flaw, and its event left out.
pub async fn keep(tx: &mut Tx, by: &Actor, capture: CaptureId, batch: Vec<Ready>) -> Result<Tally> {
    let events = u64::try_from(batch.len()).unwrap_or(u64::MAX);
    // Taken first: it orders captures, so that nobody stores the same event meanwhile.
    let head = tx.one(sql::HEAD, vals![]).await?;
    let (mut seq, last_recorded): (i64, i64) = (head.get(0)?, head.get(1)?);
    let record_time = (tx.now().0 / 1000).max(last_recorded);
    let mut tally = Tally { events, ..Tally::default() };
    let fresh = fresh(tx, capture, batch, &mut tally).await?;
    if fresh.is_empty() {
        count(tx, capture, &tally).await?;
        return Ok(tally);
    }
    let first = seq + 1;
    let own = owner(by).map(|o| term(Field::CapturedBy, &o.to_string()));
    let mut sha = Sha256::new();
    let mut rows = Vec::with_capacity(fresh.len() * 8);
    let (mut terms, mut measures) = (Vec::new(), Vec::new());
    for event in fresh {
        seq += 1;
        sha.update(event.hash);
        terms.extend(event.terms.into_iter().chain(own.clone()).map(|t| (t, event.event_time, seq)));
        for (measure, value) in event.measures {
            measures.extend(vals![measure, value, event.event_time, seq]);
        }
        let row =
            vals![seq, event.key, event.hash, capture, event.kind, event.event_time, record_time, event.body];
        rows.extend(row);
    }
    sql::insert::rows(tx, &sql::insert::EVENT, rows).await?;
    // In the order of their index, its pages are written one after another.
    terms.sort_unstable();
    let terms = terms.into_iter().flat_map(|(t, at, seq)| vals![t, at, seq]).collect();
    sql::insert::rows(tx, &sql::insert::TERM, terms).await?;
    sql::insert::rows(tx, &sql::insert::MEASURE, measures).await?;
    tx.exec(sql::HEAD_SET, vals![seq, record_time]).await?;
    tally.captured = u64::try_from(seq + 1 - first).unwrap_or_default();
    count(tx, capture, &tally).await?;
    let fact = EventsCaptured {
        capture,
        operator: owner(by),
        first,
        last: seq,
        duplicates: tally.duplicates,
        sha256: hex::encode(sha.finalize()),
    };
    tx.append(capture.subject(), by.officer, by.unit, fact);
    Ok(tally)
}

async fn count(tx: &mut Tx, capture: CaptureId, tally: &Tally) -> Result<()> {
    let int = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    tx.exec(sql::CAPTURE_COUNT, vals![capture, int(tally.captured), int(tally.duplicates)]).await?;
    Ok(())
}

/// The events of a batch that are to be stored.
async fn fresh(tx: &mut Tx, capture: CaptureId, batch: Vec<Ready>, tally: &mut Tally) -> Result<Vec<Ready>> {
    let mut known: HashMap<Vec<u8>, CaptureId> = HashMap::new();
    for part in batch.chunks(512) {
        let (statement, keys) = sql::insert::known(part.iter().map(|r| Val::from(r.key)).collect());
        for r in tx.all(&statement, keys).await? {
            known.insert(r.get(0)?, r.get(1)?);
        }
    }
    let mut holders = Holders::new();
    held(tx, &batch, &mut holders).await?;
    let mut seen = HashSet::new();
    let mut fresh = Vec::with_capacity(batch.len());
    for event in batch {
        if let Some(by) = known.get(&event.key[..]) {
            // A capture that was broken off meets its own events when it goes on.
            tally.duplicates += u64::from(*by != capture);
            continue;
        }
        if !seen.insert(event.key) {
            tally.duplicates += 1;
            continue;
        }
        if is_taken(&event, &mut holders) {
            tally.rejected += 1;
            taken(&mut tally.errors, &event);
            continue;
        }
        fresh.push(event);
    }
    Ok(fresh)
}

/// The events that carry each id, by their hashes.
pub type Holders = HashMap<Vec<u8>, Vec<Vec<u8>>>;

/// Who holds the ids of a batch in the record.
async fn held(tx: &mut Tx, batch: &[Ready], holders: &mut Holders) -> Result<()> {
    let own: Vec<&Vec<u8>> = batch.iter().filter_map(|r| r.own_id.as_ref()).collect();
    for part in own.chunks(512) {
        let (statement, ids) = sql::insert::holders(part.iter().map(|t| Val::from((*t).clone())).collect());
        for r in tx.all(&statement, ids).await? {
            holders.entry(r.get(0)?).or_default().push(r.get(1)?);
        }
    }
    Ok(())
}

/// Whether another event carries the id of this one already; when none does, this one holds it from now on.
fn is_taken(event: &Ready, holders: &mut Holders) -> bool {
    let Some(id) = event.own_id.clone() else { return false };
    let others = holders.entry(id).or_default();
    // An error declaration carries the id of the event that it is about (EPCIS 2.0, 7.4.1.3).
    let taken = !event.declares_error && others.iter().any(|hash| hash[..] != event.hash[..]);
    if !taken {
        others.push(event.hash.to_vec());
    }
    taken
}

/// Looks for ids that belong to other events, in the record and in the batches looked at before, and keeps nothing:
/// so a document that is all or nothing is refused before any of it is there.
pub async fn look_for_taken(
    tx: &mut Tx,
    batch: &[Ready],
    holders: &mut Holders,
    flaws: &mut Vec<Flaw>,
) -> Result<()> {
    held(tx, batch, holders).await?;
    for event in batch {
        if is_taken(event, holders) {
            taken(flaws, event);
        }
    }
    Ok(())
}

fn taken(flaws: &mut Vec<Flaw>, event: &Ready) {
    if flaws.len() < MOST_PROBLEMS {
        let id = event.own_id.as_deref().and_then(|t| trace::epcis::index::term_text(Field::EventId, t));
        flaws.push(Flaw {
            rule: "EPCIS-EVENT-ID-TAKEN".into(),
            path: format!("/epcisBody/eventList/{}/eventID", event.at),
            value: id.unwrap_or_default().to_owned(),
            message: "another event carries this eventID".into(),
            remedy: "give each event an eventID of its own, or none".into(),
        });
    }
}

/// Ends a capture with what came of the whole document.
pub async fn finish(tx: &mut Tx, capture: CaptureId, whole: &Tally, good: bool) -> Result<()> {
    let int = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let state = if good { "done" } else { "refused" };
    let errors = serde_json::to_string(&whole.errors)?;
    let now = tx.now();
    tx.exec(sql::CAPTURE_END, vals![capture, state, int(whole.events), int(whole.rejected), errors, now])
        .await?;
    Ok(())
}

/// The refusal of what a document holds wrong; none when it holds nothing wrong.
pub fn fail(flaws: &[Flaw]) -> Result<()> {
    super::rules::flawless(flaws)
}

/// Enters an identifier by which events name an operator or one of its places. Only the registry's keeper does so:
/// who could name himself could see the events of others.
pub async fn name_party(tx: &mut Tx, by: &Actor, operator: OperatorId, uri: &str) -> Result<()> {
    let by_rule = by.officer.is_none() && by.roles.is_empty() && by.scope == Scope::Bureau;
    if !by_rule && !by.has(&[Role::Registrar, Role::Admin]) {
        let what =
            bi("企业标识由质量管理员登记", "identifiers of operators are entered by the quality manager");
        return Err(Refusal::new("access.role", what)
            .remedy(bi("请质量管理员登记", "Ask the quality manager to enter it"))
            .into());
    }
    let uri = uri.trim();
    let whole = uri.split_once(':').is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
    let form = if uri.starts_with("urn:epc:") { check_urn(uri) } else { check_link(uri).map(drop) };
    if !whole || form.is_err() || uri.len() > 300 || uri.contains(char::is_whitespace) {
        let needed = bi(
            "写成 URI，如 urn:epc:id:pgln:…，并核对校验位",
            "write it as a URI such as urn:epc:id:pgln:… with the right check digit",
        );
        let what = bi("标识不能用", "this identifier cannot be used");
        return Err(Refusal::new("epcis.party", what).missing("uri", uri, needed).into());
    }
    if trade::operator(tx, operator).await?.is_none() {
        let what = bi("没有该企业", "there is no such operator");
        return Err(Refusal::new("operator.not_found", what).into());
    }
    let key = party_key(uri);
    if let Some(r) = tx.opt(sql::PARTY, vals![&key]).await? {
        if r.get::<OperatorId>(0)? == operator {
            return Ok(());
        }
        let needed = bi("核对标识属于哪家企业", "check whose identifier it is");
        let what = bi("该标识已登记给另一家企业", "this identifier is entered for another operator");
        return Err(Refusal::new("party.duplicate", what).missing("uri", uri, needed).into());
    }
    tx.exec(sql::PARTY_ADD, vals![key, uri, operator, tx.now()]).await?;
    tx.append(operator.subject(), by.officer, by.unit, PartyNamed { operator, uri: uri.into() });
    Ok(())
}
