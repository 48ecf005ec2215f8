//! Watch lists from foreign notices.

use super::{
    args::{By, First, Notices, WatchArgs},
    refuse, unfit,
};
use crate::{say::Say, text};
use ::risk::table::temporal::Date;
use ::risk::watch::dates::Order;
use ::risk::watch::{Grain, Line, Notice, backtest, rank, rasff, written};
use kernel::{No, Refusal, Result, bi};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Months of notices before the first that a list is tried on.
const HISTORY: i64 = 24;

/// Prints the list and what lists like it would have caught.
pub(super) fn run(a: &WatchArgs, say: Say) -> Result<ExitCode> {
    let Notices::Rasff = a.format;
    if !(a.half_life > 0.0 && a.half_life.is_finite()) {
        return Err(wrong("half-life", &a.half_life.to_string(), "大于零的月数", "months above nought"));
    }
    let order = a.first.map(|f| if matches!(f, First::Day) { Order::DayFirst } else { Order::MonthFirst });
    let read = rasff::read(&text::text(&a.file)?, order).map_err(|e| unfit(&a.file, &e))?;
    let as_of = match &a.as_of {
        Some(text) => {
            let day = Date::parse(text).map(Date::days);
            day.ok_or_else(|| wrong("as-of", text, "日期写作 2023-12-31", "a date as 2023-12-31"))?
        }
        None => read.notices.last().map_or(0, |n| n.day),
    };
    let known: Vec<Notice> = read.notices.iter().filter(|n| n.day <= as_of).cloned().collect();
    if known.is_empty() {
        return Err(refuse(&a.file, "截至该日没有通报", "there are no notices up to that day"));
    }
    let grain = match a.by {
        By::ProductOriginHazard => Grain::ProductOriginHazard,
        By::ProductOrigin => Grain::ProductOrigin,
    };
    let top = usize::try_from(a.top).unwrap_or(usize::MAX);
    let list = rank(&known, as_of, a.half_life, grain);
    let cells = list.len();
    let list = &list[..top.min(cells)];
    let tried = backtest::run(&known, a.half_life, grain, top, HISTORY);
    let value = json!({
        "as_of": written(as_of), "half_life_months": a.half_life, "by": grain, "rows": read.rows,
        "notices": known.len(), "later": read.notices.len() - known.len(), "repeated": read.repeated,
        "without_origin": read.without_origin, "rejected": read.rejected, "cells": cells,
        "list": list.iter().map(line).collect::<Vec<_>>(), "backtest": tried,
    });
    let mut text = list
        .iter()
        .map(|l| {
            let hazard = l.hazard.as_deref().map_or(String::new(), |h| format!(" × {h}"));
            format!(
                "{:>4} {:>8.3} {:>5} {}  {} × {}{hazard}\n",
                l.rank,
                l.weight,
                l.notices,
                written(l.latest),
                l.product,
                l.origin
            )
        })
        .collect::<String>();
    text += &format!(
        "{} notices up to {}; {} rows rejected, {} repeated",
        known.len(),
        written(as_of),
        read.rejected.len(),
        read.repeated
    );
    if let Some(t) = tried {
        text += &format!(
            "\nover {} months the first {} of such a list caught {:.1} % of the notices of the month after; {:.1} % of the list was notified",
            t.months,
            t.top,
            100.0 * t.recall,
            100.0 * t.hit_rate
        );
    }
    say.done(&value, &text);
    for r in &read.rejected {
        eprintln!("line {}: {} `{}`: {}", r.line, r.field, r.value, r.en);
    }
    Ok(ExitCode::SUCCESS)
}

fn line(l: &Line) -> Value {
    json!({
        "rank": l.rank, "product": l.product, "origin": l.origin, "hazard": l.hazard, "weight": l.weight,
        "notices": l.notices, "latest": written(l.latest),
    })
}

fn wrong(field: &str, value: &str, zh: &str, en: &str) -> No {
    Refusal::new("risk.watch", bi("参数有误", "an argument is wrong"))
        .missing(field, value, bi(zh, en))
        .into()
}
