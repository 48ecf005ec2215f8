//! What was captured is found: by every kind of parameter, in every order, by words and master data.

use crate::common::{all, capture, desk, document, how_many, query, shipped};
use kernel::Actor;
use serde_json::{Value, json};
use supervision::epcis::{self, Vocabulary};
use testkit::{TestDb, on_both};
use trace::epcis::index::{index, joined, measure};
use trace::epcis::{Criterion, Limits, Query, TermSpan, hash, parse};
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
        for (n, store) in [(0, "urn:epc:id:sgln:0614141.00773.0"), (1, "urn:epc:id:sgln:0614141.00771.0")] {
            sent["epcisBody"]["eventList"][n]["ex:keptIn"] = json!(store);
        }
        capture(&d, &by, &sent).await;
        for (params, wanted) in [
            (&[("WD_readPoint", "http://example.com/site")][..], 4),
            (&[("EQ_readPoint", "http://example.com/site")], 0),
            (&[("WD_readPoint", "urn:epc:id:sgln:0614141.00771.0")], 2),
            (&[("HASATTR_readPoint", "http://example.com/a/cold")], 2),
            (&[("EQATTR_readPoint_http://example.com/a/cold", "yes")], 2),
            (&[("EQATTR_readPoint_http://example.com/a/cold", "no")], 0),
            (&[("EQ_ATTR_readPoint_http://example.com/a/cold", "yes")], 2),
            (&[("HASATTR_https://example.com/epcis/#keptIn", "http://example.com/a/cold")], 1),
            (&[("EQATTR_https://example.com/epcis/#keptIn_http://example.com/a/cold", "yes")], 1),
            (&[("EQ_ATTR_https://example.com/epcis/#keptIn_http://example.com/a/cold", "no")], 0),
            (&[("HASATTR_INNER_https://example.com/epcis/#keptIn", "http://example.com/a/cold")], 0),
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

#[test]
fn a_number_is_found_under_the_name_that_a_query_gives_it() {
    let read = parse(document(&[shipped(3)]).to_string().as_bytes(), &Limits::default()).expect("a document");
    let found = index(&read.events[0]);
    let named = |m: Vec<u8>| found.measures.iter().any(|(name, _)| *name == m);
    assert!(named(measure("quantity", "")) && named(measure("quantity", "KGM")));
    assert!(named(measure("number", &joined(&["", "", "https://example.com/epcis#temperature"]))));
}
