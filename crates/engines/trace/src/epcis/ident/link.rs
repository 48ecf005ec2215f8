//! GS1 Digital Link URIs (URI Syntax 1.2): recognising, checking, canonical form, and back to URN.

use super::{IdError, all_digits, has_check_digit, percent_decode, percent_encode};
use std::borrow::Cow;

/// A primary key: AI, short name, digits it starts with (the last of them the check digit if
/// `checked`), whether more may follow, and its qualifiers from the finest to the coarsest.
struct Key {
    ai: &'static str,
    alias: &'static str,
    digits: usize,
    longest: usize,
    checked: bool,
    /// Qualifiers the canonical link may keep; the first one present is kept.
    kept: &'static [&'static str],
    /// Qualifiers it drops.
    dropped: &'static [&'static str],
}

const fn key(
    ai: &'static str,
    alias: &'static str,
    digits: usize,
    longest: usize,
    checked: bool,
    kept: &'static [&'static str],
    dropped: &'static [&'static str],
) -> Key {
    Key { ai, alias, digits, longest, checked, kept, dropped }
}

const KEYS: &[Key] = &[
    key("01", "gtin", 14, 14, true, &["21", "235", "10"], &["22"]),
    key("00", "sscc", 18, 18, true, &[], &[]),
    key("414", "gln", 13, 13, true, &["254"], &["7040"]),
    key("417", "party", 13, 13, true, &[], &["7040"]),
    key("8003", "grai", 14, 30, true, &[], &[]),
    key("8004", "giai", 4, 30, false, &[], &["7040"]),
    key("8006", "itip", 18, 18, false, &["21", "10"], &["22"]),
    key("8010", "cpid", 4, 30, false, &["8011"], &[]),
    key("8017", "gsrnp", 18, 18, true, &[], &["8019"]),
    key("8018", "gsrn", 18, 18, true, &[], &["8019"]),
    key("253", "gdti", 13, 30, true, &[], &[]),
    key("255", "gcn", 13, 25, true, &[], &[]),
    key("401", "ginc", 4, 30, false, &[], &[]),
    key("402", "gsin", 17, 17, true, &[], &[]),
];

const QUALIFIER_ALIASES: &[(&str, &str)] = &[
    ("ser", "21"),
    ("lot", "10"),
    ("cpv", "22"),
    ("tpx", "235"),
    ("glnx", "254"),
    ("cpsn", "8011"),
    ("srin", "8019"),
    ("uic-ext", "7040"),
];

struct Link<'a> {
    key: &'static Key,
    value: Cow<'a, str>,
    qualifiers: Vec<(&'a str, &'a str)>,
}

/// Whether the URI stands at GS1's own resolver.
#[must_use]
pub fn is_gs1_host(uri: &str) -> bool {
    uri.starts_with("https://id.gs1.org/") || uri.starts_with("http://id.gs1.org/")
}

fn fits(key: &Key, value: &str) -> bool {
    value.len() >= key.digits
        && value.len() <= key.longest
        && value.is_char_boundary(key.digits)
        && all_digits(&value[..key.digits])
        && (value.len() > key.digits || key.checked || key.digits == key.longest || key.digits == 4)
}

fn find(uri: &str) -> Option<Link<'_>> {
    let rest = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"))?;
    let path = rest.split(['?', '#']).next()?.split_once('/')?.1;
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    for at in 0..segments.len().saturating_sub(1) {
        let Some(key) = KEYS.iter().find(|k| k.ai == segments[at] || k.alias == segments[at]) else {
            continue;
        };
        let raw = segments[at + 1];
        // A GTIN may be given with 8, 12 or 13 digits: fourteen are canonical.
        let value = if key.ai == "01" && matches!(raw.len(), 8 | 12 | 13) && all_digits(raw) {
            Cow::Owned(format!("{raw:0>14}"))
        } else {
            Cow::Borrowed(raw)
        };
        if !fits(key, &value) {
            continue;
        }
        let tail = &segments[at + 2..];
        let known = |q: &str| key.kept.contains(&q) || key.dropped.contains(&q);
        let pairs: Option<Vec<(&str, &str)>> = tail
            .chunks(2)
            .map(|pair| {
                let ai = QUALIFIER_ALIASES.iter().find(|(a, _)| *a == pair[0]).map_or(pair[0], |(_, ai)| *ai);
                (pair.len() == 2 && known(ai) && !pair[1].is_empty()).then(|| (ai, pair[1]))
            })
            .collect();
        if let Some(qualifiers) = pairs {
            return Some(Link { key, value, qualifiers });
        }
    }
    None
}

/// The constrained canonical form (CBV 2.0, event hash): GS1's resolver, no query, finest level
/// of identification only. `None` if the URI is no GS1 Digital Link.
#[must_use]
pub fn canonical(uri: &str) -> Option<String> {
    let link = find(uri)?;
    let mut out = String::with_capacity(uri.len() + 8);
    out.push_str("https://id.gs1.org/");
    out.push_str(link.key.ai);
    out.push('/');
    out.push_str(&link.value);
    if let Some((ai, value)) = kept(&link) {
        for part in ["/", ai, "/", value] {
            out.push_str(part);
        }
    }
    Some(out)
}

