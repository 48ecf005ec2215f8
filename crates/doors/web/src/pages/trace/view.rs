//! What a trace found, drawn and told.
use flow::lots::{self, Found, Goods, Item, Stop};
use kernel::{Actor, Result, Timestamp};
use maud::{Markup, html};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::Tx;
use supervision::epcis;
use supervision::trail::{self, Declared, names};
use trace::genealogy::{EdgeKind, NodeKind, Role};

use super::asked::Asked;
use super::place;
use crate::look::{
    self, Column, DataTable, Empty, Flash, Lang, Lineage, LineageColumn, LineageNode, Narrow, Row, Sign,
    Tone, format, t, t_args,
};

/// Nodes of a column that are drawn, at first and when more is asked for.
const NARROW: usize = 8;
const WIDE: usize = 60;
/// Nodes of a whole drawing: more than that nobody takes in at once.
const MOST_DRAWN: usize = 400;
/// Rows of a list of the gap, the balance or the sources.
const LISTED: usize = 60;

/// Everything about what was found.
pub(super) async fn result(
    tx: &mut Tx,
    lang: Lang,
    asked: &Asked,
    found: &Found,
    declared: &[Declared],
) -> Result<Markup> {
    let unknown = found.unknown.join(", ");
    if found.items.is_empty() {
        let (title, advice) = (t(lang, "trace-none"), t(lang, "trace-none-advice"));
        return Ok(look::empty_state(&Empty { title: &title, advice: &advice, ..Empty::default() }));
    }
    let picked = Picked::of(found, if asked.wide { WIDE } else { NARROW });
    let drawn: Vec<&Item> =
        picked.columns.iter().flat_map(|c| c.0.iter().map(|i| &found.items[*i])).collect();
    let lots: Vec<&str> = drawn.iter().filter(|i| i.kind == NodeKind::Lot).map(|i| i.name.as_str()).collect();
    let mut states: HashMap<String, String> = trail::statuses(tx, &lots).await?.into_iter().collect();
    states.extend(found.stops.iter().map(|s| (s.name.clone(), "broken".to_owned())));
    let details = details(tx, &drawn).await?;
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
    let closed: Vec<String> = asked.closed.iter().map(|c| lots::number(c)).collect();
    let closed = t_args(lang, "trace-closed", &[("names", closed.join(", ").into())]);
    Ok(html! {
        @if !unknown.is_empty() {
            (look::flash_line(&Flash { tone: Tone::Wait, text: &t_args(lang, "trace-unknown", &[("names", unknown.into())]) }))
        }
        @if !asked.closed.is_empty() {
            p class="note" { (closed) " · " a href=(asked.reopened()) { (t(lang, "trace-reopen")) } }
        }
        @if picked.cut {
            p class="note" {
                (t_args(lang, "trace-cut", &[("most", format::count(MOST_DRAWN as u64).into())])) " "
                a href=(asked.address("/trace/export/xlsx", &[])) { (t(lang, "trace-xlsx")) }
            }
        }
        (drawing(lang, found, &picked, &states))
        p class="note" { (shown) }
        (look::section(&t(lang, "trace-table"), more, table(lang, asked, &drawn, &states, &details)))
        (consignments(lang, declared))
        (stops(lang, found))
        (common(lang, found))
        (excess(lang, found))
    })
}

/// What is drawn: columns of items, and how many each leaves out.
struct Picked {
    columns: Vec<(Vec<usize>, usize)>,
    spot: HashMap<usize, (usize, usize)>,
    /// Whether whole columns are left out.
    cut: bool,
}

