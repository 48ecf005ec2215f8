//! Lodging a new declaration and amending one. Both work without scripts: lines are added by a button that shows
//! the form again with all that was typed, and lots are typed or pasted one to a line.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, DeclarationId, No, Refusal, Result};
use store::Tx;
use supervision::declaration::{self, Declaration, Lodgement, NewAmendment, Stage};

use super::declaration_sheet::{Sheet, Typed, draw, lodgement, offers, reshaped, typed_of, value};
use super::parts;
use crate::answer::{Answer, status_of};
use crate::guard::{Amenders, Lodgers, Page, Who};
use crate::look::{Crumb, t};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/declarations/new", blank),
        post("/declarations/new", lodge),
        get("/declarations/{id}/amend", open),
        post("/declarations/{id}/amend", amend),
    ]
}

async fn blank(who: Who<Lodgers>, State(web): State<Web>) -> Answer {
    let key = hex::encode(web.chance.bytes::<16>());
    let typed = vec![
        ("direction".to_owned(), "export".to_owned()),
        ("origin".to_owned(), "CN".to_owned()),
        ("_key".to_owned(), key),
    ];
    new_page(&who, &web, &typed, None).await
}

async fn new_page(who: &Who<Lodgers>, web: &Web, typed: &Typed, refusal: Option<&Refusal>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let o = offers(&mut tx, lang, &who.actor()).await?;
    let (csrf, key) = (who.session.csrf.as_str(), value(typed, "_key"));
    let action = "/declarations/new";
    let sheet = Sheet { lang, action, csrf, key, typed, refusal, amends: None, accepted: false };
    let (title, list) = (t(lang, "new-declaration"), t(lang, "declarations"));
    let crumbs = [Crumb { label: &list, href: Some("/declarations") }, Crumb { label: &title, href: None }];
    Ok(who.page(web, Page { title: &title, crumbs: &crumbs, ..Page::default() }, draw(&sheet, &o)))
}

async fn lodge(who: Who<Lodgers>, State(web): State<Web>, Form(mut typed): Form<Typed>) -> Answer<Response> {
    if reshaped(&mut typed) {
        return Ok(new_page(&who, &web, &typed, None).await?.into_response());
    }
    let done = web.desk().lodge(&who.actor(), &lodgement(&typed)).await;
    match done {
        Ok(id) => Ok(go(&format!("/declarations/{id}"), &[])),
        Err(No::Refused(refusal)) => {
            let page = new_page(&who, &web, &typed, Some(&refusal)).await?;
            Ok((status_of(&refusal.code), page).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn open(who: Who<Amenders>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (d, mut typed) = {
        let mut tx = web.read().await?;
        let d = found(&mut tx, &who.actor(), &id).await?;
        let l = declaration::as_lodged(&mut tx, d.id).await?;
        (d, typed_of(&l))
    };
    typed.push(("revision".into(), d.revision.to_string()));
    amend_page(&who, &web, &d, &typed, None).await
}

pub(super) async fn found(tx: &mut Tx, by: &Actor, id: &str) -> Result<Declaration> {
    let found = match id.parse::<DeclarationId>() {
        Ok(id) => declaration::one(tx, by, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| parts::no_declaration(id).into())
}

/// Whether it stands where the party may still amend it.
pub(super) fn before_acceptance(d: &Declaration) -> bool {
    matches!(d.stage, Stage::Lodged | Stage::Returned)
}

async fn amend_page(
    who: &Who<Amenders>,
    web: &Web,
    d: &Declaration,
    typed: &Typed,
    refusal: Option<&Refusal>,
) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let o = offers(&mut tx, lang, &who.actor()).await?;
    let action = format!("/declarations/{}/amend", d.id);
    let revision = value(typed, "revision").parse().unwrap_or(d.revision);
    let sheet = Sheet {
        lang,
        action: &action,
        csrf: &who.session.csrf,
        key: "",
        typed,
        refusal,
        amends: Some(revision),
        accepted: !before_acceptance(d),
    };
    let (title, list, href) = (t(lang, "amend"), t(lang, "declarations"), format!("/declarations/{}", d.id));
    let crumbs = [
        Crumb { label: &list, href: Some("/declarations") },
        Crumb { label: &d.no, href: Some(&href) },
        Crumb { label: &title, href: None },
    ];
    let heading = format!("{title} {}", d.no);
    let lede = t(lang, if sheet.accepted { "amend-lede-accepted" } else { "amend-lede" });
    let page = Page { title: &heading, lede: Some(&lede), crumbs: &crumbs, ..Page::default() };
    Ok(who.page(web, page, draw(&sheet, &o)))
}

async fn amend(
    who: Who<Amenders>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(mut typed): Form<Typed>,
) -> Answer<Response> {
    let by = who.actor();
    let d = {
        let mut tx = web.read().await?;
        found(&mut tx, &by, &id).await?
    };
    if reshaped(&mut typed) {
        return Ok(amend_page(&who, &web, &d, &typed, None).await?.into_response());
    }
    let new = NewAmendment {
        revision: value(&typed, "revision").parse().unwrap_or(0),
        to: Lodgement { key: None, ..lodgement(&typed) },
        reason: value(&typed, "reason").to_owned(),
    };
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let done = declaration::revise(&mut tx, &by, &d, &new).await;
    match desk.conclude(tx, &by, &d.id.subject(), done).await {
        Ok(_) => Ok(go(&format!("/declarations/{}#amendments", d.id), &[])),
        Err(No::Refused(refusal)) => {
            let page = amend_page(&who, &web, &d, &typed, Some(&refusal)).await?;
            Ok((status_of(&refusal.code), page).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}
