//! Taking a sample on the spot: lot, unit, quantity, seal and what it is to be tested for.
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kernel::{No, Refusal, SampleId, TaskId, UNIT_CODES};
use maud::{Markup, html};
use registry::rules::{self as book, Pack};
use serde::Deserialize;
use supervision::competence::{Sample as Sampling, admit};
use supervision::inspection::{self, InspectionTask, TaskLot};
use supervision::laboratory::{self, NewSample};

use crate::answer::{Answer, said};
use crate::guard::{Inspectors, Page, Who};
use crate::look::{
    self, Choice, Crumb, Field, FieldKind, Lang, Width, button, button_row, field, signed_answer, t,
};
use crate::pages::kit::{self, Draft, Posted, one_use_key};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/inspections/{id}/samples", show), post("/inspections/{id}/samples", take)]
}

#[derive(Deserialize)]
struct Ask {
    #[serde(default)]
    replaces: String,
}

/// What the form is made of.
struct Ground {
    task: InspectionTask,
    lots: Vec<TaskLot>,
    pack: Pack,
    place: String,
}

async fn ground(web: &Web, who: &Who<Inspectors>, id: TaskId) -> Result<Ground, No> {
    let mut tx = web.read().await?;
    let task = inspection::one(&mut tx, &who.actor(), id).await?;
    let lots = inspection::lots(&mut tx, id).await?;
    let rules = book::rules(&mut tx).await?;
    let pack = rules
        .by_label(&task.rule_version)
        .ok_or_else(|| No::fault("a pinned rule version is gone"))?
        .pack
        .clone();
    let place = inspection::appointment(&mut tx, id).await?.map(|a| a.place).unwrap_or_default();
    Ok(Ground { task, lots, pack, place })
}

async fn show(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(ask): Query<Ask>,
) -> Answer {
    let g = ground(&web, &who, kit::id(&id)?).await?;
    let mut fields = vec![("_key".to_owned(), one_use_key(&web)), ("place".to_owned(), g.place.clone())];
    let mut lot = g.lots.first().map(|l| l.lot);
    if let Ok(old) = ask.replaces.parse::<SampleId>() {
        let mut tx = web.read().await?;
        let s = laboratory::one(&mut tx, &who.actor(), old).await?;
        lot = Some(s.lot);
        fields.push(("replaces".to_owned(), old.to_string()));
    }
    if let Some(l) = g.lots.iter().find(|l| Some(l.lot) == lot) {
        fields.push(("lot".to_owned(), l.lot.to_string()));
        fields.push(("unit".to_owned(), "KGM".to_owned()));
    }
    Ok(page(&who, &web, &g, &Posted::from(fields), None))
}

fn page(who: &Who<Inspectors>, web: &Web, g: &Ground, posted: &Posted, refusal: Option<&Refusal>) -> Markup {
    let lang = who.lang;
    let draft = Draft::new(lang, posted, refusal);
    let action = format!("/inspections/{}/samples", g.task.id);
    let kept = format!("sample/{}", g.task.id);
    let form = look::Form {
        lang,
        id: "take",
        action: &action,
        csrf: Some(&who.session.csrf),
        idempotency_key: posted.get("_key"),
        draft: Some(&kept),
        ..look::Form::default()
    };
    let fields =
        ["lot", "unit_no", "quantity", "unit", "seal", "place", "analyte", "method"].map(str::to_owned);
    let body = html! { (draft.head(&fields)) (look::form(&form, entries(lang, g, posted, &draft))) };
    let (list, no, own) =
        (t(lang, "inspections"), g.task.declaration_no.clone(), format!("/inspections/{}", g.task.id));
    let title = t(lang, "insp-do-sample");
    let crumbs = [
        Crumb { label: &list, href: Some("/inspections") },
        Crumb { label: &no, href: Some(&own) },
        Crumb { label: &title, href: None },
    ];
    let lede = format!("{no} · {}", g.task.goods);
    who.page(web, Page { title: &title, lede: Some(&lede), crumbs: &crumbs, ..Page::default() }, body)
}

