//! The clock chip: what is due, how long is left, by which rule; never a colour without its words.
use maud::{Markup, html};

use super::lang::{Lang, t, t_args};
use super::mark::{Sign, sign};

/// The unit a legal clock counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockUnit {
    /// Working days of the official calendar.
    #[default]
    WorkingDay,
    /// Calendar days.
    Day,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
}

/// What a clock chip shows. All values are counted by the caller; nothing here reads a clock.
#[derive(Debug, Clone, Default)]
pub struct ClockChip<'a> {
    /// Language.
    pub lang: Lang,
    /// Units left; negative when over.
    pub left: i64,
    /// Units in all; the last fifth shows amber.
    pub total: i64,
    /// Unit of both.
    pub unit: ClockUnit,
    /// The moment it is due, already formatted.
    pub due: Option<&'a str>,
    /// The rule behind it, one sentence, shown on hover and on tap.
    pub rule: Option<&'a str>,
    /// Page of the rule and its version.
    pub rule_href: Option<&'a str>,
    /// Why it lawfully stands still.
    pub suspended: Option<&'a str>,
    /// Whether the deed was done in time (the clock has stopped).
    pub met: bool,
}

/// The state a chip is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// Running with time in hand.
    Running,
    /// In the last fifth.
    Amber,
    /// Over.
    Over,
    /// Lawfully suspended.
    Suspended,
    /// Stopped in time.
    Met,
}

impl ClockChip<'_> {
    /// Suspension and fulfilment come before what the figures say.
    pub fn state(&self) -> ClockState {
        match self {
            clock if clock.met => ClockState::Met,
            clock if clock.suspended.is_some() => ClockState::Suspended,
            clock if clock.left < 0 => ClockState::Over,
            clock if clock.left.saturating_mul(5) <= clock.total => ClockState::Amber,
            _ => ClockState::Running,
        }
    }

    /// Share of the time left, 0 to 100.
    fn share(&self) -> i64 {
        if self.total <= 0 { 0 } else { (self.left.clamp(0, self.total) * 100) / self.total }
    }

    fn word(&self, state: ClockState) -> String {
        let (lang, n) = (self.lang, self.left.unsigned_abs());
        let count = [("n", n.into())];
        match (state, self.unit) {
            (ClockState::Met, _) => t(lang, "clock-met"),
            (ClockState::Suspended, _) => t(lang, "clock-suspended"),
            (ClockState::Over, ClockUnit::WorkingDay) => t_args(lang, "clock-over-working-days", &count),
            (ClockState::Over, ClockUnit::Day) => t_args(lang, "clock-over-days", &count),
            (ClockState::Over, ClockUnit::Hour) => t_args(lang, "clock-over-hours", &count),
            (ClockState::Over, ClockUnit::Minute) => t_args(lang, "clock-over-minutes", &count),
            (_, ClockUnit::WorkingDay | ClockUnit::Day) if n == 0 => t(lang, "clock-today"),
            (_, ClockUnit::WorkingDay) => t_args(lang, "clock-left-working-days", &count),
            (_, ClockUnit::Day) => t_args(lang, "clock-left-days", &count),
            (_, ClockUnit::Hour) => t_args(lang, "clock-left-hours", &count),
            (_, ClockUnit::Minute) => t_args(lang, "clock-left-minutes", &count),
        }
    }
}

/// The chip. With a rule or a reason it opens on tap (`details`, no script needed).
pub fn clock_chip(clock: &ClockChip<'_>) -> Markup {
    let state = clock.state();
    let class = match state {
        ClockState::Running => "clock",
        ClockState::Amber => "clock amber",
        ClockState::Over => "clock over",
        ClockState::Suspended => "clock held",
        ClockState::Met => "clock met",
    };
    let face = html! {
        @match state {
            ClockState::Suspended => (sign(Sign::Pause)),
            ClockState::Met => (sign(Sign::Check)),
            _ => (dial(clock.share())),
        }
        span class="left" { (clock.word(state)) }
        @if let Some(due) = clock.due { span class="due" { (due) } }
    };
    html! {
        @if clock.rule.is_none() && clock.suspended.is_none() {
            span class=(class) { span class="clock-face" { (face) } }
        } @else {
            details class=(class) name="clock" {
                summary class="clock-face" title=[clock.rule] { (face) }
                div class="clock-note" {
                    @if let Some(reason) = clock.suspended { p { (reason) } }
                    @if let Some(rule) = clock.rule {
                        p { @if let Some(href) = clock.rule_href { a href=(href) { (rule) } } @else { (rule) } }
                    }
                }
            }
        }
    }
}

fn dial(share: i64) -> Markup {
    html! {
        svg class="dial" viewBox="0 0 14 14" aria-hidden="true" focusable="false" {
            circle class="rest" cx="7" cy="7" r="5" fill="none" stroke-width="1.5" {}
            circle class="run" cx="7" cy="7" r="5" fill="none" stroke-width="3.5" pathLength="100"
                stroke-dasharray={ (share) " 100" } transform="rotate(-90 7 7)" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_fifth_is_amber_and_beyond_it_is_over() {
        let at = |left| ClockChip { left, total: 10, ..Default::default() }.state();
        assert_eq!(at(3), ClockState::Running);
        assert_eq!(at(2), ClockState::Amber);
        assert_eq!(at(0), ClockState::Amber);
        assert_eq!(at(-1), ClockState::Over);
    }

    #[test]
    fn a_suspended_clock_is_never_over_and_says_why() {
        let clock = ClockChip { left: -3, total: 5, suspended: Some("等待补正"), ..Default::default() };
        assert_eq!(clock.state(), ClockState::Suspended);
        assert!(clock_chip(&clock).0.contains("等待补正"));
    }
}
