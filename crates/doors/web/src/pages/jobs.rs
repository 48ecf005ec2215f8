//! Jobs of the installation: waiting, running, done, and laid aside with the reason; retry is the administrator's.
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{JobId, Refusal, Role, Timestamp, bi};
use maud::html;
use serde::Deserialize;
use store::job::{self, Job};

use super::sheet::{Given, Listing, PAGE, done, listing, nothing};
use crate::answer::Answer;
use crate::guard::{AccountReaders, Admins, Page, Who};
use crate::look::{self, Lang, Row, Sign, Tab, Tone, badge, button_secondary, csrf_field, format, t};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// States of jobs with the words of their tabs.
const STATES: [(&str, &str); 3] =
    [("queued", "jobs-waiting"), ("dead", "dead-letters"), ("done", "jobs-done")];

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/jobs", list), post("/jobs/retry", retry)]
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    state: String,
    at: Option<i64>,
    id: Option<JobId>,
}

async fn list(who: Who<AccountReaders>, State(web): State<Web>, Query(q): Query<Asked>) -> Answer {
    let lang = who.lang;
    let state = STATES.iter().map(|(s, _)| *s).find(|s| *s == q.state).unwrap_or("queued");
    let mut tx = web.read().await?;
    let counts = job::counts(&mut tx).await?;
    let found = job::page(&mut tx, state, q.at.map(Timestamp).zip(q.id), PAGE).await?;
    let now = tx.now();
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let next =
        found.last().filter(|_| full).map(|j| format!("/jobs?state={state}&at={}&id={}", j.run_at.0, j.id));
    let may = who.actor().has(&[Role::Admin]);
    let csrf = who.session.csrf.clone();
    let first = format!("/jobs?state={state}");
    let table = listing(Listing {
        lang,
        id: "jobs",
        caption: "jobs",
        heads: &["job", "state", "due-at", "#attempts", "progress", "reason", "deed"],
        rows: found.iter().map(|j| row(lang, j, now, may.then_some(csrf.as_str()))).collect(),
        empty: ("no-jobs", "no-jobs-advice"),
        next,
        first: q.at.map(|_| first.as_str()),
        paged: true,
    });
    let words = STATES.map(|(_, word)| t(lang, word));
    let places = STATES.map(|(state, _)| format!("/jobs?state={state}"));
    let tabs: Vec<Tab<'_>> = STATES
        .iter()
        .enumerate()
        .map(|(at, (one, _))| Tab {
            label: &words[at],
            href: &places[at],
            count: counts.iter().find(|(s, _)| s == one).and_then(|(_, n)| u64::try_from(*n).ok()),
            current: *one == state,
        })
        .collect();
    let title = t(lang, "jobs");
    let body = html! { (look::tabs(&title, &tabs)) (table) };
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, body))
}

fn row(lang: Lang, j: &Job, now: Timestamp, csrf: Option<&str>) -> Row<'static> {
    let key = format!("job-{}", j.kind.replace(['.', '_'], "-"));
    let word = t(lang, &key);
    let name = if word == key { j.kind.clone() } else { word };
    let state = match j.state.as_str() {
        "done" => badge(Tone::Go, Sign::Check, &t(lang, "job-done")),
        "dead" => badge(Tone::Stop, Sign::Cross, &t(lang, "job-dead")),
        _ if j.runs(now) => badge(Tone::Plain, Sign::Half, &t(lang, "job-running")),
        _ => badge(Tone::Plain, Sign::Ring, &t(lang, "job-waiting")),
    };
    let retry = html! { @if let (Some(csrf), "dead") = (csrf, j.state.as_str()) {
        form method="post" action="/jobs/retry" { (csrf_field(Some(csrf))) (button_secondary(&t(lang, "retry"), "job", &j.id.to_string())) }
    } };
    Row {
        cells: vec![
            html! { (name) " " span class="quiet" { (j.key) } },
            state,
            html! { (format::date_time_seconds(j.run_at.instant())) },
            html! { (j.attempts) },
            html! { @if let (Some(n), Some(all)) = (j.progress, j.total) { (format::integer(n)) " / " (format::integer(all)) } },
            html! { (j.last_error.as_deref().unwrap_or_default()) },
            retry,
        ],
        tone: if j.state == "dead" { Tone::Stop } else { Tone::Plain },
        ..Row::default()
    }
}

async fn retry(
    who: Who<Admins>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    registry::over_bureau(&who.actor())?;
    let given = Given(sent);
    let id = given.get("job").parse().map_err(|_| nothing(given.get("job")))?;
    let mut tx = web.begin().await?;
    if !job::again(&mut tx, id).await? {
        let what = bi("该作业不在失败之列", "this job is not laid aside");
        return Err(Refusal::new("job.state", what).remedy(bi("刷新列表", "Reload the list")).into());
    }
    tx.commit().await?;
    Ok(done("/jobs"))
}