fn kept<'a>(link: &Link<'a>) -> Option<(&'a str, &'a str)> {
    link.key.kept.iter().find_map(|ai| link.qualifiers.iter().find(|(q, _)| q == ai)).copied()
}

/// Checks a URI that may be a GS1 Digital Link: `Ok(true)` a good one, `Ok(false)` another URI.
/// At GS1's own resolver every path must be a Digital Link.
///
/// # Errors
/// The key's form or check digit is wrong.
pub fn check_link(uri: &str) -> Result<bool, IdError> {
    let Some(link) = find(uri) else {
        return if is_gs1_host(uri) {
            Err(IdError::form("no GS1 key of the right form in the link"))
        } else {
            Ok(false)
        };
    };
    let digits = match link.key.ai {
        "8006" => &link.value[..14],
        _ => &link.value[..link.key.digits],
    };
    if (link.key.checked || link.key.ai == "8006") && !has_check_digit(digits) {
        return Err(IdError { message: format!("the check digit of {digits} is wrong"), check_digit: true });
    }
    if link.key.ai == "8003" && !digits.starts_with('0') {
        return Err(IdError::form("a GRAI in a link starts with 0"));
    }
    Ok(true)
}

/// The EPC URN of a GS1 Digital Link. The link does not say how many digits the company prefix
/// has, so the caller must: 6 to 12, from the licence or from GS1's prefix table.
///
/// # Errors
/// No Digital Link, a wrong check digit, or a length that does not fit.
pub fn digital_link_to_urn(uri: &str, company_prefix_length: usize) -> Result<String, IdError> {
    if !check_link(uri)? {
        return Err(IdError::form("not a GS1 Digital Link"));
    }
    let Some(link) = find(uri) else { return Err(IdError::form("not a GS1 Digital Link")) };
    let cp = company_prefix_length;
    if !(6..=12).contains(&cp) {
        return Err(IdError::form("a company prefix has 6 to 12 digits"));
    }
    let v: &str = &link.value;
    let kept = kept(&link);
    let serial = |text: &str| -> Result<String, IdError> {
        let decoded =
            percent_decode(text).ok_or_else(|| IdError::form("a % without two hexadecimal digits"))?;
        let mut out = String::new();
        percent_encode(&mut out, &decoded, "!'()*+,-.:;=_");
        Ok(out.replace('~', "%7E"))
    };
    // Keys whose first digit is an indicator or extension give it to the reference.
    let leading =
        |digits: &str| format!("{}.{}{}", &digits[1..=cp], &digits[..1], &digits[cp + 1..digits.len() - 1]);
    let plain = |digits: &str| format!("{}.{}", &digits[..cp], &digits[cp..digits.len() - 1]);
    let free = |text: &str| -> Result<String, IdError> {
        if text.len() <= cp || !text.is_char_boundary(cp) || !all_digits(&text[..cp]) {
            return Err(IdError::form("the key is shorter than the company prefix"));
        }
        Ok(format!("{}.{}", &text[..cp], serial(&text[cp..])?))
    };
    let with_tail = |name: &str, head: String, tail: &str| -> Result<String, IdError> {
        Ok(if tail.is_empty() {
            format!("urn:epc:idpat:{name}:{head}.*")
        } else {
            format!("urn:epc:id:{name}:{head}.{}", serial(tail)?)
        })
    };
    match (link.key.ai, kept) {
        ("01", Some(("21", s))) => Ok(format!("urn:epc:id:sgtin:{}.{}", leading(v), serial(s)?)),
        ("01", Some(("235", s))) => Ok(format!("urn:epc:id:upui:{}.{}", leading(v), serial(s)?)),
        ("01", Some((_, s))) => Ok(format!("urn:epc:class:lgtin:{}.{}", leading(v), serial(s)?)),
        ("01", None) => Ok(format!("urn:epc:idpat:sgtin:{}.*", leading(v))),
        ("8006", q) => {
            let head = format!("{}.{}.{}", leading(&v[..14]), &v[14..16], &v[16..18]);
            with_tail("itip", head, q.filter(|(ai, _)| *ai == "21").map_or("", |(_, s)| s))
        }
        ("00", _) => Ok(format!("urn:epc:id:sscc:{}", leading(v))),
        ("414", q) => Ok(format!("urn:epc:id:sgln:{}.{}", plain(v), serial(q.map_or("0", |(_, s)| s))?)),
        ("417", _) => Ok(format!("urn:epc:id:pgln:{}", plain(v))),
        ("8017", _) => Ok(format!("urn:epc:id:gsrnp:{}", plain(v))),
        ("8018", _) => Ok(format!("urn:epc:id:gsrn:{}", plain(v))),
        ("402", _) => Ok(format!("urn:epc:id:gsin:{}", plain(v))),
        ("8003", _) => with_tail("grai", plain(&v[1..14]), &v[14..]),
        ("253", _) => with_tail("gdti", plain(&v[..13]), &v[13..]),
        ("255", _) => with_tail("sgcn", plain(&v[..13]), &v[13..]),
        ("8004", _) => Ok(format!("urn:epc:id:giai:{}", free(v)?)),
        ("401", _) => Ok(format!("urn:epc:id:ginc:{}", free(v)?)),
        (_, q) => with_tail("cpi", free(v)?, q.map_or("", |(_, s)| s)),
    }
}
