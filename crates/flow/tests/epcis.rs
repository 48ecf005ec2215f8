//! Stories of the repository of visibility events, each on SQLite and on PostgreSQL.

use flow::{Desk, Worker};
use kernel::{Actor, OperatorId, Scope, bi};
use registry::trade;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use supervision::epcis::{self, Behaviour, Capture, Vocabulary};
use testkit::{TestDb, on_both};
use trace::epcis::index::{Field, index, joined, measure, term};
use trace::epcis::{
    Criterion, Limits, Query, Scope as Prefixes, TermSpan, hash, parse, read_query, url_param,
};

const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

fn desk(t: &TestDb) -> Desk {
    Desk { db: (**t).clone(), clock: t.clock.clone(), chance: t.chance.clone() }
}

fn document(events: &[Value]) -> Value {
    json!({
        "@context": [CONTEXT, {"ex": "https://example.com/epcis/"}],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-24T01:00:00Z",
        "epcisBody": {"eventList": events},
    })
}

/// The `n`-th event of a chain: carton `n` moves from one place to another.
fn shipped(n: usize) -> Value {
    let step = ["shipping", "receiving", "packing"][n % 3];
    json!({
        "type": "ObjectEvent", "action": if n % 2 == 0 { "OBSERVE" } else { "ADD" }, "bizStep": step,
        "disposition": "in_transit",
        "eventTime": format!("2026-11-{:02}T{:02}:{:02}:00.000+08:00", 1 + n % 20, n % 24, n % 60),
        "eventTimeZoneOffset": "+08:00",
        "epcList": [format!("urn:epc:id:sgtin:0614141.107346.{n}"), format!("urn:epc:id:sscc:0614141.1{:09}", n / 4)],
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": n, "uom": "KGM"}],
        "readPoint": {"id": format!("urn:epc:id:sgln:0614141.0077{}.0", n % 4)},
        "bizTransactionList": [{"type": "po", "bizTransaction": format!("http://example.com/po/{}", n / 10)}],
        "sourceList": [{"type": "owning_party", "source": format!("urn:epc:id:pgln:40000{:02}.00001", n % 3)}],
        "destinationList": [{"type": "owning_party", "destination": format!("urn:epc:id:pgln:40000{:02}.00001", 10 + n % 5)}],
        "ex:temperature": n as i64 - 5, "ex:note": {"ex:by": format!("team {}", n % 2)},
    })
}

async fn capture(d: &Desk, by: &Actor, document: &Value) -> Capture {
    let bytes: Arc<[u8]> = document.to_string().into_bytes().into();
    d.capture(by, Behaviour::Rollback, bytes).await.unwrap_or_else(|e| panic!("captured: {e}"))
}

fn query(params: &[(&str, &str)]) -> Query {
    let mut prefixes = Prefixes::root(true);
    prefixes.declare("ex", "https://example.com/epcis/");
    let params = params.iter().map(|(name, text)| url_param(name, text)).collect();
    read_query(params, &Arc::new(prefixes)).unwrap_or_else(|p| panic!("{p:?}"))
}

/// All events of a query as JSON, page by page.
async fn all(d: &Desk, by: &Actor, query: &Query) -> Vec<Value> {
    let (mut found, mut query) = (Vec::new(), query.clone());
    loop {
        let mut tx = d.read().await.expect("a reading");
        let page = epcis::events(&mut tx, by, &query).await.unwrap_or_else(|e| panic!("{e}"));
        let one = |e: &epcis::Kept| serde_json::from_str(&epcis::document_body(e)).expect("json");
        found.extend(page.events.iter().map(one));
        let Some(next) = page.next else { return found };
        query.page_token = Some(next);
    }
}

async fn how_many(d: &Desk, params: &[(&str, &str)]) -> usize {
    all(d, &Actor::system(), &query(params)).await.len()
}

