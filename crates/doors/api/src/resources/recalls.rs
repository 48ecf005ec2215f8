//! Recalls line by line, and what is asked of plants after a notification: corrections and series of intensified control.
use axum::Json;
use axum::extract::{Path, State};
use kernel::{Actor, CorrectionId, No, RecallId, RecallLineId, Refusal, Result, SeriesId, bi};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Tx;
use supervision::recall::{self, Call};
use supervision::{correction, series};
use utoipa::ToSchema;

use super::notifications::{self, ids};
use crate::answer::Answer;
use crate::deed::{Done, act, id, nothing, readable};
use crate::guard::{Caller, Correctors, FollowUps, Staff};
use crate::intake::{RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

const RECALLS: &str = "/api/v1/recalls";
const CORRECTIONS: &str = "/api/v1/corrections";
const SERIES: &str = "/api/v1/series";

pub(crate) fn routes() -> Vec<RouteSpec> {
    let deed = |route: RouteSpec| route.once().gives::<Done>(200);
    vec![
        deed(post(RECALLS, "Open a recall of lots; what has not left is held at once", open))
            .takes::<RecallSent>(),
        get("/api/v1/recalls/{id}", "One recall with its lines and the checks of its effect", recall_of),
        deed(post("/api/v1/recalls/{id}/deeds", "Do one thing about a recall", recall_deed))
            .takes::<RecallDeed>(),
        get("/api/v1/corrections/{id}", "What is asked of a plant, its plan, and the visits", correction_of),
        deed(post(
            "/api/v1/corrections/{id}/deeds",
            "Enter the plan, or what a visit found",
            correction_deed,
        ))
        .takes::<CorrectionDeed>(),
        get("/api/v1/series/{id}", "A series of intensified control", series_of),
        deed(post(
            "/api/v1/series/{id}/deeds",
            "Enter the plant's answer, suspend its export, or resume it",
            series_deed,
        ))
        .takes::<SeriesDeed>(),
    ]
}

/// What is called back.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecallSent {
    /// The notification that it follows.
    notification: String,
    /// Class, 1 to 3.
    class: i64,
    /// The hazard.
    hazard: String,
    /// Why.
    reason: String,
    /// Ids of the lots.
    lots: Vec<String>,
}

/// One thing done about a recall, or about one line of it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "deed", rename_all = "snake_case", deny_unknown_fields)]
enum RecallDeed {
    /// The operator has begun, by this plan.
    Start { plan: String },
    /// Close it; refused while a quantity is open.
    Close { summary: String },
    /// The consignee of a line was told; an empty name leaves the one that is recorded.
    Tell {
        line: String,
        #[serde(default)]
        consignee: String,
    },
    /// Part of a line went to another consignee.
    Split { line: String, consignee: String, amount: String },
    /// What became of a quantity: `recovered`, `destroyed` or `consumed`.
    Account {
        line: String,
        how: String,
        amount: String,
        #[serde(default)]
        estimated: bool,
        evidence: String,
    },
    /// Whether the recall reached a consignee.
    Check { line: String, effective: bool, finding: String },
    /// Free a line.
    Free { line: String, reason: String },
}

/// One step of a correction.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "deed", rename_all = "snake_case", deny_unknown_fields)]
enum CorrectionDeed {
    /// The plant's plan.
    Plan { plan: String },
    /// What a visit found.
    Verify { passed: bool, finding: String },
}

/// One step of a series.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "deed", rename_all = "snake_case", deny_unknown_fields)]
enum SeriesDeed {
    /// What the plant answers to the demand.
    Answer { answer: String },
    /// Suspend its export.
    Suspend { reason: String },
    /// Resume it.
    Resume { reason: String },
}

async fn open(
    caller: Caller<FollowUps>,
    State(api): State<Api>,
    key: RepeatKey,
    Sent(sent): Sent<RecallSent>,
) -> Answer<Json<Done>> {
    let n = notifications::sought(&mut api.desk.read().await?, &sent.notification).await?;
    let lots = ids("lots", &sent.lots)?;
    act(&api, &caller, key, ("recall", &n.id.subject(), &sent), async |tx, by| {
        let call = Call {
            notification: n.id,
            class: sent.class,
            hazard: &sent.hazard,
            reason: &sent.reason,
            lots: &lots,
        };
        let made = recall::open(tx, by, &call).await?;
        Ok(Done::new(made, format!("{RECALLS}/{made}")))
    })
    .await
}

