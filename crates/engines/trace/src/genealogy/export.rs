//! A trace on paper and in other tools: FoodChain-Lab's exchange format (its JSON schema, version 1.2.1),
//! GeoJSON (RFC 7946) and comma-separated lists (RFC 4180).
use std::collections::{BTreeMap, BTreeSet};

use super::deliveries::{Deliveries, Sent, date};
use super::graph::Graph;
use super::lens::Lens;
use super::reach::Direction;
use super::types::{EdgeKind, NodeId, NodeKind, Quantity};
use crate::epcis::{Value, time};

/// What the caller knows of a place or party beside its key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Station {
    /// Its name.
    pub name: Option<String>,
    /// Its country, as a code or name.
    pub country: Option<String>,
    /// Its business, such as farm, plant or retailer.
    pub business: Option<String>,
    /// Longitude and latitude in degrees (WGS 84).
    pub position: Option<(f64, f64)>,
}

impl Station {
    fn position(&self) -> Option<(f64, f64)> {
        self.position.filter(|(east, north)| east.abs() <= 180.0 && north.abs() <= 90.0)
    }
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

fn map(members: Vec<(&str, Value)>) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn number(value: f64) -> Value {
    if value.is_finite() { Value::Number(format!("{value}")) } else { Value::Null }
}

fn written(value: &Value) -> String {
    let mut out = String::new();
    value.write(&mut out, Some(2), 0);
    out.push('\n');
    out
}

/// The amount of thousandths as a decimal number.
fn decimal(amount: i64) -> String {
    let (whole, part) = (amount.unsigned_abs() / 1000, amount.unsigned_abs() % 1000);
    let sign = if amount < 0 { "-" } else { "" };
    let digits = format!("{sign}{whole}.{part:03}");
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn moment(at: i64) -> String {
    let mut out = String::new();
    time::write_utc(&mut out, at);
    out
}

/// Values of a row with their columns; those not known are left out.
type Row<'a> = Vec<(&'a str, Option<Value>)>;

/// A table of FoodChain-Lab: its columns, then rows that name the column of each value.
fn table<'a>(columns: &[(&str, &str)], rows: impl Iterator<Item = Row<'a>>) -> Value {
    let column = |(id, kind): &(&str, &str)| map(vec![("id", text(id)), ("type", text(kind))]);
    let row = |row: Row<'_>| {
        let cells = row.into_iter().filter_map(|(id, value)| Some((id, value?)));
        Value::List(cells.map(|(id, value)| map(vec![("id", text(id)), ("value", value)])).collect())
    };
    map(vec![
        ("columnProperties", Value::List(columns.iter().map(column).collect())),
        ("data", Value::List(rows.map(row).collect())),
    ])
}

/// The stations of deliveries and of cases, by key; one URI is one station whatever its nodes.
fn stations(graph: &Graph, found: &Deliveries, cases: &[(NodeId, f64)]) -> BTreeMap<String, f64> {
    let key = |node: NodeId| graph.key(node).unwrap_or_default().to_owned();
    let ends = found.sent.iter().flat_map(|sent| [sent.from, sent.to]);
    let mut list: BTreeMap<String, f64> = ends.map(|node| (key(node), 0.0)).collect();
    for &(case, weight) in cases {
        if matches!(graph.kind(case), Some(NodeKind::Place | NodeKind::Origin)) {
            *list.entry(key(case)).or_default() += weight;
        }
    }
    list
}

const STATION: &[(&str, &str)] = &[
    ("ID", "string"),
    ("Name", "string"),
    ("Country", "string"),
    ("type of business", "string"),
    ("Latitude", "double"),
    ("Longitude", "double"),
];

fn station_row<'a>(id: &str, known: &Station) -> Row<'a> {
    let position = known.position();
    vec![
        ("ID", Some(text(id))),
        ("Name", Some(text(known.name.as_deref().unwrap_or(id)))),
        ("Country", known.country.as_deref().map(text)),
        ("type of business", known.business.as_deref().map(text)),
        ("Latitude", position.map(|(_, north)| number(north))),
        ("Longitude", position.map(|(east, _)| number(east))),
    ]
}

