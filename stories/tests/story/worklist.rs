//! Stories of lists: every filter finds what it should, pages by key, and is answered by an index.

use kernel::{Actor, DeclarationId, Role, Scope, Timestamp};
use stories::{Bureau, spinach};
use supervision::declaration::{self, Stage};
use supervision::worklist::{self, Filter, Queue};
use testkit::{TestDb, on_both};

async fn found(b: &Bureau, by: &Actor, f: &Filter) -> Vec<DeclarationId> {
    let mut tx = b.read().await;
    let rows = worklist::find(&mut tx, by, f, None, 100).await.expect("a list");
    rows.iter().map(|r| r.declaration.id).collect()
}

on_both! {
    async fn every_filter_finds_what_it_names_and_nothing_else(t: TestDb) {
        let b = Bureau::open(&t).await;
        let first = b.lodge("L1").await;
        t.pass(Timestamp::DAY);
        let mut toys = spinach("L2");
        (toys.branch, toys.market, toys.plant) = ("ZH".into(), "US".into(), None);
        (toys.lines[0].hs, toys.lines[0].name) = ("950300".into(), "玩具".into());
        toys.lines.push(toys.lines[0].clone());
        toys.lines[1].lots.clear();
        let second = b.desk.lodge(&Actor::system(), &toys).await.expect("lodged");
        let all = Actor::system();
        let d = b.declaration(first).await;
        let of = |change: fn(&mut Filter, &Bureau)| {
            let mut f = Filter::default();
            change(&mut f, &b);
            f
        };
        let first_only = [
            of(|f, _| f.market = "JP".into()),
            of(|f, b| f.branch = Some(b.beilun.id)),
            of(|f, _| f.product = "071030".into()),
            of(|f, _| f.lot = "L1".into()),
            of(|f, _| f.lane = "sampling".into()),
            of(|f, _| f.to = "2026-11-24".parse().ok()),
            of(|f, b| (f.operator, f.market) = (Some(b.exporter.id), "JP".into())),
            of(|f, b| (f.stage, f.branch) = (Some(Stage::Lodged), Some(b.beilun.id))),
            of(|f, _| (f.stage, f.lane) = (Some(Stage::Lodged), "sampling".into())),
            Filter { no: d.no.clone(), ..Filter::default() },
        ];
        for f in first_only {
            assert_eq!(found(&b, &all, &f).await, [first], "{f:?}");
        }
        let second_only = [
            of(|f, _| f.product = "950300".into()),
            of(|f, _| (f.product, f.to) = ("950300".into(), "2026-11-25".parse().ok())),
            of(|f, _| f.from = "2026-11-25".parse().ok()),
        ];
        for f in second_only {
            assert_eq!(found(&b, &all, &f).await, [second], "{f:?}");
        }
        let none = [
            of(|f, _| f.stage = Some(Stage::Released)),
            of(|f, _| (f.product, f.to) = ("950300".into(), "2026-11-24".parse().ok())),
            Filter { no: d.no.clone(), market: "US".into(), ..Filter::default() },
        ];
        for f in none {
            assert_eq!(found(&b, &all, &f).await, [], "{f:?}");
        }
        assert_eq!(found(&b, &all, &Filter::default()).await, [second, first]);
    }

    async fn a_party_cannot_ask_for_the_lane_and_a_branch_not_for_another(t: TestDb) {
        let b = Bureau::open(&t).await;
        let id = b.lodge("L1").await;
        let party = Actor { roles: vec![Role::Declarant], scope: Scope::Operator(b.exporter.id), ..Actor::system() };
        for lane in ["sampling", "conformity"] {
            let f = Filter { lane: lane.into(), ..Filter::default() };
            assert_eq!(found(&b, &party, &f).await, [id], "the answer does not depend on the lane");
        }
        assert!(!worklist::knows_lane(&party, &b.declaration(id).await));
        let zhenhai = Actor { scope: Scope::Branch(b.zhenhai.id), ..Actor::system() };
        assert_eq!(found(&b, &zhenhai, &Filter::default()).await, []);
        let f = Filter { branch: Some(b.beilun.id), ..Filter::default() };
        assert_eq!(found(&b, &zhenhai, &f).await, []);
        let f = Filter { no: b.declaration(id).await.no, ..Filter::default() };
        assert_eq!(found(&b, &zhenhai, &f).await, []);
    }

    async fn pages_by_key_have_no_gap_and_no_double_along_every_index(t: TestDb) {
        let b = Bureau::open(&t).await;
        let mut lodged = Vec::new();
        for i in 0..7 {
            t.pass(5_000);
            lodged.push(b.lodge(&format!("L{i}")).await);
        }
        lodged.reverse();
        let filters = [
            Filter::default(),
            Filter { product: "071030".into(), ..Filter::default() },
            Filter { stage: Some(Stage::Lodged), branch: Some(b.beilun.id), ..Filter::default() },
        ];
        for f in filters {
            let (mut seen, mut before) = (Vec::new(), None);
            loop {
                let mut tx = b.read().await;
                let page = worklist::find(&mut tx, &Actor::system(), &f, before, 3).await.expect("a page");
                let Some(last) = page.last() else { break };
                before = Some((last.declaration.lodged_at, last.declaration.id));
                seen.extend(page.iter().map(|r| r.declaration.id));
            }
            assert_eq!(seen, lodged, "{f:?}");
        }
    }

    async fn work_comes_by_its_deadline_and_is_counted(t: TestDb) {
        let b = Bureau::open(&t).await;
        let mut lodged = Vec::new();
        for i in 0..3 {
            lodged.push(b.lodge(&format!("L{i}")).await);
            t.pass(Timestamp::DAY);
        }
        let mut tx = b.begin().await;
        declaration::advance(&mut tx, lodged[1], &[Stage::Lodged], Stage::Released, None).await.expect("moved");
        b.desk.finish(tx).await.expect("commit");
        let all = Actor::system();
        let branch = Actor { scope: Scope::Branch(b.beilun.id), ..Actor::system() };
        let party = Actor { scope: Scope::Operator(b.exporter.id), ..Actor::system() };
        let mut tx = b.read().await;
        for by in [&all, &branch, &party] {
            let due = worklist::due(&mut tx, by, Queue::At(Stage::Lodged), None, 10).await.expect("a list");
            assert_eq!(due.iter().map(|r| r.declaration.id).collect::<Vec<_>>(), [lodged[0], lodged[2]]);
            let after = Some((due[0].declaration.due_at, due[0].declaration.id));
            let rest = worklist::due(&mut tx, by, Queue::At(Stage::Lodged), after, 10).await.expect("a page");
            assert_eq!(rest.len(), 1);
            assert_eq!(worklist::count(&mut tx, by, Queue::At(Stage::Lodged), 99).await.expect("a count"), 2);
        }
        for (by, n) in [(&all, 1), (&branch, 1), (&party, 0)] {
            assert_eq!(worklist::due(&mut tx, by, Queue::ToSign, None, 10).await.expect("a list").len(), n);
            assert_eq!(worklist::count(&mut tx, by, Queue::ToSign, 99).await.expect("a count"), n as i64);
        }
    }
}

