//! The life of a brand, from twelve months of daily work to a number in the rule pack; on SQLite and on PostgreSQL.

use crate::brand_world::{World, charter, day, package, positioning, refused};
use excellence::brand::{self, Grade, HelpPlan, Proposed};
use excellence::standing_rule::{self, Decision, Draft, PackChange};
use excellence::{indicator, practice};
use kernel::{Date, Timestamp, bi};
use registry::rules;
use testkit::{TestDb, on_both};

on_both! {
    async fn b_1_without_twelve_months_of_record_a_proposal_goes_back_with_the_gap(t: TestDb) {
        let w = World::open(&t).await;
        w.work(2026, 9..=12, [14; 4], 20).await;
        let mut tx = w.at(2027, 1, 4).await;
        let no = refused(brand::propose(&mut tx, &w.c, &w.head(0), &positioning(w.units[0])).await);
        assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("brand.positioning", "baseline"));
        assert_eq!(no.missing[0].value, "4", "September to December");
        let no = refused(brand::propose(&mut tx, &w.c, &w.head(1), &positioning(w.units[0])).await);
        assert_eq!(no.code, "brand.decider", "another unit's head does not propose for it");
    }

    async fn b_2_the_same_promise_is_offered_to_join_as_a_peer(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.proposed().await;
        let mut tx = w.at(2027, 1, 5).await;
        let mut twin = positioning(w.units[1]);
        twin.code = "ZH-ONCE".into();
        let no = refused(brand::propose(&mut tx, &w.c, &w.head(1), &twin).await);
        assert_eq!(no.code, "brand.duplicate");
        assert!(no.remedy.en.contains("BL-ONCE"), "{:?}", no.remedy);
        brand::join(&mut tx, &w.head(1), id, w.units[1]).await.expect("joined");
        assert_eq!(brand::peers_of(&mut tx, id).await.expect("peers"), [w.units[1]]);
    }

    async fn b_3_a_charter_is_frozen_and_changes_through_a_gate_only(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.chartered().await;
        let mut other = charter();
        other.target_milli = Some(80_000);
        let mut tx = w.at(2027, 2, 1).await;
        let no = refused(brand::approve(&mut tx, &w.c, &w.leader, id, &other).await);
        assert_eq!(no.code, "brand.charter_frozen");
        w.finish(tx).await;
        w.work(2027, 1..=3, [14, 14, 14, 13], 20).await;
        let mut tx = w.at(2027, 4, 12).await;
        w.gate(&mut tx, id, "adjust").await.expect("a gate");
        tx.set_now(day(2027, 4, 13));
        brand::approve(&mut tx, &w.c, &w.leader, id, &other).await.expect("a second charter");
        let (revision, kept, sha256, _) = brand::charter(&mut tx, id).await.expect("read").expect("a charter");
        assert_eq!((revision, kept.target_milli, sha256.len()), (2, Some(80_000), 64));
        tx.set_now(day(2027, 4, 14));
        let no = refused(brand::approve(&mut tx, &w.c, &w.leader, id, &charter()).await);
        assert_eq!(no.code, "brand.charter_frozen", "one revision for each gate");
    }

    async fn b_4_b_5_a_gate_shows_three_views_and_does_not_pass_a_broken_guard(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.chartered().await;
        // Told once rises in Beilun, but what was promised in time is in time no longer.
        w.work(2027, 1..=6, [19, 14, 15, 13], 9).await;
        let mut tx = w.at(2027, 7, 12).await;
        let no = refused(w.gate(&mut tx, id, "pass").await);
        assert_eq!((no.code.as_str(), no.missing[1].field.as_str()), ("brand.outcome", "guard"));
        assert_eq!(no.missing[1].value, "SV02");
        let gate = w.gate(&mut tx, id, "continue").await.expect("a gate");
        assert_eq!(gate.weighted_milli, 75_750, "95 × 15 % + 80 × 20 % + 70 × 65 %");
        assert_eq!((gate.effect.better, gate.effect.peers), (Some(true), 3));
        assert!((gate.effect.net.expect("net") - 25.0).abs() < 1e-6, "{:?}", gate.effect);
        let held = brand::gates(&mut tx, id).await.expect("gates");
        let s = held[0].scores;
        assert_eq!((s.own_milli, s.users_milli, s.superior_milli), (95_000, 80_000, 70_000), "kept apart");
        assert_eq!(held[0].guards[0]["broken"], true);
        let inside = w.gate_by(&mut tx, id, "continue", w.head(0).officer.expect("an officer")).await;
        assert_eq!(refused(inside).code, "brand.independent");
    }

    async fn b_5_a_guard_without_records_lets_nobody_pass(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.proposed().await;
        let mut blind = charter();
        // No certificate is signed in these branches: nothing can be told of its guard.
        blind.guards = vec!["RC05".into()];
        let mut tx = w.at(2027, 1, 6).await;
        brand::approve(&mut tx, &w.c, &w.leader, id, &blind).await.expect("approved");
        w.finish(tx).await;
        w.work(2027, 1..=6, [19, 14, 15, 13], 20).await;
        let mut tx = w.at(2027, 7, 12).await;
        let no = refused(w.gate(&mut tx, id, "pass").await);
        assert_eq!((no.missing[1].field.as_str(), no.missing[1].value.as_str()), ("guard", "RC05"));
        w.gate(&mut tx, id, "continue").await.expect("it goes on");
    }

    async fn b_6_b_7_b_8_from_a_pass_to_a_number_in_the_rule_pack(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.passed().await;
        let mut tx = w.at(2027, 7, 13).await;
        let mut part = package();
        part.does_not_fit_if.clear();
        let no = refused(practice::package(&mut tx, &w.secretary, id, &part).await);
        assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("practice.incomplete", "does_not_fit_if"));
        let p = practice::package(&mut tx, &w.secretary, id, &package()).await.expect("a practice");
        let offers = practice::offer(&mut tx, &w.secretary, p).await.expect("offered");
        assert_eq!(offers.len(), 3, "every peer, not the unit itself");
        let offers = practice::offers(&mut tx, p).await.expect("offers");
        let of = |unit: usize| offers.iter().find(|o| o.unit == w.units[unit]).expect("an offer").id;
        practice::answer(&mut tx, &w.head(1), of(1), "adopt", "").await.expect("adopted");
        let no = refused(practice::answer(&mut tx, &w.head(2), of(2), "adapt", "").await);
        assert_eq!(no.missing[0].field, "reason", "what is changed must be said");
        practice::answer(&mut tx, &w.head(2), of(2), "adapt", "one list a window").await.expect("adapted");
        let no = refused(practice::answer(&mut tx, &w.head(1), of(3), "decline", "no window here").await);
        assert_eq!(no.code, "brand.decider", "the receiving unit answers for itself");
        practice::answer(&mut tx, &w.head(3), of(3), "decline", "no window here").await.expect("declined");
        w.finish(tx).await;
        // Zhenhai does as well as Beilun from now on; the one that adapted stays where it was.
        w.work(2027, 7..=12, [19, 19, 15, 13], 20).await;
        let mut tx = w.at(2028, 1, 10).await;
        let change = vec![PackChange::LaneRate { row: 10, rate_ppm: 40_000 }];
        let draft = Draft { title: bi("一次告知办法", "Rule of one notice"), body: "…".into(), change };
        let none = Draft { change: vec![], ..draft.clone() };
        let no = refused(standing_rule::draft(&mut tx, &w.c, &w.secretary, id, &none).await);
        assert_eq!(no.code, "standing_rule.change");
        let rule = standing_rule::draft(&mut tx, &w.c, &w.secretary, id, &draft).await.expect("a draft");
        let d = Decision {
            no: "NB-2028-3".into(), minutes: "minutes of 12 January".into(),
            effective_from: Date::constant(2028, 3, 1), review_on: Date::constant(2029, 3, 1),
        };
        let no = refused(standing_rule::decide(&mut tx, &w.leader, rule, &d).await);
        assert_eq!(no.code, "standing_rule.stage", "no decision without the legal review");
        standing_rule::review(&mut tx, &w.auditor, rule, true, "within the bureau's powers").await.expect("reviewed");
        let back = Decision { effective_from: Date::constant(2027, 3, 1), ..d.clone() };
        assert_eq!(refused(standing_rule::decide(&mut tx, &w.leader, rule, &back).await).missing[0].field, "effective_from");
        standing_rule::decide(&mut tx, &w.leader, rule, &d).await.expect("decided");
        w.finish(tx).await;
        let mut tx = w.b.read().await;
        let book = rules::rules(&mut tx).await.expect("rules");
        let on = |y, m, d| book.in_force(Date::constant(y, m, d)).expect("a pack");
        assert_eq!((on(2028, 2, 29).label(), on(2028, 3, 1).label()), ("CN-2026/1".into(), "CN-2026/2".into()));
        let row = on(2028, 3, 1).pack.lane.iter().find(|l| l.row == 10).expect("a row").clone();
        assert_eq!((row.rate_ppm, row.citation.as_str()), (40_000, "NB-2028-3"));
        let r = standing_rule::one(&mut tx, rule).await.expect("a rule");
        assert_eq!((r.stage.as_str(), r.rule_version.as_str()), ("enacted", "CN-2026/2"));
        assert_eq!(brand::one(&mut tx, id).await.expect("a brand").stage, "ruled");
        drop(tx);
        // The rules change the daily work: a declaration of the day after is judged by the new version.
        t.clock.set(day(2028, 3, 2));
        let lodged = w.b.lodge("L1").await;
        assert_eq!(w.b.declaration(lodged).await.rule_version, "CN-2026/2");
        w.fold().await;
        let mut tx = w.b.read().await;
        let sheet = indicator::sheet(&mut tx, &w.c, "LC07", None, 2027 * 12 + 11).await.expect("a sheet");
        assert_eq!((sheet.figure.numerator, sheet.figure.denominator), (1, 1), "passed, and ruled within a year");
    }

    async fn r1_2_an_enterprise_never_carries_the_name(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.proposed().await;
        let mut tx = w.at(2027, 1, 6).await;
        let no = brand::refuse_endorsement(&mut tx, &w.leader, id, "Yongjiang Foods").await.expect("an answer");
        assert_eq!(no.code, "brand.endorsement");
        w.finish(tx).await;
        let mut tx = w.b.read().await;
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 1).await.expect("facts");
        assert_eq!(facts[0].kind, "brand.endorsement_refused");
    }

    async fn r2_1_r2_2_the_title_waits_for_the_help_plan_of_a_neighbour(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.passed().await;
        let mut tx = w.at(2027, 7, 20).await;
        let poor = Grade {
            unit: w.section, mechanism: "M5".into(), grade: "poor".into(), evidence: "RC25 in two quarters".into(),
            view: "two posts are vacant".into(),
        };
        let bare = Grade { evidence: String::new(), ..poor.clone() };
        assert_eq!(refused(brand::grade(&mut tx, &w.secretary, &bare).await).missing[0].field, "evidence");
        brand::grade(&mut tx, &w.secretary, &poor).await.expect("graded");
        let no = refused(brand::award_title(&mut tx, &w.leader, id).await);
        assert_eq!((no.code.as_str(), no.missing[0].value.as_str()), ("brand.laggard", "BL-S1"));
        let waiting = brand::unhelped(&mut tx).await.expect("a list");
        assert_eq!((waiting.len(), waiting[0].3), (1, Timestamp(waiting[0].2.0 + 30 * Timestamp::DAY)));
        let plan = HelpPlan {
            unit: w.section, helper: w.units[1], mechanism: "M5".into(), causes: "posts vacant".into(),
            actions: "two officers from Zhenhai until March".into(), regrade_on: Date::constant(2028, 3, 31),
            unit_view: "agreed".into(),
        };
        let alone = HelpPlan { helper: w.section, ..plan.clone() };
        assert_eq!(refused(brand::help(&mut tx, &w.leader, &alone).await).missing[0].field, "helper");
        brand::help(&mut tx, &w.leader, &plan).await.expect("a plan");
        brand::award_title(&mut tx, &w.leader, id).await.expect("awarded");
        assert!(brand::one(&mut tx, id).await.expect("a brand").title);
    }

    async fn r3_1_a_campaign_of_a_month_is_an_activity(t: TestDb) {
        let w = World::open(&t).await;
        let mut tx = w.at(2026, 5, 4).await;
        let mut p = positioning(w.units[0]);
        (p.starts_on, p.ends_on) = (Date::constant(2026, 6, 1), Date::constant(2026, 6, 30));
        let done = brand::propose(&mut tx, &w.c, &w.head(0), &p).await.expect("kept");
        let Proposed::Activity(id) = done else { panic!("an activity: {done:?}") };
        let no = refused(brand::approve(&mut tx, &w.c, &w.leader, id, &charter()).await);
        assert_eq!(no.code, "brand.stage");
    }

    async fn r3_2_no_pilot_lasts_for_ever(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.passed().await;
        let mut tx = w.at(2028, 7, 11).await;
        assert!(brand::undecided(&mut tx).await.expect("a list").is_empty());
        tx.set_now(day(2028, 7, 12).plus_hours(1));
        assert_eq!(brand::undecided(&mut tx).await.expect("a list").len(), 1);
        assert_eq!(refused(brand::award_title(&mut tx, &w.leader, id).await).code, "brand.undecided");
        brand::prolong(&mut tx, &w.leader, id, "two peers adopt in autumn").await.expect("prolonged");
        assert!(brand::undecided(&mut tx).await.expect("a list").is_empty());
        tx.set_now(day(2029, 7, 13));
        assert_eq!(refused(brand::prolong(&mut tx, &w.leader, id, "once more").await).code, "brand.prolonged");
        brand::close(&mut tx, &w.leader, id, "replaced by the new window").await.expect("closed");
        assert_eq!(brand::one(&mut tx, id).await.expect("a brand").stage, "closed");
    }

    async fn a_task_is_reported_with_facts_that_the_ledger_has(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.chartered().await;
        let mut tx = w.at(2027, 3, 30).await;
        let head = w.head(0);
        assert_eq!(refused(brand::report_task(&mut tx, &head, id, 1, "done", &[]).await).code, "brand.evidence");
        let no = refused(brand::report_task(&mut tx, &head, id, 1, "done", &[999_999]).await);
        assert_eq!(no.missing[0].value, "999999");
        let (own, other) = (w.record(&mut tx, 0).await, w.record(&mut tx, 1).await);
        let no = refused(brand::report_task(&mut tx, &head, id, 1, "done", &[own, other, 1]).await);
        let named: Vec<&str> = no.missing.iter().map(|m| m.value.as_str()).collect();
        assert_eq!(named, [other.to_string(), "1".into()], "another branch's work, and the bureau's own");
        assert!(no.missing[0].needed.en.contains("Zhenhai"), "{:?}", no.missing[0].needed);
        brand::report_task(&mut tx, &head, id, 1, "done", &[own]).await.expect("reported");
        assert_eq!(refused(brand::report_task(&mut tx, &head, id, 1, "again", &[own]).await).code, "brand.task");
        assert_eq!(brand::tasks(&mut tx, id).await.expect("tasks")[0].facts, [own]);
        let recent = brand::recent(&mut tx, &w.c, "SV03", w.units[0], 20).await.expect("records");
        assert_eq!(recent.len(), 20);
        assert!(recent.iter().all(|f| f.unit == Some(w.units[0].0) && !f.kind.starts_with("brand.")), "{recent:?}");
    }
}
