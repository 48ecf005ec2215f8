//! A trace in other forms: as the tools of outbreak inquiries take it, as a map, and as the list of its ways.

use super::told::Trace;
use super::{Lots, Question, Way};
use std::collections::{HashMap, HashSet};
use trace::genealogy::{self, Bounds, Direction, NodeId, Station, within};

/// Minutes east of Greenwich of the dates in files.
const ZONE: i64 = 480;

/// The names of the stations between which goods of the trace were sent.
pub fn stations(lots: &Lots, question: &Question) -> Vec<String> {
    lots.with(|graph, scratch| {
        let trace = Trace::walk(graph, scratch, question);
        let deliveries = genealogy::deliveries(graph, &trace.lens, &trace.nodes);
        let ends: HashSet<NodeId> = deliveries.sent.iter().flat_map(|sent| [sent.from, sent.to]).collect();
        ends.into_iter().map(|node| trace.name(node)).collect()
    })
}

/// The trace in the exchange format of FoodChain-Lab, with what is known of its stations.
pub fn foodchain_lab(lots: &Lots, question: &Question, known: &HashMap<String, Station>) -> String {
    lots.with(|graph, scratch| {
        let trace = Trace::walk(graph, scratch, question);
        let deliveries = genealogy::deliveries(graph, &trace.lens, &trace.nodes);
        let cases: Vec<(NodeId, f64)> = trace.asked.iter().map(|n| (*n, 1.0)).collect();
        let station = |key: &str| known.get(key).cloned().unwrap_or_default();
        genealogy::foodchain_lab(graph, &deliveries, &cases, ZONE, station)
    })
}

/// The trace as GeoJSON (RFC 7946), with the positions that are known.
pub fn geo_json(lots: &Lots, question: &Question, known: &HashMap<String, Station>) -> String {
    lots.with(|graph, scratch| {
        let trace = Trace::walk(graph, scratch, question);
        let deliveries = genealogy::deliveries(graph, &trace.lens, &trace.nodes);
        genealogy::geo_json(graph, &deliveries, |key| known.get(key).cloned().unwrap_or_default())
    })
}

/// All ways between the lots asked about and the ends of their trace, shortest first, at most `most`; and whether
/// there may be more.
pub fn ways(lots: &Lots, question: &Question, most: usize) -> (Vec<Vec<String>>, bool) {
    lots.with(|graph, scratch| {
        let trace = Trace::walk(graph, scratch, question);
        let back = question.way != Way::Forward;
        let direction = if back { Direction::Back } else { Direction::Forward };
        let reached: HashSet<NodeId> = trace.nodes.iter().copied().collect();
        let links = within(graph, &trace.lens, &trace.nodes);
        let goes_on: HashSet<NodeId> = links
            .iter()
            .filter_map(|link| graph.edge(*link))
            .filter(|edge| edge.from != edge.to && reached.contains(&edge.to))
            .map(|edge| if direction == Direction::Back { edge.to } else { edge.from })
            .collect();
        let ends = trace.nodes.iter().filter(|n| !goes_on.contains(n) && !trace.asked.contains(n));
        let (mut found, mut more) = (Vec::new(), false);
        for end in ends {
            for asked in &trace.asked {
                let (from, to) = if back { (*end, *asked) } else { (*asked, *end) };
                let bounds = Bounds { count: most.saturating_sub(found.len()), ..Bounds::default() };
                if bounds.count == 0 {
                    return (found, true);
                }
                let listed = genealogy::paths(graph, &trace.lens, from, to, bounds, scratch);
                more |= listed.more != genealogy::More::No;
                found.extend(listed.paths.iter().map(|path| {
                    let first = path.first().map(|hop| trace.name(hop.from));
                    first.into_iter().chain(path.iter().map(|hop| trace.name(hop.to))).collect::<Vec<_>>()
                }));
            }
        }
        found.sort_by_key(Vec::len);
        (found, more)
    })
}
