//! Lists: notifications by clock or by time, recalls, corrections, series and traces; and what of them waits for a
//! person.
use axum::extract::{Query, State};
use kernel::{NotificationId, RecallId, Result, Timestamp, TracebackId, bi};
use maud::{Markup, html};
use registry::trade;
use serde::Deserialize;
use store::Tx;
use supervision::{
    correction,
    correction::State as Corrected,
    notification::{self, Filter, Notification, Stage},
    recall,
    recall::State as Recalled,
    series, traceback,
};

use super::{cause, chip, clock, follows, hazard, stage_badge};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{self, Choice, Field, FieldKind, FilterBar, Lang, Row, Sign, Tab, Tone, format, t};
use crate::pages::parts::capital;
use crate::pages::sheet::{Listing, PAGE, listing};
use crate::route::{RouteSpec, get, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/notifications", list),
        get("/recalls", recalls),
        get("/corrections", corrections),
        get("/series", all_series),
        get("/tracebacks", traces),
    ]
}

/// The rooms of what comes back, as tabs.
pub(super) fn rooms(lang: Lang, current: &str) -> Markup {
    let words = [
        ("/notifications", "fu-notifications"),
        ("/tracebacks", "fu-traces"),
        ("/recalls", "fu-recalls"),
        ("/corrections", "fu-corrections"),
        ("/series", "fu-series"),
        ("/class-reviews", "fu-class-reviews"),
    ]
    .map(|(href, key)| (href, t(lang, key)));
    let all: Vec<Tab<'_>> = words
        .iter()
        .map(|(href, label)| Tab { label, href, current: *href == current, ..Tab::default() })
        .collect();
    look::tabs(&t(lang, "fu-rooms"), &all)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    stage: String,
    at: Option<i64>,
    id: Option<uuid::Uuid>,
}

impl Asked {
    pub(super) fn key<T: From<uuid::Uuid>>(&self) -> Option<(Timestamp, T)> {
        self.at.map(Timestamp).zip(self.id.map(T::from))
    }

    /// The address of the next page, when this one is full.
    pub(super) fn next(
        &self,
        path: &str,
        last: Option<(Timestamp, uuid::Uuid)>,
        shown: usize,
    ) -> Option<String> {
        let (at, id) = last.filter(|_| i64::try_from(shown).is_ok_and(|n| n >= PAGE))?;
        let pairs = [("stage", self.stage.clone()), ("at", at.0.to_string()), ("id", id.to_string())];
        Some(with_query(path, &pairs))
    }
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let key = asked.key::<NotificationId>();
    let stage = Stage::parse(asked.stage.trim());
    // Without a choice: what is owed, by its clock.
    let (found, keyed) = match (stage, asked.stage.as_str()) {
        (Some(stage), _) => (notification::list(&mut tx, Filter::At(stage, key), PAGE).await?, true),
        (None, "all") => (notification::list(&mut tx, Filter::Before(key), PAGE).await?, false),
        (None, _) => (notification::open(&mut tx, key, PAGE).await?, true),
    };
    let last = found.last().map(|n| (if keyed { n.due_at } else { n.received_at }, n.id.into()));
    let next = asked.next("/notifications", last, found.len());
    let mut rows = Vec::with_capacity(found.len());
    for n in &found {
        rows.push(row(&mut tx, lang, n).await?);
    }
    let first = key.map(|_| with_query("/notifications", &[("stage", asked.stage.clone())]));
    let table = listing(Listing {
        lang,
        id: "notifications",
        caption: "fu-notifications",
        heads: &[
            "fu-number",
            "stage",
            "deadline",
            "fu-product",
            "fu-hazard",
            "fu-notifier",
            "market",
            "plant",
        ],
        rows,
        empty: ("fu-none", "fu-none-advice"),
        next,
        first: first.as_deref(),
        paged: true,
    });
    let title = t(lang, "fu-notifications");
    let actions = html! {
        @if follows(&who.actor()) { (look::button_link(&t(lang, "fu-register"), "/notifications/new")) }
    };
    let lede = t(lang, "fu-lede");
    let page = Page { title: &title, lede: Some(&lede), actions, ..Page::default() };
    let body = html! { (rooms(lang, "/notifications")) (bar(lang, &asked.stage)) (table) };
    Ok(who.page(&web, page, body))
}

