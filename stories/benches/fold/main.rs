//! How fast facts are folded, printed as a table: in memory from the ledger's stored form for one indicator, four, and the
//! whole catalogue; through each database; and the same indicator as SQL over the same rows, as ratios.
//! `GUOMEN_BENCH_FACTS` sets how many facts there are (four hundred thousand unless told otherwise).

mod sql;

use excellence::indicator::{Catalogue, Definition, Fold, Line, Plan, fold};
use kernel::{
    DeclarationId, Fact, OfficerId, Result, Timestamp, UnitId,
    supervision::{Accepted, ResultRecorded, Settled, Targeted},
};
use std::time::Instant;
use store::vals;
use testkit::TestDb;
use uuid::Uuid;

/// Facts of a declaration.
const EACH: u64 = 4;
/// Times that each measurement is taken; the best counts.
const TURNS: usize = 3;

/// A row of the ledger.
struct Stored {
    seq: i64,
    at: i64,
    kind: String,
    subject: String,
    actor: u128,
    unit: u128,
    body: String,
}

fn id<T: From<Uuid>>(n: u64) -> T {
    T::from(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(n)))
}

fn unit(n: u64) -> UnitId {
    id(1 + n % 8)
}

/// Targeted, accepted, inspected, settled: within the 25 seconds until the next declaration.
fn facts(n: u64) -> [(i64, Fact); 4] {
    let d: DeclarationId = id(n);
    let start = 1_767_225_600_000_000 + i64::try_from(n).unwrap_or(0) * 25_000_000;
    let step = |i: i64| start + i * 5_000_000;
    let targeted = Targeted {
        decision: id(n),
        declaration: d,
        lane: ["declaration", "verification", "sampling"][usize::try_from(n % 3).unwrap_or(0)].into(),
        rate_ppm: 50_000,
        draw_ppm: n % 1_000_000,
        selected: n.is_multiple_of(2),
        basis: if n.is_multiple_of(2) { "draw".into() } else { String::new() },
        rule_version: "CN-2026/1".into(),
    };
    let due_at = Timestamp(start + 7 * Timestamp::DAY);
    let accepted = Accepted { declaration: d, deemed: false, lodged_at: Timestamp(start), due_at };
    let recorded = ResultRecorded {
        record: id(n),
        task: id(n),
        declaration: d,
        inspected: 80,
        nonconforming: u64::from(n.is_multiple_of(50)),
        conforming: !n.is_multiple_of(50),
        findings: vec![],
        officers: vec![],
    };
    let settled = Settled {
        settlement: id(n),
        declaration: d,
        lot: id(n),
        outcome: "release".into(),
        basis: "conforming".into(),
        by_rule: n.is_multiple_of(3),
        complete: true,
        accepted_at: Some(Timestamp(step(1))),
        rule_version: "CN-2026/1".into(),
    };
    [
        (step(0), targeted.into()),
        (step(1), accepted.into()),
        (step(2), recorded.into()),
        (step(3), settled.into()),
    ]
}

