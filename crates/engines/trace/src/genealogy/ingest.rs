//! From EPCIS events to the genealogy: what an event tells of lots becomes links, once, however often and in
//! whatever order events are captured.
//!
//! A process is a node of its own between inputs and outputs, so that a thousand inputs and outputs make two
//! thousand links and not a million, and each quantity stays with the lot it was recorded for. Events that
//! share a `transformationID` share the process. Identifiers are brought to their canonical GS1 Digital Link,
//! so that both notations name one lot.
use sha2::{Digest, Sha256};

use super::graph::Graph;
use super::quantity;
use super::types::{Deed, EdgeKind, EntryId, Full, Link, NodeId, NodeKind, Quantity, Unit, withdrawal_of};
use crate::epcis::vocab::{BIZ_STEP, SDT};
use crate::epcis::{self, Event, EventKind, Location, Typed, ident, time};

/// What became of a captured event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Captured {
    /// It was recorded.
    New(EntryId),
    /// It was in the record already; nothing changed.
    Known(EntryId),
    /// Its error declaration took it out of the view; it stays visible as an entry.
    Withdrawn(EntryId),
}

/// Why an event was not captured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCaptured {
    /// The event has no time that can be read.
    #[error("the event has no eventTime that can be read, such as 2026-01-31T08:00:00Z")]
    NoTime,
    /// The event is of a type of the user's own.
    #[error("an event of type `{0}` tells nothing the genealogy knows: use an event type of EPCIS 2.0")]
    OtherKind(String),
    /// The genealogy is full.
    #[error(transparent)]
    Full(#[from] Full),
}

/// The key under which a lot, place or party is known: its canonical GS1 Digital Link, else the URI as it is.
pub fn key_of(uri: &str) -> String {
    let found = if uri.starts_with("urn:epc:") {
        ident::urn_to_digital_link(uri).as_deref().and_then(ident::canonical)
    } else {
        ident::canonical(uri)
    };
    found.unwrap_or_else(|| uri.to_owned())
}

/// The identity of an entry: the SHA-256 an event hash is written from; of another text, its own SHA-256.
pub fn identity_of(event_hash: &str) -> [u8; 32] {
    let digits = event_hash.strip_prefix("ni:///sha-256;").and_then(|rest| rest.split('?').next());
    let mut identity = [0; 32];
    match digits.map(|digits| hex::decode_to_slice(digits, &mut identity)) {
        Some(Ok(())) => identity,
        _ => Sha256::digest(event_hash.as_bytes()).into(),
    }
}

/// Captures an event at a moment of recording, and folds the log in when it has grown large.
///
/// # Errors
/// [`NotCaptured`]; nothing was recorded then.
pub fn capture(graph: &mut Graph, event: &Event, recorded: i64) -> Result<Captured, NotCaptured> {
    let happened = event.event_time.as_deref().and_then(time::parse).ok_or(NotCaptured::NoTime)?;
    if let EventKind::Other(name) = &event.kind {
        return Err(NotCaptured::OtherKind(name.clone()));
    }
    let hash = epcis::hash(event);
    let identity = identity_of(&hash);
    let alias: Option<[u8; 32]> =
        event.event_id.as_deref().filter(|id| *id != hash).map(|id| Sha256::digest(id.as_bytes()).into());
    let known = graph.entry_of(&identity);
    let declared = event.error_declaration.as_ref();
    let (entry, stood) = match known {
        Some(entry) if declared.is_none() => return Ok(Captured::Known(entry)),
        Some(entry) => (entry, true),
        None => match alias.filter(|_| declared.is_some()).and_then(|alias| graph.entry_of(&alias)) {
            Some(entry) => (entry, true),
            None => {
                let telling = Telling::of(graph, event, &hash)?;
                let deed = Deed { identity, happened, recorded, ..telling.deed };
                (graph.record(&deed, &telling.links)?.entry(), false)
            }
        },
    };
    if let Some(alias) = alias {
        graph.alias(alias, entry);
    }
    let Some(declared) = declared else {
        graph.compact_when_large();
        return Ok(Captured::New(entry));
    };
    // The declaration is an entry of its own, so that a view of so many entries knows whether it was there yet.
    if let Some(before) = graph.entry(entry).filter(|before| stood && before.withdrawn.is_none()) {
        let identity = withdrawal_of(&before.deed.identity);
        let told = Deed { identity, happened, recorded, place: None, source: None, destination: None };
        graph.record(&told, &[])?;
    }
    let reason = declared.reason.as_deref().map(|reason| graph.intern(NodeKind::Text, reason)).transpose()?;
    graph.withdraw(entry, recorded, reason);
    graph.compact_when_large();
    Ok(Captured::Withdrawn(entry))
}

