//! Mass balance: whether what left a lot or process can have come from what entered it, and whether a farm
//! sent more in a month than its filed maximum.
use std::ops::Range;

use super::graph::Graph;
use super::lens::Lens;
use super::reach::{Direction, Step};
use super::types::{EdgeId, EdgeKind, EntryRow, NodeId, NodeKind, Unit};
use crate::epcis::time;

/// Quantities over links, in thousandths of the unit asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// Sum of the quantities recorded in that unit.
    pub quantity: i128,
    /// Links without a quantity in that unit: the sum is then a lower bound.
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
    /// What began at the farm: harvests and supply proofs.
    pub begun: Flow,
    /// What was sent from the farm.
    pub sent: Flow,
    /// By how much the greater of the two exceeds the filed maximum, in thousandths; `None` when it does not.
    pub over: Option<i128>,
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    /// The year, 0 to 9999.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
}

impl Month {
    /// The next month.
    #[must_use]
    pub fn next(self) -> Self {
        match self.month {
            12.. => Self { year: self.year + 1, month: 1 },
            _ => Self { month: self.month + 1, ..self },
        }
    }

    /// Its milliseconds since 1970-01-01 UTC, end excluded, in a zone of so many minutes east of Greenwich;
    /// `None` when there is no such month.
    pub fn period(self, zone: i64) -> Option<Range<i64>> {
        let start = |month: Month| time::parse(&format!("{:04}-{:02}-01T00:00:00Z", month.year, month.month));
        Some(start(self)? - zone * 60_000..start(self.next())? - zone * 60_000)
    }
}

/// Whether a link counts in one direction; with a place, in the book of that place.
fn counts(kind: EdgeKind, way: Direction, row: &EntryRow, at: Option<NodeId>) -> bool {
    let here = at.is_none_or(|place| row.place == place.0);
    here && match (way, kind) {
        (_, EdgeKind::Transformation | EdgeKind::Rework) => true,
        (Direction::Back, EdgeKind::Origin | EdgeKind::Aggregation) => true,
        (Direction::Forward, EdgeKind::Unpacking | EdgeKind::Removal) => true,
        // Sending moves a lot and uses nothing up, so it counts only in the book of one place.
        (Direction::Forward, EdgeKind::Shipment) => at.is_some(),
        _ => false,
    }
}

fn add(flow: &mut Flow, graph: &Graph, edge: u32, unit: Unit) {
    match graph.reader().edge(edge).quantity().filter(|quantity| quantity.unit == unit) {
        Some(quantity) => flow.quantity += i128::from(quantity.amount),
        None => flow.unmeasured += 1,
    }
    flow.links.push(EdgeId(edge));
}

fn flow(
    graph: &Graph,
    lens: &Lens,
    way: Direction,
    node: NodeId,
    unit: Unit,
    keep: impl Fn(EdgeKind, &EntryRow) -> bool,
) -> Flow {
    let reader = graph.reader();
    let mut links: Vec<u32> = Vec::new();
    if (node.0 as usize) < reader.nodes() {
        for hop in reader.hops(way, node.0).filter(|hop| lens.sees(reader, hop.edge())) {
            let row = reader.edge(hop.edge());
            // A link to itself moves nothing; only a lot that ceased to be, no place told, is written so.
            let moves = row.from != row.to || row.kind() == EdgeKind::Removal;
            if moves && keep(row.kind(), reader.entry_row(row.entry)) {
                links.push(hop.edge());
            }
        }
    }
    links.sort_unstable();
    let mut flow = Flow::default();
    links.into_iter().for_each(|edge| add(&mut flow, graph, edge, unit));
    flow
}

/// What a lot received at a place is written as a link from the lot to the place.
fn received(graph: &Graph, lens: &Lens, lot: NodeId, place: NodeId, unit: Unit) -> Flow {
    let kept = |kind: EdgeKind, row: &EntryRow| kind == EdgeKind::Receipt && row.place == place.0;
    flow(graph, lens, Direction::Forward, lot, unit, kept)
}

/// The balance of one node in a unit; with a place, what the book of that place holds of the node: made or
/// received there against used, destroyed or sent there.
pub fn balance(graph: &Graph, lens: &Lens, node: NodeId, unit: Unit, at: Option<NodeId>) -> Balance {
    let side = |way| flow(graph, lens, way, node, unit, |kind, row: &EntryRow| counts(kind, way, row, at));
    let mut inflow = side(Direction::Back);
    if let Some(place) = at {
        let received = received(graph, lens, node, place, unit);
        inflow.quantity += received.quantity;
        inflow.unmeasured += received.unmeasured;
        inflow.links.extend(received.links);
    }
    Balance { node, inflow, outflow: side(Direction::Forward) }
}

/// The balance of every node a path passes, in the order of the path.
pub fn path_balance(graph: &Graph, lens: &Lens, path: &[Step], unit: Unit) -> Vec<Balance> {
    let mut nodes: Vec<NodeId> = path.iter().flat_map(|step| [step.from, step.to]).collect();
    nodes.dedup();
    nodes.into_iter().map(|node| balance(graph, lens, node, unit, None)).collect()
}

/// What a farm, by its key, delivered in `period` (milliseconds since 1970-01-01 UTC, end excluded) beside
/// its filed maximum in thousandths of the unit.
pub fn supply(
    graph: &Graph,
    lens: &Lens,
    farm: &str,
    period: &Range<i64>,
    unit: Unit,
    filed_maximum: i64,
) -> Supply {
    let mut supply = Supply { begun: Flow::default(), sent: Flow::default(), over: None };
    if let Some(origin) = graph.find(NodeKind::Origin, farm) {
        let kept =
            |kind: EdgeKind, row: &EntryRow| kind == EdgeKind::Origin && period.contains(&row.happened);
        supply.begun = flow(graph, lens, Direction::Forward, origin, unit, kept);
    }
    if let Some(place) = graph.find(NodeKind::Place, farm) {
        let reader = graph.reader();
        let mut entries: Vec<u32> = reader.at_place(place.0).collect();
        entries.sort_unstable();
        for row in entries.into_iter().map(|entry| reader.entry(entry)) {
            let edges = (row.first..row.first + row.count)
                .filter(|edge| reader.edge(*edge).kind() == EdgeKind::Shipment)
                .filter(|edge| period.contains(&row.happened) && lens.sees(reader, *edge));
            edges.for_each(|edge| add(&mut supply.sent, graph, edge, unit));
        }
    }
    let delivered = supply.begun.quantity.max(supply.sent.quantity);
    supply.over = Some(delivered - i128::from(filed_maximum)).filter(|over| *over > 0);
    supply
}

/// A farm's deliveries month by month beside its filed monthly maximum, in a zone of so many minutes east of
/// Greenwich.
pub fn monthly_supply(
    graph: &Graph,
    lens: &Lens,
    farm: &str,
    months: impl IntoIterator<Item = Month>,
    zone: i64,
    unit: Unit,
    filed_maximum: i64,
) -> Vec<(Month, Supply)> {
    let of = |month: Month| {
        let period = month.period(zone)?;
        Some((month, supply(graph, lens, farm, &period, unit, filed_maximum)))
    };
    months.into_iter().filter_map(of).collect()
}
