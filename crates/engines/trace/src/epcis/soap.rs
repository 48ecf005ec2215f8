//! The query interface over SOAP (EPCIS 1.2 and 2.0, their WSDL): reading calls, writing answers and faults. Envelopes
//! of SOAP 1.1, which the WSDL binds, and of SOAP 1.2 are read; an answer has the envelope and the namespace of its
//! call.

use super::Limits;
use super::model::{Event, QueryParam};
use super::problem::{Problem, problem, rule};
use super::read_xml::query_params;
use super::scope::Scope;
use super::validate_query::is_several;
use super::value::Value;
use super::write_xml::declared;
use super::write_xml_event::event as new_event;
use super::write_xml_old::old_event;
use super::xml_out::Out;
use super::xml_tree::{Elem, Piece, XmlReader};
use std::sync::Arc;

const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
const QUERY1: &str = "urn:epcglobal:epcis-query:xsd:1";
const QUERY2: &str = "urn:epcglobal:epcis-query:xsd:2";

/// What is called.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// `GetQueryNames`
    QueryNames,
    /// `GetStandardVersion`
    StandardVersion,
    /// `GetVendorVersion`
    VendorVersion,
    /// `GetSubscriptionIDs` of a query.
    SubscriptionIds(String),
    /// `Subscribe` to a query.
    Subscribe(String),
    /// `Unsubscribe`
    Unsubscribe(String),
    /// `Poll` of a query with parameters.
    Poll(String, Vec<QueryParam>),
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What is called.
    pub operation: Operation,
    /// Prefixes of extension fields that the envelope declares.
    pub scope: Arc<Scope>,
    /// How the answer is put.
    pub manner: Manner,
}

/// Which envelope and which version of EPCIS a caller speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// SOAP 1.2 rather than 1.1.
    pub soap12: bool,
    /// The query interface of EPCIS 1.x rather than 2.0.
    pub old: bool,
}

impl Manner {
    /// The media type of an answer.
    #[must_use]
    pub fn media(self) -> &'static str {
        if self.soap12 { "application/soap+xml; charset=utf-8" } else { "text/xml; charset=utf-8" }
    }
}

fn unknown(path: &str, value: &str, message: &str) -> Vec<Problem> {
    vec![problem(rule::DOC_TYPE, path, value, message)]
}

/// Reads a call. A message with a document type declaration is none (SOAP 1.1, section 3; SOAP 1.2 part 1, section 5).
///
/// # Errors
/// The bytes are no envelope with one call of the query interface, or beyond the limits.
pub fn read_call(bytes: &[u8], limits: &Limits) -> Result<Call, Vec<Problem>> {
    if bytes.len() > limits.max_bytes {
        let message = format!("{} bytes, {} are allowed", bytes.len(), limits.max_bytes);
        return Err(vec![problem(rule::LIMIT_SIZE, "", "", message)]);
    }
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map_err(|e| {
        vec![problem(rule::SYNTAX, format!("byte {}", e.valid_up_to()), "", "the envelope is not UTF-8")]
    })?;
    let mut reader = XmlReader::without_doctype(text.trim_start(), limits.max_depth.min(256));
    let root = match reader.next().map_err(|p| vec![p])? {
        Piece::Open(start) => reader.finish(start).map_err(|p| vec![p])?,
        _ => return Err(unknown("", "", "a SOAP envelope was expected")),
    };
    match reader.next().map_err(|p| vec![p])? {
        Piece::End => {}
        _ => return Err(vec![problem(rule::SYNTAX, "", "", "something follows the envelope")]),
    }
    let scope = root.scope(&Arc::new(Scope::root(false)));
    let namespace = |elem: &Elem, scope: &Arc<Scope>| scope.declared(&elem.name.prefix).map(str::to_owned);
    let envelope = namespace(&root, &scope).filter(|_| root.name.local == "Envelope");
    let soap12 = match envelope.as_deref() {
        Some(SOAP11) => false,
        Some(SOAP12) => true,
        _ => return Err(unknown("", &root.name.local, "the root is no Envelope of SOAP 1.1 or 1.2")),
    };
    let body = root.children.iter().find(|c| c.name.local == "Body");
    let Some((body, [asked])) = body.map(|b| (b, b.children.as_slice())) else {
        return Err(unknown("/Envelope/Body", "", "the body holds no single call"));
    };
    let scope = asked.scope(&body.scope(&scope));
    let old = match namespace(asked, &scope).as_deref() {
        Some(QUERY1) => true,
        Some(QUERY2) => false,
        other => {
            let found = other.unwrap_or_default();
            return Err(unknown(
                "/Envelope/Body",
                found,
                "the call is not in the namespace of the query interface",
            ));
        }
    };
    let operation = operation(asked)?;
    Ok(Call { operation, scope, manner: Manner { soap12, old } })
}

