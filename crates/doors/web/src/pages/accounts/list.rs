//! All logins by name.
use axum::extract::{Query, State};
use maud::{Markup, html};
use registry::identity::{self, Account};
use registry::people;
use serde::Deserialize;

use crate::answer::{Answer, said};
use crate::guard::{AccountReaders, Page, Who};
use crate::look::{Lang, Row, Sign, Tone, badge, button_link, button_link_secondary, t};
use crate::pages::sheet::{Listing, PAGE, listing, next};
use crate::route::{RouteSpec, get};
use crate::server::Web;
use kernel::Role;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/accounts", list)]
}

#[derive(Default, Deserialize)]
struct After {
    #[serde(default)]
    after: String,
}

/// The roles of a login in words.
pub(super) fn roles(lang: Lang, account: &Account) -> String {
    let names: Vec<String> = account.roles.iter().map(|r| said(lang, &r.name())).collect();
    names.join(" · ")
}

/// Whether a login is open.
pub(super) fn state(lang: Lang, account: &Account) -> Markup {
    match account.closed_at {
        Some(_) => badge(Tone::Quiet, Sign::Dash, &t(lang, "account-closed")),
        None => badge(Tone::Go, Sign::Check, &t(lang, "account-open")),
    }
}

async fn list(who: Who<AccountReaders>, State(web): State<Web>, Query(after): Query<After>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let found = identity::accounts(&mut tx, &after.after, PAGE).await?;
    let units = people::units(&mut tx).await?;
    let reach = |a: &Account| match (a.operator, a.branch) {
        (Some(_), _) => t(lang, "own-operator"),
        (None, Some(id)) => {
            units.iter().find(|u| u.id == id).map(|u| said(lang, &u.name)).unwrap_or_default()
        }
        (None, None) => t(lang, "whole-bureau"),
    };
    let rows = found.iter().map(|a| Row {
        href: Some(format!("/accounts/{}", a.id)),
        cells: vec![
            html! { (a.login) },
            html! { (said(lang, &a.name)) },
            html! { (roles(lang, a)) },
            html! { (reach(a)) },
            state(lang, a),
        ],
        ..Row::default()
    });
    let body = listing(Listing {
        lang,
        id: "accounts",
        caption: "accounts",
        heads: &["user-name", "name", "role", "unit-scope", "state"],
        rows: rows.collect(),
        empty: ("no-accounts", "no-accounts-advice"),
        next: next("/accounts", &found, |a| &a.login),
        first: (!after.after.is_empty()).then_some("/accounts"),
        paged: true,
    });
    let actions = html! { @if who.actor().has(&[Role::Admin]) {
        (button_link(&t(lang, "open-officer-account"), "/accounts/new"))
        (button_link_secondary(&t(lang, "open-person-account"), "/accounts/new-person"))
    } };
    Ok(who.page(&web, Page { title: &t(lang, "accounts"), actions, ..Page::default() }, body))
}
