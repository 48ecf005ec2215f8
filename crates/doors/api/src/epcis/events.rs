//! The query interface: events by parameters of the URL, by id, and the query documents that carry them.
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, No, Refusal, Timestamp, bi};
use std::fmt::Write;
use std::sync::Arc;
use supervision::epcis::{self, DOCUMENT_LIMITS, Kept, query_document};
use trace::epcis::{Problem, Query, QueryParam, Scope, read_query, url_param};

use super::capture::as_xml;
use super::headers::{EpcFormat, cbv_format, epc_format, extensions, negotiated};
use crate::answer::{Answer, Sorry};
use crate::guard::{AnyRole, Caller};
use crate::route::{RouteSpec, get};
use crate::server::Api;

/// Longest URL that is read: a longer query is posted under a name.
const LONGEST_URL: usize = 16 * 1024;
pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/epcis/events", "Events by the parameters of SimpleEventQuery", list)
            .query("eventType", "And every other parameter of the standard, 8.2.7.1; lists are parted by |")
            .query("perPage", "Most events on the page, 1 to 1000; 30 if not given")
            .query("nextPageToken", "The page; take it from the Link header")
            .header("GS1-EPC-Format", "`Never_Translates`, `No_Preference` or `Always_GS1_Digital_Link`")
            .header("GS1-Extensions", "Prefixes of extension fields: name=namespace, parted by commas"),
        get("/epcis/events/{eventID}", "One event by its id, with declarations of error in it", one),
    ]
}

/// What a caller asks for beside the query itself.
pub(super) struct Wishes {
    pub(super) xml: bool,
    pub(super) format: EpcFormat,
}

impl Wishes {
    pub(super) fn read(headers: &HeaderMap) -> Result<Wishes, Sorry> {
        let xml = negotiated(headers)?;
        if xml {
            cbv_format(headers)?;
        }
        Ok(Wishes { xml, format: epc_format(headers)? })
    }
}

/// The pairs of a URL's query, decoded. A plus sign stands for itself: a time without it would be no time.
pub(crate) fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Sorry> {
    if uri.path().len() + uri.query().map_or(0, str::len) > LONGEST_URL {
        let what = bi("网址太长", "the URL is too long");
        let remedy = bi("用 POST /epcis/queries 给查询命名", "Give the query a name by POST /epcis/queries");
        return Err(Refusal::new("request.uri_too_long", what).remedy(remedy).into());
    }
    let text = uri.query().unwrap_or_default();
    let split = text.split('&').filter(|p| !p.is_empty()).map(|p| p.split_once('=').unwrap_or((p, "")));
    split.map(|(name, value)| Some((decoded(name)?, decoded(value)?))).collect::<Option<Vec<_>>>().ok_or_else(
        || {
            let what = bi("网址中的 % 编码有误", "the URL holds a broken % escape");
            Refusal::new("request.query", what).missing("query", text, bi("改正编码", "correct it")).into()
        },
    )
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(b) = bytes.next() {
        if b == b'%' {
            let (high, low) =
                (char::from(bytes.next()?).to_digit(16)?, char::from(bytes.next()?).to_digit(16)?);
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(b);
        }
    }
    String::from_utf8(out).ok()
}

/// A text as one segment of a path or one value of a query.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~:".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
    }
    out
}

/// The refusal of a query, with every flaw.
pub(super) fn bad_query(found: Vec<Problem>) -> Sorry {
    let what = bi("查询不符合标准", "the query does not meet the standard");
    let refusal = Refusal::new("epcis.query_parameter", what).clause("EPCIS 2.0, 8.2.7.1");
    let say = |p: &Problem| format!("{}: {}; {}", p.rule, p.message, p.remedy);
    let told =
        |r: Refusal, p: Problem| r.missing(p.path.trim_start_matches('/'), &p.value, bi(say(&p), say(&p)));
    found.into_iter().fold(refusal, told).into()
}

/// Prefixes of extension fields that the caller declares in its headers.
pub(super) fn scope(headers: &HeaderMap) -> Arc<Scope> {
    let mut scope = Scope::root(true);
    extensions(headers).iter().for_each(|(name, iri)| scope.declare(name, iri));
    Arc::new(scope)
}

pub(super) fn url_params(pairs: &[(String, String)]) -> Vec<QueryParam> {
    let mut joined: Vec<(String, String)> = Vec::new();
    for (name, value) in pairs {
        // A list may be given by repeating its name as well.
        match joined.iter_mut().find(|(n, _)| n == name) {
            Some((_, all)) => all.extend(["|", value]),
            None => joined.push((name.clone(), value.clone())),
        }
    }
    joined.iter().map(|(name, value)| url_param(name, value)).collect()
}

async fn list(caller: Caller<AnyRole>, State(api): State<Api>, uri: Uri, headers: HeaderMap) -> Answer {
    let wishes = Wishes::read(&headers)?;
    let pairs = pairs(&uri)?;
    let query = read_query(url_params(&pairs), &scope(&headers)).map_err(bad_query)?;
    page(&api, &caller.actor(), &query, "SimpleEventQuery", &wishes, (uri.path(), &pairs)).await
}

/// A page of events as a query document, with a link to the next page.
pub(super) async fn page(
    api: &Api,
    by: &Actor,
    query: &Query,
    name: &str,
    wishes: &Wishes,
    (path, pairs): (&str, &[(String, String)]),
) -> Answer {
    let mut tx = api.desk.read().await?;
    let page = epcis::events(&mut tx, by, query).await?;
    drop(tx);
    let mut response = document(&page.events, name, None, wishes, api.desk.clock.now())?;
    if let Some(token) = page.next {
        let kept = pairs.iter().filter(|(n, _)| n != "nextPageToken");
        let again: String = kept.map(|(n, v)| format!("{}={}&", encoded(n), encoded(v))).collect();
        let link = format!("<{path}?{again}nextPageToken={token}>; rel=\"next\"");
        response.headers_mut().extend(HeaderValue::from_str(&link).ok().map(|l| (header::LINK, l)));
    }
    Ok(response)
}

/// Events as a query document in the syntax asked for.
pub(super) fn document(
    events: &[Kept],
    name: &str,
    subscription: Option<&str>,
    wishes: &Wishes,
    now: Timestamp,
) -> Answer<Response> {
    let json = query_document(events, name, subscription, wishes.format == EpcFormat::Links, now)?;
    if wishes.xml {
        let read = trace::epcis::parse(json.as_bytes(), &DOCUMENT_LIMITS)
            .map_err(|p| No::fault(format!("{p:?}")))?;
        return Ok(as_xml(trace::epcis::to_xml(&read)));
    }
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response())
}

async fn one(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let wishes = Wishes::read(&headers)?;
    let mut tx = api.desk.read().await?;
    let found = epcis::event(&mut tx, &caller.actor(), &id).await?;
    if found.is_empty() {
        let what = bi("没有这个事件", "there is no such event");
        let needed = bi("核对 eventID，并按网址规则编码", "check the eventID and encode it as a URL asks");
        return Err(Refusal::new("event.not_found", what).missing("eventID", id, needed).into());
    }
    document(&found, "SimpleEventQuery", None, &wishes, api.desk.clock.now())
}
