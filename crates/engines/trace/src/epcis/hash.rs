//! The event hash of CBV 2.0 (chapter 8.9.2): a canonical text of the event, hashed with SHA-256
//! and written as an `ni` URI (RFC 6920). The same event gives the same hash in JSON and in XML.
//!
//! Where the prose of the standard and the published reference vectors part, the vectors are
//! followed: types precede the identifiers they qualify, and the lists of business transactions,
//! destinations and sources follow in this order among what comes last.

use super::build_sensor::REPORT_FIELDS;
use super::hash_value::{Writer, push_ext, push_field};
use super::model::{Event, Location, Quantity, SensorElement, SensorFields, Syntax, Typed};
use super::value::Value;
use super::vocab::{BIZ_STEP, BTT, COMPONENT, DISPOSITION, SDT, Vocabulary};
use sha2::{Digest, Sha256};

/// Sensor metadata in the order of the hash.
const METADATA_ORDER: &[&str] = &[
    "time",
    "startTime",
    "endTime",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
];

/// The canonical text of an event that is hashed.
#[must_use]
pub fn pre_hash(event: &Event) -> String {
    let w = Writer { event };
    let mut out = String::with_capacity(1024);
    out.push_str("eventType=");
    out.push_str(event.kind.name());
    w.time(&mut out, "eventTime", event.event_time.as_deref());
    w.text(&mut out, "eventTimeZoneOffset", event.event_time_zone_offset.as_deref());
    certification(&w, &mut out, event.certification_info.as_deref());
    epcs(&w, &mut out, "epcList", event.epc_list.as_deref());
    w.text(&mut out, "parentID", event.parent_id.as_deref());
    epcs(&w, &mut out, "inputEPCList", event.input_epc_list.as_deref());
    epcs(&w, &mut out, "childEPCs", event.child_epcs.as_deref());
    quantities(&w, &mut out, "quantityList", event.quantity_list.as_deref());
    quantities(&w, &mut out, "childQuantityList", event.child_quantity_list.as_deref());
    quantities(&w, &mut out, "inputQuantityList", event.input_quantity_list.as_deref());
    epcs(&w, &mut out, "outputEPCList", event.output_epc_list.as_deref());
    quantities(&w, &mut out, "outputQuantityList", event.output_quantity_list.as_deref());
    w.text(&mut out, "action", event.action.as_deref());
    w.text(&mut out, "transformationID", event.transformation_id.as_deref());
    w.term(&mut out, "bizStep", event.biz_step.as_deref(), &BIZ_STEP);
    w.term(&mut out, "disposition", event.disposition.as_deref(), &DISPOSITION);
    if let Some(p) = &event.persistent_disposition {
        let mut inner = String::new();
        for (name, list) in [("set", &p.set), ("unset", &p.unset)] {
            let parts = list.iter().flatten().map(|d| w.one(|s| w.term(s, name, Some(d), &DISPOSITION)));
            sorted(&mut inner, parts.collect());
        }
        headed(&mut out, "persistentDisposition", &inner);
    }
    location(&w, &mut out, "readPoint", event.read_point.as_ref());
    location(&w, &mut out, "bizLocation", event.biz_location.as_ref());
    if let Some(elements) = &event.sensor_element_list {
        let mut inner = String::new();
        sorted(&mut inner, elements.iter().map(|e| sensor_element(&w, e)).collect());
        headed(&mut out, "sensorElementList", &inner);
    }
    if let Some(ilmd) = &event.ilmd {
        let mut inner = String::new();
        w.extensions(&mut inner, ilmd);
        headed(&mut out, "ilmd", &inner);
    }
    last(&w, &mut out);
    out
}

/// The event hash: `ni:///sha-256;<64 hexadecimal digits>?ver=CBV2.0`.
#[must_use]
pub fn hash(event: &Event) -> String {
    let digest = Sha256::digest(pre_hash(event).as_bytes());
    format!("ni:///sha-256;{}?ver=CBV2.0", hex::encode(digest))
}

