//! Reach through the genealogy, back to sources or forward to consignees, without recursion and without
//! clearing memory between questions.
use std::cmp::Reverse;

use super::cross::Contacts;
use super::graph::Graph;
use super::in_order;
use super::lens::Lens;
use super::log::Reader;
use super::types::{EdgeId, Hop, NONE, NodeId};

/// Which way to follow goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Towards the sources.
    Back,
    /// Towards the consignees.
    Forward,
}

/// One step of a path, in the direction goods moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Where goods came from.
    pub from: NodeId,
    /// Where they went.
    pub to: NodeId,
    /// The record of it; `None` when two processes met at one place and the question counts that as contact.
    pub link: Option<EdgeId>,
}

/// Working memory, reused from question to question.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// A bit for each node found: so few bytes that they stay near the processor however large the genealogy is.
    marks: Vec<u64>,
    pub(super) found: Vec<NodeId>,
    pub(super) parent: Vec<(u32, u32)>,
    pub(super) contacts: Contacts,
}

impl Scratch {
    pub(super) fn start(&mut self, nodes: usize) {
        // Only what the last walk marked is cleared.
        for node in self.found.drain(..) {
            self.marks[node.0 as usize / 64] = 0;
        }
        if self.marks.len() * 64 < nodes {
            self.marks.resize(nodes.div_ceil(64), 0);
        }
        self.parent.clear();
        self.contacts.start();
    }

    #[inline]
    pub(super) fn take(&mut self, node: u32) -> bool {
        let (word, bit) = (&mut self.marks[node as usize / 64], 1 << (node % 64));
        let new = *word & bit == 0;
        if new {
            *word |= bit;
            self.found.push(NodeId(node));
        }
        new
    }

    /// Takes what these links lead to, without a branch for what is found again.
    fn take_all(&mut self, hops: &[Hop], follows: impl Fn(&Hop) -> bool) {
        let mut at = self.found.len();
        self.found.resize(at + hops.len(), NodeId(NONE));
        for hop in hops {
            let (word, bit) = (&mut self.marks[hop.far as usize / 64], 1 << (hop.far % 64));
            let new = *word & bit == 0;
            if follows(hop) {
                *word |= bit;
                self.found[at] = NodeId(hop.far);
                at += usize::from(new);
            }
        }
        self.found.truncate(at);
    }

    /// The place in the order of finding of the node the last walk came from, if it kept parents.
    pub(super) fn parent_of(&self, at: usize) -> Option<usize> {
        self.parent.get(at).filter(|(before, _)| *before != NONE).map(|(before, _)| *before as usize)
    }

    /// The path from a node to where the last walk back began, if it kept parents and reached the node.
    pub(super) fn path_from(&self, from: NodeId) -> Option<Vec<Step>> {
        if !self.reached(from.0) {
            return None;
        }
        let mut at = self.found.iter().position(|&node| node == from)?;
        let mut path = Vec::new();
        while let Some(before) = self.parent_of(at) {
            let edge = self.parent[at].1;
            let (from, to) = (self.found[at], self.found[before]);
            path.push(Step { from, to, link: (edge != NONE).then_some(EdgeId(edge)) });
            at = before;
        }
        Some(path)
    }

    /// Whether the last walk reached the node.
    pub(super) fn reached(&self, node: u32) -> bool {
        self.marks.get(node as usize / 64).is_some_and(|word| word >> (node % 64) & 1 == 1)
    }
}

/// Every node reached from `starts`, which come first; nearest before farther, or in the order of time when the
/// lens asks for it. Unknown starts are passed over.
pub fn reach<'s>(
    graph: &Graph,
    lens: &Lens,
    direction: Direction,
    starts: &[NodeId],
    scratch: &'s mut Scratch,
) -> &'s [NodeId] {
    walk(graph, lens, direction, starts, scratch, false);
    &scratch.found
}

