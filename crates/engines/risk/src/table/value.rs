//! FEEL values with their three-valued equality and order (DMN 1.3, 10.3.2.2 and tables 42 to 45).

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::feel::ast::Expr;
use super::model::Logic;
use super::temporal::{Date, DateTime, Duration, Time};

/// A FEEL value. Numbers are decimal with 28 significant digits.
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing known, and the result of every error.
    Null,
    /// A truth value.
    Bool(bool),
    /// A decimal number.
    Number(Decimal),
    /// A string.
    Text(Arc<str>),
    /// A calendar date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date with a time.
    DateTime(DateTime),
    /// A years-and-months duration, in months.
    Months(i64),
    /// A days-and-time duration, in nanoseconds.
    Nanos(i128),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A context: names with values.
    Context(Arc<Context>),
    /// A range with two ends.
    Range(Arc<Range>),
    /// A function.
    Function(Arc<Function>),
}

/// Names with values, in the order they were written.
#[derive(Clone, Debug, Default)]
pub struct Context {
    entries: Vec<(Arc<str>, Value)>,
}

/// A range; an end that is absent is unbounded.
#[derive(Clone, Debug)]
pub struct Range {
    /// Lower end and whether it belongs to the range.
    pub low: Option<(Value, bool)>,
    /// Upper end and whether it belongs to the range.
    pub high: Option<(Value, bool)>,
}

/// A function with its parameters and what it saw where it was written.
#[derive(Clone, Debug)]
pub struct Function {
    /// Parameter names with their type references.
    pub params: Vec<(Arc<str>, Option<String>)>,
    /// What it computes.
    pub body: Body,
    /// Variables captured at the place of definition.
    pub closure: Vec<(Arc<str>, Value)>,
}

/// The body of a function.
#[derive(Clone, Debug)]
pub enum Body {
    /// A FEEL expression.
    Expr(Arc<Expr>),
    /// A boxed expression.
    Logic(Arc<Logic>),
    /// A business knowledge model: index of the model (0 the root) and of the element.
    Knowledge(usize, usize),
    /// A decision service of the root model.
    Service(usize),
    /// A built-in function under its name.
    Builtin(Arc<str>),
}

/// The kinds of value that have an order of their own; values of two kinds are not comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Truth values (equality only).
    Bool,
    /// Numbers.
    Number,
    /// Strings, by code point.
    Text,
    /// Dates.
    Date,
    /// Times without an offset.
    LocalTime,
    /// Times with an offset.
    UtcTime,
    /// Moments without an offset.
    LocalMoment,
    /// Moments with an offset.
    UtcMoment,
    /// Years-and-months durations.
    Months,
    /// Days-and-time durations.
    Nanos,
}

/// The place of a value within its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Truth values, dates, times and durations as whole numbers.
    Whole(i128),
    /// Numbers.
    Number(Decimal),
    /// Strings.
    Text(Arc<str>),
}

impl Value {
    /// A string value.
    pub fn text(s: impl Into<Arc<str>>) -> Self {
        Value::Text(s.into())
    }

    /// A list value.
    pub fn list(items: Vec<Value>) -> Self {
        Value::List(Arc::new(items))
    }

    /// A whole number.
    pub fn int(n: i64) -> Self {
        Value::Number(Decimal::from(n))
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// How many values the structure holds when shared parts count each time; nothing above the limit.
    pub fn weight(&self, limit: usize) -> Option<usize> {
        let children: Vec<&Value> = match self {
            Value::List(items) => items.iter().collect(),
            Value::Context(c) => c.iter().map(|(_, v)| v).collect(),
            _ => return Some(1),
        };
        let mut total = 1usize;
        for child in children {
            total += child.weight(limit.checked_sub(total)?)?;
        }
        (total <= limit).then_some(total)
    }

    /// Kind and place in it, for values that have one.
    pub fn key(&self) -> Option<(Kind, Key)> {
        Some(match self {
            Value::Bool(b) => (Kind::Bool, Key::Whole(i128::from(*b))),
            Value::Number(n) => (Kind::Number, Key::Number(*n)),
            Value::Text(s) => (Kind::Text, Key::Text(s.clone())),
            Value::Date(d) => (Kind::Date, Key::Whole(i128::from(d.days()))),
            Value::Time(t) => {
                let kind = if t.offset.is_some() { Kind::UtcTime } else { Kind::LocalTime };
                (kind, Key::Whole(i128::from(t.utc_nanos())))
            }
            Value::DateTime(t) => {
                let kind = if t.time.offset.is_some() { Kind::UtcMoment } else { Kind::LocalMoment };
                (kind, Key::Whole(t.instant()))
            }
            Value::Months(n) => (Kind::Months, Key::Whole(i128::from(*n))),
            Value::Nanos(n) => (Kind::Nanos, Key::Whole(*n)),
            _ => return None,
        })
    }

    /// Three-valued equality: unknown for values of different kinds, false for null against anything else.
    pub fn equals(&self, other: &Value) -> Option<bool> {
        match (self, other) {
            (Value::Null, Value::Null) => Some(true),
            (Value::Null, _) | (_, Value::Null) => Some(false),
            (Value::Number(a), Value::Number(b)) => Some(a == b),
            (Value::Text(a), Value::Text(b)) => Some(a == b),
            (Value::List(a), Value::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                all(a.iter().zip(b.iter()).map(|(x, y)| x.equals(y)))
            }
            (Value::Context(a), Value::Context(b)) => {
                if a.entries.len() != b.entries.len() {
                    return Some(false);
                }
                all(a.entries.iter().map(|(k, v)| b.get(k).map_or(Some(false), |w| v.equals(w))))
            }
            (Value::Range(a), Value::Range(b)) => {
                all([end_equals(&a.low, &b.low), end_equals(&a.high, &b.high)].into_iter())
            }
            (Value::Function(_), _) | (_, Value::Function(_)) => None,
            (a, b) => {
                let ((ka, a), (kb, b)) = (a.key()?, b.key()?);
                (ka == kb).then(|| a == b)
            }
        }
    }

    /// Order within one kind; nothing for truth values, null, structures and mixed kinds.
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Value::Bool(_), _) => None,
            (a, b) => {
                let ((ka, a), (kb, b)) = (a.key()?, b.key()?);
                (ka == kb).then(|| a.cmp(&b))
            }
        }
    }
}

