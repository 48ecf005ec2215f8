//! Writes one event as EPCIS 1.2 XML (its schema, EPCglobal-epcis-1_2): what came after 1.0 lies in extension
//! elements. What 1.2 has no place for is left out: sensor elements, persistent dispositions, certification, and
//! association events as a whole.

use super::model::{Event, EventKind};
use super::write_xml_event::{error_declaration, field};
use super::xml_out::Out;

/// Fields of an event type, then those that lie in its `extension`.
type Fields = (&'static [&'static str], &'static [&'static str]);

const OBJECT: Fields = (
    &["epcList", "action", "bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList"],
    &["quantityList", "sourceList", "destinationList", "ilmd"],
);
const AGGREGATION: Fields = (
    &[
        "parentID",
        "childEPCs",
        "action",
        "bizStep",
        "disposition",
        "readPoint",
        "bizLocation",
        "bizTransactionList",
    ],
    &["childQuantityList", "sourceList", "destinationList"],
);
const TRANSACTION: Fields = (
    &[
        "bizTransactionList",
        "parentID",
        "epcList",
        "action",
        "bizStep",
        "disposition",
        "readPoint",
        "bizLocation",
    ],
    &["quantityList", "sourceList", "destinationList"],
);
const TRANSFORMATION: Fields = (
    &[
        "inputEPCList",
        "inputQuantityList",
        "outputEPCList",
        "outputQuantityList",
        "transformationID",
        "bizStep",
        "disposition",
        "readPoint",
        "bizLocation",
        "bizTransactionList",
        "sourceList",
        "destinationList",
        "ilmd",
    ],
    &[],
);

/// Writes the event; one of a type that 1.2 does not have is not written.
pub(crate) fn old_event(out: &mut Out, event: &Event, declares: &[(String, String)]) {
    let (fields, later) = match event.kind {
        EventKind::Object => OBJECT,
        EventKind::Aggregation => AGGREGATION,
        EventKind::Transaction => TRANSACTION,
        EventKind::Transformation => TRANSFORMATION,
        EventKind::Association | EventKind::Other(_) => return,
    };
    // The list of an event came with 1.1, and the schema of 1.0 let new types in by an extension.
    let wrapped = event.kind == EventKind::Transformation;
    if wrapped {
        out.open("extension", &[]);
    }
    out.open_declaring(event.kind.name(), &[], declares);
    out.leaf("eventTime", event.event_time.as_deref());
    out.leaf("recordTime", event.record_time.as_deref());
    out.leaf("eventTimeZoneOffset", event.event_time_zone_offset.as_deref());
    if event.event_id.is_some() || event.error_declaration.is_some() {
        out.open("baseExtension", &[]);
        out.leaf("eventID", event.event_id.as_deref());
        if let Some(declaration) = &event.error_declaration {
            error_declaration(out, event, declaration);
        }
        out.close();
    }
    for name in fields {
        let needed = match *name {
            "epcList" => event.epc_list.is_none(),
            "childEPCs" => event.child_epcs.is_none() && event.kind == EventKind::Aggregation,
            _ => false,
        };
        if needed {
            out.open(name, &[]);
            out.close();
        }
        field(out, event, name);
    }
    let has = |name: &str| match name {
        "quantityList" => event.quantity_list.is_some(),
        "childQuantityList" => event.child_quantity_list.is_some(),
        "sourceList" => event.source_list.is_some(),
        "destinationList" => event.destination_list.is_some(),
        _ => event.ilmd.is_some(),
    };
    if later.iter().any(|name| has(name)) {
        out.open("extension", &[]);
        later.iter().for_each(|name| field(out, event, name));
        out.close();
    }
    for ext in event.extensions.iter().filter(|e| !e.name.starts_with('@')) {
        out.ext(&ext.name, &ext.value, &event.scope);
    }
    out.close();
    if wrapped {
        out.close();
    }
}
