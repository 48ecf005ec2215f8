//! The tree of a FEEL expression and of the unary tests in a cell (DMN 1.3, 10.3.1).

use std::sync::Arc;

use crate::table::value::Value;

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cmp {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `**`
    Pow,
}

/// Arguments of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Args {
    /// By position.
    Positional(Vec<Expr>),
    /// By parameter name.
    Named(Vec<(Arc<str>, Expr)>),
}

/// A variable with the list it runs over.
#[derive(Clone, Debug, PartialEq)]
pub struct Iter {
    /// The variable.
    pub name: Arc<str>,
    /// The list, or the first number of a run.
    pub source: Expr,
    /// The last number of a run, for `1..n`.
    pub until: Option<Expr>,
}

/// Iterations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loop {
    /// `for … return`
    For,
    /// `some … satisfies`
    Some,
    /// `every … satisfies`
    Every,
}

/// An end of a range and whether it belongs to the range.
pub type End = Option<(Box<Expr>, bool)>;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A value written out.
    Literal(Value),
    /// A variable.
    Name(Arc<str>),
    /// `?`, the value a cell is tested against.
    Input,
    /// Unary minus.
    Negate(Box<Expr>),
    /// Arithmetic.
    Arith(Op, Box<Expr>, Box<Expr>),
    /// Comparison.
    Compare(Cmp, Box<Expr>, Box<Expr>),
    /// Conjunction.
    And(Box<Expr>, Box<Expr>),
    /// Disjunction.
    Or(Box<Expr>, Box<Expr>),
    /// `x between a and b`.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x in tests`.
    In(Box<Expr>, Vec<Test>),
    /// `if … then … else`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a.b`.
    Path(Box<Expr>, Arc<str>),
    /// `a[b]`.
    Filter(Box<Expr>, Box<Expr>),
    /// `f(…)`.
    Call(Box<Expr>, Args),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{a: b}`.
    Context(Vec<(Arc<str>, Expr)>),
    /// `[a..b]`, `(a..b)`.
    Range(End, End),
    /// Iteration and quantification.
    Iterate(Loop, Vec<Iter>, Box<Expr>),
    /// `function(a, b) …`.
    Function(Vec<(Arc<str>, Option<String>)>, Arc<Expr>),
    /// `x instance of type`.
    InstanceOf(Box<Expr>, String),
}

/// One test of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// `-`
    Any,
    /// `< x` and its like, the input on the left.
    Compare(Cmp, Expr),
    /// A value, list, range, or a condition on `?`.
    Expr(Expr),
    /// `not(…)`.
    Not(Vec<Test>),
}

impl Expr {
    /// Whether `?` occurs in the expression, so that it states a condition and not a value.
    pub fn uses_input(&self) -> bool {
        let mut found = false;
        self.walk(&mut |e| found |= matches!(e, Expr::Input));
        found
    }

    /// Whether the expression depends on nothing but itself (built-in functions are allowed).
    pub fn is_closed(&self, is_builtin: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Expr::Literal(_) => true,
            Expr::Negate(a) => a.is_closed(is_builtin),
            Expr::Arith(_, a, b) => a.is_closed(is_builtin) && b.is_closed(is_builtin),
            Expr::List(items) => items.iter().all(|e| e.is_closed(is_builtin)),
            Expr::Range(a, b) => [a, b].into_iter().flatten().all(|(e, _)| e.is_closed(is_builtin)),
            Expr::Call(f, Args::Positional(args)) => {
                matches!(&**f, Expr::Name(n) if is_builtin(n)) && args.iter().all(|e| e.is_closed(is_builtin))
            }
            _ => false,
        }
    }

    fn walk(&self, visit: &mut dyn FnMut(&Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::Literal(_) | Expr::Name(_) | Expr::Input => Vec::new(),
            Expr::Negate(a) | Expr::Path(a, _) | Expr::InstanceOf(a, _) => vec![a],
            Expr::Arith(_, a, b)
            | Expr::Compare(_, a, b)
            | Expr::And(a, b)
            | Expr::Or(a, b)
            | Expr::Filter(a, b) => vec![a, b],
            Expr::Between(a, b, c) | Expr::If(a, b, c) => vec![a, b, c],
            Expr::In(a, tests) => {
                std::iter::once(&**a).chain(tests.iter().flat_map(Test::expressions)).collect()
            }
            Expr::Call(f, Args::Positional(args)) => std::iter::once(&**f).chain(args).collect(),
            Expr::Call(f, Args::Named(args)) => {
                std::iter::once(&**f).chain(args.iter().map(|(_, e)| e)).collect()
            }
            Expr::List(items) => items.iter().collect(),
            Expr::Context(entries) => entries.iter().map(|(_, e)| e).collect(),
            Expr::Range(a, b) => [a, b].into_iter().flatten().map(|(e, _)| &**e).collect(),
            Expr::Iterate(_, iters, body) => {
                iters.iter().map(|i| &i.source).chain(std::iter::once(&**body)).collect()
            }
            Expr::Function(_, body) => vec![body],
        }
    }
}

impl Test {
    fn expressions(&self) -> Vec<&Expr> {
        match self {
            Test::Any => Vec::new(),
            Test::Compare(_, e) | Test::Expr(e) => vec![e],
            Test::Not(tests) => tests.iter().flat_map(Test::expressions).collect(),
        }
    }
}
