//! What the genealogy answers to a trace: pure, and the same for the same entries, so that a run can be taken again.

use super::{Broken, Delivery, Found, Gap, Upstream};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use trace::genealogy::{
    Direction, EdgeKind, Expected, Finding, Frontier, Graph, Lens, NodeId, NodeKind, Scratch, frontier,
    key_of, makers, reach, within,
};

const DAY: i64 = 86_400_000;
/// Places that are told, so that their operators are asked for.
const MOST_PLACES: usize = 200;

/// What is asked of the genealogy.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Names of the lots that the trace starts from.
    pub keys: Vec<String>,
    /// Gaps found on the spot.
    pub gaps: Vec<Gap>,
    /// The genealogy as it stood when it held so many entries; as it stands when none.
    pub entries: Option<u64>,
    /// Lots told, at most.
    pub most: usize,
    /// How wide a gap is taken at most where no complete record bounds it, in days.
    pub widest_days: i64,
    /// How long goods may have lain at a place before they went in, in days.
    pub lying_days: i64,
}

/// What it answers.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// What was found; the consignments of the bureau are not in it yet.
    pub found: Found,
    /// Keys of the question of which no event tells anything.
    pub unknown: Vec<String>,
    /// Places and parties that the events of the trace name.
    pub places: Vec<String>,
    /// Number of the last event that the genealogy held.
    pub until: i64,
    /// How many entries it held.
    pub entries: u64,
}

/// Who keeps the genealogy and answers from it, in memory and at once.
pub trait Genealogy: Sync {
    /// Answers.
    fn ask(&self, question: &Question) -> Answer;
}

struct Look<'a> {
    graph: &'a Graph,
    lens: Lens,
    question: &'a Question,
    starts: Vec<NodeId>,
    cut: bool,
}

/// Answers from a genealogy that holds the events up to a number.
pub fn answer(graph: &Graph, until: i64, scratch: &mut Scratch, question: &Question) -> Answer {
    let entries = question.entries.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let lens = Lens { entries, ..Lens::default() };
    let (mut starts, mut unknown) = (Vec::new(), Vec::new());
    for key in &question.keys {
        match graph.find(NodeKind::Lot, &key_of(key)).filter(|lot| graph.knows(&lens, *lot)) {
            Some(lot) => starts.push(lot),
            None => unknown.push(key.clone()),
        }
    }
    let mut look = Look { graph, lens, question, starts, cut: false };
    let back = look.lots(Direction::Back, &look.starts.clone(), scratch);
    let forward = look.lots(Direction::Forward, &back, scratch);
    let stops = look.stops(&back, &forward, scratch);
    let (found, places) = look.told(&back, &forward, &stops);
    let held = question.entries.unwrap_or(graph.entry_count() as u64);
    Answer { found, unknown, places, until, entries: held }
}

fn code(finding: Finding) -> &'static str {
    match finding {
        Finding::ProcessWithoutInputs => "process_without_inputs",
        Finding::LotWithoutInputs => "lot_without_inputs",
        Finding::LotWithoutOrigin => "lot_without_origin",
        Finding::WithinKnownGap => "within_known_gap",
    }
}

