//! What a SimpleEventQuery asks for (EPCIS 2.0, 8.2.7.1), as criteria over the terms and numbers of
//! [`super::index`]. Parameters of a URL, of a JSON query and of an XML poll are read alike.

use super::ident::{Span, comparable, spans};
use super::index::{Field, term, vocabulary_word};
use super::model::{Document, DocumentKind, EventKind, QueryParam, Syntax};
use super::problem::{Problem, problem, rule};
use super::read_json::blank;
use super::scope::Scope;
use super::time::{self, Millis};
use super::validate_query::{is_several, query as check};
use super::value::Value;
use super::vocab::{BIZ_STEP, DISPOSITION, ERROR_REASON, Vocabulary};
use std::sync::Arc;

/// Terms that satisfy a criterion: one exactly, or all that begin so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermSpan {
    /// This term.
    Exact(Vec<u8>),
    /// Every term that begins so.
    Prefix(Vec<u8>),
}

/// One condition; an event must satisfy all of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    /// The event has one of these terms.
    Terms {
        /// How few events share such a term: 0 names a few events, 9 many.
        rank: u8,
        /// The terms.
        any: Vec<TermSpan>,
    },
    /// The event has a number of this measure from `low` to `high`, both included.
    Between {
        /// What is measured.
        measure: Vec<u8>,
        /// The least place in the order.
        low: i64,
        /// The greatest place in the order.
        high: i64,
    },
    /// The event is at one of these places or below one of them by master data.
    Within {
        /// Read point or business location.
        field: Field,
        /// The places, comparable.
        places: Vec<String>,
    },
    /// A vocabulary element that the event names has an attribute by master data.
    Attribute {
        /// The fields that may name the element.
        fields: Vec<Field>,
        /// The extension field that may name it, as it stands before the value in the index.
        extension: Option<String>,
        /// The attribute.
        name: String,
        /// Its value is one of these; none asks only that the attribute is there.
        values: Option<Vec<String>>,
    },
}

/// What results are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By the time of the event.
    EventTime,
    /// By the time when it was recorded, which is the order of capture.
    RecordTime,
}

/// A query, read and checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// All must hold.
    pub criteria: Vec<Criterion>,
    /// `eventTime` from, in milliseconds, included.
    pub event_from: Option<Millis>,
    /// `eventTime` until, excluded.
    pub event_until: Option<Millis>,
    /// `recordTime` from, included.
    pub record_from: Option<Millis>,
    /// `recordTime` until, excluded.
    pub record_until: Option<Millis>,
    /// What results are sorted by; in any order that pages well when none is asked for.
    pub order: Option<Order>,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Give at most so many: the first ones in the order.
    pub limit: Option<usize>,
    /// Refuse when there are more.
    pub at_most: Option<usize>,
    /// Events on a page.
    pub per_page: Option<usize>,
    /// The page.
    pub page_token: Option<String>,
}

/// A parameter of a URL: lists are parted by `|`.
#[must_use]
pub fn url_param(name: &str, text: &str) -> QueryParam {
    let value = if is_several(name) {
        Value::List(text.split('|').map(|s| Value::String(s.to_owned())).collect())
    } else {
        match text.split_once('|') {
            Some(_) => Value::List(text.split('|').map(|s| Value::Raw(s.to_owned())).collect()),
            None => Value::Raw(text.to_owned()),
        }
    };
    QueryParam { name: name.to_owned(), value: Some(value) }
}

/// Reads the parameters of a query; `scope` holds the prefixes of extension fields.
///
/// # Errors
/// Every parameter that the standard does not have or whose value it does not allow, by rule.
pub fn read_query(params: Vec<QueryParam>, scope: &Arc<Scope>) -> Result<Query, Vec<Problem>> {
    let mut document = blank(DocumentKind::Query, Syntax::Json);
    document.query_name = Some("SimpleEventQuery".to_owned());
    document.scope = Arc::clone(scope);
    document.params = params;
    let mut found = Vec::new();
    check(&document, &mut found);
    let mut query = Query::default();
    if found.is_empty() {
        let Document { params, .. } = &document;
        let ordered_by = params.iter().any(|p| p.name == "orderBy");
        query.descending = ordered_by;
        for param in params {
            take(&mut query, param, scope).unwrap_or_else(|message| {
                let shown = param.value.as_ref().map(Value::shown).unwrap_or_default();
                found.push(problem(rule::QUERY_VALUE, format!("/{}", param.name), &shown, message));
            });
        }
        if query.limit.is_some() && !ordered_by {
            let message = "eventCountLimit goes with orderBy only";
            found.push(problem(rule::QUERY_VALUE, "/eventCountLimit", "", message));
        }
    }
    // The order of criteria decides which index leads; the same query must lead alike on every page.
    query.criteria.sort_by_key(|c| match c {
        Criterion::Terms { rank, .. } => *rank,
        Criterion::Within { .. } | Criterion::Attribute { .. } => 5,
        Criterion::Between { .. } => 9,
    });
    if found.is_empty() { Ok(query) } else { Err(found) }
}

