//! Peer learning: the challenges, one with its frozen criteria and what this unit sees of the ranks, and its deeds.
mod deeds;
mod one;

use axum::extract::State;
use excellence::challenge::{self, Challenge};
use kernel::Role;
use maud::{Markup, html};

use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{Lang, Row, Sign, Tone, badge, button_link, format, t};
use crate::pages::sheet::{Listing, listing};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Challenges on the list.
const MOST: i64 = 60;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [vec![get("/challenges", list)], one::routes(), deeds::routes()].into_iter().flatten().collect()
}

fn stage(lang: Lang, c: &Challenge) -> Markup {
    let (tone, sign) = match c.stage.as_str() {
        "waiting" => (Tone::Wait, Sign::Warn),
        "published" => (Tone::Plain, Sign::Half),
        "scored" => (Tone::Plain, Sign::Dot),
        "awarded" => (Tone::Go, Sign::Check),
        _ => (Tone::Plain, Sign::Ring),
    };
    badge(tone, sign, &t(lang, &format!("challenge-{}", c.stage)))
}

async fn list(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let all = challenge::list(&mut tx, MOST).await?;
    let rows = all.iter().map(|c| Row {
        href: Some(format!("/challenges/{}", c.id)),
        cells: vec![
            html! { (said(lang, &c.name)) },
            html! { (c.indicator) },
            html! { (format::date(c.starts_on)) " – " (format::date(c.ends_on)) },
            stage(lang, c),
        ],
        ..Row::default()
    });
    let body = listing(Listing {
        lang,
        id: "challenges",
        caption: "challenges",
        heads: &["name", "indicator", "brand-horizon", "standing"],
        rows: rows.collect(),
        empty: ("no-challenges", "no-challenges-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let (title, lede) = (t(lang, "challenges"), t(lang, "challenges-lede"));
    let may = who.actor().has(&[Role::Registrar]);
    let actions = html! { @if may { (button_link(&t(lang, "propose-challenge"), "/challenges/new")) } };
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), actions, ..Page::default() }, body))
}
