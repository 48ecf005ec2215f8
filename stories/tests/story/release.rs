//! Stories of the release desk, each on SQLite and on PostgreSQL.

use kernel::{Actor, DeclarationId, LotId, Role, Timestamp};
use serde_json::Value;
use stories::{Bureau, refusal, spinach, spinach_lots};
use supervision::{
    competence::{Release, Task, admit},
    declaration::{GoodsLine, Lodgement, Stage},
    release::{self, Dossier, Hold, Outcome, Sought},
    trail,
};
use testkit::{TestDb, on_both};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nphotograph";

async fn releaser(b: &Bureau) -> Actor {
    b.officer("R001", Role::Releaser, &[Task::Release]).await
}

async fn lodged(b: &Bureau, lots: &[&str]) -> (DeclarationId, Vec<LotId>) {
    let id = b.desk.lodge(&Actor::system(), &spinach_lots(lots)).await.expect("lodged");
    (id, b.lots(id).await)
}

async fn dossier(b: &Bureau, id: DeclarationId) -> Dossier {
    let mut tx = b.read().await;
    release::dossier(&mut tx, &Actor::system(), id).await.expect("a reading").expect("a dossier")
}

/// Toys of an exporter of class 1: the lane in which nobody looks unless the draw says so.
fn toys(no: usize) -> Lodgement {
    let line = GoodsLine {
        hs: "950300".into(),
        name: format!("玩具 {no}"),
        quantity: "10".into(),
        unit: "CT".into(),
        lots: vec![],
    };
    Lodgement { plant: None, lines: vec![line], ..spinach("x") }
}

/// The events of a business step, told from the ledger, oldest first.
async fn events(b: &Bureau, step: &str) -> Vec<Value> {
    b.desk.tell_trail().await.expect("told");
    let mut tx = b.read().await;
    let all = trail::captured_after(&mut tx, 0, 10_000).await.expect("a reading");
    let all = all.iter().map(|(_, _, body)| serde_json::from_str::<Value>(body).expect("JSON"));
    all.filter(|e| e["bizStep"] == step).collect()
}

