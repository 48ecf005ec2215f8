//! The lots of a trace as deliveries between stations, which is how outbreak tools see a supply chain: who
//! sent which lot to whom, and which delivery went into which. Feeds the score and the exports.
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::graph::Graph;
use super::lens::Lens;
use super::log::Reader;
use super::reach::Direction;
use super::types::{EdgeId, EdgeKind, NONE, NodeId, NodeKind, Quantity};
use crate::epcis::time;
use crate::score::{DayRange, Delivery};

/// One lot on its way from one station to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The link it rests on: a shipment, or a receipt for which no shipment is recorded.
    pub link: EdgeId,
    /// The lot.
    pub lot: NodeId,
    /// The sender: a place, party or origin.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// How much.
    pub quantity: Option<Quantity>,
    /// When it left, in milliseconds since 1970-01-01 UTC.
    pub left: Option<i64>,
    /// When it arrived.
    pub arrived: Option<i64>,
}

/// The deliveries of a trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// The deliveries, by link.
    pub sent: Vec<Sent>,
    /// Which delivery went into which, by their places in the list.
    pub relations: Vec<(usize, usize)>,
    /// Receipts of which no sender is recorded, neither in the event nor as the lot's maker.
    pub unsent: Vec<EdgeId>,
}

struct Movements<'a> {
    reader: Reader<'a>,
    lens: &'a Lens,
    lots: HashSet<u32>,
}

impl Movements<'_> {
    fn links(&self, way: Direction, node: u32) -> impl Iterator<Item = u32> {
        self.reader.hops(way, node).map(|hop| hop.edge()).filter(|edge| self.lens.sees(self.reader, *edge))
    }

    /// Where a lot was made, packed or began.
    fn maker(&self, lot: u32) -> Option<u32> {
        let made = |edge: &u32| {
            let kind = self.reader.edge(*edge).kind();
            matches!(kind, EdgeKind::Transformation | EdgeKind::Aggregation | EdgeKind::Origin)
        };
        let entries = self.links(Direction::Back, lot).filter(made).map(|edge| self.reader.edge(edge).entry);
        let rows = entries.map(|entry| self.reader.entry_row(entry)).filter(|row| row.place != NONE);
        rows.min_by_key(|row| row.happened).map(|row| row.place)
    }

    /// The deliveries of one lot, by link.
    fn of_lot(&self, lot: u32, found: &mut Deliveries) {
        let mut edges: Vec<u32> = self.links(Direction::Forward, lot).collect();
        edges.sort_unstable();
        let of =
            |kind: EdgeKind| edges.iter().copied().filter(move |edge| self.reader.edge(*edge).kind() == kind);
        let at = |edge: u32| self.reader.entry_row(self.reader.edge(edge).entry);
        let known = |node: u32| (node != NONE).then_some(node);
        let mut receipts: Vec<u32> = of(EdgeKind::Receipt).collect();
        for edge in of(EdgeKind::Shipment) {
            let (row, deed) = (self.reader.edge(edge), at(edge));
            let from = known(deed.place).or(known(deed.source)).or_else(|| self.maker(lot));
            let Some(from) = from else { continue };
            // The earliest receipt at the destination from then on is the arrival.
            let arrival = receipts
                .iter()
                .enumerate()
                .filter(|(_, receipt)| self.reader.edge(**receipt).to == row.to)
                .filter(|(_, receipt)| at(**receipt).happened >= deed.happened)
                .min_by_key(|(_, receipt)| at(**receipt).happened)
                .map(|(place, _)| place);
            found.sent.push(Sent {
                link: EdgeId(edge),
                lot: NodeId(lot),
                from: NodeId(from),
                to: NodeId(row.to),
                quantity: row.quantity(),
                left: Some(deed.happened),
                arrived: arrival.map(|place| at(receipts.remove(place)).happened),
            });
        }
        for edge in receipts {
            let (row, deed) = (self.reader.edge(edge), at(edge));
            match known(deed.source).or_else(|| self.maker(lot)).filter(|from| *from != row.to) {
                Some(from) => found.sent.push(Sent {
                    link: EdgeId(edge),
                    lot: NodeId(lot),
                    from: NodeId(from),
                    to: NodeId(row.to),
                    quantity: row.quantity(),
                    left: None,
                    arrived: Some(deed.happened),
                }),
                None => found.unsent.push(EdgeId(edge)),
            }
        }
    }

    /// Lots and processes a lot came from, up to lots that were delivered to the station (itself included).
    fn delivered_inputs(&self, lot: u32, delivered: &HashSet<u32>) -> BTreeSet<u32> {
        let (mut inputs, mut seen) = (BTreeSet::new(), HashSet::from([lot]));
        let mut open = vec![lot];
        while let Some(node) = open.pop() {
            if delivered.contains(&node) {
                inputs.insert(node);
                continue;
            }
            for hop in self.reader.hops(Direction::Back, node) {
                let goods = self.reader.edge(hop.edge()).kind().carries_goods();
                if goods
                    && self.lots.contains(&hop.far)
                    && self.lens.follows(self.reader, hop)
                    && self.lens.open(hop.far)
                    && seen.insert(hop.far)
                {
                    open.push(hop.far);
                }
            }
        }
        inputs
    }
}