fn end_equals(a: &Option<(Value, bool)>, b: &Option<(Value, bool)>) -> Option<bool> {
    match (a, b) {
        (None, None) => Some(true),
        (Some((x, i)), Some((y, j))) => {
            if i == j {
                x.equals(y)
            } else {
                Some(false)
            }
        }
        _ => Some(false),
    }
}

/// Three-valued conjunction: false wins over unknown.
pub fn all(mut items: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let seen = items.try_fold(Some(true), |acc, x| match x {
        Some(false) => Err(()),
        None => Ok(None),
        Some(true) => Ok(acc),
    });
    seen.unwrap_or(Some(false))
}

/// Three-valued disjunction: true wins over unknown.
pub fn any(items: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(items.map(|x| x.map(|b| !b))).map(|b| !b)
}

impl Range {
    /// Whether the value lies in the range; unknown when it cannot be compared with an end.
    pub fn contains(&self, value: &Value) -> Option<bool> {
        let low = match &self.low {
            None => Some(true),
            Some((end, closed)) => value.compare(end).map(|o| o.is_gt() || (*closed && o.is_eq())),
        };
        let high = match &self.high {
            None => Some(true),
            Some((end, closed)) => value.compare(end).map(|o| o.is_lt() || (*closed && o.is_eq())),
        };
        all([low, high].into_iter())
    }
}

impl Context {
    /// A context of the given entries; a later entry of the same name replaces the earlier.
    pub fn new(entries: impl IntoIterator<Item = (Arc<str>, Value)>) -> Self {
        let mut out = Self::default();
        for (k, v) in entries {
            out.set(k, v);
        }
        out
    }

    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(k, _)| &**k == name).map(|(_, v)| v)
    }

    /// Sets or replaces the value under a name.
    pub fn set(&mut self, name: Arc<str>, value: Value) {
        match self.entries.iter_mut().find(|(k, _)| *k == name) {
            Some((_, v)) => *v = value,
            None => self.entries.push((name, value)),
        }
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = &(Arc<str>, Value)> {
        self.entries.iter()
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Function(a), Value::Function(b)) => Arc::ptr_eq(a, b),
            _ => self.equals(other) == Some(true),
        }
    }
}

/// The text FEEL's `string()` gives; strings within lists and contexts are quoted.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Number(n) => write!(f, "{}", n.normalize()),
            Value::Text(s) => f.write_str(s),
            Value::Date(d) => write!(f, "{d}"),
            Value::Time(t) => write!(f, "{t}"),
            Value::DateTime(t) => write!(f, "{t}"),
            Value::Months(n) => write!(f, "{}", Duration::Months(*n)),
            Value::Nanos(n) => write!(f, "{}", Duration::Nanos(*n)),
            Value::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    f.write_str(if i > 0 { ", " } else { "" })?;
                    f.write_str(&item.source())?;
                }
                f.write_str("]")
            }
            Value::Context(c) => {
                f.write_str("{")?;
                for (i, (k, v)) in c.iter().enumerate() {
                    write!(f, "{}{k}: {}", if i > 0 { ", " } else { "" }, v.source())?;
                }
                f.write_str("}")
            }
            Value::Range(r) => fmt_range(r, f),
            Value::Function(_) => f.write_str("function"),
        }
    }
}

fn fmt_range(r: &Range, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (&r.low, &r.high) {
        (Some((v, closed)), None) => write!(f, "{}{}", if *closed { ">=" } else { ">" }, v.source()),
        (None, Some((v, closed))) => write!(f, "{}{}", if *closed { "<=" } else { "<" }, v.source()),
        (None, None) => f.write_str("null"),
        (Some((a, i)), Some((b, j))) => {
            let (open, close) = (if *i { '[' } else { '(' }, if *j { ']' } else { ')' });
            write!(f, "{open}{}..{}{close}", a.source(), b.source())
        }
    }
}

impl Value {
    /// The value as it would be written in a cell: strings quoted, dates as function calls.
    pub fn source(&self) -> String {
        match self {
            Value::Text(s) => quote(s),
            Value::Date(d) => format!("date(\"{d}\")"),
            Value::Time(t) => format!("time(\"{t}\")"),
            Value::DateTime(t) => format!("date and time(\"{t}\")"),
            Value::Months(_) | Value::Nanos(_) => format!("duration(\"{self}\")"),
            other => other.to_string(),
        }
    }
}

/// A string literal of FEEL.
pub fn quote(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 2);
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
