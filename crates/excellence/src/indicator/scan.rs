//! Reads the few fields that a formula wants from a stored fact's body, without building the document.
//!
//! A body is compact JSON that the ledger wrote itself: an object with its fields in order. The scanner
//! walks it once, steps over what nobody asked for, and stops when everything asked for was found.

/// A raw JSON value of a field: its bytes as the body has them.
pub(crate) type Raw<'a> = &'a [u8];

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Marks the bytes of `word` that equal `byte`; exact up to the first hit, which is all that is used.
fn equal(word: u64, byte: u8) -> u64 {
    let x = word ^ (LOW * u64::from(byte));
    x.wrapping_sub(LOW) & !x & HIGH
}

/// The end of a string whose first character is at `at`: the place of its closing quote.
#[inline]
fn string_end(body: &[u8], mut at: usize) -> usize {
    loop {
        while let Some(chunk) = body.get(at..at + 8) {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(chunk);
            let word = u64::from_le_bytes(bytes);
            let hit = equal(word, b'"') | equal(word, b'\\');
            if hit != 0 {
                at += (hit.trailing_zeros() / 8) as usize;
                break;
            }
            at += 8;
        }
        match body.get(at) {
            None => return body.len(),
            Some(b'"') => return at,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// The end of the value that starts at `at`, one past its last byte.
fn value_end(body: &[u8], at: usize) -> usize {
    match body.get(at) {
        Some(b'"') => string_end(body, at + 1) + 1,
        Some(b'{' | b'[') => {
            let (mut depth, mut i) = (0_usize, at);
            while let Some(b) = body.get(i) {
                match b {
                    b'"' => i = string_end(body, i + 1),
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return i + 1;
                        }
                    }
                    _ => {}
                }
                i += 1;
            }
            body.len()
        }
        _ => {
            let rest = body.get(at..).unwrap_or_default();
            at + rest.iter().position(|b| matches!(b, b',' | b'}' | b']')).unwrap_or(rest.len())
        }
    }
}

/// Fields that are read of one kind of fact at most.
pub(crate) const MOST: usize = 24;

/// The raw values of the fields wanted, in the order of their names; `None` when absent.
pub(crate) type Found<'a> = [Option<Raw<'a>>; MOST];

/// Finds the fields `wanted` at the top of a body.
pub(crate) fn fields<'a>(body: &'a [u8], wanted: &[Box<str>]) -> Found<'a> {
    let mut found: Found<'a> = [None; MOST];
    let wanted = &wanted[..wanted.len().min(MOST)];
    let mut left = wanted.len();
    let mut at = 1;
    while left > 0 && body.get(at) == Some(&b'"') {
        let key_end = string_end(body, at + 1);
        let key = body.get(at + 1..key_end).unwrap_or_default();
        let start = key_end + 2;
        let end = value_end(body, start);
        for (slot, name) in found.iter_mut().zip(wanted) {
            if name.as_bytes() == key {
                if slot.is_none() {
                    left -= 1;
                }
                *slot = body.get(start..end);
            }
        }
        at = end + 1;
    }
    found
}

/// The text of a raw string, when it is one. Escapes are left as they stand: codes and ids have none.
#[inline]
pub(crate) fn text(raw: Raw<'_>) -> Option<&str> {
    let inner = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    std::str::from_utf8(inner).ok()
}

/// The whole number of a raw value; booleans count as 0 and 1.
#[inline]
pub(crate) fn int(raw: Raw<'_>) -> Option<i64> {
    match raw {
        b"true" => Some(1),
        b"false" => Some(0),
        [b'-', digits @ ..] => digits_of(digits).map(|n| -n),
        digits => digits_of(digits),
    }
}

fn digits_of(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 18 {
        return std::str::from_utf8(digits).ok()?.parse().ok();
    }
    let mut n = 0_i64;
    for d in digits {
        if !d.is_ascii_digit() {
            return None;
        }
        n = n * 10 + i64::from(d - b'0');
    }
    Some(n)
}

/// The id of a raw value, as the 128 bits of its UUID.
pub(crate) fn id(raw: Raw<'_>) -> Option<u128> {
    uuid_of(raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?)
}

/// The 128 bits of a UUID in its written form.
pub(crate) fn uuid_of(text: &[u8]) -> Option<u128> {
    uuid::Uuid::try_parse_ascii(text).ok().map(|u| u.as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn names(of: &[&str]) -> Vec<Box<str>> {
        of.iter().map(|n| (*n).into()).collect()
    }

    #[test]
    fn fields_are_found_behind_nested_and_escaped_values() {
        let body = br#"{"a":"x\"}, ","b":[1,{"c":"]"}],"c":null,"d":-12,"e":true,"f":{"d":5},"g":"end"}"#;
        let found = fields(body, &names(&["d", "e", "g", "c", "none"]));
        assert_eq!(found[0].and_then(int), Some(-12));
        assert_eq!(found[1].and_then(int), Some(1));
        assert_eq!(found[2].and_then(text), Some("end"));
        assert_eq!(found[3], Some(&b"null"[..]));
        assert_eq!(found[4], None);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-z\"\\\\{}\\[\\],: \u{4e2d}\t]{0,24}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z\"]{1,5}", inner, 0..4).prop_map(|m| json!(m)),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_scanner_agrees_with_a_whole_parser(
            object in prop::collection::btree_map("[a-e]{1,2}", value(), 0..8),
            wanted in prop::collection::btree_set("[a-e]{1,2}", 0..5),
        ) {
            let body = serde_json::to_string(&object).expect("json");
            let wanted: Vec<Box<str>> = wanted.into_iter().map(Into::into).collect();
            let found = fields(body.as_bytes(), &wanted);
            for (name, raw) in wanted.iter().zip(&found) {
                let read: Option<Value> = raw.map(|r| serde_json::from_slice(r).expect("a value"));
                prop_assert_eq!(read.as_ref(), object.get(&**name));
            }
        }

        #[test]
        fn broken_bodies_never_stop_the_fold(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = fields(&bytes, &names(&["a", "b"]));
        }
    }
}
