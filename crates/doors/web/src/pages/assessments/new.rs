//! Opening an assessment, and declaring that two people do not assess each other.
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{OfficerId, Refusal, Result, bi};
use maud::{Markup, html};
use registry::people;
use serde::Deserialize;
use store::Tx;
use supervision::assessment;
use supervision::competence::Task;

use crate::answer::{Answer, said};
use crate::guard::{Registrars, Staff, Who};
use crate::look::{Crumb, Field, FieldKind, Width, t};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/assessments/new", ask),
        post("/assessments/new", open),
        get("/assessments/recuse", recusing),
        post("/assessments/recuse", recuse),
    ]
}

#[derive(Default, Deserialize)]
struct For {
    #[serde(default)]
    staff_no: String,
}

async fn ask(who: Who<Registrars>, State(web): State<Web>, Query(of): Query<For>) -> Answer<Response> {
    Ok(form(&who, &web, &Given::default().with("staff_no", of.staff_no), None))
}

fn form(who: &Who<Registrars>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let s = Sheet { lang, given, refusal };
    let duties: Vec<(String, String)> =
        Task::ALL.iter().map(|d| (d.code().to_owned(), said(lang, &d.name()))).collect();
    let hint = t(lang, "hs-prefix-hint");
    let fields = html! {
        (s.code("staff-no", "staff_no", ""))
        (s.select("duty", "duty", &duties))
        (s.put("goods", Field { name: "hs_prefix", hint: &hint, kind: FieldKind::Code, width: Width::Ten, ..Field::default() }))
    };
    let (root, title, lede) =
        (t(lang, "assessments"), t(lang, "open-assessment"), t(lang, "open-assessment-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/assessments") }, Crumb { label: &title, href: None }];
    let action = "/assessments/new";
    let deed =
        Deed { title: &title, lede: Some(&lede), crumbs: &crumbs, action, submit: &title, ..Deed::default() };
    draw(who, web, &deed, refusal, fields)
}

async fn by_no(tx: &mut Tx, g: &Given) -> Result<OfficerId> {
    let no = g.get("staff_no");
    let found = people::officer_by_no(tx, no).await?;
    Ok(found.ok_or_else(|| wrong("staff_no", no, bi("没有这个工号", "there is no such staff number")))?.id)
}

async fn open(
    who: Who<Registrars>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let opened = async {
        let officer = by_no(&mut tx, &given).await?;
        let duty = Task::parse(given.get("duty"))
            .ok_or_else(|| wrong("duty", given.get("duty"), bi("选择职责", "choose a task")))?;
        assessment::open(&mut tx, &by, officer, duty, given.get("hs_prefix")).await
    }
    .await;
    match conclude(&web, &by, "assessment/new", tx, opened).await? {
        Ok(id) => Ok(done(&format!("/assessments/{id}"))),
        Err(refusal) => Ok(form(&who, &web, &given, Some(&refusal))),
    }
}

async fn recusing(who: Who<Staff>, State(web): State<Web>) -> Answer<Response> {
    Ok(recusal(&who, &web, &Given::default(), None))
}

fn recusal(who: &Who<Staff>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let s = Sheet { lang, given, refusal };
    let fields: Markup = html! { (s.code("staff-no", "staff_no", "")) (s.reason("reason", "")) };
    let (root, title, lede) =
        (t(lang, "assessments"), t(lang, "declare-recusal"), t(lang, "declare-recusal-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/assessments") }, Crumb { label: &title, href: None }];
    let action = "/assessments/recuse";
    let deed =
        Deed { title: &title, lede: Some(&lede), crumbs: &crumbs, action, submit: &title, ..Deed::default() };
    draw(who, web, &deed, refusal, fields)
}

async fn recuse(
    who: Who<Staff>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let noted = async {
        let other = by_no(&mut tx, &given).await?;
        assessment::recuse(&mut tx, &by, other, given.get("reason")).await
    }
    .await;
    match conclude(&web, &by, "assessment/recusal", tx, noted).await? {
        Ok(()) => Ok(done("/assessments")),
        Err(refusal) => Ok(recusal(&who, &web, &given, Some(&refusal))),
    }
}
