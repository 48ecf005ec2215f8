//! The list of samples.
use axum::extract::{Query, State};
use kernel::{SampleId, Timestamp};
use serde::Deserialize;
use supervision::laboratory;

use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::t;
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Samples on one page.
const PAGE: i64 = 50;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/samples", list)]
}

#[derive(Deserialize)]
struct Before {
    at: Option<i64>,
    id: Option<SampleId>,
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(before): Query<Before>) -> Answer {
    let before = before.at.zip(before.id).map(|(at, id)| (Timestamp(at), id));
    let mut tx = web.read().await?;
    let found = laboratory::list(&mut tx, &who.actor(), before, PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let next = found.last().filter(|_| full).map(|s| format!("/samples?at={}&id={}", s.taken_at.0, s.id));
    let table = super::table(who.lang, &found, before.map(|_| "/samples"), next.as_deref());
    Ok(who.page(&web, Page { title: &t(who.lang, "lab-samples"), ..Page::default() }, table))
}
