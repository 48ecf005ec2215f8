//! Builds an [`Event`] from its JSON object, or from XML brought into the same shape. What does
//! not fit is noted in the event's defects and reported by validation; nothing stops the reading.

use super::model::{
    ErrorDeclaration, Event, EventKind, Ext, Location, PersistentDisposition, Quantity, Syntax, Typed,
};
use super::problem::{Problem, RuleInfo, problem, rule};
use super::scope::Scope;
use super::value::{Value, is_json_number};
use std::sync::Arc;

/// Fields of the standard that only some event types have, with those types by initial:
/// Object, aGgregation, Transaction, transFormation, Association.
const PLACES: &[(&str, &str)] = &[
    ("epcList", "OT"),
    ("quantityList", "OT"),
    ("childEPCs", "GA"),
    ("childQuantityList", "GA"),
    ("parentID", "GTA"),
    ("inputEPCList", "F"),
    ("outputEPCList", "F"),
    ("inputQuantityList", "F"),
    ("outputQuantityList", "F"),
    ("transformationID", "F"),
    ("action", "OGTA"),
    ("ilmd", "OF"),
];

/// Builds an event. `outer` is the scope around it.
pub(crate) fn event(value: Value, outer: &Arc<Scope>, syntax: Syntax) -> Event {
    let Value::Map(members) = value else {
        let mut event = Event::new(EventKind::Other(String::new()), Arc::clone(outer), syntax);
        event.defects.push(problem(rule::TYPE, "", &value.shown(), "an event is an object"));
        return event;
    };
    let context = members.iter().find(|(name, _)| name == "@context").map(|(_, v)| v.clone());
    let scope = match &context {
        Some(context) => {
            let mut scope = Scope::inside(outer);
            scope.declare_context(context);
            Arc::new(scope)
        }
        None => Arc::clone(outer),
    };
    let named = members.iter().find(|(name, _)| name == "type");
    let kind =
        named.and_then(|(_, v)| v.as_str()).map_or(EventKind::Other(String::new()), EventKind::from_name);
    let mut builder = Builder { event: Event::new(kind, scope, syntax) };
    builder.event.context = context;
    if !matches!(named, Some((_, Value::String(_) | Value::Raw(_)))) {
        builder.note(rule::EVENT_TYPE, "type", "", "the event has no type");
    }
    for (name, value) in members {
        builder.place(&name);
        builder.field(name, value);
    }
    builder.event
}

pub(crate) struct Builder {
    pub(crate) event: Event,
}

impl Builder {
    fn note(&mut self, rule: RuleInfo, path: &str, value: &str, message: impl Into<String>) {
        self.event.defects.push(problem(rule, format!("/{path}"), value, message));
    }

    /// Notes a field that the event's type does not have.
    fn place(&mut self, name: &str) {
        let initial = match self.event.kind {
            EventKind::Object => 'O',
            EventKind::Aggregation => 'G',
            EventKind::Transaction => 'T',
            EventKind::Transformation => 'F',
            EventKind::Association => 'A',
            EventKind::Other(_) => return,
        };
        if PLACES.iter().any(|(field, types)| *field == name && !types.contains(initial)) {
            let message = format!("{} has no {name}", self.event.kind.name());
            self.note(rule::FIELD_MISPLACED, name, "", message);
        }
    }

