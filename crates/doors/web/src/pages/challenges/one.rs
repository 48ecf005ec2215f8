//! One challenge: criteria, ranks as far as they are shown, objections, learning pairs, and what may be done.
use axum::extract::{Path, State};
use excellence::challenge::{self, Challenge, Criteria, RedLine, Standing, TieRule};
use excellence::indicator::Definition;
use kernel::{Actor, ChallengeId, Role, UnitId};
use maud::{Markup, html};
use registry::people::{self, Unit};
use std::collections::BTreeSet;
use store::Tx;

use super::stage;
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Action, Column, Crumb, DataTable, Empty, Kind, Lang, Row, Sign, Tone, badge, definition_list,
    format, t, t_args,
};
use crate::pages::indicators::{catalogue, shown};
use crate::pages::kit;
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/challenges/{id}", page)]
}

async fn page(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let id: ChallengeId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let c = challenge::one(&mut tx, id).await?;
    let units = people::units(&mut tx).await?;
    let by = who.actor();
    let catalogue = catalogue()?;
    let d = catalogue.newest(&c.indicator)?;
    let named = challenge::named_to(&c, &by);
    let named = named.as_ref();
    let main = html! {
        (rules(lang, &c, d, &units))
        @if let Some(k) = &c.criteria { (criteria(lang, &c, (k, d), named, &units)) }
        @if !c.standings.is_empty() { (ranks(lang, d, &challenge::seen_by(&c, &by), &units)) }
        (objections(&mut tx, lang, id, named, &units).await?)
        (pairs(&mut tx, lang, id, named, &units).await?)
    };
    let body = look::split(&t(lang, "may-do"), main, deeds(lang, &by, &c));
    let (root, title) = (t(lang, "challenges"), said(lang, &c.name));
    let crumbs = [Crumb { label: &root, href: Some("/challenges") }, Crumb { label: &c.code, href: None }];
    let status = stage(lang, &c);
    Ok(who.page(&web, Page { title: &title, status, crumbs: &crumbs, ..Page::default() }, body))
}

/// The units that are named to the reader; none for all of them.
type Named<'n> = Option<&'n BTreeSet<UnitId>>;

/// Whether a unit is named to the reader.
pub(super) fn is_named(named: Named<'_>, unit: UnitId) -> bool {
    named.is_none_or(|n| n.contains(&unit))
}

/// A tie rule in words.
pub(super) fn tie_word(lang: Lang, rule: TieRule) -> String {
    t(lang, &format!("tie-{}", rule.code().replace('_', "-")))
}

/// A red line in words.
pub(super) fn line_word(lang: Lang, line: RedLine) -> String {
    t(lang, &format!("red-{}", line.code().replace('_', "-")))
}

/// Deeds by stage and role; the acts themselves have the last word.
fn deeds(lang: Lang, by: &Actor, c: &Challenge) -> Markup {
    let whole = by.scope == kernel::Scope::Bureau;
    let manager = by.has(&[Role::Manager]);
    let registrar = by.has(&[Role::Registrar]);
    let mut open: Vec<&str> = Vec::new();
    match c.stage.as_str() {
        "waiting" if manager && whole => open.push("approve"),
        "proposed" if registrar => open.push("publish"),
        "published" => {
            if manager {
                open.push("take")
            }
            if registrar {
                open.push("score")
            }
        }
        "scored" | "awarded" => {
            if manager && !whole && c.stage == "scored" {
                open.push("object")
            }
            if by.has(&[Role::Auditor]) && c.stage == "scored" {
                open.push("answer")
            }
            if manager && whole && c.stage == "scored" {
                open.push("award")
            }
            if registrar {
                open.extend(["pair", "check"])
            }
            if manager {
                open.push("visit")
            }
        }
        _ => {}
    }
    let words: Vec<String> = open.iter().map(|d| t(lang, &format!("challenge-do-{d}"))).collect();
    let places: Vec<String> = open.iter().map(|d| format!("/challenges/{}/do/{d}", c.id)).collect();
    let can: Vec<Action<'_>> = words
        .iter()
        .zip(&places)
        .enumerate()
        .map(|(i, (label, place))| Action {
            label,
            href: Some(place),
            kind: if i == 0 { Kind::Primary } else { Kind::Secondary },
            ..Action::default()
        })
        .collect();
    look::may_do(lang, &can, &[])
}

