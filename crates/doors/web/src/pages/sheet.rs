//! What pages with a form share: what was written, a field that shows it again with its error, the page around
//! it, the end of an act; and lists that page by key.
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Actor, Date, No, Refusal, Result, Timestamp, bi};
use maud::{Markup, html};
use store::Tx;

use crate::answer::{Answer, Sorry, panel, said, status_of};
use crate::guard::{DONE, Page, RoleSet, Who};
use crate::look::{
    self, Choice, Column, Crumb, DataTable, Empty, Field, FieldKind, Lang, Pager, Row, Width, button,
    button_row, danger, field, form, t,
};
use crate::route::with_query;
use crate::server::Web;
use crate::session::go;

/// Rows of one page of a list.
pub(crate) const PAGE: i64 = 50;

/// A form as it was sent.
#[derive(Default)]
pub(crate) struct Given(pub(crate) Vec<(String, String)>);

impl Given {
    /// The value of a field, without spaces at its ends; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// All values of a field of many boxes.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim()).collect()
    }

    /// The same with a first value for a field, where a form opens with one.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Given {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// A whole number, or the refusal that names the field.
    pub(crate) fn number(&self, name: &str) -> Result<i64> {
        let text = self.get(name);
        text.parse().map_err(|_| wrong(name, text, bi("填写整数", "write a whole number")))
    }

    /// The start of a civil day, or the refusal that names the field.
    pub(crate) fn day(&self, name: &str) -> Result<Date> {
        let text = self.get(name);
        text.parse().map_err(|_| wrong(name, text, bi("选择日期", "choose a day")))
    }
}

/// The first instant after a civil day.
pub(crate) fn end_of(day: Date) -> Timestamp {
    day.tomorrow().map_or(Timestamp::start_of(day), Timestamp::start_of)
}

/// A refusal about one field.
pub(crate) fn wrong(name: &str, value: &str, needed: kernel::Bilingual) -> No {
    Refusal::new("form.field", bi("有一项需要改正", "one answer needs correcting"))
        .missing(name, value, needed)
        .remedy(bi("改正后重新提交", "Correct it and submit again"))
        .into()
}

/// The refusal of an address that names nothing.
pub(crate) fn nothing(value: &str) -> Sorry {
    let what = bi("没有这条登记", "there is no such entry in the registry");
    Refusal::new("registry.not_found", what)
        .missing("id", value, bi("从列表打开", "open it from its list"))
        .remedy(bi("回到列表重新选择", "Go back to the list and choose again"))
        .into()
}

/// Fields that show again what was written, each with its own error.
pub(crate) struct Sheet<'a> {
    pub(crate) lang: Lang,
    pub(crate) given: &'a Given,
    pub(crate) refusal: Option<&'a Refusal>,
}

impl Sheet<'_> {
    /// A field; `word` is the key of its label.
    pub(crate) fn put(&self, word: &str, f: Field<'_>) -> Markup {
        let label = t(self.lang, word);
        let error = self.error(f.name);
        let password = matches!(f.kind, FieldKind::Password);
        let value = if password { "" } else { self.given.get(f.name) };
        field(&Field { lang: self.lang, label: &label, value, error: error.as_deref(), ..f })
    }

    /// A required field of one line.
    pub(crate) fn line(&self, word: &str, name: &str) -> Markup {
        self.put(word, Field { name, required: true, ..Field::default() })
    }

    /// A required code.
    pub(crate) fn code(&self, word: &str, name: &str, hint: &str) -> Markup {
        let kind = FieldKind::Code;
        self.put(word, Field { name, hint, kind, required: true, width: Width::Twenty, ..Field::default() })
    }

    /// A reason of several lines.
    pub(crate) fn reason(&self, word: &str, hint: &str) -> Markup {
        let kind = FieldKind::Lines(3);
        self.put(word, Field { name: "reason", hint, kind, required: true, ..Field::default() })
    }

    /// One of a folded list, each a value with its word.
    pub(crate) fn select(&self, word: &str, name: &str, choices: &[(String, String)]) -> Markup {
        let folded = unfold(choices);
        self.put(word, Field { name, kind: FieldKind::Select(&folded), required: true, ..Field::default() })
    }

    /// One of a few, all seen.
    pub(crate) fn radio(&self, word: &str, name: &str, choices: &[(String, String)]) -> Markup {
        let seen = unfold(choices);
        self.put(word, Field { name, kind: FieldKind::Radio(&seen), required: true, ..Field::default() })
    }

    /// Any of a few, each with its box.
    pub(crate) fn boxes(&self, word: &str, name: &str, choices: &[(String, String)]) -> Markup {
        let ticked = self.given.all(name);
        let error = self.error(name);
        html! {
            fieldset class={ "field" @if error.is_some() { " wrong" } } {
                legend { (t(self.lang, word)) }
                @if let Some(message) = &error { p class="error" { (look::sign(look::Sign::Warn)) (message) } }
                div class="choices row" {
                    @for (at, (value, label)) in choices.iter().enumerate() {
                        @let id = if at == 0 { name.to_owned() } else { format!("{name}-{value}") };
                        label class="choice" for=(id) {
                            input type="checkbox" id=(id) name=(name) value=(value) checked[ticked.contains(&value.as_str())];
                            span { (label) }
                        }
                    }
                }
            }
        }
    }

    fn error(&self, name: &str) -> Option<String> {
        let gap = self.refusal?.missing.iter().find(|m| m.field == name)?;
        Some(said(self.lang, &gap.needed))
    }
}