fn bar(lang: Lang, stage: &str) -> Markup {
    let mut names = vec![(String::new(), t(lang, "fu-owed")), ("all".to_owned(), t(lang, "filter-all"))];
    names.extend(Stage::ALL.iter().map(|s| (s.code().to_owned(), capital(lang, &s.name()))));
    let choices: Vec<Choice<'_>> =
        names.iter().map(|(value, label)| Choice { value, label, hint: "" }).collect();
    let label = t(lang, "stage");
    let field = Field {
        lang,
        name: "stage",
        label: &label,
        value: stage,
        kind: FieldKind::Select(&choices),
        ..Field::default()
    };
    look::filter_bar(&FilterBar {
        lang,
        action: "/notifications",
        fields: vec![field],
        ..FilterBar::default()
    })
}

pub(super) async fn row(tx: &mut Tx, lang: Lang, n: &Notification) -> Result<Row<'static>> {
    let owed = Stage::OPEN.contains(&n.stage);
    let over = owed && n.due_at < tx.now();
    let plant = match n.plant {
        Some(id) => trade::plant(tx, id).await?.map_or_else(String::new, |p| said(lang, &p.name)),
        None => String::new(),
    };
    Ok(Row {
        href: Some(format!("/notifications/{}", n.id)),
        cells: vec![
            html! { (n.no) },
            stage_badge(lang, n.stage),
            clock(tx, lang, n).await?,
            html! { (n.notice.product) },
            html! { span { (hazard(lang, &n.notice.hazard_category)) @if n.notice.serious { " " (look::badge(Tone::Stop, Sign::Warn, &t(lang, "fu-serious"))) } } },
            html! { (n.notice.notifier) },
            html! { (n.notice.market.clone().unwrap_or_default()) },
            html! { (plant) },
        ],
        tone: if over { Tone::Stop } else { Tone::Plain },
        ..Row::default()
    })
}

async fn recalls(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let key = asked.key::<RecallId>();
    let found = recall::list(&mut tx, None, key, PAGE).await?;
    let next = asked.next("/recalls", found.last().map(|r| (r.opened_at, r.id.into())), found.len());
    let mut rows = Vec::with_capacity(found.len());
    for r in &found {
        rows.push(recall_row(&mut tx, lang, r).await?);
    }
    let table = listing(Listing {
        lang,
        id: "recalls",
        caption: "fu-recalls",
        heads: &["fu-number", "stage", "fu-class", "operator", "fu-hazard", "fu-start-due", "fu-opened"],
        rows,
        empty: ("fu-recalls-none", "fu-recalls-none-advice"),
        next,
        first: key.map(|_| "/recalls"),
        paged: true,
    });
    let title = t(lang, "fu-recalls");
    let body = html! { (rooms(lang, "/recalls")) (table) };
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, body))
}

pub(super) fn recall_badge(lang: Lang, state: Recalled) -> Markup {
    let (tone, sign) = match state {
        Recalled::Opened => (Tone::Stop, Sign::Warn),
        Recalled::Started => (Tone::Plain, Sign::Half),
        Recalled::Closed => (Tone::Go, Sign::Check),
    };
    look::badge(tone, sign, &capital(lang, &state.name()))
}

async fn recall_row(tx: &mut Tx, lang: Lang, r: &recall::Recall) -> Result<Row<'static>> {
    let operator = trade::operator(tx, r.operator).await?.map_or_else(String::new, |o| said(lang, &o.name));
    let due = chip(lang, tx.now(), (r.opened_at, r.start_due_at), "", r.started_at);
    Ok(Row {
        href: Some(format!("/recalls/{}", r.id)),
        cells: vec![
            html! { (r.no) },
            recall_badge(lang, r.state),
            html! { (t(lang, &format!("fu-class-{}", r.class))) },
            html! { (operator) },
            html! { (r.hazard) },
            due,
            html! { span class="nowrap" { (format::short_date_time(r.opened_at.instant())) } },
        ],
        ..Row::default()
    })
}

pub(super) fn correction_badge(lang: Lang, state: Corrected) -> Markup {
    let (tone, sign) = match state {
        Corrected::Asked => (Tone::Wait, Sign::Warn),
        Corrected::Planned => (Tone::Plain, Sign::Half),
        Corrected::Verified => (Tone::Go, Sign::Check),
    };
    look::badge(tone, sign, &capital(lang, &state.name()))
}

