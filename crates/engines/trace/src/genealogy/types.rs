//! The words of the genealogy: numbered nodes, links and entries, what joins lots, and how much of them.
use bytemuck::{Pod, Zeroable};
use sha2::{Digest, Sha256};

/// Stands for "not recorded" wherever a number of a node is stored.
pub(super) const NONE: u32 = u32::MAX;
/// Stands for "never withdrawn".
pub(super) const NEVER: i64 = i64::MAX;
/// Stands for "quantity not recorded".
pub(super) const UNMEASURED: i64 = i64::MIN;

/// A node, numbered in the order of recording; the number never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A recorded link, numbered in the order of recording; the number never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EdgeId(pub u32);

/// An entry of the record, numbered in the order of recording; the number never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub u32);

/// What a node stands for. One URI may stand for several nodes of different kinds: a plant is an origin of
/// its own lots and a place others' lots arrive at, and a trace must not run from the one to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum NodeKind {
    /// A lot, an object or a container.
    Lot = 0,
    /// A process that inputs entered and outputs left.
    Process = 1,
    /// A farm, plant or party at which lots began.
    Origin = 2,
    /// A place or party at which lots arrived or were seen.
    Place = 3,
    /// A business document lots were listed in: an order, a despatch advice, a certificate.
    Document = 4,
    /// Words kept with an entry; no node of the graph.
    Text = 5,
}

/// Every kind of node, by its number.
pub(super) const NODE_KINDS: [NodeKind; 6] =
    [NodeKind::Lot, NodeKind::Process, NodeKind::Origin, NodeKind::Place, NodeKind::Document, NodeKind::Text];

/// What joined the two ends of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum EdgeKind {
    /// Inputs entered a process, or outputs left it (EPCIS TransformationEvent).
    Transformation = 0,
    /// Contents went into a container or consignment (EPCIS AggregationEvent).
    Aggregation = 1,
    /// Goods were sent.
    Shipment = 2,
    /// Goods were received.
    Receipt = 3,
    /// Goods were worked into a later lot of the same plant.
    Rework = 4,
    /// Contents left a container; followed only where the record does not say that they went in.
    Unpacking = 5,
    /// An asset or sensor was joined to a carrier (EPCIS AssociationEvent).
    Association = 6,
    /// A lot was listed in a document (EPCIS TransactionEvent).
    Transaction = 7,
    /// A lot was taken off a document; a trace does not follow it, nor the listing it ends.
    Delisting = 8,
    /// A lot began at a farm, plant or party: harvest, catch, commissioning, supply proof.
    Origin = 9,
    /// A lot was seen at a place; from a lot to itself when the place was not recorded.
    Observation = 10,
    /// A lot ceased to be: destroyed, used up, decommissioned.
    Removal = 11,
}

/// Every kind of link, by its number.
pub(super) const EDGE_KINDS: [EdgeKind; 12] = [
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

impl EdgeKind {
    /// Whether a walk must look at other links before it follows one of this kind.
    pub(super) fn conditional(self) -> bool {
        matches!(self, EdgeKind::Unpacking | EdgeKind::Transaction | EdgeKind::Delisting)
    }

    /// Whether goods themselves passed from lot to lot along the link.
    pub fn carries_goods(self) -> bool {
        matches!(
            self,
            EdgeKind::Transformation | EdgeKind::Aggregation | EdgeKind::Rework | EdgeKind::Unpacking
        )
    }
}

/// A unit of measure: a code of UN/ECE Recommendation 20, up to three characters; none counts pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Unit(pub(super) [u8; 3]);

impl Unit {
    /// Pieces.
    pub const PIECE: Unit = Unit([0; 3]);
    /// Kilograms.
    pub const KILOGRAM: Unit = Unit(*b"KGM");
    /// Litres.
    pub const LITRE: Unit = Unit(*b"LTR");

    /// The unit of a code; `None` when it is longer than three characters or not of letters and digits.
    pub fn of_code(code: &str) -> Option<Unit> {
        let mut unit = [0; 3];
        if code.len() > 3 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        unit[..code.len()].copy_from_slice(code.as_bytes());
        Some(Unit(unit))
    }

    /// Its code; empty for pieces.
    pub fn code(&self) -> &str {
        let length = self.0.iter().position(|b| *b == 0).unwrap_or(3);
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

/// How much, in thousandths of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quantity {
    /// Thousandths of the unit.
    pub amount: i64,
    /// The unit.
    pub unit: Unit,
}

/// A link to be recorded, in the direction goods moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Where goods came from.
    pub from: NodeId,
    /// Where they went.
    pub to: NodeId,
    /// What joined them.
    pub kind: EdgeKind,
    /// How much; `None` when not recorded.
    pub quantity: Option<Quantity>,
}

/// A recorded link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Where goods came from.
    pub from: NodeId,
    /// Where they went.
    pub to: NodeId,
    /// What joined them.
    pub kind: EdgeKind,
    /// How much; `None` when not recorded.
    pub quantity: Option<Quantity>,
    /// The entry that told of it.
    pub entry: EntryId,
}

