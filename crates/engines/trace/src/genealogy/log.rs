//! The log of what was recorded since the base was packed, and base and log read as one.
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::layout::View;
use super::reach::Direction;
use super::types::{ASK, AliasRow, EdgeRow, EntryRow, Hop, NONE, NodeKind};

/// The log: what was recorded since the base was packed.
#[derive(Clone, Default)]
pub(super) struct Delta {
    pub(super) names: Vec<(NodeKind, Arc<str>)>,
    pub(super) numbers: HashMap<Arc<str>, Vec<(NodeKind, u32)>>,
    pub(super) edges: Vec<EdgeRow>,
    pub(super) out: Chains,
    pub(super) into: Chains,
    pub(super) entries: Vec<EntryRow>,
    pub(super) identities: HashMap<[u8; 32], u32>,
    pub(super) aliases: Vec<AliasRow>,
    /// Entries of each place, in the order of time.
    pub(super) by_place: HashMap<u32, Vec<u32>>,
    /// Entries of the base withdrawn since: the moment and the reason.
    pub(super) withdrawn: HashMap<u32, (i64, u32)>,
}

/// The links of each node in the log, latest first.
#[derive(Clone, Default)]
pub(super) struct Chains {
    head: Vec<u32>,
    next: Vec<u32>,
}

impl Chains {
    pub(super) fn push(&mut self, near: u32) {
        if self.head.len() <= near as usize {
            self.head.resize(near as usize + 1, NONE);
        }
        let number = self.next.len() as u32;
        self.next.push(std::mem::replace(&mut self.head[near as usize], number));
    }

    fn of(&self, near: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.head.get(near as usize).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let found = (at != NONE).then_some(at)?;
            at = self.next[found as usize];
            Some(found)
        })
    }
}

/// The links of withdrawn entries, a bit each, so that a walk need not look entries up.
#[derive(Clone, Default)]
pub(super) struct Withdrawn(Vec<u64>);

impl Withdrawn {
    pub(super) fn add(&mut self, row: &EntryRow) {
        for edge in row.first..row.first + row.count {
            let word = edge as usize / 64;
            if self.0.len() <= word {
                self.0.resize(word + 1, 0);
            }
            self.0[word] |= 1 << (edge % 64);
        }
    }

    pub(super) fn holds(&self, edge: u32) -> bool {
        self.0.get(edge as usize / 64).is_some_and(|word| word >> (edge % 64) & 1 == 1)
    }
}

impl Delta {
    /// Adds an entry, the next in number, and puts it where its moment belongs among those of its place.
    pub(super) fn add_entry(&mut self, row: EntryRow, number: u32) {
        let packed = number - self.entries.len() as u32;
        if row.place != NONE {
            let entries = &self.entries;
            let list = self.by_place.entry(row.place).or_default();
            let at = list.partition_point(|of| entries[(of - packed) as usize].happened <= row.happened);
            list.insert(at, number);
        }
        self.entries.push(row);
    }

    pub(super) fn is_used(&self) -> bool {
        !self.names.is_empty()
            || !self.entries.is_empty()
            || !self.aliases.is_empty()
            || !self.withdrawn.is_empty()
    }
}

/// Base and log as one.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) base: View<'a>,
    pub(super) delta: &'a Delta,
    pub(super) withdrawn: &'a Withdrawn,
}

impl<'a> Reader<'a> {
    pub(super) fn nodes(self) -> usize {
        self.base.kinds.len() + self.delta.names.len()
    }

    pub(super) fn edges(self) -> usize {
        self.base.edges.len() + self.delta.edges.len()
    }

    pub(super) fn entries(self) -> usize {
        self.base.entries.len() + self.delta.entries.len()
    }