fn entries(lang: Lang, g: &Ground, posted: &Posted, draft: &Draft<'_>) -> Markup {
    let ids: Vec<(String, String)> =
        g.lots.iter().map(|l| (l.lot.to_string(), format!("{} · {}", l.no, l.hs))).collect();
    let lots: Vec<Choice<'_>> =
        ids.iter().map(|(value, label)| Choice { value, label, ..Choice::default() }).collect();
    let names: Vec<(&str, String)> =
        UNIT_CODES.iter().map(|(code, zh, en)| (*code, lang.pick(*zh, *en).to_owned())).collect();
    let units: Vec<Choice<'_>> =
        names.iter().map(|(value, label)| Choice { value, label, ..Choice::default() }).collect();
    let label =
        ["lot", "lab-unit-no", "quantity", "unit-of-measure", "lab-seal", "lab-place", "lab-analytes"]
            .map(|k| t(lang, k));
    let hint = ["lab-unit-no-hint", "lab-seal-hint", "lab-analytes-hint"].map(|k| t(lang, k));
    let base = |name, label| Field {
        lang,
        name,
        label,
        value: draft.value(name),
        error: draft.error(name),
        ..Field::default()
    };
    html! {
        @if !posted.get("replaces").is_empty() {
            input type="hidden" name="replaces" value=(posted.get("replaces"));
            p class="measure" { (t(lang, "lab-replaces-note")) }
        }
        (field(&Field { kind: FieldKind::Select(&lots), required: true, ..base("lot", &label[0]) }))
        (field(&Field { kind: FieldKind::Number, hint: &hint[0], width: Width::Ten, ..base("unit_no", &label[1]) }))
        (field(&Field { kind: FieldKind::Number, required: true, width: Width::Ten, ..base("quantity", &label[2]) }))
        (field(&Field { kind: FieldKind::Select(&units), required: true, width: Width::Ten, ..base("unit", &label[3]) }))
        (field(&Field { kind: FieldKind::Code, hint: &hint[1], required: true, width: Width::Twenty, ..base("seal", &label[4]) }))
        (field(&Field { required: true, ..base("place", &label[5]) }))
        (analytes(lang, &g.pack, posted, draft, &label[6], &hint[2]))
        (button_row(true, button(&t(lang, "lab-take-do"))))
    }
}

/// The analytes as large boxes, each with the method that the rule pack proposes.
pub(super) fn analytes(
    lang: Lang,
    pack: &Pack,
    posted: &Posted,
    draft: &Draft<'_>,
    label: &str,
    hint: &str,
) -> Markup {
    let chosen: Vec<&str> = posted.all("analyte").collect();
    html! {
        fieldset class="field" {
            legend { (label) }
            p class="hint" { (hint) }
            @if let Some(error) = draft.error("analyte") { p class="error" { (error) } }
            div class="choices large" {
                @for (n, a) in pack.analyte.iter().enumerate() {
                    @let id = if n == 0 { "analyte".to_owned() } else { format!("analyte-{n}") };
                    label class="choice" for=(id) {
                        input type="checkbox" id=(id) name="analyte" value=(a.code) checked[chosen.contains(&a.code.as_str())];
                        span { (said(lang, &a.name())) span class="hint" { (a.method) } }
                    }
                }
            }
        }
    }
}

async fn take(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let g = ground(&web, &who, kit::id(&id)?).await?;
    let text = |name: &str| posted.get(name).to_owned();
    let new = NewSample {
        key: text("_key"),
        lot: posted.get("lot").parse().ok(),
        unit_no: text("unit_no"),
        quantity: text("quantity"),
        unit: text("unit"),
        seal: text("seal"),
        place: text("place"),
        tests: posted.all("analyte").map(|a| (a.to_owned(), String::new())).collect(),
        replaces: posted.get("replaces").parse().ok(),
    };
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let done = async {
        let license = admit::<Sampling>(&mut tx, &actor, g.task.declaration).await?;
        laboratory::take(&mut tx, &license, &new).await
    }
    .await;
    match desk.conclude(tx, &actor, &g.task.declaration.subject(), done).await {
        Ok(sample) => Ok(signed_answer(&headers, &sample.to_string(), &format!("/samples/{sample}"))),
        Err(No::Refused(no)) => {
            Ok(kit::refused(&no, page(&who, &web, &g, &posted, Some(&no))).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}