    fn field(&mut self, name: String, value: Value) {
        match name.as_str() {
            "@context" | "type" | "isA" => {}
            "eventTime" => self.event.event_time = self.text(&name, value),
            "recordTime" => self.event.record_time = self.text(&name, value),
            "eventTimeZoneOffset" => self.event.event_time_zone_offset = self.text(&name, value),
            "eventID" => self.event.event_id = self.text(&name, value),
            "parentID" => self.event.parent_id = self.text(&name, value),
            "transformationID" => self.event.transformation_id = self.text(&name, value),
            "action" => self.event.action = self.text(&name, value),
            "bizStep" => self.event.biz_step = self.text(&name, value),
            "disposition" => self.event.disposition = self.text(&name, value),
            "certificationInfo" => self.event.certification_info = self.certification(value),
            "epcList" => self.event.epc_list = self.texts(&name, value),
            "childEPCs" => self.event.child_epcs = self.texts(&name, value),
            "inputEPCList" => self.event.input_epc_list = self.texts(&name, value),
            "outputEPCList" => self.event.output_epc_list = self.texts(&name, value),
            "quantityList" => self.event.quantity_list = self.quantities(&name, value),
            "childQuantityList" => self.event.child_quantity_list = self.quantities(&name, value),
            "inputQuantityList" => self.event.input_quantity_list = self.quantities(&name, value),
            "outputQuantityList" => self.event.output_quantity_list = self.quantities(&name, value),
            "bizTransactionList" => {
                self.event.biz_transaction_list = self.typed(&name, "bizTransaction", value)
            }
            "sourceList" => self.event.source_list = self.typed(&name, "source", value),
            "destinationList" => self.event.destination_list = self.typed(&name, "destination", value),
            "readPoint" => self.event.read_point = self.location(&name, value),
            "bizLocation" => self.event.biz_location = self.location(&name, value),
            "persistentDisposition" => self.event.persistent_disposition = self.persistent(value),
            "errorDeclaration" => self.event.error_declaration = self.error_declaration(value),
            "sensorElementList" => self.event.sensor_element_list = self.sensors(value),
            "ilmd" => {
                if let Some(members) = self.members("ilmd", value) {
                    members.iter().for_each(|(n, _)| self.extension_name("ilmd/", n));
                    self.event.ilmd = Some(exts(members));
                }
            }
            _ => {
                self.extension_name("", &name);
                self.event.extensions.push(Ext { name, value });
            }
        }
    }

    /// Notes an extension name that is bare or whose prefix is not declared.
    pub(crate) fn extension_name(&mut self, at: &str, name: &str) {
        if let Some(found) = extension_problem(&self.event.scope, &format!("/{at}"), name) {
            self.event.defects.push(found);
        }
    }

    fn text(&mut self, path: &str, value: Value) -> Option<String> {
        match value {
            Value::String(s) => Some(s),
            Value::Raw(s) => Some(s),
            other => {
                self.note(rule::TYPE, path, &other.shown(), "a text is asked for");
                None
            }
        }
    }

    pub(crate) fn members(&mut self, path: &str, value: Value) -> Option<Vec<(String, Value)>> {
        match value {
            Value::Map(members) => Some(members),
            Value::Raw(s) if s.is_empty() => Some(Vec::new()),
            other => {
                self.note(rule::TYPE, path, &other.shown(), "an object is asked for");
                None
            }
        }
    }

    pub(crate) fn items(&mut self, path: &str, value: Value) -> Option<Vec<Value>> {
        match value {
            Value::List(items) => Some(items),
            other => {
                self.note(rule::TYPE, path, &other.shown(), "a list is asked for");
                None
            }
        }
    }

    fn texts(&mut self, path: &str, value: Value) -> Option<Vec<String>> {
        let items = self.items(path, value)?;
        Some(
            items.into_iter().enumerate().filter_map(|(i, v)| self.text(&format!("{path}/{i}"), v)).collect(),
        )
    }

    fn certification(&mut self, value: Value) -> Option<Vec<String>> {
        match value {
            Value::List(items) => {
                let mut uris = Vec::new();
                for (i, item) in items.into_iter().enumerate() {
                    match item {
                        Value::String(s) | Value::Raw(s) => uris.push(s),
                        other => self.note(
                            rule::CERTIFICATION,
                            &format!("certificationInfo/{i}"),
                            &other.shown(),
                            "certificationInfo is a URI, not an object",
                        ),
                    }
                }
                Some(uris)
            }
            Value::String(s) | Value::Raw(s) => Some(vec![s]),
            other => {
                self.note(
                    rule::CERTIFICATION,
                    "certificationInfo",
                    &other.shown(),
                    "certificationInfo is a URI",
                );
                None
            }
        }
    }

    fn number(&mut self, rule: RuleInfo, path: &str, value: Value) -> Option<String> {
        match value {
            Value::Number(n) => Some(n),
            Value::Raw(s) if is_decimal(&s) => Some(s),
            // The XML schema lets a quantity be nil.
            Value::Null if self.event.syntax == Syntax::Xml => None,
            other => {
                self.note(rule, path, &other.shown(), "not a number");
                None
            }
        }
    }

