//! Stories of the severity of sampling, on both engines: lots move it by the switching rules, officers agree or find,
//! and the next lot is planned with it.

use kernel::{Actor, DeclarationId, OperatorId, Role, Timestamp};
use registry::trade;
use stories::{Bureau, refusal, spinach};
use supervision::competence::{Accept, Inspect, Task, admit};
use supervision::declaration;
use supervision::inspection::{self, Entry, ItemEntry, TaskLot};
use supervision::stream::{self, Finding};
use supervision::targeting;
use testkit::{TestDb, on_both};

/// Those who do it.
struct Hands {
    clerk: Actor,
    head: Actor,
    first: Actor,
    second: Actor,
    registrar: Actor,
}

async fn hands(b: &Bureau) -> Hands {
    let first = b.officer("B001", Role::Inspector, &[Task::Inspect]).await;
    let second = b.officer("B002", Role::Inspector, &[Task::Inspect]).await;
    Hands {
        clerk: b.officer("C001", Role::Clerk, &[Task::Accept]).await,
        head: b.officer("M001", Role::Manager, &[]).await,
        registrar: b.officer("Q001", Role::Registrar, &[]).await,
        first,
        second,
    }
}

/// A lot of 600 cartons that is to be inspected.
async fn accepted(b: &Bureau, h: &Hands, n: usize) -> DeclarationId {
    let mut l = spinach(&format!("L{n}"));
    (l.lines[0].quantity, l.lines[0].unit) = ("600".into(), "CT".into());
    l.lines[0].lots[0].quantity = "600".into();
    let id = b.desk.lodge(&Actor::system(), &l).await.expect("lodged");
    let mut tx = b.begin().await;
    targeting::add_check(&mut tx, &h.clerk, id, "seal differs").await.expect("added");
    let license = admit::<Accept>(&mut tx, &h.clerk, id).await.expect("licensed");
    declaration::accept(&mut tx, &license).await.expect("accepted");
    b.desk.finish(tx).await.expect("commit");
    id
}

/// Inspects it with so many units that do not conform, and gives the lot as it was planned.
async fn look_at(b: &Bureau, h: &Hands, id: DeclarationId, nonconforming: u64) -> TaskLot {
    let mut tx = b.begin().await;
    let t = inspection::of_declaration(&mut tx, id).await.expect("tasks").remove(0);
    let team = [h.first.officer.expect("one"), h.second.officer.expect("two")];
    inspection::assign(&mut tx, &h.head, t.id, t.version, &team, "").await.expect("assigned");
    let lots = inspection::lots(&mut tx, t.id).await.expect("lots");
    let rules = registry::rules::rules(&mut tx).await.expect("rules");
    let pack = &rules.by_label(&t.rule_version).expect("a pack").pack;
    let items = pack.item.iter().map(|i| ItemEntry {
        code: i.code.clone(),
        verdict: "conform".into(),
        value: if i.unit.is_empty() { String::new() } else { "-19.4".into() },
        ..ItemEntry::default()
    });
    let found = vec![(lots[0].plan.sample_size.to_string(), nonconforming.to_string())];
    let entry = Entry { key: t.id.to_string(), lots: found, items: items.collect(), ..Entry::default() };
    let license = admit::<Inspect>(&mut tx, &h.first, id).await.expect("licensed");
    inspection::write(&mut tx, &h.first, &license, t.id, t.version + 1, &entry).await.expect("written");
    let license = admit::<Inspect>(&mut tx, &h.second, id).await.expect("licensed");
    inspection::sign(&mut tx, &h.second, &license, t.id, t.version + 2).await.expect("signed");
    b.desk.finish(tx).await.expect("commit");
    lots.into_iter().next().expect("a lot")
}

/// Both: a lot arrives and is inspected.
async fn inspected(b: &Bureau, h: &Hands, n: usize, nonconforming: u64) -> TaskLot {
    let id = accepted(b, h, n).await;
    look_at(b, h, id, nonconforming).await
}

async fn operator(b: &Bureau) -> OperatorId {
    let mut tx = b.read().await;
    trade::operator_by_code(&mut tx, &spinach("L").operator)
        .await
        .expect("a reading")
        .expect("it is listed")
        .id
}

async fn stream_of(b: &Bureau, operator: OperatorId) -> stream::Stream {
    let mut tx = b.read().await;
    stream::one(&mut tx, operator, "0710").await.expect("the stream")
}

