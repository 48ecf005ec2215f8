//! What if: a changed rate or a draft of a table, and the last year drawn twice. Asked for as a job, with its progress.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use maud::{Markup, html};
use registry::rules::{self as book, LaneRow};
use store::job::Job;
use supervision::risk_table;
use supervision::targeting::percent;
use supervision::what_if::{self, Asked, Change, Figures, Interval};

use super::{below, propose::ppm, room};
use crate::answer::{Answer, status_of};
use crate::guard::{Page, RiskAnalysts, RoleSet, Staff, Who};
use crate::look::{
    self, Column, DataTable, FigureBar, FigureValue, Lane, Lang, Narrow, Progress, Row, Sign, Tone, badge,
    button, button_row, format, lane_badge, t, t_args,
};
use crate::pages::sheet::{Given, Listing, conclude, listing, nothing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

/// What-ifs listed.
const RECENT: i64 = 30;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/what-if", show),
        post("/risk/what-if", ask),
        get("/risk/what-if/{key}", one),
        get("/risk/what-if/{key}/progress", progress),
    ]
}

async fn show(who: Who<Staff>, State(web): State<Web>) -> Answer {
    page(&who, &web, &Given::default(), None).await
}

async fn page<R: RoleSet>(who: &Who<R>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let rules = book::rules(&mut tx).await?;
    let pack = book::adopted(&rules, tx.now().date())?;
    let recent = what_if::recent(&mut tx, RECENT).await?;
    let mut rows = Vec::new();
    for asked in &recent {
        let word = change_words(&mut tx, lang, &asked.change).await?;
        rows.push(Row {
            href: Some(format!("/risk/what-if/{}", asked.job.key)),
            cells: vec![
                html! { (asked.job.key) },
                html! { (word) },
                state(lang, asked),
                html! { (told(lang, asked)) },
            ],
            ..Row::default()
        });
    }
    let list = listing(Listing {
        lang,
        id: "asked",
        caption: "what-ifs",
        heads: &["what-if-key", "what-if-change", "alert-state", "what-if-workload"],
        rows,
        empty: ("no-what-ifs", "no-what-ifs-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let may = super::tables::writes(who);
    let body = html! {
        p class="measure quiet" { (t(lang, "what-if-lede")) }
        @if let Some(no) = refusal { (crate::answer::panel(lang, no, &[])) }
        @if may { (question(who, &pack.label(), &pack.pack.lane, given)) }
        (look::section(&t(lang, "what-ifs"), Markup::default(), list))
    };
    Ok(room(who, web, "/risk/what-if", Markup::default(), body))
}

/// The lane table of the pack in force, each rate a field.
fn question<R: RoleSet>(who: &Who<R>, label: &str, rows: &[LaneRow], given: &Given) -> Markup {
    let lang = who.lang;
    let csrf = Some(who.session.csrf.as_str());
    let frame = look::Form { lang, id: "what-if", action: "/risk/what-if", csrf, ..look::Form::default() };
    let heads =
        ["lane-row", "direction", "enterprise-class", "risk-level", "lane", "sampling-rate", "new-rate"]
            .map(|k| t(lang, k));
    let any = t(lang, "any");
    let row = |r: &LaneRow| {
        let name = format!("rate-{}", r.row);
        let class: Vec<String> = r.class.iter().map(i64::to_string).collect();
        let risks: Vec<String> = r.risk.iter().map(|x| t(lang, &format!("risk-{x}"))).collect();
        let label = format!("{} {}", t(lang, "new-rate"), r.row);
        Row {
            cells: vec![
                html! { (r.row) },
                html! { @match r.direction.as_str() { "" => (any), "export" => (t(lang, "export-direction")), _ => (t(lang, "import-direction")) } },
                html! { @if class.is_empty() { (any) } @else { (class.join(", ")) } },
                html! { @if risks.is_empty() { (any) } @else { (risks.join(", ")) } },
                html! { @match Lane::from_code(&r.lane) { Some(l) => (lane_badge(lang, l)), None => (r.lane) } },
                html! { (percent(r.rate_ppm)) " %" },
                html! { input class="input w5 number" type="text" inputmode="decimal" name=(name) value=(given.get(&name)) aria-label=(label) placeholder=(percent(r.rate_ppm)); },
            ],
            ..Row::default()
        }
    };
    let title = t_args(lang, "what-if-rates", &[("pack", label.into())]);
    look::section(
        &title,
        Markup::default(),
        look::form(
            &frame,
            html! {
                (look::data_table(&DataTable {
                    lang,
                    id: "rates",
                    caption: &title,
                    columns: heads.iter().map(|h| Column::text(h)).collect(),
                    rows: rows.iter().map(row).collect(),
                    narrow: Narrow::Scroll,
                    ..DataTable::default()
                }))
                (button_row(false, button(&t(lang, "what-if-ask"))))
            },
        ),
    )
}

async fn ask(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let asked = async {
        let mut rates = Vec::new();
        for (name, value) in &given.0 {
            let row = name.strip_prefix("rate-").and_then(|n| n.parse::<u32>().ok());
            if let Some(row) = row.filter(|_| !value.trim().is_empty()) {
                rates.push((row, ppm(&given, name)?));
            }
        }
        what_if::ask(&mut tx, &by, &Change { version: None, rates }).await
    }
    .await;
    match conclude(&web, &by, "what_if/new", tx, asked).await? {
        Ok(key) => Ok(go(&format!("/risk/what-if/{key}"), &[])),
        Err(refusal) => {
            let shown = page(&who, &web, &given, Some(&refusal)).await?;
            Ok((status_of(&refusal.code), shown).into_response())
        }
    }
}

async fn change_words(tx: &mut store::Tx, lang: Lang, c: &Change) -> kernel::Result<String> {
    let mut words = Vec::new();
    if let Some(id) = c.version
        && let Some(v) = risk_table::one(tx, id).await?
    {
        words.push(format!("{} {}", t(lang, "risk-table"), v.label()));
    }
    for (row, ppm) in &c.rates {
        words.push(format!("{} {row} → {} %", t(lang, "lane-row"), percent(*ppm)));
    }
    Ok(words.join(lang.pick("，", ", ")))
}

fn state(lang: Lang, a: &Asked) -> Markup {
    match (&a.figures, a.job.state.as_str()) {
        (Some(_), _) => badge(Tone::Go, Sign::Check, &t(lang, "what-if-done")),
        (None, "dead") => badge(Tone::Stop, Sign::Cross, &t(lang, "verify-gave-up")),
        _ => badge(Tone::Plain, Sign::Half, &t(lang, "what-if-running")),
    }
}

fn told(lang: Lang, a: &Asked) -> String {
    a.figures.as_ref().map_or_else(String::new, |f| {
        let n = |x: f64| format::integer(whole(x));
        t_args(
            lang,
            "what-if-inspections",
            &[("before", n(f.expected.0).into()), ("after", n(f.expected.1).into())],
        )
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a count shown to people")]
fn whole(x: f64) -> i64 {
    x.round() as i64
}

async fn found(web: &Web, key: &str) -> Answer<(Asked, store::Tx)> {
    let mut tx = web.read().await?;
    let asked = what_if::find(&mut tx, key).await?.ok_or_else(|| nothing(key))?;
    Ok((asked, tx))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(key): Path<String>) -> Answer {
    let lang = who.lang;
    let (asked, mut tx) = found(&web, &key).await?;
    let title = change_words(&mut tx, lang, &asked.change).await?;
    let body = html! {
        (standing(lang, &asked))
        @if let Some(id) = asked.change.version { p { a href={ "/risk/tables/" (id) } { (t(lang, "what-if-to-table")) } } }
    };
    let lede = t(lang, "what-if-one-lede");
    let page = Page { title: &title, lede: Some(&lede), ..Page::default() };
    Ok(below(&who, &web, ("what-if", "/risk/what-if"), page, body))
}

/// Figures, or how far it is.
fn standing(lang: Lang, a: &Asked) -> Markup {
    html! {
        div id="what-if-result" {
            @match (&a.figures, a.job.state.as_str()) {
                (Some(f), _) => (figures(lang, f)),
                (None, "dead") => { (state(lang, a)) p { (a.job.last_error.as_deref().unwrap_or_default()) } },
                (None, _) => (bar(lang, &a.job)),
            }
        }
    }
}

fn bar(lang: Lang, job: &Job) -> Markup {
    let number = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
    let poll = format!("/risk/what-if/{}/progress", job.key);
    look::progress(&Progress {
        lang,
        id: "what-if-progress",
        label: &t(lang, "what-if-running"),
        done: number(job.progress).unwrap_or(0),
        total: number(job.total),
        poll: Some(&poll),
        rejected: 0,
    })
}

async fn progress(who: Who<Staff>, State(web): State<Web>, Path(key): Path<String>) -> Answer {
    let (asked, _) = found(&web, &key).await?;
    Ok(match asked.job.state.as_str() {
        "queued" => bar(who.lang, &asked.job),
        _ => standing(who.lang, &asked),
    })
}

/// The two years beside each other.
pub(super) fn figures(lang: Lang, f: &Figures) -> Markup {
    let n = |x: u64| format::count(x);
    let pairs = [
        ("what-if-declared", html! { (n(f.declared)) }),
        ("what-if-moved", html! { (n(f.moved)) }),
        (
            "what-if-expected",
            pair(&format::integer(whole(f.expected.0)), &format::integer(whole(f.expected.1))),
        ),
        ("what-if-selected", pair(&n(f.selected.0), &n(f.selected.1))),
        ("what-if-newly", html! { (n(f.newly)) }),
        ("what-if-no-longer", html! { (n(f.no_longer)) }),
    ];
    let words: Vec<(String, Markup)> = pairs.iter().map(|(k, v)| (t(lang, k), v.clone())).collect();
    let list: Vec<(&str, Markup)> = words.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    html! {
        (look::section(&t(lang, "what-if-workload"), Markup::default(), look::definition_list(&list, true)))
        (look::section(&t(lang, "what-if-detections"), Markup::default(), html! {
            p class="quiet" { (t_args(lang, "what-if-inspected", &[("n", n(f.inspected).into())])) }
            (two(lang, "what-if-detected", &f.detected, f.inspected, 0))
            (two(lang, "what-if-missed", &f.missed, f.inspected, 0))
            (two(lang, "what-if-tonnes", &f.missed_tonnes, f.inspected, 1))
            @for v in &f.values {
                @let word = |key| t_args(lang, key, &[("currency", v.currency.clone().into())]);
                (bars(lang, &word("what-if-caught-value"), &v.caught, f.inspected, 0))
                (bars(lang, &word("what-if-missed-value"), &v.missed, f.inspected, 0))
            }
            p class="note quiet" { (t(lang, "what-if-legend")) }
        }))
        (look::section(&t(lang, "what-if-ways"), Markup::default(), ways(lang, f)))
    }
}

fn pair(before: &str, after: &str) -> Markup {
    html! { span class="pair" { span class="then" { (before) } "→" b { (after) } } }
}

/// As it was and as it would have been, on one scale; the tick is how it was.
fn two(lang: Lang, word: &str, both: &(Interval, Interval), n: u64, places: usize) -> Markup {
    bars(lang, &t(lang, word), both, n, places)
}

fn bars(lang: Lang, name: &str, (before, after): &(Interval, Interval), n: u64, places: usize) -> Markup {
    let top = before.high.max(after.high).max(before.value).max(1.0);
    let show = |i: &Interval| format!("{:.places$}", i.value);
    let (was, would) = (show(before), show(after));
    let one = |label: &str, i: &Interval, shown: &str, baseline: Option<f64>| {
        let value = if n == 0 {
            FigureValue::NoData
        } else {
            FigureValue::Known { value: i.value, shown, interval: Some((i.low, i.high)), n }
        };
        look::figure_bar(&FigureBar {
            lang,
            label,
            value,
            baseline,
            range: (0.0, top),
            ..FigureBar::default()
        })
    };
    let (first, second) =
        (format!("{name} · {}", t(lang, "as-it-was")), format!("{name} · {}", t(lang, "as-it-would-be")));
    html! { (one(&first, before, &was, None)) (one(&second, after, &would, Some(before.value))) }
}

fn ways(lang: Lang, f: &Figures) -> Markup {
    let heads = ["lane-before", "lane-after", "what-if-declared"].map(|k| t(lang, k));
    let lane = |code: &str| html! { @match Lane::from_code(code) { Some(l) => (lane_badge(lang, l)), None => (code) } };
    let rows = f.ways.iter().map(|w| Row {
        cells: vec![lane(&w.from), lane(&w.to), html! { (format::count(w.count)) }],
        ..Row::default()
    });
    look::data_table(&DataTable {
        lang,
        id: "ways",
        caption: &t(lang, "what-if-ways"),
        columns: vec![Column::text(&heads[0]), Column::text(&heads[1]), Column::figure(&heads[2], "")],
        rows: rows.collect(),
        ..DataTable::default()
    })
}
