//! Notifications from abroad: what a source tells, what is done about it, and all that hangs on it.
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use kernel::{Actor, LotId, OfficerId, Refusal, Result, bi};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Tx;
use supervision::notification::{self, Filter, More, Notice, Notification, Registered, Stage};
use supervision::{class_review, correction, recall, series, traceback};
use utoipa::ToSchema;

use super::declarations::{links, place};
use crate::answer::{Answer, Sorry};
use crate::deed::{Done, act, id, readable};
use crate::guard::{Caller, FollowUps, Staff};
use crate::intake::{Asked, RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

const PATH: &str = "/api/v1/notifications";
/// Rows of one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "Notifications, the newest first; at a stage, the soonest due first", list)
            .query("stage", "`received`, `insufficient`, `attributed`, `not_attributable`, `measures`, `replied`, `monitored`, `closed` or `watching`")
            .query("after", "Where the last page ended; take it from `next`"),
        post(PATH, "Register what somebody abroad tells; what is known already is answered with its row", register)
            .once()
            .takes::<NoticeSent>()
            .gives::<Done>(200),
        get("/api/v1/notifications/{id}", "One notification with its lots, its steps and all that runs because of it", one),
        post("/api/v1/notifications/{id}/deeds", "Do one thing about a notification", deed)
            .once()
            .takes::<DeedSent>()
            .gives::<Done>(200),
    ]
}

/// What a source tells; empty fields tell nothing.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct NoticeSent {
    /// `authority`, `rasff`, `fda`, `partner` or `citizen`.
    source: String,
    /// Its number there.
    reference: String,
    /// What kind of notice: alert, border rejection, refusal …
    kind: String,
    /// The day of the notice, `YYYY-MM-DD`.
    notified_on: String,
    /// Who notifies.
    notifier: String,
    /// Countries of origin.
    origin: Vec<String>,
    /// The product.
    product: String,
    /// Product category.
    category: String,
    /// The hazard.
    hazard: String,
    /// Hazard category.
    hazard_category: String,
    /// Whether the source calls the risk serious.
    serious: bool,
    /// The market (ISO 3166-1 alpha-2).
    market: Option<String>,
    /// The port that the goods left by.
    port: Option<String>,
    /// Filing number of the plant.
    plant: Option<String>,
    /// Lot number.
    lot_no: Option<String>,
}

/// One thing done about a notification.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "deed", rename_all = "snake_case", deny_unknown_fields)]
enum DeedSent {
    /// What was told later; empty fields tell nothing.
    Supplement { lot_no: Option<String>, plant: Option<String>, port: Option<String>, market: Option<String> },
    /// Hold lots that have not left.
    Hold { lots: Vec<String> },
    /// Lift holds.
    Free { lots: Vec<String>, reason: String },
    /// A panel attributes it to lots.
    Attribute { lots: Vec<String>, panel: Vec<String>, finding: String },
    /// It cannot be attributed.
    NotAttributable { reason: String },
    /// The cause, by category.
    Cause { category: String, evidence: String },
    /// The minutes of an interview.
    Interview { person: String, place: String, minutes: String },
    /// An interim report to the authority.
    Report { text: String },
    /// The final report to the authority.
    FinalReport { text: String },
    /// Watch it, or close it when its watch is over.
    Close { reason: String },
    /// Open it again.
    Reopen { reason: String },
}

/// Ids out of a body.
pub(super) fn ids<T: std::str::FromStr>(field: &str, texts: &[String]) -> Result<Vec<T>, Sorry> {
    texts.iter().map(|t| id(field, t)).collect()
}

/// The notification of a path or a body.
pub(super) async fn sought(tx: &mut Tx, text: &str) -> Answer<Notification> {
    let found = notification::one(tx, id("notification", text)?).await?;
    Ok(found.ok_or_else(|| {
        Refusal::new("notification.not_found", bi("没有这份通报", "there is no such notification")).missing(
            "notification",
            text,
            bi("照抄列表中的标识", "take the id from its list"),
        )
    })?)
}

#[derive(Deserialize)]
struct Turn {
    stage: Option<String>,
    after: Option<String>,
}

async fn list(
    _: Caller<Staff>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Value>)> {
    let after = turn.after.as_deref().map(place).transpose()?;
    let filter = match turn.stage.as_deref() {
        None => Filter::Before(after),
        Some(code) => {
            let none = || {
                Refusal::new("request.stage", bi("没有这个阶段", "there is no such stage")).missing(
                    "stage",
                    code,
                    bi("按接口说明填写", "one of those in the API's description"),
                )
            };
            Filter::At(Stage::parse(code).ok_or_else(none)?, after)
        }
    };
    let mut tx = api.desk.read().await?;
    let items = notification::list(&mut tx, filter, PAGE).await?;
    let full = i64::try_from(items.len()).is_ok_and(|n| n == PAGE);
    let next = items.last().filter(|_| full).map(|n| match &turn.stage {
        Some(stage) => format!("{PATH}?stage={stage}&after={}~{}", n.due_at.0, n.id),
        None => format!("{PATH}?after={}~{}", n.received_at.0, n.id),
    });
    let body = readable(&json!({ "items": items, "next": next }))?;
    Ok((links(next.as_deref()), body))
}

