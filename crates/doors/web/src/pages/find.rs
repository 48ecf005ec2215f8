//! Finding (Ctrl K): consignments and lots by the beginning of their number, what the registry holds by a few
//! letters or initials, numbers of the rules in force, and pages. A fragment for the palette, a page without it.
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use kernel::Role;
use maud::html;
use registry::{find, rules as book};
use serde::Deserialize;
use store::Tx;
use supervision::declaration;

use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Page, Who};
use crate::look::{self, Field, FieldKind, FilterBar, Found, Lang, t};
use crate::nav::rooms;
use crate::pages::follow_up;
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Hits of one kind.
const MOST: usize = 6;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/palette", palette)]
}

#[derive(Default, Deserialize)]
struct Sought {
    #[serde(default)]
    q: String,
}

/// A kind with its hits: name, what it is, address.
struct Group {
    title: String,
    hits: Vec<(String, String, String)>,
}

async fn palette(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Query(sought): Query<Sought>,
    heads: HeaderMap,
) -> Answer {
    let (lang, q) = (who.lang, sought.q.trim());
    let groups = if q.is_empty() { Vec::new() } else { groups(&who, &web, q).await? };
    let found: Vec<Found<'_>> = groups
        .iter()
        .map(|g| Found {
            title: &g.title,
            hits: g
                .hits
                .iter()
                .map(|(name, more, href)| (name.as_str(), more.as_str(), href.as_str()))
                .collect(),
        })
        .collect();
    let results = look::palette_results(lang, &found);
    if heads.contains_key("hx-request") {
        return Ok(results);
    }
    let (label, hint) = (t(lang, "find"), t(lang, "find-type"));
    let kind = FieldKind::Search;
    let field = Field {
        lang,
        name: "q",
        label: &label,
        hint: &hint,
        value: q,
        kind,
        grow: true,
        required: true,
        ..Field::default()
    };
    let bar = look::filter_bar(&FilterBar {
        lang,
        action: "/palette",
        fields: vec![field],
        ..FilterBar::default()
    });
    let body = html! { (bar) @if !q.is_empty() { (results) } };
    Ok(who.page(&web, Page { title: &label, ..Page::default() }, body))
}

async fn groups(who: &Who<AnyRole>, web: &Web, q: &str) -> Answer<Vec<Group>> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let mut groups = vec![declarations(&mut tx, who, q).await?];
    // An operator's person finds the own consignments and the own pages; the registry is the bureau's.
    if !who.session.account.roles.iter().all(|r| *r == Role::Declarant) {
        for (noun, word, room) in [
            ("operator", "operators", "/operators"),
            ("plant", "plants", "/plants"),
            ("farm", "farms", "/farms"),
            ("product", "products", "/products"),
            ("officer", "officers", "/officers"),
            ("unit", "units", "/units"),
        ] {
            let hits = find::search(&mut tx, noun, q, MOST).await?;
            let hits = hits.iter().map(|h| (said(lang, &h.name), h.code.clone(), format!("{room}/{}", h.id)));
            groups.push(Group { title: t(lang, word), hits: hits.collect() });
        }
        groups.push(numbers(&mut tx, lang, q).await?);
        groups.push(Group {
            title: t(lang, "fu-notifications"),
            hits: follow_up::found(&mut tx, lang, q).await?,
        });
    }
    let letters = find::typed(q);
    let hits = rooms(lang, &who.session.account.roles).into_iter().filter(|(word, href)| {
        let name = kernel::bi(word.clone(), word.clone());
        find::forms(href.trim_start_matches('/'), &name).iter().any(|form| form.starts_with(&letters))
    });
    let hits = hits.take(MOST).map(|(word, href)| (word, String::new(), href.to_owned())).collect();
    groups.push(Group { title: t(lang, "pages"), hits });
    Ok(groups)
}

async fn declarations(tx: &mut Tx, who: &Who<AnyRole>, q: &str) -> Answer<Group> {
    let mut found = declaration::by_number(tx, &who.actor(), q, MOST).await?;
    for d in declaration::by_lot_beginning(tx, &who.actor(), q, MOST).await? {
        if found.iter().all(|known| known.id != d.id) {
            found.push(d);
        }
    }
    let hits = found.into_iter().map(|d| (d.no, d.goods, format!("/declarations/{}", d.id)));
    Ok(Group { title: t(who.lang, "consignments"), hits: hits.collect() })
}

/// Numbers of the rules in force whose key or source holds what was typed.
async fn numbers(tx: &mut Tx, lang: Lang, q: &str) -> Answer<Group> {
    let today = tx.now().date();
    let rules = book::rules(tx).await?;
    let letters = q.to_lowercase();
    let mut hits = Vec::new();
    for a in rules.adopted.iter().rev().filter(|a| a.effective_from <= today) {
        for p in &a.pack.parameter {
            let held =
                p.key.to_lowercase().contains(&letters) || p.citation.to_lowercase().contains(&letters);
            if held && hits.len() < MOST {
                let more = format!("{} {} · {}", p.value, p.unit.replace('_', " "), a.label());
                hits.push((p.key.clone(), more, format!("/rules/{}#number-{}", a.id, p.key)));
            }
        }
    }
    Ok(Group { title: t(lang, "numbers"), hits })
}
