//! Iteration and quantification of FEEL: `for`, `some` and `every` (DMN 1.3, 10.3.2.14).

use std::sync::Arc;

use super::ast::{Expr, Iter, Loop};
use super::eval::{Machine, Scope, truth};
use super::ops;
use crate::table::value::{self, Value};

impl Machine<'_> {
    pub(super) fn iterate(&self, kind: Loop, iters: &[Iter], body: &Expr, scope: &Scope<'_>) -> Value {
        let mut results = Vec::new();
        self.run_loop(iters, scope, &mut |inner| {
            let partial = match kind {
                Loop::For => vec![(Arc::from("partial"), Value::list(results.clone()))],
                _ => Vec::new(),
            };
            // `partial` costs its length at each turn; the allowance bounds the square.
            if !self.spend(results.len()) {
                return false;
            }
            let v = self.eval(body, &inner.inner(partial));
            let settled =
                matches!((kind, &v), (Loop::Some, Value::Bool(true)) | (Loop::Every, Value::Bool(false)));
            results.push(v);
            !settled
        });
        let mut truths = results.iter().map(|v| if let Value::Bool(b) = v { Some(*b) } else { None });
        match kind {
            Loop::For => self.bounded(Value::list(results)),
            Loop::Some => truth(value::any(&mut truths)),
            Loop::Every => truth(value::all(&mut truths)),
        }
    }

    fn run_loop(&self, iters: &[Iter], scope: &Scope<'_>, turn: &mut dyn FnMut(&Scope<'_>) -> bool) -> bool {
        let Some((first, rest)) = iters.split_first() else { return turn(scope) };
        let items = match (&first.until, self.eval(&first.source, scope)) {
            (Some(last), from) => ops::run(self, &from, &self.eval(last, scope)),
            (None, Value::List(items)) => items.to_vec(),
            (None, Value::Range(r)) => match (&r.low, &r.high) {
                (Some((a, true)), Some((b, true))) => ops::run(self, a, b),
                _ => Vec::new(),
            },
            (None, Value::Null) => Vec::new(),
            (None, single) => vec![single],
        };
        items.into_iter().all(|v| self.run_loop(rest, &scope.inner(vec![(first.name.clone(), v)]), turn))
    }
}
