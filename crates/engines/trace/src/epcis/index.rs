//! What an event is found by: every value that a parameter of SimpleEventQuery (EPCIS 2.0, 8.2.7.1) can ask for, as
//! terms and as ordered numbers, in the one notation in which values are compared. A repository that keeps both
//! sorted answers each parameter from an index.

use super::ident::{comparable, party_key};
use super::model::{Event, Ext, Location, Quantity, SensorFields, Typed};
use super::scope::Scope;
use super::time;
use super::value::Value;
use super::vocab::{
    ALERT, BIZ_STEP, BTT, COMPONENT, DISPOSITION, ERROR_REASON, MEASUREMENT, SDT, Term, Vocabulary,
};
use sha2::{Digest, Sha256};

/// Longest term in bytes; a longer one keeps its beginning and a hash of the whole.
const LONGEST: usize = 400;
/// Parts the pieces of a term; no URI and no XML text holds it.
const GAP: char = '\u{1f}';

/// What a term says about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after the field of the event that it stands for")]
#[repr(u8)]
pub enum Field {
    EventType = b'k',
    Action = b'a',
    BizStep = b's',
    Disposition = b'd',
    DispositionSet = b'+',
    DispositionUnset = b'-',
    ReadPoint = b'r',
    BizLocation = b'l',
    TransformationId = b'x',
    Epc = b'e',
    ParentId = b'p',
    InputEpc = b'n',
    OutputEpc = b'o',
    EpcClass = b'E',
    InputClass = b'N',
    OutputClass = b'O',
    BizTransaction = b'b',
    Source = b'f',
    Destination = b't',
    EventId = b'i',
    ErrorReason = b'!',
    CorrectiveEventId = b'c',
    /// A field of sensor metadata or of a sensor report: its name, then its value.
    Sensor = b'm',
    /// A part of the event that is there: `errorDeclaration`, `ilmd`, `sensorElementList`.
    Exists = b'?',
    /// An extension field: its place, its name, its value.
    Extension = b'z',
    /// An extension field that is there: its place and its name.
    HasExtension = b'w',
    /// A party or place that the event names, by its key.
    Party = b'P',
    /// Who captured the event; the repository adds it.
    CapturedBy = b'C',
}

/// A number or time by which an event is found: what it measures, and its place in the order.
pub type Measure = (Vec<u8>, i64);

/// What an event is found by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Index {
    /// Terms, sorted, each once.
    pub terms: Vec<Vec<u8>>,
    /// Numbers and times.
    pub measures: Vec<Measure>,
}

/// A term as it is kept and sought.
#[must_use]
pub fn term(field: Field, value: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + value.len().min(LONGEST));
    out.push(field as u8);
    out.extend_from_slice(value.as_bytes());
    if out.len() > LONGEST {
        let digest = Sha256::digest(&out);
        out.truncate(LONGEST - digest.len());
        out.extend_from_slice(&digest);
    }
    out
}

/// The text of a term of one field; none when it is of another field or was shortened.
#[must_use]
pub fn term_text(field: Field, term: &[u8]) -> Option<&str> {
    let (first, rest) = term.split_first()?;
    if *first == field as u8 && term.len() < LONGEST { std::str::from_utf8(rest).ok() } else { None }
}

/// Pieces of a term that has several.
#[must_use]
pub fn joined(pieces: &[&str]) -> String {
    pieces.join(&GAP.to_string())
}

/// A number's place in the order of all numbers; none when the text is no number.
#[must_use]
pub fn ordered(text: &str) -> Option<i64> {
    let number: f64 = text.trim().parse().ok().filter(|n: &f64| n.is_finite())?;
    // Adding zero turns the negative zero into the other one.
    let bits = (number + 0.0).to_bits().cast_signed();
    Some(if bits < 0 { bits ^ i64::MAX } else { bits })
}

/// A scalar in the notation in which extension values are compared: numbers without needless digits.
#[must_use]
pub fn scalar(text: &str) -> String {
    let text = text.trim();
    let numeric = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match text.parse::<f64>() {
        Ok(n) if numeric && n.is_finite() && n.abs() < 1e15 => format!("{}", n + 0.0),
        _ => comparable(text),
    }
}

/// A vocabulary value as it is compared: a standard term as its bare word, a CURIE as its URI.
#[must_use]
pub fn vocabulary_word(vocabulary: &Vocabulary, scope: &Scope, value: &str) -> String {
    match vocabulary.classify(value.trim(), true) {
        Term::Standard(word) => word.to_owned(),
        Term::Own(uri) => scope.expand(uri).unwrap_or_else(|| uri.to_owned()),
        Term::Unknown => value.trim().to_owned(),
    }
}

