//! Small parts: badges, tabs, definition lists, figures in a row, empty states, progress, pairs of languages.
use maud::{Markup, html};

use super::format::count;
use super::lang::{Lang, t, t_args};
use super::mark::{Sign, mark, sign};

/// How loudly a word speaks. Amber and vermilion belong to clocks and stops only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Ink: a plain fact.
    #[default]
    Plain,
    /// Sea-green: done, valid, may go on.
    Go,
    /// Amber: a clock runs short, something is not yet sent.
    Wait,
    /// Vermilion: held, refused, broken, over.
    Stop,
    /// Grey: past, not applicable.
    Quiet,
    /// Inverted ink: an override, a withdrawn paper; loud without a colour.
    Loud,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain-tone",
            Tone::Go => "go",
            Tone::Wait => "wait",
            Tone::Stop => "stop",
            Tone::Quiet => "quiet",
            Tone::Loud => "loud",
        }
    }

    pub(super) fn sign(self) -> Sign {
        match self {
            Tone::Plain => Sign::Dot,
            Tone::Go => Sign::Check,
            Tone::Wait => Sign::Warn,
            Tone::Stop => Sign::Square,
            Tone::Quiet => Sign::Dash,
            Tone::Loud => Sign::Warn,
        }
    }
}

/// A word with its sign: `badge(Tone::Stop, Sign::Square, "暂扣")`.
pub fn badge(tone: Tone, mark: Sign, word: &str) -> Markup {
    html! { span class={ "badge " (tone.class()) } { (sign(mark)) (word) } }
}

/// How intensely a consignment is controlled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Released on papers kept, with a random minimum of checks.
    Facilitated,
    /// Papers are reviewed.
    Documentary,
    /// A sample of batches is inspected.
    Sampled,
    /// Every batch is inspected, with stricter plans.
    Intensified,
}

impl Lane {
    /// All lanes, lightest first.
    pub const ALL: [Lane; 4] = [Lane::Facilitated, Lane::Documentary, Lane::Sampled, Lane::Intensified];

    /// Code as kept in records.
    pub fn code(self) -> &'static str {
        match self {
            Lane::Facilitated => "declaration",
            Lane::Documentary => "verification",
            Lane::Sampled => "sampling",
            Lane::Intensified => "conformity",
        }
    }

    /// The lane of a code, if it is one of ours.
    pub fn from_code(code: &str) -> Option<Lane> {
        Lane::ALL.into_iter().find(|lane| lane.code() == code)
    }
}

/// The lane as a word and one to four bars of intensity.
pub fn lane_badge(lang: Lang, lane: Lane) -> Markup {
    let level = Lane::ALL.iter().position(|one| *one == lane).unwrap_or(0) + 1;
    intensity_badge(&t(lang, &format!("lane-{}", lane.code())), level)
}

/// Any graded word (risk level, class, grade) with `level` of four bars filled.
pub fn intensity_badge(word: &str, level: usize) -> Markup {
    html! {
        span class="badge lane" {
            svg viewBox="0 0 18 12" aria-hidden="true" focusable="false" {
                @for bar in 0..4_usize {
                    rect class=[(bar >= level).then_some("off")] x=(bar * 5) y=(9 - bar * 3) width="3" height=(3 + bar * 3) fill="currentColor" {}
                }
            }
            (word)
        }
    }
}

/// Where a consignment, lot or paper stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Declared, not yet accepted.
    Declared,
    /// Papers to be completed.
    Deficient,
    /// Accepted.
    Accepted,
    /// Lane and checks decided.
    Targeted,
    /// Under inspection.
    Inspecting,
    /// Sample in the laboratory.
    Testing,
    /// Result evaluated.
    Evaluated,
    /// Released.
    Released,
    /// Part of the lots released.
    PartlyReleased,
    /// Held.
    Held,
    /// Under quarantine treatment.
    Treated,
    /// Returned to the sender.
    Returned,
    /// Destroyed under supervision.
    Destroyed,
    /// Certificate issued.
    Certified,
    /// Withdrawn by the declarant or the bureau.
    Withdrawn,
}

