//! Stories of assessment and accountability, each on SQLite and on PostgreSQL.

use excellence::indicator::{self, Catalogue};
use flow::{clockwork, figures};
use kernel::{
    Actor, AssessmentId, DeclarationId, No, Role, Scope, SettlementId, Timestamp, bi,
    supervision::RecordObjected,
};
use registry::people;
use stories::abroad::{hall, notice};
use stories::{Bureau, authorise, refusal};
use supervision::{
    accountability::{self, Finding},
    assessment::{self, Bank, Outcome},
    competence::{self, Inspect, Sample, Task, admit},
    release,
};
use testkit::{TestDb, on_both};

/// The quality manager of the bureau.
async fn quality(b: &Bureau) -> Actor {
    officer_of(b, &b.unit, "NB001", Role::Registrar, &[], Scope::Bureau).await
}

/// An officer of some unit.
async fn officer_of(
    b: &Bureau,
    unit: &people::Unit,
    no: &str,
    role: Role,
    duties: &[Task],
    scope: Scope,
) -> Actor {
    let mut tx = b.begin().await;
    let name = bi(format!("职员{no}"), format!("Officer {no}"));
    let officer =
        people::post_officer(&mut tx, &Actor::system(), no, &name, unit, b.post).await.expect("an officer");
    for duty in duties {
        authorise(&mut tx, officer, *duty, "").await;
    }
    b.desk.finish(tx).await.expect("commit");
    Actor { officer: Some(officer), unit: Some(unit.id), name, roles: vec![role], scope }
}

/// Opens an assessment of a Beilun officer for sampling, with one possible assessor in Zhenhai.
async fn opened(b: &Bureau, candidate: &Actor) -> (AssessmentId, Actor) {
    opened_for(b, candidate, "").await
}

async fn opened_for(b: &Bureau, candidate: &Actor, hs_prefix: &str) -> (AssessmentId, Actor) {
    let zhao =
        officer_of(b, &b.zhenhai, "Z001", Role::Inspector, &[Task::Sample], Scope::Branch(b.zhenhai.id))
            .await;
    let by = quality(b).await;
    let mut tx = b.begin().await;
    let officer = candidate.officer.expect("an officer");
    let id = assessment::open(&mut tx, &by, officer, Task::Sample, hs_prefix).await.expect("opened");
    let a = assessment::one(&mut tx, id).await.expect("an assessment");
    assert_eq!(Some(a.assessor), zhao.officer, "the only one who may assess");
    b.desk.finish(tx).await.expect("commit");
    (id, zhao)
}

/// Two records of an officer's work, by their numbers.
async fn records_of(b: &Bureau, officer: &Actor) -> [i64; 2] {
    let mut tx = b.begin().await;
    for _ in 0..2 {
        let (record, task, declaration) = (tx.id(), tx.id(), tx.id::<DeclarationId>());
        let fact = RecordObjected { record, task, declaration, reason: "the seal was not read".into() };
        tx.append(declaration.subject(), officer.officer, Some(b.beilun.id), fact);
    }
    tx.commit().await.expect("commit");
    let mut tx = b.read().await;
    let last = store::ledger::head(&mut tx).await.expect("a head").0;
    [last - 1, last]
}

/// An assessment of a Beilun officer for sampling that was passed.
pub(crate) async fn passed(b: &Bureau, candidate: &Actor, hs_prefix: &str) -> AssessmentId {
    let (id, zhao) = opened_for(b, candidate, hs_prefix).await;
    sit(b, id, candidate).await;
    let own = records_of(b, candidate).await;
    let mut tx = b.begin().await;
    assessment::witness(&mut tx, &zhao, id, &items(&[])).await.expect("reported");
    let done = assessment::review_records(&mut tx, &zhao, id, true, &own).await.expect("reviewed");
    assert_eq!(done, Outcome::Authorised);
    b.desk.finish(tx).await.expect("commit");
    id
}

/// Sits the theory test with every answer right.
async fn sit(b: &Bureau, id: AssessmentId, candidate: &Actor) -> Outcome {
    let mut tx = b.begin().await;
    assessment::begin(&mut tx, candidate, id).await.expect("begun");
    let bank = Bank::shipped().expect("a bank");
    let paper = assessment::paper(&mut tx, candidate, id).await.expect("a paper");
    let right = |code: &str| bank.question.iter().find(|q| q.code == code).expect("a question").right;
    let answers: Vec<(String, usize)> = paper.iter().map(|a| (a.code.clone(), right(&a.code))).collect();
    let outcome = assessment::hand_in(&mut tx, candidate, id, &answers).await.expect("handed in");
    b.desk.finish(tx).await.expect("commit");
    outcome
}

