//! The description of the API, for everyone.
use axum::Json;
use utoipa::openapi::OpenApi;

use crate::answer::Answer;
use crate::guard::Anyone;
use crate::route::{RouteSpec, get};

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/api/v1/openapi.json", "This description", show)]
}

async fn show(_: Anyone) -> Answer<Json<OpenApi>> {
    Ok(Json(crate::openapi::document()))
}
