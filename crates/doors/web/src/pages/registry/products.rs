//! Products: the list by HS code, one, listing one, and changing its risk level with a reason.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{ProductId, Refusal, bi};
use maud::{Markup, html};
use registry::trade::{self, Product};

use super::{Asked, both, coded, facts_link, finder, over_all, pairs, writes};
use crate::answer::{Answer, said};
use crate::guard::{Page, Registrars, Staff, Who};
use crate::look::{
    Crumb, Field, FieldKind, Lang, Row, button_link, button_link_secondary, intensity_badge, t,
};
use crate::pages::sheet::{Deed, Given, Listing, PAGE, Sheet, conclude, done, draw, listing, next, nothing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Risk levels, lowest first.
const RISKS: [&str; 3] = ["low", "medium", "high"];

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/products", list),
        get("/products/new", new),
        post("/products/new", add),
        get("/products/{id}", one),
        get("/products/{id}/risk", risking),
        post("/products/{id}/risk", set_risk),
    ]
}

fn risk(lang: Lang, level: &str) -> Markup {
    let bars = RISKS.iter().position(|r| *r == level).map_or(0, |at| at + 1);
    intensity_badge(&t(lang, &format!("risk-{level}")), bars)
}

fn food(lang: Lang, yes: bool) -> String {
    t(lang, if yes { "food" } else { "not-food" })
}

async fn found(web: &Web, id: &str) -> Answer<Product> {
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => trade::product(&mut tx, id).await?,
        Err(_) => trade::product_by_hs(&mut tx, id).await?,
    };
    found.ok_or_else(|| nothing(id))
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let (found, paged) = match asked.hits(&mut tx, "product").await? {
        Some(hits) => {
            let mut found = Vec::new();
            for hit in hits {
                found.extend(trade::product(&mut tx, ProductId(hit.id)).await?);
            }
            (found, false)
        }
        None => (trade::products(&mut tx, &asked.after, PAGE).await?, true),
    };
    let rows = found.iter().map(|p| Row {
        href: Some(format!("/products/{}", p.id)),
        cells: vec![
            html! { (p.hs) },
            html! { (said(lang, &p.name)) },
            risk(lang, &p.risk),
            html! { (food(lang, p.food)) },
        ],
        ..Row::default()
    });
    let table = listing(Listing {
        lang,
        id: "products",
        caption: "products",
        heads: &["hs-code", "name", "risk-level", "kind"],
        rows: rows.collect(),
        empty: ("no-products", "no-products-advice"),
        next: next("/products", &found, |p| &p.hs).filter(|_| paged),
        first: (!asked.after.is_empty()).then_some("/products"),
        paged,
    });
    let (title, label) = (t(lang, "products"), t(lang, "list-product"));
    let may = writes(&who) && over_all(&who);
    let actions = if may { button_link(&label, "/products/new") } else { Markup::default() };
    let body = html! { (finder(lang, "/products", &asked.q)) (table) };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let p = found(&web, &id).await?;
    let body = pairs(
        lang,
        &[
            ("hs-code", html! { (p.hs) }),
            ("name", both(lang, &p.name)),
            ("risk-level", risk(lang, &p.risk)),
            ("kind", html! { (food(lang, p.food)) }),
        ],
    );
    let (root, title) = (t(lang, "products"), said(lang, &p.name));
    let crumbs = [Crumb { label: &root, href: Some("/products") }, Crumb { label: &p.hs, href: None }];
    let may = writes(&who) && over_all(&who);
    let actions = html! {
        @if may { (button_link_secondary(&t(lang, "set-risk"), &format!("/products/{}/risk", p.id))) }
        (facts_link(&who, &p.id.subject()))
    };
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

async fn new(who: Who<Registrars>, State(web): State<Web>) -> Answer<Response> {
    Ok(add_form(&who, &web, &Given::default().with("risk", "high"), None))
}

fn add_form(who: &Who<Registrars>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.code("hs-code", "hs", &t(lang, "hs-hint")))
        (sheet.line("name-zh", "name_zh"))
        (sheet.line("name-en", "name_en"))
        (sheet.radio("risk-level", "risk", &coded(lang, "risk-", &RISKS)))
        (sheet.put("is-food", Field { name: "food", kind: FieldKind::Check, ..Field::default() }))
    };
    let (root, title, submit) = (t(lang, "products"), t(lang, "list-product"), t(lang, "save"));
    let crumbs = [Crumb { label: &root, href: Some("/products") }, Crumb { label: &title, href: None }];
    let deed =
        Deed { title: &title, crumbs: &crumbs, action: "/products/new", submit: &submit, ..Deed::default() };
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
    // The entry and its refusals name the code alike.
    let (hs, food) = (given.get("hs"), given.get("food") == "true");
    let added = trade::list_product(&mut tx, &by, hs, name, given.get("risk"), food).await;
    match conclude(&web, &by, "product/new", tx, added).await? {
        Ok(p) => Ok(done(&format!("/products/{}", p.id))),
        Err(refusal) => Ok(add_form(&who, &web, &given, Some(&refusal))),
    }
}

async fn risking(who: Who<Registrars>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let p = found(&web, &id).await?;
    let given = Given::default().with("risk", p.risk.clone());
    Ok(risk_form(&who, &web, &p, &given, None))
}

fn risk_form(
    who: &Who<Registrars>,
    web: &Web,
    p: &Product,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.radio("risk-level", "risk", &coded(lang, "risk-", &RISKS)))
        (sheet.reason("reason", &t(lang, "risk-reason-hint")))
    };
    let (root, submit, lede) = (t(lang, "products"), t(lang, "set-risk"), t(lang, "set-risk-lede"));
    let title = format!("{submit} · {}", said(lang, &p.name));
    let (own, action) = (format!("/products/{}", p.id), format!("/products/{}/risk", p.id));
    let crumbs = [
        Crumb { label: &root, href: Some("/products") },
        Crumb { label: &p.hs, href: Some(&own) },
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

async fn set_risk(
    who: Who<Registrars>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let p = found(&web, &id).await?;
    let mut tx = web.begin().await?;
    let set = trade::set_risk(&mut tx, &by, &p, given.get("risk"), given.get("reason")).await;
    match conclude(&web, &by, &p.id.subject(), tx, set).await? {
        Ok(()) => Ok(done(&format!("/products/{}", p.id))),
        Err(refusal) => Ok(risk_form(&who, &web, &p, &given, Some(&refusal))),
    }
}
