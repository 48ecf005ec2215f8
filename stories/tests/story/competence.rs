//! Stories of the gate of competence, each on SQLite and on PostgreSQL.

use kernel::{Actor, Role, Timestamp};
use registry::people;
use stories::{Bureau, authorise, refusal};
use supervision::{
    competence::{self, Accept, Certify, Inspect, NewAuthorisation, Release, Task, admit},
    declaration::{self, Stage},
};
use testkit::{TestDb, on_both};

on_both! {
    async fn m1_1_without_an_authorisation_for_these_goods_there_is_no_act(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[]).await;
        let zhao = b.officer("B002", Role::Inspector, &[Task::Inspect]).await;
        let mut tx = b.begin().await;
        authorise(&mut tx, li.officer.expect("an officer"), Task::Inspect, "03").await;
        b.desk.finish(tx).await.expect("commit");
        let spinach = b.lodge("L1").await;
        let mut tx = b.begin().await;
        let done = admit::<Inspect>(&mut tx, &li, spinach).await;
        let no = refusal(b.desk.conclude(tx, &li, &spinach.subject(), done).await);
        assert_eq!(no.code, "competence.no_authorisation");
        assert!(no.clause.as_deref().is_some_and(|c| c.contains("第二十九条")), "{:?}", no.clause);
        assert_eq!(no.missing[0].value, "inspect/071030");
        let named: Vec<_> = no.helpers.iter().map(|h| Some(h.officer)).collect();
        assert_eq!(named, [zhao.officer], "the colleague who could do it is named, nobody else");
        let mut tx = b.read().await;
        let facts = store::ledger::of_subject(&mut tx, &spinach.subject(), 10).await.expect("facts");
        assert_eq!(facts[0].kind, "competence.act_refused");
        assert!(facts[0].body.contains("inspect/071030"), "{}", facts[0].body);
    }

    async fn m1_3_who_accepted_neither_releases_nor_certifies(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept, Task::Release, Task::Certify]).await;
        let id = b.lodge("L1").await;
        let mut tx = b.begin().await;
        let license = admit::<Accept>(&mut tx, &wang, id).await.expect("licensed");
        declaration::accept(&mut tx, &license).await.expect("accepted");
        b.desk.finish(tx).await.expect("commit");
        assert!(b.declaration(id).await.accepted_at.is_some());
        let mut tx = b.begin().await;
        for no in [
            refusal(admit::<Release>(&mut tx, &wang, id).await.map(drop)),
            refusal(admit::<Certify>(&mut tx, &wang, id).await.map(drop)),
        ] {
            assert_eq!(no.code, "competence.segregation");
            assert!(no.clause.as_deref().is_some_and(|c| c.contains("第三十条")), "{:?}", no.clause);
            assert!(no.helpers.is_empty(), "he is the only one authorised, and stands aside");
        }
    }

    async fn m1_5_an_officer_with_an_interest_stands_aside(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[Task::Inspect]).await;
        let id = b.lodge("L1").await;
        let mut tx = b.begin().await;
        let officer = li.officer.expect("an officer");
        let reason = "spouse works at the plant";
        people::declare_interest(&mut tx, &li, officer, b.exporter.id, reason).await.expect("declared");
        let no = refusal(admit::<Inspect>(&mut tx, &li, id).await.map(drop));
        assert_eq!(no.code, "competence.recused");
        let able = competence::colleagues(&mut tx, &li, id, Task::Inspect).await.expect("a list");
        assert!(able.is_empty(), "the rule is not relaxed when nobody remains: {able:?}");
    }

    async fn m1_7_a_delegation_is_short_never_for_certificates_and_on_the_override_report(t: TestDb) {
        let b = Bureau::open(&t).await;
        let leader = b.officer("B000", Role::Manager, &[]).await;
        let li = b.officer("B001", Role::Inspector, &[]).await;
        let id = b.lodge("L1").await;
        let mut tx = b.begin().await;
        let now = tx.now();
        let new = |duty, hours| NewAuthorisation {
            officer: li.officer.expect("an officer"),
            duty,
            hs_prefix: String::new(),
            valid_from: now,
            valid_to: now.plus_hours(hours),
            reason: "台风，仅一人在岗".into(),
        };
        let no = refusal(competence::delegate(&mut tx, &leader, new(Task::Inspect, 73)).await);
        assert_eq!(no.code, "competence.delegation_hours");
        let no = refusal(competence::delegate(&mut tx, &leader, new(Task::Certify, 72)).await);
        assert_eq!(no.code, "competence.delegation_certify");
        competence::delegate(&mut tx, &leader, new(Task::Inspect, 72)).await.expect("delegated");
        admit::<Inspect>(&mut tx, &li, id).await.expect("licensed");
        let report = competence::overrides(&mut tx, &leader, now, now.plus_hours(1)).await.expect("a report");
        assert_eq!(report.len(), 1);
        b.desk.finish(tx).await.expect("commit");
        t.pass(72 * Timestamp::HOUR);
        let mut tx = b.begin().await;
        let no = refusal(admit::<Inspect>(&mut tx, &li, id).await.map(drop));
        assert_eq!(no.code, "competence.no_authorisation");
    }

    async fn nobody_authorises_himself_and_an_ended_authorisation_opens_nothing(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[Task::Inspect]).await;
        let officer = li.officer.expect("an officer");
        let id = b.lodge("L1").await;
        let mut tx = b.begin().await;
        let now = tx.now();
        let (valid_from, valid_to) = (now, now.plus_hours(1));
        let new = NewAuthorisation {
            officer,
            duty: Task::Release,
            hs_prefix: String::new(),
            valid_from,
            valid_to,
            reason: "I can".into(),
        };
        assert_eq!(refusal(competence::authorise(&mut tx, &li, new).await).missing[0].field, "officer");
        let held = competence::of_officer(&mut tx, officer).await.expect("a list");
        competence::end(&mut tx, &Actor::system(), held[0].id, "suspended", "critical item failed").await.expect("ended");
        let no = refusal(admit::<Inspect>(&mut tx, &li, id).await.map(drop));
        assert_eq!(no.code, "competence.no_authorisation");
    }

    async fn silence_until_the_end_of_the_notice_period_counts_as_acceptance(t: TestDb) {
        let b = Bureau::open(&t).await;
        let id = b.lodge("L1").await;
        t.clock.set(b.declaration(id).await.due_at);
        let mut tx = b.begin().await;
        declaration::deem_accepted(&mut tx, id).await.expect("accepted");
        let no = refusal(declaration::deem_accepted(&mut tx, id).await);
        assert_eq!(no.code, "declaration.stage");
        b.desk.finish(tx).await.expect("commit");
        let d = b.declaration(id).await;
        let next = if d.selected { Stage::Inspecting } else { Stage::Deciding };
        assert_eq!((d.stage, d.accepted_at), (next, Some(d.lodged_at)), "from its receipt, as the law says, and sent on");
        // Lodged on Tuesday 24 November; 7 working days after it end with Thursday 3 December.
        assert_eq!(d.due_at.date().to_string(), "2026-12-04");
    }
}
