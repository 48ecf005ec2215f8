//! What proves a brand: its effect, tasks with their facts, gates with three views apart, and the story as the ledger
//! tells it.
use excellence::brand::{self, Brand, Effect};
use excellence::indicator::{Catalogue, Definition};
use kernel::{OfficerId, Result, UnitId};
use maud::{Markup, html};
use registry::people::Unit;
use store::{Tx, ledger};

use super::points;
use crate::answer::{said, told};
use crate::look::{
    self, Cite, Column, DataTable, Event, Lang, Row, Sign, Tone, badge, definition_list, format, t, t_args,
    timeline,
};
use crate::pages::history::People;
use crate::pages::indicators::{cell, shown};
use crate::pages::ledger::kind_word;

/// The effect since the charter, against peers that do not take part.
pub(super) async fn effect(tx: &mut Tx, lang: Lang, c: &Catalogue, b: &Brand) -> Result<Markup> {
    if b.revision == 0 {
        return Ok(Markup::default());
    }
    let e = brand::effect_of(tx, c, b).await?;
    let d = c.newest(&b.positioning.indicator)?;
    Ok(look::section(&t(lang, "net-effect"), Markup::default(), effect_facts(lang, d, &e)))
}

fn effect_facts(lang: Lang, d: &Definition, e: &Effect) -> Markup {
    let words =
        ["effect-before", "effect-after", "effect-own", "effect-peers", "effect-net"].map(|k| t(lang, k));
    let signed = |v: f64| format!("{}{}", if v > 0.0 { "+" } else { "" }, shown(lang, d, v));
    let none = t(lang, "cannot-be-told");
    let change = |v: Option<f64>| v.map_or_else(|| none.clone(), signed);
    let verdict = match e.better {
        Some(_) if e.uncertain => badge(Tone::Quiet, Sign::Dash, &t(lang, "effect-uncertain")),
        Some(true) => badge(Tone::Go, Sign::Check, &t(lang, "effect-better")),
        Some(false) => badge(Tone::Wait, Sign::Warn, &t(lang, "effect-not-better")),
        None => badge(Tone::Quiet, Sign::Dash, &none),
    };
    html! {
        (definition_list(
            &[
                (&words[0], cell(lang, d, &e.before)),
                (&words[1], cell(lang, d, &e.after)),
                (&words[2], html! { (change(e.change)) }),
                (&words[3], html! { (change(e.peers_change)) " · " (t_args(lang, "of-peers", &[("n", e.peers.into())])) }),
                (&words[4], html! {
                    b { (change(e.net)) } " "
                    @if let Some((a, z)) = e.interval { "[" (signed(a)) "; " (signed(z)) "] " }
                    (verdict)
                }),
            ],
            true,
        ))
        p class="quiet" { (t(lang, "effect-method")) }
    }
}

/// Links to facts.
fn fact_links(facts: &[i64]) -> Markup {
    html! { span class="cluster" { @for seq in facts { a class="tap" href={ "/ledger/" (seq) } { "#" (seq) } } } }
}

