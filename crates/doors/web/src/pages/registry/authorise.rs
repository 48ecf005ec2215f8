//! Authorisations of one officer: the table, and the forms that grant, delegate in an emergency, and end them.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{AuthorisationId, OfficerId, Refusal, Timestamp, bi};
use maud::{Markup, html};
use registry::people::{self, Officer};
use registry::rules as book;
use supervision::competence::{self, Authorisation, NewAuthorisation, Task};

use super::coded;
use crate::answer::{Answer, said};
use crate::guard::{Registrars, Who};
use crate::look::{
    self, ClockChip, ClockUnit, Crumb, Field, FieldKind, Lang, Row, Sign, Stat, Tone, Width, badge,
    button_link_secondary, clock_chip, format, t, t_args,
};
use crate::pages::sheet::{
    Deed, Given, Listing, Sheet, conclude, done, draw, end_of, listing, nothing, wrong,
};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Days from which on the clock of an authorisation is shown as running short: a fifth of this.
const WARN_OF: i64 = 300;
/// Spans of the forecast, in days.
const FORECAST: [i64; 3] = [30, 60, 180];

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/officers/{id}/authorise", granting),
        post("/officers/{id}/authorise", grant),
        get("/officers/{id}/delegate", delegating),
        post("/officers/{id}/delegate", delegate),
        get("/authorisations/{id}/end", ending),
        post("/authorisations/{id}/end", end),
    ]
}

/// The deeds on an officer's authorisations.
pub(super) fn deeds(lang: Lang, officer: OfficerId, may: bool) -> Markup {
    html! {
        @if may { div class="buttons" {
            (button_link_secondary(&t(lang, "authorise"), &format!("/officers/{officer}/authorise")))
            (button_link_secondary(&t(lang, "delegate"), &format!("/officers/{officer}/delegate")))
        } }
    }
}

/// Goods of an authorisation in words.
pub(super) fn goods(lang: Lang, hs_prefix: &str) -> String {
    if hs_prefix.is_empty() { t(lang, "all-goods") } else { format!("HS {hs_prefix}") }
}

/// How long an authorisation still holds.
pub(super) fn left(lang: Lang, valid_to: Timestamp, now: Timestamp) -> Markup {
    let due = format::date_time(valid_to.instant());
    let days = (valid_to.0 - now.0).div_euclid(Timestamp::DAY);
    let clock = if days < 3 {
        let left = (valid_to.0 - now.0).div_euclid(Timestamp::HOUR);
        ClockChip {
            lang,
            left,
            total: 72 * 5,
            unit: ClockUnit::Hour,
            due: Some(&due),
            ..ClockChip::default()
        }
    } else {
        ClockChip {
            lang,
            left: days,
            total: WARN_OF,
            unit: ClockUnit::Day,
            due: Some(&due),
            ..ClockChip::default()
        }
    };
    clock_chip(&clock)
}

fn state(lang: Lang, a: &Authorisation, now: Timestamp) -> Markup {
    match &a.ended {
        Some((at, how)) => {
            let day = format::date_of(at.instant());
            html! { (badge(Tone::Stop, Sign::Square, &t(lang, &format!("auth-{how}")))) " " span class="quiet" { (day) } }
        }
        None if a.valid_to <= now => badge(Tone::Quiet, Sign::Dash, &t(lang, "auth-expired")),
        None if a.valid_from > now => badge(Tone::Plain, Sign::Ring, &t(lang, "auth-future")),
        None => left(lang, a.valid_to, now),
    }
}

/// The forecast and the table of an officer's authorisations; what is in force comes first.
pub(super) fn of_officer(lang: Lang, held: &[Authorisation], now: Timestamp, may: bool) -> Markup {
    let holds = |a: &&Authorisation| a.ended.is_none() && a.valid_from <= now && a.valid_to > now;
    let mut sorted: Vec<&Authorisation> = held.iter().collect();
    sorted.sort_by_key(|a| (!holds(a), if holds(a) { a.valid_to.0 } else { -a.valid_to.0 }));
    let row = |a: &&Authorisation| Row {
        cells: vec![
            html! { (said(lang, &a.duty.name())) @if a.emergency { " " (badge(Tone::Loud, Sign::Warn, &t(lang, "emergency"))) } },
            html! { (goods(lang, &a.hs_prefix)) },
            html! { (format::date_of(a.valid_from.instant())) " – " (format::date_time(a.valid_to.instant())) },
            state(lang, a, now),
            html! { @if let Some(b) = a.basis { (t(lang, &format!("basis-{}", b.code()))) ": " } (a.reason) },
            html! { @if may && a.ended.is_none() && a.valid_to > now {
                @if !a.emergency && a.valid_from <= now { a href={ "/authorisations/" (a.id) "/renew" } { (t(lang, "renew-authorisation")) } " · " }
                a href={ "/authorisations/" (a.id) "/end" } { (t(lang, "end-authorisation")) }
            } },
        ],
        ..Row::default()
    };
    let table = listing(Listing {
        lang,
        id: "authorisations",
        caption: "authorisations",
        heads: &["duty", "goods", "valid", "state", "rests-on", "deed"],
        rows: sorted.iter().map(row).collect(),
        empty: ("no-authorisations", "no-authorisations-advice"),
        next: None,
        first: None,
        paged: false,
    });
    html! { @if held.iter().any(|a| holds(&a)) { (forecast(lang, held, now)) } (table) }
}

