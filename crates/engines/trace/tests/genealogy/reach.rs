//! Reach, views, what-ifs and contact at a place beside a naive version on random records with cycles and
//! self-loops, and a very long chain.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::lots::{NODES, Plain, Told, build, followed, identity, kind_of, records, seen};
use proptest::prelude::*;
use trace::genealogy::{
    Crossing, Deed, Direction, EdgeId, EdgeKind, Graph, Lens, Link, NodeId, NodeKind, Scratch,
    common_sources, evidence_path, reach,
};

#[test]
fn a_chain_of_a_quarter_of_a_million_lots_answers() {
    let mut graph = Graph::default();
    let mut before = graph.intern(NodeKind::Lot, "urn:lot:0").unwrap();
    for number in 1..250_000 {
        let lot = graph.intern(NodeKind::Lot, &format!("urn:lot:{number}")).unwrap();
        let deed = Deed {
            identity: identity(number),
            happened: 0,
            recorded: 0,
            place: None,
            source: None,
            destination: None,
        };
        let link = Link { from: before, to: lot, kind: EdgeKind::Rework, quantity: None };
        graph.record(&deed, &[link]).unwrap();
        before = lot;
    }
    graph.compact();
    let mut scratch = Scratch::default();
    assert_eq!(reach(&graph, &Lens::default(), Direction::Back, &[before], &mut scratch).len(), 250_000);
    let path = evidence_path(&graph, &Lens::default(), NodeId(0), before, &mut scratch).unwrap();
    assert_eq!((path.len(), path[0].link), (249_999, Some(EdgeId(0))));
}

/// Pairs of processes in contact at a place, earlier first, by all pairs.
fn contacts(seen: &[(EdgeId, Plain)], places: &HashSet<u32>) -> Vec<(u32, u32)> {
    let run = |process: u32, place: u32| {
        let times: Vec<i64> = seen
            .iter()
            .filter(|(_, l)| (l.from == process || l.to == process) && l.place == Some(place))
            .filter(|(_, l)| l.kind == EdgeKind::Transformation)
            .map(|(_, l)| l.happened)
            .collect();
        Some((*times.iter().min()?, *times.iter().max()?))
    };
    let mut pairs = Vec::new();
    for &place in places {
        for one in 10..14 {
            for other in 10..14 {
                let (Some((first, _)), Some((_, last))) = (run(one, place), run(other, place)) else {
                    continue;
                };
                if last >= first {
                    pairs.push((one, other));
                }
            }
        }
    }
    pairs
}

fn widened(start: u32, steps: &[(u32, u32)], closed: Option<u32>) -> BTreeSet<u32> {
    let mut found = BTreeSet::from([start]);
    for _ in 0..NODES {
        for &(near, far) in steps {
            if found.contains(&near) && closed != Some(far) {
                found.insert(far);
            }
        }
    }
    found
}

fn steps(told: &[Told], lens: &Lens, way: Direction, contact: &HashSet<u32>) -> Vec<(u32, u32)> {
    let closed = lens.closed_edges.iter().next().map(|edge| edge.0);
    let seen = seen(told, lens.as_of, closed);
    let mut steps: Vec<(u32, u32)> = followed(&seen).iter().map(|(_, l)| (l.from, l.to)).collect();
    steps.extend(contacts(&seen, contact));
    match way {
        Direction::Forward => steps,
        Direction::Back => steps.into_iter().map(|(from, to)| (to, from)).collect(),
    }
}

