//! Reach through the genealogy, back to sources or forward to consignees, without recursion and without
//! clearing memory between questions.
use std::collections::HashSet;

use super::graph::{EdgeId, Graph, NodeId};

/// Which way to follow goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards the sources.
    Back,
    /// Towards the consignees.
    Forward,
}

/// What part of the record a question sees.
#[derive(Debug, Clone, Default)]
pub struct Lens {
    /// The record as it stood at this moment (milliseconds since 1970-01-01 UTC): links valid from then or
    /// before and not yet withdrawn. `None` sees every link not withdrawn.
    pub as_of: Option<i64>,
    /// Links closed for a what-if.
    pub closed_edges: HashSet<EdgeId>,
    /// Nodes closed for a what-if: they are neither reached nor passed, unless asked about themselves.
    pub closed_nodes: HashSet<NodeId>,
}

impl Lens {
    pub(super) fn sees(&self, graph: &Graph, edge: u32) -> bool {
        let record = &graph.edges()[edge as usize];
        let recorded = match self.as_of {
            None => record.voided_at.is_none(),
            Some(at) => record.valid_from <= at && record.voided_at.is_none_or(|voided| voided > at),
        };
        recorded && (self.closed_edges.is_empty() || !self.closed_edges.contains(&EdgeId(edge)))
    }
}

/// Working memory, reused from question to question.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    epoch: u32,
    mark: Vec<u32>,
    found: Vec<NodeId>,
    parent: Vec<(u32, EdgeId)>,
}

impl Scratch {
    fn start(&mut self, nodes: usize) {
        if self.mark.len() < nodes {
            self.mark.resize(nodes, 0);
        }
        self.found.clear();
        self.parent.clear();
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            self.mark.fill(0);
            self.epoch = 1;
        }
    }

    fn take(&mut self, node: u32) -> bool {
        let mark = &mut self.mark[node as usize];
        let new = *mark != self.epoch;
        if new {
            *mark = self.epoch;
            self.found.push(NodeId(node));
        }
        new
    }
}

/// Every node reached from `starts`, which come first; nearest before farther. Unknown starts are passed over.
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

fn walk(graph: &Graph, lens: &Lens, way: Direction, starts: &[NodeId], scratch: &mut Scratch, parents: bool) {
    scratch.start(graph.node_count());
    for start in starts.iter().filter(|start| (start.0 as usize) < graph.node_count()) {
        if scratch.take(start.0) && parents {
            scratch.parent.push((u32::MAX, EdgeId(u32::MAX)));
        }
    }
    let side = match way {
        Direction::Back => &graph.into,
        Direction::Forward => &graph.out,
    };
    let all = lens.as_of.is_none() && graph.voided == 0 && lens.closed_edges.is_empty();
    let open = |node: u32| lens.closed_nodes.is_empty() || !lens.closed_nodes.contains(&NodeId(node));
    let mut next = 0;
    while let Some(&NodeId(node)) = scratch.found.get(next) {
        for &(far, edge) in side.packed(node) {
            if (all || lens.sees(graph, edge)) && open(far) && scratch.take(far) && parents {
                scratch.parent.push((next as u32, EdgeId(edge)));
            }
        }
        if graph.has_log() {
            for edge in graph.logged(side, node) {
                let record = &graph.edges()[edge as usize];
                let far = if way == Direction::Back { record.from.0 } else { record.to.0 };
                if (all || lens.sees(graph, edge)) && open(far) && scratch.take(far) && parents {
                    scratch.parent.push((next as u32, EdgeId(edge)));
                }
            }
        }
        next += 1;
    }
}

/// The links of one shortest path that goods took from `from` to `to`; `None` when there is none.
pub fn evidence_path(
    graph: &Graph,
    lens: &Lens,
    from: NodeId,
    to: NodeId,
    scratch: &mut Scratch,
) -> Option<Vec<EdgeId>> {
    walk(graph, lens, Direction::Back, &[to], scratch, true);
    let mut place = scratch.found.iter().position(|&node| node == from)?;
    let mut path = Vec::new();
    while let Some(&(before, edge)) = scratch.parent.get(place).filter(|(before, _)| *before != u32::MAX) {
        path.push(edge);
        place = before as usize;
    }
    Some(path)
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
    sources.sort_by_key(|&(node, cases)| (std::cmp::Reverse(cases), node));
    sources
}
