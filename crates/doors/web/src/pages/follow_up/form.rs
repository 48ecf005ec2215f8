//! A deed of these rooms as data: its name, what it asks, what it is asked under; one way to draw and to end them.
use axum::response::Response;
use kernel::{No, Refusal, Result, bi};
use maud::{Markup, html};

use crate::answer::Answer;
use crate::guard::{RoleSet, Who};
use crate::look::{Choice, Crumb, Field, FieldKind, Lang, Width, t};
use crate::pages::sheet::{Deed, Given, Sheet, draw};
use crate::server::Web;

/// One thing that a deed asks for.
#[derive(Clone, Copy)]
pub(super) enum Ask {
    /// Some lines, under this name.
    Lines(&'static str, u8),
    /// One line, needed.
    Line(&'static str),
    /// One line that may stay empty.
    Maybe(&'static str),
    /// A code that may stay empty.
    Code(&'static str),
    /// A quantity.
    Amount(&'static str),
    /// One of a few: name, values; the words are `fu-NAME-VALUE`.
    One(&'static str, &'static [&'static str]),
    /// A box.
    Tick(&'static str),
}

/// A deed with its page.
pub(super) struct Spec {
    /// Its name in the address; its words are `fu-do-NAME` and `fu-why-NAME`.
    pub(super) key: &'static str,
    /// What it asks for.
    pub(super) asks: &'static [Ask],
    /// Whether it is asked twice.
    pub(super) stop: bool,
}

pub(super) const fn spec(key: &'static str, asks: &'static [Ask]) -> Spec {
    Spec { key, asks, stop: false }
}

pub(super) const fn stop(key: &'static str, asks: &'static [Ask]) -> Spec {
    Spec { key, asks, stop: true }
}

/// The deed of an address.
pub(super) fn found<'a>(all: &'a [Spec], key: &str) -> Result<&'a Spec> {
    all.iter().find(|s| s.key == key).ok_or_else(|| nothing(key))
}

fn nothing(key: &str) -> No {
    Refusal::new("page.not_found", bi("没有这个页面", "there is no such page"))
        .missing("deed", key, bi("从列表打开", "open it from the list"))
        .into()
}

fn field(sheet: &Sheet<'_>, lang: Lang, ask: Ask) -> Markup {
    let word = |name: &str| format!("fu-{name}");
    match ask {
        Ask::Lines(name, rows) => sheet.put(
            &word(name),
            Field { name, kind: FieldKind::Lines(rows), required: true, ..Field::default() },
        ),
        Ask::Line(name) => sheet.line(&word(name), name),
        Ask::Maybe(name) => sheet.put(&word(name), Field { name, ..Field::default() }),
        Ask::Code(name) => sheet.put(
            &word(name),
            Field { name, kind: FieldKind::Code, width: Width::Twenty, ..Field::default() },
        ),
        Ask::Amount(name) => sheet.put(
            &word(name),
            Field { name, kind: FieldKind::Number, required: true, width: Width::Ten, ..Field::default() },
        ),
        Ask::One(name, values) => {
            let words: Vec<String> =
                values.iter().map(|v| t(lang, &format!("fu-{name}-{}", v.replace('_', "-")))).collect();
            let choices: Vec<Choice<'_>> =
                values.iter().zip(&words).map(|(value, label)| Choice { value, label, hint: "" }).collect();
            sheet.put(
                &word(name),
                Field { name, kind: FieldKind::Radio(&choices), required: true, ..Field::default() },
            )
        }
        Ask::Tick(name) => sheet
            .put(&word(name), Field { name, kind: FieldKind::Check, required: false, ..Field::default() }),
    }
}

/// Where a deed belongs: its room, its matter, and the address that takes it.
pub(super) struct At<'a> {
    /// Word and address of the room.
    pub(super) room: (&'a str, &'a str),
    /// Number and address of the matter.
    pub(super) matter: (&'a str, &'a str),
    /// Where the form goes.
    pub(super) action: &'a str,
}

/// The page of a deed: what is particular to it, then what it asks.
pub(super) fn page<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    spec: &Spec,
    at: &At<'_>,
    (given, refusal): (&Given, Option<&Refusal>),
    own: Markup,
) -> Answer<Response> {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! { (own) @for ask in spec.asks { (field(&sheet, lang, *ask)) } };
    let (title, lede) = (t(lang, &format!("fu-do-{}", spec.key)), t(lang, &format!("fu-why-{}", spec.key)));
    let (room, sure) = (t(lang, at.room.0), t(lang, "fu-sure"));
    let crumbs = [
        Crumb { label: &room, href: Some(at.room.1) },
        Crumb { label: at.matter.0, href: Some(at.matter.1) },
        Crumb { label: &title, href: None },
    ];
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: at.action,
        submit: &title,
        stop: spec.stop.then_some(sure.as_str()),
        ..Deed::default()
    };
    Ok(draw(who, web, &deed, refusal, fields))
}
