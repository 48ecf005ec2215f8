//! A workbook of one sheet: words and numbers under a bold head that stays in sight.

use kernel::{No, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// A cell.
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// A number.
    Number(f64),
    /// Nothing.
    Empty,
}

/// Writes a workbook of one sheet; the first row is its head. The same cells give the same bytes: it says no day of its
/// making.
///
/// # Errors
/// A fault when it cannot be written: a sheet holds at most 1,048,576 rows, and its name at most 31 characters.
pub(crate) fn workbook(name: &str, rows: &[Vec<Cell>]) -> Result<Vec<u8>> {
    written(name, rows).map_err(|e| No::fault(format!("workbook: {e}")))
}

fn written(name: &str, rows: &[Vec<Cell>]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let (head, plain) = (Format::new().set_bold(), Format::new());
    let sheet = book.add_worksheet();
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (y, row) in (0..).zip(rows) {
        let format = if y == 0 { &head } else { &plain };
        for (x, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => sheet.write_string_with_format(y, x, text, format)?,
                Cell::Number(n) => sheet.write_number_with_format(y, x, *n, format)?,
                Cell::Empty => continue,
            };
        }
    }
    sheet.autofit();
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_cells_give_the_same_bytes() {
        let rows = [vec![Cell::Text("<a> & \"b\"".into())], vec![Cell::Number(12.5)], vec![Cell::Empty]];
        let made = workbook("2026-10", &rows).expect("a workbook");
        assert_eq!(made, workbook("2026-10", &rows).expect("a workbook"));
        assert!(made.starts_with(b"PK\x03\x04"));
    }

    #[test]
    fn a_name_that_no_sheet_may_have_is_a_fault() {
        assert!(workbook("2026/10", &[]).is_err());
    }

    #[test]
    fn another_program_opens_the_archive() {
        let Ok(dir) = tempfile::tempdir() else { return };
        let path = dir.path().join("b.xlsx");
        let made = workbook("2026-10", &[vec![Cell::Text("件数".into())]]).expect("a workbook");
        std::fs::write(&path, made).expect("written");
        // Where the tool is not installed there is nothing to ask.
        let Ok(told) = std::process::Command::new("unzip").arg("-t").arg(&path).output() else { return };
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    }
}
