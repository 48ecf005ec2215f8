//! What the made-up plant of a notified lot recorded: raw lots from its farms, two lots made of them, goods sent.

use flow::CAPTURE_LIMITS;
use kernel::{Actor, Result, Timestamp};
use serde_json::{Value, json};
use store::Tx;
use supervision::{
    epcis::{self, Behaviour},
    release::Released,
    traceback,
};

/// Events of one document.
const MOST: usize = 100;
/// Where the made-up plant and its buyer are.
const PLANT: &str = "urn:epc:id:sgln:6900000.00001.0";
const BUYER: &str = "urn:epc:id:sgln:4000000.00001.0";

fn farm(n: usize) -> String {
    format!("urn:epc:id:sgln:6900000.1000{n}.0")
}

fn of(lot: &str, kg: i64) -> Value {
    json!({ "epcClass": lot, "quantity": kg, "uom": "KGM" })
}

/// The document of a lot: three raw lots, what was made of them that day, and who got it.
fn document(lot: &Released, class: &dyn Fn(&str) -> String) -> Value {
    let at = |days: i64, hour: i64| {
        let at = Timestamp(lot.at.0 - days * Timestamp::DAY + hour * Timestamp::HOUR);
        format!("{}Z", &at.rfc3339()[..19])
    };
    let event = |kind: &str, time: String, place: &str, mut more: Value| {
        more["type"] = json!(kind);
        more["eventTime"] = json!(time);
        more["eventTimeZoneOffset"] = json!("+08:00");
        more["bizLocation"] = json!({ "id": place });
        more
    };
    let raw: Vec<String> = (1..=3).map(|n| class(&format!("{}-R{n}", lot.lot_no))).collect();
    let kg = (lot.quantity.milli / 1000).max(100);
    let mut events: Vec<Value> = raw
        .iter()
        .enumerate()
        .map(|(n, raw)| {
            let more = json!({ "action": "ADD", "bizStep": "commissioning", "quantityList": [of(raw, kg)] });
            event("ObjectEvent", at(14, 0), &farm(n + 1), more)
        })
        .collect();
    let (own, sister) = (class(&lot.lot_no), class(&format!("{}-B", lot.lot_no)));
    let made = json!({
        "transformationID": format!("urn:uuid:{}", lot.lot.0),
        "inputQuantityList": raw.iter().map(|r| of(r, kg)).collect::<Vec<_>>(),
        "outputQuantityList": [of(&own, kg), of(&sister, kg)],
    });
    events.push(event("TransformationEvent", at(12, 2), PLANT, made));
    for (lot, hour) in [(&own, 4), (&sister, 5)] {
        let sent = json!({
            "action": "OBSERVE",
            "bizStep": "shipping",
            "quantityList": [of(lot, kg)],
            "destinationList": [{ "type": "location", "destination": BUYER }],
        });
        events.push(event("ObjectEvent", at(0, hour), PLANT, sent));
    }
    json!({
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": at(0, 6),
        "epcisBody": { "eventList": events },
    })
}

/// Captures the events of a lot as its plant would have sent them, and tells under which identifier they name it.
pub(super) async fn record(tx: &mut Tx, lot: &Released) -> Result<()> {
    let class = |no: &str| format!("urn:epc:class:lgtin:6900000.0{}.{no}", &lot.hs[..5]);
    let by = Actor::system();
    let told = epcis::survey(document(lot, &class).to_string().as_bytes(), &CAPTURE_LIMITS, MOST);
    epcis::fail(&told.flaws)?;
    let capture = epcis::open(tx, &by, Behaviour::Rollback, None).await?;
    let tally = epcis::keep(tx, &by, capture, told.ready.unwrap_or_default()).await?;
    epcis::finish(tx, capture, &tally, true).await?;
    traceback::mark(tx, &by, lot.lot, &class(&lot.lot_no)).await
}