on_both! {
    async fn a_lot_is_released_on_the_evidence_that_the_system_gathered(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let (id, lots) = lodged(&b, &["A", "B"]).await;
        b.to_release(id, true).await;
        b.result(id, lots[0], "chlorpyrifos", "pass").await;
        b.settle(&sun, id, &lots[..1], Outcome::Release, "").await.expect("released");
        assert_eq!(b.declaration(id).await.stage, Stage::Deciding, "one lot still waits");
        b.settle(&sun, id, &lots[1..], Outcome::Release, "").await.expect("released");
        assert_eq!(b.declaration(id).await.stage, Stage::Released);
        let d = dossier(&b, id).await;
        let s = &d.lots[0].settlements[0];
        assert_eq!((s.officer, s.reason.as_str(), s.rule_version.as_str()), (sun.officer, "conforming", "CN-2026/1"));
        assert!(s.evidence.iter().any(|e| e.what == "chlorpyrifos" && e.verdict == "pass"));
        assert!(s.authorisation.is_some());
        let mut tx = b.read().await;
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 20).await.expect("facts");
        let complete: Vec<bool> = facts.iter().rev().filter(|f| f.kind == "release.settled").map(|f| f.body.contains("\"complete\":true")).collect();
        assert_eq!(complete, [false, true]);
    }

    async fn m1_3_who_accepted_does_not_release(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept, Task::Release]).await;
        let (id, lots) = lodged(&b, &["A"]).await;
        let mut tx = b.begin().await;
        let license = admit::<supervision::competence::Accept>(&mut tx, &wang, id).await.expect("licensed");
        supervision::declaration::accept(&mut tx, &license).await.expect("accepted");
        b.desk.finish(tx).await.expect("commit");
        let no = refusal(b.settle(&wang, id, &lots, Outcome::Release, "").await);
        assert_eq!(no.code, "competence.segregation");
        assert!(no.clause.as_deref().is_some_and(|c| c.contains("第三十条")), "{:?}", no.clause);
        let mut tx = b.read().await;
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 1).await.expect("facts");
        assert_eq!(facts[0].kind, "competence.act_refused");
    }

    async fn a_failed_lot_is_released_only_after_treatment_or_a_retest(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let (id, lots) = lodged(&b, &["A", "B"]).await;
        b.to_release(id, true).await;
        b.result(id, lots[0], "chlorpyrifos", "fail").await;
        let no = refusal(b.settle(&sun, id, &lots, Outcome::Release, "").await);
        assert_eq!(no.code, "release.against");
        assert_eq!(no.missing.len(), 1);
        assert_eq!(no.missing[0].field, "A chlorpyrifos");
        assert!(dossier(&b, id).await.lots.iter().all(|l| l.settlements.is_empty()), "all or none");
        let treat = b.settle(&sun, id, &lots[..1], Outcome::Treat, "failed_result").await.expect("ordered")[0];
        assert_eq!(refusal(b.settle(&sun, id, &lots[..1], Outcome::Release, "").await).missing.len(), 2);
        t.pass(Timestamp::HOUR);
        let mut tx = b.begin().await;
        let license = admit::<Release>(&mut tx, &sun, id).await.expect("licensed");
        assert_eq!(refusal(release::finish_treatment(&mut tx, &license, treat, " ").await).missing[0].field, "reason");
        release::finish_treatment(&mut tx, &license, treat, "fumigation report 12").await.expect("treated");
        b.desk.finish(tx).await.expect("commit");
        b.settle(&sun, id, &lots, Outcome::Release, "").await.expect("released");
        let d = dossier(&b, id).await;
        assert_eq!(d.lots[0].settlements.last().expect("a release").reason, "treated");
    }

    async fn a_hold_is_lifted_by_a_new_act_and_nothing_is_edited(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let (id, lots) = lodged(&b, &["A"]).await;
        b.to_release(id, true).await;
        assert_eq!(refusal(b.settle(&sun, id, &lots, Outcome::Hold, "because").await).missing[0].field, "reason");
        let hold = b.settle(&sun, id, &lots, Outcome::Hold, "seal_mismatch").await.expect("held")[0];
        assert_eq!(refusal(b.settle(&sun, id, &lots, Outcome::Release, "").await).missing[0].value, "hold");
        assert_eq!(refusal(b.settle(&sun, id, &lots, Outcome::Hold, "pest").await).missing[0].value, "hold");
        let mut tx = b.begin().await;
        let license = admit::<Release>(&mut tx, &sun, id).await.expect("licensed");
        release::lift(&mut tx, &license, hold, "the seal number was misread").await.expect("lifted");
        let no = refusal(release::lift(&mut tx, &license, hold, "again").await);
        assert_eq!(no.code, "release.end");
        b.desk.finish(tx).await.expect("commit");
        t.pass(Timestamp::HOUR);
        b.settle(&sun, id, &lots, Outcome::Release, "").await.expect("released");
        let d = dossier(&b, id).await;
        let ended = d.lots[0].settlements[0].ended.as_ref().expect("an end");
        assert_eq!((ended.how.as_str(), ended.by), ("lifted", sun.officer));
        let no = refusal(b.settle(&sun, id, &lots, Outcome::Destroy, "other").await);
        assert_eq!(no.code, "release.against", "a released lot is settled for good");
    }

    async fn a_hold_from_elsewhere_stops_the_desk_and_is_lifted_where_it_was_laid(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let (id, lots) = lodged(&b, &["A"]).await;
        let mut tx = b.begin().await;
        let hold = Hold { lot: lots[0], origin: "alert", reason: "alert 7", note: "crabs", officer: None };
        let first = release::hold_from(&mut tx, &hold).await.expect("held");
        assert_eq!(release::hold_from(&mut tx, &hold).await.expect("the same"), first);
        b.desk.finish(tx).await.expect("commit");
        b.to_release(id, true).await;
        let no = refusal(b.settle(&sun, id, &lots, Outcome::Release, "").await);
        assert!(no.missing[0].needed.en.contains("from elsewhere (alert)"), "{:?}", no.missing);
        let mut tx = b.begin().await;
        let license = admit::<Release>(&mut tx, &sun, id).await.expect("licensed");
        assert_eq!(refusal(release::lift(&mut tx, &license, first, "please").await).missing[0].field, "origin");
        assert_eq!(release::holds(&mut tx, &sun, None, 10).await.expect("a list").len(), 1);
        assert!(release::lift_from(&mut tx, lots[0], "alert", None, "alert ended").await.expect("lifted"));
        assert!(!release::lift_from(&mut tx, lots[0], "alert", None, "again").await.expect("nothing"));
        b.desk.finish(tx).await.expect("commit");
        b.settle(&sun, id, &lots, Outcome::Release, "").await.expect("released");
        let mut tx = b.begin().await;
        let no = refusal(release::hold_from(&mut tx, &hold).await);
        assert_eq!(no.code, "release.settled", "what is out of the gate is traced, not held");
    }

    async fn a_selected_consignment_without_its_record_is_not_released(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let (id, lots) = lodged(&b, &["A"]).await;
        b.to_release(id, true).await;
        let by = b.officer("I001", Role::Inspector, &[]).await;
        t.pass(1_000_000);
        let mut tx = b.begin().await;
        supervision::targeting::add_check(&mut tx, &by, id, "the papers look wrong").await.expect("added");
        b.desk.finish(tx).await.expect("commit");
        let no = refusal(b.settle(&sun, id, &lots, Outcome::Release, "").await);
        assert!(no.missing.iter().any(|m| m.field == "A inspection" || m.field == "A stage"), "{:?}", no.missing);
    }

    async fn lots_that_are_all_returned_or_destroyed_end_as_disposed(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let (id, lots) = lodged(&b, &["A", "B"]).await;
        b.to_release(id, false).await;
        b.settle(&sun, id, &lots[..1], Outcome::Return, "nonconforming").await.expect("returned");
        b.settle(&sun, id, &lots[1..], Outcome::Destroy, "nonconforming").await.expect("destroyed");
        assert_eq!(b.declaration(id).await.stage, Stage::Disposed);
        let mut tx = b.read().await;
        assert!(supervision::certificate::of_declaration(&mut tx, id).await.expect("a list").is_empty());
    }

    async fn two_officers_who_settle_the_last_lots_at_once_complete_it_once(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let qian = b.officer("R002", Role::Releaser, &[Task::Release]).await;
        for round in 0..4 {
            let (id, lots) = lodged(&b, &[&format!("A{round}"), &format!("B{round}")]).await;
            b.to_release(id, true).await;
            let (one, two) = tokio::join!(
                b.settle(&sun, id, &lots[..1], Outcome::Release, ""),
                b.settle(&qian, id, &lots[1..], Outcome::Release, ""),
            );
            one.expect("released");
            two.expect("released");
            assert_eq!(b.declaration(id).await.stage, Stage::Released);
            let (one, two) = tokio::join!(
                b.settle(&sun, id, &lots[..1], Outcome::Destroy, "pest"),
                b.settle(&qian, id, &lots[..1], Outcome::Return, "pest"),
            );
            assert!(one.is_err() && two.is_err());
        }
    }

    async fn the_same_lot_settled_twice_at_once_is_settled_once(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let qian = b.officer("R002", Role::Releaser, &[Task::Release]).await;
        let (id, lots) = lodged(&b, &["A", "B"]).await;
        b.to_release(id, true).await;
        let (one, two) = tokio::join!(
            b.settle(&sun, id, &lots[..1], Outcome::Release, ""),
            b.settle(&qian, id, &lots[..1], Outcome::Hold, "pest"),
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert_eq!(dossier(&b, id).await.lots[0].settlements.len(), 1);
    }

    async fn the_lane_of_declaration_is_released_by_rule_unless_it_was_drawn_or_held(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (mut by_rule, mut drawn) = (0, 0);
        for n in 0..30 {
            let id = b.desk.lodge(&Actor::system(), &toys(n)).await.expect("lodged");
            let held = n == 7;
            if held {
                let mut tx = b.begin().await;
                let lot = b.lots(id).await[0];
                let hold = Hold { lot, origin: "trace", reason: "trace 1", note: "", officer: None };
                release::hold_from(&mut tx, &hold).await.expect("held");
                b.desk.finish(tx).await.expect("commit");
            }
            let mut tx = b.begin().await;
            supervision::declaration::deem_accepted(&mut tx, id).await.expect("accepted");
            b.desk.finish(tx).await.expect("commit");
            let d = b.declaration(id).await;
            assert_eq!(d.lane, "declaration");
            if d.selected || held {
                drawn += 1;
                assert_ne!(d.stage, Stage::Released);
            } else {
                by_rule += 1;
                assert_eq!(d.stage, Stage::Released);
                let s = &dossier(&b, id).await.lots[0].settlements[0];
                assert_eq!((s.officer, s.reason.as_str()), (None, "by_rule"));
            }
        }
        assert!(by_rule >= 20 && drawn >= 1, "{by_rule} by rule, {drawn} not");
    }

    async fn m6_4_one_failed_lot_holds_the_container_until_it_is_taken_out(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let mut shares = Vec::new();
        for lot in ["A", "B", "C"] {
            let l = Lodgement { mode: "consolidated".into(), ..spinach_lots(&[lot]) };
            let id = b.desk.lodge(&Actor::system(), &l).await.expect("lodged");
            b.to_release(id, true).await;
            shares.push((id, b.lots(id).await[0]));
        }
        let no = refusal(b.settle(&sun, shares[1].0, &[shares[1].1], Outcome::Release, "").await);
        assert_eq!(no.missing[0].field, "B container", "the container is not known yet");
        for (id, _) in &shares {
            let mut tx = b.begin().await;
            let license = admit::<Release>(&mut tx, &sun, *id).await.expect("licensed");
            assert_eq!(refusal(release::stow(&mut tx, &license, "CSQU3054384", "!").await).missing.len(), 2);
            release::stow(&mut tx, &license, "CSQU 305438-3", "A12345").await.expect("stowed");
            b.desk.finish(tx).await.expect("commit");
        }
        let (failed, lot) = shares[0];
        b.result(failed, lot, "chlorpyrifos", "fail").await;
        for (id, lot) in &shares[1..] {
            let no = refusal(b.settle(&sun, *id, &[*lot], Outcome::Release, "").await);
            assert!(no.missing[0].needed.en.contains("failed lot lies in the same container"), "{:?}", no.missing);
        }
        let mut tx = b.begin().await;
        let license = admit::<Release>(&mut tx, &sun, failed).await.expect("licensed");
        let no = refusal(release::remove(&mut tx, &license, lot, "A12345", "").await);
        let fields: Vec<_> = no.missing.iter().map(|m| m.field.as_str()).collect();
        assert_eq!(fields, ["photographs", "seal"], "no photograph, and the old seal again");
        store::document::attach(&mut tx, &lot.subject(), "out.png", "removal", PNG.to_vec(), sun.officer).await.expect("attached");
        release::remove(&mut tx, &license, lot, "B77777", "carried to store 3").await.expect("taken out");
        b.desk.finish(tx).await.expect("commit");
        for (id, lot) in &shares[1..] {
            b.settle(&sun, *id, &[*lot], Outcome::Release, "").await.expect("released");
            assert_eq!(dossier(&b, *id).await.stowage.expect("a container").seal, "B77777", "sealed anew");
        }
        assert_eq!(b.declaration(failed).await.stage, Stage::Deciding);
        b.settle(&sun, failed, &[lot], Outcome::Destroy, "failed_result").await.expect("destroyed");
        let out = events(&b, "removing").await;
        assert_eq!(out.len(), 1, "{out:?}");
        assert_eq!((&out[0]["guomen:container"], &out[0]["guomen:seal"]), (&"CSQU3054383".into(), &"B77777".into()));
    }

    async fn m3_1_a_lifted_hold_and_a_finished_treatment_are_told_as_events(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let (id, lots) = lodged(&b, &["A", "B"]).await;
        b.to_release(id, true).await;
        let hold = b.settle(&sun, id, &lots[..1], Outcome::Hold, "seal_mismatch").await.expect("held")[0];
        let treat = b.settle(&sun, id, &lots[1..], Outcome::Treat, "pest").await.expect("ordered")[0];
        let mut tx = b.begin().await;
        let license = admit::<Release>(&mut tx, &sun, id).await.expect("licensed");
        release::lift(&mut tx, &license, hold, "the seal number was misread").await.expect("lifted");
        release::finish_treatment(&mut tx, &license, treat, "fumigation report 12").await.expect("treated");
        b.desk.finish(tx).await.expect("commit");
        let set = events(&b, "holding").await;
        assert_eq!(set.len(), 2, "{set:?}");
        assert!(set.iter().all(|e| e["persistentDisposition"]["set"][0] == "unavailable"), "{set:?}");
        let unset = events(&b, "inspecting").await;
        let told: Vec<(&str, &str)> = unset
            .iter()
            .filter(|e| e["persistentDisposition"]["unset"][0] == "unavailable")
            .map(|e| (e["guomen:outcome"].as_str().unwrap_or(""), e["guomen:note"].as_str().unwrap_or("")))
            .collect();
        assert_eq!(told, [("lifted", "the seal number was misread"), ("treated", "fumigation report 12")]);
    }

    async fn m5_7_lots_already_released_are_listed_for_action_after_release(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        for n in 0..5 {
            let (id, lots) = lodged(&b, &[&format!("A{n}"), &format!("B{n}")]).await;
            b.to_release(id, true).await;
            t.pass(Timestamp::HOUR);
            b.settle(&sun, id, &lots, Outcome::Release, "").await.expect("released");
        }
        let mut tx = b.read().await;
        let sought = Sought { hs: "0710".into(), market: "JP".into(), ..Sought::default() };
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = release::released(&mut tx, &sun, &sought, before, 3).await.expect("a page");
            let Some(last) = page.last() else { break };
            before = Some((last.at, last.settlement));
            seen.extend(page.into_iter().map(|l| l.lot_no));
        }
        assert_eq!(seen.len(), 10);
        for other in [Sought { hs: "03".into(), ..Sought::default() }, Sought { market: "KR".into(), ..Sought::default() }, Sought { since: Some(t.clock.now().plus_hours(1)), ..Sought::default() }] {
            assert!(release::released(&mut tx, &sun, &other, None, 50).await.expect("a page").is_empty());
        }
        let mut stranger = sun.clone();
        stranger.scope = kernel::Scope::Branch(b.zhenhai.id);
        assert!(release::released(&mut tx, &stranger, &Sought::default(), None, 50).await.expect("a page").is_empty());
        assert!(release::waiting(&mut tx, &sun, None, 50).await.expect("a list").is_empty());
    }

    async fn a_clock_that_jumped_back_releases_nothing(t: TestDb) {
        let b = Bureau::open(&t).await;
        let sun = releaser(&b).await;
        let (id, lots) = lodged(&b, &["A"]).await;
        t.pass(5 * Timestamp::HOUR);
        b.to_release(id, true).await;
        b.result(id, lots[0], "lead", "pass").await;
        t.pass(-4 * Timestamp::HOUR);
        let no = refusal(b.settle(&sun, id, &lots, Outcome::Release, "").await);
        assert_eq!(no.missing[0].field, "A clock");
    }
}
