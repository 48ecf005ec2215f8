//! Arithmetic, member access and indexing of FEEL values (DMN 1.3, tables 45 to 48 and 53).

use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, MathematicalOps};

use super::ast::Op;
use super::eval::Machine;
use crate::table::temporal::{DAY_NS, Date, DateTime, Time};
use crate::table::value::Value;

/// Longest text an operation yields, in bytes.
pub(super) const TEXT_LIMIT: usize = 1 << 20;

/// Unary minus; null for anything but numbers and durations.
pub(super) fn negate(v: &Value) -> Value {
    match v {
        Value::Number(n) => Value::Number(-*n),
        Value::Months(n) => n.checked_neg().map_or(Value::Null, Value::Months),
        Value::Nanos(n) => n.checked_neg().map_or(Value::Null, Value::Nanos),
        _ => Value::Null,
    }
}

/// Arithmetic; nothing when the operands do not fit or the result is out of range.
pub(crate) fn arith(op: Op, a: &Value, b: &Value) -> Option<Value> {
    match (op, a, b) {
        (_, Value::Number(x), Value::Number(y)) => numbers(op, *x, *y).map(Value::Number),
        (Op::Add, Value::Text(x), Value::Text(y)) => {
            // Texts that double at each step would otherwise fill the memory.
            (x.len() + y.len() <= TEXT_LIMIT).then(|| Value::text(format!("{x}{y}")))
        }
        (Op::Add, _, _) => add(a, b).or_else(|| add(b, a)),
        (Op::Sub, _, _) => subtract(a, b),
        (Op::Mul, Value::Months(m), Value::Number(n)) | (Op::Mul, Value::Number(n), Value::Months(m)) => {
            Decimal::from(*m).checked_mul(*n)?.trunc().to_i64().map(Value::Months)
        }
        (Op::Mul, Value::Nanos(d), Value::Number(n)) | (Op::Mul, Value::Number(n), Value::Nanos(d)) => {
            decimal(*d)?.checked_mul(*n)?.trunc().to_i128().map(Value::Nanos)
        }
        (Op::Div, Value::Months(m), Value::Number(n)) => {
            Decimal::from(*m).checked_div(*n)?.trunc().to_i64().map(Value::Months)
        }
        (Op::Div, Value::Nanos(d), Value::Number(n)) => {
            decimal(*d)?.checked_div(*n)?.trunc().to_i128().map(Value::Nanos)
        }
        (Op::Div, Value::Months(x), Value::Months(y)) => {
            Decimal::from(*x).checked_div(Decimal::from(*y)).map(Value::Number)
        }
        (Op::Div, Value::Nanos(x), Value::Nanos(y)) => {
            decimal(*x)?.checked_div(decimal(*y)?).map(Value::Number)
        }
        _ => None,
    }
}

fn decimal(n: i128) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(n, 0).ok()
}

fn numbers(op: Op, x: Decimal, y: Decimal) -> Option<Decimal> {
    match op {
        Op::Add => x.checked_add(y),
        Op::Sub => x.checked_sub(y),
        Op::Mul => x.checked_mul(y),
        Op::Div => x.checked_div(y),
        Op::Pow => power(x, y),
    }
}

fn power(x: Decimal, y: Decimal) -> Option<Decimal> {
    match y.normalize().to_i64() {
        Some(n) if y.is_integer() => {
            if x.is_zero() && n < 0 {
                return None;
            }
            // Powers by squaring keep 28 digits; a negative power divides once at the end.
            let mut result = Decimal::ONE;
            let (mut base, mut left) = (x, n.unsigned_abs());
            while left > 0 {
                if left & 1 == 1 {
                    result = result.checked_mul(base)?;
                }
                left >>= 1;
                if left > 0 {
                    base = base.checked_mul(base)?;
                }
            }
            if n < 0 { Decimal::ONE.checked_div(result) } else { Some(result) }
        }
        _ => x.checked_powd(y),
    }
}

fn add(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Date(d), Value::Months(n)) => d.add_months(*n).map(Value::Date),
        (Value::Date(d), Value::Nanos(n)) => {
            let start = DateTime { date: *d, time: Time { nanos: 0, offset: None } };
            start.add_nanos(*n).map(|t| Value::Date(t.date))
        }
        (Value::DateTime(t), Value::Months(n)) => {
            Some(Value::DateTime(DateTime { date: t.date.add_months(*n)?, time: t.time }))
        }
        (Value::DateTime(t), Value::Nanos(n)) => t.add_nanos(*n).map(Value::DateTime),
        (Value::Time(t), Value::Nanos(n)) => {
            let nanos = (i128::from(t.nanos).checked_add(*n)?).rem_euclid(i128::from(DAY_NS));
            Time::new(nanos as i64, t.offset).map(Value::Time)
        }
        (Value::Months(x), Value::Months(y)) => x.checked_add(*y).map(Value::Months),
        (Value::Nanos(x), Value::Nanos(y)) => x.checked_add(*y).map(Value::Nanos),
        _ => None,
    }
}

