//! Reach and as-of views beside a naive version on random graphs with cycles and self-loops, and a chain of
//! a million lots.
use std::collections::BTreeSet;

use proptest::prelude::*;
use trace::genealogy::{
    Direction, Edge, EdgeId, EdgeKind, Graph, Lens, NodeId, Scratch, common_sources, evidence_path, reach,
};

fn edge(from: u32, to: u32, valid_from: i64) -> Edge {
    Edge {
        from: NodeId(from),
        to: NodeId(to),
        kind: EdgeKind::Transformation,
        quantity: None,
        valid_from,
        voided_at: None,
    }
}

fn nodes(count: u32) -> Graph {
    let mut graph = Graph::default();
    for node in 0..count {
        graph.intern(&format!("urn:lot:{node}")).unwrap();
    }
    graph
}

#[test]
fn a_chain_of_a_million_lots_answers() {
    let mut graph = nodes(1_000_000);
    for lot in 1..1_000_000 {
        graph.append(edge(lot - 1, lot, 0)).unwrap();
    }
    graph.compact();
    let mut scratch = Scratch::default();
    let ends = [NodeId(999_999)];
    assert_eq!(reach(&graph, &Lens::default(), Direction::Back, &ends, &mut scratch).len(), 1_000_000);
    let path = evidence_path(&graph, &Lens::default(), NodeId(0), ends[0], &mut scratch).unwrap();
    assert_eq!((path.len(), path[0]), (999_999, EdgeId(0)));
}

proptest! {
    #[test]
    fn reach_is_as_the_naive_version(
        links in prop::collection::vec((0u32..12, 0u32..12, 0i64..6, prop::option::of(0i64..6)), 0..40),
        packed in 0usize..40,
        as_of in prop::option::of(0i64..6),
        start in 0u32..12,
        closed in prop::option::of(0usize..40),
        back: bool,
    ) {
        let mut graph = nodes(12);
        for (at, &(from, to, valid, voided)) in links.iter().enumerate() {
            if at == packed {
                graph.compact();
            }
            let id = graph.append(edge(from, to, valid)).unwrap();
            if let Some(voided) = voided {
                prop_assert!(graph.void(id, voided));
            }
        }
        let mut lens = Lens { as_of, ..Lens::default() };
        lens.closed_edges.extend(closed.map(|edge| EdgeId(edge as u32)));
        let seen = |(at, &(from, to, valid, voided)): (usize, &(u32, u32, i64, Option<i64>))| {
            let holds = as_of.map_or(voided.is_none(), |t| valid <= t && voided.is_none_or(|v| v > t));
            (holds && closed != Some(at)).then_some(if back { (to, from) } else { (from, to) })
        };
        let steps: Vec<(u32, u32)> = links.iter().enumerate().filter_map(seen).collect();
        let mut expected = BTreeSet::from([start]);
        for _ in 0..12 {
            for &(near, far) in &steps {
                if expected.contains(&near) {
                    expected.insert(far);
                }
            }
        }
        let way = if back { Direction::Back } else { Direction::Forward };
        let mut scratch = Scratch::default();
        let found: Vec<u32> =
            reach(&graph, &lens, way, &[NodeId(start)], &mut scratch).iter().map(|node| node.0).collect();
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected.clone());
        if back {
            for (node, cases) in common_sources(&graph, &lens, &[NodeId(start)], &mut scratch) {
                prop_assert!(expected.contains(&node.0) && cases == 1);
                let path = evidence_path(&graph, &lens, node, NodeId(start), &mut scratch).unwrap();
                let mut at = node;
                for id in path {
                    prop_assert_eq!(graph.edges()[id.0 as usize].from, at);
                    at = graph.edges()[id.0 as usize].to;
                }
                prop_assert_eq!(at, NodeId(start));
            }
        }
    }
}
