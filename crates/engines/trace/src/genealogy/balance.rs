//! Mass balance: whether what left a node can have come from what entered it, and whether a farm sent more
//! in a period than its filed maximum.
use std::ops::Range;

use super::graph::{EdgeId, Graph, NodeId};
use super::reach::{Direction, Lens};

/// Quantities over the links of one node in one direction, in thousandths of the unit of measure. A link
/// from a node to itself moves nothing and is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// Sum of the quantities recorded.
    pub quantity: i128,
    /// Links without a recorded quantity: the sum is then a lower bound.
    pub unmeasured: usize,
    /// The links counted, by number: the evidence.
    pub links: Vec<EdgeId>,
}

/// What went through a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The node.
    pub node: NodeId,
    /// What entered.
    pub inflow: Flow,
    /// What left.
    pub outflow: Flow,
}

impl Balance {
    /// By how much more left than entered, in thousandths. `None` when nothing is known to have entered,
    /// when an input is unmeasured, or when the outflow is covered.
    pub fn excess(&self) -> Option<i128> {
        if self.inflow.links.is_empty() || self.inflow.unmeasured > 0 {
            return None;
        }
        Some(self.outflow.quantity - self.inflow.quantity).filter(|over| *over > 0)
    }
}

/// A farm's deliveries in a period beside its filed maximum. Over the maximum calls for an alert, not for
/// rejecting the lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supply {
    /// What the farm delivered.
    pub delivered: Flow,
    /// By how much that exceeds the filed maximum, in thousandths; `None` when it does not.
    pub over: Option<i128>,
}

fn flow(graph: &Graph, lens: &Lens, way: Direction, node: NodeId, period: Option<&Range<i64>>) -> Flow {
    let side = if way == Direction::Back { &graph.into } else { &graph.out };
    let mut links: Vec<u32> = side.packed(node.0).iter().map(|&(_, edge)| edge).collect();
    links.extend(graph.logged(side, node.0));
    links.sort_unstable();
    let mut flow = Flow::default();
    for edge in links {
        let record = &graph.edges()[edge as usize];
        let inside = period.is_none_or(|period| period.contains(&record.valid_from));
        if record.from == record.to || !inside || !lens.sees(graph, edge) {
            continue;
        }
        match record.quantity {
            Some(quantity) => flow.quantity += i128::from(quantity),
            None => flow.unmeasured += 1,
        }
        flow.links.push(EdgeId(edge));
    }
    flow
}

/// The balance of one node.
pub fn balance(graph: &Graph, lens: &Lens, node: NodeId) -> Balance {
    Balance {
        node,
        inflow: flow(graph, lens, Direction::Back, node, None),
        outflow: flow(graph, lens, Direction::Forward, node, None),
    }
}

/// The balance of every node a path passes, in the order of the path. Unknown links are passed over.
pub fn path_balance(graph: &Graph, lens: &Lens, path: &[EdgeId]) -> Vec<Balance> {
    let records = path.iter().filter_map(|edge| graph.edges().get(edge.0 as usize));
    let mut nodes: Vec<NodeId> = records.flat_map(|record| [record.from, record.to]).collect();
    nodes.dedup();
    nodes.into_iter().map(|node| balance(graph, lens, node)).collect()
}

/// What a farm delivered over links valid from within `period` (milliseconds, end excluded), beside its
/// filed maximum in thousandths of the same unit.
pub fn supply(graph: &Graph, lens: &Lens, farm: NodeId, period: Range<i64>, filed_maximum: i64) -> Supply {
    let delivered = flow(graph, lens, Direction::Forward, farm, Some(&period));
    let over = Some(delivered.quantity - i128::from(filed_maximum)).filter(|over| *over > 0);
    Supply { delivered, over }
}
