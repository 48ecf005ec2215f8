//! Declarations: the list, newest first, and one consignment with why it got its lane and all that happened to it.
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Redirect;
use kernel::{DeclarationId, Refusal, Timestamp, bi};
use maud::{Markup, html};
use registry::trade;
use serde::Deserialize;
use store::ledger;
use supervision::{
    declaration::{self, Declaration},
    targeting::{self, Decision},
};

use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Page, Who};
use crate::look::{
    self, Cite, Column, Crumb, DataTable, Empty, Event, EventKind, Lane, Lang, Pager, Reason, Row, format, t,
};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Declarations on one page.
const PAGE: i64 = 50;
/// Facts of one timeline.
const FACTS: i64 = 200;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/", home), get("/declarations", list), get("/declarations/{id}", one), get("/palette", find)]
}

#[derive(Deserialize)]
struct Before {
    at: Option<i64>,
    id: Option<DeclarationId>,
}

async fn home(_who: Who<AnyRole>) -> Answer<Redirect> {
    Ok(Redirect::to("/declarations"))
}

async fn list(who: Who<AnyRole>, State(web): State<Web>, Query(before): Query<Before>) -> Answer {
    let lang = who.lang;
    let before = before.at.zip(before.id).map(|(at, id)| (Timestamp(at), id));
    let mut tx = web.read().await?;
    let found = declaration::list(&mut tx, &who.actor(), before, PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let next =
        found.last().filter(|_| full).map(|d| format!("/declarations?at={}&id={}", d.lodged_at.0, d.id));
    let heads = ["declaration-number", "goods", "market", "lane", "lodged-on"].map(|k| t(lang, k));
    let (none, advice) = (t(lang, "no-declarations"), t(lang, "no-declarations-advice"));
    let table = DataTable {
        lang,
        id: "declarations",
        caption: &t(lang, "declarations"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: found.iter().map(|d| row(lang, d)).collect(),
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: Some(Pager {
            next: next.as_deref(),
            first: before.map(|_| "/declarations"),
            ..Pager::default()
        }),
        ..DataTable::default()
    };
    let title = t(lang, "declarations");
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, look::data_table(&table)))
}

#[derive(Deserialize)]
struct Sought {
    #[serde(default)]
    q: String,
}

/// Finds declarations by their number or by the number of one of their lots: a fragment for the palette, a page without it.
async fn find(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Query(sought): Query<Sought>,
    heads: HeaderMap,
) -> Answer {
    let (lang, q) = (who.lang, sought.q.trim());
    let mut tx = web.read().await?;
    let mut found: Vec<Declaration> =
        declaration::by_no(&mut tx, &who.actor(), q).await?.into_iter().collect();
    found.extend(declaration::by_lot(&mut tx, &who.actor(), q).await?);
    let hrefs: Vec<String> = found.iter().map(|d| format!("/declarations/{}", d.id)).collect();
    let title = t(lang, "declarations");
    let hits =
        found.iter().zip(&hrefs).map(|(d, href)| (d.no.as_str(), d.goods.as_str(), href.as_str())).collect();
    let results = look::palette_results(lang, &[look::Found { title: &title, hits }]);
    if heads.contains_key("hx-request") {
        return Ok(results);
    }
    Ok(who.page(&web, Page { title: &t(lang, "find"), ..Page::default() }, results))
}

fn row(lang: Lang, d: &Declaration) -> Row<'static> {
    Row {
        href: Some(format!("/declarations/{}", d.id)),
        cells: vec![
            html! { (d.no) },
            html! { (d.goods) },
            html! { (d.market) },
            lane(lang, d),
            html! { (format::date_time(d.lodged_at.instant())) },
        ],
        ..Row::default()
    }
}

/// The lane, and whether the consignment is to be inspected.
fn lane(lang: Lang, d: &Declaration) -> Markup {
    html! {
        span {
            @match Lane::from_code(&d.lane) { Some(lane) => (look::lane_badge(lang, lane)), None => (d.lane) }
            " · " (t(lang, if d.selected { "selected" } else { "not-selected" }))
        }
    }
}