/// What an event tells, in links.
struct Telling {
    deed: Deed,
    links: Vec<Link>,
    /// Where shipped goods were to arrive.
    target: Option<NodeId>,
    step: Step,
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Sent,
    Received,
    Other,
}

fn step(event: &Event) -> Step {
    match event.biz_step.as_deref().map(|value| BIZ_STEP.to_json(value)) {
        Some("shipping" | "departing") => Step::Sent,
        Some("receiving" | "arriving" | "accepting") => Step::Received,
        _ => Step::Other,
    }
}

fn place(location: Option<&Location>) -> Option<&str> {
    location.and_then(|location| location.id.as_deref())
}

/// The first identifier of the types asked for, in their order.
fn of_type<'a>(list: Option<&'a [Typed]>, kinds: &[&str]) -> Option<&'a str> {
    let is = |typed: &Typed, kind| typed.kind.as_deref().is_some_and(|written| SDT.to_json(written) == kind);
    kinds.iter().find_map(|kind| list?.iter().find(|typed| is(typed, *kind))?.id.as_deref())
}

const PLACE_FIRST: &[&str] = &["location", "possessing_party", "owning_party"];
const PARTY_FIRST: &[&str] = &["possessing_party", "owning_party", "location"];

impl Telling {
    fn of(graph: &mut Graph, event: &Event, hash: &str) -> Result<Self, Full> {
        let (sources, destinations) = (event.source_list.as_deref(), event.destination_list.as_deref());
        let node = |graph: &mut Graph, uri: Option<&str>| {
            uri.map(|uri| graph.intern(NodeKind::Place, &key_of(uri))).transpose()
        };
        let seen = place(event.biz_location.as_ref()).or(place(event.read_point.as_ref()));
        let deed = Deed {
            identity: [0; 32],
            happened: 0,
            recorded: 0,
            place: node(graph, seen.or(of_type(sources, &["location"])))?,
            source: node(graph, of_type(sources, PARTY_FIRST))?,
            destination: node(graph, of_type(destinations, PARTY_FIRST))?,
        };
        let target = node(graph, of_type(destinations, PLACE_FIRST))?;
        let mut telling = Self { deed, links: Vec::new(), target, step: step(event) };
        match event.kind {
            EventKind::Transformation => telling.transformation(graph, event, hash)?,
            EventKind::Aggregation => telling.packing(graph, event, EdgeKind::Aggregation)?,
            EventKind::Association => telling.packing(graph, event, EdgeKind::Association)?,
            EventKind::Transaction => telling.listing(graph, event)?,
            EventKind::Object | EventKind::Other(_) => telling.objects(graph, event)?,
        }
        Ok(telling)
    }

    fn link(&mut self, from: NodeId, to: NodeId, kind: EdgeKind, quantity: Option<Quantity>) {
        self.links.push(Link { from, to, kind, quantity });
    }

    /// A lot seen: sent to where it was to arrive, received, or merely observed.
    fn sighting(&mut self, lot: NodeId, quantity: Option<Quantity>) {
        let (kind, place) = match (self.step, self.target) {
            (Step::Sent, Some(target)) => (EdgeKind::Shipment, Some(target)),
            (Step::Received, _) => (EdgeKind::Receipt, self.deed.place.or(self.target)),
            _ => (EdgeKind::Observation, self.deed.place),
        };
        match place {
            Some(place) => self.link(lot, place, kind, quantity),
            None => self.link(lot, lot, EdgeKind::Observation, quantity),
        }
    }

    fn objects(&mut self, graph: &mut Graph, event: &Event) -> Result<(), Full> {
        let lots = lots(graph, event.epc_list.as_deref(), event.quantity_list.as_deref())?;
        let begins = event.action.as_deref() == Some("ADD") && self.step == Step::Other;
        let origin = self.deed.place.or(self.deed.source).and_then(|node| graph.key(node)).map(str::to_owned);
        let origin = match origin.filter(|_| begins) {
            Some(key) => Some(graph.intern(NodeKind::Origin, &key)?),
            None => None,
        };
        for (lot, quantity) in lots {
            match (event.action.as_deref(), origin, self.deed.place) {
                (_, Some(origin), _) => self.link(origin, lot, EdgeKind::Origin, quantity),
                (Some("DELETE"), _, Some(place)) => self.link(lot, place, EdgeKind::Removal, quantity),
                (Some("DELETE"), _, None) => self.link(lot, lot, EdgeKind::Removal, quantity),
                _ => self.sighting(lot, quantity),
            }
        }
        Ok(())
    }

