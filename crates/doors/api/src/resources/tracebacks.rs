//! Tracebacks: started, run as records come in, ended complete or not; each run as it was stored.
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use flow::Lots;
use kernel::{Actor, Refusal, Result, TracebackId, bi};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Tx;
use supervision::traceback::{self, Gap, Start, Starts, Traceback};
use utoipa::ToSchema;

use super::declarations::{links, place};
use super::notifications::{self, ids};
use crate::answer::Answer;
use crate::deed::{Done, act, id, readable};
use crate::guard::{Caller, FollowUps, Staff};
use crate::intake::{Asked, Kept, RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

const PATH: &str = "/api/v1/tracebacks";
/// Rows of one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "Tracebacks, the newest first", list)
            .query("after", "Where the last page ended; take it from `next`"),
        post(PATH, "Start a traceback from lots of the bureau or identifiers of events, and run it", start)
            .once()
            .takes::<StartSent>()
            .gives::<Done>(200),
        get("/api/v1/tracebacks/{id}", "One traceback with its runs and what each was taken from", one),
        post(
            "/api/v1/tracebacks/{id}/deeds",
            "Run a traceback again, name its lots in events, or end it",
            deed,
        )
        .once()
        .takes::<DeedSent>()
        .gives::<Done>(200),
    ]
}

/// What a traceback starts from.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartSent {
    /// The notification that asks for it.
    notification: Option<String>,
    /// Ids of lots of the bureau.
    #[serde(default)]
    lots: Vec<String>,
    /// Identifiers as events name lots.
    #[serde(default)]
    uris: Vec<String>,
}

/// A time at a place for which no records could be shown.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GapSent {
    /// The place, as events name it.
    place: String,
    /// From when, in milliseconds since 1970-01-01 UTC.
    from: i64,
    /// To when, end excluded.
    to: i64,
}

/// One thing done about a traceback.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "deed", rename_all = "snake_case", deny_unknown_fields)]
enum DeedSent {
    /// Run it again, with gaps that were found on the spot.
    Run {
        #[serde(default)]
        gaps: Vec<GapSent>,
    },
    /// Tell under which identifier events name its lots.
    Mark { uri: String },
    /// End it; complete by its last run, or because the records that the plant delivered were seen.
    End {
        #[serde(default)]
        records_seen: bool,
        note: String,
    },
}

async fn sought(tx: &mut Tx, text: &str) -> Answer<Traceback> {
    let found = traceback::one(tx, id::<TracebackId>("traceback", text)?).await?;
    Ok(found.ok_or_else(|| {
        Refusal::new("traceback.not_found", bi("没有这次追溯", "there is no such traceback")).missing(
            "traceback",
            text,
            bi("照抄列表中的标识", "take the id from its list"),
        )
    })?)
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
    let mut tx = api.desk.read().await?;
    let items = traceback::list(&mut tx, before, PAGE).await?;
    let full = i64::try_from(items.len()).is_ok_and(|n| n == PAGE);
    let next = items.last().filter(|_| full).map(|x| format!("{PATH}?after={}~{}", x.started_at.0, x.id));
    let body = readable(&json!({ "items": items, "next": next }))?;
    Ok((links(next.as_deref()), body))
}

async fn one(_: Caller<Staff>, State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    let x = sought(&mut tx, &id).await?;
    readable(&json!({ "runs": traceback::runs(&mut tx, x.id).await?, "traceback": x }))
}

async fn start(
    caller: Caller<FollowUps>,
    State(api): State<Api>,
    Kept(lots): Kept,
    key: RepeatKey,
    Sent(sent): Sent<StartSent>,
) -> Answer<Json<Done>> {
    let notification = match &sent.notification {
        Some(text) => Some(notifications::sought(&mut api.desk.read().await?, text).await?.id),
        None => None,
    };
    let starts = Starts { lots: ids("lots", &sent.lots)?, uris: sent.uris.clone() };
    let from = Start { notification, starts, seed: None };
    lots.catch_up(&api.desk).await?;
    act(&api, &caller, key, ("trace", "traceback/new", &sent), async |tx, by| {
        let id = traceback::start(tx, by, &from).await?;
        traceback::run(tx, by, &*lots, id, &[]).await?;
        Ok(Done::new(id, format!("{PATH}/{id}")))
    })
    .await
}

async fn deed(
    caller: Caller<FollowUps>,
    State(api): State<Api>,
    Path(text): Path<String>,
    Kept(lots): Kept,
    key: RepeatKey,
    Sent(sent): Sent<DeedSent>,
) -> Answer<Json<Done>> {
    let mut tx = api.desk.read().await?;
    let x = sought(&mut tx, &text).await?;
    drop(tx);
    lots.catch_up(&api.desk).await?;
    act(&api, &caller, key, ("trace", &x.id.subject(), &sent), async |tx, by| {
        done(tx, by, &lots, &x, &sent).await?;
        Ok(Done::new(x.id, format!("{PATH}/{}", x.id)))
    })
    .await
}

async fn done(tx: &mut Tx, by: &Actor, lots: &Lots, x: &Traceback, sent: &DeedSent) -> Result<()> {
    match sent {
        DeedSent::Run { gaps } => {
            let gaps: Vec<Gap> =
                gaps.iter().map(|g| Gap { place: g.place.clone(), from: g.from, to: g.to }).collect();
            traceback::run(tx, by, lots, x.id, &gaps).await.map(drop)
        }
        DeedSent::Mark { uri } => {
            for lot in &x.starts.lots {
                traceback::mark(tx, by, *lot, uri).await?;
            }
            traceback::run(tx, by, lots, x.id, &[]).await.map(drop)
        }
        DeedSent::End { records_seen, note } => {
            traceback::end(tx, by, x.id, *records_seen, note).await.map(drop)
        }
    }
}
