//! Jobs: asked twice is done once, leased by one worker only, retried later and later, laid aside after eight.

use kernel::Timestamp;
use store::job::{self, add, again, counts, done, failed, lease, list};
use testkit::{TestDb, on_both};

async fn ask(t: &TestDb, key: &str) {
    let mut tx = t.tx().await;
    let now = tx.now();
    add(&mut tx, "trace.index", key, "{}", now).await.expect("asked");
    tx.commit().await.expect("committed");
}

async fn take(t: &TestDb) -> Option<job::Job> {
    let mut tx = t.tx().await;
    let got = lease(&mut tx).await.expect("a lease");
    // The other worker looks while this one still holds its transaction open.
    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
    tx.commit().await.expect("committed");
    got
}

on_both! {
    async fn asking_twice_is_asking_once(t: TestDb) {
        ask(&t, "a").await;
        ask(&t, "a").await;
        let mut tx = t.reading().await;
        assert_eq!(counts(&mut tx).await.expect("counts"), [("queued".to_owned(), 1)]);
    }

    async fn two_workers_at_once_never_hold_the_same_job(t: TestDb) {
        ask(&t, "only").await;
        let (a, b) = tokio::join!(take(&t), take(&t));
        assert_eq!(a.is_some() as u8 + b.is_some() as u8, 1, "{a:?} {b:?}");
        ask(&t, "second").await;
        ask(&t, "third").await;
        let (a, b) = tokio::join!(take(&t), take(&t));
        let (a, b) = (a.expect("a job"), b.expect("another job"));
        assert_ne!(a.id, b.id);
        assert_eq!(take(&t).await, None);
    }

    async fn a_lease_of_a_crashed_worker_runs_out(t: TestDb) {
        ask(&t, "a").await;
        let first = take(&t).await.expect("a job");
        t.pass(59_000_000);
        assert_eq!(take(&t).await, None);
        t.pass(2_000_000);
        let second = take(&t).await.expect("the job again");
        assert_eq!((second.id, second.attempts), (first.id, 2));
        let mut tx = t.tx().await;
        done(&mut tx, second.id).await.expect("done");
        tx.commit().await.expect("committed");
        t.pass(Timestamp::DAY);
        assert_eq!(take(&t).await, None);
        let mut tx = t.reading().await;
        assert_eq!(list(&mut tx, "done", 5).await.expect("a list")[0].key, "a");
    }

    async fn a_failing_job_waits_longer_each_time_and_dies_after_eight(t: TestDb) {
        ask(&t, "a").await;
        for attempt in 1..=8 {
            let job = take(&t).await.expect("due");
            assert_eq!(job.attempts, attempt);
            let mut tx = t.tx().await;
            failed(&mut tx, &job, "no answer").await.expect("noted");
            tx.commit().await.expect("committed");
            // 2, 4, 8 … seconds: not due a moment before, due when they have passed.
            t.pass((1_000_000 << attempt) - 1);
            assert_eq!(take(&t).await, None, "too early after attempt {attempt}");
            t.pass(1);
        }
        assert_eq!(take(&t).await, None, "a dead job is not taken");
        let mut tx = t.tx().await;
        let dead = list(&mut tx, "dead", 5).await.expect("a list");
        assert_eq!((dead.len(), dead[0].last_error.as_deref()), (1, Some("no answer")));
        assert!(again(&mut tx, dead[0].id).await.expect("put back"));
        assert!(!again(&mut tx, dead[0].id).await.expect("only once"));
        tx.commit().await.expect("committed");
        assert_eq!(take(&t).await.expect("taken anew").attempts, 1);
    }

    async fn a_job_asked_by_an_act_that_was_undone_does_not_exist(t: TestDb) {
        let mut tx = t.tx().await;
        let now = tx.now();
        add(&mut tx, "trace.index", "a", "{}", now).await.expect("asked");
        tx.rollback().await.expect("undone");
        assert_eq!(take(&t).await, None);
    }
}
