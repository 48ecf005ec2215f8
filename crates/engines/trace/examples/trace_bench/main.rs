//! Times the genealogy and the score on large networks and prints the figures, one line each.
//!
//! Usage: `trace_bench FOLDER` reads `lots.csv` (id,layer,plant,day) and `edges.csv` (src,dst,kind,day,qty), with
//! a further word `processes` a process at its plant stands between each lot and its inputs;
//! `trace_bench [LINKS]` makes a seeded network of its own, a million links unless told. `trace_bench write LINKS
//! FOLDER` writes that network as such tables and the lots that are traced as `asked.csv`, for
//! `stories/benches/peers.py`, which asks other programs the same. `trace_bench chain [LOTS]` times a chain.
mod made;

use made::{Dice, LAYERS, Row, network, rows_made, write};
use std::time::Instant;

use trace::genealogy::{
    Assumed, Bounds, Case, Crossing, Deed, Direction, EdgeId, EdgeKind, Graph, Lens, Link, NodeId, NodeKind,
    Quantity, Scratch, Unit, capture, common_sources, evidence_path, paths, rank, reach,
};
use trace::score::{CrossContamination, Settings, score};

/// Time on the processor where the system tells it (a busy machine then does no harm), else time on the wall.
struct Watch {
    wall: Instant,
    worked: Option<f64>,
}

impl Watch {
    fn start() -> Self {
        Self { worked: worked(), wall: Instant::now() }
    }
}

/// Milliseconds this thread has had on the processor; giving way once brings the count up to date.
fn worked() -> Option<f64> {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e6)
}

fn ms(start: Watch) -> f64 {
    let wall = start.wall.elapsed().as_secs_f64() * 1e3;
    start.worked.and_then(|before| Some(worked()? - before)).unwrap_or(wall)
}

fn deed(number: u64, happened: i64) -> Deed {
    let mut identity = [0; 32];
    let mut dice = Dice(number);
    for part in identity.chunks_exact_mut(8) {
        part.copy_from_slice(&dice.below(u64::MAX).to_be_bytes());
    }
    Deed { identity, happened, recorded: happened, place: None, source: None, destination: None }
}

/// A network to be measured: its graph, the lots traced back and the lots traced forward.
struct Bench {
    graph: Graph,
    back: Vec<NodeId>,
    forward: Vec<NodeId>,
}

/// Records the rows, one entry for each lot made, folding the log in whenever it has grown large. With plants by
/// lot, a process at the plant stands between a lot and its inputs.
fn recorded(lots: u32, mut rows: Vec<Row>, plants: Option<&[String]>) -> Graph {
    let mut graph = Graph::default();
    for lot in 0..lots {
        let key = format!("https://id.gs1.org/01/040123{:08}/10/L{lot}", lot % 977);
        graph.intern(NodeKind::Lot, &key).expect("room");
    }
    rows.sort_by_key(|row| (row.1, row.0));
    for (number, made) in rows.chunk_by(|a, b| a.1 == b.1).enumerate() {
        let link = |&(from, to, kind, _, amount): &Row| Link {
            from: NodeId(from),
            to: NodeId(to),
            kind,
            quantity: Some(Quantity { amount, unit: Unit::KILOGRAM }),
        };
        let mut links: Vec<Link> = made.iter().map(link).collect();
        let mut deed = deed(number as u64, made[0].3);
        if let Some(plants) = plants {
            let plant = &plants[made[0].1 as usize];
            deed.place = Some(graph.intern(NodeKind::Place, plant).expect("room"));
            let process = graph.intern(NodeKind::Process, &format!("urn:run:{}", made[0].1)).expect("room");
            links.iter_mut().for_each(|link| (link.to, link.kind) = (process, EdgeKind::Transformation));
            let (from, to, kind) = (process, NodeId(made[0].1), EdgeKind::Transformation);
            links.push(Link { from, to, kind, quantity: None });
        }
        graph.record(&deed, &links).expect("room");
        graph.compact_when_large();
    }
    graph
}

