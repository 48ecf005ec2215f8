//! Writes one event as EPCIS 2.0 XML, elements in the order of the schema.

use super::model::{
    ErrorDeclaration, Event, EventKind, Location, Quantity, SensorElement, SensorFields, Syntax, Typed,
};
use super::value::Value;
use super::vocab::{
    ALERT, BIZ_STEP, BTT, COMPONENT, DISPOSITION, ERROR_REASON, MEASUREMENT, SDT, Vocabulary,
};
use super::xml_out::Out;
use std::borrow::Cow;

/// Fields of each event type after those all share, in the order of the XML schema.
const OBJECT: &[&str] = &[
    "epcList",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "quantityList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
    "ilmd",
];
const AGGREGATION: &[&str] = &[
    "parentID",
    "childEPCs",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "childQuantityList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
];
const ASSOCIATION: &[&str] = &[
    "parentID",
    "childEPCs",
    "childQuantityList",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
];
const TRANSACTION: &[&str] = &[
    "bizTransactionList",
    "parentID",
    "epcList",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "quantityList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
];
const TRANSFORMATION: &[&str] = &[
    "inputEPCList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "transformationID",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "sourceList",
    "destinationList",
    "ilmd",
    "sensorElementList",
    "persistentDisposition",
];
/// Another type may have any of them.
const OTHER: &[&str] = &[
    "parentID",
    "epcList",
    "childEPCs",
    "inputEPCList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "transformationID",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "quantityList",
    "childQuantityList",
    "sourceList",
    "destinationList",
    "sensorElementList",
    "persistentDisposition",
    "ilmd",
];

pub(crate) fn event(
    out: &mut Out,
    event: &Event,
    declares: &[(String, String)],
    mut attrs: Vec<(String, String)>,
) {
    let own = event.extensions.iter().filter(|e| e.name.starts_with('@'));
    attrs.extend(own.map(|e| (e.name[1..].to_owned(), e.value.shown())));
    out.open_declaring(event.kind.name(), &attrs, declares);
    out.leaf("eventTime", event.event_time.as_deref());
    out.leaf("recordTime", event.record_time.as_deref());
    out.leaf("eventTimeZoneOffset", event.event_time_zone_offset.as_deref());
    out.leaf("eventID", event.event_id.as_deref());
    if let Some(declaration) = &event.error_declaration {
        error_declaration(out, event, declaration);
    }
    event.certification_info.iter().flatten().for_each(|uri| out.leaf("certificationInfo", Some(uri)));
    let order = match event.kind {
        EventKind::Object => OBJECT,
        EventKind::Aggregation => AGGREGATION,
        EventKind::Association => ASSOCIATION,
        EventKind::Transaction => TRANSACTION,
        EventKind::Transformation => TRANSFORMATION,
        EventKind::Other(_) => OTHER,
    };
    // A field the type does not have is written too, after its own: nothing is dropped.
    let misplaced = OTHER.iter().filter(|name| !order.contains(name));
    order.iter().chain(misplaced).for_each(|name| field(out, event, name));
    for ext in event.extensions.iter().filter(|e| !e.name.starts_with('@')) {
        out.ext(&ext.name, &ext.value, &event.scope);
    }
    out.close();
}