async fn one(who: Who<AnyRole>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => declaration::one(&mut tx, &who.actor(), id).await?,
        Err(_) => declaration::by_no(&mut tx, &who.actor(), &id).await?,
    };
    let Some(d) = found else {
        return Err(Refusal::new(
            "declaration.not_found",
            bi("没有该报检单", "there is no such declaration"),
        )
        .missing("declaration", id, bi("从列表打开", "open it from the list"))
        .into());
    };
    let operator = trade::operator(&mut tx, d.operator).await?;
    let lots = declaration::lots(&mut tx, d.id).await?;
    let decision = targeting::decision(&mut tx, d.id).await?;
    let facts = ledger::of_subject(&mut tx, &d.id.subject(), FACTS).await?;
    let release = super::release::section(lang, &mut tx, &who.actor(), &d).await?;
    let certificates = super::certificates::section(lang, &mut tx, d.id).await?;
    let name = operator.map_or_else(String::new, |o| format!("{} · {}", o.code, said(lang, &o.name)));
    let words = |k: &str| t(lang, k);
    let direction = words(if d.direction == "export" { "export-direction" } else { "import-direction" });
    let pairs = [
        (words("consignment"), html! { (direction) " · " (d.goods) }),
        (words("operator"), html! { (name) }),
        (words("market"), html! { (d.market) }),
        (words("lane"), lane(lang, &d)),
        (words("risk-level"), html! { (words(&format!("risk-{}", d.risk))) }),
        (words("lodged-on"), html! { (format::date_time(d.lodged_at.instant())) }),
        (words("notice-due"), html! { (format::date_time(d.due_at.instant())) }),
        (words("rule-version"), html! { (d.rule_version) }),
    ];
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, m)| (k.as_str(), m.clone())).collect();
    let body = html! {
        (look::definition_list(&pairs, true))
        @if let Some(decision) = &decision { (why(lang, decision)) }
        (look::section(&words("lots"), html! {}, lot_table(lang, &lots)))
        (release) (certificates)
        (look::section(&words("timeline"), html! {}, events(lang, &facts)))
    };
    let list = words("declarations");
    let crumbs = [Crumb { label: &list, href: Some("/declarations") }, Crumb { label: &d.no, href: None }];
    Ok(who.page(&web, Page { title: &d.no, crumbs: &crumbs, ..Page::default() }, body))
}

/// Why this lane: the stored reasons, and the seed with which anyone repeats the draw.
fn why(lang: Lang, decision: &Decision) -> Markup {
    let texts: Vec<String> = decision.outcome.reasons.iter().map(|r| said(lang, r)).collect();
    let mut reasons: Vec<Reason<'_>> =
        texts.iter().map(|text| Reason { text, ..Reason::default() }).collect();
    let seed = format!("{} {}", t(lang, "draw-seed"), decision.seed);
    reasons.push(Reason {
        text: &seed,
        cites: vec![Cite::name(&decision.rule_version)],
        ..Reason::default()
    });
    let added = decision.added.as_ref().map(|why| format!("{}: {why}", t(lang, "check-added")));
    if let Some(text) = &added {
        reasons.push(Reason { text, ..Reason::default() });
    }
    let title = t(lang, "why-this-lane");
    let list =
        html! { ul class="plain-list" { @for reason in &reasons { li { (look::reason_line(reason)) } } } };
    look::section(&title, html! {}, list)
}

fn lot_table(lang: Lang, lots: &[declaration::Lot]) -> Markup {
    let heads = ["lot", "hs-code", "quantity"].map(|k| t(lang, k));
    let rows = lots.iter().map(|l| Row {
        cells: vec![
            html! { (l.no) },
            html! { (l.hs) },
            html! { (l.quantity.number()) " " (said(lang, &l.quantity.unit.name())) },
        ],
        ..Row::default()
    });
    look::data_table(&DataTable {
        lang,
        id: "lots",
        caption: &t(lang, "lots"),
        columns: vec![Column::text(&heads[0]), Column::text(&heads[1]), Column::figure(&heads[2], "")],
        rows: rows.collect(),
        ..DataTable::default()
    })
}

/// A fact in the field's words; a kind without words of its own is shown as the ledger names it.
fn deed(lang: Lang, kind: &str) -> String {
    match kind {
        "declaration.lodged" => t(lang, "deed-lodged"),
        "targeting.targeted" => t(lang, "deed-targeted"),
        "targeting.check_added" => t(lang, "check-added"),
        "release.settled" => t(lang, "deed-settled"),
        "release.hold_lifted" => t(lang, "deed-hold-lifted"),
        "release.treated" => t(lang, "deed-treated"),
        "release.stowed" => t(lang, "deed-stowed"),
        "release.lot_removed" => t(lang, "deed-lot-removed"),
        "certificate.drafted" => t(lang, "deed-drafted"),
        "certificate.draft_dropped" => t(lang, "deed-draft-dropped"),
        "certificate.filled" => t(lang, "deed-filled"),
        "certificate.certified" => t(lang, "deed-certified"),
        "certificate.withdrawn" => t(lang, "deed-cert-withdrawn"),
        "certificate.replaced" => t(lang, "deed-cert-replaced"),
        other => other.to_owned(),
    }
}

/// Facts as a timeline, each leading to its place in the ledger.
fn events(lang: Lang, facts: &[ledger::Stored]) -> Markup {
    let system = said(lang, &bi("系统", "System"));
    let told: Vec<_> = facts
        .iter()
        .map(|f| {
            let at = f.at.instant();
            let times = (format::date_time_seconds(at), format::machine_time(at));
            (deed(lang, &f.kind), times, format!("/ledger/{}", f.seq), f)
        })
        .collect();
    let events: Vec<Event<'_>> = told
        .iter()
        .map(|(what, (at, machine_at), href, f)| Event {
            at,
            machine_at,
            kind: if f.actor.is_some() { EventKind::Act } else { EventKind::System },
            what,
            href: Some(href),
            who: if f.actor.is_some() { "" } else { &system },
            seq: u64::try_from(f.seq).ok(),
            ..Event::default()
        })
        .collect();
    look::timeline(lang, &events)
}
