//! Fields: a label, a hint, the error in words beside it, the unit behind it. Nothing is told by colour or placeholder alone.
use maud::{Markup, html};

use super::lang::{Lang, t};
use super::mark::{Sign, sign};

/// One choice of a list.
#[derive(Debug, Clone, Default)]
pub struct Choice<'a> {
    /// Value sent.
    pub value: &'a str,
    /// Word shown.
    pub label: &'a str,
    /// A line below it (radio and checkbox).
    pub hint: &'a str,
}

/// What kind of answer a field takes.
#[derive(Debug, Clone, Default)]
pub enum FieldKind<'a> {
    /// One line.
    #[default]
    Text,
    /// A code: one line, no spelling help.
    Code,
    /// A number typed with a decimal point; shown to the right with its unit.
    Number,
    /// A day.
    Date,
    /// Day and time of day.
    DateTime,
    /// Password; `autocomplete` says which.
    Password,
    /// Search words.
    Search,
    /// One of a list, folded.
    Select(&'a [Choice<'a>]),
    /// Several lines: how many are shown.
    Lines(u8),
    /// Yes or no; the label stands beside the box.
    Check,
    /// One of a few, all seen.
    Radio(&'a [Choice<'a>]),
    /// One of a few, each a large target for gloves (quay, phone).
    RadioLarge(&'a [Choice<'a>]),
    /// A document.
    File {
        /// Accepted types: `application/pdf,image/*`.
        accept: &'a str,
        /// Several at once.
        multiple: bool,
    },
    /// A photograph: opens the camera on a phone.
    Camera,
}

/// How wide the answer usually is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// The whole column.
    #[default]
    Full,
    /// About five characters.
    Five,
    /// About ten.
    Ten,
    /// About twenty.
    Twenty,
}

/// A field.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// Language.
    pub lang: Lang,
    /// Name; also the id that [`super::error_summary`] leads to.
    pub name: &'a str,
    /// Label.
    pub label: &'a str,
    /// Hint: format, source, where to find it.
    pub hint: &'a str,
    /// Error: what is wrong and how to put it right.
    pub error: Option<&'a str>,
    /// Present value (`"true"` ticks a check).
    pub value: &'a str,
    /// Kind.
    pub kind: FieldKind<'a>,
    /// Whether an answer must be given; the others are marked "optional".
    pub required: bool,
    /// Unit, as a suffix.
    pub unit: &'a str,
    /// Width.
    pub width: Width,
    /// `autocomplete` token.
    pub autocomplete: Option<&'a str>,
    /// Shown, not changed.
    pub readonly: bool,
    /// Grows in a filter bar.
    pub grow: bool,
    /// Id of a [`datalist`] that offers answers.
    pub offers: Option<&'a str>,
}

impl Field<'_> {
    fn described(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = self.error.map(|_| format!("{}-error", self.name));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn class(&self) -> String {
        let width = match self.width {
            Width::Full => "input",
            Width::Five => "input w5",
            Width::Ten => "input w10",
            Width::Twenty => "input w20",
        };
        if matches!(self.kind, FieldKind::Number) { format!("{width} number") } else { width.to_owned() }
    }
}

/// Draws a field.
pub fn field(f: &Field<'_>) -> Markup {
    let class = format!(
        "field{}{}",
        if f.error.is_some() { " wrong" } else { "" },
        if f.grow { " grow" } else { "" }
    );
    match f.kind {
        FieldKind::Check => html! { div class=(class) { (error(f)) (check(f)) } },
        FieldKind::Radio(choices) => grouped(f, &class, choices, "choices row"),
        FieldKind::RadioLarge(choices) => grouped(f, &class, choices, "choices large"),
        _ => html! {
            div class=(class) {
                label for=(f.name) { (f.label) (optional(f)) }
                (hint(f)) (error(f)) (control(f))
            }
        },
    }
}

fn optional(f: &Field<'_>) -> Markup {
    html! { @if !f.required && !f.readonly { span class="optional" { (t(f.lang, "optional")) } } }
}

fn hint(f: &Field<'_>) -> Markup {
    html! { @if !f.hint.is_empty() { p class="hint" id={ (f.name) "-hint" } { (f.hint) } } }
}

