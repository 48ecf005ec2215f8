//! Figures of tracing, printed as a table: durable captures in documents of 500 events beside a bare loop that inserts
//! the same bytes, the genealogy grown and opened again, and traces over a real socket with all their rows.
//! `GUOMEN_BENCH_EDGES` sets how many links the genealogy is to have (a million unless told otherwise), or
//! `GUOMEN_BENCH_EVENTS` how many events are captured. At the end, notifications are registered, matched, traced and held.

mod notified;
mod sql;

use api::{Api, router};
use flow::{Desk, Lots};
use kernel::{Actor, Chance, Clock, OfficerId, Role, Timestamp, bi};
use registry::identity::{By, Cost, Hasher, NewAccount, issue_token, open_account};
use registry::people;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Db, vals};
use supervision::epcis::Behaviour;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Events of a document.
const EVENTS: usize = 500;
/// Lots that a plant makes a day, stages of a chain, raw lots that go into a lot.
const LOTS_A_DAY: usize = 40;
const STAGES: usize = 6;
const INPUTS: usize = 3;
/// A lot of the first stage has one link, every other one its inputs and one more.
const LINKS_OF_SIX: usize = (STAGES - 1) * (INPUTS + 1) + 1;
/// Events of one large document.
const LARGE: usize = 100_000;
/// Requests of a measured trace.
const REQUESTS: usize = 300;

#[tokio::main]
async fn main() {
    let told = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<usize>().ok());
    let events = told("GUOMEN_BENCH_EVENTS")
        .unwrap_or_else(|| told("GUOMEN_BENCH_EDGES").unwrap_or(1_000_000) * STAGES / LINKS_OF_SIX);
    println!("| figure | value |\n|---|---|");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("g.db");
    let desk = open(&format!("sqlite://{}", path.display())).await;
    large(&desk).await;
    let lots = captures(&desk, events).await;
    let token = reader(&desk).await;
    let file = folder.path().join("genealogy");
    let kept = grown(&desk, &file).await;
    traces(&desk, kept.clone(), &token, lots).await;
    notified::holds(&desk, &kept, lots).await;
    again(&desk, &file, lots).await;
}

async fn open(url: &str) -> Desk {
    let clock = Clock::simulated(Timestamp::at("2026-11-24".parse().expect("a day"), 9, 0));
    Desk { db: Db::open(url).await.expect("open"), clock, chance: Chance::seeded(7) }
}

fn name(lot: usize) -> String {
    format!("urn:guomen:lot:P{}:L{lot}", lot % LOTS_A_DAY)
}

