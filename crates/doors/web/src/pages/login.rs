//! Signing in and out.
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use kernel::No;
use maud::Markup;
use registry::identity;
use serde::Deserialize;

use crate::answer::{Answer, panel, status_of};
use crate::guard::{AnyRole, Anyone, Page, Who, framed};
use crate::look::{self, Field, FieldKind, button, button_row, field, t};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::{cookie, go, own_path, set_cookie};

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/login", show), post("/login", enter), post("/logout", leave)]
}

#[derive(Default, Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Entry {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn show(who: Anyone, State(web): State<Web>, Query(next): Query<Next>) -> Response {
    let next = next.next;
    if who.session.is_some() {
        return go(own_path(&next), &[]);
    }
    // Without a session the form still carries a token: one that belongs to this browser.
    let token = if who.csrf.is_empty() { hex(&web) } else { who.csrf.clone() };
    let mut response = draw(&web, &who, &token, &next, "", Markup::default()).into_response();
    if token != who.csrf {
        let line = set_cookie(&web, web.settings.visitor_cookie(), &token, 3600);
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

fn hex(web: &Web) -> String {
    hex::encode(web.chance.bytes::<32>())
}

fn draw(web: &Web, who: &Anyone, token: &str, next: &str, login: &str, above: Markup) -> Markup {
    let lang = who.lang;
    let (name, password) = (t(lang, "user-name"), t(lang, "password"));
    let form =
        look::Form { lang, id: "login-form", action: "/login", csrf: Some(token), ..look::Form::default() };
    let body = maud::html! {
        (above)
        (look::form(&form, maud::html! {
            input type="hidden" name="next" value=(own_path(next));
            (field(&Field { lang, name: "login", label: &name, value: login, kind: FieldKind::Code, required: true,
                autocomplete: Some("username"), ..Field::default() }))
            (field(&Field { lang, name: "password", label: &password, kind: FieldKind::Password, required: true,
                autocomplete: Some("current-password"), ..Field::default() }))
            (button_row(false, button(&t(lang, "sign-in"))))
        }))
    };
    framed(web, lang, &who.url, None, Page { title: &t(lang, "sign-in"), ..Page::default() }, body)
}

async fn enter(who: Anyone, State(web): State<Web>, Form(entry): Form<Entry>) -> Answer<Response> {
    let by = (entry.login.as_str(), entry.password.as_str());
    let life = web.settings.lifetime;
    match identity::log_in(&web.db, &web.clock, &web.chance, &web.hasher, by, life).await {
        Ok(opened) => {
            let session =
                set_cookie(&web, web.settings.session_cookie(), &opened.token, life.whole_hours * 3600);
            let visitor = set_cookie(&web, web.settings.visitor_cookie(), "", 0);
            Ok(go(own_path(&entry.next), &[session, visitor]))
        }
        Err(No::Refused(refusal)) => {
            let above = panel(who.lang, &refusal, &[]);
            let page = draw(&web, &who, &who.csrf, &entry.next, &entry.login, above);
            Ok((status_of(&refusal.code), page).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn leave(_: Who<AnyRole>, State(web): State<Web>, headers: HeaderMap) -> Answer<Response> {
    let name = web.settings.session_cookie();
    if let Some(token) = cookie(&headers, name) {
        let mut tx = web.begin().await?;
        identity::log_out(&mut tx, &token).await?;
        tx.commit().await?;
    }
    Ok(go("/login", &[set_cookie(&web, name, "", 0)]))
}
