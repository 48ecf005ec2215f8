//! The scoring walk: one search against the flow of goods for each case, over links that are never
//! spelled out pair by pair where cross-contamination joins every receipt to every later dispatch.
use std::collections::{HashMap, HashSet};

use super::network::Network;

/// Weights of the cases. Weights of 0 are no case; negative weights speak against a source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weights {
    /// Station identifier and weight; of a repeated identifier the last weight holds.
    pub stations: Vec<(String, f64)>,
    /// Delivery identifier and weight; of a repeated identifier the last weight holds.
    pub deliveries: Vec<(String, f64)>,
}

/// Where goods received may contaminate goods sent without a recorded relation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CrossContamination {
    /// Nowhere.
    #[default]
    Off,
    /// At every station.
    Everywhere,
    /// At the stations named.
    Stations(HashSet<String>),
}

/// The assumptions of a run; changing them and scoring again is the what-if.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Cross-contamination inside stations.
    pub cross_contamination: CrossContamination,
    /// Cross-contaminate whatever the dates; by default a receipt after the dispatch cannot.
    pub ignore_temporal_order: bool,
    /// Stations whose treatment kills contamination: nothing received is passed on, nothing sent carries it.
    pub kill_stations: HashSet<String>,
    /// Deliveries in which contamination is killed: nothing follows from them.
    pub kill_deliveries: HashSet<String>,
    /// Deliveries taken never to have been made: they pass nothing on and score nothing.
    pub closed_deliveries: HashSet<String>,
    /// Lots none of whose deliveries is taken to have been made.
    pub closed_lots: HashSet<String>,
    /// Relations taken not to hold: goods of the first delivery did not go into the second.
    pub closed_relations: HashSet<(String, String)>,
    /// Stations and deliveries whose weights are left out, of the total as well.
    pub dropped_cases: HashSet<String>,
}

/// Scores, each a share of the weight of all cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// By station, in the order of [`Network::stations`].
    pub stations: Vec<f64>,
    /// By delivery, in the order of [`Network::deliveries`].
    pub deliveries: Vec<f64>,
    /// Score of the delivery's lot, by delivery; `None` when it has no lot.
    pub lots: Vec<Option<f64>>,
}

fn last_weights<'a>(list: &'a [(String, f64)], dropped: &HashSet<String>) -> Vec<(&'a str, f64)> {
    let mut place: HashMap<&str, usize> = HashMap::new();
    let mut kept: Vec<(&str, f64)> = Vec::with_capacity(list.len());
    for (id, weight) in list {
        match place.get(id.as_str()) {
            Some(&at) => kept[at].1 = *weight,
            None => {
                place.insert(id.as_str(), kept.len());
                kept.push((id, *weight));
            }
        }
    }
    kept.retain(|(id, weight)| *weight != 0.0 && !dropped.contains(*id));
    kept
}

struct Marks {
    epoch: u32,
    delivery: Vec<u32>,
    station: Vec<u32>,
    lot: Vec<u32>,
    /// How many receipts of a station the search has already taken, and in which epoch.
    taken: Vec<(u32, u32)>,
    found: Vec<u32>,
}

struct Walk<'a> {
    network: &'a Network,
    crossing: Vec<bool>,
    kill_station: Vec<bool>,
    kill_delivery: Vec<bool>,
    closed: Vec<bool>,
    closed_relations: HashSet<(u32, u32)>,
    ignore_order: bool,
    marks: Marks,
}

impl<'a> Walk<'a> {
    fn new(network: &'a Network, settings: &Settings) -> Self {
        let (deliveries, stations) = (network.deliveries.len(), network.stations.len());
        let crossing = match &settings.cross_contamination {
            CrossContamination::Off => vec![false; stations],
            CrossContamination::Everywhere => vec![true; stations],
            CrossContamination::Stations(set) => network.stations.iter().map(|id| set.contains(id)).collect(),
        };
        Self {
            network,
            crossing,
            kill_station: network.stations.iter().map(|id| settings.kill_stations.contains(id)).collect(),
            kill_delivery: network
                .deliveries
                .iter()
                .map(|d| settings.kill_deliveries.contains(&d.id))
                .collect(),
            closed: closed(network, settings),
            closed_relations: settings
                .closed_relations
                .iter()
                .filter_map(|(from, to)| {
                    Some((*network.delivery_numbers.get(from)?, *network.delivery_numbers.get(to)?))
                })
                .collect(),
            ignore_order: settings.ignore_temporal_order,
            marks: Marks {
                epoch: 0,
                delivery: vec![0; deliveries],
                station: vec![0; stations],
                lot: vec![0; network.lots],
                taken: vec![(0, 0); stations],
                found: Vec::new(),
            },
        }
    }

    /// Whether contamination in the delivery is passed on to others.
    fn passes_on(&self, delivery: u32) -> bool {
        !self.kill_delivery[delivery as usize]
            && !self.kill_station[self.network.recipient[delivery as usize] as usize]
    }

    fn take(&mut self, delivery: u32) {
        let mark = &mut self.marks.delivery[delivery as usize];
        if *mark != self.marks.epoch && !self.closed[delivery as usize] {
            *mark = self.marks.epoch;
            self.marks.found.push(delivery);
        }
    }

