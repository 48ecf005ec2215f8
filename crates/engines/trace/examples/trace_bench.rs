//! Times closure, common sources and scoring on seeded synthetic graphs and prints the figures as JSON.
//! Usage: `trace_bench [links]`, a million links unless told.
use std::time::Instant;

use trace::genealogy::{Direction, Edge, EdgeKind, Graph, Lens, NodeId, Scratch, common_sources, reach};
use trace::score::{CrossContamination, Delivery, Network, Settings, Weights, score};

/// SplitMix64: enough chance for a bench, the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

const LAYERS: u64 = 8;

/// Eight layers of lots; a lot draws on lots of the layer above made in a short window before it.
fn layered(links: u64) -> (Graph, u64) {
    let (mut dice, mut graph) = (Dice(20_261_124), Graph::default());
    let per_layer = links * 2 / 7 / 7;
    for lot in 0..per_layer * LAYERS {
        graph.intern(&format!("urn:epc:id:sgtin:4012345.{:06}.{lot}", lot % 977)).expect("room");
    }
    for layer in 1..LAYERS {
        for lot in 0..per_layer {
            for _ in 0..=dice.below(6) {
                let window = 400.min(lot + 1);
                let source = (layer - 1) * per_layer + lot - dice.below(window);
                let edge = Edge {
                    from: NodeId(source as u32),
                    to: NodeId((layer * per_layer + lot) as u32),
                    kind: EdgeKind::Transformation,
                    quantity: Some(dice.below(1_000_000) as i64),
                    valid_from: lot as i64,
                    voided_at: None,
                };
                graph.append(edge).expect("room");
            }
        }
    }
    (graph, per_layer)
}

/// Deliveries in five tiers of stations over a year, each made of a few of the supplier's receipts.
fn network(count: u64) -> (Network, Weights) {
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

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn closures(
    graph: &Graph,
    way: Direction,
    first: u64,
    per_layer: u64,
    scratch: &mut Scratch,
) -> (f64, usize) {
    let mut dice = Dice(3);
    let mut runs: Vec<(f64, usize)> = (0..201)
        .map(|_| {
            let lot = NodeId((first + dice.below(per_layer)) as u32);
            let start = Instant::now();
            let found = reach(graph, &Lens::default(), way, &[lot], scratch).len();
            (ms(start), found)
        })
        .collect();
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    runs[runs.len() / 2]
}

fn main() {
    let links = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let start = Instant::now();
    let (mut graph, per_layer) = layered(links);
    let built = ms(start);
    let start = Instant::now();
    graph.compact();
    let compacted = ms(start);
    let mut scratch = Scratch::default();
    let last = per_layer * (LAYERS - 1);
    let (back, back_size) = closures(&graph, Direction::Back, last, per_layer, &mut scratch);
    let (forward, forward_size) = closures(&graph, Direction::Forward, 0, per_layer, &mut scratch);
    let cases: Vec<NodeId> = (0..100).map(|case| NodeId((last + case * (per_layer / 100)) as u32)).collect();
    let start = Instant::now();
    let sources = common_sources(&graph, &Lens::default(), &cases, &mut scratch).len();
    let common = ms(start);
    let (network, weights) = network(31_000);
    let start = Instant::now();
    let plain = score(&network, &weights, &Settings::default());
    let scored = ms(start);
    let everywhere = Settings { cross_contamination: CrossContamination::Everywhere, ..Settings::default() };
    let start = Instant::now();
    let crossed = score(&network, &weights, &everywhere);
    let what_if = ms(start);
    println!(
        "{{\"links\":{},\"nodes\":{},\"build_ms\":{built:.0},\"compact_ms\":{compacted:.0},\
         \"back_median_ms\":{back:.4},\"back_nodes\":{back_size},\"forward_median_ms\":{forward:.4},\
         \"forward_nodes\":{forward_size},\"common_100_cases_ms\":{common:.2},\"sources\":{sources},\
         \"score_31000_ms\":{scored:.2},\"score_31000_cross_ms\":{what_if:.2},\"score_sum\":{:.3},\
         \"score_cross_sum\":{:.3}}}",
        graph.edges().len(),
        graph.node_count(),
        plain.deliveries.iter().sum::<f64>(),
        crossed.deliveries.iter().sum::<f64>(),
    );
}
