//! Every resource, one file a noun.
mod declarations;
mod description;
mod indicators;
mod ledger;
mod parties;

pub(crate) use declarations::links;

use crate::route::RouteSpec;

/// All routes.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        description::routes(),
        declarations::routes(),
        indicators::routes(),
        ledger::routes(),
        parties::routes(),
        crate::epcis::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
