//! A JSON value that keeps what EPCIS must not lose: the order of members and the digits of
//! numbers. XML text comes in as [`Value::Raw`].

use std::fmt::Write as _;

/// A JSON value with ordered members and verbatim numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its digits were written.
    Number(String),
    /// A string.
    String(String),
    /// Text of XML, whose type only the field it fills can tell.
    Raw(String),
    /// An array.
    List(Vec<Value>),
    /// An object, members in document order.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The first member of that name, if this is an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Map(members) => members.iter().find(|(k, _)| k == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text of a string or of XML.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(s) | Value::Raw(s) => Some(s),
            _ => None,
        }
    }

    /// The text of any scalar, else a shortened JSON of the value, for messages.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Value::String(s) | Value::Raw(s) | Value::Number(s) => s.clone(),
            other => {
                let mut out = String::new();
                other.write(&mut out, None, 0);
                out
            }
        }
    }

    /// Writes JSON; `indent` of spaces a level makes it pretty.
    pub(crate) fn write(&self, out: &mut String, indent: Option<usize>, level: usize) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Value::Number(n) => out.push_str(n),
            Value::String(s) | Value::Raw(s) => write_string(out, s),
            Value::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    line(out, indent, level + 1);
                    item.write(out, indent, level + 1);
                }
                if !items.is_empty() {
                    line(out, indent, level);
                }
                out.push(']');
            }
            Value::Map(members) => {
                out.push('{');
                for (i, (name, item)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    line(out, indent, level + 1);
                    write_string(out, name);
                    out.push(':');
                    if indent.is_some() {
                        out.push(' ');
                    }
                    item.write(out, indent, level + 1);
                }
                if !members.is_empty() {
                    line(out, indent, level);
                }
                out.push('}');
            }
        }
    }
}

fn line(out: &mut String, indent: Option<usize>, level: usize) {
    if let Some(width) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', width * level));
    }
}

/// Writes a JSON string with the escapes RFC 8259 asks for.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Whether the text is a JSON number (RFC 8259, 6).
#[must_use]
pub(crate) fn is_json_number(text: &str) -> bool {
    number_len(text.as_bytes()) == Some(text.len())
}

/// Length of the JSON number at the start of the bytes.
pub(crate) fn number_len(b: &[u8]) -> Option<usize> {
    let digits = |mut i: usize| {
        while b.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        i
    };
    let start = usize::from(b.first() == Some(&b'-'));
    let mut end = if b.get(start) == Some(&b'0') { start + 1 } else { digits(start) };
    if end == start {
        return None;
    }
    if b.get(end) == Some(&b'.') {
        let stop = digits(end + 1);
        if stop == end + 1 {
            return None;
        }
        end = stop;
    }
    if matches!(b.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(b.get(end + 1), Some(b'+' | b'-')));
        let stop = digits(end + 1 + sign);
        if stop == end + 1 + sign {
            return None;
        }
        end = stop;
    }
    Some(end)
}
