//! What is kept, once and whole, and who may see it.

use crate::common::{all, capture, desk, document, how_many, operator, query, shipped};
use flow::Worker;
use kernel::Actor;
use serde_json::{Value, json};
use std::sync::Arc;
use supervision::epcis::{self, Behaviour, Vocabulary};
use testkit::{TestDb, on_both};
use trace::epcis::{Limits, Query, parse};
on_both! {
    async fn the_same_events_are_stored_once_however_often_and_in_whichever_syntax_they_come(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        let sent = document(&(0..10).map(shipped).collect::<Vec<_>>());
        capture(&d, &by, &sent).await;
        let again = capture(&d, &by, &sent).await;
        assert_eq!((again.tally.captured, again.tally.duplicates), (0, 10));
        let read = parse(sent.to_string().as_bytes(), &Limits::default()).expect("a document");
        let xml: Arc<[u8]> = trace::epcis::to_xml(&read).into_bytes().into();
        let as_xml = d.capture(&by, Behaviour::Rollback, xml).await.expect("captured");
        assert_eq!((as_xml.tally.captured, as_xml.tally.duplicates), (0, 10));
        let twice = document(&[shipped(20), shipped(20), shipped(3)]);
        let c = capture(&d, &by, &twice).await;
        assert_eq!((c.tally.captured, c.tally.duplicates), (1, 2));
        let mut tx = d.read().await.expect("a reading");
        let facts = store::ledger::page(&mut tx, i64::MAX, 10, Some("epcis.captured")).await.expect("facts");
        let spans: Vec<Value> = facts.iter().map(|f| serde_json::from_str(&f.body).expect("json")).collect();
        let spans: Vec<_> = spans.iter().map(|f| (f["first"].as_i64(), f["last"].as_i64())).collect();
        assert_eq!(spans, [(Some(11), Some(11)), (Some(1), Some(10))]);
    }

    async fn a_bad_event_refuses_the_whole_or_only_itself(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        let mut bad = shipped(2);
        bad["action"] = json!("WATCH");
        let sent = document(&[shipped(1), bad, shipped(3)]);
        let bytes: Arc<[u8]> = sent.to_string().into_bytes().into();
        let no = d.capture(&by, Behaviour::Rollback, bytes.clone()).await.expect_err("refused");
        let refusal = no.refusal().expect("a refusal").clone();
        assert_eq!((refusal.code.as_str(), refusal.missing[0].field.as_str()), ("epcis.validation", "/epcisBody/eventList/1/action"));
        assert_eq!(refusal.missing[0].value, "WATCH");
        assert_eq!(how_many(&d, &[]).await, 0);
        let c = d.capture(&by, Behaviour::Proceed, bytes).await.expect("captured");
        assert_eq!((c.state.as_str(), c.tally.events, c.tally.captured, c.tally.rejected), ("refused", 3, 2, 1));
        assert_eq!(c.tally.errors[0].rule, "EPCIS-ACTION");
        assert_eq!(how_many(&d, &[]).await, 2);
    }

    async fn an_id_belongs_to_one_event_and_to_the_declaration_of_its_error(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        let with_id = |mut e: Value| { e["eventID"] = json!("urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"); e };
        capture(&d, &by, &document(&[with_id(shipped(1))])).await;
        let other = document(&[with_id(shipped(2))]);
        let no = d.capture(&by, Behaviour::Rollback, other.to_string().into_bytes().into()).await.expect_err("refused");
        assert!(no.to_string().contains("EPCIS-EVENT-ID-TAKEN"), "{no}");
        let mut wrong = with_id(shipped(1));
        wrong["errorDeclaration"] = json!({
            "declarationTime": "2026-11-24T00:00:00Z", "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8"],
        });
        let c = capture(&d, &by, &document(&[wrong.clone()])).await;
        assert_eq!(c.tally.captured, 1, "the declaration is no duplicate of its event");
        let c = capture(&d, &by, &document(&[wrong])).await;
        assert_eq!(c.tally.duplicates, 1);
        let mut tx = d.read().await.expect("a reading");
        let found = epcis::event(&mut tx, &by, "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab").await.expect("found");
        assert_eq!(found.len(), 2);
        drop(tx);
        for (params, wanted) in [
            (&[("EXISTS_errorDeclaration", "true")][..], 1),
            (&[("EQ_errorReason", "incorrect_data")], 1),
            (&[("EQ_correctiveEventID", "urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8")], 1),
            (&[("GE_errorDeclarationTime", "2026-11-24T00:00:00Z")], 1),
            (&[("LT_errorDeclarationTime", "2026-11-24T00:00:00Z")], 0),
            (&[("EQ_eventID", "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab")], 2),
        ] {
            assert_eq!(how_many(&d, params).await, wanted, "{params:?}");
        }
    }

    async fn m3_1_an_operator_sees_its_own_and_one_step_up_and_down_and_nobody_elses(t: TestDb) {
        let d = desk(&t);
        let (grower_id, grower) = operator(&d, "GROWER").await;
        let (packer_id, packer) = operator(&d, "PACKER").await;
        let (_, stranger) = operator(&d, "STRANGER").await;
        let mut tx = d.begin().await.expect("begin");
        let by = Actor::system();
        epcis::name_party(&mut tx, &by, grower_id, "urn:epc:id:pgln:4000000.00001").await.expect("named");
        epcis::name_party(&mut tx, &by, packer_id, "https://id.gs1.org/417/4000010000010").await.expect("named");
        let no = epcis::name_party(&mut tx, &grower, grower_id, "urn:epc:id:pgln:4000010.00001").await.expect_err("refused");
        assert_eq!(no.refusal().expect("a refusal").code, "access.role");
        let no = epcis::name_party(&mut tx, &by, packer_id, "https://id.gs1.org/417/4000010000016").await.expect_err("refused");
        assert_eq!(no.refusal().expect("a refusal").code, "epcis.party");
        let no = epcis::name_party(&mut tx, &by, grower_id, "urn:epc:id:sgln:4000010.00001.0").await.expect_err("refused");
        assert_eq!(no.refusal().expect("a refusal").code, "party.duplicate");
        d.finish(tx).await.expect("commit");
        let events: Vec<Value> = (0..30).map(shipped).collect();
        capture(&d, &packer, &document(&events[..2])).await;
        capture(&d, &by, &document(&events[2..])).await;
        let mentions = |e: &&Value, party: &str| e.to_string().contains(party);
        let named = |party: &str| events.iter().filter(|e| mentions(e, party)).count();
        let everything = query(&[("perPage", "4")]);
        assert_eq!(all(&d, &by, &everything).await.len(), 30);
        assert_eq!(all(&d, &grower, &everything).await.len(), named("4000000.00001"));
        let packed = events[2..].iter().filter(|e| mentions(e, "4000010.00001")).count();
        assert_eq!(all(&d, &packer, &everything).await.len(), 2 + packed);
        assert_eq!(all(&d, &stranger, &everything).await, Vec::<Value>::new());
        // A narrower question does not widen the view.
        let one = query(&[("MATCH_epc", "urn:epc:id:sgtin:0614141.107346.4")]);
        assert_eq!(all(&d, &by, &one).await.len(), 1);
        assert_eq!(all(&d, &grower, &one).await.len(), 0);
        let id = all(&d, &by, &one).await[0]["eventID"].as_str().expect("an id").to_owned();
        let mut tx = d.read().await.expect("a reading");
        assert_eq!(epcis::event(&mut tx, &grower, &id).await.expect("read"), []);
        let (words, _) = epcis::words(&mut tx, &grower, Vocabulary::Epcs, None, 1000).await.expect("words");
        assert!(!words.iter().any(|w| w.ends_with("/21/4")) && words.iter().any(|w| w.ends_with("/21/3")), "{words:?}");
        let (seen, _) = epcis::newest(&mut tx, &grower, &Query::default(), 0, 1000).await.expect("events");
        assert_eq!(seen.len(), named("4000000.00001"));
        assert_eq!(epcis::captures(&mut tx, &stranger, None, 10).await.expect("captures"), []);
        assert_eq!(epcis::captures(&mut tx, &packer, None, 10).await.expect("captures").len(), 1);
    }

    async fn a_large_document_is_captured_by_the_worker_batch_by_batch(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        let events: Vec<Value> = (0..2_600).map(shipped).collect();
        let bytes = document(&events).to_string().into_bytes();
        let id = d.capture_later(&by, Behaviour::Rollback, bytes).await.expect("taken in");
        let state = async || {
            let mut tx = d.read().await.expect("a reading");
            epcis::capture(&mut tx, &by, id).await.expect("read").expect("it")
        };
        assert_eq!(state().await.state, "waiting");
        let worker = Worker { desk: d.clone(), targets: flow::webhook::Targets::Public };
        assert!(worker.one().await.expect("done"));
        assert!(!worker.one().await.expect("nothing is due"));
        let c = state().await;
        assert_eq!((c.state.as_str(), c.tally.captured, c.tally.events), ("done", 2_600, 2_600), "{c:?}");
        let mut tx = d.read().await.expect("a reading");
        let facts = store::ledger::page(&mut tx, i64::MAX, 100, Some("epcis.captured")).await.expect("facts");
        assert_eq!(facts.len(), 6, "500 events together");
        assert_eq!(epcis::waiting_body(&mut tx, id).await.expect("read"), None, "the document is not kept twice");
    }

    async fn a_large_document_that_is_all_or_nothing_leaves_nothing_when_one_id_is_taken(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        let mut first = shipped(9_000);
        first["eventID"] = json!("urn:uuid:00000000-0000-4000-8000-000000000001");
        capture(&d, &by, &document(&[first])).await;
        let mut events: Vec<Value> = (0..2_600).map(shipped).collect();
        events[2_599]["eventID"] = json!("urn:uuid:00000000-0000-4000-8000-000000000001");
        let large = document(&events).to_string().into_bytes();
        let no = d.capture(&by, Behaviour::Rollback, large.clone().into()).await.expect_err("refused");
        assert!(no.to_string().contains("/epcisBody/eventList/2599/eventID"), "{no}");
        let id = d.capture_later(&by, Behaviour::Rollback, large.clone()).await.expect("taken in");
        d.run_capture(id).await.expect("run");
        let mut tx = d.read().await.expect("a reading");
        let c = epcis::capture(&mut tx, &by, id).await.expect("read").expect("it");
        assert_eq!((c.state.as_str(), c.tally.captured, c.tally.rejected), ("refused", 0, 2_600), "{c:?}");
        assert_eq!(epcis::newest(&mut tx, &by, &Query::default(), 0, 10).await.expect("events").0.len(), 1);
        drop(tx);
        let kept = d.capture(&by, Behaviour::Proceed, large.into()).await.expect("the others are kept");
        assert_eq!((kept.tally.captured, kept.tally.rejected), (2_599, 1));
        // Two events of one document may not share an id either.
        events[2_598]["eventID"] = json!("urn:uuid:00000000-0000-4000-8000-000000000002");
        events[2_599]["eventID"] = json!("urn:uuid:00000000-0000-4000-8000-000000000002");
        let twice = document(&events).to_string().into_bytes();
        assert!(d.capture(&by, Behaviour::Rollback, twice.into()).await.is_err());
    }

    async fn a_reader_who_remembers_a_number_sees_each_event_once(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        let (mut seen, mut got) = (0, Vec::new());
        for part in 0..4 {
            let events: Vec<Value> = (part * 10..part * 10 + 10).map(shipped).collect();
            capture(&d, &by, &document(&events)).await;
            loop {
                let mut tx = d.read().await.expect("a reading");
                let (new, upto) = epcis::newest(&mut tx, &by, &query(&[("EQ_bizStep", "packing")]), seen, 2).await.expect("events");
                if new.is_empty() && upto == seen { break }
                seen = upto;
                got.extend(new.into_iter().map(|e| e.seq));
            }
        }
        let packing: Vec<i64> = (0..40).filter(|n| n % 3 == 2).map(|n| n + 1).collect();
        assert_eq!(got, packing);
    }
}
