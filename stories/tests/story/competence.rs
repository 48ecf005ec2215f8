//! Stories of the gate of competence, each on SQLite and on PostgreSQL.

use kernel::{Actor, Role, Timestamp, bi};
use registry::people;
use stories::{Bureau, authorise, refusal};
use supervision::{
    competence::{self, Accept, Basis, Certify, Inspect, NewAuthorisation, Release, Task, admit},
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

    async fn m1_1_the_nearest_colleague_is_named_first(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (li, far) = (b.officer("B009", Role::Inspector, &[]).await, b.officer("B001", Role::Inspector, &[Task::Inspect]).await);
        let mut tx = b.begin().await;
        let by = Actor::system();
        let open = people::open_unit(&mut tx, &by, "BL-S1", "section", bi("一科", "Section one"), Some(&b.beilun)).await;
        let section = open.expect("a section");
        let mut ids = Vec::new();
        for (no, unit) in [("A001", &b.unit), ("C001", &section), ("C002", &section), ("D001", &section), ("A002", &b.zhenhai)] {
            let name = bi(no, no);
            let officer = people::post_officer(&mut tx, &by, no, &name, unit, b.post).await.expect("an officer");
            if no != "D001" {
                authorise(&mut tx, officer, Task::Inspect, "").await;
            }
            ids.push(officer);
        }
        b.desk.finish(tx).await.expect("commit");
        let spinach = b.lodge("L1").await;
        let mut tx = b.begin().await;
        let of = |who: Option<kernel::OfficerId>| Actor { officer: who, ..li.clone() };
        let named = async |tx: &mut store::Tx, by: &Actor| {
            let no = refusal(admit::<Inspect>(tx, by, spinach).await.map(drop));
            no.helpers.iter().map(|h| Some(h.officer)).collect::<Vec<_>>()
        };
        let [bureau, one, two, asker, _] = ids.iter().map(|i| Some(*i)).collect::<Vec<_>>()[..] else { panic!("five") };
        let section_first = named(&mut tx, &of(asker)).await;
        assert_eq!(section_first, [one, two, far.officer, bureau], "section, branch, bureau; nobody of another branch");
        assert_eq!(named(&mut tx, &li).await[0], far.officer, "of the branch itself: its own first");
    }

    async fn a_head_authorises_on_a_passed_assessment_and_not_on_a_sentence(t: TestDb) {
        let b = Bureau::open(&t).await;
        let head = b.officer("B000", Role::Manager, &[]).await;
        let mut quality = b.officer("B008", Role::Registrar, &[]).await;
        quality.scope = kernel::Scope::Bureau;
        let li = b.officer("B001", Role::Inspector, &[]).await;
        let officer = li.officer.expect("an officer");
        let mut tx = b.begin().await;
        let now = tx.now();
        let new = |hs: &str, days: i64| NewAuthorisation {
            officer,
            duty: Task::Sample,
            hs_prefix: hs.into(),
            valid_from: now,
            valid_to: Timestamp(now.0 + days * Timestamp::DAY),
            reason: "I have seen him work".into(),
        };
        let no = refusal(competence::authorise(&mut tx, &head, new("0710", 300)).await);
        assert_eq!((no.code.as_str(), no.missing[0].value.as_str()), ("competence.unassessed", "sample/0710"));
        let recorded = competence::authorise(&mut tx, &quality, new("0303", 300)).await.expect("recorded");
        let a = competence::one(&mut tx, recorded).await.expect("read").expect("an authorisation");
        assert_eq!(a.basis, Some(Basis::Record), "the quality manager enters what was given before, and the row says so");
        drop(tx);
        let id = crate::assessment::passed(&b, &li, "0710").await;
        let mut tx = b.begin().await;
        let held = competence::of_officer(&mut tx, officer).await.expect("a list");
        let earned = held.iter().find(|a| a.basis == Some(Basis::Assessment)).expect("granted by the rule");
        assert!(earned.reason.contains(&id.to_string()), "{}", earned.reason);
        competence::end(&mut tx, &head, earned.id, "suspended", "long leave").await.expect("ended");
        let again = competence::authorise(&mut tx, &head, new("071030", 300)).await.expect("the assessment still holds");
        let a = competence::one(&mut tx, again).await.expect("read").expect("an authorisation");
        assert_eq!(a.basis, Some(Basis::Assessment));
        let no = refusal(competence::authorise(&mut tx, &head, new("0710", 40 * 31)).await);
        assert_eq!(no.missing[0].field, "valid_to", "not beyond the assessment");
        let no = refusal(competence::authorise(&mut tx, &head, new("", 300)).await);
        assert_eq!(no.missing[0].field, "assessment", "all goods are more than what was shown");
    }

    async fn an_authorisation_in_force_is_renewed_on_a_task_witnessed_within_the_year(t: TestDb) {
        let b = Bureau::open(&t).await;
        let head = b.officer("B000", Role::Manager, &[]).await;
        let li = b.officer("B001", Role::Inspector, &[]).await;
        let officer = li.officer.expect("an officer");
        crate::assessment::passed(&b, &li, "").await;
        let mut tx = b.begin().await;
        let first = competence::of_officer(&mut tx, officer).await.expect("a list").remove(0);
        drop(tx);
        t.pass(200 * Timestamp::DAY);
        let mut tx = b.begin().await;
        assert_eq!(refusal(competence::renew(&mut tx, &li, first.id).await).code, "competence.decider");
        let second = competence::renew(&mut tx, &head, first.id).await.expect("renewed");
        let a = competence::one(&mut tx, second).await.expect("read").expect("an authorisation");
        assert_eq!((a.basis, a.valid_to > first.valid_to, a.reason.contains(&first.id.to_string())), (Some(Basis::Renewal), true, true));
        b.desk.finish(tx).await.expect("commit");
        t.pass(200 * Timestamp::DAY);
        let mut tx = b.begin().await;
        let no = refusal(competence::renew(&mut tx, &head, second).await);
        assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("competence.renewal", "witness"), "thirteen months ago");
        assert!(no.remedy.en.contains("assessment"), "{:?}", no.remedy);
        competence::end(&mut tx, &head, second, "withdrawn", "left the post").await.expect("ended");
        assert_eq!(refusal(competence::renew(&mut tx, &head, second).await).missing[0].field, "authorisation");
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
