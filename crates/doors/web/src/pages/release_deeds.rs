//! The deeds of the release desk: settling lots, ending holds and treatments, containers, a lot taken out.
use axum::Form;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use kernel::{Actor, DeclarationId, LotId, No, Refusal, Result, SettlementId, bi};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Tx, document};
use supervision::{
    competence::{Licensed, Release, admit},
    release::{self, Dossier, LotFile, Order, Outcome, Settlement},
};

use crate::answer::Answer;
use crate::guard::{Releasers, Who};
use crate::look::{self, Field, FieldKind, Lang, Width, format, t};
use crate::pages::release::{declaration_id, reason, refused};
use crate::route::{RouteSpec, post};
use crate::server::Web;
use crate::session::go;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        post("/release/{id}/settle", settle),
        post("/release/{id}/lift", lift),
        post("/release/{id}/treated", treated),
        post("/release/{id}/container", container),
        post("/release/{id}/remove", remove),
    ]
}

/// Holds and treatments that wait for their end.
pub(super) fn open_settlements(lang: Lang, d: &Dossier, csrf: &str) -> Markup {
    let open: Vec<(&LotFile, &Settlement)> = d
        .lots
        .iter()
        .flat_map(|l| l.settlements.iter().map(move |s| (l, s)))
        .filter(|(_, s)| s.ended.is_none() && !s.outcome.is_final())
        .collect();
    let id = d.declaration.id;
    html! {
        @for (l, s) in open {
            @let title = format!("{} · {}", l.no, t(lang, &format!("outcome-{}", s.outcome.code())));
            @let since = format::date_time(s.at.instant());
            (look::section(&title, html! {}, html! {
                p { (reason(lang, &s.reason)) @if !s.note.is_empty() { ": " (s.note) } " " span class="quiet" { (since) } }
                @if s.origin == release::DESK {
                    @let (deed, verb) = if s.outcome == Outcome::Hold { ("lift", "hold-lift") } else { ("treated", "treatment-done") };
                    @let label = if s.outcome == Outcome::Hold { t(lang, "reason") } else { t(lang, "treatment-note") };
                    @let action = format!("/release/{id}/{deed}");
                    @let name = format!("why-{}", s.id);
                    (look::form(&look::Form { lang, id: &format!("{deed}-{}", s.id), action: &action, csrf: Some(csrf), ..look::Form::default() }, html! {
                        input type="hidden" name="settlement" value=(s.id);
                        (look::field(&Field { lang, name: &name, label: &label, required: true, ..Field::default() }))
                        (look::button_row(false, look::Action { label: &t(lang, verb), kind: look::Kind::Secondary, ..look::Action::default() }.draw()))
                    }))
                } @else { p class="note" { (t(lang, "held-elsewhere")) " " b { (s.origin) } } }
            }))
        }
    }
}

pub(super) fn container_section(lang: Lang, d: &Dossier, csrf: &str) -> Markup {
    let id = d.declaration.id;
    let words = |k: &str| t(lang, k);
    let (label, seal, note, photo) = (words("container"), words("seal"), words("note"), words("photographs"));
    let (hint, new_seal) = (words("container-hint"), words("new-seal"));
    let now = d.stowage.clone().map_or((String::new(), String::new()), |s| (s.container, s.seal));
    let removable = d.lots.iter().filter(|l| {
        l.removed.is_none()
            && d.failed_in_container.iter().any(|m| m.no == d.declaration.no && m.lot_no == l.no)
    });
    let action = format!("/release/{id}/container");
    html! {
        (look::section(&words("container-and-seal"), html! {}, look::form(
            &look::Form { lang, id: "container-form", action: &action, csrf: Some(csrf), ..look::Form::default() },
            html! {
                (look::field(&Field { lang, name: "container", label: &label, hint: &hint, value: &now.0, kind: FieldKind::Code, width: Width::Twenty, required: true, ..Field::default() }))
                (look::field(&Field { lang, name: "seal", label: &seal, value: &now.1, kind: FieldKind::Code, width: Width::Twenty, required: true, ..Field::default() }))
                (look::button_row(false, look::Action { label: &words("save"), kind: look::Kind::Secondary, ..look::Action::default() }.draw()))
            },
        )))
        @for l in removable {
            @let action = format!("/release/{id}/remove");
            @let form = format!("remove-{}", l.id);
            @let (photos, seals, notes) = (format!("photo-{}", l.id), format!("seal-{}", l.id), format!("note-{}", l.id));
            (look::section(&format!("{} · {}", words("take-lot-out"), l.no), html! {}, look::form(
                &look::Form { lang, id: &form, action: &action, csrf: Some(csrf), files: true, ..look::Form::default() },
                html! {
                    input type="hidden" name="lot" value=(l.id);
                    (look::field(&Field { lang, name: &photos, label: &photo, kind: FieldKind::Camera, required: true, ..Field::default() }))
                    (look::field(&Field { lang, name: &seals, label: &new_seal, kind: FieldKind::Code, width: Width::Twenty, required: true, ..Field::default() }))
                    (look::field(&Field { lang, name: &notes, label: &note, kind: FieldKind::Lines(2), ..Field::default() }))
                    (look::button_row(false, look::Action { label: &words("take-lot-out"), kind: look::Kind::Secondary, ..look::Action::default() }.draw()))
                },
            )))
        }
    }
}