on_both! {
    async fn m5_1_lots_tighten_their_stream_and_five_accepted_bring_it_back(t: TestDb) {
        let b = Bureau::open(&t).await;
        let h = hands(&b).await;
        let operator = operator(&b).await;
        let plan = inspected(&b, &h, 0, 4).await.plan;
        assert_eq!((plan.severity.as_str(), plan.sample_size, plan.accept), ("normal", 80, 3));
        assert_eq!(inspected(&b, &h, 1, 4).await.plan.severity, "normal");
        let plan = inspected(&b, &h, 2, 0).await.plan;
        assert_eq!((plan.severity.as_str(), plan.sample_size, plan.accept), ("tightened", 80, 2), "two of five were not accepted");
        t.pass(Timestamp::HOUR);
        for n in 3..7 {
            assert_eq!(inspected(&b, &h, n, 0).await.plan.severity, "tightened");
        }
        assert_eq!(inspected(&b, &h, 7, 0).await.plan.severity, "normal", "five in a row were accepted");
        let mut tx = b.read().await;
        let moves = stream::moves(&mut tx, operator, "0710").await.expect("moves");
        let told: Vec<(&str, &str)> = moves.iter().map(|m| (m.to.as_str(), m.reason.as_str())).collect();
        assert_eq!(told, [("normal", "five_accepted"), ("tightened", "two_of_five_not_accepted")]);
        let facts = store::ledger::page(&mut tx, i64::MAX, 50, Some("inspection.stream_moved")).await.expect("facts");
        assert_eq!(facts.len(), 2);
        let tightened = stream::list(&mut tx, "tightened", None, 10).await.expect("a list");
        let normal = stream::list(&mut tx, "normal", None, 10).await.expect("a list");
        assert_eq!((tightened.len(), normal.len(), normal[0].lots), (0, 1, 8));
    }

    async fn reduced_inspection_needs_a_score_of_thirty_and_an_officers_agreement(t: TestDb) {
        let b = Bureau::open(&t).await;
        let h = hands(&b).await;
        let operator = operator(&b).await;
        let of = (operator, "0710");
        for n in 0..9 {
            inspected(&b, &h, n, 0).await;
        }
        let s = stream_of(&b, operator).await;
        assert_eq!(s.switching.score, 27, "three points a lot that passes one AQL tighter too");
        let mut tx = b.begin().await;
        let no = stream::decide(&mut tx, &h.registrar, of, s.version, "steady", Finding::Steady).await;
        assert_eq!(refusal(no).code, "stream.state");
        drop(tx);
        inspected(&b, &h, 9, 0).await;
        let mut tx = b.begin().await;
        let no = stream::decide(&mut tx, &h.registrar, of, s.version, "steady", Finding::Steady).await;
        assert_eq!(refusal(no).code, "stream.stale", "a lot came in meanwhile");
        let no = stream::decide(&mut tx, &h.registrar, of, s.version + 1, "  ", Finding::Steady).await;
        assert_eq!(refusal(no).code, "stream.reason");
        stream::decide(&mut tx, &h.registrar, of, s.version + 1, "GMP audit of May", Finding::Steady).await.expect("agreed");
        b.desk.finish(tx).await.expect("commit");
        let plan = inspected(&b, &h, 10, 0).await.plan;
        assert_eq!((plan.severity.as_str(), plan.sample_size), ("reduced", 32));
        inspected(&b, &h, 11, 5).await;
        assert_eq!(inspected(&b, &h, 12, 0).await.plan.severity, "normal", "one not accepted leads back");
    }

    async fn five_not_accepted_under_tightened_stop_acceptance_until_the_correction_is_found_effective(t: TestDb) {
        let b = Bureau::open(&t).await;
        let h = hands(&b).await;
        let operator = operator(&b).await;
        for n in 0..7 {
            inspected(&b, &h, n, 9).await;
        }
        let id = accepted(&b, &h, 7).await;
        assert_eq!(look_at(&b, &h, id, 0).await.plan.severity, "discontinued");
        let mut tx = b.read().await;
        let verdicts = inspection::lot_verdicts(&mut tx, id).await.expect("verdicts");
        assert!(verdicts.iter().all(|v| !v.accepted), "no sample accepts it");
        drop(tx);
        let late = accepted(&b, &h, 70).await;
        let s = stream_of(&b, operator).await;
        assert_eq!(s.lots, 7, "what is not accepted by sampling does not count");
        let mut tx = b.begin().await;
        let of = (operator, "0710");
        stream::decide(&mut tx, &h.registrar, of, s.version, "visit of 3 May", Finding::Effective).await.expect("found");
        let no = stream::decide(&mut tx, &h.registrar, of, s.version + 1, "again", Finding::Effective).await;
        assert_eq!(refusal(no).code, "stream.state");
        b.desk.finish(tx).await.expect("commit");
        look_at(&b, &h, late, 0).await;
        let s = stream_of(&b, operator).await;
        assert_eq!((s.lots, s.switching.recent.len()), (7, 0), "planned while nothing was accepted, it does not count");
        assert_eq!(inspected(&b, &h, 8, 0).await.plan.severity, "tightened");
    }

    async fn a_lot_that_is_inspected_again_does_not_count(t: TestDb) {
        let b = Bureau::open(&t).await;
        let h = hands(&b).await;
        let operator = operator(&b).await;
        let id = accepted(&b, &h, 0).await;
        look_at(&b, &h, id, 4).await;
        let mut tx = b.begin().await;
        inspection::reopen(&mut tx, id, "labels differ").await.expect("again");
        b.desk.finish(tx).await.expect("commit");
        look_at(&b, &h, id, 4).await;
        let s = stream_of(&b, operator).await;
        assert_eq!((s.lots, s.switching.recent.len()), (1, 1), "the second look is not an original inspection");
    }
}