async fn recall_of(
    _: Caller<Staff>,
    State(api): State<Api>,
    Path(text): Path<String>,
) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    let id = id::<RecallId>("recall", &text)?;
    let r = recall::one(&mut tx, id).await?.ok_or_else(|| nothing("recall", &text))?;
    readable(&json!({
        "lines": recall::lines(&mut tx, id).await?,
        "checks": recall::checks(&mut tx, id).await?,
        "recall": r,
    }))
}

async fn recall_deed(
    caller: Caller<FollowUps>,
    State(api): State<Api>,
    Path(text): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<RecallDeed>,
) -> Answer<Json<Done>> {
    let r = id::<RecallId>("recall", &text)?;
    recall::one(&mut api.desk.read().await?, r).await?.ok_or_else(|| nothing("recall", &text))?;
    act(&api, &caller, key, ("recall", &r.subject(), &sent), async |tx, by| {
        about_recall(tx, by, r, &sent).await?;
        Ok(Done::new(r, format!("{RECALLS}/{r}")))
    })
    .await
}

async fn about_recall(tx: &mut Tx, by: &Actor, r: RecallId, sent: &RecallDeed) -> Result<()> {
    let of = |text: &str| {
        let none = || Refusal::new("recall.line", bi("本召回没有这一行", "the recall has no such line"));
        text.parse::<RecallLineId>().map_err(|_| No::from(none()))
    };
    match sent {
        RecallDeed::Start { plan } => recall::start(tx, by, r, plan).await,
        RecallDeed::Close { summary } => recall::close(tx, by, r, summary).await,
        RecallDeed::Tell { line, consignee } => recall::tell(tx, by, r, of(line)?, consignee).await,
        RecallDeed::Split { line, consignee, amount } => {
            recall::split(tx, by, r, of(line)?, (consignee, amount)).await.map(drop)
        }
        RecallDeed::Account { line, how, amount, estimated, evidence } => {
            recall::account(tx, by, r, of(line)?, (how, amount, *estimated, evidence)).await
        }
        RecallDeed::Check { line, effective, finding } => {
            recall::check(tx, by, r, of(line)?, (*effective, finding)).await
        }
        RecallDeed::Free { line, reason } => recall::free(tx, by, r, of(line)?, reason).await,
    }
}

async fn correction_of(
    _: Caller<Staff>,
    State(api): State<Api>,
    Path(text): Path<String>,
) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    let id = id::<CorrectionId>("correction", &text)?;
    let c = correction::one(&mut tx, id).await?.ok_or_else(|| nothing("correction", &text))?;
    readable(&json!({ "visits": correction::visits(&mut tx, id).await?, "correction": c }))
}

async fn correction_deed(
    caller: Caller<Correctors>,
    State(api): State<Api>,
    Path(text): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<CorrectionDeed>,
) -> Answer<Json<Done>> {
    let c = id::<CorrectionId>("correction", &text)?;
    correction::one(&mut api.desk.read().await?, c).await?.ok_or_else(|| nothing("correction", &text))?;
    act(&api, &caller, key, ("correct", &c.subject(), &sent), async |tx, by| {
        match &sent {
            CorrectionDeed::Plan { plan } => correction::plan(tx, by, c, plan).await?,
            CorrectionDeed::Verify { passed, finding } => {
                correction::verify(tx, by, c, *passed, finding).await?;
            }
        }
        Ok(Done::new(c, format!("{CORRECTIONS}/{c}")))
    })
    .await
}

async fn series_of(
    _: Caller<Staff>,
    State(api): State<Api>,
    Path(text): Path<String>,
) -> Answer<Json<Value>> {
    let id = id::<SeriesId>("series", &text)?;
    let s = series::one(&mut api.desk.read().await?, id).await?.ok_or_else(|| nothing("series", &text))?;
    readable(&s)
}

async fn series_deed(
    caller: Caller<FollowUps>,
    State(api): State<Api>,
    Path(text): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<SeriesDeed>,
) -> Answer<Json<Done>> {
    let s = id::<SeriesId>("series", &text)?;
    series::one(&mut api.desk.read().await?, s).await?.ok_or_else(|| nothing("series", &text))?;
    act(&api, &caller, key, ("series", &s.subject(), &sent), async |tx, by| {
        match &sent {
            SeriesDeed::Answer { answer } => series::answer(tx, by, s, answer).await?,
            SeriesDeed::Suspend { reason } => series::suspend(tx, by, s, reason).await?,
            SeriesDeed::Resume { reason } => series::resume(tx, by, s, reason).await?,
        }
        Ok(Done::new(s, format!("{SERIES}/{s}")))
    })
    .await
}
