//! The capture interface: documents of events, taken in at once when small and as a job when large; the state of
//! captures; one event by itself.
use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flow::{CAPTURE_LIMITS, SMALL};
use kernel::{CaptureId, No, Refusal, Timestamp, bi};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use supervision::epcis::{self, Behaviour, Capture, Flaw};
use utoipa::ToSchema;

use super::headers::{escaped, limits, negotiated, text};
use crate::answer::{Answer, Sorry};
use crate::guard::{AnyRole, Caller, Doers};
use crate::intake::{Asked, too_large};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

pub(super) const PATH: &str = "/epcis/capture";
/// Captures on a page.
const PAGE: i64 = 30;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        post(
            PATH,
            "Capture a document of events, JSON or XML; its state is at the place that Location names",
            take,
        )
        .header(
            "GS1-Capture-Error-Behaviour",
            "`rollback`: all or nothing, the default; `proceed`: the good ones",
        ),
        get(PATH, "Captures, newest first", list)
            .query("perPage", "Most captures on the page; 30 if not given")
            .query("nextPageToken", "The page; take it from the Link header")
            .gives::<Vec<CaptureJob>>(200),
        get("/epcis/capture/{captureID}", "The state of a capture", one).gives::<CaptureJob>(200),
        post("/epcis/events", "Capture one event by itself, now", take_one),
    ]
}

/// The state of a capture (EPCIS 2.0, 12: CaptureJob), with what came of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CaptureJob {
    /// Its id.
    #[serde(rename = "captureID")]
    capture_id: String,
    /// When it came.
    created_at: String,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<String>,
    /// Whether it goes on.
    running: bool,
    /// Whether nothing has been wrong so far.
    success: bool,
    /// `rollback` or `proceed`.
    capture_error_behaviour: String,
    /// What is wrong, at most 100.
    errors: Vec<CaptureError>,
    /// Events of the document.
    events: u64,
    /// Events stored.
    captured: u64,
    /// Events known already.
    duplicates: u64,
    /// Events not stored.
    rejected: u64,
}

/// What is wrong with an event of a capture.
#[derive(Serialize, ToSchema)]
struct CaptureError {
    /// The exception of the standard.
    #[serde(rename = "type")]
    kind: String,
    /// Stable rule id, `EPCIS-…`.
    title: String,
    /// The HTTP status that it would have had by itself.
    status: u16,
    /// What is wrong and what to do about it.
    detail: String,
    /// Where in the document.
    instance: String,
}

impl From<Flaw> for CaptureError {
    fn from(f: Flaw) -> CaptureError {
        let found = if f.value.is_empty() { String::new() } else { format!(" (found: {})", f.value) };
        CaptureError {
            kind: "epcisException:ValidationException".into(),
            title: f.rule,
            status: 400,
            detail: format!("{}{found}; {}", f.message, f.remedy),
            instance: format!("#{}", f.path),
        }
    }
}

impl From<Capture> for CaptureJob {
    fn from(c: Capture) -> CaptureJob {
        CaptureJob {
            capture_id: c.id.to_string(),
            created_at: c.created_at.rfc3339(),
            finished_at: c.finished_at.map(Timestamp::rfc3339),
            running: c.state == "waiting",
            success: c.state != "refused" && c.tally.errors.is_empty(),
            capture_error_behaviour: c.behaviour.word().to_owned(),
            events: c.tally.events,
            captured: c.tally.captured,
            duplicates: c.tally.duplicates,
            rejected: c.tally.rejected,
            errors: c.tally.errors.into_iter().map(Into::into).collect(),
        }
    }
}

impl CaptureJob {
    fn xml(&self) -> String {
        let line = |name: &str, value: &str| format!("<{name}>{}</{name}>", escaped(value));
        let mut out = format!(
            "<epcis:EPCISCaptureJob xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" running=\"{}\" success=\"{}\" captureID=\"{}\">",
            self.running, self.success, self.capture_id
        );
        out += &line("captureErrorBehaviour", &self.capture_error_behaviour);
        out += &line("createdAt", &self.created_at);
        if let Some(at) = &self.finished_at {
            out += &line("finishedAt", at);
        }
        if !self.errors.is_empty() {
            out += "<errors>";
            for e in &self.errors {
                let parts = [
                    ("type", &e.kind),
                    ("title", &e.title),
                    ("detail", &e.detail),
                    ("instance", &e.instance),
                ];
                let parts: String = parts.iter().map(|(name, value)| line(name, value)).collect();
                out += &format!("<error>{parts}</error>");
            }
            out += "</errors>";
        }
        out + "</epcis:EPCISCaptureJob>"
    }
}