impl Look<'_> {
    fn key(&self, node: NodeId) -> String {
        self.graph.key(node).unwrap_or_default().to_owned()
    }

    fn gap(&self, g: &trace::genealogy::Gap) -> Gap {
        Gap { place: self.key(g.place), from: g.period.start, to: g.period.end }
    }

    /// The lots reached, the nearest first, as many as are told.
    fn lots(&mut self, way: Direction, from: &[NodeId], scratch: &mut Scratch) -> Vec<NodeId> {
        let reached = reach(self.graph, &self.lens, way, from, scratch);
        let mut lots: Vec<NodeId> =
            reached.iter().copied().filter(|n| self.graph.kind(*n) == Some(NodeKind::Lot)).collect();
        self.cut |= lots.len() > self.question.most;
        lots.truncate(self.question.most);
        lots
    }

    /// Where the trace stops. A place at which lots are made of lots has to show inputs.
    fn stops(&self, back: &[NodeId], forward: &[NodeId], scratch: &mut Scratch) -> Frontier {
        let place = |g: &Gap| self.graph.find(NodeKind::Place, &key_of(&g.place));
        let gaps = self
            .question
            .gaps
            .iter()
            .filter_map(|g| Some(trace::genealogy::Gap { place: place(g)?, period: g.from..g.to }));
        let both: Vec<NodeId> = back.iter().chain(forward).copied().collect();
        let expected = Expected {
            inputs_at: makers(self.graph, &self.lens, &both),
            gaps: gaps.collect(),
            widest: self.question.widest_days * DAY,
            lying: self.question.lying_days * DAY,
        };
        frontier(self.graph, &self.lens, &self.starts, &expected, scratch)
    }

    /// What is told, and the places that the links of the trace name.
    fn told(&self, back: &[NodeId], forward: &[NodeId], stops: &Frontier) -> (Found, Vec<String>) {
        let mut unknown: HashSet<NodeId> = stops.breaks.iter().map(|b| b.node).collect();
        let behind: HashSet<NodeId> = back.iter().copied().collect();
        let starts: HashSet<NodeId> = self.starts.iter().copied().collect();
        let ahead = |n: &NodeId| !behind.contains(n) || starts.contains(n);
        let (mut deliveries, mut entries) = (Vec::new(), HashSet::new());
        let mut places: BTreeSet<NodeId> = BTreeSet::new();
        for edge in self.links(back, forward) {
            if entries.insert(edge.entry)
                && let Some(entry) = self.graph.entry(edge.entry)
            {
                let deed = entry.deed;
                places.extend([deed.place, deed.source, deed.destination].into_iter().flatten());
            }
            match edge.kind {
                // What a broken process made is not known either.
                EdgeKind::Transformation if unknown.contains(&edge.from) => {
                    unknown.insert(edge.to);
                }
                EdgeKind::Shipment if ahead(&edge.from) => {
                    let quantity = edge.quantity.map(|q| (q.amount, q.unit.code().to_owned()));
                    deliveries.push(Delivery { key: self.key(edge.from), to: self.key(edge.to), quantity });
                }
                _ => {}
            }
        }
        let found = self.found((back, forward), stops, (&unknown, &behind), deliveries, entries.len());
        (found, places.into_iter().take(MOST_PLACES).map(|p| self.key(p)).collect())
    }

    /// The links that start or end at the lots of the trace or at a process between them, in the order of recording.
    fn links(&self, back: &[NodeId], forward: &[NodeId]) -> Vec<trace::genealogy::Edge> {
        let mut nodes: HashSet<NodeId> = back.iter().chain(forward).copied().collect();
        let lots: Vec<NodeId> = nodes.iter().copied().collect();
        for lot in lots {
            for way in [Direction::Back, Direction::Forward] {
                let ends = self.graph.links(way, lot).filter_map(|link| self.graph.edge(link));
                nodes.extend(ends.flat_map(|edge| [edge.from, edge.to]));
            }
        }
        let nodes: Vec<NodeId> = nodes.into_iter().collect();
        within(self.graph, &self.lens, &nodes).into_iter().filter_map(|link| self.graph.edge(link)).collect()
    }

    fn found(
        &self,
        (back, forward): (&[NodeId], &[NodeId]),
        stops: &Frontier,
        (unknown, behind): (&HashSet<NodeId>, &HashSet<NodeId>),
        deliveries: Vec<Delivery>,
        events: usize,
    ) -> Found {
        let mut origins: BTreeMap<NodeId, BTreeSet<String>> = BTreeMap::new();
        for (lot, origin) in &stops.origins {
            origins.entry(*lot).or_default().insert(self.key(*origin));
        }
        let upstream = back.iter().map(|n| Upstream {
            key: self.key(*n),
            known: !unknown.contains(n),
            origins: origins.get(n).into_iter().flatten().cloned().collect(),
        });
        let breaks = stops.breaks.iter().map(|b| Broken {
            key: self.key(b.node),
            finding: code(b.finding).into(),
            gap: b.gap.and_then(|g| stops.gaps.get(g)).map(|g| self.gap(g)),
        });
        let keys = |nodes: &mut dyn Iterator<Item = NodeId>| -> Vec<String> {
            nodes.map(|n| self.key(n)).collect::<BTreeSet<_>>().into_iter().collect()
        };
        Found {
            upstream: upstream.collect(),
            breaks: breaks.collect(),
            gap_lots: keys(&mut stops.scope.iter().map(|(lot, _, _)| *lot).take(self.question.most)),
            downstream: keys(&mut forward.iter().copied().filter(|n| !behind.contains(n))),
            farms: origins.into_values().flatten().collect::<BTreeSet<_>>().into_iter().collect(),
            consignments: Vec::new(),
            deliveries,
            events,
            cut: self.cut || stops.scope.len() > self.question.most,
        }
    }
}