fn items(but: &[&str]) -> Vec<String> {
    let bank = Bank::shipped().expect("a bank");
    bank.items(Task::Sample).map(|i| i.code.clone()).filter(|c| !but.contains(&c.as_str())).collect()
}

on_both! {
    async fn m1_4_ninety_two_points_with_a_failed_critical_item_is_not_authorised_and_suspends_that_duty_alone(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[Task::Sample, Task::Inspect]).await;
        let (id, zhao) = opened(&b, &li).await;
        let spinach = b.lodge("L1").await;
        let mut tx = b.begin().await;
        let outcome = assessment::witness(&mut tx, &zhao, id, &items(&["aseptic"])).await.expect("reported");
        let Outcome::NotAuthorised { failed, retest_on } = outcome else { panic!("{outcome:?}") };
        assert_eq!((failed, retest_on.to_string().as_str()), (vec!["critical"], "2026-12-24"));
        let a = assessment::one(&mut tx, id).await.expect("an assessment");
        assert_eq!((a.witness_milli, a.critical_failed.as_slice()), (Some(92_000), &["aseptic".to_owned()][..]));
        assert_eq!(refusal(admit::<Sample>(&mut tx, &li, spinach).await.map(drop)).code, "competence.no_authorisation");
        admit::<Inspect>(&mut tx, &li, spinach).await.expect("inspection is another duty");
        b.desk.finish(tx).await.expect("commit");
        let by = quality_again(&b);
        let mut tx = b.begin().await;
        let no = refusal(assessment::open(&mut tx, &by, li.officer.expect("an officer"), Task::Sample, "").await);
        assert_eq!(no.missing[0].field, "retest_on");
        drop(tx);
        t.pass(31 * Timestamp::DAY);
        let mut tx = b.begin().await;
        assessment::open(&mut tx, &by, li.officer.expect("an officer"), Task::Sample, "").await.expect("another attempt");
    }

    async fn theory_witness_and_records_together_give_an_authorisation_for_the_time_of_the_rules(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[]).await;
        let (id, zhao) = opened(&b, &li).await;
        assert_eq!(sit(&b, id, &li).await, Outcome::Open);
        let of_li = records_of(&b, &li).await;
        let mut tx = b.begin().await;
        let no = refusal(assessment::witness(&mut tx, &li, id, &items(&[])).await);
        assert_eq!((no.code.as_str(), no.helpers.len()), ("competence.not_assessor", 1), "nobody witnesses himself");
        assert_eq!(assessment::witness(&mut tx, &zhao, id, &items(&["custody"])).await.expect("reported"), Outcome::Open);
        let no = refusal(assessment::review_records(&mut tx, &zhao, id, true, &[]).await);
        assert_eq!(no.missing[0].field, "facts", "records are named");
        let no = refusal(assessment::review_records(&mut tx, &zhao, id, true, &[of_li[0], 1]).await);
        assert_eq!((no.missing.len(), no.missing[0].value.as_str()), (1, "1"), "another's act is no record of hers");
        assert!(no.missing[0].needed.en.contains("fact 1 is an act of"), "{:?}", no.missing[0].needed);
        let done = assessment::review_records(&mut tx, &zhao, id, true, &of_li).await.expect("reviewed");
        assert_eq!(done, Outcome::NotAuthorised { failed: vec!["witness"], retest_on: "2026-12-24".parse().expect("a day") }, "78 points");
        b.desk.finish(tx).await.expect("commit");
        t.pass(31 * Timestamp::DAY);
        let by = quality_again(&b);
        let mut tx = b.begin().await;
        let id = assessment::open(&mut tx, &by, li.officer.expect("an officer"), Task::Sample, "").await.expect("opened");
        b.desk.finish(tx).await.expect("commit");
        sit(&b, id, &li).await;
        let mut tx = b.begin().await;
        assessment::witness(&mut tx, &zhao, id, &items(&[])).await.expect("reported");
        assert_eq!(assessment::review_records(&mut tx, &zhao, id, true, &of_li[..1]).await.expect("reviewed"), Outcome::Authorised);
        let held = competence::of_officer(&mut tx, li.officer.expect("an officer")).await.expect("a list");
        assert_eq!(held[0].valid_to.date().to_string(), "2029-12-25", "36 months");
        b.desk.finish(tx).await.expect("commit");
        let spinach = b.lodge("L1").await;
        let mut tx = b.begin().await;
        admit::<Sample>(&mut tx, &li, spinach).await.expect("licensed");
    }

    async fn what_is_handed_in_after_its_time_counts_nothing(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[]).await;
        let (id, _) = opened(&b, &li).await;
        let mut tx = b.begin().await;
        assert!(assessment::paper(&mut tx, &li, id).await.expect("a paper").is_empty(), "no question is shown before the clock runs");
        assessment::begin(&mut tx, &li, id).await.expect("begun");
        b.desk.finish(tx).await.expect("commit");
        t.pass(2 * Timestamp::HOUR);
        let outcome = sit(&b, id, &li).await;
        assert!(matches!(outcome, Outcome::NotAuthorised { ref failed, .. } if *failed == ["theory"]), "{outcome:?}");
    }

    async fn a_paper_is_marked_by_the_bank_that_it_was_drawn_from(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[]).await;
        let (id, zhao) = opened(&b, &li).await;
        let mut tx = b.begin().await;
        assessment::begin(&mut tx, &li, id).await.expect("begun");
        let before = assessment::paper(&mut tx, &li, id).await.expect("a paper");
        // The second bank: every answer is another, the questions have other codes, and the items other names.
        let first = Bank::shipped().expect("a bank");
        let mut second = first.clone();
        second.version = first.version + 1;
        for q in &mut second.question {
            q.code = format!("{}-2", q.code);
            q.right = (q.right + 1) % q.options_en.len();
        }
        for i in &mut second.item {
            i.code = format!("{}-2", i.code);
        }
        second.keep(&mut tx).await.expect("kept");
        let mut changed = second.clone();
        changed.question[0].right = 0;
        changed.question[1].right = 0;
        assert_eq!(refusal(changed.keep(&mut tx).await).code, "assessment.bank", "a version that is kept does not change");
        b.desk.finish(tx).await.expect("commit");
        let mut tx = b.begin().await;
        assert_eq!(assessment::paper(&mut tx, &li, id).await.expect("a paper"), before, "an open paper stays what it was");
        drop(tx);
        assert_eq!(sit(&b, id, &li).await, Outcome::Open, "marked by the first bank");
        let mut tx = b.begin().await;
        assert_eq!(assessment::one(&mut tx, id).await.expect("an assessment").theory_milli, Some(100_000));
        assessment::witness(&mut tx, &zhao, id, &items(&[])).await.expect("reported");
        assert_eq!(assessment::one(&mut tx, id).await.expect("an assessment").witness_milli, Some(100_000));
        b.desk.finish(tx).await.expect("commit");
        let wang = b.officer("B002", Role::Inspector, &[]).await;
        let by = quality_again(&b);
        let mut tx = b.begin().await;
        let new = assessment::open(&mut tx, &by, wang.officer.expect("an officer"), Task::Sample, "").await.expect("opened");
        assert_eq!(assessment::one(&mut tx, new).await.expect("an assessment").bank, first.version + 1);
        assessment::begin(&mut tx, &wang, new).await.expect("begun");
        let paper = assessment::paper(&mut tx, &wang, new).await.expect("a paper");
        assert!(paper.iter().all(|a| a.code.ends_with("-2")), "{paper:?}");
        assert_eq!(assessment::paper(&mut tx, &li, id).await.expect("a paper"), before, "a past paper too");
    }

    async fn when_everybody_stands_aside_no_assessor_is_drawn_and_the_rule_is_not_relaxed(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B001", Role::Inspector, &[]).await;
        b.officer("B002", Role::Inspector, &[Task::Sample]).await;
        let zhao = officer_of(&b, &b.zhenhai, "Z001", Role::Inspector, &[Task::Sample], Scope::Branch(b.zhenhai.id)).await;
        let by = quality(&b).await;
        let mut tx = b.begin().await;
        assessment::recuse(&mut tx, &zhao, li.officer.expect("an officer"), "brother").await.expect("noted");
        let no = refusal(assessment::open(&mut tx, &by, li.officer.expect("an officer"), Task::Sample, "").await);
        assert_eq!(no.code, "assessment.no_assessor", "a colleague of the same unit is none either");
    }

    async fn m1_6_a_panel_sees_the_evidence_of_the_day_and_its_finding_alone_feeds_rc04(t: TestDb) {
        let b = Bureau::open(&t).await;
        let c = Catalogue::shipped().expect("a catalogue");
        let wang = b.officer("B003", Role::Releaser, &[Task::Release]).await;
        let (id, settlement) = released(&b, &wang).await;
        t.pass(3 * Timestamp::DAY);
        // What is learned later is on file now, but was not then.
        let lot = b.lots(id).await[0];
        b.result(id, lot, "carbendazim", "fail").await;
        let auditor = officer_of(&b, &b.unit, "NB009", Role::Auditor, &[], Scope::Bureau).await;
        let mut tx = b.begin().await;
        let review = accountability::open(&mut tx, &auditor, settlement, "notified abroad", None).await.expect("opened");
        let again = refusal(accountability::open(&mut tx, &auditor, settlement, "once more", None).await);
        assert_eq!(again.missing[0].field, "settlement", "a decision is reviewed once");
        b.desk.finish(tx).await.expect("commit");
        let mut tx = b.begin().await;
        let r = accountability::one(&mut tx, &auditor, review).await.expect("a review");
        assert_eq!((r.decided_by, r.rule_version.as_str()), (wang.officer, "CN-2026/1"));
        let seen = accountability::dossier(&mut tx, &r).await.expect("a dossier");
        assert!(seen.evidence.iter().all(|e| e.at <= r.decided_at), "{:?}", seen.evidence);
        assert!(!seen.evidence.iter().any(|e| e.what.contains("carbendazim")), "{:?}", seen.evidence);
        drop(tx);
        t.pass(31 * Timestamp::DAY);
        assert_eq!(rc04(&b, &c).await, (0, 1), "a review that is open says nothing");
        let finding = Finding {
            finding: "error_of_procedure".into(),
            grounds: "the residue plan was not asked for".into(),
            topic: "evidence".into(),
            lesson: "no release before the plan of the day was read".into(),
        };
        let mut tx = b.begin().await;
        let mut own = auditor.clone();
        own.officer = wang.officer;
        assert_eq!(refusal(accountability::find(&mut tx, &own, review, &finding).await).code, "competence.own_decision");
        accountability::find(&mut tx, &auditor, review, &finding).await.expect("found");
        b.desk.finish(tx).await.expect("commit");
        assert_eq!(rc04(&b, &c).await, (1, 1), "the finding alone");
        lesson_is_asked(&b).await;
    }

    async fn m1_6_a_notification_calls_for_the_review_and_the_panel_sees_every_override(t: TestDb) {
        let h = hall(&t).await;
        let wang = h.b.officer("B003", Role::Releaser, &[]).await;
        let mut tx = h.b.begin().await;
        let now = tx.now();
        let new = competence::NewAuthorisation {
            officer: wang.officer.expect("an officer"),
            duty: Task::Release,
            hs_prefix: String::new(),
            valid_from: now,
            valid_to: now.plus_hours(48),
            reason: "typhoon, one officer on duty".into(),
        };
        competence::delegate(&mut tx, &h.head, new).await.expect("delegated");
        h.b.desk.finish(tx).await.expect("commit");
        let id = h.b.lodge("SP-77").await;
        h.b.to_release(id, true).await;
        let lots = h.b.lots(id).await;
        let settled: Result<Vec<SettlementId>, No> = h.b.settle(&wang, id, &lots, release::Outcome::Release, "conforming").await;
        let settlement = settled.expect("released")[0];
        let other = h.b.lodge("SP-78").await;
        h.b.to_release(other, true).await;
        let others = h.b.lots(other).await;
        let settled: Result<Vec<SettlementId>, No> = h.b.settle(&wang, other, &others, release::Outcome::Release, "conforming").await;
        let unrelated = settled.expect("released")[0];
        t.pass(46 * Timestamp::DAY);
        let today = h.b.read().await.now().date().to_string();
        let called = h.registered(&notice("2027.0001", Some("SP-77"), today)).await;
        h.attributed(called, &lots).await;
        let auditor = officer_of(&h.b, &h.b.unit, "NB019", Role::Auditor, &[], Scope::Bureau).await;
        let mut tx = h.b.begin().await;
        let no = refusal(accountability::open(&mut tx, &auditor, unrelated, "notified abroad", Some(called)).await);
        assert_eq!(no.missing[0].field, "notification", "it is about other lots");
        let review = accountability::open(&mut tx, &auditor, settlement, "notified abroad", Some(called)).await.expect("opened");
        let r = accountability::one(&mut tx, &auditor, review).await.expect("a review");
        assert_eq!((r.notification, r.decided_by), (Some(called), wang.officer));
        let seen = accountability::dossier(&mut tx, &r).await.expect("a dossier");
        let overrides: Vec<(&str, &str, Option<kernel::OfficerId>)> =
            seen.overrides.iter().map(|o| (o.kind, o.reason.as_str(), o.by)).collect();
        assert_eq!(overrides, [("emergency_delegation", "typhoon, one officer on duty", h.head.officer)]);
        assert!(!seen.evidence.is_empty(), "what was on file that day is seen");
        assert!(seen.evidence.iter().all(|e| e.at <= r.decided_at && !e.what.contains("2027.0001")), "the notice came later");
        h.b.desk.finish(tx).await.expect("commit");
    }

    async fn the_roll_of_a_month_is_taken_once_and_feeds_rc02_and_rc03(t: TestDb) {
        let b = Bureau::open(&t).await;
        let c = Catalogue::shipped().expect("a catalogue");
        let mut tx = b.begin().await;
        let by = Actor::system();
        let post = people::define_post(&mut tx, &by, "SAMPLER", bi("抽样岗", "Sampler"), &["sample"]).await.expect("a post");
        let name = bi("职员", "Officer");
        let mut ids = Vec::new();
        for no in ["B101", "B102"] {
            ids.push(people::post_officer(&mut tx, &by, no, &name, &b.beilun, post).await.expect("an officer"));
        }
        b.desk.finish(tx).await.expect("commit");
        let li = Actor { officer: Some(ids[0]), unit: Some(b.beilun.id), name, roles: vec![Role::Inspector], scope: Scope::Branch(b.beilun.id) };
        let (id, zhao) = opened(&b, &li).await;
        sit(&b, id, &li).await;
        let of_li = records_of(&b, &li).await;
        let mut tx = b.begin().await;
        assessment::witness(&mut tx, &zhao, id, &items(&[])).await.expect("reported");
        assessment::review_records(&mut tx, &zhao, id, true, &of_li).await.expect("reviewed");
        let needs = assessment::needs(&mut tx, ids[1]).await.expect("needs");
        assert_eq!((needs[0].duty, needs[0].held_until), (Task::Sample, None), "the other one is not authorised");
        b.desk.finish(tx).await.expect("commit");
        t.pass(10 * Timestamp::DAY);
        for _ in 0..2 {
            clockwork::run_due(&b.desk).await.expect("a turn");
        }
        figures::turn(&b.desk).await.expect("folded");
        let mut tx = b.read().await;
        let unit = Some(&b.beilun);
        let score = indicator::score(&mut tx, &c, "RC02", unit).await.expect("a score").card.expect("a card");
        assert_eq!((score.running.numerator, score.running.denominator), (1, 2), "counted once, for November");
    }
}

