//! The learned score: its card, whether it is right, what it is worth, whether the world is still the one it knows, and
//! what waits, ranked by expected loss. Two people put it in force; one of them, or its own watch, takes it out.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{OfficerId, Refusal, Timestamp};
use maud::{Markup, html};
use supervision::score::{self, Ranked, Registered, State as Stands, Watched};
use supervision::targeting::percent;
use supervision::what_if::Interval;

use super::{DeskDeed, room};
use crate::answer::{Answer, said};
use crate::guard::{RiskApprovers, RoleSet, Staff, Who};
use crate::look::{
    self, Field, FieldKind, FigureBar, FigureValue, Lane, Lang, Row, Sign, Tone, Width, badge,
    button_link_secondary, format, lane_badge, t, t_args,
};
use crate::pages::sheet::{Given, Listing, Sheet, conclude, done, listing, nothing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Consignments that are ranked.
const RANKED: usize = 20;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/score", show),
        get("/risk/score/{id}/approve", ask_approve),
        post("/risk/score/{id}/approve", approve),
        get("/risk/score/{id}/stand-down", ask_stand_down),
        post("/risk/score/{id}/stand-down", stand_down),
    ]
}

async fn show(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let now = tx.now();
    let all = score::list(&mut tx).await?;
    let acting = all.iter().find(|m| m.state == Stands::Approved && m.acts_at(now));
    let ranked = match acting {
        Some(m) => score::ranked(&mut tx, &m.hash, RANKED).await?,
        None => Vec::new(),
    };
    // Without one in force the page tells why the last one stood down.
    let told = acting.or_else(|| all.iter().find(|m| m.state == Stands::Down));
    let may = who.session.account.roles.iter().any(|r| RiskApprovers::ROLES.contains(r));
    let body = html! {
        p class="measure quiet" { (t(lang, "score-lede")) }
        @match told {
            Some(m) => {
                (look::section(&t_args(lang, "score-card", &[("model", m.label.clone().into())]), Markup::default(), card(lang, m, now)))
                @if let Some(w) = m.watched.as_ref().and_then(|w| serde_json::from_str::<Watched>(&w.0).ok()) { (seen(lang, &w)) }
            }
            None if all.is_empty() => {}
            None => { (look::section(&t(lang, "score-in-force"), Markup::default(), html! { p { (t(lang, "score-none-in-force")) } })) }
        }
        @if acting.is_some() { (look::section(&t(lang, "score-ranked"), Markup::default(), ranking(lang, &ranked))) }
        (look::section(&t(lang, "score-models"), Markup::default(), models(lang, &all, now, may, who.actor().officer)))
    };
    Ok(room(&who, &web, "/risk/score", Markup::default(), body))
}

fn state(lang: Lang, m: &Registered, now: Timestamp) -> Markup {
    let (tone, sign) = match m.state {
        Stands::Registered => (Tone::Wait, Sign::Ring),
        Stands::Approved if m.acts_at(now) => (Tone::Go, Sign::Check),
        Stands::Approved => (Tone::Plain, Sign::Half),
        Stands::Down => (Tone::Stop, Sign::Square),
    };
    badge(tone, sign, &crate::pages::parts::capital(lang, &m.state.name()))
}

/// What the model is.
fn card(lang: Lang, m: &Registered, now: Timestamp) -> Markup {
    let day = |days: i64| format::date_of(Timestamp(days * Timestamp::DAY).instant());
    let mut pairs = vec![
        ("alert-state", state(lang, m, now)),
        ("score-note", html! { (m.note) }),
        ("score-trained-on", html! { (day(m.days.0)) " – " (day(m.days.1)) }),
        (
            "score-cases",
            html! { (t_args(lang, "score-of", &[("cases", format::integer(m.cases.0).into()), ("violations", format::integer(m.cases.1).into())])) },
        ),
        ("score-hash", html! { code { (m.hash) } }),
    ];
    if let Some(from) = m.valid_from {
        pairs.push(("valid-from", html! { (format::date_time(from.instant())) }));
    }
    if let Some(why) = &m.closed_reason {
        pairs.push(("score-why-down", html! { (why) }));
    }
    let words: Vec<(String, Markup)> = pairs.into_iter().map(|(k, v)| (t(lang, k), v)).collect();
    let list: Vec<(&str, Markup)> = words.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    look::definition_list(&list, false)
}

