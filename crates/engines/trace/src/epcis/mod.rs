//! EPCIS 2.0 (and 1.x XML): reading, validating, hashing and writing visibility events.
//!
//! A document is read without loss from JSON, JSON-LD or XML ([`parse`]); [`validate`] reports all
//! that is wrong with it, each with a rule of [`rules`]; [`hash`] gives the CBV 2.0 event hash;
//! [`to_json`] and [`to_xml`] write it in either syntax. [`for_each_event`] reads documents of any
//! length with one event at a time in memory.
//!
//! Rules of validation are listed, with what each asks and its remedy, by [`rules`]; their ids are
//! stable.

mod build;
mod build_sensor;
mod hash;
mod hash_value;
pub mod ident;
pub mod index;
mod json_reader;
mod links;
mod model;
mod problem;
mod query;
mod query_field;
mod read_json;
mod read_xml;
mod scope;
pub mod soap;
pub mod time;
mod validate;
mod validate_event;
mod validate_query;
mod validate_sensor;
mod value;
pub mod vocab;
mod write_json;
mod write_xml;
mod write_xml_event;
mod write_xml_old;
mod xml_event;
mod xml_master;
mod xml_out;
mod xml_tree;

pub use hash::{hash, pre_hash};
pub use links::use_digital_links;
pub use model::{
    BodyPlace, Document, DocumentKind, ErrorDeclaration, Event, EventKind, Ext, Location,
    PersistentDisposition, Quantity, QueryParam, SensorElement, SensorFields, Syntax, Typed,
};
pub use problem::{Problem, RuleInfo, rules};
pub use query::{Criterion, Order, Query, TermSpan, read_query, url_param};
pub use scope::Scope;
pub use validate::{validate, validate_event};
pub use value::Value;
pub use write_json::{event_to_json, to_json, to_json_pretty};
pub use write_xml::to_xml;

use problem::{problem, rule};

/// How large a document may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document.
    pub max_bytes: usize,
    /// Levels of nesting; never more than 256, whatever is asked for.
    pub max_depth: usize,
    /// Events of the document.
    pub max_events: usize,
}

impl Default for Limits {
    /// 512 MiB, 64 levels, a million events.
    fn default() -> Self {
        Limits { max_bytes: 512 << 20, max_depth: 64, max_events: 1_000_000 }
    }
}

/// Reads a document, in JSON or XML as its first character tells; a byte order mark is allowed.
///
/// # Errors
/// The bytes are no well-formed document of EPCIS, or beyond the limits. What can be read but is
/// not valid is no error here: [`validate`] reports it.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Vec<Problem>> {
    let mut events = Vec::new();
    let mut document = for_each_event(bytes, limits, |event| events.push(event))?;
    document.events = events;
    Ok(document)
}

/// Reads a document and hands on each event as it is read, so that only one need be in memory.
/// The document comes back without its events. Events before a syntax error have been handed on
/// when the error is returned.
///
/// # Errors
/// As [`parse`].
pub fn for_each_event(
    bytes: &[u8],
    limits: &Limits,
    mut sink: impl FnMut(Event),
) -> Result<Document, Vec<Problem>> {
    if bytes.len() > limits.max_bytes {
        let message = format!("{} bytes, {} are allowed", bytes.len(), limits.max_bytes);
        return Err(vec![problem(rule::LIMIT_SIZE, "", "", message)]);
    }
    let limits = &Limits { max_depth: limits.max_depth.min(256), ..*limits };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|e| {
        vec![problem(rule::SYNTAX, format!("byte {}", e.valid_up_to()), "", "the document is not UTF-8")]
    })?;
    match text.trim_start().as_bytes().first() {
        Some(b'<') => read_xml::read(text.trim_start(), limits, &mut sink),
        Some(_) => read_json::read(text, limits, &mut sink),
        None => Err(vec![problem(rule::SYNTAX, "", "", "the document is empty")]),
    }
}
