//! EPC URNs (EPC Tag Data Standard 2.0, chapter 6): their forms, and their GS1 Digital Links.

use super::{IdError, all_digits, check_digit, percent_decode, percent_encode};

/// What an identifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// One object, place, party or document.
    Instance,
    /// A class or lot of objects.
    Class,
}

/// A scheme: name, digits of company prefix and reference together (0: reference free), fields
/// after the prefix, and the GS1 key.
struct Scheme {
    name: &'static str,
    digits: usize,
    fields: usize,
    key: &'static str,
}

const SCHEMES: &[Scheme] = &[
    Scheme { name: "sgtin", digits: 13, fields: 2, key: "01" },
    Scheme { name: "lgtin", digits: 13, fields: 2, key: "01" },
    Scheme { name: "upui", digits: 13, fields: 2, key: "01" },
    Scheme { name: "itip", digits: 13, fields: 4, key: "8006" },
    Scheme { name: "sscc", digits: 17, fields: 1, key: "00" },
    Scheme { name: "sgln", digits: 12, fields: 2, key: "414" },
    Scheme { name: "pgln", digits: 12, fields: 1, key: "417" },
    Scheme { name: "grai", digits: 12, fields: 2, key: "8003" },
    Scheme { name: "gdti", digits: 12, fields: 2, key: "253" },
    Scheme { name: "sgcn", digits: 12, fields: 2, key: "255" },
    Scheme { name: "gsrn", digits: 17, fields: 1, key: "8018" },
    Scheme { name: "gsrnp", digits: 17, fields: 1, key: "8017" },
    Scheme { name: "gsin", digits: 16, fields: 1, key: "402" },
    Scheme { name: "giai", digits: 0, fields: 1, key: "8004" },
    Scheme { name: "ginc", digits: 0, fields: 1, key: "401" },
    Scheme { name: "cpi", digits: 0, fields: 2, key: "8010" },
];

/// Schemes of the Tag Data Standard that have no GS1 key: only their presence is known here.
const FOREIGN: &[&str] = &["gid", "usdod", "adi", "bic", "imovn"];

/// Kinds of URN and the prefixes they start with.
const KINDS: &[(&str, bool)] = &[("urn:epc:id:", false), ("urn:epc:class:", true), ("urn:epc:idpat:", true)];

struct Parts<'a> {
    scheme: &'static Scheme,
    pattern: bool,
    prefix: &'a str,
    /// Reference and further fields; a pattern's last one is `*`.
    fields: Vec<&'a str>,
}

/// Whether a URN names an instance or a class; `None` if it is no EPC URN.
#[must_use]
pub fn urn_level(urn: &str) -> Option<Level> {
    let (_, class) = KINDS.iter().find(|(start, _)| urn.starts_with(start))?;
    Some(if *class { Level::Class } else { Level::Instance })
}

fn split(urn: &str) -> Result<Option<Parts<'_>>, IdError> {
    let Some((kind, rest)) =
        KINDS.iter().find_map(|(start, _)| urn.strip_prefix(start).map(|rest| (*start, rest)))
    else {
        return Err(IdError::form("not a urn:epc:id, urn:epc:class or urn:epc:idpat"));
    };
    let Some((name, body)) = rest.split_once(':') else {
        return Err(IdError::form("the URN ends after its scheme"));
    };
    if FOREIGN.contains(&name) {
        return if body.is_empty() { Err(IdError::form("the URN ends after its scheme")) } else { Ok(None) };
    }
    let Some(scheme) = SCHEMES.iter().find(|s| s.name == name) else {
        return Err(IdError::form(format!("unknown EPC scheme {name}")));
    };
    if (kind == "urn:epc:class:") != (name == "lgtin") && kind != "urn:epc:idpat:" {
        return Err(IdError::form(format!("{name} does not belong under {kind}")));
    }
    let Some((prefix, tail)) = body.split_once('.') else {
        return Err(IdError::form("the company prefix is not parted by a point"));
    };
    // Serial numbers may hold points: only so many fields are cut off.
    let fields: Vec<&str> = tail.splitn(scheme.fields, '.').collect();
    Ok(Some(Parts { scheme, pattern: kind == "urn:epc:idpat:", prefix, fields }))
}

fn legal_text(text: &str, longest: usize) -> Result<(), IdError> {
    let Some(decoded) = percent_decode(text) else {
        return Err(IdError::form("a % without two hexadecimal digits"));
    };
    if decoded.is_empty() || decoded.len() > longest {
        return Err(IdError::form(format!("a serial or reference has 1 to {longest} characters")));
    }
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"!'()*+,-.:;=_%".contains(&b);
    if !text.bytes().all(legal) {
        return Err(IdError::form("a character that must be written as %hh"));
    }
    Ok(())
}

