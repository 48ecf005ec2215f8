//! A trace as a workbook that sorts: key data elements by critical tracking event, as 21 CFR 1.1455 (c)(3)(ii) asks for
//! an electronic sortable spreadsheet; and the nodes beside it.

use super::{Found, Item};
use kernel::{No, Result};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use supervision::trail::names;
use trace::genealogy::{EdgeKind, NodeKind, Quantity};

/// Heads of the sheet of events.
const HEADS: [&str; 11] = [
    "Critical tracking event",
    "Traceability lot code",
    "Lot number",
    "Quantity",
    "Unit",
    "Date and time (UTC)",
    "Location",
    "From",
    "To",
    "Recorded (UTC)",
    "Event hash",
];
/// Heads of the sheet of nodes.
const NODES: [&str; 6] = ["Step", "Kind", "Name", "Number", "Date and time (UTC)", "Location"];

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

/// Writes the workbook.
///
/// # Errors
/// A fault when it cannot be written: a sheet holds at most 1,048,576 rows.
pub fn xlsx(found: &Found) -> Result<Vec<u8>> {
    let write = || -> std::result::Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        events(book.add_worksheet(), found)?;
        nodes(book.add_worksheet(), found)?;
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
    sheet.write_number(row, 3, q.amount as f64 / 1000.0)?;
    sheet.write_string(row, 4, q.unit.code()).map(drop)
}

fn events(sheet: &mut Worksheet, found: &Found) -> std::result::Result<(), XlsxError> {
    head(sheet, "Tracking events", &HEADS, found.goods.len())?;
    for (row, g) in (1..).zip(&found.goods) {
        let (from, to) = (found.items.get(g.from), found.items.get(g.to));
        let lot = [from, to].into_iter().flatten().find(|i| i.kind == NodeKind::Lot);
        let name = |item: Option<&Item>| item.map_or_else(String::new, |i| i.name.clone());
        sheet.write_string(row, 0, tracking_event(g.kind))?;
        sheet.write_string(row, 1, name(lot))?;
        sheet.write_string(row, 2, lot.map_or_else(String::new, |l| number(&l.name)))?;
        amount(sheet, row, g.quantity)?;
        moment(sheet, row, 5, g.happened)?;
        sheet.write_string(row, 6, g.place.as_deref().unwrap_or_default())?;
        sheet.write_string(row, 7, name(from))?;
        sheet.write_string(row, 8, name(to))?;
        moment(sheet, row, 9, g.recorded)?;
        sheet.write_string(row, 10, format!("ni:///sha-256;{}?ver=CBV2.0", hex::encode(g.entry)))?;
    }
    Ok(())
}

fn nodes(sheet: &mut Worksheet, found: &Found) -> std::result::Result<(), XlsxError> {
    head(sheet, "Nodes", &NODES, found.items.len())?;
    for (row, item) in (1..).zip(&found.items) {
        sheet.write_number(row, 0, f64::from(item.layer))?;
        sheet.write_string(row, 1, format!("{:?}", item.kind))?;
        sheet.write_string(row, 2, &item.name)?;
        sheet.write_string(row, 3, number(&item.name))?;
        if let Some(at) = item.at {
            moment(sheet, row, 4, at)?;
        }
        sheet.write_string(row, 5, item.place.as_deref().unwrap_or_default())?;
    }
    Ok(())
}
