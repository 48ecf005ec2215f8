//! Stories of alerts: from risk information over the assessment to what an alert does, on both engines.

use flow::clockwork;
use kernel::{Actor, AlertId, DeclarationId, LotId, MIN_UUID, Role, Timestamp, bi};
use registry::trade;
use stories::{Bureau, refusal, spinach};
use supervision::alert::{self, Information, Measures, Proposal, Scope, State};
use supervision::competence::Task;
use supervision::declaration::{self, Lodgement, Stage};
use supervision::notification::{self, Notice, Registered};
use supervision::release::{self, Outcome};
use supervision::targeting;
use testkit::{TestDb, on_both};

const CRABS: &str = "030633";

fn crabs(lot: &str) -> Lodgement {
    let mut l = spinach(lot);
    (l.lines[0].hs, l.lines[0].name) = (CRABS.into(), "鲜河蟹".into());
    l
}

async fn open(t: &TestDb) -> (Bureau, Actor, Actor) {
    let b = Bureau::open(t).await;
    let mut tx = b.begin().await;
    trade::list_product(&mut tx, &Actor::system(), CRABS, bi("河蟹", "River crabs"), "high", true)
        .await
        .expect("listed");
    b.desk.finish(tx).await.expect("commit");
    let (zhao, qian) =
        (b.officer("K001", Role::Risk, &[]).await, b.officer("K002", Role::Registrar, &[]).await);
    (b, zhao, qian)
}

fn information() -> Information {
    Information {
        title: "河蟹 氯霉素".into(),
        hazard: "氯霉素".into(),
        source: "notification".into(),
        information: "RASFF 2026.4711: chloramphenicol 0.9 µg/kg in crabs".into(),
        scope: Scope { hs: "0306".into(), ..Scope::default() },
    }
}

fn proposal(ends_at: Option<Timestamp>) -> Proposal {
    Proposal {
        title: "河蟹 氯霉素".into(),
        hazard: "氯霉素".into(),
        severity: 4,
        likelihood: 4,
        evidence: "三个月内三起通报；本局去年检出一起".into(),
        scope: Scope { hs: "0306".into(), direction: "export".into(), ..Scope::default() },
        measures: Measures {
            lane: "conformity".into(),
            rate_ppm: 1_000_000,
            hold: true,
            tests: vec!["chloramphenicol".into()],
        },
        starts_at: None,
        ends_at,
        review_at: None,
    }
}

async fn lodged(b: &Bureau, l: &Lodgement) -> DeclarationId {
    b.desk.lodge(&Actor::system(), l).await.expect("lodged")
}

async fn proposed(b: &Bureau, by: &Actor, p: &Proposal) -> AlertId {
    let mut tx = b.begin().await;
    let id = alert::inform(&mut tx, by, &information()).await.expect("informed");
    alert::propose(&mut tx, by, id, p).await.expect("proposed");
    b.desk.finish(tx).await.expect("commit");
    id
}

async fn decision(b: &Bureau, id: DeclarationId) -> targeting::Replay {
    let mut tx = b.read().await;
    targeting::replay(&mut tx, id).await.expect("a reading").expect("a decision")
}

async fn released(b: &Bureau, sun: &Actor, lot: &str) -> DeclarationId {
    let id = lodged(b, &crabs(lot)).await;
    b.to_release(id, true).await;
    let lots = b.lots(id).await;
    b.settle(sun, id, &lots, Outcome::Release, "").await.expect("released");
    id
}

async fn lots(b: &Bureau, id: AlertId, how: &str) -> Vec<String> {
    let mut tx = b.read().await;
    let (found, _) =
        alert::lots(&mut tx, &Actor::system(), id, how, LotId::from(MIN_UUID), 50).await.expect("a list");
    found.into_iter().map(|l| l.lot_no).collect()
}

