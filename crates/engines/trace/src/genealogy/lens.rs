//! What part of the record a question sees, and what it supposes: the what-if, without rebuilding anything.
use std::collections::HashSet;

use super::graph::{Graph, Reader};
use super::reach::Direction;
use super::types::{EdgeId, EdgeKind, EntryRow, Hop, NEVER, NodeId};

/// Whether processes at one place may have contaminated later ones there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Crossing {
    /// Only recorded links count.
    #[default]
    Off,
    /// At every place.
    Everywhere,
    /// At the places named.
    Places(HashSet<NodeId>),
}

/// What part of the record a question sees and what it supposes.
#[derive(Debug, Clone, Default)]
pub struct Lens {
    /// The record as it stood at this moment (milliseconds since 1970-01-01 UTC): entries recorded then or
    /// before and not yet withdrawn. `None` sees every entry not withdrawn.
    pub as_of: Option<i64>,
    /// Links closed for a what-if.
    pub closed_edges: HashSet<EdgeId>,
    /// Nodes closed for a what-if: they are neither reached nor passed, unless asked about themselves.
    pub closed_nodes: HashSet<NodeId>,
    /// Cross-contamination between processes at one place: from a process to every process there that ended
    /// when it began or later.
    pub crossing: Crossing,
}

impl Lens {
    pub(super) fn sees_all(&self, graph: &Graph) -> bool {
        self.as_of.is_none() && !graph.has_withdrawn() && self.closed_edges.is_empty()
    }

    pub(super) fn crosses(&self) -> bool {
        self.crossing != Crossing::Off
    }

    pub(super) fn open(&self, node: u32) -> bool {
        self.closed_nodes.is_empty() || !self.closed_nodes.contains(&NodeId(node))
    }

    /// Whether the entry is in the view.
    pub(super) fn sees_entry(&self, row: &EntryRow) -> bool {
        match self.as_of {
            None => row.withdrawn == NEVER,
            Some(at) => row.recorded <= at && row.withdrawn > at,
        }
    }

    /// Whether the link is in the view.
    pub(super) fn sees(&self, reader: Reader<'_>, edge: u32) -> bool {
        self.sees_entry(&reader.entry(reader.edge(edge).entry))
            && (self.closed_edges.is_empty() || !self.closed_edges.contains(&EdgeId(edge)))
    }

    /// Whether a trace follows the link: it is in the view, it is no end of a listing, contents taken out of a
    /// container are not known to have gone in, and a listing was not ended later.
    pub(super) fn follows(&self, reader: Reader<'_>, hop: Hop) -> bool {
        let edge = hop.edge();
        if !self.sees(reader, edge) {
            return false;
        }
        let row = reader.edge(edge);
        // Whether the record tells of a link of that kind from one to the other at the moment or later.
        let told = |from: u32, to: u32, kind: EdgeKind, since: i64| {
            reader.hops(Direction::Forward, from).any(|hop| {
                hop.far == to
                    && reader.edge(hop.edge()).kind() == kind
                    && reader.entry_row(reader.edge(hop.edge()).entry).happened >= since
                    && self.sees(reader, hop.edge())
            })
        };
        match row.kind() {
            EdgeKind::Delisting => false,
            EdgeKind::Unpacking => {
                let went_in = |kind| told(row.to, row.from, kind, i64::MIN);
                !went_in(EdgeKind::Aggregation) && !went_in(EdgeKind::Association)
            }
            EdgeKind::Transaction => {
                !told(row.from, row.to, EdgeKind::Delisting, reader.entry_row(row.entry).happened)
            }
            _ => true,
        }
    }
}
