//! Laboratory: the list of samples, taking one, and the page of one with its custody, its tests and their results.
mod deeds;
mod list;
mod paper;
mod sample;
mod take;

use kernel::Bilingual;
use maud::{Markup, html};
use registry::rules::Pack;
use supervision::laboratory::Sample;

use crate::answer::said;
use crate::look::{self, Column, DataTable, Empty, Lang, Pager, Row, Sign, Tone, badge, format, t};
use crate::route::RouteSpec;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [list::routes(), take::routes(), sample::routes(), deeds::routes(), paper::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// The state as a word with its sign; a void sample is loud.
fn state_badge(lang: Lang, state: &str) -> Markup {
    let (tone, sign) = match state {
        "void" => (Tone::Stop, Sign::Cross),
        "received" => (Tone::Go, Sign::Check),
        _ => (Tone::Plain, Sign::Ring),
    };
    badge(tone, sign, &t(lang, &format!("lab-{state}")))
}

/// A verdict as a word with its sign.
fn verdict_badge(lang: Lang, verdict: &str) -> Markup {
    let (tone, sign) = match verdict {
        "pass" => (Tone::Go, Sign::Check),
        "fail" => (Tone::Stop, Sign::Square),
        _ => (Tone::Quiet, Sign::Dash),
    };
    badge(tone, sign, &t(lang, &format!("lab-{verdict}")))
}

/// Name of an analyte; its code when the rule pack knows it no more.
pub(crate) fn analyte(pack: &Pack, code: &str) -> Bilingual {
    pack.analyte.iter().find(|a| a.code == code).map_or_else(|| kernel::bi(code, code), |a| a.name())
}

/// Samples as a table.
pub(super) fn table(lang: Lang, found: &[Sample], first: Option<&str>, next: Option<&str>) -> Markup {
    let heads =
        ["lab-no", "goods", "lot", "quantity", "lab-state", "lab-holder", "lab-taken-at"].map(|k| t(lang, k));
    let (none, advice) = (t(lang, "lab-none"), t(lang, "lab-none-advice"));
    let rows = found.iter().map(|s| Row {
        href: Some(format!("/samples/{}", s.id)),
        cells: vec![
            html! { (s.no) },
            html! { (s.goods) },
            html! { (s.lot_no) },
            html! { (s.quantity.number()) "\u{a0}" (said(lang, &s.quantity.unit.name())) },
            state_badge(lang, &s.state),
            html! { (s.holder) },
            html! { (format::date_time(s.taken_at.instant())) },
        ],
        tone: if s.state == "void" { Tone::Stop } else { Tone::Plain },
        ..Row::default()
    });
    look::data_table(&DataTable {
        lang,
        id: "samples",
        caption: &t(lang, "lab-samples"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: (first.is_some() || next.is_some()).then_some(Pager { first, next, ..Pager::default() }),
        ..DataTable::default()
    })
}
