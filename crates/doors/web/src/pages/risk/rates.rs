//! Rates of checking that moved by results, and every move with its figures.
use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;
use supervision::regime::{self, Move};
use supervision::targeting::percent;

use super::{key, read_key, room};
use crate::answer::{Answer, said};
use crate::guard::{Staff, Who};
use crate::look::{self, Lang, Row, Sign, Tone, badge, format, t};
use crate::pages::sheet::{Listing, PAGE, listing};
use crate::route::{RouteSpec, get, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/risk/rates", rates)]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    kind: String,
    after: String,
    before: String,
}

/// A rate; nothing is the ordinary one.
fn rate(lang: Lang, ppm: i64) -> String {
    if ppm == 0 {
        t(lang, "rate-ordinary")
    } else {
        format!("{} %", percent(u64::try_from(ppm).unwrap_or(0)))
    }
}

async fn rates(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let found = regime::list(&mut tx, (&asked.kind, &asked.after), PAGE).await?;
    let moves = regime::moves(&mut tx, read_key(&asked.before), PAGE).await?;
    let full = |n: usize| i64::try_from(n).is_ok_and(|n| n >= PAGE);
    let next = found
        .last()
        .filter(|_| full(found.len()))
        .map(|r| with_query("/risk/rates", &[("kind", r.kind.clone()), ("after", r.key.clone())]));
    let older = moves
        .last()
        .filter(|_| full(moves.len()))
        .map(|m| with_query("/risk/rates", &[("before", key(m.at, m.id))]));
    let row = |r: &regime::Row| Row {
        cells: vec![
            html! { (said(lang, &r.name)) },
            html! { (r.heading) },
            html! { @if r.market.is_empty() { "—" } @else { (r.market) } },
            html! { @match &r.operator { Some((code, name)) => { (said(lang, name)) " " span class="second" { (code) } }, None => "—" } },
            html! { (rate(lang, r.rate_ppm)) },
            html! { (format::date_of(r.updated_at.instant())) },
        ],
        ..Row::default()
    };
    let body = html! {
        p class="measure quiet" { (t(lang, "risk-rates-lede")) }
        (look::section(&t(lang, "rates-raised"), Markup::default(), listing(Listing {
            lang,
            id: "raised",
            caption: "rates-raised",
            heads: &["regime", "heading", "market", "operator", "#sampling-rate", "since"],
            rows: found.iter().map(row).collect(),
            empty: ("no-rates-raised", "no-rates-raised-advice"),
            next,
            first: (!asked.after.is_empty()).then_some("/risk/rates"),
            paged: true,
        })))
        (look::section(&t(lang, "rate-moves"), Markup::default(), html! {
            (move_table(lang, &moves))
            @if let Some(href) = older { p { a href=(href) { (t(lang, "older-moves")) } } }
        }))
    };
    Ok(room(&who, &web, "/risk/rates", Markup::default(), body))
}

/// Moves with their figures, as they are published.
pub(super) fn move_table(lang: Lang, moves: &[Move]) -> Markup {
    let share = |(checked, failed): (u64, u64)| {
        if checked == 0 { "—".to_owned() } else { format!("{failed} / {checked}") }
    };
    let row = |m: &Move| {
        let up = m.step == "up";
        Row {
            cells: vec![
                html! { (format::date_of(m.at.instant())) },
                html! { (said(lang, &m.name)) },
                html! { (m.heading) @if !m.market.is_empty() { " · " (m.market) } },
                badge(
                    Tone::Plain,
                    if up { Sign::Warn } else { Sign::Check },
                    &t(lang, if up { "rate-up" } else { "rate-down" }),
                ),
                html! { (rate(lang, m.from_ppm)) " → " (rate(lang, m.to_ppm)) },
                html! { (share(m.figures.0)) },
                html! { (share(m.figures.1)) },
                html! { (m.rule_version) },
            ],
            ..Row::default()
        }
    };
    listing(Listing {
        lang,
        id: "moves",
        caption: "rate-moves",
        heads: &[
            "since",
            "regime",
            "rate-of",
            "rate-move",
            "sampling-rate",
            "#own-figures",
            "#category-figures",
            "rule-version",
        ],
        rows: moves.iter().map(row).collect(),
        empty: ("no-moves", "no-moves-advice"),
        next: None,
        first: None,
        paged: false,
    })
}
