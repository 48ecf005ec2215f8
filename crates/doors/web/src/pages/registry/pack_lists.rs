//! The closed lists of a rule pack as tables: what an inspection looks at and may find, what the laboratory tests
//! for, and the limits by market.
use maud::{Markup, html};
use registry::rules::Pack;

use super::rules::mark;
use crate::answer::said;
use crate::look::{self, Lang, Row, t};
use crate::pages::sheet::{Listing, listing};

/// Every list that the pack has.
pub(super) fn lists(lang: Lang, pack: &Pack) -> Markup {
    let row = |cells: Vec<Markup>| Row { cells, ..Row::default() };
    let code = |code: &str| html! { code { (code) } };
    let items = pack.item.iter().map(|i| {
        row(vec![
            code(&i.code),
            html! { (said(lang, &i.name())) },
            html! { (i.unit) },
            html! { (i.citation) },
            mark(lang, i.status),
        ])
    });
    let findings = pack.finding.iter().map(|f| {
        row(vec![
            code(&f.code),
            html! { (said(lang, &f.name())) },
            html! { (f.citation) },
            mark(lang, f.status),
        ])
    });
    let analytes = pack
        .analyte
        .iter()
        .map(|a| row(vec![code(&a.code), html! { (said(lang, &a.name())) }, html! { (a.method) }]));
    let any = t(lang, "any");
    let limits = pack.limit.iter().map(|l| {
        let goods = if l.hs.is_empty() { any.clone() } else { l.hs.join(", ") };
        row(vec![
            code(&l.analyte),
            html! { (l.market.join(", ")) },
            html! { (goods) },
            html! { (l.value) },
            html! { (l.unit) },
            html! { (l.citation) },
            mark(lang, l.status),
        ])
    });
    html! {
        (one(lang, "pack-items", &["code", "name", "unit-of-number", "citation", "verification"], items.collect()))
        (one(lang, "pack-findings", &["code", "name", "citation", "verification"], findings.collect()))
        (one(lang, "pack-analytes", &["code", "name", "method"], analytes.collect()))
        (one(lang, "pack-limits", &["analyte", "market", "auth-goods", "#limit", "unit-of-number", "citation", "verification"], limits.collect()))
    }
}

fn one(lang: Lang, title: &str, heads: &[&str], rows: Vec<Row<'static>>) -> Markup {
    if rows.is_empty() {
        return Markup::default();
    }
    let table = listing(Listing {
        lang,
        id: title,
        caption: title,
        heads,
        rows,
        empty: ("no-numbers", "no-numbers-advice"),
        next: None,
        first: None,
        paged: false,
    });
    look::section(&t(lang, title), Markup::default(), table)
}
