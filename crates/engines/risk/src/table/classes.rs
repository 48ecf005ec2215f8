//! Exact discretisation of an input column: the constants of its cells cut each kind of value into
//! points and open segments, and every cell has one answer on each of these classes.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::feel::ast::Test;
use super::feel::builtins::is_builtin;
use super::feel::eval::{Machine, Scope};
use super::temporal::{DAY_NS, Date, DateTime, Time};
use super::value::{Key, Kind, Value};

/// Every kind, in the order of [`Kind`].
pub const KINDS: [Kind; 10] = [
    Kind::Bool,
    Kind::Number,
    Kind::Text,
    Kind::Date,
    Kind::LocalTime,
    Kind::UtcTime,
    Kind::LocalMoment,
    Kind::UtcMoment,
    Kind::Months,
    Kind::Nanos,
];

/// The classes of one column: class 0 is null; each kind follows with its points and segments, the
/// segment below point `k` at `2k` and the point itself at `2k + 1` from the start of the kind.
#[derive(Clone, Debug)]
pub struct Classes {
    points: Vec<Vec<Key>>,
    starts: Vec<usize>,
    /// A value of each class; nothing where no value lies between two points.
    pub samples: Vec<Option<Value>>,
}

/// Whether the tests depend on nothing but the tested value.
pub fn is_static(tests: &[Test]) -> bool {
    tests.iter().all(|t| match t {
        Test::Any => true,
        Test::Compare(_, e) | Test::Expr(e) => e.is_closed(&is_builtin),
        Test::Not(inner) => is_static(inner),
    })
}

impl Classes {
    /// Cuts by the constants of the given static tests; others are passed over.
    pub fn of<'a>(tests: impl Iterator<Item = &'a [Test]>) -> Self {
        let mut points: Vec<Vec<Key>> = vec![Vec::new(); KINDS.len()];
        points[Kind::Bool as usize] = vec![Key::Whole(0), Key::Whole(1)];
        for list in tests.filter(|t| is_static(t)) {
            constants(list, &mut |v| collect(v, &mut points));
        }
        for list in &mut points {
            list.sort();
            list.dedup();
        }
        let mut starts = Vec::new();
        let mut samples = vec![Some(Value::Null)];
        for (kind, list) in KINDS.iter().zip(&points) {
            starts.push(samples.len());
            for i in 0..=list.len() {
                let below = if i > 0 { list.get(i - 1) } else { None };
                samples.push(between(*kind, below, list.get(i)));
                samples.extend(list.get(i).map(|k| value_of(*kind, k)));
            }
        }
        Self { points, starts, samples }
    }

    /// The points of a kind in order.
    pub fn points(&self, kind: Kind) -> &[Key] {
        &self.points[kind as usize]
    }

    /// The first class of a kind.
    pub fn start(&self, kind: Kind) -> usize {
        self.starts[kind as usize]
    }

    /// The classes of a kind.
    pub fn range(&self, kind: Kind) -> std::ops::Range<usize> {
        let start = self.start(kind);
        start..start + 2 * self.points(kind).len() + 1
    }

    /// The kind a class belongs to; nothing for null.
    pub fn kind(&self, class: usize) -> Option<Kind> {
        KINDS.into_iter().find(|k| self.range(*k).contains(&class))
    }
}

/// Visits the values of all constants in the tests.
pub fn constants(tests: &[Test], visit: &mut dyn FnMut(&Value)) {
    let machine = Machine::bare();
    let scope = Scope::root(0, Vec::new());
    for test in tests {
        match test {
            Test::Any => {}
            Test::Compare(_, e) | Test::Expr(e) => visit(&machine.eval(e, &scope)),
            Test::Not(inner) => constants(inner, visit),
        }
    }
}

fn collect(v: &Value, points: &mut [Vec<Key>]) {
    match v {
        Value::List(items) => items.iter().for_each(|i| collect(i, points)),
        Value::Range(r) => [&r.low, &r.high].into_iter().flatten().for_each(|(v, _)| collect(v, points)),
        other => {
            if let Some((kind, key)) = other.key() {
                points[kind as usize].push(key);
            }
        }
    }
}