fn subtract(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Date(_) | Value::DateTime(_), Value::Date(_) | Value::DateTime(_)) => {
            let (x, y) = (moment(a)?, moment(b)?);
            // A date counts as midnight UTC beside a moment with an offset.
            let mixed = x.time.offset.is_some() != y.time.offset.is_some();
            let both_moments = matches!((a, b), (Value::DateTime(_), Value::DateTime(_)));
            if mixed && both_moments {
                return None;
            }
            x.instant().checked_sub(y.instant()).map(Value::Nanos)
        }
        (Value::Time(x), Value::Time(y)) if x.offset.is_some() == y.offset.is_some() => {
            Some(Value::Nanos(i128::from(x.utc_nanos() - y.utc_nanos())))
        }
        (_, Value::Months(_) | Value::Nanos(_)) => match negate(b) {
            Value::Null => None,
            minus => add(a, &minus),
        },
        _ => None,
    }
}

/// A date as its first moment, a moment as itself.
pub(super) fn moment(v: &Value) -> Option<DateTime> {
    match v {
        Value::Date(d) => Some(DateTime { date: *d, time: Time { nanos: 0, offset: None } }),
        Value::DateTime(t) => Some(*t),
        _ => None,
    }
}

/// `a.b`; on a list, the list of members.
pub(super) fn member(base: &Value, name: &Arc<str>) -> Value {
    match base {
        Value::Context(c) => c.get(name).cloned().unwrap_or(Value::Null),
        Value::List(items) => Value::list(items.iter().map(|i| member(i, name)).collect()),
        Value::Date(d) => date_member(*d, name),
        Value::Time(t) => time_member(*t, name),
        Value::DateTime(t) => match date_member(t.date, name) {
            Value::Null => time_member(t.time, name),
            v => v,
        },
        Value::Months(n) => match &**name {
            "years" => Value::int(n / 12),
            "months" => Value::int(n % 12),
            _ => Value::Null,
        },
        Value::Nanos(n) => nanos_member(*n, name),
        Value::Range(r) => {
            let end = |e: &Option<(Value, bool)>| e.as_ref().map_or(Value::Null, |(v, _)| v.clone());
            let closed = |e: &Option<(Value, bool)>| Value::Bool(e.as_ref().is_some_and(|(_, c)| *c));
            match &**name {
                "start" => end(&r.low),
                "end" => end(&r.high),
                "start included" => closed(&r.low),
                "end included" => closed(&r.high),
                _ => Value::Null,
            }
        }
        _ => Value::Null,
    }
}

fn date_member(d: Date, name: &str) -> Value {
    let (y, m, day) = d.ymd();
    match name {
        "year" => Value::int(y),
        "month" => Value::int(m),
        "day" => Value::int(day),
        "weekday" => Value::int(d.weekday()),
        _ => Value::Null,
    }
}

fn time_member(t: Time, name: &str) -> Value {
    let seconds = t.nanos / 1_000_000_000;
    match name {
        "hour" => Value::int(seconds / 3600),
        "minute" => Value::int(seconds / 60 % 60),
        "second" => Value::int(seconds % 60),
        "time offset" => t.offset.map_or(Value::Null, |o| Value::Nanos(i128::from(o) * 1_000_000_000)),
        _ => Value::Null,
    }
}

fn nanos_member(n: i128, name: &str) -> Value {
    let seconds = n / 1_000_000_000;
    let part = match name {
        "days" => seconds / 86_400,
        "hours" => seconds / 3600 % 24,
        "minutes" => seconds / 60 % 60,
        "seconds" => seconds % 60,
        _ => return Value::Null,
    };
    decimal(part).map_or(Value::Null, Value::Number)
}

/// The item at a place counted from 1, or from the end when negative.
pub(super) fn nth(list: &[Value], n: Decimal) -> Value {
    let at = match n.trunc().to_i64() {
        Some(n) if n > 0 => usize::try_from(n - 1).ok(),
        Some(n) if n < 0 => i64::try_from(list.len()).ok().and_then(|len| usize::try_from(len + n).ok()),
        _ => None,
    };
    at.and_then(|i| list.get(i)).cloned().unwrap_or(Value::Null)
}

/// The whole numbers or dates from one to the other, in either direction.
pub(super) fn run(machine: &Machine<'_>, from: &Value, to: &Value) -> Vec<Value> {
    let (a, b, dates) = match (from, to) {
        (Value::Number(a), Value::Number(b)) => match (a.trunc().to_i64(), b.trunc().to_i64()) {
            (Some(a), Some(b)) => (a, b, false),
            _ => return Vec::new(),
        },
        (Value::Date(a), Value::Date(b)) => (a.days(), b.days(), true),
        _ => return Vec::new(),
    };
    let length = usize::try_from(a.abs_diff(b)).unwrap_or(usize::MAX);
    if !machine.spend(length) {
        return Vec::new();
    }
    let make = |n: i64| if dates { Value::Date(Date::from_days(n)) } else { Value::int(n) };
    if a <= b { (a..=b).map(make).collect() } else { (b..=a).rev().map(make).collect() }
}
