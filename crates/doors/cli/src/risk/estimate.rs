//! What each lane lets through, from recorded probabilities of selection.

use super::{args::EstimateArgs, unfit};
use crate::{say::Say, text};
use ::risk::estimate::{self, Case, Chosen, Estimate, Lane};
use kernel::Result;
use serde_json::{Value, json};
use std::{collections::BTreeMap, process::ExitCode};

/// Estimates every lane of a file, and all together.
pub(super) fn run(a: &EstimateArgs, say: Say) -> Result<ExitCode> {
    let content = text::text(&a.file)?;
    let wrong = |e: String| unfit(&a.file, &e);
    let lanes = read(&content).map_err(wrong)?;
    let mut all = Vec::new();
    let mut found: Vec<(String, Lane)> = Vec::new();
    for (name, cases) in lanes {
        let lane = estimate::lane(&cases, a.z).map_err(|e| wrong(format!("lane {name}, {e}")))?;
        found.push((name, lane));
        all.extend(cases);
    }
    let together = estimate::lane(&all, a.z).map_err(wrong)?;
    let mut text = String::from(
        "lane            declared inspected found  let through (interval)        rate (interval)",
    );
    for (name, l) in found.iter().map(|(n, l)| (n.as_str(), l)).chain([("all", &together)]) {
        text += &line(name, l);
    }
    let lanes: Vec<Value> = found
        .iter()
        .map(|(name, l)| {
            let mut v = serde_json::to_value(l)?;
            v["lane"] = name.as_str().into();
            Ok(v)
        })
        .collect::<Result<_>>()?;
    say.done(&json!({ "z": a.z, "lanes": lanes, "all": together }), &text);
    Ok(ExitCode::SUCCESS)
}

fn line(name: &str, l: &Lane) -> String {
    let interval = |e: &Estimate, digits: usize| {
        format!("{:.digits$} ({:.digits$} to {:.digits$})", e.value, e.low, e.high)
    };
    let rate = l.rate.as_ref().map_or("-".to_owned(), |r| interval(r, 4));
    let inspected = l.certain + l.drawn + l.added;
    let mut text = format!(
        "\n{name:<15} {:>8} {inspected:>9} {:>5} {:>24} {rate:>25}",
        l.declared,
        l.found,
        interval(&l.let_through, 1)
    );
    if l.out_of_reach > 0 {
        text += &format!("  {} can never be drawn: nothing is known of them", l.out_of_reach);
    }
    text
}

/// Reads cases by lane.
fn read(content: &str) -> std::result::Result<BTreeMap<String, Vec<Case>>, String> {
    let mut reader = csv::Reader::from_reader(content.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().map_err(|e| e.to_string())?.clone();
    let find = |name: &str| {
        head.iter().position(|h| h.trim() == name).ok_or_else(|| format!("the column `{name}` is missing"))
    };
    let (lane, probability) = (find("lane")?, find("probability")?);
    let (inspected, found) = (find("inspected")?, find("found")?);
    let mut out: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| e.to_string())?;
        let field = |c: usize| record.get(c).unwrap_or("").trim();
        let number = |c: usize| {
            let n = field(c).parse::<f64>();
            n.map_err(|_| format!("line {}: `{}` is not a number", i + 2, field(c)))
        };
        let chosen = match field(inspected) {
            "drawn" => Chosen::Drawn,
            "added" => Chosen::Added,
            "no" => Chosen::No,
            other => return Err(format!("line {}: `{other}` is none of drawn, added, no", i + 2)),
        };
        let value = if chosen == Chosen::No { 0.0 } else { number(found)? };
        out.entry(field(lane).to_owned()).or_default().push(Case {
            probability: number(probability)?,
            chosen,
            value,
        });
    }
    if out.is_empty() { Err("there are no rows".to_owned()) } else { Ok(out) }
}