impl Picked {
    fn of(found: &Found, most: usize) -> Picked {
        let wanted = wanted(found);
        let mut layers: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for (at, item) in found.items.iter().enumerate().filter(|(at, _)| wanted.contains(at)) {
            layers.entry(item.layer).or_default().push(at);
        }
        // The columns nearest to what was asked about, as many as can be taken in.
        let mut near: Vec<(i32, usize)> = layers.iter().map(|(at, all)| (*at, all.len().min(most))).collect();
        near.sort_by_key(|(at, _)| (at.abs(), *at));
        let mut room = MOST_DRAWN;
        let drawn: HashSet<i32> = near
            .into_iter()
            .take_while(|(_, n)| {
                let fits = *n <= room;
                room = room.saturating_sub(*n);
                fits
            })
            .map(|(at, _)| at)
            .collect();
        let cut = drawn.len() < layers.len();
        layers.retain(|at, _| drawn.contains(at));
        let (mut columns, mut spot) = (Vec::new(), HashMap::new());
        for (column, (_, mut all)) in layers.into_iter().enumerate() {
            // What was asked about is never the part left out.
            all.sort_by_key(|i| (!found.items[*i].asked, *i));
            let hidden = all.len().saturating_sub(most);
            all.truncate(most);
            spot.extend(all.iter().enumerate().map(|(row, i)| (*i, (column, row))));
            columns.push((all, hidden));
        }
        Picked { columns, spot, cut }
    }
}

/// Lots, their making and their origins; places only where goods came to their end; documents.
fn wanted(found: &Found) -> HashSet<usize> {
    let goes_on: HashSet<usize> =
        found.goods.iter().filter(|g| g.kind.carries_goods()).map(|g| g.from).collect();
    let ends =
        |g: &&Goods| matches!(g.kind, EdgeKind::Shipment | EdgeKind::Receipt) && !goes_on.contains(&g.from);
    let arrived: HashSet<usize> = found.goods.iter().filter(ends).map(|g| g.to).collect();
    let all = found.items.iter().enumerate();
    all.filter(|(at, i)| i.asked || i.kind != NodeKind::Place || arrived.contains(at))
        .map(|(at, _)| at)
        .collect()
}

fn kind(lang: Lang, item: &Item) -> String {
    if item.kind == NodeKind::Process {
        return t(lang, "trace-kind-making");
    }
    let word = names::read(&item.name).map_or("other", |(kind, _)| kind);
    let key = format!("trace-kind-{word}");
    let said = t(lang, &key);
    if said == key { t(lang, "trace-kind-other") } else { said }
}

fn title(item: &Item) -> String {
    match (item.kind, &item.place) {
        (NodeKind::Process, Some(place)) => lots::number(place),
        _ => lots::number(&item.name),
    }
}

fn moment(at: i64) -> String {
    format::short_date_time(Timestamp(at.saturating_mul(1000)).instant())
}

fn day(at: i64) -> String {
    Timestamp(at.saturating_mul(1000)).date().to_string()
}

fn state(lang: Lang, item: &Item, states: &HashMap<String, String>) -> (Tone, Sign, String) {
    match states.get(&item.name).map(String::as_str) {
        Some("release") => (Tone::Go, Sign::Check, t(lang, "outcome-release")),
        Some("hold") => (Tone::Stop, Sign::Square, t(lang, "outcome-hold")),
        Some("treat") => (Tone::Wait, Sign::Pause, t(lang, "outcome-treat")),
        Some("return") => (Tone::Quiet, Sign::Dash, t(lang, "outcome-return")),
        Some("destroy") => (Tone::Quiet, Sign::Cross, t(lang, "outcome-destroy")),
        Some("unproven") => (Tone::Stop, Sign::Warn, t(lang, "trace-unproven")),
        Some("broken") => (Tone::Stop, Sign::Warn, t(lang, "trace-broken")),
        _ if item.asked => (Tone::Plain, Sign::Lens, t(lang, "trace-asked")),
        _ => match item.kind {
            NodeKind::Process => (Tone::Quiet, Sign::Half, String::new()),
            NodeKind::Origin => (Tone::Plain, Sign::Dot, String::new()),
            _ => (Tone::Plain, Sign::Ring, String::new()),
        },
    }
}