fn quality_again(b: &Bureau) -> Actor {
    let name = bi("职员NB001", "Officer NB001");
    Actor { officer: None, unit: Some(b.unit.id), name, roles: vec![Role::Registrar], scope: Scope::Bureau }
}

/// A consignment released by an officer on conforming evidence.
async fn released(b: &Bureau, wang: &Actor) -> (DeclarationId, SettlementId) {
    let id = b.lodge("L1").await;
    b.to_release(id, true).await;
    let lots = b.lots(id).await;
    let done: Result<Vec<SettlementId>, No> =
        b.settle(wang, id, &lots, release::Outcome::Release, "conforming").await;
    (id, done.expect("released")[0])
}

async fn rc04(b: &Bureau, c: &std::sync::Arc<Catalogue>) -> (i64, i64) {
    figures::turn(&b.desk).await.expect("folded");
    let mut tx = b.read().await;
    let score =
        indicator::score(&mut tx, c, "RC04", Some(&b.beilun)).await.expect("a score").card.expect("a card");
    let [closed, running] = [score.closed, score.running];
    (closed.numerator + running.numerator, closed.denominator + running.denominator)
}

/// The next assessment for releasing asks one question more on the lesson's topic.
async fn lesson_is_asked(b: &Bureau) {
    let candidate = b.officer("B004", Role::Releaser, &[]).await;
    officer_of(b, &b.zhenhai, "Z002", Role::Releaser, &[Task::Release], Scope::Branch(b.zhenhai.id)).await;
    let by = quality_again(b);
    let mut tx = b.begin().await;
    let id = assessment::open(&mut tx, &by, candidate.officer.expect("an officer"), Task::Release, "")
        .await
        .expect("opened");
    let a = assessment::one(&mut tx, id).await.expect("an assessment");
    assert_eq!(a.lessons, ["evidence"]);
    assessment::begin(&mut tx, &candidate, id).await.expect("begun");
    let paper = assessment::paper(&mut tx, &candidate, id).await.expect("a paper");
    let plain = Bank::shipped().expect("a bank").draw(Task::Release, a.seed, &[]);
    assert_eq!(paper.len(), plain.len() + 1);
}
