//! Bytes that nobody meant: documents with bytes changed, cut, doubled and mixed are read or refused, never met with
//! a panic, an endless loop or unbounded memory; and what is read can be written and read again. Bounded in time, with
//! a fixed seed; published documents join the small ones where they are at hand.

mod common;

use std::time::{Duration, Instant};
use trace::epcis::{Limits, hash, parse, to_json, to_xml, validate};
use trace::genealogy::{Graph, capture};

/// How long each part runs at most.
const PATIENCE: Duration = Duration::from_secs(6);
/// Mutations of each part at most.
const MOST: usize = 20_000;
/// The longest that one document of a few kilobytes may take.
const SLOW: Duration = Duration::from_secs(2);

/// A small generator (xorshift64*), so that the same run can be had again.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n.max(1)
    }
}

const JSON: &str = r#"{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"e":"urn:e:"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-31T08:00:00Z","epcisBody":{"eventList":[{"type":"TransformationEvent","eventTime":"2026-01-31T08:00:00.5Z","eventTimeZoneOffset":"+08:00","inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.R1","quantity":1.5e2,"uom":"KGM"}],"outputEPCList":["https://id.gs1.org/01/04012345123456/21/1"],"ilmd":{"e:field":[1,{"e:x":null}]},"errorDeclaration":{"declarationTime":"2026-02-01T00:00:00Z","reason":"incorrect_data"},"sensorElementList":[{"sensorReport":[{"type":"Temperature","value":-18.5,"uom":"CEL"}]}]}]}}"#;
const XML: &str = r#"<?xml version="1.0"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:e="urn:e:" schemaVersion="2.0" creationDate="2026-01-31T08:00:00Z"><EPCISBody><EventList><AggregationEvent><eventTime>2026-01-31T08:00:00Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset><parentID>urn:epc:id:sscc:4012345.0000000001</parentID><childEPCs><epc>urn:epc:id:sgtin:4012345.012345.1</epc></childEPCs><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep><e:a b="c">&lt;x&gt;<e:d/></e:a></AggregationEvent></EventList></EPCISBody></epcis:EPCISDocument>"#;
const PIECES: [&[u8]; 14] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"<",
    b"</",
    b"&#x110000;",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"1e999999",
    b"\xff\xfe",
    b"urn:epc:id:sgtin:",
];

fn samples() -> Vec<Vec<u8>> {
    let mut all = vec![JSON.as_bytes().to_vec(), XML.as_bytes().to_vec()];
    if let Some(material) = common::epcis_material() {
        let files = common::files(&material.join("gs1"), &["jsonld", "xml"]);
        let read = files.iter().filter_map(|path| std::fs::read(path).ok());
        all.extend(read.filter(|bytes| bytes.len() < 8_000).take(40));
    }
    all
}

fn mutated(all: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = all[dice.below(all.len())].clone();
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 if !bytes.is_empty() => bytes[at] = dice.next() as u8,
            1 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            2 => bytes.truncate(at),
            3 => {
                let end = (at + dice.below(60)).min(bytes.len());
                let part = bytes[at.min(end)..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            4 => {
                let piece = PIECES[dice.below(PIECES.len())];
                bytes.splice(at.min(bytes.len())..at.min(bytes.len()), piece.iter().copied());
            }
            _ => {
                let other = &all[dice.below(all.len())];
                let from = dice.below(other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
        }
    }
    bytes
}

#[test]
fn mutated_documents_are_read_or_refused() {
    let (all, mut dice, begun) = (samples(), Dice(2011), Instant::now());
    let limits = Limits { max_bytes: 1 << 20, max_depth: 64, max_events: 1000 };
    let (mut read, mut refused) = (0, 0);
    while read + refused < MOST && begun.elapsed() < PATIENCE {
        let bytes = mutated(&all, &mut dice);
        let one = Instant::now();
        match parse(&bytes, &limits) {
            Err(problems) => {
                assert!(!problems.is_empty() && problems.iter().all(|p| !p.rule.is_empty()));
                refused += 1;
            }
            Ok(document) => {
                read += 1;
                let sound = validate(&document).is_empty();
                let hashes: Vec<String> = document.events.iter().map(hash).collect();
                let mut graph = Graph::default();
                for event in &document.events {
                    let _ = capture(&mut graph, event, 0);
                }
                let written = [to_json(&document), to_xml(&document)];
                if sound {
                    for text in written {
                        let again =
                            parse(text.as_bytes(), &limits).unwrap_or_else(|p| panic!("{p:?}\n{text}"));
                        assert_eq!(again.events.len(), hashes.len(), "{text}");
                    }
                }
            }
        }
        assert!(one.elapsed() < SLOW, "{:?} for {}", one.elapsed(), String::from_utf8_lossy(&bytes));
    }
    assert!(read > 20 && refused > 20, "{read} read, {refused} refused");
}

#[test]
fn a_damaged_genealogy_does_not_open_and_never_panics() {
    let mut graph = Graph::default();
    for bytes in samples() {
        if let Ok(document) = parse(&bytes, &Limits::default()) {
            document.events.iter().for_each(|event| drop(capture(&mut graph, event, 0)));
        }
    }
    let (saved, mut dice, begun) = (graph.saved().to_vec(), Dice(2012), Instant::now());
    assert!(Graph::open(saved.clone()).is_ok());
    let mut tried = 0;
    while tried < MOST && begun.elapsed() < PATIENCE {
        let mut bytes = saved.clone();
        let at = dice.below(bytes.len());
        match dice.below(3) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << dice.below(8),
            _ => bytes.extend_from_slice(&saved[..at.min(64)]),
        }
        if bytes != saved {
            assert!(Graph::open(bytes).is_err(), "a damaged file opened");
        }
        tried += 1;
    }
}
