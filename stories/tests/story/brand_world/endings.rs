//! How things end: a rule whose effect is gone, a title after its year, a brand at its last day, an offer after its day;
//! and who sees that it waits.

use super::{World, day, package, refused};
use crate::pages::Pages;
use excellence::brand::{self, GateInput, HelpPlan, Scores};
use excellence::indicator;
use excellence::practice;
use excellence::standing_rule::{self, Decision, Draft, PackChange};
use flow::clockwork;
use kernel::{Actor, BrandId, Date, PracticeId, StandingRuleId, Timestamp, bi, excellence::BurdenSampled};
use registry::rules;
use store::Tx;
use testkit::{TestDb, on_both};

/// What waits for a login.
async fn waiting(tx: &mut Tx, by: &Actor) -> Vec<&'static str> {
    brand::due(tx, by).await.expect("a list").into_iter().map(|d| d.what).collect()
}

/// The brand passed on 12 July 2027, and its practice is offered to the three peers a day later.
async fn offered(w: &World) -> (BrandId, PracticeId) {
    let id = w.passed().await;
    let mut tx = w.at(2027, 7, 13).await;
    let p = practice::package(&mut tx, &w.secretary, id, &package()).await.expect("a practice");
    practice::offer(&mut tx, &w.secretary, p).await.expect("offered");
    w.finish(tx).await;
    (id, p)
}

/// The offer to a branch.
async fn offer_to(w: &World, tx: &mut Tx, p: PracticeId, unit: usize) -> practice::Offer {
    let all = practice::offers(tx, p).await.expect("offers");
    all.into_iter().find(|o| o.unit == w.units[unit]).expect("an offer")
}

/// The rule that asks for notices within three days, in force from February 2028.
async fn ruled(w: &World) -> (BrandId, StandingRuleId) {
    let (id, p) = offered(w).await;
    let mut tx = w.at(2027, 7, 14).await;
    for (unit, answer) in [(1, "adopt"), (2, "adopt"), (3, "decline")] {
        let o = offer_to(w, &mut tx, p, unit).await;
        practice::answer(&mut tx, &w.head(unit), o.id, answer, "no window here").await.expect("answered");
    }
    w.finish(tx).await;
    w.work(2027, 7..=12, [19, 19, 18, 13], 20).await;
    let mut tx = w.at(2028, 1, 12).await;
    let draft = Draft {
        title: bi("一次告知规定", "Rule on telling once"),
        body: "Every deficiency is told at once, within three working days.".into(),
        change: vec![
            PackChange::Number { key: "notice.working_days".into(), value: 3, unit: String::new() },
            PackChange::ItemRemoved { code: "SENSE".into() },
        ],
    };
    let rule = standing_rule::draft(&mut tx, &w.c, &w.secretary, id, &draft).await.expect("drafted");
    standing_rule::review(&mut tx, &w.auditor, rule, true, "lawful").await.expect("reviewed");
    let decision = Decision {
        no: "NB-2028-1".into(),
        minutes: "meeting of 12 January 2028".into(),
        effective_from: Date::constant(2028, 2, 1),
        review_on: Date::constant(2030, 2, 1),
    };
    standing_rule::decide(&mut tx, &w.leader, rule, &decision).await.expect("decided");
    w.finish(tx).await;
    (id, rule)
}

/// A version of the rule pack, adopted by hand, in which another regulation gives the days of a notice.
async fn another_changes_it(tx: &mut Tx) {
    let book = rules::rules(tx).await.expect("rules");
    let mut pack = book.in_force(tx.now().date()).expect("a pack").pack.clone();
    (pack.version, pack.effective_from) = ("9".into(), tx.now().date());
    let p = pack.parameter.iter_mut().find(|p| p.key == "notice.working_days").expect("a number");
    (p.value, p.citation) = (4, "NB-2029-9".into());
    let text = toml::to_string(&pack).expect("toml");
    rules::adopt_pack(tx, &Actor::system(), &text).await.expect("adopted");
}

/// So many of 480 minutes of a day in Beilun went into forms.
async fn burdened(w: &World, (year, month): (i16, i8), forms: i64) {
    let mut tx = w.at(year, month, 2).await;
    let officer = w.head(0).officer.expect("an officer");
    let fact = BurdenSampled { officer, forms, worked: 480, sample: None };
    tx.append(officer.subject(), None, Some(w.units[0]), fact);
    w.finish(tx).await;
}

