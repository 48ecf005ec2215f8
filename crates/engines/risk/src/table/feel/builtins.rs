//! Built-in functions of FEEL (DMN 1.3, 10.3.4): their names and parameters, and the numeric and
//! temporal ones. Those that read a clock or need a regular expression are left out on purpose.

use std::sync::OnceLock;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy};

use super::eval::{Machine, truth};
use super::names::Names;
use super::{builtins_list, builtins_text, ops, primary};
use crate::table::temporal::{Date, DateTime, Time};
use crate::table::value::Value;

#[derive(Clone, Copy)]
enum Group {
    Numeric,
    Temporal,
    Text,
    List,
}

use Group::{List as L, Numeric as N, Temporal as D, Text as T};

/// Name, group, and the ways its parameters may be named.
const TABLE: &[(&str, Group, &[&[&str]])] = &[
    ("number", N, &[&["from", "grouping separator", "decimal separator"]]),
    ("not", N, &[&["negand"]]),
    ("decimal", N, &[&["n", "scale"]]),
    ("floor", N, &[&["n"], &["n", "scale"]]),
    ("ceiling", N, &[&["n"], &["n", "scale"]]),
    ("round up", N, &[&["n", "scale"]]),
    ("round down", N, &[&["n", "scale"]]),
    ("round half up", N, &[&["n", "scale"]]),
    ("round half down", N, &[&["n", "scale"]]),
    ("abs", N, &[&["n"]]),
    ("modulo", N, &[&["dividend", "divisor"]]),
    ("sqrt", N, &[&["number"]]),
    ("log", N, &[&["number"]]),
    ("exp", N, &[&["number"]]),
    ("odd", N, &[&["number"]]),
    ("even", N, &[&["number"]]),
    ("date", D, &[&["from"], &["year", "month", "day"]]),
    ("time", D, &[&["from"], &["hour", "minute", "second", "offset"]]),
    ("date and time", D, &[&["from"], &["date", "time"]]),
    ("duration", D, &[&["from"]]),
    ("years and months duration", D, &[&["from", "to"]]),
    ("day of year", D, &[&["date"]]),
    ("day of week", D, &[&["date"]]),
    ("month of year", D, &[&["date"]]),
    ("week of year", D, &[&["date"]]),
    ("is", D, &[&["value1", "value2"]]),
    ("string", T, &[&["from"]]),
    ("substring", T, &[&["string", "start position", "length"], &["string", "start position"]]),
    ("string length", T, &[&["string"]]),
    ("upper case", T, &[&["string"]]),
    ("lower case", T, &[&["string"]]),
    ("substring before", T, &[&["string", "match"]]),
    ("substring after", T, &[&["string", "match"]]),
    ("contains", T, &[&["string", "match"]]),
    ("starts with", T, &[&["string", "match"]]),
    ("ends with", T, &[&["string", "match"]]),
    ("string join", T, &[&["list", "delimiter"], &["list"]]),
    ("list contains", L, &[&["list", "element"]]),
    ("count", L, &[&["list"]]),
    ("min", L, &[&["list"]]),
    ("max", L, &[&["list"]]),
    ("sum", L, &[&["list"]]),
    ("mean", L, &[&["list"]]),
    ("product", L, &[&["list"]]),
    ("median", L, &[&["list"]]),
    ("all", L, &[&["list"]]),
    ("any", L, &[&["list"]]),
    ("sublist", L, &[&["list", "start position", "length"], &["list", "start position"]]),
    ("append", L, &[&["list", "item"]]),
    ("concatenate", L, &[]),
    ("insert before", L, &[&["list", "position", "newItem"]]),
    ("remove", L, &[&["list", "position"]]),
    ("reverse", L, &[&["list"]]),
    ("index of", L, &[&["list", "match"]]),
    ("union", L, &[]),
    ("distinct values", L, &[&["list"]]),
    ("flatten", L, &[&["list"]]),
    ("sort", L, &[&["list", "precedes"]]),
    ("get value", L, &[&["m", "key"]]),
    ("get entries", L, &[&["m"]]),
];

fn find(name: &str) -> Option<&'static (&'static str, Group, &'static [&'static [&'static str]])> {
    TABLE.iter().find(|(n, ..)| *n == name)
}

/// Whether the name is that of a built-in function.
pub fn is_builtin(name: &str) -> bool {
    find(name).is_some()
}

/// The names of all built-in functions.
pub fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Names::default();
        TABLE.iter().for_each(|(n, ..)| names.add(n));
        names
    })
}

