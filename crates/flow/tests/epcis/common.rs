//! What the stories share: documents of a chain that moves cartons, captures, and queries read to their end.

use flow::Desk;
use kernel::{Actor, OperatorId, Scope, bi};
use registry::trade;
use serde_json::{Value, json};
use std::sync::Arc;
use supervision::epcis::{self, Behaviour, Capture};
use testkit::TestDb;
use trace::epcis::{Criterion, Query, Scope as Prefixes, read_query, url_param};

const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

pub(crate) fn desk(t: &TestDb) -> Desk {
    Desk { db: (**t).clone(), clock: t.clock.clone(), chance: t.chance.clone() }
}

pub(crate) fn document(events: &[Value]) -> Value {
    json!({
        "@context": [CONTEXT, {"ex": "https://example.com/epcis/"}],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-24T01:00:00Z",
        "epcisBody": {"eventList": events},
    })
}

/// The `n`-th event of a chain: carton `n` moves from one place to another.
pub(crate) fn shipped(n: usize) -> Value {
    let step = ["shipping", "receiving", "packing"][n % 3];
    json!({
        "type": "ObjectEvent", "action": if n.is_multiple_of(2) { "OBSERVE" } else { "ADD" }, "bizStep": step,
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

pub(crate) async fn capture(d: &Desk, by: &Actor, document: &Value) -> Capture {
    let bytes: Arc<[u8]> = document.to_string().into_bytes().into();
    d.capture(by, Behaviour::Rollback, bytes).await.unwrap_or_else(|e| panic!("captured: {e}"))
}

pub(crate) fn query(params: &[(&str, &str)]) -> Query {
    let mut prefixes = Prefixes::root(true);
    prefixes.declare("ex", "https://example.com/epcis/");
    let params = params.iter().map(|(name, text)| url_param(name, text)).collect();
    read_query(params, &Arc::new(prefixes)).unwrap_or_else(|p| panic!("{p:?}"))
}

/// All events of a query as JSON, page by page.
pub(crate) async fn all(d: &Desk, by: &Actor, query: &Query) -> Vec<Value> {
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

pub(crate) async fn how_many(d: &Desk, params: &[(&str, &str)]) -> usize {
    all(d, &Actor::system(), &query(params)).await.len()
}

pub(crate) async fn operator(d: &Desk, code: &str) -> (OperatorId, Actor) {
    let mut tx = d.begin().await.expect("begin");
    let by = Actor::system();
    let o =
        trade::list_operator(&mut tx, &by, code, "exporter", bi(code, code), 2).await.expect("an operator");
    d.finish(tx).await.expect("commit");
    (o.id, Actor { scope: Scope::Operator(o.id), ..Actor::system() })
}

pub(crate) fn query_of(criterion: Criterion) -> Query {
    Query { criteria: vec![criterion], per_page: Some(1000), ..Query::default() }
}
