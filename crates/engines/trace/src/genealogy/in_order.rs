//! Reach in the order of time: goods cannot leave before they came. Nodes are settled in the order in which
//! goods can first have been there (back: last), so that each is looked at once, cycles or not.
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::cross::{Contacts, crossed};
use super::graph::Graph;
use super::lens::{Lens, Ready};
use super::log::Reader;
use super::reach::{Direction, Scratch};
use super::types::NONE;

/// What is to be settled next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    /// When goods can have come there, turned the way the walk goes.
    since: i64,
    /// The node, or the place at which a process may have met others.
    at: u32,
    /// Whether it is a place.
    contact: bool,
    /// Where in the order of finding the walk came from.
    from: u32,
    /// By which link; `NONE` by contact.
    edge: u32,
}

struct Walk<'a> {
    reader: Reader<'a>,
    lens: &'a Lens,
    ready: Ready<'a>,
    way: Direction,
    slack: i64,
    open: BinaryHeap<Reverse<Next>>,
    contacts: Contacts,
}

impl Walk<'_> {
    /// A moment that grows the way the walk goes; turning it twice gives it back.
    fn turned(&self, moment: i64) -> i64 {
        if self.way == Direction::Forward { moment } else { !moment }
    }

    /// Looks on from a node found, in which goods have been since a moment.
    fn look(&mut self, from: u32, since: i64, scratch: &Scratch) {
        let node = scratch.found[from as usize].0;
        for hop in self.reader.hops(self.way, node) {
            if scratch.reached(hop.far) || !self.ready.follows(hop) || !self.ready.open(hop.far) {
                continue;
            }
            let entry = self.reader.entry_row(self.reader.edge(hop.edge()).entry);
            let moment = self.turned(entry.happened);
            if moment.saturating_add(self.slack) >= since {
                let (since, at) = (moment.max(since), hop.far);
                self.open.push(Reverse(Next { since, at, contact: false, from, edge: hop.edge() }));
            }
        }
        if self.lens.crosses() {
            for (place, first, last) in crossed(self.reader, self.lens, node) {
                let began = self.turned(if self.way == Direction::Forward { first } else { last });
                let since = since.max(began);
                self.open.push(Reverse(Next { since, at: place, contact: true, from, edge: NONE }));
            }
        }
    }

    /// The processes at a place that were still to run when goods came there.
    fn meet(&mut self, next: Next, scratch: &Scratch) {
        let moment = self.turned(next.since.saturating_sub(self.slack));
        for (at, began) in self.contacts.joined(self.reader, self.lens, self.way, next.at, moment) {
            if !scratch.reached(at) && self.ready.open(at) {
                let since = next.since.max(self.turned(began));
                self.open.push(Reverse(Next { since, at, contact: false, ..next }));
            }
        }
    }
}

/// Walks on from the nodes already taken, which goods may have been in at any time.
pub(super) fn walk(
    graph: &Graph,
    lens: &Lens,
    way: Direction,
    slack: i64,
    scratch: &mut Scratch,
    parents: bool,
) {
    let mut walk = Walk {
        reader: graph.reader(),
        lens,
        ready: lens.ready(graph),
        way,
        slack: slack.max(0),
        open: BinaryHeap::new(),
        contacts: std::mem::take(&mut scratch.contacts),
    };
    for from in 0..scratch.found.len() as u32 {
        walk.look(from, i64::MIN, scratch);
    }
    while let Some(Reverse(next)) = walk.open.pop() {
        if next.contact {
            walk.meet(next, scratch);
        } else if scratch.take(next.at) {
            if parents {
                scratch.parent.push((next.from, next.edge));
            }
            walk.look(scratch.found.len() as u32 - 1, next.since, scratch);
        }
    }
    scratch.contacts = walk.contacts;
}
