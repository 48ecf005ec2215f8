//! GS1 identifiers in both notations: EPC URN and GS1 Digital Link, with check digits.
//!
//! A Digital Link does not say how long the company prefix is, so [`digital_link_to_urn`] asks for
//! it; the other way round nothing is missing. URIs that are not GS1's are left as they are.

mod link;
mod pattern;
mod urn;

pub use link::{canonical, check_link, digital_link_to_urn, is_gs1_host};
pub use pattern::{Span, comparable, party_key, spans};
pub use urn::{Level, check_urn, urn_level, urn_to_digital_link};

use std::fmt;

/// Why an identifier is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError {
    /// What is wrong.
    pub message: String,
    /// Whether the only fault is the check digit.
    pub check_digit: bool,
}

impl IdError {
    pub(crate) fn form(message: impl Into<String>) -> Self {
        IdError { message: message.into(), check_digit: false }
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for IdError {}

/// The GS1 check digit of a key's other digits (GS1 General Specifications, 7.9: weights 3 and 1
/// from the right). `None` if a character is no digit.
#[must_use]
pub fn check_digit(digits: &str) -> Option<char> {
    let mut sum = 0_u32;
    for (i, b) in digits.bytes().rev().enumerate() {
        if !b.is_ascii_digit() {
            return None;
        }
        sum += u32::from(b - b'0') * if i % 2 == 0 { 3 } else { 1 };
    }
    char::from_digit((10 - sum % 10) % 10, 10)
}

/// Whether the last digit is the check digit of those before it.
#[must_use]
pub fn has_check_digit(key: &str) -> bool {
    key.len() > 1
        && key.is_char_boundary(key.len() - 1)
        && check_digit(&key[..key.len() - 1]).is_some_and(|c| key.ends_with(c))
}

pub(crate) fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Decodes `%hh`; `None` if a percent sign is not followed by two hexadecimal digits or the bytes
/// are not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b == b'%' {
            let (high, low) = (bytes.next()?, bytes.next()?);
            let high = char::from(high).to_digit(16)?;
            let low = char::from(low).to_digit(16)?;
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(b);
        }
    }
    String::from_utf8(out).ok()
}

/// Encodes what is neither unreserved (RFC 3986) nor among `also`.
pub(crate) fn percent_encode(out: &mut String, text: &str, also: &str) {
    for b in text.bytes() {
        let c = char::from(b);
        if b.is_ascii_alphanumeric() || "-._~".contains(c) || (b.is_ascii() && also.contains(c)) {
            out.push(c);
        } else {
            out.push('%');
            for nibble in [b >> 4, b & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(nibble)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_known_keys() {
        assert_eq!(check_digit("629104150021"), Some('3'));
        assert_eq!(check_digit("10614141073464".get(..13).unwrap_or_default()), Some('4'));
        assert!(has_check_digit("040123450000001112"));
        assert!(!has_check_digit("040123450000001113"));
        assert!(!has_check_digit("x") && !has_check_digit("") && !has_check_digit("12é"));
    }

    #[test]
    fn both_ways_for_every_key() {
        for (urn, length) in [
            ("urn:epc:id:sgtin:4012345.011111.98%22%2F(a)", 7),
            ("urn:epc:id:sscc:4012345.3111111111", 7),
            ("urn:epc:id:sgln:4012345.00005.0", 7),
            ("urn:epc:id:sgln:4012345.00005.12", 7),
            ("urn:epc:id:grai:4012345.00022.33", 7),
            ("urn:epc:id:giai:4012345.ABC345", 7),
            ("urn:epc:id:gsrn:4012345.0000006765", 7),
            ("urn:epc:id:gsrnp:4012345.0000000007", 7),
            ("urn:epc:id:gdti:4012345.00009.PO-4711", 7),
            ("urn:epc:id:gdti:987659999999..9", 12),
            ("urn:epc:id:cpi:0614141.11A%23%2F.1234", 7),
            ("urn:epc:id:sgcn:4012345.99999.44", 7),
            ("urn:epc:id:ginc:0614141.xyz47%2F11", 7),
            ("urn:epc:id:gsin:4012345.222333444", 7),
            ("urn:epc:id:itip:4012345.011111.01.02.987", 7),
            ("urn:epc:id:upui:1234567.098765.51qIgY)'S", 7),
            ("urn:epc:id:pgln:4000001.00000", 7),
            ("urn:epc:id:pgln:999999999999.", 12),
            ("urn:epc:class:lgtin:4012345.012345.Lot987", 7),
            ("urn:epc:idpat:sgtin:4012345.066666.*", 7),
            ("urn:epc:idpat:grai:4012345.66666.*", 7),
            ("urn:epc:idpat:gdti:4012345.55555.*", 7),
            ("urn:epc:idpat:sgcn:4012345.99999.*", 7),
            ("urn:epc:idpat:cpi:4012345.ABC.*", 7),
            ("urn:epc:idpat:itip:4012345.012345.01.02.*", 7),
        ] {
            assert_eq!(check_urn(urn), Ok(()), "{urn}");
            let link = urn_to_digital_link(urn).expect(urn);
            assert_eq!(check_link(&link), Ok(true), "{link}");
            assert_eq!(digital_link_to_urn(&link, length).as_deref(), Ok(urn), "{link}");
            assert_eq!(canonical(&link).as_deref(), Some(link.as_str()));
        }
    }

    #[test]
    fn links_take_their_canonical_form() {
        for (given, canon) in [
            (
                "https://example.com/gtin/9780345418913/21/765tz?abc=1",
                "https://id.gs1.org/01/09780345418913/21/765tz",
            ),
            (
                "http://a.b/x/01/09780345418913/22/2A/10/L1/21/S9#f",
                "https://id.gs1.org/01/09780345418913/21/S9",
            ),
            ("https://id.example.com/01/09780345418913/22/2A", "https://id.gs1.org/01/09780345418913"),
            ("https://id.gs1.org/giai/4000001111", "https://id.gs1.org/8004/4000001111"),
            (
                "https://id.gs1.org/8018/401234500000067657/8019/12",
                "https://id.gs1.org/8018/401234500000067657",
            ),
        ] {
            assert_eq!(canonical(given).as_deref(), Some(canon));
        }
        for other in [
            "http://a.b/po/12345678",
            "https://a.b/01/12/21/x",
            "geo:47.5,11.1",
            "https://a.b/01/09780345418913/99/x",
        ] {
            assert_eq!(canonical(other), None, "{other}");
        }
    }
}
