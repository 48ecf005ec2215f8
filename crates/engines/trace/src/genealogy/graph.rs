//! A two-way adjacency index that grows by appending: a packed part for speed and a log of links recorded
//! since, folded in by [`Graph::compact`] when the caller has a quiet moment.
use std::collections::HashMap;

const NONE: u32 = u32::MAX;

/// A node: a lot, consignment, plant, farm or anything else named by a URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A recorded link, numbered in the order of recording; the number never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EdgeId(pub u32);

/// What joined the two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeKind {
    /// Inputs became outputs (EPCIS TransformationEvent).
    Transformation,
    /// Contents went into a container or consignment (EPCIS AggregationEvent).
    Aggregation,
    /// Goods were sent.
    Shipment,
    /// Goods were received.
    Receipt,
    /// Goods were worked into a later lot of the same plant.
    Rework,
}

/// A link in the direction goods moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Where goods came from.
    pub from: NodeId,
    /// Where they went.
    pub to: NodeId,
    /// What joined them.
    pub kind: EdgeKind,
    /// Quantity in thousandths of the unit of measure; `None` when not recorded.
    pub quantity: Option<i64>,
    /// From when the record holds the link: milliseconds since 1970-01-01 UTC.
    pub valid_from: i64,
    /// From when an error declaration withdraws it, in the same measure.
    pub voided_at: Option<i64>,
}

/// The index holds as many nodes or links as it can number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the genealogy is full: it numbers at most 4,294,967,294 {0}")]
pub struct Full(&'static str);

/// One direction of the adjacency.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    start: Vec<u32>,
    packed: Vec<(u32, u32)>,
    head: Vec<u32>,
    next: Vec<u32>,
}

impl Side {
    fn pack(nodes: usize, ends: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut start = vec![0u32; nodes + 1];
        for (near, _) in ends.clone() {
            start[near as usize + 1] += 1;
        }
        for node in 0..nodes {
            start[node + 1] += start[node];
        }
        let mut slot = start.clone();
        let mut packed = vec![(0, 0); start[nodes] as usize];
        for (edge, (near, far)) in ends.enumerate() {
            let at = &mut slot[near as usize];
            packed[*at as usize] = (far, edge as u32);
            *at += 1;
        }
        Self { start, packed, head: Vec::new(), next: Vec::new() }
    }

    fn append(&mut self, near: u32, base: usize) {
        if self.head.len() <= near as usize {
            self.head.resize(near as usize + 1, NONE);
        }
        let edge = (base + self.next.len()) as u32;
        self.next.push(self.head[near as usize]);
        self.head[near as usize] = edge;
    }

    /// Packed neighbours of a node, each with its link.
    pub(super) fn packed(&self, node: u32) -> &[(u32, u32)] {
        match self.start.get(node as usize..node as usize + 2) {
            Some(ends) => &self.packed[ends[0] as usize..ends[1] as usize],
            None => &[],
        }
    }
}

/// The genealogy.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    names: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    edges: Vec<Edge>,
    packed_edges: usize,
    pub(super) out: Side,
    pub(super) into: Side,
    pub(super) voided: usize,
}

impl Graph {
    /// The node of a key, added when it is new.
    pub fn intern(&mut self, key: &str) -> Result<NodeId, Full> {
        if let Some(&number) = self.numbers.get(key) {
            return Ok(NodeId(number));
        }
        if self.names.len() >= NONE as usize {
            return Err(Full("nodes"));
        }
        let number = self.names.len() as u32;
        self.names.push(key.into());
        self.numbers.insert(key.into(), number);
        Ok(NodeId(number))
    }

    /// The node of a key already known.
    pub fn find(&self, key: &str) -> Option<NodeId> {
        self.numbers.get(key).map(|&number| NodeId(number))
    }

    /// The key of a node.
    pub fn key(&self, node: NodeId) -> Option<&str> {
        self.names.get(node.0 as usize).map(AsRef::as_ref)
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.names.len()
    }

    /// Every link ever recorded, withdrawn ones included, by number.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Records a link between nodes of this graph; it can be followed at once.
    pub fn append(&mut self, edge: Edge) -> Result<EdgeId, Full> {
        if self.edges.len() >= NONE as usize {
            return Err(Full("links"));
        }
        let number = self.edges.len() as u32;
        self.out.append(edge.from.0, self.packed_edges);
        self.into.append(edge.to.0, self.packed_edges);
        self.voided += usize::from(edge.voided_at.is_some());
        self.edges.push(edge);
        Ok(EdgeId(number))
    }

    /// Withdraws a link from a moment on, as an error declaration does; earlier views still show it. Of two
    /// declarations the earlier moment holds. Returns whether the link exists.
    pub fn void(&mut self, edge: EdgeId, at: i64) -> bool {
        let Some(edge) = self.edges.get_mut(edge.0 as usize) else { return false };
        self.voided += usize::from(edge.voided_at.is_none());
        edge.voided_at = Some(edge.voided_at.map_or(at, |before| before.min(at)));
        true
    }

    /// Folds the log into the packed part. Answers do not change, only their speed.
    pub fn compact(&mut self) {
        let nodes = self.names.len();
        self.out = Side::pack(nodes, self.edges.iter().map(|edge| (edge.from.0, edge.to.0)));
        self.into = Side::pack(nodes, self.edges.iter().map(|edge| (edge.to.0, edge.from.0)));
        self.packed_edges = self.edges.len();
    }

    /// Links of a node still in the log.
    pub(super) fn logged<'a>(&'a self, side: &'a Side, node: u32) -> impl Iterator<Item = u32> + 'a {
        let mut edge = side.head.get(node as usize).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let found = (edge != NONE).then_some(edge)?;
            edge = side.next[found as usize - self.packed_edges];
            Some(found)
        })
    }

    pub(super) fn has_log(&self) -> bool {
        self.packed_edges < self.edges.len()
    }
}
