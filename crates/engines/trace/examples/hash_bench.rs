//! Measures how many events a second are read and hashed. With a file as argument that file is
//! taken; without, a document of generated events.

use std::time::Instant;
use trace::epcis::{Limits, for_each_event, hash, parse};

fn generated(events: usize) -> String {
    let mut out = String::from(
        "{\"@context\":[\"https://ref.gs1.org/standards/epcis/epcis-context.jsonld\",{\"ex\":\"https://ns.example.com/epcis/\"}],\
         \"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"2026-01-01T00:00:00Z\",\"epcisBody\":{\"eventList\":[",
    );
    for i in 0..events {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&format!(
            "{{\"type\":\"ObjectEvent\",\"eventTime\":\"2026-01-31T08:{:02}:{:02}.116+08:00\",\"eventTimeZoneOffset\":\"+08:00\",\
             \"epcList\":[\"urn:epc:id:sgtin:6901234.0{:05}.{i}\",\"https://id.gs1.org/01/06901234567892/21/{i}\"],\
             \"quantityList\":[{{\"epcClass\":\"urn:epc:class:lgtin:6901234.0{:05}.L{i}\",\"quantity\":{}.50,\"uom\":\"KGM\"}}],\
             \"action\":\"OBSERVE\",\"bizStep\":\"shipping\",\"disposition\":\"in_transit\",\
             \"readPoint\":{{\"id\":\"urn:epc:id:sgln:6901234.00001.{i}\"}},\
             \"bizTransactionList\":[{{\"type\":\"po\",\"bizTransaction\":\"urn:epcglobal:cbv:bt:6901234000009:{i}\"}}],\
             \"ex:temperatureClass\":\"B\",\"ex:route\":{{\"ex:leg\":[\"1\",\"2\"]}}}}",
            i / 60 % 60,
            i % 60,
            i % 100_000,
            i % 100_000,
            i % 1000
        ));
    }
    out.push_str("]}}");
    out
}

fn main() {
    let count = 100_000;
    let bytes = match std::env::args().nth(1) {
        Some(path) => std::fs::read(path).expect("a readable file"),
        None => generated(count).into_bytes(),
    };
    let limits = Limits::default();
    let start = Instant::now();
    let (mut events, mut last) = (0_usize, String::new());
    for_each_event(&bytes, &limits, |event| {
        events += 1;
        last = hash(&event);
    })
    .expect("a readable document");
    report("read and hash, one event in memory", events, start, bytes.len());
    let start = Instant::now();
    let document = parse(&bytes, &limits).expect("a readable document");
    report("read", document.events.len(), start, bytes.len());
    let start = Instant::now();
    let digits: usize = document.events.iter().map(|e| hash(e).len()).sum();
    report("hash", document.events.len(), start, bytes.len());
    let start = Instant::now();
    let problems = trace::epcis::validate(&document).len();
    report("validate", document.events.len(), start, bytes.len());
    let start = Instant::now();
    let xml = trace::epcis::to_xml(&document);
    report("write XML", document.events.len(), start, xml.len());
    let start = Instant::now();
    let mut same = 0;
    for_each_event(xml.as_bytes(), &limits, |event| same += usize::from(!hash(&event).is_empty()))
        .expect("readable XML");
    report("read and hash XML", same, start, xml.len());
    println!("last hash {last}; {digits} characters of hashes; {problems} problems");
}

fn report(what: &str, events: usize, start: Instant, bytes: usize) {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {events} events, {:.3} s, {:.0} events/s, {:.0} MB/s",
        seconds,
        events as f64 / seconds,
        bytes as f64 / 1e6 / seconds
    );
}
