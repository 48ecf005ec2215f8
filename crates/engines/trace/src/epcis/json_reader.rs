//! A pull reader of JSON (RFC 8259) within a limit of depth: values whole, or a document piece by
//! piece so that a long list need not be in memory.

use super::problem::{Problem, problem, rule};
use super::value::{Value, number_len};

/// A pull reader over JSON text. It is used whole ([`Reader::value`]) or piece by piece when a
/// document is streamed.
pub(crate) struct Reader<'a> {
    text: &'a str,
    pos: usize,
    max_depth: usize,
}

type Res<T> = Result<T, Problem>;
type Members = Vec<(String, Value)>;

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, max_depth: usize) -> Self {
        Reader { text, pos: 0, max_depth }
    }

    pub(crate) fn err<T>(&self, message: &str) -> Res<T> {
        let before = &self.text.as_bytes()[..self.pos.min(self.text.len())];
        let row = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        Err(problem(rule::SYNTAX, format!("line {row} column {column}"), "", message))
    }

    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.pos), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.pos += 1;
        }
        bytes.get(self.pos).copied()
    }

    /// Takes the byte if it comes next.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.pos += usize::from(found);
        found
    }

    pub(crate) fn expect(&mut self, byte: u8) -> Res<()> {
        if self.take(byte) { Ok(()) } else { self.err(&format!("expected '{}'", byte as char)) }
    }

    /// Nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Res<()> {
        if self.peek().is_none() { Ok(()) } else { self.err("text after the end of the document") }
    }

    pub(crate) fn is_next(&mut self, byte: u8) -> bool {
        self.peek() == Some(byte)
    }

    /// Reads an object's members but leaves one unread: its place is returned, so that a long list
    /// can be read piece by piece once what stands after it is known.
    pub(crate) fn members_but(&mut self, left: &str) -> Res<(Members, Option<usize>)> {
        let mut members: Members = Vec::new();
        let mut place = None;
        self.expect(b'{')?;
        if self.take(b'}') {
            return Ok((members, place));
        }
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            if name == left {
                self.peek();
                place = Some(self.pos);
                self.skip()?;
            } else {
                let value = self.value(1)?;
                members.push((name, value));
            }
            if self.take(b'}') {
                keep_last(&mut members);
                return Ok((members, place));
            }
            self.expect(b',')?;
        }
    }

    /// Goes to a place returned by [`Reader::members_but`].
    pub(crate) fn seek(&mut self, place: usize) {
        self.pos = place;
    }

    /// Passes over a value, counting brackets; its syntax is checked when it is read.
    fn skip(&mut self) -> Res<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.pos += 1;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.pos += 1;
                }
                Some(b'}' | b']') | None => return self.err("the text ends too early"),
                Some(b',' | b':') if depth > 0 => self.pos += 1,
                Some(_) => {
                    let rest = &self.text.as_bytes()[self.pos..];
                    let len = rest.iter().position(|b| b",:{}[]\" \n\r\t".contains(b)).unwrap_or(rest.len());
                    if len == 0 {
                        return self.err("not a JSON value");
                    }
                    self.pos += len;
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Reads any value; `depth` is how deep it lies already.
    pub(crate) fn value(&mut self, depth: usize) -> Res<Value> {
        if depth > self.max_depth {
            return Err(problem(rule::LIMIT_DEPTH, "", "", format!("nested deeper than {}", self.max_depth)));
        }
        match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => {
                self.pos += 1;
                let mut items = Vec::new();
                if self.take(b']') {
                    return Ok(Value::List(items));
                }
                loop {
                    items.push(self.value(depth + 1)?);
                    if self.take(b']') {
                        return Ok(Value::List(items));
                    }
                    self.expect(b',')?;
                }
            }
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => {
                let Some(len) = number_len(&self.text.as_bytes()[self.pos..]) else {
                    return self.err("not a number");
                };
                let number = self.text[self.pos..self.pos + len].to_owned();
                self.pos += len;
                Ok(Value::Number(number))
            }
            Some(_) => self.err("not a JSON value"),
            None => self.err("the text ends too early"),
        }
    }

    fn map(&mut self, depth: usize) -> Res<Value> {
        self.pos += 1;
        let mut members: Members = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Map(members));
        }
        loop {
            if !self.is_next(b'"') {
                return self.err("expected a member name");
            }
            let name = self.string()?;
            self.expect(b':')?;
            let value = self.value(depth + 1)?;
            members.push((name, value));
            if self.take(b'}') {
                break;
            }
            self.expect(b',')?;
        }
        keep_last(&mut members);
        Ok(Value::Map(members))
    }

    fn word(&mut self, word: &str, value: Value) -> Res<Value> {
        if self.text[self.pos..].starts_with(word) {
            self.pos += word.len();
            return Ok(value);
        }
        self.err("not a JSON value")
    }

    /// Reads a string literal.
    pub(crate) fn string(&mut self) -> Res<String> {
        self.expect(b'"')?;
        let bytes = self.text.as_bytes();
        let mut out = String::new();
        loop {
            let start = self.pos;
            while bytes.get(self.pos).is_some_and(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f)) {
                self.pos += 1;
            }
            out.push_str(&self.text[start..self.pos]);
            match bytes.get(self.pos) {
                Some(b'"') => {
                    self.pos += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.pos += 1;
                    let c = self.escape()?;
                    out.push(c);
                }
                Some(_) => return self.err("control character in a string"),
                None => return self.err("the string does not end"),
            }
        }
    }

    fn escape(&mut self) -> Res<char> {
        let c = self.text.as_bytes().get(self.pos).copied();
        self.pos += 1;
        Ok(match c {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return self.err("unknown escape"),
        })
    }

    fn unicode(&mut self) -> Res<char> {
        let high = self.hex4()?;
        let code = if (0xd800..0xdc00).contains(&high) {
            if !self.text.as_bytes()[self.pos.min(self.text.len())..].starts_with(b"\\u") {
                return self.err("half of a surrogate pair");
            }
            self.pos += 2;
            let low = self.hex4()?;
            if !(0xdc00..0xe000).contains(&low) {
                return self.err("half of a surrogate pair");
            }
            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
        } else {
            high
        };
        char::from_u32(code).map_or_else(|| self.err("half of a surrogate pair"), Ok)
    }

    fn hex4(&mut self) -> Res<u32> {
        let digits =
            self.text.get(self.pos..self.pos + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(digits) = digits else { return self.err("expected four hexadecimal digits") };
        self.pos += 4;
        Ok(u32::from_str_radix(digits, 16).unwrap_or(0))
    }
}

/// Of members with the same name the last one counts, as in most JSON readers: published examples
/// have such members. Few members are compared with each other, many by a table.
fn keep_last(members: &mut Members) {
    let twice = if members.len() <= 32 {
        (1..members.len()).any(|i| members[..i].iter().any(|(n, _)| *n == members[i].0))
    } else {
        let names: std::collections::HashSet<&str> = members.iter().map(|(n, _)| n.as_str()).collect();
        names.len() < members.len()
    };
    if twice {
        let mut seen = std::collections::HashSet::new();
        members.reverse();
        members.retain(|(name, _)| seen.insert(name.clone()));
        members.reverse();
    }
}
