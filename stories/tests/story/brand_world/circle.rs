//! The circle closed: daily work carries a brand, the brand a practice, the practice a rule; the rule changes a number,
//! and the next declaration is judged under it. Half a year and a year later both are measured again.

use super::{World, package};
use excellence::standing_rule::{self, Decision, Draft, PackChange};
use excellence::{brand, indicator, practice};
use flow::clockwork;
use kernel::{Date, bi};
use testkit::{TestDb, on_both};

on_both! {
    async fn b_8_the_next_declaration_is_judged_under_the_number_that_the_rule_changed(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.passed().await;
        let before = w.b.lodge("L1").await;
        let mut tx = w.at(2027, 7, 13).await;
        let p = practice::package(&mut tx, &w.secretary, id, &package()).await.expect("a practice");
        practice::offer(&mut tx, &w.secretary, p).await.expect("offered");
        for o in practice::offers(&mut tx, p).await.expect("offers") {
            let unit = w.units.iter().position(|u| *u == o.unit).expect("a branch");
            let (answer, reason) = if unit == 3 { ("decline", "no window of its own") } else { ("adopt", "") };
            practice::answer(&mut tx, &w.head(unit), o.id, answer, reason).await.expect("answered");
        }
        w.finish(tx).await;
        w.work(2027, 7..=12, [19, 19, 18, 13], 20).await;
        let mut tx = w.at(2028, 1, 12).await;
        let draft = Draft {
            title: bi("一次告知规定", "Rule on telling once"),
            body: "Every deficiency is told at once, within three working days.".into(),
            change: vec![PackChange::Number { key: "notice.working_days".into(), value: 3, unit: "working_day".into() }],
        };
        let rule = standing_rule::draft(&mut tx, &w.c, &w.secretary, id, &draft).await.expect("drafted");
        standing_rule::review(&mut tx, &w.auditor, rule, true, "within the law's five days").await.expect("reviewed");
        let decision = Decision {
            no: "NB-2028-1".into(),
            minutes: "meeting of 12 January 2028".into(),
            effective_from: Date::constant(2028, 2, 1),
            review_on: Date::constant(2029, 2, 1),
        };
        standing_rule::decide(&mut tx, &w.leader, rule, &decision).await.expect("decided");
        w.finish(tx).await;
        assert_eq!(w.b.declaration(before).await.rule_version, "CN-2026/1", "what was begun stays under its own rules");
        let tx = w.at(2028, 2, 2).await;
        w.finish(tx).await;
        let after = w.b.lodge("L2").await;
        let d = w.b.declaration(after).await;
        assert_eq!(d.rule_version, "CN-2026/2", "and says so");
        assert_eq!(d.due_at.date().to_string(), "2028-02-08", "three working days after Wednesday, 2 February");
        measured_again(&w, rule).await;
    }
}

/// Two adopters are measured half a year after they adopted, the rule a year after its first day; both once.
async fn measured_again(w: &World, rule: kernel::StandingRuleId) {
    w.work(2028, 2..=12, [19, 18, 18, 13], 20).await;
    w.work(2029, 1..=1, [19, 18, 18, 13], 20).await;
    let tx = w.at(2029, 2, 12).await;
    w.finish(tx).await;
    for _ in 0..2 {
        clockwork::run_due(&w.b.desk).await.expect("a turn");
    }
    w.fold().await;
    let mut tx = w.b.read().await;
    let (_, held) = standing_rule::measured(&mut tx, rule).await.expect("read").expect("measured");
    assert_eq!(held, Some(true), "19 of 20 are told once, as before the rule");
    let lc08 = indicator::sheet(&mut tx, &w.c, "LC08", None, 2029 * 12 + 1).await.expect("a sheet");
    assert_eq!((lc08.figure.numerator, lc08.figure.denominator), (1, 1));
    let lc04 = indicator::sheet(&mut tx, &w.c, "LC04", None, 2029 * 12 + 1).await.expect("a sheet");
    assert_eq!(lc04.figure.denominator, 2, "both adopters, once");
    let all = brand::list(&mut tx, "", 10).await.expect("brands");
    assert_eq!(all[0].stage, "ruled");
}
