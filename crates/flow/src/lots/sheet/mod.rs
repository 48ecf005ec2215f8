//! A trace as a workbook that sorts: key data elements by critical tracking event, as 21 CFR 1.1455 (c)(3)(ii) asks for
//! an electronic sortable spreadsheet; and the nodes beside it.

mod cells;

use super::described::{Described, both};
use super::{Found, Item};
use cells::{goods, kind, location, paper, state};
use kernel::{No, Result};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use supervision::trail::names;
use trace::genealogy::{EdgeKind, NodeKind, Quantity};

/// Heads of the sheet of events: the key data elements (21 CFR 1.1325 to 1.1350), and what proves them.
const HEADS: [&str; 16] = [
    "Critical tracking event",
    "Traceability lot code",
    "Lot number",
    "Product description",
    "Quantity",
    "Unit",
    "Date and time (UTC)",
    "Location description",
    "From",
    "To",
    "Traceability lot code source",
    "Reference document type",
    "Reference document number",
    "Status today",
    "Recorded (UTC)",
    "Event hash",
];
/// Heads of the sheet of nodes.
const NODES: [&str; 9] = [
    "Step",
    "Kind",
    "Name",
    "Number",
    "Description",
    "Country",
    "Date and time (UTC)",
    "Location description",
    "Status today",
];

/// The critical tracking event (21 CFR 1.1310) that a link stands for; the word of the record where it is none.
pub fn tracking_event(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Origin => "Harvesting",
        EdgeKind::Transformation | EdgeKind::Rework => "Transformation",
        EdgeKind::Aggregation => "Packing",
        EdgeKind::Unpacking => "Unpacking",
        EdgeKind::Shipment => "Shipping",
        EdgeKind::Receipt => "Receiving",
        EdgeKind::Association => "Association",
        EdgeKind::Transaction => "Listing in a document",
        EdgeKind::Delisting => "Taking off a document",
        EdgeKind::Observation => "Observation",
        EdgeKind::Removal => "Removal",
    }
}

/// The number in a name: what people call a lot, farm or plant; the whole name when it is another's.
pub fn number(name: &str) -> String {
    match names::read(name) {
        Some((_, parts)) => parts.last().cloned().unwrap_or_default(),
        None => name.rsplit('/').next().unwrap_or(name).to_owned(),
    }
}

/// The identifier of an event by its hash (CBV 2.0, 8.9).
#[must_use]
pub fn event_id(hash: &[u8; 32]) -> String {
    format!("ni:///sha-256;{}?ver=CBV2.0", hex::encode(hash))
}

/// Writes the workbook.
///
/// # Errors
/// A fault when it cannot be written: a sheet holds at most 1,048,576 rows.
pub fn xlsx(found: &Found, known: &Described) -> Result<Vec<u8>> {
    let write = || -> std::result::Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        events(book.add_worksheet(), found, known)?;
        nodes(book.add_worksheet(), found, known)?;
        book.save_to_buffer()
    };
    write().map_err(No::fault)
}

fn head(
    sheet: &mut Worksheet,
    name: &str,
    heads: &[&str],
    rows: usize,
) -> std::result::Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name(name)?;
    for (column, head) in (0..).zip(heads) {
        sheet.write_string_with_format(0, column, *head, &bold)?;
        sheet.set_column_width(column, 22)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = u32::try_from(rows).unwrap_or(u32::MAX).max(1);
    sheet.autofilter(0, 0, last, u16::try_from(heads.len()).unwrap_or(1) - 1)?;
    Ok(())
}

fn moment(sheet: &mut Worksheet, row: u32, column: u16, at: i64) -> std::result::Result<(), XlsxError> {
    let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let at = ExcelDateTime::from_timestamp(at.div_euclid(1000))?;
    sheet.write_datetime_with_format(row, column, &at, &format).map(drop)
}

fn amount(sheet: &mut Worksheet, row: u32, q: Option<Quantity>) -> std::result::Result<(), XlsxError> {
    let Some(q) = q else { return Ok(()) };
    #[expect(clippy::cast_precision_loss, reason = "a spreadsheet holds floating numbers and nothing else")]
    sheet.write_number(row, 4, q.amount as f64 / 1000.0)?;
    sheet.write_string(row, 5, q.unit.code()).map(drop)
}

