//! Evaluation of one decision table row by row, and its hit policy (DMN 1.3, 8.2.10 and 8.3.3).

use std::cmp::Ordering;
use std::sync::Arc;

use super::feel::ast::Op;
use super::feel::builtins_list::extreme;
use super::feel::eval::{Machine, Scope, TableHits};
use super::feel::ops;
use super::model::{Aggregation, HitPolicy, Table};
use super::types;
use super::value::{Context, Value};

/// Evaluates a table in a scope and notes the rows it met.
pub fn evaluate(machine: &Machine<'_>, table: &Table, scope: &Scope<'_>) -> Value {
    let mut inputs = Vec::with_capacity(table.inputs.len());
    for (i, column) in table.inputs.iter().enumerate() {
        let v = machine.eval(&column.expression.expr, scope);
        // A missing input is judged by the cells; only a value that is present can be forbidden.
        let forbidden = !v.is_null()
            && column.values.as_ref().is_some_and(|c| machine.matches(&c.tests, &v, scope) != Some(true));
        if forbidden {
            let place = format!("{} / {}", table.title(), i + 1);
            let en = format!("the input {v} is not among the input values");
            return machine.fail(&place, format!("输入 {v} 不在允许的输入值内"), en);
        }
        inputs.push(v);
    }
    let matched: Vec<usize> =
        (0..table.rules.len()).filter(|r| row_matches(machine, table, *r, &inputs, scope)).collect();
    conclude(machine, table, &matched, scope, &mut |r| row_output(machine, table, r, scope))
}

/// Whether every cell of a row holds for the inputs.
pub fn row_matches(
    machine: &Machine<'_>,
    table: &Table,
    row: usize,
    inputs: &[Value],
    scope: &Scope<'_>,
) -> bool {
    let cells = table.rules[row].inputs.iter().zip(inputs);
    cells.into_iter().all(|(cell, v)| machine.matches(&cell.tests, v, scope) == Some(true))
}

/// The output of a row: a single value, or a context of several.
pub fn row_output(machine: &Machine<'_>, table: &Table, row: usize, scope: &Scope<'_>) -> Value {
    let outputs = &table.rules[row].outputs;
    if let [single] = &outputs[..] {
        return machine.eval(&single.expr, scope);
    }
    let entry = |(i, e): (usize, &super::model::Literal)| {
        (Arc::from(table.output_name(i)), machine.eval(&e.expr, scope))
    };
    Value::Context(Arc::new(Context::new(outputs.iter().enumerate().map(entry))))
}

/// Applies the hit policy to the rows that matched (from 0) and notes which were used.
pub fn conclude(
    machine: &Machine<'_>,
    table: &Table,
    matched: &[usize],
    scope: &Scope<'_>,
    output: &mut dyn FnMut(usize) -> Value,
) -> Value {
    let mut used: Vec<usize> = Vec::new();
    let value = choose(machine, table, matched, scope, output, &mut used);
    let one_up = |rows: &[usize]| rows.iter().map(|r| r + 1).collect();
    machine.note_hits(TableHits { table: table.title(), matched: one_up(matched), used: one_up(&used) });
    value
}