on_both! {
    async fn b_9_a_rule_without_its_effect_is_withdrawn_and_the_pack_says_again_what_it_said(t: TestDb) {
        let w = World::open(&t).await;
        let (id, rule) = ruled(&w).await;
        let mut tx = w.at(2028, 1, 20).await;
        let early = refused(standing_rule::withdraw(&mut tx, &w.leader, rule, Date::constant(2028, 3, 1), "no").await);
        assert_eq!(early.code, "standing_rule.not_in_force");
        tx.set_now(day(2028, 6, 1));
        let no = refused(standing_rule::keep(&mut tx, &w.leader, rule, "it works").await);
        assert_eq!((no.code.as_str(), no.missing[0].value.as_str()), ("standing_rule.not_due", "2030-02-01"));
        drop(tx);
        // Told once falls far below what it was when the rule came.
        w.work(2028, 2..=12, [11, 18, 18, 13], 20).await;
        w.work(2029, 1..=1, [11, 18, 18, 13], 20).await;
        let tx = w.at(2029, 2, 12).await;
        w.finish(tx).await;
        clockwork::run_due(&w.b.desk).await.expect("a turn");
        let p = Pages::of(&w.b).await;
        p.logins(&[&w.leader, &w.secretary]).await;
        let (place, keep) = (format!("/brands/{id}"), format!("/brands/{id}/do/keep"));
        p.open(&w.leader, "/").await.says(&["Rule: keep or withdraw"]).leads(&place);
        p.open(&w.secretary, "/").await.says(&["Rule: keep or withdraw"]);
        p.open(&w.leader, &place).await.says(&["Due for a decision"]).leads(&keep).leads(&format!("{place}/do/withdraw"));
        let mut tx = w.b.begin().await;
        let no = refused(standing_rule::keep(&mut tx, &w.secretary, rule, "it works").await);
        assert_eq!(no.code, "brand.decider");
        assert_eq!(refused(standing_rule::keep(&mut tx, &w.leader, rule, " ").await).missing[0].field, "reason");
        drop(tx);
        p.fill(&w.leader, &keep, &[("reason", "a strike emptied the windows")]).await.says(&["next review", "a strike"]);
        let mut tx = w.at(2029, 3, 1).await;
        assert!(standing_rule::review_due(&mut tx).await.expect("a list").is_empty(), "decided for a year");
        assert_eq!(standing_rule::one(&mut tx, rule).await.expect("a rule").review_on, Some(Date::constant(2030, 2, 12)));
        let from = Date::constant(2029, 4, 1);
        let back = refused(standing_rule::withdraw(&mut tx, &w.leader, rule, Date::constant(2029, 2, 1), "gone").await);
        assert_eq!(back.missing[0].field, "from");
        another_changes_it(&mut tx).await;
        let no = refused(standing_rule::withdraw(&mut tx, &w.leader, rule, from, "gone").await);
        assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("standing_rule.changed_since", "notice.working_days"));
        assert!(no.missing[0].needed.en.contains("NB-2029-9"), "{:?}", no.missing[0].needed);
        drop(tx);
        let sent = [("from", "2029-04-01"), ("reason", "its effect did not come back")];
        p.fill(&w.leader, &format!("{place}/do/withdraw"), &sent).await.says(&["withdrawn", "CN-2026/3", "Closed"]);
        let mut tx = w.b.read().await;
        let book = rules::rules(&mut tx).await.expect("rules");
        let on = |y, m, d| book.in_force(Date::constant(y, m, d)).expect("a pack");
        let days = |y, m, d| on(y, m, d).pack.number("notice.working_days").expect("a number").clone();
        assert_eq!((days(2029, 3, 31).value, on(2029, 3, 31).label()), (3, "CN-2026/2".into()));
        assert_eq!((days(2029, 4, 1), on(2029, 4, 1).label()), (days(2028, 1, 1), "CN-2026/3".into()));
        assert_eq!(on(2029, 4, 1).pack.item, on(2028, 1, 1).pack.item, "the checklist is whole again");
        assert_eq!(on(2028, 2, 1).pack.item.len() + 1, on(2028, 1, 1).pack.item.len());
        drop(tx);
        let mut tx = w.at(2029, 4, 2).await;
        let no = refused(standing_rule::withdraw(&mut tx, &w.leader, rule, Date::constant(2029, 5, 1), "again").await);
        assert_eq!((no.code.as_str(), no.missing[0].value.as_str()), ("standing_rule.not_in_force", "2029-04-01"));
        assert!(no.what.en.contains("already"), "{:?}", no.what);
        drop(tx);
        let lodged = w.b.lodge("L9").await;
        assert_eq!(w.b.declaration(lodged).await.rule_version, "CN-2026/3");
    }

    async fn b_9_a_rule_past_its_review_date_waits_for_the_leading_group(t: TestDb) {
        let w = World::open(&t).await;
        let (_, rule) = ruled(&w).await;
        let mut tx = w.at(2030, 1, 31).await;
        assert!(!waiting(&mut tx, &w.leader).await.contains(&"rule"));
        tx.set_now(day(2030, 2, 1));
        assert!(waiting(&mut tx, &w.leader).await.contains(&"rule"));
        assert!(waiting(&mut tx, &w.secretary).await.contains(&"rule"));
        assert!(waiting(&mut tx, &w.head(1)).await.is_empty(), "a branch decides on no rule");
        standing_rule::keep(&mut tx, &w.leader, rule, "it still holds").await.expect("kept");
        assert!(!waiting(&mut tx, &w.leader).await.contains(&"rule"));
        let all = standing_rule::decisions(&mut tx, rule).await.expect("decisions");
        assert_eq!((all.len(), all[0].kept, all[0].day), (1, true, Date::constant(2031, 2, 1)));
    }

    async fn b_9_a_title_is_kept_or_withdrawn_every_year(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.passed().await;
        let mut tx = w.at(2027, 7, 20).await;
        assert_eq!(refused(brand::keep_title(&mut tx, &w.leader, id, "good").await).code, "brand.no_title");
        brand::award_title(&mut tx, &w.leader, id).await.expect("awarded");
        assert_eq!(refused(brand::keep_title(&mut tx, &w.leader, id, "good").await).code, "brand.title_not_due");
        tx.set_now(day(2028, 7, 20));
        assert!(waiting(&mut tx, &w.leader).await.contains(&"title"));
        assert_eq!(refused(brand::keep_title(&mut tx, &w.head(0), id, "good").await).code, "brand.decider");
        brand::keep_title(&mut tx, &w.leader, id, "the figure holds").await.expect("kept");
        assert!(!waiting(&mut tx, &w.leader).await.contains(&"title"));
        tx.set_now(day(2029, 7, 20));
        assert_eq!(refused(brand::withdraw_title(&mut tx, &w.leader, id, "").await).missing[0].field, "reason");
        brand::withdraw_title(&mut tx, &w.leader, id, "two complaints upheld").await.expect("withdrawn");
        let b = brand::one(&mut tx, id).await.expect("a brand");
        assert_eq!((b.title, b.title_review_on), (false, None));
        assert_eq!(refused(brand::withdraw_title(&mut tx, &w.leader, id, "again").await).code, "brand.no_title");
    }

    async fn r3_2_at_its_last_day_a_brand_passes_stops_or_is_prolonged_once(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.chartered().await;
        w.work(2027, 1..=12, [15, 14, 15, 14], 20).await;
        let mut tx = w.at(2027, 12, 1).await;
        assert!(waiting(&mut tx, &w.secretary).await.contains(&"gate"), "the gate of July was not held");
        assert_eq!(refused(brand::prolong(&mut tx, &w.leader, id, "more time").await).code, "brand.not_over");
        tx.set_now(day(2028, 1, 4));
        for outcome in ["continue", "adjust"] {
            let no = refused(w.gate(&mut tx, id, outcome).await);
            let last = no.missing.last().expect("a gap");
            assert_eq!((no.code.as_str(), last.field.as_str(), last.value.as_str()), ("brand.outcome", "ends_on", "2027-12-31"));
        }
        assert_eq!(waiting(&mut tx, &w.leader).await, ["ended"]);
        assert!(waiting(&mut tx, &w.secretary).await.contains(&"ended"));
        brand::prolong(&mut tx, &w.leader, id, "the new window opened in autumn").await.expect("prolonged");
        assert!(waiting(&mut tx, &w.leader).await.is_empty());
        assert_eq!(brand::one(&mut tx, id).await.expect("a brand").ends_on(), Date::constant(2028, 12, 31));
        w.gate(&mut tx, id, "continue").await.expect("it goes on");
        tx.set_now(day(2029, 1, 3));
        let no = refused(w.gate(&mut tx, id, "continue").await);
        assert!(no.remedy.en.contains("prolonged once"), "{:?}", no.remedy);
        assert_eq!(refused(brand::prolong(&mut tx, &w.leader, id, "again").await).code, "brand.prolonged");
        w.gate(&mut tx, id, "stop").await.expect("stopped");
        assert_eq!(brand::one(&mut tx, id).await.expect("a brand").stage, "stopped");
    }

    async fn b_7_an_answer_after_its_day_is_marked_late_and_a_decline_counts_against_nobody(t: TestDb) {
        let w = World::open(&t).await;
        let (_, p) = offered(&w).await;
        let mut tx = w.at(2027, 7, 20).await;
        assert_eq!(waiting(&mut tx, &w.head(3)).await, ["answer"]);
        let declined = offer_to(&w, &mut tx, p, 3).await.id;
        practice::answer(&mut tx, &w.head(3), declined, "decline", "no window here").await.expect("declined");
        assert!(waiting(&mut tx, &w.head(3)).await.is_empty());
        assert!(!waiting(&mut tx, &w.secretary).await.contains(&"unanswered"));
        tx.set_now(day(2027, 8, 20));
        assert!(waiting(&mut tx, &w.secretary).await.contains(&"unanswered"));
        let late = offer_to(&w, &mut tx, p, 1).await.id;
        practice::answer(&mut tx, &w.head(1), late, "adopt", "").await.expect("adopted");
        let (late, declined) = (offer_to(&w, &mut tx, p, 1).await, offer_to(&w, &mut tx, p, 3).await);
        assert_eq!((late.late, declined.late), (true, false));
        assert!(brand::grades(&mut tx).await.expect("grades").is_empty());
        w.finish(tx).await;
        w.fold().await;
        let mut tx = w.b.read().await;
        let unit = registry::people::unit(&mut tx, w.units[3]).await.expect("read").expect("a unit");
        let of = async |tx: &mut Tx, unit| indicator::sheet(tx, &w.c, "LC03", unit, 2027 * 12 + 6).await.expect("a sheet").figure;
        let (own, all) = (of(&mut tx, Some(&unit)).await, of(&mut tx, None).await);
        assert_eq!((own.denominator, all.denominator), (0, 3), "the bureau offered three times; no peer is counted for it");
    }

    async fn lc03_counts_what_somebody_else_saw_operating(t: TestDb) {
        let w = World::open(&t).await;
        let (_, p) = offered(&w).await;
        let mut tx = w.at(2027, 7, 20).await;
        let (one, two) = (offer_to(&w, &mut tx, p, 1).await.id, offer_to(&w, &mut tx, p, 2).await.id);
        let no = refused(practice::verify(&mut tx, &w.secretary, one, &[1, 2], "").await);
        assert_eq!(no.missing[0].field, "answer", "nobody adopted it yet");
        practice::answer(&mut tx, &w.head(1), one, "adopt", "").await.expect("adopted");
        practice::answer(&mut tx, &w.head(2), two, "adapt", "one list a window").await.expect("adapted");
        assert!(waiting(&mut tx, &w.secretary).await.contains(&"verify"));
        let own = Actor { officer: w.head(1).officer, ..w.secretary.clone() };
        assert_eq!(refused(practice::verify(&mut tx, &own, one, &[1, 2], "").await).missing[0].field, "officer");
        let no = refused(practice::verify(&mut tx, &w.secretary, one, &[1, 3], "half of it").await);
        assert_eq!((no.missing[0].field.as_str(), no.missing[0].value.as_str()), ("seen", "3"));
        assert_eq!(refused(practice::verify(&mut tx, &w.secretary, one, &[1], "").await).missing[0].field, "note");
        assert!(!practice::verify(&mut tx, &w.secretary, one, &[1], "they still tell in parts").await.expect("noted"));
        assert!(practice::verify(&mut tx, &w.secretary, two, &[1], "told at each window").await.expect("noted"), "as adapted");
        w.finish(tx).await;
        let mut tx = w.at(2027, 9, 1).await;
        assert!(practice::verify(&mut tx, &w.secretary, one, &[2, 1], "").await.expect("noted"));
        assert_eq!(refused(practice::verify(&mut tx, &w.secretary, one, &[1, 2], "").await).missing[0].field, "offer");
        w.finish(tx).await;
        w.fold().await;
        let mut tx = w.b.read().await;
        let sheet = indicator::sheet(&mut tx, &w.c, "LC03", None, 2027 * 12 + 6).await.expect("a sheet");
        assert_eq!((sheet.figure.numerator, sheet.figure.denominator), (2, 3));
    }

    async fn b_4_the_team_of_a_gate_is_named_and_independent(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.chartered().await;
        // One point beyond the peers, who differ among themselves by more: chance may explain it.
        w.work(2027, 1..=6, [15, 14, 16, 13], 20).await;
        let mut tx = w.at(2027, 7, 12).await;
        let officer = |a: &Actor| a.officer.expect("an officer");
        let (inside, outside, legal) = (officer(&w.head(0)), officer(&w.head(1)), officer(&w.auditor));
        let scores = Scores { own_milli: 95_000, users_milli: 80_000, superior_milli: 70_000 };
        let input = GateInput { reviewers: vec![legal, inside], scores, outcome: "pass".into(), note: "seen".into() };
        let no = refused(brand::hold_gate(&mut tx, &w.c, &w.secretary, id, &input).await);
        assert_eq!((no.code.as_str(), no.missing.len()), ("brand.independent", 1));
        assert!(no.missing[0].value.contains("BL-manager"), "{:?}", no.missing[0]);
        let nobody = GateInput { reviewers: vec![], ..input.clone() };
        assert_eq!(refused(brand::hold_gate(&mut tx, &w.c, &w.secretary, id, &nobody).await).missing[0].field, "reviewers");
        let team = GateInput { reviewers: vec![legal, outside, legal], ..input };
        let gate = brand::hold_gate(&mut tx, &w.c, &w.secretary, id, &team).await.expect("held");
        assert_eq!((gate.effect.better, gate.effect.uncertain), (Some(true), true));
        let held = brand::gates(&mut tx, id).await.expect("gates").remove(0);
        assert_eq!((held.reviewers.as_slice(), held.uncertain()), (&[legal, outside][..], true));
        w.finish(tx).await;
        let p = Pages::of(&w.b).await;
        p.logins(&[&w.leader]).await;
        let page = p.open(&w.leader, &format!("/brands/{id}")).await;
        page.says(&["uncertain: chance alone may explain it", "NB-auditor", "ZH-manager"]);
        assert!(!page.body.contains("better than the peers"), "it is not praised");
    }

    async fn pc10_guards_every_brand_though_no_charter_names_it(t: TestDb) {
        let w = World::open(&t).await;
        burdened(&w, (2026, 1), 2).await;
        let id = w.chartered().await;
        w.work(2027, 1..=5, [19, 14, 15, 13], 20).await;
        burdened(&w, (2027, 6), 120).await;
        let mut tx = w.at(2027, 7, 12).await;
        let no = refused(w.gate(&mut tx, id, "pass").await);
        assert_eq!((no.missing[1].field.as_str(), no.missing[1].value.as_str()), ("guard", "PC10"));
        let gate = w.gate(&mut tx, id, "continue").await.expect("it goes on");
        assert_eq!(gate.guards.iter().map(|g| g.indicator.as_str()).collect::<Vec<_>>(), ["SV02", "PC10"]);
        w.finish(tx).await;
        let p = Pages::of(&w.b).await;
        p.logins(&[&w.leader]).await;
        p.open(&w.leader, &format!("/brands/{id}")).await.says(&["Guard of every brand", "PC10"]);
    }

    async fn r2_2_the_day_of_another_grade_stands_on_the_secretariats_list(t: TestDb) {
        let w = World::open(&t).await;
        let mut tx = w.at(2027, 7, 20).await;
        let poor = brand::Grade {
            unit: w.units[1], mechanism: "M5".into(), grade: "poor".into(), evidence: "RC25".into(), view: String::new(),
        };
        brand::grade(&mut tx, &w.secretary, &poor).await.expect("graded");
        assert_eq!(waiting(&mut tx, &w.leader).await, ["help"]);
        tx.set_now(day(2027, 7, 21));
        let plan = HelpPlan {
            unit: w.units[1], helper: w.units[0], mechanism: "M5".into(), causes: "posts vacant".into(),
            actions: "two officers until March".into(), regrade_on: Date::constant(2028, 1, 20), unit_view: String::new(),
        };
        brand::help(&mut tx, &w.leader, &plan).await.expect("a plan");
        assert!(waiting(&mut tx, &w.leader).await.is_empty() && waiting(&mut tx, &w.secretary).await.is_empty());
        tx.set_now(Timestamp::at(Date::constant(2028, 1, 20), 9, 0));
        assert_eq!(waiting(&mut tx, &w.secretary).await, ["regrade"]);
        brand::grade(&mut tx, &w.secretary, &brand::Grade { grade: "fair".into(), ..poor }).await.expect("graded");
        assert!(waiting(&mut tx, &w.secretary).await.is_empty());
    }
}