fn events(sheet: &mut Worksheet, found: &Found, known: &Described) -> std::result::Result<(), XlsxError> {
    head(sheet, "Tracking events", &HEADS, found.goods.len())?;
    for (row, g) in (1..).zip(&found.goods) {
        let (from, to) = (found.items.get(g.from), found.items.get(g.to));
        let lot = [from, to].into_iter().flatten().find(|i| i.kind == NodeKind::Lot);
        let name = |item: Option<&Item>| item.map_or_else(String::new, |i| i.name.clone());
        let (paper, paper_no) = paper(g, lot, known);
        sheet.write_string(row, 0, tracking_event(g.kind))?;
        sheet.write_string(row, 1, name(lot))?;
        sheet.write_string(row, 2, lot.map_or_else(String::new, |l| number(&l.name)))?;
        sheet.write_string(row, 3, lot.map_or_else(String::new, |l| goods(l, known)))?;
        amount(sheet, row, g.quantity)?;
        moment(sheet, row, 6, g.happened)?;
        sheet.write_string(row, 7, location(g.place.as_deref(), known))?;
        sheet.write_string(row, 8, name(from))?;
        sheet.write_string(row, 9, name(to))?;
        // Who gave the lot its code: the place where it came to be.
        sheet.write_string(row, 10, location(lot.and_then(|l| l.place.as_deref()), known))?;
        sheet.write_string(row, 11, paper)?;
        sheet.write_string(row, 12, paper_no)?;
        sheet.write_string(row, 13, lot.map_or("", |l| state(known.known.get(&l.name))))?;
        moment(sheet, row, 14, g.recorded)?;
        sheet.write_string(row, 15, event_id(&g.entry))?;
    }
    Ok(())
}