/// The parameter list that holds every given name.
pub fn parameters<'a>(
    name: &str,
    given: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'static [&'static str]> {
    let (_, _, lists) = find(name)?;
    let fits = |list: &&[&str]| given.clone().all(|g| list.contains(&g));
    // The shortest list that fits, so that absent optional parameters are not passed as null.
    lists.iter().copied().filter(|l| fits(l)).min_by_key(|l| l.len())
}

/// Calls a built-in function; nothing when it cannot take the arguments.
pub fn call(machine: &Machine<'_>, name: &str, args: Vec<Value>) -> Option<Value> {
    match find(name)?.1 {
        Group::Numeric => numeric(name, &args),
        Group::Temporal => temporal(name, &args),
        Group::Text => builtins_text::call(machine, name, &args),
        Group::List => builtins_list::call(machine, name, args),
    }
}

fn numeric(name: &str, args: &[Value]) -> Option<Value> {
    if name == "not" {
        return match args {
            [Value::Bool(b)] => Some(Value::Bool(!b)),
            [_] => Some(Value::Null),
            _ => None,
        };
    }
    if name == "number" {
        return number(args);
    }
    let numbers: Option<Vec<Decimal>> =
        args.iter().map(|a| if let Value::Number(n) = a { Some(*n) } else { None }).collect();
    let numbers = numbers?;
    let scaled = |s: RoundingStrategy| match numbers[..] {
        [n, scale] => round(n, scale, s),
        [n] => Some(n.round_dp_with_strategy(0, s)),
        _ => None,
    };
    let whole = |n: Decimal| n.is_integer().then(|| n % Decimal::TWO == Decimal::ZERO);
    let result = match (name, &numbers[..]) {
        ("odd", [n]) => return Some(truth(whole(*n).map(|e| !e))),
        ("even", [n]) => return Some(truth(whole(*n))),
        ("decimal", _) => scaled(RoundingStrategy::MidpointNearestEven),
        ("floor", _) => scaled(RoundingStrategy::ToNegativeInfinity),
        ("ceiling", _) => scaled(RoundingStrategy::ToPositiveInfinity),
        ("round up", [_, _]) => scaled(RoundingStrategy::AwayFromZero),
        ("round down", [_, _]) => scaled(RoundingStrategy::ToZero),
        ("round half up", [_, _]) => scaled(RoundingStrategy::MidpointAwayFromZero),
        ("round half down", [_, _]) => scaled(RoundingStrategy::MidpointTowardZero),
        ("abs", [n]) => Some(n.abs()),
        ("modulo", [a, b]) => a.checked_div(*b).and_then(|q| a.checked_sub(b.checked_mul(q.floor())?)),
        ("sqrt", [n]) => n.sqrt(),
        ("log", [n]) => n.checked_ln(),
        ("exp", [n]) => n.checked_exp(),
        _ => None,
    };
    result.map(Value::Number)
}

/// Rounds to so many places after the point; negative scales round before it.
fn round(n: Decimal, scale: Decimal, how: RoundingStrategy) -> Option<Decimal> {
    let scale = scale.trunc().to_i32()?;
    match u32::try_from(scale) {
        Ok(s) => Some(n.round_dp_with_strategy(s, how)),
        Err(_) => {
            let unit = Decimal::TEN.checked_powi(i64::from(-scale))?;
            n.checked_div(unit)?.round_dp_with_strategy(0, how).checked_mul(unit)
        }
    }
}

fn number(args: &[Value]) -> Option<Value> {
    let (text, group, point) = match args {
        [Value::Number(n)] => return Some(Value::Number(*n)),
        [Value::Text(t)] => (t, None, None),
        [Value::Text(t), g, p] => (t, separator(g, &[" ", ",", "."])?, separator(p, &[",", "."])?),
        _ => return None,
    };
    if group.is_some() && group == point {
        return None;
    }
    let mut text = text.to_string();
    if let Some(g) = group {
        text = text.replace(g, "");
    }
    if let Some(p) = point {
        text = text.replace(p, ".");
    }
    let plain = text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let value = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text)).ok();
    value.filter(|_| plain).map(Value::Number)
}

fn separator<'a>(v: &Value, allowed: &[&'a str]) -> Option<Option<&'a str>> {
    match v {
        Value::Null => Some(None),
        Value::Text(t) => allowed.iter().find(|a| **a == &**t).map(|a| Some(*a)),
        _ => None,
    }
}

