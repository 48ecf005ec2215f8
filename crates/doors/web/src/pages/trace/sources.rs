//! Possible sources of several lots: a lead for officers, never a finding.
use flow::lots::{self, Explains, Found, Source, Sources};
use maud::{Markup, html};

use super::asked::Asked;
use super::place;
use super::sections::{kilograms, linked, small};
use super::tables::event;
use crate::look::{self, Flash, Lang, Row, Tone, format, t, t_args};

/// The section; nothing when fewer than two lots were asked about.
pub(super) fn sources(lang: Lang, asked: &Asked, found: &Found) -> Markup {
    let Some(ranked) = &found.sources else { return html! {} };
    let title = t(lang, "trace-sources");
    let rows: Vec<Row<'static>> = ranked.list.iter().map(|s| row(lang, ranked, s)).collect();
    let heads = [
        "trace-number",
        "#trace-rank",
        "#trace-share",
        "#trace-likelihood",
        "#trace-common-of",
        "trace-rank-without",
        "trace-evidence",
    ];
    let body = html! {
        (look::flash_line(&Flash { tone: Tone::Wait, text: &t(lang, "trace-sources-lead") }))
        p class="note" { (t(lang, "trace-sources-lede")) @if !ranked.settled { " " (t(lang, "trace-sources-unsettled")) } }
        (cases(lang, asked, ranked))
        @if ranked.list.is_empty() {
            p { (t(lang, "trace-sources-none")) }
        } @else {
            (small(lang, "sources", &title, &heads, rows))
        }
    };
    look::section(&title, html! {}, body)
}

/// The lots to be explained, numbered, each with the same question without it.
fn cases(lang: Lang, asked: &Asked, ranked: &Sources) -> Markup {
    let typed = |name: &str| asked.lots.iter().find(|l| *l == name || **l == lots::number(name)).cloned();
    html! {
        ol class="cases" {
            @for name in &ranked.lots {
                li {
                    span class="code" { (lots::number(name)) }
                    @if let Some(typed) = typed(name) {
                        @let rest: Vec<String> = asked.lots.iter().filter(|l| **l != typed).cloned().collect();
                        " · " a href=(asked.about(rest)) { (t_args(lang, "trace-without", &[("lot", lots::number(name).into())])) }
                    }
                }
            }
        }
    }
}

fn row(lang: Lang, ranked: &Sources, s: &Source) -> Row<'static> {
    let without = s.without.iter().enumerate().map(|(at, rank)| format!("{}: {rank}", at + 1));
    let tied = (s.tied > 1).then(|| t_args(lang, "trace-tied", &[("n", s.tied.to_string().into())]));
    linked(
        &s.name,
        vec![
            html! { (s.rank) @if let Some(tied) = tied { " " span class="quiet" { (tied) } } },
            html! { (format::percent(s.share, 1)) },
            html! { (format!("{:.2}", s.log_likelihood)) },
            html! { (s.explains.len()) " / " (ranked.lots.len()) },
            html! { (without.collect::<Vec<_>>().join(" · ")) },
            html! { details { summary { (t(lang, "trace-evidence-show")) } @for e in &s.explains { (evidence(lang, e)) } } },
        ],
    )
}

/// One way from the source to a lot, with what entered and left each step of it.
fn evidence(lang: Lang, e: &Explains) -> Markup {
    let balance = |entered: Option<i128>, left: Option<i128>| {
        let told = |of: Option<i128>| of.map_or_else(|| format::no_data(lang), kilograms);
        (entered.is_some() || left.is_some()).then(|| {
            t_args(lang, "trace-passed", &[("entered", told(entered).into()), ("left", told(left).into())])
        })
    };
    html! {
        p { (t_args(lang, "trace-explains", &[("lot", (e.lot + 1).to_string().into()), ("chance", format::percent(e.chance, 1).into())])) }
        ol class="evidence" {
            @for step in &e.path {
                li {
                    a class="code" href=(place(&step.name)) { (lots::number(&step.name)) }
                    @if let Some(hash) = &step.entry { " " (event(hash)) }
                    @if let Some(said) = balance(step.entered, step.left) { " " span class="quiet" { (said) } }
                }
            }
        }
    }
}
