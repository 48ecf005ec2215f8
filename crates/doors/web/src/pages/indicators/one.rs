//! One figure: value and what it is made of, its peers, its own past, its charts, and the way to its facts.
use axum::extract::{Path, Query, State};
use excellence::indicator::{self, Catalogue, Definition, Sheet};
use maud::{Markup, html};

use super::{
    Asked, Bar, bar, both, catalogue, cell, count, definition, direction_word, draw, month_of, shown,
    state_word, target, target_badge, unit_name, whole,
};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Column, Crumb, DataTable, Empty, Lang, Narrow, Row, Sign, Stat, Tone, badge, button_link,
    button_link_secondary, definition_list, figure_legend, section, t, t_args,
};
use crate::pages::ledger::kind_word;
use crate::server::Web;

pub(super) async fn one(
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
    let sheet = indicator::sheet(&mut tx, &c, &d.id, unit.as_ref(), month).await?;
    let d = c.on(&d.id, indicator::period::first_day(month))?;
    let by = who.actor();
    let sheet = sheet.seen_by(d, &by);
    let targets = indicator::targets_of(&mut tx, &d.id).await?;
    let name = unit_name(lang, unit.as_ref());
    let body = html! {
        @if d.works() { (figures(lang, &c, d, &sheet, &asked)) }
        @else { p class="note" { (t_args(lang, "waits-for", &[("facts", both(lang, &d.waits()).into())])) } }
        (target::history(lang, d, &targets))
        (section(&t(lang, "indicator-meaning"), Markup::default(), meaning(lang, d)))
    };
    let (root, title) = (t(lang, "indicators"), format!("{} {}", d.id, both(lang, &d.name())));
    let back = asked.href("/indicators");
    let crumbs = [Crumb { label: &root, href: Some(&back) }, Crumb { label: &d.id, href: None }];
    let lede = format!("{name} · {} · {}", sheet.period, both(lang, &d.says()));
    let actions = html! {
        @if d.works() { (ways(lang, d, &asked)) }
        @if target::may_set(&by) { (button_link_secondary(&t(lang, "set-target"), &format!("/indicators/{}/target", d.id))) }
    };
    let status = status(lang, d, &sheet);
    let page = Page { title: &title, lede: Some(&lede), status, crumbs: &crumbs, actions, ..Page::default() };
    Ok(who.page(&web, page, body))
}

/// The ways on: to the facts, and out as a file.
fn ways(lang: Lang, d: &Definition, asked: &Asked) -> Markup {
    html! {
        (button_link(&t(lang, "facts-behind"), &asked.href(&format!("/indicators/{}/facts", d.id))))
        (button_link_secondary("CSV", &asked.href(&format!("/indicators/{}/csv", d.id))))
    }
}

fn status(lang: Lang, d: &Definition, s: &Sheet) -> Markup {
    let (tone, sign) = match s.figure.state {
        indicator::State::Scored => (Tone::Go, Sign::Check),
        indicator::State::Stale => (Tone::Wait, Sign::Warn),
        _ => (Tone::Quiet, Sign::Dash),
    };
    html! {
        (badge(tone, sign, &state_word(lang, s.figure.state)))
        @if d.works() {
            " " (badge(Tone::Plain, if s.open { Sign::Half } else { Sign::Square }, &t(lang, if s.open { "period-open" } else { "period-frozen" })))
            @if d.watch_only { " " (badge(Tone::Quiet, Sign::Dash, &t(lang, "watch-only"))) }
            " " (target_badge(lang, d, &s.figure, s.target_milli))
        }
    }
}

fn figures(lang: Lang, c: &Catalogue, d: &Definition, s: &Sheet, asked: &Asked) -> Markup {
    let facts = asked.href(&format!("/indicators/{}/facts", d.id));
    let others = |p: &&indicator::Peer| Some(p.unit.as_str()) != s.unit.as_deref();
    let mut peers: Vec<f64> =
        s.peers.iter().flat_map(|p| p.peers.iter().filter(others).filter_map(|p| p.figure.value)).collect();
    peers.extend(s.peers.iter().flat_map(|p| &p.unnamed));
    let b = Bar {
        d,
        label: &s.period,
        figure: &s.figure,
        peers: &peers,
        baseline: s.baseline.value,
        href: &facts,
        need: c.policy.least_for_rate,
    };
    html! {
        (numbers(lang, d, s, &facts))
        (bar(lang, &b)) (figure_legend(lang))
        @if let (true, Some(frozen)) = (s.revised, &s.frozen) {
            p class="note" {
                (t(lang, "revised-since")) " " (t(lang, "frozen-as")) " " b { (cell(lang, d, frozen)) }
                " (" (count(frozen.numerator)) " / " (count(frozen.denominator)) ") · " (t(lang, "known-now")) " "
                b { (cell(lang, d, &s.figure)) } " (" (count(s.figure.numerator)) " / " (count(s.figure.denominator)) ")"
            }
        }
        @if !s.groups.is_empty() { (section(&t(lang, "by-group"), Markup::default(), by_group(lang, d, &s.groups))) }
        @if let Some(chart) = &s.control {
            (section(&t(lang, "in-time"), trend(lang, s.trend), html! { (draw::control(lang, d, chart)) (periods(lang, d, chart)) }))
        }
        @if let Some(p) = &s.peers {
            (section(&t(lang, "among-peers"), html! { span class="quiet" { (group(lang, &p.group)) } }, html! {
                @if let Some(f) = &s.funnel { (draw::funnel(lang, d, f, s.unit.as_deref())) }
                (peer_table(lang, d, p, s.unit.as_deref()))
                (unnamed(lang, d, p))
            }))
        }
    }
}

