//! How a day's work becomes a brand, from end to end and through pages only: a notification is handled within the day
//! and moves the figures; the 24-hour traceback brand of the branch passes its gate on them; six peers are offered the
//! practice and two adopt; the effect is measured; a standing rule tightens a number, and the next matter is decided
//! under it and says so. Months of daily work between the deeds are written as their facts.

use super::{World, day, one};
use crate::pages::Pages;
use excellence::{brand, caf, indicator, practice, standing_rule};
use flow::clockwork;
use kernel::{
    Actor, BrandId, NotificationId, Role, StandingRuleId, Supervision, Timestamp,
    supervision::{TraceEnded, TraceStarted},
};
use std::ops::RangeInclusive;
use stories::abroad::{Hall, hall_of};
use supervision::{
    competence::Task,
    notification::{self, Stage},
    release::Outcome,
    traceback,
};
use testkit::{TestDb, on_both};

/// The branches beside Beilun and Zhenhai.
const MORE: [&str; 5] = ["XS", "YY", "CX", "YH", "FH"];
/// Traces of a branch in a month, and matters promised.
const TRACES: i64 = 20;
const MATTERS: i64 = 3;

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

/// The brand, proposed by the branch and approved by the leading group.
async fn chartered(w: &World, p: &Pages) -> BrandId {
    let tx = w.at(2027, 1, 4).await;
    w.finish(tx).await;
    let unit = w.units[0].to_string();
    let brand = p
        .fill(
            &w.head(0),
            "/brands/new",
            &[
                ("unit", &unit),
                ("code", "BL-TRACE24"),
                ("name_zh", "24小时追溯"),
                ("name_en", "Traced in a day"),
                ("mechanism", "M3"),
                ("problem", "A notice from abroad took a week to reach the field"),
                ("beneficiary", "consumers, and plants that did nothing wrong"),
                ("core_work", "follow-up of notifications"),
                ("promise", "Every trace reaches farms and consignees within a day"),
                ("indicator", "RC14"),
                ("starts_on", "2027-01-01"),
                ("ends_on", "2027-12-31"),
            ],
        )
        .await;
    brand.says(&["Traced in a day", "RC14"]);
    let tasks: Vec<String> =
        (1..=4).map(|q| format!("2027-Q{q} trace every notice on the day it comes")).collect();
    let charter = [
        ("measures", "raw lots are entered on the day they come"),
        ("target", "95"),
        ("guards", "SV02"),
        ("resources", "two officers of the risk desk on call"),
        ("gate_on", "2027-07-15"),
        ("tasks", &tasks.join("\n")),
    ];
    let approve = format!("{}/do/approve", brand.place);
    p.open(&w.leader, &brand.place).await.leads(&approve);
    p.fill(&w.leader, &approve, &charter).await.says(&["raw lots are entered on the day they come"]);
    brand.id()
}

/// A notice of the morning: attributed, traced, its cause found, the plant's correction seen, and the authority answered
/// before the day is over.
async fn handled(w: &World, h: &Hall, p: &Pages, t: &TestDb) -> NotificationId {
    w.clock.set(day(2027, 2, 22));
    let d = w.b.lodge("T1").await;
    let lot = h.released(d).await[0].to_string();
    let panel: Vec<String> = h.panel.iter().map(ToString::to_string).collect();
    let notice = [
        ("source", "rasff"),
        ("reference", "2027.1"),
        ("kind", "border rejection"),
        ("notified_on", "2027-02-22"),
        ("notifier", "Germany"),
        ("product", "Frozen spinach"),
        ("hazard", "Chlorpyrifos"),
        ("hazard_category", "Pesticide residues"),
        ("serious", "true"),
        ("lot_no", "T1"),
    ];
    let n = p.fill(&h.risk, "/notifications/new", &notice).await;
    let mut named = vec![("finding", "the lot number agrees"), ("lots", lot.as_str())];
    named.extend(panel.iter().map(|o| ("panel", o.as_str())));
    p.fill(&h.risk, &format!("{}/attribute", n.place), &named).await;
    let id: NotificationId = n.id();
    let trace = p.fill(&h.risk, &format!("/tracebacks/new?notification={id}"), &[("lots", &lot)]).await;
    t.pass(6 * Timestamp::HOUR);
    let seen = [("records-seen", "true"), ("reason", "records of plant and farm delivered")];
    p.fill(&h.risk, &format!("{}/end-trace", trace.place), &seen).await;
    let cause = [("cause", "farm_input"), ("evidence", "spray record of field 3")];
    p.fill(&h.risk, &format!("{}/cause", n.place), &cause).await;
    p.fill(&h.risk, &format!("{}/report", n.place), &[("text", "Traced to one field; held and tested.")])
        .await;
    let told = p.fill(&h.risk, &format!("{}/final", n.place), &[]).await;
    let asked = told.link("/corrections/");
    p.fill(&h.risk, &format!("{asked}/plan"), &[("plan", "a spray record for each field")]).await;
    let visit = [("passed", "yes"), ("finding", "seen at work")];
    p.fill(&h.head, &format!("{asked}/verify"), &visit).await;
    p.fill(&h.risk, &format!("{}/close", n.place), &[("reason", "verified")]).await;
    let mut tx = w.b.read().await;
    let stands = notification::one(&mut tx, id).await.expect("a reading").expect("a notification");
    assert_eq!(stands.stage, Stage::Monitored);
    id
}

