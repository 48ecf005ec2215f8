//! Printed papers as answers: the values that all of them share, and the headers that a browser needs.
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{Result, Timestamp};
use serde_json::{Value, json};

use crate::paper;
use crate::server::Web;

/// The bureau's name, as papers want it.
pub(crate) fn bureau(web: &Web) -> Value {
    let name = &web.settings.bureau;
    json!({ "zh": name.zh, "en": name.en })
}

/// A day, as papers want it.
pub(crate) fn day(at: Timestamp) -> String {
    at.date().to_string()
}

/// Prints a paper in both languages; `made_at` is the instant of the record, so that printing it again gives the
/// same bytes.
pub(crate) async fn print(
    form: &'static str,
    values: Value,
    made_at: Timestamp,
    file: &str,
) -> Result<Response> {
    let pdf = paper::print(form, values, made_at).await?;
    let disposition = format!("inline; filename=\"{file}.pdf\"");
    let heads =
        [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((heads, pdf).into_response())
}
