//! Mass balance of nodes, of the book of one place and of farms by month, beside plain sums.
use proptest::prelude::*;
use trace::genealogy::{
    Deed, EdgeId, EdgeKind, EntryId, Graph, Lens, Link, Month, NodeId, NodeKind, Quantity, Scratch, Unit,
    balance, evidence_path, monthly_supply, path_balance, supply,
};

use crate::lots::{NODES, build, identity, records, seen};

/// Records one link with its own entry.
fn one(graph: &mut Graph, link: Link, happened: i64, place: NodeId) -> EntryId {
    let identity = identity(graph.entry_count());
    let deed = Deed { identity, happened, recorded: 0, place: Some(place), source: None, destination: None };
    graph.record(&deed, &[link]).unwrap().entry()
}

fn kilograms(amount: i64) -> Option<Quantity> {
    Some(Quantity { amount: amount * 1000, unit: Unit::KILOGRAM })
}

const DAY: i64 = 86_400_000;
/// 2026-04-01T00:00:00Z.
const APRIL: i64 = 1_775_001_600_000;

#[test]
fn m5_4_a_farm_over_its_filed_maximum_is_told_by_month() {
    let mut graph = Graph::default();
    let farm = graph.intern(NodeKind::Origin, "urn:farm:20-mu").unwrap();
    let place = graph.intern(NodeKind::Place, "urn:farm:20-mu").unwrap();
    let plant = graph.intern(NodeKind::Place, "urn:plant:c").unwrap();
    let mut shipped = Vec::new();
    for (number, (day, tonnes)) in [(2, 50), (9, 40), (35, 30)].into_iter().enumerate() {
        let lot = graph.intern(NodeKind::Lot, &format!("urn:lot:spinach:{number}")).unwrap();
        let quantity = kilograms(tonnes * 1000);
        let begins = Link { from: farm, to: lot, kind: EdgeKind::Origin, quantity };
        one(&mut graph, begins, APRIL + day * DAY, place);
        let sent = Link { from: lot, to: plant, kind: EdgeKind::Shipment, quantity };
        shipped.push(one(&mut graph, sent, APRIL + (day + 1) * DAY, place));
    }
    let lens = Lens::default();
    let april = Month { year: 2026, month: 4 };
    let filed = 60_000_000;
    let months = [april, april.next(), april.next().next()];
    let found = monthly_supply(&graph, &lens, "urn:farm:20-mu", months, 480, Unit::KILOGRAM, filed);
    let over: Vec<_> = found.iter().map(|(_, supply)| supply.over).collect();
    assert_eq!(over, [Some(30_000_000), None, None]);
    assert_eq!(found[0].1.begun.links.len(), 2);
    assert_eq!(found[0].1.begun.quantity, found[0].1.sent.quantity);
    assert_eq!(found[1].1.sent.quantity, 30_000_000);
    // The harvest alone, or the deliveries alone, is enough to tell.
    graph.withdraw(EntryId(shipped[0].0 - 1), 5, None);
    let period = april.period(480).unwrap();
    let told = supply(&graph, &lens, "urn:farm:20-mu", &period, Unit::KILOGRAM, filed);
    assert_eq!((told.begun.quantity, told.over), (40_000_000, Some(30_000_000)));
    graph.withdraw(shipped[0], 5, None);
    let told = supply(&graph, &lens, "urn:farm:20-mu", &period, Unit::KILOGRAM, filed);
    assert_eq!(told.over, None);
    let none = supply(&graph, &lens, "urn:farm:unknown", &period, Unit::KILOGRAM, filed);
    assert_eq!((none.over, none.begun.links.len()), (None, 0));
}

#[test]
fn a_month_begins_at_midnight_of_its_zone() {
    let april = Month { year: 2026, month: 4 };
    assert_eq!(april.period(0), Some(APRIL..APRIL + 30 * DAY));
    assert_eq!(april.period(480).unwrap().start, APRIL - 8 * 3_600_000);
    assert_eq!(Month { year: 2026, month: 12 }.next(), Month { year: 2027, month: 1 });
    assert_eq!(Month { year: 2026, month: 13 }.period(0), None);
}

