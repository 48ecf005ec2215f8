//! What waits, the soonest deadline first, within the caller's reach.
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use kernel::{Refusal, bi};
use serde::Deserialize;
use serde_json::{Value, json};
use supervision::declaration::Stage;
use supervision::worklist::{self, Queue, knows_lane};

use super::declarations::{links, place};
use crate::answer::Answer;
use crate::deed::readable;
use crate::guard::{AnyRole, Caller};
use crate::intake::Asked;
use crate::route::{RouteSpec, get};
use crate::server::Api;

const PATH: &str = "/api/v1/work";
/// Rows of one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "Consignments that wait at a stage, the soonest due first", list)
            .query(
                "queue",
                "`sign`, or a stage: `lodged`, `returned`, `accepted`, `inspecting`, `testing`, `deciding`",
            )
            .query("after", "Where the last page ended; take it from `next`"),
    ]
}

#[derive(Deserialize)]
struct Turn {
    queue: String,
    after: Option<String>,
}

async fn list(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Value>)> {
    let queue = match turn.queue.as_str() {
        "sign" => Some(Queue::ToSign),
        stage => Stage::parse(stage).map(Queue::At),
    };
    let queue = queue.ok_or_else(|| {
        let needed = bi("sign 或报检单所处的阶段", "`sign`, or a stage of a declaration");
        Refusal::new("request.queue", bi("没有这个工作列表", "there is no such work list")).missing(
            "queue",
            &turn.queue,
            needed,
        )
    })?;
    let after = turn.after.as_deref().map(place).transpose()?;
    let by = caller.actor();
    let mut tx = api.desk.read().await?;
    let found = worklist::due(&mut tx, &by, queue, after, PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let next = found.last().filter(|_| full).map(|l| {
        let d = &l.declaration;
        format!("{PATH}?queue={}&after={}~{}", turn.queue, d.due_at.0, d.id)
    });
    let items: Vec<_> = found
        .into_iter()
        .map(|l| {
            let mut d = l.declaration;
            if !knows_lane(&by, &d) {
                d.lane.clear();
                d.selected = false;
            }
            d
        })
        .collect();
    let body = readable(&json!({ "items": items, "next": next }))?;
    Ok((links(next.as_deref()), body))
}