/// The task of the quarter is proven by the trace of that day.
async fn reported(w: &World, p: &Pages, id: BrandId) {
    let tx = w.at(2027, 2, 24).await;
    w.finish(tx).await;
    let mut tx = w.b.read().await;
    let ended =
        store::ledger::page(&mut tx, i64::MAX, 1, Some("traceback.ended")).await.expect("facts").remove(0);
    drop(tx);
    let (seq, task) = (ended.seq.to_string(), format!("/brands/{id}/do/task"));
    let told = [("no", "1"), ("note", "notice 2027.1 in six hours"), ("chosen", &seq)];
    p.fill(&w.head(0), &task, &told).await.says(&[&format!("/ledger/{seq}")]);
}

/// The gate of the summer, held by the secretariat with a reviewer of the legal office.
async fn judged(w: &World, p: &Pages, id: BrandId) {
    let tx = w.at(2027, 7, 12).await;
    w.finish(tx).await;
    let gate = [
        ("reviewers", "NB-auditor"),
        ("own", "95"),
        ("users", "80"),
        ("superior", "70"),
        ("outcome", "pass"),
        ("note", "seen on the spot"),
    ];
    p.fill(&w.secretary, &format!("/brands/{id}/do/gate"), &gate)
        .await
        .says(&["Passed its gate", "NB-auditor"]);
    let mut tx = w.b.read().await;
    let effect = brand::gates(&mut tx, id).await.expect("gates").remove(0).effect;
    assert_eq!(
        (effect["better"].as_bool(), effect["peers"].as_u64()),
        (Some(true), Some(6)),
        "passed on these facts"
    );
    let after = (effect["after"]["numerator"].as_i64(), effect["after"]["denominator"].as_i64());
    assert_eq!(after, (Some(115), Some(121)), "the day's trace is one of them");
}

/// Six peers are offered the practice, two adopt.
async fn spread(w: &World, p: &Pages, id: BrandId) {
    let tx = w.at(2027, 7, 13).await;
    w.finish(tx).await;
    let package = [
        ("preconditions", "raw lots are entered with their proofs"),
        ("steps", "mark the lot\nrun the trace\nclose every gap by telephone"),
        ("forms", "list of gaps"),
        ("side_effects", "plants enter their lots a day earlier"),
        ("does_not_fit_if", "the branch supervises no plant"),
    ];
    p.fill(&w.secretary, &format!("/brands/{id}/do/package"), &package).await;
    p.fill(&w.secretary, &format!("/brands/{id}/do/offer"), &[]).await;
    let mut tx = w.b.read().await;
    let practice = practice::by_brand(&mut tx, id).await.expect("a reading").expect("a practice");
    let offers = practice::offers(&mut tx, practice.id).await.expect("offers");
    drop(tx);
    assert_eq!(offers.len(), 6, "every peer");
    for unit in 1..=6 {
        let (answer, reason) = if unit <= 2 { ("adopt", "") } else { ("decline", "few plants of our own") };
        let answer = [("answer", answer), ("reason", reason)];
        p.fill(&w.head(unit), &format!("/brands/{id}/do/answer"), &answer).await;
    }
    let tx = w.at(2027, 9, 20).await;
    w.finish(tx).await;
    assert_eq!(figure(w, "LC03", false, (2027, 12)).await, (0, 6), "an answer is no practice yet");
    let verify = format!("/brands/{id}/do/verify");
    for o in offers.iter().filter(|o| w.units[1..=2].contains(&o.unit)) {
        let offer = o.id.to_string();
        let seen = [("offer", offer.as_str()), ("seen", "1"), ("seen", "2"), ("seen", "3")];
        p.fill(&w.secretary, &verify, &seen).await.says(&["seen operating on"]);
    }
}

/// The rule that gives a trace twenty hours in place of twenty-four.
async fn ruled(w: &World, p: &Pages, id: BrandId) -> StandingRuleId {
    let tx = w.at(2028, 1, 14).await;
    w.finish(tx).await;
    let draft = [
        ("title_zh", "追溯时限规定"),
        ("title_en", "Rule on the time of a trace"),
        ("body", "Traces end within twenty hours."),
        ("change", "traceback.hours = 20 hour"),
    ];
    p.fill(&w.secretary, &format!("/brands/{id}/do/draft"), &draft).await;
    let review = [("lawful", "yes"), ("opinion", "within the bureau's powers")];
    p.fill(&w.auditor, &format!("/brands/{id}/do/review"), &review).await;
    let decision = [
        ("no", "NB-2028-2"),
        ("minutes", "meeting of 14 January 2028"),
        ("effective_from", "2028-03-01"),
        ("review_on", "2029-03-01"),
    ];
    p.fill(&w.leader, &format!("/brands/{id}/do/decide"), &decision)
        .await
        .says(&["NB-2028-2", "traceback.hours"]);
    let mut tx = w.b.read().await;
    standing_rule::by_brand(&mut tx, id).await.expect("rules")[0].id
}

