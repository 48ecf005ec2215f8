//! Tables: dense where officers compare; sticky heads, units in the head, figures to the right, pages by key.
use maud::{Markup, html};

use super::bits::{Empty, Tone, empty_state};
use super::format::count;
use super::lang::{Lang, t, t_args};
use super::mark::{Sign, sign};

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Words, to the left.
    #[default]
    Text,
    /// Figures, to the right, unbroken.
    Figure,
}

/// Direction of a sorted column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest or soonest first.
    Ascending,
    /// Largest or latest first.
    Descending,
}

/// One column.
#[derive(Debug, Clone, Default)]
pub struct Column<'a> {
    /// Head.
    pub head: &'a str,
    /// Unit, in the head and nowhere else.
    pub unit: &'a str,
    /// Setting.
    pub align: Align,
    /// Link that sorts by this column.
    pub sort: Option<&'a str>,
    /// Present order, if the table is sorted by it.
    pub order: Option<Order>,
}

impl<'a> Column<'a> {
    /// A column of words.
    pub fn text(head: &'a str) -> Self {
        Column { head, ..Default::default() }
    }

    /// A column of figures with its unit (empty for none).
    pub fn figure(head: &'a str, unit: &'a str) -> Self {
        Column { head, unit, align: Align::Figure, ..Default::default() }
    }

    /// The same column with a link that sorts by it, and the present order if it is sorted.
    pub fn sorted(self, href: &'a str, order: Option<Order>) -> Self {
        Column { sort: Some(href), order, ..self }
    }
}

/// One row. The first cell is its name and carries the link.
#[derive(Debug, Clone, Default)]
pub struct Row<'a> {
    /// Where the row leads.
    pub href: Option<String>,
    /// Cells, as many as columns.
    pub cells: Vec<Markup>,
    /// Stop and Wait draw a mark at the left edge (with a badge or clock in a cell that says so in words).
    pub tone: Tone,
    /// Group the row belongs to; a new name opens a group with its own head.
    pub group: Option<&'a str>,
}

/// Links to the pages before and after, by key.
#[derive(Debug, Clone, Default)]
pub struct Pager<'a> {
    /// First page.
    pub first: Option<&'a str>,
    /// Page before.
    pub previous: Option<&'a str>,
    /// Page after.
    pub next: Option<&'a str>,
    /// Rows in all, where counting is cheap.
    pub total: Option<u64>,
}

/// What becomes of the table on a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Narrow {
    /// Each row a small stack with the heads as labels.
    #[default]
    Stack,
    /// Scrolls sideways under a fixed first column (comparisons).
    Scroll,
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct DataTable<'a> {
    /// Language.
    pub lang: Lang,
    /// Element id, target of swaps and of keyboard moves.
    pub id: &'a str,
    /// What the table holds; shown when `show_caption`, always told.
    pub caption: &'a str,
    /// Whether the caption is seen (a heading above says the same otherwise).
    pub show_caption: bool,
    /// Columns.
    pub columns: Vec<Column<'a>>,
    /// Rows.
    pub rows: Vec<Row<'a>>,
    /// What is said when there are no rows.
    pub empty: Empty<'a>,
    /// Paging; `None` for a table that is whole.
    pub pager: Option<Pager<'a>>,
    /// On a phone.
    pub narrow: Narrow,
}

/// Draws the table, or its empty state.
pub fn data_table(table: &DataTable<'_>) -> Markup {
    let stack = table.narrow == Narrow::Stack;
    html! {
        div id=(table.id) class="reserve" {
            @if table.rows.is_empty() { (empty_state(&table.empty)) }
            @else if stack { (grid(table)) }
            @else { div class="scroller" role="region" aria-label=(table.caption) tabindex="0" { (grid(table)) } }
            @if let Some(pager) = table.pager.as_ref().filter(|_| !table.rows.is_empty()) {
                (pager_line(table.lang, table.rows.len(), pager))
            }
        }
    }
}

