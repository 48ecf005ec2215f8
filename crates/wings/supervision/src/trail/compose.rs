//! From what the record holds to events, as pure work on values.

use super::names;
use kernel::{Date, Timestamp};
use serde_json::{Value, json};

/// Terms of the bureau's own fields in events.
const TERMS: &str = "urn:guomen:terms:";

/// Thousandths as a decimal number that JSON takes without rounding.
fn decimal(milli: i64) -> Value {
    let text = if milli % 1000 == 0 {
        (milli / 1000).to_string()
    } else {
        format!("{}.{:03}", milli / 1000, milli % 1000).trim_end_matches('0').to_owned()
    };
    text.parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}

/// How much of what: pieces have no unit in events (CBV 2.0, 8.10).
pub(super) fn quantity(class: &str, milli: i64, unit: &str) -> Value {
    if unit == "H87" {
        return json!({ "epcClass": class, "quantity": decimal(milli) });
    }
    json!({ "epcClass": class, "quantity": decimal(milli), "uom": unit })
}

fn moment(at: Timestamp) -> String {
    let mut out = String::new();
    trace::epcis::time::write_utc(&mut out, at.0.div_euclid(1000));
    out
}

/// An hour of a day of the bureau; the moment of entry when the day cannot be read.
pub(super) fn on(day: &str, hour: i8, entered: Timestamp) -> Timestamp {
    day.parse::<Date>().map_or(entered, |date| Timestamp::at(date, hour, 0))
}

/// The document that holds events.
pub fn document(events: &[Value], at: Timestamp) -> String {
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", { "guomen": TERMS }],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": moment(at),
        "epcisBody": { "eventList": events },
    })
    .to_string()
}

/// An event with the fields that all have; `more` adds its own.
fn event(kind: &str, at: Timestamp, step: &str, place: Option<&str>, more: Value) -> Value {
    let mut event = json!({
        "type": kind,
        "eventTime": moment(at),
        "eventTimeZoneOffset": "+08:00",
        "bizStep": step,
    });
    let Some(fields) = event.as_object_mut() else { return event };
    if let Some(place) = place {
        fields.insert("bizLocation".into(), json!({ "id": place }));
    }
    if let Value::Object(more) = more {
        fields.extend(more);
    }
    event
}

/// A raw lot as events tell of it.
pub struct Raw {
    /// Its number.
    pub no: String,
    /// Filing number of the plant.
    pub plant: String,
    /// Filing number of the farm; none without a proof.
    pub farm: Option<String>,
    /// Number of the proof.
    pub proof_no: String,
    /// The field.
    pub field: String,
    /// HS code.
    pub hs: String,
    /// Thousandths of its unit.
    pub milli: i64,
    /// The day of harvest.
    pub harvested_on: String,
    /// The day it came.
    pub received_on: String,
    /// Sprayings of its field, each as product, day, interval.
    pub sprays: Vec<(String, String, i64)>,
}

/// Harvested at a farm, sent, and received at the plant; without a proof only received.
pub fn raw(r: &Raw, entered: Timestamp) -> Vec<Value> {
    let (lot, plant) = (names::raw(&r.plant, &r.no), names::plant(&r.plant));
    let list = json!([quantity(&lot, r.milli, "KGM")]);
    let came = on(&r.received_on, 15, entered);
    let Some(farm_no) = &r.farm else {
        let more = json!({
            "action": "OBSERVE", "disposition": "in_progress", "quantityList": list,
            "guomen:hs": r.hs, "guomen:unproven": "true",
        });
        return vec![event("ObjectEvent", came, "receiving", Some(&plant), more)];
    };
    let farm = names::farm(farm_no);
    let sprays: Vec<String> = r.sprays.iter().map(|(what, day, n)| format!("{what} {day} ({n} d)")).collect();
    let mut ilmd = json!({ "guomen:hs": r.hs, "guomen:proof": r.proof_no });
    for (name, value) in [("guomen:field", r.field.clone()), ("guomen:sprays", sprays.join("; "))] {
        if !value.is_empty() {
            ilmd[name] = json!(value);
        }
    }
    let harvested = on(&r.harvested_on, 6, entered);
    let ends = json!({
        "sourceList": [{ "type": "location", "source": farm }],
        "destinationList": [{ "type": "location", "destination": plant }],
    });
    let with = |fields: Value| {
        let mut all = ends.clone();
        if let (Some(all), Value::Object(fields)) = (all.as_object_mut(), fields) {
            all.extend(fields);
        }
        all
    };
    let sent = json!({ "action": "OBSERVE", "disposition": "in_transit", "quantityList": list });
    let received = json!({ "action": "OBSERVE", "disposition": "in_progress", "quantityList": list });
    vec![
        event(
            "ObjectEvent",
            harvested,
            "commissioning",
            Some(&farm),
            json!({ "action": "ADD", "disposition": "active", "quantityList": list, "ilmd": ilmd }),
        ),
        event(
            "ObjectEvent",
            Timestamp(harvested.0 + 2 * Timestamp::HOUR),
            "shipping",
            Some(&farm),
            with(sent),
        ),
        event(
            "ObjectEvent",
            came.max(Timestamp(harvested.0 + 3 * Timestamp::HOUR)),
            "receiving",
            Some(&plant),
            with(received),
        ),
    ]
}

