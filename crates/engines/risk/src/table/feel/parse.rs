//! Reader of FEEL expressions and unary tests: recursive descent with bounded depth and length.
//!
//! Precedence from loose to tight (DMN 1.3, 10.3.1.2): `or`, `and`, comparison with `between` and
//! `in`, sums, products, powers, unary minus, `instance of`, then paths, filters and calls.

use std::sync::Arc;

use super::ast::{Cmp, Expr, Op, Test};
use super::names::{self, Names};

const DEPTH_LIMIT: u32 = 64;
const CHAIN_LIMIT: u32 = 400;
const WORK_LIMIT: u32 = 40_000;
/// Longest expression that is read, in bytes.
pub const LENGTH_LIMIT: usize = 20_000;

/// Where and why an expression could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset in the text.
    pub at: usize,
    /// The reason in Chinese.
    pub zh: String,
    /// The reason in English.
    pub en: String,
}

pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// Reads one expression; the names tell which words with blanks and signs belong together.
pub fn expression(src: &str, names: &Names) -> Parsed<Expr> {
    let mut p = Parser::new(src, names)?;
    let e = p.expr()?;
    p.end()?;
    Ok(e)
}

/// Reads the tests of a cell: `-` or nothing, `not(…)`, or tests separated by commas.
pub fn unary_tests(src: &str, names: &Names) -> Parsed<Vec<Test>> {
    let trimmed = src.trim();
    if trimmed.is_empty() || trimmed == "-" {
        return Ok(vec![Test::Any]);
    }
    let mut p = Parser::new(src, names)?;
    if p.keyword("not") && p.sign("(") {
        let negated = p.tests();
        if let Ok(tests) = negated
            && p.sign(")")
            && p.end().is_ok()
        {
            return Ok(vec![Test::Not(tests)]);
        }
    }
    p.rewind((0, 0));
    let tests = p.tests()?;
    p.end()?;
    Ok(tests)
}

/// A reader at a place in a text.
pub(super) struct Parser<'a> {
    pub(super) src: &'a str,
    pub(super) pos: usize,
    pub(super) names: &'a Names,
    /// Names introduced by the expression itself: context entries, loop variables, parameters.
    pub(super) local: Names,
    depth: u32,
    chain: u32,
    work: u32,
}

impl<'a> Parser<'a> {
    fn new(src: &'a str, names: &'a Names) -> Parsed<Self> {
        let p = Self { src, pos: 0, names, local: Names::default(), depth: 0, chain: 0, work: 0 };
        if src.len() > LENGTH_LIMIT {
            return Err(p.error("表达式过长", "the expression is too long"));
        }
        Ok(p)
    }

    pub(super) fn error(&self, zh: impl Into<String>, en: impl Into<String>) -> SyntaxError {
        SyntaxError { at: self.pos, zh: zh.into(), en: en.into() }
    }