/// Runs a deed of the release desk: gate, verb, and all that follows, in one act.
async fn deed<T, F>(web: &Web, by: &Actor, id: DeclarationId, verb: F) -> Result<T>
where
    F: AsyncFnOnce(&mut Tx, &Licensed<Release>) -> Result<T>,
{
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let done = async {
        let license = admit::<Release>(&mut tx, by, id).await?;
        verb(&mut tx, &license).await
    }
    .await;
    desk.conclude(tx, by, &id.subject(), done).await
}

async fn settle(
    who: Who<Releasers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let id = declaration_id(&id)?;
    let of = |name: &str| pairs.iter().find(|p| p.0 == name).map_or("", |p| p.1.as_str());
    let lots = pairs.iter().filter(|p| p.0 == "lot").filter_map(|p| p.1.parse().ok()).collect();
    let order = match Outcome::parse(of("outcome")) {
        Some(outcome) => Order { lots, outcome, reason: of("reason").into(), note: of("note").into() },
        None => return refused(&who, &web, id, no_outcome(of("outcome"))).await,
    };
    let done = deed(&web, &who.actor(), id, async |tx, l| release::settle(tx, l, &order).await).await;
    match done {
        Ok(_) => Ok(go(&format!("/release/{id}?done=settled"), &[])),
        Err(no) => refused(&who, &web, id, no).await,
    }
}

fn no_outcome(value: &str) -> No {
    Refusal::new("release.outcome", bi("未选择处置", "no outcome was chosen"))
        .missing("outcome", value, bi("按其中一个按钮", "press one of the buttons"))
        .into()
}

/// The settlement and the reason of a form that ends one.
fn ending(pairs: &[(String, String)]) -> Result<(SettlementId, String)> {
    let id = pairs.iter().find(|p| p.0 == "settlement").and_then(|p| p.1.parse().ok());
    let why = pairs.iter().find(|p| p.0.starts_with("why-")).map(|p| p.1.clone()).unwrap_or_default();
    let none = || No::from(Refusal::new("release.end", bi("没有该处置", "there is no such settlement")));
    Ok((id.ok_or_else(none)?, why))
}

async fn lift(
    who: Who<Releasers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (id, (one, why)) = (declaration_id(&id)?, ending(&pairs)?);
    let done = deed(&web, &who.actor(), id, async |tx, l| release::lift(tx, l, one, &why).await).await;
    match done {
        Ok(()) => Ok(go(&format!("/release/{id}?done=ended"), &[])),
        Err(no) => refused(&who, &web, id, no).await,
    }
}

async fn treated(
    who: Who<Releasers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (id, (one, why)) = (declaration_id(&id)?, ending(&pairs)?);
    let verb = async |tx: &mut Tx, l: &Licensed<Release>| release::finish_treatment(tx, l, one, &why).await;
    match deed(&web, &who.actor(), id, verb).await {
        Ok(()) => Ok(go(&format!("/release/{id}?done=ended"), &[])),
        Err(no) => refused(&who, &web, id, no).await,
    }
}

#[derive(Deserialize)]
struct Stowed {
    #[serde(default)]
    container: String,
    #[serde(default)]
    seal: String,
}

async fn container(
    who: Who<Releasers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(f): Form<Stowed>,
) -> Answer<Response> {
    let id = declaration_id(&id)?;
    let verb = async |tx: &mut Tx, l: &Licensed<Release>| release::stow(tx, l, &f.container, &f.seal).await;
    match deed(&web, &who.actor(), id, verb).await {
        Ok(()) => Ok(go(&format!("/release/{id}?done=stowed"), &[])),
        Err(no) => refused(&who, &web, id, no).await,
    }
}

async fn remove(
    who: Who<Releasers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    mut parts: Multipart,
) -> Answer<Response> {
    let id = declaration_id(&id)?;
    let (mut lot, mut seal, mut note, mut photos) = (None, String::new(), String::new(), Vec::new());
    let broken = |e: axum::extract::multipart::MultipartError| {
        let what = bi("上传内容无法读取", "what was sent cannot be read");
        No::from(Refusal::new("body.multipart", what).missing("file", "", bi(e.body_text(), e.body_text())))
    };
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.split('-').next().unwrap_or_default() {
            "photo" => {
                let file = part.file_name().unwrap_or("photo").to_owned();
                let bytes = part.bytes().await.map_err(broken)?;
                if !bytes.is_empty() {
                    photos.push((file, bytes.to_vec()));
                }
            }
            "lot" => lot = part.text().await.map_err(broken)?.parse::<LotId>().ok(),
            "seal" => seal = part.text().await.map_err(broken)?,
            "note" => note = part.text().await.map_err(broken)?,
            _ => {}
        }
    }
    let none = || No::from(Refusal::new("release.lot", bi("没有该批次", "there is no such lot")));
    let lot = lot.ok_or_else(none)?;
    let by = who.actor();
    let verb = async |tx: &mut Tx, l: &Licensed<Release>| {
        for (name, bytes) in photos {
            document::attach(tx, &lot.subject(), &name, "removal", bytes, by.officer).await?;
        }
        release::remove(tx, l, lot, &seal, &note).await
    };
    match deed(&web, &by, id, verb).await {
        Ok(()) => Ok(go(&format!("/release/{id}?done=removed"), &[])),
        Err(no) => refused(&who, &web, id, no).await,
    }
}
