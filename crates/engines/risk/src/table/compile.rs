//! Compiled decision tables: one set of rows for each input, intersected, then the hit policy.

use std::sync::Arc;

use super::classes::is_static;
use super::column::Column;
use super::feel::ast::Expr;
use super::feel::builtins::is_builtin;
use super::feel::eval::{Machine, Scope};
use super::hit;
use super::model::{HitPolicy, Model, Table};
use super::problem::Problem;
use super::value::Value;

/// A table ready for many decisions. Inputs are given in the order of the input columns.
#[derive(Clone, Debug)]
pub struct Compiled {
    table: Table,
    words: usize,
    columns: Vec<Column>,
    /// Input values of each column, as a column of one row.
    guards: Vec<Option<Column>>,
    /// Rows with a cell that refers to other values and is asked after the rest.
    open_rows: Vec<u64>,
    /// Outputs that do not depend on anything.
    constants: Vec<Option<Value>>,
    /// For each row its place by output values, when all outputs are constant.
    order: Option<Vec<usize>>,
}

/// Buffers kept from one decision to the next, with the rows of the last.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    bits: Vec<u64>,
    /// Rows that matched, from 0.
    pub matched: Vec<usize>,
    /// Rows the result is made of, from 0, in the order of the result.
    pub used: Vec<usize>,
}

/// Why a decision came out as it did.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The result.
    pub value: Value,
    /// Inputs by column heading, as they were tested.
    pub inputs: Vec<(String, String)>,
    /// Rows that matched, from 1, with their identity in the file and their conditions.
    pub matched: Vec<RowHit>,
    /// Rows the result is made of, from 1.
    pub used: Vec<usize>,
    /// What the hit policy did, in Chinese.
    pub zh: String,
    /// What the hit policy did, in English.
    pub en: String,
    /// What went wrong, if anything.
    pub problems: Vec<Problem>,
}

/// A row that matched.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RowHit {
    /// Number of the row, from 1.
    pub row: usize,
    /// Identity in the file, may be empty.
    pub id: String,
    /// Conditions that are not `-`, each with the heading of its column.
    pub conditions: Vec<String>,
    /// Description and annotations of the row.
    pub remarks: Vec<String>,
}

impl Compiled {
    /// Compiles the table of a decision; nothing when the decision has none.
    pub fn of_decision(model: &Model, decision: &str) -> Option<Self> {
        model.table(decision).map(Self::new)
    }

    /// Compiles a table.
    pub fn new(table: &Table) -> Self {
        let rows = table.rules.len();
        let words = rows.div_ceil(64).max(1);
        let columns = (0..table.inputs.len())
            .map(|c| Column::new(&table.rules.iter().map(|r| &r.inputs[c].tests[..]).collect::<Vec<_>>()))
            .collect();
        let mut open_rows = vec![0u64; words];
        for (r, rule) in table.rules.iter().enumerate() {
            if rule.inputs.iter().any(|c| !is_static(&c.tests)) {
                open_rows[r / 64] |= 1 << (r % 64);
            }
        }
        let constants: Vec<Option<Value>> = (0..rows).map(|r| constant_output(table, r)).collect();
        let ranks: Option<Vec<Vec<usize>>> =
            constants.iter().map(|c| c.as_ref().map(|v| hit::rank(table, v))).collect();
        let order = ranks.map(|ranks| {
            let mut by_rank: Vec<usize> = (0..rows).collect();
            by_rank.sort_by(|a, b| ranks[*a].cmp(&ranks[*b]).then(a.cmp(b)));
            let mut order = vec![0; rows];
            by_rank.iter().enumerate().for_each(|(place, r)| order[*r] = place);
            order
        });
        let guards = table.inputs.iter().map(|c| {
            let tests = c.values.as_ref().map(|v| &v.tests[..]).filter(|t| is_static(t));
            tests.map(|t| Column::new(&[t]))
        });
        let guards = guards.collect();
        Self { table: table.clone(), words, columns, guards, open_rows, constants, order }
    }

