//! The cases that a figure was counted from, each with its facts: from here one step leads to the record.
use axum::extract::{Path, Query, State};
use excellence::indicator::{self, Definition, Measure, Opened};
use maud::{Markup, html};

use super::{Asked, both, catalogue, definition, month_of, unit_name};
use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Column, Crumb, DataTable, Empty, Lang, Pager, Row, button_link_secondary, format, t, t_args,
};
use crate::pages::ledger::{kind_word, place};
use crate::route::with_query;
use crate::server::Web;

/// Cases on a page.
const PAGE: usize = 50;

pub(super) async fn facts(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let lang = who.lang;
    let c = catalogue()?;
    let d = definition(&c, &id)?;
    let mut tx = web.read().await?;
    let unit = indicator::unit_within(&mut tx, &who.actor(), &asked.unit).await?;
    let month = month_of(&tx, d, &asked.period)?;
    let d = c.on(&d.id, indicator::period::first_day(month))?;
    let w = indicator::period::Window::of(d, month);
    let own = unit.as_ref().map(|u| u.id);
    let (found, next) = if d.works() {
        indicator::facts(&mut tx, &c, d, own, w, asked.after, PAGE).await?
    } else {
        (Vec::new(), None)
    };
    let path = format!("/indicators/{}/facts", d.id);
    let pairs = [("unit", asked.unit.clone()), ("period", asked.period.clone())];
    let next =
        next.map(|n| with_query(&path, &[pairs[0].clone(), pairs[1].clone(), ("after", n.to_string())]));
    let first = (asked.after > 0).then(|| with_query(&path, &pairs));
    let body = table(lang, d, &found, next.as_deref(), first.as_deref());
    let (root, name) = (t(lang, "indicators"), format!("{} {}", d.id, both(lang, &d.name())));
    let (back, up) = (asked.href("/indicators"), asked.href(&format!("/indicators/{}", d.id)));
    let title = t(lang, "facts-behind");
    let crumbs = [
        Crumb { label: &root, href: Some(&back) },
        Crumb { label: &name, href: Some(&up) },
        Crumb { label: &title, href: None },
    ];
    let lede = t_args(
        lang,
        "facts-of",
        &[("unit", unit_name(lang, unit.as_ref()).into()), ("period", w.name(d.period).into())],
    );
    let actions = button_link_secondary("CSV", &asked.href(&format!("/indicators/{}/csv", d.id)));
    Ok(who.page(
        &web,
        Page { title: &title, lede: Some(&lede), crumbs: &crumbs, actions, ..Page::default() },
        body,
    ))
}

fn table(lang: Lang, d: &Definition, found: &[Opened], next: Option<&str>, first: Option<&str>) -> Markup {
    let above = if d.measure == Measure::Median { "figure-value" } else { "figure-above" };
    let heads = ["fact", "subject", "time", above, "figure-below", "facts"].map(|k| t(lang, k));
    let rows = found.iter().map(|o| Row {
        href: Some(format!("/ledger/{}", o.seq)),
        cells: vec![
            html! { (kind_word(lang, &o.kind)) " #" (o.seq) },
            html! { @match place(&o.subject) { Some(place) => a class="code" href=(place) { (o.subject) }, None => span class="code" { (o.subject) } } },
            html! { (format::date_time(o.at.instant())) },
            html! { @match (d.measure, o.value) {
                (Measure::Median, Some(v)) => (minutes(d, v)),
                _ => (o.numerator),
            } },
            html! { (o.denominator) @if !o.group.is_empty() { " · " span class="quiet" { (o.group) } } },
            html! { span class="cluster" { @for seq in &o.facts { a class="tap" href={ "/ledger/" (seq) } { "#" (seq) } } } },
        ],
        ..Row::default()
    });
    let (none, advice) = (t(lang, "no-cases"), t(lang, "no-cases-advice"));
    look::data_table(&DataTable {
        lang,
        id: "cases",
        caption: &t(lang, "facts-behind"),
        columns: vec![
            Column::text(&heads[0]),
            Column::text(&heads[1]),
            Column::text(&heads[2]),
            Column::figure(&heads[3], ""),
            Column::figure(&heads[4], ""),
            Column::text(&heads[5]),
        ],
        rows: rows.collect(),
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: Some(Pager { next, first, ..Pager::default() }),
        ..DataTable::default()
    })
}

/// The value of a case of a median: minutes, or hours where the indicator counts in hours.
fn minutes(d: &Definition, value: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "minutes of a deed")]
    let value = value as f64;
    if d.unit == "hours" { format!("{:.1}", value / 60.0) } else { format!("{value:.0}") }
}
