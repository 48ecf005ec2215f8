//! Stories of inspection, each on SQLite and on PostgreSQL.

use kernel::{Actor, DeclarationId, OfficerId, Result, Role, TaskId, Timestamp};
use registry::people;
use stories::{Bureau, authorise, refusal, spinach};
use supervision::competence::{Accept, Inspect, Task, admit};
use supervision::declaration::{self, LotEntry, Stage};
use supervision::inspection::{self, Entry, InspectionTask, ItemEntry, Shelf, State};
use supervision::targeting;
use testkit::{TestDb, on_both};

/// A consignment of two lots of 600 cartons, selected and accepted; its task.
async fn accepted(b: &Bureau, key: &str) -> (DeclarationId, InspectionTask) {
    let clerk = b.officer(&format!("C{key}"), Role::Clerk, &[Task::Accept]).await;
    let mut l = spinach("L1");
    (l.lines[0].quantity, l.lines[0].unit) = ("1200".into(), "CT".into());
    let lot = |no: &str| LotEntry { no: format!("{key}-{no}"), quantity: "600".into() };
    l.lines[0].lots = vec![lot("A"), lot("B")];
    let id = b.desk.lodge(&Actor::system(), &l).await.expect("lodged");
    let mut tx = b.begin().await;
    targeting::add_check(&mut tx, &clerk, id, "seal differs").await.expect("added");
    let license = admit::<Accept>(&mut tx, &clerk, id).await.expect("licensed");
    declaration::accept(&mut tx, &license).await.expect("accepted");
    b.desk.finish(tx).await.expect("commit");
    (id, task(b, id).await)
}

async fn task(b: &Bureau, id: DeclarationId) -> InspectionTask {
    let mut tx = b.read().await;
    inspection::of_declaration(&mut tx, id).await.expect("tasks").into_iter().next().expect("a task")
}

fn ids(actors: &[&Actor]) -> Vec<OfficerId> {
    actors.iter().map(|a| a.officer.expect("an officer")).collect()
}

async fn assign(b: &Bureau, by: &Actor, t: &InspectionTask, team: &[&Actor], reason: &str) -> Result<()> {
    let mut tx = b.begin().await;
    let done = inspection::assign(&mut tx, by, t.id, t.version, &ids(team), reason).await;
    b.desk.conclude(tx, by, &t.declaration.subject(), done).await
}

/// An entry with so many nonconforming units in each lot, every item conforming.
async fn entry(b: &Bureau, t: &InspectionTask, key: &str, nonconforming: &[u64]) -> Entry {
    let mut tx = b.read().await;
    let lots = inspection::lots(&mut tx, t.id).await.expect("lots");
    let rules = registry::rules::rules(&mut tx).await.expect("rules");
    let pack = &rules.by_label(&t.rule_version).expect("a pack").pack;
    let items = pack.item.iter().map(|i| ItemEntry {
        code: i.code.clone(),
        verdict: "conform".into(),
        value: if i.unit.is_empty() { String::new() } else { "-19.4".into() },
        ..ItemEntry::default()
    });
    Entry {
        key: key.into(),
        lots: lots
            .iter()
            .zip(nonconforming)
            .map(|(l, n)| (l.plan.sample_size.to_string(), n.to_string()))
            .collect(),
        items: items.collect(),
        ..Entry::default()
    }
}

async fn write(b: &Bureau, by: &Actor, t: &InspectionTask, e: &Entry) -> Result<kernel::RecordId> {
    let mut tx = b.begin().await;
    let done = async {
        let license = admit::<Inspect>(&mut tx, by, t.declaration).await?;
        inspection::write(&mut tx, by, &license, t.id, t.version, e).await
    }
    .await;
    b.desk.conclude(tx, by, &t.declaration.subject(), done).await
}

async fn sign(b: &Bureau, by: &Actor, t: &InspectionTask) -> Result<()> {
    let mut tx = b.begin().await;
    let done = async {
        let license = admit::<Inspect>(&mut tx, by, t.declaration).await?;
        inspection::sign(&mut tx, by, &license, t.id, t.version).await
    }
    .await;
    b.desk.conclude(tx, by, &t.declaration.subject(), done).await
}

async fn kinds(b: &Bureau, id: DeclarationId) -> Vec<String> {
    let mut tx = b.read().await;
    let facts = store::ledger::of_subject(&mut tx, &id.subject(), 50).await.expect("facts");
    facts.into_iter().map(|f| f.kind).collect()
}