    /// The table as it was compiled.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Decides for one set of inputs. An error gives null, as DMN has it; [`Self::explain`] names it.
    pub fn decide(&self, inputs: &[Value], scratch: &mut Scratch) -> Value {
        scratch.used.clear();
        if !self.find(inputs, scratch) {
            return Value::Null;
        }
        match (self.table.policy, &scratch.matched[..]) {
            (HitPolicy::Unique, [row]) | (HitPolicy::First | HitPolicy::Any, [row, ..])
                if self.constants[*row].is_some() && self.agree(&scratch.matched) =>
            {
                let row = *row;
                if self.table.policy == HitPolicy::Any {
                    scratch.used.extend_from_slice(&scratch.matched);
                } else {
                    scratch.used.push(row);
                }
                return self.constants[row].clone().unwrap_or(Value::Null);
            }
            (HitPolicy::Priority, [_, ..]) => {
                if let Some(order) = &self.order
                    && let Some(best) = scratch.matched.iter().copied().min_by_key(|r| order[*r])
                {
                    scratch.used.push(best);
                    return self.constants[best].clone().unwrap_or(Value::Null);
                }
            }
            _ => {}
        }
        let machine = Machine::bare();
        let scope = Scope::root(0, self.variables(inputs));
        self.conclude(&machine, scratch, &scope)
    }

    /// Under the policy Any, whether the constant outputs of the rows agree; else nothing to check.
    fn agree(&self, rows: &[usize]) -> bool {
        self.table.policy != HitPolicy::Any
            || rows
                .windows(2)
                .all(|w| self.constants[w[0]].is_some() && self.constants[w[0]] == self.constants[w[1]])
    }

    fn conclude(&self, machine: &Machine<'_>, scratch: &mut Scratch, scope: &Scope<'_>) -> Value {
        let mut output = |r: usize| match &self.constants[r] {
            Some(v) => v.clone(),
            None => hit::row_output(machine, &self.table, r, scope),
        };
        hit::choose(machine, &self.table, &scratch.matched, scope, &mut output, &mut scratch.used)
    }

    /// Fills in the rows that match; false when the inputs are not such as the table takes.
    fn find(&self, inputs: &[Value], scratch: &mut Scratch) -> bool {
        scratch.matched.clear();
        scratch.bits.clear();
        scratch.bits.resize(self.words, u64::MAX);
        if inputs.len() != self.columns.len() || !self.admitted(inputs) {
            return false;
        }
        for (c, (column, v)) in self.columns.iter().zip(inputs).enumerate() {
            match column.rows(v) {
                Some(rows) => scratch.bits.iter_mut().zip(rows).for_each(|(b, r)| *b &= r),
                None => self.ask_cells(c, v, &mut scratch.bits),
            }
        }
        let rows = self.table.rules.len();
        for (w, bits) in scratch.bits.iter().enumerate() {
            let mut left = *bits;
            while left != 0 {
                let row = w * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                if row < rows {
                    scratch.matched.push(row);
                }
            }
        }
        let open = |r: &usize| self.open_rows[r / 64] >> (r % 64) & 1 == 1;
        if scratch.matched.iter().any(open) {
            let machine = Machine::bare();
            let scope = Scope::root(0, self.variables(inputs));
            scratch
                .matched
                .retain(|r| !open(r) || hit::row_matches(&machine, &self.table, *r, inputs, &scope));
        }
        true
    }

    /// Whether every input that is present is among the input values of its column.
    fn admitted(&self, inputs: &[Value]) -> bool {
        self.table.inputs.iter().zip(&self.guards).zip(inputs).all(|((column, guard), v)| {
            let Some(cell) = column.values.as_ref().filter(|_| !v.is_null()) else { return true };
            match guard.as_ref().and_then(|g| g.rows(v)) {
                Some(rows) => rows[0] & 1 == 1,
                None => {
                    let scope = Scope::root(0, self.variables(inputs));
                    Machine::bare().matches(&cell.tests, v, &scope) == Some(true)
                }
            }
        })
    }

