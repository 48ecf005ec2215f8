//! Hitting probabilities and ranks beside plain versions, on generated outbreaks of a known source, and on
//! reference networks.
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use trace::genealogy::{
    Assumed, Case, Deed, EdgeKind, Graph, Lens, Link, NodeId, NodeKind, Quantity, RankRefused, Ranking,
    Scratch, Unit, Walker, rank,
};
use trace::score::{Network, Settings, score, tsv};

use crate::lots::{NODES, build, followed, identity, records, seen};

/// A neighbour and the quantity that went there.
type Way = (u32, Option<i64>);

/// Hitting probabilities of one case by going round until nothing changes.
fn plain_hits(told: &[crate::lots::Told], case: u32) -> Vec<f64> {
    let links = followed(&seen(told, None, None));
    let account = |kind: EdgeKind| match kind {
        EdgeKind::Transformation | EdgeKind::Rework => Some(EdgeKind::Transformation),
        EdgeKind::Delisting | EdgeKind::Removal | EdgeKind::Association => None,
        other => Some(other),
    };
    let mut outs: BTreeMap<(u32, EdgeKind), Vec<Way>> = BTreeMap::new();
    for (_, l) in links.iter().filter(|(_, l)| l.from != l.to) {
        if let Some(account) = account(l.kind) {
            outs.entry((l.from, account)).or_default().push((l.to, l.quantity.filter(|q| *q > 0)));
        }
    }
    let mut chance = vec![0.0; NODES as usize];
    chance[case as usize] = 1.0;
    for _ in 0..20_000 {
        let mut best = vec![0.0_f64; NODES as usize];
        best[case as usize] = 1.0;
        for ((from, _), list) in outs.iter().filter(|((from, _), _)| *from != case) {
            let measured = list.iter().all(|(_, quantity)| quantity.is_some());
            let sum: i64 = list.iter().filter_map(|(_, quantity)| *quantity).sum();
            let share = |quantity: Option<i64>| match quantity.filter(|_| measured) {
                Some(quantity) => quantity as f64 / sum as f64,
                None => 1.0 / list.len() as f64,
            };
            let value: f64 = list.iter().map(|(to, q)| share(*q) * chance[*to as usize]).sum();
            best[*from as usize] = best[*from as usize].max(value);
        }
        let still = best.iter().zip(&chance).all(|(new, old)| (new - old).abs() < 1e-14);
        chance = best;
        if still {
            break;
        }
    }
    chance
}