fn grid(table: &DataTable<'_>) -> Markup {
    let caption = if table.show_caption { "" } else { "unseen" };
    let class = if table.narrow == Narrow::Stack { "table stacks" } else { "table" };
    // Roles are spelled out: stacked rows on phones are no longer laid out as a table.
    html! {
        table class=(class) role="table" data-list {
            caption class=(caption) { (table.caption) }
            thead role="rowgroup" { tr role="row" { @for column in &table.columns { (head(table.lang, column)) } } }
            @for rows in table.rows.chunk_by(|a, b| a.group == b.group) {
                tbody role="rowgroup" {
                    @if let Some(group) = rows[0].group {
                        tr class="group" role="row" { th role="rowheader" scope="rowgroup" colspan=(table.columns.len()) {
                            (group) span class="count" { (count(rows.len() as u64)) }
                        } }
                    }
                    @for row in rows { (body_row(table, row)) }
                }
            }
        }
    }
}

/// Name and unit of a column: `净重（千克）`, `Net weight (kg)`.
fn full_head(lang: Lang, column: &Column<'_>) -> String {
    if column.unit.is_empty() {
        return column.head.to_owned();
    }
    let (open, close) = lang.pick(("（", "）"), (" (", ")"));
    format!("{}{open}{}{close}", column.head, column.unit)
}

fn head(lang: Lang, column: &Column<'_>) -> Markup {
    let class = (column.align == Align::Figure).then_some("figure");
    let (order, arrow) = match column.order {
        Some(Order::Ascending) => (Some("ascending"), "↑"),
        Some(Order::Descending) => (Some("descending"), "↓"),
        None => (None, ""),
    };
    let word = full_head(lang, column);
    html! {
        th role="columnheader" scope="col" class=[class] aria-sort=[order] {
            @if let Some(href) = column.sort { a href=(href) { (word) @if !arrow.is_empty() { span aria-hidden="true" { (arrow) } } } }
            @else { (word) }
        }
    }
}

fn body_row(table: &DataTable<'_>, row: &Row<'_>) -> Markup {
    let class = match row.tone {
        Tone::Stop => Some("stop"),
        Tone::Wait => Some("wait"),
        _ => None,
    };
    html! {
        tr role="row" class=[class] data-href=[row.href.as_deref()] {
            @for (index, (cell, column)) in row.cells.iter().zip(&table.columns).enumerate() {
                @let set = (column.align == Align::Figure).then_some("figure");
                @let label = full_head(table.lang, column);
                @if index == 0 {
                    th role="rowheader" scope="row" class=[set] { @if let Some(href) = &row.href { a href=(href) { (cell) } } @else { (cell) } }
                } @else {
                    td role="cell" class=[set] data-head=(label) { (cell) }
                }
            }
        }
    }
}

fn pager_line(lang: Lang, shown: usize, pager: &Pager<'_>) -> Markup {
    let shown = count(shown as u64);
    let said = match pager.total {
        Some(total) => {
            let total = count(total);
            t_args(lang, "pager-of", &[("shown", shown.into()), ("total", total.into())])
        }
        None => t_args(lang, "pager-shown", &[("shown", shown.into())]),
    };
    html! {
        nav class="pager" aria-label=(t(lang, "pager")) {
            span { (said) }
            span class="keys needs-js" aria-hidden="true" { span { kbd { "j" } " " kbd { "k" } " " (t(lang, "keys-move")) } span { kbd { "↵" } " " (t(lang, "keys-open")) } }
            span class="links" {
                @if let Some(first) = pager.first { a href=(first) { (t(lang, "pager-first")) } }
                @if let Some(previous) = pager.previous { a href=(previous) rel="prev" { (t(lang, "pager-previous")) } }
                @if let Some(next) = pager.next { a href=(next) rel="next" { (t(lang, "pager-next")) " " (sign(Sign::Arrow)) } }
                @else { span class="end" { (t(lang, "pager-end")) } }
            }
        }
    }
}
