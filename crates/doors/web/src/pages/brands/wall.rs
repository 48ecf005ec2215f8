//! The wall: three families, each brand a line with its promise, today's value beside its peers, where it stands, what
//! comes next and what the people it serves say.
use axum::extract::{Query, State};
use excellence::brand::{self, Brand};
use excellence::indicator::{self, Score};
use kernel::Role;
use maud::{Markup, html};
use registry::people;
use serde::Deserialize;
use store::Tx;

use super::{next_date, points, stage_badge, unit_of};
use crate::answer::{Answer, said, told};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Empty, Lang, Sign, Tone, badge, button_link, button_link_secondary, empty_state, figure_legend, t,
};
use crate::pages::indicators::{Bar, bar, catalogue, state_word, target_badge};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Brands of one page.
const PAGE: i64 = 60;
/// Families in the order of the article that asks for them.
const FAMILIES: [&str; 3] = ["regulatory", "service", "people"];

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/brands", wall)]
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
}

/// What a line of the wall shows.
struct Line<'c> {
    brand: Brand,
    unit: String,
    score: Option<Score<'c>>,
    users_milli: Option<i64>,
}

async fn wall(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let c = catalogue()?;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let brands = brand::list(&mut tx, &asked.after, PAGE).await?;
    let next = brands.last().filter(|_| i64::try_from(brands.len()).is_ok_and(|n| n == PAGE));
    let next = next.map(|b| format!("/brands?after={}", crate::route::encoded(&b.positioning.code)));
    let mut lines = Vec::new();
    for b in brands {
        let unit = unit_of(&units, &b);
        let score = indicator::score(&mut tx, &c, &b.positioning.indicator, unit).await.ok();
        let users_milli = users(&mut tx, &b).await?;
        let unit = unit.map(|u| said(lang, &u.name)).unwrap_or_default();
        lines.push(Line { brand: b, unit, score, users_milli });
    }
    let body = html! {
        @for family in FAMILIES { (of_family(lang, family, &lines)) }
        @let activities: Vec<&Line<'_>> = lines.iter().filter(|l| l.brand.stage == "activity").collect();
        @if !activities.is_empty() {
            (look::section(&t(lang, "activities"), Markup::default(), html! {
                p class="quiet" { (t(lang, "activities-lede")) }
                @for l in activities { (line(lang, l)) }
            }))
        }
        (figure_legend(lang))
        @if let Some(next) = &next { p { a href=(next) rel="next" { (t(lang, "pager-next")) } } }
    };
    let (title, lede) = (t(lang, "brands"), t(lang, "brands-lede"));
    let may_propose = who.actor().has(&[Role::Manager]);
    let actions = html! {
        @if may_propose { (button_link(&t(lang, "propose-brand"), "/brands/new")) }
        (button_link_secondary(&t(lang, "brand-balance"), "/brands/balance"))
    };
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), actions, ..Page::default() }, body))
}

/// What members and users said at the last gate.
async fn users(tx: &mut Tx, b: &Brand) -> kernel::Result<Option<i64>> {
    Ok(brand::gates(tx, b.id).await?.last().map(|g| g.scores.users_milli))
}

fn of_family(lang: Lang, family: &str, lines: &[Line<'_>]) -> Markup {
    let of = lines.iter().filter(|l| l.brand.positioning.family == family && l.brand.stage != "activity");
    let of: Vec<&Line<'_>> = of.collect();
    let (none, advice) = (t(lang, "no-brands"), t(lang, "no-brands-advice"));
    look::section(
        &t(lang, &format!("brand-family-{family}")),
        Markup::default(),
        html! {
            @if of.is_empty() { (empty_state(&Empty { title: &none, advice: &advice, ..Empty::default() })) }
            @for l in of { (line(lang, l)) }
        },
    )
}

fn line(lang: Lang, l: &Line<'_>) -> Markup {
    let (b, p) = (&l.brand, &l.brand.positioning);
    let href = format!("/brands/{}", b.id);
    html! {
        article class="wall" {
            div {
                h3 { a href=(href) { (said(lang, &p.name)) } }
                p class="quiet" { (l.unit) " · " (p.code) }
                p { (stage_badge(lang, &b.stage)) @if b.title { " " (badge(Tone::Go, Sign::Check, &t(lang, "title-awarded"))) } }
            }
            div {
                p class="promise" { (told(lang, &p.promise)) }
                @match &l.score { Some(s) => (today(lang, s, &href)), None => p class="quiet" { (p.indicator) } }
            }
            dl {
                @if let Some((what, day)) = next_date(lang, b) { dt { (what) } dd { (day) } }
                dt { (t(lang, "users-view")) }
                dd { @match l.users_milli { Some(m) => { (points(m)) " / 100" }, None => span class="quiet" { (t(lang, "no-data")) } } }
            }
        }
    }
}

/// Today's value of a brand's indicator.
fn today(lang: Lang, s: &Score<'_>, href: &str) -> Markup {
    let d = s.definition;
    let Some(card) = &s.card else {
        return html! { p class="quiet" { (state_word(lang, indicator::State::Waiting)) } };
    };
    let label = format!("{} · {}", said(lang, &d.name()), card.period);
    let b = Bar {
        d,
        label: &label,
        figure: &card.closed,
        peers: &s.peers,
        baseline: card.baseline.value,
        href,
        need: 10,
    };
    html! { (bar(lang, &b)) @if s.target_milli.is_some() { p { (target_badge(lang, d, &card.closed, s.target_milli)) } } }
}