fn unfold(choices: &[(String, String)]) -> Vec<Choice<'_>> {
    choices.iter().map(|(value, label)| Choice { value, label, hint: "" }).collect()
}

/// A page with one form.
#[derive(Default)]
pub(crate) struct Deed<'a> {
    pub(crate) title: &'a str,
    pub(crate) lede: Option<&'a str>,
    pub(crate) crumbs: &'a [Crumb<'a>],
    pub(crate) action: &'a str,
    /// The word of the button.
    pub(crate) submit: &'a str,
    /// A stop is asked for twice, with this question.
    pub(crate) stop: Option<&'a str>,
    pub(crate) files: bool,
}

/// Draws the page of a form; after a refusal with the panel above it and the status of the refusal.
pub(crate) fn draw<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    deed: &Deed<'_>,
    refusal: Option<&Refusal>,
    fields: Markup,
) -> Response {
    let csrf = Some(who.session.csrf.as_str());
    let frame = look::Form {
        lang: who.lang,
        id: "deed",
        action: deed.action,
        csrf,
        files: deed.files,
        ..look::Form::default()
    };
    let pressed = match deed.stop {
        Some(question) => danger(deed.submit, question),
        None => button(deed.submit),
    };
    let body = html! {
        div class="stack wide" {
            @if let Some(refusal) = refusal { (panel(who.lang, refusal, &[])) }
            (form(&frame, html! { (fields) (button_row(false, pressed)) }))
        }
    };
    let page = Page { title: deed.title, lede: deed.lede, crumbs: deed.crumbs, ..Page::default() };
    let status = refusal.map_or(StatusCode::OK, |r| status_of(&r.code));
    (status, who.page(web, page, body)).into_response()
}

/// Ends an act: done, or refused with the reason for the form; what else failed is no answer to a form.
pub(crate) async fn conclude<T>(
    web: &Web,
    by: &Actor,
    subject: &str,
    tx: Tx,
    done: Result<T>,
) -> Answer<Result<T, Box<Refusal>>> {
    match web.desk().conclude(tx, by, subject, done).await {
        Ok(value) => Ok(Ok(value)),
        Err(No::Refused(refusal)) => Ok(Err(refusal)),
        Err(fault) => Err(fault.into()),
    }
}

/// Sends the browser to a page that says that the deed is done.
pub(crate) fn done(place: &str) -> Response {
    let mark = if place.contains('?') { '&' } else { '?' };
    go(&format!("{place}{mark}{DONE}"), &[])
}

/// A list that pages by key. A head that begins with `#` is a column of figures.
pub(crate) struct Listing<'a> {
    pub(crate) lang: Lang,
    pub(crate) id: &'a str,
    /// Key of what the list holds.
    pub(crate) caption: &'a str,
    pub(crate) heads: &'a [&'a str],
    pub(crate) rows: Vec<Row<'static>>,
    /// Keys of what is said when there is nothing, and of what to do about it.
    pub(crate) empty: (&'a str, &'a str),
    pub(crate) next: Option<String>,
    pub(crate) first: Option<&'a str>,
    pub(crate) paged: bool,
}

pub(crate) fn listing(l: Listing<'_>) -> Markup {
    let heads: Vec<(String, bool)> =
        l.heads.iter().map(|h| (t(l.lang, h.trim_start_matches('#')), h.starts_with('#'))).collect();
    let (none, advice, caption) = (t(l.lang, l.empty.0), t(l.lang, l.empty.1), t(l.lang, l.caption));
    look::data_table(&DataTable {
        lang: l.lang,
        id: l.id,
        caption: &caption,
        columns: heads
            .iter()
            .map(|(h, f)| if *f { Column::figure(h, "") } else { Column::text(h) })
            .collect(),
        rows: l.rows,
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: l.paged.then(|| Pager { next: l.next.as_deref(), first: l.first, ..Pager::default() }),
        ..DataTable::default()
    })
}

/// The address of the next page of a list, when this one is full.
pub(crate) fn next<T>(path: &str, found: &[T], key: impl Fn(&T) -> &str) -> Option<String> {
    let full = i64::try_from(found.len()).is_ok_and(|n| n >= PAGE);
    found.last().filter(|_| full).map(|last| with_query(path, &[("after", key(last).to_owned())]))
}
