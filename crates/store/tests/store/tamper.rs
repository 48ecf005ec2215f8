//! Whoever changes the ledger behind the program's back is found, at the first fact touched.

use crate::common::{export_lines, fill, recompute};
use kernel::Timestamp;
use sha2::{Digest, Sha256};
use store::{Val, ledger::verify, vals};
use testkit::{TestDb, on_both};
use uuid::Uuid;

/// Runs one statement as an intruder with access to the database would.
async fn intrude(t: &TestDb, sql: &str, vals: Vec<Val>) -> u64 {
    let mut tx = t.tx().await;
    let touched = tx.exec(sql, vals).await.expect("the intrusion");
    tx.commit().await.expect("the intrusion commits");
    touched
}

async fn broken_at(t: &TestDb) -> Option<i64> {
    verify(t, &t.clock, |_, _| {}).await.expect("a verdict").broken.map(|b| b.seq)
}

/// Each column with a value that differs from what is stored.
fn changes() -> Vec<(&'static str, Val)> {
    let stranger = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
    vec![
        ("id", stranger.into()),
        ("at", Timestamp(1).into()),
        ("kind", "identity.account_closed".into()),
        ("subject", "account/somebody".into()),
        ("actor", stranger.into()),
        ("unit", stranger.into()),
        ("body", "{}".into()),
        ("hash", [7u8; 32].into()),
        ("seq", 1_000i64.into()),
    ]
}

/// Seals the present head with a signed checkpoint.
async fn seal(t: &TestDb) {
    let mut tx = t.tx().await;
    store::ledger::checkpoint(&mut tx).await.expect("signing").expect("a checkpoint");
    tx.commit().await.expect("committed");
}

/// The hash that an intruder who knows the rule computes for a fact after the fact with `previous`.
fn forged_hash(previous: &[u8], f: &store::ledger::Stored) -> [u8; 32] {
    let text = |u: Option<Uuid>| u.map(|u| u.to_string()).unwrap_or_default();
    let (actor, unit) = (text(f.actor), text(f.unit));
    let (prev, at) = (hex::encode(previous), f.at.0);
    let line =
        format!("{prev}\n{}\n{at}\n{}\n{}\n{}\n{actor}\n{unit}\n{}", f.seq, f.id, f.kind, f.subject, f.body);
    Sha256::digest(line).into()
}

on_both! {
    async fn any_column_of_any_fact_betrays_the_intruder(t: TestDb) {
        fill(&t, 2, 3).await;
        for seq in 1i64..=6 {
            for (column, value) in changes() {
                let mut tx = t.reading().await;
                let sql = format!("select {column} from ledger where seq = $1");
                let row = tx.one(&sql, vals![seq]).await.expect("the fact");
                let before: Val = match &value {
                    Val::Int(_) => row.get::<i64>(0).expect("a number").into(),
                    Val::Text(_) => row.get::<String>(0).expect("a text").into(),
                    Val::Bytes(_) => row.get::<Vec<u8>>(0).expect("bytes").into(),
                    Val::Uuid(_) => row.get::<Option<Uuid>>(0).expect("an id").into(),
                    Val::Bool(_) => unreachable!("the ledger has no such column"),
                };
                drop(tx);
                let set = format!("update ledger set {column} = $1 where seq = $2");
                assert_eq!(intrude(&t, &set, vec![value.clone(), seq.into()]).await, 1);
                assert_eq!(broken_at(&t).await, Some(seq), "{column} of fact {seq}");
                let moved = if column == "seq" { 1_000 } else { seq };
                intrude(&t, &set, vec![before, moved.into()]).await;
                assert_eq!(broken_at(&t).await, None, "{column} of fact {seq} put back");
            }
        }
    }

    async fn a_missing_fact_is_named(t: TestDb) {
        fill(&t, 2, 3).await;
        intrude(&t, "delete from ledger where seq >= 4", vec![]).await;
        assert_eq!(broken_at(&t).await, Some(4));
        intrude(&t, "delete from ledger where seq = 2", vec![]).await;
        assert_eq!(broken_at(&t).await, Some(2));
        intrude(&t, "delete from ledger", vec![]).await;
        assert_eq!(broken_at(&t).await, Some(1));
    }

    async fn a_head_that_tells_another_story_is_found(t: TestDb) {
        fill(&t, 2, 2).await;
        intrude(&t, "update ledger_head set hash = $1", vals![[1u8; 32]]).await;
        assert_eq!(broken_at(&t).await, Some(4));
        intrude(&t, "update ledger_head set hash = (select hash from ledger where seq = 4), seq = 6", vec![]).await;
        assert_eq!(broken_at(&t).await, Some(5));
    }

    async fn a_fact_slipped_in_behind_the_head_is_found(t: TestDb) {
        fill(&t, 1, 3).await;
        let copy = "insert into ledger (seq, id, at, kind, subject, actor, unit, body, hash) \
            select 4, id, at, kind, subject, actor, unit, body, hash from ledger where seq = 3";
        intrude(&t, copy, vec![]).await;
        assert_eq!(broken_at(&t).await, Some(4));
    }

    async fn a_signed_checkpoint_finds_a_history_that_was_rewritten_with_care(t: TestDb) {
        fill(&t, 1, 3).await;
        seal(&t).await;
        let mut tx = t.reading().await;
        let mut facts = store::ledger::page(&mut tx, i64::MAX, 9, None).await.expect("facts");
        drop(tx);
        facts.reverse();
        facts[1].subject = "account/somebody".into();
        for i in 1..3 {
            facts[i].hash = forged_hash(&facts[i - 1].hash.clone(), &facts[i]).to_vec();
            let set = "update ledger set subject = $1, hash = $2 where seq = $3";
            intrude(&t, set, vals![&facts[i].subject, facts[i].hash.clone(), facts[i].seq]).await;
        }
        intrude(&t, "update ledger_head set hash = $1", vals![facts[2].hash.clone()]).await;
        // The forger did it well: the chain alone holds, and only the signature tells.
        assert!(recompute(&export_lines(&t).await).is_ok());
        assert_eq!(broken_at(&t).await, Some(3));
        intrude(&t, "delete from checkpoint", vec![]).await;
        assert_eq!(broken_at(&t).await, None);
    }

    async fn a_checkpoint_whose_signature_was_touched_is_found(t: TestDb) {
        fill(&t, 1, 3).await;
        seal(&t).await;
        assert_eq!(broken_at(&t).await, None);
        intrude(&t, "update checkpoint set signature = $1", vals![vec![3u8; 64]]).await;
        assert_eq!(broken_at(&t).await, Some(3));
    }
}
