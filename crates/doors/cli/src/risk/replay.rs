//! Many declarations under an old and a new table.

use super::{args::ReplayArgs, refuse, table::read, unfit};
use crate::{say::Say, text};
use ::risk::table::compile::Compiled;
use ::risk::table::model::Model;
use ::risk::table::replay::{Outputs, Population, replay};
use ::risk::table::value::Value;
use ::risk::table::{self};
use kernel::Result;
use std::{path::Path, process::ExitCode, time::Instant};

/// Replays the declarations and says what moved.
pub(super) fn run(a: &ReplayArgs, say: Say) -> Result<ExitCode> {
    let models = [read(&a.old, &[])?, read(&a.new, &[])?];
    let compiled = |model: &Model, file: &Path| {
        let none = || {
            let d = &a.decision;
            refuse(file, &format!("没有决策“{d}”的表"), &format!("it has no table for the decision `{d}`"))
        };
        Compiled::of_decision(model, &a.decision).ok_or_else(none)
    };
    let (old, new) = (compiled(&models[0], &a.old)?, compiled(&models[1], &a.new)?);
    let population = population(a, &models[0])?;
    let outputs = Outputs { lane: a.lane.clone(), rate: a.rate.clone() };
    let started = Instant::now();
    let found =
        replay(&old, &new, &population, &outputs, usize::from(a.threads)).map_err(|e| unfit(&a.cases, &e))?;
    let seconds = started.elapsed().as_secs_f64();
    let mut text = format!("{} declarations, {} moved", found.declared, found.moved);
    for m in &found.moves {
        let examples = m.examples.iter().map(|i| (i + 1).to_string()).collect::<Vec<_>>().join(", ");
        let arrow = if m.from == m.to { "stay in" } else { "move to" };
        text += &format!("\n{:>9}  {} {arrow} {} (rows {examples})", m.count, m.from, m.to);
    }
    text += &format!("\nwithout a lane: {} before, {} after", found.undecided[0], found.undecided[1]);
    if a.rate.is_some() {
        text += &format!(
            "\nto be expected: {:.1} inspections before, {:.1} after",
            found.expected[0], found.expected[1]
        );
    }
    if a.draw.is_some() {
        text += &format!(
            "\nby the recorded draws: {} before, {} after; {} newly selected, {} no longer",
            found.selected[0], found.selected[1], found.newly[0], found.newly[1]
        );
    }
    let mut value = serde_json::to_value(&found)?;
    value["seconds"] = seconds.into();
    say.done(&value, &text);
    Ok(ExitCode::SUCCESS)
}

/// Reads declarations; each column takes the type that the table in force gives it.
fn population(a: &ReplayArgs, model: &Model) -> Result<Population> {
    let content = text::text(&a.cases)?;
    let wrong = |e: String| unfit(&a.cases, &e);
    let mut reader = csv::Reader::from_reader(content.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().map_err(|e| wrong(e.to_string()))?.clone();
    let names: Vec<String> = head.iter().map(|h| h.trim().to_owned()).collect();
    let draw = match &a.draw {
        Some(d) => Some(
            names.iter().position(|n| n == d).ok_or_else(|| wrong(format!("there is no column `{d}`")))?,
        ),
        None => None,
    };
    let reader_of = table::json::Columns::new(model, &names);
    let mut out = Population { names, ..Population::default() };
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| wrong(e.to_string()))?;
        let row: std::result::Result<Vec<Value>, String> =
            record.iter().enumerate().map(|(c, t)| reader_of.read(c, t)).collect();
        out.rows.push(row.map_err(|e| wrong(format!("line {}: {e}", i + 2)))?);
        if let Some(c) = draw {
            let ppm = record.get(c).and_then(|t| t.trim().parse::<u32>().ok()).filter(|n| *n < 1_000_000);
            out.draws
                .push(ppm.ok_or_else(|| wrong(format!("line {}: the draw is not below 1,000,000", i + 2)))?);
        }
    }
    Ok(out)
}
