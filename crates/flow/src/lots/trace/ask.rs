//! What is asked of a trace.

use trace::genealogy::{self, Crossing, EdgeId, Graph, Lens, NodeId, NodeKind};

/// Which way to trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Towards the sources.
    Back,
    /// Towards the consignees.
    Forward,
    /// Both.
    #[default]
    Both,
}

/// What is worked out beside what was reached and where it stops. Each takes time, so that it is asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Place and period of every break, and the lots of that period.
    Gaps,
    /// Where more left than entered, and what farms delivered month by month.
    Balance,
    /// What several lots have in common, and possible sources by likelihood.
    Sources,
    /// Links that hold no longer: declared erroneous, or taken off a document.
    Ended,
}

impl Part {
    /// Every part.
    pub const ALL: [Part; 4] = [Part::Gaps, Part::Balance, Part::Sources, Part::Ended];

    /// Its word in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Part::Gaps => "gaps",
            Part::Balance => "balance",
            Part::Sources => "sources",
            Part::Ended => "ended",
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Names of the lots, one or several.
    pub lots: Vec<String>,
    /// Which way.
    pub way: Way,
    /// The record as it stood at this moment, in milliseconds since 1970-01-01 UTC; all of it when none.
    pub as_of: Option<i64>,
    /// Names closed for a what-if, of lots and places, or of links as [`super::Goods::link_name`] tells them: nothing
    /// passes them.
    pub closed: Vec<String>,
    /// Processes at one place may have contaminated later ones there.
    pub crossing: bool,
    /// What is worked out beside.
    pub with: Vec<Part>,
}

impl Question {
    pub(super) fn wants(&self, part: Part) -> bool {
        self.with.contains(&part)
    }

    pub(super) fn lens(&self, graph: &Graph) -> Lens {
        Lens {
            as_of: self.as_of,
            closed_nodes: self.closed.iter().flat_map(|name| nodes_of(graph, name)).collect(),
            closed_edges: self.closed.iter().filter_map(|name| link_of(graph, name)).collect(),
            crossing: if self.crossing { Crossing::Everywhere } else { Crossing::Off },
            ..Lens::default()
        }
    }
}

/// The nodes of a name: a lot first; a farm, a place or a document when no lot bears it.
pub(super) fn nodes_of(graph: &Graph, name: &str) -> Vec<NodeId> {
    let key = genealogy::key_of(name);
    let kinds = [NodeKind::Lot, NodeKind::Process, NodeKind::Origin, NodeKind::Place, NodeKind::Document];
    kinds.into_iter().find_map(|kind| graph.find(kind, &key)).into_iter().collect()
}

/// Whether a name is that of a link: the hash of its event, and its number among the links of that event.
#[must_use]
pub fn names_link(name: &str) -> bool {
    let parts = name.split_once('.');
    parts.is_some_and(|(hash, number)| {
        hash.len() == 64 && hex::decode(hash).is_ok() && number.parse::<u32>().is_ok()
    })
}

/// The link of a name: its event's hash and its number among the links of that event.
pub(super) fn link_of(graph: &Graph, name: &str) -> Option<EdgeId> {
    let (hash, number) = name.split_once('.')?;
    let mut identity = [0; 32];
    hex::decode_to_slice(hash, &mut identity).ok()?;
    let entry = graph.entry(graph.entry_of(&identity)?)?;
    let number: u32 = number.parse().ok()?;
    (number < entry.count).then(|| EdgeId(entry.first.0 + number))
}