/// A bureau with a manager and two inspectors, and a task with these two as team.
async fn with_team(t: &TestDb) -> (Bureau, Actor, Actor, Actor, InspectionTask) {
    let b = Bureau::open(t).await;
    let head = b.officer("M001", Role::Manager, &[]).await;
    let li = b.officer("B001", Role::Inspector, &[Task::Inspect]).await;
    let zhao = b.officer("B002", Role::Inspector, &[Task::Inspect]).await;
    let (id, open) = accepted(&b, "1").await;
    assign(&b, &head, &open, &[&li, &zhao], "").await.expect("assigned");
    let assigned = task(&b, id).await;
    (b, head, li, zhao, assigned)
}

on_both! {
    async fn m5_1_an_accepted_selected_consignment_gets_a_task_whose_units_are_drawn_again_alike(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (id, task) = accepted(&b, "1").await;
        assert_eq!(b.declaration(id).await.stage, Stage::Inspecting);
        assert_eq!((task.state, task.team_min, task.round), (State::Open, 2, 1));
        let mut tx = b.read().await;
        let again = inspection::replay(&mut tx, &Actor::system(), task.id).await.expect("a replay");
        assert_eq!(again.len(), 2);
        for (lot, same) in &again {
            assert!(same, "the stored seed gives the same units");
            assert_eq!((lot.plan.lot_size, lot.plan.sample_size, lot.plan.accept), (600, 80, 3), "J, AQL 1.5");
        }
        assert_ne!(again[0].0.plan.units, again[1].0.plan.units, "each lot has its own draw");
    }

    async fn m1_1_an_unauthorised_officer_is_not_assigned_and_the_qualified_are_named(t: TestDb) {
        let b = Bureau::open(&t).await;
        let head = b.officer("M001", Role::Manager, &[]).await;
        let eels = b.officer("B001", Role::Inspector, &[]).await;
        let li = b.officer("B002", Role::Inspector, &[Task::Inspect]).await;
        let zhao = b.officer("B003", Role::Inspector, &[Task::Inspect]).await;
        let mut tx = b.begin().await;
        authorise(&mut tx, eels.officer.expect("an officer"), Task::Inspect, "03").await;
        b.desk.finish(tx).await.expect("commit");
        let (id, open) = accepted(&b, "1").await;
        let no = refusal(assign(&b, &head, &open, &[&eels, &li], "").await);
        assert_eq!(no.code, "competence.no_authorisation");
        assert!(no.missing.iter().any(|m| m.value == "inspect/071030"), "{:?}", no.missing);
        let named: Vec<_> = no.helpers.iter().map(|h| h.officer).collect();
        assert_eq!(named, ids(&[&li, &zhao]), "qualified officers on duty are listed");
        assert_eq!(kinds(&b, id).await[0], "competence.act_refused", "the refusal is on record");
        assert_eq!(task(&b, id).await.state, State::Open);
    }

    async fn m1_2_one_officer_is_no_team(t: TestDb) {
        let b = Bureau::open(&t).await;
        let head = b.officer("M001", Role::Manager, &[]).await;
        let li = b.officer("B001", Role::Inspector, &[Task::Inspect]).await;
        let (_, open) = accepted(&b, "1").await;
        let no = refusal(assign(&b, &head, &open, &[&li, &li], "").await);
        assert_eq!(no.code, "competence.team_min");
        assert!(no.clause.as_deref().is_some_and(|c| c.contains("第四十二条")), "{:?}", no.clause);
    }

    async fn m1_5_a_draw_that_leaves_too_few_fails_and_says_why_of_each(t: TestDb) {
        let b = Bureau::open(&t).await;
        let head = b.officer("M001", Role::Manager, &[]).await;
        let c = b.officer("B001", Role::Inspector, &[Task::Inspect]).await;
        b.officer("B002", Role::Inspector, &[Task::Inspect]).await;
        let both = b.officer("B003", Role::Inspector, &[Task::Accept, Task::Inspect]).await;
        let mut tx = b.begin().await;
        let officer = c.officer.expect("an officer");
        people::declare_interest(&mut tx, &c, officer, b.exporter.id, "spouse works there").await.expect("declared");
        b.desk.finish(tx).await.expect("commit");
        let id = b.desk.lodge(&Actor::system(), &spinach("L9")).await.expect("lodged");
        let mut tx = b.begin().await;
        targeting::add_check(&mut tx, &both, id, "suspicion").await.expect("added");
        let license = admit::<Accept>(&mut tx, &both, id).await.expect("licensed");
        declaration::accept(&mut tx, &license).await.expect("accepted");
        b.desk.finish(tx).await.expect("commit");
        let open = task(&b, id).await;
        let mut tx = b.begin().await;
        let done = inspection::draw_team(&mut tx, &head, open.id, open.version, 2, "").await;
        let no = refusal(b.desk.conclude(tx, &head, &id.subject(), done).await);
        assert_eq!(no.code, "competence.team_draw");
        let why = |staff: &str| {
            let found = no.missing.iter().find(|m| m.value.starts_with(staff));
            found.map(|m| m.needed.en.clone()).unwrap_or_default()
        };
        assert!(why("B001").contains("interest"), "{:?}", no.missing);
        assert!(why("B003").contains("accepting"), "{:?}", no.missing);
        assert!(why("M001").contains("authorisation"), "{:?}", no.missing);
        assert_eq!(no.helpers.len(), 1, "only one could be drawn, and the rule is not relaxed");
        assert!(!no.missing.iter().any(|m| m.needed.en.contains("spouse")), "the reason stays private");
        assert_eq!((task(&b, id).await.state, kinds(&b, id).await[0].as_str()), (State::Open, "competence.act_refused"));
    }

    async fn m1_5_a_drawn_team_can_be_drawn_again_from_its_seed(t: TestDb) {
        let b = Bureau::open(&t).await;
        let head = b.officer("M001", Role::Manager, &[]).await;
        for n in 1..=6 {
            b.officer(&format!("B00{n}"), Role::Inspector, &[Task::Inspect]).await;
        }
        let (id, open) = accepted(&b, "1").await;
        let mut tx = b.begin().await;
        let drawn = inspection::draw_team(&mut tx, &head, open.id, open.version, 0, "").await.expect("drawn");
        b.desk.finish(tx).await.expect("commit");
        assert_eq!(drawn.len(), 2);
        let assigned = task(&b, id).await;
        let mut tx = b.read().await;
        let draws = inspection::draws(&mut tx, &assigned).await.expect("draws");
        assert!(draws[0].same && draws[0].candidates.len() == 6, "{draws:?}");
        let team = inspection::team(&mut tx, open.id).await.expect("a team");
        assert_eq!(team.iter().map(|m| m.officer).collect::<Vec<_>>(), drawn);
        drop(tx);
        let mut tx = b.begin().await;
        let again = inspection::draw_team(&mut tx, &head, open.id, assigned.version, 0, "").await;
        assert_eq!(refusal(again).code, "inspection.team_reason", "a drawn team is not redrawn in silence");
    }

    async fn m6_6_one_appointment_one_opening_two_results(t: TestDb) {
        let (b, _, li, _, task1) = with_team(&t).await;
        let at = Timestamp(t.clock.now().0 + Timestamp::DAY);
        let mut tx = b.begin().await;
        let boxes = ["LGHU4431276".to_owned()];
        let when = (at, "Beilun terminal 2", &boxes[..]);
        inspection::appoint(&mut tx, &li, task1.id, task1.version, when, None).await.expect("appointed");
        inspection::appoint(&mut tx, &li, task1.id, task1.version + 1, when, Some("H2026-77")).await.expect("joined");
        inspection::open_goods(&mut tx, &li, task1.id, task1.version + 2).await.expect("opened");
        inspection::customs_result(&mut tx, &li, task1.id, task1.version + 3, true, "as declared").await.expect("given");
        b.desk.finish(tx).await.expect("commit");
        let now = task(&b, task1.declaration).await;
        let mut tx = b.begin().await;
        let no = refusal(inspection::open_goods(&mut tx, &li, now.id, now.version).await);
        assert_eq!(no.code, "inspection.opened", "the goods are opened once");
        drop(tx);
        let mut tx = b.begin().await;
        let no = refusal(inspection::customs_result(&mut tx, &li, now.id, now.version, false, "").await);
        assert_eq!(no.code, "inspection.customs");
        drop(tx);
        let mut tx = b.read().await;
        let a = inspection::appointment(&mut tx, now.id).await.expect("a reading").expect("an appointment");
        assert_eq!((a.customs_ref.as_deref(), a.containers.len()), (Some("H2026-77"), 1));
        assert!(a.opened_at.is_some() && a.customs.as_ref().is_some_and(|c| c.0), "{a:?}");
        drop(tx);
        let e = entry(&b, &now, "k1", &[0, 0]).await;
        write(&b, &li, &now, &e).await.expect("the bureau's own result form");
    }

    async fn two_officers_sign_and_each_lot_is_judged_by_its_plan(t: TestDb) {
        let (b, _, li, zhao, task1) = with_team(&t).await;
        let e = entry(&b, &task1, "k1", &[3, 4]).await;
        let record = write(&b, &li, &task1, &e).await.expect("written");
        assert_eq!(write(&b, &li, &task1, &e).await.expect("sent again"), record, "the same key, the same record");
        let recorded = task(&b, task1.declaration).await;
        assert_eq!((recorded.state, b.declaration(task1.declaration).await.stage), (State::Recorded, Stage::Inspecting));
        let no = refusal(sign(&b, &li, &recorded).await);
        assert_eq!(no.code, "competence.second_signature", "nobody signs twice");
        sign(&b, &zhao, &recorded).await.expect("signed");
        assert_eq!(b.declaration(task1.declaration).await.stage, Stage::Deciding);
        let mut tx = b.read().await;
        let verdicts = inspection::lot_verdicts(&mut tx, task1.declaration).await.expect("verdicts");
        assert_eq!(verdicts.iter().map(|v| v.accepted).collect::<Vec<_>>(), [true, false], "Ac 3, Re 4");
        let records = inspection::records(&mut tx, task1.id).await.expect("records");
        assert_eq!((records.len(), records[0].conforming, records[0].second), (1, false, zhao.officer));
        let facts = store::ledger::of_subject(&mut tx, &task1.declaration.subject(), 1).await.expect("facts");
        assert_eq!(facts[0].kind, "inspection.result_recorded");
        assert!(facts[0].body.contains("\"nonconforming\":7"), "{}", facts[0].body);
    }

    async fn an_objection_sends_the_record_back_and_keeps_it(t: TestDb) {
        let (b, _, li, zhao, task1) = with_team(&t).await;
        let e = entry(&b, &task1, "k1", &[0, 0]).await;
        write(&b, &li, &task1, &e).await.expect("written");
        let recorded = task(&b, task1.declaration).await;
        let mut tx = b.begin().await;
        let license = admit::<Inspect>(&mut tx, &zhao, task1.declaration).await.expect("licensed");
        let no = inspection::object(&mut tx, &zhao, &license, recorded.id, recorded.version, " ").await;
        assert_eq!(refusal(no).code, "inspection.objection");
        inspection::object(&mut tx, &zhao, &license, recorded.id, recorded.version, "two cartons were wet").await.expect("objected");
        b.desk.finish(tx).await.expect("commit");
        let back = task(&b, task1.declaration).await;
        assert_eq!(back.state, State::Assigned);
        let e = entry(&b, &back, "k2", &[2, 0]).await;
        write(&b, &zhao, &back, &e).await.expect("written anew");
        sign(&b, &li, &task(&b, task1.declaration).await).await.expect("signed");
        let mut tx = b.read().await;
        let records = inspection::records(&mut tx, task1.id).await.expect("records");
        assert_eq!(records.iter().map(|r| r.state.as_str()).collect::<Vec<_>>(), ["signed", "objected"]);
        assert_eq!(records[1].objection, "two cartons were wet");
    }

    async fn two_officers_at_once_the_second_is_told_and_nothing_is_lost(t: TestDb) {
        let (b, _, li, zhao, task1) = with_team(&t).await;
        let (one, two) = (entry(&b, &task1, "k1", &[0, 0]).await, entry(&b, &task1, "k2", &[1, 0]).await);
        let (a, c) = tokio::join!(write(&b, &li, &task1, &one), write(&b, &zhao, &task1, &two));
        let (won, lost) = if a.is_ok() { (a, c) } else { (c, a) };
        let record = won.expect("one of them is written");
        let no = refusal(lost);
        assert_eq!(no.code, "inspection.stale");
        assert!(no.missing[0].needed.en.contains("B00"), "it names who was faster: {:?}", no.missing);
        let mut tx = b.read().await;
        let records = inspection::records(&mut tx, task1.id).await.expect("records");
        assert_eq!(records.iter().map(|r| r.id).collect::<Vec<_>>(), [record]);
    }

    async fn an_incomplete_record_is_refused_with_every_gap(t: TestDb) {
        let (b, _, li, _, task1) = with_team(&t).await;
        let mut e = entry(&b, &task1, "k1", &[0, 0]).await;
        e.lots[0].0 = "79".into();
        e.lots[1].1 = "81".into();
        e.items[0].verdict = "nonconform".into();
        e.items[1].value = "-19,4".into();
        e.items[2].finding = "ZZ".into();
        let no = refusal(write(&b, &li, &task1, &e).await);
        let fields: Vec<_> = no.missing.iter().map(|m| m.field.as_str()).collect();
        assert_eq!(fields, ["inspected-1", "nonconforming-2", "finding-SEAL", "value-TEMP", "finding-PACK"]);
        assert_eq!(task(&b, task1.declaration).await.state, State::Assigned);
    }

    async fn who_is_not_in_the_team_writes_nothing(t: TestDb) {
        let (b, _, _, _, task1) = with_team(&t).await;
        let other = b.officer("B003", Role::Inspector, &[Task::Inspect]).await;
        let e = entry(&b, &task1, "k1", &[0, 0]).await;
        let no = refusal(write(&b, &other, &task1, &e).await);
        assert_eq!((no.code.as_str(), no.helpers.len()), ("competence.team", 2));
    }

    async fn m5_2_a_check_added_at_the_decision_opens_the_next_round(t: TestDb) {
        let (b, _, li, zhao, task1) = with_team(&t).await;
        let e = entry(&b, &task1, "k1", &[0, 0]).await;
        write(&b, &li, &task1, &e).await.expect("written");
        sign(&b, &zhao, &task(&b, task1.declaration).await).await.expect("signed");
        let mut tx = b.begin().await;
        targeting::add_check(&mut tx, &li, task1.declaration, "an alert came in").await.expect("added");
        b.desk.finish(tx).await.expect("commit");
        let next = task(&b, task1.declaration).await;
        assert_eq!((next.round, next.basis.as_str(), next.state), (2, "check_added", State::Open));
        assert_eq!(b.declaration(task1.declaration).await.stage, Stage::Inspecting);
        let mut tx = b.read().await;
        let mine = Shelf::Mine(li.officer.expect("an officer"));
        assert_eq!(inspection::list(&mut tx, &li, Shelf::Live, None, 10).await.expect("live").len(), 1);
        assert_eq!(inspection::list(&mut tx, &li, Shelf::Ended, None, 10).await.expect("ended").len(), 1);
        assert!(inspection::list(&mut tx, &li, mine, None, 10).await.expect("mine").is_empty());
        let first: Vec<TaskId> = vec![task1.id];
        let ended = inspection::list(&mut tx, &li, Shelf::Ended, None, 10).await.expect("ended");
        assert_eq!(ended.iter().map(|t| t.id).collect::<Vec<_>>(), first);
    }

    async fn packages_are_counted_once_and_the_plan_follows(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[Task::Inspect]).await;
        let clerk = b.officer("C001", Role::Clerk, &[Task::Accept]).await;
        let id = b.lodge("L1").await;
        let mut tx = b.begin().await;
        targeting::add_check(&mut tx, &clerk, id, "suspicion").await.expect("added");
        let license = admit::<Accept>(&mut tx, &clerk, id).await.expect("licensed");
        declaration::accept(&mut tx, &license).await.expect("accepted");
        b.desk.finish(tx).await.expect("commit");
        let open = task(&b, id).await;
        let mut tx = b.begin().await;
        let lot = inspection::lots(&mut tx, open.id).await.expect("lots").remove(0);
        assert_eq!((lot.plan.lot_size, lot.plan.sample_size), (12_000, 315), "12 t of one kilogram each");
        let license = admit::<Inspect>(&mut tx, &li, id).await.expect("licensed");
        inspection::count_packages(&mut tx, &license, &li, open.id, open.version, lot.lot, "1200").await.expect("counted");
        let again = inspection::count_packages(&mut tx, &license, &li, open.id, open.version + 1, lot.lot, "1100").await;
        assert_eq!(refusal(again).code, "inspection.count");
        b.desk.finish(tx).await.expect("commit");
        let mut tx = b.read().await;
        let replay = inspection::replay(&mut tx, &li, open.id).await.expect("a replay");
        assert!(replay[0].1);
        assert_eq!((replay[0].0.plan.lot_size, replay[0].0.plan.sample_size), (1_200, 80));
    }

    async fn an_unselected_consignment_goes_past_inspection(t: TestDb) {
        let b = Bureau::open(&t).await;
        let clerk = b.officer("C001", Role::Clerk, &[Task::Accept]).await;
        let mut n = 0;
        let id = loop {
            let id = b.lodge(&format!("L{n}")).await;
            if !b.declaration(id).await.selected {
                break id;
            }
            n += 1;
        };
        let mut tx = b.begin().await;
        let license = admit::<Accept>(&mut tx, &clerk, id).await.expect("licensed");
        declaration::accept(&mut tx, &license).await.expect("accepted");
        b.desk.finish(tx).await.expect("commit");
        assert_eq!(b.declaration(id).await.stage, Stage::Deciding);
        let mut tx = b.read().await;
        assert!(inspection::of_declaration(&mut tx, id).await.expect("tasks").is_empty());
    }
}
