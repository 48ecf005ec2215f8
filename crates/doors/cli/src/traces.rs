//! Traces of lots at the command line.

use crate::{args::LotArgs, say::Say};
use flow::Desk;
use flow::lots::{self, Found, Item, Lots, Question, Way};
use kernel::{Actor, No, Refusal, Result, Timestamp, bi};
use serde_json::{Value, json};
use std::{fmt::Write, process::ExitCode};

/// Ways that are listed at most.
const MOST_WAYS: usize = 100;

/// Traces a lot and answers; exit 1 when the record does not know it.
pub(crate) async fn run(desk: &Desk, args: &LotArgs, way: Way, say: Say) -> Result<ExitCode> {
    let kept = Lots::open(desk, args.genealogy.clone()).await?;
    kept.turn(desk).await?;
    let mut tx = desk.read().await?;
    let (names, declared) = lots::named(&mut tx, &Actor::system(), std::slice::from_ref(&args.lot)).await?;
    drop(tx);
    // The end of the day in the bureau's time.
    let as_of = args.as_of.and_then(|d| d.tomorrow().ok()).map(|d| Timestamp::start_of(d).0 / 1000 - 1);
    let question = Question { lots: names, way, as_of, ..Question::default() };
    let found = lots::ask(&kept, &question);
    if found.items.is_empty() {
        let needed = bi("批号或其在事件中的名称", "a lot number, or its name in events");
        let what = bi("记录中没有该批次", "the record does not know this lot");
        return Err(Refusal::new("trace.unknown", what).missing("lot", &args.lot, needed).into());
    }
    if let Some(file) = &args.xlsx {
        std::fs::write(file, lots::xlsx(&found)?).map_err(No::fault)?;
    }
    let ways = if args.paths { Some(lots::ways(&kept, &question, MOST_WAYS)) } else { None };
    let consignments: Vec<&str> = declared.iter().map(|d| d.no.as_str()).collect();
    let value = json!({
        "lots": question.lots,
        "consignments": consignments,
        "items": found.items.iter().map(item).collect::<Vec<_>>(),
        "links": found.goods.iter().map(|g| json!({
            "from": found.items.get(g.from).map(|i| &i.name), "to": found.items.get(g.to).map(|i| &i.name),
            "kind": lots::tracking_event(g.kind), "happened": moment(g.happened), "place": g.place,
            "event": format!("ni:///sha-256;{}?ver=CBV2.0", hex::encode(g.entry)),
        })).collect::<Vec<_>>(),
        "stops": found.stops.iter().map(|s| json!({
            "at": s.name, "finding": format!("{:?}", s.finding),
            "gap": s.gap.as_ref().map(|(place, period)| json!({
                "place": place, "from": moment(period.start), "until": moment(period.end),
            })),
        })).collect::<Vec<_>>(),
        "paths": ways.as_ref().map(|(paths, _)| paths),
        "more_paths": ways.as_ref().map(|(_, more)| more),
    });
    say.done(&value, text(&found, ways.as_ref()).trim_end());
    Ok(ExitCode::SUCCESS)
}

fn moment(at: i64) -> String {
    Timestamp(at.saturating_mul(1000)).rfc3339()
}

fn item(i: &Item) -> Value {
    json!({
        "name": i.name, "kind": format!("{:?}", i.kind).to_lowercase(), "layer": i.layer, "place": i.place,
        "at": i.at.map(moment), "quantity": i.quantity.map(|q| (q.amount, q.unit.code().to_owned())),
        "asked": i.asked,
    })
}

fn text(found: &Found, ways: Option<&(Vec<Vec<String>>, bool)>) -> String {
    let mut out = String::new();
    for i in &found.items {
        let at = i.at.map(moment).unwrap_or_default();
        let kind = format!("{:?}", i.kind).to_lowercase();
        let _ = writeln!(out, "{:>3}  {kind:<8}  {at:<28}  {}", i.layer, i.name);
    }
    for stop in &found.stops {
        let _ = writeln!(out, "the record stops at {}: {:?}", stop.name, stop.finding);
    }
    if let Some((paths, more)) = ways {
        for path in paths {
            let _ = writeln!(out, "{}", path.join(" → "));
        }
        if *more {
            let _ = writeln!(out, "there may be more ways than the {} listed", paths.len());
        }
    }
    let _ = writeln!(out, "{} nodes, {} links", found.items.len(), found.goods.len());
    out
}
