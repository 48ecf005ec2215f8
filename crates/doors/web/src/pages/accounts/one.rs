//! One login: what it opens, and the administrator's deeds on it: access, a new password, closing.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Refusal, Role, bi};
use maud::{Markup, html};
use registry::identity::{self, Account};
use registry::people::{self, Unit};

use super::list::{roles as role_names, state};
use super::open::{hashed, password_field, role_choices, roles};
use super::tokens;
use crate::answer::{Answer, said};
use crate::guard::{AccountReaders, Admins, Page, Who};
use crate::look::{self, Crumb, Lang, button_link_secondary, format, t};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, nothing, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/accounts/{id}", one),
        get("/accounts/{id}/access", accessing),
        post("/accounts/{id}/access", set_access),
        get("/accounts/{id}/password", resetting),
        post("/accounts/{id}/password", reset),
        get("/accounts/{id}/close", closing),
        post("/accounts/{id}/close", close),
    ]
}

/// A login by the identifier in an address.
pub(super) async fn found(web: &Web, id: &str) -> Answer<Account> {
    let id = id.parse().map_err(|_| nothing(id))?;
    let mut tx = web.read().await?;
    Ok(identity::account(&mut tx, id).await?)
}

/// What a login is and opens.
pub(super) fn facts(lang: Lang, account: &Account, branch: Option<&Unit>) -> Markup {
    let reach = match (account.operator, branch) {
        (Some(operator), _) => html! { a href={ "/operators/" (operator) } { (t(lang, "own-operator")) } },
        (None, Some(unit)) => html! { a href={ "/units/" (unit.id) } { (said(lang, &unit.name)) } },
        (None, None) => html! { (t(lang, "whole-bureau")) },
    };
    let words = ["user-name", "name", "role", "unit-scope", "opened-on", "state"].map(|k| t(lang, k));
    let values = [
        html! { (account.login) },
        html! { @match account.officer { Some(o) => a href={ "/officers/" (o) } { (said(lang, &account.name)) }, None => (said(lang, &account.name)) } },
        html! { (role_names(lang, account)) },
        reach,
        html! { (format::date_time(account.opened_at.instant())) },
        html! { (state(lang, account)) @if let Some(at) = account.closed_at { " " (format::date_time(at.instant())) } },
    ];
    let pairs: Vec<(&str, Markup)> = words.iter().map(String::as_str).zip(values).collect();
    look::definition_list(&pairs, true)
}

async fn one(who: Who<AccountReaders>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let account = found(&web, &id).await?;
    let mut tx = web.read().await?;
    let branch = match account.branch {
        Some(id) => people::unit(&mut tx, id).await?,
        None => None,
    };
    let issued = identity::tokens(&mut tx, account.id).await?;
    let may = who.actor().has(&[Role::Admin]) && account.closed_at.is_none();
    let own = format!("/accounts/{}", account.id);
    let csrf = Some(who.session.csrf.as_str());
    let body = html! {
        (facts(lang, &account, branch.as_ref()))
        (tokens::section(lang, csrf, &format!("{own}/tokens"), &issued, may))
    };
    let root = t(lang, "accounts");
    let crumbs =
        [Crumb { label: &root, href: Some("/accounts") }, Crumb { label: &account.login, href: None }];
    let link = |word: &str, deed: &str| button_link_secondary(&t(lang, word), &format!("{own}/{deed}"));
    let subject = format!("/ledger?subject={}", account.id.subject());
    let actions = html! {
        @if may { (link("set-access", "access")) (link("reset-password", "password")) (link("close-account", "close")) }
        (button_link_secondary(&t(lang, "facts-about"), &subject))
    };
    let title = said(lang, &account.name);
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

/// A deed on a login, on its page.
fn page(
    who: &Who<Admins>,
    web: &Web,
    (account, word, lede, deed): (&Account, &str, &str, &str),
    refusal: Option<&Refusal>,
    fields: Markup,
) -> Response {
    let lang = who.lang;
    let (root, submit, lede) = (t(lang, "accounts"), t(lang, word), t(lang, lede));
    let title = format!("{submit} · {}", account.login);
    let (own, action) = (format!("/accounts/{}", account.id), format!("/accounts/{}/{deed}", account.id));
    let crumbs = [
        Crumb { label: &root, href: Some("/accounts") },
        Crumb { label: &account.login, href: Some(&own) },
        Crumb { label: &submit, href: None },
    ];
    let stop = (deed == "close").then_some(lede.as_str());
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &submit,
        stop,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

async fn accessing(who: Who<Admins>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let account = found(&web, &id).await?;
    let mut given = Given::default();
    for role in &account.roles {
        given = given.with("roles", role.code());
    }
    let branch = account.branch.map_or("bureau".to_owned(), |id| id.to_string());
    access_form(&who, &web, &account, &given.with("branch", branch), None).await
}

async fn access_form(
    who: &Who<Admins>,
    web: &Web,
    account: &Account,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let branches = people::branches(&mut tx).await?;
    let mut reach = vec![("bureau".to_owned(), t(lang, "whole-bureau"))];
    reach
        .extend(branches.iter().map(|u| (u.id.to_string(), format!("{} · {}", u.code, said(lang, &u.name)))));
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.boxes("role", "roles", &role_choices(lang)))
        (sheet.select("unit-scope", "branch", &reach))
    };
    Ok(page(who, web, (account, "set-access", "set-access-lede", "access"), refusal, fields))
}