/// A field was sprayed.
pub fn spray(farm_no: &str, field: &str, product: &str, days: i64, day: &str, entered: Timestamp) -> Value {
    let more = json!({
        "action": "OBSERVE",
        "epcList": [names::field(farm_no, field)],
        "guomen:spray": product, "guomen:interval_days": days.to_string(),
    });
    event("ObjectEvent", on(day, 9, entered), "urn:guomen:step:spraying", Some(&names::farm(farm_no)), more)
}

/// A production lot was made.
pub struct Making {
    /// Its number.
    pub no: String,
    /// Filing number of the plant.
    pub plant: String,
    /// HS code.
    pub hs: String,
    /// Thousandths of its unit.
    pub milli: i64,
    /// UN/ECE rec 20 code.
    pub unit: String,
    /// The day of making.
    pub made_on: String,
    /// Raw lots with thousandths of a kilogram.
    pub inputs: Vec<(String, i64)>,
}

/// Raw lots went in, the production lot came out.
pub fn making(m: &Making, entered: Timestamp) -> Value {
    let inputs: Vec<Value> =
        m.inputs.iter().map(|(no, milli)| quantity(&names::raw(&m.plant, no), *milli, "KGM")).collect();
    let more = json!({
        "transformationID": names::event("making", &format!("{}/{}", m.plant, m.no)),
        "disposition": "active",
        "inputQuantityList": inputs,
        "outputQuantityList": [quantity(&names::lot(&m.plant, &m.no), m.milli, &m.unit)],
        "ilmd": { "guomen:hs": m.hs },
    });
    event(
        "TransformationEvent",
        on(&m.made_on, 17, entered),
        "commissioning",
        Some(&names::plant(&m.plant)),
        more,
    )
}

/// A consignment as events tell of it.
pub(super) struct Consignment {
    pub(super) no: String,
    pub(super) export: bool,
    pub(super) operator: String,
    pub(super) plant: Option<String>,
    pub(super) market: String,
    pub(super) port: String,
    pub(super) branch: String,
    pub(super) revision: i64,
}

impl Consignment {
    /// Who made its lots, as far as the record tells.
    pub(super) fn maker(&self) -> &str {
        self.plant.as_deref().unwrap_or(&self.operator)
    }

    /// The declaration, as the paper that events of it refer to.
    fn declared(&self) -> Value {
        json!([{ "type": "urn:guomen:btt:declaration", "bizTransaction": names::consignment(&self.no) }])
    }

    fn origin(&self) -> String {
        self.plant.as_deref().map_or_else(|| names::operator(&self.operator), names::plant)
    }

    /// The id of the event that tells of its packing, by revision.
    pub(super) fn packing_id(&self, revision: i64) -> String {
        names::event("packing", &format!("{}/{revision}", self.no))
    }
}

/// Declared lots were packed into the consignment; for imports, they arrived with it.
pub(super) fn packing(
    c: &Consignment,
    revision: i64,
    lots: &[(String, i64, String)],
    at: Timestamp,
) -> Value {
    let list: Vec<Value> =
        lots.iter().map(|(no, milli, unit)| quantity(&names::lot(c.maker(), no), *milli, unit)).collect();
    let consignment = names::consignment(&c.no);
    let declared = json!([{ "type": "urn:guomen:btt:declaration", "bizTransaction": consignment }]);
    if c.export {
        let more = json!({
            "eventID": c.packing_id(revision), "action": "ADD", "parentID": consignment, "disposition": "in_progress",
            "childQuantityList": list, "bizTransactionList": declared,
        });
        return event("AggregationEvent", at, "packing", Some(&c.origin()), more);
    }
    let more = json!({
        "eventID": c.packing_id(revision), "action": "ADD", "parentID": consignment, "disposition": "in_progress",
        "childQuantityList": list, "bizTransactionList": declared,
        "sourceList": [{ "type": "location", "source": names::country(&c.market) }],
        "destinationList": [{ "type": "location", "destination": names::operator(&c.operator) }],
    });
    event("AggregationEvent", at, "arriving", Some(&names::port(&c.port)), more)
}