/// The making of a lot out of lots of the stage before, made on the same day at other plants: every lot has one event
/// of four or five links, and its trace holds some hundred, as a food chain's does.
fn making(lot: usize) -> String {
    let (day, at) = (lot / (LOTS_A_DAY * STAGES), lot % (LOTS_A_DAY * STAGES));
    let stage = at / LOTS_A_DAY;
    let from =
        |i: usize| day * LOTS_A_DAY * STAGES + (stage - 1) * LOTS_A_DAY + (at * 7 + i * 11) % LOTS_A_DAY;
    let quantity =
        |lot: usize, kg: usize| format!(r#"{{"epcClass":"{}","quantity":{kg},"uom":"KGM"}}"#, name(lot));
    let when = format!(
        "20{:02}-{:02}-{:02}T{stage:02}:00:00Z",
        20 + day / 336 % 60,
        1 + day / 28 % 12,
        1 + day % 28
    );
    if stage == 0 {
        return format!(
            r#"{{"type":"ObjectEvent","action":"ADD","bizStep":"commissioning","eventTime":"{when}","eventTimeZoneOffset":"+00:00","quantityList":[{}],"bizLocation":{{"id":"urn:guomen:farm:F{}"}}}}"#,
            quantity(lot, 900),
            at % 37
        );
    }
    let inputs: Vec<String> = (0..INPUTS).map(|i| quantity(from(i), 100)).collect();
    format!(
        r#"{{"type":"TransformationEvent","bizStep":"commissioning","eventTime":"{when}","eventTimeZoneOffset":"+00:00","inputQuantityList":[{}],"outputQuantityList":[{}],"bizLocation":{{"id":"urn:guomen:plant:P{}"}}}}"#,
        inputs.join(","),
        quantity(lot, 290),
        lot % LOTS_A_DAY
    )
}

fn document(from: usize) -> String {
    whole((from..from + EVENTS).map(making))
}

fn whole(events: impl Iterator<Item = String>) -> String {
    let events: Vec<String> = events.collect();
    format!(
        r#"{{"@context":"https://ref.gs1.org/standards/epcis/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T01:00:00Z","epcisBody":{{"eventList":[{}]}}}}"#,
        events.join(",")
    )
}

/// One document of a hundred thousand events, captured while the memory of the program is watched: it is read and kept
/// part by part.
async fn large(desk: &Desk) {
    let seen = |n: usize| {
        format!(
            r#"{{"type":"ObjectEvent","action":"OBSERVE","bizStep":"inspecting","eventTime":"2026-11-01T01:00:00.{:03}Z","eventTimeZoneOffset":"+00:00","quantityList":[{{"epcClass":"urn:guomen:lot:X:{n}","quantity":1,"uom":"KGM"}}],"bizLocation":{{"id":"urn:guomen:plant:X{}"}}}}"#,
            n % 1000,
            n % 100
        )
    };
    let bytes: Arc<[u8]> = whole((0..LARGE).map(seen)).into_bytes().into();
    let (size, before) = (bytes.len() >> 20, memory("VmRSS"));
    // From here on the highest is counted anew (proc(5), clear_refs).
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
    let begun = Instant::now();
    let kept = desk.capture(&Actor::system(), Behaviour::Proceed, bytes).await.expect("captured");
    assert_eq!(kept.tally.captured, LARGE as u64);
    let speed = f64::from(u32::try_from(LARGE).unwrap_or(u32::MAX)) / begun.elapsed().as_secs_f64();
    println!("| one document of {LARGE} events, {size} MiB | {speed:.0}/s |");
    println!(
        "| memory beside the document while it was captured | {} MiB |",
        (memory("VmHWM") - before) >> 10
    );
}

/// A figure of this process's memory, in KiB.
fn memory(what: &str) -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with(what)).expect("a line");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

/// Captures the events in documents; the bare loop inserts the same bytes, event by event, in
/// transactions of the same size, turn by turn with the captures. Gives the number of lots.
async fn captures(desk: &Desk, events: usize) -> usize {
    let documents = events.div_ceil(EVENTS).max(2);
    let mut tx = desk.begin().await.expect("begin");
    tx.exec(sql::CREATE, vec![]).await.expect("a table");
    tx.commit().await.expect("commit");
    let by = Actor::system();
    let (mut taken, mut bare, mut id) = (Duration::ZERO, Duration::ZERO, 0_i64);
    for n in 0..documents {
        let text: Arc<[u8]> = document(n * EVENTS).into_bytes().into();
        let begun = Instant::now();
        let capture = desk.capture(&by, Behaviour::Rollback, text).await.expect("captured");
        taken += begun.elapsed();
        assert_eq!(capture.tally.captured, EVENTS as u64, "every event is new");
        let bodies: Vec<String> = (n * EVENTS..(n + 1) * EVENTS).map(making).collect();
        let begun = Instant::now();
        let mut tx = desk.begin().await.expect("begin");
        for body in bodies {
            id += 1;
            tx.exec(sql::INSERT, vals![id, body]).await.expect("inserted");
        }
        tx.commit().await.expect("commit");
        bare += begun.elapsed();
    }
    let events = documents * EVENTS;
    let speed = |spent: Duration| f64::from(u32::try_from(events).unwrap_or(u32::MAX)) / spent.as_secs_f64();
    println!("| {events} events captured durably in documents of {EVENTS}, SQLite | {:.0}/s |", speed(taken));
    println!("| the same bytes in a bare loop | {:.0}/s |", speed(bare));
    println!("| capturing beside the bare loop | {:.1} % |", 100.0 * speed(taken) / speed(bare));
    events
}

