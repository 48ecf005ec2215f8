//! Rule packs: the versions by date, one as a page to read, and what changed between two.
use axum::extract::{Path, Query, State};
use kernel::Date;
use maud::{Markup, html};
use registry::rules::{self as book, Adopted, CertificateRow, Change, LaneRow, Pack, Rules, Status};
use serde::Deserialize;

use super::pack_lists::lists;
use super::{facts_link, over_all, pairs, writes};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Column, Crumb, DataTable, Lane, Lang, Narrow, Row, Sign, Tone, badge, button_link,
    button_link_secondary, format, lane_badge, t,
};
use crate::pages::sheet::{Listing, listing, nothing};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/rules", list), get("/rules/compare", compare), get("/rules/{id}", one)]
}

/// Whether a number was read in its source.
pub(super) fn mark(lang: Lang, status: Status) -> Markup {
    match status {
        Status::Verified => badge(Tone::Go, Sign::Check, &t(lang, "verified")),
        Status::Unverified => badge(Tone::Wait, Sign::Warn, &t(lang, "unverified")),
    }
}

fn title(lang: Lang, pack: &Pack) -> String {
    lang.pick(&pack.title_zh, &pack.title_en).clone()
}

/// How a version stands on a day: waiting, in force, or followed by another.
fn standing(lang: Lang, rules: &Rules, a: &Adopted, today: Date) -> Markup {
    let same =
        || rules.adopted.iter().filter(|b| b.pack.authority == a.pack.authority && b.effective_from <= today);
    if a.effective_from > today {
        badge(Tone::Plain, Sign::Ring, &t(lang, "pack-waiting"))
    } else if same().next_back().is_some_and(|last| last.id == a.id) {
        badge(Tone::Go, Sign::Check, &t(lang, "pack-in-force"))
    } else {
        badge(Tone::Quiet, Sign::Dash, &t(lang, "pack-past"))
    }
}

