//! The theory test, sat in the browser: one page, every question with its answers, and the moment until which it is
//! handed in. It works without scripts; the server's clock alone decides.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::{AssessmentId, Refusal, bi};
use maud::{Markup, html};
use supervision::assessment::{self, Asked};

use super::matter;
use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Choice, ClockChip, ClockUnit, Crumb, Field, FieldKind, Lang, button, button_row, field, form,
    format, t,
};
use crate::pages::kit;
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/assessments/{id}/sit", paper), post("/assessments/{id}/sit", hand_in)]
}

async fn paper(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let lang = who.lang;
    let id: AssessmentId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let a = assessment::one(&mut tx, id).await?;
    let by = who.actor();
    let Some((began, due)) =
        a.theory_began.filter(|_| a.theory_milli.is_none() && by.officer == Some(a.officer))
    else {
        return Ok(go(&format!("/assessments/{id}"), &[]));
    };
    let asked = assessment::paper(&mut tx, &by, id).await?;
    let minute = kernel::Timestamp::HOUR / 60;
    let clock = look::clock_chip(&ClockChip {
        lang,
        left: (due.0 - tx.now().0).div_euclid(minute),
        total: (due.0 - began.0) / minute,
        unit: ClockUnit::Minute,
        due: Some(&format::date_time(due.instant())),
        ..ClockChip::default()
    });
    let action = format!("/assessments/{id}/sit");
    let draft = format!("assessment/{id}");
    let frame = look::Form {
        lang,
        id: "paper",
        action: &action,
        csrf: Some(&who.session.csrf),
        draft: Some(&draft),
        ..look::Form::default()
    };
    let body = form(
        &frame,
        html! {
            @for (n, q) in asked.iter().enumerate() { (question(lang, n + 1, q)) }
            (button_row(true, button(&t(lang, "hand-in"))))
        },
    );
    let (root, title) = (t(lang, "assessments"), t(lang, "theory-test"));
    let (name, up) = (matter(lang, &a), format!("/assessments/{id}"));
    let crumbs = [
        Crumb { label: &root, href: Some("/assessments") },
        Crumb { label: &name, href: Some(&up) },
        Crumb { label: &title, href: None },
    ];
    Ok(who
        .page(&web, Page { title: &title, status: clock, crumbs: &crumbs, ..Page::default() }, body)
        .into_response())
}

fn question(lang: Lang, n: usize, q: &Asked) -> Markup {
    let options: Vec<(String, String)> = q
        .options
        .iter()
        .map(|(number, text)| (number.to_string(), lang.pick(&text.zh, &text.en).clone()))
        .collect();
    let choices: Vec<Choice<'_>> =
        options.iter().map(|(value, label)| Choice { value, label, hint: "" }).collect();
    let label = format!("{n}. {}", lang.pick(&q.text.zh, &q.text.en));
    let name = format!("q-{}", q.code);
    field(&Field {
        lang,
        name: &name,
        label: &label,
        kind: FieldKind::RadioLarge(&choices),
        required: true,
        ..Field::default()
    })
}

async fn hand_in(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: axum::http::HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let id: AssessmentId = kit::id(&id)?;
    let by = who.actor();
    let answers: Vec<(String, usize)> = sent
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("q-")?.to_owned(), value.parse().ok()?)))
        .collect();
    let mut tx = web.begin().await?;
    let asked = assessment::paper(&mut tx, &by, id).await?.len();
    let done = if answers.len() < asked {
        let what = bi("还有未答的题目", "some questions are not answered yet");
        let needed = bi("每题选择一项", "choose one answer for each");
        Err(Refusal::new("assessment.unanswered", what)
            .missing("answers", format!("{}/{asked}", answers.len()), needed)
            .into())
    } else {
        assessment::hand_in(&mut tx, &by, id, &answers).await
    };
    web.desk().conclude(tx, &by, &id.subject(), done).await?;
    Ok(look::signed_answer(&headers, &id.to_string(), &format!("/assessments/{id}?done=1")))
}