    fn packing(&mut self, graph: &mut Graph, event: &Event, kind: EdgeKind) -> Result<(), Full> {
        let children = lots(graph, event.child_epcs.as_deref(), event.child_quantity_list.as_deref())?;
        // An association may join things to a place; that is a sighting there, no container.
        let fixed = |key: &str| key.starts_with("https://id.gs1.org/414/");
        let parent = event.parent_id.as_deref().map(key_of);
        if let Some(place) = parent.as_deref().filter(|key| fixed(key)) {
            self.deed.place = Some(graph.intern(NodeKind::Place, place)?);
        }
        let parent = parent.filter(|key| !fixed(key));
        let parent = parent.map(|key| graph.intern(NodeKind::Lot, &key)).transpose()?;
        for &(child, quantity) in &children {
            match (parent, event.action.as_deref()) {
                (Some(parent), Some("DELETE")) => self.link(parent, child, EdgeKind::Unpacking, quantity),
                (Some(parent), _) => self.link(child, parent, kind, quantity),
                (None, _) => self.sighting(child, quantity),
            }
        }
        if let Some(parent) = parent.filter(|_| children.is_empty() || self.step != Step::Other) {
            self.sighting(parent, None);
        }
        Ok(())
    }

    fn listing(&mut self, graph: &mut Graph, event: &Event) -> Result<(), Full> {
        let mut lots = lots(graph, event.epc_list.as_deref(), event.quantity_list.as_deref())?;
        if let Some(parent) = event.parent_id.as_deref() {
            lots.push((graph.intern(NodeKind::Lot, &key_of(parent))?, None));
        }
        let ended = event.action.as_deref() == Some("DELETE");
        let kind = if ended { EdgeKind::Delisting } else { EdgeKind::Transaction };
        let documents = event.biz_transaction_list.iter().flatten().filter_map(|typed| typed.id.as_deref());
        for document in documents {
            let document = graph.intern(NodeKind::Document, &key_of(document))?;
            for &(lot, quantity) in &lots {
                self.link(lot, document, kind, quantity);
            }
        }
        if self.step != Step::Other {
            lots.into_iter().for_each(|(lot, quantity)| self.sighting(lot, quantity));
        }
        Ok(())
    }

    fn transformation(&mut self, graph: &mut Graph, event: &Event, hash: &str) -> Result<(), Full> {
        let key = event.transformation_id.as_deref().map_or_else(|| hash.to_owned(), key_of);
        let process = graph.intern(NodeKind::Process, &key)?;
        let (epcs, amounts) = (event.input_epc_list.as_deref(), event.input_quantity_list.as_deref());
        for (lot, quantity) in lots(graph, epcs, amounts)? {
            self.link(lot, process, EdgeKind::Transformation, quantity);
        }
        let (epcs, amounts) = (event.output_epc_list.as_deref(), event.output_quantity_list.as_deref());
        for (lot, quantity) in lots(graph, epcs, amounts)? {
            self.link(process, lot, EdgeKind::Transformation, quantity);
        }
        Ok(())
    }
}

/// The lots of a list of objects, one piece each, and of a list of quantities.
fn lots(
    graph: &mut Graph,
    epcs: Option<&[String]>,
    quantities: Option<&[epcis::Quantity]>,
) -> Result<Vec<(NodeId, Option<Quantity>)>, Full> {
    let mut lots = Vec::new();
    for epc in epcs.unwrap_or_default() {
        let piece = Quantity { amount: 1000, unit: Unit::PIECE };
        lots.push((graph.intern(NodeKind::Lot, &key_of(epc))?, Some(piece)));
    }
    for element in quantities.unwrap_or_default() {
        let Some(class) = element.epc_class.as_deref() else { continue };
        let unit = element.uom.as_deref().unwrap_or_default();
        let quantity = element.quantity.as_deref().and_then(|digits| quantity::read(digits, unit));
        lots.push((graph.intern(NodeKind::Lot, &key_of(class))?, quantity));
    }
    Ok(lots)
}