fn error(f: &Field<'_>) -> Markup {
    html! { @if let Some(message) = f.error { p class="error" id={ (f.name) "-error" } { (sign(Sign::Warn)) (message) } } }
}

fn control(f: &Field<'_>) -> Markup {
    let (described, invalid) = (f.described(), f.error.map(|_| "true"));
    html! {
        @match &f.kind {
            FieldKind::Select(choices) => div class="control" {
                select class=(f.class()) id=(f.name) name=(f.name) aria-describedby=[described] aria-invalid=[invalid] required[f.required] disabled[f.readonly] {
                    @for choice in *choices { option value=(choice.value) selected[choice.value == f.value] { (choice.label) } }
                }
                (suffix(f))
            },
            FieldKind::Lines(rows) => textarea class=(f.class()) id=(f.name) name=(f.name) rows=(rows) aria-describedby=[described]
                aria-invalid=[invalid] required[f.required] readonly[f.readonly] { (f.value) },
            FieldKind::File { accept, multiple } => div class="camera" {
                input type="file" id=(f.name) name=(f.name) accept=(accept) multiple[*multiple] aria-describedby=[described] aria-invalid=[invalid] required[f.required];
            },
            FieldKind::Camera => div class="camera" data-shots {
                input type="file" id=(f.name) name=(f.name) accept="image/*" capture="environment" multiple aria-describedby=[described] aria-invalid=[invalid] required[f.required];
                div class="shots" {}
            },
            _ => div class="control" { (line(f, described.as_deref(), invalid)) (suffix(f)) },
        }
    }
}

fn line(f: &Field<'_>, described: Option<&str>, invalid: Option<&str>) -> Markup {
    let (kind, mode, spell) = match f.kind {
        // A number field of the browser drops digits in silence and follows its own locale: text with a number pad.
        FieldKind::Number => ("text", Some("decimal"), Some("false")),
        FieldKind::Date => ("date", None, None),
        FieldKind::DateTime => ("datetime-local", None, None),
        FieldKind::Password => ("password", None, None),
        FieldKind::Search => ("search", None, Some("false")),
        FieldKind::Code => ("text", None, Some("false")),
        _ => ("text", None, None),
    };
    html! {
        input class=(f.class()) type=(kind) id=(f.name) name=(f.name) value=[(!matches!(f.kind, FieldKind::Password)).then_some(f.value)]
            inputmode=[mode] spellcheck=[spell] autocomplete=[f.autocomplete] aria-describedby=[described] aria-invalid=[invalid]
            required[f.required] readonly[f.readonly] list=[f.offers];
    }
}

/// Answers that one-line fields may offer: each a value and what it means. Anything else can be typed too.
pub fn datalist(id: &str, offers: &[(String, String)]) -> Markup {
    html! { datalist id=(id) { @for (value, meaning) in offers { option value=(value) { (meaning) } } } }
}

fn suffix(f: &Field<'_>) -> Markup {
    html! { @if !f.unit.is_empty() { span class="suffix" { (f.unit) } } }
}

fn check(f: &Field<'_>) -> Markup {
    html! {
        label class="choice" for=(f.name) {
            input type="checkbox" id=(f.name) name=(f.name) value="true" checked[f.value == "true"] aria-describedby=[f.described()]
                aria-invalid=[f.error.map(|_| "true")] required[f.required] disabled[f.readonly];
            span { (f.label) }
        }
        (hint(f))
    }
}

fn grouped(f: &Field<'_>, class: &str, choices: &[Choice<'_>], layout: &str) -> Markup {
    html! {
        fieldset class=(class) aria-describedby=[f.described()] {
            legend { (f.label) (optional(f)) }
            (hint(f)) (error(f))
            div class=(layout) {
                @for (index, choice) in choices.iter().enumerate() {
                    // The first bears the name itself, so that the error summary leads to it.
                    @let id = if index == 0 { f.name.to_owned() } else { format!("{}-{}", f.name, choice.value) };
                    label class="choice" for=(id) {
                        input type="radio" id=(id) name=(f.name) value=(choice.value) checked[choice.value == f.value] required[f.required];
                        span { (choice.label) @if !choice.hint.is_empty() { span class="hint" { (choice.hint) } } }
                    }
                }
            }
        }
    }
}
