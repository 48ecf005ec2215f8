//! The pages, one file or folder a subject.
mod accounts;
mod assessments;
mod brands;
mod certificate_deeds;
mod certificates;
mod challenges;
mod csv_text;
mod declaration_deeds;
mod declaration_form;
mod declaration_import;
mod declaration_list;
mod declaration_sheet;
mod declarations;
mod find;
mod follow_up;
mod history;
mod indicators;
mod inspection;
mod jobs;
mod kit;
mod laboratory;
mod ledger;
mod login;
mod parts;
mod press;
mod promises;
mod registry;
mod release;
mod release_deeds;
mod release_lists;
mod risk;
mod sampling;
mod sheet;
mod supply;
mod tour;
mod trace;
mod track;
mod verify;
mod work;
mod workbook;

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
        follow_up::routes(),
        verify::routes(),
        trace::routes(),
        find::routes(),
        registry::routes(),
        supply::routes(),
        ledger::routes(),
        jobs::routes(),
        indicators::routes(),
        brands::routes(),
        challenges::routes(),
        tour::routes(),
        assessments::routes(),
        promises::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
