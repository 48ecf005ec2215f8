//! Reads EPCIS XML documents of 2.0 and 1.x, query results, polls, master data and bare events.

use super::Limits;
use super::build;
use super::model::{BodyPlace, Document, DocumentKind, Ext, QueryParam, Syntax};
use super::problem::{Problem, problem, rule};
use super::read_json::{Sink, blank};
use super::scope::Scope;
use super::value::Value;
use super::xml_event::Converter;
use super::xml_tree::{Elem, Piece, XmlReader};
use std::sync::Arc;

/// Event elements of the standard, by local name.
pub(crate) const EVENT_NAMES: &[&str] =
    &["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"];

/// Elements that only lead on to the event list; the 1.x `extension` wrapper is one of them.
const WAY: &[&str] = &["EPCISBody", "EventList", "QueryResults", "resultsBody", "extension"];

/// Reads an XML document, handing each event on as it is read; the document comes back without
/// them.
pub(crate) fn read(text: &str, limits: &Limits, sink: &mut Sink<'_>) -> Result<Document, Vec<Problem>> {
    let mut reader = XmlReader::new(text, limits.max_depth);
    document(&mut reader, limits, sink).map_err(|p| vec![p])
}

fn document(reader: &mut XmlReader<'_>, limits: &Limits, sink: &mut Sink<'_>) -> Result<Document, Problem> {
    let (root, open) = match reader.next()? {
        Piece::Open(elem) => (elem, true),
        Piece::Empty(elem) => (elem, false),
        _ => return Err(problem(rule::SYNTAX, "", "", "there is no root element")),
    };
    let local = root.name.local.clone();
    let kind = match local.as_str() {
        "EPCISDocument" => DocumentKind::Events,
        "EPCISQueryDocument" => DocumentKind::QueryResults,
        "EPCISMasterDataDocument" => DocumentKind::MasterData,
        "EPCISCaptureJob" => DocumentKind::CaptureJob,
        name if EVENT_NAMES.contains(&name) => DocumentKind::Bare,
        _ => return Err(problem(rule::DOC_TYPE, format!("/{local}"), &local, "not a document of EPCIS")),
    };
    let mut document = blank(kind, Syntax::Xml);
    if kind == DocumentKind::Bare {
        let mut elem = if open { reader.finish(root)? } else { root };
        // Some write the attributes of a document on an event that stands alone.
        document.schema_version = elem.attr("schemaVersion").map(str::to_owned);
        document.creation_date = elem.attr("creationDate").map(str::to_owned);
        elem.attrs.retain(|(n, _)| {
            !n.prefix.is_empty() || !matches!(n.local.as_str(), "schemaVersion" | "creationDate")
        });
        document.scope = root_scope(&[]);
        sink(event(elem, &document.scope));
        return end(reader, document);
    }
    if let Some(uri) = root.declares.iter().find(|(p, _)| *p == root.name.prefix).map(|(_, uri)| uri)
        && !uri.starts_with("urn:epcglobal:epcis")
    {
        document.defects.push(problem(
            rule::DOC_TYPE,
            format!("/{local}"),
            uri,
            "not the namespace of EPCIS",
        ));
    }
    document.scope = root_scope(&root.declares);
    document.schema_version = root.attr("schemaVersion").map(str::to_owned);
    document.creation_date = root.attr("creationDate").map(str::to_owned);
    let context: Vec<(String, Value)> = root
        .declares
        .iter()
        .filter(|(p, _)| !p.is_empty())
        .map(|(p, u)| (p.clone(), Value::String(u.clone())))
        .collect();
    document.context = Some(Value::Map(context));
    for (name, value) in &root.attrs {
        let own = matches!(name.local.as_str(), "schemaVersion" | "creationDate");
        if name.prefix.is_empty() && !own {
            document.extra.push(Ext { name: format!("@{}", name.local), value: Value::Raw(value.clone()) });
        } else if !name.prefix.is_empty() && name.prefix != "xsi" {
            document.extra.push(Ext {
                name: format!("@{}:{}", name.prefix, name.local),
                value: Value::Raw(value.clone()),
            });
        }
    }
    if open {
        walk(reader, &mut document, limits, sink)?;
    }
    end(reader, document)
}