impl Stage {
    /// All stages, in the order of the walk.
    pub const ALL: [Stage; 15] = [
        Stage::Declared,
        Stage::Deficient,
        Stage::Accepted,
        Stage::Targeted,
        Stage::Inspecting,
        Stage::Testing,
        Stage::Evaluated,
        Stage::Released,
        Stage::PartlyReleased,
        Stage::Held,
        Stage::Treated,
        Stage::Returned,
        Stage::Destroyed,
        Stage::Certified,
        Stage::Withdrawn,
    ];

    /// Code, tone and sign of the stage.
    fn look(self) -> (&'static str, Tone, Sign) {
        match self {
            Stage::Declared => ("declared", Tone::Plain, Sign::Ring),
            Stage::Deficient => ("deficient", Tone::Wait, Sign::Warn),
            Stage::Accepted => ("accepted", Tone::Plain, Sign::Dot),
            Stage::Targeted => ("targeted", Tone::Plain, Sign::Dot),
            Stage::Inspecting => ("inspecting", Tone::Plain, Sign::Half),
            Stage::Testing => ("testing", Tone::Plain, Sign::Half),
            Stage::Evaluated => ("evaluated", Tone::Plain, Sign::Dot),
            Stage::Released => ("released", Tone::Go, Sign::Check),
            Stage::PartlyReleased => ("partly-released", Tone::Go, Sign::Half),
            Stage::Held => ("held", Tone::Stop, Sign::Square),
            Stage::Treated => ("treated", Tone::Plain, Sign::Half),
            Stage::Returned => ("returned", Tone::Stop, Sign::Cross),
            Stage::Destroyed => ("destroyed", Tone::Stop, Sign::Cross),
            Stage::Certified => ("certified", Tone::Go, Sign::Check),
            Stage::Withdrawn => ("withdrawn", Tone::Quiet, Sign::Dash),
        }
    }

    /// Code as kept in records.
    pub fn code(self) -> &'static str {
        self.look().0
    }

    /// The stage of a code, if it is one of ours.
    pub fn from_code(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// The stage as word and sign.
pub fn stage_badge(lang: Lang, stage: Stage) -> Markup {
    let (code, tone, mark) = stage.look();
    badge(tone, mark, &t(lang, &format!("stage-{code}")))
}

/// One tab: a link, so that back works and the URL names what is seen.
#[derive(Debug, Clone, Default)]
pub struct Tab<'a> {
    /// Its word.
    pub label: &'a str,
    /// Its address.
    pub href: &'a str,
    /// How many things are in it.
    pub count: Option<u64>,
    /// Whether it is the one shown.
    pub current: bool,
}

/// Tabs by deed; `label` names the set for readers who do not see it.
pub fn tabs(label: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav class="tabs" aria-label=(label) {
            @for tab in tabs {
                a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                    (tab.label) @if let Some(n) = tab.count { span class="count" { (count(n)) } }
                }
            }
        }
    }
}

/// Pairs of term and value with hairlines; `two_columns` for wide pages.
pub fn definition_list(pairs: &[(&str, Markup)], two_columns: bool) -> Markup {
    html! {
        dl class={ "facts" @if two_columns { " two" } } {
            @for (term, value) in pairs { dt { (term) } dd { (value) } }
        }
    }
}

/// The same text in both languages, that of the page first (names on papers and labels on forms).
pub fn bilingual(lang: Lang, zh: &str, en: &str) -> Markup {
    let (first, second) = lang.pick((zh, en), (en, zh));
    let (own, other) = lang.pick((Lang::ZhCn, Lang::En), (Lang::En, Lang::ZhCn));
    html! {
        span class="bilingual" {
            span lang=(own.tag()) { (first) }
            @if !second.is_empty() && second != first { span class="second" lang=(other.tag()) { (second) } }
        }
    }
}