/// Writes the facts into a ledger.
async fn written(t: &TestDb, n: u64) -> Result<()> {
    let officer: OfficerId = id(7);
    let all: Vec<u64> = (0..n / EACH).collect();
    for chunk in all.chunks(5000) {
        let mut tx = t.tx().await;
        for d in chunk {
            for (at, fact) in facts(*d) {
                tx.set_now(Timestamp(at));
                tx.append(id::<DeclarationId>(*d).subject(), Some(officer), Some(unit(*d)), fact);
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Reads them back as they are stored.
async fn stored(t: &TestDb) -> Result<Vec<Stored>> {
    let mut tx = t.reading().await;
    let (mut all, mut after): (Vec<Stored>, i64) = (Vec::new(), 0);
    loop {
        let rows = tx.all(sql::STORED, vals![after]).await?;
        for r in &rows {
            let (actor, unit): (Option<Uuid>, Option<Uuid>) = (r.get(4)?, r.get(5)?);
            let of = |id: Option<Uuid>| id.map_or(0, |id| id.as_u128());
            after = r.get(0)?;
            all.push(Stored {
                seq: after,
                at: r.get(1)?,
                kind: r.get(2)?,
                subject: r.get(3)?,
                actor: of(actor),
                unit: of(unit),
                body: r.get(6)?,
            });
        }
        if rows.is_empty() {
            return Ok(all);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn per_second(n: usize, begun: Instant) -> f64 {
    n as f64 / begun.elapsed().as_secs_f64()
}

/// The best of some turns, facts a second.
fn in_memory(definitions: &[Definition], stored: &[Stored]) -> f64 {
    let plan = Plan::of(definitions).expect("a plan");
    let mut best = 0.0_f64;
    for _ in 0..TURNS {
        let begun = Instant::now();
        let mut fold = Fold::new(&plan);
        for f in stored {
            let (kind, subject, body) = (f.kind.as_str(), f.subject.as_str(), f.body.as_str());
            fold.take(&Line { seq: f.seq, at: f.at, kind, subject, actor: f.actor, unit: f.unit, body });
        }
        assert!(fold.size().0 > 0, "something was folded");
        best = best.max(per_second(stored.len(), begun));
    }
    best
}

/// The whole catalogue through a database, then RC23 as SQL over the same rows: facts a second of each.
async fn in_database(t: &TestDb, c: &Catalogue, text: &str, n: usize) -> Result<(f64, f64)> {
    let mut tx = t.tx().await;
    let begun = Instant::now();
    fold(&mut tx, c, i64::MAX).await?;
    tx.commit().await?;
    let folded = per_second(n, begun);
    let (mut best, mut counted) = (0.0_f64, (0, 0));
    for _ in 0..TURNS {
        let mut tx = t.reading().await;
        let begun = Instant::now();
        let rows = tx.all(text, vals![]).await?;
        best = best.max(per_second(n, begun));
        counted = (0, 0);
        for r in &rows {
            counted = (counted.0 + r.get::<i64>(2)?, counted.1 + r.get::<i64>(3)?);
        }
    }
    let r = t.reading().await.one(sql::KEPT, vals![]).await?;
    assert_eq!((r.get::<i64>(0)?, r.get::<i64>(1)?), counted, "fold and SQL count the same");
    Ok((folded, best))
}

#[tokio::main]
async fn main() -> Result<()> {
    let n: u64 = std::env::var("GUOMEN_BENCH_FACTS").ok().and_then(|n| n.parse().ok()).unwrap_or(400_000);
    let c = Catalogue::shipped()?;
    let only = |ids: &[&str]| -> Vec<Definition> {
        c.definitions.iter().filter(|d| ids.contains(&d.id.as_str())).cloned().collect()
    };
    let (sqlite, postgres) = (testkit::sqlite().await, testkit::postgres().await);
    written(&sqlite, n).await?;
    written(&postgres, n).await?;
    let rows = stored(&sqlite).await?;
    println!("| figure | facts a second | beside RC23 alone |\n|---|---|---|");
    let alone = in_memory(&only(&["RC23"]), &rows);
    let line = |name: &str, value: f64| println!("| {name} | {value:.0} | {:.3} |", value / alone);
    line("memory, RC23 alone", alone);
    line("memory, RC23, RC24, SV01 and SV02", in_memory(&only(&["RC23", "RC24", "SV01", "SV02"]), &rows));
    line("memory, the whole catalogue", in_memory(&c.definitions, &rows));
    for (name, t, text) in
        [("SQLite", &sqlite, sql::RC23_SQLITE), ("PostgreSQL", &postgres, sql::RC23_POSTGRES)]
    {
        let (folded, asked) = in_database(t, &c, text, rows.len()).await?;
        line(&format!("{name}, the whole catalogue, stored"), folded);
        line(&format!("{name}, RC23 as SQL over the ledger"), asked);
        println!("| the fold of RC23 over the same as SQL in {name} | {:.1} times | |", alone / asked);
    }
    Ok(())
}
