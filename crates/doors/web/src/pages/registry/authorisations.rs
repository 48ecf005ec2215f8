//! Authorisations over all officers within reach: what runs out, what hangs on one person, and the monthly
//! report of emergency delegations.
use axum::extract::{Query, State};
use kernel::{AuthorisationId, Date, OfficerId, Timestamp, UnitId};
use maud::{Markup, html};
use registry::people::{self, Unit};
use serde::Deserialize;
use std::collections::HashMap;
use store::Tx;
use supervision::competence::{self, Held};

use super::authorise::{goods, left};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{self, Lang, Row, Tab, button_link_secondary, format, t, t_args};
use crate::pages::sheet::{Listing, PAGE, listing};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Days ahead that the list of what runs out looks.
const AHEAD: i64 = 90;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/authorisations", expiring),
        get("/authorisations/single", single),
        get("/authorisations/overrides", overrides),
    ]
}

fn page(who: &Who<Staff>, web: &Web, current: usize, body: Markup) -> Markup {
    let lang = who.lang;
    let words = ["auth-expiring", "auth-single", "auth-overrides"].map(|k| t(lang, k));
    let places = ["/authorisations", "/authorisations/single", "/authorisations/overrides"];
    let all: Vec<Tab<'_>> = (0..3)
        .map(|at| Tab { label: &words[at], href: places[at], current: at == current, ..Tab::default() })
        .collect();
    let title = t(lang, "authorisations");
    let body = html! { (look::tabs(&title, &all)) (body) };
    who.page(web, Page { title: &title, ..Page::default() }, body)
}

/// The name of a branch, or of the bureau itself.
fn branch(lang: Lang, units: &[Unit], id: Option<UnitId>) -> String {
    let unit = match id {
        Some(id) => units.iter().find(|u| u.id == id),
        None => units.iter().find(|u| u.kind == "bureau"),
    };
    unit.map_or_else(|| t(lang, "bureau"), |u| said(lang, &u.name))
}

#[derive(Deserialize)]
struct After {
    at: Option<i64>,
    id: Option<AuthorisationId>,
}

async fn expiring(who: Who<Staff>, State(web): State<Web>, Query(after): Query<After>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let after = after.at.map(Timestamp).zip(after.id);
    let found = competence::expiring(&mut tx, &who.actor(), AHEAD, after, PAGE).await?;
    let now = tx.now();
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let last = found.last().filter(|_| full).map(|h| &h.authorisation);
    let rows = found.iter().map(|h| Row {
        href: Some(format!("/officers/{}", h.authorisation.officer)),
        cells: vec![
            html! { (h.staff_no) },
            html! { (said(lang, &h.name)) },
            html! { (branch(lang, &units, h.branch)) },
            html! { (said(lang, &h.authorisation.duty.name())) },
            html! { (goods(lang, &h.authorisation.hs_prefix)) },
            left(lang, h.authorisation.valid_to, now),
        ],
        ..Row::default()
    });
    let table = listing(Listing {
        lang,
        id: "expiring",
        caption: "auth-expiring",
        heads: &["staff-no", "person-name", "branch", "duty", "goods", "time-left"],
        rows: rows.collect(),
        empty: ("no-expiring", "no-expiring-advice"),
        next: last.map(|a| format!("/authorisations?at={}&id={}", a.valid_to.0, a.id)),
        first: after.map(|_| "/authorisations"),
        paged: true,
    });
    let lede = t_args(lang, "expiring-lede", &[("n", AHEAD.into())]);
    Ok(page(&who, &web, 0, html! { p class="quiet" { (lede) } (table) }))
}

/// Names of officers by their rows, each read once.
async fn names(
    tx: &mut Tx,
    lang: Lang,
    ids: impl Iterator<Item = OfficerId>,
) -> kernel::Result<HashMap<OfficerId, String>> {
    let mut out = HashMap::new();
    for id in ids {
        if let std::collections::hash_map::Entry::Vacant(place) = out.entry(id)
            && let Some(o) = people::officer(tx, id).await?
        {
            place.insert(format!("{} {}", o.staff_no, said(lang, &o.name)));
        }
    }
    Ok(out)
}

async fn single(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let mut found = competence::single_handed(&mut tx, &who.actor()).await?;
    found.truncate(500);
    let names = names(&mut tx, lang, found.iter().map(|s| s.officer)).await?;
    let branches: Vec<String> = found.iter().map(|s| branch(lang, &units, s.branch)).collect();
    let rows = found.iter().zip(&branches).map(|(s, branch)| Row {
        href: Some(format!("/officers/{}", s.officer)),
        cells: vec![
            html! { (names.get(&s.officer).cloned().unwrap_or_default()) },
            html! { (branch) },
            html! { (said(lang, &s.duty.name())) },
            html! { (goods(lang, &s.hs_prefix)) },
        ],
        ..Row::default()
    });
    let table = listing(Listing {
        lang,
        id: "single",
        caption: "auth-single",
        heads: &["officer", "branch", "duty", "goods"],
        rows: rows.collect(),
        empty: ("no-single", "no-single-advice"),
        next: None,
        first: None,
        paged: false,
    });
    Ok(page(&who, &web, 1, html! { p class="quiet" { (t(lang, "single-lede")) } (table) }))
}

#[derive(Deserialize)]
struct Month {
    #[serde(default)]
    month: String,
}

/// The first day of the month that a query names, or of the present one.
fn first_day(text: &str, today: Date) -> Date {
    format!("{text}-01").parse().unwrap_or(today.first_of_month())
}

fn label(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

async fn overrides(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Month>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let first = first_day(&asked.month, tx.now().date());
    let after = first.last_of_month().tomorrow().unwrap_or(first);
    let before = first.yesterday().unwrap_or(first).first_of_month();
    let units = people::units(&mut tx).await?;
    let (from, to) = (Timestamp::start_of(first), Timestamp::start_of(after));
    let found = competence::overrides(&mut tx, &who.actor(), from, to).await?;
    let givers = names(&mut tx, lang, found.iter().filter_map(|h| h.granted_by)).await?;
    let system = lang.pick("系统", "System").to_owned();
    let row = |h: &Held| {
        let a = &h.authorisation;
        let giver = h.granted_by.and_then(|by| givers.get(&by)).unwrap_or(&system).clone();
        Row {
            href: Some(format!("/officers/{}", a.officer)),
            cells: vec![
                html! { (h.staff_no) " " (said(lang, &h.name)) },
                html! { (branch(lang, &units, h.branch)) },
                html! { (said(lang, &a.duty.name())) },
                html! { (goods(lang, &a.hs_prefix)) },
                html! { (format::short_date_time(a.valid_from.instant())) " – " (format::short_date_time(a.valid_to.instant())) },
                html! { (giver) },
                html! { (a.reason) },
            ],
            ..Row::default()
        }
    };
    let table = listing(Listing {
        lang,
        id: "overrides",
        caption: "auth-overrides",
        heads: &["officer", "branch", "duty", "goods", "valid", "granted-by", "reason"],
        rows: found.iter().map(row).collect(),
        empty: ("no-overrides", "no-overrides-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let link = |day: Date| format!("/authorisations/overrides?month={}", label(day));
    let months = html! { div class="buttons" {
        (button_link_secondary(&label(before), &link(before)))
        @if to <= tx.now() { (button_link_secondary(&label(after), &link(after))) }
    } };
    let title = t_args(lang, "overrides-of", &[("month", label(first).into())]);
    Ok(page(&who, &web, 2, look::section(&title, months, table)))
}
