//! From a query as it was asked to what is sought: places below others and attributes come from master data, and an
//! operator's view is one more condition.

use super::sql::{
    self,
    find::{Condition, Search},
};
use crate::trail::names;
use kernel::{Actor, Refusal, Result, Scope, bi};
use std::collections::BTreeSet;
use store::{Tx, vals};
use trace::epcis::ident::party_key;
use trace::epcis::index::{Field, joined, term, term_text};
use trace::epcis::{Criterion, Order, Query, TermSpan};

/// Places or elements that one condition may stand for.
const MOST_ELEMENTS: usize = 1_000;
/// Terms of one condition.
const MOST_TERMS: usize = 4_000;

/// The terms of which an actor's visible events have one; none when the actor sees every event.
pub(super) async fn seen_by(tx: &mut Tx, by: &Actor) -> Result<Option<Vec<TermSpan>>> {
    let Scope::Operator(operator) = by.scope else { return Ok(None) };
    let mut any = vec![TermSpan::Exact(term(Field::CapturedBy, &operator.to_string()))];
    for r in tx.all(sql::PARTIES_OF, vals![operator]).await? {
        any.push(TermSpan::Exact(term(Field::Party, &r.get::<String>(0)?)));
    }
    // Its own names in the bureau's events need no entry: the registry knows them.
    for r in tx.all(sql::OWN_NAMES, vals![operator]).await? {
        let (kind, no): (String, String) = (r.get(0)?, r.get(1)?);
        let name = if kind == "plant" { names::plant(&no) } else { names::operator(&no) };
        any.push(TermSpan::Exact(term(Field::Party, &party_key(&name))));
    }
    Ok(Some(any))
}

fn too_complex(name: &str) -> Refusal {
    let what = bi("查询涉及的主数据过多", "the query stands for too much master data");
    let needed = bi("缩小查询范围", "ask for less at once");
    Refusal::new("epcis.query_too_complex", what).missing(name, MOST_ELEMENTS, needed)
}

/// What is sought, for this actor, without page and number of rows.
pub(super) async fn search(tx: &mut Tx, by: &Actor, query: &Query) -> Result<Search> {
    let mut conditions = Vec::with_capacity(query.criteria.len() + 1);
    for criterion in &query.criteria {
        conditions.push(condition(tx, criterion).await?);
    }
    if let Some(any) = seen_by(tx, by).await? {
        conditions.push(Condition::Terms { rank: 5, any, events: Vec::new() });
    }
    let mut numbers = (None, None);
    if let Some(from) = query.record_from {
        numbers.0 = Some(before(tx, from).await?);
    }
    if let Some(until) = query.record_until {
        numbers.1 = Some(before(tx, until).await?);
    }
    let only_by_record = query.record_from.is_some() && query.order.is_none();
    Ok(Search {
        conditions,
        times: (query.event_from, query.event_until),
        numbers,
        by_number: query.order == Some(Order::RecordTime) || only_by_record,
        descending: query.descending,
        after: None,
        rows: 0,
    })
}

/// The last number recorded before an instant: record times never go back, so it bounds a range.
pub(super) async fn before(tx: &mut Tx, millis: i64) -> Result<i64> {
    Ok(tx.one(sql::BEFORE, vals![millis]).await?.get::<Option<i64>>(0)?.unwrap_or(0))
}

async fn condition(tx: &mut Tx, criterion: &Criterion) -> Result<Condition> {
    let terms = |rank, any: Vec<TermSpan>| -> Result<Condition> {
        if any.len() > MOST_TERMS {
            return Err(too_complex("values").into());
        }
        Ok(Condition::Terms { rank, any, events: Vec::new() })
    };
    Ok(match criterion {
        Criterion::Terms { rank, any } => {
            let mut found = terms(*rank, any.clone())?;
            if let Condition::Terms { any, events, .. } = &mut found {
                *events = by_hash(tx, any).await?;
            }
            found
        }
        Criterion::Between { measure, low, high } => {
            Condition::Between { measure: measure.clone(), low: *low, high: *high }
        }
        Criterion::Within { field, places } => {
            let all = descendants(tx, places).await?;
            terms(4, all.iter().map(|p| TermSpan::Exact(term(*field, p))).collect())?
        }
        Criterion::Attribute { fields, extension, name, values } => {
            let elements = with_attribute(tx, name, values.as_deref()).await?;
            let named = fields.iter().flat_map(|f| elements.iter().map(|e| TermSpan::Exact(term(*f, e))));
            let in_extension = |e: &String| {
                let key = extension.as_deref()?;
                Some(TermSpan::Exact(term(Field::Extension, &joined(&[key, e]))))
            };
            terms(4, named.chain(elements.iter().filter_map(in_extension)).collect())?
        }
    })
}

/// The events whose ids are made from their hashes: no term says them, the key of the event does.
async fn by_hash(tx: &mut Tx, any: &[TermSpan]) -> Result<Vec<i64>> {
    let mut events = Vec::new();
    for span in any {
        let TermSpan::Exact(term) = span else { continue };
        let hash = term_text(Field::EventId, term).and_then(super::rules::hash_of_id);
        if let Some(hash) = hash
            && let Some(r) = tx.opt(sql::NUMBER_OF, vals![hash]).await?
        {
            events.push(r.get(0)?);
        }
    }
    Ok(events)
}

/// These places and all below them, each once; a circle in the master data ends the walk.
async fn descendants(tx: &mut Tx, places: &[String]) -> Result<BTreeSet<String>> {
    let mut all: BTreeSet<String> = places.iter().cloned().collect();
    let mut open: Vec<String> = places.to_vec();
    while let Some(parent) = open.pop() {
        for r in tx.all(sql::CHILDREN, vals![parent]).await? {
            let child: String = r.get(0)?;
            if all.insert(child.clone()) {
                open.push(child);
            }
        }
        if all.len() > MOST_ELEMENTS {
            return Err(too_complex("WD").into());
        }
    }
    Ok(all)
}

async fn with_attribute(tx: &mut Tx, name: &str, values: Option<&[String]>) -> Result<BTreeSet<String>> {
    let mut rows = Vec::new();
    match values {
        None => rows.extend(tx.all(sql::WITH_ATTRIBUTE, vals![name]).await?),
        Some(values) => {
            for value in values {
                rows.extend(tx.all(sql::WITH_VALUE, vals![name, value.as_str()]).await?);
            }
        }
    }
    if rows.len() > MOST_ELEMENTS {
        return Err(too_complex(name).into());
    }
    rows.iter().map(|r| r.get(0)).collect()
}