    fn quantities(&mut self, path: &str, value: Value) -> Option<Vec<Quantity>> {
        let items = self.items(path, value)?;
        let mut out = Vec::with_capacity(items.len());
        for (i, item) in items.into_iter().enumerate() {
            let at = format!("{path}/{i}");
            let Some(members) = self.members(&at, item) else { continue };
            let mut quantity = Quantity::default();
            for (name, value) in members {
                let here = format!("{at}/{name}");
                match name.as_str() {
                    "epcClass" => quantity.epc_class = self.text(&here, value),
                    "quantity" => quantity.quantity = self.number(rule::QUANTITY, &here, value),
                    "uom" => quantity.uom = self.text(&here, value),
                    _ => self.note(
                        rule::FIELD_UNKNOWN,
                        &here,
                        "",
                        "a quantity element has epcClass, quantity and uom",
                    ),
                }
            }
            out.push(quantity);
        }
        Some(out)
    }

    fn typed(&mut self, path: &str, id: &str, value: Value) -> Option<Vec<Typed>> {
        let items = self.items(path, value)?;
        let mut out = Vec::with_capacity(items.len());
        for (i, item) in items.into_iter().enumerate() {
            let at = format!("{path}/{i}");
            let Some(members) = self.members(&at, item) else { continue };
            let mut typed = Typed::default();
            for (name, value) in members {
                let here = format!("{at}/{name}");
                if name == "type" {
                    typed.kind = self.text(&here, value);
                } else if name == id {
                    typed.id = self.text(&here, value);
                } else {
                    self.note(
                        rule::FIELD_UNKNOWN,
                        &here,
                        "",
                        format!("a member of {path} has type and {id}"),
                    );
                }
            }
            out.push(typed);
        }
        Some(out)
    }

    fn location(&mut self, path: &str, value: Value) -> Option<Location> {
        let mut location = Location::default();
        for (name, value) in self.members(path, value)? {
            if name == "id" {
                location.id = self.text(&format!("{path}/id"), value);
            } else {
                self.extension_name(&format!("{path}/"), &name);
                location.extensions.push(Ext { name, value });
            }
        }
        Some(location)
    }

    fn persistent(&mut self, value: Value) -> Option<PersistentDisposition> {
        let mut out = PersistentDisposition::default();
        for (name, value) in self.members("persistentDisposition", value)? {
            let here = format!("persistentDisposition/{name}");
            match name.as_str() {
                "set" => out.set = self.texts(&here, value),
                "unset" => out.unset = self.texts(&here, value),
                _ => self.note(rule::FIELD_UNKNOWN, &here, "", "persistentDisposition has set and unset"),
            }
        }
        Some(out)
    }

    fn error_declaration(&mut self, value: Value) -> Option<ErrorDeclaration> {
        let mut out = ErrorDeclaration::default();
        for (name, value) in self.members("errorDeclaration", value)? {
            let here = format!("errorDeclaration/{name}");
            match name.as_str() {
                "declarationTime" => out.declaration_time = self.text(&here, value),
                "reason" => out.reason = self.text(&here, value),
                "correctiveEventIDs" => out.corrective_event_ids = self.texts(&here, value),
                _ => {
                    self.extension_name("errorDeclaration/", &name);
                    out.extensions.push(Ext { name, value });
                }
            }
        }
        Some(out)
    }
}

pub(crate) fn exts(members: Vec<(String, Value)>) -> Vec<Ext> {
    members.into_iter().map(|(name, value)| Ext { name, value }).collect()
}

/// What is wrong with the name of an extension field, if anything is.
pub(crate) fn extension_problem(scope: &Scope, at: &str, name: &str) -> Option<Problem> {
    let bare = name.strip_prefix('@').unwrap_or(name);
    // Attributes of XML Schema instances need no declaration in JSON: XML declares them always.
    let instance = name.starts_with("@xsi:");
    if instance || scope.resolve(bare).is_some() || name == "@context" || name == "#text" {
        return None;
    }
    let path = format!("{at}{name}");
    Some(if bare.contains(':') {
        problem(rule::PREFIX, path, name, "the prefix is not declared")
    } else {
        problem(rule::FIELD_UNKNOWN, path, name, "the standard has no such field here")
    })
}

/// Whether the text is an `xsd:decimal`, or a JSON number.
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|b| *b == b'.').count() <= 1
        && digits.bytes().any(|b| b.is_ascii_digit());
    plain || is_json_number(text)
}
