//! The ledger: its newest facts, and one fact with its exact text and hash.
use axum::extract::{Path, Query, State};
use kernel::{Actor, Refusal, Scope, UnitId, bi};
use maud::html;
use serde::Deserialize;
use store::ledger;

use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::{self, Column, Crumb, DataTable, Empty, Pager, Row, format, t};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Facts on one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/ledger", list), get("/ledger/{seq}", one)]
}

/// The whole ledger is for those who oversee the bureau; a branch sees the facts of its own work.
fn within_reach(by: &Actor, unit: Option<UnitId>) -> kernel::Result<()> {
    match by.scope {
        Scope::Bureau => Ok(()),
        Scope::Branch(own) if unit == Some(own) => Ok(()),
        Scope::Branch(_) | Scope::Operator(_) => {
            let way = bi(
                "从报检单的经过打开本部门的事实",
                "Open your own branch's facts from a declaration's timeline",
            );
            Err(Refusal::new("access.scope", bi("不在您的业务范围", "this is outside your reach"))
                .remedy(way)
                .into())
        }
    }
}

#[derive(Deserialize)]
struct Before {
    before: Option<i64>,
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(q): Query<Before>) -> Answer {
    let lang = who.lang;
    within_reach(&who.actor(), None)?;
    let mut tx = web.read().await?;
    let facts = ledger::page(&mut tx, q.before.unwrap_or(i64::MAX), PAGE, None).await?;
    let next = facts.last().filter(|f| f.seq > 1).map(|f| format!("/ledger?before={}", f.seq));
    let heads = ["sequence", "fact", "subject", "time"].map(|k| t(lang, k));
    let none = t(lang, "no-facts");
    let rows = facts.iter().map(|f| Row {
        href: Some(format!("/ledger/{}", f.seq)),
        cells: vec![
            html! { (f.seq) },
            html! { (f.kind) },
            html! { (f.subject) },
            html! { (format::date_time_seconds(f.at.instant())) },
        ],
        ..Row::default()
    });
    let table = DataTable {
        lang,
        id: "facts",
        caption: &t(lang, "facts"),
        columns: vec![
            Column::figure(&heads[0], ""),
            Column::text(&heads[1]),
            Column::text(&heads[2]),
            Column::text(&heads[3]),
        ],
        rows: rows.collect(),
        empty: Empty { title: &none, ..Empty::default() },
        pager: Some(Pager { next: next.as_deref(), first: q.before.map(|_| "/ledger"), ..Pager::default() }),
        ..DataTable::default()
    };
    let title = t(lang, "ledger");
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, look::data_table(&table)))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(seq): Path<String>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let before = seq.parse::<i64>().unwrap_or(0).saturating_add(1);
    let found = ledger::page(&mut tx, before, 1, None).await?.into_iter().find(|f| f.seq + 1 == before);
    let Some(f) = found else {
        return Err(Refusal::new("ledger.not_found", bi("总账中没有该事实", "the ledger has no such fact"))
            .missing("seq", seq, bi("从总账列表打开", "open it from the ledger's list"))
            .into());
    };
    within_reach(&who.actor(), f.unit.map(UnitId))?;
    let hash: String = f.hash.iter().map(|b| format!("{b:02x}")).collect();
    let words = |k: &str| t(lang, k);
    let (fact, subject, time, hashed, body) =
        (words("fact"), words("subject"), words("time"), words("hash"), words("content"));
    let pairs = [
        (fact.as_str(), html! { (f.kind) }),
        (subject.as_str(), html! { (f.subject) }),
        (time.as_str(), html! { (format::date_time_seconds(f.at.instant())) }),
        (hashed.as_str(), html! { code { (hash) } }),
        (body.as_str(), html! { code { (f.body) } }),
    ];
    let (list, title) = (words("ledger"), format!("#{}", f.seq));
    let crumbs = [Crumb { label: &list, href: Some("/ledger") }, Crumb { label: &title, href: None }];
    let page = Page { title: &title, crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, look::definition_list(&pairs, false)))
}
