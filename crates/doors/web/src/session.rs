//! Who is at the browser: the session cookie, the token against forged requests, the language; met once a
//! request, before any handler, and the place where a "no" gets its page.
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{No, Refusal, Timestamp, bi};
use registry::identity::{self, Session};
use subtle::ConstantTimeEq;

use crate::answer::{Sorry, TONE};
use crate::guard::{Page, framed};
use crate::look::{Flash, Lang};
use crate::route::is_safe;
use crate::server::{BODY_LIMIT, RequestName, Web};

/// Microseconds after which a living session is noted again: a write at each request would be a queue.
const NOTE_EVERY: i64 = Timestamp::HOUR / 12;

/// What is known about a request before its handler runs.
#[derive(Clone)]
pub(crate) struct Met {
    pub(crate) session: Option<Session>,
    pub(crate) lang: Lang,
    /// The token that forms carry.
    pub(crate) csrf: String,
    /// Whether this request carried it.
    pub(crate) token_shown: bool,
}

/// Middleware: meets the visitor, runs the handler, gives a "no" its page.
pub(crate) async fn meet(State(web): State<Web>, request: Request, next: Next) -> Response {
    let url = request.uri().to_string();
    let name = request.extensions().get::<RequestName>().cloned().unwrap_or_default();
    let fallback = Lang::negotiate(request.uri().query(), text(request.headers(), "cookie"), None);
    let (met, response) = match receive(&web, request).await {
        Ok((met, request)) => {
            let response = next.run(request).await;
            (Some(met), response)
        }
        Err(no) => (None, no.into_response()),
    };
    let known = response.extensions().get::<Sorry>().cloned();
    let Some(sorry) = known.or_else(|| unread(&response)) else { return response };
    let lang = met.as_ref().map_or(fallback, |m| m.lang);
    let (title, body) = sorry.draw(lang, &name.0);
    let flashes = [Flash { tone: TONE, text: &title }];
    let page = Page { title: &title, flashes: &flashes, ..Page::default() };
    let session = met.as_ref().and_then(|m| m.session.as_ref());
    let page = framed(&web, lang, &url, session, page, body);
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let mut drawn = page.into_response();
    *drawn.status_mut() = parts.status;
    for (key, value) in parts.headers.iter().filter(|(key, _)| *key != header::CONTENT_TYPE) {
        drawn.headers_mut().insert(key, value.clone());
    }
    drawn
}

/// A request that could not be read at all (a malformed query, path or form) is refused with a page, too.
fn unread(response: &Response) -> Option<Sorry> {
    let kind = text(response.headers(), "content-type").unwrap_or_default();
    if !response.status().is_client_error() || !kind.starts_with("text/plain") {
        return None;
    }
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Some(too_large());
    }
    let what = bi("网址或提交的内容不完整、有误", "the address or what was sent is incomplete or wrong");
    let remedy = bi("从菜单或列表重新打开", "Open it again from the menu or from a list");
    Some(Refusal::new("page.bad_request", what).remedy(remedy).into())
}

async fn receive(web: &Web, request: Request) -> Result<(Met, Request), Sorry> {
    let headers = request.headers();
    let token = cookie(headers, web.settings.session_cookie());
    let session = match &token {
        Some(token) => find(web, token).await?,
        None => None,
    };
    let accept = text(headers, "accept-language");
    let own = session.as_ref().map(|s| s.account.lang.as_str());
    let lang = Lang::negotiate(request.uri().query(), text(headers, "cookie"), own.or(accept));
    let visitor = cookie(headers, web.settings.visitor_cookie());
    let csrf = session.as_ref().map(|s| s.csrf.clone()).or(visitor).unwrap_or_default();
    let (token_shown, mut request) =
        if is_safe(&request) || csrf.is_empty() { (false, request) } else { check(request, &csrf).await? };
    let met = Met { session, lang, csrf, token_shown };
    request.extensions_mut().insert(met.clone());
    Ok((met, request))
}

async fn find(web: &Web, token: &str) -> Result<Option<Session>, No> {
    let session = {
        let mut tx = web.read().await?;
        identity::by_session(&mut tx, token, web.settings.lifetime).await?
    };
    if session.as_ref().is_some_and(|s| web.clock.now().0 - s.last_seen_at.0 > NOTE_EVERY) {
        let mut tx = web.begin().await?;
        identity::touch(&mut tx, token).await?;
        tx.commit().await?;
    }
    Ok(session)
}

/// Whether the request shows the token: in the header (htmx) or in the field `_csrf` of its form. A body that
/// had to be read for it is put back.
async fn check(request: Request, csrf: &str) -> Result<(bool, Request), Sorry> {
    let same = |shown: &str| bool::from(shown.as_bytes().ct_eq(csrf.as_bytes()));
    if let Some(shown) = text(request.headers(), "x-csrf-token") {
        return Ok((same(shown), request));
    }
    let (parts, body) = request.into_parts();
    let bytes: Bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| too_large())?;
    let kind = text(&parts.headers, "content-type").unwrap_or_default();
    let shown = if kind.starts_with("multipart/form-data") {
        in_multipart(Request::from_parts(parts.clone(), Body::from(bytes.clone()))).await
    } else {
        in_form(&bytes)
    };
    Ok((shown.is_some_and(|s| same(&s)), Request::from_parts(parts, Body::from(bytes))))
}

/// The token is hex, so it needs no decoding.
fn in_form(body: &[u8]) -> Option<String> {
    let mut pairs = body.split(|b| *b == b'&');
    let value = pairs.find_map(|pair| pair.strip_prefix(b"_csrf="))?;
    String::from_utf8(value.to_vec()).ok()
}

async fn in_multipart(request: Request) -> Option<String> {
    let mut parts = Multipart::from_request(request, &()).await.ok()?;
    while let Some(field) = parts.next_field().await.ok()? {
        if field.name() == Some("_csrf") {
            return field.text().await.ok();
        }
    }
    None
}

fn too_large() -> Sorry {
    Refusal::new("body.too_large", bi("提交的内容太大", "what was sent is too large"))
        .remedy(bi("每次不超过 12 MiB，请分几次提交", "Send at most 12 MiB at a time, in several parts"))
        .into()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = text(headers, "cookie")?.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value.to_owned()).next()
}

/// A `Set-Cookie` line: never readable by scripts, not sent along by other sites' forms.
pub(crate) fn set_cookie(web: &Web, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let secure = if web.settings.secure_cookie { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static(""))
}

/// Sends the browser on after a deed, with cookies to set.
pub(crate) fn go(place: &str, cookies: &[HeaderValue]) -> Response {
    let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    response
}

/// Only a path of this site is a place to go back to.
pub(crate) fn own_path(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n', '\t'])
        && next.is_ascii();
    if ours { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_to_another_site_after_log_in() {
        assert_eq!(own_path("/accounts?after=b"), "/accounts?after=b");
        for foreign in ["https://example.org", "//example.org", "/\\example.org", ""] {
            assert_eq!(own_path(foreign), "/");
        }
    }
}
