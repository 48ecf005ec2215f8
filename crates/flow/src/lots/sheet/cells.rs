//! What the cells of the workbook say, in words.

use super::number;
use crate::lots::described::{Described, both};
use crate::lots::{Goods, Item};
use serde_json::Value;
use supervision::trail::{Known, names};
use trace::genealogy::NodeKind;

/// What a node is, in words.
pub(super) fn kind(item: &Item) -> &'static str {
    match (item.kind, names::read(&item.name).map_or("", |(kind, _)| kind)) {
        (NodeKind::Process, _) => "Making",
        (_, "lot") => "Production lot",
        (_, "raw") => "Raw lot",
        (_, "farm") => "Farm",
        (_, "plant") => "Plant",
        (_, "operator") => "Operator",
        (_, "consignment") => "Consignment",
        (_, "certificate") => "Certificate",
        (_, "consignee") => "Consignee",
        (_, "port") => "Port",
        (_, "branch") => "Branch of the bureau",
        (NodeKind::Lot, _) => "Lot",
        (NodeKind::Origin | NodeKind::Place, _) => "Place",
        (NodeKind::Document, _) => "Document",
        (NodeKind::Text, _) => "Text",
    }
}

/// Name, country and identifier of a place.
pub(super) fn location(place: Option<&str>, known: &Described) -> String {
    let Some(place) = place else { return String::new() };
    let of = known.known.get(place);
    let name = of.and_then(|k| k.name.as_ref()).map(both);
    let country = of.and_then(|k| k.country.clone());
    name.into_iter().chain(country).chain([place.to_owned()]).collect::<Vec<_>>().join(", ")
}

fn text<'a>(event: Option<&'a Value>, pointer: &str) -> Option<&'a str> {
    event?.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
}

/// What goods a lot is: as declared or filed, else by the HS code that its event tells.
pub(super) fn goods(item: &Item, known: &Described) -> String {
    let event = item.entry.and_then(|entry| known.events.get(&entry));
    let filed = known.known.get(&item.name).and_then(|k| k.goods.clone());
    let told = || text(event, "/ilmd/guomen:hs").or_else(|| text(event, "/guomen:hs"));
    filed.or_else(|| told().map(|hs| format!("HS {hs}"))).unwrap_or_default()
}

/// The paper that an event refers to: the one it names, else the supply proof of the lot, else the declaration.
pub(super) fn paper(g: &Goods, lot: Option<&Item>, known: &Described) -> (&'static str, String) {
    let event = known.events.get(&g.entry);
    if let Some(named) = text(event, "/bizTransactionList/0/bizTransaction") {
        let kind = text(event, "/bizTransactionList/0/type").unwrap_or_default();
        return (paper_kind(kind), number(named));
    }
    let making = lot.and_then(|l| l.entry).and_then(|entry| known.events.get(&entry));
    if let Some(proof) = text(event, "/ilmd/guomen:proof").or_else(|| text(making, "/ilmd/guomen:proof")) {
        return ("Supply proof", proof.to_owned());
    }
    if let Some(made) = text(event, "/transformationID") {
        return ("Production record", number(made));
    }
    match lot.map(|l| (&l.name, names::read(&l.name))) {
        Some((name, Some(("consignment", _)))) => ("Declaration", number(name)),
        _ => ("", String::new()),
    }
}

/// The kind of a business transaction (CBV 2.0, 7.3), in words.
fn paper_kind(kind: &str) -> &'static str {
    match kind.rsplit([':', '-', '/']).next().unwrap_or_default() {
        "declaration" => "Declaration",
        "cert" => "Certificate",
        "bol" => "Bill of lading",
        "desadv" => "Despatch advice",
        "inv" => "Invoice",
        "po" => "Purchase order",
        "poc" => "Purchase order confirmation",
        "prodorder" => "Production order",
        "recadv" => "Receiving advice",
        "rma" => "Return authorisation",
        "testres" => "Test result",
        "testprd" => "Test procedure",
        _ => "Document",
    }
}

/// How something stands today, in words.
pub(super) fn state(known: Option<&Known>) -> &'static str {
    match known.and_then(|k| k.state.as_deref()).unwrap_or_default() {
        "release" => "Released",
        "hold" => "Held",
        "treat" => "To be treated",
        "return" => "To be returned",
        "destroy" => "To be destroyed",
        "unproven" => "No proof of a registered farm",
        "filed" => "Filed",
        "unfiled" => "Not filed",
        "valid" => "Valid",
        "withdrawn" => "Withdrawn",
        "replaced" => "Replaced",
        "lodged" => "Lodged",
        "returned" => "Returned for completion",
        "accepted" => "Accepted",
        "inspecting" => "Under inspection",
        "testing" => "Under test",
        "deciding" => "Awaiting release",
        "released" => "Released",
        "certified" => "Certified",
        "disposed" => "Disposed of",
        _ => "",
    }
}