/// The tasks, quarter by quarter.
pub(super) async fn tasks(tx: &mut Tx, lang: Lang, b: &Brand) -> Result<Markup> {
    let tasks = brand::tasks(tx, b.id).await?;
    if tasks.is_empty() {
        return Ok(Markup::default());
    }
    let heads = ["quarter", "task", "reported-on", "evidence"].map(|k| t(lang, k));
    let rows = tasks.iter().map(|task| Row {
        cells: vec![
            html! { span class="nowrap" { (task.planned.quarter) } },
            html! { (told(lang, &task.planned.what)) @if !task.note.is_empty() { " — " (told(lang, &task.note)) } },
            html! { @match task.reported_at { Some(at) => span class="nowrap" { (format::date_of(at.instant())) }, None => span class="quiet" { (t(lang, "not-reported")) } } },
            fact_links(&task.facts),
        ],
        ..Row::default()
    });
    let table = look::data_table(&DataTable {
        lang,
        id: "tasks",
        caption: &t(lang, "brand-tasks"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        ..DataTable::default()
    });
    Ok(look::section(&t(lang, "brand-tasks"), Markup::default(), table))
}

/// The independent team of a gate.
fn reviewers(lang: Lang, team: &People, all: &[OfficerId]) -> Markup {
    html! {
        @if all.is_empty() { span class="quiet" { (t(lang, "none-stated")) } }
        @else { ul class="plain-list" { @for o in all { @let (who, _, unit) = team.of(*o); li { (who) " · " (unit) } } } }
    }
}

/// The gates: three views apart, effect and guards as they were known then.
pub(super) async fn gates(tx: &mut Tx, lang: Lang, b: &Brand) -> Result<Markup> {
    let gates = brand::gates(tx, b.id).await?;
    if gates.is_empty() {
        return Ok(Markup::default());
    }
    let heads = [
        "held-on",
        "gate-team",
        "gate-outcome",
        "view-own",
        "view-users",
        "view-superior",
        "view-weighted",
        "net-effect",
        "guard-metrics",
    ]
    .map(|k| t(lang, k));
    let team = People::load(tx, lang, gates.iter().flat_map(|g| g.reviewers.iter().copied())).await?;
    let rows = gates.iter().rev().map(|g| {
        let broken: Vec<&str> = g
            .guards
            .as_array()
            .into_iter()
            .flatten()
            .filter(|x| x["broken"] == true)
            .filter_map(|x| x["indicator"].as_str())
            .collect();
        let net = g.effect["net"].as_f64().map_or_else(|| t(lang, "cannot-be-told"), |n| format!("{n:+.2}"));
        Row {
            cells: vec![
                html! { span class="nowrap" { (format::date_of(g.held_at.instant())) } },
                reviewers(lang, &team, &g.reviewers),
                html! { (t(lang, &format!("outcome-{}", g.outcome))) @if !g.note.is_empty() { " — " (told(lang, &g.note)) } },
                html! { (points(g.scores.own_milli)) },
                html! { (points(g.scores.users_milli)) },
                html! { (points(g.scores.superior_milli)) },
                html! { (points(g.weighted_milli)) " · " span class="quiet" { (g.rule_version) } },
                html! { (net) @if g.uncertain() { " " (badge(Tone::Quiet, Sign::Dash, &t(lang, "effect-uncertain"))) } },
                html! { @if broken.is_empty() { (t(lang, "guards-hold")) } @else { (badge(Tone::Wait, Sign::Warn, &t_args(lang, "guards-broken", &[("ids", broken.join(", ").into())]))) } },
            ],
            ..Row::default()
        }
    });
    let columns = heads
        .iter()
        .enumerate()
        .map(|(i, h)| if (3..7).contains(&i) { Column::figure(h, "") } else { Column::text(h) });
    let table = look::data_table(&DataTable {
        lang,
        id: "gates",
        caption: &t(lang, "gates"),
        columns: columns.collect(),
        rows: rows.collect(),
        ..DataTable::default()
    });
    Ok(html! { div id="gates-held" { (look::section(&t(lang, "gates"), Markup::default(), table)) } })
}

/// The story of the brand as the ledger has it.
pub(super) async fn story(tx: &mut Tx, lang: Lang, b: &Brand) -> Result<Markup> {
    let facts = ledger::of_subject(tx, &b.id.subject(), 100).await?;
    let people = People::load(tx, lang, facts.iter().filter_map(|f| f.actor.map(Into::into))).await?;
    let lines: Vec<(String, String, String, String)> = facts
        .iter()
        .map(|f| {
            let at = f.at.instant();
            (
                format::date_time(at),
                format::machine_time(at),
                kind_word(lang, &f.kind),
                format!("/ledger/{}", f.seq),
            )
        })
        .collect();
    let events: Vec<Event<'_>> = facts
        .iter()
        .zip(&lines)
        .map(|(f, (at, machine_at, what, href))| {
            let (who, post, unit) = f.actor.map_or(("", "", ""), |id| people.of(id.into()));
            Event {
                at,
                machine_at,
                what,
                href: Some(href),
                who,
                post,
                unit,
                seq: u64::try_from(f.seq).ok(),
                evidence: Vec::<Cite<'_>>::new(),
                ..Event::default()
            }
        })
        .collect();
    Ok(look::section(&t(lang, "brand-story"), Markup::default(), timeline(lang, &events)))
}

/// Choices of units that answer to an offer or a plan.
pub(super) fn unit_choices(lang: Lang, units: &[Unit], but: Option<UnitId>) -> Vec<(String, String)> {
    let of = units.iter().filter(|u| u.kind == "branch" && Some(u.id) != but);
    of.map(|u| (u.id.to_string(), format!("{} · {}", u.code, said(lang, &u.name)))).collect()
}
