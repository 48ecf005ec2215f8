//! The risk desk: alerts, decision tables, rates that move, what-if, and the watch list. Officers read; analysts
//! write; a second person approves.
mod alert;
mod alert_deeds;
mod alerts;
mod desk;
mod plan;
mod plans;
mod propose;
mod rates;
mod score;
mod streams;
mod table;
mod table_deeds;
mod table_edit;
mod tables;
mod watch;
mod what_if;

use axum::response::Response;
use kernel::{Bilingual, Refusal, Timestamp};
use maud::{Markup, html};

use crate::answer::said;
use crate::guard::{Page, RoleSet, Who};
use crate::look::{self, Crumb, Lane, Lang, Sign, Tab, Tone, badge, format, t};
use crate::pages::sheet::{Deed, draw};
use crate::route::RouteSpec;
use crate::server::Web;
use supervision::alert::{Alert, Measures, Scope, State};
use supervision::targeting::percent;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        desk::routes(),
        alerts::routes(),
        propose::routes(),
        alert_deeds::routes(),
        tables::routes(),
        table_edit::routes(),
        table_deeds::routes(),
        rates::routes(),
        streams::routes(),
        score::routes(),
        plans::routes(),
        plan::routes(),
        what_if::routes(),
        watch::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The rooms of the desk, as tabs under its name.
const ROOMS: [(&str, &str); 9] = [
    ("risk-today", "/risk"),
    ("alerts", "/risk/alerts"),
    ("risk-tables", "/risk/tables"),
    ("risk-rates", "/risk/rates"),
    ("risk-streams", "/risk/streams"),
    ("risk-score", "/risk/score"),
    ("what-if", "/risk/what-if"),
    ("monitoring-plans", "/risk/plans"),
    ("watch-list", "/risk/watch"),
];

/// A deed on a matter of the desk; its words are `FAMILY-DEED` and `FAMILY-DEED-lede`.
struct DeskDeed<'a> {
    /// `alert`, `table`, `score`, `stream` or `plan`.
    family: &'a str,
    /// What is done.
    deed: &'a str,
    /// Its address below the matter.
    at: &'a str,
    /// Word and address of the list.
    list: (&'a str, &'a str),
    /// Number and address of the matter.
    matter: (&'a str, &'a str),
    /// The deed that is asked for twice, with the question `FAMILY-DEED-ask`; empty for none.
    stops: &'a str,
}

impl DeskDeed<'_> {
    /// Draws the page of the deed around its fields.
    fn page<R: RoleSet>(
        &self,
        who: &Who<R>,
        web: &Web,
        refusal: Option<&Refusal>,
        fields: Markup,
    ) -> Response {
        let (lang, key) = (who.lang, format!("{}-{}", self.family, self.deed));
        let (desk, list, title) = (t(lang, "risk-desk"), t(lang, self.list.0), t(lang, &key));
        let crumbs = [
            Crumb { label: &desk, href: Some("/risk") },
            Crumb { label: &list, href: Some(self.list.1) },
            Crumb { label: self.matter.0, href: Some(self.matter.1) },
            Crumb { label: &title, href: None },
        ];
        let (action, lede) = (format!("{}/{}", self.matter.1, self.at), t(lang, &format!("{key}-lede")));
        let question = (self.deed == self.stops).then(|| t(lang, &format!("{key}-ask")));
        let page = Deed {
            title: &title,
            lede: Some(&lede),
            crumbs: &crumbs,
            action: &action,
            submit: &title,
            stop: question.as_deref(),
            ..Deed::default()
        };
        draw(who, web, &page, refusal, fields)
    }
}

/// A room of the desk with the tabs above its body.
fn room<R: RoleSet>(who: &Who<R>, web: &Web, at: &str, actions: Markup, body: Markup) -> Markup {
    let lang = who.lang;
    let words = ROOMS.map(|(word, href)| (t(lang, word), href));
    let tabs: Vec<Tab<'_>> =
        words.iter().map(|(label, href)| Tab { label, href, count: None, current: *href == at }).collect();
    let (title, lede) = (t(lang, "risk-desk"), t(lang, "risk-desk-lede"));
    let body = html! { (look::tabs(&title, &tabs)) (body) };
    let lede = (at == "/risk").then_some(lede.as_str());
    who.page(web, Page { title: &title, lede, actions, ..Page::default() }, body)
}

