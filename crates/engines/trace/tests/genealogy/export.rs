//! Deliveries derived from lots, and what other tools are given of a trace.
use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;
use trace::genealogy::{
    Direction, Graph, Lens, NodeId, NodeKind, Scratch, Station, capture, deliveries, foodchain_lab, geo_json,
    key_of, links_csv, nodes_csv, reach,
};
use trace::score::{Network, Settings, Weights, score};

use crate::ingest::{FARM, MADE, PALLET, PLANT, RAW, SHOP, event, story};
use crate::lots::{NODES, build, kind_of, records};

/// The story of one lot of spinach from the farm to the shop, and all nodes of it.
fn told() -> (Graph, Vec<NodeId>) {
    let mut graph = Graph::default();
    for (day, json) in story().iter().enumerate() {
        capture(&mut graph, &event(json), day as i64).unwrap();
    }
    let nodes = (0..graph.node_count() as u32).map(NodeId).collect();
    (graph, nodes)
}

fn known(key: &str) -> Station {
    let of = |name: &str, east, north| Station {
        name: Some(name.to_owned()),
        country: Some("CN".to_owned()),
        business: Some(name.to_lowercase()),
        position: Some((east, north)),
    };
    match key {
        _ if key == key_of(FARM) => of("Farm", 118.5, 36.85),
        _ if key == key_of(PLANT) => of("Plant", 120.25, 36.0),
        _ => Station::default(),
    }
}

#[test]
fn a_story_becomes_deliveries_that_score() {
    let (graph, nodes) = told();
    let found = deliveries(&graph, &Lens::default(), &nodes);
    let key = |node: NodeId| graph.key(node).unwrap().to_owned();
    let sent: Vec<_> = found.sent.iter().map(|sent| (key(sent.lot), key(sent.from), key(sent.to))).collect();
    assert_eq!(
        sent,
        [(key_of(RAW), key_of(FARM), key_of(PLANT)), (key_of(PALLET), key_of(PLANT), key_of(SHOP)),]
    );
    assert_eq!((found.relations.clone(), found.unsent.len()), (vec![(0, 1)], 0));
    assert!(found.sent[0].left < found.sent[0].arrived && found.sent[1].left.is_none());
    let (list, relations) = found.for_score(&graph, 480);
    assert_eq!(list[0].departure.unwrap().first, 20_260_402);
    let network = Network::build(list, &relations).unwrap();
    let weights = Weights { stations: vec![(key_of(SHOP), 1.0)], deliveries: vec![] };
    assert_eq!(score(&network, &weights, &Settings::default()).deliveries, [1.0, 1.0]);
}

/// A file of the project's samples.
fn sample(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../samples/trace").join(name)
}

#[test]
fn the_exports_are_as_the_samples_show() {
    let (graph, nodes) = told();
    let lens = Lens::default();
    let found = deliveries(&graph, &lens, &nodes);
    let shop = graph.find(NodeKind::Place, &key_of(SHOP)).unwrap();
    let json = foodchain_lab(&graph, &found, &[(shop, 1.0)], 480, known);
    let files = [
        ("foodchain-lab.json", json),
        ("deliveries.geojson", geo_json(&graph, &found, known)),
        ("nodes.csv", nodes_csv(&graph, &nodes)),
        ("links.csv", links_csv(&graph, &lens, &nodes)),
    ];
    for (name, content) in files {
        if std::env::var_os("WRITE_SAMPLES").is_some() {
            std::fs::write(sample(name), &content).unwrap();
        }
        assert_eq!(content, std::fs::read_to_string(sample(name)).unwrap(), "{name}");
    }
}