fn rules(lang: Lang, c: &Challenge, d: &Definition, units: &[Unit]) -> Markup {
    let words =
        ["indicator", "brand-horizon", "tie-rule", "red-line", "contests-of-quarter", "challenge-awarded"]
            .map(|k| t(lang, k));
    let lines: Vec<String> = c.red_lines.iter().map(|l| line_word(lang, *l)).collect();
    definition_list(
        &[
            (
                &words[0],
                html! { a href={ "/indicators/" (c.indicator) } { (c.indicator) " " (said(lang, &d.name())) } },
            ),
            (&words[1], html! { (format::date(c.starts_on)) " – " (format::date(c.ends_on)) }),
            (&words[2], html! { (tie_word(lang, c.tie_rule)) }),
            (&words[3], html! { (lines.join(lang.pick("；", "; "))) }),
            (&words[4], html! { (c.others + 1) }),
            (
                &words[5],
                html! { @match c.awarded { Some(u) => (name(lang, units, u)), None => (t(lang, "none-stated")) } },
            ),
        ],
        false,
    )
}

fn name(lang: Lang, units: &[Unit], id: kernel::UnitId) -> String {
    units.iter().find(|u| u.id == id).map(|u| said(lang, &u.name)).unwrap_or_default()
}

fn criteria(
    lang: Lang,
    c: &Challenge,
    (k, d): (&Criteria, &Definition),
    named: Named<'_>,
    units: &[Unit],
) -> Markup {
    let at = c.published_at.map(|at| format::date_of(at.instant())).unwrap_or_default();
    look::section(
        &t(lang, "challenge-criteria"),
        html! { span class="quiet" { (at) " · " code { (c.sha256.chars().take(12).collect::<String>()) } } },
        html! {
            p class="quiet" { (t(lang, "fair-groups")) }
            (matched(lang, k, d, named, units))
            @if named.is_some() { (others(lang, k, d, named)) }
        },
    )
}

/// How the units lie that are not named, group by group; of two or fewer only that they are there, since their numbers
/// would name them.
fn others(lang: Lang, k: &Criteria, d: &Definition, named: Named<'_>) -> Markup {
    const FEW: usize = 3;
    let of = |g: &[UnitId]| g.iter().copied().filter(|u| !is_named(named, *u)).collect::<Vec<UnitId>>();
    let values = |g: &[UnitId]| {
        let mut all: Vec<f64> = k.baseline.iter().filter(|b| g.contains(&b.0)).filter_map(|b| b.1).collect();
        all.sort_by(f64::total_cmp);
        let at = |share: usize| shown(lang, d, all[(all.len() - 1) * share / 4]);
        (all.len() >= FEW).then(|| [0, 1, 2, 3, 4].map(at).join(" · "))
    };
    let groups = k.groups.iter().enumerate().map(|(n, g)| (n + 1, of(g))).filter(|(_, g)| !g.is_empty());
    html! {
        ul class="plain-list" { @for (n, g) in groups {
            li {
                (t_args(lang, "matched-unnamed", &[("group", n.into()), ("n", g.len().into())]))
                @if let Some(five) = values(&g) { " · " (t(lang, "legend-baseline")) ": " (five) }
            }
        } }
    }
}

/// The numbers that the groups rest on, with each unit's own baseline.
fn matched(lang: Lang, k: &Criteria, d: &Definition, named: Named<'_>, units: &[Unit]) -> Markup {
    let heads = ["unit", "peer-group", "matched-volume", "matched-staff", "matched-goods", "legend-baseline"]
        .map(|w| t(lang, w));
    let rows = k.groups.iter().enumerate().flat_map(|(n, g)| g.iter().map(move |u| (n + 1, *u)));
    let rows = rows.filter(|(_, u)| is_named(named, *u)).map(|(n, u)| {
        let peer = k.matched.iter().find(|p| p.unit == u);
        let base = k.baseline.iter().find(|b| b.0 == u).and_then(|b| b.1);
        Row {
            cells: vec![
                html! { (name(lang, units, u)) },
                html! { (n) @if k.groups[n - 1].len() == 1 { br; span class="quiet" { (t(lang, "improvement-only")) } } },
                html! { @if let Some(p) = peer { (p.volume) } },
                html! { @if let Some(p) = peer { (p.staff) } },
                html! { @if let Some(p) = peer { (goods(lang, p)) } },
                html! { @match base { Some(v) => (shown(lang, d, v)), None => (t(lang, "no-data")) } },
            ],
            ..Row::default()
        }
    });
    let columns = heads.iter().enumerate().map(|(i, h)| match i {
        0 | 4 => Column::text(h),
        _ => Column::figure(h, ""),
    });
    look::data_table(&DataTable {
        lang,
        id: "matched",
        caption: &t(lang, "matched"),
        columns: columns.collect(),
        rows: rows.collect(),
        ..DataTable::default()
    })
}

