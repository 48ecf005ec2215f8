//! The yearly monitoring plan: strata with their share, what is due and reported, the samples of a month, drawing
//! them, and substitutes with their reasons.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{MonitoringPlanId, MonitoringSampleId, Refusal, Result, bi};
use maud::{Markup, html};
use serde::Deserialize;
use store::Tx;
use supervision::monitoring::{self, NewPlan, NewStratum, Plan, Planned, Stratum, state_name};

use super::{below, room, tables};
use crate::answer::Answer;
use crate::guard::{Page, RiskAnalysts, RiskApprovers, RoleSet, Staff, Who};
use crate::look::{
    self, Crumb, Field, FieldKind, Lang, Row, Sign, Stat, Tone, Width, badge, button, button_link,
    button_link_secondary, format, t, t_args,
};
use crate::pages::kit::{id as read_id, officer_name};
use crate::pages::sheet::{Deed, Given, Listing, Sheet, conclude, done, draw, listing, nothing};
use crate::route::{RouteSpec, get, post, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/plans", list),
        get("/risk/plans/new", new),
        post("/risk/plans/new", add),
        get("/risk/plans/{id}", one),
        get("/risk/plans/{id}/approve", ask_approve),
        post("/risk/plans/{id}/approve", approve),
        post("/risk/plans/{id}/draw", draw_month),
        get("/risk/plans/{id}/substitute/{sample}", ask_substitute),
        post("/risk/plans/{id}/substitute/{sample}", substitute),
    ]
}

/// Strata to begin with.
const STRATA: &str = "name,direction,hs,market,analyte,weight\n出口蔬菜 农残,export,07,,chlorpyrifos,3\n出口水产 兽残,export,03,,chloramphenicol,5\n";

async fn list(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let mut rows = Vec::new();
    for p in monitoring::plans(&mut tx).await? {
        let (due, in_time, all, substitutes) = monitoring::totals(&mut tx, p.id).await?;
        rows.push(Row {
            href: Some(format!("/risk/plans/{}", p.id)),
            cells: vec![
                html! { (p.code) },
                html! { (p.title) },
                state(lang, &p),
                html! { (format::integer(p.total)) },
                html! { (format::integer(all)) },
                html! { (share(in_time, due)) },
                html! { (format::integer(substitutes)) },
            ],
            ..Row::default()
        });
    }
    let body = html! {
        p class="measure quiet" { (t(lang, "plans-lede")) }
        (listing(Listing {
            lang,
            id: "plans",
            caption: "monitoring-plans",
            heads: &["plan-code", "plan-title", "alert-state", "#plan-total", "#plan-reported", "#plan-completion", "#plan-substitutes"],
            rows,
            empty: ("no-plans", "no-plans-advice"),
            next: None,
            first: None,
            paged: false,
        }))
    };
    let actions = if tables::writes(&who) {
        button_link(&t(lang, "new-plan"), "/risk/plans/new")
    } else {
        Markup::default()
    };
    Ok(room(&who, &web, "/risk/plans", actions, body))
}

fn state(lang: Lang, p: &Plan) -> Markup {
    if p.approved {
        badge(Tone::Go, Sign::Check, &t(lang, "plan-approved"))
    } else {
        badge(Tone::Wait, Sign::Warn, &t(lang, "plan-draft"))
    }
}

/// A share of what is due; nothing due is a word.
#[expect(clippy::cast_precision_loss, reason = "some thousands of samples")]
fn share(n: i64, of: i64) -> String {
    if of == 0 { "—".to_owned() } else { format::percent(n as f64 / of as f64, 1) }
}

async fn new(who: Who<RiskAnalysts>, State(web): State<Web>) -> Answer<Response> {
    let year = web.clock.now().date().year();
    let given = Given::default().with("year", year.to_string()).with("strata", STRATA);
    Ok(form(&who, &web, &given, None))
}

