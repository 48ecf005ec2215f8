//! A trace: how complete it is, where it stops, the farms behind a lot, and every consignment beside it.
use axum::extract::{Path, Query, State};
use kernel::{Actor, Result, Timestamp};
use maud::{Markup, html};
use registry::trade;
use serde::Deserialize;
use store::Tx;
use supervision::{
    notification,
    traceback::{self, Found, Gap, Run, Traceback},
};

use super::{chip, follows, reach_badge, rule};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Action, Cannot, Column, Crumb, DataTable, Empty, Kind, Lang, Row, Sign, Stat, Tone, badge, format,
    t, t_args,
};
use crate::pages::sheet::nothing;
use crate::pages::trace::Kept;
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/tracebacks/{id}", one)]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    replay: Option<i64>,
}

pub(super) async fn sought(tx: &mut Tx, id: &str) -> Answer<Traceback> {
    let found = match id.parse() {
        Ok(id) => traceback::one(tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

/// Where a trace stands.
pub(super) fn state(lang: Lang, x: &Traceback) -> Markup {
    match (x.ended_at, x.complete) {
        (None, _) => badge(Tone::Plain, Sign::Half, &t(lang, "fu-trace-open")),
        (Some(at), true) if at <= x.due_at => badge(Tone::Go, Sign::Check, &t(lang, "fu-trace-met")),
        (Some(_), true) => badge(Tone::Stop, Sign::Warn, &t(lang, "fu-trace-late")),
        (Some(_), false) => badge(Tone::Stop, Sign::Cross, &t(lang, "fu-trace-incomplete")),
    }
}

/// Lots whose upstream is known as a share, and as two numbers.
fn completeness(found: &Found) -> (String, String) {
    let (known, all) = found.completeness();
    let percent = (known * 1000).checked_div(all).unwrap_or(0);
    (format!("{}.{} %", percent / 10, percent % 10), format!("{known} / {all}"))
}

/// An identifier as people read it: a GS1 Digital Link by its application identifiers, another URI as it is.
fn key(uri: &str) -> Markup {
    let parts: Vec<&str> =
        uri.strip_prefix("https://id.gs1.org/").map(|rest| rest.split('/').collect()).unwrap_or_default();
    html! {
        @if parts.is_empty() || parts.len() % 2 == 1 { span class="code" { (uri) } }
        @else { span class="code" { @for pair in parts.chunks(2) { "(" (pair[0]) ") " (pair[1]) " " } } }
    }
}

/// A row of the list.
pub(super) async fn row(tx: &mut Tx, lang: Lang, x: &Traceback) -> Result<Row<'static>> {
    let plant = match x.plant {
        Some(id) => trade::plant(tx, id).await?.map_or_else(String::new, |p| said(lang, &p.name)),
        None => String::new(),
    };
    let last = traceback::latest(tx, x.id).await?;
    let share = last.map_or_else(String::new, |r| completeness(&r.found).0);
    let none = if x.ended_at.is_some() { "—".to_owned() } else { t(lang, "fu-not-yet") };
    Ok(Row {
        href: Some(format!("/tracebacks/{}", x.id)),
        cells: vec![
            html! { (x.no) },
            html! { (t(lang, &format!("fu-kind-{}", x.kind))) },
            state(lang, x),
            chip(lang, tx.now(), (x.started_at, x.due_at), "", x.ended_at),
            html! { (plant) },
            html! { @if share.is_empty() { span class="quiet" { (none) } } @else { (share) } },
            html! { span class="nowrap" { (format::short_date_time(x.started_at.instant())) } },
        ],
        ..Row::default()
    })
}

async fn one(
    who: Who<Staff>,
    State(web): State<Web>,
    kept: Kept,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let genealogy = match asked.replay {
        Some(_) => Some(kept.caught_up(&web).await?),
        None => None,
    };
    let mut tx = web.read().await?;
    let x = sought(&mut tx, &id).await?;
    let rule = rule(&mut tx, lang, &x.rule_version, "traceback.hours").await?;
    let clock = chip(lang, tx.now(), (x.started_at, x.due_at), &rule, x.ended_at);
    let runs = traceback::runs(&mut tx, x.id).await?;
    let again = match asked.replay.zip(genealogy) {
        Some((n, genealogy)) => Some(traceback::replay(&mut tx, genealogy, x.id, n).await?),
        None => None,
    };
    let main = html! {
        @if let Some(r) = &again {
            p class="note" { (t(lang, if r.same { "fu-replay-same" } else { "fu-replay-differs" })) }
        }
        (facts(&mut tx, lang, &x).await?)
        @match runs.first() {
            Some(run) => (result(&mut tx, lang, run).await?),
            None => (look::empty_state(&Empty { title: &t(lang, "fu-no-run"), advice: &t(lang, "fu-no-run-advice"), ..Empty::default() })),
        }
        (history(lang, &x, &runs))
    };
    let body = look::split(&t(lang, "may-do"), main, may_do(lang, &by, &x));
    let room = t(lang, "fu-traces");
    let crumbs = [Crumb { label: &room, href: Some("/tracebacks") }, Crumb { label: &x.no, href: None }];
    let status = html! { (state(lang, &x)) (clock) };
    let lede = t(lang, &format!("fu-kind-{}", x.kind));
    let page = Page { title: &x.no, lede: Some(&lede), status, crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body))
}

async fn facts(tx: &mut Tx, lang: Lang, x: &Traceback) -> Result<Markup> {
    let lots = notification::reach(tx, &x.starts.lots).await?;
    let plant = match x.plant {
        Some(id) => trade::plant(tx, id).await?,
        None => None,
    };
    let n = match x.notification {
        Some(id) => notification::one(tx, id).await?.map(|n| (id, n.no)),
        None => None,
    };
    let pairs = [
        (
            "fu-starts",
            html! { span {
                @for l in &lots { a href={ "/declarations/" (l.declaration) } { (l.lot_no) } " " }
                @for u in &x.starts.uris { span class="code" { (u) } " " }
            } },
        ),
        (
            "plant",
            html! { @if let Some(p) = &plant { a href={ "/plants/" (p.id) } { (said(lang, &p.name)) } } },
        ),
        (
            "fu-notification",
            html! { @if let Some((id, no)) = &n { a href={ "/notifications/" (id) } { (no) } } },
        ),
        ("fu-opened", html! { (format::date_time(x.started_at.instant())) }),
        ("draw-seed", html! { @if let Some(seed) = &x.seed { span class="code" { (seed) } } }),
        ("note", html! { (x.note) }),
    ];
    let pairs: Vec<(String, Markup)> =
        pairs.into_iter().filter(|(_, v)| !v.0.is_empty()).map(|(k, v)| (t(lang, k), v)).collect();
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    Ok(look::definition_list(&pairs, true))
}

/// What the last run found.
async fn result(tx: &mut Tx, lang: Lang, run: &Run) -> Result<Markup> {
    let f = &run.found;
    let words = ["fu-completeness", "fu-farms", "fu-breaks", "fu-consignments"].map(|k| t(lang, k));
    let (share, counted) = completeness(f);
    let figures =
        [share, f.farms.len().to_string(), f.breaks.len().to_string(), f.consignments.len().to_string()];
    let stats: Vec<Stat<'_>> = words
        .iter()
        .zip(&figures)
        .enumerate()
        .map(|(at, (name, value))| Stat {
            name,
            value: Some(value),
            more: if at == 0 { &counted } else { "" },
            ..Stat::default()
        })
        .collect();
    Ok(html! {
        (look::stats(lang, &stats))
        @if f.cut { p class="note" { (t(lang, "fu-cut")) } }
        (breaks(lang, f))
        (consignments(tx, lang, f).await?)
        (upstream(lang, f))
        (deliveries(lang, f))
    })
}

fn when(gap: &Gap) -> String {
    let at = |ms: i64| format::short_date_time(Timestamp(ms * 1000).instant());
    format!("{} – {}", at(gap.from), at(gap.to))
}

fn plain(lang: Lang, id: &str, title: &str, heads: &[&str], rows: Vec<Row<'_>>) -> Markup {
    if rows.is_empty() {
        return html! {};
    }
    let (title, heads) = (t(lang, title), heads.iter().map(|h| t(lang, h)).collect::<Vec<_>>());
    let table = look::data_table(&DataTable {
        lang,
        id,
        caption: &title,
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows,
        ..DataTable::default()
    });
    look::section(&title, html! {}, table)
}

fn breaks(lang: Lang, f: &Found) -> Markup {
    let rows = f.breaks.iter().map(|b| Row {
        cells: vec![
            key(&b.key),
            html! { (t(lang, &format!("fu-finding-{}", b.finding.replace('_', "-")))) },
            html! { @if let Some(g) = &b.gap { (key(&g.place)) } },
            html! { @if let Some(g) = &b.gap { (when(g)) } },
        ],
        tone: Tone::Stop,
        ..Row::default()
    });
    plain(lang, "breaks", "fu-breaks", &["fu-what", "fu-missing", "fu-place", "fu-when"], rows.collect())
}

async fn consignments(tx: &mut Tx, lang: Lang, f: &Found) -> Result<Markup> {
    let ids: Vec<_> = f.consignments.iter().map(|c| c.lot).collect();
    let stands = notification::reach(tx, &ids).await?;
    let rows = f.consignments.iter().map(|c| Row {
        href: Some(format!("/declarations/{}", c.declaration)),
        cells: vec![
            html! { (c.lot_no) },
            html! { (c.no) },
            html! { (c.market) },
            html! { (c.quantity.number()) " " (said(lang, &c.quantity.unit.name())) },
            html! { (t(lang, &format!("fu-how-{}", c.how.replace('_', "-")))) },
            html! { @if let Some(r) = stands.iter().find(|r| r.lot == c.lot) { (reach_badge(lang, r)) } },
        ],
        ..Row::default()
    });
    let heads = ["lot", "declaration-number", "market", "quantity", "fu-because", "stage"];
    Ok(plain(lang, "consignments", "fu-consignments", &heads, rows.collect()))
}

fn upstream(lang: Lang, f: &Found) -> Markup {
    let rows = f.upstream.iter().map(|u| Row {
        cells: vec![
            key(&u.key),
            html! {
                @if u.known { (badge(Tone::Go, Sign::Check, &t(lang, "fu-known"))) }
                @else { (badge(Tone::Stop, Sign::Cross, &t(lang, "fu-unknown"))) }
            },
            html! { @for o in &u.origins { (key(o)) " " } },
        ],
        ..Row::default()
    });
    plain(lang, "upstream", "fu-upstream", &["lot", "result", "fu-farms"], rows.collect())
}

fn deliveries(lang: Lang, f: &Found) -> Markup {
    let rows = f.deliveries.iter().map(|d| Row {
        cells: vec![
            key(&d.key),
            key(&d.to),
            html! { @if let Some((milli, unit)) = &d.quantity { (kernel::Decimal::new(*milli, 3).normalize()) " " (unit) } },
        ],
        ..Row::default()
    });
    plain(lang, "deliveries", "fu-deliveries", &["lot", "fu-consignee", "quantity"], rows.collect())
}

fn history(lang: Lang, x: &Traceback, runs: &[Run]) -> Markup {
    let rows = runs.iter().map(|r| Row {
        cells: vec![
            html! { (r.n) },
            html! { (format::date_time(r.at.instant())) },
            html! { (completeness(&r.found).0) },
            html! { (t_args(lang, "fu-n-events", &[("n", r.found.events.into())])) },
            html! { a href={ "/tracebacks/" (x.id) "?replay=" (r.n) } { (t(lang, "fu-replay")) } },
        ],
        ..Row::default()
    });
    let heads = ["fu-run", "time", "fu-completeness", "fu-rests-on", "fu-next-step"];
    plain(lang, "runs", "fu-history", &heads, rows.collect())
}

fn may_do(lang: Lang, by: &Actor, x: &Traceback) -> Markup {
    let words = ["run", "end-trace", "mark"]
        .map(|k| (t(lang, &format!("fu-do-{k}")), format!("/tracebacks/{}/{k}", x.id)));
    let [run, end, mark] = &words;
    let (who, over) = (t(lang, "fu-who-follows"), t(lang, "fu-trace-over"));
    if !follows(by) {
        return look::may_do(lang, &[], &[Cannot { deed: &run.0, why: &who, clause: None }]);
    }
    if x.ended_at.is_some() {
        return look::may_do(lang, &[], &[Cannot { deed: &run.0, why: &over, clause: None }]);
    }
    let link = |w: &'static usize, kind: Kind| {
        let (label, href) = [run, end, mark][*w];
        Action { label, href: Some(href), kind, ..Action::default() }
    };
    look::may_do(lang, &[link(&0, Kind::Primary), link(&1, Kind::Secondary), link(&2, Kind::Secondary)], &[])
}