pub(super) fn walk(
    graph: &Graph,
    lens: &Lens,
    way: Direction,
    starts: &[NodeId],
    scratch: &mut Scratch,
    parents: bool,
) {
    let reader = graph.reader();
    scratch.start(reader.nodes());
    for start in starts.iter().filter(|start| (start.0 as usize) < reader.nodes()) {
        if scratch.take(start.0) && parents {
            scratch.parent.push((NONE, NONE));
        }
    }
    if let Some(slack) = lens.in_order {
        return in_order::walk(graph, lens, way, slack, scratch, parents);
    }
    if lens.is_plain() && !parents {
        return walk_plain(reader, lens, way, scratch);
    }
    let ready = lens.ready(graph);
    let crossing = lens.crosses();
    let mut next = 0;
    while let Some(&NodeId(node)) = scratch.found.get(next) {
        let follow = |hop: Hop, scratch: &mut Scratch| {
            if ready.follows(hop) && ready.open(hop.far) && scratch.take(hop.far) && parents {
                scratch.parent.push((next as u32, hop.edge()));
            }
        };
        reader.hops(way, node).for_each(|hop| follow(hop, scratch));
        if crossing {
            cross(reader, lens, way, node, next, scratch, parents);
        }
        next += 1;
    }
}

/// Nodes whose links are looked up together: the memory answers for all of them while one would wait for it.
const TOGETHER: usize = 16;

/// The walk over the record as it stands, with nothing supposed: what nearly every question asks, and what a lot with
/// thousands of sources waits for.
fn walk_plain(reader: Reader<'_>, lens: &Lens, way: Direction, scratch: &mut Scratch) {
    let mut next = 0;
    while next < scratch.found.len() {
        let past = scratch.found.len().min(next + TOGETHER);
        let mut packed: [&[Hop]; TOGETHER] = [&[]; TOGETHER];
        for (hops, node) in packed.iter_mut().zip(&scratch.found[next..past]) {
            *hops = reader.packed(way, node.0);
        }
        for (at, hops) in (next..past).zip(packed) {
            scratch.take_all(hops, |hop| reader.stands(*hop) || lens.follows(reader, *hop));
            let node = scratch.found[at].0;
            for hop in reader.fresh(way, node).filter(|hop| lens.follows(reader, *hop)) {
                scratch.take(hop.far);
            }
        }
        next = past;
    }
}

/// Takes the processes that node's process met at its places.
fn cross(
    reader: Reader<'_>,
    lens: &Lens,
    way: Direction,
    node: u32,
    at: usize,
    scratch: &mut Scratch,
    parents: bool,
) {
    let mut contacts = std::mem::take(&mut scratch.contacts);
    for met in contacts.met(reader, lens, way, node) {
        if lens.open(met) && scratch.take(met) && parents {
            scratch.parent.push((at as u32, NONE));
        }
    }
    scratch.contacts = contacts;
}

/// One shortest path that goods took from `from` to `to` (when the lens asks for the order of time, the one that
/// left last); `None` when there is none.
pub fn evidence_path(
    graph: &Graph,
    lens: &Lens,
    from: NodeId,
    to: NodeId,
    scratch: &mut Scratch,
) -> Option<Vec<Step>> {
    walk(graph, lens, Direction::Back, &[to], scratch, true);
    scratch.path_from(from)
}

/// Nodes that can have led to the cases, with the number of cases each explains: most first, then by node.
pub fn common_sources(
    graph: &Graph,
    lens: &Lens,
    cases: &[NodeId],
    scratch: &mut Scratch,
) -> Vec<(NodeId, u32)> {
    let mut count = vec![0u32; graph.node_count()];
    let mut touched = Vec::new();
    for case in cases {
        for &node in reach(graph, lens, Direction::Back, &[*case], scratch) {
            let count = &mut count[node.0 as usize];
            if *count == 0 {
                touched.push(node);
            }
            *count += 1;
        }
    }
    let mut sources: Vec<_> = touched.into_iter().map(|node| (node, count[node.0 as usize])).collect();
    sources.sort_by_key(|&(node, cases)| (Reverse(cases), node));
    sources
}
