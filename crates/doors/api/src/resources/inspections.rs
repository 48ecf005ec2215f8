//! Inspection tasks: read one, its team, its opening, its record by two.
use axum::Json;
use axum::extract::{Path, State};
use kernel::{Actor, OfficerId, Refusal, Timestamp, bi};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Tx;
use supervision::competence::{Inspect, admit};
use supervision::inspection::{self, Entry, InspectionTask, ItemEntry};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::deed::{Done, act, id, readable};
use crate::guard::{Caller, Inspectors, Managers, RoleSet, Staff};
use crate::intake::{RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let deed = |route: RouteSpec| route.once().gives::<Done>(200);
    vec![
        get("/api/v1/declarations/{id}/inspections", "Inspection tasks of a consignment", of_declaration),
        get("/api/v1/inspections/{id}", "A task with lots, plan, team, appointment and records", one),
        deed(post("/api/v1/inspections/{id}/team", "Assign a team, or have it drawn", team))
            .takes::<TeamSent>(),
        deed(post("/api/v1/inspections/{id}/appointment", "Agree on the opening", appoint))
            .takes::<AppointmentSent>(),
        deed(post("/api/v1/inspections/{id}/opening", "Open the goods, once for all authorities", open))
            .takes::<VersionSent>(),
        deed(post("/api/v1/inspections/{id}/customs", "What customs found at the same opening", customs))
            .takes::<CustomsSent>(),
        deed(post(
            "/api/v1/inspections/{id}/record",
            "Write the record and sign it as its first officer",
            record,
        ))
        .takes::<RecordSent>(),
        deed(post("/api/v1/inspections/{id}/signature", "Sign the record as its second officer", sign))
            .takes::<VersionSent>(),
        deed(post("/api/v1/inspections/{id}/objection", "Do not sign it, and say why", object))
            .takes::<ObjectionSent>(),
    ]
}

/// The version of a task that the caller read: of two deeds at once one is refused.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VersionSent {
    /// As read.
    version: i64,
}

/// A team: named, or drawn by its size.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamSent {
    /// As read.
    version: i64,
    /// Ids of the officers, the leader first; leave it out to draw.
    #[serde(default)]
    officers: Vec<String>,
    /// How many to draw from those who may.
    draw: Option<i64>,
    /// Why another team than the one before.
    #[serde(default)]
    reason: String,
}

/// An appointment.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppointmentSent {
    /// As read.
    version: i64,
    /// When, RFC 3339.
    at: String,
    /// Where.
    place: String,
    /// Container numbers.
    #[serde(default)]
    containers: Vec<String>,
    /// Reference of customs, when customs comes too.
    customs_ref: Option<String>,
}

/// What customs found.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CustomsSent {
    /// As read.
    version: i64,
    /// Whether customs found the goods conforming.
    conforming: bool,
    /// In words.
    #[serde(default)]
    note: String,
}

/// Why a record is not signed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ObjectionSent {
    /// As read.
    version: i64,
    /// What in the record is wrong or missing.
    reason: String,
}

/// What was found in a lot.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LotFound {
    /// Units inspected.
    inspected: i64,
    /// Units that do not conform.
    nonconforming: i64,
}

/// What was found at an item of the rule pack's list.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ItemFound {
    /// Code of the item.
    code: String,
    /// `conform`, `nonconform` or `not_applicable`.
    verdict: String,
    /// Measured value, a decimal in the item's unit.
    #[serde(default)]
    value: String,
    /// Finding code; needed when it does not conform.
    #[serde(default)]
    finding: String,
    /// Remark.
    #[serde(default)]
    note: String,
}

/// A record.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecordSent {
    /// As read.
    version: i64,
    /// Lot by lot, in the order of the task.
    lots: Vec<LotFound>,
    /// Item by item.
    items: Vec<ItemFound>,
    /// The party's person present.
    #[serde(default)]
    witness: String,
    /// Remarks.
    #[serde(default)]
    remarks: String,
}

async fn about<R: RoleSet>(api: &Api, caller: &Caller<R>, text: &str) -> Answer<InspectionTask> {
    let mut tx = api.desk.read().await?;
    Ok(inspection::one(&mut tx, &caller.actor(), id("task", text)?).await?)
}

async fn of_declaration(
    caller: Caller<Staff>,
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    let d = super::declarations::found(&mut tx, &caller.actor(), &id).await?;
    readable(&inspection::of_declaration(&mut tx, d.id).await?)
}