const DELIVERY: &[(&str, &str)] = &[
    ("ID", "string"),
    ("from", "string"),
    ("to", "string"),
    ("Lot ID", "string"),
    ("Lot Number", "string"),
    ("Date Delivery", "string"),
    ("Date Delivery Arrival", "string"),
    ("Amount", "string"),
];

fn delivery_row<'a>(graph: &Graph, id: &str, sent: &Sent, zone: i64) -> Row<'a> {
    let key = |node: NodeId| Some(text(graph.key(node).unwrap_or_default()));
    let day = |moment: Option<i64>| moment.map(|moment| text(&date(moment, zone)));
    let amount = |quantity: Quantity| format!("{} {}", decimal(quantity.amount), quantity.unit.code());
    vec![
        ("ID", Some(text(id))),
        ("from", key(sent.from)),
        ("to", key(sent.to)),
        ("Lot ID", key(sent.lot)),
        ("Lot Number", key(sent.lot)),
        ("Date Delivery", day(sent.left)),
        ("Date Delivery Arrival", day(sent.arrived)),
        ("Amount", sent.quantity.map(|quantity| text(amount(quantity).trim()))),
    ]
}

const RELATION: &[(&str, &str)] = &[("from", "string"), ("to", "string")];

/// What the tool should trace from a station or delivery.
fn traced(id: &str, weight: f64) -> Value {
    let no = || Value::Bool(false);
    map(vec![
        ("id", text(id)),
        ("weight", number(weight)),
        ("crossContamination", no()),
        ("killContamination", no()),
        ("observed", no()),
    ])
}

/// The deliveries in FoodChain-Lab's exchange format. Cases are stations, or lots, whose deliveries then
/// carry the weight; dates are those of a zone of so many minutes east of Greenwich.
pub fn foodchain_lab(
    graph: &Graph,
    found: &Deliveries,
    cases: &[(NodeId, f64)],
    zone: i64,
    station: impl Fn(&str) -> Station,
) -> String {
    let stations = stations(graph, found, cases);
    let sent = || found.sent.iter().enumerate();
    let delivery = |(at, sent): (usize, &Sent)| delivery_row(graph, &found.id(at), sent, zone);
    let relation = |(from, to): &(usize, usize)| -> Row<'_> {
        vec![("from", Some(text(&found.id(*from)))), ("to", Some(text(&found.id(*to))))]
    };
    let data = map(vec![
        ("version", text("1.0.0")),
        ("stations", table(STATION, stations.keys().map(|id| station_row(id, &station(id))))),
        ("deliveries", table(DELIVERY, sent().map(delivery))),
        ("deliveryRelations", table(RELATION, found.relations.iter().map(relation))),
    ]);
    let of_lot = |lot| cases.iter().filter(|(node, _)| *node == lot).map(|(_, weight)| weight).sum();
    let deliveries = sent().map(|(at, sent)| traced(&found.id(at), of_lot(sent.lot))).collect();
    let tracing = map(vec![
        ("version", text("1.0.0")),
        ("nodes", Value::List(stations.iter().map(|(id, weight)| traced(id, *weight)).collect())),
        ("deliveries", Value::List(deliveries)),
    ]);
    written(&map(vec![("version", text("1.0.0")), ("data", data), ("tracing", tracing)]))
}