async fn operator(d: &Desk, code: &str) -> (OperatorId, Actor) {
    let mut tx = d.begin().await.expect("begin");
    let by = Actor::system();
    let o =
        trade::list_operator(&mut tx, &by, code, "exporter", bi(code, code), 2).await.expect("an operator");
    d.finish(tx).await.expect("commit");
    (o.id, Actor { scope: Scope::Operator(o.id), ..Actor::system() })
}

on_both! {
    async fn m3_1_what_was_captured_is_found_by_every_kind_of_parameter(t: TestDb) {
        let d = desk(&t);
        let events: Vec<Value> = (0..60).map(shipped).collect();
        let c = capture(&d, &Actor::system(), &document(&events)).await;
        assert_eq!((c.state.as_str(), c.tally.captured, c.tally.duplicates), ("done", 60, 0));
        for (params, wanted) in [
            (&[][..], 60),
            (&[("MATCH_epc", "urn:epc:id:sgtin:0614141.107346.7")], 1),
            (&[("MATCH_epc", "https://id.gs1.org/01/10614141073464/21/7")], 1),
            (&[("MATCH_epc", "urn:epc:idpat:sgtin:0614141.107346.*")], 60),
            (&[("MATCH_anyEPC", "urn:epc:idpat:sscc:0614141.*")], 60),
            (&[("MATCH_anyEPC", "urn:epc:id:sscc:0614141.1000000003")], 4),
            (&[("MATCH_parentID", "urn:epc:id:sscc:0614141.1000000003")], 0),
            (&[("MATCH_epcClass", "urn:epc:class:lgtin:4012345.012345.L1")], 60),
            (&[("EQ_bizStep", "shipping")], 20),
            (&[("EQ_bizStep", "https://ref.gs1.org/cbv/BizStep-shipping|packing")], 40),
            (&[("EQ_bizStep", "shipping"), ("EQ_action", "ADD")], 10),
            (&[("EQ_readPoint", "urn:epc:id:sgln:0614141.00771.0")], 15),
            (&[("EQ_bizTransaction_po", "http://example.com/po/3")], 10),
            (&[("EQ_bizTransaction_inv", "http://example.com/po/3")], 0),
            (&[("EQ_source_owning_party", "urn:epc:id:pgln:4000002.00001")], 20),
            (&[("GE_quantity_KGM", "50")], 10),
            (&[("GT_quantity", "50"), ("LT_quantity", "53")], 2),
            (&[("GE_quantity_GRM", "50")], 0),
            (&[("EQ_ex:temperature", "-5")], 1),
            (&[("LT_ex:temperature", "0")], 5),
            (&[("EQ_INNER_ex:by", "team 1")], 30),
            (&[("EXISTS_ex:note", "true")], 60),
            (&[("EXISTS_INNER_ex:note", "true")], 0),
            (&[("EXISTS_errorDeclaration", "true")], 0),
            (&[("EXISTS_errorDeclaration", "false")], 60),
            (&[("GE_eventTime", "2026-11-10T00:00:00+08:00"), ("LT_eventTime", "2026-11-11T00:00:00+08:00")], 3),
            (&[("eventType", "ObjectEvent|AggregationEvent")], 60),
            (&[("eventType", "AggregationEvent")], 0),
        ] {
            assert_eq!(how_many(&d, params).await, wanted, "{params:?}");
            // The same on small pages: no gap, no double.
            let mut paged = params.to_vec();
            paged.push(("perPage", "7"));
            assert_eq!(how_many(&d, &paged).await, wanted, "{paged:?}");
        }
    }

    async fn results_come_in_the_order_asked_for_and_no_more_than_asked_for(t: TestDb) {
        let d = desk(&t);
        let events: Vec<Value> = (0..50).map(shipped).collect();
        capture(&d, &Actor::system(), &document(&events)).await;
        for way in ["ASC", "DESC"] {
            for by in ["eventTime", "recordTime"] {
                for more in [&[][..], &[("EQ_bizStep", "shipping|packing")], &[("MATCH_epc", "urn:epc:idpat:sgtin:0614141.*.*")]] {
                    let mut params = vec![("orderBy", by), ("orderDirection", way), ("perPage", "6")];
                    params.extend_from_slice(more);
                    let found = all(&d, &Actor::system(), &query(&params)).await;
                    let at = |e: &Value| trace::epcis::time::parse(e[by].as_str().expect("a time"));
                    let times: Vec<_> = found.iter().map(at).collect();
                    let mut sorted = times.clone();
                    sorted.sort_unstable();
                    if way == "DESC" {
                        sorted.reverse();
                    }
                    assert_eq!(times, sorted, "{params:?}");
                    params.push(("eventCountLimit", "8"));
                    let first = all(&d, &Actor::system(), &query(&params)).await;
                    assert_eq!(first, found[..8], "{params:?}");
                }
            }
        }
        let mut tx = d.read().await.expect("a reading");
        let too_many = epcis::events(&mut tx, &Actor::system(), &query(&[("maxEventCount", "49")])).await;
        assert_eq!(too_many.expect_err("refused").refusal().expect("a refusal").code, "epcis.query_too_large");
        drop(tx);
        assert_eq!(how_many(&d, &[("maxEventCount", "50")]).await, 50);
    }

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
        let worker = Worker { desk: d.clone() };
        assert!(worker.one().await.expect("done"));
        assert!(!worker.one().await.expect("nothing is due"));
        let c = state().await;
        assert_eq!((c.state.as_str(), c.tally.captured, c.tally.events), ("done", 2_600, 2_600), "{c:?}");
        let mut tx = d.read().await.expect("a reading");
        let facts = store::ledger::page(&mut tx, i64::MAX, 100, Some("epcis.captured")).await.expect("facts");
        assert_eq!(facts.len(), 6, "500 events together");
        assert_eq!(epcis::waiting_body(&mut tx, id).await.expect("read"), None, "the document is not kept twice");
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

    async fn master_data_widens_places_and_names_attributes(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        let mut sent = document(&(0..8).map(shipped).collect::<Vec<_>>());
        sent["epcisHeader"] = json!({"epcisMasterData": {"vocabularyList": [{
            "type": "urn:epcglobal:epcis:vtype:ReadPoint",
            "vocabularyElementList": [
                {"id": "http://example.com/site", "attributes": [], "children": ["http://example.com/hall"]},
                {"id": "http://example.com/hall", "attributes": [],
                 "children": ["urn:epc:id:sgln:0614141.00771.0", "urn:epc:id:sgln:0614141.00772.0", "http://example.com/site"]},
                {"id": "urn:epc:id:sgln:0614141.00773.0", "attributes": [{"id": "http://example.com/a/cold", "attribute": "yes"}]},
            ],
        }]}});
        capture(&d, &by, &sent).await;
        for (params, wanted) in [
            (&[("WD_readPoint", "http://example.com/site")][..], 4),
            (&[("EQ_readPoint", "http://example.com/site")], 0),
            (&[("WD_readPoint", "urn:epc:id:sgln:0614141.00771.0")], 2),
            (&[("HASATTR_readPoint", "http://example.com/a/cold")], 2),
            (&[("EQATTR_readPoint_http://example.com/a/cold", "yes")], 2),
            (&[("EQATTR_readPoint_http://example.com/a/cold", "no")], 0),
        ] {
            assert_eq!(how_many(&d, params).await, wanted, "{params:?}");
        }
    }

    async fn words_of_events_are_listed_in_pages(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        capture(&d, &by, &document(&(0..40).map(shipped).collect::<Vec<_>>())).await;
        let mut tx = d.read().await.expect("a reading");
        for (vocabulary, wanted) in [
            (Vocabulary::EventTypes, 1), (Vocabulary::BizSteps, 3), (Vocabulary::Dispositions, 1),
            (Vocabulary::ReadPoints, 4), (Vocabulary::BizLocations, 0), (Vocabulary::Epcs, 50),
        ] {
            let (mut words, mut after) = (Vec::new(), None);
            loop {
                let (page, next) = epcis::words(&mut tx, &by, vocabulary, after.as_deref(), 3).await.expect("words");
                assert!(page.len() <= 3);
                words.extend(page);
                after = next;
                if after.is_none() { break }
            }
            assert_eq!(words.len(), wanted, "{vocabulary:?}");
            words.dedup();
            assert_eq!(words.len(), wanted, "{vocabulary:?}");
        }
    }

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

    async fn queries_over_random_events_find_what_a_plain_look_through_them_finds(t: TestDb) {
        let d = desk(&t);
        let by = Actor::system();
        let events: Vec<Value> = (0..200).map(shipped).collect();
        capture(&d, &by, &document(&events)).await;
        let read = parse(document(&events).to_string().as_bytes(), &Limits::default()).expect("a document");
        let indexed: Vec<_> = read.events.iter().map(|e| (hash(e), index(e))).collect();
        let mut seed = 7_u64;
        let mut draw = |n: usize| { seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1); (seed >> 33) as usize % n };
        for round in 0..120 {
            let mut criteria = Vec::new();
            for _ in 0..=draw(3) {
                let (_, one) = &indexed[draw(200)];
                criteria.push(if draw(4) == 0 {
                    let (measure, value) = one.measures[draw(one.measures.len())].clone();
                    let other = indexed[draw(200)].1.measures.iter().find(|(m, _)| *m == measure).map_or(value, |(_, v)| *v);
                    Criterion::Between { measure, low: value.min(other), high: value.max(other) }
                } else {
                    let any = (0..=draw(3)).map(|_| {
                        let one = &indexed[draw(200)].1;
                        let t = one.terms[draw(one.terms.len())].clone();
                        if draw(3) == 0 { TermSpan::Prefix(t[..1 + t.len() / 2].to_vec()) } else { TermSpan::Exact(t) }
                    });
                    let any = any.collect();
                    Criterion::Terms { rank: u8::try_from(draw(9)).expect("small"), any }
                });
            }
            let mut wanted: Vec<&str> = indexed.iter().filter(|(_, i)| criteria.iter().all(|c| holds(c, i))).map(|(id, _)| id.as_str()).collect();
            wanted.sort_unstable();
            let order = [None, Some(trace::epcis::Order::EventTime), Some(trace::epcis::Order::RecordTime)][draw(3)];
            let query = Query { criteria, order, descending: draw(2) == 0, per_page: Some(1 + draw(40)), ..Query::default() };
            let found = all(&d, &by, &query).await;
            let mut found: Vec<&str> = found.iter().map(|e| e["eventID"].as_str().expect("an id")).collect();
            found.sort_unstable();
            assert_eq!(found, wanted, "round {round}: {query:?}");
        }
    }
}

fn holds(criterion: &Criterion, i: &trace::epcis::index::Index) -> bool {
    match criterion {
        Criterion::Terms { any, .. } => any.iter().any(|span| match span {
            TermSpan::Exact(x) => i.terms.contains(x),
            TermSpan::Prefix(x) => i.terms.iter().any(|t| t.starts_with(x)),
        }),
        Criterion::Between { measure, low, high } => {
            i.measures.iter().any(|(m, v)| m == measure && (low..=high).contains(&v))
        }
        Criterion::Within { .. } | Criterion::Attribute { .. } => false,
    }
}

fn query_of(criterion: Criterion) -> Query {
    Query { criteria: vec![criterion], per_page: Some(1000), ..Query::default() }
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

#[test]
fn a_number_is_found_under_the_name_that_a_query_gives_it() {
    let read = parse(document(&[shipped(3)]).to_string().as_bytes(), &Limits::default()).expect("a document");
    let found = index(&read.events[0]);
    let named = |m: Vec<u8>| found.measures.iter().any(|(name, _)| *name == m);
    assert!(named(measure("quantity", "")) && named(measure("quantity", "KGM")));
    assert!(named(measure("number", &joined(&["", "", "https://example.com/epcis#temperature"]))));
}