fn take(query: &mut Query, param: &QueryParam, scope: &Arc<Scope>) -> Result<(), &'static str> {
    let value = param.value.as_ref();
    let text = value.and_then(Value::as_str).unwrap_or_default();
    let shown = value.map(Value::shown).unwrap_or_default();
    let count = || shown.parse::<usize>().map_err(|_| "not a whole number");
    match param.name.as_str() {
        "GE_eventTime" => query.event_from = time::parse(text),
        "LT_eventTime" => query.event_until = time::parse(text),
        "GE_recordTime" => query.record_from = time::parse(text),
        "LT_recordTime" => query.record_until = time::parse(text),
        "orderBy" => {
            query.order = match text {
                "eventTime" => Some(Order::EventTime),
                "recordTime" => Some(Order::RecordTime),
                _ => return Err("results can be sorted by eventTime or recordTime"),
            }
        }
        "orderDirection" => query.descending = text == "DESC",
        "eventCountLimit" => query.limit = Some(count()?),
        "maxEventCount" => query.at_most = Some(count()?),
        "perPage" => query.per_page = Some(count()?.max(1)),
        "nextPageToken" => query.page_token = Some(text.to_owned()),
        // Asked with false, an EXISTS parameter asks for nothing.
        name if name.starts_with("EXISTS_") && shown == "false" => {}
        name => {
            let strings = strings(value);
            match criterion(name, &strings, value, scope)? {
                Some(criterion) => query.criteria.push(criterion),
                None => return Err("this parameter is not served"),
            }
        }
    }
    Ok(())
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::List(items)) => items.iter().map(Value::shown).collect(),
        Some(one) => vec![one.shown()],
        None => Vec::new(),
    }
}

pub(crate) fn exact(rank: u8, terms: impl IntoIterator<Item = Vec<u8>>) -> Criterion {
    Criterion::Terms { rank, any: terms.into_iter().map(TermSpan::Exact).collect() }
}

/// Identifiers, each possibly a pattern, in one of several fields.
fn identifiers(rank: u8, fields: &[Field], ids: &[String]) -> Criterion {
    let mut any = Vec::new();
    for field in fields {
        for span in ids.iter().flat_map(|id| spans(id.trim())) {
            any.push(match span {
                Span::Exact(id) => TermSpan::Exact(term(*field, &id)),
                Span::Prefix(start) => TermSpan::Prefix(term(*field, &start)),
            });
        }
    }
    Criterion::Terms { rank, any }
}

fn words(rank: u8, field: Field, vocabulary: &Vocabulary, scope: &Scope, values: &[String]) -> Criterion {
    exact(rank, values.iter().map(|v| term(field, &vocabulary_word(vocabulary, scope, v))))
}

const ANY_EPC: &[Field] = &[Field::Epc, Field::ParentId, Field::InputEpc, Field::OutputEpc];
pub(crate) const ANY_CLASS: &[Field] = &[Field::EpcClass, Field::InputClass, Field::OutputClass];

/// The criterion of a parameter with a fixed name.
fn criterion(
    name: &str,
    values: &[String],
    value: Option<&Value>,
    scope: &Arc<Scope>,
) -> Result<Option<Criterion>, &'static str> {
    let ids = |field| exact(2, values.iter().map(|v| term(field, &comparable(v.trim()))));
    let at = |field| exact(4, values.iter().map(|v| term(field, &comparable(v.trim()))));
    let within = |field| {
        let places = values.iter().map(|v| comparable(v.trim())).collect();
        Criterion::Within { field, places }
    };
    Ok(Some(match name {
        "eventType" => {
            let named = |v: &String| term(Field::EventType, EventKind::from_name(v.trim()).name());
            exact(8, values.iter().map(named))
        }
        "EQ_action" => exact(8, values.iter().map(|v| term(Field::Action, v))),
        "EQ_bizStep" => words(7, Field::BizStep, &BIZ_STEP, scope, values),
        "EQ_disposition" => words(7, Field::Disposition, &DISPOSITION, scope, values),
        "EQ_persistentDisposition_set" => words(6, Field::DispositionSet, &DISPOSITION, scope, values),
        "EQ_persistentDisposition_unset" => words(6, Field::DispositionUnset, &DISPOSITION, scope, values),
        "EQ_readPoint" => at(Field::ReadPoint),
        "EQ_bizLocation" => at(Field::BizLocation),
        "WD_readPoint" => within(Field::ReadPoint),
        "WD_bizLocation" => within(Field::BizLocation),
        "EQ_transformationID" => ids(Field::TransformationId),
        "EQ_eventID" => exact(0, values.iter().map(|v| term(Field::EventId, &comparable(v.trim())))),
        "MATCH_epc" => identifiers(1, &[Field::Epc], values),
        "MATCH_parentID" => identifiers(1, &[Field::ParentId], values),
        "MATCH_inputEPC" => identifiers(1, &[Field::InputEpc], values),
        "MATCH_outputEPC" => identifiers(1, &[Field::OutputEpc], values),
        "MATCH_anyEPC" => identifiers(1, ANY_EPC, values),
        "MATCH_epcClass" => identifiers(3, &[Field::EpcClass], values),
        "MATCH_inputEPCClass" => identifiers(3, &[Field::InputClass], values),
        "MATCH_outputEPCClass" => identifiers(3, &[Field::OutputClass], values),
        "MATCH_anyEPCClass" => identifiers(3, ANY_CLASS, values),
        "EXISTS_errorDeclaration" => exact(6, [term(Field::Exists, "errorDeclaration")]),
        "EXISTS_sensorElementList" => exact(6, [term(Field::Exists, "sensorElementList")]),
        "EXISTS_ilmd" => exact(6, [term(Field::Exists, "ilmd")]),
        "EQ_errorReason" => words(6, Field::ErrorReason, &ERROR_REASON, scope, values),
        "EQ_correctiveEventID" => ids(Field::CorrectiveEventId),
        _ => return super::query_field::flexible(name, values, value, scope),
    }))
}