/// A token of an officer who sees everything.
async fn reader(desk: &Desk) -> String {
    let by = Actor::system();
    let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
    let hashed = hasher.hash(&desk.chance, "four words joined up").await.expect("hashed");
    let mut tx = desk.begin().await.expect("begin");
    let unit = flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await.expect("a bureau");
    let name = bi("检验检疫员", "Officer");
    let post = people::define_post(&mut tx, &by, "OFFICER", name.clone(), &[]).await.expect("a post");
    let officer: OfficerId =
        people::post_officer(&mut tx, &by, "R1", &name, &unit, post).await.expect("an officer");
    let new = NewAccount {
        login: "reader".into(),
        officer: Some(officer),
        operator: None,
        roles: vec![Role::Risk],
        unit: Some(unit.id),
        branch: None,
        name,
        lang: "en".into(),
    };
    let system = By { actor: &by, account: None };
    let account = open_account(&mut tx, system, new, &hashed).await.expect("an account");
    let (_, token) = issue_token(&mut tx, system, account, "a bench").await.expect("a token");
    desk.finish(tx).await.expect("commit");
    token
}

/// Grows the genealogy out of the events, and writes its file.
async fn grown(desk: &Desk, file: &std::path::Path) -> Arc<Lots> {
    let kept = Lots::open(desk, Some(file.to_owned())).await.expect("opened");
    let begun = Instant::now();
    let events = kept.catch_up(desk).await.expect("read");
    println!("| {events} events read into an empty genealogy | {:.1} s |", begun.elapsed().as_secs_f64());
    let (edges, nodes) = kept.with(|graph, _| (graph.edge_count(), graph.node_count()));
    println!("| links and nodes | {edges} and {nodes} |");
    let begun = Instant::now();
    if kept.save_when_worth(desk).await.expect("saved") {
        let bytes = std::fs::metadata(file).expect("a file").len();
        let each = bytes / u64::try_from(edges.max(1)).unwrap_or(1);
        println!(
            "| its file written | {:.2} s, {} MiB, {each} bytes a link |",
            begun.elapsed().as_secs_f64(),
            bytes >> 20
        );
    }
    kept
}

async fn serve(desk: &Desk, kept: Arc<Lots>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let app = router(Api { desk: desk.clone() }).layer(axum::Extension(kept));
    tokio::spawn(async move { axum::serve(listener, app).await });
    at
}

/// One trace over a connection of its own; gives the time and the size of the answer.
async fn trace(at: SocketAddr, token: &str, lot: usize, way: &str) -> (Duration, String) {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(at).await.expect("a connection");
    let head = format!(
        "GET /api/v1/traces?lot={}&way={way} HTTP/1.1\r\nHost: {at}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n",
        name(lot)
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{}", answer.lines().next().unwrap_or_default());
    (begun.elapsed(), answer)
}

/// Traces of lots all over the genealogy, with all their rows.
async fn traces(desk: &Desk, kept: Arc<Lots>, token: &str, lots: usize) {
    let at = serve(desk, kept).await;
    for way in ["back", "forward", "both"] {
        let (mut times, mut rows) = (Vec::new(), 0);
        for i in 0..REQUESTS {
            let lot = (i * 7919 + 13) % lots;
            let (spent, answer) = trace(at, token, lot, way).await;
            rows += answer.matches("\"step\":").count();
            times.push(spent);
        }
        times.sort_unstable();
        let ms = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        let mut figure = format!("{:.2} ms median, {:.2} ms p95", ms(50), ms(95));
        let _ = write!(figure, ", {} rows a trace", rows / REQUESTS);
        println!("| a trace {way} over HTTP with its rows | {figure} |");
    }
}

/// What a restart costs: the genealogy from its file, and the first answer.
async fn again(desk: &Desk, file: &std::path::Path, lots: usize) {
    let begun = Instant::now();
    let kept = Lots::open(desk, Some(file.to_owned())).await.expect("opened");
    let opened = begun.elapsed();
    kept.catch_up(desk).await.expect("read");
    let question = flow::lots::Question { lots: vec![name(lots - 1)], ..flow::lots::Question::default() };
    let found = flow::lots::ask(&kept, &question);
    assert!(!found.items.is_empty(), "the record knows the lot");
    println!("| the genealogy opened again after a restart | {:.3} s |", opened.as_secs_f64());
    println!("| the first answer after a restart | {:.3} s |", begun.elapsed().as_secs_f64());
}
