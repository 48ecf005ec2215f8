//! The registry, for reading: units, officers, operators, plants, products.
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use registry::{people, trade};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::declarations::links;
use crate::answer::Answer;
use crate::deed::readable;
use crate::guard::{AnyRole, Caller, Staff};
use crate::intake::Asked;
use crate::route::{RouteSpec, get};
use crate::server::Api;

/// Rows of one page.
const PAGE: i64 = 100;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let paged = |route: RouteSpec| route.query("after", "The code that the last page ended with");
    vec![
        get("/api/v1/units", "The unit tree", units),
        paged(get("/api/v1/officers", "Officers by staff number", officers)),
        paged(get("/api/v1/operators", "Operators by code", operators)),
        paged(get("/api/v1/plants", "Plants by filing number", plants)),
        paged(get("/api/v1/products", "Products by HS code", products)),
    ]
}

#[derive(Deserialize)]
struct Turn {
    #[serde(default)]
    after: String,
}

/// A page by code, with the way to the next one.
fn page<T: Serialize>(path: &str, rows: &[T], code: impl Fn(&T) -> &str) -> Answer<(HeaderMap, Json<Value>)> {
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
    let last = rows.last().filter(|_| full).map(|r| code(r).replace('/', "%2F"));
    let next = last.map(|code| format!("{path}?after={code}"));
    Ok((links(next.as_deref()), readable(&json!({ "items": rows, "next": next }))?))
}

async fn units(_: Caller<AnyRole>, State(api): State<Api>) -> Answer<Json<Value>> {
    let mut tx = api.desk.read().await?;
    readable(&people::units(&mut tx).await?)
}

async fn officers(
    _: Caller<Staff>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Value>)> {
    let mut tx = api.desk.read().await?;
    page("/api/v1/officers", &people::officers(&mut tx, &turn.after, PAGE).await?, |o| &o.staff_no)
}

async fn operators(
    _: Caller<Staff>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Value>)> {
    let mut tx = api.desk.read().await?;
    page("/api/v1/operators", &trade::operators(&mut tx, &turn.after, PAGE).await?, |o| &o.code)
}

async fn plants(
    _: Caller<Staff>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Value>)> {
    let mut tx = api.desk.read().await?;
    page("/api/v1/plants", &trade::plants(&mut tx, &turn.after, PAGE).await?, |p| &p.filing_no)
}

async fn products(
    _: Caller<AnyRole>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<Value>)> {
    let mut tx = api.desk.read().await?;
    page("/api/v1/products", &trade::products(&mut tx, &turn.after, PAGE).await?, |p| &p.hs)
}