fn numbers(lang: Lang, d: &Definition, s: &Sheet, facts: &str) -> Markup {
    let f = &s.figure;
    // What cannot be told says why.
    let value = f.value.map_or_else(|| state_word(lang, f.state), |v| shown(lang, d, v));
    let interval = f.interval.map(|(a, b)| format!("{} – {}", shown(lang, d, a), shown(lang, d, b)));
    let around =
        |i: Option<(f64, f64)>| i.map(|(a, b)| format!(" ({} – {})", shown(lang, d, a), shown(lang, d, b)));
    let p90 =
        f.p90.map(|v| format!("P90 {}{}", shown(lang, d, v), around(f.p90_interval).unwrap_or_default()));
    let p90 = p90.unwrap_or_default();
    let baseline = s.baseline.value.map(|v| shown(lang, d, v));
    let base_n = format!("n = {}", count(s.baseline.n));
    // A median has cases, and nothing above the line.
    let alone = whole(d, f);
    let (parts, n) = match alone {
        true => (count(f.n), String::new()),
        false => {
            (format!("{} / {}", count(f.numerator), count(f.denominator)), format!("n = {}", count(f.n)))
        }
    };
    let counted = if alone { "figure-cases" } else { "figure-parts" };
    let words = ["figure-value", "figure-interval", counted, "legend-baseline"].map(|k| t(lang, k));
    look::stats(
        lang,
        &[
            Stat { name: &words[0], value: Some(&value), more: &p90, href: Some(facts), ..Stat::default() },
            Stat { name: &words[1], value: interval.as_deref(), more: "95 %", ..Stat::default() },
            Stat { name: &words[2], value: Some(&parts), more: &n, href: Some(facts), ..Stat::default() },
            Stat { name: &words[3], value: baseline.as_deref(), more: &base_n, ..Stat::default() },
        ],
    )
}

/// The group by its name; units of one kind without a group of their own are told by the kind.
fn group(lang: Lang, name: &str) -> String {
    if name == "branch" { t(lang, "all-branches") } else { name.to_owned() }
}

fn trend(lang: Lang, trend: Option<&str>) -> Markup {
    html! { @if let Some(trend) = trend { span class="quiet" { (t(lang, &format!("trend-{trend}"))) } } }
}

/// The chart in figures.
fn periods(lang: Lang, d: &Definition, c: &indicator::chart::ControlChart) -> Markup {
    let heads = ["period", "figure-value", "chart-limits", "figure-rules"].map(|k| t(lang, k));
    #[expect(clippy::cast_precision_loss, reason = "1 to 10000")]
    let per = if d.measure == indicator::Measure::Rate { d.per as f64 } else { 1.0 };
    let rows = c.points.iter().rev().map(|p| Row {
        cells: vec![
            html! { (p.period) },
            html! { (shown(lang, d, p.value * per)) },
            html! { (p.n) },
            html! { (shown(lang, d, (p.low * per).max(0.0))) " – " (shown(lang, d, p.high * per)) },
            html! { (p.signals.iter().map(|s| draw::rule(lang, s)).collect::<Vec<_>>().join(lang.pick("；", "; "))) },
        ],
        ..Row::default()
    });
    let table = look::data_table(&DataTable {
        lang,
        id: "periods",
        caption: &t(lang, "in-time"),
        columns: vec![
            Column::text(&heads[0]),
            Column::figure(&heads[1], ""),
            Column::figure("n", ""),
            Column::figure(&heads[2], ""),
            Column::text(&heads[3]),
        ],
        rows: rows.collect(),
        narrow: Narrow::Scroll,
        ..DataTable::default()
    });
    html! { details { summary { (t(lang, "in-figures")) } (table) } }
}

fn peer_table(lang: Lang, d: &Definition, p: &indicator::Distribution, own: Option<&str>) -> Markup {
    let alone = p.peers.iter().all(|peer| whole(d, &peer.figure));
    let counted = if alone { "figure-cases" } else { "figure-parts" };
    let heads = ["unit", "figure-value", "figure-interval", counted].map(|k| t(lang, k));
    let rows = p.peers.iter().map(|peer| {
        let f = &peer.figure;
        let mine = own == Some(peer.unit.as_str());
        Row {
            cells: vec![
                html! { @if mine { b { (peer.unit) " " (said(lang, &peer.name)) } } @else { (peer.unit) " " (said(lang, &peer.name)) } },
                cell(lang, d, f),
                interval(lang, d, f),
                html! { @if alone { (count(f.n)) } @else { (count(f.numerator)) " / " (count(f.denominator)) } },
            ],
            ..Row::default()
        }
    });
    look::data_table(&DataTable {
        lang,
        id: "peers",
        caption: &t(lang, "among-peers"),
        columns: columns(&heads),
        rows: rows.collect(),
        empty: Empty { title: &t(lang, "no-data"), ..Empty::default() },
        ..DataTable::default()
    })
}