#[test]
fn foodchain_lab_json_has_what_its_schema_asks() {
    let (graph, nodes) = told();
    let found = deliveries(&graph, &Lens::default(), &nodes);
    let made = graph.find(NodeKind::Lot, &key_of(MADE)).unwrap();
    let pallet = graph.find(NodeKind::Lot, &key_of(PALLET)).unwrap();
    let cases = [(made, 1.0), (pallet, 2.5)];
    let json: Value = serde_json::from_str(&foodchain_lab(&graph, &found, &cases, 0, known)).unwrap();
    for (name, rows) in [("stations", 3), ("deliveries", 2), ("deliveryRelations", 1)] {
        let table = &json["data"][name];
        let columns: BTreeSet<&str> =
            table["columnProperties"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
        let data = table["data"].as_array().unwrap();
        assert_eq!(data.len(), rows, "{name}");
        for cell in data.iter().flat_map(|row| row.as_array().unwrap()) {
            assert!(columns.contains(cell["id"].as_str().unwrap()) && !cell["value"].is_null(), "{cell}");
        }
    }
    let weights: Vec<f64> = json["tracing"]["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["weight"].as_f64().unwrap())
        .collect();
    assert_eq!(weights, [0.0, 2.5]);
    let geo: Value = serde_json::from_str(&geo_json(&graph, &found, known)).unwrap();
    let kinds: Vec<&str> = geo["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["geometry"]["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["Point", "Point", "LineString"]);
    assert_eq!(geo["unplaced"], serde_json::json!([key_of(SHOP)]));
    let astray = |_: &str| Station { position: Some((181.0, f64::NAN)), ..Station::default() };
    let geo: Value = serde_json::from_str(&geo_json(&graph, &found, astray)).unwrap();
    assert_eq!(geo["features"], serde_json::json!([]));
}

#[test]
fn a_list_is_safe_in_a_spreadsheet() {
    let mut graph = Graph::default();
    let nodes = ["=1+1", "a,\"b\"", "urn:x"].map(|key| graph.intern(NodeKind::Lot, key).unwrap());
    let expected = "kind,key\r\nlot,'=1+1\r\nlot,\"a,\"\"b\"\"\"\r\nlot,urn:x\r\n";
    assert_eq!(nodes_csv(&graph, &nodes), expected);
}

/// Which delivery went into which: back from the lot sent, over goods, up to lots that came to the sender.
fn plain_relations(told: &[crate::lots::Told], found: &trace::genealogy::Deliveries) -> Vec<(usize, usize)> {
    let links = crate::lots::followed(&crate::lots::seen(told, None, None));
    let inner = |node: u32| matches!(kind_of(node), NodeKind::Lot | NodeKind::Process);
    let mut relations = BTreeSet::new();
    for (number, sent) in found.sent.iter().enumerate() {
        let came = |lot: u32| -> Vec<usize> {
            let list = found.sent.iter().enumerate();
            let other =
                list.filter(|(before, of)| *before != number && of.to == sent.from && of.lot == NodeId(lot));
            other.map(|(before, _)| before).collect()
        };
        let mut reached = BTreeSet::from([sent.lot.0]);
        for _ in 0..NODES {
            for (_, l) in links.iter().filter(|(_, l)| l.kind.carries_goods() && inner(l.from)) {
                if reached.contains(&l.to) && came(l.to).is_empty() {
                    reached.insert(l.from);
                }
            }
        }
        relations.extend(reached.into_iter().flat_map(came).map(|before| (before, number)));
    }
    relations.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn relations_join_deliveries_goods_can_have_passed_between(
        told in records(),
        packed in prop::collection::vec(0usize..16, 0..2),
    ) {
        let graph = build(&told, &packed);
        let (lens, mut scratch) = (Lens::default(), Scratch::default());
        let nodes: Vec<NodeId> = (0..NODES).map(NodeId).collect();
        let found = deliveries(&graph, &lens, &nodes);
        let station = |node: NodeId| graph.key(node).unwrap().to_owned();
        for &(before, after) in &found.relations {
            let (before, after) = (&found.sent[before], &found.sent[after]);
            prop_assert_eq!(station(before.to), station(after.from));
            let back = reach(&graph, &lens, Direction::Back, &[after.lot], &mut scratch);
            prop_assert!(back.contains(&before.lot));
        }
        prop_assert_eq!(&found.relations, &plain_relations(&told, &found));
        let (list, relations) = found.for_score(&graph, 480);
        prop_assert!(Network::build(list, &relations).is_ok());
        let json = foodchain_lab(&graph, &found, &[(NodeId(0), 1.0)], 0, |_| Station::default());
        prop_assert!(serde_json::from_str::<Value>(&json).is_ok());
        let lines = links_csv(&graph, &lens, &nodes).lines().count();
        let seen = crate::lots::seen(&told, None, None).len();
        prop_assert_eq!(lines, 1 + seen);
    }
}
