//! Deeds on a declaration: accept, return with a notice, answer, amend, withdraw, ask for a check.
use axum::Json;
use axum::extract::{Path, State};
use kernel::{Actor, Refusal, bi};
use serde::{Deserialize, Serialize};
use supervision::competence::{Accept, admit};
use supervision::declaration::{self, Declaration, Lodgement, NewAmendment, Stage};
use supervision::targeting;
use utoipa::ToSchema;

use super::declarations::found;
use crate::answer::Answer;
use crate::deed::{Done, act};
use crate::guard::Caller;
use crate::guard::{Acceptors, Amenders, Checkers, Lodgers, RoleSet};
use crate::intake::{RepeatKey, Sent};
use crate::route::{RouteSpec, post};
use crate::server::Api;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let deed = |route: RouteSpec| route.once().gives::<Done>(200);
    vec![
        deed(post("/api/v1/declarations/{id}/acceptance", "Accept it", accept)),
        deed(post("/api/v1/declarations/{id}/notice", "Return it, once, with all that is deficient", notice))
            .takes::<NoticeSent>(),
        deed(post("/api/v1/declarations/{id}/answer", "Answer the open notice", answer))
            .takes::<AnswerSent>(),
        deed(post("/api/v1/declarations/{id}/amendment", "Amend it; a new revision with its reason", amend))
            .takes::<AmendmentSent>(),
        deed(post("/api/v1/declarations/{id}/withdrawal", "Withdraw it", withdraw)).takes::<ReasonSent>(),
        deed(post("/api/v1/declarations/{id}/check", "Ask for a check, with a reason", check))
            .takes::<ReasonSent>(),
    ]
}

/// A reason in words.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonSent {
    /// Why.
    pub(crate) reason: String,
}

/// A notice of what is deficient.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoticeSent {
    /// Codes of the rule pack's closed list; all of them at once (M9-1).
    codes: Vec<String>,
    /// Remarks.
    #[serde(default)]
    remarks: String,
}

/// The party's answer to a notice.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerSent {
    /// In words.
    answer: String,
}

/// An amendment.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AmendmentSent {
    /// The revision that is amended: of two at once one is refused.
    revision: i64,
    /// The declaration as it is to stand.
    to: Lodgement,
    /// Why.
    reason: String,
}

/// The declaration that a deed is about, within the caller's reach.
async fn about<R: RoleSet>(api: &Api, caller: &Caller<R>, id: &str) -> Answer<Declaration> {
    let mut tx = api.desk.read().await?;
    found(&mut tx, &caller.actor(), id).await
}

fn see(d: &Declaration) -> String {
    format!("/api/v1/declarations/{}", d.id)
}

async fn accept(
    caller: Caller<Acceptors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
) -> Answer<Json<Done>> {
    let d = about(&api, &caller, &id).await?;
    act(&api, &caller, key, ("accept", &d.id.subject(), &()), async |tx, by| {
        let license = admit::<Accept>(tx, by, d.id).await?;
        declaration::accept(tx, &license).await?;
        Ok(Done::new(d.id, see(&d)))
    })
    .await
}

async fn notice(
    caller: Caller<Acceptors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<NoticeSent>,
) -> Answer<Json<Done>> {
    let d = about(&api, &caller, &id).await?;
    act(&api, &caller, key, ("notice", &d.id.subject(), &sent), async |tx, by| {
        let license = admit::<Accept>(tx, by, d.id).await?;
        let notice = declaration::give_notice(tx, &license, &sent.codes, &sent.remarks).await?;
        Ok(Done::new(notice, see(&d)))
    })
    .await
}

async fn answer(
    caller: Caller<Lodgers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<AnswerSent>,
) -> Answer<Json<Done>> {
    let d = about(&api, &caller, &id).await?;
    act(&api, &caller, key, ("answer", &d.id.subject(), &sent), async |tx, by| {
        declaration::answer(tx, by, d.id, &sent.answer).await?;
        Ok(Done::new(d.id, see(&d)))
    })
    .await
}

async fn amend(
    caller: Caller<Amenders>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<AmendmentSent>,
) -> Answer<Json<Done>> {
    let d = about(&api, &caller, &id).await?;
    act(&api, &caller, key, ("amend", &d.id.subject(), &sent), async |tx, by| {
        let to = Lodgement { key: None, ..sent.to.clone() };
        let new = NewAmendment { revision: sent.revision, to, reason: sent.reason.clone() };
        if matches!(d.stage, Stage::Lodged | Stage::Returned) {
            declaration::amend(tx, by, d.id, &new).await?;
        } else {
            acceptance_only(by)?;
            let license = admit::<Accept>(tx, by, d.id).await?;
            declaration::correct(tx, &license, by, &new).await?;
        }
        Ok(Done::new(d.id, see(&d)))
    })
    .await
}

/// After acceptance the party asks, and an officer of acceptance amends.
fn acceptance_only(by: &Actor) -> kernel::Result<()> {
    if by.has(Acceptors::ROLES) {
        return Ok(());
    }
    let what = bi("受理后只能由受理人员更改", "after acceptance only an officer of acceptance amends it");
    Err(Refusal::new("access.amend", what).into())
}

async fn withdraw(
    caller: Caller<Amenders>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ReasonSent>,
) -> Answer<Json<Done>> {
    let d = about(&api, &caller, &id).await?;
    act(&api, &caller, key, ("withdraw", &d.id.subject(), &sent), async |tx, by| {
        declaration::withdraw(tx, by, d.id, &sent.reason).await?;
        Ok(Done::new(d.id, see(&d)))
    })
    .await
}

async fn check(
    caller: Caller<Checkers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ReasonSent>,
) -> Answer<Json<Done>> {
    let d = about(&api, &caller, &id).await?;
    act(&api, &caller, key, ("check", &d.id.subject(), &sent), async |tx, by| {
        targeting::add_check(tx, by, d.id, &sent.reason).await?;
        Ok(Done::new(d.id, see(&d)))
    })
    .await
}
