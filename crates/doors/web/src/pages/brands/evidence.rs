//! What proves a brand: its effect, tasks with their facts, gates with three views apart, the practice and who took it
//! up, the standing rule with the change that it brought, and the story as the ledger tells it.
use excellence::brand::{self, Brand, Effect};
use excellence::indicator::{Catalogue, Definition};
use excellence::practice;
use excellence::standing_rule::{self, PackChange};
use kernel::{Result, UnitId};
use maud::{Markup, html};
use registry::people::Unit;
use store::{Tx, ledger};

use super::{name_of, points};
use crate::answer::{said, told};
use crate::look::{
    self, Cite, Column, DataTable, Event, EventKind, Lang, Row, Sign, Tone, badge, definition_list, format,
    t, t_args, timeline,
};
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

/// The gates: three views apart, effect and guards as they were known then.
pub(super) async fn gates(tx: &mut Tx, lang: Lang, b: &Brand) -> Result<Markup> {
    let gates = brand::gates(tx, b.id).await?;
    if gates.is_empty() {
        return Ok(Markup::default());
    }
    let heads = [
        "held-on",
        "gate-outcome",
        "view-own",
        "view-users",
        "view-superior",
        "view-weighted",
        "net-effect",
        "guard-metrics",
    ]
    .map(|k| t(lang, k));
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
                html! { (t(lang, &format!("outcome-{}", g.outcome))) @if !g.note.is_empty() { " — " (told(lang, &g.note)) } },
                html! { (points(g.scores.own_milli)) },
                html! { (points(g.scores.users_milli)) },
                html! { (points(g.scores.superior_milli)) },
                html! { (points(g.weighted_milli)) " · " span class="quiet" { (g.rule_version) } },
                html! { (net) },
                html! { @if broken.is_empty() { (t(lang, "guards-hold")) } @else { (badge(Tone::Wait, Sign::Warn, &t_args(lang, "guards-broken", &[("ids", broken.join(", ").into())]))) } },
            ],
            ..Row::default()
        }
    });
    let columns = heads
        .iter()
        .enumerate()
        .map(|(i, h)| if (2..6).contains(&i) { Column::figure(h, "") } else { Column::text(h) });
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

/// The practice package, and how each peer answered its offer.
pub(super) async fn practice(tx: &mut Tx, lang: Lang, b: &Brand, units: &[Unit]) -> Result<Markup> {
    let Some(p) = practice::by_brand(tx, b.id).await? else { return Ok(Markup::default()) };
    let offers = practice::offers(tx, p.id).await?;
    let text = |key: &str| told(lang, p.body["package"][key].as_str().unwrap_or_default()).to_owned();
    let list = |key: &str| -> Vec<String> {
        let all = p.body["package"][key].as_array().into_iter().flatten();
        all.filter_map(|s| s.as_str().map(|s| told(lang, s).to_owned())).collect()
    };
    let words = [
        "practice-preconditions",
        "practice-steps",
        "practice-forms",
        "practice-side-effects",
        "practice-not-if",
        "charter-hash",
    ]
    .map(|k| t(lang, k));
    let package = definition_list(
        &[
            (&words[0], html! { (text("preconditions")) }),
            (&words[1], html! { ol { @for s in list("steps") { li { (s) } } } }),
            (&words[2], html! { (list("forms").join(lang.pick("、", ", "))) }),
            (&words[3], html! { (text("side_effects")) }),
            (&words[4], html! { (text("does_not_fit_if")) }),
            (&words[5], html! { code { (p.sha256) } }),
        ],
        false,
    );
    Ok(html! {
        (look::section(&t(lang, "practice"), Markup::default(), package))
        @if !offers.is_empty() { div id="adopters" { (look::section(&t(lang, "adopters"), Markup::default(), adopters(lang, &offers, units))) } }
    })
}

