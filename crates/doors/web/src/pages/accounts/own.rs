//! One's own login: what it opens, the password (the old one is asked for), and one's own tokens.
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{No, Refusal};
use maud::{Markup, html};
use registry::identity;

use super::one::facts;
use super::tokens;
use crate::answer::{Answer, panel, status_of};
use crate::guard::{AnyRole, Page, Who};
use crate::look::{self, Field, FieldKind, button, button_link_secondary, button_row, t};
use crate::pages::sheet::{Given, Sheet};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/account", own), post("/account/password", change)]
}

async fn own(who: Who<AnyRole>, State(web): State<Web>) -> Answer<Response> {
    page(&who, &web, None).await
}

async fn page(who: &Who<AnyRole>, web: &Web, refusal: Option<&Refusal>) -> Answer<Response> {
    let lang = who.lang;
    let account = &who.session.account;
    let mut tx = web.read().await?;
    let issued = identity::tokens(&mut tx, account.id).await?;
    let unit = match account.branch {
        Some(id) => registry::people::unit(&mut tx, id).await?,
        None => None,
    };
    let csrf = Some(who.session.csrf.as_str());
    let frame =
        look::Form { lang, id: "password-form", action: "/account/password", csrf, ..look::Form::default() };
    let given = Given::default();
    let sheet = Sheet { lang, given: &given, refusal };
    let secret = |word: &str, name: &str, complete: &'static str| {
        let kind = FieldKind::Password;
        sheet
            .put(word, Field { name, kind, required: true, autocomplete: Some(complete), ..Field::default() })
    };
    let form = look::form(
        &frame,
        html! {
            (secret("old-password", "old", "current-password"))
            (secret("new-password", "password", "new-password"))
            (button_row(false, button(&t(lang, "save"))))
        },
    );
    let body = html! {
        @if let Some(refusal) = refusal { (panel(lang, refusal, &[])) }
        (facts(lang, account, unit.as_ref()))
        (look::section(&t(lang, "change-password"), Markup::default(), form))
        (tokens::section(lang, csrf, "/account/tokens", &issued, true))
    };
    let actions = html! { @if let Some(officer) = account.officer {
        (button_link_secondary(&t(lang, "own-officer-page"), &format!("/officers/{officer}")))
    } };
    let title = t(lang, "my-account");
    let status = refusal.map_or(axum::http::StatusCode::OK, |r| status_of(&r.code));
    Ok((status, who.page(web, Page { title: &title, actions, ..Page::default() }, body)).into_response())
}

async fn change(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    // Passwords are taken as they were typed, spaces included.
    let typed = |name: &str| sent.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let (own, pair) = (&who.session.account, (typed("old"), typed("password")));
    match identity::change_password(&web.db, &web.clock, &web.chance, &web.hasher, own, pair).await {
        Ok(()) => Ok(go("/login", &[])),
        Err(No::Refused(refusal)) => page(&who, &web, Some(&refusal)).await,
        Err(fault) => Err(fault.into()),
    }
}