async fn one(caller: Caller<Staff>, State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let task = about(&api, &caller, &id).await?;
    let mut tx = api.desk.read().await?;
    let lots = inspection::lots(&mut tx, task.id).await?;
    let team = inspection::team(&mut tx, task.id).await?;
    let appointment = inspection::appointment(&mut tx, task.id).await?;
    let records = inspection::records(&mut tx, task.id).await?;
    readable(
        &json!({ "task": task, "lots": lots, "team": team, "appointment": appointment, "records": records }),
    )
}

/// A deed on a task; its verb is given the caller and the task as read.
async fn deed<R: RoleSet, S: Serialize>(
    api: &Api,
    caller: &Caller<R>,
    key: RepeatKey,
    (what, text, sent): (&str, &str, &S),
    verb: impl AsyncFnOnce(&mut Tx, &Actor, &InspectionTask) -> kernel::Result<()>,
) -> Answer<Json<Done>> {
    let t = about(api, caller, text).await?;
    act(api, caller, key, (what, &t.declaration.subject(), sent), async |tx, by| {
        verb(tx, by, &t).await?;
        Ok(Done::new(t.id, format!("/api/v1/inspections/{}", t.id)))
    })
    .await
}

async fn team(
    caller: Caller<Managers>,
    State(api): State<Api>,
    Path(task): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<TeamSent>,
) -> Answer<Json<Done>> {
    let named = sent.officers.iter().map(|o| id("officers", o));
    let named = named.collect::<Result<Vec<OfficerId>, _>>()?;
    deed(&api, &caller, key, ("team", &task, &sent), async |tx, by, t| match sent.draw {
        Some(size) => inspection::draw_team(tx, by, t.id, sent.version, size, &sent.reason).await.map(drop),
        None => inspection::assign(tx, by, t.id, sent.version, &named, &sent.reason).await,
    })
    .await
}

async fn appoint(
    caller: Caller<Inspectors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<AppointmentSent>,
) -> Answer<Json<Done>> {
    let at = Timestamp::parse_rfc3339(&sent.at).ok_or_else(|| {
        let needed = bi("如 2026-11-24T14:30:00+08:00", "as 2026-11-24T14:30:00+08:00");
        Refusal::new("inspection.appointment", bi("预约时间无法识别", "the time cannot be read"))
            .missing("at", &sent.at, needed)
    })?;
    deed(&api, &caller, key, ("appoint", &id, &sent), async |tx, by, t| {
        let what = (at, sent.place.as_str(), sent.containers.as_slice());
        inspection::appoint(tx, by, t.id, sent.version, what, sent.customs_ref.as_deref()).await
    })
    .await
}

async fn open(
    caller: Caller<Inspectors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<VersionSent>,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("open", &id, &sent), async |tx, by, t| {
        inspection::open_goods(tx, by, t.id, sent.version).await
    })
    .await
}

async fn customs(
    caller: Caller<Inspectors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<CustomsSent>,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("customs", &id, &sent), async |tx, by, t| {
        inspection::customs_result(tx, by, t.id, sent.version, sent.conforming, &sent.note).await
    })
    .await
}

async fn record(
    caller: Caller<Inspectors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<RecordSent>,
) -> Answer<Json<Done>> {
    let item = |i: &ItemFound| ItemEntry {
        code: i.code.clone(),
        verdict: i.verdict.clone(),
        value: i.value.clone(),
        finding: i.finding.clone(),
        note: i.note.clone(),
    };
    let entry = Entry {
        key: hex::encode(api.desk.chance.bytes::<16>()),
        lots: sent.lots.iter().map(|l| (l.inspected.to_string(), l.nonconforming.to_string())).collect(),
        items: sent.items.iter().map(item).collect(),
        witness: sent.witness.clone(),
        remarks: sent.remarks.clone(),
    };
    deed(&api, &caller, key, ("record", &id, &sent), async |tx, by, t| {
        let license = admit::<Inspect>(tx, by, t.declaration).await?;
        inspection::write(tx, by, &license, t.id, sent.version, &entry).await.map(drop)
    })
    .await
}

async fn sign(
    caller: Caller<Inspectors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<VersionSent>,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("sign", &id, &sent), async |tx, by, t| {
        let license = admit::<Inspect>(tx, by, t.declaration).await?;
        inspection::sign(tx, by, &license, t.id, sent.version).await
    })
    .await
}

async fn object(
    caller: Caller<Inspectors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ObjectionSent>,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("object", &id, &sent), async |tx, by, t| {
        let license = admit::<Inspect>(tx, by, t.declaration).await?;
        inspection::object(tx, by, &license, t.id, sent.version, &sent.reason).await
    })
    .await
}