async fn list(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let rules = book::rules(&mut tx).await?;
    let today = tx.now().date();
    let row = |a: &Adopted| Row {
        href: Some(format!("/rules/{}", a.id)),
        cells: vec![
            html! { (a.label()) },
            html! { (title(lang, &a.pack)) },
            html! { (a.pack.authority) },
            html! { (format::date(a.effective_from)) },
            standing(lang, &rules, a, today),
            html! { (a.pack.count(Status::Verified) + a.pack.count(Status::Unverified)) },
            html! { (a.pack.count(Status::Unverified)) },
        ],
        ..Row::default()
    };
    let body = listing(Listing {
        lang,
        id: "packs",
        caption: "rule-packs",
        heads: &["rule-version", "name", "authority", "valid-from", "state", "#numbers", "#unverified"],
        rows: rules.adopted.iter().rev().map(row).collect(),
        empty: ("no-packs", "no-packs-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let (title, label) = (t(lang, "rule-packs"), t(lang, "adopt-version"));
    let may = writes(&who) && over_all(&who);
    let actions = html! {
        @if may { (button_link(&label, "/rules/adopt")) }
        (button_link_secondary(&t(lang, "working-day-calendar"), "/calendar"))
    };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let rules = book::rules(&mut tx).await?;
    let today = tx.now().date();
    let a = rules.adopted.iter().find(|a| a.id.to_string() == id).ok_or_else(|| nothing(&id))?;
    let others: Vec<&Adopted> =
        rules.adopted.iter().filter(|b| b.id != a.id && b.pack.authority == a.pack.authority).collect();
    let body = html! {
        (pairs(lang, &[
            ("rule-version", html! { (a.label()) }),
            ("authority", html! { (a.pack.authority) }),
            ("valid-from", html! { (format::date(a.effective_from)) }),
            ("adopted-on", html! { (format::date_time(a.adopted_at.instant())) }),
            ("content-hash", html! { code { (a.sha256) } }),
        ]))
        (content(lang, &a.pack))
        @if !others.is_empty() { (look::section(&t(lang, "compare-with"), Markup::default(), html! {
            ul class="plain-list" { @for b in &others {
                li { a href={ "/rules/compare?from=" (b.id) "&to=" (a.id) } { (b.label()) " · " (format::date(b.effective_from)) } }
            } }
        })) }
    };
    let root = t(lang, "rule-packs");
    let label = a.label();
    let crumbs = [Crumb { label: &root, href: Some("/rules") }, Crumb { label: &label, href: None }];
    let page = Page {
        title: &title(lang, &a.pack),
        status: standing(lang, &rules, a, today),
        crumbs: &crumbs,
        actions: facts_link(&who, &a.id.subject()),
        ..Page::default()
    };
    Ok(who.page(&web, page, body))
}

/// All that a pack says: its numbers, then its lane table.
pub(super) fn content(lang: Lang, pack: &Pack) -> Markup {
    let numbers = pack.parameter.iter().map(|p| Row {
        cells: vec![
            html! { span id={ "number-" (p.key) } { code { (p.key) } } },
            html! { (format::integer(p.value)) },
            html! { (unit(lang, &p.unit)) },
            html! { (p.citation) },
            mark(lang, p.status),
        ],
        ..Row::default()
    });
    let numbers = listing(Listing {
        lang,
        id: "numbers",
        caption: "numbers",
        heads: &["parameter", "#rule-value", "unit-of-number", "citation", "verification"],
        rows: numbers.collect(),
        empty: ("no-numbers", "no-numbers-advice"),
        next: None,
        first: None,
        paged: false,
    });
    html! {
        (look::section(&t(lang, "numbers"), Markup::default(), numbers))
        @if !pack.lane.is_empty() { (look::section(&t(lang, "lane-table"), Markup::default(), html! {
            p class="quiet" { (t(lang, "lane-table-lede")) }
            (lanes(lang, &pack.lane))
        })) }
        @if !pack.certificate.is_empty() { (look::section(&t(lang, "certificate-table"), Markup::default(), html! {
            p class="quiet" { (t(lang, "certificate-table-lede")) }
            (papers(lang, &pack.certificate))
        })) }
        (lists(lang, pack))
    }
}

/// The certificate table: for which goods and markets which certificate is drawn up, and what it attests.
fn papers(lang: Lang, rows: &[CertificateRow]) -> Markup {
    let any = t(lang, "any");
    let some = |codes: &[String]| if codes.is_empty() { any.clone() } else { codes.join(", ") };
    let row = |(c, n): (&CertificateRow, usize)| Row {
        cells: vec![
            html! { (n) },
            html! { (some(&c.hs)) },
            html! { (some(&c.market)) },
            html! { (lang.pick(&c.title_zh, &c.title_en)) " " span class="second" { (lang.pick(&c.statement_zh, &c.statement_en)) } },
            html! { (c.citation) },
            mark(lang, c.status),
        ],
        ..Row::default()
    };
    listing(Listing {
        lang,
        id: "papers",
        caption: "certificate-table",
        heads: &["lane-row", "auth-goods", "market", "certificate-title", "citation", "verification"],
        rows: rows.iter().zip(1..).map(row).collect(),
        empty: ("no-numbers", "no-numbers-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

/// The unit of a number: its word, or as the pack writes it.
fn unit(lang: Lang, unit: &str) -> String {
    let key = format!("number-unit-{}", unit.replace('_', "-"));
    let word = t(lang, &key);
    if word == key { unit.to_owned() } else { word }
}

/// The lane table as a table: conditions to the left, what follows to the right, the first row that fits decides.
fn lanes(lang: Lang, rows: &[LaneRow]) -> Markup {
    let any = t(lang, "any");
    let words = |prefix: &str, codes: &[String]| match codes {
        [] => any.clone(),
        some => some
            .iter()
            .map(|c| t(lang, &format!("{prefix}{c}")))
            .collect::<Vec<_>>()
            .join(lang.pick("、", ", ")),
    };
    let row = |r: &LaneRow| {
        let class: Vec<String> = r.class.iter().map(i64::to_string).collect();
        let direction = match r.direction.as_str() {
            "" => any.clone(),
            "export" => t(lang, "export-direction"),
            _ => t(lang, "import-direction"),
        };
        #[expect(clippy::cast_precision_loss, reason = "at most a million")]
        let share = r.rate_ppm as f64 / 1_000_000.0;
        Row {
            cells: vec![
                html! { (r.row) },
                html! { (direction) },
                html! { @if class.is_empty() { (any) } @else { (class.join(", ")) } },
                html! { (words("risk-", &r.risk)) },
                html! { @if r.market.is_empty() { (any) } @else { (r.market.join(", ")) } },
                html! { (words("mode-", &r.mode)) },
                html! { @match Lane::from_code(&r.lane) { Some(lane) => (lane_badge(lang, lane)), None => (r.lane) } },
                html! { (format::percent(share, 1)) },
                html! { (r.citation) },
                mark(lang, r.status),
            ],
            ..Row::default()
        }
    };
    let heads = [
        "lane-row",
        "direction",
        "enterprise-class",
        "risk-level",
        "market",
        "logistics-mode",
        "lane",
        "sampling-rate",
        "citation",
        "verification",
    ]
    .map(|k| t(lang, k));
    let columns =
        heads.iter().enumerate().map(|(at, h)| if at == 7 { Column::figure(h, "") } else { Column::text(h) });
    look::data_table(&DataTable {
        lang,
        id: "lanes",
        caption: &t(lang, "lane-table"),
        columns: columns.collect(),
        rows: rows.iter().map(row).collect(),
        narrow: Narrow::Scroll,
        ..DataTable::default()
    })
}

#[derive(Deserialize)]
struct Two {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

async fn compare(who: Who<Staff>, State(web): State<Web>, Query(two): Query<Two>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let rules = book::rules(&mut tx).await?;
    let find = |id: &str| rules.adopted.iter().find(|a| a.id.to_string() == id).ok_or_else(|| nothing(id));
    let (from, to) = (find(&two.from)?, find(&two.to)?);
    // Whichever way it was asked: from the one that took effect first.
    let (older, newer) = if (to.effective_from, to.adopted_at) < (from.effective_from, from.adopted_at) {
        (to, from)
    } else {
        (from, to)
    };
    let body = differences(lang, &book::compare(&older.pack, &newer.pack));
    let (root, title) = (t(lang, "rule-packs"), format!("{} → {}", older.label(), newer.label()));
    let own = format!("/rules/{}", newer.id);
    let label = newer.label();
    let what = t(lang, "compare");
    let crumbs = [
        Crumb { label: &root, href: Some("/rules") },
        Crumb { label: &label, href: Some(&own) },
        Crumb { label: &what, href: None },
    ];
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, ..Page::default() }, body))
}

/// Differences as a table: where, which field, what stood there and what stands there.
pub(super) fn differences(lang: Lang, changes: &[Change]) -> Markup {
    let side = |text: &Option<String>, word: &str| {
        html! { @match text {
            Some(text) if text.is_empty() => span class="quiet" { (t(lang, "any")) },
            Some(text) => (text),
            None => span class="quiet" { (t(lang, word)) },
        } }
    };
    let rows = changes.iter().map(|c| Row {
        cells: vec![
            html! { code { @if c.place.is_empty() { (t(lang, "the-pack")) } @else { (c.place) } } },
            html! { @if c.field.is_empty() { (t(lang, "whole-entry")) } @else { (t(lang, &format!("pack-field-{}", c.field.replace('_', "-")))) } },
            side(&c.before, "was-not-there"),
            side(&c.after, "is-gone"),
        ],
        ..Row::default()
    });
    listing(Listing {
        lang,
        id: "changes",
        caption: "changes",
        heads: &["place", "field", "before", "after"],
        rows: rows.collect(),
        empty: ("no-changes", "no-changes-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

/// The name of a version in a sentence.
pub(super) fn named(lang: Lang, a: &Adopted) -> String {
    let names = kernel::bi(a.pack.title_zh.clone(), a.pack.title_en.clone());
    format!("{} · {}", a.label(), said(lang, &names))
}
