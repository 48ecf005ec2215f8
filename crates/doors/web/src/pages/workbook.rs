//! A workbook of one sheet for spreadsheets (ECMA-376, Office Open XML): words and numbers, a bold head, nothing else.
//! Entries are stored in the archive as they are, with a fixed date, so that the same cells give the same bytes.

/// A cell.
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// A number.
    Number(f64),
    /// Nothing.
    Empty,
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf fontId="0" fillId="0" borderId="0" xfId="0"/><xf fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>"#;

/// Writes a workbook of one sheet; the first row is its head.
pub(crate) fn workbook(name: &str, rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut sheet = format!(
        r#"{HEAD}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#
    );
    for (i, row) in rows.iter().enumerate() {
        sheet.push_str("<row>");
        for cell in row {
            let style = if i == 0 { " s=\"1\"" } else { "" };
            match cell {
                Cell::Text(t) => sheet.push_str(&format!(
                    r#"<c{style} t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                    escaped(t)
                )),
                Cell::Number(n) => sheet.push_str(&format!("<c{style}><v>{n}</v></c>")),
                Cell::Empty => sheet.push_str("<c/>"),
            }
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let book = format!(
        r#"{HEAD}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        escaped(name)
    );
    let with_head = |body: &str| format!("{HEAD}{body}");
    archive(&[
        ("[Content_Types].xml", &with_head(TYPES)),
        ("_rels/.rels", &with_head(RELS)),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &with_head(BOOK_RELS)),
        ("xl/styles.xml", &with_head(STYLES)),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

fn escaped(text: &str) -> String {
    let printable = text.chars().filter(|c| !c.is_control());
    printable.fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
        out
    })
}

/// CRC-32 (ISO 3309), bit by bit: a workbook has a few kilobytes.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, b| {
        (0..8).fold(crc ^ u32::from(*b), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
    })
}

/// A ZIP archive of stored entries (APPNOTE 6.3.10), dated 1 January 1980.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let four = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let two = |n: usize| u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes();
    for (name, body) in files {
        let at = out.len();
        // Version 2.0, no flags, stored, 1980-01-01 00:00.
        let mut common = Vec::from([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
        common.extend(crc32(body.as_bytes()).to_le_bytes());
        common.extend(four(body.len()));
        common.extend(four(body.len()));
        common.extend(two(name.len()));
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend([0, 0]);
        out.extend(name.as_bytes());
        out.extend(body.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 12]);
        directory.extend(four(at));
        directory.extend(name.as_bytes());
    }
    let at = out.len();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(two(files.len()));
    out.extend(two(files.len()));
    out.extend(four(directory.len()));
    out.extend(four(at));
    out.extend([0, 0]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn the_same_cells_give_the_same_bytes_and_no_markup_of_their_own() {
        let rows =
            || vec![vec![Cell::Text("<a> & \"b\"".into())], vec![Cell::Number(12.5)], vec![Cell::Empty]];
        let made = workbook("2026-10", &rows());
        assert_eq!(made, workbook("2026-10", &rows()));
        let text = String::from_utf8_lossy(&made);
        assert!(text.contains("&lt;a&gt; &amp; &quot;b&quot;") && text.contains("<v>12.5</v>"));
        assert!(made.starts_with(b"PK\x03\x04"));
    }

    #[test]
    fn another_program_opens_the_archive() {
        let Ok(dir) = tempfile::tempdir() else { return };
        let path = dir.path().join("b.xlsx");
        std::fs::write(&path, workbook("2026-10", &[vec![Cell::Text("件数".into())]])).expect("written");
        // Where the tool is not installed there is nothing to ask.
        let Ok(told) = std::process::Command::new("unzip").arg("-t").arg(&path).output() else { return };
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    }
}
