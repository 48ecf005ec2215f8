//! The one place where a "no" becomes an HTTP answer: a refusal 403, 404, 409, 413, 422 or 429 by its code,
//! a fault 500 with the id of the request and nothing else, a passing fault 503.
use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Bilingual, No, Refusal, Role, bi};
use maud::{Markup, html};

use crate::look::{Cite, Lang, RefusalPanel, Tone, button_link, refusal_panel};

/// What a handler gives: a page, or why there is none.
pub type Answer<T = Markup> = Result<T, Sorry>;

/// A "no" on its way out; drawn when language and request id are known.
#[derive(Clone, Debug)]
pub struct Sorry {
    no: Arc<No>,
    roles: &'static [Role],
}

impl<E: Into<No>> From<E> for Sorry {
    fn from(no: E) -> Sorry {
        Sorry { no: Arc::new(no.into()), roles: &[] }
    }
}

impl Sorry {
    /// The login has none of the roles that may open this route.
    pub(crate) fn role(own: &[Role], roles: &'static [Role]) -> Sorry {
        let names = |pick: fn(Bilingual) -> String| {
            own.iter().map(|r| pick(r.name())).collect::<Vec<_>>().join(" · ")
        };
        let refusal =
            Refusal::new("access.role", bi("不能打开本页", "this page cannot be opened with your login"))
                .missing(
                    "role",
                    names(|n| n.zh),
                    bi("本页由下列角色办理", "this page belongs to the roles named below"),
                )
                .remedy(bi(
                    "请下列人员办理，或向系统管理员申请角色",
                    "Ask one of them, or ask an administrator for the role",
                ));
        Sorry { no: Arc::new(refusal.into()), roles }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match &*self.no {
            No::Refused(refusal) => status_of(&refusal.code),
            No::Fault(fault) if fault.retry => StatusCode::SERVICE_UNAVAILABLE,
            No::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The title and the body of the page.
    pub(crate) fn draw(&self, lang: Lang, request: &str) -> (String, Markup) {
        match &*self.no {
            No::Refused(refusal) => (said(lang, &refusal.what), panel(lang, refusal, self.roles)),
            No::Fault(fault) => {
                tracing::error!(request, fault = fault.message, retry = fault.retry, "fault");
                let title = if fault.retry {
                    bi("暂时办不了，请稍后再试", "This cannot be done just now; please try again shortly")
                } else {
                    bi("系统出错", "Something failed on our side")
                };
                let tell = bi("请把这个编号告诉系统管理员：", "Please tell the administrator this number: ");
                (said(lang, &title), html! { p { (said(lang, &tell)) code { (request) } } })
            }
        }
    }
}

impl IntoResponse for Sorry {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The HTTP status of a reason code.
pub fn status_of(code: &str) -> StatusCode {
    let (family, reason) = code.split_once('.').unwrap_or((code, ""));
    match (family, reason) {
        (_, "not_found") => StatusCode::NOT_FOUND,
        ("access" | "competence", _) | (_, "decider") => StatusCode::FORBIDDEN,
        (_, "duplicate" | "login_taken" | "closed" | "stale") => StatusCode::CONFLICT,
        (_, "throttled") => StatusCode::TOO_MANY_REQUESTS,
        (_, "too_large") => StatusCode::PAYLOAD_TOO_LARGE,
        (_, "method") => StatusCode::METHOD_NOT_ALLOWED,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The text in the language of the page.
pub fn said(lang: Lang, text: &Bilingual) -> String {
    lang.pick(&text.zh, &text.en).clone()
}

/// What people wrote in both languages as `中文 / English`, in the language of the page; other texts as they are.
pub fn told(lang: Lang, text: &str) -> &str {
    let chinese = |t: &str| t.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    match text.split_once(" / ") {
        Some((zh, en)) if chinese(zh) && !chinese(en) => lang.pick(zh, en),
        _ => text,
    }
}

/// The refusal as a panel, to stand in a page of its own or above a form.
pub fn panel(lang: Lang, refusal: &Refusal, roles: &[Role]) -> Markup {
    let (what, now) = (said(lang, &refusal.what), said(lang, &refusal.remedy));
    let missing: Vec<String> = refusal
        .missing
        .iter()
        .map(|m| format!("{} {}: {}", m.field, m.value, said(lang, &m.needed)))
        .collect();
    let mut who: Vec<String> = roles.iter().map(|r| said(lang, &r.name())).collect();
    who.extend(refusal.helpers.iter().map(|h| said(lang, &h.name)));
    if who.is_empty() {
        who.push(lang.pick("您本人，按下面所说办理", "You, as said below").to_owned());
    }
    refusal_panel(&RefusalPanel {
        lang,
        what: &what,
        clauses: refusal.clause.iter().map(|c| Cite::name(c)).collect(),
        missing: missing.iter().map(String::as_str).collect(),
        who: who.iter().map(|w| Cite::name(w)).collect(),
        now: &now,
        actions: button_link(lang.pick("回首页", "Back to the start"), "/"),
    })
}

/// The sign of the page that says no.
pub(crate) const TONE: Tone = Tone::Stop;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_the_reason_code() {
        assert_eq!(status_of("competence.no_authorisation"), 403);
        assert_eq!(status_of("identity.not_found"), 404);
        assert_eq!(status_of("store.duplicate"), 409);
        assert_eq!(status_of("identity.throttled"), 429);
        assert_eq!(status_of("declaration.quantity"), 422);
    }
}