fn share(x: f64) -> String {
    format!("{:.1} %", x * 100.0)
}

/// What its watch saw.
fn seen(lang: Lang, w: &Watched) -> Markup {
    let r = &w.random;
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let bar = |label: &str, i: &Interval, shown: &str, n: usize, baseline: Option<f64>, top: f64| {
        let value = match n {
            0 => FigureValue::NoData,
            n => FigureValue::Known { value: i.value, shown, interval: Some((i.low, i.high)), n: count(n) },
        };
        look::figure_bar(&FigureBar {
            lang,
            label,
            value,
            baseline,
            range: (0.0, top),
            ..FigureBar::default()
        })
    };
    let (inspected, found) = r.targeted;
    html! {
        (look::section(&t(lang, "score-reliability"), Markup::default(), html! {
            p class="quiet" { (t(lang, "score-reliability-lede")) }
            @if w.bins.is_empty() { p { (t(lang, "score-no-checks")) } }
            @for b in &w.bins {
                (bar(&format!("{}–{} %", percent(b.ends.0), percent(b.ends.1)), &b.found, &share(b.found.value), b.checks, Some(b.predicted), 1.0))
            }
        }))
        (look::section(&t(lang, "score-worth"), Markup::default(), html! {
            p { (t_args(lang, "score-random", &[("checks", count(r.checks).into()), ("found", count(r.found).into()), ("scored", count(w.scored).into())])) }
            @if let Some(rate) = &r.rate { (bar(&t(lang, "score-rate"), rate, &share(rate.value), r.checks, None, 1.0)) }
            p { (t_args(lang, "score-targeted", &[("checks", count(inspected).into()), ("found", count(found).into())])) }
            @match &r.lift {
                Some(l) => (bar(&t(lang, "score-lift"), l, &format!("{:.1}", l.value), inspected, Some(1.0), l.high.max(2.0))),
                None => p class="quiet" { (t(lang, "score-no-lift")) },
            }
        }))
        (look::section(&t(lang, "score-drift"), Markup::default(), html! {
            p class="quiet" { (t_args(lang, "score-limits", &[("watch", format!("{:.2}", w.limits.0).into()), ("down", format!("{:.2}", w.limits.1).into())])) }
            @for reason in &w.reasons { p { (badge(Tone::Wait, Sign::Warn, &said(lang, reason))) } }
            (months(lang, w))
        }))
    }
}

