//! The canonical form of JSON after RFC 8785: one value, one text, so that one signature fits it on every machine.
//!
//! Members are sorted by the UTF-16 units of their names, nothing stands between tokens, and strings are escaped in
//! the one way that the RFC names. Numbers are whole and below 2^53, where the RFC's form of a number is its plain
//! digits; quantities are decimals as text, so that nothing is rounded. Other numbers are refused, not approximated.

use kernel::{No, Result};
use serde_json::Value;

/// The greatest whole number that every reader of JSON keeps exactly.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// The canonical text of a value.
pub fn canonical(value: &Value) -> Result<String> {
    let mut out = String::with_capacity(1024);
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<()> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => {
            let whole = n.as_i64().filter(|n| n.unsigned_abs() <= MAX_SAFE);
            let whole = whole.ok_or_else(|| No::fault(format!("{n} has no canonical form here")))?;
            out.push_str(&whole.to_string());
        }
        Value::String(s) => quote(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (i, (name, member)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                quote(name, out);
                out.push(':');
                write(member, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