async fn corrections(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let mut rows = Vec::new();
    for state in [Corrected::Asked, Corrected::Planned, Corrected::Verified] {
        for c in correction::list(&mut tx, state, None, PAGE).await? {
            rows.push(correction_row(&mut tx, lang, &c).await?);
        }
    }
    let table = listing(Listing {
        lang,
        id: "corrections",
        caption: "fu-corrections",
        heads: &["fu-number", "stage", "deadline", "plant", "fu-hazard", "fu-cause"],
        rows,
        empty: ("fu-corrections-none", "fu-corrections-none-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let title = t(lang, "fu-corrections");
    let body = html! { (rooms(lang, "/corrections")) (table) };
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, body))
}

async fn correction_row(tx: &mut Tx, lang: Lang, c: &correction::Correction) -> Result<Row<'static>> {
    let plant = match c.plant {
        Some(id) => trade::plant(tx, id).await?.map_or_else(String::new, |p| said(lang, &p.name)),
        None => String::new(),
    };
    Ok(Row {
        href: Some(format!("/corrections/{}", c.id)),
        cells: vec![
            html! { (c.no) },
            correction_badge(lang, c.state),
            chip(lang, tx.now(), (c.opened_at, c.due_at), "", c.verified_at),
            html! { (plant) },
            html! { (hazard(lang, &c.hazard)) },
            html! { (cause(lang, &c.cause)) },
        ],
        ..Row::default()
    })
}

async fn all_series(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let mut rows = Vec::new();
    for s in series::list(&mut tx, PAGE).await? {
        let plant = trade::plant(&mut tx, s.plant).await?.map_or_else(String::new, |p| said(lang, &p.name));
        let tone = if s.suspended_at.is_some() { Tone::Stop } else { Tone::Plain };
        rows.push(Row {
            href: Some(format!("/series/{}", s.id)),
            cells: vec![
                html! { (plant) },
                html! { (hazard(lang, &s.hazard)) },
                html! { (s.heading) },
                html! { (s.market) },
                html! { (s.clean) " / " (s.needed) },
                html! { (s.failures) },
                super::series::state(lang, &s),
                html! { (format::date_of(s.opened_at.instant())) },
            ],
            tone,
            ..Row::default()
        });
    }
    let table = listing(Listing {
        lang,
        id: "series",
        caption: "fu-series",
        heads: &[
            "plant",
            "fu-hazard",
            "fu-heading",
            "market",
            "#fu-clean-run",
            "#fu-failures",
            "stage",
            "fu-opened",
        ],
        rows,
        empty: ("fu-series-none", "fu-series-none-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let (title, lede) = (t(lang, "fu-series"), t(lang, "fu-series-lede"));
    let body = html! { (rooms(lang, "/series")) (table) };
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), ..Page::default() }, body))
}

async fn traces(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let key = asked.key::<TracebackId>();
    let found = traceback::list(&mut tx, key, PAGE).await?;
    let next = asked.next("/tracebacks", found.last().map(|r| (r.started_at, r.id.into())), found.len());
    let mut rows = Vec::with_capacity(found.len());
    for r in &found {
        rows.push(super::trace::row(&mut tx, lang, r).await?);
    }
    let table = listing(Listing {
        lang,
        id: "traces",
        caption: "fu-traces",
        heads: &["fu-number", "kind", "stage", "deadline", "plant", "#fu-completeness", "fu-opened"],
        rows,
        empty: ("fu-traces-none", "fu-traces-none-advice"),
        next,
        first: key.map(|_| "/tracebacks"),
        paged: true,
    });
    let title = t(lang, "fu-traces");
    let actions = html! {
        @if follows(&who.actor()) { (look::button_link(&t(lang, "fu-do-trace"), "/tracebacks/new")) }
    };
    let body = html! { (rooms(lang, "/tracebacks")) (table) };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

/// A notification by the identifier or the number in an address.
pub(super) async fn sought(tx: &mut Tx, id: &str) -> Result<Notification> {
    let found = match id.parse() {
        Ok(id) => notification::one(tx, id).await?,
        Err(_) => notification::by_no(tx, id).await?,
    };
    found.ok_or_else(|| {
        let what = bi("没有这份通报", "there is no such notification");
        kernel::Refusal::new("notification.not_found", what)
            .missing("notification", id, bi("从列表打开", "open it from the list"))
            .into()
    })
}
