//! The opening of the goods: appointment, the one opening, and what customs found at it.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Date, Refusal, Result, TaskId, Timestamp, bi};
use maud::{Markup, html};
use supervision::inspection::{self, Appointment};

use super::View;
use crate::answer::Answer;
use crate::guard::{Inspectors, Staff, Who};
use crate::look::{
    self, Choice, Field, FieldKind, Lang, Sign, Tone, Width, badge, button_secondary, definition_list, field,
    format, t,
};
use crate::pages::kit::{self, Posted};
use crate::route::{RouteSpec, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        post("/inspections/{id}/appointment", appoint),
        post("/inspections/{id}/opening", open),
        post("/inspections/{id}/customs", customs),
    ]
}

pub(super) fn section(who: &Who<Staff>, v: &View, inspector: bool) -> Markup {
    let lang = who.lang;
    let live = inspector && v.task.state.is_live();
    let opened = v.appointment.as_ref().is_some_and(|a| a.opened_at.is_some());
    let body = html! {
        @match &v.appointment {
            Some(a) => (facts(lang, a)),
            None => p class="quiet" { (t(lang, "insp-no-appointment")) },
        }
        @if live && !opened { (appointment_form(who, v)) }
        @if live && !opened && v.appointment.is_some() { (opening_form(who, v)) }
        @if live && v.appointment.as_ref().is_some_and(|a| opened && a.customs_ref.is_some() && a.customs.is_none()) { (customs_form(who, v)) }
    };
    look::section(&t(lang, "insp-opening"), html! {}, body)
}

fn facts(lang: Lang, a: &Appointment) -> Markup {
    let w = |k: &str| t(lang, k);
    let mut pairs = vec![
        (w("insp-at"), html! { (format::date_time(a.at.instant())) }),
        (w("insp-place"), html! { (a.place) }),
        (w("insp-containers"), html! { (a.containers.join(", ")) }),
    ];
    if let Some(reference) = &a.customs_ref {
        pairs.push((w("insp-customs"), html! { (reference) }));
    }
    if let Some(at) = a.opened_at {
        pairs.push((w("insp-opened-at"), html! { (format::date_time(at.instant())) }));
    }
    if let Some((conforming, note, _)) = &a.customs {
        let word = if *conforming {
            badge(Tone::Go, Sign::Check, &w("insp-customs-fine"))
        } else {
            badge(Tone::Stop, Sign::Square, &w("insp-customs-not"))
        };
        pairs.push((w("insp-customs-result"), html! { (word) " " (note) }));
    }
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, m)| (k.as_str(), m.clone())).collect();
    definition_list(&pairs, false)
}

