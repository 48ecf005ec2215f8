//! Mass balance of nodes and farms beside a plain sum over random links.
use proptest::prelude::*;
use trace::genealogy::{Edge, EdgeKind, Graph, Lens, NodeId, balance, path_balance, supply};

fn edge(from: u32, to: u32, quantity: Option<i64>, valid_from: i64) -> Edge {
    let (from, to) = (NodeId(from), NodeId(to));
    Edge { from, to, kind: EdgeKind::Shipment, quantity, valid_from, voided_at: None }
}

#[test]
fn a_farm_over_its_filed_maximum_is_told() {
    let mut graph = Graph::default();
    let farm = graph.intern("urn:farm:20-mu").unwrap();
    let lot = graph.intern("urn:lot:spinach").unwrap();
    let first = graph.append(edge(farm.0, lot.0, Some(50_000), 10)).unwrap();
    graph.append(edge(farm.0, lot.0, Some(40_000), 20)).unwrap();
    let lens = Lens::default();
    assert_eq!(supply(&graph, &lens, farm, 0..30, 60_000).over, Some(30_000));
    assert_eq!(supply(&graph, &lens, farm, 0..20, 60_000).over, None);
    assert_eq!(path_balance(&graph, &lens, &[first]).len(), 2);
    graph.void(first, 25);
    assert_eq!(supply(&graph, &lens, farm, 0..30, 60_000).over, None);
}

proptest! {
    #[test]
    fn sums_are_as_the_naive_version(
        links in prop::collection::vec((0u32..6, 0u32..6, prop::option::of(0i64..100), 0i64..5), 0..30),
        packed in 0usize..30,
        as_of in 0i64..5,
        node in 0u32..6,
    ) {
        let mut graph = Graph::default();
        for key in 0..6 {
            graph.intern(&format!("urn:lot:{key}")).unwrap();
        }
        for (at, &(from, to, quantity, valid)) in links.iter().enumerate() {
            if at == packed {
                graph.compact();
            }
            graph.append(edge(from, to, quantity, valid)).unwrap();
        }
        let lens = Lens { as_of: Some(as_of), ..Lens::default() };
        let found = balance(&graph, &lens, NodeId(node));
        let seen = links.iter().filter(|(from, to, _, valid)| from != to && *valid <= as_of);
        let (mut enters, mut leaves, mut unmeasured) = (0, 0, 0);
        for &(from, to, quantity, _) in seen {
            if to == node {
                enters += i128::from(quantity.unwrap_or(0));
                unmeasured += usize::from(quantity.is_none());
            }
            if from == node {
                leaves += i128::from(quantity.unwrap_or(0));
            }
        }
        prop_assert_eq!((found.inflow.quantity, found.outflow.quantity), (enters, leaves));
        prop_assert_eq!(found.inflow.unmeasured, unmeasured);
        if let Some(over) = found.excess() {
            prop_assert_eq!((over, unmeasured), (leaves - enters, 0));
        }
    }
}
