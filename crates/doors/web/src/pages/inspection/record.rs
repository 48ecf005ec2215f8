//! The record on the quay: camera first, large targets, values with units, a draft on the device until the server
//! signed for it; and the second officer's page, who signs or objects.
use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kernel::{No, Refusal, TaskId};
use maud::{Markup, html};
use registry::rules::Item;
use supervision::competence::{Inspect, admit};
use supervision::inspection::{self, Entry, ItemEntry, State as TaskState, TaskLot};

use super::task::{plan_line, recorded, units};
use super::{View, state_badge};
use crate::answer::{Answer, said};
use crate::guard::{Inspectors, Page, Who};
use crate::look::{
    self, Choice, Crumb, Field, FieldKind, Lang, Width, button, button_row, danger, field, signed_answer, t,
};
use crate::pages::kit::{self, Draft, Posted, one_use_key};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/inspections/{id}/record", show),
        post("/inspections/{id}/record", write),
        get("/inspections/{id}/sign", review),
        post("/inspections/{id}/sign", sign),
        post("/inspections/{id}/objection", object),
    ]
}

async fn show(who: Who<Inspectors>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let id: TaskId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &who.actor(), who.lang, id).await?;
    if v.task.state != TaskState::Assigned {
        return Ok(go(&v.href(""), &[]));
    }
    let posted = Posted::from(vec![("_key".to_owned(), one_use_key(&web))]);
    Ok(page(&who, &web, &v, &posted, None).into_response())
}

fn page(who: &Who<Inspectors>, web: &Web, v: &View, posted: &Posted, refusal: Option<&Refusal>) -> Markup {
    let lang = who.lang;
    let draft = Draft::new(lang, posted, refusal);
    let (action, kept) = (v.href("/record"), format!("inspection/{}", v.task.id));
    let form = look::Form {
        lang,
        id: "record",
        action: &action,
        csrf: Some(&who.session.csrf),
        idempotency_key: posted.get("_key"),
        draft: Some(&kept),
        files: true,
        ..look::Form::default()
    };
    // A refused entry keeps the version that its officer saw, unless the task went on: then the page shows it anew.
    let version = v.task.version;
    let (photos, photo_hint) = (t(lang, "photographs"), t(lang, "insp-photo-hint"));
    let (witness, remarks) = (t(lang, "insp-witness"), t(lang, "insp-remarks"));
    let body = html! {
        (draft.head(&names(v)))
        (look::form(&form, html! {
            input type="hidden" name="version" value=(version);
            (field(&Field { lang, name: "photos", label: &photos, hint: &photo_hint, kind: FieldKind::Camera, ..Field::default() }))
            @for (at, (lot, _)) in (1..).zip(&v.lots) { (lot_fields(lang, &draft, at, lot)) }
            @for item in &v.pack.item { (item_fields(lang, &draft, v, item)) }
            (field(&Field { lang, name: "witness", label: &witness, value: draft.value("witness"), error: draft.error("witness"), ..Field::default() }))
            (field(&Field { lang, name: "remarks", label: &remarks, value: draft.value("remarks"), error: draft.error("remarks"), kind: FieldKind::Lines(3), ..Field::default() }))
            p class="note quiet" { (t(lang, "insp-sign-note")) }
            (button_row(true, button(&t(lang, "insp-record-do"))))
        }))
    };
    let (list, no, own) = (t(lang, "inspections"), v.task.declaration_no.clone(), v.href(""));
    let title = t(lang, "insp-do-record");
    let crumbs = [
        Crumb { label: &list, href: Some("/inspections") },
        Crumb { label: &no, href: Some(&own) },
        Crumb { label: &title, href: None },
    ];
    let lede = format!("{no} · {}", v.task.goods);
    let page = Page { title: &title, lede: Some(&lede), crumbs: &crumbs, ..Page::default() };
    who.page(web, page, body)
}

/// Names of the fields, so that their errors stand beside them.
fn names(v: &View) -> Vec<String> {
    let lots = (1..=v.lots.len()).flat_map(|n| [format!("inspected-{n}"), format!("nonconforming-{n}")]);
    let items = v
        .pack
        .item
        .iter()
        .flat_map(|i| ["verdict", "value", "finding", "note"].map(|field| format!("{field}-{}", i.code)));
    lots.chain(items).chain(["witness".to_owned(), "remarks".to_owned()]).collect()
}

