//! Canonical values of the event hash: numbers, times, vocabulary, identifiers, extension fields.

use super::hash::sorted;
use super::ident;
use super::model::{Event, Ext, Syntax};
use super::scope::Scope;
use super::time;
use super::value::Value;
use super::vocab::{ALERT, MEASUREMENT, Vocabulary, expand_standard_curie, urn_to_web};
use std::sync::Arc;

/// Namespace of comments, which are no part of an event.
const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";

/// Writes canonical values of one event.
pub(crate) struct Writer<'a> {
    pub(crate) event: &'a Event,
}

impl Writer<'_> {
    /// A text written on its own, to be sorted among its like.
    pub(crate) fn one(&self, write: impl FnOnce(&mut String)) -> String {
        let mut out = String::with_capacity(96);
        write(&mut out);
        out
    }

    pub(crate) fn text(&self, out: &mut String, name: &str, value: Option<&str>) {
        let Some(value) = value.map(str::trim).filter(|v| !v.is_empty()) else { return };
        out.push_str(name);
        out.push('=');
        self.canonical(out, value, true);
    }

    pub(crate) fn time(&self, out: &mut String, name: &str, value: Option<&str>) {
        let Some(value) = value.map(str::trim).filter(|v| !v.is_empty()) else { return };
        out.push_str(name);
        out.push('=');
        match time::parse(value) {
            Some(millis) => time::write_utc(out, millis),
            None => out.push_str(value),
        }
    }

    /// A term of a CBV vocabulary: a bare word becomes its Web URI.
    pub(crate) fn term(&self, out: &mut String, name: &str, value: Option<&str>, vocabulary: &Vocabulary) {
        match value.map(str::trim).and_then(|v| vocabulary.expand_word(v)) {
            Some(web) => {
                out.push_str(name);
                out.push('=');
                out.push_str(&web);
            }
            None => self.text(out, name, value),
        }
    }

    /// A term of the GS1 Web Vocabulary.
    pub(crate) fn web_voc(&self, out: &mut String, name: &str, value: &str) {
        let vocabulary = if name == "type" { &MEASUREMENT } else { &ALERT };
        self.term(out, name, Some(value), vocabulary);
    }

    /// The canonical form of a value: number, URI or text as it is.
    fn canonical(&self, out: &mut String, value: &str, standard_field: bool) {
        let first = value.as_bytes()[0];
        if (first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) && canonical_number(out, value) {
            return;
        }
        let found = if value.starts_with("http") {
            ident::canonical(value)
        } else if value.starts_with("urn:epc:") {
            ident::urn_to_digital_link(value)
        } else if value.starts_with("urn:epcglobal:cbv:") {
            urn_to_web(value)
        } else if standard_field {
            self.curie(value)
        } else {
            None
        };
        out.push_str(found.as_deref().unwrap_or(value));
    }

    /// The URI of a CURIE: the standard's own prefixes, and in JSON those the context declares.
    fn curie(&self, value: &str) -> Option<String> {
        let (prefix, rest) = value.split_once(':')?;
        let scope = &self.event.scope;
        expand_standard_curie(value, scope).or_else(|| {
            let json = self.event.syntax == Syntax::Json && !rest.starts_with("//");
            let namespace = if json { scope.declared(prefix)? } else { return None };
            Some(format!("{namespace}{rest}"))
        })
    }

    /// Extension fields of one place, sorted.
    pub(crate) fn extensions(&self, out: &mut String, fields: &[Ext]) {
        if fields.is_empty() {
            return;
        }
        let mut parts = Vec::with_capacity(fields.len());
        for ext in fields {
            push_ext(self, &mut parts, &self.event.scope, &ext.name, &ext.value);
        }
        sorted(out, parts);
    }
}

/// A standard field whose value may be of any scalar type.
pub(crate) fn push_field(w: &Writer<'_>, out: &mut String, name: &str, value: &Value) {
    match value {
        Value::Bool(b) => {
            out.push_str(name);
            out.push_str(if *b { "=true" } else { "=false" });
        }
        Value::Number(s) | Value::String(s) | Value::Raw(s) => w.text(out, name, Some(s)),
        Value::Null | Value::List(_) | Value::Map(_) => {}
    }
}