async fn one(_: Caller<Staff>, State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    let n = sought(&mut tx, &id).await?;
    let named = notification::attributed_lots(&mut tx, n.id).await?;
    let candidates = notification::candidates(&mut tx, n.id).await?;
    let about = if named.is_empty() { candidates.iter().map(|c| c.lot).collect() } else { named.clone() };
    readable(&json!({
        "lots": notification::reach(&mut tx, &about).await?,
        "attributed": named,
        "held": notification::held(&mut tx, n.id).await?,
        "candidates": candidates,
        "steps": notification::steps(&mut tx, n.id).await?,
        "tracebacks": traceback::of_notification(&mut tx, n.id).await?,
        "recalls": recall::of_notification(&mut tx, n.id).await?,
        "corrections": correction::of_notification(&mut tx, n.id).await?,
        "series": series::of_notification(&mut tx, n.id).await?,
        "class_reviews": class_review::of_notification(&mut tx, n.id).await?,
        "notification": n,
    }))
}

async fn register(
    caller: Caller<FollowUps>,
    State(api): State<Api>,
    key: RepeatKey,
    Sent(sent): Sent<NoticeSent>,
) -> Answer<Json<Done>> {
    let notice: Notice = serde_json::from_value(serde_json::to_value(&sent).map_err(kernel::No::from)?)
        .map_err(kernel::No::from)?;
    act(&api, &caller, key, ("register", "notification/new", &sent), async |tx, by| {
        let (Registered::FollowUp(n) | Registered::Watched(n) | Registered::Known(n)) =
            notification::register(tx, by, &notice).await?;
        Ok(Done::new(n, format!("{PATH}/{n}")))
    })
    .await
}

async fn deed(
    caller: Caller<FollowUps>,
    State(api): State<Api>,
    Path(text): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<DeedSent>,
) -> Answer<Json<Done>> {
    let mut tx = api.desk.read().await?;
    let n = sought(&mut tx, &text).await?;
    drop(tx);
    let (lots, panel): (Vec<LotId>, Vec<OfficerId>) = match &sent {
        DeedSent::Hold { lots } | DeedSent::Free { lots, .. } => (ids("lots", lots)?, Vec::new()),
        DeedSent::Attribute { lots, panel, .. } => (ids("lots", lots)?, ids("panel", panel)?),
        _ => (Vec::new(), Vec::new()),
    };
    act(&api, &caller, key, ("follow", &n.id.subject(), &sent), async |tx, by| {
        done(tx, by, &n, &sent, (&lots, &panel)).await?;
        Ok(Done::new(n.id, format!("{PATH}/{}", n.id)))
    })
    .await
}

async fn done(
    tx: &mut Tx,
    by: &Actor,
    n: &Notification,
    sent: &DeedSent,
    (lots, panel): (&[LotId], &[OfficerId]),
) -> Result<()> {
    match sent {
        DeedSent::Supplement { lot_no, plant, port, market } => {
            let more = More {
                lot_no: lot_no.clone(),
                plant: plant.clone(),
                port: port.clone(),
                market: market.as_ref().map(|m| m.to_uppercase()),
            };
            notification::supplement(tx, by, n.id, &more).await
        }
        DeedSent::Hold { .. } => notification::hold(tx, by, n.id, lots).await.map(drop),
        DeedSent::Free { reason, .. } => notification::free(tx, by, n.id, lots, reason).await.map(drop),
        DeedSent::Attribute { finding, .. } => {
            notification::attribute(tx, by, n.id, lots, panel, finding).await
        }
        DeedSent::NotAttributable { reason } => notification::not_attributable(tx, by, n.id, reason).await,
        DeedSent::Cause { category, evidence } => {
            notification::find_cause(tx, by, n.id, category, evidence).await
        }
        DeedSent::Interview { person, place, minutes } => {
            notification::interview(tx, by, n.id, (person, place, minutes)).await
        }
        DeedSent::Report { text } => notification::reply(tx, by, n.id, text, false).await,
        DeedSent::FinalReport { text } => notification::reply(tx, by, n.id, text, true).await,
        DeedSent::Close { reason } => notification::close(tx, by, n.id, reason).await.map(drop),
        DeedSent::Reopen { reason } => notification::reopen(tx, by, n.id, reason).await,
    }
}
