//! The pure rules of standing rules.

use super::rules::{change_gaps, changed_pack, held_in_half, restored_pack};
use super::{Draft, PackChange, StandingRule};
use kernel::{BrandId, Date, StandingRuleId, Timestamp, bi};
use registry::rules::{Adopted, Pack, Rules, Status};
use uuid::Uuid;

fn book() -> Rules {
    let pack = Pack::parse(include_str!("../../../../rule-packs/CN-2026.toml")).expect("a pack");
    let from = pack.effective_from;
    let adopted = Adopted {
        id: Uuid::nil().into(),
        pack,
        effective_from: from,
        sha256: String::new(),
        adopted_at: Timestamp(0),
    };
    Rules { adopted: vec![adopted], ..Rules::default() }
}

fn rule(change: Vec<PackChange>) -> StandingRule {
    StandingRule {
        id: StandingRuleId(Uuid::nil()),
        brand: BrandId(Uuid::nil()),
        draft: Draft { title: bi("", ""), body: String::new(), change },
        stage: "decided".into(),
        drafted_by: None,
        opinion: String::new(),
        no: Some("甬检制〔2027〕3 号".into()),
        effective_from: Some(Date::constant(2027, 3, 1)),
        review_on: None,
        rule_version: String::new(),
        ends_on: None,
        ended_version: String::new(),
    }
}

#[test]
fn b_8_an_effect_must_hold_in_half_of_the_adopters() {
    assert!(held_in_half(1, 2) && held_in_half(2, 3) && held_in_half(1, 1));
    assert!(!held_in_half(1, 3) && !held_in_half(0, 0), "without adopters there is nothing to hold");
}

#[test]
fn b_8_the_pack_changes_in_what_the_rule_says_and_in_nothing_else() {
    let book = book();
    let change = vec![
        PackChange::Number { key: "release.working_days".into(), value: 5, unit: String::new() },
        PackChange::LaneRate { row: 9, rate_ppm: 150_000 },
    ];
    let pack = changed_pack(&book, &rule(change)).expect("a pack");
    let old = &book.adopted[0].pack;
    assert_eq!((pack.code.as_str(), pack.version.as_str()), ("CN-2026", "2"));
    let days = pack.number("release.working_days").expect("a number");
    assert_eq!(
        (days.value, days.status, days.citation.as_str()),
        (5, Status::Verified, "甬检制〔2027〕3 号")
    );
    let others = |p: &Pack| {
        p.parameter.iter().filter(|p| p.key != "release.working_days").cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&pack), others(old));
    let changed: Vec<u32> =
        pack.lane.iter().zip(&old.lane).filter(|(a, b)| a != b).map(|(a, _)| a.row).collect();
    assert_eq!(changed, [9]);
    let text = toml::to_string(&pack).expect("toml");
    assert_eq!(Pack::parse(&text).expect("it reads back"), pack);
}

#[test]
fn b_8_a_rule_that_changes_nothing_is_no_rule() {
    let book = book();
    let pack = &book.adopted[0].pack;
    assert!(change_gaps(pack, &[]).is_some());
    let same = PackChange::Number { key: "release.working_days".into(), value: 7, unit: String::new() };
    assert!(change_gaps(pack, &[same]).is_some());
    assert!(change_gaps(pack, &[PackChange::LaneRate { row: 99, rate_ppm: 1 }]).is_some());
    assert!(change_gaps(pack, &[PackChange::LaneRate { row: 9, rate_ppm: 1 }]).is_none());
}

#[test]
fn a_pack_for_a_later_day_would_undo_the_rule() {
    let mut book = book();
    let mut later = book.adopted[0].clone();
    later.effective_from = Date::constant(2027, 6, 1);
    book.adopted.push(later);
    let change = vec![PackChange::LaneRate { row: 9, rate_ppm: 1 }];
    let no = changed_pack(&book, &rule(change)).expect_err("refused");
    assert_eq!(no.refusal().map(|r| r.code.as_str()), Some("standing_rule.later_pack"));
}

/// Adopts what a rule changes, and names the version that carries it.
fn enact(book: &mut Rules, rule: &mut StandingRule) {
    let pack = changed_pack(book, rule).expect("a pack");
    let from = pack.effective_from;
    let (id, sha256, adopted_at) = (Uuid::nil().into(), String::new(), Timestamp(1));
    let adopted = Adopted { id, pack, effective_from: from, sha256, adopted_at };
    rule.rule_version = adopted.label();
    rule.stage = "enacted".into();
    book.adopted.push(adopted);
}

