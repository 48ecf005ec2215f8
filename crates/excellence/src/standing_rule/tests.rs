//! The pure rules of standing rules.

use super::rules::{change_gaps, changed_pack, held_in_half};
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