fn ranked(graph: &Graph, cases: &[u32], candidate: impl Fn(NodeId) -> bool) -> Ranking {
    let cases: Vec<Case> = cases.iter().map(|node| Case { node: NodeId(*node), weight: 1.0 }).collect();
    let assumed = Assumed { among: Some(10), list: 100, ..Assumed::default() };
    rank(graph, &Lens::default(), &cases, &assumed, candidate, &mut Scratch::default()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn probabilities_and_ranks_are_as_the_naive_version(
        told in records(),
        packed in prop::collection::vec(0usize..16, 0..2),
        cases in prop::collection::vec(0..NODES, 1..5),
    ) {
        let graph = build(&told, &packed);
        let (lens, mut scratch) = (Lens::default(), Scratch::default());
        let mut walker = Walker::new(&graph, &lens);
        let mut totals = vec![0.0; NODES as usize];
        let mut touched = BTreeSet::new();
        for &case in &cases {
            let expected = plain_hits(&told, case);
            let found = walker.hits(NodeId(case), &mut scratch);
            prop_assert!(found.settled);
            let mut chance = vec![0.0; NODES as usize];
            found.nodes.iter().for_each(|(node, value)| chance[node.0 as usize] = *value);
            for node in 0..NODES as usize {
                prop_assert!((chance[node] - expected[node]).abs() < 1e-9, "{node}: {chance:?} {expected:?}");
                totals[node] += (0.9 * expected[node] + 0.1 / 10.0).ln();
                if chance[node] > 0.0 {
                    touched.insert(node as u32);
                }
            }
        }
        let ranking = ranked(&graph, &cases, |_| true);
        prop_assert_eq!(ranking.candidates, touched.len());
        prop_assert_eq!(ranking.sources.len(), touched.len());
        prop_assert!((ranking.sources.iter().map(|source| source.share).sum::<f64>() - 1.0).abs() < 1e-9);
        for source in &ranking.sources {
            let total = totals[source.node.0 as usize];
            prop_assert!((source.log_likelihood - total).abs() < 1e-6);
            let above = touched.iter().filter(|node| totals[**node as usize] > total + 1e-6).count();
            prop_assert!(source.rank <= above + source.tied && source.rank > above);
            for (case, chance, path) in &source.explains {
                prop_assert!(*chance > 0.0 && path.is_empty() == (source.node.0 == cases[*case]));
                prop_assert!(path.last().is_none_or(|step| step.to.0 == cases[*case]));
            }
        }
        for out in 0..cases.len() {
            let mut fewer = cases.clone();
            fewer.remove(out);
            let again = ranked(&graph, &fewer, |_| true);
            for source in &again.sources {
                let before = ranking.sources.iter().find(|before| before.node == source.node).unwrap();
                prop_assert_eq!(before.without[out], source.rank);
            }
        }
    }
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

const LAYER: u64 = 60;
const LAYERS: u64 = 5;

/// Five layers of sixty lots; each lot draws on up to four lots of the layer above.
fn chain(dice: &mut Dice) -> (Graph, Vec<Vec<(u32, u64)>>) {
    let mut graph = Graph::default();
    let mut outs = vec![Vec::new(); (LAYER * LAYERS) as usize];
    for lot in 0..LAYER * LAYERS {
        graph.intern(NodeKind::Lot, &format!("urn:lot:{lot}")).unwrap();
    }
    for lot in LAYER..LAYER * LAYERS {
        let sources: BTreeSet<u64> =
            (0..=dice.below(4)).map(|_| (lot / LAYER - 1) * LAYER + dice.below(LAYER)).collect();
        let mut links = Vec::new();
        for source in sources {
            let amount = 1 + dice.below(1000);
            outs[source as usize].push((lot as u32, amount));
            links.push(Link {
                from: NodeId(source as u32),
                to: NodeId(lot as u32),
                kind: EdgeKind::Rework,
                quantity: Some(Quantity { amount: amount as i64, unit: Unit::KILOGRAM }),
            });
        }
        let deed = Deed {
            identity: identity(lot as usize),
            happened: 0,
            recorded: 0,
            place: None,
            source: None,
            destination: None,
        };
        graph.record(&deed, &links).unwrap();
    }
    (graph, outs)
}

/// Where a unit of a lot ends.
fn fate(outs: &[Vec<(u32, u64)>], lot: u32, dice: &mut Dice) -> u32 {
    let mut at = lot;
    while !outs[at as usize].is_empty() {
        let list = &outs[at as usize];
        let mut left = dice.below(list.iter().map(|(_, amount)| amount).sum());
        let next = list.iter().find(|(_, amount)| {
            let here = left < *amount;
            left = left.wrapping_sub(*amount);
            here
        });
        at = next.map_or(at, |(far, _)| *far);
    }
    at
}

/// Share of 200 outbreaks whose source is ranked first, and among the first five.
fn found_first(cases: usize, noise: u64) -> (f64, f64) {
    let (mut first, mut five) = (0, 0);
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let (graph, outs) = chain(&mut dice);
        let source = loop {
            let lot = dice.below(LAYER) as u32;
            let ends: BTreeSet<u32> = (0..50).map(|_| fate(&outs, lot, &mut dice)).collect();
            if ends.len() >= 3 && !ends.contains(&lot) {
                break lot;
            }
        };
        let ill: Vec<u32> = (0..cases)
            .map(|_| match dice.below(100) < noise {
                true => ((LAYERS - 1) * LAYER + dice.below(LAYER)) as u32,
                false => fate(&outs, source, &mut dice),
            })
            .collect();
        let ranking = ranked(&graph, &ill, |node| u64::from(node.0) < LAYER);
        assert!(ranking.settled);
        let rank = ranking.sources.iter().find(|of| of.node.0 == source).map_or(LAYER as usize, |of| of.rank);
        first += u32::from(rank == 1);
        five += u32::from(rank <= 5);
    }
    (f64::from(first) / 200.0, f64::from(five) / 200.0)
}

#[test]
fn a_known_source_is_found_first_in_most_outbreaks() {
    for (cases, noise, least_first, least_five) in
        [(5, 0, 0.7, 0.95), (10, 0, 0.9, 0.98), (20, 0, 0.93, 0.98), (20, 20, 0.93, 0.98)]
    {
        let (first, five) = found_first(cases, noise);
        println!("{cases} cases, {noise} % unrelated: first {first:.3}, among five {five:.3} of 200");
        assert!(first >= least_first && five >= least_five, "{cases} {noise}: {first} {five}");
    }
}

#[test]
fn a_case_that_carries_a_rank_alone_shows() {
    // Two farms reach one shop each way; the third case speaks for the second farm only.
    let mut graph = Graph::default();
    let lots: Vec<NodeId> =
        (0..6).map(|lot| graph.intern(NodeKind::Lot, &format!("l{lot}")).unwrap()).collect();
    let mut tell = |from: usize, to: usize| {
        let identity = identity(graph.entry_count());
        let deed = Deed { identity, happened: 0, recorded: 0, place: None, source: None, destination: None };
        let link = Link { from: lots[from], to: lots[to], kind: EdgeKind::Rework, quantity: None };
        graph.record(&deed, &[link]).unwrap();
    };
    for (from, to) in [(0, 2), (0, 3), (1, 2), (1, 3), (1, 4)] {
        tell(from, to);
    }
    let ranking = ranked(&graph, &[2, 3, 4], |node| node.0 < 2);
    let best = &ranking.sources[0];
    assert_eq!((best.node, best.rank, best.without.as_slice()), (lots[1], 1, &[1, 1, 2][..]));
    assert_eq!(best.explains[2].2.len(), 1);
    assert!(ranking.no_source < best.log_likelihood);
    let (lens, mut scratch) = (Lens::default(), Scratch::default());
    let mut refused = |share: f64, weight: f64, node: u32| {
        let assumed = Assumed { unrelated: share, ..Assumed::default() };
        let cases = [Case { node: NodeId(node), weight }];
        rank(&graph, &lens, &cases, &assumed, |_| true, &mut scratch).unwrap_err()
    };
    assert_eq!(refused(0.0, 1.0, 2), RankRefused::Share);
    assert_eq!(refused(f64::NAN, 1.0, 2), RankRefused::Share);
    assert_eq!(refused(0.1, 0.0, 2), RankRefused::Weight(0));
    assert_eq!(refused(0.1, 1.0, 9), RankRefused::Unknown(0));
}

/// The deliveries of a network as lots, a link for each relation, and one to the station for each receipt.
fn as_genealogy(network: &Network, relations: &[(String, String)]) -> Graph {
    let mut graph = Graph::default();
    for delivery in network.deliveries() {
        graph.intern(NodeKind::Lot, &delivery.id).unwrap();
    }
    let lot = |graph: &Graph, id: &str| graph.find(NodeKind::Lot, id);
    let mut links = Vec::new();
    for (from, to) in relations {
        if let (Some(from), Some(to)) = (lot(&graph, from), lot(&graph, to)) {
            links.push((from, to, EdgeKind::Rework));
        }
    }
    for delivery in network.deliveries() {
        let station = graph.intern(NodeKind::Place, &delivery.recipient).unwrap();
        links.push((lot(&graph, &delivery.id).unwrap(), station, EdgeKind::Receipt));
    }
    for (from, to, kind) in links {
        let identity = identity(graph.entry_count());
        let deed = Deed { identity, happened: 0, recorded: 0, place: None, source: None, destination: None };
        graph.record(&deed, &[Link { from, to, kind, quantity: None }]).unwrap();
    }
    graph
}

#[test]
fn ranks_agree_with_the_scores_of_reference_networks() {
    let shared = crate::shared().map(|shared| shared.join("data/tracing-oracle"));
    let Some(root) = shared.filter(|path| path.is_dir()) else {
        eprintln!("skipped: no reference networks here");
        return;
    };
    for folder in std::fs::read_dir(root).unwrap().map(|folder| folder.unwrap().path()) {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let relations = tsv::parse_relations(&read("relations.tsv")).unwrap();
        let weights = tsv::parse_weights(&read("weights.tsv")).unwrap();
        let network =
            Network::build(tsv::parse_deliveries(&read("deliveries.tsv")).unwrap(), &relations).unwrap();
        let graph = as_genealogy(&network, &relations);
        let of = |(id, weight): &(String, f64)| {
            let node = graph.find(NodeKind::Place, id)?;
            (*weight > 0.0).then_some(Case { node, weight: *weight })
        };
        let cases: Vec<Case> = weights.stations.iter().filter_map(of).collect();
        let assumed = Assumed { list: usize::MAX, ..Assumed::default() };
        let (lens, mut scratch) = (Lens::default(), Scratch::default());
        let lots = |node: NodeId| (node.0 as usize) < network.deliveries().len();
        let ranking = rank(&graph, &lens, &cases, &assumed, lots, &mut scratch).unwrap();
        let scores = score(&network, &weights, &Settings::default());
        // A delivery explains in the ranking just the weight it scores.
        let total: f64 = weights.stations.iter().map(|(_, weight)| weight).sum();
        let mut explained = vec![0.0; network.deliveries().len()];
        for source in &ranking.sources {
            explained[source.node.0 as usize] =
                source.explains.iter().map(|(case, _, _)| cases[*case].weight).sum::<f64>() / total;
        }
        for (mine, theirs) in explained.iter().zip(&scores.deliveries) {
            assert!((mine - theirs).abs() < 1e-9, "{}", folder.display());
        }
        let best = scores.deliveries.iter().copied().fold(0.0, f64::max);
        if let Some(first) = ranking.sources.first() {
            let of_first = scores.deliveries[first.node.0 as usize];
            println!("{}: first scores {of_first} of {best}", folder.display());
        }
    }
}
