//! The one place where a "no" becomes an HTTP answer of the API: a problem document (RFC 9457) in the language of
//! the caller. A refusal carries its code, clause, gaps and remedy; a fault carries the id of the request and
//! nothing else.
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Bilingual, No, Refusal, Role, bi};
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler gives: an answer, or why there is none.
pub type Answer<T = Response> = Result<T, Sorry>;

/// Seconds after which a request that met a passing fault may be sent again.
const RETRY_AFTER: &str = "5";

/// A "no" on its way out; written down when language and request id are known.
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

/// A language of the API: Chinese is the language of record and the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Lang {
    /// Reads `Accept-Language` (RFC 9110, 12.5.4): the language of ours with the greatest weight, the first among equals.
    pub fn negotiate(accept: Option<&str>) -> Lang {
        let mut best: Option<(f32, Lang)> = None;
        for range in accept.unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let lang = match parts.next().unwrap_or_default().to_ascii_lowercase().split('-').next() {
                Some("zh") => Lang::ZhCn,
                Some("en") => Lang::En,
                _ => continue,
            };
            let weight = parts.find_map(|p| p.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            if weight > best.map_or(0.0, |(w, _)| w) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang).unwrap_or_default()
    }

    /// BCP 47 tag for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::ZhCn => "zh-CN",
            Lang::En => "en",
        }
    }

    fn said(self, text: &Bilingual) -> String {
        match self {
            Lang::ZhCn => text.zh.clone(),
            Lang::En => text.en.clone(),
        }
    }
}

/// How a request wants to be answered when the answer is no.
pub(crate) struct Asked {
    /// The language.
    pub(crate) lang: Lang,
    /// Whether it came to a path of EPCIS.
    pub(crate) epcis: bool,
    /// Whether it wants XML.
    pub(crate) xml: bool,
}

/// A problem document (RFC 9457).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem: `urn:guomen:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What was refused and why, in the language of the caller.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable reason code, such as `declaration.codes`; none for a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The legal clause that asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// The gaps, one a field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Gap>,
    /// Who could do it instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub helpers: Vec<String>,
    /// What to do now.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remedy: String,
    /// The request, as `urn:uuid:`; tell it to the administrator.
    pub instance: String,
}

/// One gap of a refusal.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Gap {
    /// Field path such as `lines[0].quantity`.
    pub field: String,
    /// What was found there.
    pub value: String,
    /// What is wrong and how to mend it.
    pub needed: String,
}

