//! The delivery network in the shape scoring walks it: numbered stations, deliveries and lots, with the
//! links between deliveries turned backwards.
use std::collections::HashMap;

use super::dates::DayRange;

/// One delivery of goods from a supplier station to a recipient station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Identifier, unique in the network.
    pub id: String,
    /// Station that sent the goods.
    pub supplier: String,
    /// Station that received them.
    pub recipient: String,
    /// Lot the goods belong to; `None` when unknown. One lot may travel in many deliveries.
    pub lot: Option<String>,
    /// Day of departure; when absent the arrival stands in.
    pub departure: Option<DayRange>,
    /// Day of arrival; when absent the departure stands in.
    pub arrival: Option<DayRange>,
}

/// Why a network was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkRefused {
    /// Two deliveries carry one identifier.
    #[error("delivery `{0}` is listed twice: give each delivery its own identifier")]
    DuplicateDelivery(String),
}

/// A delivery network, numbered and linked.
#[derive(Debug, Clone)]
pub struct Network {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) delivery_numbers: HashMap<String, u32>,
    pub(super) stations: Vec<String>,
    pub(super) station_numbers: HashMap<String, u32>,
    pub(super) supplier: Vec<u32>,
    pub(super) recipient: Vec<u32>,
    /// Lot number of a delivery, `u32::MAX` when it has none.
    pub(super) lot: Vec<u32>,
    pub(super) lots: usize,
    /// Earliest arrival, 0 when unknown: an unknown date never rules a link out.
    pub(super) arrival: Vec<u32>,
    /// Latest departure, `u32::MAX` when unknown.
    pub(super) departure: Vec<u32>,
    pub(super) previous: Rows,
    /// Deliveries received by each station, by arrival.
    pub(super) incoming: Rows,
}

/// Lists of numbers by row, packed end to end.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    start: Vec<u32>,
    item: Vec<u32>,
}

impl Rows {
    fn build(rows: usize, pairs: &[(u32, u32)]) -> Self {
        let mut start = vec![0u32; rows + 1];
        for &(row, _) in pairs {
            start[row as usize + 1] += 1;
        }
        for row in 0..rows {
            start[row + 1] += start[row];
        }
        let mut next = start.clone();
        let mut item = vec![0; pairs.len()];
        for &(row, value) in pairs {
            let slot = &mut next[row as usize];
            item[*slot as usize] = value;
            *slot += 1;
        }
        Self { start, item }
    }

    pub(super) fn row(&self, row: u32) -> &[u32] {
        let row = row as usize;
        &self.item[self.start[row] as usize..self.start[row + 1] as usize]
    }
}

fn number_of(numbers: &mut HashMap<String, u32>, key: &str) -> u32 {
    if let Some(&number) = numbers.get(key) {
        return number;
    }
    let number = numbers.len() as u32;
    numbers.insert(key.to_owned(), number);
    number
}

impl Network {
    /// Numbers and links the deliveries. A relation `(a, b)` says goods of delivery `a` went into delivery
    /// `b`; relations naming an unknown delivery or a delivery with itself carry nothing and are passed over.
    pub fn build(deliveries: Vec<Delivery>, relations: &[(String, String)]) -> Result<Self, NetworkRefused> {
        let mut delivery_numbers = HashMap::with_capacity(deliveries.len());
        let mut station_numbers = HashMap::new();
        let mut lot_numbers = HashMap::new();
        let (mut supplier, mut recipient, mut lot) = (vec![], vec![], vec![]);
        let (mut arrival, mut departure) = (vec![], vec![]);
        for (number, delivery) in deliveries.iter().enumerate() {
            if delivery_numbers.insert(delivery.id.clone(), number as u32).is_some() {
                return Err(NetworkRefused::DuplicateDelivery(delivery.id.clone()));
            }
            supplier.push(number_of(&mut station_numbers, &delivery.supplier));
            recipient.push(number_of(&mut station_numbers, &delivery.recipient));
            lot.push(delivery.lot.as_ref().map_or(u32::MAX, |key| number_of(&mut lot_numbers, key)));
            arrival.push(delivery.arrival.or(delivery.departure).map_or(0, |day| day.first));
            departure.push(delivery.departure.or(delivery.arrival).map_or(u32::MAX, |day| day.last));
        }
        let mut stations = vec![String::new(); station_numbers.len()];
        for (key, &number) in &station_numbers {
            stations[number as usize].clone_from(key);
        }
        let links: Vec<(u32, u32)> = relations
            .iter()
            .filter_map(|(from, to)| Some((*delivery_numbers.get(to)?, *delivery_numbers.get(from)?)))
            .filter(|(to, from)| to != from)
            .collect();
        let mut received: Vec<(u32, u32)> =
            recipient.iter().enumerate().map(|(number, &station)| (station, number as u32)).collect();
        received.sort_by_key(|&(_, number)| arrival[number as usize]);
        Ok(Self {
            previous: Rows::build(deliveries.len(), &links),
            incoming: Rows::build(stations.len(), &received),
            lots: lot_numbers.len(),
            deliveries,
            delivery_numbers,
            stations,
            station_numbers,
            supplier,
            recipient,
            lot,
            arrival,
            departure,
        })
    }

    /// The deliveries, in the order given.
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// The stations' identifiers; scores by station follow this order.
    pub fn stations(&self) -> &[String] {
        &self.stations
    }
}