fn appointment_form(who: &Who<Staff>, v: &View) -> Markup {
    let lang = who.lang;
    let action = v.href("/appointment");
    let form = look::Form {
        lang,
        id: "appointment",
        action: &action,
        csrf: Some(&who.session.csrf),
        ..look::Form::default()
    };
    let a = v.appointment.as_ref();
    let at = a.map(|a| a.at.civil().strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default();
    let containers = a.map(|a| a.containers.join("\n")).unwrap_or_default();
    let labels = ["insp-at", "insp-place", "insp-containers", "insp-customs"].map(|k| t(lang, k));
    let hints = ["insp-containers-hint", "insp-customs-hint"].map(|k| t(lang, k));
    html! {
        details open[a.is_none()] {
            summary { (t(lang, if a.is_none() { "insp-appoint" } else { "insp-reappoint" })) }
            (look::form(&form, html! {
                input type="hidden" name="version" value=(v.task.version);
                (field(&Field { lang, name: "at", label: &labels[0], value: &at, kind: FieldKind::DateTime, required: true, width: Width::Twenty, ..Field::default() }))
                (field(&Field { lang, name: "place", label: &labels[1], value: a.map_or("", |a| &a.place), required: true, ..Field::default() }))
                (field(&Field { lang, name: "containers", label: &labels[2], hint: &hints[0], value: &containers, kind: FieldKind::Lines(3), ..Field::default() }))
                (field(&Field { lang, name: "customs", label: &labels[3], hint: &hints[1], value: a.and_then(|a| a.customs_ref.as_deref()).unwrap_or(""), kind: FieldKind::Code, width: Width::Twenty, ..Field::default() }))
                (look::button_row(false, button_secondary(&t(lang, "insp-appoint-do"), "do", "appoint")))
            }))
        }
    }
}

fn opening_form(who: &Who<Staff>, v: &View) -> Markup {
    let lang = who.lang;
    let action = v.href("/opening");
    let form = look::Form {
        lang,
        id: "opening",
        action: &action,
        csrf: Some(&who.session.csrf),
        ..look::Form::default()
    };
    look::form(
        &form,
        html! {
            input type="hidden" name="version" value=(v.task.version);
            p class="note quiet" { (t(lang, "insp-open-hint")) }
            (look::button_row(false, button_secondary(&t(lang, "insp-open-do"), "do", "open")))
        },
    )
}

fn customs_form(who: &Who<Staff>, v: &View) -> Markup {
    let lang = who.lang;
    let action = v.href("/customs");
    let form = look::Form {
        lang,
        id: "customs-form",
        action: &action,
        csrf: Some(&who.session.csrf),
        ..look::Form::default()
    };
    let words =
        ["insp-customs-fine", "insp-customs-not", "insp-customs-result", "insp-note"].map(|k| t(lang, k));
    let choices = [
        Choice { value: "yes", label: &words[0], ..Choice::default() },
        Choice { value: "no", label: &words[1], ..Choice::default() },
    ];
    look::form(
        &form,
        html! {
            input type="hidden" name="version" value=(v.task.version);
            (field(&Field { lang, name: "conforming", label: &words[2], kind: FieldKind::RadioLarge(&choices), required: true, ..Field::default() }))
            (field(&Field { lang, name: "customs_note", label: &words[3], kind: FieldKind::Lines(2), ..Field::default() }))
            (look::button_row(false, button_secondary(&t(lang, "insp-customs-do"), "do", "customs")))
        },
    )
}

/// Day and time of day at the bureau, as the browser's field writes it.
fn instant(text: &str) -> Result<Timestamp> {
    let (day, time) = text.split_once('T').unwrap_or((text, ""));
    let (hour, minute) = time.split_once(':').unwrap_or(("", ""));
    let parts = (day.parse::<Date>(), hour.parse::<i8>(), minute.get(..2).unwrap_or("").parse::<i8>());
    if let (Ok(day), Ok(hour @ 0..=23), Ok(minute @ 0..=59)) = parts {
        return Ok(Timestamp::at(day, hour, minute));
    }
    Err(Refusal::new("inspection.appointment", bi("预约时间无法识别", "the time cannot be read"))
        .missing("at", text, bi("如 2026-11-24 14:30", "as 2026-11-24 14:30"))
        .into())
}

async fn appoint(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: TaskId = kit::id(&id)?;
    let at = instant(posted.get("at"))?;
    let containers: Vec<String> = posted.get("containers").lines().map(str::to_owned).collect();
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let what = (at, posted.get("place"), &containers[..]);
    let customs = Some(posted.get("customs"));
    let done = inspection::appoint(&mut tx, &actor, id, posted.number("version"), what, customs).await;
    desk.conclude(tx, &actor, &id.subject(), done).await?;
    Ok(go(&format!("/inspections/{id}"), &[]))
}

async fn open(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: TaskId = kit::id(&id)?;
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let done = inspection::open_goods(&mut tx, &actor, id, posted.number("version")).await;
    desk.conclude(tx, &actor, &id.subject(), done).await?;
    Ok(go(&format!("/inspections/{id}"), &[]))
}

async fn customs(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: TaskId = kit::id(&id)?;
    let conforming = match posted.get("conforming") {
        "yes" => true,
        "no" => false,
        other => {
            let what = bi("请选择海关查验结果", "choose the result of customs");
            let needed = bi("与申报相符，或不符", "as declared, or not");
            return Err(Refusal::new("inspection.customs", what).missing("conforming", other, needed).into());
        }
    };
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let (version, note) = (posted.number("version"), posted.get("customs_note"));
    let done = inspection::customs_result(&mut tx, &actor, id, version, conforming, note).await;
    desk.conclude(tx, &actor, &id.subject(), done).await?;
    Ok(go(&format!("/inspections/{id}"), &[]))
}