    /// The text from here on, after white space and comments.
    pub(super) fn rest(&mut self) -> &'a str {
        loop {
            let rest = &self.src[self.pos..];
            let trimmed = rest.trim_start();
            self.pos += rest.len() - trimmed.len();
            let skip = if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |i| i + 2)
            } else {
                return trimmed;
            };
            self.pos += skip;
        }
    }

    pub(super) fn peek(&mut self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes a sign if it comes next.
    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let hit = self.rest().starts_with(sign);
        if hit {
            self.pos += sign.len();
        }
        hit
    }

    pub(super) fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.sign(sign) {
            return Ok(());
        }
        Err(self.error(format!("此处应为“{sign}”"), format!("expected `{sign}` here")))
    }

    /// Takes a keyword if it comes next as a whole word.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let hit = names::run(rest).is_some_and(|n| &rest[..n] == word);
        if hit {
            self.pos += word.len();
        }
        hit
    }

    pub(super) fn expect_keyword(&mut self, word: &str) -> Parsed<()> {
        if self.keyword(word) {
            return Ok(());
        }
        Err(self.error(format!("此处应为“{word}”"), format!("expected `{word}` here")))
    }

    fn end(&mut self) -> Parsed<()> {
        let rest = self.rest();
        if rest.is_empty() {
            return Ok(());
        }
        let word: String = rest.chars().take(20).collect();
        Err(self.error(format!("无法理解“{word}”"), format!("cannot make sense of `{word}`")))
    }

    /// Counts one more link of a chain, since chains become deep trees.
    pub(super) fn link(&mut self) -> Parsed<()> {
        self.chain += 1;
        if self.chain > CHAIN_LIMIT {
            return Err(self.error("运算过多", "too many operations in one expression"));
        }
        Ok(())
    }

    /// Counts one more attempt, since reading twice what might be a range could double at each level.
    pub(super) fn attempt(&mut self) -> Parsed<()> {
        self.work += 1;
        if self.work > WORK_LIMIT {
            return Err(self.error("表达式过于复杂", "the expression is too complex"));
        }
        Ok(())
    }

    fn rewind(&mut self, (pos, depth): (usize, u32)) {
        self.pos = pos;
        self.depth = depth;
    }

    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(self.error("嵌套过深", "nested too deeply"));
        }
        let mut left = self.conjunction()?;
        while self.keyword("or") {
            self.link()?;
            left = Expr::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn conjunction(&mut self) -> Parsed<Expr> {
        let mut left = self.comparison()?;
        while self.keyword("and") {
            self.link()?;
            left = Expr::And(Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Parsed<Expr> {
        let left = self.sum()?;
        if let Some(op) = self.comparator() {
            return Ok(Expr::Compare(op, Box::new(left), Box::new(self.sum()?)));
        }
        if self.keyword("between") {
            let low = self.sum()?;
            self.expect_keyword("and")?;
            return Ok(Expr::Between(Box::new(left), Box::new(low), Box::new(self.sum()?)));
        }
        if self.keyword("in") {
            return Ok(Expr::In(Box::new(left), self.in_tests()?));
        }
        Ok(left)
    }

    fn in_tests(&mut self) -> Parsed<Vec<Test>> {
        let start = (self.pos, self.depth);
        if self.sign("(") {
            // `(1..5)` is an open range and `(a, b)` a list of tests; only the end tells.
            let tests = self.tests();
            if let Ok(tests) = tests
                && self.sign(")")
            {
                return Ok(tests);
            }
            self.rewind(start);
        }
        Ok(vec![self.test(true)?])
    }

    pub(super) fn tests(&mut self) -> Parsed<Vec<Test>> {
        let mut out = vec![self.test(false)?];
        while self.sign(",") {
            out.push(self.test(false)?);
        }
        Ok(out)
    }

    fn test(&mut self, narrow: bool) -> Parsed<Test> {
        if let Some(op) = self.comparator() {
            return Ok(Test::Compare(op, self.sum()?));
        }
        Ok(Test::Expr(if narrow { self.sum()? } else { self.expr()? }))
    }

    pub(super) fn comparator(&mut self) -> Option<Cmp> {
        let table = [
            ("<=", Cmp::Le),
            (">=", Cmp::Ge),
            ("!=", Cmp::Ne),
            ("<", Cmp::Lt),
            (">", Cmp::Gt),
            ("=", Cmp::Eq),
        ];
        table.into_iter().find(|(s, _)| self.sign(s)).map(|(_, op)| op)
    }

    pub(super) fn sum(&mut self) -> Parsed<Expr> {
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                Some('+') => Op::Add,
                Some('-') => Op::Sub,
                _ => return Ok(left),
            };
            self.pos += 1;
            self.link()?;
            left = Expr::Arith(op, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Parsed<Expr> {
        let mut left = self.power()?;
        loop {
            let rest = self.rest();
            let op = match rest.chars().next() {
                Some('*') if !rest.starts_with("**") => Op::Mul,
                Some('/') => Op::Div,
                _ => return Ok(left),
            };
            self.pos += 1;
            self.link()?;
            left = Expr::Arith(op, Box::new(left), Box::new(self.power()?));
        }
    }

    fn power(&mut self) -> Parsed<Expr> {
        let mut left = self.signed()?;
        while self.sign("**") {
            self.link()?;
            left = Expr::Arith(Op::Pow, Box::new(left), Box::new(self.signed()?));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Parsed<Expr> {
        let mut minus = 0u32;
        while self.sign("-") {
            self.link()?;
            minus += 1;
        }
        let mut e = self.instance()?;
        for _ in 0..minus {
            e = Expr::Negate(Box::new(e));
        }
        Ok(e)
    }

    fn instance(&mut self) -> Parsed<Expr> {
        let e = self.postfix()?;
        if !self.keyword("instance") {
            return Ok(e);
        }
        self.expect_keyword("of")?;
        let name = self.type_name()?;
        Ok(Expr::InstanceOf(Box::new(e), name))
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let mut e = self.primary()?;
        loop {
            let rest = self.rest();
            match rest.chars().next() {
                Some('.') if !rest.starts_with("..") => {
                    self.pos += 1;
                    e = Expr::Path(Box::new(e), self.member()?);
                }
                Some('[') => {
                    // After the upper end of a range, `[` closes it and does not open a filter.
                    let start = (self.pos, self.depth);
                    self.pos += 1;
                    let filter = self.expr().and_then(|f| self.expect("]").map(|()| f));
                    match filter {
                        Ok(f) => e = Expr::Filter(Box::new(e), Box::new(f)),
                        Err(_) => {
                            self.rewind(start);
                            return Ok(e);
                        }
                    }
                }
                Some('(')
                    if matches!(e, Expr::Name(_) | Expr::Path(..) | Expr::Call(..) | Expr::Filter(..)) =>
                {
                    self.pos += 1;
                    e = Expr::Call(Box::new(e), self.arguments()?);
                }
                Some('(') if matches!(e, Expr::Function(..)) => {
                    self.pos += 1;
                    e = Expr::Call(Box::new(e), self.arguments()?);
                }
                _ => return Ok(e),
            }
            self.link()?;
        }
    }

    /// The name after a point: the longest known, else one word.
    fn member(&mut self) -> Parsed<Arc<str>> {
        let rest = self.rest();
        let known = [self.local.longest(rest), self.names.longest(rest), properties().longest(rest)];
        let best = known.into_iter().flatten().max_by_key(|(_, n)| *n);
        let (name, len) = match (best, names::run(rest)) {
            (Some(hit), _) => hit,
            (None, Some(n)) => (Arc::from(&rest[..n]), n),
            (None, None) => return Err(self.error("此处应为名称", "expected a name here")),
        };
        self.pos += len;
        Ok(name)
    }
}

fn properties() -> &'static Names {
    static PROPERTIES: std::sync::OnceLock<Names> = std::sync::OnceLock::new();
    PROPERTIES.get_or_init(|| {
        let mut names = Names::default();
        for n in ["time offset", "start included", "end included"] {
            names.add(n);
        }
        names
    })
}