fn root_scope(declares: &[(String, String)]) -> Arc<Scope> {
    let mut scope = Scope::root(false);
    declares.iter().for_each(|(prefix, uri)| scope.declare(prefix, uri));
    Arc::new(scope)
}

fn end(reader: &mut XmlReader<'_>, document: Document) -> Result<Document, Problem> {
    match reader.next()? {
        Piece::End => Ok(document),
        _ => Err(problem(rule::SYNTAX, "", "", "text after the end of the document")),
    }
}

fn event(elem: Elem, outer: &Arc<Scope>) -> super::model::Event {
    let (value, declared) = Converter::event(elem, outer);
    build::event(value, &declared, Syntax::Xml)
}

/// Where the walk is on its way in: names of the open elements that lead on.
struct Walk {
    way: Vec<String>,
    scopes: Vec<Arc<Scope>>,
    count: usize,
    body: bool,
    list: bool,
}

fn walk(
    reader: &mut XmlReader<'_>,
    document: &mut Document,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Problem> {
    let mut walk = Walk {
        way: Vec::new(),
        scopes: vec![Arc::clone(&document.scope)],
        count: 0,
        body: false,
        list: false,
    };
    loop {
        let (elem, open) = match reader.next()? {
            Piece::Open(elem) => (elem, true),
            Piece::Empty(elem) => (elem, false),
            Piece::Close if walk.way.is_empty() => break,
            Piece::Close => {
                walk.way.pop();
                walk.scopes.pop();
                continue;
            }
            Piece::Text(text) => {
                document.defects.push(problem(rule::TYPE, walk.path(), &text, "text between elements"));
                continue;
            }
            Piece::End => return Err(problem(rule::SYNTAX, "", "", "the document ends inside an element")),
        };
        let in_list = walk.way.iter().any(|w| w == "EventList");
        let name = elem.name.local.as_str();
        walk.body |= name == "EPCISBody";
        walk.list |= name == "EventList";
        let leads = WAY.contains(&name) && (name != "EventList" || !in_list);
        if leads {
            if open {
                walk.scopes.push(elem.scope(&walk.scope()));
                walk.way.push(elem.name.local);
            }
            continue;
        }
        let elem = if open { reader.finish(elem)? } else { elem };
        if in_list {
            walk.count += 1;
            if walk.count > limits.max_events {
                let message = format!("more than {} events", limits.max_events);
                return Err(problem(rule::LIMIT_COUNT, walk.path(), "", message));
            }
            sink(event(elem, &walk.scope()));
        } else {
            walk.outside(document, elem);
        }
    }
    if matches!(document.kind, DocumentKind::MasterData | DocumentKind::Query | DocumentKind::CaptureJob) {
        return Ok(());
    }
    if !walk.body {
        document.defects.push(problem(rule::BODY, "/EPCISBody", "", "the document has no body"));
    } else if !walk.list && !document.body_extra.iter().any(|(_, e)| e.name == "vocabularyList") {
        document.defects.push(problem(rule::BODY, "/EPCISBody/EventList", "", "there is no event list"));
    }
    Ok(())
}

impl Walk {
    fn scope(&self) -> Arc<Scope> {
        self.scopes.last().cloned().unwrap_or_default()
    }

    fn path(&self) -> String {
        self.way.iter().map(|w| format!("/{w}")).collect()
    }

    /// Takes the list of fields the event hash leaves out; it stands before the events it governs.
    fn ignore_fields(&mut self, document: &mut Document, elem: Elem) {
        let mut scope = (*document.scope).clone();
        for field in &elem.children {
            let inner = elem.scope(&document.scope);
            if let Some(uri) = inner.declared(&field.name.prefix) {
                scope.ignore(format!("{uri}{}", field.name.local));
            }
        }
        // The scopes already entered stand inside the document's; rebuild the way in.
        document.scope = Arc::new(scope);
        if let Some(first) = self.scopes.first_mut() {
            *first = Arc::clone(&document.scope);
        }
        for level in 1..self.scopes.len() {
            let mut inner = Scope::inside(&self.scopes[level - 1]);
            self.scopes[level].own().iter().for_each(|(p, u)| inner.declare(p, u));
            self.scopes[level] = Arc::new(inner);
        }
        // JSON lists the names.
        let names: Vec<Value> =
            elem.children.iter().map(|f| Value::Raw(format!("{}:{}", f.name.prefix, f.name.local))).collect();
        let (name, _) = Converter::extension(elem, &document.scope);
        let ext = Ext { name, value: Value::List(names) };
        if self.way.last().is_some_and(|w| w == "QueryResults") {
            document.body_extra.push((BodyPlace::QueryResults, ext));
        } else {
            document.extra.push(ext);
        }
    }

    /// Takes an element that is not on the way to the events: header, names, extensions.
    fn outside(&mut self, document: &mut Document, elem: Elem) {
        let path = self.path();
        let text = elem.text.clone();
        match (self.way.last().map(String::as_str), elem.name.local.as_str()) {
            (_, "EPCISHeader") => document.header = Some(super::xml_master::header(elem, &self.scope())),
            (_, "ignoreFields") => self.ignore_fields(document, elem),
            (Some("QueryResults"), "queryName") => document.query_name = Some(text),
            (Some("QueryResults"), "subscriptionID") => document.subscription_id = Some(text),
            (Some("EPCISBody"), "Poll") => poll(document, &elem),
            (Some("EPCISBody" | "resultsBody"), "VocabularyList") => {
                let list = super::xml_master::vocabulary_list(&elem, &self.scope());
                let place = if document.kind == DocumentKind::QueryResults {
                    BodyPlace::ResultsBody
                } else {
                    BodyPlace::Body
                };
                document.body_extra.push((place, Ext { name: "vocabularyList".to_owned(), value: list }));
            }
            (at, local) => {
                let local = local.to_owned();
                let (name, value) = Converter::extension(elem, &self.scope());
                if !name.contains(':') && document.kind != DocumentKind::CaptureJob {
                    let message = "the standard has no such element here";
                    document.defects.push(problem(
                        rule::FIELD_UNKNOWN,
                        format!("{path}/{local}"),
                        &text,
                        message,
                    ));
                }
                match at {
                    None => document.extra.push(Ext { name, value }),
                    Some("QueryResults") => {
                        document.body_extra.push((BodyPlace::QueryResults, Ext { name, value }))
                    }
                    Some("resultsBody") => {
                        document.body_extra.push((BodyPlace::ResultsBody, Ext { name, value }))
                    }
                    Some(_) => document.body_extra.push((BodyPlace::Body, Ext { name, value })),
                }
            }
        }
    }
}

fn poll(document: &mut Document, elem: &Elem) {
    document.kind = DocumentKind::Query;
    for child in &elem.children {
        match child.name.local.as_str() {
            "queryName" => document.query_name = Some(child.text.clone()),
            "params" => document.params.extend(query_params(child)),
            other => {
                let path = format!("/EPCISBody/Poll/{other}");
                document.defects.push(problem(
                    rule::FIELD_UNKNOWN,
                    path,
                    &child.text,
                    "a poll has queryName and params",
                ));
            }
        }
    }
}

/// The parameters of a query: name and value, a list when the value holds elements.
pub(crate) fn query_params(params: &Elem) -> Vec<QueryParam> {
    let read = |param: &Elem| {
        let name = param.child("name").map(|n| n.text.clone()).unwrap_or_default();
        let value = param.child("value").map(|v| match v.children.is_empty() {
            true => Value::Raw(v.text.clone()),
            false => Value::List(v.children.iter().map(|s| Value::Raw(s.text.clone())).collect()),
        });
        QueryParam { name, value }
    };
    params.children.iter().filter(|p| p.name.local == "param").map(read).collect()
}
