//! Properties of the whole catalogue over made-up facts of every kind that it reads, folded in memory.

use super::super::case::Spread;
use super::super::definition::Measure;
use super::super::fold::Change;
use super::super::formula::{Amount, Claim, Of, Op, selector};
use super::super::plan::FieldTest;
use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The indicators of a share, the more the better, whose evidence stands in facts of its own.
const PROVEN: [&str; 8] = ["LC03", "LC07", "RC13", "RC14", "RC15", "RC17", "RC18", "RC26"];

/// A made-up fact.
#[derive(Clone, Debug)]
struct Told {
    at: i64,
    kind: String,
    subject: String,
    unit: u128,
    body: String,
}

/// What stands in a field of a made-up fact: a key, a time, or one of the values that the catalogue asks for.
fn field(name: &str, codes: &[String], keys: &BTreeSet<String>, at: i64, r: u8) -> serde_json::Value {
    if keys.contains(name) {
        return serde_json::json!(uuid::Uuid::from_u128(u128::from(r % 3) + 1));
    }
    if name.ends_with("_at") {
        return serde_json::json!(at + (i64::from(r) - 100) * Timestamp::DAY);
    }
    match r % 4 {
        0 | 1 if !codes.is_empty() => serde_json::json!(codes[usize::from(r) / 4 % codes.len()]),
        0 => serde_json::json!(true),
        1 => serde_json::json!(r.is_multiple_of(3)),
        2 => serde_json::json!(i64::from(r % 7)),
        _ => serde_json::Value::Null,
    }
}

/// A fact of a kind, its fields drawn from `seeds`.
fn told(c: &Catalogue, kind: &str, at: i64, unit: u8, seeds: &[u8]) -> Told {
    let plan = c.plan.kinds.get(kind).expect("a kind of the catalogue");
    let keys: BTreeSet<String> = c.plan.spaces.iter().filter_map(|s| s.key.clone()).collect();
    let mut codes: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for t in plan.spaces.iter().flat_map(|s| &s.leaves).flat_map(|l| &l.tests) {
        if let FieldTest::Code(f, _, of) = t {
            let all = codes.entry(*f).or_insert_with(|| vec!["another".to_owned()]);
            all.extend(of.iter().map(|c| c.to_string()));
        }
    }
    let mut body = serde_json::Map::new();
    for (n, name) in plan.fields.iter().enumerate() {
        let r = seeds[n % seeds.len()].wrapping_mul(31).wrapping_add(u8::try_from(n).unwrap_or(0));
        let of = codes.get(&n).map_or(&[][..], Vec::as_slice);
        body.insert(name.to_string(), field(name, of, &keys, at, r));
    }
    let subject = format!("x/{}", uuid::Uuid::from_u128(u128::from(seeds[0] % 3) + 1));
    let body = serde_json::to_string(&body).expect("json");
    Told { at, kind: kind.to_owned(), subject, unit: u128::from(unit) + 1, body }
}

/// Facts of every kind that the catalogue reads, in the order of time.
fn ledger() -> impl Strategy<Value = Vec<Told>> {
    let one = (any::<prop::sample::Index>(), 0..40_i64, 0..3_u8, prop::collection::vec(any::<u8>(), 4));
    prop::collection::vec(one, 1..120).prop_map(|steps| {
        let c = Catalogue::shipped().expect("a catalogue");
        let mut kinds: Vec<&String> = c.plan.kinds.keys().collect();
        // What proves an indicator, and what it proves, come often enough to meet.
        let of: Vec<&Definition> = c.definitions.iter().filter(|d| PROVEN.contains(&d.id.as_str())).collect();
        for kind in of.iter().flat_map(|d| super::kinds(d)) {
            kinds.extend(c.plan.kinds.keys().filter(|k| **k == kind).flat_map(|k| [k; 6]));
        }
        kinds.sort();
        let mut at = day(1, 3).0;
        let make = |(kind, days, unit, seeds): (prop::sample::Index, i64, u8, Vec<u8>)| {
            at += days * Timestamp::DAY;
            told(&c, kinds[kind.index(kinds.len())], at, unit, &seeds)
        };
        steps.into_iter().map(make).collect()
    })
}

type Cells = BTreeMap<(String, i32, u128, String), (i64, i64, i64, Spread)>;

/// Everything that these facts come to.
fn folded<'t>(c: &Catalogue, facts: impl IntoIterator<Item = &'t Told>) -> Cells {
    let mut fold = Fold::new(&c.plan);
    for (seq, f) in (1..).zip(facts) {
        let (kind, subject, body) = (f.kind.as_str(), f.subject.as_str(), f.body.as_str());
        fold.take(&Line { seq, at: f.at, kind, subject, actor: 0, unit: f.unit, body });
    }
    let of = |change: &Change| {
        let mut spread = change.spread.clone();
        spread.retain(|_, n| *n != 0);
        (change.num, change.den, change.weight, spread)
    };
    let id = |ready: u16| c.plan.ready[usize::from(ready)].id.clone();
    let cells = fold.changes.iter();
    let cells =
        cells.map(|(k, v)| ((id(k.ready), k.month, k.unit, fold.texts.text(k.group).to_owned()), of(v)));
    cells.filter(|(_, v)| *v != (0, 0, 0, Spread::new())).collect()
}

