//! Assessments: what waits for me as candidate or assessor, the theory test sat in the browser, the witnessed task and
//! the review of records; and reviews of decisions.
mod new;
mod one;
mod report;
mod reviews;
mod sit;

use axum::extract::State;
use kernel::{OfficerId, Role};
use maud::{Markup, html};
use supervision::assessment::{self, Assessment};

use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{Lang, Row, Sign, Tone, badge, button_link, button_link_secondary, format, section, t};
use crate::pages::kit::officer_name;
use crate::pages::sheet::{Listing, listing};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        vec![get("/assessments", list)],
        new::routes(),
        one::routes(),
        sit::routes(),
        report::routes(),
        reviews::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How an assessment stands, as a word with its sign.
fn standing(lang: Lang, a: &Assessment) -> Markup {
    match a.outcome.as_str() {
        "authorised" => badge(Tone::Go, Sign::Check, &t(lang, "assessment-authorised")),
        "not_authorised" => badge(Tone::Stop, Sign::Cross, &t(lang, "assessment-not-authorised")),
        _ => badge(Tone::Plain, Sign::Half, &t(lang, "assessment-running")),
    }
}

/// The duty with its goods.
fn matter(lang: Lang, a: &Assessment) -> String {
    let goods = if a.hs_prefix.is_empty() { t(lang, "all-goods") } else { format!("HS {}", a.hs_prefix) };
    format!("{} · {goods}", said(lang, &a.duty.name()))
}

async fn list(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let own = who.actor().officer;
    let (mut open, mut past) = (Vec::new(), Vec::new());
    if let Some(own) = own {
        open = assessment::open_of(&mut tx, own).await?;
        past = assessment::of_officer(&mut tx, own).await?.into_iter().filter(Assessment::decided).collect();
    }
    let mut names = std::collections::BTreeMap::new();
    for a in open.iter().chain(&past) {
        names.insert(a.officer, officer_name(&mut tx, lang, a.officer).await?);
    }
    let rows = |all: &[Assessment]| all.iter().map(|a| row(lang, a, own, &names)).collect();
    let table = |id: &'static str, all: &[Assessment], empty: (&'static str, &'static str)| {
        listing(Listing {
            lang,
            id,
            caption: id,
            heads: &["duty", "candidate", "your-part", "opened-on", "standing"],
            rows: rows(all),
            empty,
            next: None,
            first: None,
            paged: false,
        })
    };
    let body = html! {
        (section(&t(lang, "assessments-open"), Markup::default(), table("assessments-open", &open, ("no-assessments", "no-assessments-advice"))))
        @if !past.is_empty() { (section(&t(lang, "assessments-past"), Markup::default(), table("assessments-past", &past, ("no-assessments", "no-assessments-advice")))) }
    };
    let (title, lede) = (t(lang, "assessments"), t(lang, "assessments-lede"));
    let opens = who.actor().has(&[Role::Manager, Role::Registrar]);
    let actions = html! {
        @if opens { (button_link(&t(lang, "open-assessment"), "/assessments/new")) }
        (button_link_secondary(&t(lang, "declare-recusal"), "/assessments/recuse"))
    };
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), actions, ..Page::default() }, body))
}

fn row(
    lang: Lang,
    a: &Assessment,
    own: Option<OfficerId>,
    names: &std::collections::BTreeMap<OfficerId, String>,
) -> Row<'static> {
    let part = if own == Some(a.officer) { "as-candidate" } else { "as-assessor" };
    Row {
        href: Some(format!("/assessments/{}", a.id)),
        cells: vec![
            html! { (matter(lang, a)) },
            html! { (names.get(&a.officer).cloned().unwrap_or_default()) },
            html! { (t(lang, part)) },
            html! { (format::date_of(a.opened_at.instant())) },
            standing(lang, a),
        ],
        ..Row::default()
    }
}
