//! Printing official papers: one press for the whole process, away from the threads that answer requests.
use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use forms::{FormError, Forms, Templates, embedded_fonts};
use kernel::{No, Refusal, Result, Timestamp, bi};
use serde_json::{Value, json};

use crate::look::Lang;
use crate::server::Web;

static PRESS: LazyLock<Result<Forms, FormError>> =
    LazyLock::new(|| Forms::new(&Templates::built_in(), embedded_fonts()));

/// The bureau's name, as papers want it.
pub(crate) fn bureau(web: &Web) -> Value {
    let name = &web.settings.bureau;
    json!({ "zh": name.zh, "en": name.en })
}

/// A day, as papers want it.
pub(crate) fn day(at: Timestamp) -> String {
    at.date().to_string()
}

/// Prints a paper in both languages; `made_at` is the instant of the record, so that printing it again gives the same bytes.
pub(crate) async fn print(form: &'static str, values: Value, made_at: Timestamp, file: &str) -> Result<Response> {
    let done = tokio::task::spawn_blocking(move || match &*PRESS {
        Ok(press) => press.render(form, &values, forms::Lang::Both, made_at.instant()).map_err(refused),
        Err(e) => Err(No::fault(e)),
    });
    let pdf = done.await.map_err(No::fault)??;
    let disposition = format!("inline; filename=\"{file}.pdf\"");
    let heads = [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((heads, pdf).into_response())
}

/// A name that the fonts cannot print is a refusal that says so; anything else is a fault of ours.
fn refused(e: FormError) -> No {
    match &e {
        FormError::Unprintable { .. } => {
            let what = bi("该文书无法打印", "this paper cannot be printed");
            Refusal::new("paper.unprintable", what).missing("form", "", bi(e.to_string(), e.to_string())).into()
        }
        _ => No::fault(e),
    }
}

/// The place of a language in links to papers; papers themselves bear both.
pub(crate) fn label(lang: Lang) -> &'static str {
    lang.pick("PDF（中英文）", "PDF (Chinese and English)")
}
