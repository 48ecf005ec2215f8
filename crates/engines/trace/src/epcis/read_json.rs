//! Reads EPCIS JSON and JSON-LD documents, query results, queries and bare events.

use super::Limits;
use super::build;
use super::json_reader::Reader;
use super::model::{BodyPlace, Document, DocumentKind, Event, Ext, QueryParam, Syntax};
use super::problem::{Problem, problem, rule};
use super::scope::Scope;
use super::validate::is_uri;
use super::value::Value;
use std::sync::Arc;

/// Where events go as they are read.
pub(crate) type Sink<'a> = dyn FnMut(Event) + 'a;

/// A document with nothing in it.
pub(crate) fn blank(kind: DocumentKind, syntax: Syntax) -> Document {
    Document {
        kind,
        syntax,
        context: None,
        scope: Arc::new(Scope::root(syntax == Syntax::Json)),
        schema_version: None,
        creation_date: None,
        extra: Vec::new(),
        header: None,
        body_extra: Vec::new(),
        query_name: None,
        subscription_id: None,
        params: Vec::new(),
        events: Vec::new(),
        defects: Vec::new(),
    }
}

/// Reads a JSON document, handing each event on as it is read; the document comes back without
/// them.
pub(crate) fn read(text: &str, limits: &Limits, sink: &mut Sink<'_>) -> Result<Document, Vec<Problem>> {
    let mut reader = Reader::new(text, limits.max_depth);
    if !reader.is_next(b'{') {
        let value = reader.value(0).map_err(|p| vec![p])?;
        return Err(vec![problem(rule::DOC_TYPE, "", &value.shown(), "the document is not an object")]);
    }
    let split = reader.members_but("epcisBody").and_then(|split| reader.end().map(|()| split));
    let (members, body) = split.map_err(|p| vec![p])?;
    let kind = members.iter().find(|(n, _)| n == "type").and_then(|(_, v)| v.as_str());
    match kind {
        Some("EPCISDocument") => {
            document(&mut reader, members, body, DocumentKind::Events, limits, sink).map_err(|p| vec![p])
        }
        Some("EPCISQueryDocument") => {
            document(&mut reader, members, body, DocumentKind::QueryResults, limits, sink)
                .map_err(|p| vec![p])
        }
        Some(other) if body.is_some() => {
            Err(vec![problem(rule::DOC_TYPE, "/type", other, "not a document of EPCIS")])
        }
        Some(_) => Ok(bare(members, sink)),
        None if is_query(&members) => Ok(query(members)),
        None if members.iter().any(|(n, _)| n == "eventTime") => Ok(bare(members, sink)),
        None => Err(vec![problem(rule::DOC_TYPE, "/type", "", "the document has no type")]),
    }
}

fn is_query(members: &[(String, Value)]) -> bool {
    let query_context = |v: &Value| v.as_str().is_some_and(|s| s.contains("query"));
    members.iter().any(|(n, v)| {
        (n == "@context" && query_context(v)) || n == "eventType" || n.starts_with("EQ_") || n == "query"
    })
}

fn bare(members: Vec<(String, Value)>, sink: &mut Sink<'_>) -> Document {
    let mut document = blank(DocumentKind::Bare, Syntax::Json);
    let event = build::event(Value::Map(members), &document.scope, Syntax::Json);
    document.context = event.context.clone();
    sink(event);
    document
}

fn query(members: Vec<(String, Value)>) -> Document {
    let mut document = blank(DocumentKind::Query, Syntax::Json);
    document.query_name = Some("SimpleEventQuery".to_owned());
    for (name, value) in members {
        match (name.as_str(), value) {
            ("@context", value) => document.context = Some(value),
            ("name", Value::String(s)) => document.extra.push(Ext { name, value: Value::String(s) }),
            // A named query's definition holds its parameters one level down.
            ("query", Value::Map(inner)) => {
                document
                    .params
                    .extend(inner.into_iter().map(|(name, v)| QueryParam { name, value: Some(v) }));
            }
            (_, value) => document.params.push(QueryParam { name, value: Some(value) }),
        }
    }
    document
}

/// Declares the document's own prefixes and gathers its `ignoreFields`.
pub(crate) fn document_scope(context: Option<&Value>, ignore: &[&Value]) -> Arc<Scope> {
    let mut scope = Scope::root(true);
    if let Some(context) = context {
        scope.declare_context(context);
    }
    ignore.iter().for_each(|fields| ignore_fields(&mut scope, fields));
    Arc::new(scope)
}

fn ignore_fields(scope: &mut Scope, fields: &Value) {
    match fields {
        Value::List(items) => items.iter().for_each(|item| ignore_fields(scope, item)),
        other => {
            if let Some(expanded) = other.as_str().and_then(|name| scope.expand(name)) {
                scope.ignore(expanded);
            }
        }
    }
}

pub(crate) fn is_ignore_fields(name: &str) -> bool {
    name.ends_with(":ignoreFields")
}

