//! What goes wrong around the bureau: a lock that somebody holds, a database that goes away, a clock that jumps
//! back. Each gives a clear "try again" or a clean result, and nothing is lost or half done.

use kernel::{Actor, No, Timestamp};
use std::time::Duration;
use stories::{Bureau, spinach};
use supervision::declaration;
use testkit::{TestDb, on_both};

async fn lodged(b: &Bureau) -> usize {
    let mut tx = b.read().await;
    declaration::list(&mut tx, &Actor::system(), None, 100).await.expect("a list").len()
}

async fn unbroken(t: &TestDb) {
    let verdict = store::ledger::verify(t, &t.clock, |_, _| ()).await.expect("verified");
    assert_eq!(verdict.broken, None);
}

on_both! {
    async fn a_short_lock_is_waited_for(t: TestDb) {
        let b = Bureau::open(&t).await;
        let lock = t.lock().await;
        let (by, goods) = (Actor::system(), spinach("L1"));
        let (lodged, ()) = tokio::join!(b.desk.lodge(&by, &goods), async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            drop(lock);
        });
        lodged.expect("lodged when the lock was gone");
        unbroken(&t).await;
    }

    async fn a_connection_that_is_cut_gives_a_fault_to_try_again_and_nothing_half_done(t: TestDb) {
        let b = Bureau::open(&t).await;
        let mut tx = b.begin().await;
        declaration::lodge(&mut tx, &Actor::system(), &spinach("L1")).await.expect("written, not committed");
        t.cut_connections().await;
        match b.desk.finish(tx).await {
            // A file has no line that could be cut.
            Ok(()) => assert!(t.file().is_some()),
            Err(No::Fault(fault)) => assert!(fault.retry, "{}", fault.message),
            Err(no) => panic!("a fault was expected: {no}"),
        }
        let before = if t.file().is_some() { 1 } else { 0 };
        // The pool finds its dead connections out one by one; a client that is told to try again does so.
        let mut tries = 0;
        while let Err(no) = b.desk.lodge(&Actor::system(), &spinach("L2")).await {
            tries += 1;
            assert!(tries < 20, "{no}");
        }
        assert_eq!(lodged(&b).await, before + 1);
        unbroken(&t).await;
    }

    async fn a_clock_that_jumps_back_neither_disorders_the_ledger_nor_hides_a_consignment(t: TestDb) {
        let b = Bureau::open(&t).await;
        let first = b.lodge("L1").await;
        t.pass(-3 * Timestamp::DAY);
        let second = b.lodge("L2").await;
        unbroken(&t).await;
        let mut tx = b.read().await;
        let facts = store::ledger::page(&mut tx, i64::MAX, 1000, None).await.expect("facts");
        assert!(facts.windows(2).all(|w| w[0].at >= w[1].at), "no fact stands before its past");
        let ids: Vec<_> = declaration::list(&mut tx, &Actor::system(), None, 10).await.expect("a list").iter().map(|d| d.id).collect();
        assert!(ids.contains(&first) && ids.contains(&second));
    }

    async fn many_acts_at_once_all_end_and_are_all_there(t: TestDb) {
        let b = Bureau::open(&t).await;
        let acts = (0..24).map(|i| {
            let desk = b.desk.clone();
            tokio::spawn(async move { desk.lodge(&Actor::system(), &spinach(&format!("L{i}"))).await })
        });
        let acts: Vec<_> = acts.collect();
        for act in acts {
            act.await.expect("the act ended").expect("lodged");
        }
        assert_eq!(lodged(&b).await, 24);
        unbroken(&t).await;
    }
}