    fn ask_cells(&self, column: usize, v: &Value, bits: &mut [u64]) {
        let machine = Machine::bare();
        let scope = Scope::root(0, Vec::new());
        for (r, rule) in self.table.rules.iter().enumerate() {
            let tests = &rule.inputs[column].tests;
            if is_static(tests) && machine.matches(tests, v, &scope) != Some(true) {
                bits[r / 64] &= !(1 << (r % 64));
            }
        }
    }

    /// The inputs under the names of their columns, for cells and outputs that refer to them.
    fn variables(&self, inputs: &[Value]) -> Vec<(Arc<str>, Value)> {
        let named = self.table.inputs.iter().zip(inputs).filter_map(|(c, v)| match &*c.expression.expr {
            Expr::Name(n) => Some((n.clone(), v.clone())),
            _ => None,
        });
        named.collect()
    }

    /// Decides and tells which rows were hit and why the result is what it is.
    pub fn explain(&self, inputs: &[Value]) -> Explanation {
        let mut scratch = Scratch::default();
        let machine = Machine::bare();
        let scope = Scope::root(0, self.variables(inputs));
        let value = if self.find(inputs, &mut scratch) {
            self.conclude(&machine, &mut scratch, &scope)
        } else {
            machine.fail(
                &self.table.title(),
                "有输入不在允许的输入值内",
                "an input is not among the input values",
            )
        };
        let (zh, en) = policy_words(self.table.policy, scratch.matched.len());
        let heading = |i: usize| self.heading(i);
        Explanation {
            value,
            inputs: inputs.iter().enumerate().map(|(i, v)| (heading(i), v.source())).collect(),
            matched: scratch.matched.iter().map(|r| self.row_hit(*r)).collect(),
            used: scratch.used.iter().map(|r| r + 1).collect(),
            zh,
            en,
            problems: machine.finish().1,
        }
    }

    fn heading(&self, column: usize) -> String {
        let c = &self.table.inputs.get(column);
        c.map_or_else(String::new, |c| c.label.clone().unwrap_or_else(|| c.expression.text.clone()))
    }

    fn row_hit(&self, r: usize) -> RowHit {
        let rule = &self.table.rules[r];
        let cells = rule
            .inputs
            .iter()
            .enumerate()
            .filter(|(_, c)| !matches!(&c.tests[..], [super::feel::ast::Test::Any]));
        let conditions = cells.map(|(i, c)| format!("{}: {}", self.heading(i), c.text)).collect();
        let remarks =
            rule.description.iter().chain(&rule.annotations).filter(|t| !t.is_empty()).cloned().collect();
        RowHit { row: r + 1, id: rule.id.clone(), conditions, remarks }
    }
}

fn constant_output(table: &Table, row: usize) -> Option<Value> {
    let closed = table.rules[row].outputs.iter().all(|l| l.expr.is_closed(&is_builtin));
    closed.then(|| hit::row_output(&Machine::bare(), table, row, &Scope::root(0, Vec::new())))
}

fn policy_words(policy: HitPolicy, hits: usize) -> (String, String) {
    let (zh, en) = match policy {
        HitPolicy::Unique => ("唯一命中策略", "unique: one row at most"),
        HitPolicy::Any => ("任意命中策略：命中的各行输出必须一致", "any: the rows hit must agree"),
        HitPolicy::Priority => {
            ("优先级策略：取输出值优先级最高的一行", "priority: the output that ranks highest")
        }
        HitPolicy::First => ("首次命中策略：取表中最先命中的一行", "first: the first row hit"),
        HitPolicy::RuleOrder => ("规则顺序策略：按行序取全部", "rule order: all rows hit, in table order"),
        HitPolicy::OutputOrder => {
            ("输出顺序策略：按输出优先级取全部", "output order: all rows hit, by rank of output")
        }
        HitPolicy::Collect => ("收集策略：取全部命中行", "collect: all rows hit"),
    };
    (format!("{zh}；命中 {hits} 行"), format!("{en}; rows hit: {hits}"))
}
