//! How a day's work becomes a brand, from end to end: a notification is handled within the day and moves the figures;
//! the 24-hour traceback brand of the branch passes its gate on them; six peers are offered the practice and two adopt;
//! the effect is measured; a standing rule tightens a number, and the next matter is decided under it and says so.

use super::{World, day, one};
use excellence::brand::{self, Charter, PlannedTask, Positioning, Proposed};
use excellence::practice::{self, Package};
use excellence::standing_rule::{self, Decision, Draft, PackChange};
use excellence::{caf, indicator};
use flow::clockwork;
use kernel::{
    BrandId, Date, NotificationId, Role, StandingRuleId, Supervision, Timestamp, UnitId, bi,
    supervision::{TraceEnded, TraceStarted},
};
use std::ops::RangeInclusive;
use stories::abroad::{Hall, hall_of, notice};
use supervision::{
    competence::Task,
    correction,
    notification::{self, Stage},
    release::Outcome,
    traceback::{self, Start, Starts},
};
use testkit::{TestDb, on_both};

/// The branches beside Beilun and Zhenhai.
const MORE: [&str; 5] = ["XS", "YY", "CX", "YH", "FH"];
/// Traces of a branch in a month, and matters promised.
const TRACES: i64 = 20;
const MATTERS: i64 = 3;

fn positioning(unit: UnitId) -> Positioning {
    Positioning {
        code: "BL-TRACE24".into(),
        unit,
        family: "regulatory".into(),
        mechanism: "M3".into(),
        name: bi("24小时追溯", "Traced in a day"),
        problem: "A notice from abroad took a week to reach the field".into(),
        beneficiary: "consumers, and plants that did nothing wrong".into(),
        core_work: "follow-up of notifications".into(),
        promise: "Every trace reaches farms and consignees within a day".into(),
        indicator: "RC14".into(),
        starts_on: Date::constant(2027, 1, 1),
        ends_on: Date::constant(2027, 12, 31),
    }
}

fn charter() -> Charter {
    let task =
        |q: &str| PlannedTask { quarter: q.into(), what: "trace every notice on the day it comes".into() };
    Charter {
        measures: vec!["raw lots are entered on the day they come".into()],
        indicator: "RC14".into(),
        target_milli: Some(95_000),
        guards: vec!["SV02".into()],
        resources: "two officers of the risk desk on call".into(),
        gate_on: Date::constant(2027, 7, 15),
        tasks: ["2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"].into_iter().map(task).collect(),
    }
}

fn package() -> Package {
    Package {
        preconditions: "raw lots are entered with their proofs".into(),
        steps: vec!["mark the lot".into(), "run the trace".into(), "close every gap by telephone".into()],
        forms: vec!["list of gaps".into()],
        side_effects: "plants enter their lots a day earlier".into(),
        does_not_fit_if: "the branch supervises no plant".into(),
    }
}

/// Months of daily work in every branch: twenty traces, of which so many were complete within the day, and some matters,
/// all in time.
async fn traces(w: &World, year: i16, months: RangeInclusive<i8>, met: [i64; 7]) {
    for month in months {
        w.clock.set(day(year, month, 3));
        let mut tx = w.b.begin().await;
        for (branch, met) in w.units.iter().copied().zip(met) {
            for i in 0..TRACES {
                let (traceback, kind) = (tx.id::<kernel::TracebackId>(), "drill".to_owned());
                let due_at = tx.now().plus_hours(24);
                let (notification, plant) = (None, None);
                let fact =
                    TraceStarted { traceback, kind: kind.clone(), notification, plant, branch, due_at };
                tx.append(traceback.subject(), None, Some(branch), fact);
                let (in_time, hours) = if i < met { (true, 9) } else { (false, 31) };
                let fact = TraceEnded {
                    traceback,
                    kind,
                    plant,
                    branch,
                    complete: true,
                    in_time,
                    met: in_time,
                    hours,
                };
                tx.append(traceback.subject(), None, Some(branch), fact);
            }
            for _ in 0..MATTERS {
                one(&mut tx, branch, true, true);
            }
        }
        tx.commit().await.expect("commit");
    }
}

/// Numerator and denominator of a figure in the period of a month; of the whole bureau without a unit.
async fn figure(w: &World, id: &str, beilun: bool, (year, month): (i32, i32)) -> (i64, i64) {
    let unit = beilun.then_some(&w.b.beilun);
    let mut tx = w.b.read().await;
    let s = indicator::sheet(&mut tx, &w.c, id, unit, year * 12 + month - 1).await.expect("a sheet");
    (s.figure.numerator, s.figure.denominator)
}

async fn chartered(w: &World) -> BrandId {
    let mut tx = w.at(2027, 1, 4).await;
    let done = brand::propose(&mut tx, &w.c, &w.head(0), &positioning(w.units[0])).await.expect("proposed");
    let Proposed::Brand(id) = done else { panic!("a year is no activity") };
    brand::approve(&mut tx, &w.c, &w.leader, id, &charter()).await.expect("approved");
    w.finish(tx).await;
    id
}