/// Adds the canonical text of an extension field, one for each member of a list.
pub(crate) fn push_ext(
    w: &Writer<'_>,
    parts: &mut Vec<String>,
    scope: &Arc<Scope>,
    name: &str,
    value: &Value,
) {
    if let Value::List(items) = value {
        items.iter().for_each(|item| push_ext(w, parts, scope, name, item));
        return;
    }
    let bare = name.strip_prefix('@').unwrap_or(name);
    let own = match value {
        Value::Map(members) => members.iter().find(|(n, _)| n == "@context").map(|(_, context)| {
            let mut inner = Scope::inside(scope);
            inner.declare_context(context);
            Arc::new(inner)
        }),
        _ => None,
    };
    let scope = own.as_ref().unwrap_or(scope);
    let (namespace, local) = scope.resolve(bare).unwrap_or(("", bare));
    let hidden = namespace == RDFS && local == "comment";
    if hidden || bare.starts_with("xsi:") || scope.is_ignored(namespace, local) {
        return;
    }
    let mut out = String::with_capacity(64);
    if !namespace.is_empty() {
        out.push('{');
        out.push_str(namespace);
        out.push('}');
    }
    out.push_str(local);
    match value {
        Value::Null | Value::List(_) => return,
        Value::Bool(b) => out.push_str(if *b { "=true" } else { "=false" }),
        Value::Number(s) | Value::String(s) | Value::Raw(s) => ext_text(w, &mut out, local, s),
        Value::Map(members) => {
            let mut inner = Vec::new();
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("@context", _) => {}
                    ("#text" | "@value", Value::String(s) | Value::Raw(s) | Value::Number(s)) => {
                        ext_text(w, &mut out, local, s)
                    }
                    _ => push_ext(w, &mut inner, scope, name, value),
                }
            }
            sorted(&mut out, inner);
        }
    }
    parts.push(out);
}

fn ext_text(w: &Writer<'_>, out: &mut String, name: &str, value: &str) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    out.push('=');
    let lower = name.to_ascii_lowercase();
    if lower.contains("time")
        && !lower.contains("offset")
        && let Some(millis) = time::parse(value)
    {
        time::write_utc(out, millis);
        return;
    }
    w.canonical(out, value, false);
}

/// Writes a number without needless zeros, as the reference does: through a double, whole numbers
/// in full, others in their shortest decimal form. `false` if the text is no number.
fn canonical_number(out: &mut String, text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let Some(number) = text.parse::<f64>().ok().filter(|n| plain && n.is_finite()) else { return false };
    use std::fmt::Write as _;
    if number == 0.0 {
        out.push('0');
    } else if number.fract() == 0.0 {
        // Digits that fit a double exactly need no way through it.
        if text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit()) {
            out.push_str(text.trim_start_matches('0'));
        } else {
            let _ = write!(out, "{number:.0}");
        }
    } else if number.abs() < 1e-4 {
        let shortest = format!("{number:e}");
        let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
        let _ = write!(out, "{mantissa}e-{:0>2}", exponent.trim_start_matches('-'));
    } else {
        let _ = write!(out, "{number}");
    }
    true
}

#[cfg(test)]
mod tests {
    use super::canonical_number;

    #[test]
    fn numbers_lose_needless_digits() {
        for (text, canon) in [
            ("26.0", "26"),
            ("0.180000", "0.18"),
            ("007", "7"),
            ("-3.50", "-3.5"),
            ("+1", "1"),
            ("1e3", "1000"),
            ("0.0", "0"),
            ("0.00001", "1e-05"),
            ("111100001111000011110000", "111100001111000003641344"),
            (".5", "0.5"),
        ] {
            let mut out = String::new();
            assert!(canonical_number(&mut out, text), "{text}");
            assert_eq!(out, canon);
        }
        for text in ["2019-10-21", "1.2.3", "+01:00", "12ab", "-", ".", "1e999", "4711-A"] {
            assert!(!canonical_number(&mut String::new(), text), "{text}");
        }
    }
}