pub(crate) fn field(out: &mut Out, event: &Event, name: &str) {
    match name {
        "parentID" => leaf(out, event, name, event.parent_id.as_deref()),
        "transformationID" => leaf(out, event, name, event.transformation_id.as_deref()),
        "action" => out.leaf(name, event.action.as_deref()),
        "bizStep" => term(out, event, name, event.biz_step.as_deref(), &BIZ_STEP),
        "disposition" => term(out, event, name, event.disposition.as_deref(), &DISPOSITION),
        "epcList" => epcs(out, event, name, event.epc_list.as_deref()),
        "childEPCs" => epcs(out, event, name, event.child_epcs.as_deref()),
        "inputEPCList" => epcs(out, event, name, event.input_epc_list.as_deref()),
        "outputEPCList" => epcs(out, event, name, event.output_epc_list.as_deref()),
        "quantityList" => quantities(out, event, name, event.quantity_list.as_deref()),
        "childQuantityList" => quantities(out, event, name, event.child_quantity_list.as_deref()),
        "inputQuantityList" => quantities(out, event, name, event.input_quantity_list.as_deref()),
        "outputQuantityList" => quantities(out, event, name, event.output_quantity_list.as_deref()),
        "readPoint" => location(out, event, name, event.read_point.as_ref()),
        "bizLocation" => location(out, event, name, event.biz_location.as_ref()),
        "bizTransactionList" => {
            typed(out, event, name, "bizTransaction", event.biz_transaction_list.as_deref(), &BTT)
        }
        "sourceList" => typed(out, event, name, "source", event.source_list.as_deref(), &SDT),
        "destinationList" => typed(out, event, name, "destination", event.destination_list.as_deref(), &SDT),
        "persistentDisposition" => {
            let Some(p) = &event.persistent_disposition else { return };
            out.open(name, &[]);
            for (name, list) in [("unset", &p.unset), ("set", &p.set)] {
                list.iter().flatten().for_each(|d| term(out, event, name, Some(d), &DISPOSITION));
            }
            out.close();
        }
        "sensorElementList" => {
            let Some(elements) = &event.sensor_element_list else { return };
            out.open(name, &[]);
            elements.iter().for_each(|e| sensor_element(out, event, e));
            out.close();
        }
        _ => {
            let Some(ilmd) = &event.ilmd else { return };
            out.open("ilmd", &[]);
            ilmd.iter().for_each(|e| out.ext(&e.name, &e.value, &event.scope));
            out.close();
        }
    }
}

/// A value of a standard field: XML has no CURIEs, so one that a JSON context declares is written
/// out; `gs1:` and `cbv:` stay, being the custom of EPCIS XML too.
fn plain<'a>(event: &Event, value: &'a str) -> Cow<'a, str> {
    let curie = value.split_once(':').filter(|(p, rest)| {
        event.syntax == Syntax::Json
            && !rest.starts_with("//")
            && !matches!(*p, "gs1" | "cbv" | "epcis" | "urn")
    });
    let namespace = curie.and_then(|(prefix, rest)| event.scope.declared(prefix).map(|n| (n, rest)));
    namespace.map_or(Cow::Borrowed(value), |(n, rest)| Cow::Owned(format!("{n}{rest}")))
}

fn term_text<'a>(event: &Event, value: &'a str, vocabulary: &Vocabulary) -> Cow<'a, str> {
    if vocabulary.urn == "gs1:" && event.scope.declared("gs1").is_none() {
        let web = vocabulary.expand_word(value);
        return web.map_or_else(|| plain(event, value), Cow::Owned);
    }
    match vocabulary.to_xml(value) {
        Cow::Owned(urn) => Cow::Owned(urn),
        Cow::Borrowed(same) => plain(event, same),
    }
}

fn leaf(out: &mut Out, event: &Event, name: &str, value: Option<&str>) {
    out.leaf(name, value.map(|v| plain(event, v)).as_deref());
}

fn term(out: &mut Out, event: &Event, name: &str, value: Option<&str>, vocabulary: &Vocabulary) {
    out.leaf(name, value.map(|v| term_text(event, v, vocabulary)).as_deref());
}

pub(crate) fn error_declaration(out: &mut Out, event: &Event, declaration: &ErrorDeclaration) {
    out.open("errorDeclaration", &[]);
    out.leaf("declarationTime", declaration.declaration_time.as_deref());
    term(out, event, "reason", declaration.reason.as_deref(), &ERROR_REASON);
    if let Some(ids) = &declaration.corrective_event_ids {
        out.open("correctiveEventIDs", &[]);
        ids.iter().for_each(|id| out.leaf("correctiveEventID", Some(id)));
        out.close();
    }
    declaration.extensions.iter().for_each(|e| out.ext(&e.name, &e.value, &event.scope));
    out.close();
}

