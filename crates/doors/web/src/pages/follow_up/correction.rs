//! A correction: what is asked of the plant, its plan, and the visits that looked at it.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Refusal, Result};
use maud::{Markup, html};
use registry::trade;
use store::Tx;
use supervision::{
    correction::{self, Correction, State as Where},
    notification,
};

use super::form::{Ask, At, Spec, found, page, spec};
use super::{cause, chip, hazard, list::correction_badge, rule};
use crate::answer::{Answer, said};
use crate::guard::{Correctors, Page, RoleSet, Staff, Who};
use crate::look::{
    self, Action, Cannot, Column, Crumb, DataTable, Empty, Lang, Row, Sign, Tone, badge, format, t,
};
use crate::pages::kit::officer_name;
use crate::pages::sheet::{Given, conclude, done, nothing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/corrections/{id}", one),
        get("/corrections/{id}/{deed}", ask),
        post("/corrections/{id}/{deed}", act),
    ]
}

const SPECS: [Spec; 2] = [
    spec("plan", &[Ask::Lines("plan", 10)]),
    spec("verify", &[Ask::One("passed", &["yes", "no"]), Ask::Lines("finding", 6)]),
];

async fn sought(tx: &mut Tx, id: &str) -> Answer<Correction> {
    let found = match id.parse() {
        Ok(id) => correction::one(tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let mut tx = web.read().await?;
    let c = sought(&mut tx, &id).await?;
    let key = if c.state == Where::Planned {
        "correction.verify_working_days"
    } else {
        "correction.plan_working_days"
    };
    let rule = rule(&mut tx, lang, &c.rule_version, key).await?;
    let clock = chip(lang, tx.now(), (c.opened_at, c.due_at), &rule, c.verified_at);
    let main = html! { (facts(&mut tx, lang, &c).await?) (visits(&mut tx, lang, &c).await?) };
    let href = |deed: &str| format!("/corrections/{}/{deed}", c.id);
    let (plan, verify) = (t(lang, "fu-do-plan"), t(lang, "fu-do-verify"));
    let (to_plan, to_verify) = (href("plan"), href("verify"));
    let (wait, who_does) = (t(lang, "fu-plan-first"), t(lang, "fu-who-corrects"));
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    if !by.has(Correctors::ROLES) {
        cannot.push(Cannot { deed: &plan, why: &who_does, clause: None });
    } else if c.state == Where::Asked {
        can.push(Action { label: &plan, href: Some(&to_plan), ..Action::default() });
        cannot.push(Cannot { deed: &verify, why: &wait, clause: None });
    } else if c.state == Where::Planned {
        can.push(Action { label: &verify, href: Some(&to_verify), ..Action::default() });
    }
    let body = look::split(&t(lang, "may-do"), main, look::may_do(lang, &can, &cannot));
    let room = t(lang, "fu-corrections");
    let crumbs = [Crumb { label: &room, href: Some("/corrections") }, Crumb { label: &c.no, href: None }];
    let lede = format!("{} · {}", hazard(lang, &c.hazard), cause(lang, &c.cause));
    let status = html! { (correction_badge(lang, c.state)) (clock) };
    let page = Page { title: &c.no, lede: Some(&lede), status, crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body))
}

async fn facts(tx: &mut Tx, lang: Lang, c: &Correction) -> Result<Markup> {
    let n = notification::one(tx, c.notification).await?.map_or_else(String::new, |n| n.no);
    let plant = match c.plant {
        Some(id) => trade::plant(tx, id).await?.map_or_else(String::new, |p| said(lang, &p.name)),
        None => String::new(),
    };
    let pairs = [
        ("fu-notification", html! { a href={ "/notifications/" (c.notification) } { (n) } }),
        ("plant", html! { (plant) }),
        ("fu-opened", html! { (format::date_time(c.opened_at.instant())) }),
        ("rule-version", html! { (c.rule_version) }),
    ]
    .map(|(k, v)| (t(lang, k), v));
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    Ok(html! {
        (look::definition_list(&pairs, true))
        @if !c.plan.is_empty() { (look::section(&t(lang, "fu-plan"), html! {}, html! { p class="note" { (c.plan) } })) }
    })
}

async fn visits(tx: &mut Tx, lang: Lang, c: &Correction) -> Result<Markup> {
    let mut rows = Vec::new();
    for v in correction::visits(tx, c.id).await? {
        let (tone, sign, word) = if v.passed {
            (Tone::Go, Sign::Check, "fu-passed-yes")
        } else {
            (Tone::Stop, Sign::Cross, "fu-passed-no")
        };
        rows.push(Row {
            cells: vec![
                html! { (format::date_time(v.at.instant())) },
                badge(tone, sign, &t(lang, word)),
                html! { (v.finding) },
                html! { (officer_name(tx, lang, v.officer).await?) },
            ],
            ..Row::default()
        });
    }
    let heads = ["time", "result", "fu-finding", "officer"].map(|k| t(lang, k));
    let (none, advice) = (t(lang, "fu-visits-none"), t(lang, "fu-visits-none-advice"));
    let table = look::data_table(&DataTable {
        lang,
        id: "visits",
        caption: &t(lang, "fu-visits"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows,
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        ..DataTable::default()
    });
    Ok(look::section(&t(lang, "fu-visits"), html! {}, table))
}

fn show(
    who: &Who<Correctors>,
    web: &Web,
    spec: &Spec,
    c: &Correction,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let matter = format!("/corrections/{}", c.id);
    let action = format!("{matter}/{}", spec.key);
    let room = ("fu-corrections", "/corrections");
    let at = At { room, matter: (&c.no, &matter), action: &action };
    page(who, web, spec, &at, (given, refusal), html! {})
}

async fn ask(
    who: Who<Correctors>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let mut tx = web.read().await?;
    let c = sought(&mut tx, &id).await?;
    show(&who, &web, spec, &c, &Given::default(), None)
}

async fn act(
    who: Who<Correctors>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let c = sought(&mut tx, &id).await?;
    let made = match spec.key {
        "plan" => correction::plan(&mut tx, &by, c.id, given.get("plan")).await,
        _ => {
            let passed = given.get("passed") == "yes";
            correction::verify(&mut tx, &by, c.id, passed, given.get("finding")).await
        }
    };
    match conclude(&web, &by, &c.id.subject(), tx, made).await? {
        Ok(()) => Ok(done(&format!("/corrections/{}", c.id))),
        Err(refusal) => show(&who, &web, spec, &c, &given, Some(&refusal)),
    }
}
