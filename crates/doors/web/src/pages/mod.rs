//! The pages, one file a subject.
mod account;
mod login;

use crate::route::RouteSpec;

/// All routes of all pages.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [login::routes(), account::routes()].into_iter().flatten().collect()
}