fn lot_fields(lang: Lang, draft: &Draft<'_>, at: usize, lot: &TaskLot) -> Markup {
    let (inspected, bad) = (format!("inspected-{at}"), format!("nonconforming-{at}"));
    let (inspected_label, bad_label) = (t(lang, "insp-inspected"), t(lang, "insp-bad"));
    let unit = super::task::unit_word(lang, lot);
    let number = |name, label| Field {
        lang,
        name,
        label,
        value: draft.value(name),
        error: draft.error(name),
        kind: FieldKind::Number,
        required: true,
        unit: &unit,
        width: Width::Ten,
        ..Field::default()
    };
    html! {
        div class="stack" {
            h2 { (t(lang, "lot")) " " (lot.no) }
            p class="note" { (plan_line(lang, lot)) }
            (units(lang, lot))
            (field(&number(&inspected, &inspected_label)))
            (field(&number(&bad, &bad_label)))
        }
    }
}

fn item_fields(lang: Lang, draft: &Draft<'_>, v: &View, item: &Item) -> Markup {
    let name = |field: &str| format!("{field}-{}", item.code);
    let (verdict, value, finding, note) = (name("verdict"), name("value"), name("finding"), name("note"));
    let words = ["insp-conform", "insp-nonconform", "insp-not-applicable"].map(|k| t(lang, k));
    let verdicts = [
        Choice { value: "conform", label: &words[0], ..Choice::default() },
        Choice { value: "nonconform", label: &words[1], ..Choice::default() },
        Choice { value: "not_applicable", label: &words[2], ..Choice::default() },
    ];
    let none = t(lang, "insp-finding-none");
    let labels: Vec<(String, String)> = v
        .pack
        .finding
        .iter()
        .map(|f| (f.code.clone(), format!("{} {}", f.code, said(lang, &f.name()))))
        .collect();
    let mut codes = vec![Choice { value: "", label: &none, ..Choice::default() }];
    codes.extend(labels.iter().map(|(value, label)| Choice { value, label, ..Choice::default() }));
    let (label, measured) = (said(lang, &item.name()), t(lang, "insp-value"));
    let (finding_label, note_label) = (t(lang, "finding"), t(lang, "insp-note"));
    let open = [&finding, &note].iter().any(|n| draft.error(n).is_some() || !draft.value(n).is_empty());
    html! {
        div class="stack" {
            (field(&Field { lang, name: &verdict, label: &label, value: draft.value(&verdict), error: draft.error(&verdict), kind: FieldKind::RadioLarge(&verdicts), required: true, ..Field::default() }))
            @if !item.unit.is_empty() {
                // The number pad of some phones has no minus sign, and cold goods need one.
                (field(&Field { lang, name: &value, label: &format!("{label} · {measured}"), value: draft.value(&value), error: draft.error(&value), kind: FieldKind::Code, unit: &item.unit, width: Width::Ten, ..Field::default() }))
            }
            details open[open] {
                summary { (t(lang, "insp-finding-more")) span class="unseen" { " " (label) } }
                (field(&Field { lang, name: &finding, label: &format!("{finding_label} · {label}"), value: draft.value(&finding), error: draft.error(&finding), kind: FieldKind::Select(&codes), ..Field::default() }))
                (field(&Field { lang, name: &note, label: &format!("{note_label} · {label}"), value: draft.value(&note), error: draft.error(&note), kind: FieldKind::Lines(2), ..Field::default() }))
            }
        }
    }
}

fn entry(v: &View, posted: &Posted) -> Entry {
    let text = |name: String| posted.get(&name).to_owned();
    let lots =
        (1..=v.lots.len()).map(|n| (text(format!("inspected-{n}")), text(format!("nonconforming-{n}"))));
    let items = v.pack.item.iter().map(|i| ItemEntry {
        code: i.code.clone(),
        verdict: text(format!("verdict-{}", i.code)),
        value: text(format!("value-{}", i.code)),
        finding: text(format!("finding-{}", i.code)),
        note: text(format!("note-{}", i.code)),
    });
    Entry {
        key: text("_key".into()),
        lots: lots.collect(),
        items: items.collect(),
        witness: text("witness".into()),
        remarks: text("remarks".into()),
    }
}

