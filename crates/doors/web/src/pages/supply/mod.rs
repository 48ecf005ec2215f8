//! The supply of plants: spray records of farms with the first lawful day of harvest, raw lots as they came, and the
//! production lots built from them. Officers see the plants of their reach, an operator's person the own ones.
mod farm;
mod plant;

use axum::extract::{Query, State};
use kernel::{Actor, Bilingual, ProductionId, RawLotId};
use maud::{Markup, html};
use registry::trade::{self, Plant};
use serde::Deserialize;
use supervision::supply::Before;

use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Page, RoleSet, Staff, SupplyHands, Who};
use crate::look::{Lang, Row, t};
use crate::pages::sheet::{Listing, PAGE, listing, next, nothing};
use crate::route::{RouteSpec, get, post, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/supply", list),
        get("/supply/plants/{id}", plant::one),
        get("/supply/plants/{id}/raw", plant::new_raw),
        post("/supply/plants/{id}/raw", plant::receive),
        get("/supply/plants/{id}/lot", plant::new_lot),
        post("/supply/plants/{id}/lot", plant::build),
        get("/supply/farms/{id}", farm::one),
        get("/supply/farms/{id}/spray", farm::new_spray),
        post("/supply/farms/{id}/spray", farm::record),
    ]
}

/// Where a list goes on.
#[derive(Default, Deserialize)]
struct Turn {
    #[serde(default)]
    after: String,
}

/// Where the lists of a page of lots go on: each from a day and a row.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Turns {
    raw_day: String,
    raw: Option<uuid::Uuid>,
    lot_day: String,
    lot: Option<uuid::Uuid>,
}

impl Turns {
    fn raws(&self) -> Before<RawLotId> {
        self.raw.map(|id| (self.raw_day.clone(), id.into()))
    }

    fn lots(&self) -> Before<ProductionId> {
        self.lot.map(|id| (self.lot_day.clone(), id.into()))
    }

    /// The address at which one of the lists goes on while the other stays: `raw` or `lot`.
    fn on(&self, path: &str, list: &str, last: Option<(&str, uuid::Uuid)>) -> String {
        let mut pairs = Vec::new();
        let kept = [("raw", &self.raw_day, self.raw), ("lot", &self.lot_day, self.lot)];
        for (name, day, id) in kept {
            let at = if name == list { last } else { id.map(|id| (day.as_str(), id)) };
            if let Some((day, id)) = at {
                pairs.push((if name == "raw" { "raw_day" } else { "lot_day" }, day.to_owned()));
                pairs.push((name, id.to_string()));
            }
        }
        if pairs.is_empty() { path.to_owned() } else { with_query(path, &pairs) }
    }
}

/// Whether a page is full, so that another may follow.
fn full<T>(found: &[T]) -> bool {
    i64::try_from(found.len()).is_ok_and(|n| n >= PAGE)
}

/// Whether this login may enter what comes to a plant.
fn enters<R: RoleSet>(who: &Who<R>) -> bool {
    who.actor().has(SupplyHands::ROLES)
}

/// A plant within reach; another one does not exist for this login.
async fn within(web: &Web, by: &Actor, id: &str) -> Answer<Plant> {
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => trade::plant(&mut tx, id).await?,
        Err(_) => None,
    };
    found.filter(|p| by.reaches(p.branch, p.operator)).ok_or_else(|| nothing(id))
}

/// The number of a lot, for officers as the way to its trace.
fn traced(by: &Actor, no: &str) -> Markup {
    match by.has(Staff::ROLES) {
        true => html! { a class="code" href=(crate::pages::trace::place(no)) { (no) } },
        false => html! { span class="code" { (no) } },
    }
}

/// Number and name of something filed.
fn called(lang: Lang, no: &str, name: &Bilingual) -> String {
    format!("{no} · {}", said(lang, name))
}

async fn list(who: Who<AnyRole>, State(web): State<Web>, Query(turn): Query<Turn>) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let mut tx = web.read().await?;
    let plants = trade::plants_within(&mut tx, &by, &turn.after, PAGE).await?;
    let goes_on = next("/supply", &plants, |p| &p.filing_no);
    let rows = plants.iter().map(|p| Row {
        href: Some(format!("/supply/plants/{}", p.id)),
        cells: vec![html! { (p.filing_no) }, html! { (said(lang, &p.name)) }],
        ..Row::default()
    });
    let table = listing(Listing {
        lang,
        id: "plants",
        caption: "plants",
        heads: &["filing-no", "name"],
        rows: rows.collect(),
        empty: ("no-plants", "supply-none-advice"),
        next: goes_on,
        first: (!turn.after.is_empty()).then_some("/supply"),
        paged: true,
    });
    let (title, lede) = (t(lang, "supply"), t(lang, "supply-lede"));
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), ..Page::default() }, table))
}
