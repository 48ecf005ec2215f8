//! The links between the nodes of a trace, for those who draw or list it.
use std::collections::HashSet;

use super::graph::Graph;
use super::lens::Lens;
use super::reach::Direction;
use super::types::{ASK, EdgeId, EdgeKind, EntryId, Hop, NodeId, NodeKind};

impl Graph {
    /// The links of a node in one direction, withdrawn ones included, in no order.
    pub fn links(&self, direction: Direction, node: NodeId) -> impl Iterator<Item = EdgeId> + '_ {
        let known = (node.0 as usize) < self.node_count();
        let reader = self.reader();
        known.then(|| reader.hops(direction, node.0)).into_iter().flatten().map(|hop| EdgeId(hop.edge()))
    }

    /// Whether a lens sees any link of a node: a name of which nothing is told, or nothing yet, is not known.
    pub fn knows(&self, lens: &Lens, node: NodeId) -> bool {
        let mut links =
            [Direction::Back, Direction::Forward].into_iter().flat_map(|way| self.links(way, node));
        links.any(|link| lens.sees(self.reader(), link.0))
    }

    /// Whether an entry is in the view of a lens.
    pub fn holds(&self, lens: &Lens, entry: EntryId) -> bool {
        (entry.0 as usize) < self.entry_count() && lens.sees_entry(self.reader(), entry.0)
    }
}

/// The links of lots and processes among these nodes that a view knows to hold no longer, by number: declared errors
/// by then, and what was taken off a document.
pub fn ended(graph: &Graph, lens: &Lens, nodes: &[NodeId]) -> Vec<EdgeId> {
    let reader = graph.reader();
    let made = |node: &&NodeId| matches!(graph.kind(**node), Some(NodeKind::Lot | NodeKind::Process));
    let both = |node: &NodeId| {
        let node = node.0;
        [Direction::Back, Direction::Forward].into_iter().flat_map(move |way| reader.hops(way, node))
    };
    let over = |hop: &Hop| {
        let row = reader.edge(hop.edge());
        let told = match (lens.entries, lens.as_of) {
            (Some(n), _) => (row.entry as usize) < n,
            (None, Some(at)) => reader.entry_row(row.entry).recorded <= at,
            (None, None) => true,
        };
        told && (row.kind() == EdgeKind::Delisting || !lens.sees_entry(reader, row.entry))
    };
    let mut links: Vec<EdgeId> =
        nodes.iter().filter(made).flat_map(both).filter(over).map(|hop| EdgeId(hop.edge())).collect();
    links.sort_unstable();
    links.dedup();
    links
}

/// Links in one direction beyond which a node is not asked for all of them.
const MANY: usize = 64;

/// The links that a trace follows between these nodes, by number. A farm has all its harvests and a port all its
/// arrivals: their links are asked of the other end.
pub fn within(graph: &Graph, lens: &Lens, nodes: &[NodeId]) -> Vec<EdgeId> {
    let reader = graph.reader();
    let among: HashSet<NodeId> =
        nodes.iter().copied().filter(|node| (node.0 as usize) < reader.nodes()).collect();
    let many = |way: Direction, node: &NodeId| reader.hops(way, node.0).nth(MANY).is_some();
    let (rich, few): (Vec<NodeId>, Vec<NodeId>) = among.iter().partition(|n| many(Direction::Forward, n));
    let met = |hop: &Hop| among.contains(&NodeId(hop.far)) && lens.follows(reader, *hop);
    let mut links: Vec<EdgeId> = Vec::new();
    let mut take = |way: Direction, from: &[NodeId], to: &dyn Fn(&Hop) -> bool| {
        let hops = from.iter().flat_map(|node| reader.hops(way, node.0));
        links.extend(hops.filter(|hop| to(hop) && met(hop)).map(|hop| EdgeId(hop.link & !ASK)));
    };
    take(Direction::Forward, &few, &|_| true);
    if !rich.is_empty() {
        let from_rich: HashSet<u32> = rich.iter().map(|n| n.0).collect();
        let (arrivals, lots): (Vec<NodeId>, Vec<NodeId>) =
            among.iter().partition(|n| many(Direction::Back, n));
        take(Direction::Back, &lots, &|hop| from_rich.contains(&hop.far));
        // Between two that both have many, one of them is asked.
        let to_rich: HashSet<u32> = arrivals.iter().map(|n| n.0).collect();
        if !to_rich.is_empty() {
            take(Direction::Forward, &rich, &|hop| to_rich.contains(&hop.far));
        }
    }
    links.sort_unstable();
    links
}
