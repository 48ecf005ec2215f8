//! A series of intensified control: its clean run, its failures, the demand to the plant, and the export suspended.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Actor, Refusal, Result, Role};
use maud::{Markup, html};
use registry::trade;
use store::Tx;
use supervision::{
    notification,
    series::{self, Series},
};

use super::form::{Ask, At, Spec, found, page, spec, stop};
use super::{chip, follows, hazard, rule};
use crate::answer::{Answer, said};
use crate::guard::{FollowUps, Page, Staff, Who};
use crate::look::{self, Action, Cannot, Crumb, Kind, Lang, Sign, Stat, Tone, badge, format, t};
use crate::pages::sheet::{Given, conclude, done, nothing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/series/{id}", one), get("/series/{id}/{deed}", ask), post("/series/{id}/{deed}", act)]
}

const SPECS: [Spec; 3] = [
    spec("answer", &[Ask::Lines("answer", 10)]),
    stop("suspend", &[Ask::Lines("reason", 4)]),
    spec("resume", &[Ask::Lines("reason", 4)]),
];

/// Where a series stands.
pub(super) fn state(lang: Lang, s: &Series) -> Markup {
    if s.ended_at.is_some() {
        return badge(Tone::Go, Sign::Check, &t(lang, "fu-series-ended"));
    }
    if s.suspended_at.is_some() {
        return badge(Tone::Stop, Sign::Square, &t(lang, "fu-series-suspended"));
    }
    if s.demanded.is_some() && s.answered_at.is_none() {
        return badge(Tone::Wait, Sign::Warn, &t(lang, "fu-series-demanded"));
    }
    badge(Tone::Plain, Sign::Half, &t(lang, "fu-series-running"))
}

async fn sought(tx: &mut Tx, id: &str) -> Answer<Series> {
    let found = match id.parse() {
        Ok(id) => series::one(tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

async fn name(tx: &mut Tx, lang: Lang, s: &Series) -> Result<String> {
    let plant = trade::plant(tx, s.plant).await?.map_or_else(String::new, |p| said(lang, &p.name));
    Ok(format!("{plant} · HS {} · {}", s.heading, s.market))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let mut tx = web.read().await?;
    let s = sought(&mut tx, &id).await?;
    let title = name(&mut tx, lang, &s).await?;
    let n = notification::one(&mut tx, s.notification).await?.map_or_else(String::new, |n| n.no);
    let rule = rule(&mut tx, lang, &s.rule_version, "series.clean_run").await?;
    let (clean, failures) = (format!("{} / {}", s.clean, s.needed), s.failures.to_string());
    let (run, failed) = (t(lang, "fu-clean-run"), t(lang, "fu-failures"));
    let stats = [
        Stat { name: &run, value: Some(&clean), more: &rule, ..Stat::default() },
        Stat { name: &failed, value: Some(&failures), ..Stat::default() },
    ];
    let pairs = [
        ("fu-notification", html! { a href={ "/notifications/" (s.notification) } { (n) } }),
        ("fu-opened", html! { (format::date_time(s.opened_at.instant())) }),
        ("fu-demanded", match s.demanded {
            Some((at, due)) => html! { span { (format::date_time(at.instant())) " " (chip(lang, tx.now(), (at, due), "", s.answered_at)) } },
            None => html! { span class="quiet" { (t(lang, "fu-no-demand")) } },
        }),
    ]
    .map(|(k, v)| (t(lang, k), v));
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    let main = html! {
        (look::stats(lang, &stats))
        (look::definition_list(&pairs, true))
        @if !s.answer.is_empty() { (look::section(&t(lang, "fu-answer"), html! {}, html! { p class="note" { (s.answer) } })) }
        @if s.suspended_at.is_some() { (look::section(&t(lang, "fu-series-suspended"), html! {}, html! { p class="note" { (s.suspension) } })) }
    };
    let body = look::split(&t(lang, "may-do"), main, may_do(lang, &by, &s));
    let room = t(lang, "fu-series");
    let crumbs = [Crumb { label: &room, href: Some("/series") }, Crumb { label: &title, href: None }];
    let lede = hazard(lang, &s.hazard);
    let status = state(lang, &s);
    let page = Page { title: &title, lede: Some(&lede), status, crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body))
}

fn may_do(lang: Lang, by: &Actor, s: &Series) -> Markup {
    let words = ["answer", "suspend", "resume"]
        .map(|k| (t(lang, &format!("fu-do-{k}")), format!("/series/{}/{k}", s.id)));
    let [answer, suspend, resume] = &words;
    let link = |w: &'static str, kind: Kind| {
        let (label, href) = match w {
            "answer" => answer,
            "suspend" => suspend,
            _ => resume,
        };
        Action { label, href: Some(href), kind, ..Action::default() }
    };
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    let reasons =
        ["fu-ends-by-rule", "fu-third-first", "fu-head-decides", "fu-answer-first"].map(|k| t(lang, k));
    let [by_rule, third, head, first] = &reasons;
    let end = t(lang, "fu-do-end-series");
    if s.ended_at.is_none() {
        cannot.push(Cannot { deed: &end, why: by_rule, clause: None });
        if s.demanded.is_some() && s.answered_at.is_none() && follows(by) {
            can.push(link("answer", Kind::Primary));
        }
        let decides = by.has(&[Role::Manager]);
        match (s.suspended_at.is_some(), decides) {
            (false, true) if s.demanded.is_some() => can.push(link("suspend", Kind::Danger)),
            (false, true) => cannot.push(Cannot { deed: &suspend.0, why: third, clause: None }),
            (true, true) if s.answered_at.is_some() => can.push(link("resume", Kind::Secondary)),
            (true, true) => cannot.push(Cannot { deed: &resume.0, why: first, clause: None }),
            (_, false) => cannot.push(Cannot { deed: &suspend.0, why: head, clause: None }),
        }
    }
    look::may_do(lang, &can, &cannot)
}

async fn show(
    who: &Who<FollowUps>,
    web: &Web,
    spec: &Spec,
    s: &Series,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    let title = name(&mut tx, who.lang, s).await?;
    drop(tx);
    let matter = format!("/series/{}", s.id);
    let action = format!("{matter}/{}", spec.key);
    let at = At { room: ("fu-series", "/series"), matter: (&title, &matter), action: &action };
    page(who, web, spec, &at, (given, refusal), html! {})
}

async fn ask(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let mut tx = web.read().await?;
    let s = sought(&mut tx, &id).await?;
    drop(tx);
    show(&who, &web, spec, &s, &Given::default(), None).await
}

async fn act(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let s = sought(&mut tx, &id).await?;
    let made = match spec.key {
        "answer" => series::answer(&mut tx, &by, s.id, given.get("answer")).await,
        "suspend" => series::suspend(&mut tx, &by, s.id, given.get("reason")).await,
        _ => series::resume(&mut tx, &by, s.id, given.get("reason")).await,
    };
    match conclude(&web, &by, &s.id.subject(), tx, made).await? {
        Ok(()) => Ok(done(&format!("/series/{}", s.id))),
        Err(refusal) => show(&who, &web, spec, &s, &given, Some(&refusal)).await,
    }
}