/// A value strictly between two points of a kind, as plain as possible.
fn between(kind: Kind, low: Option<&Key>, high: Option<&Key>) -> Option<Value> {
    let key = match kind {
        Kind::Bool => return None,
        Kind::Number => Key::Number(number_between(number(low), number(high))?),
        Kind::Text => Key::Text(text_between(low, high)),
        _ => {
            let least = if kind == Kind::LocalTime { 0 } else { i128::from(i64::MIN / 4) };
            let whole = |k: &Key| if let Key::Whole(n) = k { *n } else { 0 };
            match (low.map(whole), high.map(whole)) {
                (Some(a), _) => Key::Whole(a + 1),
                (None, Some(b)) => Key::Whole((b - 1).max(least)),
                (None, None) => Key::Whole(0),
            }
        }
    };
    let inside = low.is_none_or(|l| *l < key) && high.is_none_or(|h| key < *h);
    if inside { value_of(kind, &key) } else { None }
}

/// A string after the first and before the second: readable if possible, else the very next one.
fn text_between(low: Option<&Key>, high: Option<&Key>) -> Arc<str> {
    let text = |k: Option<&Key>| if let Some(Key::Text(s)) = k { Some(s.clone()) } else { None };
    let (low, high) = (text(low), text(high));
    let Some(low) = low else { return Arc::from("") };
    let readable = format!("{low}*");
    if high.is_none_or(|h| *readable < *h) { Arc::from(readable) } else { Arc::from(format!("{low}\0")) }
}

fn number(k: Option<&Key>) -> Option<Decimal> {
    k.and_then(|k| if let Key::Number(n) = k { Some(*n) } else { None })
}

fn number_between(low: Option<Decimal>, high: Option<Decimal>) -> Option<Decimal> {
    match (low, high) {
        (None, None) => Some(Decimal::ZERO),
        (Some(a), None) => a.floor().checked_add(Decimal::ONE),
        (None, Some(b)) => b.ceil().checked_sub(Decimal::ONE),
        (Some(a), Some(b)) => {
            let whole = a.floor().checked_add(Decimal::ONE)?;
            if whole < b {
                return Some(whole);
            }
            let middle = a.checked_add(b)?.checked_div(Decimal::TWO)?.normalize();
            (a < middle && middle < b).then_some(middle)
        }
    }
}

/// The value at a place of a kind.
pub fn value_of(kind: Kind, key: &Key) -> Option<Value> {
    let n = match key {
        Key::Number(n) => return Some(Value::Number(*n)),
        Key::Text(s) => return Some(Value::Text(s.clone())),
        Key::Whole(n) => *n,
    };
    let day = i128::from(DAY_NS);
    let moment = |offset| {
        let date = Date::from_days(i64::try_from(n.div_euclid(day)).ok()?);
        let time = Time { nanos: n.rem_euclid(day) as i64, offset };
        Some(Value::DateTime(DateTime { date, time }))
    };
    match kind {
        Kind::Bool => Some(Value::Bool(n != 0)),
        Kind::Date => i64::try_from(n).ok().map(|d| Value::Date(Date::from_days(d))),
        Kind::LocalTime => Time::new(i64::try_from(n).ok()?, None).map(Value::Time),
        Kind::UtcTime => {
            // Outside the day, only a time with another offset lies there.
            let hours = if n < 0 {
                14
            } else if n >= day {
                -14
            } else {
                0
            };
            let nanos = n + i128::from(hours) * 3_600_000_000_000;
            Time::new(i64::try_from(nanos).ok()?, Some(hours * 3600)).map(Value::Time)
        }
        Kind::LocalMoment => moment(None),
        Kind::UtcMoment => moment(Some(0)),
        Kind::Months => i64::try_from(n).ok().map(Value::Months),
        Kind::Nanos => Some(Value::Nanos(n)),
        Kind::Number | Kind::Text => None,
    }
}
