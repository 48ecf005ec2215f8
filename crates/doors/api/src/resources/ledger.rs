//! The ledger: facts, newest first, each with the text that was hashed. The whole ledger is for those who oversee
//! the bureau.
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use kernel::{Refusal, Scope, bi};
use serde::{Deserialize, Serialize};
use store::ledger;
use utoipa::ToSchema;

use super::links;
use crate::answer::Answer;
use crate::guard::{Caller, Staff};
use crate::intake::Asked;
use crate::route::{RouteSpec, get};
use crate::server::Api;

const PATH: &str = "/api/v1/ledger";
/// Facts on one page, unless the caller asks for another number.
const PAGE: i64 = 100;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "Facts, newest first", list)
            .query("limit", "Most facts on the page, 1 to 1000; 100 if not given")
            .query("before", "Only facts in front of this number")
            .query("kind", "Only facts of this kind, such as `declaration.lodged`")
            .gives::<FactPage>(200),
    ]
}

/// A page of facts.
#[derive(Serialize, ToSchema)]
struct FactPage {
    /// The facts.
    items: Vec<FactView>,
    /// The next page; none when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A fact.
#[derive(Serialize, ToSchema)]
struct FactView {
    /// Its number, from 1 without gaps.
    seq: i64,
    /// Its id.
    id: String,
    /// When it happened, RFC 3339.
    at: String,
    /// What kind it is.
    kind: String,
    /// What it is about, as `noun/id`.
    subject: String,
    /// The officer who acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// The branch whose work it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// Its body: the exact JSON text that was hashed.
    body: String,
    /// Its hash, hex.
    hash: String,
}

impl From<ledger::Stored> for FactView {
    fn from(f: ledger::Stored) -> FactView {
        FactView {
            seq: f.seq,
            id: f.id.to_string(),
            at: f.at.rfc3339(),
            kind: f.kind,
            subject: f.subject,
            actor: f.actor.map(|a| a.to_string()),
            unit: f.unit.map(|u| u.to_string()),
            body: f.body,
            hash: hex::encode(&f.hash),
        }
    }
}

#[derive(Deserialize)]
struct Turn {
    limit: Option<i64>,
    before: Option<i64>,
    kind: Option<String>,
}

async fn list(
    caller: Caller<Staff>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<FactPage>)> {
    if caller.actor().scope != Scope::Bureau {
        let what = bi("不在您的业务范围", "this is outside your reach");
        let remedy = bi("改用覆盖全局的账户", "Use a login whose reach is the whole bureau");
        return Err(Refusal::new("access.scope", what).remedy(remedy).into());
    }
    let limit = turn.limit.unwrap_or(PAGE).clamp(1, 1000);
    let mut tx = api.desk.read().await?;
    let kind = turn.kind.as_deref();
    let facts = ledger::page(&mut tx, turn.before.unwrap_or(i64::MAX), limit, kind).await?;
    let full = i64::try_from(facts.len()).is_ok_and(|n| n == limit);
    // Kinds are words of a closed list, without anything that a URL must escape; another word finds nothing.
    let of_kind = kind.map(|k| format!("&kind={k}")).unwrap_or_default();
    let next = facts
        .last()
        .filter(|f| full && f.seq > 1)
        .map(|f| format!("{PATH}?limit={limit}&before={}{of_kind}", f.seq));
    let page = FactPage { items: facts.into_iter().map(Into::into).collect(), next };
    Ok((links(page.next.as_deref()), Json(page)))
}
