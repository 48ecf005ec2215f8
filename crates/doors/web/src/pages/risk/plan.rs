//! One monitoring plan: strata with their share, what is due and reported, the samples of a month, drawing them, and
//! substitutes with their reasons.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{MonitoringPlanId, MonitoringSampleId, Refusal};
use maud::{Markup, html};
use serde::Deserialize;
use store::Tx;
use supervision::monitoring::{self, Plan, Planned, Stratum, state_name};

use super::plans::{share, state};
use super::{DeskDeed, below, tables};
use crate::answer::Answer;
use crate::guard::{Page, RiskAnalysts, RiskApprovers, RoleSet, Staff, Who};
use crate::look::{
    self, Lang, Row, Sign, Stat, Tone, badge, button, button_link, button_link_secondary, format, t, t_args,
};
use crate::pages::kit::{id as read_id, officer_name};
use crate::pages::sheet::{Given, Listing, Sheet, conclude, done, listing, nothing};
use crate::route::{RouteSpec, get, post, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/plans/{id}", one),
        get("/risk/plans/{id}/approve", ask_approve),
        post("/risk/plans/{id}/approve", approve),
        post("/risk/plans/{id}/draw", draw_month),
        get("/risk/plans/{id}/substitute/{sample}", ask_substitute),
        post("/risk/plans/{id}/substitute/{sample}", substitute),
    ]
}