fn drawing(lang: Lang, found: &Found, picked: &Picked, states: &HashMap<String, String>) -> Markup {
    let node = |i: &usize| {
        let item = &found.items[*i];
        let (tone, sign, said) = state(lang, item, states);
        let when = item.at.map(day).unwrap_or_default();
        LineageNode {
            title: title(item),
            note: format!("{} {when}", kind(lang, item)),
            told: format!("{} {} {when} {said}", kind(lang, item), item.name),
            href: place(&item.name),
            tone,
            sign,
            asked: item.asked,
        }
    };
    let columns = picked.columns.iter().map(|(items, hidden)| {
        let days = || items.iter().filter_map(|i| found.items[*i].at);
        let head = match (days().min(), days().max()) {
            (Some(first), Some(last)) if day(first) == day(last) => day(first),
            (Some(first), Some(last)) => format!("{} – {}", day(first), day(last)),
            _ => String::new(),
        };
        LineageColumn { head, nodes: items.iter().map(node).collect(), hidden: *hidden }
    });
    let mut links: Vec<_> = found
        .goods
        .iter()
        .filter(|g| g.from != g.to)
        .filter_map(|g| Some((*picked.spot.get(&g.from)?, *picked.spot.get(&g.to)?)))
        .collect();
    links.sort_unstable();
    links.dedup();
    let label = t(lang, "trace-drawing");
    look::lineage(&Lineage { lang, label: &label, columns: columns.collect(), links })
}

/// What the harvest of raw lots told: field, proof, sprays; by name.
async fn details(tx: &mut Tx, drawn: &[&Item]) -> Result<HashMap<String, String>> {
    let mut told = HashMap::new();
    for item in drawn.iter().filter(|i| matches!(names::read(&i.name), Some(("raw", _)))) {
        let Some(entry) = item.entry else { continue };
        let id = format!("ni:///sha-256;{}?ver=CBV2.0", hex::encode(entry));
        let kept = epcis::event(tx, &Actor::system(), &id).await?;
        let Some(kept) = kept.first() else { continue };
        let event: Value = serde_json::from_str(&kept.body)?;
        let word = |name: &str| event["ilmd"][name].as_str().unwrap_or_default().to_owned();
        let parts = [word("guomen:field"), word("guomen:proof"), word("guomen:sprays")];
        let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        told.insert(item.name.clone(), parts.join(" · "));
    }
    Ok(told)
}

fn table(
    lang: Lang,
    asked: &Asked,
    drawn: &[&Item],
    states: &HashMap<String, String>,
    details: &HashMap<String, String>,
) -> Markup {
    let keys = ["number", "kind", "step", "when", "where", "status", "detail", "what-if"];
    let heads = keys.map(|k| t(lang, &format!("trace-{k}")));
    let columns = heads.iter().enumerate();
    let columns =
        columns.map(|(at, h)| if at == 2 { Column::figure(h, "") } else { Column::text(h) }).collect();
    let row = |item: &&Item| {
        let (tone, sign, said) = state(lang, item, states);
        let close = asked.address("/trace", &[("close", item.name.as_str())]);
        Row {
            href: Some(place(&item.name)),
            cells: vec![
                html! { span class="code" { (title(item)) } },
                html! { (kind(lang, item)) },
                html! { (item.layer) },
                html! { @if let Some(at) = item.at { (moment(at)) } },
                html! { @if let Some(p) = &item.place { (lots::number(p)) } },
                html! { @if !said.is_empty() { (look::badge(tone, sign, &said)) } },
                html! { @if let Some(d) = details.get(&item.name) { (d) } },
                html! { @if !item.asked { a href=(close) { (t(lang, "trace-close")) } } },
            ],
            tone: if tone == Tone::Stop { tone } else { Tone::Plain },
            ..Row::default()
        }
    };
    let caption = t(lang, "trace-table");
    look::data_table(&DataTable {
        lang,
        id: "nodes",
        caption: &caption,
        columns,
        rows: drawn.iter().map(row).collect(),
        narrow: Narrow::Stack,
        ..DataTable::default()
    })
}

