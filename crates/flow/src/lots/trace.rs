//! A trace as doors show it: what was reached, layered from sources to consignees, with the record of every link,
//! where it stops, what does not add up, and what several lots have in common.

use super::Lots;
use std::collections::{HashMap, HashSet};
use trace::genealogy::{
    self, Bounds, Crossing, Direction, EdgeId, EdgeKind, Expected, Finding, Gap, Graph, Lens, NodeId,
    NodeKind, Quantity, Role, Scratch, Unit, within,
};

/// How far a gap reaches at most where no complete record bounds it.
const WIDEST: i64 = 7 * 86_400_000;
/// How long before a gap raw material may have lain and still gone in.
const LYING: i64 = 14 * 86_400_000;
/// Common sources that are told.
const MOST_SOURCES: usize = 200;

/// Which way to trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Towards the sources.
    Back,
    /// Towards the consignees.
    Forward,
    /// Both.
    #[default]
    Both,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Names of the lots, one or several.
    pub lots: Vec<String>,
    /// Which way.
    pub way: Way,
    /// The record as it stood at this moment, in milliseconds since 1970-01-01 UTC; all of it when none.
    pub as_of: Option<i64>,
    /// Names closed for a what-if: nothing passes them.
    pub closed: Vec<String>,
    /// Processes at one place may have contaminated later ones there.
    pub crossing: bool,
}

/// One node of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: NodeKind,
    /// Steps from the lots asked about: below zero towards the sources.
    pub layer: i32,
    /// Where it came to be or was first seen.
    pub place: Option<String>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at: Option<i64>,
    /// How much of it came to be or was first seen.
    pub quantity: Option<Quantity>,
    /// Which entry tells so, by the SHA-256 of its event hash.
    pub entry: Option<[u8; 32]>,
    /// Whether it was asked about.
    pub asked: bool,
}

/// One link of a trace, by the places of its ends among the items.
#[derive(Clone, Debug, PartialEq)]
pub struct Goods {
    /// Where goods came from.
    pub from: usize,
    /// Where they went.
    pub to: usize,
    /// What joined them.
    pub kind: EdgeKind,
    /// How much.
    pub quantity: Option<Quantity>,
    /// When it happened, in milliseconds since 1970-01-01 UTC.
    pub happened: i64,
    /// When it was recorded.
    pub recorded: i64,
    /// Where.
    pub place: Option<String>,
    /// The sender.
    pub sender: Option<String>,
    /// The receiver.
    pub receiver: Option<String>,
    /// The SHA-256 of the event hash that tells so.
    pub entry: [u8; 32],
}

/// Where a trace stops for want of records.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The lot or process.
    pub name: String,
    /// What is missing.
    pub finding: Finding,
    /// Place and period without the records there should be.
    pub gap: Option<(String, std::ops::Range<i64>)>,
}

/// What a trace found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What was reached, from the sources to the consignees.
    pub items: Vec<Item>,
    /// The links among them, in the order of time.
    pub goods: Vec<Goods>,
    /// Names asked about that the record does not know.
    pub unknown: Vec<String>,
    /// Where it stops.
    pub stops: Vec<Stop>,
    /// Every lot of the gaps: name, place of the gap among the stops' gaps, how it belongs to it.
    pub scope: Vec<(String, String, Role)>,
    /// Names that more left than entered, in thousandths of a kilogram: entered, left.
    pub excess: Vec<(String, i128, i128)>,
    /// What several lots have in common: the name, and how many of the lots it explains.
    pub common: Vec<(String, u32)>,
    /// The trace as FoodChain-Lab takes it.
    pub foodchain_lab: String,
}

impl Found {
    /// Lots reached, without those asked about.
    pub fn lots(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|i| i.kind == NodeKind::Lot && !i.asked)
    }
}

/// Traces.
pub fn ask(lots: &Lots, question: &Question) -> Found {
    lots.with(|graph, scratch| {
        let trace = Trace::walk(graph, scratch, question);
        trace.told(scratch)
    })
}

