//! What is done with a sample: hand-overs, requests for tests, results and their corrections.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Refusal, SampleId, TestId, bi};
use maud::{Markup, html};
use supervision::competence::{Sample as Sampling, Test, admit};
use supervision::laboratory::{self, HandOver, LabResult, LabTest, NewResult};

use super::sample::View;
use super::take::analytes;
use crate::answer::Answer;
use crate::guard::{Analysts, Inspectors, SampleHands, Staff, Who};
use crate::look::{self, Choice, Field, FieldKind, Width, button_row, button_secondary, field, t};
use crate::pages::kit::{self, Draft, Posted};
use crate::route::{RouteSpec, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        post("/samples/{id}/custody", hand_over),
        post("/samples/{id}/tests", request),
        post("/samples/{id}/results", result),
    ]
}

pub(super) fn custody_form(who: &Who<Staff>, v: &View) -> Markup {
    let lang = who.lang;
    let action = v.href("/custody");
    let form = look::Form {
        lang,
        id: "custody",
        action: &action,
        csrf: Some(&who.session.csrf),
        ..look::Form::default()
    };
    let words = [
        "lab-seal-whole",
        "lab-seal-broken",
        "lab-to",
        "lab-to-laboratory",
        "lab-seal-read",
        "lab-seal-state",
        "insp-note",
        "lab-seal-read-hint",
    ]
    .map(|k| t(lang, k));
    let whole = [
        Choice { value: "yes", label: &words[0], ..Choice::default() },
        Choice { value: "no", label: &words[1], ..Choice::default() },
    ];
    html! {
        details {
            summary { (t(lang, "lab-hand-over")) }
            (look::form(&form, html! {
                input type="hidden" name="seen" value=(v.sample.custody);
                (field(&Field { lang, name: "to", label: &words[2], required: true, ..Field::default() }))
                (field(&Field { lang, name: "laboratory", label: &words[3], kind: FieldKind::Check, ..Field::default() }))
                (field(&Field { lang, name: "seal_read", label: &words[4], hint: &words[7], kind: FieldKind::Code, required: true, width: Width::Twenty, ..Field::default() }))
                (field(&Field { lang, name: "intact", label: &words[5], kind: FieldKind::RadioLarge(&whole), required: true, ..Field::default() }))
                (field(&Field { lang, name: "note", label: &words[6], kind: FieldKind::Lines(2), ..Field::default() }))
                (button_row(false, button_secondary(&t(lang, "lab-hand-over-do"), "do", "custody")))
            }))
        }
    }
}

async fn hand_over(
    who: Who<SampleHands>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: SampleId = kit::id(&id)?;
    if !["yes", "no"].contains(&posted.get("intact")) {
        let what = bi("请说明封识是否完好", "say whether the seal is whole");
        let needed = bi("完好，或破损", "whole, or broken");
        return Err(Refusal::new("laboratory.custody", what).missing("intact", "", needed).into());
    }
    let h = HandOver {
        seen: posted.number("seen"),
        to: posted.get("to").into(),
        laboratory: posted.get("laboratory") == "true",
        seal_read: posted.get("seal_read").into(),
        intact: posted.get("intact") == "yes",
        note: posted.get("note").into(),
    };
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let done = laboratory::hand_over(&mut tx, &actor, id, &h).await.map(drop);
    desk.conclude(tx, &actor, &id.subject(), done).await?;
    Ok(go(&format!("/samples/{id}"), &[]))
}

pub(super) fn request_form(who: &Who<Staff>, v: &View) -> Markup {
    let lang = who.lang;
    let action = v.href("/tests");
    let form = look::Form {
        lang,
        id: "request",
        action: &action,
        csrf: Some(&who.session.csrf),
        ..look::Form::default()
    };
    let mut pack = v.pack.clone();
    pack.analyte.retain(|a| !v.tests.iter().any(|t| t.analyte == a.code));
    let posted = Posted::default();
    let draft = Draft::new(lang, &posted, None);
    html! {
        @if !pack.analyte.is_empty() {
            details {
                summary { (t(lang, "lab-request")) }
                (look::form(&form, html! {
                    (analytes(lang, &pack, &posted, &draft, &t(lang, "lab-analytes"), &t(lang, "lab-analytes-hint")))
                    (button_row(false, button_secondary(&t(lang, "lab-request-do"), "do", "request")))
                }))
            }
        }
    }
}

