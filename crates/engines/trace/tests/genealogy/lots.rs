//! Random records of lots and a plain version of what a question sees of them.
use proptest::prelude::*;
use trace::genealogy::{
    Deed, EdgeId, EdgeKind, EntryId, Graph, Link, NodeId, NodeKind, Quantity, Recorded, Unit,
};

/// Every kind of link.
pub(crate) const KINDS: [EdgeKind; 12] = [
    EdgeKind::Transformation,
    EdgeKind::Aggregation,
    EdgeKind::Shipment,
    EdgeKind::Receipt,
    EdgeKind::Rework,
    EdgeKind::Unpacking,
    EdgeKind::Association,
    EdgeKind::Transaction,
    EdgeKind::Delisting,
    EdgeKind::Origin,
    EdgeKind::Observation,
    EdgeKind::Removal,
];

/// The nodes of a random record: ten lots, four processes, two origins, three places, two documents.
pub(crate) const NODES: u32 = 21;

/// The kind of a node of a random record.
pub(crate) fn kind_of(node: u32) -> NodeKind {
    match node {
        0..10 => NodeKind::Lot,
        10..14 => NodeKind::Process,
        14..16 => NodeKind::Origin,
        16..19 => NodeKind::Place,
        _ => NodeKind::Document,
    }
}

/// One entry told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) place: Option<u32>,
    pub(crate) happened: i64,
    pub(crate) recorded: i64,
    pub(crate) withdrawn: Option<i64>,
    pub(crate) links: Vec<(u32, u32, usize, Option<i64>)>,
}

/// A link of a random record beside its entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) kind: EdgeKind,
    pub(crate) quantity: Option<i64>,
    pub(crate) place: Option<u32>,
    pub(crate) happened: i64,
    pub(crate) recorded: i64,
    pub(crate) withdrawn: Option<i64>,
}

type AnyLink = (u32, u32, usize, Option<i64>);

/// Links of any kind between any nodes, and often such as events make, so that what depends on several of them
/// comes up.
fn link() -> impl Strategy<Value = AnyLink> {
    let quantity = || prop::option::of(0i64..100);
    let free = (0..NODES, 0..NODES, 0usize..12, quantity());
    let made = (0u32..6, 10u32..14, any::<bool>(), quantity());
    let made = made.prop_map(|(lot, process, into, quantity)| match into {
        true => (lot, process, 0, quantity),
        false => (process, lot, 0, quantity),
    });
    let packed = (0u32..3, 0u32..3, prop::sample::select(vec![1usize, 5, 5, 6]), quantity());
    let moved = (0u32..4, 16u32..19, 2usize..4, quantity());
    let listed = (0u32..3, 19u32..21, 7usize..9, quantity());
    prop_oneof![3 => free, 4 => made, 1 => packed, 1 => moved, 1 => listed]
}

/// Random records, cycles and links to oneself included.
pub(crate) fn records() -> impl Strategy<Value = Vec<Told>> {
    let told = (
        prop::option::weighted(0.8, 16u32..19),
        0i64..6,
        0i64..6,
        prop::option::weighted(0.1, 0i64..8),
        prop::collection::vec(link(), 0..5),
    );
    let told = told.prop_map(|(place, happened, recorded, withdrawn, links)| Told {
        place,
        happened,
        recorded,
        withdrawn: withdrawn.map(|at| at.max(recorded)),
        links,
    });
    prop::collection::vec(told, 0..16)
}

/// A graph with the nodes of random records.
pub(crate) fn empty() -> Graph {
    let mut graph = Graph::default();
    for node in 0..NODES {
        let id = graph.intern(kind_of(node), &format!("urn:node:{}", node % 5 + node)).unwrap();
        assert_eq!(id, NodeId(node));
    }
    graph
}

/// The identity of the entry of a number.
pub(crate) fn identity(number: usize) -> [u8; 32] {
    let mut identity = [0; 32];
    identity[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    identity
}

/// Records what was told, packing after the entries of the numbers given.
pub(crate) fn build(told: &[Told], packed: &[usize]) -> Graph {
    let mut graph = empty();
    for (number, entry) in told.iter().enumerate() {
        let deed = Deed {
            identity: identity(number),
            happened: entry.happened,
            recorded: entry.recorded,
            place: entry.place.map(NodeId),
            source: None,
            destination: None,
        };
        let link = |&(from, to, kind, quantity): &(u32, u32, usize, Option<i64>)| Link {
            from: NodeId(from),
            to: NodeId(to),
            kind: KINDS[kind],
            quantity: quantity.map(|amount| Quantity { amount, unit: Unit::KILOGRAM }),
        };
        let links: Vec<Link> = entry.links.iter().map(link).collect();
        let recorded = graph.record(&deed, &links).unwrap();
        assert_eq!(recorded, Recorded::New(EntryId(number as u32)));
        assert_eq!(graph.record(&deed, &links).unwrap(), Recorded::Known(recorded.entry()));
        if packed.contains(&number) {
            graph.compact();
        }
        if let Some(at) = entry.withdrawn {
            assert!(graph.withdraw(recorded.entry(), at, None));
        }
    }
    graph
}

/// The links told, by number.
pub(crate) fn plain(told: &[Told]) -> Vec<Plain> {
    let of = |entry: &Told| {
        let Told { place, happened, recorded, withdrawn, .. } = *entry;
        let link = move |&(from, to, kind, quantity): &(u32, u32, usize, Option<i64>)| Plain {
            from,
            to,
            kind: KINDS[kind],
            quantity,
            place,
            happened,
            recorded,
            withdrawn,
        };
        entry.links.iter().map(link).collect::<Vec<_>>()
    };
    told.iter().flat_map(of).collect()
}

/// The links in view, each with its number.
pub(crate) fn seen(told: &[Told], as_of: Option<i64>, closed: Option<u32>) -> Vec<(EdgeId, Plain)> {
    let holds = |link: &Plain| match as_of {
        None => link.withdrawn.is_none(),
        Some(at) => link.recorded <= at && link.withdrawn.is_none_or(|withdrawn| withdrawn > at),
    };
    plain(told)
        .into_iter()
        .enumerate()
        .filter(|(number, link)| holds(link) && closed != Some(*number as u32))
        .map(|(number, link)| (EdgeId(number as u32), link))
        .collect()
}

/// The links among those in view that a trace follows.
pub(crate) fn followed(seen: &[(EdgeId, Plain)]) -> Vec<(EdgeId, Plain)> {
    let told = |from: u32, to: u32, kinds: &[EdgeKind], since: i64| {
        seen.iter()
            .any(|(_, l)| l.from == from && l.to == to && kinds.contains(&l.kind) && l.happened >= since)
    };
    let follows = |l: &Plain| match l.kind {
        EdgeKind::Delisting => false,
        EdgeKind::Unpacking => !told(l.to, l.from, &[EdgeKind::Aggregation, EdgeKind::Association], i64::MIN),
        EdgeKind::Transaction => !told(l.from, l.to, &[EdgeKind::Delisting], l.happened),
        _ => true,
    };
    seen.iter().filter(|(_, link)| follows(link)).copied().collect()
}
