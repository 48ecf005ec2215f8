//! Built-in functions on strings (DMN 1.3, 10.3.4.3); positions count characters from 1.

use rust_decimal::prelude::ToPrimitive;

use super::eval::Machine;
use super::ops::TEXT_LIMIT;
use crate::table::value::Value;

pub(super) fn call(machine: &Machine<'_>, name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("string", [Value::Null]) => Some(Value::Null),
        ("string", [v]) => Some(Value::text(v.to_string())),
        ("string join", [Value::List(items), rest @ ..]) => join(machine, items, rest),
        (_, [Value::Text(s), rest @ ..]) => on_text(name, s, rest),
        _ => None,
    }
}

fn on_text(name: &str, s: &str, rest: &[Value]) -> Option<Value> {
    match (name, rest) {
        ("string length", []) => i64::try_from(s.chars().count()).ok().map(Value::int),
        ("upper case", []) => Some(Value::text(s.to_uppercase())),
        ("lower case", []) => Some(Value::text(s.to_lowercase())),
        ("substring", [start]) => substring(s, start, None),
        ("substring", [start, Value::Null]) => substring(s, start, None),
        ("substring", [start, length]) => substring(s, start, Some(length)),
        ("substring before", [Value::Text(m)]) => {
            Some(Value::text(s.split_once(&**m).map_or("", |(before, _)| before)))
        }
        ("substring after", [Value::Text(m)]) => {
            Some(Value::text(s.split_once(&**m).map_or("", |(_, after)| after)))
        }
        ("contains", [Value::Text(m)]) => Some(Value::Bool(s.contains(&**m))),
        ("starts with", [Value::Text(m)]) => Some(Value::Bool(s.starts_with(&**m))),
        ("ends with", [Value::Text(m)]) => Some(Value::Bool(s.ends_with(&**m))),
        _ => None,
    }
}

fn substring(s: &str, start: &Value, length: Option<&Value>) -> Option<Value> {
    let whole = |v: &Value| if let Value::Number(n) = v { n.trunc().to_i64() } else { None };
    let count = i64::try_from(s.chars().count()).ok()?;
    let skip = match whole(start)? {
        0 => return None,
        n if n > 0 => n - 1,
        n => (count + n).max(0),
    };
    let take = match length {
        None => count,
        Some(v) => whole(v).filter(|n| *n >= 1)?,
    };
    let out: String = s.chars().skip(usize::try_from(skip).ok()?).take(usize::try_from(take).ok()?).collect();
    Some(Value::text(out))
}

fn join(machine: &Machine<'_>, items: &[Value], rest: &[Value]) -> Option<Value> {
    let delimiter = match rest {
        [] | [Value::Null] => "",
        [Value::Text(d)] => d,
        _ => return None,
    };
    let mut parts: Vec<&str> = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Value::Null => {}
            Value::Text(t) => parts.push(t),
            _ => return None,
        }
    }
    let length: usize = parts.iter().map(|p| p.len() + delimiter.len()).sum();
    (length <= TEXT_LIMIT && machine.spend(parts.len())).then(|| Value::text(parts.join(delimiter)))
}