/// A notice of the morning: attributed, traced, its cause found, the plant's correction seen, and the authority answered
/// before the day is over.
async fn handled(w: &World, h: &Hall, t: &TestDb) -> NotificationId {
    w.clock.set(day(2027, 2, 22));
    let d = w.b.lodge("T1").await;
    let lots = h.released(d).await;
    let id = h.registered(&notice("2027.1", Some("T1"), "2027-02-22".into())).await;
    h.attributed(id, &lots).await;
    let genealogy = h.genealogy().await;
    let mut tx = w.b.begin().await;
    let from = Start { notification: Some(id), starts: Starts { lots, uris: vec![] }, seed: None };
    let trace = traceback::start(&mut tx, &h.risk, &from).await.expect("started");
    traceback::run(&mut tx, &h.risk, &*genealogy, trace, &[]).await.expect("run");
    w.finish(tx).await;
    t.pass(6 * Timestamp::HOUR);
    let mut tx = w.b.begin().await;
    assert!(
        traceback::end(&mut tx, &h.risk, trace, true, "records of plant and farm delivered")
            .await
            .expect("ended")
    );
    notification::find_cause(&mut tx, &h.risk, id, "farm_input", "spray record of field 3")
        .await
        .expect("a cause");
    notification::reply(&mut tx, &h.risk, id, "Traced to one field; held and tested.", false)
        .await
        .expect("told");
    notification::reply(&mut tx, &h.risk, id, "Cause and measures.", true).await.expect("a final report");
    w.finish(tx).await;
    let mut tx = w.b.begin().await;
    let asked = correction::of_notification(&mut tx, id).await.expect("corrections").remove(0);
    correction::plan(&mut tx, &h.risk, asked.id, "a spray record for each field").await.expect("planned");
    correction::verify(&mut tx, &h.head, asked.id, true, "seen at work").await.expect("verified");
    assert_eq!(
        notification::close(&mut tx, &h.risk, id, "verified").await.expect("watched"),
        Stage::Monitored
    );
    w.finish(tx).await;
    id
}

/// The task of the quarter is proven by the trace of that day.
async fn reported(w: &World, id: BrandId) {
    let mut tx = w.at(2027, 2, 24).await;
    let ended =
        store::ledger::page(&mut tx, i64::MAX, 1, Some("traceback.ended")).await.expect("facts").remove(0);
    brand::report_task(&mut tx, &w.head(0), id, 1, "notice 2027.1 in six hours", &[ended.seq])
        .await
        .expect("reported");
    w.finish(tx).await;
}

/// Six peers are offered the practice, two adopt.
async fn spread(w: &World, id: BrandId) {
    let mut tx = w.at(2027, 7, 13).await;
    let p = practice::package(&mut tx, &w.secretary, id, &package()).await.expect("a practice");
    practice::offer(&mut tx, &w.secretary, p).await.expect("offered");
    let offers = practice::offers(&mut tx, p).await.expect("offers");
    assert_eq!(offers.len(), 6, "every peer");
    for o in offers {
        let unit = w.units.iter().position(|u| *u == o.unit).expect("a branch");
        let (answer, reason) = if unit <= 2 { ("adopt", "") } else { ("decline", "few plants of our own") };
        practice::answer(&mut tx, &w.head(unit), o.id, answer, reason).await.expect("answered");
    }
    w.finish(tx).await;
}

/// The rule that gives a trace twenty hours in place of twenty-four.
async fn ruled(w: &World, id: BrandId) -> StandingRuleId {
    let mut tx = w.at(2028, 1, 14).await;
    let change = vec![PackChange::Number { key: "traceback.hours".into(), value: 20, unit: "hour".into() }];
    let draft = Draft {
        title: bi("追溯时限规定", "Rule on the time of a trace"),
        body: "Traces end within twenty hours.".into(),
        change,
    };
    let rule = standing_rule::draft(&mut tx, &w.c, &w.secretary, id, &draft).await.expect("drafted");
    standing_rule::review(&mut tx, &w.auditor, rule, true, "within the bureau's powers")
        .await
        .expect("reviewed");
    let d = Decision {
        no: "NB-2028-2".into(),
        minutes: "meeting of 14 January 2028".into(),
        effective_from: Date::constant(2028, 3, 1),
        review_on: Date::constant(2029, 3, 1),
    };
    standing_rule::decide(&mut tx, &w.leader, rule, &d).await.expect("decided");
    w.finish(tx).await;
    rule
}

