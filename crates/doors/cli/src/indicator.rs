//! Indicators at the command line: the catalogue, a figure with the numbers behind it, and the facts behind those.

use crate::{
    indicator_args::{IndicatorDo, ShowArgs},
    say::Say,
};
use excellence::indicator::{self, Catalogue, Definition, Figure, Opened, Sheet, State};
use flow::{Desk, figures};
use kernel::{Actor, Refusal, Result, bi};
use registry::identity::accounts;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Facts folded in one transaction: other writers get their turn in between.
const AT_ONCE: i64 = 50_000;

/// Runs one of the commands.
pub(crate) async fn run(desk: &Desk, folder: Option<&Path>, what: &IndicatorDo, say: Say) -> Result<()> {
    let catalogue = match folder {
        Some(folder) => Arc::new(Catalogue::folder(folder)?),
        None => Catalogue::shipped()?,
    };
    match what {
        IndicatorDo::List => list(&catalogue, say),
        IndicatorDo::Show(args) => {
            figures::fold_all(desk, &catalogue, AT_ONCE).await?;
            show(desk, &catalogue, args, say).await
        }
        IndicatorDo::Target { id, value, from, reason, by } => {
            let by = login_of(desk, by).await?;
            let mut tx = desk.begin().await?;
            let set = indicator::set_target(&mut tx, &catalogue, &by, id, *value, *from, reason).await;
            desk.conclude(tx, &by, &format!("indicator/{id}"), set).await?;
            say.done(
                &json!({ "indicator": id, "milli": value, "from": from }),
                &format!("{id}: target set from {from}"),
            );
            Ok(())
        }
        IndicatorDo::Fold { anew } => {
            if *anew {
                let mut tx = desk.begin().await?;
                indicator::forget(&mut tx).await?;
                tx.commit().await?;
            }
            let facts = figures::fold_all(desk, &catalogue, AT_ONCE).await?;
            say.done(&json!({ "facts": facts }), &format!("{facts} facts folded"));
            Ok(())
        }
    }
}

/// Who a login is, with its roles and reach: a target is a person's decision, also at the command line.
async fn login_of(desk: &Desk, login: &str) -> Result<Actor> {
    let mut tx = desk.read().await?;
    // Logins come in the order of their names: the first after the one before it is the one, or there is none.
    let before = login.get(..login.len().saturating_sub(1)).unwrap_or_default();
    let found = accounts(&mut tx, before, 1000).await?.into_iter().find(|a| a.login == login);
    found.map(|a| a.actor()).ok_or_else(|| {
        Refusal::new("identity.not_found", bi("没有这个账户", "there is no such account"))
            .missing("by", login, bi("核对用户名", "check the login name"))
            .into()
    })
}

fn list(c: &Catalogue, say: Say) -> Result<()> {
    let mut text = String::new();
    for d in &c.definitions {
        let state =
            if d.works() { String::from("works") } else { format!("waits: {}", d.waits_for.join("; ")) };
        let _ = writeln!(text, "{:<5} {} {}  [{state}]", d.id, d.name_zh, d.name_en);
    }
    say.done(&serde_json::to_value(&c.definitions)?, text.trim_end());
    Ok(())
}

async fn show(desk: &Desk, c: &Catalogue, a: &ShowArgs, say: Say) -> Result<()> {
    let mut tx = desk.read().await?;
    let month = match &a.period {
        Some(p) => indicator::period::parse(p)?,
        None => indicator::period::month(tx.now().date()) - 1,
    };
    let unit = match &a.unit {
        Some(code) => Some(indicator::unit(&mut tx, code).await?),
        None => None,
    };
    let d = c.on(&a.id, indicator::period::first_day(month))?;
    let sheet = indicator::sheet(&mut tx, c, &a.id, unit.as_ref(), month).await?;
    let mut json = json!({ "definition": d, "sheet": sheet });
    let mut text = describe(d, &sheet);
    if a.facts {
        let own = unit.filter(|u| u.kind != "bureau").map(|u| u.id);
        let limit = usize::try_from(a.limit).unwrap_or(50);
        let (facts, next) = indicator::facts(&mut tx, c, d, own, sheet.window, a.after, limit).await?;
        for f in &facts {
            let _ = write!(text, "\n{}", line(f));
        }
        if let Some(next) = next {
            let _ = write!(text, "\nmore: --after {next}");
        }
        json["facts"] = json!(facts);
        json["next"] = json!(next);
    }
    say.done(&json, &text);
    Ok(())
}

fn line(f: &Opened) -> String {
    let all: Vec<String> = f.facts.iter().map(ToString::to_string).collect();
    let value = f.value.map(|v| format!(" value {v}")).unwrap_or_default();
    format!(
        "#{} {} {} {} {}/{}{value} (facts {})",
        f.seq,
        f.at.rfc3339(),
        f.kind,
        f.subject,
        f.numerator,
        f.denominator,
        all.join(", ")
    )
}

fn figure(f: &Figure) -> String {
    let counts = format!("{} / {}, n = {}", f.numerator, f.denominator, f.n);
    let Some(value) = f.value else {
        let why = match f.state {
            State::Waiting => "its records are not kept yet",
            State::NoData => "no data",
            State::Stale => "there are facts that were not folded yet",
            State::Insufficient | State::Scored => "too few cases for a rate",
        };
        return format!("{why} ({counts})");
    };
    let around = |i: Option<(f64, f64)>| i.map(|(a, b)| format!(" [{a:.2}; {b:.2}]")).unwrap_or_default();
    let p90 = f.p90.map(|p| format!(", P90 {p:.2}{}", around(f.p90_interval))).unwrap_or_default();
    let stale = if f.state == State::Stale { ", facts not folded yet" } else { "" };
    format!("{value:.2}{}{p90} ({counts}){stale}", around(f.interval))
}

fn describe(d: &Definition, s: &Sheet) -> String {
    let mut text = format!("{} {} {} ({})\n{}\n", d.id, d.name_zh, d.name_en, d.unit, d.says_en);
    let of = s.unit.as_deref().unwrap_or("the bureau");
    let open = if s.open { ", still open" } else { "" };
    let _ = writeln!(text, "{of}, {}{open}: {}", s.period, figure(&s.figure));
    if let (true, Some(frozen)) = (s.revised, &s.frozen) {
        let _ = writeln!(text, "frozen as: {}; revised since", figure(frozen));
    }
    if let (Some(target), Some(keeps)) = (s.target_milli, s.keeps_target) {
        let word = if keeps { "kept" } else { "not kept" };
        let _ = writeln!(text, "target {}.{:03}: {word}", target / 1000, target % 1000);
    }
    let _ = writeln!(text, "own year before: {}", figure(&s.baseline));
    for g in &s.groups {
        let percent = if g.share { " %" } else { "" };
        let name = if g.group.is_empty() { "-" } else { &g.group };
        let _ = writeln!(text, "  group {name:<16} {}{percent}", figure(&g.figure));
    }
    if let Some(p) = &s.peers {
        for peer in &p.peers {
            let _ = writeln!(text, "  peer {:<8} {}", peer.unit, figure(&peer.figure));
        }
    }
    if let Some(trend) = s.trend {
        let _ = writeln!(text, "trend: {trend}");
    }
    for p in s.control.iter().flat_map(|c| &c.points).filter(|p| !p.signals.is_empty()) {
        let _ = writeln!(text, "{}: {}", p.period, p.signals.join(", "));
    }
    let _ = write!(text, "guard: {}", if d.guard_en.is_empty() { "-" } else { &d.guard_en });
    text
}
