//! The tables of a trace: its nodes, its links, and the links that hold no longer.
use flow::lots::{self, Ended, Found, Goods, Item, words};
use kernel::{Decimal, UnitCode};
use maud::{Markup, html};
use std::collections::HashMap;
use trace::genealogy::{EdgeKind, Quantity};

use super::asked::Asked;
use super::draw::{kind, moment, title};
use super::place;
use super::stand::Stands;
use crate::answer::said;
use crate::look::{self, Column, DataTable, Lang, Narrow, Row, Tone, format, t};

/// Links that hold no longer, at most.
const MOST_ENDED: usize = 200;

/// An event by its hash, shortened to what tells two apart; it leads to the event.
pub(super) fn event(hash: &[u8; 32]) -> Markup {
    let hex = hex::encode(hash);
    html! {
        a class="code" href={ "/trace/event/" (hex) } title=(lots::event_id(hash)) { (hex.get(..12).unwrap_or(&hex)) "…" }
    }
}

/// How much, in the unit's own word.
pub(super) fn quantity(lang: Lang, of: Quantity) -> String {
    let code = if of.unit.code().is_empty() { "H87" } else { of.unit.code() };
    let unit = UnitCode::parse(code).map_or_else(|| code.to_owned(), |unit| said(lang, &unit.name()));
    format::quantity(Decimal::new(of.amount, 3).normalize(), &unit)
}

/// What joined two nodes, in words.
pub(super) fn link_word(lang: Lang, kind: EdgeKind) -> String {
    t(lang, &format!("trace-link-{}", words::kind(kind)))
}

fn columns<'a>(heads: &'a [String], figures: &[usize]) -> Vec<Column<'a>> {
    let column = |(at, head): (usize, &'a String)| match figures.contains(&at) {
        true => Column::figure(head, ""),
        false => Column::text(head),
    };
    heads.iter().enumerate().map(column).collect()
}

/// The nodes that are drawn.
pub(super) fn nodes(
    lang: Lang,
    asked: &Asked,
    drawn: &[&Item],
    stands: &Stands,
    details: &HashMap<String, String>,
) -> Markup {
    let keys = [
        "number", "kind", "name", "step", "when", "where", "quantity", "status", "detail", "event", "what-if",
    ];
    let heads = keys.map(|k| t(lang, &format!("trace-{k}")));
    let row = |item: &&Item| {
        let (tone, sign, word) = stands.of(lang, item);
        let close = asked.address("/trace", &[("close", item.name.as_str())]);
        Row {
            href: Some(place(&item.name)),
            cells: vec![
                html! { span class="code" { (title(item)) } },
                html! { (kind(lang, item)) },
                html! { @if let Some(name) = stands.name(&item.name) { (said(lang, name)) } },
                html! { (item.layer) },
                html! { @if let Some(at) = item.at { (moment(at)) } },
                html! { @if let Some(p) = &item.place { (lots::number(p)) } },
                html! { @if let Some(q) = item.quantity { (quantity(lang, q)) } },
                html! { @if !word.is_empty() { (look::badge(tone, sign, &word)) } },
                html! { @if let Some(d) = details.get(&item.name) { (d) } },
                html! { @if let Some(e) = &item.entry { (event(e)) } },
                html! { @if !item.asked { a href=(close) { (t(lang, "trace-close")) } } },
            ],
            tone: if tone == Tone::Stop { tone } else { Tone::Plain },
            ..Row::default()
        }
    };
    let caption = t(lang, "trace-table");
    look::data_table(&DataTable {
        lang,
        id: "nodes",
        caption: &caption,
        columns: columns(&heads, &[3, 6]),
        rows: drawn.iter().map(row).collect(),
        narrow: Narrow::Stack,
        ..DataTable::default()
    })
}

/// The links that are drawn, each with the event that tells it.
pub(super) fn links(lang: Lang, asked: &Asked, found: &Found, drawn: &[&Goods]) -> Markup {
    let keys = ["from", "to", "kind", "quantity", "when", "where", "event", "what-if"];
    let heads = keys.map(|k| t(lang, &format!("trace-{k}")));
    let row = |g: &&Goods| {
        let close = asked.address("/trace", &[("close", g.link_name().as_str())]);
        let (from, to) = (&found.items[g.from], &found.items[g.to]);
        Row {
            href: Some(place(&from.name)),
            cells: vec![
                html! { span class="code" { (title(from)) } },
                html! { a class="code" href=(place(&to.name)) { (title(to)) } },
                html! { (link_word(lang, g.kind)) },
                html! { @if let Some(q) = g.quantity { (quantity(lang, q)) } },
                html! { (moment(g.happened)) },
                html! { @if let Some(p) = &g.place { (lots::number(p)) } },
                event(&g.entry),
                html! { a href=(close) { (t(lang, "trace-close")) } },
            ],
            ..Row::default()
        }
    };
    let (caption, none) = (t(lang, "trace-links"), t(lang, "trace-links-none"));
    let table = look::data_table(&DataTable {
        lang,
        id: "links",
        caption: &caption,
        columns: columns(&heads, &[3]),
        rows: drawn.iter().map(row).collect(),
        empty: look::Empty { title: &none, ..look::Empty::default() },
        narrow: Narrow::Stack,
        ..DataTable::default()
    });
    look::section(&caption, html! {}, table)
}

/// Links that hold no longer: declared erroneous, or a listing that was ended.
pub(super) fn ended(lang: Lang, found: &Found) -> Markup {
    if found.ended.is_empty() {
        return html! {};
    }
    let keys = ["from", "to", "kind", "quantity", "when", "why", "event"];
    let heads = keys.map(|k| t(lang, &format!("trace-{k}")));
    let why = |e: &Ended| match e.declared {
        Some(at) => {
            let reason = e.reason.as_deref().map(|r| r.rsplit(['-', ':']).next().unwrap_or(r));
            let key = format!("trace-error-{}", reason.unwrap_or_default());
            let word = t(lang, &key);
            let word = if word == key { e.reason.clone().unwrap_or_default() } else { word };
            html! { (t(lang, "trace-erroneous")) " " (moment(at)) @if !word.is_empty() { " · " (word) } }
        }
        None => html! { (t(lang, "trace-delisted")) },
    };
    let row = |e: &Ended| Row {
        href: Some(place(&e.from)),
        cells: vec![
            html! { span class="code" { (lots::number(&e.from)) } },
            html! { a class="code" href=(place(&e.to)) { (lots::number(&e.to)) } },
            html! { (link_word(lang, e.kind)) },
            html! { @if let Some(q) = e.quantity { (quantity(lang, q)) } },
            html! { (moment(e.happened)) },
            why(e),
            event(&e.entry),
        ],
        ..Row::default()
    };
    let title = t(lang, "trace-ended");
    let table = look::data_table(&DataTable {
        lang,
        id: "ended",
        caption: &title,
        columns: columns(&heads, &[3]),
        rows: found.ended.iter().take(MOST_ENDED).map(row).collect(),
        narrow: Narrow::Stack,
        ..DataTable::default()
    });
    let body = html! { p class="note" { (t(lang, "trace-ended-lede")) } (table) };
    look::section(&title, html! {}, body)
}