fn read(folder: &str, processes: bool) -> Bench {
    let text = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).expect("a readable table");
    let (lots, edges) = (text("lots.csv"), text("edges.csv"));
    let layers: Vec<u32> =
        lots.lines().skip(1).map(|row| row.split(',').nth(1).unwrap().parse().unwrap()).collect();
    let plants: Vec<String> =
        lots.lines().skip(1).map(|row| format!("urn:plant:{}", row.split(',').nth(2).unwrap())).collect();
    let kinds = [EdgeKind::Rework, EdgeKind::Transformation, EdgeKind::Aggregation, EdgeKind::Rework];
    let row = |line: &str| -> Row {
        let field: Vec<&str> = line.split(',').collect();
        let quantity = field[4].parse::<f64>().unwrap();
        (
            field[0].parse().unwrap(),
            field[1].parse().unwrap(),
            kinds[field[2].parse::<usize>().unwrap()],
            field[3].parse().unwrap(),
            (quantity * 1000.0) as i64,
        )
    };
    let rows: Vec<Row> = edges.lines().skip(1).map(row).collect();
    let start = Watch::start();
    let graph = recorded(layers.len() as u32, rows, processes.then_some(&plants));
    println!("build_ms {:.0}", ms(start));
    let mut dice = Dice(3);
    let mut some = |layer: u32, way: Direction| {
        let mut list = Vec::new();
        while list.len() < 100 {
            let lot = NodeId(dice.below(layers.len() as u64) as u32);
            let linked = reach(&graph, &Lens::default(), way, &[lot], &mut Scratch::default()).len() > 1;
            if layers[lot.0 as usize] == layer && linked {
                list.push(lot);
            }
        }
        list
    };
    let (back, forward) = (some(7, Direction::Back), some(0, Direction::Forward));
    Bench { back, forward, graph }
}

fn made(links: u64) -> Bench {
    let mut dice = Dice(20_261_124);
    let (rows, per_layer) = rows_made(links, &mut dice);
    let start = Watch::start();
    let graph = recorded((per_layer * LAYERS) as u32, rows, None);
    println!("build_ms {:.0}", ms(start));
    let last = per_layer * (LAYERS - 1);
    let mut some = |first: u64| (0..100).map(|_| NodeId((first + dice.below(per_layer)) as u32)).collect();
    Bench { back: some(last), forward: some(0), graph }
}

/// Writes which lots were asked about, so that other programs are asked the same.
fn write_asked(bench: &Bench, folder: &str) {
    let line = |way: &str, node: &NodeId| format!("{way},{}\n", node.0);
    let asked: String = bench.back.iter().map(|node| line("back", node)).collect();
    let asked = asked + &bench.forward.iter().map(|node| line("forward", node)).collect::<String>();
    std::fs::write(format!("{folder}/asked.csv"), asked).expect("a folder to write to");
}

fn closures(bench: &Bench, lens: &Lens, way: Direction, lots: &[NodeId], name: &str) {
    let mut scratch = Scratch::default();
    reach(&bench.graph, lens, way, &lots[..1], &mut scratch);
    let mut runs: Vec<(f64, usize)> = lots
        .iter()
        .map(|lot| {
            let start = Instant::now();
            let found = reach(&bench.graph, lens, way, &[*lot], &mut scratch).len();
            (start.elapsed().as_secs_f64() * 1e3, found)
        })
        .collect();
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: usize = runs.iter().map(|run| run.1).sum();
    let (median, slow) = (runs[runs.len() / 2], runs[runs.len() * 95 / 100]);
    println!("{name}_median_ms {:.4} lots {} p95_ms {:.4} sum {total}", median.0, median.1, slow.0);
}

