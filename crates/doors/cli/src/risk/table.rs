//! Decision tables: checked by row, and decided once.

use crate::{say::Say, text};
use ::risk::table::model::Model;
use ::risk::table::problem::Problem;
use ::risk::table::{self, Finding, Gravity, csv, dmn, json};
use kernel::{No, Refusal, Result, bi};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Reads a table, DMN or CSV.
pub(super) fn read(file: &Path, with: &[PathBuf]) -> Result<Model> {
    let csv_name = file.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let read = if csv_name {
        csv::read(&text::text(file)?)
    } else {
        let others = with.iter().map(|f| text::bytes(f)).collect::<Result<Vec<_>>>()?;
        let others: Vec<&[u8]> = others.iter().map(Vec::as_slice).collect();
        dmn::parse_with(&text::bytes(file)?, &others)
    };
    read.map_err(|problems| unreadable(file, &problems))
}

fn unreadable(file: &Path, problems: &[Problem]) -> No {
    let what = bi(
        format!("决策表 {} 无法读取", file.display()),
        format!("the table {} cannot be read", file.display()),
    );
    let refusal = problems.iter().fold(Refusal::new("risk.table", what), |r, p| {
        r.missing(p.place.clone(), "", bi(p.zh.clone(), p.en.clone()))
    });
    refusal.into()
}

/// Says what is doubtful about every table of a file.
pub(super) fn check(file: &Path, with: &[PathBuf], say: Say) -> Result<ExitCode> {
    let model = read(file, with)?;
    let findings = table::check(&model);
    let errors = findings.iter().filter(|f| f.gravity == Gravity::Error).count();
    let warnings = findings.len() - errors;
    let tables: Vec<Value> = model
        .tables()
        .into_iter()
        .map(|(owner, t)| json!({ "decision": owner, "rows": t.rules.len(), "inputs": t.inputs.len() }))
        .collect();
    let mut text = findings.iter().map(line).collect::<String>();
    text += &format!("{} table(s), {errors} error(s), {warnings} warning(s)", tables.len());
    let value = json!({
        "file": file, "tables": tables, "errors": errors, "warnings": warnings, "findings": findings,
    });
    say.done(&value, &text);
    if errors > 0 {
        eprintln!("{}: {errors} error(s) in the table", file.display());
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(f: &Finding) -> String {
    let gravity = if f.gravity == Gravity::Error { "error  " } else { "warning" };
    let kind = serde_json::to_value(f.kind).ok();
    let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
    let rows = f.rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let rows = if rows.is_empty() { "-".to_owned() } else { rows };
    format!("{gravity} {} rows {rows} [{kind}] {}\n", f.decision, f.en)
}

/// Decides once, and shows the result alone or with the rows that led to it.
pub(super) fn eval(file: &Path, decision: &str, input: &str, with: &[PathBuf], say: Say) -> Result<ExitCode> {
    let model = read(file, with)?;
    let input = match input.strip_prefix('@') {
        Some(path) => text::text(Path::new(path))?,
        None => input.to_owned(),
    };
    let wrong = |field: &str, value: &str, zh: String, en: String| {
        let refusal = Refusal::new("risk.table.input", bi("无法判定", "the table cannot be asked"));
        No::from(refusal.missing(field, value, bi(zh, en)))
    };
    let input: Value = serde_json::from_str(&input)
        .map_err(|e| wrong("input", &input, format!("不是 JSON：{e}"), format!("not JSON: {e}")))?;
    let found =
        table::evaluate(&model, decision, &input).map_err(|p| wrong("decision", decision, p.zh, p.en))?;
    let value = json::to_json(&found.value);
    let mut text = value.to_string();
    let list = |rows: &[usize]| rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    for hits in &found.rows {
        // A table in a sheet has no title of its own.
        let title = if hits.table.is_empty() { decision } else { &hits.table };
        text += &format!("\n{title}: rows {} hold, used: {}", list(&hits.matched), list(&hits.used));
    }
    say.done(&value, &text);
    for p in &found.problems {
        eprintln!("{p}");
    }
    Ok(ExitCode::SUCCESS)
}
