//! Stories of what follows a notification, each on SQLite and on PostgreSQL: holds, recalls, corrections and
//! intensified control.

use kernel::{Actor, LotId, Role, Scope, Supervision, Timestamp};
use registry::trade;
use stories::{abroad::hall, refusal, spinach};
use supervision::{
    alert,
    class_review::{self, Outcome},
    correction,
    notification::{self, Stage},
    recall::{self, Call},
    release::{self, Outcome as Settled},
    series,
    traceback::{self, Start, Starts},
};
use testkit::{TestDb, on_both};

on_both! {
    async fn m3_5_control_steps_up_by_itself_and_comes_back_only_by_rule(t: TestDb) {
        let h = hall(&t).await;
        let pending = h.b.lodge("P0").await;
        let (id, _, _) = h.notified("L1", "2026.1").await;
        assert!(h.b.declaration(pending).await.selected, "what is pending is inspected too");
        let mut tx = h.b.begin().await;
        notification::find_cause(&mut tx, &h.risk, id, "farm_input", "spray record of field 3").await.expect("a cause");
        h.b.desk.finish(tx).await.expect("commit");
        let mut run = 0;
        for n in 0..7 {
            let d = h.b.lodge(&format!("N{n}")).await;
            assert!(h.b.declaration(d).await.selected, "100 % while the series runs");
            if n == 1 {
                h.b.to_release(d, false).await;
                let lots = h.b.lots(d).await;
                h.b.settle(&h.releaser, d, &lots, Settled::Return, "nonconforming").await.expect("returned");
                run = 0;
            } else {
                h.released(d).await;
                run += 1;
            }
            let mut tx = h.b.read().await;
            let s = series::of_notification(&mut tx, id).await.expect("series").remove(0);
            assert_eq!((s.clean, s.ended_at), (run, None), "one failure begins the count anew; no correction yet");
        }
        let mut tx = h.b.begin().await;
        let asked = correction::of_notification(&mut tx, id).await.expect("corrections").remove(0);
        correction::plan(&mut tx, &h.risk, asked.id, "a spray record for each field").await.expect("planned");
        correction::verify(&mut tx, &h.head, asked.id, false, "two fields lack it").await.expect("looked at");
        h.b.desk.finish(tx).await.expect("commit");
        let mut tx = h.b.begin().await;
        assert!(series::of_notification(&mut tx, id).await.expect("series")[0].ended_at.is_none());
        correction::plan(&mut tx, &h.risk, asked.id, "and a second reader").await.expect("planned again");
        correction::verify(&mut tx, &h.head, asked.id, true, "seen at work").await.expect("verified");
        h.b.desk.finish(tx).await.expect("commit");
        let mut tx = h.b.read().await;
        assert!(series::of_notification(&mut tx, id).await.expect("series")[0].ended_at.is_some(), "five clean and verified");
    }

    async fn m3_5_the_class_is_reviewed_by_a_second_person_and_comes_back_by_rule_alone(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, _) = h.notified("L1", "2026.1").await;
        let mut tx = h.b.begin().await;
        let case = alert::from_notification(&mut tx, &h.risk, id).await.expect("a case");
        assert_eq!(alert::one(&mut tx, case).await.expect("read").expect("a case").informed.0, None, "the risk desk was told by itself");
        let r = class_review::of_notification(&mut tx, id).await.expect("reviews").remove(0);
        assert_eq!((r.class_was, r.outcome, r.asked_by), (1, Outcome::Open, h.risk.officer));
        let first = Actor { roles: vec![Role::Manager], ..h.risk.clone() };
        for (by, code) in [(&h.risk, "access.role"), (&first, "class_review.same_person")] {
            assert_eq!(refusal(class_review::decide(&mut tx, by, r.id, true, "x").await).code, code);
        }
        assert_eq!(refusal(class_review::decide(&mut tx, &h.head, r.id, true, " ").await).code, "class_review.text");
        assert_eq!(class_review::decide(&mut tx, &h.head, r.id, true, "a residue in a serious notice").await.expect("decided"), 2);
        assert_eq!(refusal(class_review::decide(&mut tx, &h.head, r.id, false, "x").await).code, "class_review.decided");
        notification::find_cause(&mut tx, &h.risk, id, "farm_input", "spray record of field 3").await.expect("a cause");
        h.b.desk.finish(tx).await.expect("commit");
        let class = async |b: &stories::Bureau| trade::operator(&mut b.read().await, b.exporter.id).await.expect("read").expect("an operator");
        assert_eq!(class(&h.b).await.class, 2);
        let mut tx = h.b.begin().await;
        let now = class(&h.b).await;
        assert_eq!(refusal(class_review::set(&mut tx, &h.risk, &now, 1, "favour").await).code, "class_review.by_rule");
        drop(tx);
        for n in 0..5 {
            let d = h.b.lodge(&format!("N{n}")).await;
            h.released(d).await;
        }
        assert_eq!(flow::clockwork::run_due(&h.b.desk).await.expect("swept").classes, 0, "its time is not over");
        t.pass(366 * Timestamp::DAY);
        assert_eq!(flow::clockwork::run_due(&h.b.desk).await.expect("swept").classes, 0, "control is still intensified");
        let mut tx = h.b.begin().await;
        let asked = correction::of_notification(&mut tx, id).await.expect("corrections").remove(0);
        correction::plan(&mut tx, &h.risk, asked.id, "a spray record for each field").await.expect("planned");
        correction::verify(&mut tx, &h.head, asked.id, true, "seen at work").await.expect("verified");
        h.b.desk.finish(tx).await.expect("commit");
        assert_eq!(flow::clockwork::run_due(&h.b.desk).await.expect("swept").classes, 1);
        assert_eq!(class(&h.b).await.class, 1, "back by rule");
        let r = class_review::one(&mut h.b.read().await, r.id).await.expect("read").expect("a review");
        assert!(r.outcome == Outcome::Restored && r.restored_at.is_some(), "{r:?}");
        assert_eq!(flow::clockwork::run_due(&h.b.desk).await.expect("swept").classes, 0, "once");
        for (kind, n) in [("class_review.opened", 1), ("class_review.decided", 1), ("class_review.restored", 1)] {
            assert_eq!(h.facts(kind).await.len(), n, "{kind}");
        }
    }

    async fn m3_6_the_third_of_a_kind_opens_a_demand_and_the_head_suspends_the_export(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, _) = h.notified("L1", "2026.1").await;
        let mut tx = h.b.begin().await;
        let s = series::of_notification(&mut tx, id).await.expect("series").remove(0);
        assert_eq!(refusal(series::suspend(&mut tx, &h.head, s.id, "x").await).code, "series.no_demand");
        drop(tx);
        for n in 0..3 {
            let d = h.b.lodge(&format!("F{n}")).await;
            h.b.to_release(d, false).await;
            let lots = h.b.lots(d).await;
            h.b.settle(&h.releaser, d, &lots, Settled::Return, "nonconforming").await.expect("returned");
        }
        let pending = h.b.lodge("Q1").await;
        let mut tx = h.b.begin().await;
        let s = series::one(&mut tx, s.id).await.expect("read").expect("a series");
        assert!(s.failures == 3 && s.demanded.is_some(), "{s:?}");
        assert_eq!(refusal(series::suspend(&mut tx, &h.risk, s.id, "third of a kind").await).code, "access.role");
        series::suspend(&mut tx, &h.head, s.id, "third of a kind").await.expect("suspended");
        h.b.desk.finish(tx).await.expect("commit");
        let next = h.b.lodge("Q2").await;
        for d in [pending, next] {
            let mut tx = h.b.read().await;
            let file = release::dossier(&mut tx, &Actor::system(), d).await.expect("read").expect("a file");
            let held = file.lots[0].settlements.iter().any(|s| s.origin == "suspension" && s.ended.is_none());
            assert!(held, "what is pending and what comes is held");
        }
        let mut tx = h.b.begin().await;
        assert_eq!(refusal(series::resume(&mut tx, &h.head, s.id, "x").await).code, "series.unanswered");
        series::answer(&mut tx, &h.risk, s.id, "cause, plan and report").await.expect("answered");
        series::resume(&mut tx, &h.head, s.id, "the plan is sound").await.expect("resumed");
        h.b.desk.finish(tx).await.expect("commit");
        let mut tx = h.b.read().await;
        let file = release::dossier(&mut tx, &Actor::system(), next).await.expect("read").expect("a file");
        assert!(file.lots[0].settlements.iter().all(|s| s.ended.is_some()), "the hold is lifted");
    }

    async fn m3_7_a_class_one_recall_starts_in_a_day_and_never_closes_on_an_unaccounted_quantity(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, mut lots) = h.notified("L1", "2026.1").await;
        let here = h.b.lodge("L2").await;
        lots.extend(h.b.lots(here).await);
        let at = h.b.read().await.now();
        for (class, hours) in [(1, 24), (2, 48), (3, 72)] {
            let r = h.opened(id, class, &lots).await;
            let r = recall::one(&mut h.b.read().await, r).await.expect("read").expect("a recall");
            assert_eq!(r.start_due_at, at.plus_hours(hours), "class {class}");
        }
        let mut tx = h.b.begin().await;
        let r = recall::of_notification(&mut tx, id).await.expect("recalls").remove(0);
        let lines = recall::lines(&mut tx, r.id).await.expect("lines");
        let (out, held) = (&lines[0], &lines[1]);
        assert!(!out.held && held.held && !held.settled, "what has not left is held at once: {lines:?}");
        assert_eq!(refusal(recall::close(&mut tx, &h.risk, r.id, "done").await).code, "recall.state");
        recall::start(&mut tx, &h.risk, r.id, "stop of sale, consignees told").await.expect("started");
        recall::tell(&mut tx, &h.risk, r.id, out.id, "Tokyo Foods").await.expect("told");
        let second = recall::split(&mut tx, &h.risk, r.id, out.id, ("Osaka Foods", "2000")).await.expect("split");
        let over = recall::account(&mut tx, &h.risk, r.id, out.id, ("recovered", "10000.001", false, "x")).await;
        assert_eq!(refusal(over).missing[0].field, "amount");
        recall::account(&mut tx, &h.risk, r.id, out.id, ("recovered", "9999.999", false, "weighing note")).await.expect("accounted");
        recall::account(&mut tx, &h.risk, r.id, second, ("consumed", "2000", true, "sales record")).await.expect("accounted");
        for line in [out.id, second] {
            recall::check(&mut tx, &h.risk, r.id, line, (true, "off sale")).await.expect("checked");
        }
        recall::free(&mut tx, &h.risk, r.id, held.id, "tested and sound").await.expect("freed");
        let no = refusal(recall::close(&mut tx, &h.risk, r.id, "done").await);
        assert_eq!((no.code.as_str(), no.missing.len()), ("recall.open", 1), "{no:?}");
        assert!(no.missing[0].value.contains("0.001"), "the last gram: {no:?}");
        recall::account(&mut tx, &h.risk, r.id, out.id, ("destroyed", "0.001", false, "note")).await.expect("accounted");
        recall::close(&mut tx, &h.risk, r.id, "accounted to zero").await.expect("closed");
        h.b.desk.finish(tx).await.expect("commit");
        let facts = h.facts("recall.closed").await;
        let closed = facts.iter().find_map(|f| if let Supervision::RecallClosed(c) = f { Some(c) } else { None }).expect("a fact");
        assert_eq!((closed.distributed["KGM"], closed.accounted["KGM"], closed.estimated["KGM"]), (12_000_000, 12_000_000, 2_000_000));
    }

    async fn a_notification_never_closes_while_a_recall_or_a_hold_is_open(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, lots) = h.notified("L1", "2026.1").await;
        let here = h.b.lodge("L2").await;
        let held = h.b.lots(here).await;
        let mut tx = h.b.begin().await;
        let all: Vec<LotId> = lots.iter().chain(&held).copied().collect();
        let gone = notification::hold(&mut tx, &h.risk, id, &all).await.expect("held");
        assert_eq!(gone.iter().map(|r| r.lot).collect::<Vec<_>>(), lots, "what has left is listed apart");
        h.b.desk.finish(tx).await.expect("commit");
        let recall = h.opened(id, 2, &lots).await;
        let mut tx = h.b.begin().await;
        notification::find_cause(&mut tx, &h.risk, id, "unknown", "nothing was found in a year of records").await.expect("a cause");
        notification::reply(&mut tx, &h.risk, id, "Report.", true).await.expect("replied");
        h.b.desk.finish(tx).await.expect("commit");
        let mut tx = h.b.begin().await;
        let no = refusal(notification::close(&mut tx, &h.risk, id, "done").await);
        let fields: Vec<_> = no.missing.iter().map(|m| m.field.as_str()).collect();
        assert_eq!((no.code.as_str(), fields), ("notification.open", vec!["recall", "holds"]));
        drop(tx);
        h.b.to_release(here, true).await;
        let refused = h.b.settle(&h.releaser, here, &held, Settled::Release, "").await;
        assert!(refused.is_err(), "the release desk cannot release what is held from elsewhere");
        let mut tx = h.b.begin().await;
        notification::free(&mut tx, &h.risk, id, &held, "tested and sound").await.expect("freed");
        recall::start(&mut tx, &h.risk, recall, "plan").await.expect("started");
        let line = recall::lines(&mut tx, recall).await.expect("lines").remove(0);
        recall::tell(&mut tx, &h.risk, recall, line.id, "Tokyo Foods").await.expect("told");
        recall::account(&mut tx, &h.risk, recall, line.id, ("destroyed", "12000", false, "note")).await.expect("accounted");
        recall::check(&mut tx, &h.risk, recall, line.id, (true, "off sale")).await.expect("checked");
        recall::close(&mut tx, &h.risk, recall, "done").await.expect("closed");
        assert_eq!(notification::close(&mut tx, &h.risk, id, "done").await.expect("watched"), Stage::Monitored);
        h.b.desk.finish(tx).await.expect("commit");
        // Opened again it is attributed anew, and then closed at once when it cannot be.
        let mut tx = h.b.begin().await;
        notification::reopen(&mut tx, &h.risk, id, "the label was misread").await.expect("reopened");
        notification::not_attributable(&mut tx, &h.risk, id, "the number is of another plant abroad").await.expect("not ours");
        notification::reply(&mut tx, &h.risk, id, "Not ours.", true).await.expect("replied");
        assert_eq!(notification::close(&mut tx, &h.risk, id, "done").await.expect("closed"), Stage::Closed);
    }

    async fn a_branch_does_not_act_beyond_its_reach(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, lots) = h.notified("L1", "2026.1").await;
        let recall = h.opened(id, 2, &lots).await;
        let stranger = Actor { officer: Some(h.panel[0]), unit: Some(h.b.zhenhai.id), scope: Scope::Branch(h.b.zhenhai.id), roles: vec![Role::Manager], ..Actor::system() };
        let mut tx = h.b.begin().await;
        let s = series::of_notification(&mut tx, id).await.expect("series").remove(0);
        let call = Call { notification: id, class: 1, hazard: "x", reason: "x", lots: &lots };
        let starts = Starts { lots: lots.clone(), uris: vec![] };
        let start = Start { notification: None, starts, seed: None };
        for no in [
            refusal(recall::open(&mut tx, &stranger, &call).await),
            refusal(recall::start(&mut tx, &stranger, recall, "plan").await),
            refusal(series::answer(&mut tx, &stranger, s.id, "x").await),
            refusal(traceback::start(&mut tx, &stranger, &start).await),
        ] {
            assert_eq!(no.code, "access.scope");
        }
    }

    async fn a_new_filing_number_does_not_lead_out_of_intensified_control(t: TestDb) {
        let h = hall(&t).await;
        h.notified("L1", "2026.1").await;
        t.pass(Timestamp::DAY);
        let mut tx = h.b.begin().await;
        let name = kernel::bi("甬江食品二厂", "Yongjiang Foods No. 2");
        registry::trade::file_plant(&mut tx, &Actor::system(), "3300/00002", h.b.exporter.id, name, h.b.beilun.id).await.expect("filed");
        h.b.desk.finish(tx).await.expect("commit");
        let mut l = spinach("N1");
        l.plant = Some("3300/00002".into());
        let d = h.b.desk.lodge(&Actor::system(), &l).await.expect("lodged");
        let mut tx = h.b.read().await;
        assert_eq!(series::of_declaration(&mut tx, d).await.expect("series").len(), 1);
    }
}
