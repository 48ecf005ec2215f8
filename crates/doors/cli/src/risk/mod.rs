//! Risk at the command line: decision tables, the learned score, watch lists.

pub(crate) mod args;
mod backtest;
mod drift;
mod estimate;
mod model;
mod replay;
mod score;
mod table;
mod watch;
mod what_if;

use crate::{args::Cli, open, say::Say, text};
use ::risk::score::{Declaration, kr};
use args::{Layout, RiskDo, TableDo};
use kernel::{No, Refusal, Result, bi};
use std::{path::Path, process::ExitCode};

/// Runs one of the commands.
pub(crate) async fn run(cli: &Cli, what: &RiskDo, say: Say) -> Result<ExitCode> {
    match what {
        RiskDo::Model { what } => model::run(&open(cli).await?, what, say).await,
        RiskDo::WhatIf(a) => what_if::run(&open(cli).await?, a, say).await,
        RiskDo::Table { what: TableDo::Check { file, with } } => table::check(file, with, say),
        RiskDo::Table { what: TableDo::Eval { file, decision, input, with } } => {
            table::eval(file, decision, input, with, say)
        }
        RiskDo::Table { what: TableDo::Replay(a) } => replay::run(a, say),
        RiskDo::Train(a) => score::train(a, say),
        RiskDo::Score(a) => score::score(a, say),
        RiskDo::Backtest(a) => backtest::run(a, say),
        RiskDo::Watch(a) => watch::run(a, say),
        RiskDo::Estimate(a) => estimate::run(a, say),
        RiskDo::Drift(a) => drift::run(a, say),
    }
}

/// A refusal about a file.
fn refuse(file: &Path, zh: &str, en: &str) -> No {
    Refusal::new("risk.input", bi("文件无法使用", "the file cannot be used"))
        .missing("file", file.display(), bi(zh, en))
        .into()
}

/// A refusal about a file in the words of the engine, which has them in English with the place.
fn unfit(file: &Path, en: &str) -> No {
    refuse(file, &format!("内容有误：{en}"), en)
}

/// Declarations of a file in its own order, with results where it has them.
fn declarations(file: &Path, format: Layout) -> Result<Vec<(Declaration, Option<bool>)>> {
    let Layout::KrCustoms = format;
    let read = kr::read_in_order(&text::text(file)?).map_err(|e| unfit(file, &e))?;
    if read.is_empty() { Err(refuse(file, "文件没有数据行", "there are no rows")) } else { Ok(read) }
}

/// Declarations of a file with results; those without are left out.
fn cases(file: &Path, format: Layout) -> Result<Vec<(Declaration, bool)>> {
    let known: Vec<_> =
        declarations(file, format)?.into_iter().filter_map(|(d, y)| y.map(|y| (d, y))).collect();
    if known.is_empty() {
        Err(refuse(file, "`Fraud` 列没有任何结果", "no row has a result in the column `Fraud`"))
    } else {
        Ok(known)
    }
}
