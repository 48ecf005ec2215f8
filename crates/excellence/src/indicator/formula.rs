//! The small language of formulas: which facts leave which mark, and what is said about the marks of a case.
//!
//! ```text
//! mark       first declaration.notice_given where breach = true and ordinal >= 2
//! condition  accepted and settled.at <= accepted.due_at or not failed
//! amount     sum(drawn.quantity)
//! value      settled.at - accepted.at
//! value      points(after.score_milli - before.score_milli)
//! when       closed.at + 365d
//! ```
//! A comparison with a mark that is not there is false. `and` binds closer than `or`.

use std::fmt;

/// What is wrong with a formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong(pub String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Op {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// At most.
    Le,
    /// Greater.
    Gt,
    /// At least.
    Ge,
}

impl Op {
    fn parse(word: &str) -> Option<Op> {
        Some(match word {
            "=" => Op::Eq,
            "!=" => Op::Ne,
            "<" => Op::Lt,
            "<=" => Op::Le,
            ">" => Op::Gt,
            ">=" => Op::Ge,
            _ => return None,
        })
    }

    /// Whether `a op b`.
    pub(crate) fn holds<T: PartialOrd>(self, a: &T, b: &T) -> bool {
        match self {
            Op::Eq => a == b,
            Op::Ne => a != b,
            Op::Lt => a < b,
            Op::Le => a <= b,
            Op::Gt => a > b,
            Op::Ge => a >= b,
        }
    }
}

/// A test of one field of a fact. `@at`, `@actor` and `@unit` name the fact's own envelope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Test {
    /// A whole number or a truth value.
    Int(String, Op, i64),
    /// The field lies before, at or after the moment of the fact.
    Moment(String, Op),
    /// One of these codes, or none of them.
    Code(String, bool, Vec<String>),
    /// The field is there and not null, or is not.
    Set(String, bool),
    /// The officer who acted held an authorisation for this duty at that moment.
    ActorHolds(String),
}

/// Which facts leave a mark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Selector {
    /// The first such fact counts, not the last.
    pub(crate) first: bool,
    /// Kinds of facts.
    pub(crate) kinds: Vec<String>,
    /// All of them hold.
    pub(crate) tests: Vec<Test>,
}

/// Something of a mark: when its fact happened, who acted, or a field of its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// When.
    At,
    /// Who.
    Actor,
    /// A field.
    Field(String),
}

/// `mark.at`, `mark.actor` or `mark.field`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// The mark.
    pub(crate) mark: String,
    /// What of it.
    pub(crate) of: Of,
}

/// What is said about the marks of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// There is the mark, or there is not.
    Is(String, bool),
    /// How often it was left.
    Count(String, Op, i64),
    /// One thing compared with another, moved by so many microseconds.
    Compare(Term, Op, Term, i64),
}

/// Any of the lists holds; a list holds when all its claims do.
pub(crate) type Condition = Vec<Vec<Claim>>;

/// What is added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// Cases of which this holds.
    Count(Condition),
    /// A field of a mark.
    Sum(Term),
}

/// What is measured of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Minutes from the second to the first.
    Minutes(Term, Term),
    /// The first less the second, kept in thousandths and told in whole points.
    Points(Term, Term),
    /// A number as it stands.
    Plain(Term),
}

fn wrong<T>(what: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong(what.into()))
}

/// Reads a mark's selector.
pub(crate) fn selector(text: &str) -> Result<Selector, Wrong> {
    let (head, tests) = text.split_once(" where ").map_or((text, None), |(h, t)| (h, Some(t)));
    let (first, kinds) = head.trim().strip_prefix("first ").map_or((false, head), |k| (true, k));
    let kinds: Vec<String> = kinds.split(',').map(|k| k.trim().to_owned()).collect();
    if let Some(k) = kinds.iter().find(|k| !kernel::KINDS.iter().any(|wing| wing.contains(&k.as_str()))) {
        return wrong(format!("no fact is called {k:?}"));
    }
    let tests = tests.map_or(Ok(vec![]), |t| t.split(" and ").map(test).collect())?;
    Ok(Selector { first, kinds, tests })
}

