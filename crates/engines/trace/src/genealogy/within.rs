//! The links between the nodes of a trace, for those who draw or list it.
use std::collections::HashSet;

use super::graph::Graph;
use super::lens::Lens;
use super::reach::Direction;
use super::types::{ASK, EdgeId, Hop, NodeId};

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
}

/// The links that a trace follows between these nodes, by number.
pub fn within(graph: &Graph, lens: &Lens, nodes: &[NodeId]) -> Vec<EdgeId> {
    let reader = graph.reader();
    let among: HashSet<NodeId> =
        nodes.iter().copied().filter(|node| (node.0 as usize) < reader.nodes()).collect();
    let hops = among.iter().flat_map(|node| reader.hops(Direction::Forward, node.0));
    let mut links: Vec<EdgeId> = hops
        .filter(|hop: &Hop| among.contains(&NodeId(hop.far)) && lens.follows(reader, *hop))
        .map(|hop| EdgeId(hop.link & !ASK))
        .collect();
    links.sort_unstable();
    links
}