/// The kinds of facts that can only prove an indicator: they leave no other mark than one that its numerator asks for,
/// as being there or as having come by a time. None where a formula has no such mark.
fn evidence(d: &Definition) -> Vec<String> {
    let f = d.formula().expect("a formula");
    let (Some(Amount::Count(numerator)), Some(Amount::Count(denominator))) = (&f.numerator, &f.denominator)
    else {
        return Vec::new();
    };
    let named = |c: &Claim| -> Vec<String> {
        match c {
            Claim::Is(m, _) | Claim::Count(m, _, _) => vec![m.clone()],
            Claim::Compare(a, _, b, _) => vec![a.mark.clone(), b.mark.clone()],
        }
    };
    let mut other: BTreeSet<String> = denominator.iter().flatten().flat_map(named).collect();
    other.extend(f.when.iter().chain(&f.weight).chain(&f.group).map(|t| t.mark.clone()));
    let first = |mark: &str| f.marks.iter().any(|(n, s)| n == mark && s.first);
    let proves = |c: &Claim, mark: &str| match c {
        Claim::Is(m, there) => m != mark || *there,
        Claim::Compare(a, op, b, _) if a.mark == mark => {
            b.mark != mark && a.of == Of::At && matches!(op, Op::Le | Op::Lt) && first(mark)
        }
        Claim::Compare(_, _, b, _) => b.mark != mark,
        Claim::Count(m, op, _) => m != mark || matches!(op, Op::Ge | Op::Gt),
    };
    let mut only: BTreeMap<&String, bool> = BTreeMap::new();
    for (name, s) in &f.marks {
        let proof = !other.contains(name) && numerator.iter().flatten().all(|c| proves(c, name));
        for kind in &s.kinds {
            *only.entry(kind).or_insert(true) &= proof;
        }
    }
    only.into_iter().filter(|(_, only)| *only).map(|(kind, _)| kind.clone()).collect()
}

/// The indicators of a share, the more the better, whose evidence stands in facts of its own.
fn proven(c: &Catalogue) -> BTreeMap<String, Vec<String>> {
    let of = c.definitions.iter().filter(|d| {
        d.works() && d.key.is_some() && d.measure == Measure::Rate && d.direction == Direction::Up
    });
    of.map(|d| (d.id.clone(), evidence(d))).filter(|(_, kinds)| !kinds.is_empty()).collect()
}

#[test]
fn these_indicators_rest_on_evidence_of_its_own() {
    let c = Catalogue::shipped().expect("a catalogue");
    let proven = proven(&c);
    let ids: Vec<&str> = proven.keys().map(String::as_str).collect();
    assert_eq!(ids, PROVEN);
    assert_eq!(proven["RC13"], ["notification.replied"]);
    assert!(selector("notification.replied where in_time = true").is_ok());
}

/// The made-up ledgers do prove something of each of these indicators, so that the property is not an empty one.
#[test]
fn made_up_ledgers_prove_something_of_each() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let c = Catalogue::shipped().expect("a catalogue");
    let proven = proven(&c);
    let mut mattered: BTreeSet<String> = BTreeSet::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let facts = ledger().new_tree(&mut runner).expect("a ledger").current();
        for (cell, value) in folded(&c, &facts) {
            if proven.contains_key(&cell.0) && value.0 > 0 {
                mattered.insert(cell.0);
            }
        }
    }
    assert!(proven.keys().all(|id| mattered.contains(id)), "{mattered:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Taking any piece of evidence out of the ledger lowers the score that it proved or leaves it, cell by cell.
    #[test]
    fn deleting_evidence_never_raises_a_score(facts in ledger()) {
        let c = Catalogue::shipped().expect("a catalogue");
        let all = folded(&c, &facts);
        for (id, kinds) in proven(&c) {
            for gone in (0..facts.len()).filter(|n| kinds.contains(&facts[*n].kind)) {
                let left = folded(&c, facts.iter().enumerate().filter(|(n, _)| *n != gone).map(|(_, f)| f));
                for (cell, was) in all.iter().filter(|(cell, _)| cell.0 == id) {
                    let is = left.get(cell).cloned().unwrap_or_default();
                    prop_assert_eq!(is.1, was.1, "the denominator of {:?} stays", cell);
                    prop_assert!(is.0 <= was.0, "{:?} rose from {} to {} without {:?}", cell, was.0, is.0, facts[gone]);
                }
                prop_assert!(left.keys().filter(|cell| cell.0 == id).all(|cell| all.contains_key(cell)));
            }
        }
    }

    /// Figures depend on what a unit did, never on which unit it is.
    #[test]
    fn permuting_the_units_permutes_their_figures_and_changes_none(facts in ledger(), turn in 1..3_u128) {
        let c = Catalogue::shipped().expect("a catalogue");
        let other = |u: u128| (u - 1 + turn) % 3 + 1;
        let dealt: Vec<Told> = facts.iter().map(|f| Told { unit: other(f.unit), ..f.clone() }).collect();
        let expected: Cells = folded(&c, &facts).into_iter().map(|((id, m, u, g), v)| ((id, m, other(u), g), v)).collect();
        prop_assert_eq!(folded(&c, &dealt), expected);
    }

    /// Without its facts an indicator has no cell at all.
    #[test]
    fn no_figure_without_facts_of_its_own(facts in ledger(), which in any::<prop::sample::Index>()) {
        let c = Catalogue::shipped().expect("a catalogue");
        let working: Vec<&Definition> = c.definitions.iter().filter(|d| d.works()).collect();
        let d = working[which.index(working.len())];
        let own = kinds(d);
        let left = folded(&c, facts.iter().filter(|f| !own.contains(&f.kind)));
        prop_assert!(left.keys().all(|cell| cell.0 != d.id), "{}: {:?}", d.id, left);
    }
}
