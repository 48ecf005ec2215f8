//! Every resource, one file a noun.
mod certificates;
mod class_reviews;
mod declaration_deeds;
mod declarations;
mod description;
mod indicators;
mod inspections;
mod ledger;
mod notifications;
mod parties;
mod recalls;
mod registry;
mod release;
mod samples;
mod supply;
mod tracebacks;
mod traces;
mod work;

pub(crate) use declarations::links;

use crate::route::RouteSpec;

/// All routes.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        description::routes(),
        declarations::routes(),
        indicators::routes(),
        declaration_deeds::routes(),
        inspections::routes(),
        samples::routes(),
        release::routes(),
        certificates::routes(),
        notifications::routes(),
        tracebacks::routes(),
        recalls::routes(),
        class_reviews::routes(),
        work::routes(),
        registry::routes(),
        ledger::routes(),
        parties::routes(),
        supply::routes(),
        traces::routes(),
        crate::epcis::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