/// One figure in a row of figures.
#[derive(Debug, Clone, Default)]
pub struct Stat<'a> {
    /// What it is.
    pub name: &'a str,
    /// The figure, already formatted; `None` shows "no data" in words.
    pub value: Option<&'a str>,
    /// Unit.
    pub unit: &'a str,
    /// n, period or comparison below it.
    pub more: &'a str,
    /// The records behind it.
    pub href: Option<&'a str>,
}

/// A row of [`stat`].
pub fn stats(lang: Lang, all: &[Stat<'_>]) -> Markup {
    html! { div class="stats" { @for one in all { (stat(lang, one)) } } }
}

/// One figure with its name, unit and what stands behind it.
pub fn stat(lang: Lang, stat: &Stat<'_>) -> Markup {
    html! {
        div class="stat" {
            p class="name" { (stat.name) }
            @match (stat.value, stat.href) {
                (Some(value), Some(href)) => p class="value" { a href=(href) { (value) } " " span class="unit" { (stat.unit) } },
                (Some(value), None) => p class="value" { (value) " " span class="unit" { (stat.unit) } },
                (None, _) => p class="value word" { (t(lang, "no-data")) },
            }
            @if !stat.more.is_empty() { p class="more" { (stat.more) } }
        }
    }
}

/// Nothing here, and what to do about it.
#[derive(Debug, Clone, Default)]
pub struct Empty<'a> {
    /// What is absent: "No consignment matches these filters".
    pub title: &'a str,
    /// What to do: one or two sentences.
    pub advice: &'a str,
    /// Buttons or links.
    pub actions: Markup,
}

/// An empty state that says what to do.
pub fn empty_state(empty: &Empty<'_>) -> Markup {
    html! {
        div class="empty" {
            (mark())
            h2 { (empty.title) }
            p { (empty.advice) }
            @if !empty.actions.0.is_empty() { div class="buttons" { (empty.actions) } }
        }
    }
}

/// The advance of a long act.
#[derive(Debug, Clone, Default)]
pub struct Progress<'a> {
    /// Language.
    pub lang: Lang,
    /// Element id, target of the swap.
    pub id: &'a str,
    /// What is going on.
    pub label: &'a str,
    /// Units done.
    pub done: u64,
    /// Units in all; `None` while unknown.
    pub total: Option<u64>,
    /// Where the next state is fetched every second while it runs; `None` when finished.
    pub poll: Option<&'a str>,
    /// Rejected units, shown when above zero.
    pub rejected: u64,
}

/// A thin bar with figures; polls by htmx, and without JavaScript offers a link to look again.
pub fn progress(p: &Progress<'_>) -> Markup {
    let trigger = p.poll.map(|_| "load delay:1s");
    html! {
        div class="progress reserve" id=(p.id) hx-get=[p.poll] hx-trigger=[trigger] hx-swap=[p.poll.map(|_| "outerHTML")] {
            div class="line" {
                span { (p.label) }
                span class="figure" {
                    (count(p.done)) @if let Some(total) = p.total { " / " (count(total)) }
                }
            }
            progress aria-label=(p.label) max=[p.total] value=[p.total.map(|total| p.done.min(total))] {}
            div class="line note quiet" {
                span { @if p.rejected > 0 { (t_args(p.lang, "progress-rejected", &[("n", p.rejected.into())])) } }
                @if p.poll.is_some() { a href="" { (t(p.lang, "look-again")) } } @else { (t(p.lang, "progress-finished")) }
            }
        }
    }
}

/// Two columns: `main` is what the object is, `aside` what may be done with it. The aside comes first in the source,
/// so that keyboard and phone reach it before a long history. `label` names it for readers who do not see it.
pub fn split(label: &str, main: Markup, aside: Markup) -> Markup {
    html! { div class="split section" { aside aria-label=(label) { (aside) } div class="main stack" { (main) } } }
}

/// A section of a page with its heading and, at the right, a link or button.
pub fn section(title: &str, aside: Markup, body: Markup) -> Markup {
    html! {
        section class="section" {
            div class="section-head" { h2 { (title) } @if !aside.0.is_empty() { div { (aside) } } }
            (body)
        }
    }
}
