//! FEEL values from and to JSON: numbers without detours over binary fractions where the text allows
//! it, dates and durations as strings that the expected type tells apart.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value as Json;

use super::feel::eval::Machine;
use super::model::Model;
use super::temporal::{Date, DateTime, Duration, Time, parse_duration};
use super::types::Type;
use super::value::{Context, Value};

/// Reads a JSON value where a type is expected. What cannot be read becomes null with a problem.
pub fn from_json(json: &Json, kind: &Type, machine: &Machine<'_>, place: &str) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => match number(&n.to_string()) {
            Some(d) => Value::Number(d),
            None => {
                machine.fail(place, format!("数 {n} 超出范围"), format!("the number {n} is out of range"))
            }
        },
        Json::String(s) => text(s, kind.plain(), machine, place),
        Json::Array(items) => {
            let inner = if let Type::List(inner) = kind.plain() { inner } else { kind };
            Value::list(items.iter().map(|i| from_json(i, inner, machine, place)).collect())
        }
        Json::Object(map) => {
            let entries: &[(Arc<str>, Type)] = match kind.plain() {
                Type::Context(entries) => entries,
                Type::List(inner) => match inner.plain() {
                    Type::Context(entries) => entries,
                    _ => &[],
                },
                _ => &[],
            };
            let entry = |(k, v): (&String, &Json)| {
                let kind = entries.iter().find(|(n, _)| **n == **k).map_or(&Type::Any, |(_, t)| t);
                (Arc::from(&**k), from_json(v, kind, machine, place))
            };
            Value::Context(Arc::new(Context::new(map.iter().map(entry))))
        }
    }
}

fn number(text: &str) -> Option<Decimal> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

fn text(s: &str, kind: &Type, machine: &Machine<'_>, place: &str) -> Value {
    let value = match kind {
        // A decimal in quotes is how one keeps it exact in JSON.
        Type::Number => number(s).map(Value::Number),
        Type::Date => Date::parse(s).map(Value::Date),
        Type::Time => Time::parse(s).map(Value::Time),
        Type::DateTime => DateTime::parse(s).map(Value::DateTime),
        Type::Months | Type::Nanos => match (kind, parse_duration(s)) {
            (Type::Months, Some(Duration::Months(n))) => Some(Value::Months(n)),
            (Type::Nanos, Some(Duration::Nanos(n))) => Some(Value::Nanos(n)),
            _ => None,
        },
        Type::List(inner) => return text(s, inner.plain(), machine, place),
        _ => Some(Value::text(s)),
    };
    value.unwrap_or_else(|| {
        let shown: String = s.chars().take(60).collect();
        machine.fail(
            place,
            format!("“{shown}”不是所需的数、日期、时间或时长"),
            format!("`{shown}` is not the number, date, time or duration expected"),
        )
    })
}

/// Writes a value as JSON. Whole numbers stay whole; other numbers keep some 15 significant digits.
pub fn to_json(v: &Value) -> Json {
    match v {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Number(n) => number_json(*n),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Context(c) => Json::Object(c.iter().map(|(k, v)| (k.to_string(), to_json(v))).collect()),
        other => Json::String(other.to_string()),
    }
}

fn number_json(n: Decimal) -> Json {
    let whole = if n.is_integer() { n.to_i64() } else { None };
    match whole {
        Some(i) => Json::from(i),
        // The text of the decimal gives the nearest binary fraction; the direct conversion need not.
        None => n.to_string().parse::<f64>().map_or(Json::Null, Json::from),
    }
}

/// Reads the columns of a sheet as the types that a model gives the inputs of their names.
pub struct Columns<'a> {
    machine: Machine<'a>,
    kinds: Vec<Type>,
}

impl<'a> Columns<'a> {
    /// The types of the named columns: from the input data, else from an input column of any table.
    pub fn new(model: &'a Model, names: &[String]) -> Self {
        let tables = model.tables();
        let of_column = |name: &str| {
            let mut columns = tables.iter().flat_map(|(_, t)| &t.inputs);
            columns.find(|c| c.expression.text == name).and_then(|c| c.expression.type_ref.as_deref())
        };
        let kind = |name: &String| {
            let data = model.inputs.iter().find(|i| i.name == *name).and_then(|i| i.type_ref.as_deref());
            Type::of(data.or_else(|| of_column(name)), Some(model))
        };
        Self { machine: Machine::new(model), kinds: names.iter().map(kind).collect() }
    }

    /// Reads a cell; an empty one is null.
    ///
    /// # Errors
    /// In words, when the text is not of the column's type.
    pub fn read(&self, column: usize, text: &str) -> Result<Value, String> {
        let text = text.trim();
        let kind = self.kinds.get(column).map_or(&Type::Any, Type::plain);
        let value = match (kind, text) {
            (_, "") => return Ok(Value::Null),
            (Type::Bool, "true") => Value::Bool(true),
            (Type::Bool, "false") => Value::Bool(false),
            (Type::Bool, _) => Value::Null,
            _ => from_json(&Json::String(text.to_owned()), kind, &self.machine, ""),
        };
        if value.is_null() { Err(format!("`{text}` is not of the column's type")) } else { Ok(value) }
    }
}
