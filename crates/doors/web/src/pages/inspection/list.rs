//! The list of tasks: mine, all that are open, those that ended.
use axum::extract::{Query, State};
use kernel::{TaskId, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;
use supervision::inspection::{self, InspectionTask, Shelf};

use super::state_badge;
use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Column, DataTable, Empty, Lang, Pager, Row, Sign, Tab, Tone, badge, format, t, t_args,
};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Tasks on one page.
const PAGE: i64 = 50;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/inspections", list)]
}

#[derive(Deserialize)]
struct Ask {
    #[serde(default)]
    shelf: String,
    at: Option<i64>,
    id: Option<TaskId>,
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(ask): Query<Ask>) -> Answer {
    let (lang, actor) = (who.lang, who.actor());
    let shelf = match (ask.shelf.as_str(), actor.officer) {
        ("mine", Some(officer)) => Shelf::Mine(officer),
        ("ended", _) => Shelf::Ended,
        _ => Shelf::Live,
    };
    let from = ask.at.zip(ask.id).map(|(at, id)| (Timestamp(at), id));
    let mut tx = web.read().await?;
    let found = inspection::list(&mut tx, &actor, shelf, from, PAGE).await?;
    let name = match shelf {
        Shelf::Live => "live",
        Shelf::Mine(_) => "mine",
        Shelf::Ended => "ended",
    };
    let key =
        |t: &InspectionTask| if shelf == Shelf::Ended { t.closed_at.map_or(0, |c| c.0) } else { t.due_at.0 };
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let last = found.last().filter(|_| full);
    let next = last.map(|t| format!("/inspections?shelf={name}&at={}&id={}", key(t), t.id));
    let first = format!("/inspections?shelf={name}");
    let table = table(lang, &found, web.clock.now(), from.map(|_| first.as_str()), next.as_deref());
    let words = ["insp-shelf-live", "insp-shelf-mine", "insp-shelf-ended"].map(|k| t(lang, k));
    let tab =
        |at: usize, shelf: &str, href| Tab { label: &words[at], href, current: shelf == name, count: None };
    let tabs = [
        tab(0, "live", "/inspections?shelf=live"),
        tab(1, "mine", "/inspections?shelf=mine"),
        tab(2, "ended", "/inspections?shelf=ended"),
    ];
    let title = t(lang, "inspections");
    let body = html! { (look::tabs(&title, &tabs)) (table) };
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, body))
}

fn table(
    lang: Lang,
    found: &[InspectionTask],
    now: Timestamp,
    first: Option<&str>,
    next: Option<&str>,
) -> Markup {
    let heads = ["declaration-number", "goods", "market", "insp-state", "deadline"].map(|k| t(lang, k));
    let (none, advice) = (t(lang, "insp-none"), t(lang, "insp-none-advice"));
    look::data_table(&DataTable {
        lang,
        id: "tasks",
        caption: &t(lang, "inspections"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: found.iter().map(|t| row(lang, t, now)).collect(),
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: Some(Pager { next, first, ..Pager::default() }),
        ..DataTable::default()
    })
}

fn row(lang: Lang, task: &InspectionTask, now: Timestamp) -> Row<'static> {
    let over = task.state.is_live() && task.due_at <= now;
    let round = t_args(lang, "insp-round", &[("n", task.round.into())]);
    Row {
        href: Some(format!("/inspections/{}", task.id)),
        cells: vec![
            html! { (task.declaration_no) @if task.round > 1 { " · " (round) } },
            html! { (task.goods) },
            html! { (task.market) },
            state_badge(lang, task.state),
            html! {
                (format::date_time(task.due_at.instant()))
                @if over { " " (badge(Tone::Stop, Sign::Warn, &t(lang, "insp-over"))) }
            },
        ],
        tone: if over { Tone::Stop } else { Tone::Plain },
        ..Row::default()
    }
}
