//! Where a trace back stops: at the farms where it should, or at a break in the records, which is a finding
//! and puts every lot of the gap in scope (a plant that cannot show what went in answers for all of it).
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::graph::Graph;
use super::lens::Lens;
use super::log::Reader;
use super::reach::{Direction, Scratch, reach};
use super::types::{EdgeKind, EntryRow, NONE, NodeId, NodeKind};

/// A place and a time without the records there should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The place: a node of kind [`NodeKind::Place`].
    pub place: NodeId,
    /// From when to when, in milliseconds since 1970-01-01 UTC, end excluded.
    pub period: Range<i64>,
}

/// What a trace expects of the records.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Places whose lots are made from other lots: a lot that begins there without inputs is a break.
    pub inputs_at: HashSet<NodeId>,
    /// Gaps that were found on the spot: whatever was made there then is a break even where some inputs are
    /// recorded.
    pub gaps: Vec<Gap>,
    /// How long before and after a break a gap reaches at most, in milliseconds, where no complete record
    /// bounds it.
    pub widest: i64,
    /// How long before a gap goods may have lain at the place and still gone in, in milliseconds.
    pub lying: i64,
}

/// What is missing at a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finding {
    /// A process has outputs and no recorded input.
    ProcessWithoutInputs,
    /// A lot began at a place that makes lots from others, and no input is recorded.
    LotWithoutInputs,
    /// A lot came from nowhere: no input, no farm, no plant is recorded.
    LotWithoutOrigin,
    /// It was made within a gap that was found on the spot.
    WithinKnownGap,
}

/// A break of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The lot or process at which the trace stops.
    pub node: NodeId,
    /// What is missing.
    pub finding: Finding,
    /// Where and when the missing records belong, as a number among [`Frontier::gaps`]; `None` when no place
    /// is recorded.
    pub gap: Option<usize>,
}

/// How a lot belongs to a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// It was made there then.
    Made,
    /// It lay there and may have gone in.
    Available,
    /// It was packed, sent or seen there then.
    Handled,
}

/// Where a trace back ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    /// Lots the trace rightly ends at, each with the origin recorded for it.
    pub origins: Vec<(NodeId, NodeId)>,
    /// Where it stops for want of records.
    pub breaks: Vec<Break>,
    /// The gaps the breaks lie in; overlapping ones of a place are one.
    pub gaps: Vec<Gap>,
    /// Every lot of the gaps: the lot, the gap's number, how it belongs to it.
    pub scope: Vec<(NodeId, usize, Role)>,
}

struct Look<'a> {
    reader: Reader<'a>,
    lens: &'a Lens,
    expected: &'a Expected,
}