/// The answers of the peers, newest first; those who have not answered yet stand at the end as gaps.
fn adopters(lang: Lang, offers: &[practice::Offer], units: &[Unit]) -> Markup {
    struct Told {
        at: String,
        machine: String,
        what: String,
        unit: String,
        kind: EventKind,
        note: String,
    }
    let mut sorted: Vec<&practice::Offer> = offers.iter().collect();
    sorted.sort_by_key(|o| std::cmp::Reverse(o.answered_at));
    let answers: Vec<Told> = sorted
        .iter()
        .map(|o| {
            let (at, kind) = match (o.answered_at, o.answer.as_deref()) {
                (Some(at), Some("decline")) => (at, EventKind::Act),
                (Some(at), _) => (at, EventKind::Go),
                (None, _) => (o.due_at, EventKind::Gap),
            };
            let key = o.answer.as_deref().map_or("answer-none".to_owned(), |a| format!("answer-{a}"));
            Told {
                at: format::date_of(at.instant()),
                machine: format::machine_time(at.instant()),
                what: t(lang, &key),
                unit: name_of(lang, units, o.unit),
                kind,
                note: told(lang, &o.reason).to_owned(),
            }
        })
        .collect();
    let events: Vec<Event<'_>> = answers
        .iter()
        .map(|e| Event {
            at: &e.at,
            machine_at: &e.machine,
            kind: e.kind,
            what: &e.what,
            unit: &e.unit,
            note: Some(e.note.as_str()).filter(|n| !n.is_empty()),
            ..Event::default()
        })
        .collect();
    timeline(lang, &events)
}

/// The standing rules that came of it, each with the change of the rule pack.
pub(super) async fn rules(tx: &mut Tx, lang: Lang, b: &Brand) -> Result<Markup> {
    let rules = standing_rule::by_brand(tx, b.id).await?;
    if rules.is_empty() {
        return Ok(Markup::default());
    }
    let mut again = Vec::new();
    for r in &rules {
        again.push(standing_rule::measured(tx, r.id).await?);
    }
    let words = ["rule-number", "rule-text", "rule-change", "rule-opinion", "rule-days", "rule-version"]
        .map(|k| t(lang, k));
    let body = html! {
        @for (r, again) in rules.iter().zip(&again) {
            h3 { (said(lang, &r.draft.title)) " " (badge(Tone::Plain, Sign::Dot, &t(lang, &format!("rule-stage-{}", r.stage)))) }
            (definition_list(
                &[
                    (&words[0], html! { (r.no.clone().unwrap_or_else(|| t(lang, "none-stated"))) }),
                    (&words[1], html! { (told(lang, &r.draft.body)) }),
                    (&words[2], html! { ul class="plain-list" { @for c in &r.draft.change { li { (change(lang, c)) } } } }),
                    (&words[3], html! { @if r.opinion.is_empty() { (t(lang, "none-stated")) } @else { (told(lang, &r.opinion)) } }),
                    (&words[4], html! { @if let (Some(from), Some(review)) = (r.effective_from, r.review_on) { (format::date(from)) " · " (t(lang, "rule-review")) " " (format::date(review)) } @else { (t(lang, "none-stated")) } }),
                    (&words[5], html! { @if r.rule_version.is_empty() { (t(lang, "none-stated")) } @else { a href="/rules" { (r.rule_version) } } }),
                ],
                false,
            ))
            @if let Some((at, held)) = again { p class="note" { (measured(lang, *held)) " · " (format::date_of(at.instant())) } }
        }
    };
    Ok(
        html! { div id="standing-rule" { (look::section(&t(lang, "standing-rule"), Markup::default(), body)) } },
    )
}

/// What the measurement after a year says.
fn measured(lang: Lang, held: Option<bool>) -> String {
    t(
        lang,
        match held {
            Some(true) => "rule-held",
            Some(false) => "rule-not-held",
            None => "rule-held-unknown",
        },
    )
}

/// A change of the rule pack in words.
pub(super) fn change(lang: Lang, c: &PackChange) -> String {
    match c {
        PackChange::Number { key, value, unit } => t_args(
            lang,
            "change-number",
            &[("key", key.as_str().into()), ("value", (*value).into()), ("unit", unit.as_str().into())],
        ),
        PackChange::LaneRate { row, rate_ppm } => {
            #[expect(clippy::cast_precision_loss, reason = "at most a million")]
            let rate = format!("{:.1} %", *rate_ppm as f64 / 10_000.0);
            t_args(lang, "change-rate", &[("row", (*row).into()), ("rate", rate.into())])
        }
    }
}

/// The story of the brand as the ledger has it.
pub(super) async fn story(tx: &mut Tx, lang: Lang, b: &Brand) -> Result<Markup> {
    let facts = ledger::of_subject(tx, &b.id.subject(), 100).await?;
    let people =
        crate::pages::history::People::load(tx, lang, facts.iter().filter_map(|f| f.actor.map(Into::into)))
            .await?;
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