fn what_ifs(bench: &Bench) {
    let (graph, mut scratch) = (&bench.graph, Scratch::default());
    let timed = |name: &str, lens: &Lens, cases: &[NodeId], scratch: &mut Scratch| {
        let start = Watch::start();
        let sources = common_sources(graph, lens, cases, scratch);
        println!("{name}_ms {:.2} sources {}", ms(start), sources.len());
        sources
    };
    let plain = Lens::default();
    timed("cold_common_100_cases", &plain, &bench.back, &mut scratch);
    let sources = timed("common_100_cases", &plain, &bench.back, &mut scratch);
    timed("what_if_drop_a_case", &plain, &bench.back[1..], &mut scratch);
    let closed_nodes = sources.iter().take(1).map(|(node, _)| *node).collect();
    timed("what_if_close_a_lot", &Lens { closed_nodes, ..Lens::default() }, &bench.back, &mut scratch);
    let far = reach(graph, &plain, Direction::Back, &bench.back[..1], &mut scratch).last().copied();
    let path = far.and_then(|far| evidence_path(graph, &plain, far, bench.back[0], &mut scratch));
    let closed_edges = path.iter().flatten().filter_map(|step| step.link).chain([EdgeId(0)]).collect();
    timed("what_if_close_links", &Lens { closed_edges, ..Lens::default() }, &bench.back, &mut scratch);
    timed("what_if_as_of", &Lens { as_of: Some(200), ..Lens::default() }, &bench.back, &mut scratch);
    let in_order = Lens { in_order: Some(0), ..Lens::default() };
    timed("in_order_of_time", &in_order, &bench.back, &mut scratch);
    // The plant at which the path of evidence began.
    let first = path.iter().flatten().find_map(|step| graph.edge(step.link?));
    let plant = first.and_then(|edge| graph.entry(edge.entry)?.deed.place);
    if let Some(plant) = plant {
        let places = |places: &[NodeId]| Crossing::Places(places.iter().copied().collect());
        let crossing = Lens { crossing: places(&[plant]), ..Lens::default() };
        timed("what_if_crossing_one_plant", &crossing, &bench.back, &mut scratch);
        timed("what_if_crossing_one_plant_one_case", &crossing, &bench.back[..1], &mut scratch);
        let crossing = Lens { crossing: Crossing::Everywhere, ..Lens::default() };
        timed("what_if_crossing_everywhere_one_case", &crossing, &bench.back[..1], &mut scratch);
    }
    let cases: Vec<Case> = bench.back.iter().map(|node| Case { node: *node, weight: 1.0 }).collect();
    let start = Watch::start();
    let found = rank(graph, &plain, &cases, &Assumed::default(), |_| true, &mut scratch).expect("ranks");
    println!("rank_100_cases_ms {:.1} candidates {}", ms(start), found.candidates);
    let start = Watch::start();
    rank(graph, &plain, &cases[1..], &Assumed::default(), |_| true, &mut scratch).expect("ranks");
    println!("rank_99_cases_ms {:.1}", ms(start));
    let source = found.sources[0].node;
    let case = cases[found.sources[0].explains[0].0].node;
    let start = Watch::start();
    let ways = paths(graph, &plain, source, case, Bounds::default(), &mut scratch);
    println!("paths_ms {:.2} paths {} more {:?}", ms(start), ways.paths.len(), ways.more);
}

fn scores() {
    let (network, weights) = network(31_000);
    let timed = |name: &str, settings: &Settings| {
        let start = Watch::start();
        let scores = score(&network, &weights, settings);
        println!("{name}_ms {:.2} sum {:.3}", ms(start), scores.deliveries.iter().sum::<f64>());
    };
    let plain = Settings::default();
    timed("score_31000", &plain);
    let cross = CrossContamination::Everywhere;
    timed("what_if_score_crossing", &Settings { cross_contamination: cross, ..plain.clone() });
    let dropped_cases = [weights.stations[0].0.clone()].into();
    timed("what_if_score_drop_case", &Settings { dropped_cases, ..plain.clone() });
    timed("what_if_score_close_delivery", &Settings { closed_deliveries: ["d0".to_owned()].into(), ..plain });
}

/// Saves, writes, maps nothing: reads the bytes back and opens them.
fn saving(graph: &mut Graph) {
    let start = Watch::start();
    let bytes = graph.saved().to_vec();
    println!(
        "save_ms {:.0} bytes {} per_link {:.1}",
        ms(start),
        bytes.len(),
        bytes.len() as f64 / graph.edge_count() as f64
    );
    let file = std::env::temp_dir().join(format!("genealogy-{}.bin", std::process::id()));
    std::fs::write(&file, &bytes).expect("room on the disk");
    let start = Watch::start();
    let again = std::fs::read(&file).expect("readable");
    let read = ms(start);
    let start = Watch::start();
    *graph = Graph::open(again).expect("whole");
    println!("read_ms {read:.0} open_ms {:.0}", ms(start));
    std::fs::remove_file(file).expect("ours");
    let start = Watch::start();
    let key = graph.key(NodeId(graph.node_count() as u32 / 2)).expect("a lot").to_owned();
    assert!(graph.find(NodeKind::Lot, &key).is_some());
    println!("find_us {:.1}", ms(start) * 1e3);
}

fn grow(graph: &mut Graph) {
    let start = Watch::start();
    for number in 0..10_000u64 {
        let lot = graph.intern(NodeKind::Lot, &format!("urn:lot:new:{number}")).expect("room");
        let quantity = None;
        let link = |from| Link { from: NodeId(from), to: lot, kind: EdgeKind::Transformation, quantity };
        let links = [link(number as u32), link(number as u32 + 1), link(number as u32 + 2)];
        graph.record(&deed(u64::MAX - number, 400), &links).expect("room");
    }
    println!("append_10000_entries_ms {:.1}", ms(start));
}

