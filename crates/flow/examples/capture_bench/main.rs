//! Durable captures a second on SQLite, in documents of 500 events, beside a bare loop that inserts the same bytes
//! into one table under the same settings: `cargo run --release -p flow --example capture_bench -- [DOCUMENTS]`.

mod sql;

use flow::Desk;
use kernel::{Actor, Chance, Clock};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Db, vals};
use supervision::epcis::{self, Behaviour};
use trace::epcis::{Scope, read_query, url_param};

const EVENTS: usize = 500;

/// Pages that are timed.
const QUERIES: [(&str, &str); 6] = [
    ("one carton", "MATCH_anyEPC=urn:epc:id:sgtin:0614141.107346.7777"),
    ("a pattern over all cartons", "MATCH_epc=urn:epc:idpat:sgtin:0614141.107346.*&perPage=30"),
    ("a step, newest first", "EQ_bizStep=shipping&orderBy=eventTime&perPage=30"),
    (
        "two steps at a place",
        "EQ_bizStep=shipping|packing&EQ_readPoint=urn:epc:id:sgln:0614141.00771.0&perPage=30",
    ),
    ("a range of quantities", "GE_quantity_KGM=890&perPage=30"),
    (
        "one order at a place",
        "EQ_bizTransaction_po=http://example.com/po/77&EQ_readPoint=urn:epc:id:sgln:0614141.00771.0",
    ),
];

/// A document of shipping events, each of three cartons and a lot, as a packing house sends them.
fn document(n: usize) -> String {
    let event = |i: usize| {
        let i = n * EVENTS + i;
        format!(
            r#"{{"type":"ObjectEvent","action":"OBSERVE","bizStep":"{}","disposition":"in_transit","eventTime":"2026-11-{:02}T{:02}:{:02}:{:02}.{:03}+08:00","eventTimeZoneOffset":"+08:00","epcList":["urn:epc:id:sgtin:0614141.107346.{}","urn:epc:id:sgtin:0614141.107346.{}","urn:epc:id:sgtin:0614141.107346.{}"],"quantityList":[{{"epcClass":"urn:epc:class:lgtin:4012345.012345.L{}","quantity":{},"uom":"KGM"}}],"readPoint":{{"id":"urn:epc:id:sgln:0614141.0077{}.0"}},"bizLocation":{{"id":"urn:epc:id:sgln:0614141.0078{}.0"}},"bizTransactionList":[{{"type":"po","bizTransaction":"http://example.com/po/{}"}}],"sourceList":[{{"type":"owning_party","source":"urn:epc:id:pgln:4000001.00001"}}],"destinationList":[{{"type":"owning_party","destination":"urn:epc:id:pgln:40000{:02}.00001"}}]}}"#,
            ["shipping", "receiving", "packing"][i % 3],
            1 + i / 40_000 % 28,
            i / 1800 % 24,
            i / 30 % 60,
            i % 60,
            i % 1000,
            3 * i,
            3 * i + 1,
            3 * i + 2,
            i / 50,
            i % 900,
            i % 10,
            i % 7,
            i / 20,
            10 + i % 50,
        )
    };
    let events: Vec<String> = (0..EVENTS).map(event).collect();
    format!(
        r#"{{"@context":"https://ref.gs1.org/standards/epcis/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T01:00:00Z","epcisBody":{{"eventList":[{}]}}}}"#,
        events.join(",")
    )
}

fn rate(events: usize, took: Duration) -> f64 {
    events as f64 / took.as_secs_f64()
}

#[tokio::main]
async fn main() -> kernel::Result<()> {
    let documents: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100);
    let folder = std::env::temp_dir().join(format!("guomen-capture-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(kernel::No::fault)?;
    let url = |name: &str| format!("sqlite://{}", folder.join(name).display());
    let sent: Vec<String> = (0..documents).map(document).collect();
    let bytes: usize = sent.iter().map(String::len).sum();

    let db = Db::open(&url("capture.db")).await?;
    let desk = Desk { db, clock: Clock::System, chance: Chance::seeded(1) };
    let by = Actor::system();
    let begun = Instant::now();
    for text in &sent {
        let bytes: Arc<[u8]> = text.as_bytes().into();
        let kept = desk.capture(&by, Behaviour::Rollback, bytes).await?;
        assert_eq!(kept.tally.captured as usize, EVENTS);
    }
    let captured = begun.elapsed();
    let total = documents * EVENTS;
    println!("{total} events in documents of {EVENTS}, {} bytes an event", bytes / total);
    println!("capture: {:>8.0} events/s", rate(total, captured));

    let begun = Instant::now();
    for text in &sent {
        let survey = epcis::survey(text.as_bytes(), &flow::CAPTURE_LIMITS, EVENTS);
        assert!(survey.flaws.is_empty());
    }
    println!("  of it reading, checking, hashing, indexing: {:>8.0} events/s", rate(total, begun.elapsed()));

    let begun = Instant::now();
    for text in &sent {
        let bytes: Arc<[u8]> = text.as_bytes().into();
        desk.capture(&by, Behaviour::Rollback, bytes).await?;
    }
    println!("the same again, all known: {:>8.0} events/s", rate(total, begun.elapsed()));

    for (name, asked) in QUERIES {
        let params =
            asked.split('&').filter_map(|p| p.split_once('=')).map(|(n, v)| url_param(n, v)).collect();
        let scope = Arc::new(Scope::root(true));
        let query = read_query(params, &scope).map_err(|p| kernel::No::fault(format!("{p:?}")))?;
        let begun = Instant::now();
        let mut found = 0;
        for _ in 0..20 {
            let mut tx = desk.read().await?;
            found = epcis::events(&mut tx, &by, &query).await?.events.len();
        }
        println!("{name}: {found} events a page, {:.2} ms", begun.elapsed().as_secs_f64() * 1e3 / 20.0);
    }

    let bare = Desk { db: Db::open(&url("bare.db")).await?, ..desk.clone() };
    let mut tx = bare.begin().await?;
    tx.exec(sql::CREATE, vals![]).await?;
    tx.commit().await?;
    let begun = Instant::now();
    for (n, text) in sent.iter().enumerate() {
        let each = text.len() / EVENTS;
        let mut tx = bare.begin().await?;
        for i in 0..EVENTS {
            let part = text.as_bytes()[i * each..(i + 1) * each].to_vec();
            let row = vals![i64::try_from(n * EVENTS + i).unwrap_or(0), part];
            tx.exec(sql::INSERT, row).await?;
        }
        tx.commit().await?;
    }
    println!("bare insert loop, same bytes: {:>8.0} rows/s", rate(total, begun.elapsed()));
    let _ = std::fs::remove_dir_all(&folder);
    Ok(())
}
