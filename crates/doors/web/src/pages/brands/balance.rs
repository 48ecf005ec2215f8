//! The balance of the portfolio: which mechanisms and which units carry no brand, who is graded poor and has no plan of
//! help yet; with the grades and plans themselves.
use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use excellence::brand::{self, Brand, Grade, HelpPlan};
use excellence::challenge;
use kernel::{Actor, Refusal, Result, UnitId, bi};
use maud::{Markup, html};
use registry::people::{self, Unit};
use store::Tx;

use super::evidence::unit_choices;
use super::new::{MECHANISMS, mechanisms};
use super::{BRAND_HANDS, name_of, no_deed};
use crate::answer::{Answer, said};
use crate::guard::{BrandHands, Page, Staff, Who};
use crate::look::{
    self, Column, Crumb, DataTable, Field, FieldKind, Lang, Row, Sign, Tone, Width, badge,
    button_link_secondary, format, t, t_args,
};
use crate::pages::indicators::catalogue;
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Brands that are weighed: a bureau has a few dozen.
const MOST: i64 = 1000;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/brands/balance", page),
        get("/brands/balance/{deed}", ask),
        post("/brands/balance/{deed}", act),
    ]
}

fn lives(b: &Brand) -> bool {
    ["proposed", "creating", "passed", "ruled"].contains(&b.stage.as_str())
}

async fn page(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let brands: Vec<Brand> = brand::list(&mut tx, "", MOST).await?.into_iter().filter(lives).collect();
    let units = people::branches(&mut tx).await?;
    let grades = brand::grades(&mut tx).await?;
    let unhelped = brand::unhelped(&mut tx).await?;
    let poor: BTreeMap<UnitId, usize> =
        grades.iter().filter(|g| g.2 == "poor").fold(BTreeMap::new(), |mut all, g| {
            *all.entry(g.0).or_default() += 1;
            all
        });
    let body = html! {
        @if !unhelped.is_empty() {
            (look::section(&t(lang, "without-help"), Markup::default(), html! {
                ul class="plain-list" { @for (unit, mechanism, _, due) in &unhelped {
                    li { b { (name_of(lang, &units, *unit)) } " · " (mechanism) " · " (badge(Tone::Wait, Sign::Warn, &t_args(lang, "help-due", &[("day", format::date_of(due.instant()).into())]))) }
                } }
            }))
        }
        (look::section(&t(lang, "by-mechanism"), Markup::default(), by_mechanism(lang, &brands)))
        (look::section(&t(lang, "by-unit"), Markup::default(), by_unit(lang, &brands, &units, &poor)))
    };
    let (root, title, lede) = (t(lang, "brands"), t(lang, "brand-balance"), t(lang, "brand-balance-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/brands") }, Crumb { label: &title, href: None }];
    let hands = who.actor().has(BRAND_HANDS);
    let actions = html! { @if hands {
        (button_link_secondary(&t(lang, "deed-grade"), "/brands/balance/grade"))
        (button_link_secondary(&t(lang, "deed-help"), "/brands/balance/help"))
        (button_link_secondary(&t(lang, "deed-peers"), "/brands/balance/peers"))
        (button_link_secondary(&t(lang, "deed-groups"), "/brands/balance/groups"))
        (button_link_secondary(&t(lang, "burden"), "/brands/burden"))
    } };
    Ok(who.page(
        &web,
        Page { title: &title, lede: Some(&lede), crumbs: &crumbs, actions, ..Page::default() },
        body,
    ))
}

fn names(lang: Lang, brands: &[&Brand]) -> Markup {
    html! { @for b in brands { a href={ "/brands/" (b.id) } { (said(lang, &b.positioning.name)) } " " } }
}

fn none(lang: Lang) -> Markup {
    badge(Tone::Quiet, Sign::Dash, &t(lang, "neglected"))
}