fn temporal(name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("date", [Value::Text(t)]) => Date::parse(t).map(Value::Date),
        ("date", [v @ (Value::Date(_) | Value::DateTime(_))]) => ops::moment(v).map(|m| Value::Date(m.date)),
        ("date", [y, m, d]) => Date::new(whole(y)?, whole(m)?, whole(d)?).map(Value::Date),
        ("time", [Value::Text(t)]) => Time::parse(t).map(Value::Time),
        ("time", [Value::Time(t)]) => Some(Value::Time(*t)),
        ("time", [Value::DateTime(t)]) => Some(Value::Time(t.time)),
        ("time", [Value::Date(_)]) => Time::new(0, Some(0)).map(Value::Time),
        ("time", [h, m, s, rest @ ..]) => time_of(h, m, s, rest),
        ("date and time", [Value::Text(t)]) => {
            let midnight = || ops::moment(&Value::Date(Date::parse(t)?));
            DateTime::parse(t).or_else(midnight).map(Value::DateTime)
        }
        ("date and time", [Value::DateTime(t)]) => Some(Value::DateTime(*t)),
        ("date and time", [d, Value::Time(time)]) => {
            Some(Value::DateTime(DateTime { date: ops::moment(d)?.date, time: *time }))
        }
        ("duration", [Value::Text(t)]) => {
            primary::temporal(t).filter(|v| matches!(v, Value::Months(_) | Value::Nanos(_)))
        }
        ("duration", [v @ (Value::Months(_) | Value::Nanos(_))]) => Some(v.clone()),
        ("years and months duration", [a, b]) => months_between(ops::moment(a)?, ops::moment(b)?),
        ("is", [a, b]) => Some(Value::Bool(match (a.key(), b.key()) {
            (Some(x), Some(y)) => x == y,
            _ => a.equals(b)?,
        })),
        (_, [v]) => calendar(name, ops::moment(v)?.date),
        _ => None,
    }
}

fn whole(v: &Value) -> Option<i64> {
    match v {
        Value::Number(n) if n.is_integer() => n.to_i64(),
        _ => None,
    }
}

fn time_of(h: &Value, m: &Value, s: &Value, rest: &[Value]) -> Option<Value> {
    let Value::Number(seconds) = s else { return None };
    let (h, m) = (whole(h)?, whole(m)?);
    if !(0..24).contains(&h)
        || !(0..60).contains(&m)
        || *seconds < Decimal::ZERO
        || *seconds >= Decimal::from(60)
    {
        return None;
    }
    let offset = match rest {
        [] | [Value::Null] => None,
        [Value::Nanos(n)] => Some(i32::try_from(n / 1_000_000_000).ok()?),
        _ => return None,
    };
    let nanos = (seconds * Decimal::from(1_000_000_000)).trunc().to_i64()?;
    Time::new((h * 3600 + m * 60) * 1_000_000_000 + nanos, offset).map(Value::Time)
}

fn months_between(a: DateTime, b: DateTime) -> Option<Value> {
    let (ya, ma, da) = a.date.ymd();
    let (yb, mb, db) = b.date.ymd();
    let whole = (yb * 12 + mb) - (ya * 12 + ma);
    let rest = (db, b.time.nanos).cmp(&(da, a.time.nanos));
    // An unfinished month does not count, whichever way the time runs.
    let months = match (whole, rest) {
        (w, std::cmp::Ordering::Less) if w > 0 => w - 1,
        (w, std::cmp::Ordering::Greater) if w < 0 => w + 1,
        (w, _) => w,
    };
    Some(Value::Months(months))
}

fn calendar(name: &str, d: Date) -> Option<Value> {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (y, m, _) = d.ymd();
    let day_of_year = d.days() - Date::new(y, 1, 1)?.days() + 1;
    match name {
        "day of year" => Some(Value::int(day_of_year)),
        "day of week" => DAYS.get(usize::try_from(d.weekday() - 1).ok()?).map(|s| Value::text(*s)),
        "month of year" => MONTHS.get(usize::try_from(m - 1).ok()?).map(|s| Value::text(*s)),
        "week of year" => {
            // The ISO week belongs to the year of its Thursday.
            let thursday = Date::from_days(d.days() - d.weekday() + 4);
            let first = Date::new(thursday.ymd().0, 1, 1)?;
            Some(Value::int((thursday.days() - first.days()) / 7 + 1))
        }
        _ => None,
    }
}
