//! Built-in functions on lists and contexts (DMN 1.3, 10.3.4.4 and 10.3.4.7); places count from 1.

use std::cmp::Ordering;
use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::eval::{Machine, truth};
use crate::table::value::{self, Context, Value};

pub(super) fn call(machine: &Machine<'_>, name: &str, mut args: Vec<Value>) -> Option<Value> {
    if let ("min" | "max" | "sum" | "mean" | "product" | "median" | "all" | "any" | "count", true) =
        (name, !(args.len() == 1 && matches!(args[0], Value::List(_) | Value::Null)))
    {
        // `max(a, b)` is short for `max([a, b])`.
        args = vec![Value::list(args)];
    }
    match (name, &args[..]) {
        ("get value", [Value::Context(c), Value::Text(k)]) => Some(c.get(k).cloned().unwrap_or(Value::Null)),
        ("get entries", [Value::Context(c)]) => Some(entries(c)),
        ("concatenate" | "union", lists) => join(machine, lists, name == "union"),
        (_, [Value::Null, ..]) => Some(Value::Null),
        (_, [Value::List(items), rest @ ..]) => on_list(machine, name, items, rest),
        (_, [single, rest @ ..]) => on_list(machine, name, std::slice::from_ref(single), rest),
        _ => None,
    }
}

fn on_list(machine: &Machine<'_>, name: &str, items: &[Value], rest: &[Value]) -> Option<Value> {
    if !machine.spend(items.len()) {
        return None;
    }
    match (name, rest) {
        ("count", []) => i64::try_from(items.len()).ok().map(Value::int),
        ("sum" | "mean" | "product" | "median", []) => aggregate(name, items),
        ("min", []) => extreme(items, Ordering::Less),
        ("max", []) => extreme(items, Ordering::Greater),
        ("all", []) => Some(truth(value::all(items.iter().map(boolean)))),
        ("any", []) => Some(truth(value::any(items.iter().map(boolean)))),
        ("reverse", []) => Some(Value::list(items.iter().rev().cloned().collect())),
        ("distinct values", []) => distinct(machine, items.to_vec()),
        ("flatten", []) => {
            let mut out = Vec::new();
            flatten(machine, items, &mut out).then(|| Value::list(out))
        }
        ("list contains", [x]) => Some(Value::Bool(items.iter().any(|i| i.equals(x) == Some(true)))),
        ("index of", [x]) => {
            let places = items.iter().zip(1i64..).filter(|(i, _)| i.equals(x) == Some(true));
            Some(Value::list(places.map(|(_, n)| Value::int(n)).collect()))
        }
        ("append", more) => Some(Value::list(items.iter().chain(more).cloned().collect())),
        ("remove", [p]) => {
            let at = place(items.len(), p)?;
            let kept = items.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, v)| v.clone());
            Some(Value::list(kept.collect()))
        }
        ("insert before", [p, x]) => {
            let at = place(items.len(), p)?;
            let mut out = items.to_vec();
            out.insert(at, x.clone());
            Some(Value::list(out))
        }
        ("sublist", [start, length @ ..]) => sublist(items, start, length),
        ("sort", [Value::Function(f)]) => {
            let before = |a: &Value, b: &Value| {
                matches!(machine.call(f, vec![a.clone(), b.clone()]), Value::Bool(true))
            };
            Some(Value::list(merge_sort(items.to_vec(), &before)))
        }
        _ => None,
    }
}

fn boolean(v: &Value) -> Option<bool> {
    if let Value::Bool(b) = v { Some(*b) } else { None }
}

