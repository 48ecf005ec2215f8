//! The release desk: all that a release rests on, and the outcome of each lot.
use axum::Json;
use axum::extract::{Path, State};
use kernel::{DeclarationId, LotId, Refusal, SettlementId, bi};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use supervision::competence::{Release, admit};
use supervision::release::{self, Order, Outcome, Settlement};
use utoipa::ToSchema;

use super::declaration_deeds::ReasonSent;
use crate::answer::Answer;
use crate::deed::{Done, act, id, readable};
use crate::guard::{Caller, Releasers, RoleSet, Staff};
use crate::intake::{RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let deed = |route: RouteSpec| route.once().gives::<Done>(200);
    vec![
        get("/api/v1/declarations/{id}/release", "All that the release of a consignment rests on", dossier),
        deed(post(
            "/api/v1/declarations/{id}/settlements",
            "Release, hold, treat, return or destroy lots",
            settle,
        ))
        .takes::<SettlementSent>(),
        deed(post("/api/v1/declarations/{id}/stowage", "In which container it lies, under which seal", stow))
            .takes::<StowageSent>(),
        deed(post("/api/v1/settlements/{id}/lifting", "Lift a hold of the desk", lift)).takes::<ReasonSent>(),
        deed(post(
            "/api/v1/settlements/{id}/treatment",
            "The treatment was carried out; say under which paper",
            treated,
        ))
        .takes::<ReasonSent>(),
    ]
}

/// What is decided, on which lots: all or none.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettlementSent {
    /// Ids of the lots.
    lots: Vec<String>,
    /// `release`, `hold`, `treat`, `return` or `destroy`.
    outcome: String,
    /// Reason code; a release reads its own from the evidence.
    #[serde(default)]
    reason: String,
    /// In words; needed with the reason `other`.
    #[serde(default)]
    note: String,
}

/// Where a consignment lies.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StowageSent {
    /// Container number (ISO 6346).
    container: String,
    /// Number of the seal.
    seal: String,
}

async fn about<R: RoleSet>(api: &Api, caller: &Caller<R>, text: &str) -> Answer<DeclarationId> {
    let mut tx = api.desk.read().await?;
    Ok(super::declarations::found(&mut tx, &caller.actor(), text).await?.id)
}

fn see(d: DeclarationId) -> String {
    format!("/api/v1/declarations/{d}/release")
}

async fn dossier(
    caller: Caller<Staff>,
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let d = about(&api, &caller, &id).await?;
    let mut tx = api.desk.read().await?;
    readable(&release::dossier(&mut tx, &caller.actor(), d).await?)
}

async fn settle(
    caller: Caller<Releasers>,
    State(api): State<Api>,
    Path(declaration): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<SettlementSent>,
) -> Answer<Json<Done>> {
    let d = about(&api, &caller, &declaration).await?;
    let lots = sent.lots.iter().map(|l| id("lots", l)).collect::<Result<Vec<LotId>, _>>()?;
    let outcome = Outcome::parse(&sent.outcome).ok_or_else(|| {
        let needed = bi("release、hold、treat、return 或 destroy", "release, hold, treat, return or destroy");
        Refusal::new("release.outcome", bi("处置方式不能识别", "this outcome is not known")).missing(
            "outcome",
            &sent.outcome,
            needed,
        )
    })?;
    let order = Order { lots, outcome, reason: sent.reason.clone(), note: sent.note.clone() };
    act(&api, &caller, key, ("settle", &d.subject(), &sent), async |tx, by| {
        let license = admit::<Release>(tx, by, d).await?;
        let made = release::settle(tx, &license, &order).await?;
        let first = made.first().map_or_else(String::new, ToString::to_string);
        Ok(Done::new(first, see(d)))
    })
    .await
}

async fn stow(
    caller: Caller<Releasers>,
    State(api): State<Api>,
    Path(declaration): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<StowageSent>,
) -> Answer<Json<Done>> {
    let d = about(&api, &caller, &declaration).await?;
    act(&api, &caller, key, ("stow", &d.subject(), &sent), async |tx, by| {
        let license = admit::<Release>(tx, by, d).await?;
        release::stow(tx, &license, &sent.container, &sent.seal).await?;
        Ok(Done::new(d, see(d)))
    })
    .await
}

async fn settlement<R: RoleSet>(api: &Api, caller: &Caller<R>, text: &str) -> Answer<Settlement> {
    let mut tx = api.desk.read().await?;
    let found =
        release::settlement(&mut tx, &caller.actor(), id::<SettlementId>("settlement", text)?).await?;
    Ok(found.ok_or_else(|| {
        Refusal::new("settlement.not_found", bi("没有该处置", "there is no such settlement")).missing(
            "settlement",
            text,
            bi("照抄放行记录中的标识", "take the id from the release record"),
        )
    })?)
}

async fn lift(
    caller: Caller<Releasers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ReasonSent>,
) -> Answer<Json<Done>> {
    let s = settlement(&api, &caller, &id).await?;
    act(&api, &caller, key, ("lift", &s.id.subject(), &sent), async |tx, by| {
        let license = admit::<Release>(tx, by, s.declaration).await?;
        release::lift(tx, &license, s.id, &sent.reason).await?;
        Ok(Done::new(s.id, see(s.declaration)))
    })
    .await
}

async fn treated(
    caller: Caller<Releasers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ReasonSent>,
) -> Answer<Json<Done>> {
    let s = settlement(&api, &caller, &id).await?;
    act(&api, &caller, key, ("treated", &s.id.subject(), &sent), async |tx, by| {
        let license = admit::<Release>(tx, by, s.declaration).await?;
        release::finish_treatment(tx, &license, s.id, &sent.reason).await?;
        Ok(Done::new(s.id, see(s.declaration)))
    })
    .await
}