fn form(who: &Who<RiskAnalysts>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let hint = t(lang, "strata-hint");
    let number =
        |name| Field { name, kind: FieldKind::Number, width: Width::Ten, required: true, ..Field::default() };
    let fields = html! {
        (sheet.code("plan-code", "code", ""))
        (sheet.line("plan-title", "title"))
        div class="halves" { (sheet.put("plan-year", number("year"))) (sheet.put("plan-total", number("total"))) }
        (sheet.put("strata", Field { name: "strata", hint: &hint, kind: FieldKind::Lines(10), required: true, ..Field::default() }))
    };
    let (desk, list, title, submit) =
        (t(lang, "risk-desk"), t(lang, "monitoring-plans"), t(lang, "new-plan"), t(lang, "save-draft"));
    let crumbs = [
        Crumb { label: &desk, href: Some("/risk") },
        Crumb { label: &list, href: Some("/risk/plans") },
        Crumb { label: &title, href: None },
    ];
    let lede = t(lang, "new-plan-lede");
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: "/risk/plans/new",
        submit: &submit,
        stop: None,
        files: false,
    };
    draw(who, web, &deed, refusal, fields)
}

/// Strata from their sheet; a line that cannot be read is refused by its number.
fn strata(text: &str) -> Result<Vec<NewStratum>> {
    let wrong = |line: usize, needed| {
        let what = bi("分层表有误", "the strata are wrong");
        Refusal::new("monitoring.strata", what).missing(format!("strata[{line}]"), "", needed)
    };
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let mut out = Vec::new();
    for (n, record) in (1..).zip(reader.records()) {
        let r = record.map_err(|e| wrong(n, bi(e.to_string(), e.to_string())))?;
        let cell = |at: usize| r.get(at).unwrap_or_default().to_owned();
        let weight = cell(5).parse().map_err(|_| wrong(n, bi("权重为 1 至 5", "the weight is 1 to 5")))?;
        out.push(NewStratum {
            name: cell(0),
            direction: cell(1),
            hs: cell(2),
            market: cell(3).to_uppercase(),
            analyte: cell(4),
            weight,
        });
    }
    Ok(out)
}

async fn add(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let drafted = async {
        let plan = NewPlan {
            code: given.get("code").into(),
            year: given.number("year")?,
            title: given.get("title").into(),
            total: given.number("total")?,
            strata: strata(given.get("strata"))?,
        };
        monitoring::draft(&mut tx, &by, &plan).await
    }
    .await;
    match conclude(&web, &by, "monitoring_plan/new", tx, drafted).await? {
        Ok(id) => Ok(done(&format!("/risk/plans/{id}"))),
        Err(refusal) => Ok(form(&who, &web, &given, Some(&refusal))),
    }
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
    let (due, in_time, all, substitutes) = monitoring::totals(&mut tx, p.id).await?;
    let strata = monitoring::strata(&mut tx, p.id).await?;
    let samples = monitoring::of_month(&mut tx, p.id, &month).await?;
    let drafter = match p.drafted.0 {
        Some(id) => officer_name(&mut tx, lang, id).await?,
        None => String::new(),
    };
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
    let writes = tables::writes(&who);
    let body = html! {
        (look::stats(lang, &stats))
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
        let word = super::super::parts::capital(lang, &state_name(&s.state));
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
    let (desk, list, title) =
        (t(lang, "risk-desk"), t(lang, "monitoring-plans"), t(lang, &format!("plan-{deed}")));
    let own = format!("/risk/plans/{}", p.id);
    let crumbs = [
        Crumb { label: &desk, href: Some("/risk") },
        Crumb { label: &list, href: Some("/risk/plans") },
        Crumb { label: &p.code, href: Some(&own) },
        Crumb { label: &title, href: None },
    ];
    let (action, lede) = (format!("{own}/{at}"), t(lang, &format!("plan-{deed}-lede")));
    let page = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &title,
        stop: None,
        files: false,
    };
    draw(who, web, &page, refusal, fields)
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
        for s in monitoring::of_month(&mut tx, p.id, &month).await? {
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