#[test]
fn b_8_an_item_of_the_checklist_comes_and_goes() {
    let mut book = book();
    let old = book.adopted[0].pack.clone();
    let added = PackChange::ItemAdded {
        code: "AIR".into(),
        zh: "回风温度".into(),
        en: "Temperature of the returning air".into(),
        unit: "°C".into(),
    };
    let twice = [added.clone(), added.clone()];
    assert!(change_gaps(&old, &twice).is_some(), "one target twice");
    let removed = PackChange::ItemRemoved { code: "SENSE".into() };
    assert!(change_gaps(&old, &[PackChange::ItemRemoved { code: "NONE".into() }]).is_some());
    let all: Vec<_> = old.item.iter().map(|i| PackChange::ItemRemoved { code: i.code.clone() }).collect();
    assert!(change_gaps(&old, &all).is_some(), "nothing would be looked at");
    let mut r = rule(vec![added.clone(), removed]);
    assert!(change_gaps(&old, &r.draft.change).is_none());
    enact(&mut book, &mut r);
    let now = &book.adopted[1].pack;
    let codes = |p: &Pack| p.item.iter().map(|i| i.code.clone()).collect::<Vec<_>>();
    assert!(codes(now).contains(&"AIR".to_owned()) && !codes(now).contains(&"SENSE".to_owned()));
    assert_eq!(Pack::parse(&toml::to_string(now).expect("toml")).expect("it reads back"), *now);
    assert!(change_gaps(now, &[added]).is_some(), "the code is taken");
    let back = restored_pack(&book, &r, Date::constant(2028, 3, 1)).expect("a pack");
    assert_eq!(back.item, old.item, "in their order");
    assert_eq!((back.version.as_str(), back.effective_from), ("3", Date::constant(2028, 3, 1)));
}

#[test]
fn a_withdrawn_rule_puts_back_its_own_number_and_no_other() {
    let mut book = book();
    let old = book.adopted[0].pack.clone();
    let mut r = rule(vec![
        PackChange::Number { key: "release.working_days".into(), value: 5, unit: String::new() },
        PackChange::Number { key: "release.new".into(), value: 2, unit: "day".into() },
        PackChange::LaneRate { row: 9, rate_ppm: 150_000 },
    ]);
    enact(&mut book, &mut r);
    let mut other = rule(vec![PackChange::LaneRate { row: 8, rate_ppm: 7 }]);
    other.no = Some("甬检制〔2027〕9 号".into());
    enact(&mut book, &mut other);
    let from = Date::constant(2028, 3, 1);
    let back = restored_pack(&book, &r, from).expect("a pack");
    assert_eq!(back.parameter, old.parameter);
    let rate = |row: u32| back.lane.iter().find(|l| l.row == row).expect("a row").clone();
    assert_eq!(rate(9), *old.lane.iter().find(|l| l.row == 9).expect("a row"));
    assert_eq!((rate(8).rate_ppm, rate(8).citation.as_str()), (7, "甬检制〔2027〕9 号"));
}

#[test]
fn what_another_rule_changed_since_is_named_and_left_alone() {
    let mut book = book();
    let mut r = rule(vec![PackChange::LaneRate { row: 9, rate_ppm: 150_000 }]);
    enact(&mut book, &mut r);
    let mut other = rule(vec![PackChange::LaneRate { row: 9, rate_ppm: 90_000 }]);
    other.no = Some("甬检制〔2027〕9 号".into());
    enact(&mut book, &mut other);
    let from = Date::constant(2028, 3, 1);
    let no = restored_pack(&book, &r, from).expect_err("refused");
    let no = no.refusal().expect("a refusal");
    assert_eq!(no.code, "standing_rule.changed_since");
    assert_eq!((no.missing[0].field.as_str(), no.missing[0].value.as_str()), ("lane 9", "90000 ppm"));
    assert!(no.missing[0].needed.en.contains("甬检制〔2027〕9 号"), "{:?}", no.missing[0].needed);
    let back = restored_pack(&book, &other, from).expect("the later one goes first");
    assert_eq!(back.lane.iter().find(|l| l.row == 9).map(|l| l.rate_ppm), Some(150_000));
}
