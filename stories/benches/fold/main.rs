//! How fast facts are folded, printed as a table: in memory from the ledger's stored form for one indicator, four, and the
//! whole catalogue; through each database; and the same indicators as SQL over the same rows, as ratios, in DuckDB too
//! where `GUOMEN_BENCH_PYTHON` names a Python that has it. Then the scorecard that came of it.
//! `GUOMEN_BENCH_FACTS` sets how many facts there are (four hundred thousand unless told otherwise).

#[path = "../parts/browser.rs"]
mod browser;
mod scorecard;
mod sql;

use excellence::indicator::{Catalogue, Definition, Fold, Line, Plan, fold};
use kernel::{
    DeclarationId, Fact, No, OfficerId, Result, Timestamp, UnitId,
    supervision::{Accepted, ResultRecorded, Settled, Targeted},
};
use std::{ffi::OsStr, fmt::Write, process::Command, time::Instant};
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

/// The branch of a declaration.
fn unit(units: &[UnitId], n: u64) -> UnitId {
    units[usize::try_from(n).unwrap_or(0) % units.len()]
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
async fn written(t: &TestDb, units: &[UnitId], n: u64) -> Result<()> {
    let officer: OfficerId = id(7);
    let all: Vec<u64> = (0..n / EACH).collect();
    for chunk in all.chunks(5000) {
        let mut tx = t.tx().await;
        for d in chunk {
            for (at, fact) in facts(*d) {
                tx.set_now(Timestamp(at));
                tx.append(id::<DeclarationId>(*d).subject(), Some(officer), Some(unit(units, *d)), fact);
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

/// The whole catalogue through a database, then two indicators as SQL over the same rows: facts a second of each.
async fn in_database(t: &TestDb, c: &Catalogue, texts: &[(&str, &str)], n: usize) -> Result<(f64, Vec<f64>)> {
    let mut tx = t.tx().await;
    let begun = Instant::now();
    fold(&mut tx, c, i64::MAX).await?;
    tx.commit().await?;
    let folded = per_second(n, begun);
    let mut asked = Vec::new();
    for (id, text) in texts {
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
        assert_eq!(kept(t, id).await?, counted, "fold and SQL count the same of {id}");
        asked.push(best);
    }
    Ok((folded, asked))
}

/// Numerator and denominator that the fold keeps of an indicator.
async fn kept(t: &TestDb, id: &str) -> Result<(i64, i64)> {
    let r = t.reading().await.one(sql::KEPT, vals![id]).await?;
    Ok((r.get(0)?, r.get(1)?))
}

/// The same two indicators in DuckDB, over a table that holds the ledger: facts a second of each, in memory.
async fn in_duckdb(t: &TestDb, stored: &[Stored]) -> Result<Vec<f64>> {
    let Some(python) = std::env::var_os("GUOMEN_BENCH_PYTHON") else { return Ok(Vec::new()) };
    let file = t.folder().join("ledger.csv");
    let mut text = String::from("at,kind,unit,body\n");
    for f in stored {
        let _ = writeln!(text, "{},{},{:032x},\"{}\"", f.at, f.kind, f.unit, f.body.replace('"', "\"\""));
    }
    std::fs::write(&file, text).map_err(No::fault)?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/fold/in_duckdb.py");
    let done =
        Command::new(python).args([OsStr::new(script), file.as_os_str()]).output().map_err(No::fault)?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut speeds = Vec::new();
    for line in String::from_utf8_lossy(&done.stdout).lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| words[at].parse::<f64>().expect("a number");
        let (num, den) = kept(t, words[0]).await?;
        #[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
        let kept = (num as f64, den as f64);
        assert_eq!(kept, (number(1), number(2)), "fold and DuckDB count the same of {}", words[0]);
        speeds.push(number(3));
    }
    Ok(speeds)
}

#[tokio::main]
async fn main() -> Result<()> {
    let n: u64 = std::env::var("GUOMEN_BENCH_FACTS").ok().and_then(|n| n.parse().ok()).unwrap_or(400_000);
    let c = Catalogue::shipped()?;
    let only = |ids: &[&str]| -> Vec<Definition> {
        c.definitions.iter().filter(|d| ids.contains(&d.id.as_str())).cloned().collect()
    };
    let (sqlite, postgres) = (testkit::sqlite().await, testkit::postgres().await);
    let desk = stories::desk(&sqlite);
    let (bureau, units) = scorecard::branches(&desk).await?;
    written(&sqlite, &units, n).await?;
    written(&postgres, &units, n).await?;
    let rows = stored(&sqlite).await?;
    println!("| figure | facts a second | beside RC23 alone |\n|---|---|---|");
    let alone = in_memory(&only(&["RC23"]), &rows);
    let line = |name: &str, value: f64| println!("| {name} | {value:.0} | {:.3} |", value / alone);
    line("memory, RC23 alone", alone);
    let promise = in_memory(&only(&["SV02"]), &rows);
    line("memory, SV02 alone", promise);
    line("memory, RC23, RC24, SV01 and SV02", in_memory(&only(&["RC23", "RC24", "SV01", "SV02"]), &rows));
    line("memory, the whole catalogue", in_memory(&c.definitions, &rows));
    let beside = |name: &str, asked: &[f64]| {
        for ((id, own), speed) in [("RC23", alone), ("SV02", promise)].into_iter().zip(asked) {
            line(&format!("{name}, {id} as SQL over the ledger"), *speed);
            println!("| the fold of {id} over the same as SQL in {name} | {:.1} times | |", own / speed);
        }
    };
    for (name, t, texts) in [("SQLite", &sqlite, sql::IN_SQLITE), ("PostgreSQL", &postgres, sql::IN_POSTGRES)]
    {
        let (folded, asked) = in_database(t, &c, &texts, rows.len()).await?;
        line(&format!("{name}, the whole catalogue, stored"), folded);
        beside(name, &asked);
    }
    beside("DuckDB", &in_duckdb(&sqlite, &rows).await?);
    drop(rows);
    scorecard::pages(&desk, &bureau, &units, n).await
}
