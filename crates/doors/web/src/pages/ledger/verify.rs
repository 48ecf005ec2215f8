//! Verifying the ledger on the page: asked for as a job, its progress, and the first broken fact by its number.
//! And the whole ledger as JSON lines, for whoever repeats the chain without this program.
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flow::worker;
use futures::stream;
use maud::{Markup, html};
use serde::Deserialize;
use store::job::{self, Job};
use store::ledger;

use super::within_reach;
use crate::answer::Answer;
use crate::guard::{AccountReaders, Page, Staff, Who};
use crate::look::{
    self, Crumb, Lang, Progress, Sign, Tone, badge, button, button_link_secondary, button_row, format, t,
    t_args,
};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/ledger/verify", show),
        post("/ledger/verify", ask),
        get("/ledger/verify/progress", running),
        get("/ledger/export", export),
    ]
}

/// What a verification left.
#[derive(Deserialize)]
struct Verdict {
    facts: i64,
    head_hash: String,
    checkpoints: i64,
    broken: Option<Broken>,
}

#[derive(Deserialize)]
struct Broken {
    seq: i64,
    why: String,
}

async fn show(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    within_reach(&who.actor(), None)?;
    let mut tx = web.read().await?;
    let last = job::newest(&mut tx, worker::VERIFY).await?;
    let (head, at) = ledger::head(&mut tx).await?;
    let open = last.as_ref().is_some_and(|j| j.state == "queued");
    let may = who.actor().has(&[kernel::Role::Admin, kernel::Role::Auditor]);
    let csrf = Some(who.session.csrf.as_str());
    let frame = look::Form { lang, id: "verify", action: "/ledger/verify", csrf, ..look::Form::default() };
    let body = html! {
        div class="stack wide" {
            p { (t_args(lang, "ledger-head", &[("n", format::integer(head).into()), ("at", format::date_time(at.instant()).into())])) }
            @if let Some(job) = &last { (state(lang, job)) } @else { p class="quiet" { (t(lang, "never-verified")) } }
            @if may && !open { (look::form(&frame, button_row(false, button(&t(lang, "verify-now"))))) }
        }
    };
    let (root, title) = (t(lang, "ledger"), t(lang, "ledger-verify"));
    let lede = t(lang, "ledger-verify-lede");
    let crumbs = [Crumb { label: &root, href: Some("/ledger") }, Crumb { label: &title, href: None }];
    let actions = button_link_secondary(&t(lang, "jobs"), "/jobs");
    let actions = if may { actions } else { Markup::default() };
    Ok(who.page(
        &web,
        Page { title: &title, lede: Some(&lede), crumbs: &crumbs, actions, ..Page::default() },
        body,
    ))
}

/// A verification as it stands: waiting, running with its progress, over with its verdict, or given up.
fn state(lang: Lang, job: &Job) -> Markup {
    let verdict: Option<Verdict> = job.result.as_deref().and_then(|text| serde_json::from_str(text).ok());
    html! {
        div id="verification" {
            @match (&verdict, job.state.as_str()) {
                (Some(verdict), _) => (told(lang, job, verdict)),
                (None, "dead") => {
                    (badge(Tone::Stop, Sign::Cross, &t(lang, "verify-gave-up")))
                    p { (job.last_error.as_deref().unwrap_or_default()) }
                },
                (None, _) => {
                    (progress(lang, job))
                    @if let Some(error) = &job.last_error { p class="quiet" { (error) } }
                },
            }
        }
    }
}

fn progress(lang: Lang, job: &Job) -> Markup {
    let number = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
    look::progress(&Progress {
        lang,
        id: "verification-progress",
        label: &t(lang, if job.progress.is_some() { "verifying" } else { "verify-waiting" }),
        done: number(job.progress).unwrap_or(0),
        total: number(job.total),
        poll: Some("/ledger/verify/progress"),
        rejected: 0,
    })
}

fn told(lang: Lang, job: &Job, verdict: &Verdict) -> Markup {
    let at = job.done_at.map(|at| format::date_time_seconds(at.instant())).unwrap_or_default();
    html! {
        @match &verdict.broken {
            None => {
                p { (badge(Tone::Go, Sign::Check, &t(lang, "chain-whole"))) " " (at) }
                (look::definition_list(&[
                    (&t(lang, "facts"), html! { (format::integer(verdict.facts)) }),
                    (&t(lang, "checkpoints"), html! { (format::integer(verdict.checkpoints)) }),
                    (&t(lang, "hash"), html! { code { (verdict.head_hash) } }),
                ], false))
            },
            Some(broken) => section class="refusal" role="alert" {
                h2 { (look::sign(Sign::Cross)) span { (t(lang, "chain-broken")) } }
                dl {
                    dt { (t(lang, "first-broken")) }
                    dd { a href={ "/ledger/" (broken.seq) } { "#" (broken.seq) } " · " (broken.why) }
                    dt { (t(lang, "facts-before-it")) }
                    dd { (format::integer(verdict.facts)) }
                    dt { (t(lang, "refusal-now")) }
                    dd { (t(lang, "chain-broken-now")) }
                }
                p class="quiet" { (at) }
            },
        }
    }
}

async fn running(who: Who<Staff>, State(web): State<Web>) -> Answer {
    within_reach(&who.actor(), None)?;
    let mut tx = web.read().await?;
    let last = job::newest(&mut tx, worker::VERIFY).await?;
    Ok(last.map_or_else(Markup::default, |job| match job.state.as_str() {
        "queued" => progress(who.lang, &job),
        _ => state(who.lang, &job),
    }))
}

async fn ask(who: Who<AccountReaders>, State(web): State<Web>) -> Answer<Response> {
    within_reach(&who.actor(), None)?;
    let mut tx = web.begin().await?;
    worker::ask_verification(&mut tx).await?;
    tx.commit().await?;
    Ok(go("/ledger/verify", &[]))
}

/// Streams the ledger as it stood when the export began; a break in the stream is a break for the reader, too.
async fn export(who: Who<Staff>, State(web): State<Web>) -> Answer<Response> {
    within_reach(&who.actor(), None)?;
    let mut tx = web.read().await?;
    let (last, _) = ledger::head(&mut tx).await?;
    let pages = stream::try_unfold((tx, 0), move |(mut tx, after)| async move {
        match ledger::lines(&mut tx, after, last).await {
            Ok(Some((seq, page))) => Ok(Some((page, (tx, seq)))),
            Ok(None) => Ok(None),
            Err(no) => Err(std::io::Error::other(no.to_string())),
        }
    });
    let name = format!("attachment; filename=\"ledger-{last}.jsonl\"");
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl; charset=utf-8")),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}
