//! The yearly monitoring plans, each with its completion; and writing one.
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use kernel::{Refusal, Result, bi};
use maud::{Markup, html};
use supervision::monitoring::{self, NewPlan, NewStratum, Plan};

use super::{room, tables};
use crate::answer::Answer;
use crate::guard::{RiskAnalysts, Staff, Who};
use crate::look::{Crumb, Field, FieldKind, Lang, Row, Sign, Tone, Width, badge, button_link, format, t};
use crate::pages::sheet::{Deed, Given, Listing, Sheet, conclude, done, draw, listing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/risk/plans", list), get("/risk/plans/new", new), post("/risk/plans/new", add)]
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

pub(super) fn state(lang: Lang, p: &Plan) -> Markup {
    if p.approved {
        badge(Tone::Go, Sign::Check, &t(lang, "plan-approved"))
    } else {
        badge(Tone::Wait, Sign::Warn, &t(lang, "plan-draft"))
    }
}

/// A share of what is due; nothing due is a word.
#[expect(clippy::cast_precision_loss, reason = "some thousands of samples")]
pub(super) fn share(n: i64, of: i64) -> String {
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
        ..Deed::default()
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