/// A lot got an outcome.
pub(super) fn outcome(c: &Consignment, lot: (&str, i64, &str), outcome: &str, at: Timestamp) -> Value {
    let list = json!([quantity(&names::lot(c.maker(), lot.0), lot.1, lot.2)]);
    let place = names::branch(&c.branch);
    let transaction =
        json!([{ "type": "urn:guomen:btt:declaration", "bizTransaction": names::consignment(&c.no) }]);
    let (step, action, disposition) = match outcome {
        "release" => ("inspecting", "OBSERVE", Some("conformant")),
        "return" => ("inspecting", "OBSERVE", Some("returned")),
        "destroy" => ("destroying", "DELETE", Some("destroyed")),
        _ => ("holding", "OBSERVE", None),
    };
    let mut more = json!({ "action": action, "quantityList": list, "bizTransactionList": transaction, "guomen:outcome": outcome });
    match disposition {
        Some(disposition) => more["disposition"] = json!(disposition),
        // A hold, and a treatment that is ordered, last until their end is told.
        None => more["persistentDisposition"] = json!({ "set": ["unavailable"] }),
    }
    event("ObjectEvent", at, step, Some(&place), more)
}

/// What kept a lot from use is over: a hold was lifted, or the treatment that was ordered is done; with the reason or
/// the paper.
pub(super) fn available(
    c: &Consignment,
    lot: (&str, i64, &str),
    outcome: &str,
    note: &str,
    at: Timestamp,
) -> Value {
    let more = json!({
        "action": "OBSERVE",
        "quantityList": [quantity(&names::lot(c.maker(), lot.0), lot.1, lot.2)],
        "bizTransactionList": c.declared(),
        "persistentDisposition": { "unset": ["unavailable"] },
        "guomen:outcome": outcome,
        "guomen:note": note,
    });
    event("ObjectEvent", at, "inspecting", Some(&names::branch(&c.branch)), more)
}

/// A lot was taken out of its container, which was sealed anew.
pub(super) fn removed(
    c: &Consignment,
    lot: (&str, i64, &str),
    (container, seal): (&str, &str),
    at: Timestamp,
) -> Value {
    let more = json!({
        "action": "OBSERVE",
        "quantityList": [quantity(&names::lot(c.maker(), lot.0), lot.1, lot.2)],
        "bizTransactionList": c.declared(),
        "guomen:container": container,
        "guomen:seal": seal,
    });
    event("ObjectEvent", at, "removing", Some(&names::branch(&c.branch)), more)
}

/// The consignment was named in a certificate.
pub(super) fn certified(c: &Consignment, certificate: &str, at: Timestamp) -> Value {
    listing(c, certificate, "ADD", "", at)
}

/// The certificate no longer holds, for a reason.
pub(super) fn uncertified(c: &Consignment, certificate: &str, reason: &str, at: Timestamp) -> Value {
    listing(c, certificate, "DELETE", reason, at)
}

fn listing(c: &Consignment, certificate: &str, action: &str, reason: &str, at: Timestamp) -> Value {
    let mut more = json!({
        "action": action,
        "parentID": names::consignment(&c.no),
        "bizTransactionList": [{ "type": "cert", "bizTransaction": names::certificate(certificate) }],
    });
    if !reason.is_empty() {
        more["guomen:reason"] = json!(reason);
    }
    event("TransactionEvent", at, "inspecting", Some(&names::branch(&c.branch)), more)
}

/// The id of the departure of a consignment.
pub(super) fn departure_id(c: &Consignment) -> String {
    names::event("departure", &c.no)
}

/// The consignment left for its consignee.
pub(super) fn departure(c: &Consignment, consignee: &str, at: Timestamp) -> Value {
    let to =
        if consignee.is_empty() { names::country(&c.market) } else { names::consignee(&c.market, consignee) };
    let more = json!({
        "eventID": departure_id(c), "action": "OBSERVE", "epcList": [names::consignment(&c.no)],
        "disposition": "in_transit", "readPoint": { "id": names::port(&c.port) },
        "sourceList": [{ "type": "possessing_party", "source": names::operator(&c.operator) }],
        "destinationList": [{ "type": "possessing_party", "destination": to }],
    });
    event("ObjectEvent", at, "shipping", None, more)
}

/// An event declared an error, as it stands in the repository.
pub(super) fn in_error(body: &str, reason: &str, instead: Option<String>, at: Timestamp) -> Option<Value> {
    let mut event: Value = serde_json::from_str(body).ok()?;
    let fields = event.as_object_mut()?;
    let corrective: Vec<String> = instead.into_iter().collect();
    let mut declared = json!({ "declarationTime": moment(at), "reason": reason });
    if !corrective.is_empty() {
        declared["correctiveEventIDs"] = json!(corrective);
    }
    fields.insert("errorDeclaration".into(), declared);
    fields.remove("@context");
    fields.remove("recordTime");
    Some(event)
}