async fn found(tx: &mut Tx, id: &str) -> Answer<Plan> {
    let found = match id.parse::<MonitoringPlanId>() {
        Ok(id) => monitoring::one(tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    month: String,
}

async fn one(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let p = found(&mut tx, &id).await?;
    let now = tx.now().date();
    let this = format!("{}-{:02}", now.year(), now.month());
    let month = if asked.month.is_empty() { this.clone() } else { asked.month.clone() };
    let strata = monitoring::strata(&mut tx, p.id).await?;
    let samples = monitoring::of_month(&mut tx, &who.actor(), p.id, &month).await?;
    let drafter = match p.drafted.0 {
        Some(id) => officer_name(&mut tx, lang, id).await?,
        None => String::new(),
    };
    let totals = monitoring::totals(&mut tx, p.id).await?;
    let writes = tables::writes(&who);
    let body = html! {
        (figures(lang, &p, totals))
        p class="quiet" { (t(lang, "drafted-by")) " " (drafter) " · " (format::date_time(p.drafted.1.instant())) " · " (p.rule_version) }
        (look::section(&t(lang, "strata"), Markup::default(), stratum_table(lang, &strata)))
        (look::section(&format!("{} {month}", t(lang, "plan-month")), months(lang, &p, &month), html! {
            @if writes && p.approved && month <= this && samples.iter().any(|s| s.state == "planned") { (draw_form(&who, &p, &month)) }
            (sample_table(lang, &p, &samples, writes))
        }))
    };
    let own = p.drafted.0 == who.actor().officer;
    let approves = who.session.account.roles.iter().any(|r| RiskApprovers::ROLES.contains(r));
    let actions = if !p.approved && approves && !own {
        button_link(&t(lang, "plan-approve"), &format!("/risk/plans/{}/approve", p.id))
    } else {
        Markup::default()
    };
    let title = format!("{} {}", p.code, p.title);
    let page = Page { title: &title, status: state(lang, &p), actions, ..Page::default() };
    Ok(below(&who, &web, ("monitoring-plans", "/risk/plans"), page, body))
}

fn stratum_table(lang: Lang, strata: &[Stratum]) -> Markup {
    let row = |s: &Stratum| Row {
        cells: vec![
            html! { (s.name) },
            html! { "HS " (s.hs) @if !s.market.is_empty() { " · " (s.market) } },
            html! { code { (s.analyte) } },
            html! { (s.weight) },
            html! { (format::integer(s.lots)) },
            html! { (format::integer(s.samples)) },
            html! { (format::integer(s.reported)) },
            html! { @if s.failed > 0 { b { (format::integer(s.failed)) } } @else { "0" } },
            html! { (format::integer(s.substitutes)) },
        ],
        ..Row::default()
    };
    listing(Listing {
        lang,
        id: "strata",
        caption: "strata",
        heads: &[
            "stratum",
            "alert-scope",
            "analyte",
            "#stratum-weight",
            "#stratum-lots",
            "#plan-total",
            "#plan-reported",
            "#plan-failed",
            "#plan-substitutes",
        ],
        rows: strata.iter().map(row).collect(),
        empty: ("no-plans", "no-plans-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

/// The months before and after.
fn months(lang: Lang, p: &Plan, month: &str) -> Markup {
    let n: i64 = month.split('-').nth(1).and_then(|m| m.parse().ok()).unwrap_or(1);
    let link = |n: i64, word: &str| {
        let at = format!("{}-{n:02}", p.year);
        button_link_secondary(&t(lang, word), &with_query(&format!("/risk/plans/{}", p.id), &[("month", at)]))
    };
    html! { div class="cluster" { @if n > 1 { (link(n - 1, "month-before")) } @if n < 12 { (link(n + 1, "month-after")) } } }
}

fn draw_form(who: &Who<Staff>, p: &Plan, month: &str) -> Markup {
    let lang = who.lang;
    let action = format!("/risk/plans/{}/draw", p.id);
    let csrf = Some(who.session.csrf.as_str());
    let frame = look::Form { lang, id: "draw", action: &action, csrf, ..look::Form::default() };
    look::form(
        &frame,
        html! {
            input type="hidden" name="month" value=(month);
            div class="buttons" { (button(&t(lang, "plan-draw"))) }
        },
    )
}

fn sample_table(lang: Lang, p: &Plan, samples: &[Planned], writes: bool) -> Markup {
    let row = |s: &Planned| {
        let (tone, sign) = match s.state.as_str() {
            "reported" if s.verdict.as_deref() == Some("fail") => (Tone::Stop, Sign::Cross),
            "reported" => (Tone::Go, Sign::Check),
            "planned" => (Tone::Plain, Sign::Ring),
            _ => (Tone::Plain, Sign::Half),
        };
        let word = crate::pages::parts::capital(lang, &state_name(&s.state));
        Row {
            cells: vec![
                html! { (s.stratum) " " (s.ordinal) },
                html! { code { (s.analyte) } },
                badge(tone, sign, &word),
                html! { @match &s.lot {
                    Some((_, lot, id, no)) => { a href={ "/declarations/" (id) } { (lot) } " " span class="second" { (no) } },
                    None => "—",
                } },
                html! { @if s.candidates > 0 { (format::integer(s.candidates)) } @else { "—" } },
                html! {
                    @if s.substitutes > 0 {
                        (badge(Tone::Loud, Sign::Warn, &t(lang, "plan-substitute-flag")))
                        @if let Some(why) = &s.substitute_reason { " " (why) }
                    } @else if writes && s.state == "drawn" {
                        a href={ "/risk/plans/" (p.id) "/substitute/" (s.id) } { (t(lang, "plan-substitute")) }
                    }
                },
                html! { (format::date_of(kernel::Timestamp(s.due_at.0 - 1).instant())) },
            ],
            ..Row::default()
        }
    };
    listing(Listing {
        lang,
        id: "samples",
        caption: "plan-month",
        heads: &[
            "stratum",
            "analyte",
            "alert-state",
            "lot",
            "#plan-candidates",
            "plan-substitutes",
            "plan-due",
        ],
        rows: samples.iter().map(row).collect(),
        empty: ("no-samples-month", "no-samples-month-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

/// The form of a deed on a plan or a sample.
fn deed_form<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    p: &Plan,
    deed: &str,
    at: &str,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! { @if deed == "substitute" { (sheet.reason("reason", "")) } };
    let own = format!("/risk/plans/{}", p.id);
    let of = DeskDeed {
        family: "plan",
        deed,
        at,
        list: ("monitoring-plans", "/risk/plans"),
        matter: (&p.code, &own),
        stops: "",
    };
    of.page(who, web, refusal, fields)
}

async fn ask_approve(
    who: Who<RiskApprovers>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    let p = found(&mut tx, &id).await?;
    Ok(deed_form(&who, &web, &p, "approve", "approve", &Given::default(), None))
}

async fn approve(
    who: Who<RiskApprovers>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let by = who.actor();
    let mut tx = web.begin().await?;
    let p = found(&mut tx, &id).await?;
    let approved = monitoring::approve(&mut tx, &by, p.id).await;
    match conclude(&web, &by, &p.id.subject(), tx, approved).await? {
        Ok(()) => Ok(done(&format!("/risk/plans/{}", p.id))),
        Err(no) => Ok(deed_form(&who, &web, &p, "approve", "approve", &Given::default(), Some(&no))),
    }
}

/// Draws every sample of a month that has none yet.
async fn draw_month(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let p = found(&mut tx, &id).await?;
    let month = given.get("month").to_owned();
    let drawn = async {
        for s in monitoring::of_month(&mut tx, &by, p.id, &month).await? {
            if s.state == "planned" {
                monitoring::draw(&mut tx, &by, s.id).await?;
            }
        }
        Ok(())
    }
    .await;
    match conclude(&web, &by, &p.id.subject(), tx, drawn).await? {
        Ok(()) => Ok(done(&with_query(&format!("/risk/plans/{}", p.id), &[("month", month)]))),
        Err(no) => Err((*no).into()),
    }
}

async fn ask_substitute(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Path((id, sample)): Path<(String, String)>,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    let p = found(&mut tx, &id).await?;
    Ok(deed_form(&who, &web, &p, "substitute", &format!("substitute/{sample}"), &Given::default(), None))
}

async fn substitute(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Path((id, sample)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let key: MonitoringSampleId = read_id(&sample)?;
    let mut tx = web.begin().await?;
    let p = found(&mut tx, &id).await?;
    let replaced = monitoring::substitute(&mut tx, &by, key, given.get("reason")).await;
    match conclude(&web, &by, &p.id.subject(), tx, replaced).await? {
        Ok(_) => Ok(done(&format!("/risk/plans/{}", p.id))),
        Err(no) => {
            Ok(deed_form(&who, &web, &p, "substitute", &format!("substitute/{sample}"), &given, Some(&no)))
        }
    }
}

/// Samples, reported, completed of those due, and substitutes.
fn figures(lang: Lang, p: &Plan, (due, in_time, all, substitutes): (i64, i64, i64, i64)) -> Markup {
    let values = [
        ("plan-total", format::integer(p.total), String::new()),
        ("plan-reported", format::integer(all), String::new()),
        (
            "plan-completion",
            share(in_time, due),
            t_args(lang, "plan-of-due", &[("n", in_time.into()), ("due", due.into())]),
        ),
        ("plan-substitutes", format::integer(substitutes), String::new()),
    ];
    let words: Vec<(String, &String, &String)> = values.iter().map(|(k, v, m)| (t(lang, k), v, m)).collect();
    let stats: Vec<Stat<'_>> = words
        .iter()
        .map(|(name, value, more)| Stat { name, value: Some(value), more, ..Stat::default() })
        .collect();
    look::stats(lang, &stats)
}