async fn request(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: SampleId = kit::id(&id)?;
    let tests: Vec<(String, String)> = posted.all("analyte").map(|a| (a.to_owned(), String::new())).collect();
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let mut subject = id.subject();
    let done = async {
        let declaration = laboratory::one(&mut tx, &actor, id).await?.declaration;
        subject = declaration.subject();
        let license = admit::<Sampling>(&mut tx, &actor, declaration).await?;
        laboratory::request(&mut tx, &license, id, &tests).await
    }
    .await;
    desk.conclude(tx, &actor, &subject, done).await?;
    Ok(go(&format!("/samples/{id}"), &[]))
}

/// The form of a result, or of the one that corrects `old`.
pub(super) fn result_form(
    who: &Who<Staff>,
    v: &View,
    test: &LabTest,
    key: &str,
    old: Option<&LabResult>,
) -> Markup {
    let lang = who.lang;
    let action = v.href("/results");
    let id = format!("result-{}", test.analyte);
    let key = format!("{key}-{}", test.analyte);
    let form = look::Form {
        lang,
        id: &id,
        action: &action,
        csrf: Some(&who.session.csrf),
        idempotency_key: &key,
        ..look::Form::default()
    };
    let name = |field: &str| format!("{field}-{}", test.analyte);
    let names = ["value", "unit", "loq", "uncertainty", "below", "reason"].map(name);
    let label = [
        "lab-value",
        "lab-result-unit",
        "limit-of-quantification",
        "lab-uncertainty",
        "lab-below",
        "lab-correction",
        "lab-value-hint",
    ]
    .map(|k| t(lang, k));
    let units = ["mg/kg", "µg/kg", "g/100 g", "%", "CFU/g"].map(|u| Choice {
        value: u,
        label: u,
        ..Choice::default()
    });
    let of = |pick: fn(&LabResult) -> &str| old.map_or("", pick);
    let number = |at: usize, required| Field {
        lang,
        name: &names[at],
        label: &label[at],
        kind: FieldKind::Number,
        required,
        width: Width::Ten,
        ..Field::default()
    };
    look::form(
        &form,
        html! {
            input type="hidden" name="test" value=(test.id);
            input type="hidden" name="analyte" value=(test.analyte);
            @if let Some(r) = old { input type="hidden" name="corrects" value=(r.id); }
            (field(&Field { hint: &label[6], ..number(0, false) }))
            (field(&Field { lang, name: &names[4], label: &label[4], kind: FieldKind::Check, value: if old.is_some_and(|r| r.below_loq) { "true" } else { "" }, ..Field::default() }))
            (field(&Field { lang, name: &names[1], label: &label[1], kind: FieldKind::Select(&units), value: of(|r| &r.unit), required: true, width: Width::Ten, ..Field::default() }))
            (field(&Field { value: of(|r| &r.loq), ..number(2, true) }))
            (field(&number(3, false)))
            @if old.is_some() { (field(&Field { lang, name: &names[5], label: &label[5], kind: FieldKind::Lines(2), required: true, ..Field::default() })) }
            (button_row(false, button_secondary(&t(lang, if old.is_some() { "lab-correct-do" } else { "lab-result-do" }), "do", "result")))
        },
    )
}

async fn result(
    who: Who<Analysts>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: SampleId = kit::id(&id)?;
    let text = |field: &str| posted.get(&format!("{field}-{}", posted.get("analyte"))).to_owned();
    let new = NewResult {
        key: posted.get("_key").into(),
        test: posted.get("test").parse::<TestId>().ok(),
        below_loq: text("below") == "true",
        value: text("value"),
        unit: text("unit"),
        loq: text("loq"),
        uncertainty: text("uncertainty"),
    };
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let mut subject = id.subject();
    let done = async {
        let declaration = laboratory::one(&mut tx, &actor, id).await?.declaration;
        subject = declaration.subject();
        let license = admit::<Test>(&mut tx, &actor, declaration).await?;
        match posted.get("corrects").parse() {
            Ok(old) => laboratory::correct(&mut tx, &actor, &license, old, &new, &text("reason")).await,
            Err(_) => laboratory::record(&mut tx, &actor, &license, &new).await,
        }
    }
    .await;
    desk.conclude(tx, &actor, &subject, done).await?;
    Ok(go(&format!("/samples/{id}"), &[]))
}
