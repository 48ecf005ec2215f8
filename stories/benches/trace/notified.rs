//! From a notification to the list of what is held: the notice registered and matched, its lot traced over all events,
//! and every consignment that the trace found held; each step a durable act.

use super::{LOTS_A_DAY, STAGES};
use flow::{Desk, Lots};
use kernel::{Actor, Result, bi};
use registry::{people, trade};
use std::sync::Arc;
use std::time::{Duration, Instant};
use stories::abroad::notice;
use supervision::declaration::{GoodsLine, Lodgement, LotEntry};
use supervision::notification::{self, Registered};
use supervision::traceback::{self, Start, Starts};

/// Notifications that are measured, each about a lot of a day of its own.
const NOTICES: usize = 20;
/// Lots of that day that are declared, each in a consignment.
const DECLARED: usize = 8;

/// The plants of the lots and their operator, at a branch of the bureau.
async fn filed(desk: &Desk) -> Result<()> {
    let by = Actor::system();
    let mut tx = desk.begin().await?;
    let bureau = people::units(&mut tx).await?.remove(0);
    let name = bi("北仑办事处", "Beilun Branch");
    let branch = people::open_unit(&mut tx, &by, "BL", "branch", name, Some(&bureau)).await?;
    let name = bi("甬江食品", "Yongjiang Foods");
    let operator = trade::list_operator(&mut tx, &by, "3302960001", "exporter", name, 1).await?;
    trade::list_product(&mut tx, &by, "071030", bi("冷冻菠菜", "Frozen spinach"), "high", true).await?;
    for n in 0..LOTS_A_DAY {
        let name = bi(format!("{n}厂"), format!("Plant {n}"));
        trade::file_plant(&mut tx, &by, &format!("P{n}"), operator.id, name, branch.id).await?;
    }
    desk.finish(tx).await
}

/// Declares a lot, under the name by which events know it.
async fn declared(desk: &Desk, lot: usize) -> Result<()> {
    let line = GoodsLine {
        hs: "071030".into(),
        name: "冷冻菠菜".into(),
        quantity: "290".into(),
        unit: "KGM".into(),
        lots: vec![LotEntry { no: format!("L{lot}"), quantity: "290".into() }],
    };
    let lodgement = Lodgement {
        direction: "export".into(),
        branch: "BL".into(),
        operator: "3302960001".into(),
        plant: Some(format!("P{}", lot % LOTS_A_DAY)),
        market: "JP".into(),
        origin: "CN".into(),
        port: "CNNGB".into(),
        mode: "general".into(),
        lines: vec![line],
        ..Lodgement::default()
    };
    desk.lodge(&Actor::system(), &lodgement).await.map(drop)
}

/// One notification: gives the time from its registration to the hold, that of the trace within it, and how many lots
/// were held.
async fn held(desk: &Desk, kept: &Arc<Lots>, n: usize, lot: usize) -> Result<(Duration, Duration, usize)> {
    let (by, begun) = (Actor::system(), Instant::now());
    let mut tx = desk.begin().await?;
    let day = tx.now().date().to_string();
    let registered =
        notification::register(&mut tx, &by, &notice(&format!("BENCH-{n}"), Some(&format!("L{lot}")), day))
            .await?;
    desk.finish(tx).await?;
    let Registered::FollowUp(id) = registered else { panic!("a follow-up was expected: {registered:?}") };
    let matched = notification::candidates(&mut desk.read().await?, id).await?;
    let starts = Starts { lots: matched.iter().map(|c| c.lot).collect(), uris: Vec::new() };
    let asked = Instant::now();
    kept.catch_up(desk).await?;
    let mut tx = desk.begin().await?;
    let trace = traceback::start(&mut tx, &by, &Start { notification: Some(id), starts, seed: None }).await?;
    let found = traceback::run(&mut tx, &by, &**kept, trace, &[]).await?;
    desk.finish(tx).await?;
    let traced = asked.elapsed();
    let lots: Vec<_> = found.consignments.iter().map(|c| c.lot).collect();
    let mut tx = desk.begin().await?;
    let gone = notification::hold(&mut tx, &by, id, &lots).await?;
    desk.finish(tx).await?;
    assert!(gone.is_empty() && lots.len() > 1, "sister lots are found and held: {found:?}");
    Ok((begun.elapsed(), traced, lots.len()))
}

/// Notifications about lots all over the years.
pub(crate) async fn holds(desk: &Desk, kept: &Arc<Lots>, lots: usize) {
    filed(desk).await.expect("filed");
    let day = LOTS_A_DAY * STAGES;
    let days = lots / day;
    let picked: Vec<usize> = (0..NOTICES.min(days)).map(|n| n * days / NOTICES.min(days)).collect();
    for at in &picked {
        for n in 0..DECLARED {
            // Lots of the last stage: what leaves the country.
            declared(desk, at * day + (STAGES - 1) * LOTS_A_DAY + n).await.expect("declared");
        }
    }
    let (mut times, mut traces, mut found) = (Vec::new(), Vec::new(), 0);
    for (n, at) in picked.iter().enumerate() {
        let lot = at * day + (STAGES - 1) * LOTS_A_DAY;
        let (whole, trace, held) = held(desk, kept, n, lot).await.expect("held");
        times.push(whole);
        traces.push(trace);
        found += held;
    }
    times.sort_unstable();
    traces.sort_unstable();
    let ms = |all: &[Duration], at: usize| all[at].as_secs_f64() * 1e3;
    let (middle, last) = (times.len() / 2, times.len() - 1);
    println!(
        "| from a notification to the hold list, {lots} events, {} lots held each | {:.0} ms median, {:.0} ms longest |",
        found / times.len(),
        ms(&times, middle),
        ms(&times, last)
    );
    println!(
        "| of it the trace, stored | {:.0} ms median, {:.0} ms longest |",
        ms(&traces, middle),
        ms(&traces, last)
    );
}
