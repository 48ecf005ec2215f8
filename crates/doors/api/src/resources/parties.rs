//! The identifiers by which events name an operator or its places. Who is named may see: so only the keepers of the
//! registry enter them.
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{OperatorId, Refusal, bi};
use registry::trade;
use serde::{Deserialize, Serialize};
use store::Tx;
use supervision::epcis;
use utoipa::ToSchema;

use crate::answer::{Answer, Sorry};
use crate::guard::{Caller, Keepers, Staff};
use crate::intake::Sent;
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

const PATH: &str = "/api/v1/operators/{code}/identifiers";

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "Identifiers by which events name an operator or its places", list)
            .gives::<Vec<PartyIdentifier>>(200),
        post(PATH, "Enter such an identifier; its operator sees every event that names it", enter)
            .takes::<PartyIdentifier>()
            .gives::<PartyIdentifier>(201),
    ]
}

/// An identifier of an operator or of one of its places.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PartyIdentifier {
    /// A PGLN, SGLN or another URI, in either notation of GS1.
    uri: String,
}

async fn operator(tx: &mut Tx, code: &str) -> Result<OperatorId, Sorry> {
    let found = trade::operator_by_code(tx, code).await?.ok_or_else(|| {
        let needed = bi("登记簿中没有此代码", "the registry does not know this code");
        Refusal::new("operator.not_found", bi("没有该企业", "there is no such operator"))
            .missing("code", code, needed)
    })?;
    Ok(found.id)
}

async fn list(
    _: Caller<Staff>,
    State(api): State<Api>,
    Path(code): Path<String>,
) -> Answer<Json<Vec<PartyIdentifier>>> {
    let mut tx = api.desk.read().await?;
    let operator = operator(&mut tx, &code).await?;
    let found = epcis::parties(&mut tx, operator).await?;
    Ok(Json(found.into_iter().map(|uri| PartyIdentifier { uri }).collect()))
}

async fn enter(
    caller: Caller<Keepers>,
    State(api): State<Api>,
    Path(code): Path<String>,
    Sent(sent): Sent<PartyIdentifier>,
) -> Answer<(StatusCode, Json<PartyIdentifier>)> {
    let mut tx = api.desk.begin().await?;
    let operator = operator(&mut tx, &code).await?;
    epcis::name_party(&mut tx, &caller.actor(), operator, &sent.uri).await?;
    api.desk.finish(tx).await?;
    Ok((StatusCode::CREATED, Json(sent)))
}
