//! Inspection and laboratory on the page of their consignment.
use kernel::{Actor, DeclarationId, Result};
use maud::{Markup, html};
use store::Tx;
use supervision::declaration::clock;
use supervision::{inspection, laboratory};

use super::state_badge;
use crate::look::{self, Column, DataTable, Lang, Row, format, t, t_args};

/// The tasks and the samples of a consignment, with the time that it spends in the laboratory; nothing when there
/// are none, or for the party's own people.
pub(crate) async fn section(tx: &mut Tx, by: &Actor, lang: Lang, id: DeclarationId) -> Result<Markup> {
    if by.officer.is_none() {
        return Ok(html! {});
    }
    let tasks = inspection::of_declaration(tx, id).await?;
    if tasks.is_empty() {
        return Ok(html! {});
    }
    let samples = laboratory::of_declaration(tx, id).await?;
    let stood = clock::suspensions(tx, id).await?;
    let heads = ["inspection-task", "insp-state", "deadline"].map(|k| t(lang, k));
    let rows = tasks.iter().map(|task| Row {
        href: Some(format!("/inspections/{}", task.id)),
        cells: vec![
            html! { (t_args(lang, "insp-round", &[("n", task.round.into())])) },
            state_badge(lang, task.state),
            html! { (format::date_time(task.due_at.instant())) },
        ],
        ..Row::default()
    });
    let tasks = look::data_table(&DataTable {
        lang,
        id: "inspection-tasks",
        caption: &t(lang, "inspections"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        ..DataTable::default()
    });
    let body = html! {
        (tasks)
        @for s in stood.iter().filter(|s| s.kind == clock::Standing::Laboratory.code()) {
            @let ended = s.until.map_or_else(|| t(lang, "lab-wait-open"), |e| format::date_time(e.instant()));
            p class="note" { (t_args(lang, "lab-wait", &[("from", format::date_time(s.since.instant()).into()), ("to", ended.into())])) }
        }
    };
    Ok(html! {
        (look::section(&t(lang, "inspection"), html! {}, body))
        @if !samples.is_empty() {
            (look::section(&t(lang, "laboratory"), html! {}, crate::pages::laboratory::table(lang, &samples, None, None)))
        }
    })
}
