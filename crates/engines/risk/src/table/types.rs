//! Types of DMN: which values they admit, and the implicit conversions (DMN 1.3, 10.3.2.9.4).

use std::sync::Arc;

use super::feel::ast::Test;
use super::feel::eval::{Machine, Scope};
use super::model::{ItemDefinition, Model};
use super::temporal::{DateTime, Time};
use super::value::Value;

const DEPTH_LIMIT: u32 = 16;

/// A type as it is checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Anything.
    Any,
    /// A number.
    Number,
    /// A string.
    Text,
    /// A truth value.
    Bool,
    /// A date.
    Date,
    /// A time.
    Time,
    /// A date and time.
    DateTime,
    /// A years-and-months duration.
    Months,
    /// A days-and-time duration.
    Nanos,
    /// A function.
    Function,
    /// A range.
    Range,
    /// A list.
    List(Box<Type>),
    /// A context with the given entries; further entries do no harm.
    Context(Vec<(Arc<str>, Type)>),
    /// A type with allowed values.
    Constrained(Box<Type>, Vec<Test>),
}

impl Type {
    /// The type of a reference: a built-in one, one of the model, or one of its imports.
    pub fn named(name: &str, model: Option<&Model>) -> Option<Type> {
        resolve(name, model, 0)
    }

    /// The type of an optional reference; an unknown or absent one admits anything.
    pub fn of(name: Option<&str>, model: Option<&Model>) -> Type {
        name.and_then(|n| Type::named(n, model)).unwrap_or(Type::Any)
    }

    /// Whether the value belongs to the type; null belongs to every type.
    pub fn admits(&self, v: &Value) -> bool {
        match (self, v) {
            (Type::Any, _) | (_, Value::Null) => true,
            (Type::Number, Value::Number(_))
            | (Type::Text, Value::Text(_))
            | (Type::Bool, Value::Bool(_))
            | (Type::Date, Value::Date(_))
            | (Type::Time, Value::Time(_))
            | (Type::DateTime, Value::DateTime(_))
            | (Type::Months, Value::Months(_))
            | (Type::Nanos, Value::Nanos(_))
            | (Type::Range, Value::Range(_))
            | (Type::Function, Value::Function(_)) => true,
            (Type::List(inner), Value::List(items)) => items.iter().all(|i| inner.admits(i)),
            (Type::Context(entries), Value::Context(c)) => {
                entries.iter().all(|(n, t)| c.get(n).is_none_or(|v| t.admits(v)))
            }
            (Type::Constrained(inner, tests), v) => inner.admits(v) && allowed(tests, v),
            _ => false,
        }
    }

    /// The type without its allowed values.
    pub fn plain(&self) -> &Type {
        match self {
            Type::Constrained(inner, _) => inner.plain(),
            other => other,
        }
    }

    /// The value as one of this type: as it is, out of or into a list of one, or null with a problem.
    pub fn coerce(&self, v: Value, machine: &Machine<'_>, place: &str) -> Value {
        if self.admits(&v) {
            return v;
        }
        match (self.plain(), &v) {
            (Type::List(inner), single) if !matches!(single, Value::List(_)) && inner.admits(single) => {
                return Value::list(vec![v]);
            }
            (Type::DateTime, Value::Date(d)) => {
                return Value::DateTime(DateTime { date: *d, time: Time { nanos: 0, offset: Some(0) } });
            }
            (_, Value::List(items)) if items.len() == 1 && self.admits(&items[0]) => return items[0].clone(),
            _ => {}
        }
        let shown: String = v.to_string().chars().take(60).collect();
        let zh = format!("值 {shown} 不符合类型或允许值");
        machine.fail(place, zh, format!("the value {shown} does not fit the type or its allowed values"))
    }
}

/// Whether a value meets allowed values, which cannot refer to anything outside themselves.
pub fn allowed(tests: &[Test], v: &Value) -> bool {
    let scope = Scope::root(0, Vec::new());
    Machine::bare().matches(tests, v, &scope) == Some(true)
}

fn resolve(name: &str, model: Option<&Model>, depth: u32) -> Option<Type> {
    if depth > DEPTH_LIMIT {
        return Some(Type::Any);
    }
    let name = name.trim();
    let name = name.strip_prefix("feel:").unwrap_or(name);
    if let Some(t) = builtin(name) {
        return Some(t);
    }
    if let Some(inner) = name.strip_prefix("list<").and_then(|n| n.strip_suffix('>')) {
        return resolve(inner, model, depth + 1).map(|t| Type::List(Box::new(t)));
    }
    if name.starts_with("context<") {
        return Some(Type::Context(Vec::new()));
    }
    if name.starts_with("range<") {
        return Some(Type::Range);
    }
    if name.starts_with("function<") {
        return Some(Type::Function);
    }
    let model = model?;
    if let Some(item) = model.types.iter().find(|t| t.name == name) {
        return Some(defined(item, model, depth));
    }
    let import =
        model.imports.iter().find(|i| name.strip_prefix(&*i.name).is_some_and(|r| r.starts_with('.')))?;
    resolve(&name[import.name.len() + 1..], Some(&import.model), depth + 1)
}

fn builtin(name: &str) -> Option<Type> {
    Some(match name {
        "Any" => Type::Any,
        "number" => Type::Number,
        "string" => Type::Text,
        "boolean" => Type::Bool,
        "date" => Type::Date,
        "time" => Type::Time,
        "date and time" | "dateTime" => Type::DateTime,
        "years and months duration" | "yearMonthDuration" => Type::Months,
        "days and time duration" | "dayTimeDuration" => Type::Nanos,
        "context" => Type::Context(Vec::new()),
        "list" => Type::List(Box::new(Type::Any)),
        "function" => Type::Function,
        _ => return None,
    })
}

fn defined(item: &ItemDefinition, model: &Model, depth: u32) -> Type {
    let mut out = if item.components.is_empty() {
        let base = item.type_ref.as_deref().and_then(|t| resolve(t, Some(model), depth + 1));
        base.unwrap_or(Type::Any)
    } else {
        let entry = |c: &ItemDefinition| (Arc::from(&*c.name), defined(c, model, depth + 1));
        // A structure that contains itself ends in anything at the limit of depth.
        if depth > DEPTH_LIMIT {
            Type::Any
        } else {
            Type::Context(item.components.iter().map(entry).collect())
        }
    };
    // Allowed values of a collection restrict its items.
    if let Some(cell) = &item.allowed {
        out = match out {
            Type::List(inner) => Type::List(Box::new(Type::Constrained(inner, cell.tests.clone()))),
            other => Type::Constrained(Box::new(other), cell.tests.clone()),
        };
    }
    if item.is_collection { Type::List(Box::new(out)) } else { out }
}
