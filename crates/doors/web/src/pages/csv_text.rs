//! Files for and from spreadsheets: written so that no cell runs as a formula, read so that no name is guessed.
use kernel::{Refusal, Result, bi};

/// The largest file that is taken in, in bytes.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// One line (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe in front
/// (OWASP, CSV injection).
pub(crate) fn line(cells: &[String]) -> String {
    let mut out = String::new();
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
        let cell = if runs { format!("'{cell}") } else { cell.clone() };
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
    out
}

/// The text of a file: UTF-8, or UTF-16 with its mark. Anything else is refused at its first bad byte, for a
/// guessed encoding would corrupt names in silence.
pub(crate) fn text(bytes: &[u8]) -> Result<String> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::new("file.too_large", bi("文件过大", "the file is too large"))
            .missing("file", bytes.len(), bi("不超过 4 MiB，请分成几份", "at most 4 MiB; split it"))
            .into());
    }
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, bad) = encoding.decode_without_bom_handling(bytes.get(skip..).unwrap_or_default());
        if !bad {
            return Ok(text.into_owned());
        }
    }
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|e| {
        let needed = bi(
            "请在电子表格中另存为“CSV UTF-8”；GBK 文件须先转换",
            "save it in the spreadsheet as \"CSV UTF-8\"; a GBK file has to be converted first",
        );
        Refusal::new("file.encoding", bi("文件编码无法识别", "the file's encoding is not understood"))
            .missing("file", format!("byte {}", e.valid_up_to()), needed)
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_runs_as_a_formula() {
        let cells = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "a,\"b\"", "报检"].map(str::to_owned);
        assert_eq!(line(&cells), "'=1+1,'+cmd|' /C calc'!A0,'-2,'@SUM(A1),\"a,\"\"b\"\"\",报检\r\n");
    }

    #[test]
    fn utf8_and_utf16_are_read_and_gbk_is_refused_with_the_way_out() {
        assert_eq!(text("\u{feff}报检".as_bytes()).expect("text"), "报检");
        assert_eq!(text(b"\xff\xfea\0\xa5\x62").expect("text"), "a报");
        let no = text(b"ok,\xb1\xa8\xbc\xec").expect_err("a refusal");
        assert_eq!(no.refusal().expect("a refusal").code, "file.encoding");
        assert_eq!(
            text(&vec![b'a'; MAX_BYTES + 1]).expect_err("a refusal").refusal().expect("it").code,
            "file.too_large"
        );
    }
}
