//! Plants and the farms that supply them: lists, one of each, and filing.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{FarmId, PlantId, Refusal, bi};
use maud::{Markup, html};
use registry::people::{self, Unit};
use registry::trade::{self, Farm, Plant};
use serde::Deserialize;

use super::{Asked, both, facts_link, finder, pairs, unit_choices, writes, writes_in};
use crate::answer::{Answer, said};
use crate::guard::{Page, Registrars, Staff, Who};
use crate::look::{
    self, Crumb, Field, FieldKind, Lang, Row, Width, button_link, button_link_secondary, format, t,
};
use crate::pages::sheet::{
    Deed, Given, Listing, PAGE, Sheet, conclude, done, draw, listing, next, nothing, wrong,
};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/plants", list),
        get("/plants/new", new),
        post("/plants/new", file),
        get("/plants/{id}", one),
        get("/plants/{id}/farm", new_farm),
        post("/plants/{id}/farm", file_farm),
        get("/farms", farms),
        get("/farms/{id}", farm),
    ]
}

fn row(lang: Lang, p: &Plant, units: &[Unit]) -> Row<'static> {
    let mut cells = vec![html! { (p.filing_no) }, html! { (said(lang, &p.name)) }];
    if !units.is_empty() {
        let branch = units.iter().find(|u| u.id == p.branch).map(|u| said(lang, &u.name));
        cells.push(html! { (branch.unwrap_or_default()) });
    }
    Row { href: Some(format!("/plants/{}", p.id)), cells, ..Row::default() }
}

