//! How fast facts are folded: in memory from the ledger's stored form, and through SQLite, beside the same
//! indicators as SQL over the ledger. `cargo run --release -p excellence --example fold_bench -- [DECLARATIONS]`

mod sql;

use excellence::indicator::{Catalogue, Definition, Fold, Line, Plan, fold};
use kernel::{
    DeclarationId, Fact, OfficerId, Result, Timestamp, UnitId,
    supervision::{Accepted, ResultRecorded, Settled, Targeted},
};
use std::time::Instant;
use store::{Tx, vals};
use uuid::Uuid;

struct Stored {
    at: i64,
    kind: &'static str,
    subject: String,
    unit: u128,
    body: String,
}

fn id<T: From<Uuid>>(n: u64) -> T {
    T::from(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(n)))
}

/// Four facts of a declaration: targeted, accepted, inspected, settled.
fn facts(n: u64) -> [(i64, Fact); 4] {
    let d: DeclarationId = id(n);
    let start = 1_767_225_600_000_000 + i64::try_from(n).unwrap_or(0) * 25_000_000;
    let at = |hours: i64| start + hours * Timestamp::HOUR;
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
    let accepted =
        Accepted { declaration: d, deemed: false, lodged_at: Timestamp(start), due_at: Timestamp(at(168)) };
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
        accepted_at: Some(Timestamp(at(1))),
        rule_version: "CN-2026/1".into(),
    };
    // All happen within the 25 seconds until the next declaration, so that the ledger's time runs forward.
    let step = |i: i64| start + i * 5_000_000;
    [
        (step(0), targeted.into()),
        (step(1), accepted.into()),
        (step(2), recorded.into()),
        (step(3), settled.into()),
    ]
}

fn count(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

fn unit(n: u64) -> UnitId {
    id(1 + n % 8)
}

/// A stretch of work, by the clock on the wall and by the time on the processor where the system tells it.
struct Stretch {
    wall: Instant,
    cpu: Option<u64>,
}

/// Nanoseconds that this thread was on a processor (Linux).
fn cpu() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

impl Stretch {
    fn new() -> Stretch {
        Stretch { wall: Instant::now(), cpu: cpu() }
    }

    /// A stretch of which a database does most on threads of its own: only the wall tells.
    fn by_the_wall(mut self, n: usize) -> String {
        self.cpu = None;
        self.per_second(n)
    }

    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    fn per_second(&self, n: usize) -> String {
        let wall = self.wall.elapsed().as_secs_f64();
        let on_cpu = match (self.cpu, cpu()) {
            (Some(a), Some(b)) if b > a => {
                format!(", {:.0} facts/s of processor time", n as f64 / (b - a) as f64 * 1e9)
            }
            _ => String::new(),
        };
        format!("{n} facts in {wall:.3} s: {:.0} facts/s{on_cpu}", n as f64 / wall)
    }
}

fn in_memory(name: &str, definitions: &[Definition], stored: &[Stored]) {
    let plan = Plan::of(definitions).expect("a plan");
    let start = Stretch::new();
    let mut fold = Fold::new(&plan);
    for (seq, f) in (1..).zip(stored) {
        fold.take(&Line {
            seq,
            at: f.at,
            kind: f.kind,
            subject: &f.subject,
            actor: 7,
            unit: f.unit,
            body: &f.body,
        });
    }
    let (cells, cases) = fold.size();
    println!("memory, {name}: {}; {cells} cells, {cases} cases", start.per_second(stored.len()));
}

async fn ledger(n: u64, t: &testkit::TestDb) -> Result<()> {
    let officer: OfficerId = id(7);
    let mut done = 0;
    while done < n {
        let mut tx: Tx = t.tx().await;
        for d in done..(done + 5000).min(n) {
            for (at, fact) in facts(d) {
                tx.set_now(Timestamp(at));
                tx.append(id::<DeclarationId>(d).subject(), Some(officer), Some(unit(d)), fact);
            }
        }
        tx.commit().await?;
        done += 5000;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let n: u64 = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(250_000);
    let mut stored = Vec::new();
    for d in 0..n {
        for (at, fact) in facts(d) {
            let (kind, body) = (fact.kind(), fact.body()?);
            stored.push(Stored {
                at,
                kind,
                subject: id::<DeclarationId>(d).subject(),
                unit: unit(d).0.as_u128(),
                body,
            });
        }
    }
    let c = Catalogue::shipped()?;
    let only = |ids: &[&str]| -> Vec<Definition> {
        c.definitions.iter().filter(|d| ids.contains(&d.id.as_str())).cloned().collect()
    };
    in_memory("RC23 alone", &only(&["RC23"]), &stored);
    in_memory("SV01 alone", &only(&["SV01"]), &stored);
    in_memory("the whole catalogue", &c.definitions, &stored);
    drop(stored);
    let few = n.min(50_000);
    let t = testkit::sqlite().await;
    ledger(few, &t).await?;
    let mut tx = t.tx().await;
    let start = Stretch::new();
    let folded = fold(&mut tx, &c, i64::MAX).await?;
    tx.commit().await?;
    println!("SQLite to SQLite, the whole catalogue: {}", start.by_the_wall(count(folded.facts)));
    let mut tx = t.reading().await;
    let all: i64 = tx.one(sql::COUNT, vals![]).await?.get(0)?;
    for (name, text) in [("RC23", sql::NONCONFORMING), ("SV01 (mean only)", sql::RELEASE_TIME)] {
        let start = Stretch::new();
        let rows = tx.all(text, vals![]).await?.len();
        println!("SQL over the ledger, {name}: {}; {rows} rows", start.by_the_wall(count(all)));
    }
    Ok(())
}
