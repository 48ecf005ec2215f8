//! Where a trace stops: the story of a plant that cannot show what went in, and the rules on random records.
use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;
use trace::genealogy::{
    Deed, Direction, EdgeKind, Expected, Finding, Gap, Graph, Lens, Link, NodeId, NodeKind, Role, Scratch,
    frontier, reach,
};

use crate::lots::{build, identity, kind_of, records, seen};

const DAY: i64 = 86_400_000;

/// A spinach plant that works one lot a day from one raw lot and has lost the input records of 12 to 14 April.
struct Plant {
    graph: Graph,
    plant: NodeId,
    made: Vec<NodeId>,
    raw: Vec<NodeId>,
}

fn plant() -> Plant {
    let mut graph = Graph::default();
    let farm = graph.intern(NodeKind::Origin, "urn:farm").unwrap();
    let at_farm = graph.intern(NodeKind::Place, "urn:farm").unwrap();
    let plant = graph.intern(NodeKind::Place, "urn:plant").unwrap();
    let (mut made, mut raw) = (Vec::new(), Vec::new());
    for day in 10..18i64 {
        let tell = |graph: &mut Graph, place, happened, links: &[Link]| {
            let identity = identity(graph.entry_count());
            let place = Some(place);
            let deed = Deed { identity, happened, recorded: 0, place, source: None, destination: None };
            graph.record(&deed, links).unwrap();
        };
        let link = |from, to, kind| Link { from, to, kind, quantity: None };
        let from_farm = graph.intern(NodeKind::Lot, &format!("urn:raw:{day}")).unwrap();
        let lot = graph.intern(NodeKind::Lot, &format!("urn:made:{day}")).unwrap();
        let process = graph.intern(NodeKind::Process, &format!("urn:run:{day}")).unwrap();
        tell(&mut graph, at_farm, (day - 1) * DAY, &[link(farm, from_farm, EdgeKind::Origin)]);
        tell(&mut graph, plant, day * DAY - 1, &[link(from_farm, plant, EdgeKind::Receipt)]);
        let mut links = vec![link(process, lot, EdgeKind::Transformation)];
        if !(12..=14).contains(&day) {
            links.push(link(from_farm, process, EdgeKind::Transformation));
        }
        tell(&mut graph, plant, day * DAY, &links);
        made.push(lot);
        raw.push(from_farm);
    }
    Plant { graph, plant, made, raw }
}

#[test]
fn m3_3_a_broken_trace_stops_and_puts_the_gap_in_scope() {
    let Plant { graph, plant, made, raw } = plant();
    let (lens, mut scratch) = (Lens::default(), Scratch::default());
    let expected = Expected {
        inputs_at: HashSet::from([plant]),
        widest: 30 * DAY,
        lying: DAY / 2,
        ..Expected::default()
    };
    // A lot of the tenth goes back to its farm.
    let whole = frontier(&graph, &lens, &[made[0]], &expected, &mut scratch);
    let farm = graph.find(NodeKind::Origin, "urn:farm").unwrap();
    assert_eq!((whole.origins, whole.breaks.len(), whole.scope.len()), (vec![(raw[0], farm)], 0, 0));
    // A lot of the thirteenth stops at its run; the gap lies between the runs that have inputs.
    let broken = frontier(&graph, &lens, &[made[3]], &expected, &mut scratch);
    assert_eq!(broken.origins, []);
    assert_eq!(broken.breaks.len(), 1);
    assert_eq!(broken.breaks[0].finding, Finding::ProcessWithoutInputs);
    assert_eq!(broken.gaps, [Gap { place: plant, period: 11 * DAY + 1..15 * DAY }]);
    let of = |role: Role| -> Vec<NodeId> {
        broken.scope.iter().filter(|(_, _, of)| *of == role).map(|(lot, _, _)| *lot).collect()
    };
    assert_eq!(of(Role::Made), made[2..=4]);
    assert_eq!(of(Role::Available), raw[1..=5]);
    // A gap found on the spot holds although the fifteenth has an input on record.
    let gap = Gap { place: plant, period: 14 * DAY..16 * DAY };
    let expected = Expected { gaps: vec![gap.clone()], lying: 0, ..expected };
    let known = frontier(&graph, &lens, &[made[5]], &expected, &mut scratch);
    assert_eq!(known.breaks[0].finding, Finding::WithinKnownGap);
    assert_eq!((known.gaps, known.origins), (vec![gap], vec![(raw[5], farm)]));
    let scope: BTreeSet<NodeId> = known.scope.into_iter().map(|(lot, _, _)| lot).collect();
    assert_eq!(scope, BTreeSet::from([made[4], made[5], raw[5], raw[6]]));
}

