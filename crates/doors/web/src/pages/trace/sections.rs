//! What a trace tells beside the drawing: consignments, breaks, balances.
use flow::lots::{self, Found, Stop};
use maud::{Markup, html};
use supervision::trail::Declared;
use trace::genealogy::Role;

use super::draw::moment;
use super::place;
use crate::look::{self, Column, DataTable, Lang, Row, Sign, Tone, format, t, t_args};

/// Rows of a list of the gap, the balance or the sources.
const LISTED: usize = 60;

/// A small table of words; a head that begins with `#` is one of figures.
pub(super) fn small(lang: Lang, id: &str, caption: &str, heads: &[&str], rows: Vec<Row<'static>>) -> Markup {
    let words: Vec<(String, bool)> =
        heads.iter().map(|h| (t(lang, h.trim_start_matches('#')), h.starts_with('#'))).collect();
    look::data_table(&DataTable {
        lang,
        id,
        caption,
        columns: words
            .iter()
            .map(|(h, f)| if *f { Column::figure(h, "") } else { Column::text(h) })
            .collect(),
        rows,
        ..DataTable::default()
    })
}

pub(super) fn linked(name: &str, cells: Vec<Markup>) -> Row<'static> {
    let mut all = vec![html! { span class="code" { (lots::number(name)) } }];
    all.extend(cells);
    Row { href: Some(place(name)), cells: all, ..Row::default() }
}

pub(super) fn consignments(lang: Lang, declared: &[Declared]) -> Markup {
    if declared.is_empty() {
        return html! {};
    }
    let title = t(lang, "trace-consignments");
    let row = |d: &Declared| Row {
        href: Some(format!("/declarations/{}", d.declaration)),
        cells: vec![html! { (d.no) }, html! { (lots::number(&d.lot)) }, html! { (d.market) }],
        ..Row::default()
    };
    let rows = declared.iter().map(row).collect();
    look::section(
        &title,
        html! {},
        small(lang, "consignments", &title, &["consignment", "trace-number", "market"], rows),
    )
}

pub(super) fn stops(lang: Lang, found: &Found) -> Markup {
    if found.stops.is_empty() {
        return html! {};
    }
    let gap = |s: &Stop| {
        s.gap
            .as_ref()
            .map(|(place, p)| format!("{} {} – {}", lots::number(place), moment(p.start), moment(p.end)))
    };
    let rows = found.stops.iter().take(LISTED).map(|s| {
        let finding = t(lang, &format!("trace-finding-{:?}", s.finding));
        linked(
            &s.name,
            vec![look::badge(Tone::Stop, Sign::Warn, &finding), html! { @if let Some(g) = gap(s) { (g) } }],
        )
    });
    let role = |r: Role| t(lang, &format!("trace-role-{r:?}"));
    let scope = found.scope.iter().take(LISTED);
    let scope =
        scope.map(|(lot, place, r)| linked(lot, vec![html! { (role(*r)) }, html! { (lots::number(place)) }]));
    let (title, within) = (t(lang, "trace-stops"), t(lang, "trace-scope"));
    let body = html! {
        p class="note" { (t(lang, "trace-stops-lede")) }
        (small(lang, "stops", &title, &["trace-number", "trace-finding", "trace-gap"], rows.collect()))
        @if !found.scope.is_empty() {
            h3 { (within) " (" (found.scope.len()) ")" }
            (small(lang, "scope", &within, &["trace-number", "trace-status", "trace-where"], scope.collect()))
        }
    };
    look::section(&title, html! {}, body)
}

pub(super) fn common(lang: Lang, found: &Found) -> Markup {
    if found.common.is_empty() {
        return html! {};
    }
    let title = t(lang, "trace-common");
    let rows = found.common.iter().take(LISTED).map(|(name, n)| linked(name, vec![html! { (n) }])).collect();
    look::section(
        &title,
        html! {},
        small(lang, "common", &title, &["trace-number", "#trace-common-of"], rows),
    )
}

pub(super) fn excess(lang: Lang, found: &Found) -> Markup {
    if found.excess.is_empty() {
        return html! {};
    }
    let title = t(lang, "trace-excess");
    let rows = found.excess.iter().take(LISTED).map(|(name, entered, left)| {
        linked(name, vec![html! { (kilograms(*entered)) }, html! { (kilograms(*left)) }])
    });
    let body = html! {
        p class="note" { (t(lang, "trace-excess-lede")) }
        (small(lang, "excess", &title, &["trace-number", "#trace-entered", "#trace-left"], rows.collect()))
    };
    look::section(&title, html! {}, body)
}

pub(super) fn kilograms(milli: i128) -> String {
    format::integer(i64::try_from(milli / 1000).unwrap_or(i64::MAX))
}

/// What farms of the trace delivered in the months of its harvests, beside what their filings allow.
pub(super) fn supplied(lang: Lang, found: &Found) -> Markup {
    if found.supplied.is_empty() {
        return html! {};
    }
    let title = t(lang, "trace-supplied");
    let rows = found.supplied.iter().take(LISTED).map(|s| {
        let over = |over: i128| {
            let word = t_args(lang, "trace-over", &[("kg", kilograms(over).into())]);
            look::badge(Tone::Wait, Sign::Warn, &word)
        };
        linked(
            &s.farm,
            vec![
                html! { (s.month) },
                html! { (kilograms(s.delivered)) },
                html! { @if let Some(m) = s.maximum { (kilograms(m)) } @else { (format::no_data(lang)) } },
                html! { @if let Some(o) = s.over() { (over(o)) } },
            ],
        )
    });
    let heads = ["trace-number", "trace-month", "#trace-delivered", "#trace-maximum", "trace-status"];
    let body = html! {
        p class="note" { (t(lang, "trace-supplied-lede")) }
        (small(lang, "supplied", &title, &heads, rows.collect()))
    };
    look::section(&title, html! {}, body)
}