fn test(text: &str) -> Result<Test, Wrong> {
    let text = text.trim();
    if let Some(duty) = text.strip_prefix("actor holds ") {
        return Ok(Test::ActorHolds(duty.trim().to_owned()));
    }
    for (words, there) in [(" is set", true), (" is null", false)] {
        if let Some(field) = text.strip_suffix(words) {
            return Ok(Test::Set(field.trim().to_owned(), there));
        }
    }
    for (word, within) in [(" not in ", false), (" in ", true)] {
        if let Some((field, codes)) = text.split_once(word) {
            let codes = codes.trim().strip_prefix('(').and_then(|c| c.strip_suffix(')'));
            let Some(codes) = codes else { return wrong(format!("{text:?}: write in (a, b)")) };
            let codes = codes.split(',').map(|c| c.trim().to_owned()).collect();
            return Ok(Test::Code(field.trim().to_owned(), within, codes));
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let [field, op, value] = words[..] else { return wrong(format!("{text:?} is not a test of a field")) };
    let Some(op) = Op::parse(op) else { return wrong(format!("{op:?} compares nothing")) };
    let field = field.to_owned();
    Ok(match (value, op) {
        ("@at", op) => Test::Moment(field, op),
        ("true", op) => Test::Int(field, op, 1),
        ("false", op) => Test::Int(field, op, 0),
        (v, op) if v.parse::<i64>().is_ok() => Test::Int(field, op, v.parse().unwrap_or_default()),
        (code, Op::Eq | Op::Ne) => Test::Code(field, op == Op::Eq, vec![code.to_owned()]),
        (code, _) => return wrong(format!("{code:?} has no order")),
    })
}

/// Reads a condition.
pub(crate) fn condition(text: &str) -> Result<Condition, Wrong> {
    text.split(" or ").map(|all| all.split(" and ").map(claim).collect()).collect()
}

fn claim(text: &str) -> Result<Claim, Wrong> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["not", mark] => Ok(Claim::Is(mark.to_owned(), false)),
        [mark] => Ok(Claim::Is(mark.to_owned(), true)),
        [left, op, right, ref rest @ ..] => {
            let Some(op) = Op::parse(op) else { return wrong(format!("{op:?} compares nothing")) };
            if let Some(mark) = left.strip_prefix("count(").and_then(|m| m.strip_suffix(')')) {
                let n = right.parse().map_err(|_| Wrong(format!("{right:?} is not a number")))?;
                return Ok(Claim::Count(mark.to_owned(), op, n));
            }
            let shift = match rest {
                [] => 0,
                ["+", length] => span(length)?,
                _ => return wrong(format!("{text:?}: write a.at <= b.at + 7d")),
            };
            Ok(Claim::Compare(term(left)?, op, term(right)?, shift))
        }
        _ => wrong(format!("{text:?} says nothing")),
    }
}

/// `7d` or `24h`, in microseconds.
fn span(text: &str) -> Result<i64, Wrong> {
    let unit = match text.chars().last() {
        Some('d') => kernel::Timestamp::DAY,
        Some('h') => kernel::Timestamp::HOUR,
        _ => return wrong(format!("{text:?}: write 7d or 24h")),
    };
    match text[..text.len() - 1].parse::<i64>() {
        Ok(n) if (0..=10_000).contains(&n) => Ok(n * unit),
        _ => wrong(format!("{text:?}: write 7d or 24h")),
    }
}

/// Reads `mark.field`.
pub(crate) fn term(text: &str) -> Result<Term, Wrong> {
    let Some((mark, of)) = text.trim().split_once('.') else {
        return wrong(format!("{text:?}: write mark.field"));
    };
    let of = match of {
        "at" => Of::At,
        "actor" => Of::Actor,
        field => Of::Field(field.to_owned()),
    };
    Ok(Term { mark: mark.to_owned(), of })
}

/// Reads the moment that puts a case into its period: `mark.field`, or so long after it.
pub(crate) fn moment(text: &str) -> Result<(Term, i64), Wrong> {
    match text.split_once(" + ") {
        Some((left, length)) => Ok((term(left)?, span(length.trim())?)),
        None => Ok((term(text)?, 0)),
    }
}

/// Reads an amount.
pub(crate) fn amount(text: &str) -> Result<Amount, Wrong> {
    match text.strip_prefix("sum(").and_then(|t| t.strip_suffix(')')) {
        Some(inner) => term(inner).map(Amount::Sum),
        None => condition(text).map(Amount::Count),
    }
}

/// Reads a value.
pub(crate) fn value(text: &str) -> Result<Value, Wrong> {
    let points = text.strip_prefix("points(").and_then(|t| t.strip_suffix(')'));
    match (points.unwrap_or(text).split_once(" - "), points) {
        (Some((to, from)), None) => Ok(Value::Minutes(term(to)?, term(from)?)),
        (Some((a, b)), Some(_)) => Ok(Value::Points(term(a)?, term(b)?)),
        (None, None) => term(text).map(Value::Plain),
        (None, Some(_)) => wrong(format!("{text:?}: write points(a.field - b.field)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_read() {
        let s =
            selector("first declaration.notice_given where breach = true and ordinal >= 2").expect("read");
        assert!(s.first);
        assert_eq!(s.tests, [Test::Int("breach".into(), Op::Eq, 1), Test::Int("ordinal".into(), Op::Ge, 2)]);
        let s = selector("certificate.replaced, certificate.withdrawn where reason != client").expect("read");
        assert_eq!(s.kinds.len(), 2);
        assert_eq!(s.tests, [Test::Code("reason".into(), false, vec!["client".into()])]);
    }

    #[test]
    fn a_condition_is_read() {
        let c = condition("a and b.at <= a.due_at + 7d or not c or count(a) = 1").expect("read");
        assert_eq!(c.len(), 3);
        let due = Term { mark: "a".into(), of: Of::Field("due_at".into()) };
        let at = Term { mark: "b".into(), of: Of::At };
        assert_eq!(c[0][1], Claim::Compare(at, Op::Le, due, 7 * kernel::Timestamp::DAY));
        assert_eq!(c[1], [Claim::Is("c".into(), false)]);
        assert_eq!(c[2], [Claim::Count("a".into(), Op::Eq, 1)]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for bad in
            ["no.such_fact", "declaration.lodged where lots ~ 1", "declaration.lodged where market in JP"]
        {
            assert!(selector(bad).is_err(), "{bad}");
        }
        assert!(selector("declaration.lodged where market < JP").is_err());
        for bad in ["", "a b", "a.at <= b.at + soon", "count(a) = x", "a <= b"] {
            assert!(condition(bad).is_err(), "{bad}");
        }
        assert!(term("a").is_err());
        assert!(moment("a.at + soon").is_err());
        assert!(value("points(a.score)").is_err());
    }
}
