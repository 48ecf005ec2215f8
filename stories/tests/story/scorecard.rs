//! The scorecard follows the ledger by itself; on SQLite and on PostgreSQL.

use excellence::indicator::{self, Catalogue, State};
use flow::figures;
use kernel::{DeclarationId, Timestamp, UnitId, supervision::NoticeGiven};
use registry::people::Unit;
use std::sync::Arc;
use store::Tx;
use stories::Bureau;
use testkit::{TestDb, on_both};

/// A deficiency told once, as its fact.
fn told_once(tx: &mut Tx, unit: UnitId) {
    let declaration = tx.id::<DeclarationId>();
    let due_at = Timestamp(tx.now().0 + 5 * Timestamp::DAY);
    let codes = vec!["packing_list".into()];
    let fact = NoticeGiven { notice: tx.id(), declaration, codes, ordinal: 1, breach: false, due_at };
    tx.append(declaration.subject(), None, Some(unit), fact);
}

/// Numerator and denominator of the last closed period and of the running one.
async fn counts(b: &Bureau, c: &Arc<Catalogue>, unit: Option<&Unit>) -> [(i64, i64); 2] {
    let mut tx = b.read().await;
    let score = indicator::score(&mut tx, c, "SV03", unit).await.expect("a score");
    let card = score.card.expect("a card");
    [card.closed, card.running].map(|f| (f.numerator, f.denominator))
}

on_both! {
    async fn a_new_fact_is_on_the_scorecard_after_a_turn(t: TestDb) {
        let b = Bureau::open(&t).await;
        let c = Catalogue::shipped().expect("a catalogue");
        figures::turn(&b.desk).await.expect("a turn");
        assert_eq!(counts(&b, &c, Some(&b.beilun)).await, [(0, 0), (0, 0)]);
        let mut tx = b.begin().await;
        for _ in 0..12 {
            told_once(&mut tx, b.beilun.id);
        }
        told_once(&mut tx, b.zhenhai.id);
        tx.commit().await.expect("commit");
        assert_eq!(figures::turn(&b.desk).await.expect("a turn"), 13);
        assert_eq!(counts(&b, &c, Some(&b.beilun)).await, [(0, 0), (12, 12)]);
        assert_eq!(counts(&b, &c, None).await, [(0, 0), (13, 13)], "the bureau is the sum of its branches");
        assert_eq!(figures::turn(&b.desk).await.expect("a turn"), 0, "nothing is left");
    }

    async fn when_a_month_ends_its_figures_move_to_the_closed_period_without_a_new_fact(t: TestDb) {
        let b = Bureau::open(&t).await;
        let c = Catalogue::shipped().expect("a catalogue");
        let mut tx = b.begin().await;
        for _ in 0..12 {
            told_once(&mut tx, b.beilun.id);
        }
        for _ in 0..4 {
            told_once(&mut tx, b.zhenhai.id);
        }
        tx.commit().await.expect("commit");
        figures::turn(&b.desk).await.expect("a turn");
        t.pass(31 * Timestamp::DAY);
        assert_eq!(figures::turn(&b.desk).await.expect("a turn"), 0);
        assert_eq!(counts(&b, &c, Some(&b.beilun)).await, [(12, 12), (0, 0)]);
        let mut tx = b.read().await;
        let scores = indicator::scores(&mut tx, &c, Some(&b.zhenhai)).await.expect("a scorecard");
        let sv03 = scores.iter().find(|s| s.definition.id == "SV03").expect("a line");
        assert_eq!(sv03.card.as_ref().map(|c| c.closed.state), Some(State::Insufficient), "four are too few for a rate");
        assert_eq!(sv03.peers, [100.0], "Beilun's value stands beside it");
        let waiting = scores.iter().filter(|s| s.card.is_none());
        assert!(waiting.clone().count() > 0);
        for s in waiting {
            assert!(!s.definition.waits().zh.is_empty() && !s.definition.waits().en.is_empty(), "{}", s.definition.id);
        }
    }
}