fn aggregate(name: &str, items: &[Value]) -> Option<Value> {
    let mut numbers = Vec::with_capacity(items.len());
    for item in items {
        let Value::Number(n) = item else { return None };
        numbers.push(*n);
    }
    if numbers.is_empty() {
        return Some(Value::Null);
    }
    let sum = || numbers.iter().try_fold(Decimal::ZERO, |a, n| a.checked_add(*n));
    let result = match name {
        "sum" => sum(),
        "mean" => sum()?.checked_div(Decimal::from(numbers.len())),
        "product" => numbers.iter().try_fold(Decimal::ONE, |a, n| a.checked_mul(*n)),
        _ => {
            numbers.sort_unstable();
            let mid = numbers.len() / 2;
            match numbers.len() % 2 {
                1 => Some(numbers[mid]),
                _ => numbers[mid - 1].checked_add(numbers[mid])?.checked_div(Decimal::TWO),
            }
        }
    };
    result.map(Value::Number)
}

/// The least or greatest item; nothing when two items cannot be compared.
pub(crate) fn extreme(items: &[Value], wanted: Ordering) -> Option<Value> {
    let Some((first, rest)) = items.split_first() else { return Some(Value::Null) };
    first.compare(first)?;
    let best = rest.iter().try_fold(first, |best, x| {
        let order = x.compare(best)?;
        Some(if order == wanted { x } else { best })
    });
    best.cloned()
}

fn place(len: usize, v: &Value) -> Option<usize> {
    let Value::Number(n) = v else { return None };
    let len = i64::try_from(len).ok()?;
    let at = match n.trunc().to_i64()? {
        n if n > 0 => n - 1,
        n if n < 0 => len + n,
        _ => return None,
    };
    if (0..len).contains(&at) { usize::try_from(at).ok() } else { None }
}

fn sublist(items: &[Value], start: &Value, length: &[Value]) -> Option<Value> {
    let at = place(items.len(), start)?;
    let end = match length {
        [] | [Value::Null] => items.len(),
        [Value::Number(n)] => at.checked_add(n.trunc().to_usize()?)?,
        _ => return None,
    };
    items.get(at..end).map(|s| Value::list(s.to_vec()))
}

fn join(machine: &Machine<'_>, lists: &[Value], once: bool) -> Option<Value> {
    let mut out = Vec::new();
    for list in lists {
        match list {
            Value::List(items) => {
                if !machine.spend(items.len()) {
                    return None;
                }
                out.extend(items.iter().cloned());
            }
            single => out.push(single.clone()),
        }
    }
    if once { distinct(machine, out) } else { Some(Value::list(out)) }
}

fn distinct(machine: &Machine<'_>, items: Vec<Value>) -> Option<Value> {
    let mut out: Vec<Value> = Vec::new();
    for item in items {
        if !machine.spend(out.len()) {
            return None;
        }
        if out.iter().all(|o| o.equals(&item) != Some(true)) {
            out.push(item);
        }
    }
    Some(Value::list(out))
}

fn flatten(machine: &Machine<'_>, items: &[Value], out: &mut Vec<Value>) -> bool {
    items.iter().all(|item| match item {
        Value::List(inner) => machine.spend(inner.len()) && flatten(machine, inner, out),
        other => {
            out.push(other.clone());
            true
        }
    })
}

/// A stable sort that only asks whether one item goes before another; any answers are survived.
fn merge_sort(mut items: Vec<Value>, before: &dyn Fn(&Value, &Value) -> bool) -> Vec<Value> {
    if items.len() < 2 {
        return items;
    }
    let right = merge_sort(items.split_off(items.len() / 2), before);
    let left = merge_sort(items, before);
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (l.peek(), r.peek()) {
        let next = if before(b, a) { r.next() } else { l.next() };
        out.extend(next);
    }
    out.extend(l);
    out.extend(r);
    out
}

fn entries(c: &Context) -> Value {
    let pair = |(k, v): &(Arc<str>, Value)| {
        let pair = [(Arc::from("key"), Value::Text(k.clone())), (Arc::from("value"), v.clone())];
        Value::Context(Arc::new(Context::new(pair)))
    };
    Value::list(c.iter().map(pair).collect())
}
