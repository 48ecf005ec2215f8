//! Evaluator of FEEL: pure, bounded in depth and steps, every error becomes null with a recorded problem.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::ast::{Args, Cmp, Expr, Test};
use super::{builtins, ops};
use crate::table::model::Model;
use crate::table::problem::Problem;
use crate::table::types::Type;
use crate::table::value::{self, Body, Context, Function, Range, Value};

const DEPTH_LIMIT: u32 = 400;
const STEP_LIMIT: u64 = 2_000_000;
const PROBLEM_LIMIT: usize = 50;
const HIT_LIMIT: usize = 1_000;
const SIZE_LIMIT: usize = 100_000;

/// What one evaluation may use and what it has met so far.
pub struct Machine<'m> {
    /// The root model and, after it, its imports in order.
    pub models: Vec<&'m Model>,
    depth: Cell<u32>,
    steps: Cell<u64>,
    problems: RefCell<Vec<Problem>>,
    hits: RefCell<Vec<TableHits>>,
}

/// The rows of one decision table that an evaluation met.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TableHits {
    /// Identity of the table, or the label of its output.
    pub table: String,
    /// Rows whose conditions held, from 1, in table order.
    pub matched: Vec<usize>,
    /// Rows whose outputs make up the result, from 1, in the order of the result.
    pub used: Vec<usize>,
}

/// Variables visible at a place, inner before outer.
pub struct Scope<'a> {
    /// Variables of this level.
    pub vars: Vec<(Arc<str>, Value)>,
    /// The level around it.
    pub parent: Option<&'a Scope<'a>>,
    /// The value `?` stands for.
    pub input: Option<&'a Value>,
    /// Index of the model the text belongs to.
    pub model: usize,
}

impl<'a> Scope<'a> {
    /// An outermost level with the given variables.
    pub fn root(model: usize, vars: Vec<(Arc<str>, Value)>) -> Self {
        Self { vars, parent: None, input: None, model }
    }