/// A small table of words; a head that begins with `#` is one of figures.
fn small(lang: Lang, id: &str, caption: &str, heads: &[&str], rows: Vec<Row<'static>>) -> Markup {
    let words: Vec<(String, bool)> =
        heads.iter().map(|h| (t(lang, h.trim_start_matches('#')), h.starts_with('#'))).collect();
    look::data_table(&DataTable {
        lang,
        id,
        caption,
        columns: words
            .iter()
            .map(|(h, f)| if *f { Column::figure(h, "") } else { Column::text(h) })
            .collect(),
        rows,
        ..DataTable::default()
    })
}

fn linked(name: &str, cells: Vec<Markup>) -> Row<'static> {
    let mut all = vec![html! { span class="code" { (lots::number(name)) } }];
    all.extend(cells);
    Row { href: Some(place(name)), cells: all, ..Row::default() }
}

fn consignments(lang: Lang, declared: &[Declared]) -> Markup {
    if declared.is_empty() {
        return html! {};
    }
    let title = t(lang, "trace-consignments");
    let row = |d: &Declared| Row {
        href: Some(format!("/declarations/{}", d.declaration)),
        cells: vec![html! { (d.no) }, html! { (lots::number(&d.lot)) }, html! { (d.market) }],
        ..Row::default()
    };
    let rows = declared.iter().map(row).collect();
    look::section(
        &title,
        html! {},
        small(lang, "consignments", &title, &["consignment", "trace-number", "market"], rows),
    )
}

fn stops(lang: Lang, found: &Found) -> Markup {
    if found.stops.is_empty() {
        return html! {};
    }
    let gap = |s: &Stop| {
        s.gap
            .as_ref()
            .map(|(place, p)| format!("{} {} – {}", lots::number(place), moment(p.start), moment(p.end)))
    };
    let rows = found.stops.iter().take(LISTED).map(|s| {
        let finding = t(lang, &format!("trace-finding-{:?}", s.finding));
        linked(
            &s.name,
            vec![look::badge(Tone::Stop, Sign::Warn, &finding), html! { @if let Some(g) = gap(s) { (g) } }],
        )
    });
    let role = |r: Role| t(lang, &format!("trace-role-{r:?}"));
    let scope = found.scope.iter().take(LISTED);
    let scope =
        scope.map(|(lot, place, r)| linked(lot, vec![html! { (role(*r)) }, html! { (lots::number(place)) }]));
    let (title, within) = (t(lang, "trace-stops"), t(lang, "trace-scope"));
    let body = html! {
        p class="note" { (t(lang, "trace-stops-lede")) }
        (small(lang, "stops", &title, &["trace-number", "trace-finding", "trace-gap"], rows.collect()))
        @if !found.scope.is_empty() {
            h3 { (within) " (" (found.scope.len()) ")" }
            (small(lang, "scope", &within, &["trace-number", "trace-status", "trace-where"], scope.collect()))
        }
    };
    look::section(&title, html! {}, body)
}

fn common(lang: Lang, found: &Found) -> Markup {
    if found.common.is_empty() {
        return html! {};
    }
    let title = t(lang, "trace-common");
    let rows = found.common.iter().take(LISTED).map(|(name, n)| linked(name, vec![html! { (n) }])).collect();
    look::section(
        &title,
        html! {},
        small(lang, "common", &title, &["trace-number", "#trace-common-of"], rows),
    )
}

fn excess(lang: Lang, found: &Found) -> Markup {
    if found.excess.is_empty() {
        return html! {};
    }
    let title = t(lang, "trace-excess");
    let kilograms = |milli: i128| format::integer(i64::try_from(milli / 1000).unwrap_or(i64::MAX));
    let rows = found.excess.iter().take(LISTED).map(|(name, entered, left)| {
        linked(name, vec![html! { (kilograms(*entered)) }, html! { (kilograms(*left)) }])
    });
    let body = html! {
        p class="note" { (t(lang, "trace-excess-lede")) }
        (small(lang, "excess", &title, &["trace-number", "#trace-entered", "#trace-left"], rows.collect()))
    };
    look::section(&title, html! {}, body)
}
