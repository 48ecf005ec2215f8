//! Writes documents as EPCIS 2.0 JSON-LD: standard terms as bare words, numbers as numbers.

use super::model::{
    BodyPlace, Document, DocumentKind, ErrorDeclaration, Event, Ext, Location, Quantity, SensorElement,
    SensorFields, Syntax, Typed,
};
use super::scope::Scope;
use super::value::{Value, is_json_number};
use super::vocab::{
    ALERT, BIZ_STEP, BTT, COMPONENT, DISPOSITION, ERROR_REASON, MEASUREMENT, SDT, Vocabulary,
};

type Members = Vec<(String, Value)>;

/// The context every JSON-LD document of EPCIS 2.0 names.
const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

/// Fields of a sensor report that hold numbers.
pub(crate) const NUMBERS: &[&str] =
    &["value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"];

/// The document as compact JSON-LD.
#[must_use]
pub fn to_json(document: &Document) -> String {
    let mut out = String::new();
    document_value(document).write(&mut out, None, 0);
    out
}

/// The document as JSON-LD indented by two spaces.
#[must_use]
pub fn to_json_pretty(document: &Document) -> String {
    let mut out = String::new();
    document_value(document).write(&mut out, Some(2), 0);
    out
}

/// One event as compact JSON that needs no document around it but one that names the EPCIS context: the prefixes
/// in its scope are its own `@context`.
#[must_use]
pub fn event_to_json(event: &Event) -> String {
    let prefixes = event.scope.all().into_iter().map(|(name, iri)| (name, Value::String(iri))).collect();
    let scope = Some(Value::Map(prefixes));
    // As from XML: what the standard's context defines itself is left out.
    let own = context(scope.as_ref(), Syntax::Xml, false);
    let Value::Map(mut members) = event_value(event, false) else { return String::new() };
    members.retain(|(name, _)| name != "@context");
    if let Some(own) = own {
        members.insert(0, ("@context".to_owned(), own));
    }
    let mut out = String::with_capacity(1024);
    Value::Map(members).write(&mut out, None, 0);
    out
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

fn put(members: &mut Members, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        members.push((name.to_owned(), text(value)));
    }
}

fn put_exts<'a>(members: &mut Members, exts: impl IntoIterator<Item = &'a Ext>) {
    members.extend(exts.into_iter().map(|e| (e.name.clone(), settled(&e.value))));
}

/// XML text as JSON strings, all the way down.
fn settled(value: &Value) -> Value {
    match value {
        Value::Raw(s) => Value::String(s.clone()),
        Value::List(items) => Value::List(items.iter().map(settled).collect()),
        Value::Map(members) => Value::Map(members.iter().map(|(n, v)| (n.clone(), settled(v))).collect()),
        other => other.clone(),
    }
}

/// The context as JSON-LD: what the document had, or the EPCIS context with the XML prefixes that
/// it does not define itself.
fn context(context: Option<&Value>, syntax: Syntax, with_epcis: bool) -> Option<Value> {
    if syntax == Syntax::Json {
        return context.cloned();
    }
    let standard = Scope::root(true);
    let prefixes: Members = match context {
        Some(Value::Map(members)) => {
            let own = |uri: &str| {
                uri.starts_with("urn:epcglobal:epcis") || uri.starts_with("http://www.w3.org/2001/XMLSchema")
            };
            // gs1 is kept although the EPCIS context has it: whether a document declares it itself
            // decides how the event hash reads its CURIEs.
            let new = |n: &str, v: &Value| {
                v.as_str().is_some_and(|uri| !own(uri) && (n == "gs1" || standard.lookup(n) != Some(uri)))
            };
            members.iter().filter(|(n, v)| new(n, v)).cloned().collect()
        }
        _ => Members::new(),
    };
    match (with_epcis, prefixes.is_empty()) {
        (true, true) => Some(Value::List(vec![text(CONTEXT)])),
        (true, false) => Some(Value::List(vec![text(CONTEXT), Value::Map(prefixes)])),
        (false, true) => None,
        (false, false) => Some(Value::Map(prefixes)),
    }
}