impl Look<'_> {
    /// Entries seen that name the node, with the kind of the link and whether it enters the node.
    fn links(&self, node: u32) -> impl Iterator<Item = (EdgeKind, bool, u32, &EntryRow)> {
        [Direction::Back, Direction::Forward].into_iter().flat_map(move |way| {
            let hops = self.reader.hops(way, node).filter(|hop| self.lens.sees(self.reader, hop.edge()));
            hops.map(move |hop| {
                let row = self.reader.edge(hop.edge());
                (row.kind(), way == Direction::Back, hop.far, self.reader.entry_row(row.entry))
            })
        })
    }

    fn has_inputs(&self, node: u32) -> bool {
        self.links(node).any(|(kind, enters, far, _)| enters && far != node && kind.carries_goods())
    }

    /// Where and when a node came to be: its origin or process, else its first sighting.
    fn making(&self, node: u32) -> Option<(u32, i64)> {
        let is_made = |kind, enters| enters && matches!(kind, EdgeKind::Origin | EdgeKind::Transformation);
        let process = self.reader.kind(node) == NodeKind::Process;
        self.links(node)
            .filter(|(_, _, _, row)| row.place != NONE)
            .min_by_key(|(kind, enters, _, row)| (!process && !is_made(*kind, *enters), row.happened))
            .map(|(_, _, _, row)| (row.place, row.happened))
    }

    fn known_gap(&self, place: u32, at: i64) -> Option<&Gap> {
        let gaps = &self.expected.gaps;
        gaps.iter().find(|gap| gap.place.0 == place && gap.period.contains(&at))
    }

    /// What is missing at a node the trace came to; `None` when nothing is.
    fn finding(&self, node: u32) -> Option<Finding> {
        // Whatever else was reached, a farm with all its harvests among it, is no place to look for records.
        if !matches!(self.reader.kind(node), NodeKind::Lot | NodeKind::Process) {
            return None;
        }
        let made = self.making(node);
        let known = made.and_then(|(place, at)| self.known_gap(place, at)).is_some();
        let inputs = self.has_inputs(node);
        match self.reader.kind(node) {
            NodeKind::Process if known => Some(Finding::WithinKnownGap),
            NodeKind::Process => (!inputs).then_some(Finding::ProcessWithoutInputs),
            NodeKind::Lot if inputs => None,
            NodeKind::Lot if known => Some(Finding::WithinKnownGap),
            NodeKind::Lot => {
                let makes = made.is_some_and(|(place, _)| self.expected.inputs_at.contains(&NodeId(place)));
                let began = self.links(node).any(|(kind, enters, _, _)| enters && kind == EdgeKind::Origin);
                match (makes, began) {
                    (true, _) => Some(Finding::LotWithoutInputs),
                    (false, true) => None,
                    (false, false) => Some(Finding::LotWithoutOrigin),
                }
            }
            _ => None,
        }
    }

    /// When a process with inputs was last recorded at a place before a moment, and when next after it, within so
    /// long of it.
    fn complete_around(&self, place: u32, at: i64, widest: i64) -> (Option<i64>, Option<i64>) {
        let whole = |end: u32| self.reader.kind(end) == NodeKind::Process && self.has_inputs(end);
        let tells = |entry: &&u32| {
            let row = self.reader.entry_row(**entry);
            let mut edges = (row.first..row.first + row.count).map(|edge| self.reader.edge(edge));
            self.lens.sees_entry(self.reader, **entry)
                && edges.any(|edge| {
                    edge.kind() == EdgeKind::Transformation && (whole(edge.from) || whole(edge.to))
                })
        };
        let moment = |entry: &u32| self.reader.entry_row(*entry).happened;
        let before = self.reader.at_place_within(place, &(at.saturating_sub(widest)..at));
        let after = (at.saturating_add(1), at.saturating_add(widest));
        let after = self.reader.at_place_within(place, &(after.0..after.1));
        let last = before.into_iter().filter_map(|list| list.iter().rev().find(tells).map(moment)).max();
        let next = after.into_iter().filter_map(|list| list.iter().find(tells).map(moment)).min();
        (last, next)
    }

    /// Whether lots are made of lots at a place.
    fn makes(&self, place: u32) -> bool {
        self.reader.at_place(place).filter(|entry| self.lens.sees_entry(self.reader, *entry)).any(|entry| {
            let row = self.reader.entry_row(entry);
            let mut edges = row.first..row.first + row.count;
            edges.any(|edge| self.reader.edge(edge).kind() == EdgeKind::Transformation)
        })
    }

    /// The gap around a break: from the last complete record of the place before it to the first after.
    fn gap(&self, place: u32, at: i64) -> Gap {
        if let Some(known) = self.known_gap(place, at) {
            return known.clone();
        }
        let widest = self.expected.widest.max(1);
        let (last, next) = self.complete_around(place, at, widest);
        let start = last.map_or(at.saturating_sub(widest), |last| last.saturating_add(1));
        let end = next.unwrap_or_else(|| at.saturating_add(widest));
        Gap { place: NodeId(place), period: start..end }
    }

    /// Every lot of a gap.
    fn lots(&self, gap: &Gap) -> BTreeMap<u32, Role> {
        let mut lots: BTreeMap<u32, Role> = BTreeMap::new();
        let lying = gap.period.start.saturating_sub(self.expected.lying.max(0))..gap.period.end;
        for entry in self.reader.at_place_within(gap.place.0, &lying).into_iter().flatten() {
            let row = self.reader.entry_row(*entry);
            let within = gap.period.contains(&row.happened);
            for edge in (row.first..row.first + row.count).filter(|edge| self.lens.sees(self.reader, *edge)) {
                let edge = self.reader.edge(edge);
                let process = |end| self.reader.kind(end) == NodeKind::Process;
                let role = match edge.kind() {
                    EdgeKind::Transformation if process(edge.from) => Role::Made,
                    EdgeKind::Origin => Role::Made,
                    EdgeKind::Transformation | EdgeKind::Receipt | EdgeKind::Unpacking => Role::Available,
                    EdgeKind::Observation => Role::Available,
                    _ => Role::Handled,
                };
                if !within && role != Role::Available {
                    continue;
                }
                for end in
                    [edge.from, edge.to].into_iter().filter(|end| self.reader.kind(*end) == NodeKind::Lot)
                {
                    let held = lots.entry(end).or_insert(role);
                    *held = role.min(*held);
                }
            }
        }
        lots
    }
}

