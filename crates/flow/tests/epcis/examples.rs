//! The published examples of the standard, captured and read back.

use crate::common::{all, desk, query_of};
use kernel::Actor;
use std::path::{Path, PathBuf};
use supervision::epcis::Behaviour;
use testkit::{TestDb, on_both};
use trace::epcis::index::{Field, index, term};
use trace::epcis::{Criterion, Limits, TermSpan, hash, parse};
on_both! {
    async fn every_event_of_the_published_examples_comes_back_and_is_found_by_all_that_it_holds(t: TestDb) {
        let Some(folder) = shared("data/epcis") else { return };
        let d = desk(&t);
        let by = Actor::system();
        let (mut captured, mut documents) = (0, 0);
        for file in files(&folder) {
            let bytes = std::fs::read(&file).expect("a file");
            let Ok(read) = parse(&bytes, &Limits::default()) else { continue };
            if read.events.is_empty() || !trace::epcis::validate(&read).is_empty() { continue }
            let done = d.capture(&by, Behaviour::Rollback, bytes.into()).await;
            let done = match done {
                Ok(done) => done,
                // Published examples share ids among different events.
                Err(no) => {
                    assert!(no.to_string().contains("EPCIS-EVENT-ID-TAKEN"), "{}: {no}", file.display());
                    continue;
                }
            };
            assert_eq!(done.tally.captured + done.tally.duplicates, done.tally.events);
            // What was known already keeps the id under which it came first.
            if done.tally.duplicates > 0 { continue }
            documents += 1;
            for event in &read.events {
                let found = index(event);
                let one = |span| query_of(Criterion::Terms { rank: 9, any: vec![span] });
                let uri = hash(event);
                let id = event.event_id.clone().unwrap_or_else(|| uri.clone());
                let kept = all(&d, &by, &one(TermSpan::Exact(term(Field::EventId, &trace::epcis::ident::comparable(&id))))).await;
                let back = kept.iter().filter_map(|e| parse(e.to_string().as_bytes(), &Limits::default()).ok());
                // A CURIE of one's own is a URI in JSON and a mere text in XML: such an event's hash is that of its JSON.
                let json = trace::epcis::event_to_json(event);
                let as_json = hash(&parse(json.as_bytes(), &Limits::default()).expect("an event").events[0]);
                let same = |e| [&uri, &as_json].contains(&&hash(&e));
                assert!(back.flat_map(|b| b.events).any(same), "{}: {id}", file.display());
                captured += 1;
                if captured % 5 > 0 { continue }
                for t in found.terms {
                    assert!(all(&d, &by, &one(TermSpan::Exact(t.clone()))).await.iter().any(|e| e["eventID"] == id.as_str()), "{id} {t:?}");
                }
                for (measure, value) in found.measures {
                    let between = Criterion::Between { measure, low: value, high: value };
                    assert!(all(&d, &by, &query_of(between)).await.iter().any(|e| e["eventID"] == id.as_str()), "{id}");
                }
            }
        }
        println!("{documents} documents, {captured} events");
        assert!(documents > 40, "{documents} documents, {captured} events");
        let verdict = store::ledger::verify(&t, &t.clock, |_, _| ()).await.expect("verified");
        assert_eq!(verdict.broken, None);
    }
}

/// A folder of the shared data, which is not part of the project; without it the story is skipped.
fn shared(what: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|a| a.join("shared").join(what))
        .find(|p| p.is_dir());
    if found.is_none() {
        eprintln!("SKIPPED: there is no shared/{what} above {}", env!("CARGO_MANIFEST_DIR"));
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| ["json", "jsonld", "xml"].iter().any(|x| e == *x)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