/// When goods can first have been at each node (back: last, turned), by going round until nothing changes.
fn earliest(
    start: u32,
    seen: &[(EdgeId, Plain)],
    contact: &HashSet<u32>,
    slack: i64,
    back: bool,
) -> BTreeMap<u32, i64> {
    let turn = |moment: i64| if back { !moment } else { moment };
    let run = |process: u32, place: u32| {
        let links = seen.iter().filter(|(_, l)| l.from == process || l.to == process);
        let links = links.filter(|(_, l)| l.place == Some(place) && l.kind == EdgeKind::Transformation);
        let times: Vec<i64> = links.map(|(_, l)| turn(l.happened)).collect();
        Some((*times.iter().min()?, *times.iter().max()?))
    };
    let mut when = BTreeMap::from([(start, i64::MIN)]);
    loop {
        let before = when.clone();
        let mut come = |node: u32, moment: i64| {
            let held = when.entry(node).or_insert(moment);
            *held = moment.min(*held);
        };
        for (_, l) in followed(seen) {
            let (near, far) = if back { (l.to, l.from) } else { (l.from, l.to) };
            if let Some(&since) = before.get(&near)
                && turn(l.happened) + slack >= since
            {
                come(far, turn(l.happened).max(since));
            }
        }
        for (&one, &since) in before.range(10..14) {
            for (other, &place) in (10..14).flat_map(|other| contact.iter().map(move |place| (other, place)))
            {
                let (Some((first, _)), Some((began, last))) = (run(one, place), run(other, place)) else {
                    continue;
                };
                let since = since.max(first);
                if last + slack >= since {
                    come(other, since.max(began));
                }
            }
        }
        if when == before {
            return when;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn reach_is_as_the_naive_version(
        told in records(),
        packed in prop::collection::vec(0usize..16, 0..3),
        as_of in prop::option::of(0i64..8),
        start in 0..NODES,
        closed_edge in prop::option::of(0u32..30),
        closed_node in prop::option::of(0..NODES),
        contact in prop::option::of(prop::collection::hash_set(16u32..19, 0..3)),
        back: bool,
    ) {
        let graph = build(&told, &packed);
        let way = if back { Direction::Back } else { Direction::Forward };
        let contact = contact.unwrap_or_else(|| HashSet::from([16, 17, 18]));
        let lens = Lens {
            as_of,
            entries: None,
            closed_edges: closed_edge.into_iter().map(EdgeId).collect(),
            closed_nodes: closed_node.into_iter().map(NodeId).collect(),
            in_order: None,
            crossing: match contact.len() {
                0 => Crossing::Off,
                3 => Crossing::Everywhere,
                _ => Crossing::Places(contact.iter().copied().map(NodeId).collect()),
            },
        };
        let expected = widened(start, &steps(&told, &lens, way, &contact), closed_node);
        let mut scratch = Scratch::default();
        let found: Vec<u32> =
            reach(&graph, &lens, way, &[NodeId(start)], &mut scratch).iter().map(|node| node.0).collect();
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected.clone());
        if !back {
            return Ok(());
        }
        for (node, cases) in common_sources(&graph, &lens, &[NodeId(start)], &mut scratch) {
            prop_assert!(expected.contains(&node.0) && cases == 1);
            let path = evidence_path(&graph, &lens, node, NodeId(start), &mut scratch).unwrap();
            let mut at = node;
            for step in path {
                prop_assert_eq!(step.from, at);
                match step.link.map(|link| graph.edge(link).unwrap()) {
                    Some(edge) => prop_assert_eq!((edge.from, edge.to), (step.from, step.to)),
                    None => prop_assert!(
                        [step.from, step.to].iter().all(|node| kind_of(node.0) == NodeKind::Process)
                    ),
                }
                at = step.to;
            }
            prop_assert_eq!(at, NodeId(start));
        }
    }

    #[test]
    fn reach_in_the_order_of_time_is_as_the_naive_version(
        told in records(),
        packed in prop::collection::vec(0usize..16, 0..2),
        start in 0..NODES,
        contact in prop::collection::hash_set(16u32..19, 0..3),
        slack in 0i64..2,
        back: bool,
    ) {
        let graph = build(&told, &packed);
        let way = if back { Direction::Back } else { Direction::Forward };
        let lens = Lens {
            crossing: Crossing::Places(contact.iter().copied().map(NodeId).collect()),
            in_order: Some(slack),
            ..Lens::default()
        };
        let expected = earliest(start, &seen(&told, None, None), &contact, slack, back);
        let mut scratch = Scratch::default();
        let found: BTreeSet<u32> =
            reach(&graph, &lens, way, &[NodeId(start)], &mut scratch).iter().map(|node| node.0).collect();
        prop_assert_eq!(&found, &expected.keys().copied().collect());
        if slack > 0 || !back {
            return Ok(());
        }
        // Along a path of evidence no link happened before the one it follows.
        for &node in &found {
            let path = evidence_path(&graph, &lens, NodeId(node), NodeId(start), &mut scratch).unwrap();
            let links = path.iter().filter_map(|step| step.link);
            let times = links.map(|link| graph.entry(graph.edge(link).unwrap().entry).unwrap().deed.happened);
            prop_assert!(times.collect::<Vec<_>>().is_sorted());
        }
    }
}
