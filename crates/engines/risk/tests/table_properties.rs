//! Properties of decision tables on random tables: the compiled form equals evaluation row by row,
//! what is exported reads back the same, and findings agree with brute force on small domains.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use risk::table::compile::{Compiled, Scratch};
use risk::table::model::Model;
use risk::table::temporal::{Date, Duration, parse_duration};
use risk::table::value::{Context, Value};
use risk::table::{FindingKind, check, csv, dmn, evaluate_values};
use rust_decimal::Decimal;

const KINDS: [&str; 5] = ["number", "string", "boolean", "date", "days and time duration"];

#[derive(Clone, Debug)]
struct Draft {
    policy: String,
    kinds: Vec<usize>,
    rows: Vec<(Vec<String>, String)>,
    values: Option<String>,
}

fn constant(kind: usize, n: u8) -> String {
    match kind {
        0 => ["0", "1", "2", "3", "1.5", "-2"][usize::from(n) % 6].to_owned(),
        1 => ["\"a\"", "\"b\"", "\"c\"", "\"\""][usize::from(n) % 4].to_owned(),
        2 => ["true", "false"][usize::from(n) % 2].to_owned(),
        3 => format!("date(\"2026-01-0{}\")", n % 4 + 1),
        _ => format!("duration(\"PT{}H\")", n % 4),
    }
}

/// A cell: comparisons, ranges, lists, negations, null, and now and then a reference to a column.
fn cell(kind: usize, open: bool) -> impl Strategy<Value = String> {
    (0u8..14, 0u8..6, 0u8..6, any::<bool>(), any::<bool>()).prop_map(move |(shape, a, b, lc, rc)| {
        let (x, y) = (constant(kind, a), constant(kind, b));
        let range = || format!("{}{x}..{y}{}", if lc { '[' } else { '(' }, if rc { ']' } else { ')' });
        match shape {
            0..=2 => "-".to_owned(),
            3 | 4 => x,
            5 => format!("{x}, {y}"),
            6 => format!("not({x})"),
            7 => format!("not({x}, {y})"),
            8 if kind != 2 => format!("< {x}"),
            9 if kind != 2 => format!(">= {x}"),
            10 if kind != 2 => range(),
            11 if kind != 2 => format!("not({})", range()),
            12 => ["null", "not(null)", "null, 1"][usize::from(a) % 3].to_owned(),
            13 if open => "c0".to_owned(),
            _ => format!("[{x}, {y}]"),
        }
    })
}

fn draft(policies: &'static [&'static str], columns: usize, open: bool) -> impl Strategy<Value = Draft> {
    let kinds = prop::collection::vec(0usize..5, 1..=columns);
    (prop::sample::select(policies), kinds, prop::bool::weighted(0.2)).prop_flat_map(
        move |(policy, kinds, listed)| {
            let cells: Vec<_> = kinds.iter().map(|k| cell(*k, open)).collect();
            let output = prop::sample::select(vec!["1", "2", "3", "1 + 1"]).prop_map(str::to_owned);
            prop::collection::vec((cells, output), 1..9).prop_map(move |rows| Draft {
                policy: policy.to_owned(),
                kinds: kinds.clone(),
                rows,
                values: (listed && kinds[0] == 0).then(|| "[0..2], 3".to_owned()),
            })
        },
    )
}

