//! The event hash against published vectors: hashes, groups of equal events, twins of syntax.

mod common;

use std::path::Path;
use trace::epcis::{Document, Limits, hash, parse, pre_hash};

fn read(path: &Path) -> Document {
    let bytes = std::fs::read(path).expect("a readable file");
    parse(&bytes, &Limits::default()).unwrap_or_else(|e| panic!("{}: {e:?}", path.display()))
}

#[test]
fn published_vectors_in_both_syntaxes() {
    let Some(material) = common::epcis_material() else { return };
    let folder = material.join("event-hash/tests/examples");
    let mut wrong = Vec::new();
    let (mut files, mut events) = (0, 0);
    for path in common::files(&folder, &["json", "jsonld", "xml"]) {
        let expected =
            std::fs::read_to_string(path.with_extension("hashes")).expect("hashes beside the document");
        let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        let document = read(&path);
        assert_eq!(document.events.len(), expected.len(), "{}", path.display());
        files += 1;
        for (event, expected) in document.events.iter().zip(&expected) {
            events += 1;
            if hash(event) != *expected {
                wrong.push(format!("{}\n  {}", path.display(), pre_hash(event)));
            }
        }
    }
    println!("{} of {events} events in {files} files have the published hash", events - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files >= 20);
}

#[test]
fn equal_events_have_equal_hashes() {
    let Some(material) = common::epcis_material() else { return };
    let folder = material.join("event-hash/tests/expected_equal");
    let mut groups = 0;
    for path in common::files(&folder, &["json", "jsonld", "xml"]) {
        let document = read(&path);
        let hashes: Vec<String> = document.events.iter().map(hash).collect();
        assert!(hashes.len() > 1 && hashes.iter().all(|h| *h == hashes[0]), "{}: {hashes:?}", path.display());
        groups += 1;
    }
    assert!(groups >= 11);
    let folder = material.join("gs1/XML/WithEventHashID");
    // Number 2 has another eventTimeZoneOffset, which is part of the hash of CBV 2.0.
    let files = common::files(&folder, &["json", "xml"]);
    let same = files.iter().filter(|p| !p.display().to_string().ends_with("_2.xml"));
    let hashes: Vec<Vec<String>> = same.map(|p| read(p).events.iter().map(hash).collect()).collect();
    assert!(hashes.len() == 6 && hashes.iter().all(|h| *h == hashes[0]), "{hashes:?}");
}