/// A consignment and a trace of the day after the rule's first: both are judged under the new version and say so.
async fn under_the_rule(w: &World, h: &Hall, p: &Pages, clerk: &Actor) {
    w.clock.set(day(2028, 3, 2));
    let goods = [
        ("branch", "BL"),
        ("operator", "3302960001"),
        ("plant", "3300/00001"),
        ("market", "JP"),
        ("port", "CNNGB"),
        ("mode", "general"),
        ("lines[0].hs", "071030"),
        ("lines[0].name", "冷冻菠菜"),
        ("lines[0].quantity", "12000"),
        ("lines[0].unit", "KGM"),
        ("lines[0].lots", "T2 12000"),
    ];
    let lodged = p.fill(clerk, "/declarations/new", &goods).await;
    lodged.says(&["CN-2026/2"]);
    let d = lodged.id();
    let releaser = w.b.officer("F028", Role::Releaser, &[Task::Release]).await;
    w.b.to_release(d, true).await;
    let lots = w.b.lots(d).await;
    w.b.settle(&releaser, d, &lots, Outcome::Release, "").await.expect("released");
    let settled = h.facts("release.settled").await.into_iter().find_map(|f| match f {
        Supervision::Settled(s) if s.declaration == d => Some(s),
        _ => None,
    });
    assert_eq!(settled.expect("a release").rule_version, "CN-2026/2", "the decision says so");
    let lot = lots[0].to_string();
    let trace = p.fill(&h.risk, &format!("/tracebacks/new?lot={lot}"), &[("lots", &lot)]).await;
    trace.says(&["CN-2026/2", "20 hours"]);
    let mut tx = w.b.read().await;
    let due = tx.now().plus_hours(20);
    let trace = traceback::one(&mut tx, trace.id()).await.expect("a reading").expect("a trace");
    assert_eq!(trace.due_at, due, "twenty hours from now on");
}

on_both! {
    async fn b_8_a_day_of_work_becomes_a_brand_a_practice_and_a_rule(t: TestDb) {
        let w = World::of(&t, &MORE).await;
        traces(&w, 2026, 1..=12, [14; 7]).await;
        let h = hall_of(w.b.clone()).await;
        let clerk = w.b.officer("C001", Role::Clerk, &[Task::Accept]).await;
        let p = Pages::of(&w.b).await;
        let heads: Vec<Actor> = (0..7).map(|unit| w.head(unit)).collect();
        p.logins(&heads.iter().chain([&w.leader, &w.secretary, &w.auditor, &h.risk, &h.head, &clerk]).collect::<Vec<_>>()).await;
        let id = chartered(&w, &p).await;
        traces(&w, 2027, 1..=2, [19, 14, 15, 14, 13, 14, 14]).await;
        w.fold().await;
        let quarter = (2027, 2);
        let before = figure(&w, "RC14", true, quarter).await;
        assert_eq!((before, figure(&w, "RC12", false, quarter).await.0), ((38, 40), 0));
        let notified = handled(&w, &h, &p, &t).await;
        w.fold().await;
        assert_eq!(figure(&w, "RC12", false, quarter).await.0, 1, "attributed to a plant");
        assert_eq!(figure(&w, "RC13", false, quarter).await, (1, 1), "answered within its day");
        assert_eq!(figure(&w, "RC14", true, quarter).await, (39, 41), "and traced in it");
        reported(&w, &p, id).await;
        traces(&w, 2027, 3..=6, [19, 14, 15, 14, 13, 14, 14]).await;
        judged(&w, &p, id).await;
        assert_eq!(figure(&w, "RC18", true, (2027, 4)).await, (1, 1), "the visit on site was made in its time");
        spread(&w, &p, id).await;
        traces(&w, 2027, 7..=12, [19, 19, 19, 14, 13, 14, 14]).await;
        let tx = w.at(2028, 1, 14).await;
        w.finish(tx).await;
        clockwork::run_due(&w.b.desk).await.expect("a turn");
        w.fold().await;
        assert_eq!(figure(&w, "LC03", false, (2027, 12)).await, (2, 6), "two of six are seen operating");
        assert_eq!(figure(&w, "LC04", false, (2028, 1)).await, (2, 2), "and both found the effect again");
        p.open(&w.leader, &format!("/brands/{id}")).await.says(&["effect found again", "+25.0"]);
        let rule = ruled(&w, &p, id).await;
        under_the_rule(&w, &h, &p, &clerk).await;
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
