//! The guided tour: how a day's work becomes a brand, in twelve steps over the records that are there now. Each step is
//! one sentence and one page; what the house does not have yet is said.
use axum::extract::State;
use excellence::brand::{self, Brand};
use excellence::{practice, standing_rule};
use kernel::{Actor, Result};
use maud::{Markup, html};
use store::{Tx, ledger};
use supervision::declaration;

use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::{Lang, button_link, t};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/tour", tour)]
}

/// Brands looked through for the one that went farthest.
const MOST: i64 = 200;

/// The address of each step; none where there is nothing to show yet.
struct Way {
    declaration: Option<String>,
    fact: Option<String>,
    figure: String,
    facts: String,
    brand: Option<String>,
    judged: bool,
    offered: bool,
    ruled: Option<String>,
    newest: Option<String>,
}

async fn tour(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let way = way(&mut tx, &who.actor()).await?;
    let brand = |part: &str| way.brand.as_ref().map(|b| format!("{b}{part}"));
    let some = |place: &str| Some(place.to_owned());
    let steps: [Option<String>; 12] = [
        way.declaration.clone(),
        way.fact.clone(),
        some("/indicators"),
        some(&way.figure),
        some(&way.facts),
        some("/brands"),
        brand(""),
        brand("#gates-held").filter(|_| way.judged),
        brand("#adopters").filter(|_| way.offered),
        way.ruled.clone(),
        some("/rules"),
        way.newest.clone(),
    ];
    let body = html! { ol class="tour" { @for (n, place) in steps.iter().enumerate() { (step(lang, n + 1, place.as_deref())) } } };
    let (title, lede) = (t(lang, "tour"), t(lang, "tour-lede"));
    let first = steps.iter().flatten().next().cloned().unwrap_or_else(|| "/".to_owned());
    let actions = button_link(&t(lang, "tour-begin"), &first);
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), actions, ..Page::default() }, body))
}

fn step(lang: Lang, n: usize, place: Option<&str>) -> Markup {
    let (title, text) = (t(lang, &format!("tour-{n}")), t(lang, &format!("tour-{n}-text")));
    html! {
        li {
            @match place { Some(place) => a href=(place) { (title) }, None => b { (title) } }
            p { (text) @if place.is_none() { " " span class="quiet" { (t(lang, "tour-not-yet")) } } }
        }
    }
}

/// Finds what the steps show: within reach of whoever looks.
async fn way(tx: &mut Tx, by: &Actor) -> Result<Way> {
    let newest = declaration::list(tx, by, None, 40).await?;
    let settled = newest.iter().find(|d| ["released", "certified"].contains(&d.stage.code()));
    let mut fact = None;
    if let Some(d) = settled {
        let facts = ledger::of_subject(tx, &d.id.subject(), 50).await?;
        fact = facts.iter().find(|f| f.kind == "release.settled").map(|f| format!("/ledger/{}", f.seq));
    }
    let brands = brand::list(tx, "", MOST).await?;
    let far = |b: &Brand| match b.stage.as_str() {
        "ruled" => 3,
        "passed" => 2,
        "creating" => 1,
        _ => 0,
    };
    let best = brands.iter().max_by_key(|b| far(b)).filter(|b| far(b) > 0);
    let (mut judged, mut offered) = (false, false);
    if let Some(b) = best {
        judged = !brand::gates(tx, b.id).await?.is_empty();
        offered = match practice::by_brand(tx, b.id).await? {
            Some(p) => !practice::offers(tx, p.id).await?.is_empty(),
            None => false,
        };
    }
    let mut ruled = None;
    if let Some(b) = best.filter(|b| b.stage == "ruled")
        && !standing_rule::by_brand(tx, b.id).await?.is_empty()
    {
        ruled = Some(format!("/brands/{}#standing-rule", b.id));
    }
    let figure = best.map_or("SV01", |b| b.positioning.indicator.as_str());
    Ok(Way {
        declaration: settled.map(|d| format!("/declarations/{}", d.id)),
        fact,
        figure: format!("/indicators/{figure}"),
        facts: format!("/indicators/{figure}/facts"),
        brand: best.map(|b| format!("/brands/{}", b.id)),
        judged,
        offered,
        ruled,
        newest: newest.first().map(|d| format!("/declarations/{}", d.id)),
    })
}
