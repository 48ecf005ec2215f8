//! The genealogy as it grows: a compact base in the form of a file and a log of what was recorded since,
//! which [`Graph::compact`] folds in. Answers are the same before and after.
use std::sync::Arc;

use super::layout::{Aligned, Base, CannotOpen, View};
use super::log::{Delta, Reader, Withdrawn};
use super::pack;
use super::types::{
    AliasRow, Deed, Edge, EdgeId, EdgeRow, Entry, EntryId, EntryRow, Full, LAST, Link, NEVER, NodeId,
    NodeKind,
};

/// Links and entries in the log beyond which [`Graph::compact_when_large`] folds it in.
const LARGE_LOG: usize = 1 << 16;

/// What became of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It was recorded.
    New(EntryId),
    /// It was in the record already; nothing changed.
    Known(EntryId),
}

impl Recorded {
    /// The entry, new or known.
    pub fn entry(self) -> EntryId {
        match self {
            Recorded::New(entry) | Recorded::Known(entry) => entry,
        }
    }
}

/// The genealogy.
#[derive(Clone)]
pub struct Graph {
    base: Base,
    delta: Delta,
    withdrawn: Withdrawn,
}

impl Default for Graph {
    fn default() -> Self {
        let delta = Delta::default();
        let withdrawn = Withdrawn::default();
        let packed = pack::pack(Reader { base: View::EMPTY, delta: &delta, withdrawn: &withdrawn }, &delta);
        Self::open(packed).expect("an empty genealogy opens")
    }
}

