//! Certificates: drafted from the record, filled in, signed by another person, withdrawn, replaced.
use axum::Json;
use axum::extract::{Path, State};
use kernel::{CertificateId, Refusal, bi};
use serde::Serialize;
use serde_json::Value;
use store::Tx;
use supervision::certificate::{self, Certificate, Filled};
use supervision::competence::{Certify, Licensed, admit};

use super::declaration_deeds::ReasonSent;
use crate::answer::Answer;
use crate::deed::{Done, act, id, readable};
use crate::guard::{AnyRole, Caller, Certifiers, RoleSet};
use crate::intake::{RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let deed = |route: RouteSpec| route.once().gives::<Done>(200);
    vec![
        get("/api/v1/declarations/{id}/certificates", "Certificates of a consignment", of_declaration),
        get("/api/v1/certificates/{id}", "One certificate", one),
        deed(post("/api/v1/certificates/{id}/fields", "Fill in what the record does not know", fill))
            .takes::<Filled>(),
        deed(post("/api/v1/certificates/{id}/signature", "Sign it; it gets its number and its code", sign)),
        deed(post(
            "/api/v1/certificates/{id}/withdrawal",
            "Withdraw it; its check says so from now on",
            withdraw,
        ))
        .takes::<ReasonSent>(),
        deed(post(
            "/api/v1/certificates/{id}/replacement",
            "Begin an amended copy; the old one stands until it is signed",
            replace,
        ))
        .takes::<ReasonSent>(),
    ]
}

async fn about<R: RoleSet>(api: &Api, caller: &Caller<R>, text: &str) -> Answer<Certificate> {
    let mut tx = api.desk.read().await?;
    let found = certificate::one(&mut tx, &caller.actor(), id("certificate", text)?).await?;
    Ok(found.ok_or_else(|| {
        Refusal::new("certificate.not_found", bi("没有该证书", "there is no such certificate")).missing(
            "certificate",
            text,
            bi("照抄列表中的标识", "take the id from its list"),
        )
    })?)
}

async fn of_declaration(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    let d = super::declarations::found(&mut tx, &caller.actor(), &id).await?;
    readable(&certificate::of_declaration(&mut tx, d.id).await?)
}

async fn one(caller: Caller<AnyRole>, State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<Value>> {
    readable(&about(&api, &caller, &id).await?)
}

/// Passes the gate of signing and does a deed on the certificate; the deed gives the certificate to look at next.
async fn deed<S: Serialize>(
    api: &Api,
    caller: &Caller<Certifiers>,
    key: RepeatKey,
    (what, text, sent): (&str, &str, &S),
    verb: impl AsyncFnOnce(&mut Tx, &Licensed<Certify>, CertificateId) -> kernel::Result<CertificateId>,
) -> Answer<Json<Done>> {
    let c = about(api, caller, text).await?;
    let what = format!("{what} {}", c.id);
    act(api, caller, key, (&what, &c.declaration.subject(), sent), async |tx, by| {
        let license = admit::<Certify>(tx, by, c.declaration).await?;
        let next = verb(tx, &license, c.id).await?;
        Ok(Done::new(next, format!("/api/v1/certificates/{next}")))
    })
    .await
}

async fn fill(
    caller: Caller<Certifiers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(filled): Sent<Filled>,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("fill", &id, &filled), async |tx, license, c| {
        certificate::fill(tx, license, c, &filled).await.map(|()| c)
    })
    .await
}

async fn sign(
    caller: Caller<Certifiers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("sign", &id, &()), async |tx, license, c| {
        certificate::sign(tx, license, c).await.map(|_| c)
    })
    .await
}

async fn withdraw(
    caller: Caller<Certifiers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ReasonSent>,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("withdraw", &id, &sent), async |tx, license, c| {
        certificate::withdraw(tx, license, c, &sent.reason).await.map(|()| c)
    })
    .await
}

async fn replace(
    caller: Caller<Certifiers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ReasonSent>,
) -> Answer<Json<Done>> {
    deed(&api, &caller, key, ("replace", &id, &sent), async |tx, license, c| {
        certificate::replace(tx, license, c, &sent.reason).await
    })
    .await
}