#[test]
fn a_plant_that_ships_more_than_it_made_is_told_along_the_path() {
    let mut graph = Graph::default();
    let [raw, made] = ["raw", "made"].map(|key| graph.intern(NodeKind::Lot, key).unwrap());
    let process = graph.intern(NodeKind::Process, "p").unwrap();
    let [plant, shop] = ["plant", "shop"].map(|key| graph.intern(NodeKind::Place, key).unwrap());
    let t = EdgeKind::Transformation;
    let link = |from, to, kind, kg| Link { from, to, kind, quantity: kilograms(kg) };
    one(&mut graph, link(raw, process, t, 100), 1, plant);
    one(&mut graph, link(process, made, t, 130), 1, plant);
    one(&mut graph, link(made, shop, EdgeKind::Shipment, 140), 2, plant);
    one(&mut graph, link(made, shop, EdgeKind::Receipt, 140), 3, shop);
    let lens = Lens::default();
    let path = evidence_path(&graph, &lens, raw, shop, &mut Scratch::default()).unwrap();
    let excess: Vec<_> =
        path_balance(&graph, &lens, &path, Unit::KILOGRAM).iter().map(|at| at.excess()).collect();
    assert_eq!(excess, [None, Some(30_000), None, None]);
    // Sending uses nothing up, so only the plant's own book shows the ten kilograms too many.
    assert_eq!(balance(&graph, &lens, made, Unit::KILOGRAM, Some(plant)).excess(), Some(10_000));
    let at_shop = balance(&graph, &lens, made, Unit::KILOGRAM, Some(shop));
    assert_eq!((at_shop.inflow.quantity, at_shop.excess()), (140_000, None));
    assert_eq!(balance(&graph, &lens, made, Unit::LITRE, None).inflow.unmeasured, 1);
}

proptest! {
    #[test]
    fn sums_are_as_the_naive_version(
        told in records(),
        packed in prop::collection::vec(0usize..16, 0..2),
        as_of in prop::option::of(0i64..8),
        node in 0..NODES,
        at in prop::option::of(16u32..19),
    ) {
        use EdgeKind::{Aggregation, Origin, Receipt, Removal, Rework, Shipment, Transformation, Unpacking};
        let graph = build(&told, &packed);
        let lens = Lens { as_of, ..Lens::default() };
        let found = balance(&graph, &lens, NodeId(node), Unit::KILOGRAM, at.map(NodeId));
        let (mut enters, mut leaves) = ((0, 0, Vec::new()), (0, 0, Vec::new()));
        let add = |sum: &mut (i128, usize, Vec<EdgeId>), id: EdgeId, quantity: Option<i64>| {
            sum.0 += i128::from(quantity.unwrap_or(0));
            sum.1 += usize::from(quantity.is_none());
            sum.2.push(id);
        };
        for (id, l) in seen(&told, as_of, None) {
            let here = at.is_none() || l.place == at;
            let moves = l.from != l.to;
            if l.to == node && moves && here
                && matches!(l.kind, Transformation | Rework | Origin | Aggregation) {
                add(&mut enters, id, l.quantity);
            }
            if l.from == node && moves && at.is_some() && l.kind == Receipt && here {
                add(&mut enters, id, l.quantity);
            }
            let leaving = matches!(l.kind, Transformation | Rework | Unpacking | Removal)
                || at.is_some() && l.kind == Shipment;
            if l.from == node && (moves || l.kind == Removal) && here && leaving {
                add(&mut leaves, id, l.quantity);
            }
        }
        enters.2.sort();
        let mut inflow = found.inflow.links.clone();
        inflow.sort();
        prop_assert_eq!((found.inflow.quantity, found.inflow.unmeasured, inflow), enters.clone());
        let out = found.outflow.clone();
        prop_assert_eq!((out.quantity, out.unmeasured, out.links), leaves.clone());
        let known = !enters.2.is_empty() && enters.1 == 0;
        let over = Some(leaves.0 - enters.0).filter(|over| known && *over > 0);
        prop_assert_eq!(found.excess(), over);
    }
}