on_both! {
    async fn m5_7_an_alert_bears_on_pending_and_new_lots_at_once_and_lists_those_released(t: TestDb) {
        let (b, zhao, qian) = open(&t).await;
        let sun = b.officer("R001", Role::Releaser, &[Task::Release]).await;
        t.clock.set(Timestamp::at("2026-11-25".parse().expect("a day"), 7, 30));
        let gone = released(&b, &sun, "GONE").await;
        let waiting = lodged(&b, &crabs("WAITING")).await;
        let deciding = lodged(&b, &crabs("DECIDING")).await;
        b.to_release(deciding, true).await;
        let others = lodged(&b, &spinach("SPINACH")).await;
        let before = decision(&b, deciding).await.stored;
        assert!(!before.outcome.selected || before.outcome.basis == "draw", "{:?}", before.outcome);
        t.clock.set(Timestamp::at("2026-11-25".parse().expect("a day"), 8, 0));
        let end = Timestamp(t.clock.now().0 + 90 * Timestamp::DAY);
        let id = proposed(&b, &zhao, &proposal(Some(end))).await;
        assert_eq!(lots(&b, id, "held").await, Vec::<String>::new(), "a proposal does nothing");

        let mut tx = b.begin().await;
        let no = refusal(alert::approve(&mut tx, &zhao, id).await);
        assert!(no.code == "alert.second_person" && no.clause.is_some(), "{no:?}");
        alert::approve(&mut tx, &qian, id).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");

        let mut held = lots(&b, id, "held").await;
        held.sort();
        assert_eq!(held, ["DECIDING", "WAITING"]);
        assert_eq!(lots(&b, id, "released").await, ["GONE"]);
        let mut stranger = zhao.clone();
        stranger.scope = kernel::Scope::Branch(b.zhenhai.id);
        let mut tx = b.read().await;
        let (seen, counts) = alert::lots(&mut tx, &stranger, id, "held", LotId::from(MIN_UUID), 9).await.expect("a list");
        assert!(seen.is_empty() && counts.iter().any(|c| *c == ("held".to_owned(), 2)), "{counts:?}");
        let (seen, reached, _) = alert::effects(&mut tx, &stranger, id, DeclarationId::from(MIN_UUID), 9).await.expect("a list");
        assert!(seen.is_empty() && reached == 2);
        drop(tx);
        for pending in [waiting, deciding] {
            let r = decision(&b, pending).await;
            let o = &r.stored.outcome;
            assert!(r.same && o.selected, "{o:?}");
            assert_eq!((o.lane.as_str(), o.rate_ppm), ("conformity", 1_000_000));
            assert!(o.reasons[0].zh.contains("预警 AL2026000001") && o.reasons[0].zh.contains("暂扣"), "{:?}", o.reasons);
            assert!(b.declaration(pending).await.selected);
        }
        let r = decision(&b, deciding).await.stored;
        assert_eq!((&r.seed, r.outcome.draw_ppm), (&before.seed, before.outcome.draw_ppm), "only the alert differs");
        assert!(r.at > before.at);
        assert!(decision(&b, others).await.stored.inputs.measures.is_empty());
        assert!(decision(&b, gone).await.stored.inputs.measures.is_empty(), "what is out is not decided again");
        if !before.outcome.selected {
            assert_eq!(b.declaration(deciding).await.stage, Stage::Inspecting, "it goes back to be inspected");
        }

        let mut tx = b.read().await;
        let a = alert::one(&mut tx, id).await.expect("a reading").expect("it");
        assert_eq!((a.state, a.active_at, a.ends_at, a.level.as_str()), (State::Active, Some(t.clock.now()), Some(end), "high"));
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 9).await.expect("facts");
        let kinds: Vec<_> = facts.iter().rev().map(|f| f.kind.as_str()).collect();
        assert_eq!(kinds, ["alert.informed", "alert.proposed", "alert.approved", "alert.activated"]);
        assert!(facts[0].body.contains("\"pending\":2") && facts[0].body.contains("\"held\":2") && facts[0].body.contains("\"released\":1"), "{}", facts[0].body);

        t.pass(Timestamp::HOUR);
        let new = lodged(&b, &crabs("NEW")).await;
        let r = decision(&b, new).await;
        assert!(r.same && r.stored.outcome.selected && r.stored.outcome.lane == "conformity");
        assert!(lots(&b, id, "held").await.contains(&"NEW".to_owned()));
        let no = refusal(b.settle(&sun, new, &b.lots(new).await, Outcome::Release, "").await);
        assert!(no.missing.iter().any(|m| m.needed.en.contains("alert AL2026000001")), "{:?}", no.missing);
    }

    async fn what_an_alert_wants_tested_is_tested_before_a_release(t: TestDb) {
        let (b, zhao, qian) = open(&t).await;
        let sun = b.officer("R001", Role::Releaser, &[Task::Release]).await;
        let mut p = proposal(Some(Timestamp(t.clock.now().0 + 9 * Timestamp::DAY)));
        p.measures.hold = false;
        let id = proposed(&b, &zhao, &p).await;
        let mut tx = b.begin().await;
        alert::approve(&mut tx, &qian, id).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");
        let d = lodged(&b, &crabs("A")).await;
        b.to_release(d, true).await;
        let of_d = b.lots(d).await;
        let no = refusal(b.settle(&sun, d, &of_d, Outcome::Release, "").await);
        assert!(no.missing.iter().any(|m| m.field == "A chloramphenicol"), "{:?}", no.missing);
        t.pass(Timestamp::HOUR);
        b.result(d, of_d[0], "chloramphenicol", "pass").await;
        b.settle(&sun, d, &of_d, Outcome::Release, "").await.expect("released");
    }

    async fn an_alert_ends_by_its_date_or_by_a_person_and_lets_go_what_it_held(t: TestDb) {
        let (b, zhao, qian) = open(&t).await;
        let waiting = lodged(&b, &crabs("A")).await;
        let (now, day) = (t.clock.now(), Timestamp::DAY);
        let mut later = proposal(Some(Timestamp(now.0 + 3 * day)));
        later.starts_at = Some(Timestamp(now.0 + day));
        let id = proposed(&b, &zhao, &later).await;
        let mut tx = b.begin().await;
        alert::approve(&mut tx, &qian, id).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");
        assert_eq!(clockwork::run_due(&b.desk).await.expect("a run").alerts, 0);
        assert!(decision(&b, waiting).await.stored.inputs.measures.is_empty(), "its time has not come");
        t.pass(day);
        assert_eq!(clockwork::run_due(&b.desk).await.expect("a run").alerts, 1);
        assert_eq!(clockwork::run_due(&b.desk).await.expect("a run").alerts, 0, "done once");
        assert_eq!(lots(&b, id, "held").await, ["A"]);
        assert!(decision(&b, waiting).await.stored.outcome.selected);
        t.pass(2 * day);
        assert!(decision(&b, lodged(&b, &crabs("B")).await).await.stored.inputs.measures.is_empty(), "over, whoever is late");
        assert_eq!(clockwork::run_due(&b.desk).await.expect("a run").alerts, 1);
        assert_eq!((lots(&b, id, "held").await.len(), lots(&b, id, "let_go").await), (0, vec!["A".to_owned()]));
        assert!(decision(&b, waiting).await.stored.outcome.selected, "what was selected stays selected");
        let mut tx = b.read().await;
        assert!(release::holds(&mut tx, &Actor::system(), None, 10).await.expect("holds").is_empty());
        drop(tx);

        let other = proposed(&b, &zhao, &proposal(Some(Timestamp(t.clock.now().0 + day)))).await;
        let mut tx = b.begin().await;
        assert_eq!(refusal(alert::lift(&mut tx, &qian, other, "x").await).code, "alert.state");
        alert::return_to_author(&mut tx, &qian, other, "范围过宽").await.expect("returned");
        alert::propose(&mut tx, &zhao, other, &proposal(Some(Timestamp(t.clock.now().0 + day)))).await.expect("again");
        alert::approve(&mut tx, &qian, other).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");
        t.pass(Timestamp::HOUR);
        let mut tx = b.begin().await;
        assert_eq!(refusal(alert::lift(&mut tx, &qian, other, " ").await).code, "alert.reason");
        alert::lift(&mut tx, &qian, other, "复检全部合格").await.expect("lifted");
        b.desk.finish(tx).await.expect("commit");
        let mut tx = b.read().await;
        let a = alert::one(&mut tx, other).await.expect("a reading").expect("it");
        assert_eq!((a.state, a.ended.expect("an end").by), (State::Lifted, qian.officer));
        assert!(alert::list(&mut tx, Some(State::Active), None, 10).await.expect("a list").is_empty());
        assert_eq!(alert::list(&mut tx, None, None, 10).await.expect("a list").len(), 2);
    }

    async fn a_notification_opens_one_case_with_what_it_says_of_goods_and_market(t: TestDb) {
        let (b, zhao, qian) = open(&t).await;
        let notice = Notice {
            source: "authority".into(),
            reference: "JP-2026-118".into(),
            kind: "border rejection".into(),
            notified_on: "2026-11-24".into(),
            notifier: "Japan".into(),
            origin: vec!["China".into()],
            product: "Crabs".into(),
            category: "Crustaceans".into(),
            hazard: "Chloramphenicol".into(),
            hazard_category: "Residues".into(),
            serious: true,
            market: Some("JP".into()),
            plant: Some("3300/00001".into()),
            ..Notice::default()
        };
        let mut tx = b.begin().await;
        let done = notification::register(&mut tx, &Actor::system(), &notice).await.expect("registered");
        let Registered::FollowUp(n) = done else { panic!("our own goods") };
        // The wiring may open it: then nobody is its author.
        let id = alert::from_notification(&mut tx, &Actor::system(), n).await.expect("a case");
        assert_eq!(alert::from_notification(&mut tx, &zhao, n).await.expect("the same"), id);
        b.desk.finish(tx).await.expect("commit");
        let mut tx = b.read().await;
        let a = alert::one(&mut tx, id).await.expect("a reading").expect("it");
        assert_eq!((a.state, a.notification, a.informed.0), (State::Informed, Some(n), None));
        assert_eq!((a.scope.direction.as_str(), a.scope.market.as_str(), a.scope.plant.is_some()), ("export", "JP", true));
        assert_eq!((a.title.as_str(), a.hazard.as_str()), ("Crabs Chloramphenicol", "Chloramphenicol"));
        drop(tx);
        let mut p = proposal(Some(Timestamp(t.clock.now().0 + 9 * Timestamp::DAY)));
        p.scope = a.scope;
        let mut tx = b.begin().await;
        alert::propose(&mut tx, &zhao, id, &p).await.expect("proposed");
        // Who has an interest in the operator of the plant does not approve it.
        registry::people::declare_interest(&mut tx, &Actor::system(), qian.officer.expect("an officer"), b.exporter.id, "spouse")
            .await
            .expect("declared");
        assert_eq!(refusal(alert::approve(&mut tx, &qian, id).await).code, "competence.interest");
    }

    async fn an_alert_reaches_what_was_being_lodged_while_it_began(t: TestDb) {
        let (b, zhao, qian) = open(&t).await;
        let id = proposed(&b, &zhao, &proposal(Some(Timestamp(t.clock.now().0 + 9 * Timestamp::DAY)))).await;
        // A lodging whose decision knew nothing of the alert, made durable a moment later.
        let d = lodged(&b, &crabs("LATE")).await;
        let mut tx = b.begin().await;
        declaration::deem_accepted(&mut tx, d).await.expect("accepted");
        declaration::advance(&mut tx, d, &[Stage::Accepted], Stage::Released, None).await.expect("out of sight");
        tx.commit().await.expect("commit");
        let mut tx = b.begin().await;
        alert::approve(&mut tx, &qian, id).await.expect("approved");
        declaration::advance(&mut tx, d, &[Stage::Released], Stage::Deciding, None).await.expect("in sight");
        b.desk.finish(tx).await.expect("commit");
        assert!(decision(&b, d).await.stored.inputs.measures.is_empty());
        t.pass(10_000_000);
        assert_eq!(clockwork::run_due(&b.desk).await.expect("a run").alerts, 1);
        assert!(decision(&b, d).await.stored.outcome.selected);
        assert_eq!(lots(&b, id, "held").await, ["LATE"]);
    }
}