fn nodes(sheet: &mut Worksheet, found: &Found, known: &Described) -> std::result::Result<(), XlsxError> {
    head(sheet, "Nodes", &NODES, found.items.len())?;
    for (row, item) in (1..).zip(&found.items) {
        let of = known.known.get(&item.name);
        let called = of.and_then(|k| k.name.as_ref()).map_or_else(|| goods(item, known), both);
        sheet.write_number(row, 0, f64::from(item.layer))?;
        sheet.write_string(row, 1, kind(item))?;
        sheet.write_string(row, 2, &item.name)?;
        sheet.write_string(row, 3, number(&item.name))?;
        sheet.write_string(row, 4, called)?;
        sheet.write_string(row, 5, of.and_then(|k| k.country.as_deref()).unwrap_or_default())?;
        if let Some(at) = item.at {
            moment(sheet, row, 6, at)?;
        }
        sheet.write_string(row, 7, location(item.place.as_deref(), known))?;
        sheet.write_string(row, 8, state(of))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Goods;
    use super::*;
    use kernel::bi;
    use serde_json::json;
    use std::io::{Cursor, Read};
    use supervision::trail::Known;
    use trace::genealogy::Unit;

    /// The rows of a sheet as texts, shared ones looked up.
    fn rows(book: &[u8], sheet: &str) -> Vec<Vec<String>> {
        let mut zip = zip::ZipArchive::new(Cursor::new(book)).expect("a zip file");
        let mut part = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
            text
        };
        let plain = |text: &str| text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
        let after = |text: &str, tag: &str| -> Vec<String> {
            text.split(tag)
                .skip(1)
                .map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
                .collect()
        };
        let shared = after(&part("xl/sharedStrings.xml"), "<t>");
        let told = part(sheet);
        let cell = |cell: &str| {
            let value = after(cell, "<v>").pop().unwrap_or_default();
            match cell.split('>').next().is_some_and(|head| head.contains("t=\"s\"")) {
                true => plain(&shared[value.parse::<usize>().expect("a number")]),
                false => value,
            }
        };
        told.split("<row ").skip(1).map(|row| row.split("<c ").skip(1).map(cell).collect()).collect()
    }

    fn item(name: String, kind: NodeKind, place: &str, entry: u8) -> Item {
        Item {
            name,
            kind,
            layer: 0,
            place: Some(place.to_owned()),
            at: Some(1_795_000_000_000),
            quantity: None,
            entry: Some([entry; 32]),
            asked: false,
        }
    }

    /// A harvest of a farm that went into a making of a plant.
    fn harvest_and_making() -> (Found, Described) {
        let (farm, plant) = (names::farm("NB01"), names::plant("P1"));
        let items = vec![
            item(farm.clone(), NodeKind::Origin, &farm, 1),
            item(names::raw("P1", "R1"), NodeKind::Lot, &farm, 1),
            item("process".into(), NodeKind::Process, &plant, 2),
        ];
        let link = |from, to, kind, entry| Goods {
            from,
            to,
            kind,
            quantity: Some(Quantity { amount: 8_000_500, unit: Unit::KILOGRAM }),
            happened: 1_795_000_000_000,
            recorded: 1_795_000_000_000,
            place: Some(if entry == 1 { farm.clone() } else { plant.clone() }),
            sender: None,
            receiver: None,
            entry: [entry; 32],
            number: 0,
        };
        let goods = vec![link(0, 1, EdgeKind::Origin, 1), link(1, 2, EdgeKind::Transformation, 2)];
        let found = Found { items, goods, ..Found::default() };
        let mut known = Described::default();
        let named = |zh: &str, en: &str| Known {
            name: Some(bi(zh, en)),
            country: Some("CN".into()),
            state: Some("filed".into()),
            ..Known::default()
        };
        known.known.insert(farm.clone(), named("东基地", "East farm"));
        known.known.insert(plant.clone(), named("一厂", "No. 1"));
        let raw = Known { state: Some("unproven".into()), ..Known::default() };
        known.known.insert(names::raw("P1", "R1"), raw);
        known
            .events
            .insert([1; 32], json!({ "ilmd": { "guomen:hs": "071030", "guomen:proof": "NB01/00007" } }));
        known.events.insert([2; 32], json!({ "transformationID": "urn:guomen:event:making:P1/L1" }));
        (found, known)
    }

    #[test]
    fn m3_1_the_workbook_tells_the_key_data_elements_of_every_tracking_event() {
        let (found, known) = harvest_and_making();
        let book = xlsx(&found, &known).expect("a workbook");
        let sheet = rows(&book, "xl/worksheets/sheet1.xml");
        assert_eq!(sheet[0], HEADS);
        let harvest = &sheet[1];
        let told = |row: &[String], heads: &[&str]| -> Vec<String> {
            let at = |head: &&str| HEADS.iter().position(|h| h == head).expect("a head");
            heads.iter().map(|head| row[at(head)].clone()).collect()
        };
        let heads = [
            "Critical tracking event",
            "Lot number",
            "Product description",
            "Quantity",
            "Unit",
            "Location description",
            "Traceability lot code source",
            "Reference document type",
            "Reference document number",
            "Status today",
        ];
        let at = "东基地 East farm, CN, urn:guomen:farm:NB01";
        let unproven = "No proof of a registered farm";
        assert_eq!(
            told(harvest, &heads),
            [
                "Harvesting",
                "R1",
                "HS 071030",
                "8000.5",
                "KGM",
                at,
                at,
                "Supply proof",
                "NB01/00007",
                unproven
            ]
        );
        assert_eq!(harvest[1], names::raw("P1", "R1"));
        assert_eq!(harvest[15], event_id(&[1; 32]));
        let made =
            told(&sheet[2], &["Critical tracking event", "Location description", "Reference document type"]);
        assert_eq!(made, ["Transformation", "一厂 No. 1, CN, urn:guomen:plant:P1", "Supply proof"]);
        let nodes = rows(&book, "xl/worksheets/sheet2.xml");
        assert_eq!(nodes[0], NODES);
        let kinds: Vec<&str> = nodes[1..].iter().map(|row| row[1].as_str()).collect();
        assert_eq!(kinds, ["Farm", "Raw lot", "Making"]);
        assert_eq!((nodes[1][4].as_str(), nodes[1][8].as_str()), ("东基地 East farm", "Filed"));
    }
}
