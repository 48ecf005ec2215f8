//! What of a trace is drawn, and the drawing.
use flow::lots::{self, Found, Goods, Item};
use kernel::Timestamp;
use maud::Markup;
use std::collections::{BTreeMap, HashMap, HashSet};
use supervision::trail::names;
use trace::genealogy::{EdgeKind, NodeKind};

use super::asked::Asked;
use super::place;
use super::stand::Stands;
use crate::answer::said as said_in;
use crate::look::{self, Lang, Lineage, LineageColumn, LineageNode, format, t};

/// Nodes of a column that are drawn, at first and when more is asked for.
const NARROW: usize = 8;
const WIDE: usize = 60;
/// Nodes of a whole drawing: more than that nobody takes in at once.
pub(super) const MOST_DRAWN: usize = 400;

/// What is drawn: columns of items, and how many each leaves out.
pub(super) struct Picked {
    pub(super) columns: Vec<Column>,
    spot: HashMap<usize, (usize, usize)>,
    /// Whether whole columns are left out.
    pub(super) cut: bool,
}

/// A column of the drawing.
pub(super) struct Column {
    layer: i32,
    pub(super) items: Vec<usize>,
    /// Items that are not drawn.
    hidden: usize,
}

impl Picked {
    pub(super) fn of(found: &Found, asked: &Asked) -> Picked {
        let at_first = if asked.wide { WIDE } else { NARROW };
        let most = |layer: i32| if asked.open.contains(&layer) { MOST_DRAWN } else { at_first };
        let wanted = wanted(found);
        let mut layers: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for (at, item) in found.items.iter().enumerate().filter(|(at, _)| wanted.contains(at)) {
            layers.entry(item.layer).or_default().push(at);
        }
        // The columns nearest to what was asked about, as many as can be taken in.
        let mut near: Vec<(i32, usize)> =
            layers.iter().map(|(at, all)| (*at, all.len().min(most(*at)))).collect();
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
        for (column, (layer, mut all)) in layers.into_iter().enumerate() {
            // What was asked about is never the part left out.
            all.sort_by_key(|i| (!found.items[*i].asked, *i));
            let hidden = all.len().saturating_sub(most(layer));
            all.truncate(most(layer));
            spot.extend(all.iter().enumerate().map(|(row, i)| (*i, (column, row))));
            columns.push(Column { layer, items: all, hidden });
        }
        Picked { columns, spot, cut }
    }

    /// The items that are drawn.
    pub(super) fn items<'a>(&self, found: &'a Found) -> Vec<&'a Item> {
        self.columns.iter().flat_map(|c| c.items.iter().map(|i| &found.items[*i])).collect()
    }

    /// The links that are drawn: both ends are, and they are two.
    pub(super) fn links<'a>(&self, found: &'a Found) -> Vec<&'a Goods> {
        let drawn =
            |g: &&Goods| g.from != g.to && self.spot.contains_key(&g.from) && self.spot.contains_key(&g.to);
        found.goods.iter().filter(drawn).collect()
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

pub(super) fn kind(lang: Lang, item: &Item) -> String {
    if item.kind == NodeKind::Process {
        return t(lang, "trace-kind-making");
    }
    let word = names::read(&item.name).map_or("other", |(kind, _)| kind);
    let key = format!("trace-kind-{word}");
    let said = t(lang, &key);
    if said == key { t(lang, "trace-kind-other") } else { said }
}

pub(super) fn title(item: &Item) -> String {
    match (item.kind, &item.place) {
        (NodeKind::Process, Some(place)) => lots::number(place),
        _ => lots::number(&item.name),
    }
}

pub(super) fn moment(at: i64) -> String {
    format::short_date_time(Timestamp(at.saturating_mul(1000)).instant())
}

pub(super) fn day(at: i64) -> String {
    Timestamp(at.saturating_mul(1000)).date().to_string()
}

pub(super) fn drawing(lang: Lang, asked: &Asked, found: &Found, picked: &Picked, stands: &Stands) -> Markup {
    let node = |i: &usize| {
        let item = &found.items[*i];
        let (tone, sign, said) = stands.of(lang, item);
        let when = item.at.map(day).unwrap_or_default();
        let called = stands.name(&item.name).map(|name| said_in(lang, name)).unwrap_or_default();
        LineageNode {
            title: title(item),
            note: format!("{} {when}", kind(lang, item)),
            told: format!("{} {} {called} {when} {said}", kind(lang, item), item.name),
            href: place(&item.name),
            tone,
            sign,
            asked: item.asked,
        }
    };
    let columns = picked.columns.iter().map(|column| {
        let days = || column.items.iter().filter_map(|i| found.items[*i].at);
        let head = match (days().min(), days().max()) {
            (Some(first), Some(last)) if day(first) == day(last) => day(first),
            (Some(first), Some(last)) => format!("{} – {}", day(first), day(last)),
            _ => String::new(),
        };
        LineageColumn {
            head,
            nodes: column.items.iter().map(node).collect(),
            hidden: column.hidden,
            // A step that is open already has as many as a drawing takes.
            open: (!asked.open.contains(&column.layer)).then(|| asked.opened(column.layer)),
        }
    });
    let ends = |g: &Goods| Some((*picked.spot.get(&g.from)?, *picked.spot.get(&g.to)?));
    let links = picked.links(found).into_iter().filter_map(ends).collect();
    let label = t(lang, "trace-drawing");
    look::lineage(&Lineage { lang, label: &label, columns: columns.collect(), links })
}