/// A page below a room of the desk.
fn below<R: RoleSet>(who: &Who<R>, web: &Web, at: (&str, &str), page: Page<'_>, body: Markup) -> Markup {
    let lang = who.lang;
    let (desk, room) = (t(lang, "risk-desk"), t(lang, at.0));
    let crumbs = [
        Crumb { label: &desk, href: Some("/risk") },
        Crumb { label: &room, href: Some(at.1) },
        Crumb { label: page.title, href: None },
    ];
    who.page(web, Page { crumbs: &crumbs, ..page }, body)
}

fn state_badge(lang: Lang, state: State) -> Markup {
    let (tone, sign) = match state {
        State::Informed => (Tone::Plain, Sign::Ring),
        State::Proposed => (Tone::Wait, Sign::Warn),
        State::Approved => (Tone::Plain, Sign::Half),
        State::Active => (Tone::Stop, Sign::Square),
        State::Lifted | State::Expired => (Tone::Quiet, Sign::Check),
        State::Dismissed => (Tone::Quiet, Sign::Dash),
    };
    badge(tone, sign, &super::parts::capital(lang, &state.name()))
}

fn level_badge(lang: Lang, level: &str) -> Markup {
    let bars = registry::rules::LEVELS.iter().position(|l| *l == level);
    match bars {
        Some(at) => look::intensity_badge(&t(lang, &format!("alert-level-{level}")), at + 1),
        None => html! { span class="quiet" { (t(lang, "not-assessed")) } },
    }
}

/// The scope in words, parts joined; operator and plant as `names` has them.
fn scope_words(lang: Lang, s: &Scope, parties: &[String]) -> String {
    let mut words = Vec::new();
    match s.direction.as_str() {
        "export" => words.push(t(lang, "export-direction")),
        "import" => words.push(t(lang, "import-direction")),
        _ => {}
    }
    if !s.hs.is_empty() {
        words.push(format!("HS {}", s.hs));
    }
    if !s.market.is_empty() {
        words.push(s.market.clone());
    }
    words.extend(parties.iter().cloned());
    if words.is_empty() { t(lang, "whole-trade") } else { words.join(" · ") }
}

fn measure_words(lang: Lang, m: &Measures) -> String {
    let mut words = Vec::new();
    if let Some(lane) = Lane::from_code(&m.lane) {
        words.push(format!("≥ {}", t(lang, &format!("lane-{}", lane.code()))));
    }
    if m.rate_ppm > 0 {
        words.push(format!("{} %", percent(m.rate_ppm)));
    }
    if m.hold {
        words.push(t(lang, "measure-hold"));
    }
    if !m.tests.is_empty() {
        words.push(format!("{} {}", t(lang, "measure-test"), m.tests.join(lang.pick("、", ", "))));
    }
    if words.is_empty() { "—".to_owned() } else { words.join(" · ") }
}

/// From when until when, or when it is looked at again.
fn times(lang: Lang, a: &Alert) -> String {
    let day = |at: Timestamp| format::date_of(at.instant());
    let from = a.active_at.or(a.starts_at).map(day);
    let last = |at: Timestamp| day(Timestamp(at.0 - 1));
    let to = match (&a.ended, a.ends_at, a.review_at) {
        (Some(e), ..) => Some(day(e.at)),
        (None, Some(end), _) => Some(last(end)),
        (None, None, Some(review)) => Some(format!("{} {}", t(lang, "alert-review"), day(review))),
        _ => None,
    };
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        (None, Some(to)) => format!("– {to}"),
        (Some(from), None) => from,
        (None, None) => "—".to_owned(),
    }
}

/// One of a closed list of codes with names in both languages.
fn named(lang: Lang, list: &[(&str, &str, &str)], code: &str) -> String {
    let found = list.iter().find(|s| s.0 == code);
    found.map_or_else(|| code.to_owned(), |s| said(lang, &Bilingual { zh: s.1.into(), en: s.2.into() }))
}

/// A key in an address: an instant and an identifier.
fn key<T: std::fmt::Display>(at: Timestamp, id: T) -> String {
    format!("{}.{id}", at.0)
}

/// The key that an address names.
fn read_key<T: std::str::FromStr>(text: &str) -> Option<(Timestamp, T)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}