fn operation(asked: &Elem) -> Result<Operation, Vec<Problem>> {
    let text = |name: &str| asked.child(name).map(|e| e.text.clone()).unwrap_or_default();
    Ok(match asked.name.local.as_str() {
        "GetQueryNames" => Operation::QueryNames,
        "GetStandardVersion" => Operation::StandardVersion,
        "GetVendorVersion" => Operation::VendorVersion,
        "GetSubscriptionIDs" => Operation::SubscriptionIds(text("queryName")),
        "Subscribe" => Operation::Subscribe(text("queryName")),
        "Unsubscribe" => Operation::Unsubscribe(text("subscriptionID")),
        "Poll" => {
            let mut params = asked.child("params").map(query_params).unwrap_or_default();
            // A list of one may be written without its element.
            for param in params.iter_mut().filter(|p| is_several(&p.name)) {
                let items = match param.value.take() {
                    Some(Value::List(items)) => items,
                    one => one.into_iter().collect(),
                };
                let strings = items.iter().map(|i| Value::String(i.shown().trim().to_owned()));
                param.value = Some(Value::List(strings.collect()));
            }
            Operation::Poll(text("queryName"), params)
        }
        other => return Err(unknown("/Envelope/Body", other, "the query interface has no such call")),
    })
}

fn envelope(manner: Manner, write: impl FnOnce(&mut Out)) -> String {
    let (soap, query) =
        (if manner.soap12 { SOAP12 } else { SOAP11 }, if manner.old { QUERY1 } else { QUERY2 });
    let mut out = Out::new();
    let declares = [("soap", soap), ("epcisq", query)].map(|(p, u)| (p.to_owned(), u.to_owned()));
    out.open_declaring("soap:Envelope", &[], &declares);
    out.open("soap:Body", &[]);
    write(&mut out);
    out.close();
    out.close();
    out.finish()
}

/// The answer that is one text, such as a version; `None` writes nothing in it.
#[must_use]
pub fn text_answer(manner: Manner, name: &str, text: Option<&str>) -> String {
    envelope(manner, |out| match text {
        Some(text) => out.leaf(&format!("epcisq:{name}"), Some(text)),
        None => {
            out.open(&format!("epcisq:{name}"), &[]);
            out.close();
        }
    })
}

/// The answer that is a list of texts.
#[must_use]
pub fn list_answer(manner: Manner, name: &str, list: &[String]) -> String {
    envelope(manner, |out| {
        out.open(&format!("epcisq:{name}"), &[]);
        list.iter().for_each(|text| out.leaf("string", Some(text)));
        out.close();
    })
}

/// The events of a poll.
#[must_use]
pub fn events_answer(manner: Manner, query: &str, events: &[Event]) -> String {
    results(manner, query, |out| {
        out.open("EventList", &[]);
        for event in events {
            let declares = declared(&[], event.context.as_ref(), event);
            match manner.old {
                true => old_event(out, event, &declares),
                false => new_event(out, event, &declares, Vec::new()),
            }
        }
        out.close();
    })
}

/// The master data of a poll: a list of vocabularies in the shape that JSON gives them (EPCIS 2.0, 9.4).
#[must_use]
pub fn master_answer(manner: Manner, query: &str, vocabularies: &Value) -> String {
    let scope = Arc::new(Scope::root(true));
    results(manner, query, |out| super::xml_out::vocabulary_list(out, vocabularies, &scope))
}

fn results(manner: Manner, query: &str, write: impl FnOnce(&mut Out)) -> String {
    envelope(manner, |out| {
        out.open("epcisq:QueryResults", &[]);
        out.leaf("queryName", Some(query));
        out.open("resultsBody", &[]);
        write(out);
        out.close();
        out.close();
    })
}

/// A fault with an exception of the standard (its 8.2.2) in the detail.
#[must_use]
pub fn fault(manner: Manner, exception: &str, reason: &str, query: Option<&str>) -> String {
    let ours = exception == "ImplementationException";
    envelope(manner, |out| {
        out.open("soap:Fault", &[]);
        let (code, detail) = if ours { ("Receiver", "Server") } else { ("Sender", "Client") };
        if manner.soap12 {
            out.open("soap:Code", &[]);
            out.leaf("soap:Value", Some(&format!("soap:{code}")));
            out.close();
            out.open("soap:Reason", &[]);
            out.leaf_with("soap:Text", &[("xml:lang".to_owned(), "en".to_owned())], reason);
            out.close();
            out.open("soap:Detail", &[]);
        } else {
            out.leaf("faultcode", Some(&format!("soap:{detail}")));
            out.leaf("faultstring", Some(reason));
            out.open("detail", &[]);
        }
        out.open(&format!("epcisq:{exception}"), &[]);
        out.leaf("reason", Some(reason));
        if ours {
            out.leaf("severity", Some("ERROR"));
        }
        if ours || exception == "QueryTooLargeException" {
            out.leaf("queryName", query);
        }
        out.close();
        out.close();
        out.close();
    })
}
