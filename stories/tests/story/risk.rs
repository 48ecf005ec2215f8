//! Stories of decision tables and of rates that move by results, on both engines.

use kernel::{Actor, DeclarationId, Role, Timestamp, bi};
use registry::{rules, trade};
use stories::{Bureau, refusal, spinach};
use supervision::declaration::{self, Lodgement, Stage};
use supervision::release;
use supervision::risk_table::{self, Draft, State};
use supervision::{regime, targeting, what_if};
use testkit::{TestDb, on_both};

async fn lodged(b: &Bureau, l: &Lodgement) -> DeclarationId {
    b.desk.lodge(&Actor::system(), l).await.expect("lodged")
}

fn goods(hs: &str, market: &str, lot: &str) -> Lodgement {
    let mut l = spinach(lot);
    (l.lines[0].hs, l.lines[0].name, l.market) = (hs.into(), format!("goods {lot}"), market.into());
    l
}

async fn outcome(b: &Bureau, id: DeclarationId) -> targeting::Replay {
    let mut tx = b.read().await;
    let r = targeting::replay(&mut tx, id).await.expect("a reading").expect("a decision");
    assert!(r.same, "{r:?}");
    r
}

/// Lodges and inspects one consignment, conforming or not.
async fn inspected(b: &Bureau, l: &Lodgement, conforming: bool) {
    let id = lodged(b, l).await;
    let mut tx = b.begin().await;
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
    regime::note(&mut tx, id, conforming).await.expect("noted");
    b.desk.finish(tx).await.expect("commit");
}

async fn step(b: &Bureau) -> u32 {
    let mut tx = b.begin().await;
    let moved = regime::step_all(&mut tx).await.expect("counted");
    b.desk.finish(tx).await.expect("commit");
    moved
}

const FISH: &str = "policy,FIRST,Fish\nrole,in,in,out,out,out\nname,heading,market,lane,rate,reason\ntype,string,string,string,number,string\n1,\"\"\"0301\"\"\",\"\"\"JP\"\"\",\"\"\"conformity\"\"\",1,\"\"\"notices\"\"\"\n2,\"\"\"9503\"\"\",-,\"\"\"sampling\"\"\",0.5,\n";
const EXAMPLES: &str =
    "heading,market,lane,rate\n0301,JP,conformity,1\n9503,US,sampling,0.5\n0710,JP,none,0\n";

fn fish(body: &str, examples: &str) -> Draft {
    Draft {
        code: "FISH".into(),
        title: bi("水产与玩具", "Fish and toys"),
        body: body.into(),
        examples: examples.into(),
        note: "通报增多".into(),
    }
}

async fn in_force(b: &Bureau, author: &Actor, other: &Actor, d: &Draft) -> kernel::RiskTableVersionId {
    let mut tx = b.begin().await;
    let id = risk_table::draft(&mut tx, author, d).await.expect("drafted");
    risk_table::test(&mut tx, author, id).await.expect("tested");
    what_if::ask(&mut tx, author, &what_if::Change { version: Some(id), rates: vec![] })
        .await
        .expect("asked");
    b.desk.finish(tx).await.expect("commit");
    while flow::worker::work_once(&b.desk).await.expect("worked") {}
    let mut tx = b.begin().await;
    let today = Timestamp::start_of(tx.now().date());
    risk_table::approve(&mut tx, other, id, today).await.expect("approved");
    b.desk.finish(tx).await.expect("commit");
    id
}

