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
    epoch: u32,
    mark: Vec<u32>,
    pub(super) found: Vec<NodeId>,
    pub(super) parent: Vec<(u32, u32)>,
    pub(super) contacts: Contacts,
}

impl Scratch {
    pub(super) fn start(&mut self, nodes: usize) {
        if self.mark.len() < nodes {
            self.mark.resize(nodes, 0);
        }
        self.found.clear();
        self.parent.clear();
        self.contacts.start();
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            self.mark.fill(0);
            self.epoch = 1;
        }
    }

    pub(super) fn take(&mut self, node: u32) -> bool {
        let mark = &mut self.mark[node as usize];
        let new = *mark != self.epoch;
        if new {
            *mark = self.epoch;
            self.found.push(NodeId(node));
        }
        new
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
        self.mark.get(node as usize) == Some(&self.epoch)
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