/// The whole body, of a media type that is read here, up to the limit.
async fn body(request: Request, limit: usize) -> Result<Vec<u8>, Sorry> {
    let headers = request.headers();
    let media = text(headers, "content-type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = ["application/json", "application/ld+json", "application/xml", "text/xml"];
    let plain = text(headers, "content-encoding").is_none_or(|e| e.eq_ignore_ascii_case("identity"));
    if !known.contains(&media.as_str()) || !plain {
        let what = bi("请求内容的类型不接受", "this media type is not taken");
        let needed = bi(
            "以 application/json 或 application/xml 发送，不压缩",
            "send application/json or application/xml, not compressed",
        );
        let found = text(headers, "content-encoding").filter(|_| !plain).unwrap_or(&media).to_owned();
        return Err(Refusal::new("request.media_type", what).missing("Content-Type", found, needed).into());
    }
    let told: Option<usize> = text(headers, "content-length").and_then(|n| n.parse().ok());
    if told.is_some_and(|n| n > limit) {
        return Err(too_large(limit));
    }
    let bytes = to_bytes(request.into_body(), limit).await.map_err(|_| too_large(limit))?;
    Ok(bytes.to_vec())
}

fn behaviour(headers: &HeaderMap) -> Result<Behaviour, Sorry> {
    let Some(word) = text(headers, "gs1-capture-error-behaviour") else { return Ok(Behaviour::Rollback) };
    Behaviour::parse(&word.to_ascii_lowercase()).ok_or_else(|| {
        let what = bi("出错时的处理方式不能识别", "this behaviour on errors is not known");
        let needed = bi("rollback 或 proceed", "rollback or proceed");
        Refusal::new("request.header", what).missing("GS1-Capture-Error-Behaviour", word, needed).into()
    })
}

fn place(path: &str) -> Result<HeaderMap, No> {
    let value = HeaderValue::from_str(path).map_err(No::fault)?;
    Ok([(header::LOCATION, value)].into_iter().collect())
}

async fn take(caller: Caller<Doers>, State(api): State<Api>, request: Request) -> Answer {
    let behaviour = behaviour(request.headers())?;
    let bytes = match body(request, CAPTURE_LIMITS.max_bytes).await {
        Ok(bytes) => bytes,
        Err(sorry) => {
            let mut response = sorry.into_response();
            if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
                limits(response.headers_mut());
            }
            return Ok(response);
        }
    };
    let by = caller.actor();
    let id = if bytes.len() <= SMALL {
        api.desk.capture(&by, behaviour, bytes.into()).await?.id
    } else {
        api.desk.capture_later(&by, behaviour, bytes).await?
    };
    Ok((StatusCode::ACCEPTED, place(&format!("{PATH}/{id}"))?).into_response())
}

async fn take_one(caller: Caller<Doers>, State(api): State<Api>, request: Request) -> Answer {
    let bytes: Arc<[u8]> = body(request, SMALL).await?.into();
    // What cannot be read at all, the capture will tell by its rules.
    let events = trace::epcis::parse(&bytes, &CAPTURE_LIMITS).map(|read| read.events).unwrap_or_default();
    if events.len() > 1 {
        let what = bi("这里每次只收一个事件", "one event at a time is taken here");
        let remedy = bi("多个事件请发到 /epcis/capture", "Send several to /epcis/capture");
        return Err(Refusal::new("epcis.validation", what).remedy(remedy).into());
    }
    api.desk.capture(&caller.actor(), Behaviour::Rollback, bytes).await?;
    let id = events.first().map(|e| e.event_id.clone().unwrap_or_else(|| trace::epcis::hash(e)));
    let id = id.ok_or_else(|| No::fault("an event was captured that cannot be read"))?;
    let path = format!("/epcis/events/{}", super::events::encoded(&id));
    Ok((StatusCode::CREATED, place(&path)?, Json(serde_json::json!({ "eventID": id }))).into_response())
}

async fn one(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let xml = negotiated(&headers)?;
    let mut tx = api.desk.read().await?;
    let found = match id.parse::<CaptureId>() {
        Ok(id) => epcis::capture(&mut tx, &caller.actor(), id).await?,
        Err(_) => None,
    };
    let Some(found) = found else {
        let what = bi("没有这次采集", "there is no such capture");
        let needed = bi("用采集时 Location 给出的地址", "use the place that Location named at the capture");
        return Err(Refusal::new("capture.not_found", what).missing("captureID", id, needed).into());
    };
    let job = CaptureJob::from(found);
    Ok(if xml { as_xml(job.xml()) } else { Json(job).into_response() })
}

/// An answer in XML.
pub(super) fn as_xml(text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"))], text).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    per_page: Option<i64>,
    next_page_token: Option<String>,
}

async fn list(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Vec<CaptureJob>>)> {
    let limit = turn.per_page.unwrap_or(PAGE).clamp(1, 1000);
    let before = turn.next_page_token.as_deref().and_then(|t| {
        let (at, id) = t.split_once('~')?;
        Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
    });
    let mut tx = api.desk.read().await?;
    let found = epcis::captures(&mut tx, &caller.actor(), before, limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == limit);
    let next = found
        .last()
        .filter(|_| full)
        .map(|c| format!("{PATH}?perPage={limit}&nextPageToken={}~{}", c.created_at.0, c.id));
    let jobs = found.into_iter().map(Into::into).collect();
    Ok((crate::resources::links(next.as_deref()), Json(jobs)))
}
