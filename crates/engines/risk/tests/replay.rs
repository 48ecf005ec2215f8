//! A population under two lane tables: every declaration is counted once, whatever the threads, and as
//! deciding one by one would have it.

use proptest::prelude::*;
use risk::table::compile::{Compiled, Scratch};
use risk::table::csv;
use risk::table::replay::{Outputs, Population, replay};
use risk::table::value::Value;

fn table(rows: &str) -> Compiled {
    let head = "policy,FIRST,Lane\nrole,in,in,out,out\nname,score,origin,lane,rate\ntype,number,string,string,number\n";
    let model = csv::read(&format!("{head}{rows}")).expect("a table");
    Compiled::of_decision(&model, "Lane").expect("the decision")
}

fn tables() -> (Compiled, Compiled) {
    let old = table(
        "1,>= 80,-,\"\"\"LAB\"\"\",1\n2,-,\"\"\"CN\"\"\",\"\"\"DOC\"\"\",0.05\n3,< 80,-,\"\"\"PHYS\"\"\",0.2\n",
    );
    let new = table(
        "1,>= 60,-,\"\"\"LAB\"\"\",1\n2,-,\"\"\"CN\"\"\",\"\"\"DOC\"\"\",0.02\n3,>= 10,-,\"\"\"PHYS\"\"\",0.2\n",
    );
    (old, new)
}

fn outputs() -> Outputs {
    Outputs { lane: Some("lane".into()), rate: Some("rate".into()) }
}

fn population(rows: &[(i64, bool, u32)]) -> Population {
    Population {
        // In another order than the tables have it, and with one more than they ask for.
        names: ["origin", "mass", "score"].map(String::from).to_vec(),
        rows: rows
            .iter()
            .map(|(s, cn, _)| vec![Value::text(if *cn { "CN" } else { "VN" }), Value::int(1), Value::int(*s)])
            .collect(),
        draws: rows.iter().map(|r| r.2).collect(),
    }
}

#[test]
fn moves_and_selections_are_counted() {
    let (old, new) = tables();
    let p = population(&[
        (90, true, 999_999),
        (70, false, 300_000),
        (70, true, 30_000),
        (5, false, 10),
        (5, true, 30_000),
    ]);
    let r = replay(&old, &new, &p, &outputs(), 2).expect("a replay");
    let moves: Vec<(&str, &str, usize, &[usize])> =
        r.moves.iter().map(|m| (&*m.from, &*m.to, m.count, &*m.examples)).collect();
    assert_eq!(
        moves,
        [
            ("DOC", "DOC", 1, &[4][..]),
            ("DOC", "LAB", 1, &[2]),
            ("LAB", "LAB", 1, &[0]),
            ("PHYS", "LAB", 1, &[1]),
            ("PHYS", "null", 1, &[3]),
        ]
    );
    assert_eq!((r.declared, r.moved, r.undecided), (5, 3, [0, 1]));
    assert!((r.expected[0] - 1.5).abs() < 1e-9 && (r.expected[1] - 3.02).abs() < 1e-9, "{:?}", r.expected);
    // Old: the first, and draws 30 000 under 5 %, 10 under 20 %. New: three by rule; 30 000 is above 2 %.
    assert_eq!((r.selected, r.newly), ([4, 3], [1, 2]));
}

#[test]
fn what_does_not_fit_is_refused() {
    let (old, new) = tables();
    let mut p = population(&[(1, true, 1)]);
    p.names[2] = "points".into();
    assert!(replay(&old, &new, &p, &outputs(), 1).expect_err("an error").contains("score"));
    let mut p = population(&[(1, true, 1)]);
    p.draws.push(3);
    assert!(replay(&old, &new, &p, &outputs(), 1).is_err());
    let empty = replay(&old, &new, &population(&[]), &outputs(), 4).expect("nothing to do");
    assert_eq!((empty.declared, empty.moves.len()), (0, 0));
}

proptest! {
    #[test]
    fn threads_change_nothing_and_each_is_counted_once(
        rows in prop::collection::vec((0i64..100, any::<bool>(), 0u32..1_000_000), 0..60), threads in 1usize..9
    ) {
        let (old, new) = tables();
        let p = population(&rows);
        let one = replay(&old, &new, &p, &outputs(), 1).expect("a replay");
        prop_assert_eq!(&replay(&old, &new, &p, &outputs(), threads).expect("a replay"), &one);
        prop_assert_eq!(one.moves.iter().map(|m| m.count).sum::<usize>(), rows.len());
        let mut scratch = Scratch::default();
        let undecided = rows
            .iter()
            .filter(|(s, cn, _)| {
                let inputs = [Value::int(*s), Value::text(if *cn { "CN" } else { "VN" })];
                new.decide(&inputs, &mut scratch).is_null()
            })
            .count();
        prop_assert_eq!(one.undecided[1], undecided);
        let same = replay(&old, &old, &p, &outputs(), threads).expect("a replay");
        prop_assert_eq!((same.moved, same.newly), (0, [0, 0]));
    }
}
