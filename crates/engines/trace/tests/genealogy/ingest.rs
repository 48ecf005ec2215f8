//! Capture of EPCIS events: what each kind of event tells, once, in any order, and never a panic.
use std::collections::BTreeSet;

use proptest::prelude::*;
use trace::epcis::{Event, EventKind, Limits, parse};
use trace::genealogy::{
    Captured, Direction, EdgeKind, EntryId, Graph, Lens, NodeId, NodeKind, NotCaptured, Quantity, Scratch,
    Unit, capture, key_of, reach,
};

pub(crate) const RAW: &str = "urn:epc:class:lgtin:4012345.012345.RAW1";
pub(crate) const RAW_LINK: &str = "https://id.gs1.org/01/04012345123456/10/RAW1";
pub(crate) const MADE: &str = "urn:epc:class:lgtin:4012345.012346.MADE1";
pub(crate) const PALLET: &str = "urn:epc:id:sscc:4012345.1111111111";
pub(crate) const FARM: &str = "urn:epc:id:sgln:4012345.00001.0";
pub(crate) const PLANT: &str = "urn:epc:id:sgln:4012345.00002.0";
pub(crate) const SHOP: &str = "urn:epc:id:sgln:4012345.00003.0";

/// The events of a lot's life, each as JSON without its eventTime's surroundings.
pub(crate) fn story() -> Vec<String> {
    let at = |place: &str| format!(r#""bizLocation":{{"id":"{place}"}}"#);
    let raw = format!(r#"[{{"epcClass":"{RAW}","quantity":1.5,"uom":"TNE"}}]"#);
    let raw_link = format!(r#"[{{"epcClass":"{RAW_LINK}","quantity":1200,"uom":"KGM"}}]"#);
    let made = format!(r#"[{{"epcClass":"{MADE}","quantity":1100,"uom":"KGM"}}]"#);
    let to_plant = format!(r#""destinationList":[{{"type":"location","destination":"{PLANT}"}}]"#);
    let order =
        r#""bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:4012345000009:PO1"}]"#;
    [
        format!(r#""type":"ObjectEvent","action":"ADD","bizStep":"commissioning","quantityList":{raw},{}"#, at(FARM)),
        format!(
            r#""type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping","quantityList":{raw},
            "readPoint":{{"id":"{FARM}"}},{to_plant}"#
        ),
        format!(r#""type":"ObjectEvent","action":"OBSERVE","bizStep":"receiving","quantityList":{raw_link},{}"#, at(PLANT)),
        format!(
            r#""type":"TransformationEvent","inputQuantityList":{raw_link},"outputQuantityList":{made},{}"#,
            at(PLANT)
        ),
        format!(
            r#""type":"AggregationEvent","action":"ADD","parentID":"{PALLET}","childQuantityList":{made},{}"#,
            at(PLANT)
        ),
        format!(r#""type":"TransactionEvent","action":"ADD","epcList":["{PALLET}"],{order}"#),
        format!(r#""type":"ObjectEvent","action":"OBSERVE","bizStep":"receiving","epcList":["{PALLET}"],{}"#, at(SHOP)),
        format!(
            r#""type":"AggregationEvent","action":"DELETE","parentID":"{PALLET}","childQuantityList":{made},{}"#,
            at(SHOP)
        ),
    ]
    .into_iter()
    .enumerate()
    .map(|(day, body)| {
        format!(
            r#"{{"@context":"https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{body},
            "eventTime":"2026-04-{:02}T08:00:00Z","eventTimeZoneOffset":"+08:00"}}"#,
            day + 1
        )
    })
    .collect()
}

pub(crate) fn event(json: &str) -> Event {
    let document = parse(json.as_bytes(), &Limits::default()).unwrap_or_else(|p| panic!("{p:?}\n{json}"));
    document.events.into_iter().next().unwrap()
}

fn find(graph: &Graph, kind: NodeKind, uri: &str) -> NodeId {
    graph.find(kind, &key_of(uri)).unwrap_or_else(|| panic!("{uri} is not known"))
}

fn reached(graph: &Graph, lens: &Lens, way: Direction, start: NodeId) -> BTreeSet<String> {
    let mut scratch = Scratch::default();
    let found = reach(graph, lens, way, &[start], &mut scratch);
    found
        .iter()
        .map(|node| format!("{:?} {}", graph.kind(*node).unwrap(), graph.key(*node).unwrap()))
        .collect()
}

#[test]
fn m3_1_a_story_told_in_events_is_traced_both_ways() {
    let mut graph = Graph::default();
    for (day, json) in story().iter().enumerate() {
        let captured = capture(&mut graph, &event(json), day as i64).unwrap();
        assert_eq!(captured, Captured::New(EntryId(day as u32)));
        assert_eq!(capture(&mut graph, &event(json), 99).unwrap(), Captured::Known(EntryId(day as u32)));
    }
    let lens = Lens::default();
    let pallet = find(&graph, NodeKind::Lot, PALLET);
    let back = reached(&graph, &lens, Direction::Back, pallet);
    for key in
        [format!("Lot {RAW_LINK}"), format!("Origin {}", key_of(FARM)), format!("Lot {}", key_of(MADE))]
    {
        assert!(back.contains(&key), "{key} not among {back:?}");
    }
    assert_eq!(back.len(), 5);
    let raw = find(&graph, NodeKind::Lot, RAW);
    let forward = reached(&graph, &lens, Direction::Forward, raw);
    let order = "Document urn:epcglobal:cbv:bt:4012345000009:PO1".to_owned();
    for key in [format!("Place {}", key_of(SHOP)), format!("Place {}", key_of(PLANT)), order] {
        assert!(forward.contains(&key), "{key} not among {forward:?}");
    }
    let first = graph.edge(graph.entry(EntryId(0)).unwrap().first).unwrap();
    assert_eq!(first.kind, EdgeKind::Origin);
    assert_eq!(first.quantity, Some(Quantity { amount: 1_500_000, unit: Unit::KILOGRAM }));
    let shipped = graph.entry(EntryId(1)).unwrap();
    assert_eq!(shipped.deed.place, Some(find(&graph, NodeKind::Place, FARM)));
    assert_eq!(shipped.deed.destination, Some(find(&graph, NodeKind::Place, PLANT)));
    // Four days in, the record did not yet know the pallet.
    let early = Lens { as_of: Some(3), ..Lens::default() };
    assert_eq!(reached(&graph, &early, Direction::Forward, pallet).len(), 1);
}

#[test]
fn an_error_declaration_takes_an_event_out_of_the_view_and_keeps_it_visible() {
    let declared = |json: &str, id: &str| {
        json.replacen(
            r#""eventTime""#,
            &format!(
                r#"{id}"errorDeclaration":{{"declarationTime":"2026-05-01T00:00:00Z","reason":"incorrect_data"}},"eventTime""#
            ),
            1,
        )
    };
    let mut graph = Graph::default();
    for json in story() {
        capture(&mut graph, &event(&json), 10).unwrap();
    }
    let worked = &story()[3];
    let outcome = capture(&mut graph, &event(&declared(worked, "")), 20).unwrap();
    assert_eq!(outcome, Captured::Withdrawn(EntryId(3)));
    assert_eq!(capture(&mut graph, &event(worked), 30).unwrap(), Captured::Known(EntryId(3)));
    let pallet = find(&graph, NodeKind::Lot, PALLET);
    assert_eq!(reached(&graph, &Lens::default(), Direction::Back, pallet).len(), 2);
    let before = Lens { as_of: Some(19), ..Lens::default() };
    assert_eq!(reached(&graph, &before, Direction::Back, pallet).len(), 5);
    let entry = graph.entry(EntryId(3)).unwrap();
    assert_eq!((entry.withdrawn, entry.count), (Some(20), 2));
    assert_eq!(graph.key(entry.reason.unwrap()), Some("incorrect_data"));
    // Known by its identifier although an extension makes the content, and so the hash, another.
    let id = r#""eventID":"urn:uuid:11111111-2222-4333-8444-555555555555","#;
    let named = story()[4].replacen(r#""eventTime""#, &format!(r#"{id}"eventTime""#), 1);
    let mut other = Graph::default();
    capture(&mut other, &event(&named), 10).unwrap();
    other.compact();
    let changed = declared(&story()[4].replace("1100", "1101"), id);
    assert_eq!(capture(&mut other, &event(&changed), 20).unwrap(), Captured::Withdrawn(EntryId(0)));
    // A declaration may come first; the event it takes back stays out.
    let mut late = Graph::default();
    assert_eq!(
        capture(&mut late, &event(&declared(worked, "")), 5).unwrap(),
        Captured::Withdrawn(EntryId(0))
    );
    assert_eq!(capture(&mut late, &event(worked), 6).unwrap(), Captured::Known(EntryId(0)));
}

#[test]
fn what_tells_nothing_is_refused() {
    let mut graph = Graph::default();
    let json = &story()[0];
    let mut other = event(json);
    other.kind = EventKind::Other("https://example.org/MyEvent".to_owned());
    let refused = capture(&mut graph, &other, 0).unwrap_err();
    assert!(matches!(refused, NotCaptured::OtherKind(_)), "{refused}");
    let mut timeless = event(json);
    timeless.event_time = Some("yesterday".to_owned());
    assert_eq!(capture(&mut graph, &timeless, 0), Err(NotCaptured::NoTime));
    assert_eq!(graph.node_count(), 0);
}

#[test]
fn a_lot_taken_off_an_order_is_not_traced_to_it() {
    let mut graph = Graph::default();
    let listed = &story()[5];
    let ended = listed.replace("ADD", "DELETE").replace("2026-04-06", "2026-04-07");
    capture(&mut graph, &event(listed), 0).unwrap();
    let pallet = find(&graph, NodeKind::Lot, PALLET);
    assert_eq!(reached(&graph, &Lens::default(), Direction::Forward, pallet).len(), 2);
    capture(&mut graph, &event(&ended), 1).unwrap();
    assert_eq!(reached(&graph, &Lens::default(), Direction::Forward, pallet).len(), 1);
}

/// What a graph tells, whatever the order in which it was told.
fn told(graph: &Graph) -> BTreeSet<String> {
    let name = |node: NodeId| format!("{:?} {}", graph.kind(node).unwrap(), graph.key(node).unwrap());
    (0..graph.entry_count() as u32)
        .flat_map(|entry| {
            let entry = graph.entry(EntryId(entry)).unwrap();
            (entry.first.0..entry.first.0 + entry.count).map(move |edge| {
                let edge = graph.edge(trace::genealogy::EdgeId(edge)).unwrap();
                let (place, happened) = (entry.deed.place.map(name), entry.deed.happened);
                format!(
                    "{} → {} {:?} {:?} {place:?} {happened} {}",
                    name(edge.from),
                    name(edge.to),
                    edge.kind,
                    edge.quantity,
                    entry.withdrawn.is_some()
                )
            })
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn a_view_of_so_many_entries_is_the_record_as_it_stood_then(
        order in prop::collection::vec((0usize..8, prop::bool::weighted(0.3)), 4..24),
        packed in 0usize..24,
    ) {
        // All at one moment, so that only the number of entries tells before from after.
        let all = story();
        let pallet = key_of(PALLET);
        let mut graph = Graph::default();
        let mut stood = Vec::new();
        let declared = r#""errorDeclaration":{"declarationTime":"2026-05-01T00:00:00Z"},"eventTime""#;
        for (n, (which, wrong)) in order.into_iter().enumerate() {
            let json = &all[which % all.len()];
            let json = if wrong { json.replacen(r#""eventTime""#, declared, 1) } else { json.clone() };
            capture(&mut graph, &event(&json), 10).unwrap();
            if n == packed {
                graph.compact();
            }
            if let Some(pallet) = graph.find(NodeKind::Lot, &pallet) {
                let now = Lens::default();
                let back = reached(&graph, &now, Direction::Back, pallet);
                stood.push((graph.entry_count(), graph.knows(&now, pallet), back));
            }
        }
        for (entries, known, back) in stood {
            let lens = Lens { entries: Some(entries), ..Lens::default() };
            let pallet = find(&graph, NodeKind::Lot, PALLET);
            prop_assert_eq!(reached(&graph, &lens, Direction::Back, pallet), back);
            prop_assert_eq!(graph.knows(&lens, pallet), known);
        }
    }

    #[test]
    fn the_order_and_number_of_captures_change_nothing(
        order in prop::collection::vec(0usize..8, 8..24),
        packed in 0usize..24,
    ) {
        let events: Vec<Event> = story().iter().map(|json| event(json)).collect();
        let mut plain = Graph::default();
        for event in &events {
            capture(&mut plain, event, 0).unwrap();
        }
        let mut mixed = Graph::default();
        for (number, at) in order.iter().chain(&[0, 1, 2, 3, 4, 5, 6, 7]).enumerate() {
            capture(&mut mixed, &events[*at], 0).unwrap();
            if number == packed {
                mixed.compact();
            }
        }
        prop_assert_eq!(told(&plain), told(&mixed));
    }
}

#[test]
fn published_events_are_captured_once() {
    let Some(material) = crate::shared().map(|shared| shared.join("data/epcis")).filter(|p| p.is_dir())
    else {
        eprintln!("skipped: no folder of EPCIS material");
        return;
    };
    let (mut graph, mut seen, mut folders) = (Graph::default(), 0, vec![material]);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(document) = parse(&std::fs::read(&path).unwrap(), &Limits::default()) else { continue };
            for event in &document.events {
                if capture(&mut graph, event, seen).is_ok() {
                    let before = (graph.entry_count(), graph.edge_count());
                    capture(&mut graph, event, seen).unwrap();
                    assert_eq!((graph.entry_count(), graph.edge_count()), before, "{}", path.display());
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 300 && graph.edge_count() > 300, "{seen} events");
    let edges = graph.edge_count();
    assert_eq!(Graph::open(graph.saved().to_vec()).unwrap().edge_count(), edges);
}