/// How the values of the peers lie that are not named.
fn unnamed(lang: Lang, d: &Definition, p: &indicator::Distribution) -> Markup {
    let values: Vec<String> = p.unnamed.iter().map(|v| shown(lang, d, *v)).collect();
    let five = p.five.map(|five| five.map(|v| shown(lang, d, v)).join(" · "));
    html! {
        @if !values.is_empty() {
            p class="quiet" { (t_args(lang, "peers-unnamed", &[("n", values.len().into()), ("values", values.join(lang.pick("、", ", ")).into())])) }
        }
        @if let Some(five) = five { p class="quiet" { (t(lang, "five-numbers")) " " (five) } }
    }
}

/// A name, and the figures beside it.
fn columns(heads: &[String; 4]) -> Vec<Column<'_>> {
    let [name, figures @ ..] = heads;
    std::iter::once(Column::text(name)).chain(figures.iter().map(|head| Column::figure(head, ""))).collect()
}

fn interval(lang: Lang, d: &Definition, f: &indicator::Figure) -> Markup {
    html! { @if let Some((a, b)) = f.interval { (shown(lang, d, a)) " – " (shown(lang, d, b)) } }
}

/// The figure group by group: lanes, risks, chapters.
fn by_group(lang: Lang, d: &Definition, groups: &[indicator::GroupLine]) -> Markup {
    let percent = Definition { unit: "percent".into(), ..d.clone() };
    let heads = ["group-of-cases", "figure-value", "figure-interval", "figure-parts"].map(|k| t(lang, k));
    let rows = groups.iter().map(|g| {
        let (f, d) = (&g.figure, if g.share { &percent } else { d });
        Row {
            cells: vec![
                html! { (group_name(lang, &g.group)) },
                html! { (cell(lang, d, f)) @if let Some(v) = f.p90 { " · P90 " (shown(lang, d, v)) } },
                interval(lang, d, f),
                html! { @if !whole(d, f) { (count(f.numerator)) " / " (count(f.denominator)) " · " } "n = " (count(f.n)) },
            ],
            ..Row::default()
        }
    });
    look::data_table(&DataTable {
        lang,
        id: "groups",
        caption: &t(lang, "by-group"),
        columns: columns(&heads),
        rows: rows.collect(),
        narrow: Narrow::Scroll,
        ..DataTable::default()
    })
}

/// A group by its words, where they are known; lanes, bases of selection and chapters keep their codes else.
fn group_name(lang: Lang, group: &str) -> String {
    let part = |code: &str| {
        let key = format!("lane-{code}");
        let word = t(lang, &key);
        if code.is_empty() {
            t(lang, "none-stated")
        } else if word == key {
            code.to_owned()
        } else {
            word
        }
    };
    group.split('|').map(part).collect::<Vec<_>>().join(" · ")
}

/// What the figure means: formula, direction, what keeps it honest, on which records it rests.
fn meaning(lang: Lang, d: &Definition) -> Markup {
    let kinds: Vec<String> = indicator::kinds(d).iter().map(|k| kind_word(lang, k)).collect();
    let words = [
        "formula",
        "better-which",
        "period",
        "family",
        "indicator-guard",
        "guards",
        "facts-read",
        "indicator-status",
        "version",
    ]
    .map(|k| t(lang, k));
    let comma = lang.pick("、", ", ");
    let guard = lang.pick(&d.guard_zh, &d.guard_en);
    let rolling =
        d.rolling_months.map_or_else(String::new, |n| t_args(lang, "rolling-months", &[("n", n.into())]));
    definition_list(
        &[
            (&words[0], html! { (both(lang, &d.says())) }),
            (&words[1], html! { (direction_word(lang, d)) }),
            (&words[2], html! { (t(lang, &format!("every-{}", every(d)))) " " (rolling) }),
            (&words[3], html! { (t(lang, &format!("family-{}", d.family))) " · " (d.mechanism) }),
            (&words[4], html! { @if guard.is_empty() { (t(lang, "none-stated")) } @else { (guard) } }),
            (
                &words[5],
                html! { @for g in &d.guards { a href={ "/indicators/" (g) } { (g) } " " } @if d.guards.is_empty() { (t(lang, "none-stated")) } },
            ),
            (
                &words[6],
                html! { @if kinds.is_empty() { (both(lang, &d.waits())) } @else { (kinds.join(comma)) } },
            ),
            (&words[7], html! { (t(lang, &format!("status-{}", d.status))) }),
            (&words[8], html! { (d.version) @if let Some(from) = d.from { " · " (from) } }),
        ],
        true,
    )
}

fn every(d: &Definition) -> &'static str {
    match d.period {
        indicator::Every::Month => "month",
        indicator::Every::Quarter => "quarter",
        indicator::Every::HalfYear => "half-year",
        indicator::Every::Year => "year",
    }
}
