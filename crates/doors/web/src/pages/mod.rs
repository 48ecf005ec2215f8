//! The pages, one file a subject.
mod account;
mod certificate_deeds;
mod certificates;
mod declarations;
mod ledger;
mod login;
mod release;
mod release_deeds;
mod release_lists;
mod verify;

use crate::route::RouteSpec;

/// All routes of all pages.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        login::routes(),
        account::routes(),
        declarations::routes(),
        release::routes(),
        release_deeds::routes(),
        release_lists::routes(),
        certificates::routes(),
        certificate_deeds::routes(),
        verify::routes(),
        ledger::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
