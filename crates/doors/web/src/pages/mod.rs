//! The pages, one file a subject.
mod account;
mod csv_text;
mod declaration_deeds;
mod declaration_form;
mod declaration_import;
mod declaration_list;
mod declaration_sheet;
mod declarations;
mod history;
mod ledger;
mod login;
mod parts;
mod track;
mod work;

use crate::route::RouteSpec;

/// All routes of all pages.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        login::routes(),
        account::routes(),
        work::routes(),
        declaration_list::routes(),
        declaration_form::routes(),
        declaration_import::routes(),
        declaration_deeds::routes(),
        declarations::routes(),
        ledger::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
