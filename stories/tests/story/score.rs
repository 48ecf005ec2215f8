//! The story of a learned score: trained on the bureau's own records, approved by a second person, pinned by decisions
//! that replay, and standing down by itself when the world is another one.

use kernel::{Actor, DeclarationId, Role, Timestamp};
use stories::{Bureau, refusal, spinach};
use supervision::declaration::{self, Lodgement};
use supervision::{release, score, targeting};
use testkit::{TestDb, on_both};

fn goods(market: &str, lot: &str) -> Lodgement {
    Lodgement { market: market.into(), ..spinach(lot) }
}

/// Twenty days of twenty consignments; of those to Japan four in five do not conform.
async fn past(t: &TestDb, b: &Bureau) {
    for day in 0..20 {
        let mut tx = b.begin().await;
        for n in 0..20 {
            let market = ["JP", "US", "DE", "US"][n % 4];
            let worth = (Some("5000".into()), Some("CNY".into()));
            let l = Lodgement { value: worth.0, currency: worth.1, ..goods(market, &format!("P{day}-{n}")) };
            let id = declaration::lodge(&mut tx, &Actor::system(), &l).await.expect("lodged");
            let conforming = if market == "JP" { n == 8 } else { (day + n) % 40 != 1 };
            let fact = kernel::supervision::ResultRecorded {
                record: tx.id(),
                task: tx.id(),
                declaration: id,
                inspected: 13,
                nonconforming: u64::from(!conforming),
                conforming,
                findings: vec![],
                officers: vec![],
            };
            let lots = declaration::lots(&mut tx, id).await.expect("lots");
            let lots: Vec<_> = lots.iter().map(|l| (l.id, conforming)).collect();
            release::note_record(&mut tx, &fact, &lots).await.expect("noted");
        }
        tx.commit().await.expect("commit");
        t.pass(Timestamp::DAY);
    }
}

async fn worked(b: &Bureau) {
    while flow::worker::work_once(&b.desk).await.expect("worked") {}
}

async fn replayed(b: &Bureau, id: DeclarationId) -> targeting::Decision {
    let r = targeting::replay(&mut b.read().await, id).await.expect("a reading").expect("a decision");
    assert!(r.same, "{r:?}");
    r.stored
}

async fn lodged(b: &Bureau, market: &str, lot: &str) -> DeclarationId {
    b.desk.lodge(&Actor::system(), &goods(market, lot)).await.expect("lodged")
}

on_both! {
    async fn a_score_is_trained_approved_by_another_pinned_and_stands_down_when_the_trade_is_another(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (zhao, qian) = (b.officer("K001", Role::Risk, &[]).await, b.officer("K002", Role::Risk, &[]).await);
        past(&t, &b).await;
        let mut tx = b.begin().await;
        let model = score::learn(&mut tx, &score::Options::default(), false).await.expect("trained");
        assert!(model.card.held_back_auc.is_some_and(|a| a > 0.8), "{:?}", model.card.held_back_auc);
        let chance = score::learn(&mut tx, &score::Options::default(), true).await.expect("trained");
        assert!(chance.card.held_back_auc.is_none_or(|a| a < 0.75), "no leak: {:?}", chance.card.held_back_auc);
        let text = model.to_json().expect("json");
        assert_eq!(refusal(score::register(&mut tx, &zhao, "{}", "records").await).code, "score.model");
        let id = score::register(&mut tx, &zhao, &text, "records of twenty days").await.expect("registered");
        assert_eq!(refusal(score::register(&mut tx, &zhao, &text, "again").await).missing[0].field, "hash");
        let today = Timestamp::start_of(tx.now().date());
        assert_eq!(refusal(score::approve(&mut tx, &zhao, id, today).await).code, "score.second_person");
        b.desk.finish(tx).await.expect("commit");
        let before = lodged(&b, "JP", "BEFORE").await;
        worked(&b).await;
        let mut tx = b.begin().await;
        score::approve(&mut tx, &qian, id, today).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");
        t.pass(Timestamp::HOUR);
        assert!(replayed(&b, before).await.inputs.score.is_none());

        let (bad, good) = (lodged(&b, "JP", "NEW").await, lodged(&b, "US", "NEW2").await);
        let (bad, good) = (replayed(&b, bad).await, replayed(&b, good).await);
        let mark = bad.inputs.score.as_ref().expect("a score");
        let calm = good.inputs.score.as_ref().expect("a score");
        assert!(mark.said.probability_ppm > 2 * calm.said.probability_ppm, "{mark:?} {calm:?}");
        assert!(mark.said.reasons.len() > 2 && mark.model == "S-1" && mark.hash.len() == 64);
        let says = |text: &str| bad.outcome.reasons.iter().any(|r| r.zh.contains(text));
        assert!(says("评分 S-1：估计不合格概率") && says("评分的主要因素"), "{:?}", bad.outcome.reasons);
        assert!(says("评分 S-1（学习评分）"), "a band of the pack holds: {:?}", bad.outcome.reasons);
        assert!(bad.outcome.rate_ppm >= good.outcome.rate_ppm, "it only sharpens");

        // Everything goes to Japan now: the trade is another than the one the score was approved for.
        for n in 0..110 {
            lodged(&b, "JP", &format!("J{n}")).await;
        }
        t.pass(Timestamp::DAY);
        flow::clockwork::run_due(&b.desk).await.expect("due");
        worked(&b).await;
        let m = score::one(&mut b.read().await, "S-1").await.expect("a reading").expect("it");
        assert_eq!((m.state, m.closed_by), (score::State::Down, None));
        assert!(m.closed_reason.is_some_and(|r| r.contains("评分分布偏移")));
        let watched: score::Watched = serde_json::from_str(&m.watched.expect("watched").0).expect("what it saw");
        assert_eq!(watched.scored, 112);
        let facts = store::ledger::page(&mut b.read().await, i64::MAX, 50, Some("risk_model.stood_down")).await.expect("facts");
        assert!(facts.len() == 1 && facts[0].body.contains("\"by_itself\":true"));
        let after = lodged(&b, "JP", "AFTER").await;
        assert!(replayed(&b, after).await.inputs.score.is_none(), "targeting goes on without it");
        assert_eq!(replayed(&b, bad.declaration).await.inputs.score.map(|s| s.hash), Some(m.hash), "and what it said replays");
    }
}