fn document_value(document: &Document) -> Value {
    let mut members = Members::new();
    if document.kind == DocumentKind::Bare {
        return document.events.first().map_or(Value::Map(members), |event| event_value(event, true));
    }
    if let Some(context) = context(document.context.as_ref(), document.syntax, true) {
        members.push(("@context".to_owned(), context));
    }
    if document.kind == DocumentKind::Query {
        let named = |value: &Option<Value>| value.as_ref().map_or(Value::Null, settled);
        members.extend(document.params.iter().map(|p| (p.name.clone(), named(&p.value))));
        return Value::Map(members);
    }
    let results = document.kind == DocumentKind::QueryResults;
    members.push(("type".to_owned(), text(if results { "EPCISQueryDocument" } else { "EPCISDocument" })));
    put(&mut members, "schemaVersion", document.schema_version.as_deref());
    put(&mut members, "creationDate", document.creation_date.as_deref());
    put_exts(&mut members, &document.extra);
    let mut header = document.header.as_ref().map(settled);
    let at = |place: BodyPlace| document.body_extra.iter().filter(move |(p, _)| *p == place).map(|(_, e)| e);
    let mut body = Members::new();
    for ext in at(BodyPlace::Body) {
        // A master data document has its vocabulary in the body; JSON has it in the header.
        if ext.name == "vocabularyList" {
            let data = Value::Map(vec![("vocabularyList".to_owned(), settled(&ext.value))]);
            header.get_or_insert_with(|| Value::Map(vec![("epcisMasterData".to_owned(), data)]));
        } else {
            put_exts(&mut body, [ext]);
        }
    }
    if let Some(header) = header {
        members.push(("epcisHeader".to_owned(), header));
    }
    let list = (
        "eventList".to_owned(),
        Value::List(document.events.iter().map(|e| event_value(e, false)).collect()),
    );
    if results {
        let mut inner = Members::new();
        put(&mut inner, "subscriptionID", document.subscription_id.as_deref());
        put(&mut inner, "queryName", document.query_name.as_deref());
        put_exts(&mut inner, at(BodyPlace::QueryResults));
        let mut results_body = vec![list];
        put_exts(&mut results_body, at(BodyPlace::ResultsBody));
        inner.push(("resultsBody".to_owned(), Value::Map(results_body)));
        body.push(("queryResults".to_owned(), Value::Map(inner)));
    } else {
        body.push(list);
    }
    members.push(("epcisBody".to_owned(), Value::Map(body)));
    Value::Map(members)
}

/// A term as JSON writes it. What came from JSON stays as written; a `gs1:` term of XML that does
/// not declare the prefix, or declares it otherwise, stays a CURIE.
fn term<'a>(event: &Event, vocabulary: &Vocabulary, value: &'a str) -> &'a str {
    let curie = value.starts_with("gs1:") && event.scope.declared("gs1") != Some("https://gs1.org/voc/");
    if event.syntax == Syntax::Json || curie { value } else { vocabulary.to_json(value) }
}

/// One event as its JSON object; `alone` gives it the EPCIS context.
pub(crate) fn event_value(event: &Event, alone: bool) -> Value {
    let mut m = Members::new();
    if let Some(context) = context(event.context.as_ref(), event.syntax, alone) {
        m.push(("@context".to_owned(), context));
    }
    m.push(("type".to_owned(), text(event.kind.name())));
    put(&mut m, "eventTime", event.event_time.as_deref());
    put(&mut m, "recordTime", event.record_time.as_deref());
    put(&mut m, "eventTimeZoneOffset", event.event_time_zone_offset.as_deref());
    put(&mut m, "eventID", event.event_id.as_deref());
    if let Some(declaration) = &event.error_declaration {
        m.push(("errorDeclaration".to_owned(), error_declaration(event, declaration)));
    }
    match event.certification_info.as_deref() {
        Some([one]) => put(&mut m, "certificationInfo", Some(one)),
        many => put_list(&mut m, "certificationInfo", many),
    }
    put(&mut m, "parentID", event.parent_id.as_deref());
    put_list(&mut m, "epcList", event.epc_list.as_deref());
    put_list(&mut m, "childEPCs", event.child_epcs.as_deref());
    put_list(&mut m, "inputEPCList", event.input_epc_list.as_deref());
    put_quantities(&mut m, "inputQuantityList", event.input_quantity_list.as_deref());
    put_list(&mut m, "outputEPCList", event.output_epc_list.as_deref());
    put_quantities(&mut m, "outputQuantityList", event.output_quantity_list.as_deref());
    put_quantities(&mut m, "quantityList", event.quantity_list.as_deref());
    put_quantities(&mut m, "childQuantityList", event.child_quantity_list.as_deref());
    put(&mut m, "transformationID", event.transformation_id.as_deref());
    put(&mut m, "action", event.action.as_deref());
    put(&mut m, "bizStep", event.biz_step.as_deref().map(|v| term(event, &BIZ_STEP, v)));
    put(&mut m, "disposition", event.disposition.as_deref().map(|v| term(event, &DISPOSITION, v)));
    if let Some(p) = &event.persistent_disposition {
        let mut inner = Members::new();
        for (name, list) in [("set", &p.set), ("unset", &p.unset)] {
            let terms: Option<Vec<String>> =
                list.as_ref().map(|l| l.iter().map(|d| term(event, &DISPOSITION, d).to_owned()).collect());
            put_list(&mut inner, name, terms.as_deref());
        }
        m.push(("persistentDisposition".to_owned(), Value::Map(inner)));
    }
    put_location(&mut m, "readPoint", event.read_point.as_ref());
    put_location(&mut m, "bizLocation", event.biz_location.as_ref());
    put_typed(
        event,
        &mut m,
        "bizTransactionList",
        "bizTransaction",
        event.biz_transaction_list.as_deref(),
        &BTT,
    );
    put_typed(event, &mut m, "sourceList", "source", event.source_list.as_deref(), &SDT);
    put_typed(event, &mut m, "destinationList", "destination", event.destination_list.as_deref(), &SDT);
    if let Some(elements) = &event.sensor_element_list {
        m.push((
            "sensorElementList".to_owned(),
            Value::List(elements.iter().map(|e| sensor_element(event, e)).collect()),
        ));
    }
    if let Some(ilmd) = &event.ilmd {
        let mut inner = Members::new();
        put_exts(&mut inner, ilmd);
        m.push(("ilmd".to_owned(), Value::Map(inner)));
    }
    put_exts(&mut m, &event.extensions);
    Value::Map(m)
}

