//! Reading and computing FEEL: names with blanks and signs, ranges, hostile texts, and the values of
//! expressions as the standard gives them.

use std::sync::Arc;

use risk::table::feel::ast::{Expr, Op};
use risk::table::feel::eval::{Machine, Scope};
use risk::table::feel::names::Names;
use risk::table::feel::parse::{LENGTH_LIMIT, SyntaxError, expression, unary_tests};

fn parse(src: &str) -> Result<Expr, SyntaxError> {
    let mut names = Names::default();
    for n in ["Monthly Fee", "a-b", "x", "y"] {
        names.add(n);
    }
    expression(src, &names)
}

#[test]
fn names_with_signs_are_told_from_differences() {
    assert_eq!(parse("a-b"), Ok(Expr::Name(Arc::from("a-b"))));
    assert!(matches!(parse("x-y"), Ok(Expr::Arith(Op::Sub, ..))));
    assert!(matches!(parse("Monthly Fee + 1"), Ok(Expr::Arith(Op::Add, ..))));
    assert!(parse("Monthly Cost").is_err());
}

#[test]
fn ranges_of_every_bracket_are_read() {
    for src in ["[1..2]", "(1..2)", "]1..2[", "[1..2[", "[1..2)", "(-1..x+1]"] {
        assert!(matches!(parse(src), Ok(Expr::Range(..))), "{src}");
    }
    let tests = unary_tests("[1..2[, ]3..4], < 0, not(5)", &Names::default());
    assert_eq!(tests.map(|t| t.len()), Ok(4));
}

#[test]
fn hostile_depth_and_length_are_refused() {
    assert!(parse(&"(".repeat(10_000)).is_err());
    assert!(parse(&format!("1{}", "+1".repeat(5_000))).is_err());
    assert!(parse(&"-".repeat(9_000)).is_err());
    assert!(parse(&" ".repeat(LENGTH_LIMIT + 1)).is_err());
}

fn value(src: &str) -> String {
    let parsed = expression(src, &Names::default()).unwrap_or_else(|e| panic!("{src}: {e:?}"));
    Machine::bare().eval(&parsed, &Scope::root(0, Vec::new())).source()
}

fn passes(tests: &str, input: &str) -> Option<bool> {
    let names = Names::default();
    let tests = unary_tests(tests, &names).expect("tests");
    let input = expression(input, &names).expect("an input");
    let (machine, scope) = (Machine::bare(), Scope::root(0, Vec::new()));
    let input = machine.eval(&input, &scope);
    machine.matches(&tests, &input, &scope)
}

#[test]
fn expressions_have_the_values_of_the_standard() {
    for (src, wanted) in [
        ("0.1 + 0.2", "0.3"),
        ("-2 ** 2", "4"),
        ("2 ** -2", "0.25"),
        ("1 / 0", "null"),
        ("10 - 4 - 3", "3"),
        ("\"a\" + \"b\"", "\"ab\""),
        ("1 + \"b\"", "null"),
        ("null = null", "true"),
        ("1 = null", "false"),
        ("1 = \"1\"", "null"),
        ("false and null", "false"),
        ("true or null", "true"),
        ("true and null", "null"),
        ("if null then 1 else 2", "2"),
        ("5 in (1..5)", "false"),
        ("5 in [1..5]", "true"),
        ("5 in (< 3, > 4)", "true"),
        ("5 between 1 and 5", "true"),
        ("{a: 1, b: a + 1}.b", "2"),
        ("[1, 2, 3][item > 1]", "[2, 3]"),
        ("[1, 2, 3][-1]", "3"),
        ("[{a: 1}, {a: 2}].a", "[1, 2]"),
        ("[{a: 1}, {a: 2}][a = 2].a", "[2]"),
        ("for x in 1..3, y in [10, 20] return x + y", "[11, 21, 12, 22, 13, 23]"),
        ("some x in [1, 2] satisfies x > 1", "true"),
        ("every x in [] satisfies x > 1", "true"),
        ("(function(a, b) a - b)(b: 1, a: 5)", "4"),
        ("substring(start position: 2, string: \"foobar\")", "\"oobar\""),
        ("string length(\"国门\")", "2"),
        ("date(\"2026-01-31\") + duration(\"P1M\")", "date(\"2026-02-28\")"),
        ("date(\"2026-03-01\") - date(\"2026-02-01\")", "duration(\"P28D\")"),
        ("@\"2026-03-01\".weekday", "7"),
        ("date and time(\"2026-01-01T08:00:00+08:00\") = date and time(\"2026-01-01T00:00:00Z\")", "true"),
        ("years and months duration(date(\"2026-01-31\"), date(\"2026-03-30\"))", "duration(\"P1M\")"),
        ("duration(\"P1D\") > duration(\"P1M\")", "null"),
        ("max(1, 3, 2)", "3"),
        ("sum([])", "null"),
        ("decimal(2.5, 0)", "2"),
        ("floor(-1.5)", "-2"),
        ("modulo(-12, 5)", "3"),
        ("sort([3, 1, 2], function(x, y) x < y)", "[1, 2, 3]"),
        ("distinct values([1, 2, 1])", "[1, 2]"),
        ("flatten([1, [2, [3]]])", "[1, 2, 3]"),
        ("number(\"1 234,5\", \" \", \",\")", "1234.5"),
        ("[1..5] instance of range<number>", "true"),
        ("5 instance of string", "false"),
        ("not(null)", "null"),
    ] {
        assert_eq!(value(src), wanted, "{src}");
    }
}

#[test]
fn unary_tests_are_three_valued() {
    for (tests, input, wanted) in [
        ("-", "null", Some(true)),
        ("null", "null", Some(true)),
        ("not(null)", "5", Some(true)),
        ("> 5", "null", None),
        ("not(> 5)", "null", None),
        ("not(\"CN\", \"US\")", "\"BR\"", Some(true)),
        ("< 0, [10..20)", "20", Some(false)),
        ("\"a\", \"b\"", "\"b\"", Some(true)),
        ("[\"a\", \"b\"]", "[\"a\", \"b\"]", Some(true)),
        ("? > 3 and ? < 5", "4", Some(true)),
        ("? > 3 and ? < 5", "7", Some(false)),
        ("contains(?, \"虾\")", "\"冻虾仁\"", Some(true)),
        ("true", "false", Some(false)),
        ("!= 5", "4", Some(true)),
        (">= date(\"2026-04-01\")", "date(\"2026-04-01\")", Some(true)),
        ("[duration(\"P1D\")..duration(\"P2D\")]", "duration(\"PT36H\")", Some(true)),
    ] {
        assert_eq!(passes(tests, input), wanted, "{tests} on {input}");
    }
}

#[test]
fn runaway_computations_end_in_null() {
    for src in [
        "count(for x in 1..100000, y in 1..100000 return x)",
        "count(for x in 1..60 return partial)",
        "{f: function(x) f(x), r: f(1)}.r",
        "99999999999999999999 ** 99",
    ] {
        assert_eq!(value(src), "null", "{src}");
    }
}