/// The places at which some of these nodes came to be and at which lots are made of lots: plants, not farms.
pub fn makers(graph: &Graph, lens: &Lens, nodes: &[NodeId]) -> HashSet<NodeId> {
    let expected = Expected::default();
    let look = Look { reader: graph.reader(), lens, expected: &expected };
    let known = nodes.iter().filter(|node| (node.0 as usize) < look.reader.nodes());
    let places: HashSet<u32> = known.filter_map(|node| look.making(node.0)).map(|(place, _)| place).collect();
    places.into_iter().filter(|place| look.makes(*place)).map(NodeId).collect()
}

/// Overlapping gaps of one place made one, in the order of place and time.
fn merged(mut gaps: Vec<Gap>) -> Vec<Gap> {
    gaps.sort_by_key(|gap| (gap.place, gap.period.start, gap.period.end));
    let mut list: Vec<Gap> = Vec::new();
    for gap in gaps {
        match list.last_mut() {
            Some(last) if last.place == gap.place && gap.period.start <= last.period.end => {
                last.period.end = last.period.end.max(gap.period.end);
            }
            _ => list.push(gap),
        }
    }
    list
}

/// Where a trace that reached these nodes stops for want of records; gaps, which take longer, are not looked for.
pub fn breaks(graph: &Graph, lens: &Lens, nodes: &[NodeId], expected: &Expected) -> Vec<Break> {
    let look = Look { reader: graph.reader(), lens, expected };
    let known = nodes.iter().filter(|node| (node.0 as usize) < look.reader.nodes());
    let found = known.filter_map(|&node| Some((node, look.finding(node.0)?)));
    found.map(|(node, finding)| Break { node, finding, gap: None }).collect()
}

/// Follows lots back to where the trace ends, rightly or at a break, and puts the lots of every gap in scope.
pub fn frontier(
    graph: &Graph,
    lens: &Lens,
    lots: &[NodeId],
    expected: &Expected,
    scratch: &mut Scratch,
) -> Frontier {
    let look = Look { reader: graph.reader(), lens, expected };
    let mut frontier = Frontier::default();
    let mut at_gap: Vec<Option<Gap>> = Vec::new();
    for &node in reach(graph, lens, Direction::Back, lots, scratch) {
        if let Some(finding) = look.finding(node.0) {
            at_gap.push(look.making(node.0).map(|(place, at)| look.gap(place, at)));
            frontier.breaks.push(Break { node, finding, gap: None });
        } else if look.reader.kind(node.0) == NodeKind::Lot && !look.has_inputs(node.0) {
            let origins =
                look.links(node.0).filter(|(kind, enters, _, _)| *enters && *kind == EdgeKind::Origin);
            frontier.origins.extend(origins.map(|(_, _, origin, _)| (node, NodeId(origin))));
        }
    }
    frontier.gaps = merged(at_gap.iter().flatten().cloned().collect());
    for (found, gap) in frontier.breaks.iter_mut().zip(at_gap) {
        found.gap = gap.and_then(|gap| {
            let within = |of: &Gap| of.place == gap.place && of.period.contains(&gap.period.start);
            frontier.gaps.iter().position(within)
        });
    }
    for (number, gap) in frontier.gaps.iter().enumerate() {
        frontier.scope.extend(look.lots(gap).into_iter().map(|(lot, role)| (NodeId(lot), number, role)));
    }
    frontier
}
