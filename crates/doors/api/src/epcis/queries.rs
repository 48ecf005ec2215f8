//! Named queries: views on the events, each its owner's own.
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use kernel::{Actor, No, Refusal, bi};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use supervision::epcis::{self, Named};
use trace::epcis::{Query, read_query};

use super::events::{Wishes, bad_query, encoded, page, pairs, scope, url_params};
use super::headers::only_json;
use crate::answer::{Answer, Sorry};
use crate::guard::{AnyRole, Caller, Doers};
use crate::intake::Asked;
use crate::route::{RouteSpec, delete, get, post};
use crate::server::Api;

const PATH: &str = "/epcis/queries";
/// Queries on a page.
const PAGE: i64 = 30;
/// The query of the standard itself: its parameters are those of the URL.
pub(super) const STANDARD: &str = "SimpleEventQuery";

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "One's own named queries", list)
            .query("perPage", "Most queries on the page; 30 if not given")
            .query("nextPageToken", "The page; take it from the Link header"),
        post(PATH, "Give a query a name: `{\"name\": …, \"query\": {…}}`", name),
        get("/epcis/queries/{queryName}", "A named query", one),
        delete("/epcis/queries/{queryName}", "Drop a named query", remove),
        get("/epcis/queries/{queryName}/events", "The events of a named query", events)
            .query("perPage", "Most events on the page, 1 to 1000; 30 if not given")
            .query("nextPageToken", "The page; take it from the Link header")
            .query("stream", "With an upgrade to WebSocket: `true` sends every new event; or else a schedule")
            .query(
                "initialRecordTime",
                "With an upgrade to WebSocket: begin with what was recorded from then on",
            ),
    ]
}

/// One of the caller's own queries, ready to be asked.
pub(super) async fn asked(tx: &mut Tx, by: &Actor, name: &str) -> Result<Query, Sorry> {
    let found = epcis::named(tx, by, name).await?.ok_or_else(|| unknown(name))?;
    epcis::read_definition(found.definition.as_bytes()).map_err(bad_query)
}

pub(super) fn unknown(name: &str) -> Refusal {
    let what = bi("没有这个名称的查询", "there is no query of this name");
    let needed = bi("见 /epcis/queries", "see /epcis/queries");
    Refusal::new("query.not_found", what).missing("queryName", name, needed)
}

async fn name(caller: Caller<Doers>, State(api): State<Api>, headers: HeaderMap, bytes: Bytes) -> Answer {
    only_json(&headers)?;
    let malformed = |text: String| {
        let what = bi("查询不能识别", "the query cannot be read");
        let needed = bi("写成 {\"name\": …, \"query\": {…}}", "write {\"name\": …, \"query\": {…}}");
        Refusal::new("epcis.query_validation", what).missing("body", text, needed)
    };
    let sent: Value = serde_json::from_slice(&bytes).map_err(|e| malformed(e.to_string()))?;
    let Some(name) = sent["name"].as_str().filter(|_| sent["query"].is_object()) else {
        return Err(malformed(String::new()).into());
    };
    epcis::read_definition(&bytes).map_err(bad_query)?;
    let mut tx = api.desk.begin().await?;
    epcis::name_query(&mut tx, &caller.actor(), name, &sent.to_string()).await?;
    api.desk.finish(tx).await?;
    let place = HeaderValue::from_str(&format!("{PATH}/{}", encoded(name))).map_err(No::fault)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(sent)).into_response())
}

fn shown(query: &Named) -> Value {
    let kept: Value = serde_json::from_str(&query.definition).unwrap_or_default();
    json!({ "name": query.name, "query": kept["query"] })
}

async fn one(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    only_json(&headers)?;
    if name == STANDARD {
        return Ok(Json(json!({ "name": STANDARD, "query": {} })));
    }
    let mut tx = api.desk.read().await?;
    let found = epcis::named(&mut tx, &caller.actor(), &name).await?.ok_or_else(|| unknown(&name))?;
    Ok(Json(shown(&found)))
}

async fn remove(
    caller: Caller<Doers>,
    State(api): State<Api>,
    Path(name): Path<String>,
) -> Answer<StatusCode> {
    let mut tx = api.desk.begin().await?;
    epcis::drop_query(&mut tx, &caller.actor(), &name).await?;
    api.desk.finish(tx).await?;
    Ok(StatusCode::NO_CONTENT)
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
    headers: HeaderMap,
) -> Answer<(HeaderMap, Json<Vec<Value>>)> {
    only_json(&headers)?;
    let limit = turn.per_page.unwrap_or(PAGE).clamp(1, 1000);
    let after = turn.next_page_token.unwrap_or_default();
    let mut tx = api.desk.read().await?;
    let found = epcis::queries(&mut tx, &caller.actor(), &after, limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == limit);
    let next = found
        .last()
        .filter(|_| full)
        .map(|q| format!("{PATH}?perPage={limit}&nextPageToken={}", encoded(&q.name)));
    Ok((crate::resources::links(next.as_deref()), Json(found.iter().map(shown).collect())))
}

async fn events(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(name): Path<String>,
    request: Request,
) -> Answer {
    let (parts, _) = request.into_parts();
    let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
    let pairs = pairs(&uri)?;
    let by = caller.actor();
    if super::stream::wanted(&parts) {
        return super::stream::open(api, by, name, parts, &pairs).await;
    }
    let wishes = Wishes::read(&headers)?;
    let from_url = read_query(url_params(&pairs), &scope(&headers)).map_err(bad_query)?;
    if name == STANDARD {
        return page(&api, &by, &from_url, STANDARD, &wishes, (uri.path(), &pairs)).await;
    }
    let mut tx = api.desk.read().await?;
    let mut query = asked(&mut tx, &by, &name).await?;
    drop(tx);
    // Only the page is the reader's to choose: the rest is what the name stands for.
    query.per_page = from_url.per_page.or(query.per_page);
    query.page_token = from_url.page_token;
    page(&api, &by, &query, &name, &wishes, (uri.path(), &pairs)).await
}