    pub(super) fn name(self, node: u32) -> &'a str {
        match (node as usize).checked_sub(self.base.kinds.len()) {
            Some(fresh) => &self.delta.names[fresh].1,
            None => self.base.name(node),
        }
    }

    pub(super) fn kind(self, node: u32) -> NodeKind {
        match (node as usize).checked_sub(self.base.kinds.len()) {
            Some(fresh) => self.delta.names[fresh].0,
            None => self.base.kind(node),
        }
    }

    pub(super) fn edge(self, edge: u32) -> &'a EdgeRow {
        match (edge as usize).checked_sub(self.base.edges.len()) {
            Some(fresh) => &self.delta.edges[fresh],
            None => &self.base.edges[edge as usize],
        }
    }

    /// The entry as packed: what was withdrawn since does not show.
    pub(super) fn entry_row(self, entry: u32) -> &'a EntryRow {
        match (entry as usize).checked_sub(self.base.entries.len()) {
            Some(fresh) => &self.delta.entries[fresh],
            None => &self.base.entries[entry as usize],
        }
    }

    pub(super) fn entry(self, entry: u32) -> EntryRow {
        let mut row = *self.entry_row(entry);
        if let Some(&(at, reason)) = self.delta.withdrawn.get(&entry) {
            (row.withdrawn, row.reason) = (at, reason);
        }
        row
    }

    /// The entry of an identity or of another name of it.
    pub(super) fn entry_of(self, identity: &[u8; 32]) -> Option<u32> {
        if let Some(&entry) = self.delta.identities.get(identity) {
            return Some(entry);
        }
        let view = self.base;
        let found = view
            .by_identity
            .binary_search_by(|entry| view.entries[*entry as usize].identity.cmp(identity))
            .ok()
            .map(|at| view.by_identity[at]);
        let alias = || {
            let at = view.aliases.partition_point(|alias| alias.identity < *identity);
            view.aliases.get(at).filter(|alias| alias.identity == *identity).map(|alias| alias.entry)
        };
        found.or_else(alias)
    }

    /// Neighbours of a node in one direction, those in the log last.
    pub(super) fn hops(self, way: Direction, node: u32) -> impl Iterator<Item = Hop> + 'a {
        self.packed(way, node).iter().copied().chain(self.fresh(way, node))
    }

    /// Those in the base.
    pub(super) fn packed(self, way: Direction, node: u32) -> &'a [Hop] {
        match way {
            Direction::Back => self.base.into.of(node),
            Direction::Forward => self.base.out.of(node),
        }
    }

    /// Those in the log.
    pub(super) fn fresh(self, way: Direction, node: u32) -> impl Iterator<Item = Hop> + 'a {
        let packed = self.base.edges.len();
        let chains = if way == Direction::Back { &self.delta.into } else { &self.delta.out };
        chains.of(node).map(move |at| {
            let row = &self.delta.edges[at as usize];
            let far = if way == Direction::Back { row.from } else { row.to };
            Hop::of(far, packed as u32 + at, row)
        })
    }

    /// Whether a link is followed without looking at others, in the record as it stands.
    pub(super) fn stands(self, hop: Hop) -> bool {
        hop.link & ASK == 0 && !self.withdrawn.holds(hop.edge())
    }

    /// Entries at a place: those of the base in the order of time, then those of the log in theirs.
    pub(super) fn at_place(self, place: u32) -> impl Iterator<Item = u32> + 'a {
        let (packed, fresh) = self.placed(place);
        packed.iter().chain(fresh).copied()
    }

    /// Entries at a place within a period, as [`Reader::at_place`] gives them; the others are not looked at.
    pub(super) fn at_place_within(self, place: u32, period: &Range<i64>) -> [&'a [u32]; 2] {
        let (packed, fresh) = self.placed(place);
        [packed, fresh].map(|list| {
            let before = |moment: i64| list.partition_point(|entry| self.entry_row(*entry).happened < moment);
            let (first, past) = (before(period.start), before(period.end));
            &list[first..past.max(first)]
        })
    }

    fn placed(self, place: u32) -> (&'a [u32], &'a [u32]) {
        let list = self.base.by_place;
        let of = |entry: &u32| self.base.entries[*entry as usize].place;
        let first = list.partition_point(|entry| of(entry) < place);
        let past = list.partition_point(|entry| of(entry) <= place);
        (&list[first..past], self.delta.by_place.get(&place).map_or(&[][..], |list| list))
    }
}
