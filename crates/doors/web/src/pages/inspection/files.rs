//! Photographs and papers of a task: sending them, and seeing them.
use axum::extract::{Multipart, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{AttachmentId, Refusal, TaskId, bi};
use maud::{Markup, html};
use store::document;
use supervision::inspection;

use super::View;
use crate::answer::Answer;
use crate::guard::{Inspectors, Staff, Who};
use crate::look::{self, Field, FieldKind, Lang, button_row, button_secondary, field, format, t};
use crate::pages::kit::{self, Posted};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![post("/inspections/{id}/files", attach), get("/inspections/{id}/files/{file}", one)]
}

pub(super) fn section(who: &Who<Staff>, v: &View, inspector: bool) -> Markup {
    let lang = who.lang;
    let action = v.href("/files");
    let form = look::Form {
        lang,
        id: "files",
        action: &action,
        csrf: Some(&who.session.csrf),
        files: true,
        ..look::Form::default()
    };
    let (label, hint) = (t(lang, "photographs"), t(lang, "insp-photo-hint"));
    let body = html! {
        (pictures(lang, v))
        @if inspector && v.task.state.is_live() {
            (look::form(&form, html! {
                (field(&Field { lang, name: "files", label: &label, hint: &hint, kind: FieldKind::Camera, required: true, ..Field::default() }))
                (field(&Field { lang, name: "paper", label: &t(lang, "insp-papers"), kind: FieldKind::File { accept: "application/pdf,image/*", multiple: true }, ..Field::default() }))
                (button_row(false, button_secondary(&t(lang, "insp-attach"), "do", "attach")))
            }))
        }
    };
    look::section(&t(lang, "evidence"), html! {}, body)
}

/// The list of what was attached, with its digest.
pub(super) fn pictures(lang: Lang, v: &View) -> Markup {
    html! {
        @if v.files.is_empty() { p class="quiet" { (t(lang, "insp-no-files")) } }
        ul class="plain-list" {
            @for f in &v.files {
                li {
                    a href=(v.href(&format!("/files/{}", f.id))) { (f.name) }
                    " · " (format::bytes(u64::try_from(f.size).unwrap_or(0))) " · " (format::date_time(f.at.instant()))
                    " · " span class="code" { "SHA-256 " (hex::encode(&f.sha256[..8.min(f.sha256.len())])) "…" }
                }
            }
        }
    }
}

async fn attach(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    parts: Multipart,
) -> Answer<Response> {
    let actor = who.actor();
    let id: TaskId = kit::id(&id)?;
    let posted = Posted::read(parts).await?;
    let files: Vec<_> = posted.files.into_iter().map(|(_, name, bytes)| (name, bytes)).collect();
    if files.is_empty() {
        let what = bi("没有选择文件", "no file was chosen");
        return Err(Refusal::new("document.none", what)
            .missing("files", "", bi("拍照或选择文件后再提交", "take a photograph or choose a file first"))
            .into());
    }
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let done = inspection::attach(&mut tx, &actor, id, files, "").await.map(drop);
    desk.conclude(tx, &actor, &id.subject(), done).await?;
    Ok(go(&format!("/inspections/{id}"), &[]))
}

async fn one(
    who: Who<Staff>,
    State(web): State<Web>,
    Path((id, file)): Path<(String, String)>,
) -> Answer<Response> {
    let id: TaskId = kit::id(&id)?;
    let file: AttachmentId = kit::id(&file)?;
    let mut tx = web.read().await?;
    inspection::one(&mut tx, &who.actor(), id).await?;
    let found = document::content(&mut tx, file).await?.filter(|(subject, ..)| *subject == id.subject());
    let Some((_, _, media_type, bytes)) = found else {
        return Err(
            Refusal::new("document.not_found", bi("没有这个附件", "there is no such attachment")).into()
        );
    };
    Ok(([(header::CONTENT_TYPE, media_type), (header::CONTENT_DISPOSITION, "inline".to_owned())], bytes)
        .into_response())
}
