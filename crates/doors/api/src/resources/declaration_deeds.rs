//! Deeds on a declaration: accept, return with a notice, answer, amend, withdraw, ask for a check.
use axum::Json;
use axum::extract::{Path, State};
use kernel::{Actor, NoticeId};
use serde::{Deserialize, Serialize};
use store::Tx;
use supervision::competence::{Accept, admit};
use supervision::declaration::{self, Declaration, Lodgement, NewAmendment};
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

/// A deed on a declaration within the caller's reach; its verb gives the id of the row that it made, if it made one.
async fn deed<R: RoleSet, S: Serialize>(
    api: &Api,
    caller: &Caller<R>,
    key: RepeatKey,
    (what, id, sent): (&str, &str, &S),
    verb: impl AsyncFnOnce(&mut Tx, &Actor, &Declaration) -> kernel::Result<Option<NoticeId>>,
) -> Answer<Json<Done>> {
    let d = {
        let mut tx = api.desk.read().await?;
        found(&mut tx, &caller.actor(), id).await?
    };
    act(api, caller, key, (what, &d.id.subject(), sent), async |tx, by| {
        let made = verb(tx, by, &d).await?;
        let id = made.map_or_else(|| d.id.to_string(), |n| n.to_string());
        Ok(Done::new(id, format!("/api/v1/declarations/{}", d.id)))
    })
    .await
}

async fn accept(
    caller: Caller<Acceptors>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("accept", &id, &()), async |tx, by, d| {
        let license = admit::<Accept>(tx, by, d.id).await?;
        declaration::accept(tx, &license).await.map(|()| None)
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
    deed(&api, &caller, key, ("notice", &id, &sent), async |tx, by, d| {
        let license = admit::<Accept>(tx, by, d.id).await?;
        declaration::give_notice(tx, &license, &sent.codes, &sent.remarks).await.map(Some)
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
    deed(&api, &caller, key, ("answer", &id, &sent), async |tx, by, d| {
        declaration::answer(tx, by, d.id, &sent.answer).await.map(|()| None)
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
    deed(&api, &caller, key, ("amend", &id, &sent), async |tx, by, d| {
        let to = Lodgement { key: None, ..sent.to.clone() };
        let new = NewAmendment { revision: sent.revision, to, reason: sent.reason.clone() };
        declaration::revise(tx, by, d, &new).await.map(|_| None)
    })
    .await
}

async fn withdraw(
    caller: Caller<Amenders>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ReasonSent>,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("withdraw", &id, &sent), async |tx, by, d| {
        declaration::withdraw(tx, by, d.id, &sent.reason).await.map(|()| None)
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
    deed(&api, &caller, key, ("check", &id, &sent), async |tx, by, d| {
        targeting::add_check(tx, by, d.id, &sent.reason).await.map(|()| None)
    })
    .await
}
