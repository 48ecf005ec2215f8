//! Stories of the window: deficiency notices, acceptance by silence, the clock that stands, on both engines.

use flow::clockwork;
use kernel::{Actor, DeclarationId, Refusal, Role, Timestamp};
use stories::{Bureau, refusal};
use supervision::competence::{Accept, Task, admit};
use supervision::declaration::{self, Stage, clock, clock::Standing};
use testkit::{TestDb, on_both};

/// Gives a notice as one act of the desk.
async fn notice(
    b: &Bureau,
    by: &Actor,
    id: DeclarationId,
    codes: &[&str],
    words: &str,
) -> Result<(), Refusal> {
    let codes: Vec<String> = codes.iter().map(|c| (*c).to_owned()).collect();
    let mut tx = b.begin().await;
    let done = async {
        let license = admit::<Accept>(&mut tx, by, id).await?;
        declaration::give_notice(&mut tx, &license, &codes, words).await
    }
    .await;
    b.desk.conclude(tx, by, &id.subject(), done).await.map(drop).map_err(|no| refusal(Err::<(), _>(no)))
}

async fn answer(b: &Bureau, id: DeclarationId, said: &str) -> Result<(), Refusal> {
    let mut tx = b.begin().await;
    let by = Actor::system();
    let done = declaration::answer(&mut tx, &by, id, said).await;
    b.desk.conclude(tx, &by, &id.subject(), done).await.map_err(|no| refusal(Err::<(), _>(no)))
}

fn at(day: &str, hour: i8, minute: i8) -> Timestamp {
    Timestamp::at(day.parse().expect("a day"), hour, minute)
}