/// The name of an extension field as it is compared: namespace and local name, whatever stands between them.
#[must_use]
pub fn extension_name(namespace: &str, local: &str) -> String {
    format!("{}#{local}", namespace.trim_end_matches(['/', '#', ':']))
}

/// All that an event is found by.
#[must_use]
pub fn index(event: &Event) -> Index {
    let mut w = Writer { event, out: Index::default() };
    w.what();
    w.objects();
    w.context();
    w.errors();
    w.sensors();
    if let Some(ilmd) = &event.ilmd {
        w.put(Field::Exists, "ilmd");
        w.extensions("ILMD", ilmd);
    }
    w.extensions("", &event.extensions);
    w.out.terms.sort_unstable();
    w.out.terms.dedup();
    w.out.measures.sort_unstable();
    w.out.measures.dedup();
    w.out
}

struct Writer<'a> {
    event: &'a Event,
    out: Index,
}

impl Writer<'_> {
    fn put(&mut self, field: Field, value: &str) {
        self.out.terms.push(term(field, value));
    }

    fn ids<'b>(&mut self, field: Field, ids: impl IntoIterator<Item = &'b String>) {
        ids.into_iter().for_each(|id| self.put(field, &comparable(id.trim())));
    }

    fn word(&mut self, field: Field, vocabulary: &Vocabulary, value: Option<&str>) {
        if let Some(value) = value {
            let word = vocabulary_word(vocabulary, &self.event.scope, value);
            self.put(field, &word);
        }
    }

    fn what(&mut self) {
        let event = self.event;
        self.put(Field::EventType, event.kind.name());
        event.action.iter().for_each(|action| self.put(Field::Action, action.trim()));
        self.word(Field::BizStep, &BIZ_STEP, event.biz_step.as_deref());
        self.word(Field::Disposition, &DISPOSITION, event.disposition.as_deref());
        if let Some(p) = &event.persistent_disposition {
            for d in p.set.iter().flatten() {
                self.word(Field::DispositionSet, &DISPOSITION, Some(d));
            }
            for d in p.unset.iter().flatten() {
                self.word(Field::DispositionUnset, &DISPOSITION, Some(d));
            }
        }
        self.ids(Field::EventId, &event.event_id);
        self.ids(Field::TransformationId, &event.transformation_id);
    }

    fn objects(&mut self) {
        let event = self.event;
        self.ids(Field::Epc, event.epc_list.iter().flatten().chain(event.child_epcs.iter().flatten()));
        self.ids(Field::ParentId, &event.parent_id);
        self.ids(Field::InputEpc, event.input_epc_list.iter().flatten());
        self.ids(Field::OutputEpc, event.output_epc_list.iter().flatten());
        for (field, list) in [
            (Field::EpcClass, &event.quantity_list),
            (Field::EpcClass, &event.child_quantity_list),
            (Field::InputClass, &event.input_quantity_list),
            (Field::OutputClass, &event.output_quantity_list),
        ] {
            list.iter().flatten().for_each(|q| self.quantity(field, q));
        }
    }

    fn quantity(&mut self, field: Field, q: &Quantity) {
        self.ids(field, &q.epc_class);
        if let Some(n) = q.quantity.as_deref().and_then(ordered) {
            self.measured("quantity", q.uom.as_deref(), n);
        }
    }

    /// A number with its unit, and without for those who do not ask for it.
    fn measured(&mut self, name: &str, uom: Option<&str>, n: i64) {
        self.out.measures.push((measure(name, ""), n));
        if let Some(uom) = uom.map(str::trim).filter(|u| !u.is_empty()) {
            self.out.measures.push((measure(name, uom), n));
        }
    }

    fn context(&mut self) {
        let event = self.event;
        for (field, place, at) in [
            (Field::ReadPoint, "readPoint", &event.read_point),
            (Field::BizLocation, "bizLocation", &event.biz_location),
        ] {
            let Some(Location { id, extensions }) = at else { continue };
            self.ids(field, id);
            id.iter().for_each(|id| self.put(Field::Party, &party_key(id.trim())));
            self.extensions(place, extensions);
        }
        for (field, vocabulary, list) in [
            (Field::BizTransaction, &BTT, &event.biz_transaction_list),
            (Field::Source, &SDT, &event.source_list),
            (Field::Destination, &SDT, &event.destination_list),
        ] {
            for Typed { kind, id } in list.iter().flatten() {
                let Some(id) = id.as_deref().map(str::trim) else { continue };
                let kind = kind.as_deref().map(|k| vocabulary_word(vocabulary, &event.scope, k));
                self.put(field, &joined(&[kind.as_deref().unwrap_or_default(), &comparable(id)]));
                if field != Field::BizTransaction {
                    self.put(Field::Party, &party_key(id));
                }
            }
        }
    }

    fn errors(&mut self) {
        let Some(d) = &self.event.error_declaration else { return };
        self.put(Field::Exists, "errorDeclaration");
        self.word(Field::ErrorReason, &ERROR_REASON, d.reason.as_deref());
        self.ids(Field::CorrectiveEventId, d.corrective_event_ids.iter().flatten());
        if let Some(at) = d.declaration_time.as_deref().and_then(time::parse) {
            self.out.measures.push((measure("errorDeclarationTime", ""), at));
        }
        self.extensions("ERROR_DECLARATION", &d.extensions);
    }

    fn sensors(&mut self) {
        let Some(elements) = &self.event.sensor_element_list else { return };
        self.put(Field::Exists, "sensorElementList");
        for element in elements {
            self.extensions("SENSORELEMENT", &element.extensions);
            if let Some(metadata) = &element.metadata {
                self.sensor("SENSORMETADATA", metadata);
            }
            element.reports.iter().for_each(|r| self.sensor("SENSORREPORT", r));
        }
    }

    fn sensor(&mut self, place: &str, fields: &SensorFields) {
        let uom = fields.get("uom").and_then(Value::as_str);
        for (name, value) in &fields.fields {
            let text = value.shown();
            match *name {
                "time" | "startTime" | "endTime" => {
                    if let Some(at) = time::parse(&text) {
                        self.out.measures.push((measure(name, ""), at));
                    }
                }
                "value" | "minValue" | "maxValue" | "meanValue" | "sDev" | "percRank" | "percValue" => {
                    if let Some(n) = ordered(&text) {
                        self.measured(name, uom, n);
                    }
                }
                "uom" => {}
                _ => {
                    let value = sensor_value(name, &self.event.scope, &text);
                    self.put(Field::Sensor, &joined(&[name, &value]));
                }
            }
        }
        self.extensions(place, &fields.extensions);
    }

    fn extensions(&mut self, place: &str, fields: &[Ext]) {
        for ext in fields {
            self.extension(place, false, &ext.name, &ext.value);
        }
    }

    fn extension(&mut self, place: &str, inner: bool, name: &str, value: &Value) {
        if name.starts_with(['@', '#']) {
            return;
        }
        let (namespace, local) = self.event.scope.resolve(name).unwrap_or(("", name));
        let (name, depth) = (extension_name(namespace, local), if inner { "INNER" } else { "" });
        self.put(Field::HasExtension, &joined(&[depth, place, &name]));
        self.extension_value(place, depth, &name, value);
    }

    fn extension_value(&mut self, place: &str, depth: &str, name: &str, value: &Value) {
        match value {
            Value::List(items) => {
                items.iter().for_each(|item| self.extension_value(place, depth, name, item));
            }
            Value::Map(members) => {
                for (inner, value) in members {
                    if inner == "#text" {
                        self.extension_value(place, depth, name, value);
                    } else {
                        self.extension(place, true, inner, value);
                    }
                }
            }
            Value::Null => {}
            other => {
                let (text, key) = (other.shown(), joined(&[depth, place, name]));
                self.put(Field::Extension, &joined(&[&key, &scalar(&text)]));
                if let Some(n) = ordered(&text) {
                    self.out.measures.push((measure("number", &key), n));
                }
                if let Some(at) = time::parse(text.trim()) {
                    self.out.measures.push((measure("time", &key), at));
                }
            }
        }
    }
}

/// What a number measures, with its unit or, for an extension field, its key.
#[must_use]
pub fn measure(name: &str, of: &str) -> Vec<u8> {
    let text = joined(&[name, of]);
    // The same shortening as a term's keeps keys of any length.
    term(Field::Sensor, &text)
}

/// A standard sensor field's value as it is compared.
#[must_use]
pub fn sensor_value(name: &str, scope: &Scope, text: &str) -> String {
    match name {
        "type" => vocabulary_word(&MEASUREMENT, scope, text),
        "exception" => vocabulary_word(&ALERT, scope, text),
        "component" => vocabulary_word(&COMPONENT, scope, text),
        "stringValue" => text.to_owned(),
        "booleanValue" => match text.trim() {
            "1" => "true".to_owned(),
            "0" => "false".to_owned(),
            other => other.to_owned(),
        },
        "hexBinaryValue" => text.trim().to_ascii_uppercase(),
        _ => comparable(text.trim()),
    }
}