    /// Takes what may have contaminated `delivery`. `origin` is the weighted delivery of this search: it
    /// counts as found only when another delivery leads back to it.
    fn expand(&mut self, delivery: u32, origin: Option<u32>) {
        let network = self.network;
        for &before in network.previous.row(delivery) {
            let holds =
                self.closed_relations.is_empty() || !self.closed_relations.contains(&(before, delivery));
            if holds && self.passes_on(before) {
                self.take(before);
            }
        }
        let station = network.supplier[delivery as usize];
        if !self.crossing[station as usize] || self.kill_station[station as usize] {
            return;
        }
        let limit = if self.ignore_order { u32::MAX } else { network.departure[delivery as usize] };
        if let Some(origin) = origin.filter(|&origin| origin != delivery)
            && network.recipient[origin as usize] == station
            && network.arrival[origin as usize] <= limit
            && self.passes_on(origin)
        {
            self.take(origin);
        }
        let receipts = network.incoming.row(station);
        let (epoch, mut taken) = self.marks.taken[station as usize];
        if epoch != self.marks.epoch {
            taken = 0;
        }
        while let Some(&receipt) = receipts.get(taken as usize)
            && network.arrival[receipt as usize] <= limit
        {
            taken += 1;
            if Some(receipt) != origin && receipt != delivery && !self.kill_delivery[receipt as usize] {
                self.take(receipt);
            }
        }
        self.marks.taken[station as usize] = (self.marks.epoch, taken);
    }

    /// Finds every delivery leading to a case: the receipts of a station, or what precedes a delivery.
    fn search(&mut self, station: Option<u32>, origin: Option<u32>) {
        self.marks.epoch += 1;
        self.marks.found.clear();
        if let Some(station) = station {
            for &receipt in self.network.incoming.row(station) {
                if !self.kill_delivery[receipt as usize] {
                    self.take(receipt);
                }
            }
        }
        if let Some(origin) = origin {
            self.expand(origin, Some(origin));
        }
        let mut next = 0;
        while let Some(&delivery) = self.marks.found.get(next) {
            next += 1;
            self.expand(delivery, origin);
        }
    }

    fn add_station(&mut self, station: u32, weight: f64, sums: &mut [f64]) {
        let mark = &mut self.marks.station[station as usize];
        if *mark != self.marks.epoch {
            *mark = self.marks.epoch;
            sums[station as usize] += weight;
        }
    }

    fn add_found(&mut self, weight: f64, sums: &mut Sums) {
        for index in 0..self.marks.found.len() {
            let delivery = self.marks.found[index];
            sums.deliveries[delivery as usize] += weight;
            self.add_supplier(delivery, weight, sums);
            let lot = self.network.lot[delivery as usize];
            if lot != u32::MAX && self.marks.lot[lot as usize] != self.marks.epoch {
                self.marks.lot[lot as usize] = self.marks.epoch;
                sums.lots[lot as usize] += weight;
            }
        }
    }

    fn add_supplier(&mut self, delivery: u32, weight: f64, sums: &mut Sums) {
        let station = self.network.supplier[delivery as usize];
        if !self.kill_station[station as usize] {
            self.add_station(station, weight, &mut sums.stations);
        }
    }
}

/// Which deliveries are taken never to have been made.
fn closed(network: &Network, settings: &Settings) -> Vec<bool> {
    let by_lot = |lot: &Option<String>| lot.as_ref().is_some_and(|lot| settings.closed_lots.contains(lot));
    let none = settings.closed_deliveries.is_empty() && settings.closed_lots.is_empty();
    network
        .deliveries
        .iter()
        .map(|d| !none && (settings.closed_deliveries.contains(&d.id) || by_lot(&d.lot)))
        .collect()
}

struct Sums {
    stations: Vec<f64>,
    deliveries: Vec<f64>,
    lots: Vec<f64>,
}

/// Scores the network for the cases given. Identifiers unknown to the network still count in the total:
/// a case nobody can explain lowers every score.
pub fn score(network: &Network, weights: &Weights, settings: &Settings) -> Scores {
    let stations = last_weights(&weights.stations, &settings.dropped_cases);
    let deliveries = last_weights(&weights.deliveries, &settings.dropped_cases);
    let (mut positive, mut negative) = (0.0, 0.0);
    for &(_, weight) in stations.iter().chain(&deliveries) {
        if weight > 0.0 {
            positive += weight;
        } else {
            negative -= weight;
        }
    }
    let mut walk = Walk::new(network, settings);
    let mut sums = Sums {
        stations: vec![0.0; network.stations.len()],
        deliveries: vec![0.0; network.deliveries.len()],
        lots: vec![0.0; network.lots],
    };
    for (id, weight) in stations {
        let Some(&station) = network.station_numbers.get(id) else { continue };
        walk.search(Some(station), None);
        walk.add_station(station, weight, &mut sums.stations);
        walk.add_found(weight, &mut sums);
    }
    for (id, weight) in deliveries {
        let Some(&delivery) = network.delivery_numbers.get(id) else { continue };
        if walk.closed[delivery as usize] {
            continue;
        }
        walk.search(None, Some(delivery));
        let came_back = walk.marks.delivery[delivery as usize] == walk.marks.epoch;
        walk.add_found(weight, &mut sums);
        if !came_back {
            sums.deliveries[delivery as usize] += weight;
            walk.add_supplier(delivery, weight, &mut sums);
        }
    }
    let total = f64::max(positive, negative);
    let share = |sum: &f64| if total == 0.0 { 0.0 } else { sum / total };
    Scores {
        stations: sums.stations.iter().map(share).collect(),
        deliveries: sums.deliveries.iter().map(share).collect(),
        lots: network.lot.iter().map(|&lot| sums.lots.get(lot as usize).map(share)).collect(),
    }
}
