//! From a walk through the genealogy to what doors show.

use super::ask::{Part, Question, Way, link_of, nodes_of};
use super::found::{Ended, Found, Goods, Item, Stop};
use std::collections::{HashMap, HashSet};
use trace::genealogy::{
    self, Direction, EdgeId, Expected, Gap, Graph, Lens, NodeId, NodeKind, Scratch, within,
};

/// How far a gap reaches at most where no complete record bounds it.
const WIDEST: i64 = 7 * 86_400_000;
/// How long before a gap raw material may have lain and still gone in.
const LYING: i64 = 14 * 86_400_000;

/// A walk that was done: what it reached, and the view in which it did.
pub(super) struct Trace<'a> {
    pub(super) graph: &'a Graph,
    pub(super) lens: Lens,
    pub(super) asked: Vec<NodeId>,
    pub(super) nodes: Vec<NodeId>,
    /// How many of them lie towards the sources; they come first.
    back: usize,
    unknown: Vec<String>,
    way: Way,
}

impl<'a> Trace<'a> {
    pub(super) fn walk(graph: &'a Graph, scratch: &mut Scratch, question: &Question) -> Trace<'a> {
        let lens = question.lens(graph);
        let (mut asked, mut unknown) = (Vec::new(), Vec::new());
        for name in &question.lots {
            let mut found = nodes_of(graph, name);
            found.retain(|node| told_by(graph, &lens, *node));
            match found.is_empty() {
                true => unknown.push(name.clone()),
                false => asked.extend(found),
            }
        }
        let mut nodes: Vec<NodeId> = Vec::new();
        let mut back = 0;
        for (way, opposite) in [(Direction::Back, Way::Forward), (Direction::Forward, Way::Back)] {
            if question.way != opposite {
                nodes.extend_from_slice(genealogy::reach(graph, &lens, way, &asked, scratch));
            }
            if way == Direction::Back {
                back = nodes.len();
            }
        }
        let mut seen = HashSet::new();
        nodes.retain(|node| seen.insert(*node));
        Trace { graph, lens, asked, nodes, back, unknown, way: question.way }
    }

    pub(super) fn name(&self, node: NodeId) -> String {
        self.graph.key(node).unwrap_or_default().to_owned()
    }

    pub(super) fn told(&self, question: &Question, scratch: &mut Scratch) -> Found {
        let links = within(self.graph, &self.lens, &self.nodes);
        let (items, goods) = self.drawn(&links);
        let mut found = Found { unknown: self.unknown.clone(), items, goods, ..Found::default() };
        found.shut = question
            .closed
            .iter()
            .filter_map(|name| self.graph.edge(link_of(self.graph, name)?))
            .map(|edge| (self.name(edge.from), self.name(edge.to)))
            .collect();
        if self.way != Way::Forward {
            self.stops(question, &mut found, scratch);
        }
        if question.wants(Part::Balance) {
            found.excess = self.excess();
            found.supplied = self.supplied(&links);
        }
        if question.wants(Part::Sources) {
            found.common = self.common(scratch);
            found.sources = self.sources(scratch);
        }
        if question.wants(Part::Ended) {
            let ended = genealogy::ended(self.graph, &self.lens, &self.nodes);
            found.ended = ended.into_iter().filter_map(|link| self.ended(link)).collect();
        }
        found
    }

    /// What was reached and its links, in the order in which they are told.
    fn drawn(&self, links: &[EdgeId]) -> (Vec<Item>, Vec<Goods>) {
        let layers = self.layers(links);
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
        (order.iter().filter_map(|n| items.remove(n)).collect(), goods)
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
            told.filter(|(edge, _)| self.graph.holds(&self.lens, edge.entry))
                .min_by_key(|(_, entry)| entry.deed.happened)
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
        let entry = self.graph.entry(edge.entry)?;
        let deed = entry.deed;
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
            number: link.0 - entry.first.0,
        })
    }

    fn ended(&self, link: EdgeId) -> Option<Ended> {
        let edge = self.graph.edge(link)?;
        let entry = self.graph.entry(edge.entry)?;
        let error = !self.graph.holds(&self.lens, edge.entry);
        Some(Ended {
            from: self.name(edge.from),
            to: self.name(edge.to),
            kind: edge.kind,
            quantity: edge.quantity,
            happened: entry.deed.happened,
            declared: entry.withdrawn.filter(|_| error),
            reason: entry.reason.filter(|_| error).map(|reason| self.name(reason)),
            entry: entry.deed.identity,
        })
    }

    /// Where the trace back stops. Plants make lots from others: a lot that begins there without inputs is a break.
    fn stops(&self, question: &Question, found: &mut Found, scratch: &mut Scratch) {
        let back = self.nodes.get(..self.back).unwrap_or(&self.nodes);
        let made = back.iter().filter(|n| self.graph.kind(**n) != Some(NodeKind::Place));
        let links = made.flat_map(|n| self.graph.links(Direction::Back, *n));
        let entries = links.filter_map(|link| self.graph.entry(self.graph.edge(link)?.entry));
        let plants = entries.filter_map(|entry| entry.deed.place);
        let plants =
            plants.filter(|p| self.graph.key(*p).is_some_and(|k| k.starts_with("urn:guomen:plant:")));
        let expected =
            Expected { inputs_at: plants.collect(), widest: WIDEST, lying: LYING, ..Expected::default() };
        if !question.wants(Part::Gaps) {
            let breaks = genealogy::breaks(self.graph, &self.lens, back, &expected);
            let stop = |b: &genealogy::Break| Stop { name: self.name(b.node), finding: b.finding, gap: None };
            found.stops = breaks.iter().map(stop).collect();
            return;
        }
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
        found.stops = stops.collect();
        found.scope = scope.collect();
    }
}

/// Whether anything was told of a node by the moment of the view, be it an error by now.
fn told_by(graph: &Graph, lens: &Lens, node: NodeId) -> bool {
    let Some(at) = lens.as_of else { return true };
    let mut links = [Direction::Back, Direction::Forward].into_iter().flat_map(|way| graph.links(way, node));
    let recorded = |link: EdgeId| Some(graph.entry(graph.edge(link)?.entry)?.deed.recorded);
    links.any(|link| recorded(link).is_some_and(|recorded| recorded <= at))
}
