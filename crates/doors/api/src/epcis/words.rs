//! Top-level resources: what types, products, steps, places and dispositions stand in the events, each leading to
//! its events.
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use kernel::{Refusal, bi};
use serde::Deserialize;
use serde_json::json;
use supervision::epcis::{self, CONTEXT, Vocabulary};
use trace::epcis::{EventKind, read_query};

use super::capture::as_xml;
use super::events::{Wishes, bad_query, encoded, page, pairs, scope, url_params};
use super::headers::{escaped, negotiated};
use crate::answer::Answer;
use crate::guard::{AnyRole, Caller};
use crate::intake::Asked;
use crate::route::{RouteSpec, get};
use crate::server::Api;

/// Words on a page.
const PAGE: usize = 30;
/// Event types of the standard: they are there before the first event is.
const TYPES: [&str; 5] =
    ["AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent"];

macro_rules! word_routes {
    ($($root:literal, $one:literal, $events:literal, $vocabulary:ident, $param:literal, $says:literal;)+) => {
        pub(super) fn routes() -> Vec<RouteSpec> {
            let mut routes = vec![get("/epcis", "The top-level resources", top)];
            $(
                routes.push(
                    get($root, $says, async |caller: Caller<AnyRole>, state: State<Api>, turn: Asked<Turn>, headers: HeaderMap| {
                        list(Vocabulary::$vocabulary, $root, caller, state, turn, headers).await
                    })
                    .query("perPage", "Most words on the page; 30 if not given")
                    .query("nextPageToken", "The page; take it from the Link header"),
                );
                routes.push(get($one, "What there is of it: its events", async |caller: Caller<AnyRole>, state: State<Api>, word: Path<String>, headers: HeaderMap| {
                    one($param, caller, state, word, headers).await
                }));
                routes.push(get($events, "Its events, narrowed by every other parameter", async |caller: Caller<AnyRole>, state: State<Api>, word: Path<String>, uri: Uri, headers: HeaderMap| {
                    events($param, caller, state, word, (uri, headers)).await
                }));
            )+
            routes
        }
    };
}

word_routes! {
    "/epcis/eventTypes", "/epcis/eventTypes/{eventType}", "/epcis/eventTypes/{eventType}/events", EventTypes, "eventType", "Event types";
    "/epcis/epcs", "/epcis/epcs/{epc}", "/epcis/epcs/{epc}/events", Epcs, "MATCH_anyEPC", "Objects that events name";
    "/epcis/bizSteps", "/epcis/bizSteps/{bizStep}", "/epcis/bizSteps/{bizStep}/events", BizSteps, "EQ_bizStep", "Business steps of the events";
    "/epcis/bizLocations", "/epcis/bizLocations/{bizLocation}", "/epcis/bizLocations/{bizLocation}/events", BizLocations, "EQ_bizLocation", "Business locations of the events";
    "/epcis/readPoints", "/epcis/readPoints/{readPoint}", "/epcis/readPoints/{readPoint}/events", ReadPoints, "EQ_readPoint", "Read points of the events";
    "/epcis/dispositions", "/epcis/dispositions/{disposition}", "/epcis/dispositions/{disposition}/events", Dispositions, "EQ_disposition", "Dispositions of the events";
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    per_page: Option<usize>,
    next_page_token: Option<String>,
}

fn collection(members: &[String], xml: bool) -> Response {
    if xml {
        let items: String = members.iter().map(|m| format!("<member>{}</member>", escaped(m))).collect();
        return as_xml(format!(
            "<epcis:Collection xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\">{items}</epcis:Collection>"
        ));
    }
    Json(json!({ "@context": CONTEXT, "type": "Collection", "member": members })).into_response()
}

async fn top(_: Caller<AnyRole>, headers: HeaderMap) -> Answer {
    let xml = negotiated(&headers)?;
    let all = [
        "queries",
        "capture",
        "events",
        "eventTypes",
        "epcs",
        "readPoints",
        "bizLocations",
        "dispositions",
        "bizSteps",
    ];
    Ok(collection(&all.map(str::to_owned), xml))
}

async fn list(
    vocabulary: Vocabulary,
    root: &str,
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
    headers: HeaderMap,
) -> Answer {
    let xml = negotiated(&headers)?;
    let size = turn.per_page.unwrap_or(PAGE).clamp(1, 1000);
    let mut tx = api.desk.read().await?;
    let after = turn.next_page_token.as_deref();
    let (mut words, next) = epcis::words(&mut tx, &caller.actor(), vocabulary, after, size).await?;
    if vocabulary == Vocabulary::EventTypes && after.is_none() {
        words.extend(TYPES.map(str::to_owned));
        words.sort();
        words.dedup();
    }
    let mut response = collection(&words, xml);
    let next = next.map(|n| format!("{root}?perPage={size}&nextPageToken={}", encoded(&n)));
    response.headers_mut().extend(crate::resources::links(next.as_deref()));
    Ok(response)
}

async fn one(
    param: &str,
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(word): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let xml = negotiated(&headers)?;
    let standard = param == "eventType" && !matches!(EventKind::from_name(&word), EventKind::Other(_));
    if !standard {
        let asked = [(param.to_owned(), word.clone()), ("perPage".to_owned(), "1".to_owned())];
        let query = read_query(url_params(&asked), &scope(&headers)).map_err(bad_query)?;
        let mut tx = api.desk.read().await?;
        if epcis::events(&mut tx, &caller.actor(), &query).await?.events.is_empty() {
            let what = bi("没有这样的事件", "no event is of it");
            let needed = bi("从列表中选择", "take one of the list");
            return Err(Refusal::new("resource.not_found", what).missing(param, word, needed).into());
        }
    }
    Ok(collection(&["events".to_owned()], xml))
}

async fn events(
    param: &str,
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(word): Path<String>,
    (uri, headers): (Uri, HeaderMap),
) -> Answer {
    let wishes = Wishes::read(&headers)?;
    let pairs = pairs(&uri)?;
    let mut params = url_params(&pairs);
    params.retain(|p| p.name != param);
    params.extend(url_params(&[(param.to_owned(), word)]));
    let query = read_query(params, &scope(&headers)).map_err(bad_query)?;
    page(&api, &caller.actor(), &query, "SimpleEventQuery", &wishes, (uri.path(), &pairs)).await
}
