//! What a trace found, drawn and told.
use flow::lots::{self, Found, Item};
use kernel::Result;
use maud::{Markup, html};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use store::Tx;
use supervision::trail::{self, Declared, names};

use super::asked::Asked;
use super::draw::{self, MOST_DRAWN, Picked};
use super::stand::Stands;
use super::{sections, sources, tables};
use crate::look::{self, Empty, Flash, Lang, Tone, format, t, t_args};

/// Everything about what was found.
pub(super) async fn result(
    tx: &mut Tx,
    lang: Lang,
    asked: &Asked,
    found: &Found,
    declared: &[Declared],
) -> Result<Markup> {
    if found.items.is_empty() {
        let (title, advice) = (t(lang, "trace-none"), t(lang, "trace-none-advice"));
        return Ok(look::empty_state(&Empty { title: &title, advice: &advice, ..Empty::default() }));
    }
    let picked = Picked::of(found, asked);
    let drawn = picked.items(found);
    let names: BTreeSet<&str> = drawn.iter().map(|i| i.name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let stands = Stands {
        known: trail::known(tx, &names).await?,
        broken: found.stops.iter().map(|s| s.name.clone()).collect(),
    };
    let details = details(tx, &drawn).await?;
    let links = picked.links(found);
    let shown = t_args(
        lang,
        "trace-shown",
        &[
            ("shown", format::count(drawn.len() as u64).into()),
            ("all", format::count(found.items.len() as u64).into()),
            ("links", format::count(found.goods.len() as u64).into()),
        ],
    );
    let more = match asked.wide {
        true => look::button_link_secondary(&t(lang, "trace-narrow"), &asked.address("/trace", &[])),
        false => {
            look::button_link_secondary(&t(lang, "trace-wide"), &asked.address("/trace", &[("wide", "1")]))
        }
    };
    Ok(html! {
        (notes(lang, asked, found))
        @if picked.cut {
            p class="note" {
                (t_args(lang, "trace-cut", &[("most", format::count(MOST_DRAWN as u64).into())])) " "
                a href=(asked.address("/trace/export/xlsx", &[])) { (t(lang, "trace-xlsx")) }
            }
        }
        (draw::drawing(lang, asked, found, &picked, &stands))
        (stands.legend(lang, drawn.iter().copied()))
        p class="note" { (shown) " · " (t(lang, "trace-status-today")) }
        (look::section(&t(lang, "trace-table"), more, tables::nodes(lang, asked, &drawn, &stands, &details)))
        (tables::links(lang, asked, found, &links))
        (tables::ended(lang, found))
        (sections::consignments(lang, declared))
        (sections::stops(lang, found))
        (sources::sources(lang, asked, found))
        (sections::common(lang, found))
        (sections::excess(lang, found))
        (sections::supplied(lang, found))
    })
}

/// What is not known, what is supposed closed, and the day whose record is shown.
fn notes(lang: Lang, asked: &Asked, found: &Found) -> Markup {
    let unknown = found.unknown.join(", ");
    let links = found.shut.iter().map(|(from, to)| format!("{} → {}", lots::number(from), lots::number(to)));
    let names = asked.closed.iter().filter(|name| !lots::names_link(name)).map(|name| lots::number(name));
    let closed: Vec<String> = names.chain(links).collect();
    let closed = t_args(lang, "trace-closed", &[("names", closed.join(", ").into())]);
    html! {
        @if !unknown.is_empty() {
            (look::flash_line(&Flash { tone: Tone::Wait, text: &t_args(lang, "trace-unknown", &[("names", unknown.into())]) }))
        }
        @if !asked.day().is_empty() {
            p class="note" { (t_args(lang, "trace-as-of-told", &[("day", asked.day().to_owned().into())])) }
        }
        @if !asked.closed.is_empty() {
            p class="note" { (closed) " · " a href=(asked.reopened()) { (t(lang, "trace-reopen")) } }
        }
    }
}

/// What the harvest of raw lots told: field, proof, sprays; by name.
async fn details(tx: &mut Tx, drawn: &[&Item]) -> Result<HashMap<String, String>> {
    let raw = drawn.iter().filter(|i| matches!(names::read(&i.name), Some(("raw", _))));
    let raw: Vec<(&str, [u8; 32])> = raw.filter_map(|i| Some((i.name.as_str(), i.entry?))).collect();
    let hashes: Vec<[u8; 32]> = raw.iter().map(|(_, hash)| *hash).collect();
    let events = trail::told_by(tx, &hashes).await?;
    let told = |event: &Value| {
        let word = |name: &str| event["ilmd"][name].as_str().filter(|word| !word.is_empty());
        let parts = ["guomen:field", "guomen:proof", "guomen:sprays"].into_iter().filter_map(word);
        parts.collect::<Vec<_>>().join(" · ")
    };
    Ok(raw.iter().filter_map(|(name, hash)| Some(((*name).to_owned(), told(events.get(hash)?)))).collect())
}
