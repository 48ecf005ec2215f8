//! The pages, one file a subject.
mod account;
mod declarations;
mod ledger;
mod login;

use crate::route::RouteSpec;

/// All routes of all pages.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [login::routes(), account::routes(), declarations::routes(), ledger::routes()]
        .into_iter()
        .flatten()
        .collect()
}