fn epcs(out: &mut Out, event: &Event, name: &str, list: Option<&[String]>) {
    let Some(list) = list else { return };
    out.open(name, &[]);
    list.iter().for_each(|epc| leaf(out, event, "epc", Some(epc)));
    out.close();
}

fn quantities(out: &mut Out, event: &Event, name: &str, list: Option<&[Quantity]>) {
    let Some(list) = list else { return };
    out.open(name, &[]);
    for q in list {
        out.open("quantityElement", &[]);
        leaf(out, event, "epcClass", q.epc_class.as_deref());
        out.leaf("quantity", q.quantity.as_deref());
        out.leaf("uom", q.uom.as_deref());
        out.close();
    }
    out.close();
}

fn location(out: &mut Out, event: &Event, name: &str, location: Option<&Location>) {
    let Some(location) = location else { return };
    out.open(name, &[]);
    leaf(out, event, "id", location.id.as_deref());
    location.extensions.iter().for_each(|e| out.ext(&e.name, &e.value, &event.scope));
    out.close();
}

fn typed(
    out: &mut Out,
    event: &Event,
    name: &str,
    item: &str,
    list: Option<&[Typed]>,
    vocabulary: &Vocabulary,
) {
    let Some(list) = list else { return };
    out.open(name, &[]);
    for t in list {
        let attrs: Vec<(String, String)> = t
            .kind
            .iter()
            .map(|k| ("type".to_owned(), term_text(event, k, vocabulary).into_owned()))
            .collect();
        out.leaf_with(item, &attrs, &plain(event, t.id.as_deref().unwrap_or_default()));
    }
    out.close();
}

fn sensor_element(out: &mut Out, event: &Event, element: &SensorElement) {
    out.open("sensorElement", &[]);
    if let Some(metadata) = &element.metadata {
        sensor_fields(out, event, "sensorMetadata", metadata);
    }
    element.reports.iter().for_each(|r| sensor_fields(out, event, "sensorReport", r));
    element.extensions.iter().for_each(|e| out.ext(&e.name, &e.value, &event.scope));
    out.close();
}

fn sensor_fields(out: &mut Out, event: &Event, name: &str, fields: &SensorFields) {
    let scope = &event.scope;
    let mut attrs = Vec::new();
    for (name, value) in &fields.fields {
        let shown = value.shown();
        let value = match *name {
            "type" => term_text(event, &shown, &MEASUREMENT).into_owned(),
            "exception" => term_text(event, &shown, &ALERT).into_owned(),
            "component" => term_text(event, &shown, &COMPONENT).into_owned(),
            "deviceID"
            | "deviceMetadata"
            | "rawData"
            | "dataProcessingMethod"
            | "bizRules"
            | "uriValue"
            | "microorganism"
            | "chemicalSubstance"
            | "coordinateReferenceSystem" => plain(event, &shown).into_owned(),
            _ => shown,
        };
        attrs.push(((*name).to_owned(), value));
    }
    // Scalar extensions are attributes, as the schema has it; others can only be elements.
    let scalar =
        |v: &Value| matches!(v, Value::String(_) | Value::Raw(_) | Value::Number(_) | Value::Bool(_));
    let as_attr = |n: &str, v: &Value| scalar(v) && super::xml_out::is_qualified(n, scope);
    for ext in fields.extensions.iter().filter(|e| as_attr(&e.name, &e.value)) {
        attrs.push((ext.name.clone(), ext.value.shown()));
    }
    out.open(name, &attrs);
    for ext in fields.extensions.iter().filter(|e| !as_attr(&e.name, &e.value)) {
        out.ext(&ext.name, &ext.value, scope);
    }
    out.close();
}
