//! How likely a unit of goods that starts at a node comes to a case, when it moves on as the quantities say.
//!
//! Each kind of link out of a node is a full account of where its goods went (used, packed, sent, received),
//! shared out by quantity, or evenly where a quantity is missing or the units differ. Where several kinds
//! account for the same goods the one that leads more surely to the case counts; among lots and processes
//! alone there is one kind and the number is the hitting probability of the random walk.
use super::graph::Graph;
use super::lens::{Lens, Ready};
use super::log::Reader;
use super::reach::{Direction, Scratch, walk};
use super::types::{EdgeKind, NONE, NodeId, Quantity};

/// Change of a probability below which a cycle counts as settled.
const SETTLED: f64 = 1e-13;
/// Rounds after which a cycle that does not settle is given up and told; fewer for a very large one.
const ROUNDS: usize = 10_000;
/// Steps after which it is given up whatever the rounds.
const STEPS: usize = 20_000_000;

/// The ways out of a node of one account: shares of one, by neighbour.
#[derive(Debug, Clone, Copy)]
struct Out {
    far: u32,
    share: f64,
    account: u8,
}

/// The nodes that can lead to a case, each with the probability that it does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hits {
    /// Nodes with a probability above 0, the case itself first with 1.
    pub nodes: Vec<(NodeId, f64)>,
    /// Whether every cycle settled.
    pub settled: bool,
}

/// Finds hitting probabilities for one view of the record; what it learns of a node serves every case.
pub struct Walker<'a> {
    graph: &'a Graph,
    lens: &'a Lens,
    ready: Ready<'a>,
    /// Where a node's ways out lie in `outs`; `NONE` when not yet looked at.
    at: Vec<(u32, u32)>,
    outs: Vec<Out>,
    /// Links of the node being looked at.
    links: Vec<(u8, u32, Option<Quantity>)>,
    /// A node's place in the closure under work; `NONE` outside it.
    local: Vec<u32>,
    /// A node's probability; 0 outside the closure under work.
    chance: Vec<f64>,
}

/// Which account a kind of link belongs to; `None` for those no goods move along.
fn account(kind: EdgeKind) -> Option<u8> {
    match kind {
        EdgeKind::Transformation | EdgeKind::Rework => Some(0),
        EdgeKind::Delisting | EdgeKind::Removal | EdgeKind::Association => None,
        other => Some(1 + other as u8),
    }
}

impl<'a> Walker<'a> {
    /// A walker over one view. Contact at a place is no part of it: no quantity is recorded for it.
    pub fn new(graph: &'a Graph, lens: &'a Lens) -> Self {
        let nodes = graph.node_count();
        Self {
            graph,
            lens,
            ready: lens.ready(graph),
            at: vec![(NONE, 0); nodes],
            outs: Vec::new(),
            links: Vec::new(),
            local: vec![NONE; nodes],
            chance: vec![0.0; nodes],
        }
    }

    /// Looks at a node's ways out, once.
    fn look(&mut self, node: u32) {
        if self.at[node as usize].0 != NONE {
            return;
        }
        let reader = self.graph.reader();
        self.links.clear();
        for hop in reader.hops(Direction::Forward, node) {
            let row = reader.edge(hop.edge());
            if let Some(account) = account(row.kind()).filter(|_| hop.far != node && self.ready.follows(hop))
            {
                let quantity = row.quantity().filter(|quantity| quantity.amount > 0);
                self.links.push((account, hop.far, quantity));
            }
        }
        self.links.sort_by_key(|(account, _, _)| *account);
        let first = self.outs.len() as u32;
        for links in self.links.chunk_by(|a, b| a.0 == b.0) {
            let unit = links[0].2.map(|quantity| quantity.unit);
            let measured =
                links.iter().all(|(_, _, quantity)| quantity.is_some_and(|q| Some(q.unit) == unit));
            let sum: i128 = links.iter().filter_map(|link| link.2).map(|q| i128::from(q.amount)).sum();
            for &(account, far, quantity) in links {
                let share = match quantity.filter(|_| measured) {
                    Some(quantity) => quantity.amount as f64 / sum as f64,
                    None => 1.0 / links.len() as f64,
                };
                if self.ready.open(far) {
                    self.outs.push(Out { far, share, account });
                }
            }
        }
        self.at[node as usize] = (first, self.outs.len() as u32 - first);
    }

    fn outs(&self, node: u32) -> &[Out] {
        let (first, count) = self.at[node as usize];
        &self.outs[first as usize..(first + count) as usize]
    }

    /// The chance of a node by what is known of its neighbours; the ways out lie together by account.
    fn value(&self, node: u32) -> f64 {
        let (mut best, mut sum, mut account) = (0.0_f64, 0.0, 0);
        for out in self.outs(node) {
            if out.account != account {
                best = best.max(sum);
                (sum, account) = (0.0, out.account);
            }
            sum += out.share * self.chance[out.far as usize];
        }
        best.max(sum).min(1.0)
    }

