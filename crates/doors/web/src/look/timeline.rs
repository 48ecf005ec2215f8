//! The timeline of an object: one column, newest first; who, post, unit, what, evidence, rule; gaps and overrides visible.
use maud::{Markup, html};

use super::bits::{Tone, badge};
use super::format::count;
use super::lang::{Lang, t};
use super::mark::{Sign, sign};
use super::reason::{Cite, cite};

/// What kind of entry it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EventKind {
    /// An officer's or a party's act.
    #[default]
    Act,
    /// An act that lets goods or papers go on.
    Go,
    /// An act that stops them.
    Stop,
    /// Done by the system under a rule.
    System,
    /// A person decided otherwise than the rule or the draw proposed.
    Override,
    /// A time without the record that should be there.
    Gap,
}

/// One entry.
#[derive(Debug, Clone, Default)]
pub struct Event<'a> {
    /// Time, formatted for reading.
    pub at: &'a str,
    /// The same for machines (RFC 3339).
    pub machine_at: &'a str,
    /// Kind.
    pub kind: EventKind,
    /// What was done.
    pub what: &'a str,
    /// The record.
    pub href: Option<&'a str>,
    /// Person.
    pub who: &'a str,
    /// Post.
    pub post: &'a str,
    /// Unit.
    pub unit: &'a str,
    /// Reason or remark.
    pub note: Option<&'a str>,
    /// Photos, results, documents.
    pub evidence: Vec<Cite<'a>>,
    /// Rule and version it was done under.
    pub rule: Option<Cite<'a>>,
    /// Sequence number in the ledger.
    pub seq: Option<u64>,
}

/// The timeline; the caller gives the newest first.
pub fn timeline(lang: Lang, events: &[Event<'_>]) -> Markup {
    html! { ol class="timeline" { @for event in events { (entry(lang, event)) } } }
}

fn entry(lang: Lang, event: &Event<'_>) -> Markup {
    let (class, mark) = match event.kind {
        EventKind::Act => ("", Sign::Dot),
        EventKind::Go => ("go", Sign::Check),
        EventKind::Stop => ("stop", Sign::Square),
        EventKind::System => ("", Sign::Ring),
        EventKind::Override => ("over", Sign::Warn),
        EventKind::Gap => ("gap", Sign::Dash),
    };
    let people: Vec<&str> =
        [event.who, event.post, event.unit].into_iter().filter(|part| !part.is_empty()).collect();
    html! {
        li class=(class) {
            time datetime=(event.machine_at) { (event.at) }
            span class="dot" { (sign(mark)) }
            div class="body" {
                p class="what" {
                    @if let Some(href) = event.href { a href=(href) { (event.what) } } @else { span { (event.what) } }
                    @match event.kind {
                        EventKind::Override => (badge(Tone::Loud, Sign::Warn, &t(lang, "timeline-override"))),
                        EventKind::Gap => (badge(Tone::Quiet, Sign::Dash, &t(lang, "timeline-gap"))),
                        _ => {}
                    }
                }
                @if let Some(note) = event.note { p { (note) } }
                @if !people.is_empty() { p class="who" { (people.join(" · ")) } }
                @if !event.evidence.is_empty() || event.rule.is_some() || event.seq.is_some() { (proof(lang, event)) }
            }
        }
    }
}

fn proof(lang: Lang, event: &Event<'_>) -> Markup {
    html! {
        p class="proof" {
            @for one in &event.evidence { (cite(one)) }
            @if let Some(rule) = &event.rule { span class="quiet" { (t(lang, "timeline-rule")) " " (cite(rule)) } }
            @if let Some(seq) = event.seq { a class="quiet" href={ "/ledger/" (seq) } { (t(lang, "timeline-ledger")) " " (count(seq)) } }
        }
    }
}
