//! Validation of documents: envelope, header, master data, then every event.

use super::model::{BodyPlace, Document, DocumentKind, Event, Syntax};
use super::problem::{Problem, problem, rule};
use super::time;
use super::validate_event::EventCheck;
use super::value::Value;

/// All that is wrong with a document, in document order; empty when it is valid.
#[must_use]
pub fn validate(document: &Document) -> Vec<Problem> {
    let mut found = document.defects.clone();
    envelope(document, &mut found);
    if document.kind == DocumentKind::Query {
        super::validate_query::query(document, &mut found);
        return found;
    }
    header(document, &mut found);
    let base = match (document.kind, document.syntax) {
        (DocumentKind::Bare, _) => None,
        (DocumentKind::QueryResults, Syntax::Json) => Some("/epcisBody/queryResults/resultsBody/eventList"),
        (DocumentKind::QueryResults, Syntax::Xml) => Some("/EPCISBody/QueryResults/resultsBody/EventList"),
        (_, Syntax::Json) => Some("/epcisBody/eventList"),
        (_, Syntax::Xml) => Some("/EPCISBody/EventList"),
    };
    for (i, event) in document.events.iter().enumerate() {
        let path = base.map_or_else(String::new, |base| format!("{base}/{i}"));
        found.extend(validate_event(event, &path));
    }
    // The schemas of EPCIS 1.x do not tie ilmd to an action, and their documents are taken as sent.
    if document.schema_version.as_deref().is_some_and(|v| v.starts_with('1')) {
        found.retain(|p| p.rule != rule::ILMD_ACTION.id);
    }
    found
}

/// All that is wrong with one event; `path` stands before the paths of the problems.
#[must_use]
pub fn validate_event(event: &Event, path: &str) -> Vec<Problem> {
    let mut check = EventCheck { event, path, found: Vec::new() };
    for defect in &event.defects {
        check.found.push(Problem { path: format!("{path}{}", defect.path), ..defect.clone() });
    }
    check.run();
    check.found
}

/// Whether the text is an absolute URI or CURIE: a scheme, a colon, something after it, and no
/// white space or brackets.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-_".contains(&b))
        && !rest.is_empty()
        && rest != "//"
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

fn envelope(document: &Document, found: &mut Vec<Problem>) {
    let json = document.syntax == Syntax::Json;
    if json {
        let has =
            document.context.as_ref().or_else(|| document.events.first().and_then(|e| e.context.as_ref()));
        match has {
            None => found.push(problem(rule::CONTEXT, "/@context", "", "there is no @context")),
            Some(context) => json_context(document, context, found),
        }
    }
    if matches!(document.kind, DocumentKind::Bare | DocumentKind::CaptureJob)
        || (json && document.kind != DocumentKind::Events)
    {
        optional_envelope(document, found);
        return;
    }
    match document.schema_version.as_deref() {
        None => found.push(problem(rule::SCHEMA_VERSION, "/schemaVersion", "", "schemaVersion is missing")),
        Some(_) => optional_envelope(document, found),
    }
    match document.creation_date.as_deref() {
        // Published query results in XML go without.
        None if document.kind != DocumentKind::Events => {}
        None => found.push(problem(rule::CREATION_DATE, "/creationDate", "", "creationDate is missing")),
        Some(date) if document.schema_version.is_none() => creation_date(date, found),
        Some(_) => {}
    }
}

fn optional_envelope(document: &Document, found: &mut Vec<Problem>) {
    if let Some(version) = &document.schema_version {
        let good =
            version.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        if !good {
            found.push(problem(rule::SCHEMA_VERSION, "/schemaVersion", version, "not a version"));
        }
    }
    if let Some(date) = &document.creation_date {
        creation_date(date, found);
    }
}

fn creation_date(date: &str, found: &mut Vec<Problem>) {
    if time::parse(date).is_none() {
        found.push(problem(rule::CREATION_DATE, "/creationDate", date, "not a date and time with zone"));
    }
}

