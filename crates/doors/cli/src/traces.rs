//! Traces of lots at the command line.

use crate::{
    say::Say,
    trace_args::{LotArgs, SourcesArgs},
};
use flow::Desk;
use flow::lots::{self, Described, Found, Lots, Part, Question, Sources, Way, words};
use kernel::{Actor, Date, No, Refusal, Result, Timestamp, bi};
use std::{fmt::Write, process::ExitCode};

/// Ways that are listed at most.
const MOST_WAYS: usize = 100;

/// The end of a day in the bureau's time.
fn end_of(day: Option<Date>) -> Option<i64> {
    day.and_then(|d| d.tomorrow().ok()).map(|d| Timestamp::start_of(d).0 / 1000 - 1)
}

fn unknown(lots: &[String]) -> No {
    let needed = bi("批号或其在事件中的名称", "a lot number, or its name in events");
    let what = bi("记录中没有该批次", "the record does not know this lot");
    Refusal::new("trace.unknown", what).missing("lot", lots.join(", "), needed).into()
}

/// Traces a lot and answers; exit 1 when the record does not know it.
pub(crate) async fn run(desk: &Desk, args: &LotArgs, way: Way, say: Say) -> Result<ExitCode> {
    let kept = Lots::open(desk, args.genealogy.clone()).await?;
    kept.turn(desk).await?;
    let typed = std::slice::from_ref(&args.lot);
    let mut tx = desk.read().await?;
    let (names, declared) = lots::named(&mut tx, &Actor::system(), typed).await?;
    let question = Question {
        lots: names,
        way,
        as_of: end_of(args.as_of),
        closed: args.close.clone(),
        with: vec![Part::Gaps, Part::Balance, Part::Ended],
        ..Question::default()
    };
    let mut found = lots::ask(&kept, &question);
    if found.items.is_empty() {
        return Err(unknown(typed));
    }
    lots::add_filings(&mut tx, &mut found).await?;
    if let Some(file) = &args.xlsx {
        let known = Described::of(&mut tx, &found).await?;
        std::fs::write(file, lots::xlsx(&found, &known)?).map_err(No::fault)?;
    }
    drop(tx);
    let ways = if args.paths { Some(lots::ways(&kept, &question, MOST_WAYS)) } else { None };
    let consignments: Vec<&str> = declared.iter().map(|d| d.no.as_str()).collect();
    let mut value = lots::json(&found);
    value["lots"] = question.lots.clone().into();
    value["consignments"] = consignments.into();
    if let Some((paths, more)) = &ways {
        value["paths"] = paths.clone().into();
        value["more_paths"] = (*more).into();
    }
    say.done(&value, text(&found, ways.as_ref()).trim_end());
    Ok(ExitCode::SUCCESS)
}

/// Ranks the possible sources of several lots; exit 1 when the record knows fewer than two of them.
pub(crate) async fn sources(desk: &Desk, args: &SourcesArgs, say: Say) -> Result<ExitCode> {
    let kept = Lots::open(desk, args.genealogy.clone()).await?;
    kept.turn(desk).await?;
    let (names, _) = lots::named(&mut desk.read().await?, &Actor::system(), &args.lots).await?;
    let question = Question {
        lots: names,
        way: Way::Back,
        as_of: end_of(args.as_of),
        closed: args.close.clone(),
        with: vec![Part::Sources],
        ..Question::default()
    };
    let found = lots::ask(&kept, &question);
    let Some(ranked) = &found.sources else { return Err(unknown(&args.lots)) };
    let told = lots::json(&found);
    say.done(&told["sources"], ranking(ranked).trim_end());
    Ok(ExitCode::SUCCESS)
}

fn moment(at: i64) -> String {
    Timestamp(at.saturating_mul(1000)).rfc3339()
}

fn kilograms(milli: i128) -> i128 {
    milli / 1000
}

fn ranking(sources: &Sources) -> String {
    let mut out = String::from("Possible sources: leads for inquiry, not findings.\n");
    for s in &sources.list {
        let without: Vec<String> = s.without.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            out,
            "{:>3}  {:>5.1} %  explains {} of {}  rank without each lot: {}  {}",
            s.rank,
            s.share * 100.0,
            s.explains.len(),
            sources.lots.len(),
            without.join(" "),
            s.name
        );
        for e in &s.explains {
            let path: Vec<&str> = e.path.iter().map(|p| p.name.as_str()).collect();
            let _ = writeln!(out, "       {:.3}  {}", e.chance, path.join(" → "));
        }
    }
    let _ = writeln!(out, "{} candidates", sources.candidates);
    out
}

fn text(found: &Found, ways: Option<&(Vec<Vec<String>>, bool)>) -> String {
    let mut out = String::new();
    for i in &found.items {
        let (at, kind) = (i.at.map(moment).unwrap_or_default(), words::node_kind(i.kind));
        let _ = writeln!(out, "{:>3}  {kind:<8}  {at:<28}  {}", i.layer, i.name);
    }
    for stop in &found.stops {
        let finding = words::finding(stop.finding).replace('_', " ");
        let _ = writeln!(out, "the record stops at {}: {finding}", stop.name);
        if let Some((place, period)) = &stop.gap {
            let (from, until) = (moment(period.start), moment(period.end));
            let _ = writeln!(out, "  gap at {place} from {from} until {until}");
        }
    }
    for (lot, place, role) in &found.scope {
        let _ = writeln!(out, "in scope: {lot} ({} at {place})", words::role(*role));
    }
    for (name, entered, left) in &found.excess {
        let (entered, left) = (kilograms(*entered), kilograms(*left));
        let _ = writeln!(out, "more left than entered at {name}: {entered} kg entered, {left} kg left");
    }
    for s in &found.supplied {
        let maximum = s.maximum.map_or_else(String::new, |m| format!(" of {} kg filed", kilograms(m)));
        let over = s.over().map_or_else(String::new, |o| format!(", {} kg over", kilograms(o)));
        let delivered = kilograms(s.delivered);
        let _ = writeln!(out, "{} delivered {delivered} kg in {}{maximum}{over}", s.farm, s.month);
    }
    for e in &found.ended {
        let when = e.declared.map_or_else(
            || format!("ended {}", moment(e.happened)),
            |at| format!("declared erroneous {}", moment(at)),
        );
        let reason = e.reason.as_ref().map_or_else(String::new, |r| format!(", {r}"));
        let _ = writeln!(out, "no longer holds: {} → {} ({when}{reason})", e.from, e.to);
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
