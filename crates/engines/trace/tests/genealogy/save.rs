//! Saving and opening again: the same answers, and a clear word on every damaged file.

use crate::lots::{NODES, build, identity, kind_of, records};
use proptest::prelude::*;
use trace::genealogy::{
    Assumed, Bounds, CannotOpen, Case, Crossing, Direction, EdgeId, EntryId, Expected, Graph, Lens, NodeId,
    NodeKind, Scratch, Station, Unit, balance, deliveries, foodchain_lab, frontier, links_csv, paths, rank,
    reach,
};

/// Everything a graph answers, to be compared.
fn answers(graph: &Graph) -> String {
    let (mut scratch, mut text) = (Scratch::default(), String::new());
    for node in (0..graph.node_count() as u32).map(NodeId) {
        text += &format!("{:?} {:?}\n", graph.key(node), graph.kind(node));
        for way in [Direction::Back, Direction::Forward] {
            let mut found = reach(graph, &Lens::default(), way, &[node], &mut scratch).to_vec();
            found.sort();
            text += &format!("{found:?}\n");
        }
    }
    let edges = (0..graph.edge_count() as u32).map(|edge| graph.edge(EdgeId(edge)));
    let entries = (0..graph.entry_count() as u32).map(|entry| graph.entry(EntryId(entry)));
    text + &format!("{:?}\n{:?}", edges.collect::<Vec<_>>(), entries.collect::<Vec<_>>())
}

/// Asks every question once, for the answer's sake of not panicking.
fn ask_all(graph: &Graph) {
    let mut scratch = Scratch::default();
    let lens = Lens { crossing: Crossing::Everywhere, in_order: Some(0), ..Lens::default() };
    let nodes: Vec<NodeId> = (0..graph.node_count() as u32).map(NodeId).collect();
    let expected = Expected { inputs_at: nodes.iter().copied().collect(), ..Expected::default() };
    frontier(graph, &lens, &nodes, &expected, &mut scratch);
    let found = deliveries(graph, &lens, &nodes);
    foodchain_lab(graph, &found, &[], 0, |_| Station::default());
    links_csv(graph, &lens, &nodes);
    let cases: Vec<Case> = nodes.iter().take(5).map(|node| Case { node: *node, weight: 1.0 }).collect();
    rank(graph, &lens, &cases, &Assumed::default(), |_| true, &mut scratch).unwrap();
    for node in nodes {
        paths(graph, &lens, node, NodeId(0), Bounds::default(), &mut scratch);
        balance(graph, &lens, node, Unit::KILOGRAM, Some(NodeId(16)));
    }
}

/// Bytes one off from a multiple of eight.
struct Shifted(Vec<u64>, usize);

impl AsRef<[u8]> for Shifted {
    fn as_ref(&self) -> &[u8] {
        &bytemuck::cast_slice::<u64, u8>(&self.0)[1..=self.1]
    }
}

fn shifted(bytes: &[u8]) -> Shifted {
    let mut words = vec![0u64; bytes.len() / 8 + 2];
    bytemuck::cast_slice_mut::<u64, u8>(&mut words)[1..=bytes.len()].copy_from_slice(bytes);
    Shifted(words, bytes.len())
}

/// Makes the checksum good again, so that what lies behind it is put to the test.
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 8;
    let sum = u64::from(crc32fast::hash(&bytes[..end]));
    bytes[end..].copy_from_slice(&sum.to_ne_bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn a_saved_genealogy_opens_with_the_same_answers(
        told in records(),
        packed in prop::collection::vec(0usize..16, 0..3),
        reason: bool,
    ) {
        let mut graph = build(&told, &packed);
        if reason && graph.entry_count() > 0 {
            let word = graph.intern(NodeKind::Text, "incorrect_data").unwrap();
            graph.withdraw(EntryId(0), 9, Some(word));
            graph.alias([7; 32], EntryId(0));
        }
        let before = answers(&graph);
        let bytes = graph.saved().to_vec();
        prop_assert_eq!(&answers(&graph), &before);
        for again in [Graph::open(bytes.clone()).unwrap(), Graph::open(shifted(&bytes)).unwrap()] {
            prop_assert_eq!(&answers(&again), &before);
            for number in 0..told.len() {
                prop_assert_eq!(again.entry_of(&identity(number)), Some(EntryId(number as u32)));
            }
            prop_assert_eq!(again.entry_of(&[7; 32]), graph.entry_of(&[7; 32]));
            for node in 0..NODES {
                let key = graph.key(NodeId(node)).unwrap();
                prop_assert_eq!(again.find(kind_of(node), key), Some(NodeId(node)));
            }
            prop_assert_eq!(again.find(NodeKind::Lot, "urn:node:none"), None);
        }
    }

    #[test]
    fn a_damaged_file_is_refused(
        told in records(),
        flips in prop::collection::vec((0usize..100_000, 1u8..=255), 1..4),
        pokes in prop::collection::vec((0usize..100_000, 0u32..24), 0..4),
        cut in prop::option::of(0usize..100_000),
    ) {
        let bytes = build(&told, &[]).saved().to_vec();
        if let Some(cut) = cut {
            let cut = cut % bytes.len();
            prop_assert!(Graph::open(bytes[..cut].to_vec()).is_err());
        }
        let mut hurt = bytes.clone();
        for (at, with) in flips {
            hurt[at % bytes.len()] ^= with;
        }
        prop_assume!(hurt != bytes);
        prop_assert!(Graph::open(hurt).is_err());
        // With small numbers put in and the checksum made good the damage may go unseen; no answer may panic.
        let mut hurt = bytes.clone();
        for (at, number) in pokes {
            let at = 232 + at * 4 % (bytes.len() - 240);
            hurt[at..at + 4].copy_from_slice(&number.to_ne_bytes());
        }
        if let Ok(mut graph) = Graph::open(resealed(hurt)) {
            answers(&graph);
            ask_all(&graph);
            graph.intern(NodeKind::Lot, "urn:lot:new").unwrap();
            if graph.entry_count() > 0 {
                graph.withdraw(EntryId(0), 3, None);
            }
            graph.saved();
            ask_all(&graph);
        }
    }
}

#[test]
fn what_is_wrong_with_a_file_is_told() {
    let mut graph = Graph::default();
    graph.intern(NodeKind::Lot, "urn:lot:1").unwrap();
    let bytes = graph.saved().to_vec();
    let with = |at: usize, value: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        Graph::open(resealed(bytes)).err().unwrap()
    };
    assert_eq!(Graph::open(Vec::new()).err(), Some(CannotOpen::NotAGenealogy));
    assert_eq!(with(0, b"ZIP"), CannotOpen::NotAGenealogy);
    assert_eq!(with(8, &2u32.to_ne_bytes()), CannotOpen::Version { found: 2, known: 1 });
    assert_eq!(with(12, &0x0102_0304u32.swap_bytes().to_ne_bytes()), CannotOpen::ByteOrder);
    assert!(matches!(with(16, &8u64.to_ne_bytes()), CannotOpen::Length { .. }));
    assert_eq!(with(24, &(u64::MAX - 3).to_ne_bytes()), CannotOpen::Inconsistent("sections"));
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(Graph::open(longer).err(), Some(CannotOpen::Length { .. })));
    let mut hurt = bytes;
    hurt[300] ^= 1;
    assert_eq!(Graph::open(hurt).err(), Some(CannotOpen::Damaged));
}
