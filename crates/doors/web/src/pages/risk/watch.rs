//! The watch list: what was notified lately by product, origin and hazard, with what such a list is worth.
use axum::extract::State;
use maud::{Markup, html};
use risk::watch::{Line, written};
use supervision::watch;

use super::room;
use crate::answer::Answer;
use crate::guard::{Staff, Who};
use crate::look::{Column, DataTable, Empty, Lang, Row, data_table, format, t, t_args};
use crate::route::{RouteSpec, get, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/risk/watch", show)]
}

async fn show(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let list = watch::list(&mut tx).await?;
    let may = super::tables::writes(&who);
    let worth = list.backtest.as_ref().map(|b| {
        t_args(
            lang,
            "watch-worth",
            &[
                ("months", b.months.into()),
                ("recall", format::percent(b.recall, 1).into()),
                ("top", b.top.into()),
            ],
        )
    });
    let heads =
        ["watch-rank", "product", "origin", "hazard", "watch-weight", "watch-notices", "watch-latest", ""]
            .map(|k| if k.is_empty() { String::new() } else { t(lang, k) });
    let mut columns: Vec<Column<'_>> = heads.iter().map(|h| Column::text(h)).collect();
    columns[4] = Column::figure(&heads[4], "");
    columns[5] = Column::figure(&heads[5], "");
    if !may {
        columns.pop();
    }
    let (none, advice, caption) =
        (t(lang, "no-notices"), t(lang, "no-notices-advice"), t(lang, "watch-list"));
    let body = html! {
        p class="measure quiet" { (t_args(lang, "watch-lede", &[("n", format::count(u64::try_from(list.notices).unwrap_or(0)).into())])) }
        @match &worth { Some(text) => p class="measure" { (text) }, None => p class="quiet" { (t(lang, "watch-not-enough")) } }
        (data_table(&DataTable {
            lang,
            id: "watch",
            caption: &caption,
            columns,
            rows: list.lines.iter().map(|l| row(lang, l, may)).collect(),
            empty: Empty { title: &none, advice: &advice, ..Empty::default() },
            ..DataTable::default()
        }))
    };
    Ok(room(&who, &web, "/risk/watch", Markup::default(), body))
}

fn row(lang: Lang, l: &Line, may: bool) -> Row<'static> {
    let hazard = l.hazard.clone().unwrap_or_else(|| "—".to_owned());
    let mut cells = vec![
        html! { (l.rank) },
        html! { (l.product) },
        html! { (l.origin) },
        html! { (hazard) },
        html! { (format!("{:.2}", l.weight)) },
        html! { (l.notices) },
        html! { (written(l.latest)) },
    ];
    if may {
        let known = t_args(
            lang,
            "watch-information",
            &[
                ("n", l.notices.into()),
                ("latest", written(l.latest).into()),
                ("weight", format!("{:.2}", l.weight).into()),
            ],
        );
        let case = with_query(
            "/risk/alerts/new",
            &[
                ("source", "watch".to_owned()),
                ("title", format!("{} {} {hazard}", l.product, l.origin)),
                ("hazard", hazard),
                ("information", known),
            ],
        );
        cells.push(html! { a href=(case) { (t(lang, "open-case")) } });
    }
    Row { cells, ..Row::default() }
}
