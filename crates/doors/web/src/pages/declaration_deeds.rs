//! Deeds on a declaration: accept it, return it with a notice, answer a notice, withdraw it.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::{Refusal, bi};
use maud::{Markup, html};
use registry::rules as book;
use supervision::competence::{Accept, admit};
use supervision::declaration::{self, Declaration, clock};
use supervision::targeting;

use super::declaration_form::found;
use super::declaration_sheet::{Typed, value};
use super::history::deficiency;
use super::parts;
use super::sheet::conclude;
use crate::answer::{Answer, panel, said, status_of};
use crate::guard::{Acceptors, Amenders, Checkers, Lodgers, Page, RoleSet, Who};
use crate::look::{self, Crumb, Field, FieldKind, Lang, Sign, Tone, button, button_row, danger, field, t};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        post("/declarations/{id}/accept", accept),
        get("/declarations/{id}/notice", notice_form),
        post("/declarations/{id}/notice", notice),
        get("/declarations/{id}/answer", answer_form),
        post("/declarations/{id}/answer", answer),
        get("/declarations/{id}/withdraw", withdraw_form),
        post("/declarations/{id}/withdraw", withdraw),
        get("/declarations/{id}/check", check_form),
        post("/declarations/{id}/check", check),
    ]
}

/// A page about one deed, with the way back to the consignment.
fn deed_page<R: RoleSet>(who: &Who<R>, web: &Web, d: &Declaration, title: &str, body: Markup) -> Markup {
    let (list, href) = (t(who.lang, "declarations"), format!("/declarations/{}", d.id));
    let crumbs = [
        Crumb { label: &list, href: Some("/declarations") },
        Crumb { label: &d.no, href: Some(&href) },
        Crumb { label: title, href: None },
    ];
    let (heading, lede) = (format!("{title} {}", d.no), d.goods.clone());
    who.page(web, Page { title: &heading, lede: Some(&lede), crumbs: &crumbs, ..Page::default() }, body)
}

async fn accept(who: Who<Acceptors>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let by = who.actor();
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let d = found(&mut tx, &by, &id).await?;
    let done = async {
        let license = admit::<Accept>(&mut tx, &by, d.id).await?;
        declaration::accept(&mut tx, &license).await
    }
    .await;
    desk.conclude(tx, &by, &d.id.subject(), done).await?;
    Ok(go(&format!("/declarations/{}", d.id), &[]))
}

async fn notice_form(who: Who<Acceptors>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    notice_page(&who, &web, &id, &Typed::new(), None).await
}

async fn notice_page(
    who: &Who<Acceptors>,
    web: &Web,
    id: &str,
    typed: &Typed,
    refusal: Option<&Refusal>,
) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let d = found(&mut tx, &who.actor(), id).await?;
    let given = declaration::notices(&mut tx, d.id).await?;
    let rules = book::rules(&mut tx).await?;
    let pack = clock::pinned(&rules, &d.rule_version, web.clock.now().date())?;
    let reading = clock::reading(&mut tx, &d).await?;
    let (title, remarks, hint) = (t(lang, "give-notice"), t(lang, "notice-remarks"), t(lang, "remarks-hint"));
    let action = format!("/declarations/{}/notice", d.id);
    let csrf = Some(who.session.csrf.as_str());
    let form = look::Form { lang, id: "notice-form", action: &action, csrf, ..look::Form::default() };
    let ticked = |code: &str| typed.iter().any(|(k, v)| k == "codes" && v == code);
    let list = html! {
        fieldset class={ "field" @if refusal.is_some_and(|r| r.code == "notice.code") { " wrong" } } id="codes" {
            legend { (t(lang, "deficiencies")) }
            p class="hint" { (t(lang, "deficiencies-hint")) }
            @for one in &pack.deficiency {
                label class="choice" for=(one.code) {
                    input type="checkbox" id=(one.code) name="codes" value=(one.code) checked[ticked(&one.code)];
                    span { (lang.pick(&one.zh, &one.en)) span class="hint" { (one.code) " · " (one.citation) (parts::doubt(lang, one.status)) } }
                }
            }
        }
    };
    let body = html! { div class="stack" {
        @if let Some(r) = refusal { (panel(lang, r, &[])) }
        @if !given.is_empty() {
            p { (look::badge(Tone::Loud, Sign::Warn, &t(lang, "notice-breach"))) " " (t(lang, "notice-breach-why")) }
        }
        div { (parts::clock(lang, reading.as_ref())) }
        (look::form(&form, html! {
            (list)
            (field(&Field { lang, name: "remarks", label: &remarks, hint: &hint, value: value(typed, "remarks"),
                kind: FieldKind::Lines(4), ..Field::default() }))
            (button_row(true, button(&t(lang, "send-notice"))))
        }))
    } };
    Ok(deed_page(who, web, &d, &title, body))
}

async fn notice(
    who: Who<Acceptors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let by = who.actor();
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let d = found(&mut tx, &by, &id).await?;
    let codes: Vec<String> =
        typed.iter().filter(|(k, v)| k == "codes" && !v.is_empty()).map(|(_, v)| v.clone()).collect();
    let done = async {
        let license = admit::<Accept>(&mut tx, &by, d.id).await?;
        declaration::give_notice(&mut tx, &license, &codes, value(&typed, "remarks")).await
    }
    .await;
    match conclude(&web, &by, &d.id.subject(), tx, done).await? {
        Ok(_) => Ok(go(&format!("/declarations/{}#notices", d.id), &[])),
        Err(r) => {
            let page = notice_page(&who, &web, &id, &typed, Some(&r)).await?;
            Ok((status_of(&r.code), page).into_response())
        }
    }
}