fn by_mechanism(lang: Lang, brands: &[Brand]) -> Markup {
    let heads = ["mechanism", "family", "brands"].map(|k| t(lang, k));
    let rows = MECHANISMS.iter().map(|(m, family)| {
        let of: Vec<&Brand> = brands.iter().filter(|b| b.positioning.mechanism == *m).collect();
        Row {
            cells: vec![
                html! { (m) " " (t(lang, &format!("mechanism-{}", m.to_lowercase()))) },
                html! { (t(lang, &format!("brand-family-{family}"))) },
                if of.is_empty() { none(lang) } else { names(lang, &of) },
            ],
            ..Row::default()
        }
    });
    look::data_table(&DataTable {
        lang,
        id: "mechanisms",
        caption: &t(lang, "by-mechanism"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        ..DataTable::default()
    })
}

fn by_unit(lang: Lang, brands: &[Brand], units: &[Unit], poor: &BTreeMap<UnitId, usize>) -> Markup {
    let heads = ["unit", "brands", "graded-poor"].map(|k| t(lang, k));
    let rows = units.iter().map(|u| {
        let of: Vec<&Brand> = brands.iter().filter(|b| b.positioning.unit == u.id).collect();
        Row {
            cells: vec![
                html! { (said(lang, &u.name)) },
                if of.is_empty() { none(lang) } else { names(lang, &of) },
                html! { (poor.get(&u.id).copied().unwrap_or(0)) },
            ],
            ..Row::default()
        }
    });
    look::data_table(&DataTable {
        lang,
        id: "units",
        caption: &t(lang, "by-unit"),
        columns: vec![Column::text(&heads[0]), Column::text(&heads[1]), Column::figure(&heads[2], "")],
        rows: rows.collect(),
        ..DataTable::default()
    })
}

async fn ask(who: Who<BrandHands>, State(web): State<Web>, Path(deed): Path<String>) -> Answer<Response> {
    form(&who, &web, &deed, &Given::default(), None).await
}

async fn form(
    who: &Who<BrandHands>,
    web: &Web,
    deed: &str,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let units = unit_choices(lang, &units, None);
    let s = Sheet { lang, given, refusal };
    let text = |word: &str, name: &str, required| {
        s.put(word, Field { name, kind: FieldKind::Lines(2), required, ..Field::default() })
    };
    let fields = match deed {
        "grade" => html! {
            (s.select("unit", "unit", &units)) (s.select("mechanism", "mechanism", &mechanisms(lang)))
            (s.radio("grade", "grade", &["good", "fair", "average", "poor"].map(|g| (g.to_owned(), t(lang, &format!("grade-{g}"))))))
            (text("evidence", "evidence", true)) (text("unit-view", "view", false))
        },
        "help" => html! {
            (s.select("unit", "unit", &units)) (s.select("helper", "helper", &units)) (s.select("mechanism", "mechanism", &mechanisms(lang)))
            (text("help-causes", "causes", true)) (text("help-actions", "actions", true))
            (s.put("help-regrade", Field { name: "regrade_on", kind: FieldKind::Date, required: true, width: Width::Twenty, ..Field::default() }))
            (text("unit-view", "unit_view", false))
        },
        "peers" => html! { (s.select("unit", "unit", &units)) (s.line("peer-group", "group")) },
        "groups" => html! { p { (t(lang, "deed-groups-lede")) } },
        other => return Err(no_deed(other).into()),
    };
    let (root, title) = (t(lang, "brand-balance"), t(lang, &format!("deed-{deed}")));
    let crumbs = [Crumb { label: &root, href: Some("/brands/balance") }, Crumb { label: &title, href: None }];
    let action = format!("/brands/balance/{deed}");
    let deed = Deed { title: &title, crumbs: &crumbs, action: &action, submit: &title, ..Deed::default() };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn run(tx: &mut Tx, by: &Actor, deed: &str, g: &Given) -> Result<()> {
    let unit = |name: &str| -> Result<UnitId> {
        g.get(name).parse().map_err(|_| wrong(name, g.get(name), bi("选择单位", "choose a unit")))
    };
    let text = |name: &str| g.get(name).to_owned();
    match deed {
        "grade" => {
            let (grade, mechanism) = (text("grade"), text("mechanism"));
            let g = Grade {
                unit: unit("unit")?,
                mechanism,
                grade,
                evidence: text("evidence"),
                view: text("view"),
            };
            brand::grade(tx, by, &g).await
        }
        "help" => {
            let plan = HelpPlan {
                unit: unit("unit")?,
                helper: unit("helper")?,
                mechanism: text("mechanism"),
                causes: text("causes"),
                actions: text("actions"),
                regrade_on: g.day("regrade_on")?,
                unit_view: text("unit_view"),
            };
            brand::help(tx, by, &plan).await.map(drop)
        }
        "groups" => {
            let c = catalogue()?;
            challenge::adopt_groups(tx, &c, by).await.map(drop)
        }
        "peers" => brand::set_peer_group(tx, by, unit("unit")?, g.get("group")).await,
        other => Err(no_deed(other)),
    }
}

async fn act(
    who: Who<BrandHands>,
    State(web): State<Web>,
    Path(deed): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let acted = run(&mut tx, &by, &deed, &given).await;
    match conclude(&web, &by, "brand/balance", tx, acted).await? {
        Ok(()) => Ok(done("/brands/balance")),
        Err(refusal) => form(&who, &web, &deed, &given, Some(&refusal)).await,
    }
}