fn months(lang: Lang, w: &Watched) -> Markup {
    let row = |m: &score::Month| Row {
        cells: vec![
            html! { (m.month) },
            html! { (m.cases) },
            html! { (format!("{:.3}", m.score.0)) " " span class="second" { (format!("{:.3}", m.score.1)) } },
            html! { @for (name, value, _) in &m.features { div { (said(lang, &score::feature_name(name))) " " (format!("{value:.3}")) } } },
        ],
        ..Row::default()
    };
    listing(Listing {
        lang,
        id: "months",
        caption: "score-drift",
        heads: &["score-month", "what-if-declared", "score-shape", "score-shapes"],
        rows: w.months.iter().map(row).collect(),
        empty: ("score-no-months", "score-no-months-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

fn ranking(lang: Lang, all: &[Ranked]) -> Markup {
    let row = |r: &Ranked| Row {
        href: Some(format!("/declarations/{}", r.declaration)),
        cells: vec![
            html! { (r.no) },
            html! { (r.goods) },
            html! { (r.operator) },
            html! { @match Lane::from_code(&r.lane) { Some(l) => (lane_badge(lang, l)), None => (r.lane) } },
            html! { (percent(r.probability_ppm)) " %" },
            html! { @match &r.expected_loss { Some((milli, currency)) => { (format::integer(milli / 1000)) " " (currency) }, None => "—" } },
        ],
        ..Row::default()
    };
    listing(Listing {
        lang,
        id: "ranked",
        caption: "score-ranked",
        heads: &["declaration-no", "goods", "operator", "lane", "score-probability", "score-loss"],
        rows: all.iter().map(row).collect(),
        empty: ("score-none-ranked", "score-none-ranked-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

fn models(lang: Lang, all: &[Registered], now: Timestamp, may: bool, me: Option<OfficerId>) -> Markup {
    // Who registered a model leaves its approval to somebody else.
    let second = |m: &Registered| m.state != Stands::Registered || m.registered.0 != me;
    let deed = |m: &Registered| match m.state {
        Stands::Registered => Some("approve"),
        Stands::Approved if m.valid_to.is_none_or(|to| to > now) => Some("stand-down"),
        _ => None,
    };
    let row = |m: &Registered| Row {
        cells: vec![
            html! { (m.label) },
            html! { (m.note) },
            html! { (state(lang, m, now)) },
            html! { (format::date_of(m.registered.1.instant())) },
            html! { @if !second(m) { (t(lang, "score-other-approves")) } @else if let Some(deed) = deed(m).filter(|_| may) { (button_link_secondary(&t(lang, &format!("score-{deed}")), &format!("/risk/score/{}/{deed}", m.id))) } },
        ],
        ..Row::default()
    };
    listing(Listing {
        lang,
        id: "models",
        caption: "score-models",
        heads: &["score-model", "score-note", "alert-state", "score-registered", "may-do"],
        rows: all.iter().map(row).collect(),
        empty: ("no-score", "no-score-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

fn form(
    who: &Who<RiskApprovers>,
    web: &Web,
    m: &Registered,
    deed: &str,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let sheet = Sheet { lang: who.lang, given, refusal };
    let fields = html! {
        @if deed == "approve" {
            (sheet.put("valid-from", Field { name: "from", kind: FieldKind::Date, width: Width::Twenty, required: true, ..Field::default() }))
        } @else { (sheet.reason("reason", "")) }
    };
    let own = format!("/risk/score/{}", m.id);
    let list = ("risk-score", "/risk/score");
    DeskDeed { family: "score", deed, at: deed, list, matter: (&m.label, &own), stops: "stand-down" }
        .page(who, web, refusal, fields)
}

async fn found(tx: &mut store::Tx, id: &str) -> Answer<Registered> {
    score::one(tx, id).await?.ok_or_else(|| nothing(id))
}

async fn ask_approve(
    who: Who<RiskApprovers>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    let m = found(&mut tx, &id).await?;
    let given = Given::default().with("from", tx.now().date().to_string());
    Ok(form(&who, &web, &m, "approve", &given, None))
}

async fn approve(
    who: Who<RiskApprovers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let m = found(&mut tx, &id).await?;
    let acted = async {
        let day = given.day("from")?;
        score::approve(&mut tx, &by, m.id, Timestamp::start_of(day)).await
    }
    .await;
    match conclude(&web, &by, &m.id.subject(), tx, acted).await? {
        Ok(()) => Ok(done("/risk/score")),
        Err(refusal) => Ok(form(&who, &web, &m, "approve", &given, Some(&refusal))),
    }
}

async fn ask_stand_down(
    who: Who<RiskApprovers>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    let m = found(&mut tx, &id).await?;
    Ok(form(&who, &web, &m, "stand-down", &Given::default(), None))
}

async fn stand_down(
    who: Who<RiskApprovers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let m = found(&mut tx, &id).await?;
    let acted = score::stand_down(&mut tx, &by, m.id, given.get("reason")).await;
    match conclude(&web, &by, &m.id.subject(), tx, acted).await? {
        Ok(()) => Ok(done("/risk/score")),
        Err(refusal) => Ok(form(&who, &web, &m, "stand-down", &given, Some(&refusal))),
    }
}