impl Graph {
    /// Opens a saved genealogy, held in memory or mapped from a file. The bytes must not change while it is
    /// open. Cost: one pass over the bytes.
    ///
    /// # Errors
    /// The bytes are not a whole, undamaged genealogy this program can read.
    pub fn open<B: AsRef<[u8]> + Send + Sync + 'static>(bytes: B) -> Result<Self, CannotOpen> {
        let base = Base::open(bytes)?;
        let mut withdrawn = Withdrawn::default();
        let out = base.view().entries.iter().filter(|row| row.withdrawn != NEVER);
        out.for_each(|row| withdrawn.add(row));
        Ok(Self { base, delta: Delta::default(), withdrawn })
    }

    /// Folds the log into the base.
    pub fn compact(&mut self) {
        let packed: Aligned = pack::pack(self.reader(), &self.delta);
        self.base = Base::open(packed).expect("a genealogy just packed opens");
        self.delta = Delta::default();
    }

    /// Folds the log in when it has grown beyond half of the base (and 65,536 links and entries), so that
    /// recording costs the same on average however large the genealogy is. Tells whether it did.
    pub fn compact_when_large(&mut self) -> bool {
        let log = self.delta.edges.len() + self.delta.entries.len();
        let view = self.base.view();
        let large = log > LARGE_LOG.max((view.edges.len() + view.entries.len()) / 2);
        if large {
            self.compact();
        }
        large
    }

    /// Folds the log in and gives the bytes to save.
    pub fn saved(&mut self) -> &[u8] {
        if self.delta.is_used() {
            self.compact();
        }
        self.base.bytes()
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { base: self.base.view(), delta: &self.delta, withdrawn: &self.withdrawn }
    }

    /// The node of a kind and key, added when it is new.
    ///
    /// # Errors
    /// The genealogy is full.
    pub fn intern(&mut self, kind: NodeKind, key: &str) -> Result<NodeId, Full> {
        if let Some(node) = self.find(kind, key) {
            return Ok(node);
        }
        let number = self.node_count();
        if number > LAST as usize {
            return Err(Full("nodes"));
        }
        let key: Arc<str> = key.into();
        self.delta.names.push((kind, Arc::clone(&key)));
        self.delta.numbers.entry(key).or_default().push((kind, number as u32));
        Ok(NodeId(number as u32))
    }

    /// The node of a kind and key already known.
    pub fn find(&self, kind: NodeKind, key: &str) -> Option<NodeId> {
        let fresh = self.delta.numbers.get(key);
        let fresh = fresh.and_then(|list| list.iter().find(|(of, _)| *of == kind)).map(|(_, number)| *number);
        fresh.or_else(|| self.base.view().find(kind, key)).map(NodeId)
    }

    /// The key of a node.
    pub fn key(&self, node: NodeId) -> Option<&str> {
        ((node.0 as usize) < self.node_count()).then(|| self.reader().name(node.0))
    }

    /// The kind of a node.
    pub fn kind(&self, node: NodeId) -> Option<NodeKind> {
        ((node.0 as usize) < self.node_count()).then(|| self.reader().kind(node.0))
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.reader().nodes()
    }

    /// How many links were ever recorded, withdrawn ones included.
    pub fn edge_count(&self) -> usize {
        self.reader().edges()
    }

    /// How many entries were ever recorded, withdrawn ones included.
    pub fn entry_count(&self) -> usize {
        self.reader().entries()
    }

    /// A link.
    pub fn edge(&self, edge: EdgeId) -> Option<Edge> {
        ((edge.0 as usize) < self.edge_count()).then(|| self.reader().edge(edge.0).edge())
    }

    /// An entry, withdrawn or not.
    pub fn entry(&self, entry: EntryId) -> Option<Entry> {
        ((entry.0 as usize) < self.entry_count()).then(|| self.reader().entry(entry.0).entry())
    }

    /// The entry of an identity or of an identifier given to [`Graph::alias`].
    pub fn entry_of(&self, identity: &[u8; 32]) -> Option<EntryId> {
        self.reader().entry_of(identity).map(EntryId)
    }

    /// Records an entry with its links, once: an identity already recorded changes nothing. Links can be
    /// followed at once.
    ///
    /// # Errors
    /// The genealogy is full; nothing was recorded then.
    ///
    /// # Panics
    /// A node named in the links or the deed is not of this genealogy.
    pub fn record(&mut self, deed: &Deed, links: &[Link]) -> Result<Recorded, Full> {
        if let Some(entry) = self.entry_of(&deed.identity) {
            return Ok(Recorded::Known(entry));
        }
        let (nodes, edges, entry) = (self.node_count() as u32, self.edge_count(), self.entry_count());
        if edges + links.len() > LAST as usize {
            return Err(Full("links"));
        }
        if entry > LAST as usize {
            return Err(Full("entries"));
        }
        let named = [deed.place, deed.source, deed.destination];
        let ends = links.iter().flat_map(|link| [link.from, link.to]);
        assert!(named.into_iter().flatten().chain(ends).all(|node| node.0 < nodes), "unknown node");
        let entry = entry as u32;
        for link in links {
            self.delta.out.push(link.from.0);
            self.delta.into.push(link.to.0);
            self.delta.edges.push(EdgeRow::of(link, entry));
        }
        self.delta.identities.insert(deed.identity, entry);
        self.delta.add_entry(EntryRow::of(deed, edges as u32, links.len() as u32), entry);
        Ok(Recorded::New(EntryId(entry)))
    }

    /// Gives an entry another identity to be found by; the first entry to take it keeps it.
    pub fn alias(&mut self, identity: [u8; 32], entry: EntryId) {
        if (entry.0 as usize) < self.entry_count() && self.entry_of(&identity).is_none() {
            self.delta.identities.insert(identity, entry.0);
            self.delta.aliases.push(AliasRow { identity, entry: entry.0, spare: 0 });
        }
    }

    /// Takes an entry out of the view from a moment of recording on, as an error declaration does; earlier
    /// views still show it, and so does [`Graph::entry`]. Of two declarations the earlier holds. Tells whether
    /// the entry exists.
    pub fn withdraw(&mut self, entry: EntryId, at: i64, reason: Option<NodeId>) -> bool {
        if entry.0 as usize >= self.entry_count() {
            return false;
        }
        let row = self.reader().entry(entry.0);
        let at = at.max(row.recorded).min(NEVER - 1);
        if at >= row.withdrawn {
            return true;
        }
        self.withdrawn.add(&row);
        let reason = reason.map_or(row.reason, |node| node.0);
        let packed = self.base.view().entries.len();
        match (entry.0 as usize).checked_sub(packed) {
            Some(fresh) => {
                let row = &mut self.delta.entries[fresh];
                (row.withdrawn, row.reason) = (at, reason);
            }
            None => {
                self.delta.withdrawn.insert(entry.0, (at, reason));
            }
        }
        true
    }
}
