//! The space of inputs of a table cut into boxes: for each tested expression its classes, and for
//! each class the rows that may hold there. What findings are computed on.

use super::classes::{Classes, KINDS, constants, is_static};
use super::describe;
use super::feel::ast::Test;
use super::feel::eval::{Machine, Scope};
use super::model::{Model, Table};
use super::types::Type;
use super::value::{Kind, Value};

/// The space of one table.
pub(super) struct Grid {
    pub(super) axes: Vec<Axis>,
    /// Words of a set of rows.
    pub(super) words: usize,
    /// Rows with a cell whose truth cannot be known beforehand.
    pub(super) open: Vec<bool>,
}

/// One tested expression; columns that test the same expression share an axis.
pub(super) struct Axis {
    /// The expression.
    pub(super) title: String,
    pub(super) classes: Classes,
    /// The classes inputs may fall into.
    pub(super) domain: Vec<usize>,
    /// For each class of the domain the rows that may hold there.
    masks: Vec<Vec<u64>>,
}

impl Axis {
    /// Rows that may hold on a place of the domain.
    pub(super) fn rows(&self, at: usize) -> &[u64] {
        &self.masks[at]
    }

    /// Whether a row may hold on a place of the domain.
    pub(super) fn holds(&self, row: usize, at: usize) -> bool {
        self.masks[at][row / 64] >> (row % 64) & 1 == 1
    }

    /// The value that stands for a place of the domain.
    pub(super) fn sample(&self, at: usize) -> Value {
        self.classes.samples[self.domain[at]].clone().unwrap_or(Value::Null)
    }

    /// The places of the domain in words.
    pub(super) fn describe(&self, places: &[usize]) -> String {
        if places.len() == self.domain.len() {
            return "-".to_owned();
        }
        describe::classes(&self.classes, &places.iter().map(|p| self.domain[*p]).collect::<Vec<_>>())
    }
}

impl Grid {
    /// Cuts the space of a table of a model.
    pub(super) fn new(model: &Model, table: &Table) -> Self {
        let rows = table.rules.len();
        let words = rows.div_ceil(64).max(1);
        let mut open = vec![false; rows];
        let mut titles: Vec<&str> = Vec::new();
        for c in &table.inputs {
            if !titles.contains(&&*c.expression.text) {
                titles.push(&c.expression.text);
            }
        }
        let axes = titles.into_iter().map(|title| {
            let columns: Vec<usize> =
                (0..table.inputs.len()).filter(|c| table.inputs[*c].expression.text == title).collect();
            axis(model, table, title, &columns, &mut open)
        });
        let axes = axes.collect();
        Self { axes, words, open }
    }

    /// The places of an axis where a row may hold.
    pub(super) fn places(&self, axis: usize, row: usize) -> Vec<usize> {
        let a = &self.axes[axis];
        (0..a.domain.len()).filter(|at| a.holds(row, *at)).collect()
    }
}

fn axis(model: &Model, table: &Table, title: &str, columns: &[usize], open: &mut [bool]) -> Axis {
    let kinds: Vec<Type> =
        columns.iter().map(|c| Type::of(input_type(model, table, *c).as_deref(), Some(model))).collect();
    let limits: Vec<&[Test]> = columns
        .iter()
        .filter_map(|c| table.inputs[*c].values.as_ref().map(|v| &v.tests[..]))
        .chain(
            kinds
                .iter()
                .filter_map(|k| if let Type::Constrained(_, tests) = k { Some(&tests[..]) } else { None }),
        )
        .filter(|t| is_static(t))
        .collect();
    let opaque = kinds
        .iter()
        .any(|k| matches!(k.plain(), Type::List(_) | Type::Context(_) | Type::Function | Type::Range));
    let cell = |r: usize, c: usize| &table.rules[r].inputs[c].tests[..];
    let known = |tests: &[Test]| is_static(tests) && (!opaque || matches!(tests, [Test::Any]));
    let all: Vec<&[Test]> = (0..table.rules.len())
        .flat_map(|r| columns.iter().map(move |c| cell(r, *c)))
        .chain(limits.iter().copied())
        .collect();
    let classes = Classes::of(all.iter().copied());
    let domain = domain(&classes, &kinds, &all, &limits);
    let words = table.rules.len().div_ceil(64).max(1);
    let mut masks = vec![vec![0u64; words]; domain.len()];
    let machine = Machine::bare();
    let scope = Scope::root(0, Vec::new());
    for (r, open) in open.iter_mut().enumerate() {
        *open |= columns.iter().any(|c| !known(cell(r, *c)));
        for (mask, class) in masks.iter_mut().zip(&domain) {
            let sample = classes.samples[*class].as_ref();
            let passes = |c: &usize| {
                let tests = cell(r, *c);
                !known(tests) || sample.is_some_and(|v| machine.matches(tests, v, &scope) == Some(true))
            };
            if columns.iter().all(passes) {
                mask[r / 64] |= 1 << (r % 64);
            }
        }
    }
    Axis { title: title.to_owned(), classes, domain, masks }
}

