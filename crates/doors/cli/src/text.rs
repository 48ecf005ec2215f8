//! Reading a file that people sent: its size, its encoding, and a refusal that says what to do.

use kernel::{No, Refusal, Result, bi};
use std::path::Path;

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 512 * 1024 * 1024;

/// Reads a file within the limit.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>> {
    let cannot = |e: std::io::Error| {
        No::from(Refusal::new("file.unreadable", bi("文件无法读取", "the file cannot be read")).missing(
            "file",
            file.display(),
            bi(e.to_string(), e.to_string()),
        ))
    };
    let size = std::fs::metadata(file).map_err(cannot)?.len();
    if size > MAX_FILE {
        return Err(Refusal::new("file.size", bi("文件过大", "the file is too large"))
            .missing("file", size, bi("不超过 512 MiB，请分成几份", "at most 512 MiB; split it"))
            .into());
    }
    std::fs::read(file).map_err(cannot)
}

/// Reads text: UTF-8, or UTF-16 with its byte order mark. Anything else is refused at its first
/// bad byte, for a guessed encoding would corrupt names silently.
pub(crate) fn text(file: &Path) -> Result<String> {
    let bytes = bytes(file)?;
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(&bytes) {
        let (text, bad) = encoding.decode_without_bom_handling(&bytes[skip..]);
        if !bad {
            return Ok(text.into_owned());
        }
    }
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Refusal::new("file.encoding", bi("文件编码无法识别", "the file's encoding is not understood"))
            .missing(
                "file",
                format!("byte {at}"),
                bi(
                    "请另存为 UTF-8（GBK 文件可用 iconv -f GBK -t UTF-8 转换）",
                    "save it as UTF-8 (a GBK file: iconv -f GBK -t UTF-8)",
                ),
            )
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String> {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("f.csv");
        std::fs::write(&file, bytes).expect("a file");
        text(&file)
    }

    #[test]
    fn utf8_and_utf16_with_their_marks_are_read() {
        assert_eq!(read("\u{feff}报检".as_bytes()).expect("text"), "报检");
        assert_eq!(read(b"\xff\xfea\0\xa5\x62").expect("text"), "a报");
        assert_eq!(read("plain".as_bytes()).expect("text"), "plain");
    }

    #[test]
    fn gbk_is_refused_with_the_way_out() {
        let no = read(b"ok,\xb1\xa8\xbc\xec").expect_err("a refusal");
        let r = no.refusal().expect("a refusal");
        assert_eq!((r.code.as_str(), r.missing[0].value.as_str()), ("file.encoding", "byte 3"));
    }
}