/// Reads, hashes and records transformation events of four inputs and one output each.
fn captures(count: u64) {
    let mut graph = Graph::default();
    let (mut dice, mut documents) = (Dice(5), Vec::new());
    for number in 0..count {
        let lot = |lot: u64| {
            format!(
                "{{\"epcClass\":\"urn:epc:class:lgtin:4012345.012345.L{lot}\",\"quantity\":10.5,\"uom\":\"KGM\"}}"
            )
        };
        let inputs: Vec<String> = (0..4).map(|_| lot(dice.below(number + 1))).collect();
        documents.push(format!(
            "{{\"@context\":\"https://ref.gs1.org/standards/epcis/epcis-context.jsonld\",\
             \"type\":\"TransformationEvent\",\"eventTime\":\"2026-04-01T08:{:02}:{:02}Z\",\
             \"eventTimeZoneOffset\":\"+08:00\",\"inputQuantityList\":[{}],\"outputQuantityList\":[{}],\
             \"bizStep\":\"commissioning\",\"bizLocation\":{{\"id\":\"urn:epc:id:sgln:4012345.00002.0\"}}}}",
            number / 60 % 60,
            number % 60,
            inputs.join(","),
            lot(number + 1)
        ));
    }
    let start = Watch::start();
    for document in &documents {
        let limits = trace::epcis::Limits::default();
        let document = trace::epcis::parse(document.as_bytes(), &limits).expect("an event");
        capture(&mut graph, &document.events[0], 0).expect("room");
    }
    let took = ms(start);
    println!("capture_{count}_events_ms {took:.0} per_second {:.0}", count as f64 / took * 1e3);
    println!("captured links {} bytes_per_link {:.1}", graph.edge_count(), {
        let links = graph.edge_count() as f64;
        graph.saved().len() as f64 / links
    });
}

fn chain(lots: u64) {
    let rows: Vec<Row> =
        (1..lots as u32).map(|lot| (lot - 1, lot, EdgeKind::Transformation, 0, 1000)).collect();
    let start = Watch::start();
    let mut graph = recorded(lots as u32, rows, None);
    graph.compact();
    println!("chain_build_ms {:.0}", ms(start));
    let (lens, mut scratch, last) = (Lens::default(), Scratch::default(), NodeId(lots as u32 - 1));
    let start = Watch::start();
    let found = reach(&graph, &lens, Direction::Back, &[last], &mut scratch).len();
    println!("chain_reach_ms {:.1} lots {found}", ms(start));
    let start = Watch::start();
    let path = evidence_path(&graph, &lens, NodeId(0), last, &mut scratch).expect("a path");
    println!("chain_evidence_ms {:.1} steps {}", ms(start), path.len());
    let start = Watch::start();
    let cases = [Case { node: last, weight: 1.0 }];
    let assumed = Assumed { list: 1, ..Assumed::default() };
    let found = rank(&graph, &lens, &cases, &assumed, |_| true, &mut scratch).expect("ranks");
    println!("chain_rank_ms {:.1} settled {} tied {}", ms(start), found.settled, found.sources[0].tied);
    let start = Watch::start();
    let bounds = Bounds { length: usize::MAX, work: 10_000_000, ..Bounds::default() };
    let found = paths(&graph, &lens, NodeId(0), last, bounds, &mut scratch);
    println!("chain_paths_ms {:.1} paths {} more {:?}", ms(start), found.paths.len(), found.more);
}

fn main() {
    let mut words = std::env::args().skip(1);
    let first = words.next().unwrap_or_else(|| "1000000".to_owned());
    if first == "chain" {
        return chain(words.next().and_then(|text| text.parse().ok()).unwrap_or(1_000_000));
    }
    if first == "write" {
        let links = words.next().and_then(|text| text.parse().ok()).expect("how many links");
        return write(links, &words.next().expect("a folder"));
    }
    let mut bench = match first.parse() {
        Ok(links) => made(links),
        Err(_) => {
            let bench = read(&first, words.next().as_deref() == Some("processes"));
            write_asked(&bench, &first);
            bench
        }
    };
    println!("lots {} links {}", bench.graph.node_count(), bench.graph.edge_count());
    saving(&mut bench.graph);
    let plain = Lens::default();
    closures(&bench, &plain, Direction::Back, &bench.back, "back");
    closures(&bench, &plain, Direction::Forward, &bench.forward, "forward");
    what_ifs(&bench);
    grow(&mut bench.graph);
    closures(&bench, &plain, Direction::Back, &bench.back, "back_with_log");
    // One entry withdrawn takes the short cut away from every later walk.
    bench.graph.withdraw(trace::genealogy::EntryId(0), 500, None);
    closures(&bench, &plain, Direction::Back, &bench.back, "back_one_withdrawn");
    scores();
    captures(50_000);
}