fn json_context(document: &Document, context: &Value, found: &mut Vec<Problem>) {
    let one = [context.clone()];
    let entries: &[Value] = match context {
        Value::List(items) => items,
        _ => &one,
    };
    let mut names_epcis = false;
    for entry in entries {
        match entry {
            Value::String(uri) if is_uri(uri) || uri.starts_with('.') || uri.starts_with('/') => {
                names_epcis |=
                    uri.contains("epcis-context") || uri.contains("query-schema") || uri.contains("/epcis");
            }
            Value::Map(_) => {}
            other => found.push(problem(
                rule::CONTEXT,
                "/@context",
                &other.shown(),
                "a context is a URI or an object",
            )),
        }
    }
    if !names_epcis && document.kind != DocumentKind::Query {
        found.push(problem(rule::CONTEXT, "/@context", &context.shown(), "the EPCIS context is not named"));
    }
}

fn header(document: &Document, found: &mut Vec<Problem>) {
    let mut lists: Vec<(String, &Value)> = Vec::new();
    if let Some(header) = &document.header {
        match header {
            Value::Map(members) => {
                for (name, value) in members {
                    if name == "epcisMasterData" {
                        if let Some(list) = value.get("vocabularyList") {
                            lists.push(("/epcisHeader/epcisMasterData/vocabularyList".to_owned(), list));
                        }
                        if !matches!(value, Value::Map(_)) {
                            let message = "epcisMasterData is an object";
                            found.push(problem(
                                rule::TYPE,
                                "/epcisHeader/epcisMasterData",
                                &value.shown(),
                                message,
                            ));
                        }
                    } else if document.syntax == Syntax::Json && !name.contains(':') {
                        let message = "the header has epcisMasterData and namespaced members";
                        found.push(problem(rule::HEADER, format!("/epcisHeader/{name}"), "", message));
                    }
                }
            }
            other => {
                found.push(problem(rule::HEADER, "/epcisHeader", &other.shown(), "the header is an object"))
            }
        }
    }
    for (place, ext) in &document.body_extra {
        if ext.name == "vocabularyList" {
            let at = if *place == BodyPlace::ResultsBody { "resultsBody" } else { "epcisBody" };
            lists.push((format!("/{at}/vocabularyList"), &ext.value));
        }
    }
    lists.iter().for_each(|(path, list)| vocabularies(path, list, found));
}

fn vocabularies(path: &str, list: &Value, found: &mut Vec<Problem>) {
    let Value::List(items) = list else {
        found.push(problem(rule::TYPE, path, &list.shown(), "vocabularyList is a list"));
        return;
    };
    for (i, vocabulary) in items.iter().enumerate() {
        let at = format!("{path}/{i}");
        uri_member(&at, vocabulary, "type", found);
        for (k, element) in list_member(&at, vocabulary, "vocabularyElementList", found).iter().enumerate() {
            let at = format!("{at}/vocabularyElementList/{k}");
            uri_member(&at, element, "id", found);
            for (n, attribute) in list_member(&at, element, "attributes", found).iter().enumerate() {
                uri_member(&format!("{at}/attributes/{n}"), attribute, "id", found);
            }
            for (n, child) in list_member(&at, element, "children", found).iter().enumerate() {
                if !child.as_str().is_some_and(is_uri) {
                    found.push(problem(
                        rule::MASTER_DATA,
                        format!("{at}/children/{n}"),
                        &child.shown(),
                        "not a URI",
                    ));
                }
            }
        }
    }
}

fn uri_member(path: &str, value: &Value, name: &str, found: &mut Vec<Problem>) {
    match value.get(name).map(|v| (v.as_str().is_some_and(is_uri), v.shown())) {
        Some((true, _)) => {}
        Some((false, shown)) => {
            found.push(problem(rule::MASTER_DATA, format!("{path}/{name}"), &shown, "not a URI"))
        }
        None => {
            found.push(problem(rule::MASTER_DATA, format!("{path}/{name}"), "", format!("{name} is missing")))
        }
    }
}

fn list_member<'a>(path: &str, value: &'a Value, name: &str, found: &mut Vec<Problem>) -> &'a [Value] {
    match value.get(name) {
        Some(Value::List(items)) => items,
        None => &[],
        Some(other) => {
            found.push(problem(rule::TYPE, format!("{path}/{name}"), &other.shown(), "a list is asked for"));
            &[]
        }
    }
}
