//! Operators: the list, one with its plants, listing one, and changing its class with a reason.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{OperatorId, Refusal, bi};
use maud::{Markup, html};
use registry::trade::{self, Operator};
use supervision::class_review;

use super::{Asked, both, coded, facts_link, finder, over_all, pairs, plants, writes};
use crate::answer::{Answer, said};
use crate::guard::{Page, Registrars, Staff, Who};
use crate::look::{self, Crumb, Lang, Row, button_link, button_link_secondary, intensity_badge, t, t_args};
use crate::pages::follow_up::class_reviews;
use crate::pages::sheet::{Deed, Given, Listing, PAGE, Sheet, conclude, done, draw, listing, next, nothing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Kinds of operators.
const KINDS: [&str; 3] = ["exporter", "importer", "agent"];
/// Enterprise classes, best first.
const CLASSES: [&str; 5] = ["1", "2", "3", "4", "5"];

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/operators", list),
        get("/operators/new", new),
        post("/operators/new", add),
        get("/operators/{id}", one),
        get("/operators/{id}/class", classing),
        post("/operators/{id}/class", set_class),
    ]
}

/// An operator by the identifier in an address.
pub(super) async fn found(web: &Web, id: &str) -> Answer<Operator> {
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => trade::operator(&mut tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

/// The class as a word and bars: the more bars, the more control.
fn class(lang: Lang, class: i64) -> Markup {
    let word = t_args(lang, "class-n", &[("n", class.into())]);
    intensity_badge(&word, usize::try_from(class - 1).unwrap_or(0).min(4))
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let (found, paged) = match asked.hits(&mut tx, "operator").await? {
        Some(hits) => {
            let mut found = Vec::new();
            for hit in hits {
                found.extend(trade::operator(&mut tx, OperatorId(hit.id)).await?);
            }
            (found, false)
        }
        None => (trade::operators(&mut tx, &asked.after, PAGE).await?, true),
    };
    let rows = found.iter().map(|o| Row {
        href: Some(format!("/operators/{}", o.id)),
        cells: vec![
            html! { (o.code) },
            html! { (said(lang, &o.name)) },
            html! { (t(lang, &o.kind)) },
            class(lang, o.class),
        ],
        ..Row::default()
    });
    let table = listing(Listing {
        lang,
        id: "operators",
        caption: "operators",
        heads: &["code", "name", "kind", "enterprise-class"],
        rows: rows.collect(),
        empty: ("no-operators", "no-operators-advice"),
        next: next("/operators", &found, |o| &o.code).filter(|_| paged),
        first: (!asked.after.is_empty()).then_some("/operators"),
        paged,
    });
    let (title, label) = (t(lang, "operators"), t(lang, "list-operator"));
    let actions = if writes(&who) { button_link(&label, "/operators/new") } else { Markup::default() };
    let body = html! { (finder(lang, "/operators", &asked.q)) (table) };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let o = found(&web, &id).await?;
    let mut tx = web.read().await?;
    let held = trade::plants_of(&mut tx, o.id).await?;
    let may = writes(&who);
    let here = format!("/plants/new?operator={}", super::encoded(&o.code));
    let aside = if may { button_link_secondary(&t(lang, "file-plant"), &here) } else { Markup::default() };
    let body = html! {
        (pairs(lang, &[
            ("code", html! { (o.code) }),
            ("name", both(lang, &o.name)),
            ("kind", html! { (t(lang, &o.kind)) }),
            ("enterprise-class", class(lang, o.class)),
        ]))
        (look::section(&t(lang, "plants"), aside, plants::table(lang, &held, &[])))
        (class_reviews(&mut tx, lang, o.id).await?)
    };
    let (root, title) = (t(lang, "operators"), said(lang, &o.name));
    let crumbs = [Crumb { label: &root, href: Some("/operators") }, Crumb { label: &o.code, href: None }];
    let actions = html! {
        @if may && over_all(&who) { (button_link_secondary(&t(lang, "set-class"), &format!("/operators/{}/class", o.id))) }
        (facts_link(&who, &o.id.subject()))
    };
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

async fn new(who: Who<Registrars>, State(web): State<Web>) -> Answer<Response> {
    Ok(add_form(&who, &web, &Given::default().with("kind", "exporter").with("class", "3"), None))
}

fn classes(lang: Lang) -> Vec<(String, String)> {
    let word = |n: &&str| t_args(lang, "class-n", &[("n", (*n).into())]);
    CLASSES.iter().map(|n| ((*n).to_owned(), word(n))).collect()
}

fn add_form(who: &Who<Registrars>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.code("code", "code", &t(lang, "operator-code-hint")))
        (sheet.radio("kind", "kind", &coded(lang, "", &KINDS)))
        (sheet.line("name-zh", "name_zh"))
        (sheet.line("name-en", "name_en"))
        (sheet.radio("enterprise-class", "class", &classes(lang)))
    };
    let (root, title, submit) = (t(lang, "operators"), t(lang, "list-operator"), t(lang, "save"));
    let crumbs = [Crumb { label: &root, href: Some("/operators") }, Crumb { label: &title, href: None }];
    let deed =
        Deed { title: &title, crumbs: &crumbs, action: "/operators/new", submit: &submit, ..Deed::default() };
    draw(who, web, &deed, refusal, fields)
}

async fn add(
    who: Who<Registrars>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let name = bi(given.get("name_zh"), given.get("name_en"));
    let class = given.get("class").parse().unwrap_or(0);
    let added = trade::list_operator(&mut tx, &by, given.get("code"), given.get("kind"), name, class).await;
    match conclude(&web, &by, "operator/new", tx, added).await? {
        Ok(o) => Ok(done(&format!("/operators/{}", o.id))),
        Err(refusal) => Ok(add_form(&who, &web, &given, Some(&refusal))),
    }
}

async fn classing(who: Who<Registrars>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let o = found(&web, &id).await?;
    let given = Given::default().with("class", o.class.to_string());
    Ok(class_form(&who, &web, &o, &given, None))
}

fn class_form(
    who: &Who<Registrars>,
    web: &Web,
    o: &Operator,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.radio("enterprise-class", "class", &classes(lang)))
        (sheet.reason("reason", &t(lang, "class-reason-hint")))
    };
    let (root, submit, lede) = (t(lang, "operators"), t(lang, "set-class"), t(lang, "set-class-lede"));
    let title = format!("{submit} · {}", said(lang, &o.name));
    let (own, action) = (format!("/operators/{}", o.id), format!("/operators/{}/class", o.id));
    let crumbs = [
        Crumb { label: &root, href: Some("/operators") },
        Crumb { label: &o.code, href: Some(&own) },
        Crumb { label: &submit, href: None },
    ];
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &submit,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

async fn set_class(
    who: Who<Registrars>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let o = found(&web, &id).await?;
    let mut tx = web.begin().await?;
    let class = given.get("class").parse().unwrap_or(0);
    let set = class_review::set(&mut tx, &by, &o, class, given.get("reason")).await;
    match conclude(&web, &by, &o.id.subject(), tx, set).await? {
        Ok(()) => Ok(done(&format!("/operators/{}", o.id))),
        Err(refusal) => Ok(class_form(&who, &web, &o, &given, Some(&refusal))),
    }
}
