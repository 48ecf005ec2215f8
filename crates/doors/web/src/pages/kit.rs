//! What pages with forms share: what was posted, errors beside their fields, names of officers, one-use keys.
use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{No, OfficerId, Refusal, Result, bi};
use maud::Markup;
use registry::people;
use store::Tx;

use crate::answer::{panel, said, status_of};
use crate::look::{FieldError, Lang, error_summary};
use crate::server::Web;

/// What a form sent: fields in order, and files with name and content.
#[derive(Default)]
pub(crate) struct Posted {
    fields: Vec<(String, String)>,
    /// Files with field name, file name and content.
    pub(crate) files: Vec<(String, String, Vec<u8>)>,
}

impl From<Vec<(String, String)>> for Posted {
    fn from(fields: Vec<(String, String)>) -> Posted {
        Posted { fields, files: Vec::new() }
    }
}

impl Posted {
    /// Reads a form with files; parts of a file that name no file are passed over.
    pub(crate) async fn read(mut parts: Multipart) -> Result<Posted> {
        let wrong = |_| -> No {
            Refusal::new("body.multipart", bi("提交的内容无法读取", "what was sent cannot be read"))
                .remedy(bi("回到表单重新提交", "Go back to the form and submit again"))
                .into()
        };
        let mut posted = Posted::default();
        while let Some(part) = parts.next_field().await.map_err(wrong)? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(name) => {
                    let bytes = part.bytes().await.map_err(wrong)?;
                    if !bytes.is_empty() {
                        posted.files.push((field, name, bytes.to_vec()));
                    }
                }
                None => posted.fields.push((field, part.text().await.map_err(wrong)?)),
            }
        }
        Ok(posted)
    }

    /// The value of a field; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// Every value sent under a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// A whole number that the page itself put into its form.
    pub(crate) fn number(&self, name: &str) -> i64 {
        self.get(name).parse().unwrap_or(-1)
    }
}

/// What a form shows: what was typed so far, and what was wrong with it.
pub(crate) struct Draft<'a> {
    lang: Lang,
    posted: &'a Posted,
    refusal: Option<&'a Refusal>,
    errors: Vec<(String, String)>,
}

impl<'a> Draft<'a> {
    /// A form as it was sent, with the refusal it met; an empty one without.
    pub(crate) fn new(lang: Lang, posted: &'a Posted, refusal: Option<&'a Refusal>) -> Draft<'a> {
        let gaps = refusal.map_or(&[][..], |r| &r.missing[..]);
        let errors = gaps.iter().map(|m| (m.field.clone(), said(lang, &m.needed))).collect();
        Draft { lang, posted, refusal, errors }
    }

    /// What was typed in a field.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.posted.get(name)
    }

    /// What is wrong with a field.
    pub(crate) fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|(n, _)| n == name).map(|(_, e)| e.as_str())
    }

    /// Above the form: all errors of its fields, or the refusal as a whole.
    pub(crate) fn head(&self, fields: &[String]) -> Markup {
        let Some(refusal) = self.refusal else { return maud::html! {} };
        let known = |name: &String| fields.contains(name);
        if refusal.missing.is_empty() || !refusal.missing.iter().all(|m| known(&m.field)) {
            return panel(self.lang, refusal, &[]);
        }
        let errors: Vec<FieldError<'_>> =
            self.errors.iter().map(|(field, message)| FieldError { field, message }).collect();
        error_summary(self.lang, &errors)
    }
}

/// The whole page again, under the status of its refusal.
pub(crate) fn refused(refusal: &Refusal, page: Markup) -> Response {
    let status = status_of(&refusal.code);
    (if status.is_success() { StatusCode::UNPROCESSABLE_ENTITY } else { status }, page).into_response()
}

/// A key for a form: the same request sent twice is done once.
pub(crate) fn one_use_key(web: &Web) -> String {
    hex::encode(web.chance.bytes::<16>())
}

/// Staff number and name of an officer.
pub(crate) async fn officer_name(tx: &mut Tx, lang: Lang, id: OfficerId) -> Result<String> {
    let found = people::officer(tx, id).await?;
    Ok(found.map_or_else(String::new, |o| format!("{} {}", o.staff_no, said(lang, &o.name))))
}