async fn write(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    parts: Multipart,
) -> Answer<Response> {
    let (lang, actor) = (who.lang, who.actor());
    let id: TaskId = kit::id(&id)?;
    let posted = Posted::read(parts).await?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &actor, lang, id).await?;
    drop(tx);
    let (entry, version) = (entry(&v, &posted), posted.number("version"));
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let done = async {
        let license = admit::<Inspect>(&mut tx, &actor, v.task.declaration).await?;
        let record = inspection::write(&mut tx, &actor, &license, id, version, &entry).await?;
        let files: Vec<_> =
            posted.files.iter().map(|(_, name, bytes)| (name.clone(), bytes.clone())).collect();
        inspection::attach(&mut tx, &actor, id, files, "").await?;
        Ok(record)
    }
    .await;
    match desk.conclude(tx, &actor, &v.task.declaration.subject(), done).await {
        Ok(record) => Ok(signed_answer(&headers, &record.to_string(), &v.href(""))),
        Err(No::Refused(no)) => {
            let mut tx = web.read().await?;
            let now = View::load(&mut tx, &actor, lang, id).await?;
            Ok(kit::refused(&no, page(&who, &web, &now, &posted, Some(&no))))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn review(who: Who<Inspectors>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let lang = who.lang;
    let id: TaskId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &who.actor(), lang, id).await?;
    let Some(record) = v.record().filter(|_| v.task.state == TaskState::Recorded) else {
        return Ok(go(&v.href(""), &[]));
    };
    let (sign, objection) = (v.href("/sign"), v.href("/objection"));
    let form =
        |id, action| look::Form { lang, id, action, csrf: Some(&who.session.csrf), ..look::Form::default() };
    let version = html! { input type="hidden" name="version" value=(v.task.version); };
    let (label, hint) = (t(lang, "insp-objection"), t(lang, "insp-objection-hint"));
    let body = html! {
        (recorded(lang, &v, record))
        (super::files::pictures(lang, &v))
        (look::form(&form("sign", &sign), html! {
            (version)
            p class="note" { (t(lang, "insp-sign-means")) }
            (button_row(true, button(&t(lang, "insp-do-sign"))))
        }))
        details {
            summary { (t(lang, "insp-object")) }
            (look::form(&form("objection", &objection), html! {
                (version)
                (field(&Field { lang, name: "reason", label: &label, hint: &hint, kind: FieldKind::Lines(3), required: true, ..Field::default() }))
                (button_row(false, danger(&t(lang, "insp-object-do"), &t(lang, "insp-object-sure"))))
            }))
        }
    };
    let (list, no, own, title) =
        (t(lang, "inspections"), v.task.declaration_no.clone(), v.href(""), t(lang, "insp-do-sign"));
    let crumbs = [
        Crumb { label: &list, href: Some("/inspections") },
        Crumb { label: &no, href: Some(&own) },
        Crumb { label: &title, href: None },
    ];
    let page =
        Page { title: &title, status: state_badge(lang, v.task.state), crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body).into_response())
}

/// What the second officer does with the waiting record.
async fn second(
    who: &Who<Inspectors>,
    web: &Web,
    id: &str,
    posted: &Posted,
    objects: bool,
) -> Result<Response, No> {
    let actor = who.actor();
    let id: TaskId = kit::id(id)?;
    let version = posted.number("version");
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let mut subject = id.subject();
    let done = async {
        let declaration = inspection::one(&mut tx, &actor, id).await?.declaration;
        subject = declaration.subject();
        let license = admit::<Inspect>(&mut tx, &actor, declaration).await?;
        if objects {
            inspection::object(&mut tx, &actor, &license, id, version, posted.get("reason")).await
        } else {
            inspection::sign(&mut tx, &actor, &license, id, version).await
        }
    }
    .await;
    desk.conclude(tx, &actor, &subject, done).await?;
    Ok(go(&format!("/inspections/{id}"), &[]))
}

async fn sign(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    Ok(second(&who, &web, &id, &Posted::from(form), false).await?)
}

async fn object(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    Ok(second(&who, &web, &id, &Posted::from(form), true).await?)
}
