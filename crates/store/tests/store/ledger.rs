//! The ledger numbers without gaps, chains, exports and signs, whatever the acts do.

use crate::common::{export_lines, fill, recompute, say};
use kernel::Timestamp;
use proptest::{prelude::*, test_runner::TestRunner};
use store::ledger::{self, checkpoint, head, last_checkpoint, of_subject, page, verify};
use testkit::{TestDb, on_both};

on_both! {
    async fn what_acts_append_verifies(t: TestDb) {
        fill(&t, 3, 5).await;
        let v = verify(&t, &t.clock, |_, _| {}).await.expect("a verdict");
        assert_eq!((v.facts, v.head, v.broken), (15, 15, None));
    }

    async fn an_empty_ledger_verifies(t: TestDb) {
        let v = verify(&t, &t.clock, |_, _| {}).await.expect("a verdict");
        assert_eq!((v.facts, v.head, v.broken), (0, 0, None));
        assert!(export_lines(&t).await.is_empty());
    }

    async fn an_act_that_is_undone_leaves_no_gap(t: TestDb) {
        fill(&t, 1, 2).await;
        let mut tx = t.tx().await;
        say(&mut tx, 0, "undone");
        tx.rollback().await.expect("undone");
        let mut dropped = t.tx().await;
        say(&mut dropped, 0, "dropped");
        drop(dropped);
        fill(&t, 1, 2).await;
        let v = verify(&t, &t.clock, |_, _| {}).await.expect("a verdict");
        assert_eq!((v.facts, v.broken), (4, None));
    }

    async fn an_outsider_repeats_the_chain_from_an_export(t: TestDb) {
        fill(&t, 4, 3).await;
        let mut lines = export_lines(&t).await;
        let v = verify(&t, &t.clock, |_, _| {}).await.expect("a verdict");
        assert_eq!(recompute(&lines), Ok(v.head_hash));
        lines[6] = lines[6].replace("account", "accounts");
        assert_eq!(recompute(&lines), Err(7));
    }

    async fn a_clock_that_jumps_back_puts_no_fact_before_its_past(t: TestDb) {
        fill(&t, 1, 1).await;
        t.pass(-Timestamp::DAY);
        fill(&t, 1, 1).await;
        let mut tx = t.reading().await;
        let facts = page(&mut tx, i64::MAX, 10, None).await.expect("a page");
        assert_eq!(facts.iter().map(|f| f.seq).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(facts[0].at, facts[1].at);
        drop(tx);
        assert_eq!(verify(&t, &t.clock, |_, _| {}).await.expect("a verdict").broken, None);
    }

    async fn a_checkpoint_is_signed_once_for_each_head(t: TestDb) {
        let mut tx = t.tx().await;
        assert_eq!(checkpoint(&mut tx).await.expect("nothing to sign"), None);
        tx.commit().await.expect("committed");
        fill(&t, 2, 3).await;
        let mut tx = t.tx().await;
        let signed = checkpoint(&mut tx).await.expect("signing").expect("a new head is signed");
        assert_eq!(checkpoint(&mut tx).await.expect("signing again"), None);
        tx.commit().await.expect("committed");
        assert!(signed.holds());
        let forged = ledger::Checkpoint { seq: signed.seq + 1, ..signed.clone() };
        assert!(!forged.holds());
        let mut tx = t.reading().await;
        assert_eq!(last_checkpoint(&mut tx).await.expect("read"), Some(signed));
        assert_eq!(head(&mut tx).await.expect("the head").0, 6);
        drop(tx);
        assert_eq!(verify(&t, &t.clock, |_, _| {}).await.expect("a verdict").checkpoints, 1);
    }

    async fn acts_at_once_get_numbers_without_gap_or_double(t: TestDb) {
        let act = async |n: u32| {
            let mut tx = t.tx().await;
            say(&mut tx, n, "at once");
            say(&mut tx, n + 1, "at once");
            tx.commit().await.expect("each act commits");
        };
        tokio::join!(act(0), act(1), act(2), act(3), act(4), act(5));
        let v = verify(&t, &t.clock, |_, _| {}).await.expect("a verdict");
        assert_eq!((v.facts, v.broken), (12, None));
    }

    async fn facts_of_one_kind_and_of_one_subject_are_found(t: TestDb) {
        fill(&t, 1, 6).await;
        let mut tx = t.reading().await;
        let issued = page(&mut tx, 6, 10, Some("identity.token_issued")).await.expect("a page");
        assert_eq!(issued.iter().map(|f| f.seq).collect::<Vec<_>>(), [5, 3, 1]);
        let found = of_subject(&mut tx, &issued[1].subject, 10).await.expect("facts");
        assert_eq!(found, [issued[1].clone()]);
    }

    async fn any_sequence_of_facts_verifies(t: TestDb) {
        // Acts of 0 to 150 facts (an insert takes 64), any text, any jump of the clock.
        let acts = prop::collection::vec((0u32..150, any::<String>(), -90_000_000i64..90_000_000), 1..6);
        let mut runner = TestRunner::deterministic();
        let mut facts = 0;
        for _ in 0..8 {
            let tree = acts.new_tree(&mut runner).expect("a sample");
            for (count, text, jump) in proptest::strategy::ValueTree::current(&tree) {
                // PostgreSQL keeps no NUL in a text; JSON escapes it, so the body holds any.
                let mut tx = t.tx().await;
                (0..count).for_each(|n| say(&mut tx, n, &text));
                tx.commit().await.expect("an act commits");
                facts += i64::from(count);
                t.pass(jump);
            }
            let v = verify(&t, &t.clock, |_, _| {}).await.expect("a verdict");
            assert_eq!((v.facts, v.head, v.broken), (facts, facts, None));
        }
        assert!(recompute(&export_lines(&t).await).is_ok());
    }
}