/// Plants in a table of their own; with units also their branches.
pub(super) fn table(lang: Lang, plants: &[Plant], units: &[Unit]) -> Markup {
    let heads: &[&str] =
        if units.is_empty() { &["filing-no", "name"] } else { &["filing-no", "name", "branch"] };
    listing(Listing {
        lang,
        id: "plants",
        caption: "plants",
        heads,
        rows: plants.iter().map(|p| row(lang, p, units)).collect(),
        empty: ("no-plants", "no-plants-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let (found, paged) = match asked.hits(&mut tx, "plant").await? {
        Some(hits) => {
            let mut found = Vec::new();
            for hit in hits {
                found.extend(trade::plant(&mut tx, PlantId(hit.id)).await?);
            }
            (found, false)
        }
        None => (trade::plants(&mut tx, &asked.after, PAGE).await?, true),
    };
    let table = listing(Listing {
        lang,
        id: "plants",
        caption: "plants",
        heads: &["filing-no", "name", "branch"],
        rows: found.iter().map(|p| row(lang, p, &units)).collect(),
        empty: ("no-plants", "no-plants-advice"),
        next: next("/plants", &found, |p| &p.filing_no).filter(|_| paged),
        first: (!asked.after.is_empty()).then_some("/plants"),
        paged,
    });
    let (title, label) = (t(lang, "plants"), t(lang, "file-plant"));
    let actions = if writes(&who) { button_link(&label, "/plants/new") } else { Markup::default() };
    let body = html! { (finder(lang, "/plants", &asked.q)) (table) };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

async fn plant(web: &Web, id: &str) -> Answer<Plant> {
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => trade::plant(&mut tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

fn farm_row(lang: Lang, f: &Farm) -> Row<'static> {
    Row {
        href: Some(format!("/farms/{}", f.id)),
        cells: vec![
            html! { (f.filing_no) },
            html! { (said(lang, &f.name)) },
            html! { (format::integer(f.area_mu)) },
            html! { (format::integer(f.month_max_kg)) },
        ],
        ..Row::default()
    }
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let p = plant(&web, &id).await?;
    let mut tx = web.read().await?;
    let branch = people::unit(&mut tx, p.branch).await?;
    let operator = trade::operator(&mut tx, p.operator).await?;
    let farms = trade::farms_of(&mut tx, p.id).await?;
    let here = format!("/plants/{}/farm", p.id);
    let may = writes_in(&who, Some(p.branch));
    let aside = if may { button_link_secondary(&t(lang, "file-farm"), &here) } else { Markup::default() };
    let list = listing(Listing {
        lang,
        id: "farms",
        caption: "farms",
        heads: &["filing-no", "name", "#area-mu", "#month-max-kg"],
        rows: farms.iter().map(|f| farm_row(lang, f)).collect(),
        empty: ("no-farms", "no-farms-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let body = html! {
        (pairs(lang, &[
            ("filing-no", html! { (p.filing_no) }),
            ("name", both(lang, &p.name)),
            ("operator", html! { @if let Some(o) = &operator { a href={ "/operators/" (o.id) } { (o.code) " · " (said(lang, &o.name)) } } }),
            ("branch", html! { @if let Some(u) = &branch { a href={ "/units/" (u.id) } { (said(lang, &u.name)) } } }),
        ]))
        (look::section(&t(lang, "farms"), aside, list))
    };
    let (root, title) = (t(lang, "plants"), said(lang, &p.name));
    let crumbs = [Crumb { label: &root, href: Some("/plants") }, Crumb { label: &p.filing_no, href: None }];
    let supply = button_link_secondary(&t(lang, "supply"), &format!("/supply/plants/{}", p.id));
    let actions = html! { (supply) (facts_link(&who, &p.id.subject())) };
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

#[derive(Default, Deserialize)]
struct Of {
    #[serde(default)]
    operator: String,
}

async fn new(who: Who<Registrars>, State(web): State<Web>, Query(of): Query<Of>) -> Answer<Response> {
    plant_form(&who, &web, &Given::default().with("operator", of.operator), None).await
}

async fn plant_form(
    who: &Who<Registrars>,
    web: &Web,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let branches = people::branches(&mut tx).await?;
    let within: Vec<_> = branches.into_iter().filter(|u| writes_in(who, Some(u.id))).collect();
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.code("filing-no", "code", ""))
        (sheet.code("operator-code", "operator", &t(lang, "operator-code-hint")))
        (sheet.line("name-zh", "name_zh"))
        (sheet.line("name-en", "name_en"))
        (sheet.select("branch", "branch", &unit_choices(lang, &within)))
    };
    let (root, title, submit) = (t(lang, "plants"), t(lang, "file-plant"), t(lang, "save"));
    let crumbs = [Crumb { label: &root, href: Some("/plants") }, Crumb { label: &title, href: None }];
    let deed =
        Deed { title: &title, crumbs: &crumbs, action: "/plants/new", submit: &submit, ..Deed::default() };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn file(
    who: Who<Registrars>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let branches = people::branches(&mut tx).await?;
    let branch = branches.iter().find(|u| u.id.to_string() == given.get("branch"));
    let operator = trade::operator_by_code(&mut tx, given.get("operator")).await?;
    let name = bi(given.get("name_zh"), given.get("name_en"));
    let filed = match (&operator, branch) {
        (Some(o), Some(branch)) => {
            trade::file_plant(&mut tx, &by, given.get("code"), o.id, name, branch.id).await
        }
        (None, _) => Err(wrong(
            "operator",
            given.get("operator"),
            bi("没有该企业，核对代码", "no such operator; check the code"),
        )),
        (_, None) => Err(wrong(
            "branch",
            given.get("branch"),
            bi("选择监管分支机构", "choose the branch that supervises it"),
        )),
    };
    match conclude(&web, &by, "plant/new", tx, filed).await? {
        Ok(p) => Ok(done(&format!("/plants/{}", p.id))),
        Err(refusal) => plant_form(&who, &web, &given, Some(&refusal)).await,
    }
}

async fn new_farm(who: Who<Registrars>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let p = plant(&web, &id).await?;
    Ok(farm_form(&who, &web, &p, &Given::default(), None))
}

fn farm_form(
    who: &Who<Registrars>,
    web: &Web,
    p: &Plant,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let figure = |word: &str, name: &str| {
        sheet.put(
            word,
            Field { name, kind: FieldKind::Number, required: true, width: Width::Ten, ..Field::default() },
        )
    };
    let fields = html! {
        (sheet.code("filing-no", "code", ""))
        (sheet.line("name-zh", "name_zh"))
        (sheet.line("name-en", "name_en"))
        (figure("area-mu", "area_mu"))
        (figure("month-max-kg", "month_max_kg"))
    };
    let (root, submit) = (t(lang, "plants"), t(lang, "file-farm"));
    let title = format!("{submit} · {}", said(lang, &p.name));
    let (own, action) = (format!("/plants/{}", p.id), format!("/plants/{}/farm", p.id));
    let crumbs = [
        Crumb { label: &root, href: Some("/plants") },
        Crumb { label: &p.filing_no, href: Some(&own) },
        Crumb { label: &submit, href: None },
    ];
    let deed = Deed { title: &title, crumbs: &crumbs, action: &action, submit: &submit, ..Deed::default() };
    draw(who, web, &deed, refusal, fields)
}

async fn file_farm(
    who: Who<Registrars>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let p = plant(&web, &id).await?;
    let mut tx = web.begin().await?;
    let name = bi(given.get("name_zh"), given.get("name_en"));
    let figure = |field: &str| given.get(field).parse().unwrap_or(0);
    let (area, most) = (figure("area_mu"), figure("month_max_kg"));
    let filed = trade::file_farm(&mut tx, &by, given.get("code"), &p, &name, area, most).await;
    match conclude(&web, &by, &p.id.subject(), tx, filed).await? {
        Ok(_) => Ok(done(&format!("/plants/{}", p.id))),
        Err(refusal) => Ok(farm_form(&who, &web, &p, &given, Some(&refusal))),
    }
}

async fn farms(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let (found, paged) = match asked.hits(&mut tx, "farm").await? {
        Some(hits) => {
            let mut found = Vec::new();
            for hit in hits {
                found.extend(trade::farm(&mut tx, FarmId(hit.id)).await?);
            }
            (found, false)
        }
        None => (trade::farms(&mut tx, &asked.after, PAGE).await?, true),
    };
    let table = listing(Listing {
        lang,
        id: "farms",
        caption: "farms",
        heads: &["filing-no", "name", "#area-mu", "#month-max-kg"],
        rows: found.iter().map(|f| farm_row(lang, f)).collect(),
        empty: ("no-farms", "no-farms-advice"),
        next: next("/farms", &found, |f| &f.filing_no).filter(|_| paged),
        first: (!asked.after.is_empty()).then_some("/farms"),
        paged,
    });
    let body = html! { (finder(lang, "/farms", &asked.q)) (table) };
    Ok(who.page(&web, Page { title: &t(lang, "farms"), ..Page::default() }, body))
}

async fn farm(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => trade::farm(&mut tx, id).await?,
        Err(_) => None,
    };
    let f = found.ok_or_else(|| nothing(&id))?;
    let plant = trade::plant(&mut tx, f.plant).await?;
    let body = pairs(
        lang,
        &[
            ("filing-no", html! { (f.filing_no) }),
            ("name", both(lang, &f.name)),
            (
                "plant",
                html! { @if let Some(p) = &plant { a href={ "/plants/" (p.id) } { (p.filing_no) " · " (said(lang, &p.name)) } } },
            ),
            ("area-mu", html! { (format::integer(f.area_mu)) }),
            ("month-max-kg", html! { (format::integer(f.month_max_kg)) }),
        ],
    );
    let (root, title) = (t(lang, "farms"), said(lang, &f.name));
    let crumbs = [Crumb { label: &root, href: Some("/farms") }, Crumb { label: &f.filing_no, href: None }];
    let sprays = button_link_secondary(&t(lang, "supply-sprays"), &format!("/supply/farms/{}", f.id));
    let actions = html! { (sprays) (facts_link(&who, &f.id.subject())) };
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}
