//! Signed checkpoints: the bureau's word that the ledger had this hash at this number; and signing the present head.
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use store::ledger::{self, Checkpoint};

use super::within_reach;
use crate::answer::Answer;
use crate::guard::{Admins, Page, Staff, Who};
use crate::look::{self, Crumb, Lang, Row, Sign, Tone, badge, button, button_row, format, t};
use crate::pages::sheet::{Listing, PAGE, done, listing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/ledger/checkpoints", list), post("/ledger/checkpoints", sign)]
}

#[derive(Deserialize)]
struct Before {
    before: Option<i64>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn row(lang: Lang, c: &Checkpoint) -> Row<'static> {
    let state = if c.holds() {
        badge(Tone::Go, Sign::Check, &t(lang, "signature-valid"))
    } else {
        badge(Tone::Stop, Sign::Cross, &t(lang, "signature-broken"))
    };
    Row {
        href: Some(format!("/ledger/{}", c.seq)),
        cells: vec![
            html! { (c.seq) },
            html! { (format::date_time_seconds(c.at.instant())) },
            html! { code { (hex(&c.hash)) } },
            html! { code { (hex(&c.public_key).chars().take(16).collect::<String>()) "…" } },
            state,
        ],
        ..Row::default()
    }
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(q): Query<Before>) -> Answer {
    let lang = who.lang;
    within_reach(&who.actor(), None)?;
    let mut tx = web.read().await?;
    let found = ledger::checkpoints(&mut tx, q.before.unwrap_or(i64::MAX), PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let table = listing(Listing {
        lang,
        id: "checkpoints",
        caption: "checkpoints",
        heads: &["#sequence", "time", "hash", "signature-key", "state"],
        rows: found.iter().map(|c| row(lang, c)).collect(),
        empty: ("no-checkpoints", "no-checkpoints-advice"),
        next: found.last().filter(|_| full).map(|c| format!("/ledger/checkpoints?before={}", c.seq)),
        first: q.before.map(|_| "/ledger/checkpoints"),
        paged: true,
    });
    let csrf = Some(who.session.csrf.as_str());
    let frame = look::Form { lang, id: "sign", action: "/ledger/checkpoints", csrf, ..look::Form::default() };
    let may = who.actor().has(&[kernel::Role::Admin]);
    let (root, title, lede) = (t(lang, "ledger"), t(lang, "checkpoints"), t(lang, "checkpoints-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/ledger") }, Crumb { label: &title, href: None }];
    let actions = if may {
        look::form(&frame, button_row(false, button(&t(lang, "sign-head"))))
    } else {
        Markup::default()
    };
    Ok(who.page(
        &web,
        Page { title: &title, lede: Some(&lede), crumbs: &crumbs, actions, ..Page::default() },
        table,
    ))
}

async fn sign(who: Who<Admins>, State(web): State<Web>) -> Answer<Response> {
    within_reach(&who.actor(), None)?;
    let mut tx = web.begin().await?;
    ledger::checkpoint(&mut tx).await?;
    tx.commit().await?;
    Ok(done("/ledger/checkpoints"))
}