/// The three chapters that a unit handles most.
fn goods(lang: Lang, p: &challenge::Peer) -> String {
    let all: i64 = p.goods.values().sum();
    if all == 0 {
        return t(lang, "no-data");
    }
    let mut most: Vec<(&String, &i64)> = p.goods.iter().collect();
    most.sort_by_key(|(chapter, n)| (-**n, *chapter));
    let told = most.iter().take(3).map(|(chapter, n)| format!("{chapter} {} %", *n * 100 / all));
    told.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn ranks(lang: Lang, d: &Definition, seen: &[Standing], units: &[Unit]) -> Markup {
    let heads =
        ["unit", "peer-group", "place-by-level", "figure-value", "figure-interval", "place-by-gain", "gain"]
            .map(|k| t(lang, k));
    let place = |p: Option<usize>| html! { @match p { Some(p) => (p), None => span class="quiet" { "—" } } };
    let rows = seen.iter().map(|s| Row {
        cells: vec![
            html! { (name(lang, units, s.unit)) },
            html! { (s.group) },
            place(s.level_place),
            html! { @match s.value { Some(v) => (shown(lang, d, v)), None => span class="quiet" { (t(lang, "state-insufficient")) } } " · n = " (s.n) },
            html! { @if let Some((a, b)) = s.interval { (shown(lang, d, a)) " – " (shown(lang, d, b)) } },
            place(s.gain_place),
            html! {
                @if let Some(g) = s.gain { @if g > 0.0 { "+" } (shown(lang, d, g)) }
                @if let Some((a, b)) = s.gain_interval { " (" (shown(lang, d, a)) " – " (shown(lang, d, b)) ")" }
            },
        ],
        ..Row::default()
    });
    let table = look::data_table(&DataTable {
        lang,
        id: "ranks",
        caption: &t(lang, "ranks"),
        columns: heads
            .iter()
            .enumerate()
            .map(|(i, h)| if i == 0 { Column::text(h) } else { Column::figure(h, "") })
            .collect(),
        rows: rows.collect(),
        empty: Empty { title: &t(lang, "no-data"), ..Empty::default() },
        ..DataTable::default()
    });
    look::section(
        &t(lang, "ranks"),
        Markup::default(),
        html! { p class="quiet" { (t(lang, "ranks-lede")) } (table) },
    )
}

async fn objections(
    tx: &mut Tx,
    lang: Lang,
    id: ChallengeId,
    named: Named<'_>,
    units: &[Unit],
) -> kernel::Result<Markup> {
    let mut all = challenge::objections(tx, id).await?;
    all.retain(|o| is_named(named, o.unit));
    if all.is_empty() {
        return Ok(Markup::default());
    }
    Ok(look::section(
        &t(lang, "objections"),
        Markup::default(),
        html! {
            ul class="plain-list" { @for o in &all {
                li {
                    b { (name(lang, units, o.unit)) } ": " (o.text) " — "
                    @match o.upheld {
                        Some(true) => { (badge(Tone::Loud, Sign::Warn, &t(lang, "objection-upheld"))) " " (o.answer) },
                        Some(false) => { (t(lang, "objection-rejected")) ": " (o.answer) },
                        None => (badge(Tone::Wait, Sign::Warn, &t(lang, "objection-open"))),
                    }
                }
            } }
        },
    ))
}

async fn pairs(
    tx: &mut Tx,
    lang: Lang,
    id: ChallengeId,
    named: Named<'_>,
    units: &[Unit],
) -> kernel::Result<Markup> {
    let mut all = challenge::pairs(tx, id).await?;
    // Who learns is behind the other: it is told to those who see where it stands, and to the one who shows.
    all.retain(|p| is_named(named, p.learner));
    if all.is_empty() {
        return Ok(Markup::default());
    }
    Ok(look::section(
        &t(lang, "learning-pairs"),
        Markup::default(),
        html! {
            ul class="plain-list" { @for p in &all {
                li {
                    b { (name(lang, units, p.learner)) " ← " (name(lang, units, p.teacher)) } ": "
                    @if p.visited_at.is_none() { (t(lang, "pair-not-visited")) }
                    @else if p.counted() {
                        (p.plan) @if let Some(day) = p.check_on { " · " (t_args(lang, "checked-on", &[("day", format::date(day).into())])) }
                        @if let Some(adopted) = p.adopted { " · " (t(lang, if adopted { "pair-adopted" } else { "pair-not-adopted" })) }
                    } @else { (t(lang, "pair-not-counted")) }
                }
            } }
        },
    ))
}
