//! The pages, one file a subject.
mod account;
mod declarations;
mod inspection;
mod kit;
mod laboratory;
mod ledger;
mod login;
mod press;

use crate::route::RouteSpec;

/// All routes of all pages.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        login::routes(),
        account::routes(),
        declarations::routes(),
        inspection::routes(),
        laboratory::routes(),
        ledger::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
