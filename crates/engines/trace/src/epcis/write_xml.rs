//! Writes documents as EPCIS 2.0 XML, elements in the order of the schema.

use super::model::{BodyPlace, Document, DocumentKind, Event, Syntax};
use super::scope::Scope;
use super::value::Value;
use super::write_xml_event::event;
use super::xml_out::Out;
use std::sync::Arc;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XSD: &str = "http://www.w3.org/2001/XMLSchema";

/// The document as XML. Names that XML does not allow are written with `_xhhhh_` for the
/// characters in question.
#[must_use]
pub fn to_xml(document: &Document) -> String {
    let mut out = Out::new();
    match document.kind {
        DocumentKind::Bare => {
            if let Some(e) = document.events.first() {
                let declares = declared(&[], e.context.as_ref(), e);
                event(&mut out, e, &declares, envelope(document));
            }
        }
        _ => whole(&mut out, document),
    }
    out.finish()
}

/// Namespace declarations of a bare event or a document.
pub(crate) fn declared(
    first: &[(&str, &str)],
    context: Option<&Value>,
    used: &Event,
) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        first.iter().map(|(p, u)| ((*p).to_owned(), (*u).to_owned())).collect();
    let mut own = Scope::root(used.syntax == Syntax::Json);
    if let Some(context) = context {
        own.declare_context(context);
    }
    add_prefixes(&mut all, &own);
    standard_prefixes(&mut all);
    all
}

fn add_prefixes(all: &mut Vec<(String, String)>, scope: &Scope) {
    for (prefix, uri) in scope.all() {
        if super::xml_out::is_prefix(&prefix) && !all.iter().any(|(p, _)| *p == prefix) {
            all.push((prefix, uri));
        }
    }
}

/// Prefixes the written values use, where the document does not declare them itself.
fn standard_prefixes(all: &mut Vec<(String, String)>) {
    let standard = Scope::root(true);
    // gs1 is left out: declaring it would change how the event hash reads a value.
    for prefix in ["cbv", "cbvmda", "rdfs"] {
        if let (Some(uri), false) = (standard.lookup(prefix), all.iter().any(|(p, _)| p == prefix)) {
            all.push((prefix.to_owned(), uri.to_owned()));
        }
    }
    for (prefix, uri) in [("xsi", XSI), ("xsd", XSD)] {
        if !all.iter().any(|(p, _)| p == prefix) {
            all.push((prefix.to_owned(), uri.to_owned()));
        }
    }
}

fn envelope(document: &Document) -> Vec<(String, String)> {
    let of = |name: &str, value: &Option<String>| value.as_ref().map(|v| (name.to_owned(), v.clone()));
    let version = of("schemaVersion", &document.schema_version);
    version.into_iter().chain(of("creationDate", &document.creation_date)).collect()
}

fn whole(out: &mut Out, document: &Document) {
    let (root, own, uri) = match document.kind {
        DocumentKind::QueryResults | DocumentKind::Query => {
            ("epcisq:EPCISQueryDocument", "epcisq", "urn:epcglobal:epcis-query:xsd:2")
        }
        DocumentKind::CaptureJob => ("epcis:EPCISCaptureJob", "epcis", "urn:epcglobal:epcis:xsd:2"),
        DocumentKind::MasterData => {
            ("epcismd:EPCISMasterDataDocument", "epcismd", "urn:epcglobal:epcis-masterdata:xsd:2")
        }
        _ => ("epcis:EPCISDocument", "epcis", "urn:epcglobal:epcis:xsd:2"),
    };
    let mut declares = vec![(own.to_owned(), uri.to_owned())];
    add_prefixes(&mut declares, &document.scope);
    standard_prefixes(&mut declares);
    let mut attrs = envelope(document);
    let scope = &document.scope;
    let is_attr = |name: &str| name.starts_with('@');
    for ext in document.extra.iter().filter(|e| is_attr(&e.name)) {
        attrs.push((ext.name[1..].to_owned(), ext.value.shown()));
    }
    out.open_declaring(root, &attrs, &declares);
    if let Some(header) = &document.header {
        super::xml_out::header(out, header, scope);
    }
    let mut after = Vec::new();
    for ext in document.extra.iter().filter(|e| !is_attr(&e.name)) {
        match (ext.name.as_str(), &ext.value) {
            (name, value) if super::read_json::is_ignore_fields(name) => {
                super::xml_out::ignore_fields(out, name, value, scope)
            }
            _ => after.push(ext),
        }
    }
    if document.kind == DocumentKind::CaptureJob {
        after.iter().for_each(|e| out.ext(&e.name, &e.value, scope));
        out.close();
        return;
    }
    out.open("EPCISBody", &[]);
    let at = |place: BodyPlace| document.body_extra.iter().filter(move |(p, _)| *p == place).map(|(_, e)| e);
    match document.kind {
        DocumentKind::Query => super::xml_out::poll(out, document),
        DocumentKind::QueryResults => {
            out.open("QueryResults", &[]);
            out.leaf("queryName", document.query_name.as_deref());
            out.leaf("subscriptionID", document.subscription_id.as_deref());
            for ext in at(BodyPlace::QueryResults) {
                if super::read_json::is_ignore_fields(&ext.name) {
                    super::xml_out::ignore_fields(out, &ext.name, &ext.value, scope);
                } else {
                    out.ext(&ext.name, &ext.value, scope);
                }
            }
            out.open("resultsBody", &[]);
            events(out, document);
            at(BodyPlace::ResultsBody).for_each(|e| extra(out, &e.name, &e.value, scope));
            out.close();
            out.close();
        }
        DocumentKind::MasterData => {}
        _ => events(out, document),
    }
    at(BodyPlace::Body).for_each(|e| extra(out, &e.name, &e.value, scope));
    out.close();
    after.iter().for_each(|e| out.ext(&e.name, &e.value, scope));
    out.close();
}

fn extra(out: &mut Out, name: &str, value: &Value, scope: &Arc<Scope>) {
    if name == "vocabularyList" {
        super::xml_out::vocabulary_list(out, value, scope);
    } else {
        out.ext(name, value, scope);
    }
}

fn events(out: &mut Out, document: &Document) {
    out.open("EventList", &[]);
    for e in &document.events {
        let mut own = Vec::new();
        if let Some(context) = &e.context {
            let mut scope = Scope::inside(&document.scope);
            scope.declare_context(context);
            own.extend(scope.own().iter().filter(|(p, _)| super::xml_out::is_prefix(p)).cloned());
        }
        event(out, e, &own, Vec::new());
    }
    out.close();
}