/// A consignment and a trace of the day after the rule's first: both are judged under the new version and say so.
async fn under_the_rule(w: &World, h: &Hall) {
    w.clock.set(day(2028, 3, 2));
    let d = w.b.lodge("T2").await;
    assert_eq!(w.b.declaration(d).await.rule_version, "CN-2026/2");
    let releaser = w.b.officer("F028", Role::Releaser, &[Task::Release]).await;
    w.b.to_release(d, true).await;
    let lots = w.b.lots(d).await;
    w.b.settle(&releaser, d, &lots, Outcome::Release, "").await.expect("released");
    let settled = h.facts("release.settled").await.into_iter().find_map(|f| match f {
        Supervision::Settled(s) if s.declaration == d => Some(s),
        _ => None,
    });
    assert_eq!(settled.expect("a release").rule_version, "CN-2026/2", "the decision says so");
    let mut tx = w.b.begin().await;
    let from = Start { notification: None, starts: Starts { lots, uris: vec![] }, seed: None };
    let trace = traceback::start(&mut tx, &h.risk, &from).await.expect("started");
    let due = tx.now().plus_hours(20);
    w.finish(tx).await;
    let started = h.facts("traceback.started").await.into_iter().find_map(|f| match f {
        Supervision::TraceStarted(s) if s.traceback == trace => Some(s.due_at),
        _ => None,
    });
    assert_eq!(started, Some(due), "twenty hours from now on");
}

on_both! {
    async fn b_8_a_day_of_work_becomes_a_brand_a_practice_and_a_rule(t: TestDb) {
        let w = World::of(&t, &MORE).await;
        traces(&w, 2026, 1..=12, [14; 7]).await;
        let id = chartered(&w).await;
        traces(&w, 2027, 1..=2, [19, 14, 15, 14, 13, 14, 14]).await;
        w.fold().await;
        let quarter = (2027, 2);
        let before = figure(&w, "RC14", true, quarter).await;
        assert_eq!((before, figure(&w, "RC12", false, quarter).await.0), ((38, 40), 0));
        let h = hall_of(w.b.clone()).await;
        let notified = handled(&w, &h, &t).await;
        w.fold().await;
        assert_eq!(figure(&w, "RC12", false, quarter).await.0, 1, "attributed to a plant");
        assert_eq!(figure(&w, "RC13", false, quarter).await, (1, 1), "answered within its day");
        assert_eq!(figure(&w, "RC14", true, quarter).await, (39, 41), "and traced in it");
        reported(&w, id).await;
        traces(&w, 2027, 3..=6, [19, 14, 15, 14, 13, 14, 14]).await;
        let mut tx = w.at(2027, 7, 12).await;
        let gate = w.gate(&mut tx, id, "pass").await.expect("passed on these facts");
        assert_eq!((gate.effect.better, gate.effect.peers), (Some(true), 6));
        assert_eq!((gate.effect.after.numerator, gate.effect.after.denominator), (115, 121), "the day's trace is one of them");
        w.finish(tx).await;
        assert_eq!(figure(&w, "RC18", true, (2027, 4)).await, (1, 1), "the visit on site was made in its time");
        spread(&w, id).await;
        traces(&w, 2027, 7..=12, [19, 19, 19, 14, 13, 14, 14]).await;
        let tx = w.at(2028, 1, 14).await;
        w.finish(tx).await;
        clockwork::run_due(&w.b.desk).await.expect("a turn");
        w.fold().await;
        assert_eq!(figure(&w, "LC03", false, (2027, 12)).await, (2, 6), "two of six adopted");
        assert_eq!(figure(&w, "LC04", false, (2028, 1)).await, (2, 2), "and both found the effect again");
        let rule = ruled(&w, id).await;
        under_the_rule(&w, &h).await;
        after_years(&w, &h, notified, id, rule).await;
    }
}

/// The notification is closed after its year and does not come back in another; the rule's effect is measured again.
async fn after_years(w: &World, h: &Hall, notified: NotificationId, id: BrandId, rule: StandingRuleId) {
    let mut tx = w.at(2028, 3, 15).await;
    assert_eq!(
        notification::close(&mut tx, &h.risk, notified, "a clean year").await.expect("closed"),
        Stage::Closed
    );
    w.finish(tx).await;
    w.fold().await;
    assert_eq!(figure(w, "RC15", false, (2028, 3)).await, (1, 1), "with its cause");
    traces(w, 2028, 4..=12, [19, 19, 19, 14, 13, 14, 14]).await;
    traces(w, 2029, 1..=3, [19, 19, 19, 14, 13, 14, 14]).await;
    let tx = w.at(2029, 4, 12).await;
    w.finish(tx).await;
    clockwork::run_due(&w.b.desk).await.expect("a turn");
    w.fold().await;
    assert_eq!(figure(w, "RC16", true, (2029, 3)).await, (1, 1), "the correction held for a year");
    let mut tx = w.b.read().await;
    let (_, held) = standing_rule::measured(&mut tx, rule).await.expect("read").expect("measured");
    assert_eq!(held, Some(true));
    let gap = indicator::sheet(&mut tx, &w.c, "LC06", None, 2028 * 12 + 11).await.expect("a sheet").figure;
    assert_eq!(
        gap.value,
        Some(11.0),
        "13 of 20 beside 19 of 20 traces; the two other targets are kept by all"
    );
    let b = brand::one(&mut tx, id).await.expect("a brand");
    let seen = caf::assess(&mut tx, &w.c, &b).await.expect("nine criteria");
    let floors: Vec<i64> = seen.iter().map(|c| c.band.floor()).collect();
    assert_eq!(
        (floors.len(), floors[0], floors[4]),
        (9, 71, 91),
        "no title yet; the process is measured again: {seen:?}"
    );
}
