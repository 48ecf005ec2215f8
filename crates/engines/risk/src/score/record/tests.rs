//! What a score over records learns, and that it says the same for ever.

use super::*;

/// Two operators of whom one cheats; `shuffled` gives the results to others.
fn year(shuffled: bool) -> Vec<Example> {
    let (mut memory, mut out) = (Memory::new(), Vec::new());
    for day in 0..120_i64 {
        let mut today = Vec::new();
        for n in 0..20_i64 {
            let draw = crate::draw::draw(&[3; 32], &format!("{day} {n}"), "test") as i64;
            let cheats = draw % 4 == 0;
            let operator = if cheats { format!("C{}", draw % 3) } else { format!("H{}", draw % 7) };
            let texts = [operator, String::new(), "071080".into(), "CN".into(), "JP".into(), "CNSHA".into()];
            let grams = Some(1_000_000 + draw);
            let case = Case {
                day,
                month: 1 + day / 30,
                texts,
                class: 3,
                risk: 2,
                lines: 1,
                grams,
                ..Case::default()
            };
            let violation = if shuffled {
                crate::draw::draw(&[4; 32], &format!("{day} {n}"), "other") % 10 == 3
            } else {
                cheats && draw % 5 != 0
            };
            out.push(Example { day, features: case.features(&memory), result: Some(violation) });
            today.push((case, violation));
        }
        for (case, violation) in today {
            case.lodged(&mut memory);
            case.known(violation, &mut memory);
        }
    }
    out
}

fn options() -> Options {
    Options { trees: 30, held_back: 0.3, ..Options::default() }
}

#[test]
fn a_score_learns_who_cheats_and_nothing_from_chance() {
    let model = train(&year(false), &options()).expect("trained");
    assert!(model.card.held_back_auc.is_some_and(|a| a > 0.85), "{:?}", model.card.held_back_auc);
    let chance = train(&year(true), &options()).expect("trained");
    assert!(
        chance.card.held_back_auc.is_some_and(|a| (0.35..0.65).contains(&a)),
        "{:?}",
        chance.card.held_back_auc
    );
    assert!(train(&year(false)[..50], &options()).is_err());
}

#[test]
fn a_stored_model_says_the_same_of_stored_features() {
    let all = year(false);
    let model = train(&all, &options()).expect("trained");
    let again = Model::from_json(&model.to_json().expect("json")).expect("a model");
    for e in all.iter().rev().take(200) {
        let text = serde_json::to_string(&e.features).expect("json");
        let stored: Vec<Option<i64>> = serde_json::from_str(&text).expect("features");
        assert_eq!(again.score(&stored), model.score(&e.features));
    }
    let said = model.score(&all[all.len() - 1].features);
    assert!(said.reasons.len() == NAMED && said.probability_ppm <= 1_000_000);
}

#[test]
fn histories_added_up_in_parts_are_the_same_and_know_nothing_of_today() {
    let case = Case {
        day: 5,
        texts: ["A".into(), String::new(), "071080".into(), "CN".into(), "JP".into(), "P".into()],
        grams: Some(5_000),
        value: Some(9_000),
        ..Case::default()
    };
    let (mut whole, mut part) = (Memory::new(), Memory::new());
    case.lodged(&mut whole);
    case.known(true, &mut whole);
    case.lodged(&mut whole);
    case.lodged(&mut part);
    let mut sum = part.clone();
    case.known(true, &mut sum);
    for (key, past) in &part {
        sum.entry(key.clone()).or_default().add(past);
    }
    assert_eq!(whole, sum);
    assert_eq!(case.features(&whole).len(), names().len());
    let later = Case { day: 9, ..case.clone() };
    let at = names().iter().position(|n| n == "days operator").expect("a feature");
    assert_eq!(later.features(&whole)[at], Some(4_000_000));
    assert_eq!(case.features(&Memory::new())[at], None);
}

#[test]
fn a_shape_has_a_class_for_what_is_missing() {
    let sample: Vec<Option<i64>> = (0..100).map(|n| (n % 10 != 0).then_some(n)).collect();
    let shape = Shape::of(&sample);
    assert_eq!(shape.counts.iter().sum::<usize>(), 100);
    assert_eq!(shape.counts.last(), Some(&10));
}
