//! Reviews of an operator's class: what waits, one, and the decision of a second person.
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use kernel::ClassReviewId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use supervision::class_review;
use utoipa::ToSchema;

use super::declarations::{links, place};
use crate::answer::Answer;
use crate::deed::{Done, act, id, nothing, readable};
use crate::guard::{Caller, FollowUps, Staff};
use crate::intake::{Asked, RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

const PATH: &str = "/api/v1/class-reviews";
/// Rows of one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "Reviews of operators' classes, the newest first", list)
            .query("after", "Where the last page ended; take it from `next`"),
        get("/api/v1/class-reviews/{id}", "One review of a class", one),
        post("/api/v1/class-reviews/{id}/decision", "Keep the class or lower it by one", decide)
            .once()
            .takes::<Decision>()
            .gives::<Done>(200),
    ]
}

/// The decision of a second person.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decision {
    /// Whether the class is lowered by one; else it is kept.
    lower: bool,
    /// The ground.
    reason: String,
}

#[derive(Deserialize)]
struct Turn {
    after: Option<String>,
}

async fn list(
    _: Caller<Staff>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Value>)> {
    let before = turn.after.as_deref().map(place).transpose()?;
    let items = class_review::list(&mut api.desk.read().await?, before, PAGE).await?;
    let full = i64::try_from(items.len()).is_ok_and(|n| n == PAGE);
    let next = items.last().filter(|_| full).map(|r| format!("{PATH}?after={}~{}", r.opened_at.0, r.id));
    let body = readable(&json!({ "items": items, "next": next }))?;
    Ok((links(next.as_deref()), body))
}

async fn one(_: Caller<Staff>, State(api): State<Api>, Path(text): Path<String>) -> Answer<Json<Value>> {
    let id = id::<ClassReviewId>("class_review", &text)?;
    let found = class_review::one(&mut api.desk.read().await?, id).await?;
    readable(&found.ok_or_else(|| nothing("class_review", &text))?)
}

async fn decide(
    caller: Caller<FollowUps>,
    State(api): State<Api>,
    Path(text): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<Decision>,
) -> Answer<Json<Done>> {
    let r = id::<ClassReviewId>("class_review", &text)?;
    class_review::one(&mut api.desk.read().await?, r).await?.ok_or_else(|| nothing("class_review", &text))?;
    act(&api, &caller, key, ("class", &r.subject(), &sent), async |tx, by| {
        class_review::decide(tx, by, r, sent.lower, &sent.reason).await?;
        Ok(Done::new(r, format!("{PATH}/{r}")))
    })
    .await
}
