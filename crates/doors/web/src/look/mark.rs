//! The mark (the character 门 as a gate, the sun rising in it) and the small signs that stand beside words.
use maud::{Markup, html};

/// The product's mark, decorative: the name always stands beside it.
pub fn mark() -> Markup {
    html! {
        svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
            path fill="currentColor" d="M3 3h4l2.5 4.5h-4zM3 10h3.5v19H3zM12 3h17v26h-3.5V6.5H12z" {}
            path class="light" fill="currentColor" d="M9.5 29a6.5 6.5 0 0 1 13 0z" {}
        }
    }
}

/// A sign that always accompanies a word, so that colour never speaks alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sign {
    /// Done, valid, fulfilled.
    Check,
    /// Present, current.
    #[default]
    Dot,
    /// Waiting, not begun.
    Ring,
    /// Held, stopped.
    Square,
    /// Refused, broken, failed.
    Cross,
    /// Lawfully suspended.
    Pause,
    /// Skipped, not applicable, withdrawn.
    Dash,
    /// Needs attention, overridden.
    Warn,
    /// Goes on to; opens.
    Arrow,
    /// Split, partial.
    Half,
    /// Find.
    Lens,
}

/// Draws a sign in the colour of its word, 12 px.
pub fn sign(sign: Sign) -> Markup {
    html! {
        svg class="sign" viewBox="0 0 12 12" aria-hidden="true" focusable="false" { (shape(sign)) }
    }
}

/// The inner shape of a sign in a 12 × 12 box, for drawings that place it themselves.
pub(super) fn shape(sign: Sign) -> Markup {
    html! {
        @match sign {
            Sign::Check => path d="M1.5 6.5 4.5 9.5 10.5 2.5" fill="none" stroke="currentColor" stroke-width="2" {},
            Sign::Dot => circle cx="6" cy="6" r="3.5" fill="currentColor" {},
            Sign::Ring => circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" {},
            Sign::Square => rect x="1.5" y="1.5" width="9" height="9" fill="currentColor" {},
            Sign::Cross => path d="M2 2 10 10M10 2 2 10" fill="none" stroke="currentColor" stroke-width="2" {},
            Sign::Pause => path d="M3 2h2v8H3zM7 2h2v8H7z" fill="currentColor" {},
            Sign::Dash => path d="M1.5 5h9v2h-9z" fill="currentColor" {},
            Sign::Warn => path d="M6 .8 11.6 11H.4zM5.3 4.5v3h1.4v-3zM5.3 8.4v1.3h1.4V8.4z" fill="currentColor" fill-rule="evenodd" {},
            Sign::Arrow => path d="M1 6h9M6.5 2.5 10 6 6.5 9.5" fill="none" stroke="currentColor" stroke-width="1.5" {},
            Sign::Half => {
                circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" {}
                path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" {}
            },
            Sign::Lens => path d="M5 1.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M7.6 7.6 11 11" fill="none" stroke="currentColor" stroke-width="1.5" {},
        }
    }
}