/// What an entry to be recorded tells, besides its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    /// What makes the entry one and the same however often it is captured: the SHA-256 of the event hash.
    pub identity: [u8; 32],
    /// When it happened: milliseconds since 1970-01-01 UTC.
    pub happened: i64,
    /// When it came to be recorded here, in the same measure.
    pub recorded: i64,
    /// Where: a node of kind [`NodeKind::Place`].
    pub place: Option<NodeId>,
    /// The party or place that sent.
    pub source: Option<NodeId>,
    /// The party or place that was to receive.
    pub destination: Option<NodeId>,
}

/// An entry of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it tells.
    pub deed: Deed,
    /// From when an error declaration withdraws it, by the time of recording.
    pub withdrawn: Option<i64>,
    /// The reason given: a node of kind [`NodeKind::Text`].
    pub reason: Option<NodeId>,
    /// Number of its first link.
    pub first: EdgeId,
    /// How many links it has; they are numbered one after another.
    pub count: u32,
}

/// The index holds as many nodes, links or entries as it can number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the genealogy is full: it numbers at most 2,147,483,646 {0}")]
pub struct Full(pub(super) &'static str);

/// The highest number given to a node, link or entry; the bit above it marks conditional links.
pub(super) const LAST: u32 = 0x7FFF_FFFE;

/// A link as stored.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct EdgeRow {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) entry: u32,
    pub(super) kind: u8,
    pub(super) unit: [u8; 3],
    pub(super) quantity: i64,
}

impl EdgeRow {
    pub(super) fn of(link: &Link, entry: u32) -> Self {
        let quantity = link.quantity.filter(|quantity| quantity.amount != UNMEASURED);
        Self {
            from: link.from.0,
            to: link.to.0,
            entry,
            kind: link.kind as u8,
            unit: quantity.map_or([0; 3], |quantity| quantity.unit.0),
            quantity: quantity.map_or(UNMEASURED, |quantity| quantity.amount),
        }
    }

    pub(super) fn kind(&self) -> EdgeKind {
        EDGE_KINDS.get(usize::from(self.kind)).copied().unwrap_or(EdgeKind::Observation)
    }

    pub(super) fn quantity(&self) -> Option<Quantity> {
        (self.quantity != UNMEASURED).then_some(Quantity { amount: self.quantity, unit: Unit(self.unit) })
    }

    pub(super) fn edge(&self) -> Edge {
        Edge {
            from: NodeId(self.from),
            to: NodeId(self.to),
            kind: self.kind(),
            quantity: self.quantity(),
            entry: EntryId(self.entry),
        }
    }
}

/// An entry as stored.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct EntryRow {
    pub(super) identity: [u8; 32],
    pub(super) happened: i64,
    pub(super) recorded: i64,
    pub(super) withdrawn: i64,
    pub(super) first: u32,
    pub(super) count: u32,
    pub(super) place: u32,
    pub(super) source: u32,
    pub(super) destination: u32,
    pub(super) reason: u32,
}

impl EntryRow {
    pub(super) fn of(deed: &Deed, first: u32, count: u32) -> Self {
        let number = |node: Option<NodeId>| node.map_or(NONE, |node| node.0);
        Self {
            identity: deed.identity,
            happened: deed.happened,
            recorded: deed.recorded.min(NEVER - 1),
            withdrawn: NEVER,
            first,
            count,
            place: number(deed.place),
            source: number(deed.source),
            destination: number(deed.destination),
            reason: NONE,
        }
    }

    pub(super) fn entry(&self) -> Entry {
        let node = |number: u32| (number != NONE).then_some(NodeId(number));
        Entry {
            deed: Deed {
                identity: self.identity,
                happened: self.happened,
                recorded: self.recorded,
                place: node(self.place),
                source: node(self.source),
                destination: node(self.destination),
            },
            withdrawn: (self.withdrawn != NEVER).then_some(self.withdrawn),
            reason: node(self.reason),
            first: EdgeId(self.first),
            count: self.count,
        }
    }
}

/// A neighbour and the link to it; the top bit of the link marks a conditional kind.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Hop {
    pub(super) far: u32,
    pub(super) link: u32,
}

/// The mark of a conditional link.
pub(super) const ASK: u32 = 0x8000_0000;

impl Hop {
    pub(super) fn of(far: u32, edge: u32, row: &EdgeRow) -> Self {
        Self { far, link: edge | if row.kind().conditional() { ASK } else { 0 } }
    }

    pub(super) fn edge(self) -> u32 {
        self.link & !ASK
    }
}

/// Another name of an entry: the SHA-256 of its event identifier.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct AliasRow {
    pub(super) identity: [u8; 32],
    pub(super) entry: u32,
    pub(super) spare: u32,
}

/// The identity of the entry that says of another that it was declared an error.
pub(super) fn withdrawal_of(identity: &[u8; 32]) -> [u8; 32] {
    Sha256::new_with_prefix(b"withdrawal of ").chain_update(identity).finalize().into()
}