on_both! {
    async fn m9_1_a_second_notice_is_accepted_but_counted_as_a_breach(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept]).await;
        let id = b.lodge("L1").await;
        notice(&b, &wang, id, &["PAP-01"], "缺装箱单").await.expect("given");
        let d = b.declaration(id).await;
        assert_eq!(d.stage, Stage::Returned);
        answer(&b, id, "补交装箱单").await.expect("answered");
        let again = b.declaration(id).await;
        // Answered on Tuesday 24 November: a fresh notice period of five working days.
        assert_eq!((again.stage, again.due_at), (Stage::Lodged, at("2026-12-02", 0, 0)));
        notice(&b, &wang, id, &["PAP-02"], "").await.expect("accepted nevertheless");
        let mut tx = b.read().await;
        let given = declaration::notices(&mut tx, id).await.expect("a list");
        let told: Vec<_> = given.iter().map(|n| (n.ordinal, n.breach, n.is_open())).collect();
        assert_eq!(told, [(2, true, true), (1, false, false)]);
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 1).await.expect("facts");
        assert!(facts[0].kind == "declaration.notice_given" && facts[0].body.contains("\"breach\":true"), "{facts:?}");
    }

    async fn m9_3_please_check_at_ten_to_five_on_the_last_day_is_refused(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept]).await;
        let id = b.lodge("L1").await;
        t.clock.set(at("2026-12-01", 16, 50));
        let no = notice(&b, &wang, id, &[], "请核对").await.expect_err("refused");
        assert_eq!((no.code.as_str(), no.missing[0].value.as_str()), ("notice.code", "请核对"));
        assert!(no.clause.as_deref().is_some_and(|c| c.contains("第三十二条")), "{no:?}");
        assert_eq!(notice(&b, &wang, id, &["CHECK"], "").await.expect_err("not in the list").code, "notice.code");
        assert_eq!(b.declaration(id).await.stage, Stage::Lodged, "the clock was not stopped");
        notice(&b, &wang, id, &["DAT-01"], "数量与箱单不符").await.expect("with a code it may be returned");
        assert_eq!(b.declaration(id).await.stage, Stage::Returned);
    }

    async fn m5_9_without_a_notice_in_five_working_days_it_counts_as_accepted_from_receipt(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept]).await;
        let ids = [b.lodge("L1").await, b.lodge("L2").await, b.lodge("L3").await];
        notice(&b, &wang, ids[2], &["PAP-01"], "").await.expect("told in time");
        t.clock.set(at("2026-12-01", 23, 59));
        assert_eq!(clockwork::run_due(&b.desk).await.expect("a run"), clockwork::Swept::default());
        t.clock.set(at("2026-12-02", 0, 0));
        let no = notice(&b, &wang, ids[0], &["PAP-01"], "").await.expect_err("too late");
        assert_eq!(no.code, "notice.late");
        // Two processes at once: each declaration is accepted once.
        let (x, y) = tokio::join!(clockwork::run_due(&b.desk), clockwork::run_due(&b.desk));
        assert_eq!(x.expect("a run").deemed + y.expect("a run").deemed, 2);
        assert_eq!(clockwork::run_due(&b.desk).await.expect("a run"), clockwork::Swept::default());
        for id in &ids[..2] {
            let d = b.declaration(*id).await;
            assert_ne!(d.stage, Stage::Lodged);
            assert_eq!(d.accepted_at, Some(d.lodged_at));
            let mut tx = b.read().await;
            let facts = store::ledger::of_subject(&mut tx, &id.subject(), 50).await.expect("facts");
            assert_eq!(facts.iter().filter(|f| f.kind == "declaration.accepted").count(), 1);
        }
        assert_eq!(b.declaration(ids[2]).await.stage, Stage::Returned);
    }

    async fn a_notice_needs_an_officer_licensed_to_accept(t: TestDb) {
        let b = Bureau::open(&t).await;
        let li = b.officer("B002", Role::Inspector, &[Task::Inspect]).await;
        let id = b.lodge("L1").await;
        let no = notice(&b, &li, id, &["PAP-01"], "").await.expect_err("refused");
        assert_eq!(no.code, "competence.no_authorisation");
    }

    async fn an_answer_says_what_was_mended(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept]).await;
        let id = b.lodge("L1").await;
        assert_eq!(answer(&b, id, "here").await.expect_err("nothing was asked").code, "declaration.stage");
        notice(&b, &wang, id, &["PAP-01"], "").await.expect("given");
        assert_eq!(answer(&b, id, " ").await.expect_err("nothing said").code, "notice.answer");
        answer(&b, id, "补交").await.expect("answered");
    }

    async fn m9_2_laboratory_time_stands_outside_the_commitment(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept]).await;
        let id = b.lodge("L1").await;
        let mut tx = b.begin().await;
        let no = refusal(declaration::suspend_clock(&mut tx, id, Standing::Laboratory, "送检").await);
        assert_eq!(no.code, "declaration.suspend", "the notice period of the law never stands");
        let license = admit::<Accept>(&mut tx, &wang, id).await.expect("licensed");
        declaration::accept(&mut tx, &license).await.expect("accepted");
        b.desk.finish(tx).await.expect("commit");
        // Accepted on Tuesday 24 November: seven working days end with Thursday 3 December.
        assert_eq!(b.declaration(id).await.due_at, at("2026-12-04", 0, 0));
        t.clock.set(at("2026-11-26", 10, 0));
        let mut tx = b.begin().await;
        declaration::suspend_clock(&mut tx, id, Standing::Laboratory, "农残检测").await.expect("stands");
        declaration::suspend_clock(&mut tx, id, Standing::Laboratory, "again").await.expect("no change");
        declaration::suspend_clock(&mut tx, id, Standing::Expert, "风险评估").await.expect("stands");
        b.desk.finish(tx).await.expect("commit");
        t.clock.set(at("2026-12-01", 10, 0));
        let mut tx = b.begin().await;
        declaration::resume_clock(&mut tx, id, Standing::Laboratory).await.expect("one cause ends");
        let d = declaration::one(&mut tx, &wang, id).await.expect("a reading").expect("it");
        let c = clock::reading(&mut tx, &d).await.expect("a reading").expect("a clock");
        // On Thursday 26 November five working days were left: 27, 30, 1, 2, 3.
        assert_eq!((c.left, c.suspended.map(|s| s.reason).as_deref()), (5, Some("风险评估")));
        b.desk.finish(tx).await.expect("commit");
        t.clock.set(at("2026-12-08", 10, 0));
        let mut tx = b.begin().await;
        declaration::resume_clock(&mut tx, id, Standing::Expert).await.expect("runs");
        declaration::resume_clock(&mut tx, id, Standing::Expert).await.expect("no change");
        let d = declaration::one(&mut tx, &wang, id).await.expect("a reading").expect("it");
        let c = clock::reading(&mut tx, &d).await.expect("a reading").expect("a clock");
        // It stood for eight working days (27 November to 8 December), so five are left again.
        assert_eq!((c.left, c.suspended.is_none(), d.due_at), (5, true, at("2026-12-16", 0, 0)));
        b.desk.finish(tx).await.expect("commit");
    }
}
