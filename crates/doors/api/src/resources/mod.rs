//! Every resource, one file a noun.
mod declarations;
mod description;
mod ledger;

use crate::route::RouteSpec;

/// All routes.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [description::routes(), declarations::routes(), ledger::routes()].into_iter().flatten().collect()
}