/// The result of the hit policy over the rows that matched (from 0); `used` tells which made it up.
pub(super) fn choose(
    machine: &Machine<'_>,
    table: &Table,
    matched: &[usize],
    scope: &Scope<'_>,
    output: &mut dyn FnMut(usize) -> Value,
    used: &mut Vec<usize>,
) -> Value {
    let Some(&first) = matched.first() else { return nothing(machine, table, scope) };
    let rows = || matched.iter().map(|r| (r + 1).to_string()).collect::<Vec<_>>().join(", ");
    match table.policy {
        HitPolicy::Unique if matched.len() > 1 => {
            let (zh, en) = (format!("规则 {} 同时命中", rows()), format!("rows {} match at once", rows()));
            machine.fail(&table.title(), zh, en)
        }
        HitPolicy::Unique | HitPolicy::First => {
            used.push(first);
            output(first)
        }
        HitPolicy::Any => {
            let value = output(first);
            if matched[1..].iter().any(|r| output(*r) != value) {
                let (zh, en) = (
                    format!("规则 {} 的输出不一致", rows()),
                    format!("rows {} give different outputs", rows()),
                );
                return machine.fail(&table.title(), zh, en);
            }
            used.extend(matched);
            value
        }
        HitPolicy::Priority => {
            let best = ranked(table, matched, output).into_iter().next();
            best.map_or(Value::Null, |(r, v)| {
                used.push(r);
                v
            })
        }
        HitPolicy::OutputOrder => {
            let all = ranked(table, matched, output);
            used.extend(all.iter().map(|(r, _)| r));
            Value::list(all.into_iter().map(|(_, v)| v).collect())
        }
        HitPolicy::RuleOrder => {
            used.extend(matched);
            Value::list(matched.iter().map(|r| output(*r)).collect())
        }
        HitPolicy::Collect => {
            used.extend(matched);
            let values: Vec<Value> = matched.iter().map(|r| output(*r)).collect();
            aggregate(machine, table, values)
        }
    }
}

/// The result when no row matches: the default outputs, else an empty collection or null.
fn nothing(machine: &Machine<'_>, table: &Table, scope: &Scope<'_>) -> Value {
    let defaults: Vec<Option<Value>> =
        table.outputs.iter().map(|o| o.default.as_ref().map(|d| machine.eval(&d.expr, scope))).collect();
    if defaults.iter().any(Option::is_some) {
        if let [single] = &defaults[..] {
            return single.clone().unwrap_or(Value::Null);
        }
        let entry =
            |(i, v): (usize, Option<Value>)| (Arc::from(table.output_name(i)), v.unwrap_or(Value::Null));
        return Value::Context(Arc::new(Context::new(defaults.into_iter().enumerate().map(entry))));
    }
    match (table.policy, table.aggregation) {
        (HitPolicy::Collect, None) => Value::list(Vec::new()),
        (HitPolicy::Collect, Some(Aggregation::Count)) => Value::int(0),
        _ => Value::Null,
    }
}

fn aggregate(machine: &Machine<'_>, table: &Table, values: Vec<Value>) -> Value {
    let result = match table.aggregation {
        None => Some(Value::list(values)),
        Some(Aggregation::Count) => i64::try_from(values.len()).ok().map(Value::int),
        Some(Aggregation::Min) => extreme(&values, Ordering::Less),
        Some(Aggregation::Max) => extreme(&values, Ordering::Greater),
        Some(Aggregation::Sum) => {
            let mut items = values.into_iter();
            items.next().and_then(|first| {
                let number = |v: &Value| matches!(v, Value::Number(_) | Value::Months(_) | Value::Nanos(_));
                let total = items.try_fold(first, |a, v| ops::arith(Op::Add, &a, &v));
                total.filter(number)
            })
        }
    };
    result.unwrap_or_else(|| machine.fail(&table.title(), "输出无法汇总", "the outputs cannot be aggregated"))
}

/// The matching rows with their outputs, by the order of the output values and then of the table.
fn ranked(table: &Table, matched: &[usize], output: &mut dyn FnMut(usize) -> Value) -> Vec<(usize, Value)> {
    let mut all: Vec<(Vec<usize>, usize, Value)> = matched
        .iter()
        .map(|r| {
            let v = output(*r);
            (rank(table, &v), *r, v)
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all.into_iter().map(|(_, r, v)| (r, v)).collect()
}

/// Places of an output in the lists of output values, column by column; the first is the highest.
pub fn rank(table: &Table, output: &Value) -> Vec<usize> {
    let place = |i: usize, v: &Value| {
        let tests = table.outputs[i].values.as_ref().map_or(&[][..], |c| &c.tests[..]);
        tests.iter().position(|t| types::allowed(std::slice::from_ref(t), v)).unwrap_or(tests.len())
    };
    match output {
        Value::Context(c) if table.outputs.len() > 1 => (0..table.outputs.len())
            .map(|i| place(i, c.get(&table.output_name(i)).unwrap_or(&Value::Null)))
            .collect(),
        single => vec![place(0, single)],
    }
}
