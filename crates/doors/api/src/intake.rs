//! What handlers take from a request, each refused in both languages when it cannot be read: a JSON body, the
//! query, the key of a repeatable request.
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use flow::Lots;
use kernel::{Refusal, bi};
use serde::de::DeserializeOwned;
use std::sync::Arc;

use crate::answer::Sorry;
use crate::server::{Api, BODY_LIMIT};

/// The longest key of a repeatable request, in characters.
const LONGEST_KEY: usize = 200;

/// A JSON body.
pub struct Sent<T>(pub T);

/// The query of the URL.
pub struct Asked<T>(pub T);

/// The value of `Idempotency-Key`, if the caller gave one: sending the same request again does nothing twice.
pub struct RepeatKey(pub Option<String>);

/// The genealogy of lots that the program keeps; a house without one builds it when it is asked.
pub struct Kept(pub Arc<Lots>);

impl FromRequestParts<Api> for Kept {
    type Rejection = Sorry;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Kept, Sorry> {
        if let Some(lots) = parts.extensions.get::<Arc<Lots>>() {
            return Ok(Kept(lots.clone()));
        }
        let lots = Lots::open(&api.desk, None).await?;
        lots.turn(&api.desk).await?;
        Ok(Kept(lots))
    }
}

/// The body is larger than the route takes.
pub(crate) fn too_large(limit: usize) -> Sorry {
    let mib = limit / (1 << 20);
    let what = bi("请求内容太大", "the body of the request is too large");
    let remedy = bi(format!("每次不超过 {mib} MiB"), format!("Send at most {mib} MiB at a time"));
    Refusal::new("body.too_large", what).remedy(remedy).into()
}

impl<T: DeserializeOwned> FromRequest<Api> for Sent<T> {
    type Rejection = Sorry;

    async fn from_request(request: Request, api: &Api) -> Result<Sent<T>, Sorry> {
        if !is_json(request.headers()) {
            let what = bi("请求内容的类型不接受", "this media type is not taken");
            let remedy = bi("以 application/json 发送", "Send application/json");
            return Err(Refusal::new("request.media_type", what).remedy(remedy).into());
        }
        let bytes = Bytes::from_request(request, api).await.map_err(|e| {
            if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
                return too_large(BODY_LIMIT);
            }
            let what = bi("请求内容没有收完", "the body of the request broke off");
            Refusal::new("request.body", what).remedy(bi("重新发送", "Send it again")).into()
        })?;
        serde_json::from_slice(&bytes).map(Sent).map_err(|e| {
            let what = bi("请求内容不能识别", "the body of the request cannot be read");
            let place = format!("line {} column {}", e.line(), e.column());
            let remedy = bi("按接口说明改正", "Correct it by the API's description");
            Refusal::new("request.body", what)
                .missing("body", place, bi(e.to_string(), e.to_string()))
                .remedy(remedy)
                .into()
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

impl<T: DeserializeOwned> FromRequestParts<Api> for Asked<T> {
    type Rejection = Sorry;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Asked<T>, Sorry> {
        Query::try_from_uri(&parts.uri).map(|Query(asked)| Asked(asked)).map_err(|e| {
            let what = bi("查询参数不能识别", "a parameter of the query cannot be read");
            let text = e.body_text();
            Refusal::new("request.query", what)
                .missing("query", parts.uri.query().unwrap_or_default(), bi(text.clone(), text))
                .remedy(bi("按接口说明改正", "Correct it by the API's description"))
                .into()
        })
    }
}

impl FromRequestParts<Api> for RepeatKey {
    type Rejection = Sorry;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<RepeatKey, Sorry> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(RepeatKey(None)) };
        let key = value.to_str().unwrap_or_default().trim().trim_matches('"');
        if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|b| b.is_ascii_graphic()) {
            let needed = bi("1 至 200 个可见的 ASCII 字符", "1 to 200 visible ASCII characters");
            let what = bi("请求号不能用", "this request key cannot be used");
            return Err(Refusal::new("request.key", what).missing("Idempotency-Key", key, needed).into());
        }
        Ok(RepeatKey(Some(key.to_owned())))
    }
}
