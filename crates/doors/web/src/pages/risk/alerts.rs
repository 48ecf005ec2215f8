//! The list of cases and alerts, and entering risk information.
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{No, Refusal, Result, bi};
use maud::html;
use registry::trade;
use serde::Deserialize;
use store::Tx;
use supervision::alert::{self, Information, SOURCES, Scope, State as Stands};

use super::{desk::alert_row, key, read_key, room};
use crate::answer::{Answer, said};
use crate::guard::{RiskAnalysts, RoleSet, Staff, Who};
use crate::look::{self, Crumb, Field, FieldKind, FilterBar, Lang, Width, button_link, t};
use crate::pages::sheet::{Deed, Given, Listing, PAGE, Sheet, conclude, done, draw, listing};
use crate::route::{RouteSpec, get, post, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/alerts", list),
        get("/risk/alerts/new", new),
        post("/risk/alerts/new", inform),
        get("/risk/alerts/{id}", super::alert::show),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    state: String,
    before: String,
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let state = Stands::parse(&asked.state);
    let found = alert::list(&mut tx, state, read_key(&asked.before), PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n >= PAGE);
    let own = with_query("/risk/alerts", &[("state", asked.state.clone())]);
    let next = found.last().filter(|_| full).map(|a| {
        with_query("/risk/alerts", &[("state", asked.state.clone()), ("before", key(a.informed.1, a.id))])
    });
    let words: Vec<(String, String)> = std::iter::once((String::new(), t(lang, "all-states")))
        .chain(Stands::ALL.iter().map(|s| (s.code().to_owned(), said(lang, &s.name()))))
        .collect();
    let choices: Vec<look::Choice<'_>> =
        words.iter().map(|(value, label)| look::Choice { value, label, hint: "" }).collect();
    let label = t(lang, "alert-state");
    let field = Field {
        lang,
        name: "state",
        label: &label,
        value: &asked.state,
        kind: FieldKind::Select(&choices),
        required: true,
        ..Field::default()
    };
    let body = html! {
        (look::filter_bar(&FilterBar { lang, action: "/risk/alerts", fields: vec![field], chosen: vec![], found: None }))
        (listing(Listing {
            lang,
            id: "alerts",
            caption: "alerts",
            heads: &["alert-no", "alert-title", "alert-scope", "alert-level", "alert-measures", "alert-times", "alert-state"],
            rows: found.iter().map(|a| alert_row(lang, a)).collect(),
            empty: ("no-alerts", "no-alerts-advice"),
            next,
            first: (!asked.before.is_empty()).then_some(own.as_str()),
            paged: true,
        }))
    };
    let may = who.session.account.roles.iter().any(|r| RiskAnalysts::ROLES.contains(r));
    let actions =
        if may { button_link(&t(lang, "inform"), "/risk/alerts/new") } else { maud::Markup::default() };
    Ok(room(&who, &web, "/risk/alerts", actions, body))
}

/// What a form opens with, out of the address: the watch list hands over what it knows.
async fn new(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Query(known): Query<Vec<(String, String)>>,
) -> Answer<Response> {
    let given = if known.is_empty() { Given::default().with("source", "notification") } else { Given(known) };
    Ok(form(&who, &web, &given, None))
}

fn form(who: &Who<RiskAnalysts>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let sources: Vec<(String, String)> =
        SOURCES.iter().map(|s| (s.0.to_owned(), super::named(lang, &SOURCES, s.0))).collect();
    let hint = t(lang, "information-hint");
    let fields = html! {
        (sheet.line("alert-title", "title"))
        (sheet.line("hazard", "hazard"))
        (sheet.radio("information-source", "source", &sources))
        (sheet.put("information", Field { name: "information", hint: &hint, kind: FieldKind::Lines(5), required: true, ..Field::default() }))
        (scope_fields(&sheet))
    };
    let (desk, list, title, submit) =
        (t(lang, "risk-desk"), t(lang, "alerts"), t(lang, "inform"), t(lang, "save"));
    let crumbs = [
        Crumb { label: &desk, href: Some("/risk") },
        Crumb { label: &list, href: Some("/risk/alerts") },
        Crumb { label: &title, href: None },
    ];
    let lede = t(lang, "inform-lede");
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: "/risk/alerts/new",
        submit: &submit,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

/// The fields of a scope: what is left empty is not asked for.
pub(super) fn scope_fields(sheet: &Sheet<'_>) -> maud::Markup {
    let lang: Lang = sheet.lang;
    let ways = [("", "both-directions"), ("export", "export-direction"), ("import", "import-direction")];
    let ways: Vec<(String, String)> = ways.iter().map(|(v, w)| ((*v).to_owned(), t(lang, w))).collect();
    let (hs, market, party) =
        (t(lang, "scope-hs-hint"), t(lang, "scope-market-hint"), t(lang, "scope-party-hint"));
    let code =
        |name, hint| Field { name, hint, kind: FieldKind::Code, width: Width::Twenty, ..Field::default() };
    html! {
        fieldset class="stack" {
            legend { h2 { (t(lang, "alert-scope")) } }
            (sheet.radio("direction", "direction", &ways))
            div class="halves" {
                (sheet.put("scope-hs", code("hs", hs.as_str())))
                (sheet.put("scope-market", code("market", market.as_str())))
            }
            div class="halves" {
                (sheet.put("operator", code("operator", party.as_str())))
                (sheet.put("plant", code("plant", party.as_str())))
            }
        }
    }
}

/// The scope that a form names; codes that the registry does not know are refused beside their fields.
pub(super) async fn scope(tx: &mut Tx, given: &Given) -> Result<Scope> {
    let mut no = Refusal::new("alert.scope", bi("范围有误", "the scope is wrong"));
    let mut scope = Scope {
        direction: given.get("direction").into(),
        hs: given.get("hs").into(),
        market: given.get("market").to_uppercase(),
        ..Scope::default()
    };
    let unknown = || bi("登记簿中没有", "the registry does not know it");
    let operator = given.get("operator");
    if !operator.is_empty() {
        match trade::operator_by_code(tx, operator).await? {
            Some(o) => scope.operator = Some(o.id),
            None => no = no.missing("operator", operator, unknown()),
        }
    }
    let plant = given.get("plant");
    if !plant.is_empty() {
        match trade::plant_by_no(tx, plant).await? {
            Some(p) => scope.plant = Some(p.id),
            None => no = no.missing("plant", plant, unknown()),
        }
    }
    if no.missing.is_empty() { Ok(scope) } else { Err(No::from(no)) }
}

async fn inform(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let entered = async {
        let i = Information {
            title: given.get("title").into(),
            hazard: given.get("hazard").into(),
            source: given.get("source").into(),
            information: given.get("information").into(),
            scope: scope(&mut tx, &given).await?,
        };
        alert::inform(&mut tx, &by, &i).await
    }
    .await;
    match conclude(&web, &by, "alert/new", tx, entered).await? {
        Ok(id) => Ok(done(&format!("/risk/alerts/{id}"))),
        Err(refusal) => Ok(form(&who, &web, &given, Some(&refusal))),
    }
}