impl Sorry {
    /// The token's login has none of the roles that may open this route.
    pub(crate) fn role(own: &[Role], roles: &'static [Role]) -> Sorry {
        let codes = own.iter().map(|r| r.code()).collect::<Vec<_>>().join(",");
        let what = bi("该令牌的账户不能使用此接口", "the login of this token may not use this resource");
        let needed = bi("此接口由下列角色使用", "this resource belongs to the roles named below");
        let remedy = bi("改用有该角色的账户的令牌", "Use a token of a login that has one of the roles");
        let refusal = Refusal::new("access.role", what).missing("role", codes, needed).remedy(remedy);
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

    /// The problem document; a fault is logged under the id of the request.
    pub(crate) fn draw(&self, lang: Lang, request: &str) -> Problem {
        let (status, instance) = (self.status().as_u16(), format!("urn:uuid:{request}"));
        match &*self.no {
            No::Refused(r) => Problem {
                kind: format!("urn:guomen:problem:{}", r.code),
                title: lang.said(&r.what),
                status,
                code: Some(r.code.clone()),
                clause: r.clause.clone(),
                missing: r.missing.iter().map(|m| gap(lang, m)).collect(),
                helpers: self.helpers(lang, r),
                remedy: lang.said(&r.remedy),
                instance,
            },
            No::Fault(fault) => {
                tracing::error!(request, fault = fault.message, retry = fault.retry, "fault");
                let (title, remedy) = if fault.retry {
                    (
                        bi("暂时办不了", "this cannot be done just now"),
                        bi("请稍后重发", "Send it again shortly"),
                    )
                } else {
                    let tell = bi(
                        "请把 instance 中的编号告诉系统管理员",
                        "Tell the administrator the number in instance",
                    );
                    (bi("系统出错", "something failed on our side"), tell)
                };
                Problem {
                    kind: "about:blank".into(),
                    title: lang.said(&title),
                    status,
                    code: None,
                    clause: None,
                    missing: Vec::new(),
                    helpers: Vec::new(),
                    remedy: lang.said(&remedy),
                    instance,
                }
            }
        }
    }

    fn helpers(&self, lang: Lang, refusal: &Refusal) -> Vec<String> {
        let roles = self.roles.iter().map(|r| lang.said(&r.name()));
        roles.chain(refusal.helpers.iter().map(|h| lang.said(&h.name))).collect()
    }
}

fn gap(lang: Lang, m: &kernel::Missing) -> Gap {
    Gap { field: m.field.clone(), value: m.value.clone(), needed: lang.said(&m.needed) }
}

impl IntoResponse for Sorry {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let headers = response.headers_mut();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The HTTP status of a reason code.
pub fn status_of(code: &str) -> StatusCode {
    let (family, reason) = code.split_once('.').unwrap_or((code, ""));
    match (family, reason) {
        ("access", "token") => StatusCode::UNAUTHORIZED,
        ("access" | "competence" | "scope", _) => StatusCode::FORBIDDEN,
        (_, "not_found") => StatusCode::NOT_FOUND,
        (_, "duplicate" | "login_taken" | "closed" | "stale") => StatusCode::CONFLICT,
        (_, "throttled") => StatusCode::TOO_MANY_REQUESTS,
        (_, "too_large" | "query_too_large" | "query_too_complex") => StatusCode::PAYLOAD_TOO_LARGE,
        (_, "not_acceptable") => StatusCode::NOT_ACCEPTABLE,
        (_, "uri_too_long") => StatusCode::URI_TOO_LONG,
        (_, "unsupported") => StatusCode::NOT_IMPLEMENTED,
        (_, "method") => StatusCode::METHOD_NOT_ALLOWED,
        (_, "media_type") => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ("request", _) => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Writes the problem document of a "no" into its answer: our own, or that of EPCIS under its paths.
pub(crate) fn written(sorry: &Sorry, asked: &Asked, request: &str, bare: Response) -> Response {
    let lang = asked.lang;
    let mut problem = sorry.draw(lang, request);
    let (mut parts, _) = bare.into_parts();
    let (media, body) = if asked.epcis {
        crate::epcis::exception(&mut problem, asked.xml)
    } else {
        ("application/problem+json", serde_json::to_vec(&problem).unwrap_or_default())
    };
    parts.status = StatusCode::from_u16(problem.status).unwrap_or(parts.status);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    parts.headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    Response::from_parts(parts, body.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_the_reason_code() {
        for (code, status) in [
            ("access.token", 401),
            ("access.role", 403),
            ("scope.declaration", 403),
            ("declaration.not_found", 404),
            ("declaration.duplicate", 409),
            ("request.body", 400),
            ("body.too_large", 413),
            ("declaration.codes", 422),
        ] {
            assert_eq!(status_of(code), status, "{code}");
        }
    }

    #[test]
    fn the_language_is_the_one_most_wanted() {
        for (accept, lang) in [
            (None, Lang::ZhCn),
            (Some("en-GB,zh;q=0.5"), Lang::En),
            (Some("en;q=0.2, zh-CN;q=0.9"), Lang::ZhCn),
            (Some("fr"), Lang::ZhCn),
            (Some("fr, en;q=0.1"), Lang::En),
        ] {
            assert_eq!(Lang::negotiate(accept), lang, "{accept:?}");
        }
    }

    #[test]
    fn a_fault_tells_nothing_but_its_id() {
        let sorry = Sorry::from(No::fault("the password of the database is hunter2"));
        let text = serde_json::to_string(&sorry.draw(Lang::En, "7")).expect("json");
        assert!(text.contains("urn:uuid:7") && !text.contains("hunter2"), "{text}");
    }
}
