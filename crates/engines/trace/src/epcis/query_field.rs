//! Parameters of a query whose names hold a type, a unit of measure or an extension field (EPCIS 2.0, 8.2.7.1).

use super::ident::comparable;
use super::index::{
    Field, extension_name, joined, measure, ordered, scalar, sensor_value, term, vocabulary_word,
};
use super::query::{ANY_CLASS, Criterion, exact};
use super::scope::{Scope, split_iri};
use super::time;
use super::value::Value;
use super::vocab::{BTT, SDT};
use std::sync::Arc;

/// Standard fields of sensors that are asked for by equality.
const SENSOR: &[&str] = &[
    "type",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "microorganism",
    "chemicalSubstance",
    "bizRules",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "component",
    "coordinateReferenceSystem",
];
/// Times that are compared.
const TIMES: &[&str] = &["time", "startTime", "endTime", "errorDeclarationTime", "errorDeclaration_Time"];
/// Numbers that are compared.
const NUMBERS: &[&str] =
    &["quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"];

/// The criterion of a parameter whose name has a type, a unit or an extension field in it.
pub(crate) fn flexible(
    name: &str,
    values: &[String],
    value: Option<&Value>,
    scope: &Arc<Scope>,
) -> Result<Option<Criterion>, &'static str> {
    let Some((operator, field)) = name.split_once('_') else { return Ok(None) };
    if operator == "EQ" && SENSOR.contains(&field) {
        let one = |v: &String| term(Field::Sensor, &joined(&[field, &sensor_value(field, scope, v)]));
        return Ok(Some(exact(5, values.iter().map(one))));
    }
    for (start, kept, vocabulary) in [
        ("bizTransaction_", Field::BizTransaction, &BTT),
        ("source_", Field::Source, &SDT),
        ("destination_", Field::Destination, &SDT),
    ] {
        if let (Some(kind), "EQ") = (field.strip_prefix(start), operator) {
            let kind = vocabulary_word(vocabulary, scope, kind);
            let one = |v: &String| term(kept, &joined(&[&kind, &comparable(v.trim())]));
            return Ok(Some(exact(2, values.iter().map(one))));
        }
    }
    let (head, unit) = field.split_once('_').unwrap_or((field, ""));
    if TIMES.contains(&field) {
        let field = if field == "errorDeclaration_Time" { "errorDeclarationTime" } else { field };
        let at = values.first().and_then(|v| time::parse(v)).ok_or("not a date, time and zone")?;
        return between(operator, measure(field, ""), at).map(Some);
    }
    if NUMBERS.contains(&head) {
        let numbers: Option<Vec<i64>> = values.iter().map(|v| ordered(v)).collect();
        let numbers = numbers.ok_or("not a number")?;
        let [number] = numbers[..] else { return Err("one number is asked for") };
        return between(operator, measure(head, unit), number).map(Some);
    }
    extension(operator, field, values, value, scope)
}

fn between(operator: &str, measure: Vec<u8>, at: i64) -> Result<Criterion, &'static str> {
    let (low, high) = match operator {
        "EQ" => (at, at),
        "GT" => (at.saturating_add(1), i64::MAX),
        "GE" => (at, i64::MAX),
        "LT" => (i64::MIN, at.saturating_sub(1)),
        "LE" => (i64::MIN, at),
        _ => return Err("this comparison is not of the standard"),
    };
    Ok(Criterion::Between { measure, low, high })
}

/// An extension field's place and name: `INNER_` and the places in any order, then the field.
fn place(mut field: &str, scope: &Scope) -> Option<[String; 3]> {
    let (mut depth, mut place) = ("", "");
    while let Some((head, rest)) = field.split_once('_') {
        match head {
            "INNER" => depth = "INNER",
            "ILMD" | "SENSORELEMENT" | "SENSORMETADATA" | "SENSORREPORT" | "readPoint" | "bizLocation" => {
                place = head
            }
            "ERROR" if rest.starts_with("DECLARATION_") => {
                (place, field) = ("ERROR_DECLARATION", &rest["DECLARATION_".len()..]);
                continue;
            }
            _ => break,
        }
        field = rest;
    }
    let (namespace, local) = match field.rsplit_once('#') {
        Some((namespace, local)) => (namespace, local),
        None => scope.resolve(field).unwrap_or_else(|| split_iri(field)),
    };
    (!local.is_empty()).then(|| [depth.to_owned(), place.to_owned(), extension_name(namespace, local)])
}

fn extension(
    operator: &str,
    field: &str,
    values: &[String],
    value: Option<&Value>,
    scope: &Arc<Scope>,
) -> Result<Option<Criterion>, &'static str> {
    if operator == "HASATTR" || operator == "EQATTR" {
        return Ok(attribute(operator, field, values, scope));
    }
    // The schema of queries in JSON writes it so.
    if let Some(field) = field.strip_prefix("ATTR_").filter(|_| operator == "EQ") {
        return Ok(attribute("EQATTR", field, values, scope));
    }
    let Some([depth, at, name]) = place(field, scope) else { return Ok(None) };
    let key = joined(&[&depth, &at, &name]);
    match operator {
        "EXISTS" => Ok(Some(exact(6, [term(Field::HasExtension, &key)]))),
        "EQ" => {
            let one = |v: &String| term(Field::Extension, &joined(&[&key, &scalar(v)]));
            Ok(Some(exact(3, values.iter().map(one))))
        }
        _ => {
            let text = value.map(Value::shown).unwrap_or_default();
            let (kind, bound) = match time::parse(&text) {
                Some(at) => ("time", at),
                None => ("number", ordered(&text).ok_or("neither a number nor a date, time and zone")?),
            };
            between(operator, measure(kind, &key), bound).map(Some)
        }
    }
}

/// `HASATTR_field` names attributes; `EQATTR_field_attribute` gives values of one. The field is one of the standard or an
/// extension field whose value is an element of master data.
fn attribute(operator: &str, field: &str, values: &[String], scope: &Arc<Scope>) -> Option<Criterion> {
    let standard = |head: &str| -> Option<Vec<Field>> {
        Some(match head {
            "readPoint" => vec![Field::ReadPoint],
            "bizLocation" => vec![Field::BizLocation],
            "bizStep" => vec![Field::BizStep],
            "disposition" => vec![Field::Disposition],
            "epcClass" => ANY_CLASS.to_vec(),
            _ => return None,
        })
    };
    let (head, name, asked) = match (operator, field.split_once('_')) {
        ("HASATTR", _) => {
            let [name] = values else { return None };
            (field, name.as_str(), None)
        }
        (_, Some((head, name))) if standard(head).is_some() => (head, name, Some(values.to_vec())),
        _ => {
            let name = after_places(field);
            let at = name + field[name..].find('_')?;
            (&field[..at], &field[at + 1..], Some(values.to_vec()))
        }
    };
    let (fields, extension) = match standard(head) {
        Some(fields) => (fields, None),
        None => {
            let [depth, at, name] = place(head, scope)?;
            (Vec::new(), Some(joined(&[&depth, &at, &name])))
        }
    };
    Some(Criterion::Attribute { fields, extension, name: name.to_owned(), values: asked })
}

/// Where the name of an extension field begins, after the places it may be in.
fn after_places(field: &str) -> usize {
    let mut rest = field;
    while let Some(next) = super::validate_query::PLACES
        .iter()
        .find_map(|place| rest.strip_prefix(place))
        .filter(|next| next.contains([':', '#']))
    {
        rest = next;
    }
    field.len() - rest.len()
}
