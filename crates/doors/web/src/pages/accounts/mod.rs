//! Logins: one's own, and for administrators and auditors all of them: opening, access, password, tokens, closing.
mod list;
mod one;
mod open;
mod own;
mod tokens;

use crate::route::RouteSpec;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [list::routes(), open::routes(), one::routes(), own::routes(), tokens::routes()]
        .into_iter()
        .flatten()
        .collect()
}