#[test]
fn m5_3_the_raw_lot_without_a_supply_proof_is_named() {
    let mut graph = Graph::default();
    let farm = graph.intern(NodeKind::Origin, "urn:farm").unwrap();
    let at_farm = graph.intern(NodeKind::Place, "urn:farm").unwrap();
    let plant = graph.intern(NodeKind::Place, "urn:plant").unwrap();
    let made = graph.intern(NodeKind::Lot, "urn:made").unwrap();
    let process = graph.intern(NodeKind::Process, "urn:run").unwrap();
    let raw: Vec<NodeId> =
        (0..5).map(|lot| graph.intern(NodeKind::Lot, &format!("urn:raw:{lot}")).unwrap()).collect();
    let mut links: Vec<Link> = raw
        .iter()
        .map(|lot| Link { from: *lot, to: process, kind: EdgeKind::Transformation, quantity: None })
        .collect();
    links.push(Link { from: process, to: made, kind: EdgeKind::Transformation, quantity: None });
    let tell = |graph: &mut Graph, place, links: &[Link]| {
        let identity = identity(graph.entry_count());
        let place = Some(place);
        let deed = Deed { identity, happened: 0, recorded: 0, place, source: None, destination: None };
        graph.record(&deed, links).unwrap();
    };
    tell(&mut graph, plant, &links);
    for lot in &raw[..4] {
        let proof = Link { from: farm, to: *lot, kind: EdgeKind::Origin, quantity: None };
        tell(&mut graph, at_farm, &[proof]);
    }
    let expected = Expected { widest: DAY, ..Expected::default() };
    let found = frontier(&graph, &Lens::default(), &[made], &expected, &mut Scratch::default());
    assert_eq!(found.origins.len(), 4);
    let named: Vec<_> = found.breaks.iter().map(|of| (of.node, of.finding)).collect();
    assert_eq!(named, [(raw[4], Finding::LotWithoutOrigin)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_trace_ends_where_the_naive_version_says(
        told in records(),
        packed in prop::collection::vec(0usize..16, 0..2),
        start in 0u32..14,
        inputs_at in prop::collection::hash_set(16u32..19, 0..3),
        widest in 1i64..4,
        lying in 0i64..3,
    ) {
        use EdgeKind::{Aggregation, Origin, Rework, Transformation, Unpacking};
        let graph = build(&told, &packed);
        let (lens, mut scratch) = (Lens::default(), Scratch::default());
        let expected = Expected {
            inputs_at: inputs_at.iter().copied().map(NodeId).collect(),
            widest,
            lying,
            ..Expected::default()
        };
        let found = frontier(&graph, &lens, &[NodeId(start)], &expected, &mut scratch);
        let reached: BTreeSet<NodeId> =
            reach(&graph, &lens, Direction::Back, &[NodeId(start)], &mut scratch).iter().copied().collect();
        let links = seen(&told, None, None);
        let has_inputs = |node: u32| links.iter().any(|(_, l)| {
            l.to == node && l.from != node
                && matches!(l.kind, Transformation | Aggregation | Rework | Unpacking)
        });
        let began = |node: u32| links.iter().any(|(_, l)| l.to == node && l.kind == Origin);
        let broken: BTreeSet<NodeId> = found.breaks.iter().map(|b| b.node).collect();
        let ended: BTreeSet<NodeId> = found.origins.iter().map(|o| o.0).collect();
        for &NodeId(node) in &reached {
            let (bad, good) = (broken.contains(&NodeId(node)), ended.contains(&NodeId(node)));
            match kind_of(node) {
                NodeKind::Process => prop_assert_eq!((bad, good), (!has_inputs(node), false)),
                NodeKind::Lot if has_inputs(node) => prop_assert_eq!((bad, good), (false, false)),
                // Rightly ended lots have an origin; every other end is a break.
                NodeKind::Lot => prop_assert!(bad != good && (!good || began(node))),
                _ => prop_assert_eq!((bad, good), (false, false)),
            }
        }
        prop_assert!(broken.iter().chain(&ended).all(|node| reached.contains(node)));
        for of in &found.breaks {
            if of.finding == Finding::LotWithoutInputs {
                let gap = &found.gaps[of.gap.unwrap()];
                prop_assert!(inputs_at.contains(&gap.place.0));
            }
        }
        for pair in found.gaps.windows(2) {
            prop_assert!(pair[0].place < pair[1].place || pair[0].period.end < pair[1].period.start);
        }
        // The scope is every lot named at the place in the period, made there or lying there before.
        let mut scope = BTreeSet::new();
        for (number, gap) in found.gaps.iter().enumerate() {
            for (_, l) in links.iter().filter(|(_, l)| l.place == Some(gap.place.0)) {
                let process = |node: u32| kind_of(node) == NodeKind::Process;
                let lay = match l.kind {
                    Transformation => !process(l.from),
                    EdgeKind::Receipt | Unpacking | EdgeKind::Observation => true,
                    _ => false,
                };
                let early = gap.period.start - if lay { lying } else { 0 };
                if (early..gap.period.end).contains(&l.happened) {
                    let ends = [l.from, l.to].into_iter().filter(|node| kind_of(*node) == NodeKind::Lot);
                    scope.extend(ends.map(|lot| (NodeId(lot), number)));
                }
            }
        }
        let listed: BTreeSet<_> = found.scope.iter().map(|(lot, gap, _)| (*lot, *gap)).collect();
        prop_assert_eq!(listed.len(), found.scope.len());
        prop_assert_eq!(listed, scope);
    }
}
