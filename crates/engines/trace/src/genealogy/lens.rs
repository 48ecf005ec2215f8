//! What part of the record a question sees, and what it supposes: the what-if, without rebuilding anything.
use std::collections::HashSet;

use super::graph::Graph;
use super::log::Reader;
use super::reach::Direction;
use super::types::{ASK, EdgeId, EdgeKind, Hop, NEVER, NodeId, withdrawal_of};

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

/// Tells most numbers that are not in a set without looking into the set.
struct Filter([u64; 16]);

impl Filter {
    fn of(numbers: impl Iterator<Item = u32>) -> Self {
        let mut bits = [0; 16];
        for number in numbers {
            bits[number as usize / 64 % 16] |= 1 << (number % 64);
        }
        Self(bits)
    }

    fn may_hold(&self, number: u32) -> bool {
        self.0[number as usize / 64 % 16] >> (number % 64) & 1 == 1
    }
}

/// A lens made ready for a walk.
pub(super) struct Ready<'a> {
    lens: &'a Lens,
    reader: Reader<'a>,
    edges: Filter,
    nodes: Filter,
}

impl Ready<'_> {
    /// Whether a trace follows the link, as [`Lens::follows`].
    pub(super) fn follows(&self, hop: Hop) -> bool {
        if self.lens.sees_now() && hop.link & ASK == 0 {
            let edge = hop.edge();
            self.reader.stands(hop)
                && (!self.edges.may_hold(edge) || !self.lens.closed_edges.contains(&EdgeId(edge)))
        } else {
            self.lens.follows(self.reader, hop)
        }
    }

    /// Whether the node is open.
    pub(super) fn open(&self, node: u32) -> bool {
        !self.nodes.may_hold(node) || self.lens.open(node)
    }
}

/// What part of the record a question sees and what it supposes.
#[derive(Debug, Clone, Default)]
pub struct Lens {
    /// The record as it stood at this moment (milliseconds since 1970-01-01 UTC): entries recorded then or
    /// before and not yet withdrawn. `None` sees every entry not withdrawn.
    pub as_of: Option<i64>,
    /// The record as it stood when it held so many entries: what was recorded or declared an error later does not
    /// count. The number ([`Graph::entry_count`]) of one and the same record is exact where moments are not, for two
    /// entries may share a moment. When it is given, [`Lens::as_of`] is not asked.
    pub entries: Option<usize>,
    /// Links closed for a what-if.
    pub closed_edges: HashSet<EdgeId>,
    /// Nodes closed for a what-if: they are neither reached nor passed, unless asked about themselves.
    pub closed_nodes: HashSet<NodeId>,
    /// Cross-contamination between processes at one place: from a process to every process there that ended
    /// when it began or later.
    pub crossing: Crossing,
    /// Goods cannot leave before they came: forward, links are followed only at or after the moment goods can
    /// first have been there; back, only at or before the last. The number is how many milliseconds the
    /// clocks of two places may differ. `None` follows links whatever their time.
    pub in_order: Option<i64>,
}

impl Lens {
    pub(super) fn crosses(&self) -> bool {
        self.crossing != Crossing::Off
    }

    /// Whether more than recorded links decides where a walk goes.
    pub(super) fn supposes_more(&self) -> bool {
        self.crosses() || self.in_order.is_some()
    }

    /// The same view over recorded links alone, whatever their time.
    pub(super) fn links_only(&self) -> Lens {
        Lens { crossing: Crossing::Off, in_order: None, ..self.clone() }
    }

    pub(super) fn open(&self, node: u32) -> bool {
        self.closed_nodes.is_empty() || !self.closed_nodes.contains(&NodeId(node))
    }

    /// The lens made ready for a walk over very many links.
    pub(super) fn ready<'a>(&'a self, graph: &'a Graph) -> Ready<'a> {
        Ready {
            lens: self,
            reader: graph.reader(),
            edges: Filter::of(self.closed_edges.iter().map(|edge| edge.0)),
            nodes: Filter::of(self.closed_nodes.iter().map(|node| node.0)),
        }
    }

    /// Whether the view is of the whole record as it stands and nothing is supposed.
    pub(super) fn is_plain(&self) -> bool {
        self.sees_now()
            && self.closed_edges.is_empty()
            && self.closed_nodes.is_empty()
            && !self.supposes_more()
    }

    /// Whether the view is of the whole record as it stands.
    fn sees_now(&self) -> bool {
        self.as_of.is_none() && self.entries.is_none()
    }

    /// Whether the entry is in the view.
    pub(super) fn sees_entry(&self, reader: Reader<'_>, entry: u32) -> bool {
        let row = reader.entry(entry);
        let declared = || reader.entry_of(&withdrawal_of(&row.identity)).map(|at| at as usize);
        match (self.entries, self.as_of) {
            (Some(n), _) => {
                (entry as usize) < n && (row.withdrawn == NEVER || declared().is_some_and(|at| at >= n))
            }
            (None, None) => row.withdrawn == NEVER,
            (None, Some(at)) => row.recorded <= at && row.withdrawn > at,
        }
    }

    /// Whether the link is in the view.
    pub(super) fn sees(&self, reader: Reader<'_>, edge: u32) -> bool {
        let told = if self.sees_now() {
            !reader.withdrawn.holds(edge)
        } else {
            self.sees_entry(reader, reader.edge(edge).entry)
        };
        told && (self.closed_edges.is_empty() || !self.closed_edges.contains(&EdgeId(edge)))
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
