//! What a query's identifier matches (EPCIS 2.0, 8.2.7.1.1): itself in either notation, or, as a pattern, all that
//! begins alike in the canonical notation, so that an index over sorted identifiers answers it.

use super::{all_digits, canonical, urn_to_digital_link};

/// What an identifier of a query matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// This identifier.
    Exact(String),
    /// Every identifier that begins so.
    Prefix(String),
}

/// Keys of patterns over a whole company prefix: scheme, what stands in front of the prefix, whether an indicator
/// or extension digit stands between.
const COMPANY: &[(&str, &str, bool)] = &[
    ("sgtin", "01/", true),
    ("lgtin", "01/", true),
    ("upui", "01/", true),
    ("itip", "8006/", true),
    ("sscc", "00/", true),
    ("sgln", "414/", false),
    ("pgln", "417/", false),
    ("grai", "8003/0", false),
    ("giai", "8004/", false),
    ("cpi", "8010/", false),
    ("gdti", "253/", false),
    ("sgcn", "255/", false),
    ("gsrn", "8018/", false),
    ("gsrnp", "8017/", false),
    ("ginc", "401/", false),
    ("gsin", "402/", false),
];

/// An identifier in the one notation in which all are compared: the canonical GS1 Digital Link, or itself.
#[must_use]
pub fn comparable(uri: &str) -> String {
    let found = if uri.starts_with("urn:epc:") { urn_to_digital_link(uri) } else { canonical(uri) };
    found.unwrap_or_else(|| uri.to_owned())
}

/// What an identifier of a query matches.
#[must_use]
pub fn spans(uri: &str) -> Vec<Span> {
    let Some(rest) = uri.strip_prefix("urn:epc:idpat:") else { return vec![Span::Exact(comparable(uri))] };
    let Some((scheme, fields)) = rest.split_once(':') else { return vec![Span::Exact(uri.to_owned())] };
    if let Some(key) = urn_to_digital_link(uri) {
        // A serial follows the key at once in some schemes, after a qualifier in the others.
        let joined = matches!(scheme, "grai" | "gdti" | "sgcn");
        let below = if joined { key.clone() } else { format!("{key}/") };
        return vec![Span::Exact(key), Span::Prefix(below)];
    }
    let Some((_, front, indicator)) = COMPANY.iter().find(|(name, _, _)| *name == scheme) else {
        return vec![Span::Prefix(uri.trim_end_matches('*').replace("idpat", "id"))];
    };
    let company = fields.split('.').next().unwrap_or_default();
    let start = format!("https://id.gs1.org/{front}");
    match company {
        "*" => vec![Span::Prefix(start)],
        company if all_digits(company) && *indicator => {
            (0..=9).map(|digit| Span::Prefix(format!("{start}{digit}{company}"))).collect()
        }
        company => vec![Span::Prefix(format!("{start}{company}"))],
    }
}

/// The key by which a party or place is known, whichever of its identifiers an event names: the GLN of a PGLN, an
/// SGLN or either link, without extension; another URI is its own key.
#[must_use]
pub fn party_key(uri: &str) -> String {
    let link = comparable(uri);
    let gln = link
        .strip_prefix("https://id.gs1.org/414/")
        .or_else(|| link.strip_prefix("https://id.gs1.org/417/"))
        .and_then(|rest| rest.split('/').next());
    gln.map_or(link.clone(), |gln| format!("gln:{gln}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, uri: &str) -> bool {
        let uri = comparable(uri);
        spans(pattern).iter().any(|s| match s {
            Span::Exact(x) => *x == uri,
            Span::Prefix(x) => uri.starts_with(x.as_str()),
        })
    }

    #[test]
    fn patterns_match_instances_in_either_notation() {
        for (pattern, uri, wanted) in [
            ("urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/01/10614141073464/21/2017", true),
            ("https://example.com/01/10614141073464/21/2017", "urn:epc:id:sgtin:0614141.107346.2017", true),
            ("urn:epc:id:sgtin:0614141.107346.2017", "urn:epc:id:sgtin:0614141.107346.20170", false),
            ("urn:epc:idpat:sgtin:0614141.107346.*", "urn:epc:id:sgtin:0614141.107346.2017", true),
            ("urn:epc:idpat:sgtin:0614141.107346.*", "urn:epc:id:sgtin:0614141.107347.2017", false),
            ("urn:epc:idpat:sgtin:0614141.*.*", "urn:epc:id:sgtin:0614141.907347.2017", true),
            ("urn:epc:idpat:sgtin:0614141.*.*", "urn:epc:id:sgtin:0614142.107346.2017", false),
            ("urn:epc:idpat:sgtin:*.*.*", "urn:epc:id:sgtin:0614142.107346.2017", true),
            ("urn:epc:idpat:sgtin:*.*.*", "urn:epc:id:sscc:0614141.1234567890", false),
            ("urn:epc:idpat:sscc:0614141.*", "urn:epc:id:sscc:0614141.1234567890", true),
            ("urn:epc:idpat:grai:4012345.66666.*", "urn:epc:id:grai:4012345.66666.33", true),
            ("urn:epc:idpat:giai:4012345.*", "urn:epc:id:giai:4012345.ABC345", true),
            ("urn:epc:idpat:sgtin:4012345.066666.*", "urn:epc:class:lgtin:4012345.066666.L1", true),
            ("http://example.com/batch/7", "http://example.com/batch/7", true),
        ] {
            assert_eq!(matches(pattern, uri), wanted, "{pattern} {uri}");
        }
    }

    #[test]
    fn a_party_has_one_key_under_all_its_identifiers() {
        for uri in [
            "urn:epc:id:pgln:0614141.00777",
            "urn:epc:id:sgln:0614141.00777.0",
            "urn:epc:id:sgln:0614141.00777.dock7",
            "https://id.gs1.org/414/0614141007776/254/x",
            "https://example.com/417/0614141007776",
        ] {
            assert_eq!(party_key(uri), "gln:0614141007776", "{uri}");
        }
        assert_eq!(party_key("http://example.com/plant/1"), "http://example.com/plant/1");
    }
}