/// How many authorisations in force run out in the spans ahead.
fn forecast(lang: Lang, held: &[Authorisation], now: Timestamp) -> Markup {
    let figures = FORECAST.map(|days| {
        let until = Timestamp(now.0 + days * Timestamp::DAY);
        let n = held
            .iter()
            .filter(|a| a.ended.is_none() && a.valid_from <= now && a.valid_to > now && a.valid_to <= until);
        (t_args(lang, "expires-within", &[("n", days.into())]), n.count().to_string())
    });
    let all: Vec<Stat<'_>> =
        figures.iter().map(|(name, value)| Stat { name, value: Some(value), ..Stat::default() }).collect();
    look::stats(lang, &all)
}

async fn officer(web: &Web, id: &str) -> Answer<Officer> {
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => people::officer(&mut tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

fn duties(lang: Lang, all: &[Task]) -> Vec<(String, String)> {
    all.iter().map(|d| (d.code().to_owned(), said(lang, &d.name()))).collect()
}

fn hs_field(sheet: &Sheet<'_>) -> Markup {
    let hint = t(sheet.lang, "hs-prefix-hint");
    sheet.put(
        "auth-goods",
        Field {
            name: "hs_prefix",
            hint: &hint,
            kind: FieldKind::Code,
            width: Width::Ten,
            ..Field::default()
        },
    )
}

fn day_field(sheet: &Sheet<'_>, word: &str, name: &str) -> Markup {
    sheet.put(
        word,
        Field { name, kind: FieldKind::Date, required: true, width: Width::Twenty, ..Field::default() },
    )
}

/// The page of a form about an officer.
pub(super) fn about(
    who: &Who<Registrars>,
    web: &Web,
    (o, word, lede, action): (&Officer, &str, &str, &str),
    refusal: Option<&Refusal>,
    fields: Markup,
) -> Response {
    let lang = who.lang;
    let title = format!("{} · {}", t(lang, word), said(lang, &o.name));
    let (root, own, lede, submit) =
        (t(lang, "officers"), format!("/officers/{}", o.id), t(lang, lede), t(lang, word));
    let crumbs = [
        Crumb { label: &root, href: Some("/officers") },
        Crumb { label: &o.staff_no, href: Some(&own) },
        Crumb { label: &submit, href: None },
    ];
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action,
        submit: &submit,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

async fn granting(who: Who<Registrars>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let o = officer(&web, &id).await?;
    let today = web.clock.now().date();
    let given = Given::default().with("valid_from", today.to_string());
    Ok(grant_form(&who, &web, &o, &given, None))
}

fn grant_form(
    who: &Who<Registrars>,
    web: &Web,
    o: &Officer,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let sheet = Sheet { lang: who.lang, given, refusal };
    let fields = html! {
        (sheet.select("duty", "duty", &duties(who.lang, &Task::ALL)))
        (hs_field(&sheet))
        (day_field(&sheet, "valid-from", "valid_from"))
        (day_field(&sheet, "valid-to-last-day", "valid_to"))
        (sheet.reason("rests-on", &t(who.lang, "rests-on-hint")))
    };
    let action = format!("/officers/{}/authorise", o.id);
    about(who, web, (o, "authorise", "authorise-lede", &action), refusal, fields)
}

fn duty(given: &Given) -> kernel::Result<Task> {
    let code = given.get("duty");
    Task::parse(code).ok_or_else(|| wrong("duty", code, bi("选择岗位任务", "choose a duty")))
}

async fn grant(
    who: Who<Registrars>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by, o) = (Given(sent), who.actor(), officer(&web, &id).await?);
    let mut tx = web.begin().await?;
    let granted = async {
        let new = NewAuthorisation {
            officer: o.id,
            duty: duty(&given)?,
            hs_prefix: given.get("hs_prefix").to_owned(),
            valid_from: Timestamp::start_of(given.day("valid_from")?),
            valid_to: end_of(given.day("valid_to")?),
            reason: given.get("reason").to_owned(),
        };
        competence::authorise(&mut tx, &by, new).await
    }
    .await;
    match conclude(&web, &by, &o.id.subject(), tx, granted).await? {
        Ok(_) => Ok(done(&format!("/officers/{}", o.id))),
        Err(refusal) => Ok(grant_form(&who, &web, &o, &given, Some(&refusal))),
    }
}

async fn delegating(
    who: Who<Registrars>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let o = officer(&web, &id).await?;
    delegate_form(&who, &web, &o, &Given::default(), None).await
}

async fn delegate_form(
    who: &Who<Registrars>,
    web: &Web,
    o: &Officer,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let rules = book::rules(&mut tx).await?;
    let most = book::adopted(&rules, tx.now().date())?.pack.number("delegation.max_hours")?.value;
    let sheet = Sheet { lang, given, refusal };
    let delegable: Vec<Task> = Task::ALL.into_iter().filter(|d| *d != Task::Certify).collect();
    let (unit, hint) = (t(lang, "hours"), t_args(lang, "delegate-hours-hint", &[("n", most.into())]));
    let hours = Field {
        name: "valid_to",
        hint: &hint,
        unit: &unit,
        kind: FieldKind::Number,
        required: true,
        width: Width::Ten,
        ..Field::default()
    };
    let fields = html! {
        (sheet.select("duty", "duty", &duties(lang, &delegable)))
        (hs_field(&sheet))
        (sheet.put("duration", hours))
        (sheet.reason("emergency-reason", &t(lang, "emergency-reason-hint")))
    };
    let action = format!("/officers/{}/delegate", o.id);
    Ok(about(who, web, (o, "delegate", "delegate-lede", &action), refusal, fields))
}

async fn delegate(
    who: Who<Registrars>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by, o) = (Given(sent), who.actor(), officer(&web, &id).await?);
    let mut tx = web.begin().await?;
    let delegated = async {
        let (valid_from, hours) = (tx.now(), given.number("valid_to")?);
        if !(1..=8760).contains(&hours) {
            return Err(wrong(
                "valid_to",
                given.get("valid_to"),
                bi("填写小时数", "write a number of hours"),
            ));
        }
        let new = NewAuthorisation {
            officer: o.id,
            duty: duty(&given)?,
            hs_prefix: given.get("hs_prefix").to_owned(),
            valid_from,
            valid_to: valid_from.plus_hours(hours),
            reason: given.get("reason").to_owned(),
        };
        competence::delegate(&mut tx, &by, new).await
    }
    .await;
    match conclude(&web, &by, &o.id.subject(), tx, delegated).await? {
        Ok(_) => Ok(done(&format!("/officers/{}", o.id))),
        Err(refusal) => delegate_form(&who, &web, &o, &given, Some(&refusal)).await,
    }
}

pub(super) async fn authorisation(web: &Web, id: &str) -> Answer<(Authorisation, Officer)> {
    let mut tx = web.read().await?;
    let found = match id.parse::<AuthorisationId>() {
        Ok(id) => competence::one(&mut tx, id).await?,
        Err(_) => None,
    };
    let a = found.ok_or_else(|| nothing(id))?;
    let o = people::officer(&mut tx, a.officer).await?.ok_or_else(|| nothing(id))?;
    Ok((a, o))
}

async fn ending(who: Who<Registrars>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let (a, o) = authorisation(&web, &id).await?;
    Ok(end_form(&who, &web, (&a, &o), &Given::default(), None))
}

fn end_form(
    who: &Who<Registrars>,
    web: &Web,
    (a, o): (&Authorisation, &Officer),
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let what = format!("{} · {}", said(lang, &a.duty.name()), goods(lang, &a.hs_prefix));
    let fields = html! {
        p { b { (what) } }
        (sheet.radio("end-how", "how", &coded(lang, "auth-", &["suspended", "withdrawn"])))
        (sheet.reason("reason", &t(lang, "end-reason-hint")))
    };
    let action = format!("/authorisations/{}/end", a.id);
    about(who, web, (o, "end-authorisation", "end-lede", &action), refusal, fields)
}

async fn end(
    who: Who<Registrars>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let (a, o) = authorisation(&web, &id).await?;
    let mut tx = web.begin().await?;
    let ended = competence::end(&mut tx, &by, a.id, given.get("how"), given.get("reason")).await;
    match conclude(&web, &by, &o.id.subject(), tx, ended).await? {
        Ok(()) => Ok(done(&format!("/officers/{}", o.id))),
        Err(refusal) => Ok(end_form(&who, &web, (&a, &o), &given, Some(&refusal))),
    }
}
