//! Listed paths beside all simple paths of small random records.
use std::collections::BTreeSet;

use proptest::prelude::*;
use trace::genealogy::{Bounds, Lens, More, NodeId, Scratch, paths};

use crate::lots::{NODES, build, followed, records, seen};

/// All paths that pass no node twice, by widening a list of beginnings.
fn simple(steps: &BTreeSet<(u32, u32)>, from: u32, to: u32) -> Vec<Vec<u32>> {
    let (mut open, mut done) = (vec![vec![from]], Vec::new());
    while let Some(path) = open.pop() {
        let last = path[path.len() - 1];
        if last == to {
            done.push(path);
            continue;
        }
        for &(_, far) in steps.range((last, 0)..=(last, u32::MAX)) {
            if !path.contains(&far) {
                open.push(path.iter().copied().chain([far]).collect());
            }
        }
    }
    done.sort();
    done
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn listed_paths_are_as_the_naive_version(
        told in records(),
        packed in prop::collection::vec(0usize..16, 0..2),
        from in 0..NODES,
        to in 0..NODES,
        count in 0usize..6,
        length in 0usize..8,
        work in prop::option::of(0usize..30),
    ) {
        let graph = build(&told, &packed);
        let (lens, mut scratch) = (Lens::default(), Scratch::default());
        let links = followed(&seen(&told, None, None));
        let steps: BTreeSet<(u32, u32)> = links.iter().map(|(_, l)| (l.from, l.to)).collect();
        let all = simple(&steps, from, to);
        let wide = Bounds { count: 10_000, length: 64, work: 10_000_000 };
        let nodes = |found: &trace::genealogy::Paths| -> Vec<Vec<u32>> {
            let ends = |path: &Vec<trace::genealogy::Hops>| {
                let mut list = vec![from];
                list.extend(path.iter().map(|hops| hops.to.0));
                list
            };
            found.paths.iter().map(ends).collect()
        };
        let whole = paths(&graph, &lens, NodeId(from), NodeId(to), wide, &mut scratch);
        prop_assert_eq!(whole.more, More::No);
        prop_assert!(whole.paths.is_sorted_by_key(Vec::len));
        let mut listed = nodes(&whole);
        listed.sort();
        prop_assert_eq!(&listed, &all);
        for hops in whole.paths.iter().flatten() {
            let expected: Vec<_> = links
                .iter()
                .filter(|(_, l)| (l.from, l.to) == (hops.from.0, hops.to.0))
                .map(|(id, _)| *id)
                .collect();
            prop_assert_eq!(&hops.links, &expected);
        }

        let tight = Bounds { count, length, work: work.unwrap_or(1_000_000) };
        let some = paths(&graph, &lens, NodeId(from), NodeId(to), tight, &mut scratch);
        let mut listed = nodes(&some);
        listed.sort();
        listed.dedup();
        prop_assert_eq!(listed.len(), some.paths.len());
        prop_assert!(listed.iter().all(|path| all.contains(path)));
        if from != to {
            prop_assert!(some.paths.len() <= count && some.paths.iter().all(|path| path.len() <= length));
            let fit = all.iter().filter(|path| path.len() - 1 <= length).count();
            if work.is_none() {
                prop_assert_eq!(some.paths.len(), fit.min(count));
            }
        }
        match some.more {
            More::No => prop_assert_eq!(listed.len(), all.len()),
            More::Exist => prop_assert!(all.len() > listed.len()),
            More::NotRuledOut => {}
        }
    }
}

#[test]
fn a_tangle_costs_no_more_than_its_bounds() {
    let mut graph = trace::genealogy::Graph::default();
    let lots: Vec<NodeId> = (0..60)
        .map(|lot| graph.intern(trace::genealogy::NodeKind::Lot, &format!("urn:lot:{lot}")).unwrap())
        .collect();
    let links: Vec<trace::genealogy::Link> = (0..60)
        .flat_map(|from| (0..60).map(move |to| (from, to)))
        .map(|(from, to)| trace::genealogy::Link {
            from: lots[from],
            to: lots[to],
            kind: trace::genealogy::EdgeKind::Rework,
            quantity: None,
        })
        .collect();
    let deed = trace::genealogy::Deed {
        identity: [0; 32],
        happened: 0,
        recorded: 0,
        place: None,
        source: None,
        destination: None,
    };
    graph.record(&deed, &links).unwrap();
    let bounds = Bounds { count: 100, length: 64, work: 100_000 };
    let found = paths(&graph, &Lens::default(), lots[0], lots[59], bounds, &mut Scratch::default());
    assert_eq!((found.paths.len(), found.more), (100, More::Exist));
    let bounds = Bounds { count: 100_000_000, ..bounds };
    let found = paths(&graph, &Lens::default(), lots[0], lots[59], bounds, &mut Scratch::default());
    assert_eq!(found.more, More::NotRuledOut);
}