    /// Every node that can lead to the case, with the probability that a unit of it does.
    pub fn hits(&mut self, case: NodeId, scratch: &mut Scratch) -> Hits {
        let plain = self.lens.supposes_more().then(|| self.lens.links_only());
        walk(self.graph, plain.as_ref().unwrap_or(self.lens), Direction::Back, &[case], scratch, false);
        let found = &scratch.found;
        for (at, node) in found.iter().enumerate() {
            self.local[node.0 as usize] = at as u32;
            self.look(node.0);
        }
        let mut hits = Hits { nodes: Vec::new(), settled: true };
        if !found.is_empty() {
            self.chance[case.0 as usize] = 1.0;
            let mut knots = Knots::new(found.len());
            for start in 1..found.len() {
                hits.settled &= self.knots_from(start as u32, found, &mut knots);
            }
        }
        for node in found {
            let chance = std::mem::take(&mut self.chance[node.0 as usize]);
            self.local[node.0 as usize] = NONE;
            if chance > 0.0 {
                hits.nodes.push((*node, chance));
            }
        }
        hits
    }

    /// Finds the strongly connected parts reached from a node, those nearer the case first (Tarjan, with a
    /// stack of its own), and settles each as it is found. The case takes no part: goods that came there stay.
    fn knots_from(&mut self, start: u32, found: &[NodeId], knots: &mut Knots) -> bool {
        let mut settled = true;
        if knots.order[start as usize] != 0 {
            return settled;
        }
        knots.enter(start);
        while let Some(&(node, next)) = knots.work.last() {
            let out = self.outs(found[node as usize].0).get(next as usize).map(|out| out.far);
            if let Some(far) = out {
                if let Some(top) = knots.work.last_mut() {
                    top.1 += 1;
                }
                let far = self.local[far as usize];
                // Number 0 is the case.
                if far != 0 && far != NONE {
                    knots.meet(node, far);
                }
                continue;
            }
            if let Some(part) = knots.leave(node) {
                settled &= self.settle(&knots.stack[part..], found);
                knots.close(part);
            }
        }
        settled
    }

    /// Gives every node of a strongly connected part its chance; those after it have theirs.
    fn settle(&mut self, part: &[u32], found: &[NodeId]) -> bool {
        for _ in 0..ROUNDS.min(1 + STEPS / part.len().max(1)) {
            let mut change = 0.0_f64;
            for &node in part.iter().rev() {
                let node = found[node as usize].0;
                let value = self.value(node);
                change = change.max((value - self.chance[node as usize]).abs());
                self.chance[node as usize] = value;
            }
            if part.len() == 1 || change < SETTLED {
                return true;
            }
        }
        false
    }
}

/// Working memory of the search for strongly connected parts.
struct Knots {
    count: u32,
    order: Vec<u32>,
    low: Vec<u32>,
    stacked: Vec<bool>,
    stack: Vec<u32>,
    work: Vec<(u32, u32)>,
}

impl Knots {
    fn new(nodes: usize) -> Self {
        Self {
            count: 0,
            order: vec![0; nodes],
            low: vec![0; nodes],
            stacked: vec![false; nodes],
            stack: Vec::new(),
            work: Vec::new(),
        }
    }

    fn enter(&mut self, node: u32) {
        self.count += 1;
        self.order[node as usize] = self.count;
        self.low[node as usize] = self.count;
        self.stacked[node as usize] = true;
        self.stack.push(node);
        self.work.push((node, 0));
    }

    fn meet(&mut self, node: u32, far: u32) {
        if self.order[far as usize] == 0 {
            self.enter(far);
        } else if self.stacked[far as usize] {
            self.low[node as usize] = self.low[node as usize].min(self.order[far as usize]);
        }
    }

    /// Leaves a node; when it closes a part, gives the place on the stack where the part begins.
    fn leave(&mut self, node: u32) -> Option<usize> {
        self.work.pop();
        if let Some(&(before, _)) = self.work.last() {
            self.low[before as usize] = self.low[before as usize].min(self.low[node as usize]);
        }
        let closes = self.low[node as usize] == self.order[node as usize];
        closes.then(|| self.stack.iter().rposition(|member| *member == node)).flatten()
    }

    /// Takes a part off the stack.
    fn close(&mut self, from: usize) {
        for member in self.stack.drain(from..) {
            self.stacked[member as usize] = false;
        }
    }
}

/// How many nodes of a case's kind have no way out: among so many an unrelated case is one.
pub(super) fn ends_like(reader: Reader<'_>, case: NodeId) -> usize {
    let kind = reader.kind(case.0);
    let end = |node: &u32| {
        reader.kind(*node) == kind
            && reader.hops(Direction::Back, *node).next().is_some()
            && !reader
                .hops(Direction::Forward, *node)
                .any(|hop| account(reader.edge(hop.edge()).kind()).is_some() && hop.far != *node)
    };
    (0..reader.nodes() as u32).filter(end).count()
}
