//! The assessor's two reports: the witnessed task, item by item, and the records of work that were read.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{AssessmentId, Refusal, bi};
use maud::{Markup, html};
use supervision::assessment::{self, Assessment, Bank};

use super::matter;
use super::one::may_read;
use crate::answer::Answer;
use crate::guard::{Staff, Who};
use crate::look::{Crumb, Field, t};
use crate::pages::kit;
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/assessments/{id}/witness", witnessing),
        post("/assessments/{id}/witness", witness),
        get("/assessments/{id}/records", reading),
        post("/assessments/{id}/records", records),
    ]
}

/// Draws one of the two reports.
async fn form(
    who: &Who<Staff>,
    web: &Web,
    id: AssessmentId,
    (part, word): (&str, &str),
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let a = assessment::one(&mut tx, id).await?;
    may_read(who, &a)?;
    let s = Sheet { lang, given, refusal };
    let fields = if part == "witness" { items(&mut tx, &s, &a).await? } else { reviewed(&s) };
    let (root, title, lede) = (t(lang, "assessments"), t(lang, word), t(lang, &format!("{word}-lede")));
    let (name, up) = (matter(lang, &a), format!("/assessments/{id}"));
    let crumbs = [
        Crumb { label: &root, href: Some("/assessments") },
        Crumb { label: &name, href: Some(&up) },
        Crumb { label: &title, href: None },
    ];
    let action = format!("/assessments/{id}/{part}");
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &title,
        ..Deed::default()
    };
    Ok(draw(who, web, &deed, refusal, fields))
}

/// The items of the duty, critical ones marked in words.
async fn items(tx: &mut store::Tx, s: &Sheet<'_>, a: &Assessment) -> kernel::Result<Markup> {
    let critical = t(s.lang, "critical-item");
    let bank = Bank::of_version(tx, a.bank).await?;
    let items: Vec<(String, String)> = bank
        .items(a.duty)
        .map(|i| {
            let mark = if i.critical { format!(" · {critical}") } else { String::new() };
            (i.code.clone(), format!("{} ({}){mark}", s.lang.pick(&i.zh, &i.en), i.points))
        })
        .collect();
    Ok(s.boxes("items-done-well", "item", &items))
}

fn reviewed(s: &Sheet<'_>) -> Markup {
    let hint = t(s.lang, "hint-facts");
    let sound =
        [("yes".to_owned(), t(s.lang, "records-sound")), ("no".to_owned(), t(s.lang, "records-not-sound"))];
    html! {
        (s.radio("records-review", "sound", &sound))
        (s.put("facts", Field { name: "facts", hint: &hint, required: true, ..Field::default() }))
    }
}

async fn witnessing(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    form(&who, &web, kit::id(&id)?, ("witness", "witness-task"), &Given::default(), None).await
}

async fn reading(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    form(&who, &web, kit::id(&id)?, ("records", "review-records"), &Given::default(), None).await
}

async fn witness(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (id, given, by) = (kit::id::<AssessmentId>(&id)?, Given(sent), who.actor());
    let passed: Vec<String> = given.all("item").into_iter().map(str::to_owned).collect();
    let mut tx = web.begin().await?;
    let reported = assessment::witness(&mut tx, &by, id, &passed).await;
    match conclude(&web, &by, &id.subject(), tx, reported).await? {
        Ok(_) => Ok(done(&format!("/assessments/{id}"))),
        Err(refusal) => form(&who, &web, id, ("witness", "witness-task"), &given, Some(&refusal)).await,
    }
}

async fn records(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (id, given, by) = (kit::id::<AssessmentId>(&id)?, Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let reviewed = async {
        let words = given.get("facts").split([' ', ',', '，', '、', '#']).filter(|w| !w.is_empty());
        let facts: Vec<i64> = words
            .map(|w| {
                w.parse().map_err(|_| {
                    wrong("facts", w, bi("填写账本事实编号", "write numbers of facts in the ledger"))
                })
            })
            .collect::<kernel::Result<_>>()?;
        assessment::review_records(&mut tx, &by, id, given.get("sound") == "yes", &facts).await
    }
    .await;
    match conclude(&web, &by, &id.subject(), tx, reviewed).await? {
        Ok(_) => Ok(done(&format!("/assessments/{id}"))),
        Err(refusal) => form(&who, &web, id, ("records", "review-records"), &given, Some(&refusal)).await,
    }
}
