//! Stories of the yearly monitoring plan, on both engines.

use kernel::{Actor, LotId, Role, Timestamp};
use stories::{Bureau, refusal, spinach};
use supervision::monitoring::{self, NewPlan, NewStratum, Planned};
use testkit::{TestDb, on_both};

fn plan() -> NewPlan {
    let stratum = |name: &str, hs: &str, analyte: &str, weight| NewStratum {
        name: name.into(),
        direction: "export".into(),
        hs: hs.into(),
        market: String::new(),
        analyte: analyte.into(),
        weight,
    };
    NewPlan {
        code: "2026-EXPORT".into(),
        year: 2026,
        title: "出口食品监控".into(),
        total: 6,
        strata: vec![
            stratum("蔬菜 农残", "07", "chlorpyrifos", 2),
            stratum("水产 兽残", "03", "chloramphenicol", 4),
        ],
    }
}

async fn month(b: &Bureau, id: kernel::MonitoringPlanId, month: &str) -> Vec<Planned> {
    let mut tx = b.read().await;
    monitoring::of_month(&mut tx, &Actor::system(), id, month).await.expect("samples")
}

on_both! {
    async fn a_plan_is_shared_out_drawn_and_completed_by_the_laboratorys_own_results(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (zhao, qian) = (b.officer("K001", Role::Risk, &[]).await, b.officer("K002", Role::Registrar, &[]).await);
        for n in 0..8 {
            b.desk.lodge(&Actor::system(), &spinach(&format!("OLD{n}"))).await.expect("lodged");
        }
        t.pass(Timestamp::HOUR);
        let mut tx = b.begin().await;
        let mut wrong = plan();
        (wrong.total, wrong.strata[0].hs) = (1, "07%".into());
        let no = refusal(monitoring::draft(&mut tx, &zhao, &wrong).await);
        let fields: Vec<_> = no.missing.iter().map(|m| m.field.as_str()).collect();
        assert_eq!(fields, ["total", "strata[1].hs"]);
        let id = monitoring::draft(&mut tx, &zhao, &plan()).await.expect("drafted");
        assert_eq!(refusal(monitoring::approve(&mut tx, &zhao, id).await).code, "monitoring.second_person");
        b.desk.finish(tx).await.expect("commit");
        let november = month(&b, id, "2026-11").await;
        let first = november.iter().find(|s| s.analyte == "chlorpyrifos").expect("a sample of this month").id;
        let mut tx = b.begin().await;
        assert_eq!(refusal(monitoring::draw(&mut tx, &zhao, first).await).missing[0].field, "plan");
        monitoring::approve(&mut tx, &qian, id).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");
        let mut tx = b.read().await;
        let strata = monitoring::strata(&mut tx, id).await.expect("strata");
        // Eight lots of vegetables and none of fish: four more samples go where the lots are, and fish keeps its one.
        assert_eq!(strata.iter().map(|s| (s.lots, s.samples)).collect::<Vec<_>>(), [(8, 5), (0, 1)]);
        drop(tx);

        let mut tx = b.begin().await;
        assert!(monitoring::draw(&mut tx, &zhao, first).await.expect("drawn"));
        b.desk.finish(tx).await.expect("commit");
        let of = |all: &[Planned]| all.iter().find(|s| s.id == first).expect("it").clone();
        let drawn = of(&month(&b, id, "2026-11").await);
        assert_eq!((drawn.state.as_str(), drawn.candidates, drawn.substitutes), ("drawn", 8, 0));
        let before: LotId = drawn.lot.as_ref().expect("a lot").0;
        let mut tx = b.begin().await;
        assert_eq!(refusal(monitoring::substitute(&mut tx, &zhao, first, " ").await).code, "monitoring.reason");
        assert!(monitoring::substitute(&mut tx, &zhao, first, "已装船").await.expect("replaced"));
        b.desk.finish(tx).await.expect("commit");
        let again = of(&month(&b, id, "2026-11").await);
        let (lot, _, declaration, _) = again.lot.clone().expect("a lot");
        assert!(lot != before && again.substitutes == 1 && again.substitute_reason.as_deref() == Some("已装船"));

        t.pass(Timestamp::DAY);
        b.result(declaration, lot, "lead", "pass").await;
        assert_eq!(of(&month(&b, id, "2026-11").await).state, "drawn", "another analyte is not this one");
        b.result(declaration, lot, "chlorpyrifos", "fail").await;
        let done = of(&month(&b, id, "2026-11").await);
        assert_eq!((done.state.as_str(), done.verdict.as_deref()), ("reported", Some("fail")));
        t.clock.set(Timestamp::at("2027-02-01".parse().expect("a day"), 9, 0));
        let mut tx = b.read().await;
        assert_eq!(monitoring::totals(&mut tx, id).await.expect("totals"), (6, 1, 1, 1));
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 50).await.expect("facts");
        let count = |kind: &str| facts.iter().filter(|f| f.kind == kind).count();
        assert_eq!([count("monitoring.planned"), count("monitoring.drawn"), count("monitoring.reported")], [6, 2, 1]);
        assert!(facts.iter().any(|f| f.body.contains("\"substitute\":true") && f.body.contains("已装船")));
    }
}