struct Trace<'a> {
    graph: &'a Graph,
    lens: Lens,
    asked: Vec<NodeId>,
    unknown: Vec<String>,
    nodes: Vec<NodeId>,
    way: Way,
}

impl<'a> Trace<'a> {
    fn walk(graph: &'a Graph, scratch: &mut Scratch, question: &Question) -> Trace<'a> {
        let (mut asked, mut unknown) = (Vec::new(), Vec::new());
        for name in &question.lots {
            match nodes_of(graph, name) {
                found if found.is_empty() => unknown.push(name.clone()),
                found => asked.extend(found),
            }
        }
        let closed = question.closed.iter().flat_map(|name| nodes_of(graph, name)).collect();
        let crossing = if question.crossing { Crossing::Everywhere } else { Crossing::Off };
        let lens = Lens { as_of: question.as_of, closed_nodes: closed, crossing, ..Lens::default() };
        let mut nodes: Vec<NodeId> = Vec::new();
        for (way, opposite) in [(Direction::Back, Way::Forward), (Direction::Forward, Way::Back)] {
            if question.way != opposite {
                nodes.extend_from_slice(genealogy::reach(graph, &lens, way, &asked, scratch));
            }
        }
        let mut seen = HashSet::new();
        nodes.retain(|node| seen.insert(*node));
        Trace { graph, lens, asked, unknown, nodes, way: question.way }
    }

    fn name(&self, node: NodeId) -> String {
        self.graph.key(node).unwrap_or_default().to_owned()
    }

    fn told(&self, scratch: &mut Scratch) -> Found {
        let links = within(self.graph, &self.lens, &self.nodes);
        let layers = self.layers(&links);
        let mut met: HashMap<NodeId, Vec<EdgeId>> = HashMap::new();
        for (link, edge) in links.iter().filter_map(|link| Some((*link, self.graph.edge(*link)?))) {
            met.entry(edge.from).or_default().push(link);
            met.entry(edge.to).or_default().push(link);
        }
        let mut order: Vec<NodeId> = self.nodes.clone();
        let mut items: HashMap<NodeId, Item> =
            order.iter().map(|n| (*n, self.item(*n, &layers, &met))).collect();
        order.sort_by_key(|n| items.get(n).map(|i| (i.layer, i.at, i.name.clone())));
        let place: HashMap<NodeId, usize> = order.iter().enumerate().map(|(at, n)| (*n, at)).collect();
        let mut goods: Vec<Goods> = links.iter().filter_map(|link| self.goods(*link, &place)).collect();
        goods.sort_by_key(|g| (g.happened, g.from, g.to));
        let items: Vec<Item> = order.iter().filter_map(|n| items.remove(n)).collect();
        let (stops, scope) = if self.way == Way::Forward { Default::default() } else { self.stops(scratch) };
        Found {
            excess: self.excess(),
            common: self.common(scratch),
            foodchain_lab: self.foodchain_lab(),
            unknown: self.unknown.clone(),
            items,
            goods,
            stops,
            scope,
        }
    }

    /// Steps from the lots asked about, back below zero; what is met both ways counts as back.
    fn layers(&self, links: &[EdgeId]) -> HashMap<NodeId, i32> {
        let mut back: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
        let mut forward: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
        for edge in links.iter().filter_map(|link| self.graph.edge(*link)) {
            back.entry(edge.to).or_default().push(edge.from);
            forward.entry(edge.from).or_default().push(edge.to);
        }
        let mut layers: HashMap<NodeId, i32> = self.asked.iter().map(|n| (*n, 0)).collect();
        for (next, step) in [(back, -1), (forward, 1)] {
            let mut open: Vec<(NodeId, i32)> = self.asked.iter().map(|n| (*n, 0)).collect();
            while !open.is_empty() {
                let mut further = Vec::new();
                for (node, at) in open {
                    for far in next.get(&node).into_iter().flatten() {
                        if !layers.contains_key(far) {
                            layers.insert(*far, at + step);
                            further.push((*far, at + step));
                        }
                    }
                }
                open = further;
            }
        }
        layers
    }

    fn item(&self, node: NodeId, layers: &HashMap<NodeId, i32>, met: &HashMap<NodeId, Vec<EdgeId>>) -> Item {
        let kind = self.graph.kind(node).unwrap_or(NodeKind::Text);
        let earliest = |links: &mut dyn Iterator<Item = EdgeId>| {
            let edges = links.filter_map(|link| self.graph.edge(link));
            let told = edges.filter_map(|edge| Some((edge, self.graph.entry(edge.entry)?)));
            told.filter(|(_, entry)| entry.withdrawn.is_none()).min_by_key(|(_, entry)| entry.deed.happened)
        };
        let first = match kind {
            // The earliest record of its making; of what nobody made, the earliest record at all.
            NodeKind::Lot | NodeKind::Process => [Direction::Back, Direction::Forward]
                .into_iter()
                .find_map(|way| earliest(&mut self.graph.links(way, node))),
            // A farm, a port or a document has other goods too: the earliest record within the trace.
            _ => earliest(&mut met.get(&node).into_iter().flatten().copied()),
        };
        Item {
            name: self.name(node),
            kind,
            layer: layers.get(&node).copied().unwrap_or(0),
            place: first.and_then(|(_, entry)| entry.deed.place).map(|p| self.name(p)),
            at: first.map(|(_, entry)| entry.deed.happened),
            quantity: first.and_then(|(edge, _)| edge.quantity).filter(|_| kind == NodeKind::Lot),
            entry: first.map(|(_, entry)| entry.deed.identity),
            asked: self.asked.contains(&node),
        }
    }

    fn goods(&self, link: EdgeId, place: &HashMap<NodeId, usize>) -> Option<Goods> {
        let edge = self.graph.edge(link)?;
        let deed = self.graph.entry(edge.entry)?.deed;
        let name = |node: Option<NodeId>| node.map(|n| self.name(n));
        Some(Goods {
            from: *place.get(&edge.from)?,
            to: *place.get(&edge.to)?,
            kind: edge.kind,
            quantity: edge.quantity,
            happened: deed.happened,
            recorded: deed.recorded,
            place: name(deed.place),
            sender: name(deed.source),
            receiver: name(deed.destination),
            entry: deed.identity,
        })
    }

    /// Where the trace back stops. Plants make lots from others: a lot that begins there without inputs is a break.
    fn stops(&self, scratch: &mut Scratch) -> (Vec<Stop>, Vec<(String, String, Role)>) {
        let made = self.nodes.iter().filter(|n| self.graph.kind(**n) != Some(NodeKind::Place));
        let links = made.flat_map(|n| self.graph.links(Direction::Back, *n));
        let entries = links.filter_map(|link| self.graph.entry(self.graph.edge(link)?.entry));
        let plants = entries.filter_map(|entry| entry.deed.place);
        let plants =
            plants.filter(|p| self.graph.key(*p).is_some_and(|k| k.starts_with("urn:guomen:plant:")));
        let expected =
            Expected { inputs_at: plants.collect(), widest: WIDEST, lying: LYING, ..Expected::default() };
        let frontier = genealogy::frontier(self.graph, &self.lens, &self.asked, &expected, scratch);
        let told = |gap: &Gap| (self.name(gap.place), gap.period.clone());
        // A consignment is packed, not made: what it holds has its own origin.
        let stops = frontier.breaks.iter().map(|b| Stop {
            name: self.name(b.node),
            finding: b.finding,
            gap: b.gap.and_then(|at| frontier.gaps.get(at)).map(told),
        });
        let scope = frontier.scope.iter().filter_map(|(lot, gap, role)| {
            Some((self.name(*lot), self.name(frontier.gaps.get(*gap)?.place), *role))
        });
        (stops.collect(), scope.collect())
    }

    fn excess(&self) -> Vec<(String, i128, i128)> {
        let over = |node: &NodeId| {
            let balance = genealogy::balance(self.graph, &self.lens, *node, Unit::KILOGRAM, None);
            balance.excess().map(|_| (self.name(*node), balance.inflow.quantity, balance.outflow.quantity))
        };
        let made =
            |node: &&NodeId| matches!(self.graph.kind(**node), Some(NodeKind::Lot | NodeKind::Process));
        self.nodes.iter().filter(made).filter_map(over).collect()
    }

    fn common(&self, scratch: &mut Scratch) -> Vec<(String, u32)> {
        if self.asked.len() < 2 {
            return Vec::new();
        }
        let sources = genealogy::common_sources(self.graph, &self.lens, &self.asked, scratch);
        let shared = sources.into_iter().filter(|(node, n)| *n > 1 && !self.asked.contains(node));
        shared.take(MOST_SOURCES).map(|(node, n)| (self.name(node), n)).collect()
    }

    fn foodchain_lab(&self) -> String {
        let deliveries = genealogy::deliveries(self.graph, &self.lens, &self.nodes);
        let cases: Vec<(NodeId, f64)> = self.asked.iter().map(|n| (*n, 1.0)).collect();
        genealogy::foodchain_lab(self.graph, &deliveries, &cases, 480, |_| genealogy::Station::default())
    }
}

/// The trace as GeoJSON (RFC 7946), with the positions that are known.
pub fn geo_json(lots: &Lots, question: &Question, places: &HashMap<String, (f64, f64)>) -> String {
    lots.with(|graph, scratch| {
        let trace = Trace::walk(graph, scratch, question);
        let deliveries = genealogy::deliveries(graph, &trace.lens, &trace.nodes);
        genealogy::geo_json(graph, &deliveries, |key| genealogy::Station {
            position: places.get(key).copied(),
            ..genealogy::Station::default()
        })
    })
}

/// All ways between the lots asked about and the ends of their trace, shortest first, at most `most`; and whether
/// there may be more.
pub fn ways(lots: &Lots, question: &Question, most: usize) -> (Vec<Vec<String>>, bool) {
    lots.with(|graph, scratch| {
        let trace = Trace::walk(graph, scratch, question);
        let back = question.way != Way::Forward;
        let direction = if back { Direction::Back } else { Direction::Forward };
        let reached: HashSet<NodeId> = trace.nodes.iter().copied().collect();
        let links = within(graph, &trace.lens, &trace.nodes);
        let goes_on: HashSet<NodeId> = links
            .iter()
            .filter_map(|link| graph.edge(*link))
            .filter(|edge| edge.from != edge.to && reached.contains(&edge.to))
            .map(|edge| if direction == Direction::Back { edge.to } else { edge.from })
            .collect();
        let ends = trace.nodes.iter().filter(|n| !goes_on.contains(n) && !trace.asked.contains(n));
        let (mut found, mut more) = (Vec::new(), false);
        for end in ends {
            for asked in &trace.asked {
                let (from, to) = if back { (*end, *asked) } else { (*asked, *end) };
                let bounds = Bounds { count: most.saturating_sub(found.len()), ..Bounds::default() };
                if bounds.count == 0 {
                    return (found, true);
                }
                let listed = genealogy::paths(graph, &trace.lens, from, to, bounds, scratch);
                more |= listed.more != genealogy::More::No;
                found.extend(listed.paths.iter().map(|path| {
                    let first = path.first().map(|hop| trace.name(hop.from));
                    first.into_iter().chain(path.iter().map(|hop| trace.name(hop.to))).collect::<Vec<_>>()
                }));
            }
        }
        found.sort_by_key(Vec::len);
        (found, more)
    })
}

/// The nodes of a name: a lot first; a farm, a place or a document when no lot bears it.
fn nodes_of(graph: &Graph, name: &str) -> Vec<NodeId> {
    let key = genealogy::key_of(name);
    let kinds = [NodeKind::Lot, NodeKind::Process, NodeKind::Origin, NodeKind::Place, NodeKind::Document];
    kinds.into_iter().find_map(|kind| graph.find(kind, &key)).into_iter().collect()
}
