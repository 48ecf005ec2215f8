//! Measures decisions per second of a compiled table of 50 rows and 8 inputs, on inputs that
//! together hit every row, and the replay of a million declarations under an old and a new table.
//! Run with `cargo run --release -p risk --example table_bench`.

use std::time::Instant;

use risk::table::compile::{Compiled, Scratch};
use risk::table::dmn;
use risk::table::replay::{Outputs, Population, replay};
use risk::table::value::Value;
use rust_decimal::Decimal;

const ORIGINS: [&str; 10] = ["CN", "US", "BR", "VN", "IN", "EC", "AU", "NZ", "FR", "TH"];
const LANES: [&str; 4] = ["DOC", "IDENT", "PHYS", "LAB"];
const INPUTS: [(&str, &str); 8] = [
    ("chapter", "string"),
    ("origin", "string"),
    ("class", "string"),
    ("score", "number"),
    ("value", "number"),
    ("mass", "number"),
    ("lead_days", "number"),
    ("certified", "boolean"),
];

fn model(policy: &str) -> Vec<u8> {
    let mut rows = String::new();
    let mut row = |cells: [String; 8], lane: &str, rate: Decimal| {
        let escape = |t: &str| t.replace('<', "&lt;").replace('>', "&gt;");
        rows.push_str("<rule>");
        for c in cells {
            rows.push_str(&format!("<inputEntry><text>{}</text></inputEntry>", escape(&c)));
        }
        rows.push_str(&format!("<outputEntry><text>\"{lane}\"</text></outputEntry>"));
        rows.push_str(&format!("<outputEntry><text>{rate}</text></outputEntry></rule>"));
    };
    for r in 0..49usize {
        let cells = [
            format!("\"{:02}\", \"{:02}\"", r % 97, (r * 7) % 97),
            format!("\"{}\"", ORIGINS[r % 10]),
            format!("\"{}\"", ["A", "B", "C", "D"][r % 4]),
            format!("[{}..{}]", (r * 2) % 100, ((r * 2) % 100 + 20).min(100)),
            format!("> {}", r * 1000),
            format!("< {}", 100_000 - r * 500),
            format!(">= {}", r % 5),
            if r % 2 == 1 { "true".into() } else { "-".into() },
        ];
        row(cells, LANES[r % 4], Decimal::new(r as i64 * 2, 2));
    }
    row(std::array::from_fn(|_| "-".to_owned()), "RELEASE", Decimal::new(2, 2));
    let inputs: String = INPUTS
        .iter()
        .map(|(n, t)| {
            format!("<input><inputExpression typeRef=\"{t}\"><text>{n}</text></inputExpression></input>")
        })
        .collect();
    let data: String = INPUTS
        .iter()
        .map(|(n, t)| {
            format!(
                "<inputData id=\"i_{n}\" name=\"{n}\"><variable name=\"{n}\" typeRef=\"{t}\"/></inputData>"
            )
        })
        .collect();
    let needs: String = INPUTS
        .iter()
        .map(|(n, _)| {
            format!("<informationRequirement><requiredInput href=\"#i_{n}\"/></informationRequirement>")
        })
        .collect();
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\" namespace=\"n\">{data}\
         <decision id=\"d\" name=\"Lane\"><variable name=\"Lane\"/>{needs}<decisionTable hitPolicy=\"{policy}\">{inputs}\
         <output name=\"lane\"/><output name=\"rate\"/>{rows}</decisionTable></decision></definitions>"
    )
    .into_bytes()
}

/// A small generator, so that the run repeats exactly.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

/// Inputs that meet every condition of a row.
fn meeting(r: usize, dice: &mut Dice) -> Vec<Value> {
    let number = |n: usize, cents: usize| Value::Number(Decimal::new((n * 100 + cents) as i64, 2));
    let low = (r * 2) % 100;
    vec![
        Value::text(format!("{:02}", if dice.below(2) == 0 { r % 97 } else { (r * 7) % 97 })),
        Value::text(ORIGINS[r % 10]),
        Value::text(["A", "B", "C", "D"][r % 4]),
        number(low + dice.below((low + 20).min(100) - low), 0),
        number(r * 1000 + 1 + dice.below(50_000), dice.below(100)),
        number(dice.below(100_000 - r * 500), 0),
        number(r % 5 + dice.below(5), 0),
        Value::Bool(r % 2 == 1 || dice.below(2) == 0),
    ]
}

fn main() {
    let mut dice = Dice(7);
    let mut inputs: Vec<Vec<Value>> = (0..980).map(|i| meeting(i % 49, &mut dice)).collect();
    inputs.push(vec![Value::Null; 8]);
    for policy in ["FIRST", "COLLECT", "PRIORITY"] {
        let parsed = dmn::parse(&model(policy)).expect("a valid model");
        let started = Instant::now();
        let compiled = Compiled::of_decision(&parsed, "Lane").expect("a table");
        let compiling = started.elapsed();
        let mut scratch = Scratch::default();
        let mut seen = vec![0usize; 50];
        for row in &inputs {
            compiled.decide(row, &mut scratch);
            scratch.matched.iter().for_each(|r| seen[*r] += 1);
        }
        assert!(seen.iter().all(|n| *n > 0), "every row must be hit: {seen:?}");
        let mut best = 0.0f64;
        for _ in 0..5 {
            let started = Instant::now();
            let mut nulls = 0usize;
            for _ in 0..1000 {
                for row in &inputs {
                    nulls += usize::from(compiled.decide(row, &mut scratch).is_null());
                }
            }
            assert_eq!(nulls, 0);
            best = best.max(1000.0 * inputs.len() as f64 / started.elapsed().as_secs_f64());
        }
        println!("{policy}: {best:.0} decisions/s on one core; compiled in {compiling:?}; every row was hit");
    }
    replayed(&inputs);
}

/// Replays a million declarations, two threads, the new table with other bounds of the score.
fn replayed(inputs: &[Vec<Value>]) {
    let table = |text: &[u8]| {
        let parsed = dmn::parse(text).expect("a valid model");
        Compiled::of_decision(&parsed, "Lane").expect("a table")
    };
    let old = model("FIRST");
    let new = String::from_utf8(old.clone()).expect("text").replace("&gt;= 3", "&gt;= 4");
    let population = Population {
        names: INPUTS.iter().map(|(n, _)| (*n).to_owned()).collect(),
        rows: inputs.iter().cycle().take(1_000_000).cloned().collect(),
        draws: (0..1_000_000).map(|i| (i as u32).wrapping_mul(2_654_435_761) % 1_000_000).collect(),
    };
    let outputs = Outputs { lane: Some("lane".into()), rate: Some("rate".into()) };
    let (old, new) = (table(&old), table(new.as_bytes()));
    let started = Instant::now();
    let found = replay(&old, &new, &population, &outputs, 2).expect("a replay");
    println!(
        "replay: {} declarations under two tables in {:.2} s on two threads; {} moved",
        found.declared,
        started.elapsed().as_secs_f64(),
        found.moved
    );
}
