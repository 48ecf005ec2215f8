//! A brand through the lens of the Common Assessment Framework: nine criteria, the floor that the record shows for each,
//! what shows it, and what is lacking for the next band. Nothing is typed in here.
use axum::extract::{Path, State};
use excellence::brand::Brand;
use excellence::caf::{self, Criterion, Evidence, Followed};
use maud::{Markup, html};
use registry::people;

use super::{brand_id, one, unit_of};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{self, Column, Crumb, DataTable, Lang, Row, Sign, Tone, badge, t};
use crate::pages::indicators::catalogue;
use crate::route::{RouteSpec, get, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/brands/{id}/caf", page)]
}

async fn page(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let b = one::found(&mut tx, brand_id(&id)?).await?;
    let units = people::units(&mut tx).await?;
    let code = unit_of(&units, &b).map(|u| u.code.clone()).unwrap_or_default();
    let c = catalogue()?;
    let all = caf::assess(&mut tx, &c, &b).await?;
    let (enablers, results) = all.split_at(5);
    let body = html! {
        (look::section(&t(lang, "caf-enablers"), Markup::default(), table(lang, "enablers", enablers, &b, &code)))
        (look::section(&t(lang, "caf-results"), Markup::default(), table(lang, "results", results, &b, &code)))
        p class="quiet" { (t(lang, "caf-warning")) }
    };
    let (root, title, lede) = (t(lang, "brands"), t(lang, "caf"), t(lang, "caf-lede"));
    let (name, place) = (said(lang, &b.positioning.name), format!("/brands/{}", b.id));
    let crumbs = [
        Crumb { label: &root, href: Some("/brands") },
        Crumb { label: &name, href: Some(&place) },
        Crumb { label: &title, href: None },
    ];
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), crumbs: &crumbs, ..Page::default() }, body))
}

fn table(lang: Lang, id: &str, all: &[Criterion], b: &Brand, code: &str) -> Markup {
    let heads = ["caf-criterion", "caf-floor", "caf-shown", "caf-lacking"].map(|k| t(lang, k));
    let rows = all.iter().map(|c| {
        let pieces: Vec<(bool, Markup)> = if c.no <= 5 {
            c.evidence.iter().map(|e| (e.there, evidence(lang, e, b, code))).collect()
        } else {
            c.followed.iter().map(|f| (f.good(), followed(lang, f, b, code))).collect()
        };
        let of = |there: bool| -> Vec<&Markup> {
            pieces.iter().filter(|(t, _)| *t == there).map(|(_, m)| m).collect()
        };
        Row {
            cells: vec![
                html! { b { (c.no) } " " (said(lang, &c.name)) },
                band(lang, c),
                list(lang, &of(true)),
                list(lang, &of(false)),
            ],
            ..Row::default()
        }
    });
    let columns =
        heads.iter().enumerate().map(|(i, h)| if i == 1 { Column::figure(h, "") } else { Column::text(h) });
    look::data_table(&DataTable {
        lang,
        id,
        caption: &t(lang, "caf"),
        columns: columns.collect(),
        rows: rows.collect(),
        ..DataTable::default()
    })
}

fn band(lang: Lang, c: &Criterion) -> Markup {
    let says = if c.no <= 5 { c.band.of_enabler() } else { c.band.of_results() };
    html! { div { b { (c.band.floor()) } "–" (c.band.top()) br; span class="quiet" { (said(lang, &says)) } } }
}

fn list(lang: Lang, of: &[&Markup]) -> Markup {
    html! {
        @if of.is_empty() { span class="quiet" { (t(lang, "none-stated")) } }
        @else { ul class="plain-list" { @for m in of { li { (m) } } } }
    }
}

fn place(indicator: Option<&str>, b: &Brand, code: &str) -> String {
    match indicator {
        Some(id) => with_query(&format!("/indicators/{id}"), &[("unit", code.to_owned())]),
        None => format!("/brands/{}", b.id),
    }
}

fn evidence(lang: Lang, e: &Evidence, b: &Brand, code: &str) -> Markup {
    html! { span class="quiet" { (said(lang, &e.phase.name())) } " " a class="tap" href=(place(e.indicator.as_deref(), b, code)) { (said(lang, &e.what)) } }
}

fn followed(lang: Lang, f: &Followed, b: &Brand, code: &str) -> Markup {
    let word = match (f.measured, f.keeps, f.better) {
        (false, _, _) => badge(Tone::Quiet, Sign::Dash, &t(lang, "caf-unmeasured")),
        (_, Some(true), _) => badge(Tone::Go, Sign::Check, &t(lang, "caf-kept")),
        (_, Some(false), _) => badge(Tone::Wait, Sign::Warn, &t(lang, "caf-missed")),
        (_, None, Some(true)) => badge(Tone::Go, Sign::Check, &t(lang, "caf-better")),
        (_, None, Some(false)) => badge(Tone::Wait, Sign::Warn, &t(lang, "caf-not-better")),
        (_, None, None) => badge(Tone::Quiet, Sign::Dash, &t(lang, "caf-no-trend")),
    };
    html! { a class="tap" href=(place(f.indicator.as_deref(), b, code)) { @if let Some(id) = &f.indicator { (id) " " } (said(lang, &f.what)) } " " (word) }
}