/// The declared type of an input: that of the column, else that of the variable it names.
fn input_type(model: &Model, table: &Table, column: usize) -> Option<String> {
    let e = &table.inputs[column].expression;
    // The variable's own type may carry allowed values that the column's plain type does not.
    let of_input = model.inputs.iter().find(|i| i.name == e.text).and_then(|i| i.type_ref.clone());
    let constrained = |t: &String| matches!(Type::named(t, Some(model)), Some(Type::Constrained(..)));
    of_input.clone().filter(constrained).or_else(|| e.type_ref.clone()).or(of_input)
}

/// The classes inputs may fall into, by type, by the constants used, and by allowed values.
fn domain(classes: &Classes, types: &[Type], tests: &[&[Test]], limits: &[&[Test]]) -> Vec<usize> {
    let (mut used, mut null) = ([false; KINDS.len()], false);
    for list in tests.iter().filter(|t| is_static(t)) {
        constants(list, &mut |v| note(v, &mut used, &mut null));
    }
    let mut kinds: Vec<Kind> = types.iter().flat_map(|t| kinds_of(t.plain())).collect();
    if kinds.len() > 1 || kinds.is_empty() {
        let meant = |k: &Kind| kinds.is_empty() || kinds.contains(k);
        let seen: Vec<Kind> = KINDS.into_iter().filter(|k| used[*k as usize] && meant(k)).collect();
        match (seen.is_empty(), kinds.is_empty()) {
            (false, _) => kinds = seen,
            (true, true) => kinds = vec![Kind::Text],
            (true, false) => kinds.truncate(1),
        }
    }
    let machine = Machine::bare();
    let scope = Scope::root(0, Vec::new());
    let nulls = if null { Some(0) } else { None };
    let of_kinds = kinds.iter().flat_map(|k| classes.range(*k));
    let allowed = |c: &usize| {
        let Some(v) = &classes.samples[*c] else { return false };
        // Null is in the domain when a cell speaks of it, and never forbidden.
        v.is_null() || limits.iter().all(|t| machine.matches(t, v, &scope) == Some(true))
    };
    nulls.into_iter().chain(of_kinds).filter(allowed).collect()
}

fn note(v: &Value, used: &mut [bool], null: &mut bool) {
    match v {
        Value::Null => *null = true,
        Value::List(items) => items.iter().for_each(|i| note(i, used, null)),
        Value::Range(r) => {
            [&r.low, &r.high].into_iter().flatten().for_each(|(v, _)| note(v, used, null));
        }
        other => {
            if let Some((kind, _)) = other.key() {
                used[kind as usize] = true;
            }
        }
    }
}

fn kinds_of(t: &Type) -> Vec<Kind> {
    match t {
        Type::Number => vec![Kind::Number],
        Type::Text => vec![Kind::Text],
        Type::Bool => vec![Kind::Bool],
        Type::Date => vec![Kind::Date],
        Type::Time => vec![Kind::LocalTime, Kind::UtcTime],
        Type::DateTime => vec![Kind::LocalMoment, Kind::UtcMoment],
        Type::Months => vec![Kind::Months],
        Type::Nanos => vec![Kind::Nanos],
        _ => Vec::new(),
    }
}
