//! The stepper: where a consignment stands, telling the truth about branches and holds.
use maud::{Markup, html};

use super::lang::{Lang, t};
use super::mark::{Sign, shape};

/// State of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StepState {
    /// Not begun.
    #[default]
    Waiting,
    /// Going on.
    Now,
    /// Done.
    Done,
    /// Held.
    Held,
    /// Refused or failed.
    Refused,
    /// Lawfully suspended.
    Suspended,
    /// Not required in this lane.
    Skipped,
}

impl StepState {
    fn look(self) -> (&'static str, &'static str) {
        match self {
            StepState::Waiting => ("waiting", "step-waiting"),
            StepState::Now => ("now", "step-now"),
            StepState::Done => ("done", "step-done"),
            StepState::Held => ("held", "step-held"),
            StepState::Refused => ("refused", "step-refused"),
            StepState::Suspended => ("suspended", "step-suspended"),
            StepState::Skipped => ("skipped", "step-skipped"),
        }
    }
}

/// One step.
#[derive(Debug, Clone, Default)]
pub struct Step<'a> {
    /// The deed.
    pub name: &'a str,
    /// State.
    pub state: StepState,
    /// When, formatted short.
    pub when: &'a str,
    /// Who, or why it stands.
    pub more: &'a str,
    /// Its record.
    pub href: Option<&'a str>,
}

/// A line of steps, which may part into branches (lots that go different ways).
#[derive(Debug, Clone, Default)]
pub struct Track<'a> {
    /// Steps in order.
    pub steps: Vec<Step<'a>>,
    /// Where it parts after the last step: name of each branch and its own track.
    pub branches: Vec<(&'a str, Track<'a>)>,
}

/// Draws the track.
pub fn stepper(lang: Lang, label: &str, track: &Track<'_>) -> Markup {
    html! {
        div class="track-scroll" role="region" aria-label=(label) tabindex="0" {
            div class="track-box" { (line(lang, track)) }
        }
    }
}

fn line(lang: Lang, track: &Track<'_>) -> Markup {
    html! {
        ol class="track" {
            @for step in &track.steps { (one(lang, step)) }
            @if !track.branches.is_empty() {
                li class={ "fork wide-" (width(track)) } {
                    ul { @for (name, branch) in &track.branches {
                        li class="branch" { span class="branch-name" { (name) } (line(lang, branch)) }
                    } }
                }
            }
        }
    }
}

/// The longest way through the branches, so that steps keep one width.
fn width(track: &Track<'_>) -> usize {
    let longest =
        track.branches.iter().map(|(_, branch)| branch.steps.len() + width(branch)).max().unwrap_or(0);
    longest.min(6)
}

fn one(lang: Lang, step: &Step<'_>) -> Markup {
    let (class, word) = step.state.look();
    html! {
        li class={ "step " (class) } aria-current=[(step.state == StepState::Now).then_some("step")] {
            (node(step.state))
            span class="name" { @if let Some(href) = step.href { a href=(href) { (step.name) } } @else { (step.name) } }
            " " span class="state" { (t(lang, word)) }
            @if !step.when.is_empty() { span class="when" { (step.when) } }
            @if !step.more.is_empty() { span class="more" { (step.more) } }
        }
    }
}

fn node(state: StepState) -> Markup {
    html! {
        svg class="node" viewBox="-3 -3 18 18" aria-hidden="true" focusable="false" {
            @match state {
                StepState::Done => {
                    circle cx="6" cy="6" r="8" fill="currentColor" {}
                    path d="M2.2 6.2 5 9 10 3.4" fill="none" stroke="var(--paper)" stroke-width="1.8" {}
                },
                StepState::Now => {
                    circle cx="6" cy="6" r="7" fill="none" stroke="currentColor" stroke-width="2" {}
                    circle cx="6" cy="6" r="3.5" fill="currentColor" {}
                },
                StepState::Held => { rect x="-2" y="-2" width="16" height="16" fill="currentColor" {} path d="M3.6 3h1.8v6H3.6zM6.6 3h1.8v6H6.6z" fill="var(--paper)" {} },
                StepState::Refused => { rect x="-2" y="-2" width="16" height="16" fill="currentColor" {} path d="M3 3 9 9M9 3 3 9" stroke="var(--paper)" stroke-width="1.8" {} },
                StepState::Suspended => { circle cx="6" cy="6" r="7" fill="none" stroke="currentColor" stroke-width="1.5" {} g transform="translate(1.8 1.8) scale(.7)" { (shape(Sign::Pause)) } },
                StepState::Skipped => g transform="translate(1.8 1.8) scale(.7)" { (shape(Sign::Dash)) },
                StepState::Waiting => circle cx="6" cy="6" r="7" fill="none" stroke="currentColor" stroke-width="1.5" {},
            }
        }
    }
}
