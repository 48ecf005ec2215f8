//! One's own login, and the list of all of them for administrators and auditors.
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use registry::identity::{self, Account};
use serde::Deserialize;

use crate::answer::{Answer, said};
use crate::guard::{AccountReaders, AnyRole, Page, Who};
use crate::look::{self, Field, FieldKind, Lang, button, button_link_secondary, button_row, field, t};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

/// Logins on one page.
const PAGE: i64 = 100;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/account", own), post("/account/password", change), get("/accounts", list)]
}

#[derive(Deserialize)]
struct Password {
    password: String,
}

#[derive(Default, Deserialize)]
struct After {
    #[serde(default)]
    after: String,
}

async fn own(who: Who<AnyRole>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let label = t(lang, "new-password");
    let csrf = Some(who.session.csrf.as_str());
    let form =
        look::Form { lang, id: "password-form", action: "/account/password", csrf, ..look::Form::default() };
    let body = html! {
        (facts(lang, &who.session.account))
        (look::form(&form, html! {
            (field(&Field { lang, name: "password", label: &label, kind: FieldKind::Password, required: true,
                autocomplete: Some("new-password"), ..Field::default() }))
            (button_row(false, button(&t(lang, "save"))))
        }))
    };
    Ok(who.page(&web, Page { title: &t(lang, "account"), ..Page::default() }, body))
}

async fn change(who: Who<AnyRole>, State(web): State<Web>, Form(new): Form<Password>) -> Answer<Response> {
    let password = web.hasher.hash(&web.chance, &new.password).await?;
    let actor = who.actor();
    let mut tx = web.begin().await?;
    identity::set_password(&mut tx, who.by(&actor), who.session.account.id, &password).await?;
    tx.commit().await?;
    Ok(go("/login", &[]))
}

async fn list(who: Who<AccountReaders>, State(web): State<Web>, Query(after): Query<After>) -> Answer {
    let after = after.after;
    let mut tx = web.read().await?;
    let found = identity::accounts(&mut tx, &after, PAGE).await?;
    let lang = who.lang;
    let more =
        found.last().filter(|_| found.len() as i64 == PAGE).map(|a| format!("/accounts?after={}", a.login));
    let body = html! {
        @for account in &found { (facts(lang, account)) }
        @if let Some(more) = more { (button_link_secondary(&t(lang, "pager-next"), &more)) }
    };
    Ok(who.page(&web, Page { title: &t(lang, "account"), ..Page::default() }, body))
}

fn facts(lang: Lang, account: &Account) -> Markup {
    let roles: Vec<String> = account.roles.iter().map(|r| said(lang, &r.name())).collect();
    look::definition_list(
        &[
            (&t(lang, "user-name"), html! { (account.login) " · " (said(lang, &account.name)) }),
            (&t(lang, "role"), html! { (roles.join(" · ")) }),
        ],
        true,
    )
}