async fn set_access(
    who: Who<Admins>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let account = found(&web, &id).await?;
    let mut tx = web.begin().await?;
    let set = async {
        let branches = people::branches(&mut tx).await?;
        let branch = match given.get("branch") {
            "bureau" => None,
            id => match branches.iter().find(|u| u.id.to_string() == id) {
                Some(unit) => Some(unit.id),
                None => return Err(wrong("branch", id, bi("选择管辖范围", "choose a reach"))),
            },
        };
        identity::set_access(&mut tx, who.by(&by), account.id, roles(&given), branch).await
    }
    .await;
    match conclude(&web, &by, &account.id.subject(), tx, set).await? {
        Ok(()) => Ok(done(&format!("/accounts/{}", account.id))),
        Err(refusal) => access_form(&who, &web, &account, &given, Some(&refusal)).await,
    }
}

async fn resetting(who: Who<Admins>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let account = found(&web, &id).await?;
    Ok(reset_form(&who, &web, &account, None))
}

fn reset_form(who: &Who<Admins>, web: &Web, account: &Account, refusal: Option<&Refusal>) -> Response {
    let given = Given::default();
    let sheet = Sheet { lang: who.lang, given: &given, refusal };
    let fields = password_field(&sheet);
    page(who, web, (account, "reset-password", "reset-lede", "password"), refusal, fields)
}

async fn reset(
    who: Who<Admins>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let account = found(&web, &id).await?;
    let hashed = match hashed(&web, &given).await? {
        Ok(hashed) => hashed,
        Err(refusal) => return Ok(reset_form(&who, &web, &account, Some(&refusal))),
    };
    let mut tx = web.begin().await?;
    let set = identity::set_password(&mut tx, who.by(&by), account.id, &hashed).await;
    match conclude(&web, &by, &account.id.subject(), tx, set).await? {
        Ok(()) => Ok(done(&format!("/accounts/{}", account.id))),
        Err(refusal) => Ok(reset_form(&who, &web, &account, Some(&refusal))),
    }
}

async fn closing(who: Who<Admins>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let account = found(&web, &id).await?;
    Ok(close_form(&who, &web, &account, &Given::default(), None))
}

fn close_form(
    who: &Who<Admins>,
    web: &Web,
    account: &Account,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let sheet = Sheet { lang: who.lang, given, refusal };
    let fields = sheet.reason("reason", &t(who.lang, "close-reason-hint"));
    page(who, web, (account, "close-account", "close-lede", "close"), refusal, fields)
}

async fn close(
    who: Who<Admins>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let account = found(&web, &id).await?;
    let mut tx = web.begin().await?;
    let closed = identity::close_account(&mut tx, who.by(&by), account.id, given.get("reason")).await;
    match conclude(&web, &by, &account.id.subject(), tx, closed).await? {
        Ok(()) => Ok(done(&format!("/accounts/{}", account.id))),
        Err(refusal) => Ok(close_form(&who, &web, &account, &given, Some(&refusal))),
    }
}
