//! The pages, one file or folder a subject.
mod accounts;
mod certificate_deeds;
mod certificates;
mod csv_text;
mod declaration_deeds;
mod declaration_form;
mod declaration_import;
mod declaration_list;
mod declaration_sheet;
mod declarations;
mod find;
mod history;
mod inspection;
mod jobs;
mod kit;
mod laboratory;
mod ledger;
mod login;
mod parts;
mod press;
mod registry;
mod release;
mod release_deeds;
mod release_lists;
mod risk;
mod sampling;
mod sheet;
mod trace;
mod track;
mod verify;
mod work;

use crate::route::RouteSpec;

/// All routes of all pages.
pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        login::routes(),
        accounts::routes(),
        work::routes(),
        declaration_list::routes(),
        declaration_form::routes(),
        declaration_import::routes(),
        declaration_deeds::routes(),
        declarations::routes(),
        inspection::routes(),
        laboratory::routes(),
        release::routes(),
        release_deeds::routes(),
        release_lists::routes(),
        risk::routes(),
        sampling::routes(),
        certificates::routes(),
        certificate_deeds::routes(),
        verify::routes(),
        trace::routes(),
        find::routes(),
        registry::routes(),
        ledger::routes(),
        jobs::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
