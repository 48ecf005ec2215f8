//! All the ways from a lot to an end, shortest first, as many as were asked for and with an honest word on
//! whether there are more.
use super::graph::Graph;
use super::lens::{Lens, Ready};
use super::log::Reader;
use super::reach::{Direction, Scratch, walk};
use super::types::{EdgeId, NONE, NodeId};

/// How far to look for paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Paths to list.
    pub count: usize,
    /// Steps of the longest path.
    pub length: usize,
    /// Steps of the whole search, so that a tangle of cycles costs no more than this.
    pub work: usize,
}

impl Default for Bounds {
    /// A hundred paths of up to 64 steps, a million steps of search.
    fn default() -> Self {
        Self { count: 100, length: 64, work: 1_000_000 }
    }
}

/// Whether there are paths beside those listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum More {
    /// These are all.
    No,
    /// There are more.
    Exist,
    /// The search ended at its bounds before it could tell.
    NotRuledOut,
}

/// Two nodes of a path next to each other and every link that joins them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hops {
    /// Where goods came from.
    pub from: NodeId,
    /// Where they went.
    pub to: NodeId,
    /// The record of it, by number.
    pub links: Vec<EdgeId>,
}

/// The paths found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Each passes no node twice; shortest first.
    pub paths: Vec<Vec<Hops>>,
    /// Whether there are others.
    pub more: More,
}

/// The search: nodes between the ends, each with its steps to the end and its neighbours on the way there.
struct Search<'a> {
    reader: Reader<'a>,
    ready: Ready<'a>,
    to: u32,
    /// Steps to the end by node, `NONE` where it cannot be reached.
    steps: Vec<u32>,
    on_path: Vec<bool>,
    work: usize,
    /// A way on was not looked into because it was too long.
    cut: bool,
}

/// A node on the path under search: its neighbours still to try, from the last.
struct Level {
    node: u32,
    next: Vec<u32>,
}

impl Search<'_> {
    fn neighbours(&mut self, node: u32) -> Vec<u32> {
        let mut next: Vec<u32> = self
            .reader
            .hops(Direction::Forward, node)
            .filter(|hop| self.ready.follows(*hop))
            .map(|hop| hop.far)
            .filter(|far| self.steps[*far as usize] != NONE && (*far == self.to || self.ready.open(*far)))
            .collect();
        next.sort_unstable_by(|a, b| b.cmp(a));
        next.dedup();
        self.work = self.work.saturating_sub(1 + next.len());
        next
    }

    /// Lists paths of exactly `length` steps; stops at `count` paths or when the work is used up.
    fn of_length(&mut self, from: u32, length: usize, count: usize, found: &mut Vec<Vec<u32>>) {
        let to = self.to;
        let mut path = vec![Level { node: from, next: self.neighbours(from) }];
        self.on_path[from as usize] = true;
        while let Some(level) = path.last_mut() {
            let step = if self.work > 0 && found.len() < count { level.next.pop() } else { None };
            let Some(next) = step else {
                if let Some(level) = path.pop() {
                    self.on_path[level.node as usize] = false;
                }
                if self.work == 0 || found.len() >= count {
                    path.iter().for_each(|level| self.on_path[level.node as usize] = false);
                    return;
                }
                continue;
            };
            if self.on_path[next as usize] {
                continue;
            }
            let taken = path.len();
            if next == to {
                if taken == length {
                    found.push(path.iter().map(|level| level.node).chain([to]).collect());
                }
                continue;
            }
            if taken + self.steps[next as usize] as usize > length {
                self.cut = true;
                continue;
            }
            let neighbours = self.neighbours(next);
            self.on_path[next as usize] = true;
            path.push(Level { node: next, next: neighbours });
        }
    }

    fn hops(&self, nodes: &[u32]) -> Vec<Hops> {
        let links = |from: u32, to: u32| {
            let mut links: Vec<EdgeId> = self
                .reader
                .hops(Direction::Forward, from)
                .filter(|hop| hop.far == to && self.ready.follows(*hop))
                .map(|hop| EdgeId(hop.edge()))
                .collect();
            links.sort_unstable();
            links
        };
        let step = |pair: &[u32]| Hops {
            from: NodeId(pair[0]),
            to: NodeId(pair[1]),
            links: links(pair[0], pair[1]),
        };
        nodes.windows(2).map(step).collect()
    }
}

/// Steps to `to` by node, over the links a trace follows.
fn steps_to(graph: &Graph, lens: &Lens, to: NodeId, scratch: &mut Scratch) -> Vec<u32> {
    let mut steps = vec![NONE; graph.node_count()];
    walk(graph, lens, Direction::Back, &[to], scratch, true);
    for at in 0..scratch.found.len() {
        let node = scratch.found[at].0 as usize;
        steps[node] = match scratch.parent_of(at) {
            Some(before) => steps[scratch.found[before].0 as usize] + 1,
            None => 0,
        };
    }
    steps
}

/// The paths goods can have taken from one node to another over recorded links, whatever their time. Contact at
/// a place is no link and makes no path here. A node leads to itself by the path of no steps.
pub fn paths(
    graph: &Graph,
    lens: &Lens,
    from: NodeId,
    to: NodeId,
    bounds: Bounds,
    scratch: &mut Scratch,
) -> Paths {
    let none = Paths { paths: Vec::new(), more: More::No };
    let nodes = graph.node_count();
    if from.0 as usize >= nodes || to.0 as usize >= nodes {
        return none;
    }
    if from == to {
        return Paths { paths: vec![Vec::new()], more: More::No };
    }
    let lens = &lens.links_only();
    let steps = steps_to(graph, lens, to, scratch);
    let first = steps[from.0 as usize];
    if first == NONE {
        return none;
    }
    let mut search = Search {
        reader: graph.reader(),
        ready: lens.ready(graph),
        to: to.0,
        on_path: vec![false; nodes],
        steps,
        work: bounds.work,
        cut: true,
    };
    let mut found = Vec::new();
    // One more than asked for tells whether there are more.
    let count = bounds.count.saturating_add(1);
    let mut length = first as usize;
    while search.cut && length <= bounds.length && search.work > 0 && found.len() < count {
        search.cut = false;
        search.of_length(from.0, length, count, &mut found);
        length += 1;
    }
    let more = match () {
        () if found.len() > bounds.count || first as usize > bounds.length => More::Exist,
        () if search.work == 0 || search.cut => More::NotRuledOut,
        () => More::No,
    };
    found.truncate(bounds.count);
    Paths { paths: found.iter().map(|nodes| search.hops(nodes)).collect(), more }
}