fn escape(t: &str) -> String {
    t.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn xml(d: &Draft) -> String {
    let mut out = String::from(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\" namespace=\"n\">",
    );
    let mut needs = String::new();
    let mut columns = String::new();
    for (i, k) in d.kinds.iter().enumerate() {
        let kind = KINDS[*k];
        out += &format!(
            "<inputData id=\"i{i}\" name=\"c{i}\"><variable name=\"c{i}\" typeRef=\"Any\"/></inputData>"
        );
        needs += &format!("<informationRequirement><requiredInput href=\"#i{i}\"/></informationRequirement>");
        let values = d.values.as_ref().filter(|_| i == 0);
        let values =
            values.map_or_else(String::new, |v| format!("<inputValues><text>{v}</text></inputValues>"));
        columns += &format!(
            "<input><inputExpression typeRef=\"{kind}\"><text>c{i}</text></inputExpression>{values}</input>"
        );
    }
    let (policy, aggregation) = match d.policy.split_once('+') {
        Some((p, a)) => (p, format!(" aggregation=\"{a}\"")),
        None => (&*d.policy, String::new()),
    };
    out += &format!("<decision id=\"d\" name=\"D\"><variable name=\"D\"/>{needs}");
    out += &format!("<decisionTable hitPolicy=\"{policy}\"{aggregation}>{columns}");
    out += "<output><outputValues><text>2, 3, 1</text></outputValues></output>";
    for (cells, output) in &d.rows {
        out += "<rule>";
        cells.iter().for_each(|c| out += &format!("<inputEntry><text>{}</text></inputEntry>", escape(c)));
        out += &format!("<outputEntry><text>{output}</text></outputEntry></rule>");
    }
    out + "</decisionTable></decision></definitions>"
}

fn model(d: &Draft) -> Model {
    dmn::parse(xml(d).as_bytes()).expect("a valid model")
}

fn number(hundredths: i64) -> Value {
    Value::Number(Decimal::new(hundredths, 2))
}

fn hours(text: &str) -> Value {
    match parse_duration(text) {
        Some(Duration::Nanos(n)) => Value::Nanos(n),
        _ => Value::Null,
    }
}

/// Values of a kind on and between all constants the cells use.
fn points(kind: usize) -> Vec<Value> {
    match kind {
        0 => (-300i64..=400).step_by(25).map(number).collect(),
        1 => {
            ["", "A", "a", "a\u{0}", "aa", "b", "bb", "c", "cc", "中"].into_iter().map(Value::text).collect()
        }
        2 => vec![Value::Bool(true), Value::Bool(false)],
        3 => (20_453..20_462).map(|d| Value::Date(Date::from_days(d))).collect(),
        _ => ["-PT1H", "PT0S", "PT30M", "PT1H", "PT90M", "PT2H", "PT2H1S", "PT3H", "PT9H"]
            .into_iter()
            .map(hours)
            .collect(),
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let mut all: Vec<Value> = (0..5).flat_map(points).collect();
    all.push(Value::Null);
    all.push(Value::list(vec![number(100)]));
    all.push(Value::list(vec![number(100), number(200)]));
    all.push(Value::Months(3));
    all.push(Value::Number(Decimal::MAX));
    all.push(Value::Number(Decimal::new(15_000_000_001, 10)));
    prop::sample::select(all)
}

fn context(inputs: &[Value]) -> Context {
    Context::new(inputs.iter().enumerate().map(|(i, v)| (Arc::from(format!("c{i}")), v.clone())))
}

const ALL: &[&str] = &[
    "UNIQUE",
    "ANY",
    "PRIORITY",
    "FIRST",
    "RULE ORDER",
    "OUTPUT ORDER",
    "COLLECT",
    "COLLECT+SUM",
    "COLLECT+COUNT",
    "COLLECT+MIN",
    "COLLECT+MAX",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn compiled_equals_row_by_row(
        d in draft(ALL, 3, true),
        inputs in prop::collection::vec(prop::collection::vec(any_value(), 3), 12),
    ) {
        let model = model(&d);
        let compiled = Compiled::of_decision(&model, "D").expect("a table");
        let mut scratch = Scratch::default();
        for row in inputs {
            let row = &row[..d.kinds.len()];
            let naive = evaluate_values(&model, "D", context(row)).expect("the decision");
            let fast = compiled.decide(row, &mut scratch);
            prop_assert_eq!(&fast, &naive.value, "{:?} {:?}", d, row);
            let explained = compiled.explain(row);
            prop_assert_eq!(&explained.value, &naive.value);
            if let Some(hits) = naive.rows.first() {
                let matched: Vec<usize> = scratch.matched.iter().map(|r| r + 1).collect();
                prop_assert_eq!(&matched, &hits.matched, "{:?} {:?}", d, row);
                prop_assert_eq!(&explained.used, &hits.used, "{:?} {:?}", d, row);
            }
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same(d in draft(ALL, 4, true)) {
        let first = model(&d);
        let second = dmn::parse(dmn::write(&first).as_bytes());
        prop_assert_eq!(second.as_ref(), Ok(&first));
        let sheet = csv::write(&first, "D").expect("a table");
        let third = csv::read(&sheet).expect("a valid sheet");
        prop_assert_eq!(csv::write(&third, "D"), Some(sheet.clone()));
        let (a, b) = (first.table("D").expect("a table"), third.table("D").expect("a table"));
        let tests = |t: &risk::table::model::Table| {
            t.rules.iter().flat_map(|r| r.inputs.iter().map(|c| c.tests.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(tests(a), tests(b));
        prop_assert_eq!((a.policy, a.aggregation), (b.policy, b.aggregation));
    }

    #[test]
    fn findings_agree_with_brute_force(d in draft(&["UNIQUE", "ANY", "FIRST", "PRIORITY"], 2, false)) {
        let model = model(&d);
        let found = check(&model);
        prop_assert!(found.iter().all(|f| f.kind != FindingKind::NotChecked), "{:?}", found);
        let hits = brute(&d, &model);
        let n = d.rows.len();
        let output = |r: usize| if d.rows[r].1 == "1 + 1" { "2" } else { &*d.rows[r].1 };
        let rows = |kind: FindingKind| -> BTreeSet<Vec<usize>> {
            found.iter().filter(|f| f.kind == kind).map(|f| f.rows.clone()).collect()
        };

        let gap = hits.iter().any(Vec::is_empty);
        prop_assert_eq!(found.iter().any(|f| f.kind == FindingKind::Gap), gap, "gap {:?}", d);

        let dead: BTreeSet<Vec<usize>> =
            (1..=n).filter(|r| hits.iter().all(|h| !h.contains(r))).map(|r| vec![r]).collect();
        prop_assert_eq!(rows(FindingKind::Unreachable), dead, "unreachable {:?}", d);

        let mut overlaps = BTreeSet::new();
        let mut contradictions = BTreeSet::new();
        for a in 1..=n {
            for b in a + 1..=n {
                if hits.iter().any(|h| h.contains(&a) && h.contains(&b)) {
                    let same = output(a - 1) == output(b - 1);
                    match (&*d.policy, same) {
                        ("UNIQUE", true) => { overlaps.insert(vec![a, b]); }
                        ("UNIQUE" | "ANY", false) => { contradictions.insert(vec![a, b]); }
                        _ => {}
                    }
                }
            }
        }
        prop_assert_eq!(rows(FindingKind::Overlap), overlaps, "overlap {:?}", d);
        prop_assert_eq!(rows(FindingKind::Contradictory), contradictions, "contradiction {:?}", d);

        let rank = |r: usize| ["2", "3", "1"].iter().position(|o| *o == output(r - 1));
        let shadowed: BTreeSet<usize> = (1..=n).filter(|r| {
            let before = |s: &usize| match &*d.policy {
                "FIRST" => s < r,
                "UNIQUE" => s != r,
                "ANY" => s < r && output(s - 1) == output(r - 1),
                _ => (rank(*s), *s) < (rank(*r), *r),
            };
            let mut own = hits.iter().filter(|h| h.contains(r)).peekable();
            own.peek().is_some() && own.all(|h| h.iter().any(before))
        }).collect();
        let told: BTreeSet<usize> = rows(FindingKind::Shadowed).into_iter().map(|r| r[0]).collect();
        prop_assert_eq!(told, shadowed, "shadowed {:?}", d);
    }

    #[test]
    fn examples_of_gaps_are_gaps(d in draft(&["FIRST"], 3, false)) {
        let model = model(&d);
        for finding in check(&model).iter().filter(|f| f.kind == FindingKind::Gap) {
            let example = finding.example.as_ref().expect("an example");
            // Dates and durations are strings in JSON; the declared types of the columns read them.
            let inputs: Vec<Value> = d.kinds.iter().enumerate().map(|(i, k)| {
                let kind = risk::table::types::Type::of(Some(KINDS[*k]), None);
                let machine = risk::table::feel::eval::Machine::bare();
                risk::table::json::from_json(&example[&format!("c{i}")], &kind, &machine, "")
            }).collect();
            let got = evaluate_values(&model, "D", context(&inputs)).expect("the decision");
            prop_assert!(got.rows[0].matched.is_empty(), "{:?} {:?}", d, example);
        }
    }
}

/// For every allowed point of the space, the rows that hold there, from 1.
fn brute(d: &Draft, model: &Model) -> Vec<Vec<usize>> {
    let mut space: Vec<Vec<Value>> = vec![Vec::new()];
    for (i, k) in d.kinds.iter().enumerate() {
        let mut axis = points(*k);
        // Null belongs to the space when a cell of the column speaks of it.
        if d.rows.iter().any(|(cells, _)| cells[i].contains("null")) {
            axis.push(Value::Null);
        }
        space = space
            .into_iter()
            .flat_map(|p| axis.iter().map(move |v| p.iter().cloned().chain([v.clone()]).collect()))
            .collect();
    }
    let hits = space.iter().map(|p| evaluate_values(model, "D", context(p)).expect("the decision"));
    // A forbidden input ends before the rows are looked at.
    hits.filter_map(|e| e.rows.first().map(|h| h.matched.clone())).collect()
}
