//! The public page of promises: what a unit promises to those it serves, and what is being achieved today. It shows
//! only what may be public: promises of service and of regulatory work that were approved, the value of the unit that
//! promises with its interval and number of cases, and the target. Peers, guards, scores and people stay inside.
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use excellence::brand::{self, Brand};
use excellence::indicator::{self, Score};
use maud::{Markup, html};
use registry::people;

use crate::answer::{Answer, said, told};
use crate::guard::{Anyone, Page, framed};
use crate::look::{Empty, Lang, definition_list, empty_state, format, section, t, t_args};
use crate::pages::indicators::{catalogue, shown, state_word, target_badge};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Promises of one page: a bureau makes a few dozen.
const MOST: i64 = 200;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/promises", page)]
}

/// Whether a brand's promise is one to the public, and in force.
fn is_public(b: &Brand) -> bool {
    ["creating", "passed", "ruled"].contains(&b.stage.as_str())
        && ["service", "regulatory"].contains(&b.positioning.family.as_str())
}

async fn page(who: Anyone, State(web): State<Web>) -> Answer<Response> {
    let lang = who.lang;
    let c = catalogue()?;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let mut all = Vec::new();
    for b in brand::list(&mut tx, "", MOST).await?.into_iter().filter(is_public) {
        let unit = units.iter().find(|u| u.id == b.positioning.unit);
        let score = indicator::score(&mut tx, &c, &b.positioning.indicator, unit).await?;
        // What is only watched or counts money is nobody's promise.
        if score.definition.watch_only || score.definition.money || score.definition.side_information {
            continue;
        }
        let target = brand::charter(&mut tx, b.id).await?.and_then(|c| c.1.target_milli);
        let unit = unit.map(|u| said(lang, &u.name)).unwrap_or_default();
        all.push(section(
            told(lang, &b.positioning.promise),
            Markup::default(),
            promise(lang, &b, &unit, &score, target),
        ));
    }
    let (none, advice) = (t(lang, "no-promises"), t(lang, "no-promises-advice"));
    let body = html! {
        @if all.is_empty() { (empty_state(&Empty { title: &none, advice: &advice, ..Empty::default() })) }
        @for one in &all { (one) }
        p class="quiet" { (t(lang, "promises-note")) }
    };
    let (title, lede) = (t(lang, "service-promises"), t(lang, "promises-lede"));
    let page = Page { title: &title, lede: Some(&lede), ..Page::default() };
    // Always the public frame: an officer sees what everyone sees.
    Ok(framed(&web, lang, &who.url, None, page, body).into_response())
}

fn promise(lang: Lang, b: &Brand, unit: &str, s: &Score<'_>, target: Option<i64>) -> Markup {
    let d = s.definition;
    let words = ["promised-by", "promised-to", "achieved-now", "formula"].map(|k| t(lang, k));
    definition_list(
        &[
            (&words[0], html! { (unit) " · " (said(lang, &b.positioning.name)) }),
            (&words[1], html! { (told(lang, &b.positioning.beneficiary)) }),
            (&words[2], achieved(lang, s, target)),
            (&words[3], html! { (said(lang, &d.name())) ": " (said(lang, &d.says())) }),
        ],
        false,
    )
}

fn achieved(lang: Lang, s: &Score<'_>, target: Option<i64>) -> Markup {
    let d = s.definition;
    let Some(card) = &s.card else { return html! { (state_word(lang, indicator::State::Waiting)) } };
    let f = &card.closed;
    html! {
        @match f.value {
            Some(v) => {
                b { (shown(lang, d, v)) }
                @if let Some((low, high)) = f.interval { " [" (shown(lang, d, low)) "; " (shown(lang, d, high)) "]" }
                " · " (t_args(lang, "of-cases", &[("n", format::integer(f.n).into())])) " · " (card.period) " "
                (target_badge(lang, d, f, target))
            }
            None => { (state_word(lang, f.state)) " · " (card.period) }
        }
    }
}
