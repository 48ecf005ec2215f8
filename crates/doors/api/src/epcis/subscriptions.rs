//! Subscriptions of named queries by webhook, each its owner's own. The token of the signature is taken and never
//! given back.
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Json, http::Uri};
use flow::webhook::Targets;
use kernel::{Actor, No, Refusal, SubscriptionId, Timestamp, bi};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::Tx;
use supervision::epcis::{self, NewSubscription, Subscription, unreadable_subscription};

use super::events::encoded;
use super::headers::{EpcFormat, epc_format, only_json};
use super::queries::unknown;
use crate::answer::{Answer, Sorry};
use crate::guard::{AnyRole, Caller, Doers};
use crate::intake::{Asked, Sent};
use crate::route::{RouteSpec, delete, get, post};
use crate::server::Api;

const PATH: &str = "/epcis/queries/{queryName}/subscriptions";
const ONE: &str = "/epcis/queries/{queryName}/subscriptions/{subscriptionID}";
/// Subscriptions on a page.
const PAGE: i64 = 30;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "Subscriptions of a query by webhook", list)
            .query("perPage", "Most subscriptions on the page; 30 if not given")
            .query("nextPageToken", "The page; take it from the Link header"),
        post(
            PATH,
            "Subscribe: `{\"dest\": …, \"signatureToken\": …, \"stream\": true}` or with a `schedule`",
            subscribe,
        )
        .header("GS1-EPC-Format", "How identifiers are written in what is sent"),
        get(ONE, "A subscription", one),
        delete(ONE, "End a subscription", unsubscribe),
        delete("/epcis/nextPageToken/{token}", "Tokens hold nothing that could be released: 501", release),
    ]
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    dest: String,
    #[serde(default)]
    signature_token: String,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    schedule: Option<BTreeMap<String, String>>,
    #[serde(default)]
    report_if_empty: bool,
    #[serde(default)]
    initial_record_time: Option<String>,
}

/// From when on events are told, as `initialRecordTime` says it; without it, from now.
pub(super) fn begins(text: Option<&str>) -> kernel::Result<Option<Timestamp>> {
    let read = |text: &str| {
        Timestamp::parse_rfc3339(text).ok_or_else(|| {
            let needed = bi("写成 2026-01-31T08:00:00Z", "write 2026-01-31T08:00:00Z");
            unreadable_subscription("initialRecordTime", text, needed)
        })
    };
    text.map(read).transpose()
}

async fn subscribe(
    caller: Caller<Doers>,
    State(api): State<Api>,
    Path(query): Path<String>,
    (targets, headers): (Option<Extension<Targets>>, HeaderMap),
    Sent(wanted): Sent<Wanted>,
) -> Answer {
    only_json(&headers)?;
    let schedule = wanted.schedule.unwrap_or_default();
    if wanted.stream != schedule.is_empty() {
        let needed = bi("stream 为 true 与 schedule 二者选一", "exactly one of stream true and a schedule");
        return Err(unreadable_subscription("stream", &wanted.stream.to_string(), needed).into());
    }
    let fields = ["second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek"];
    if let Some(other) = schedule.keys().find(|k| !fields.contains(&k.as_str())) {
        return Err(
            unreadable_subscription("schedule", other, bi(fields.join("、"), fields.join(", "))).into()
        );
    }
    let from = begins(wanted.initial_record_time.as_deref())?;
    let new = NewSubscription {
        query,
        dest: wanted.dest,
        token: wanted.signature_token,
        links: epc_format(&headers)? == EpcFormat::Links,
        schedule,
        report_if_empty: wanted.report_if_empty,
        from,
    };
    let private = targets.is_some_and(|Extension(t)| t == Targets::Private);
    let mut tx = api.desk.begin().await?;
    let made = epcis::subscribe(&mut tx, &caller.actor(), &new, private).await?;
    api.desk.finish(tx).await?;
    let place = format!("/epcis/queries/{}/subscriptions/{}", encoded(&made.query), made.id);
    let place = HeaderValue::from_str(&place).map_err(No::fault)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(shown(&made))).into_response())
}

fn shown(s: &Subscription) -> Value {
    let mut value = json!({
        "subscriptionID": s.id.to_string(),
        "queryName": s.query,
        "dest": s.dest,
        "reportIfEmpty": s.report_if_empty,
        "createdAt": s.created_at.rfc3339(),
    });
    match s.schedule.is_empty() {
        true => value["stream"] = true.into(),
        false => value["schedule"] = json!(s.schedule),
    }
    let times = [("initialRecordTime", s.from), ("lastNotifiedAt", s.notified_at)];
    for (name, at) in times.into_iter().filter_map(|(name, at)| Some((name, at?))) {
        value[name] = at.rfc3339().into();
    }
    value
}

/// The caller's own subscription of a query.
async fn own(tx: &mut Tx, by: &Actor, query: &str, id: &str) -> Result<Subscription, Sorry> {
    let found = match id.parse::<SubscriptionId>() {
        Ok(id) => epcis::subscription(tx, by, id).await?,
        Err(_) => None,
    };
    found.filter(|s| s.query == query).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Sorry {
    let what = bi("没有这个订阅", "there is no such subscription");
    let needed = bi("用订阅时 Location 给出的地址", "use the place that Location named");
    Refusal::new("subscription.not_found", what).missing("subscriptionID", id, needed).into()
}

async fn one(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path((query, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    only_json(&headers)?;
    let mut tx = api.desk.read().await?;
    Ok(Json(shown(&own(&mut tx, &caller.actor(), &query, &id).await?)))
}

async fn unsubscribe(
    caller: Caller<Doers>,
    State(api): State<Api>,
    Path((query, id)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let by = caller.actor();
    let mut tx = api.desk.begin().await?;
    let found = own(&mut tx, &by, &query, &id).await?;
    epcis::unsubscribe(&mut tx, &by, found.id).await?;
    api.desk.finish(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    per_page: Option<i64>,
    next_page_token: Option<SubscriptionId>,
}

async fn list(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(query): Path<String>,
    (uri, headers): (Uri, HeaderMap),
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Vec<Value>>)> {
    only_json(&headers)?;
    let (by, limit) = (caller.actor(), turn.per_page.unwrap_or(PAGE).clamp(1, 1000));
    let after = turn.next_page_token.unwrap_or(SubscriptionId(kernel::MIN_UUID));
    let mut tx = api.desk.read().await?;
    if epcis::named(&mut tx, &by, &query).await?.is_none() {
        return Err(unknown(&query).into());
    }
    let found = epcis::subscriptions(&mut tx, &by, &query, after, limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == limit);
    let last = found.last().filter(|_| full);
    let next = last.map(|s| format!("{}?perPage={limit}&nextPageToken={}", uri.path(), s.id));
    Ok((crate::resources::links(next.as_deref()), Json(found.iter().map(shown).collect())))
}

async fn release(_: Caller<AnyRole>) -> Sorry {
    let what = bi("页码无需释放", "a token of a page cannot be released");
    let remedy = bi("不用的页码不占资源", "A token that is not used holds nothing");
    Refusal::new("page.unsupported", what).remedy(remedy).into()
}
