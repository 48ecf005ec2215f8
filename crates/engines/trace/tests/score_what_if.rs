//! What-ifs of scoring beside networks built without what was closed.
use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use trace::score::{CrossContamination, Delivery, Network, Scores, Settings, Weights, score, tsv};

fn by_id<'a>(network: &'a Network, scores: &Scores) -> HashMap<&'a str, (f64, Option<f64>)> {
    let rows = network.deliveries().iter().zip(scores.deliveries.iter().zip(&scores.lots));
    rows.map(|(delivery, (score, lot))| (delivery.id.as_str(), (*score, *lot))).collect()
}

fn without(list: &[Delivery], closed: impl Fn(&Delivery) -> bool) -> Vec<Delivery> {
    list.iter().filter(|delivery| !closed(delivery)).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn closing_scores_as_a_network_without_what_was_closed(
        rows in prop::collection::vec((0u8..5, 0u8..5, 0u8..4, 0u8..4), 1..14),
        pairs in prop::collection::vec((0usize..14, 0usize..14), 0..20),
        closed in prop::collection::hash_set(0usize..14, 0..4),
        closed_lot in 0u8..6,
        closed_pairs in prop::collection::hash_set(0usize..20, 0..4),
        case_station in 0u8..5,
        case_delivery in 0usize..14,
        dropped in 0u8..3,
        cross: bool,
    ) {
        let text: String = rows.iter().enumerate().map(|(n, (from, to, lot, day))| {
            let date = if *day == 0 { String::new() } else { format!("2026-03-0{day}") };
            let lot = if *lot == 0 { String::new() } else { format!("L{lot}") };
            format!("d{n}\ts{from}\ts{to}\t{lot}\t{date}\t\n")
        }).collect();
        let all = tsv::parse_deliveries(&text).unwrap();
        let relations: Vec<(String, String)> =
            pairs.iter().map(|(a, b)| (format!("d{a}"), format!("d{b}"))).collect();
        let weights = Weights {
            stations: vec![(format!("s{case_station}"), 1.0)],
            deliveries: vec![(format!("d{case_delivery}"), 1.0)],
        };
        let crossing = if cross { CrossContamination::Everywhere } else { CrossContamination::Off };
        let closed_relations: HashSet<(String, String)> =
            closed_pairs.iter().filter_map(|at| relations.get(*at).cloned()).collect();
        let dropped_case = ["none".to_owned(), weights.stations[0].0.clone(), weights.deliveries[0].0.clone()];
        let settings = Settings {
            cross_contamination: crossing.clone(),
            closed_deliveries: closed.iter().map(|n| format!("d{n}")).collect(),
            closed_lots: HashSet::from([format!("L{closed_lot}")]),
            closed_relations: closed_relations.clone(),
            dropped_cases: HashSet::from([dropped_case[usize::from(dropped)].clone()]),
            ..Settings::default()
        };
        let network = Network::build(all.clone(), &relations).unwrap();
        let found = score(&network, &weights, &settings);

        let is_closed = |d: &Delivery| {
            settings.closed_deliveries.contains(&d.id) || d.lot == Some(format!("L{closed_lot}"))
        };
        let kept: Vec<_> = relations.iter().filter(|pair| !closed_relations.contains(pair)).cloned().collect();
        let smaller = Network::build(without(&all, is_closed), &kept).unwrap();
        let mut fewer = weights.clone();
        match dropped {
            1 => fewer.stations.clear(),
            2 => fewer.deliveries.clear(),
            _ => {}
        }
        let plain = Settings { cross_contamination: crossing, ..Settings::default() };
        let expected = score(&smaller, &fewer, &plain);
        let (mine, theirs) = (by_id(&network, &found), by_id(&smaller, &expected));
        for delivery in &all {
            match theirs.get(delivery.id.as_str()) {
                Some(score) => prop_assert_eq!(&mine[delivery.id.as_str()], score),
                None => prop_assert_eq!(mine[delivery.id.as_str()].0, 0.0),
            }
        }
        for (station, score) in smaller.stations().iter().zip(&expected.stations) {
            let at = network.stations().iter().position(|of| of == station).unwrap();
            prop_assert_eq!(found.stations[at], *score);
        }
    }
}
