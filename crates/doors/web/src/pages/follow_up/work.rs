//! What of these rooms waits for a person, and what the palette finds of them.
use kernel::{Actor, Result, Role, Timestamp};
use maud::{Markup, html};
use registry::trade;
use store::Tx;
use supervision::{
    class_review, correction,
    correction::State as Corrected,
    notification::{self, Notification},
    recall,
    recall::State as Recalled,
    traceback,
};

use super::{chip, follows, hazard};
use crate::answer::said;
use crate::look::{self, Lang, Row, Tone, t};
use crate::pages::sheet::{Listing, listing};

/// What of these rooms waits for a person, the soonest due first: on the page of one's own work.
pub(crate) async fn waiting(tx: &mut Tx, lang: Lang, by: &Actor, most: i64) -> Result<Markup> {
    let mut owed: Vec<(Timestamp, Row<'static>)> = Vec::new();
    let now = tx.now();
    let line = |no: &str, what: &str, href: String, from: Timestamp, due: Timestamp, more: String| {
        let tone = if due < now { Tone::Stop } else { Tone::Plain };
        let cells = vec![
            html! { (no) },
            html! { (t(lang, what)) },
            chip(lang, now, (from, due), "", None),
            html! { (more) },
        ];
        (due, Row { href: Some(href), cells, tone, ..Row::default() })
    };
    if follows(by) {
        for n in notification::open(tx, None, most).await? {
            let what = format!("fu-owed-{}", n.stage.code().replace('_', "-"));
            let href = format!("/notifications/{}", n.id);
            owed.push(line(&n.no, &what, href, n.received_at, n.due_at, n.notice.product.clone()));
        }
        for r in recall::list(tx, Some(Recalled::Opened), None, most).await? {
            let href = format!("/recalls/{}", r.id);
            owed.push(line(&r.no, "fu-owed-recall", href, r.opened_at, r.start_due_at, r.hazard.clone()));
        }
        for x in traceback::open(tx, None, most).await? {
            let href = format!("/tracebacks/{}", x.id);
            owed.push(line(
                &x.no,
                "fu-owed-trace",
                href,
                x.started_at,
                x.due_at,
                t(lang, &format!("fu-kind-{}", x.kind)),
            ));
        }
    }
    if by.has(&[Role::Manager]) {
        for r in class_review::open_ones(tx, None, most).await? {
            let own = registry::over_branch(by, Some(r.branch)).is_ok() && r.asked_by != by.officer;
            if own {
                let who = trade::operator(tx, r.operator).await?;
                let who = who.map_or_else(String::new, |o| said(lang, &o.name));
                let href = format!("/class-reviews/{}", r.id);
                owed.push(line(&r.no, "fu-owed-class", href, r.opened_at, r.due_at, who));
            }
        }
    }
    if by.has(&[Role::Inspector, Role::Manager, Role::Risk]) {
        let state =
            if by.has(&[Role::Inspector]) && !follows(by) { Corrected::Planned } else { Corrected::Asked };
        for c in correction::list(tx, state, None, most).await? {
            let what = if state == Corrected::Planned { "fu-owed-verify" } else { "fu-owed-plan" };
            let href = format!("/corrections/{}", c.id);
            owed.push(line(&c.no, what, href, c.opened_at, c.due_at, hazard(lang, &c.hazard)));
        }
    }
    if owed.is_empty() { Ok(html! {}) } else { Ok(drawn(lang, by, owed, most)) }
}

/// What waits, as a table, the soonest due first.
fn drawn(lang: Lang, by: &Actor, mut owed: Vec<(Timestamp, Row<'static>)>, most: i64) -> Markup {
    owed.sort_by_key(|(due, _)| *due);
    let rows = owed.into_iter().map(|(_, row)| row).take(usize::try_from(most).unwrap_or(0)).collect();
    let table = listing(Listing {
        lang,
        id: "follow-up",
        caption: "fu-work",
        heads: &["fu-number", "fu-next-step", "deadline", "fu-about"],
        rows,
        empty: ("fu-none", "fu-none-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let all = html! {
        @if follows(by) { (look::button_link_secondary(&t(lang, "fu-notifications"), "/notifications")) }
    };
    look::section(&t(lang, "fu-work"), all, table)
}

/// What the palette finds: a notification by its number here, or by its number at its source.
pub(crate) async fn found(tx: &mut Tx, lang: Lang, q: &str) -> Result<Vec<(String, String, String)>> {
    let hits = notification::by_reference(tx, q).await?;
    let told = |n: Notification| {
        let more = format!("{} · {}", n.notice.product, said(lang, &n.stage.name()));
        (n.no, more, format!("/notifications/{}", n.id))
    };
    Ok(hits.into_iter().map(told).collect())
}