/// What has no place in the fixed order, sorted together: lists of types and identifiers,
/// leftovers of sensor reports, extension fields.
fn last(w: &Writer<'_>, out: &mut String) {
    let event = w.event;
    let mut parts = Vec::new();
    for (list, name, item, vocabulary) in [
        (&event.biz_transaction_list, "bizTransactionList", "bizTransaction", &BTT),
        (&event.destination_list, "destinationList", "destination", &SDT),
        (&event.source_list, "sourceList", "source", &SDT),
    ] {
        let mut inner = String::new();
        let items = list.iter().flatten().map(|t| typed(w, t, item, vocabulary));
        sorted(&mut inner, items.collect());
        if !inner.is_empty() {
            parts.push(format!("{name}{inner}"));
        }
    }
    let mut leftovers = String::new();
    for element in event.sensor_element_list.iter().flatten() {
        let reports = element.reports.iter().filter_map(|r| r.get("bizRules"));
        let rules =
            reports.map(|v| w.one(|s| push_field(w, s, "bizRules", v))).map(|s| format!("sensorReport{s}"));
        let mut inner = String::new();
        sorted(&mut inner, rules.collect());
        headed(&mut leftovers, "sensorElement", &inner);
    }
    if !leftovers.is_empty() {
        parts.push(format!("sensorElementList{leftovers}"));
    }
    for ext in &event.extensions {
        push_ext(w, &mut parts, &event.scope, &ext.name, &ext.value);
    }
    sorted(out, parts);
}

/// Appends the parts in byte order.
pub(crate) fn sorted(out: &mut String, mut parts: Vec<String>) {
    parts.sort_unstable();
    parts.iter().for_each(|p| out.push_str(p));
}

/// Appends a name before its content; a name with nothing in it is left out.
fn headed(out: &mut String, name: &str, inner: &str) {
    if !inner.is_empty() {
        out.push_str(name);
        out.push_str(inner);
    }
}

fn certification(w: &Writer<'_>, out: &mut String, uris: Option<&[String]>) {
    let parts = uris.unwrap_or_default().iter().map(|u| w.one(|s| w.text(s, "certificationInfo", Some(u))));
    sorted(out, parts.collect());
}

fn epcs(w: &Writer<'_>, out: &mut String, name: &str, list: Option<&[String]>) {
    let Some(list) = list.filter(|l| !l.is_empty()) else { return };
    out.push_str(name);
    sorted(out, list.iter().map(|epc| w.one(|s| w.text(s, "epc", Some(epc)))).collect());
}

fn quantities(w: &Writer<'_>, out: &mut String, name: &str, list: Option<&[Quantity]>) {
    let Some(list) = list.filter(|l| !l.is_empty()) else { return };
    out.push_str(name);
    let one = |q: &Quantity| {
        w.one(|s| {
            s.push_str("quantityElement");
            w.text(s, "epcClass", q.epc_class.as_deref());
            w.text(s, "quantity", q.quantity.as_deref());
            w.text(s, "uom", q.uom.as_deref());
        })
    };
    sorted(out, list.iter().map(one).collect());
}

fn typed(w: &Writer<'_>, typed: &Typed, name: &str, vocabulary: &Vocabulary) -> String {
    w.one(|s| {
        w.term(s, "type", typed.kind.as_deref(), vocabulary);
        w.text(s, name, typed.id.as_deref());
    })
}

fn location(w: &Writer<'_>, out: &mut String, name: &str, location: Option<&Location>) {
    let Some(location) = location else { return };
    let mut inner = String::new();
    w.text(&mut inner, "id", location.id.as_deref());
    w.extensions(&mut inner, &location.extensions);
    headed(out, name, &inner);
}

fn sensor_element(w: &Writer<'_>, element: &SensorElement) -> String {
    w.one(|s| {
        s.push_str("sensorElement");
        if let Some(metadata) = &element.metadata {
            let inner = sensor_fields(w, metadata, METADATA_ORDER);
            headed(s, "sensorMetadata", &inner);
        }
        let order = &REPORT_FIELDS[..REPORT_FIELDS.len() - 1];
        let report = |r: &SensorFields| format!("sensorReport{}", sensor_fields(w, r, order));
        sorted(s, element.reports.iter().map(report).collect());
        w.extensions(s, &element.extensions);
    })
}

fn sensor_fields(w: &Writer<'_>, fields: &SensorFields, order: &[&str]) -> String {
    let mut out = String::new();
    for name in order {
        let Some(value) = fields.get(name) else { continue };
        match (*name, value) {
            ("time" | "startTime" | "endTime", Value::String(s) | Value::Raw(s)) => {
                w.time(&mut out, name, Some(s))
            }
            ("component", Value::String(s) | Value::Raw(s)) => w.term(&mut out, name, Some(s), &COMPONENT),
            ("type", Value::String(s)) if w.event.syntax == Syntax::Json => w.web_voc(&mut out, name, s),
            ("exception", Value::String(s)) if w.event.syntax == Syntax::Json => w.web_voc(&mut out, name, s),
            _ => push_field(w, &mut out, name, value),
        }
    }
    w.extensions(&mut out, &fields.extensions);
    out
}
