//! API tokens of a login: issued with their secret shown once, and revoked.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::{AccountId, Refusal};
use maud::{Markup, html};
use registry::identity::{self, By, Token};

use super::one::found;
use crate::answer::{Answer, panel, status_of};
use crate::guard::{Admins, AnyRole, Page, RoleSet, Who};
use crate::look::{
    self, Crumb, Field, Lang, Row, Sign, Tone, badge, button_link, button_secondary, csrf_field, field,
    flash_line, format, t,
};
use crate::pages::sheet::{Given, Listing, conclude, done, listing, nothing};
use crate::route::{RouteSpec, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        post("/account/tokens", issue_own),
        post("/account/tokens/revoke", revoke_own),
        post("/accounts/{id}/tokens", issue),
        post("/accounts/{id}/tokens/revoke", revoke),
    ]
}

/// The tokens of a login with, for whoever may, the forms that issue and revoke.
pub(super) fn section(lang: Lang, csrf: Option<&str>, action: &str, issued: &[Token], may: bool) -> Markup {
    let revoking = format!("{action}/revoke");
    let row = |token: &Token| Row {
        cells: vec![
            html! { (token.label) },
            html! { (format::date_time(token.created_at.instant())) },
            match token.revoked_at {
                Some(at) => {
                    html! { (badge(Tone::Quiet, Sign::Dash, &t(lang, "revoked"))) " " (format::date_time(at.instant())) }
                }
                None => badge(Tone::Go, Sign::Check, &t(lang, "valid-now")),
            },
            html! { @if may && token.revoked_at.is_none() {
                form method="post" action=(revoking) { (csrf_field(csrf)) (button_secondary(&t(lang, "revoke"), "token", &token.id.to_string())) }
            } },
        ],
        ..Row::default()
    };
    let table = listing(Listing {
        lang,
        id: "tokens",
        caption: "api-tokens",
        heads: &["token-label", "issued-on", "state", "deed"],
        rows: issued.iter().map(row).collect(),
        empty: ("no-tokens", "no-tokens-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let frame = look::Form { lang, id: "token-form", action, csrf, ..look::Form::default() };
    let (label, hint) = (t(lang, "token-label"), t(lang, "token-label-hint"));
    let form = look::form(
        &frame,
        html! {
            (field(&Field { lang, name: "label", label: &label, hint: &hint, required: true, ..Field::default() }))
            div class="buttons" { (button_secondary(&t(lang, "issue-token"), "issue", "1")) }
        },
    );
    look::section(
        &t(lang, "api-tokens"),
        Markup::default(),
        html! { div class="stack" { (table) @if may { (form) } } },
    )
}

/// Issues a token and shows its secret; the page cannot be opened again.
async fn issued<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    account: AccountId,
    label: &str,
    back: &str,
) -> Answer<Response> {
    let (lang, actor) = (who.lang, who.actor());
    let by = By { actor: &actor, account: Some(who.session.account.id) };
    let mut tx = web.begin().await?;
    let issued = identity::issue_token(&mut tx, by, account, label).await;
    let made = conclude(web, &actor, &account.subject(), tx, issued).await?;
    let title = t(lang, "token-issued");
    let (root, words) = (t(lang, "account"), t(lang, "token-once"));
    let crumbs = [Crumb { label: &root, href: Some(back) }, Crumb { label: &title, href: None }];
    let page = Page { title: &title, crumbs: &crumbs, ..Page::default() };
    Ok(match made {
        Ok((_, secret)) => who
            .page(
                web,
                page,
                html! {
                    (flash_line(&look::Flash { tone: Tone::Wait, text: &words }))
                    p class="secret" { (secret) }
                    p { (t(lang, "token-use")) " " code { "Authorization: Bearer …" } }
                    div class="buttons" { (button_link(&t(lang, "token-kept"), back)) }
                },
            )
            .into_response(),
        Err(refusal) => refused(who, web, page, &refusal, back),
    })
}

fn refused<R: RoleSet>(who: &Who<R>, web: &Web, page: Page<'_>, refusal: &Refusal, back: &str) -> Response {
    let again = button_link(&t(who.lang, "go-back"), back);
    let body = html! { (panel(who.lang, refusal, &[])) div class="buttons" { (again) } };
    (status_of(&refusal.code), who.page(web, page, body)).into_response()
}

async fn revoked<R: RoleSet>(who: &Who<R>, web: &Web, token: &str, back: &str) -> Answer<Response> {
    let actor = who.actor();
    let by = By { actor: &actor, account: Some(who.session.account.id) };
    let id = token.parse().map_err(|_| nothing(token))?;
    let mut tx = web.begin().await?;
    identity::revoke_token(&mut tx, by, id).await?;
    web.desk().finish(tx).await?;
    Ok(done(back))
}

async fn issue_own(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    issued(&who, &web, who.session.account.id, Given(sent).get("label"), "/account").await
}

async fn revoke_own(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    revoked(&who, &web, Given(sent).get("token"), "/account").await
}

async fn issue(
    who: Who<Admins>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let account = found(&web, &id).await?;
    issued(&who, &web, account.id, Given(sent).get("label"), &format!("/accounts/{}", account.id)).await
}

async fn revoke(
    who: Who<Admins>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let account = found(&web, &id).await?;
    revoked(&who, &web, Given(sent).get("token"), &format!("/accounts/{}", account.id)).await
}
