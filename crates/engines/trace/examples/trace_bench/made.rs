//! Networks of our own making, the same on every machine.
use trace::genealogy::EdgeKind;
use trace::score::{Delivery, Network, Weights};

/// SplitMix64: enough chance for a bench, the same on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Source, destination, kind of link, day, quantity in thousandths.
pub(crate) type Row = (u32, u32, EdgeKind, i64, i64);

pub(crate) const LAYERS: u64 = 8;

/// Eight layers of lots; a lot draws on lots of the layer above made in a short window before it. Gives the rows, and
/// how many lots a layer has.
pub(crate) fn rows_made(links: u64, dice: &mut Dice) -> (Vec<Row>, u64) {
    let per_layer = links * 2 / 7 / 7;
    let mut rows = Vec::new();
    for layer in 1..LAYERS {
        for lot in 0..per_layer {
            for _ in 0..=dice.below(6) {
                let source = (layer - 1) * per_layer + lot - dice.below(400.min(lot + 1));
                let to = (layer * per_layer + lot) as u32;
                let kind = EdgeKind::Transformation;
                rows.push((source as u32, to, kind, lot as i64, 1 + dice.below(1_000_000) as i64));
            }
        }
    }
    (rows, per_layer)
}

/// Writes the network and the lots that are asked about.
pub(crate) fn write(links: u64, folder: &str) {
    use std::fmt::Write;
    let (rows, per_layer) = rows_made(links, &mut Dice(20_261_124));
    let mut edges = String::from("src,dst,kind,day,qty\n");
    for (from, to, _, day, amount) in rows {
        let _ = writeln!(edges, "{from},{to},1,{day},{}", amount as f64 / 1000.0);
    }
    let mut lots = String::from("id,layer,plant,day\n");
    for lot in 0..per_layer * LAYERS {
        let _ = writeln!(lots, "{lot},{},{},0", lot / per_layer, lot % 97);
    }
    std::fs::write(format!("{folder}/edges.csv"), edges).expect("a folder to write to");
    std::fs::write(format!("{folder}/lots.csv"), lots).expect("a folder to write to");
}

/// Deliveries in five tiers of stations over a year, each made of a few of the supplier's receipts.
pub(crate) fn network(count: u64) -> (Network, Weights) {
    let mut dice = Dice(7);
    let (mut deliveries, mut relations) = (Vec::new(), Vec::new());
    let mut received: Vec<Vec<u64>> = vec![Vec::new(); 5 * 200];
    for id in 0..count {
        let tier = id * 4 / count;
        let (from, to) = (tier * 200 + dice.below(200), (tier + 1) * 200 + dice.below(200));
        let inputs = &received[from as usize];
        for _ in 0..3.min(inputs.len()) {
            let input = inputs[dice.below(inputs.len() as u64) as usize];
            relations.push((format!("d{input}"), format!("d{id}")));
        }
        received[to as usize].push(id);
        let day = trace::score::DayRange::parse(&format!(
            "2026-{:02}-{:02}",
            1 + tier * 2 + dice.below(4),
            1 + dice.below(28)
        ))
        .expect("a date");
        deliveries.push(Delivery {
            id: format!("d{id}"),
            supplier: format!("s{from}"),
            recipient: format!("s{to}"),
            lot: Some(format!("L{}", id / 3)),
            departure: day,
            arrival: day,
        });
    }
    let stations = (0..20).map(|case| (format!("s{}", 800 + case * 7), 1.0)).collect();
    (Network::build(deliveries, &relations).expect("unique"), Weights { stations, deliveries: vec![] })
}
