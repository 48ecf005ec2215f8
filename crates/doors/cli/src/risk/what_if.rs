//! What if, at the command line: last year's decisions taken again with other rates, against a database.

use super::args::WhatIfArgs;
use crate::say::Say;
use flow::Desk;
use kernel::{No, Refusal, Result, bi};
use std::{process::ExitCode, time::Instant};
use supervision::what_if::{self, Change, Figures, Interval};

/// Takes the decisions again and prints what would be otherwise.
pub(crate) async fn run(desk: &Desk, a: &WhatIfArgs, say: Say) -> Result<ExitCode> {
    let rates = a.rate.iter().map(|r| rate(r)).collect::<Result<Vec<_>>>()?;
    let change = Change { version: None, rates };
    let started = Instant::now();
    let until = match &a.until {
        Some(day) => {
            Some(day.parse().map_err(|_| wrong("until", day, "日期写作 2020-12-31", "a day as 2020-12-31"))?)
        }
        None => None,
    };
    let figures = what_if::try_rates(&change, until, || desk.read()).await?;
    let mut value = serde_json::to_value(&figures)?;
    value["seconds"] = started.elapsed().as_secs_f64().into();
    say.done(&value, &words(&figures));
    Ok(ExitCode::SUCCESS)
}

fn wrong(field: &str, value: &str, zh: &str, en: &str) -> No {
    Refusal::new("what_if.change", bi("不能试算", "there is nothing to try"))
        .missing(field, value, bi(zh, en))
        .into()
}

/// `ROW=PERCENT`.
fn rate(text: &str) -> Result<(u32, u64)> {
    let read = || {
        let (row, percent) = text.split_once('=')?;
        let percent: kernel::Decimal = percent.trim_end_matches('%').parse().ok()?;
        let ppm = u64::try_from((percent * kernel::Decimal::from(10_000)).trunc().mantissa()).ok()?;
        Some((row.parse().ok()?, ppm))
    };
    read().filter(|r| r.1 <= 1_000_000).ok_or_else(|| {
        wrong("rate", text, "写作 行号=百分比，如 3=40", "a row of the lane table and a percentage, as 3=40")
    })
}

fn words(f: &Figures) -> String {
    let pair = |name: &str, (a, b): &(Interval, Interval)| {
        format!(
            "{name}: {:.0} ({:.0} to {:.0}) → {:.0} ({:.0} to {:.0})",
            a.value, a.low, a.high, b.value, b.low, b.high
        )
    };
    let mut lines = vec![
        format!("{} consignments, {} inspected with a result", f.declared, f.inspected),
        format!(
            "inspections: {:.0} → {:.0} expected; {} → {} by the recorded draws",
            f.expected.0, f.expected.1, f.selected.0, f.selected.1
        ),
        pair("found", &f.detected),
        pair("missed", &f.missed),
        pair("missed tonnes", &f.missed_tonnes),
    ];
    for v in &f.values {
        lines.push(pair(&format!("caught value, {}", v.currency), &v.caught));
        lines.push(pair(&format!("missed value, {}", v.currency), &v.missed));
    }
    lines.join("\n")
}