    /// A level within this one.
    pub fn inner(&'a self, vars: Vec<(Arc<str>, Value)>) -> Scope<'a> {
        Scope { vars, parent: Some(self), input: self.input, model: self.model }
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let own = self.vars.iter().rev().find(|(n, _)| &**n == name).map(|(_, v)| v);
        own.or_else(|| self.parent.and_then(|p| p.get(name)))
    }

    /// Every visible variable, outer before inner.
    pub fn flatten(&self) -> Vec<(Arc<str>, Value)> {
        let mut out = self.parent.map(Scope::flatten).unwrap_or_default();
        out.extend(self.vars.iter().cloned());
        out
    }
}

impl<'m> Machine<'m> {
    /// A machine over a model and its imports.
    pub fn new(model: &'m Model) -> Self {
        let imports = model.imports.iter().map(|i| &i.model);
        Self {
            models: std::iter::once(model).chain(imports).collect(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            problems: RefCell::new(Vec::new()),
            hits: RefCell::new(Vec::new()),
        }
    }

    /// A machine without a model, for expressions that stand alone.
    pub fn bare() -> Self {
        Self {
            models: Vec::new(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            problems: RefCell::new(Vec::new()),
            hits: RefCell::new(Vec::new()),
        }
    }

    /// Notes the rows a table met.
    pub fn note_hits(&self, hits: TableHits) {
        let mut list = self.hits.borrow_mut();
        if list.len() < HIT_LIMIT {
            list.push(hits);
        }
    }

    /// Records a problem and yields null.
    pub fn fail(&self, place: &str, zh: impl Into<String>, en: impl Into<String>) -> Value {
        let mut list = self.problems.borrow_mut();
        if list.len() < PROBLEM_LIMIT {
            list.push(Problem::new(place, zh, en));
        }
        Value::Null
    }

    /// The rows of tables and the problems met so far.
    pub fn finish(self) -> (Vec<TableHits>, Vec<Problem>) {
        (self.hits.into_inner(), self.problems.into_inner())
    }

    /// Passes a structure on if it is of bearable size; shared parts count each time they occur, so
    /// that walking any value stays cheap.
    pub fn bounded(&self, v: Value) -> Value {
        match v.weight(SIZE_LIMIT) {
            Some(n) if self.spend(n) => v,
            _ => self.fail("", "结果过大", "the result is too large"),
        }
    }

    /// Runs a step one level deeper, or fails when the limits of depth or work are reached.
    pub fn deeper(&self, run: impl FnOnce() -> Value) -> Value {
        let (depth, steps) = (self.depth.get(), self.steps.get());
        if depth >= DEPTH_LIMIT || steps >= STEP_LIMIT {
            return self.fail("", "计算过深或过长", "the computation is too deep or too long");
        }
        self.depth.set(depth + 1);
        self.steps.set(steps + 1);
        let out = run();
        self.depth.set(depth);
        out
    }

    /// Spends work in proportion to a length; false when the allowance is used up.
    pub fn spend(&self, n: usize) -> bool {
        let steps = self.steps.get().saturating_add(n as u64);
        self.steps.set(steps);
        steps < STEP_LIMIT
    }

    /// Evaluates an expression.
    pub fn eval(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        match expr {
            Expr::Literal(v) => v.clone(),
            Expr::Name(n) => self.name(n, scope),
            _ => self.deeper(|| self.eval_inner(expr, scope)),
        }
    }

    fn eval_inner(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        match expr {
            Expr::Literal(v) => v.clone(),
            Expr::Name(n) => self.name(n, scope),
            Expr::Input => scope.input.cloned().unwrap_or(Value::Null),
            Expr::Negate(a) => ops::negate(&self.eval(a, scope)),
            Expr::Arith(op, a, b) => self.arith(*op, a, b, scope),
            Expr::Compare(op, a, b) => truth(compare(*op, &self.eval(a, scope), &self.eval(b, scope))),
            Expr::And(a, b) => truth(value::all([a, b].into_iter().map(|e| self.condition(e, scope)))),
            Expr::Or(a, b) => truth(value::any([a, b].into_iter().map(|e| self.condition(e, scope)))),
            Expr::Between(x, a, b) => {
                let x = self.eval(x, scope);
                let low = compare(Cmp::Ge, &x, &self.eval(a, scope));
                truth(value::all([low, compare(Cmp::Le, &x, &self.eval(b, scope))].into_iter()))
            }
            Expr::In(x, tests) => {
                let x = self.eval(x, scope);
                truth(self.matches(tests, &x, scope))
            }
            Expr::If(test, yes, no) => {
                let branch = if self.condition(test, scope) == Some(true) { yes } else { no };
                self.eval(branch, scope)
            }
            Expr::Path(base, name) => ops::member(&self.eval(base, scope), name),
            Expr::Filter(base, filter) => self.filter(base, filter, scope),
            Expr::Call(f, args) => self.call_expr(f, args, scope),
            Expr::List(items) => {
                self.bounded(Value::list(items.iter().map(|e| self.eval(e, scope)).collect()))
            }
            Expr::Context(entries) => self.context(entries, scope),
            Expr::Range(low, high) => {
                let end = |e: &Option<(Box<Expr>, bool)>| e.as_ref().map(|(e, c)| (self.eval(e, scope), *c));
                Value::Range(Arc::new(Range { low: end(low), high: end(high) }))
            }
            Expr::Iterate(kind, iters, body) => self.iterate(*kind, iters, body, scope),
            Expr::Function(params, body) => Value::Function(Arc::new(Function {
                params: params.clone(),
                body: Body::Expr(body.clone()),
                closure: scope.flatten(),
            })),
            Expr::InstanceOf(x, name) => {
                let kind = Type::named(name, self.models.get(scope.model).copied());
                let x = self.eval(x, scope);
                truth(kind.map(|k| !x.is_null() && k.admits(&x)))
            }
        }
    }

    fn name(&self, name: &Arc<str>, scope: &Scope<'_>) -> Value {
        if let Some(v) = scope.get(name) {
            return v.clone();
        }
        if builtins::is_builtin(name) {
            let body = Body::Builtin(name.clone());
            return Value::Function(Arc::new(Function { params: Vec::new(), body, closure: Vec::new() }));
        }
        self.fail(name, format!("未知名称“{name}”"), format!("unknown name `{name}`"))
    }

    fn arith(&self, op: super::ast::Op, a: &Expr, b: &Expr, scope: &Scope<'_>) -> Value {
        let (x, y) = (self.eval(a, scope), self.eval(b, scope));
        ops::arith(op, &x, &y).unwrap_or_else(|| {
            let (zh, en) = (format!("无法计算 {x} 与 {y}"), format!("cannot compute with {x} and {y}"));
            self.fail("", zh, en)
        })
    }

    /// The truth value of an expression; anything else is unknown.
    pub fn condition(&self, expr: &Expr, scope: &Scope<'_>) -> Option<bool> {
        match self.eval(expr, scope) {
            Value::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// Whether a value passes at least one of the tests (DMN 1.3, 10.3.1.2, unary tests).
    pub fn matches(&self, tests: &[Test], input: &Value, scope: &Scope<'_>) -> Option<bool> {
        value::any(tests.iter().map(|t| self.passes(t, input, scope)))
    }

    fn passes(&self, test: &Test, input: &Value, scope: &Scope<'_>) -> Option<bool> {
        match test {
            Test::Any => Some(true),
            Test::Not(tests) => self.matches(tests, input, scope).map(|b| !b),
            Test::Compare(op, e) => compare(*op, input, &self.eval(e, scope)),
            Test::Expr(e) => {
                let seen =
                    Scope { vars: Vec::new(), parent: Some(scope), input: Some(input), model: scope.model };
                let v = self.eval(e, &seen);
                match v {
                    Value::Bool(b) if e.uses_input() => Some(b),
                    _ if e.uses_input() && v.is_null() => None,
                    _ => admits(&v, input),
                }
            }
        }
    }

    fn context(&self, entries: &[(Arc<str>, Expr)], scope: &Scope<'_>) -> Value {
        let mut level = scope.inner(Vec::new());
        let mut out = Context::default();
        for (name, e) in entries {
            let v = self.eval(e, &level);
            level.vars.push((name.clone(), v.clone()));
            out.set(name.clone(), v);
        }
        self.bounded(Value::Context(Arc::new(out)))
    }

    fn filter(&self, base: &Expr, filter: &Expr, scope: &Scope<'_>) -> Value {
        let list = match self.eval(base, scope) {
            Value::List(items) => items,
            Value::Null => return Value::Null,
            single => Arc::new(vec![single]),
        };
        if list.is_empty() {
            return match filter {
                Expr::Literal(Value::Number(_)) => Value::Null,
                _ => Value::List(list),
            };
        }
        let mut out = Vec::new();
        for (i, item) in list.iter().enumerate() {
            let mut vars = vec![(Arc::from("item"), item.clone())];
            if let Value::Context(c) = item {
                vars.extend(c.iter().cloned());
            }
            match self.eval(filter, &scope.inner(vars)) {
                Value::Number(n) if i == 0 => return ops::nth(&list, n),
                Value::Bool(true) => out.push(item.clone()),
                _ => {}
            }
        }
        Value::list(out)
    }

    fn call_expr(&self, f: &Expr, args: &Args, scope: &Scope<'_>) -> Value {
        let Value::Function(f) = self.eval(f, scope) else {
            return self.fail("", "所调用的不是函数", "what is called is not a function");
        };
        match args {
            Args::Positional(list) => {
                let values = list.iter().map(|e| self.eval(e, scope)).collect();
                self.call(&f, values)
            }
            Args::Named(list) => {
                let values = list.iter().map(|(n, e)| (n.clone(), self.eval(e, scope))).collect();
                self.call_named(&f, values)
            }
        }
    }

    /// Calls a function with arguments by name; a parameter without argument is null.
    pub fn call_named(&self, f: &Function, mut args: Vec<(Arc<str>, Value)>) -> Value {
        let names: Vec<Arc<str>> = match &f.body {
            Body::Builtin(name) => match builtins::parameters(name, args.iter().map(|(n, _)| &**n)) {
                Some(params) => params.iter().map(|p| Arc::from(*p)).collect(),
                None => return self.fail(name, "参数名称不符", "the parameter names do not fit"),
            },
            _ => f.params.iter().map(|(n, _)| n.clone()).collect(),
        };
        if args.iter().any(|(n, _)| !names.contains(n)) {
            return self.fail("", "参数名称不符", "the parameter names do not fit");
        }
        let mut values: Vec<Value> = Vec::with_capacity(names.len());
        for n in &names {
            let at = args.iter().position(|(a, _)| a == n);
            values.push(at.map_or(Value::Null, |i| args.swap_remove(i).1));
        }
        self.call(f, values)
    }

    /// Calls a function with arguments by position.
    pub fn call(&self, f: &Function, args: Vec<Value>) -> Value {
        if let Body::Builtin(name) = &f.body {
            let out = builtins::call(self, name, args).map(|v| self.bounded(v));
            return out.unwrap_or_else(|| {
                self.fail(
                    name,
                    format!("函数“{name}”的参数不符"),
                    format!("`{name}` cannot take these arguments"),
                )
            });
        }
        if args.len() != f.params.len() {
            return self.fail("", "参数个数不符", "the number of arguments does not fit");
        }
        self.deeper(|| self.call_defined(f, args))
    }
}

/// Truth value as FEEL value, unknown as null.
pub fn truth(b: Option<bool>) -> Value {
    b.map_or(Value::Null, Value::Bool)
}

/// Three-valued comparison.
pub fn compare(op: Cmp, a: &Value, b: &Value) -> Option<bool> {
    match op {
        Cmp::Eq => a.equals(b),
        Cmp::Ne => a.equals(b).map(|e| !e),
        Cmp::Lt => a.compare(b).map(|o| o.is_lt()),
        Cmp::Le => a.compare(b).map(|o| o.is_le()),
        Cmp::Gt => a.compare(b).map(|o| o.is_gt()),
        Cmp::Ge => a.compare(b).map(|o| o.is_ge()),
    }
}

/// Whether an input meets a value in a cell: in the range, in the list, or equal.
pub fn admits(cell: &Value, input: &Value) -> Option<bool> {
    match cell {
        Value::Range(r) => match input {
            Value::Range(_) => cell.equals(input),
            _ => r.contains(input),
        },
        Value::List(items) => {
            if let Value::List(_) = input
                && cell.equals(input) == Some(true)
            {
                return Some(true);
            }
            value::any(items.iter().map(|i| admits(i, input)))
        }
        _ => cell.equals(input),
    }
}
