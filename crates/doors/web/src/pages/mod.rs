//! The pages, one file a subject.
mod account;
mod certificate_deeds;
mod certificates;
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
mod release;
mod release_deeds;
mod release_lists;
mod track;
mod verify;
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
