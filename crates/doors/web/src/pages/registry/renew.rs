//! Renewing an authorisation that is in force.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::Refusal;
use maud::html;
use registry::people::Officer;
use supervision::competence::{self, Authorisation};

use super::authorise::{about, authorisation, goods};
use crate::answer::{Answer, said};
use crate::guard::{Registrars, Who};
use crate::look::t;
use crate::pages::sheet::{conclude, done};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/authorisations/{id}/renew", asking), post("/authorisations/{id}/renew", renew)]
}

async fn asking(who: Who<Registrars>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let (a, o) = authorisation(&web, &id).await?;
    Ok(form(&who, &web, (&a, &o), None))
}

fn form(
    who: &Who<Registrars>,
    web: &Web,
    (a, o): (&Authorisation, &Officer),
    refusal: Option<&Refusal>,
) -> Response {
    let what = format!("{} · {}", said(who.lang, &a.duty.name()), goods(who.lang, &a.hs_prefix));
    let action = format!("/authorisations/{}/renew", a.id);
    let fields = html! { p { b { (what) } } p class="quiet" { (t(who.lang, "renew-hint")) } };
    about(who, web, (o, "renew-authorisation", "renew-lede", &action), refusal, fields)
}

async fn renew(who: Who<Registrars>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let by = who.actor();
    let (a, o) = authorisation(&web, &id).await?;
    let mut tx = web.begin().await?;
    let renewed = competence::renew(&mut tx, &by, a.id).await;
    match conclude(&web, &by, &o.id.subject(), tx, renewed).await? {
        Ok(_) => Ok(done(&format!("/officers/{}", o.id))),
        Err(refusal) => Ok(form(&who, &web, (&a, &o), Some(&refusal))),
    }
}