/// Tables that stay small whatever the bureau does, and are read whole.
const SMALL: [&str; 10] = [
    "unit ",
    "risk_model ",
    "post ",
    "calendar_day",
    "rule_pack",
    "signing_key",
    "peer_group",
    "unit_grade",
    "checkpoint ",
    "indicator_",
];

/// Whether a step of a plan walks a table that grows from end to end. An answer of one row, or of an index's first
/// rows in its order, ends where it is full.
fn walks(sql: &str, step: &str, sorts: bool) -> bool {
    let Some(of) = step.strip_prefix("SCAN ") else { return false };
    let own = of.starts_with("(subquery") || of.starts_with("CONSTANT") || of == "x";
    let ends = of.contains(" USING ") && sql.contains("limit") && !sorts;
    !own && !ends && !SMALL.iter().any(|t| format!("{of} ").starts_with(t))
}

/// Walking a table from end to end is what no request may do, however many rows there are. Three do, of tables of some
/// hundred rows: administrators among the logins, and the counts of alerts and of jobs by their state.
#[test]
fn no_statement_scans_a_table() {
    let known = [("OTHER_ADMINS", "account"), ("COUNTS", "alert"), ("COUNTS", "job")];
    testkit::run(testkit::Engine::Sqlite, async |t: TestDb| {
        let mut tx = t.reading().await;
        let mut found = Vec::new();
        let all = [
            store::statements(),
            registry::statements(),
            supervision::statements(),
            excellence::statements(),
        ];
        for (name, sql) in all.concat() {
            // Every parameter is bound as a number: only the plan is asked for.
            let most = (1..=40).rev().find(|n| sql.contains(&format!("${n}"))).unwrap_or(0);
            let vals = (0..most).map(|_| store::Val::Int(Some(1))).collect();
            let plan = tx.all(&format!("explain query plan {sql}"), vals).await.expect("a plan");
            let steps: Vec<String> = plan.iter().map(|r| r.get(3).expect("a line")).collect();
            let sorts = steps.iter().any(|s| s.contains("TEMP B-TREE"));
            for step in &steps {
                let told = known.iter().any(|(n, table)| *n == name && step.contains(table));
                if walks(sql, step, sorts) && !told {
                    found.push(format!("{name}: {step}: {sql}"));
                }
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    });
}
