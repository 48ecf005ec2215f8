//! Query documents in JSON, as answers, sockets and webhooks carry them.

use super::{Kept, read::document_body};
use kernel::{No, Result, Timestamp};
use trace::epcis::Limits;

/// The context that every document names.
pub const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";
/// Most events that a document of ours holds; they are read back for XML and for links.
pub const DOCUMENT_LIMITS: Limits = Limits { max_bytes: 512 << 20, max_depth: 128, max_events: 10_000 };

/// Events as a query document in JSON (EPCIS 2.0, 8.2.5); with `links`, identifiers are written as GS1 Digital Links.
///
/// # Errors
/// A kept event cannot be read again.
pub fn query_document(
    events: &[Kept],
    name: &str,
    subscription: Option<&str>,
    links: bool,
    now: Timestamp,
) -> Result<String> {
    let mut list = String::with_capacity(events.iter().map(|e| e.body.len() + 64).sum());
    for event in events {
        if !list.is_empty() {
            list.push(',');
        }
        let body = document_body(event);
        match links {
            false => list.push_str(&body),
            true => list.push_str(&with_links(&body)?),
        }
    }
    let name = serde_json::to_string(name)?;
    let subscription = match subscription {
        Some(id) => format!("\"subscriptionID\":{},", serde_json::to_string(id)?),
        None => String::new(),
    };
    Ok(format!(
        "{{\"@context\":[\"{CONTEXT}\"],\"type\":\"EPCISQueryDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"{}\",\
         \"epcisBody\":{{\"queryResults\":{{{subscription}\"queryName\":{name},\"resultsBody\":{{\"eventList\":[{list}]}}}}}}}}",
        now.rfc3339()
    ))
}

fn with_links(body: &str) -> Result<String> {
    let mut read =
        trace::epcis::parse(body.as_bytes(), &DOCUMENT_LIMITS).map_err(|p| No::fault(format!("{p:?}")))?;
    let event = read.events.first_mut().ok_or_else(|| No::fault("a kept event that cannot be read"))?;
    trace::epcis::use_digital_links(event);
    Ok(trace::epcis::event_to_json(event))
}