/// The deliveries among the nodes of a trace, usually all that a reach back and a reach forward found.
/// Containers are delivered as lots of their own, their contents through them.
pub fn deliveries(graph: &Graph, lens: &Lens, nodes: &[NodeId]) -> Deliveries {
    let reader = graph.reader();
    let known: BTreeSet<u32> =
        nodes.iter().map(|node| node.0).filter(|node| (*node as usize) < reader.nodes()).collect();
    let among = |kinds: &[NodeKind]| -> Vec<u32> {
        known.iter().copied().filter(|node| kinds.contains(&reader.kind(*node))).collect()
    };
    let lots = among(&[NodeKind::Lot, NodeKind::Process]).into_iter().collect();
    let movements = Movements { reader, lens, lots };
    let mut found = Deliveries::default();
    for lot in among(&[NodeKind::Lot]) {
        movements.of_lot(lot, &mut found);
    }
    found.sent.sort_by_key(|sent| sent.link);
    found.unsent.sort_unstable();
    let mut received: HashMap<u32, BTreeMap<u32, Vec<usize>>> = HashMap::new();
    for (number, sent) in found.sent.iter().enumerate() {
        received.entry(sent.to.0).or_default().entry(sent.lot.0).or_default().push(number);
    }
    let nothing = BTreeMap::new();
    for (number, sent) in found.sent.iter().enumerate() {
        let here = received.get(&sent.from.0).unwrap_or(&nothing);
        let mut delivered: HashSet<u32> = here.keys().copied().collect();
        // Its own journey here is no input when this delivery is that journey.
        if here.get(&sent.lot.0).is_some_and(|list| list.as_slice() == [number]) {
            delivered.remove(&sent.lot.0);
        }
        for input in movements.delivered_inputs(sent.lot.0, &delivered) {
            let earlier = here.get(&input).into_iter().flatten().filter(|before| **before != number);
            found.relations.extend(earlier.map(|before| (*before, number)));
        }
    }
    found.relations.sort_unstable();
    found
}

impl Deliveries {
    /// The identifier of a delivery in exports.
    pub fn id(&self, number: usize) -> String {
        format!("D{}", self.sent.get(number).map_or(0, |sent| sent.link.0))
    }

    /// The deliveries and relations as the score takes them, dates in a zone of so many minutes east of
    /// Greenwich.
    pub fn for_score(&self, graph: &Graph, zone: i64) -> (Vec<Delivery>, Vec<(String, String)>) {
        let key = |node: NodeId| graph.key(node).unwrap_or_default().to_owned();
        let day = |at: Option<i64>| DayRange::parse(&date(at?, zone)).ok().flatten();
        let list = self.sent.iter().enumerate().map(|(number, sent)| Delivery {
            id: self.id(number),
            supplier: key(sent.from),
            recipient: key(sent.to),
            lot: Some(key(sent.lot)),
            departure: day(sent.left),
            arrival: day(sent.arrived),
        });
        let relations = self.relations.iter().map(|(from, to)| (self.id(*from), self.id(*to)));
        (list.collect(), relations.collect())
    }
}

/// The date of a moment in a zone of so many minutes east of Greenwich.
pub(super) fn date(at: i64, zone: i64) -> String {
    let mut text = String::new();
    time::write_utc(&mut text, at.saturating_add(zone.saturating_mul(60_000)));
    text.truncate(text.find('T').unwrap_or(text.len()));
    text
}
