//! The pages, one file or folder a subject.
mod accounts;
mod declarations;
mod find;
mod jobs;
mod ledger;
mod login;
mod registry;
mod sheet;

use crate::route::RouteSpec;

/// All routes of all pages.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        login::routes(),
        accounts::routes(),
        declarations::routes(),
        find::routes(),
        registry::routes(),
        ledger::routes(),
        jobs::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