/// Stations as points and deliveries as lines, for those whose position the caller knows; the keys of the
/// others stand under `unplaced`.
pub fn geo_json(graph: &Graph, found: &Deliveries, station: impl Fn(&str) -> Station) -> String {
    let key = |node: NodeId| graph.key(node).unwrap_or_default();
    let (mut places, mut unplaced) = (BTreeMap::new(), BTreeSet::new());
    for node in found.sent.iter().flat_map(|sent| [sent.from, sent.to]) {
        let known = station(key(node));
        match known.position() {
            Some(position) => {
                places.insert(key(node), (position, known));
            }
            None => {
                unplaced.insert(key(node));
            }
        }
    }
    let pair = |(east, north): (f64, f64)| Value::List(vec![number(east), number(north)]);
    let feature = |kind: &str, coordinates: Value, properties: Vec<(&str, Value)>| {
        let geometry = map(vec![("type", text(kind)), ("coordinates", coordinates)]);
        map(vec![("type", text("Feature")), ("geometry", geometry), ("properties", map(properties))])
    };
    let point = |(key, (position, known)): (&&str, &((f64, f64), Station))| {
        let name = known.name.as_deref().unwrap_or(key);
        feature("Point", pair(*position), vec![("key", text(key)), ("name", text(name))])
    };
    let line = |(at, sent): (usize, &Sent)| {
        let (from, to) = (places.get(key(sent.from))?, places.get(key(sent.to))?);
        let mut properties = vec![("delivery", text(&found.id(at))), ("lot", text(key(sent.lot)))];
        properties.extend(sent.left.map(|left| ("left", text(&moment(left)))));
        properties.extend(sent.arrived.map(|arrived| ("arrived", text(&moment(arrived)))));
        let ends = Value::List(vec![pair(from.0), pair(to.0)]);
        Some(feature("LineString", ends, properties))
    };
    let mut features: Vec<Value> = places.iter().map(point).collect();
    features.extend(found.sent.iter().enumerate().filter_map(line));
    written(&map(vec![
        ("type", text("FeatureCollection")),
        ("features", Value::List(features)),
        ("unplaced", Value::List(unplaced.into_iter().map(text).collect())),
    ]))
}

/// A field of a list: quoted where it must be, and kept from being read as a formula.
fn field(value: &str) -> String {
    let risky = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let value = if risky { format!("'{value}") } else { value.to_owned() };
    if value.contains([',', '"', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

fn row(out: &mut String, fields: &[&str]) {
    out.push_str(&fields.iter().map(|value| field(value)).collect::<Vec<_>>().join(","));
    out.push_str("\r\n");
}

/// The nodes as a list: kind and key.
pub fn nodes_csv(graph: &Graph, nodes: &[NodeId]) -> String {
    let mut out = String::new();
    row(&mut out, &["kind", "key"]);
    for node in nodes {
        if let (Some(kind), Some(key)) = (graph.kind(*node), graph.key(*node)) {
            row(&mut out, &[&format!("{kind:?}").to_lowercase(), key]);
        }
    }
    out
}

/// The links in view between the nodes as a list, with what the record tells of each.
pub fn links_csv(graph: &Graph, lens: &Lens, nodes: &[NodeId]) -> String {
    let within: BTreeSet<NodeId> = nodes.iter().copied().collect();
    let reader = graph.reader();
    let key = |node: Option<NodeId>| node.and_then(|node| graph.key(node)).unwrap_or_default();
    let mut out = String::new();
    row(
        &mut out,
        &["link", "kind", "from", "to", "quantity", "unit", "happened", "recorded", "place", "event"],
    );
    let known = within.iter().filter(|node| (node.0 as usize) < reader.nodes());
    let hops = known.flat_map(|node| reader.hops(Direction::Forward, node.0));
    let between = hops.filter(|hop| within.contains(&NodeId(hop.far)) && lens.sees(reader, hop.edge()));
    let mut links: Vec<u32> = between.map(|hop| hop.edge()).collect();
    links.sort_unstable();
    for number in links {
        let edge = reader.edge(number).edge();
        let deed = reader.entry(edge.entry.0).entry().deed;
        let unit = edge.quantity.map(|quantity| quantity.unit);
        row(
            &mut out,
            &[
                &number.to_string(),
                kind_word(edge.kind),
                key(Some(edge.from)),
                key(Some(edge.to)),
                &edge.quantity.map(|quantity| decimal(quantity.amount)).unwrap_or_default(),
                unit.as_ref().map(|unit| unit.code()).unwrap_or_default(),
                &moment(deed.happened),
                &moment(deed.recorded),
                key(deed.place),
                &hex::encode(deed.identity),
            ],
        );
    }
    out
}

fn kind_word(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Transformation => "transformation",
        EdgeKind::Aggregation => "aggregation",
        EdgeKind::Shipment => "shipment",
        EdgeKind::Receipt => "receipt",
        EdgeKind::Rework => "rework",
        EdgeKind::Unpacking => "unpacking",
        EdgeKind::Association => "association",
        EdgeKind::Transaction => "transaction",
        EdgeKind::Delisting => "delisting",
        EdgeKind::Origin => "origin",
        EdgeKind::Observation => "observation",
        EdgeKind::Removal => "removal",
    }
}