fn document(
    reader: &mut Reader<'_>,
    members: Vec<(String, Value)>,
    body: Option<usize>,
    kind: DocumentKind,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<Document, Problem> {
    let mut document = blank(kind, Syntax::Json);
    // Inwards through body, query results and results body to the event list, leaving it unread:
    // the prefixes and ignored fields that govern it may stand after it.
    let steps: &[Step] = match kind {
        DocumentKind::QueryResults => &[
            ("/epcisBody", BodyPlace::Body, "queryResults"),
            ("/epcisBody/queryResults", BodyPlace::QueryResults, "resultsBody"),
            ("/epcisBody/queryResults/resultsBody", BodyPlace::ResultsBody, "eventList"),
        ],
        _ => &[("/epcisBody", BodyPlace::Body, "eventList")],
    };
    let mut found: Vec<(Step, Vec<(String, Value)>)> = Vec::new();
    let mut place = body;
    for step in steps {
        let Some(at) = place else { break };
        reader.seek(at);
        if !reader.is_next(b'{') {
            document.defects.push(problem(rule::TYPE, step.0, "", "an object is asked for"));
            place = None;
            break;
        }
        let (inner, next) = reader.members_but(step.2)?;
        found.push((*step, inner));
        place = next;
    }
    if place.is_none() && document.defects.is_empty() {
        let (path, rule) = match found.last() {
            None => ("/epcisBody".to_owned(), rule::BODY),
            Some(((path, BodyPlace::ResultsBody, left), _)) => (format!("{path}/{left}"), rule::BODY),
            Some(((path, _, left), _)) if *left == "eventList" => (format!("{path}/{left}"), rule::BODY),
            Some(((path, _, left), _)) => (format!("{path}/{left}"), rule::QUERY_RESULTS),
        };
        document.defects.push(problem(rule, path, "", "it is missing"));
    }
    let context = members.iter().find(|(n, _)| n == "@context").map(|(_, v)| v);
    let levels = std::iter::once(&members).chain(found.iter().map(|(_, inner)| inner));
    let ignore: Vec<&Value> = levels.flatten().filter(|(n, _)| is_ignore_fields(n)).map(|(_, v)| v).collect();
    document.scope = document_scope(context, &ignore);
    members.into_iter().for_each(|(name, value)| member(&mut document, name, value));
    for ((path, at, _), inner) in found {
        inner.into_iter().for_each(|(name, value)| body_member(&mut document, path, at, name, value));
    }
    if kind == DocumentKind::QueryResults && document.query_name.is_none() {
        let path = "/epcisBody/queryResults/queryName";
        document.defects.push(problem(rule::QUERY_RESULTS, path, "", "queryName is missing"));
    }
    if let Some(at) = place {
        reader.seek(at);
        let path = steps.last().map_or("", |s| s.0);
        events(reader, &mut document, path, limits, sink)?;
    }
    Ok(document)
}

/// A level on the way to the event list: its path, its place, and the member that leads on.
type Step = (&'static str, BodyPlace, &'static str);

fn events(
    reader: &mut Reader<'_>,
    document: &mut Document,
    path: &str,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Problem> {
    if !reader.is_next(b'[') {
        document.defects.push(problem(rule::TYPE, format!("{path}/eventList"), "", "eventList is a list"));
        return Ok(());
    }
    reader.expect(b'[')?;
    if reader.take(b']') {
        return Ok(());
    }
    let mut count = 0;
    loop {
        let value = reader.value(4)?;
        count += 1;
        if count > limits.max_events {
            let message = format!("more than {} events", limits.max_events);
            return Err(problem(rule::LIMIT_COUNT, format!("{path}/eventList"), "", message));
        }
        sink(build::event(value, &document.scope, Syntax::Json));
        if reader.take(b']') {
            return Ok(());
        }
        reader.expect(b',')?;
    }
}

/// Takes a member of the document other than its body.
pub(crate) fn member(document: &mut Document, name: String, value: Value) {
    match (name.as_str(), value) {
        ("type", _) => {}
        ("@context", value) => document.context = Some(value),
        ("schemaVersion", Value::String(s)) => document.schema_version = Some(s),
        ("creationDate", Value::String(s)) => document.creation_date = Some(s),
        ("epcisHeader", value) => document.header = Some(value),
        ("schemaVersion" | "creationDate", other) => {
            document.defects.push(problem(
                rule::TYPE,
                format!("/{name}"),
                &other.shown(),
                "a text is asked for",
            ));
        }
        ("id" | "instanceIdentifier" | "sender" | "receiver", value) => {
            match value.as_str() {
                None => {
                    let message = "a text is asked for";
                    document.defects.push(problem(rule::TYPE, format!("/{name}"), &value.shown(), message));
                }
                Some(id) if name == "id" && !is_uri(id) => {
                    document.defects.push(problem(rule::URI, "/id", id, "not a URI"));
                }
                Some(_) => {}
            }
            document.extra.push(Ext { name, value });
        }
        (_, value) => {
            document.defects.extend(build::extension_problem(&document.scope, "/", &name));
            document.extra.push(Ext { name, value });
        }
    }
}

/// Takes a member of the body, the query results or the results body.
fn body_member(document: &mut Document, path: &str, place: BodyPlace, name: String, value: Value) {
    match (place, name.as_str(), value) {
        (BodyPlace::QueryResults, "queryName", Value::String(s)) => document.query_name = Some(s),
        (BodyPlace::QueryResults, "subscriptionID", Value::String(s)) => document.subscription_id = Some(s),
        (BodyPlace::QueryResults, "queryName" | "subscriptionID", other) => {
            let at = format!("{path}/{name}");
            document.defects.push(problem(rule::TYPE, at, &other.shown(), "a text is asked for"));
        }
        (_, _, value) => {
            if !(place == BodyPlace::ResultsBody && name == "vocabularyList") {
                document.defects.extend(build::extension_problem(
                    &document.scope,
                    &format!("{path}/"),
                    &name,
                ));
            }
            document.body_extra.push((place, Ext { name, value }));
        }
    }
}
