//! Validation of queries: names and values of the parameters of SimpleEventQuery (EPCIS 2.0,
//! 8.2.7.1), in JSON and in the XML of a poll.

use super::build::is_decimal;
use super::model::{Document, EventKind, QueryParam, Syntax};
use super::problem::{Problem, problem, rule};
use super::time;
use super::validate::is_uri;
use super::value::Value;
use super::vocab::{BIZ_STEP, DISPOSITION, ERROR_REASON, Term, Vocabulary};

/// What a parameter's value is.
#[derive(Clone, Copy)]
enum Kind {
    Time,
    Number,
    Count,
    Uris,
    Texts,
    Text,
    Boolean,
    EventTypes,
    Actions,
    Direction,
    Terms(&'static Vocabulary),
    /// Text, time or number, one or several.
    Any,
    /// Nothing at all.
    Void,
}

const NAMED: &[(&str, Kind)] = &[
    ("eventType", Kind::EventTypes),
    ("GE_eventTime", Kind::Time),
    ("LT_eventTime", Kind::Time),
    ("GE_recordTime", Kind::Time),
    ("LT_recordTime", Kind::Time),
    ("EQ_action", Kind::Actions),
    ("EQ_bizStep", Kind::Terms(&BIZ_STEP)),
    ("EQ_disposition", Kind::Terms(&DISPOSITION)),
    ("EQ_persistentDisposition_set", Kind::Terms(&DISPOSITION)),
    ("EQ_persistentDisposition_unset", Kind::Terms(&DISPOSITION)),
    ("EQ_readPoint", Kind::Uris),
    ("WD_readPoint", Kind::Uris),
    ("EQ_bizLocation", Kind::Uris),
    ("WD_bizLocation", Kind::Uris),
    ("EQ_transformationID", Kind::Uris),
    ("MATCH_epc", Kind::Uris),
    ("MATCH_parentID", Kind::Uris),
    ("MATCH_inputEPC", Kind::Uris),
    ("MATCH_outputEPC", Kind::Uris),
    ("MATCH_anyEPC", Kind::Uris),
    ("MATCH_epcClass", Kind::Uris),
    ("MATCH_inputEPCClass", Kind::Uris),
    ("MATCH_outputEPCClass", Kind::Uris),
    ("MATCH_anyEPCClass", Kind::Uris),
    ("EQ_eventID", Kind::Uris),
    ("EXISTS_errorDeclaration", Kind::Void),
    ("GE_errorDeclaration_Time", Kind::Time),
    ("LT_errorDeclaration_Time", Kind::Time),
    ("GE_errorDeclarationTime", Kind::Time),
    ("LT_errorDeclarationTime", Kind::Time),
    ("EQ_errorReason", Kind::Terms(&ERROR_REASON)),
    ("EQ_correctiveEventID", Kind::Uris),
    ("EXISTS_sensorElementList", Kind::Void),
    ("EXISTS_ilmd", Kind::Void),
    ("GE_time", Kind::Time),
    ("LT_time", Kind::Time),
    ("GE_startTime", Kind::Time),
    ("LT_startTime", Kind::Time),
    ("GE_endTime", Kind::Time),
    ("LT_endTime", Kind::Time),
    ("EQ_type", Kind::Texts),
    ("EQ_deviceID", Kind::Uris),
    ("EQ_deviceMetadata", Kind::Uris),
    ("EQ_rawData", Kind::Uris),
    ("EQ_dataProcessingMethod", Kind::Uris),
    ("EQ_microorganism", Kind::Uris),
    ("EQ_chemicalSubstance", Kind::Uris),
    ("EQ_bizRules", Kind::Uris),
    ("EQ_stringValue", Kind::Texts),
    ("EQ_booleanValue", Kind::Boolean),
    ("EQ_hexBinaryValue", Kind::Texts),
    ("EQ_uriValue", Kind::Uris),
    ("EQ_component", Kind::Texts),
    ("EQ_coordinateReferenceSystem", Kind::Uris),
    ("orderBy", Kind::Text),
    ("orderDirection", Kind::Direction),
    ("eventCountLimit", Kind::Count),
    ("maxEventCount", Kind::Count),
    ("perPage", Kind::Count),
    ("nextPageToken", Kind::Text),
];

/// Fields compared with a number, with a unit of measure after them or without.
const MEASURED: &[&str] =
    &["quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"];

/// Places an extension field of a query may be in.
pub(super) const PLACES: &[&str] = &[
    "INNER_",
    "ILMD_",
    "ERROR_DECLARATION_",
    "SENSORELEMENT_",
    "SENSORMETADATA_",
    "SENSORREPORT_",
    "readPoint_",
    "bizLocation_",
];

fn kind_of(name: &str) -> Option<Kind> {
    if let Some((_, kind)) = NAMED.iter().find(|(n, _)| *n == name) {
        return Some(*kind);
    }
    let (operator, field) = name.split_once('_')?;
    if ["EQ", "GT", "GE", "LT", "LE"].contains(&operator) {
        let (head, unit) = field.split_once('_').unwrap_or((field, ""));
        let unit_fits = unit.is_empty()
            || (2..=4).contains(&unit.len())
                && unit.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if MEASURED.contains(&head) && unit_fits {
            return Some(Kind::Number);
        }
        let of_type = |start: &str| field.strip_prefix(start).is_some_and(|t| !t.is_empty());
        if operator == "EQ" && ["bizTransaction_", "source_", "destination_"].iter().any(|s| of_type(s)) {
            return Some(Kind::Uris);
        }
    }
    if let Some(field) = field.strip_prefix("ATTR_").filter(|_| operator == "EQ") {
        return kind_of(&format!("EQATTR_{field}"));
    }
    let extension = extension_field(field);
    let with_attributes =
        |name: &str| ["readPoint", "bizLocation", "bizStep", "disposition", "epcClass"].contains(&name);
    match operator {
        "HASATTR" if with_attributes(field) => Some(Kind::Texts),
        "EQATTR"
            if field
                .split_once('_')
                .is_some_and(|(head, name)| with_attributes(head) && !name.is_empty()) =>
        {
            Some(Kind::Texts)
        }
        "EQATTR" if extension => Some(Kind::Texts),
        "EQ" if extension => Some(Kind::Any),
        "GT" | "GE" | "LT" | "LE" if extension => Some(Kind::Any),
        "EXISTS" if extension => Some(Kind::Void),
        "HASATTR" if extension => Some(Kind::Texts),
        _ => None,
    }
}

/// Whether a parameter's value is a list.
pub(crate) fn is_several(name: &str) -> bool {
    matches!(
        kind_of(name),
        Some(Kind::Uris | Kind::Texts | Kind::EventTypes | Kind::Actions | Kind::Terms(_))
    )
}

/// Whether the rest of a name is an extension field: places, then a name with a namespace.
fn extension_field(mut field: &str) -> bool {
    while let Some(rest) = PLACES.iter().find_map(|p| field.strip_prefix(p)) {
        field = rest;
    }
    field.split_once([':', '#']).is_some_and(|(prefix, local)| !prefix.is_empty() && !local.is_empty())
}

/// Checks a query.
pub(crate) fn query(document: &Document, found: &mut Vec<Problem>) {
    let base = if document.syntax == Syntax::Xml { "/EPCISBody/Poll/params/" } else { "/" };
    if document.query_name.as_deref().is_none_or(str::is_empty) {
        found.push(problem(rule::QUERY_NAME, "/EPCISBody/Poll/queryName", "", "queryName is missing"));
    }
    if document.query_name.as_deref() == Some("SimpleMasterDataQuery") {
        return;
    }
    for param in &document.params {
        let path = format!("{base}{}", param.name);
        match kind_of(&param.name) {
            None => found.push(problem(
                rule::QUERY_PARAM,
                path,
                &param.name,
                "the standard has no such parameter",
            )),
            Some(kind) => {
                if let Err((value, message)) = check(param, kind, document.syntax) {
                    found.push(problem(rule::QUERY_VALUE, path, &value, message));
                }
            }
        }
    }
    let names = |name: &str| document.params.iter().any(|p| p.name == name);
    if names("eventCountLimit") && names("maxEventCount") {
        let message = "eventCountLimit and maxEventCount exclude each other";
        found.push(problem(rule::QUERY_VALUE, format!("{base}maxEventCount"), "", message));
    }
}

fn check(param: &QueryParam, kind: Kind, syntax: Syntax) -> Result<(), (String, &'static str)> {
    if matches!(kind, Kind::Void) {
        return Ok(());
    }
    let Some(value) = &param.value else { return Err((String::new(), "the parameter has no value")) };
    let single = [value.clone()];
    let values: &[Value] = match value {
        Value::List(items) => items,
        _ => &single,
    };
    let several =
        matches!(kind, Kind::Uris | Kind::Texts | Kind::EventTypes | Kind::Actions | Kind::Terms(_));
    let is_list = matches!(value, Value::List(_));
    if syntax == Syntax::Json && several && !is_list {
        return Err((value.shown(), "a list is asked for"));
    }
    if is_list && !several && !matches!(kind, Kind::Any | Kind::Number) {
        return Err((value.shown(), "one value is asked for"));
    }
    for value in values {
        one(value, kind).map_err(|message| (value.shown(), message))?;
    }
    Ok(())
}

fn one(value: &Value, kind: Kind) -> Result<(), &'static str> {
    let text = value.as_str();
    let when = |good: bool, message: &'static str| if good { Ok(()) } else { Err(message) };
    match kind {
        Kind::Time => when(text.and_then(time::parse).is_some(), "not a date, time and zone"),
        Kind::Number => when(number(value), "not a number"),
        Kind::Count => {
            let shown = value.shown();
            let whole = !shown.is_empty()
                && shown.bytes().all(|b| b.is_ascii_digit())
                && !matches!(value, Value::String(_));
            when(whole, "not a whole number")
        }
        Kind::Uris => when(text.is_some_and(is_uri), "not a URI"),
        Kind::Texts | Kind::Text => when(text.is_some_and(|t| !t.is_empty()), "not a text"),
        Kind::Boolean => {
            let boolean = matches!(value, Value::Bool(_))
                || matches!(value, Value::Raw(s) if s == "true" || s == "false");
            when(boolean, "not true or false")
        }
        Kind::EventTypes => {
            let known = |t: &str| !matches!(EventKind::from_name(t), EventKind::Other(_)) || is_uri(t);
            when(text.is_some_and(known), "not an event type")
        }
        Kind::Actions => when(matches!(text, Some("ADD" | "OBSERVE" | "DELETE")), "not an action"),
        Kind::Direction => when(matches!(text, Some("ASC" | "DESC")), "neither ASC nor DESC"),
        Kind::Terms(vocabulary) => {
            let fits = |t: &str| match vocabulary.classify(t, true) {
                Term::Standard(_) => true,
                Term::Own(uri) => is_uri(uri),
                Term::Unknown => false,
            };
            when(text.is_some_and(fits), "the standard has no such term")
        }
        Kind::Any => when(text.is_some_and(|t| !t.is_empty()) || number(value), "neither text nor number"),
        Kind::Void => Ok(()),
    }
}

fn number(value: &Value) -> bool {
    matches!(value, Value::Number(_)) || matches!(value, Value::Raw(s) if is_decimal(s))
}