/// One question with one text: how an answer and a withdrawal are asked for.
struct Ask<'a> {
    id: &'a str,
    title: &'a str,
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    above: Markup,
    send: Markup,
}

fn ask_page<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    d: &Declaration,
    ask: Ask<'_>,
    typed: &Typed,
    refusal: Option<&Refusal>,
) -> Markup {
    let lang = who.lang;
    let action = format!("/declarations/{}/{}", d.id, ask.id);
    let csrf = Some(who.session.csrf.as_str());
    let form = look::Form { lang, id: "deed-form", action: &action, csrf, ..look::Form::default() };
    let told = refusal.and_then(|r| r.missing.iter().find(|m| m.field == ask.name));
    let error = told.map(|m| said(lang, &m.needed));
    let body = html! {
        @if let Some(r) = refusal { (panel(lang, r, &[])) }
        (ask.above)
        (look::form(&form, html! {
            (field(&Field { lang, name: ask.name, label: ask.label, hint: ask.hint, value: value(typed, ask.name),
                error: error.as_deref(), kind: FieldKind::Lines(4), required: true, ..Field::default() }))
            (button_row(true, ask.send))
        }))
    };
    deed_page(who, web, d, ask.title, body)
}

async fn answer_form(who: Who<Lodgers>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    answer_page(&who, &web, &id, &Typed::new(), None).await
}

async fn answer_page(
    who: &Who<Lodgers>,
    web: &Web,
    id: &str,
    typed: &Typed,
    refusal: Option<&Refusal>,
) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let d = found(&mut tx, &who.actor(), id).await?;
    let given = declaration::notices(&mut tx, d.id).await?;
    let rules = book::rules(&mut tx).await?;
    let open = given.iter().find(|n| n.is_open());
    let (title, label, hint) = (t(lang, "answer-notice"), t(lang, "notice-answer"), t(lang, "answer-hint"));
    let above = html! {
        @if let Some(n) = open {
            ul { @for code in &n.codes { li { (deficiency(&rules, &n.rule_version, code, lang)) } } }
            @if !n.remarks.is_empty() { p { (n.remarks) } }
        }
        p { a href={ "/declarations/" (d.id) "/amend" } { (t(lang, "amend-first")) } }
    };
    let send = button(&t(lang, "send-answer"));
    let ask = Ask { id: "answer", title: &title, name: "answer", label: &label, hint: &hint, above, send };
    Ok(ask_page(who, web, &d, ask, typed, refusal))
}

async fn answer(
    who: Who<Lodgers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let by = who.actor();
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let d = found(&mut tx, &by, &id).await?;
    let done = declaration::answer(&mut tx, &by, d.id, value(&typed, "answer")).await;
    match conclude(&web, &by, &d.id.subject(), tx, done).await? {
        Ok(()) => Ok(go(&format!("/declarations/{}", d.id), &[])),
        Err(r) => {
            let page = answer_page(&who, &web, &id, &typed, Some(&r)).await?;
            Ok((status_of(&r.code), page).into_response())
        }
    }
}

async fn withdraw_form(who: Who<Amenders>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    withdraw_page(&who, &web, &id, &Typed::new(), None).await
}

async fn withdraw_page(
    who: &Who<Amenders>,
    web: &Web,
    id: &str,
    typed: &Typed,
    refusal: Option<&Refusal>,
) -> Answer {
    let lang: Lang = who.lang;
    let mut tx = web.read().await?;
    let d = found(&mut tx, &who.actor(), id).await?;
    let (title, label, hint) = (t(lang, "take-back"), t(lang, "reason"), t(lang, "withdraw-hint"));
    let sure = bi(format!("撤回 {}？", d.no), format!("Withdraw {}?", d.no));
    let send = danger(&title, &said(lang, &sure));
    let above = html! {};
    let ask = Ask { id: "withdraw", title: &title, name: "reason", label: &label, hint: &hint, above, send };
    Ok(ask_page(who, web, &d, ask, typed, refusal))
}

async fn withdraw(
    who: Who<Amenders>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let by = who.actor();
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let d = found(&mut tx, &by, &id).await?;
    let done = declaration::withdraw(&mut tx, &by, d.id, value(&typed, "reason")).await;
    match conclude(&web, &by, &d.id.subject(), tx, done).await? {
        Ok(()) => Ok(go(&format!("/declarations/{}", d.id), &[])),
        Err(r) => {
            let page = withdraw_page(&who, &web, &id, &typed, Some(&r)).await?;
            Ok((status_of(&r.code), page).into_response())
        }
    }
}

async fn check_form(who: Who<Checkers>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    check_page(&who, &web, &id, &Typed::new(), None).await
}

async fn check_page(
    who: &Who<Checkers>,
    web: &Web,
    id: &str,
    typed: &Typed,
    refusal: Option<&Refusal>,
) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let d = found(&mut tx, &who.actor(), id).await?;
    let (title, label, hint) = (t(lang, "add-check"), t(lang, "reason"), t(lang, "add-check-hint"));
    let (above, send) = (html! {}, button(&title));
    let ask = Ask { id: "check", title: &title, name: "reason", label: &label, hint: &hint, above, send };
    Ok(ask_page(who, web, &d, ask, typed, refusal))
}

async fn check(
    who: Who<Checkers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let by = who.actor();
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let d = found(&mut tx, &by, &id).await?;
    let done = targeting::add_check(&mut tx, &by, d.id, value(&typed, "reason")).await;
    match conclude(&web, &by, &d.id.subject(), tx, done).await? {
        Ok(()) => Ok(go(&format!("/declarations/{}", d.id), &[])),
        Err(r) => {
            let page = check_page(&who, &web, &id, &typed, Some(&r)).await?;
            Ok((status_of(&r.code), page).into_response())
        }
    }
}