fn put_list(members: &mut Members, name: &str, list: Option<&[String]>) {
    if let Some(list) = list {
        members.push((name.to_owned(), Value::List(list.iter().map(|s| text(s)).collect())));
    }
}

fn error_declaration(event: &Event, declaration: &ErrorDeclaration) -> Value {
    let mut m = Members::new();
    put(&mut m, "declarationTime", declaration.declaration_time.as_deref());
    put(&mut m, "reason", declaration.reason.as_deref().map(|v| term(event, &ERROR_REASON, v)));
    put_list(&mut m, "correctiveEventIDs", declaration.corrective_event_ids.as_deref());
    put_exts(&mut m, &declaration.extensions);
    Value::Map(m)
}

/// A number as JSON has it: XML allows a plus sign, leading zeros and a bare point.
pub(crate) fn number(digits: &str) -> Value {
    if is_json_number(digits) {
        return Value::Number(digits.to_owned());
    }
    let (sign, rest) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits.strip_prefix('+').unwrap_or(digits)),
    };
    let rest = rest.trim_start_matches('0').trim_end_matches('.');
    let lead = if rest.is_empty() || !rest.starts_with(|c: char| c.is_ascii_digit()) { "0" } else { "" };
    let made = format!("{sign}{lead}{rest}");
    if is_json_number(&made) { Value::Number(made) } else { text(digits) }
}

fn put_quantities(members: &mut Members, name: &str, list: Option<&[Quantity]>) {
    let Some(list) = list else { return };
    let one = |q: &Quantity| {
        let mut m = Members::new();
        put(&mut m, "epcClass", q.epc_class.as_deref());
        m.extend(q.quantity.as_deref().map(|n| ("quantity".to_owned(), number(n))));
        put(&mut m, "uom", q.uom.as_deref());
        Value::Map(m)
    };
    members.push((name.to_owned(), Value::List(list.iter().map(one).collect())));
}

fn put_typed(
    event: &Event,
    members: &mut Members,
    name: &str,
    item: &str,
    list: Option<&[Typed]>,
    vocabulary: &Vocabulary,
) {
    let Some(list) = list else { return };
    let one = |t: &Typed| {
        let mut m = Members::new();
        put(&mut m, "type", t.kind.as_deref().map(|v| term(event, vocabulary, v)));
        put(&mut m, item, t.id.as_deref());
        Value::Map(m)
    };
    members.push((name.to_owned(), Value::List(list.iter().map(one).collect())));
}

fn put_location(members: &mut Members, name: &str, location: Option<&Location>) {
    let Some(location) = location else { return };
    let mut m = Members::new();
    put(&mut m, "id", location.id.as_deref());
    put_exts(&mut m, &location.extensions);
    members.push((name.to_owned(), Value::Map(m)));
}

fn sensor_element(event: &Event, element: &SensorElement) -> Value {
    let mut m = Members::new();
    if let Some(metadata) = &element.metadata {
        m.push(("sensorMetadata".to_owned(), sensor_fields(event, metadata)));
    }
    m.push((
        "sensorReport".to_owned(),
        Value::List(element.reports.iter().map(|r| sensor_fields(event, r)).collect()),
    ));
    put_exts(&mut m, &element.extensions);
    Value::Map(m)
}

fn sensor_fields(event: &Event, fields: &SensorFields) -> Value {
    let mut m = Members::new();
    for (name, value) in &fields.fields {
        let value = match (*name, value) {
            ("type", v) => v.as_str().map_or_else(|| settled(v), |s| text(term(event, &MEASUREMENT, s))),
            ("exception", v) => v.as_str().map_or_else(|| settled(v), |s| text(term(event, &ALERT, s))),
            ("component", v) => v.as_str().map_or_else(|| settled(v), |s| text(term(event, &COMPONENT, s))),
            ("booleanValue", Value::Raw(s)) if matches!(s.as_str(), "true" | "1") => Value::Bool(true),
            ("booleanValue", Value::Raw(s)) if matches!(s.as_str(), "false" | "0") => Value::Bool(false),
            (n, Value::Raw(s)) if NUMBERS.contains(&n) => number(s),
            (_, v) => settled(v),
        };
        m.push(((*name).to_owned(), value));
    }
    put_exts(&mut m, &fields.extensions);
    Value::Map(m)
}