on_both! {
    async fn m5_6_a_rate_steps_up_against_the_average_and_falls_back_with_its_figures(t: TestDb) {
        let b = Bureau::open(&t).await;
        // 14 of 40 against an average of 31 of 120: 35 % above it.
        for i in 0..40 {
            inspected(&b, &goods("071030", "JP", &format!("J{i}")), i >= 14).await;
            inspected(&b, &goods("071030", "US", &format!("U{i}")), i >= 9).await;
            inspected(&b, &goods("071030", "DE", &format!("D{i}")), i >= 8).await;
            t.pass(60_000_000);
        }
        t.pass(Timestamp::HOUR);
        assert_eq!(step(&b).await, 1, "only Japan lies 30 % above");
        assert_eq!(step(&b).await, 0, "the same figures move nothing");
        let mut tx = b.read().await;
        let moves = regime::moves(&mut tx, None, 10).await.expect("moves");
        let up = moves.iter().find(|m| m.kind == "step-high").expect("a move");
        assert_eq!((up.key.as_str(), up.step.as_str(), up.from_ppm, up.to_ppm), ("export 0710 JP", "up", 0, 500_000));
        assert_eq!(up.figures, ((40, 14), (120, 31)));
        drop(tx);
        let r = outcome(&b, lodged(&b, &goods("071030", "JP", "NEW")).await).await;
        let m = r.stored.inputs.measures.iter().find(|m| m.source == "step-high").expect("the step bears on it");
        assert_eq!(m.rate_ppm, 500_000);
        assert!(r.stored.outcome.reasons.iter().any(|r| r.zh.contains("抽批比例不低于 50%")), "{:?}", r.stored.outcome.reasons);
        // Clean results for months: the criterion is no longer met.
        for i in 0..40 {
            inspected(&b, &goods("071030", "JP", &format!("C{i}")), true).await;
        }
        t.pass(Timestamp::HOUR);
        assert_eq!(step(&b).await, 1);
        let mut tx = b.read().await;
        let down = &regime::moves(&mut tx, None, 10).await.expect("moves")[0];
        assert_eq!((down.step.as_str(), down.from_ppm, down.to_ppm), ("down", 500_000, 0));
        let facts = store::ledger::page(&mut tx, i64::MAX, 50, Some("regime.moved")).await.expect("facts");
        let steps = facts.iter().filter(|f| f.body.contains("step-high")).count();
        assert_eq!(steps, 2, "both moves are published");
    }

    async fn three_failures_begin_a_series_and_ten_passes_end_it(t: TestDb) {
        let b = Bureau::open(&t).await;
        let toys = |n: i32, market: &str| goods("950300", market, &format!("T{n}"));
        for n in 0..2 {
            inspected(&b, &toys(n, "JP"), false).await;
        }
        assert!(outcome(&b, lodged(&b, &toys(10, "JP")).await).await.stored.inputs.measures.is_empty());
        inspected(&b, &toys(2, "US"), false).await;
        let r = outcome(&b, lodged(&b, &toys(11, "DE")).await).await.stored;
        assert!(r.outcome.selected && r.outcome.rate_ppm == 1_000_000, "every consignment of this firm's toys");
        assert!(outcome(&b, lodged(&b, &goods("071030", "JP", "S")).await).await.stored.inputs.measures.is_empty());
        for n in 20..29 {
            inspected(&b, &toys(n, "JP"), true).await;
        }
        let mut tx = b.read().await;
        assert_eq!(regime::list(&mut tx, ("", ""), 10).await.expect("a list").len(), 1);
        drop(tx);
        inspected(&b, &toys(29, "JP"), true).await;
        assert!(outcome(&b, lodged(&b, &toys(30, "JP")).await).await.stored.inputs.measures.is_empty());
        // A further decision replays although the series is over.
        assert!(outcome(&b, lodged(&b, &toys(31, "JP")).await).await.same);
    }

    async fn graded_levels_go_from_all_to_a_quarter_to_a_twentieth_and_one_failure_leads_back(t: TestDb) {
        let b = Bureau::open(&t).await;
        let mut tx = b.begin().await;
        let text = include_str!("../../../rule-packs/CN-2026.toml")
            .replace("version = \"1\"", "version = \"2\"")
            .replace("effective_from = \"2018-04-20\"", "effective_from = \"2026-11-24\"");
        let australia = include_str!("../../../rule-packs/AU.toml");
        let graded = &australia[australia.find("[[regime]]").expect("its steps")..];
        rules::adopt_pack(&mut tx, &Actor::system(), &format!("{text}\n{graded}")).await.expect("adopted");
        trade::list_product(&mut tx, &Actor::system(), "040690", bi("干酪", "Cheese"), "low", true).await.expect("listed");
        b.desk.finish(tx).await.expect("commit");
        let cheese = |n: i32| Lodgement { direction: "import".into(), plant: None, origin: "FR".into(), ..goods("040690", "FR", &format!("C{n}")) };
        let rate = async |n: i32| outcome(&b, lodged(&b, &cheese(n)).await).await.stored.outcome.rate_ppm;
        assert_eq!(rate(1).await, 1_000_000, "nothing is known of them");
        for n in 10..15 {
            inspected(&b, &cheese(n), true).await;
        }
        assert_eq!(rate(2).await, 250_000);
        for n in 20..40 {
            inspected(&b, &cheese(n), true).await;
        }
        assert_eq!(rate(3).await, 50_000);
        inspected(&b, &cheese(50), false).await;
        assert_eq!(rate(4).await, 1_000_000);
    }

    async fn a_table_is_drafted_tested_tried_approved_by_another_and_pinned(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (zhao, qian) = (b.officer("K001", Role::Risk, &[]).await, b.officer("K002", Role::Risk, &[]).await);
        let before = lodged(&b, &goods("030192", "JP", "BEFORE")).await;
        t.pass(Timestamp::HOUR);
        let mut tx = b.begin().await;
        let id = risk_table::draft(&mut tx, &zhao, &fish(FISH, "heading,market,lane,rate\n0301,JP,sampling,\n")).await.expect("drafted");
        let no = refusal(risk_table::test(&mut tx, &zhao, id).await);
        assert!(no.code == "risk_table.test" && no.missing[0].field == "example 2", "{no:?}");
        let again = risk_table::draft(&mut tx, &zhao, &fish(FISH, EXAMPLES)).await.expect("drafted over it");
        assert_eq!(again, id, "an open version is written over");
        let monday = Timestamp::start_of(tx.now().date());
        assert_eq!(refusal(risk_table::approve(&mut tx, &qian, id, monday).await).code, "risk_table.state");
        risk_table::test(&mut tx, &zhao, id).await.expect("tested");
        what_if::ask(&mut tx, &zhao, &what_if::Change { version: Some(id), rates: vec![] }).await.expect("asked");
        b.desk.finish(tx).await.expect("commit");
        while flow::worker::work_once(&b.desk).await.expect("worked") {}
        let mut tx = b.begin().await;
        let v = risk_table::one(&mut tx, id).await.expect("a reading").expect("it");
        assert_eq!(v.state, State::Tried);
        assert!(v.backtest.is_some_and(|b| b.0.contains("\"moved\":1")));
        let result = what_if::recent(&mut tx, 1).await.expect("a list").remove(0).figures.expect("figures");
        assert_eq!((result.declared, result.moved), (1, 1));
        assert_eq!(refusal(risk_table::approve(&mut tx, &zhao, id, monday).await).code, "risk_table.second_person");
        risk_table::approve(&mut tx, &qian, id, monday).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");
        t.pass(Timestamp::HOUR);
        let new = lodged(&b, &goods("030192", "JP", "NEW")).await;
        let r = outcome(&b, new).await.stored;
        assert_eq!((r.inputs.tables.as_slice(), r.outcome.lane.as_str()), (&["FISH/1".to_owned()][..], "conformity"));
        assert!(r.outcome.reasons[0].en.contains("decision table FISH/1 (Fish and toys, row 1: notices)"), "{:?}", r.outcome.reasons);
        assert!(outcome(&b, before).await.stored.inputs.tables.is_empty());

        // The next version takes its place; what was pinned replays under the old one.
        t.pass(Timestamp::DAY);
        let mut tx = b.begin().await;
        let mut rows = risk_table::cells(FISH).expect("cells");
        assert_eq!(rows[1][1..5], ["\"9503\"", "-", "\"sampling\"", "0.5"]);
        rows[1][4] = "0.7".into();
        rows.push(vec![String::new(); 6]);
        let edited = risk_table::edit_rows(&mut tx, &qian, id, &rows, EXAMPLES, "玩具").await.expect("a new version");
        let v = risk_table::one(&mut tx, edited).await.expect("a reading").expect("it");
        assert!(v.version == 2 && v.body.contains("0.7") && risk_table::cells(&v.body).expect("cells").len() == 2, "{}", v.body);
        drop(tx);
        let second = in_force(&b, &qian, &zhao, &fish(&FISH.replace("\"\"\"conformity\"\"\",1", "\"\"\"verification\"\"\",0.9"), "heading,market,lane\n0301,JP,verification\n")).await;
        t.pass(Timestamp::HOUR);
        let newer = outcome(&b, lodged(&b, &goods("030192", "JP", "NEWER")).await).await.stored;
        assert_eq!((newer.inputs.tables.as_slice(), newer.outcome.rate_ppm, newer.outcome.lane.as_str()), (&["FISH/2".to_owned()][..], 900_000, "sampling"));
        assert!(outcome(&b, new).await.same);
        let mut tx = b.begin().await;
        risk_table::close(&mut tx, &zhao, second, "通报已核销").await.expect("closed");
        let table = risk_table::one(&mut tx, second).await.expect("a reading").expect("it").table.id;
        b.desk.finish(tx).await.expect("commit");
        assert!(outcome(&b, lodged(&b, &goods("030192", "JP", "LAST")).await).await.stored.inputs.tables.is_empty());
        let mut tx = b.read().await;
        let facts = store::ledger::of_subject(&mut tx, &table.subject(), 30).await.expect("facts");
        let kinds: Vec<_> = facts.iter().rev().map(|f| f.kind.trim_start_matches("risk_table.")).collect();
        assert_eq!(kinds, ["drafted", "drafted", "tested", "tried", "approved", "drafted", "tested", "tried", "approved", "closed"]);
    }

    async fn last_years_decisions_are_drawn_twice_before_a_rate_is_changed(t: TestDb) {
        let b = Bureau::open(&t).await;
        let zhao = b.officer("K001", Role::Risk, &[]).await;
        let mut found = 0;
        for n in 0..60 {
            let id = lodged(&b, &goods("071030", "JP", &format!("L{n}"))).await;
            if b.declaration(id).await.selected {
                found += 1;
                let mut tx = b.begin().await;
                declaration::deem_accepted(&mut tx, id).await.expect("accepted");
                b.desk.finish(tx).await.expect("commit");
                assert_eq!(b.declaration(id).await.stage, Stage::Inspecting);
                let mut tx = b.begin().await;
                let fact = kernel::supervision::ResultRecorded {
                    record: tx.id(), task: tx.id(), declaration: id, inspected: 13, nonconforming: 1,
                    conforming: false, findings: vec![], officers: vec![],
                };
                let lots = declaration::lots(&mut tx, id).await.expect("lots");
                release::note_record(&mut tx, &fact, &[(lots[0].id, false)]).await.expect("noted");
                b.desk.finish(tx).await.expect("commit");
            }
        }
        t.pass(Timestamp::HOUR);
        let mut tx = b.begin().await;
        // Row 3: class 1, high risk, 20 %; what would 10 % have missed?
        what_if::ask(&mut tx, &zhao, &what_if::Change { version: None, rates: vec![(3, 100_000)] }).await.expect("asked");
        b.desk.finish(tx).await.expect("commit");
        while flow::worker::work_once(&b.desk).await.expect("worked") {}
        let mut tx = b.read().await;
        let asked = what_if::recent(&mut tx, 5).await.expect("a list").remove(0);
        let f = asked.figures.expect("figures");
        assert_eq!((f.declared, f.moved), (60, 0), "the lane stays");
        assert!((f.expected.0 - 12.0).abs() < 1e-9 && (f.expected.1 - 6.0).abs() < 1e-9, "{f:?}");
        assert_eq!((f.selected.0, f.newly), (found, 0));
        assert!((f.detected.0.value - f64::from(u32::try_from(found).expect("few"))).abs() < 1e-9);
        assert!((f.detected.1.value - f64::from(u32::try_from(found).expect("few")) / 2.0).abs() < 1e-9, "half the rate finds half");
        assert!(f.missed.1.value > f.missed.0.value && f.missed.1.high > f.missed.1.value);
        assert!(f.missed_tonnes.1.value > f.missed_tonnes.0.value);
        let no = refusal(what_if::ask(&mut b.begin().await, &zhao, &what_if::Change::default()).await);
        assert_eq!(no.code, "what_if.change");
    }
}