/// Checks the form of an EPC URN: scheme, digits, lengths, characters.
///
/// # Errors
/// What is wrong with it.
pub fn check_urn(urn: &str) -> Result<(), IdError> {
    let Some(parts) = split(urn)? else { return Ok(()) };
    let Parts { scheme, pattern, prefix, fields } = &parts;
    if !all_digits(prefix) || !(6..=12).contains(&prefix.len()) {
        return Err(IdError::form("the company prefix has 6 to 12 digits"));
    }
    if fields.len() != scheme.fields {
        return Err(IdError::form(format!("{} has {} fields", scheme.name, scheme.fields + 1)));
    }
    if *pattern && fields.last() != Some(&"*") {
        return Err(IdError::form("a pattern ends with *"));
    }
    let reference = fields[0];
    if *pattern && reference == "*" {
        return Ok(());
    }
    if scheme.digits > 0 {
        if !all_digits(reference) || prefix.len() + reference.len() != scheme.digits {
            return Err(IdError::form(format!(
                "company prefix and reference have {} digits together",
                scheme.digits
            )));
        }
    } else {
        legal_text(reference, 30 - prefix.len())?;
    }
    if scheme.name == "itip" && fields[1..3].iter().any(|f| f.len() != 2 || !all_digits(f)) {
        return Err(IdError::form("piece and total have two digits each"));
    }
    let last = if *pattern || scheme.fields == 1 { return Ok(()) } else { fields[scheme.fields - 1] };
    match scheme.name {
        "sgcn" | "cpi" if last.is_empty() || last.len() > 12 || !all_digits(last) => {
            Err(IdError::form("the serial has 1 to 12 digits"))
        }
        "gdti" => legal_text(last, 17),
        "grai" => legal_text(last, 16),
        "upui" => legal_text(last, 28),
        _ => legal_text(last, 20),
    }
}

/// The canonical GS1 Digital Link of an EPC URN (GS1 Digital Link: URI Syntax 1.2, 4.11).
/// `None` for URNs without one: other schemes, patterns over whole prefixes, and broken forms.
#[must_use]
pub fn urn_to_digital_link(urn: &str) -> Option<String> {
    let Parts { scheme, pattern, prefix, fields } = split(urn).ok()??;
    if fields.len() != scheme.fields || fields[0] == "*" {
        return None;
    }
    let reference = fields[0];
    let mut out = String::with_capacity(urn.len() + 24);
    out.push_str("https://id.gs1.org/");
    out.push_str(scheme.key);
    out.push('/');
    if scheme.digits == 0 {
        out.push_str(prefix);
        encode(&mut out, reference)?;
    } else {
        if !all_digits(prefix) || !all_digits(reference) || prefix.len() + reference.len() != scheme.digits {
            return None;
        }
        let mut key = String::with_capacity(18);
        // Indicator and extension digits stand first in the reference and first in the key.
        if matches!(scheme.digits, 13 | 17) && !matches!(scheme.name, "gsrn" | "gsrnp") {
            key.push_str(&reference[..1]);
            key.push_str(prefix);
            key.push_str(&reference[1..]);
        } else {
            key.push_str(prefix);
            key.push_str(reference);
        }
        if scheme.name == "grai" {
            out.push('0');
        }
        out.push_str(&key);
        out.push(check_digit(&key)?);
    }
    let last = if pattern { None } else { fields.last().copied() };
    match (scheme.name, last) {
        ("itip", last) => {
            out.push_str(fields[1]);
            out.push_str(fields[2]);
            if let Some(serial) = last {
                out.push_str("/21/");
                encode(&mut out, serial)?;
            }
        }
        (_, None) => {}
        ("sgln", Some("0")) => {}
        ("grai" | "gdti" | "sgcn", Some(serial)) => encode(&mut out, serial)?,
        (name, Some(serial)) => {
            let qualifier = match name {
                "sgtin" => "/21/",
                "lgtin" => "/10/",
                "upui" => "/235/",
                "sgln" => "/254/",
                "cpi" => "/8011/",
                _ => return Some(out),
            };
            out.push_str(qualifier);
            encode(&mut out, serial)?;
        }
    }
    Some(out)
}

/// Writes a serial as a Digital Link has it: reserved characters but the apostrophe encoded.
fn encode(out: &mut String, text: &str) -> Option<()> {
    percent_encode(out, &percent_decode(text)?, "'");
    Some(())
}
