//! XML elements read with quick-xml into a small tree: namespaces kept, no DTD, no entities but the
//! five predefined, and limits on depth.

use super::problem::{Problem, problem, rule};
use super::scope::Scope;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event as Xml};
use quick_xml::reader::Reader;
use std::sync::Arc;

/// An element or attribute name: prefix as written, local name.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Name {
    pub(crate) prefix: String,
    pub(crate) local: String,
}

impl Name {
    fn new(text: &str) -> Self {
        let (prefix, local) = text.split_once(':').unwrap_or(("", text));
        Name { prefix: prefix.to_owned(), local: local.to_owned() }
    }
}

/// An element with all in it.
#[derive(Debug, Clone)]
pub(crate) struct Elem {
    pub(crate) name: Name,
    pub(crate) attrs: Vec<(Name, String)>,
    /// The element's own namespace declarations, empty prefix for the default one.
    pub(crate) declares: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Elem>,
}

impl Elem {
    pub(crate) fn child(&self, local: &str) -> Option<&Elem> {
        self.children.iter().find(|c| c.name.local == local)
    }

    pub(crate) fn attr(&self, local: &str) -> Option<&str> {
        self.attrs.iter().find(|(n, _)| n.prefix.is_empty() && n.local == local).map(|(_, v)| v.as_str())
    }

    /// The scope inside this element.
    pub(crate) fn scope(&self, outer: &Arc<Scope>) -> Arc<Scope> {
        if self.declares.is_empty() {
            return Arc::clone(outer);
        }
        let mut scope = Scope::inside(outer);
        self.declares.iter().for_each(|(prefix, iri)| scope.declare(prefix, iri));
        Arc::new(scope)
    }
}

/// What the reader met.
pub(crate) enum Piece {
    /// A start tag, opened and not yet read further.
    Open(Elem),
    /// An element without content.
    Empty(Elem),
    /// An end tag.
    Close,
    /// Text that is not blank.
    Text(String),
    /// The end of the document.
    End,
}

/// A pull reader: pieces for the outer levels, whole elements for events.
pub(crate) struct XmlReader<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    max_depth: usize,
    bare_doctype: bool,
}

impl<'a> XmlReader<'a> {
    /// A reader of messages that may hold no document type declaration at all, as those of SOAP.
    pub(crate) fn without_doctype(text: &'a str, max_depth: usize) -> Self {
        XmlReader { bare_doctype: false, ..XmlReader::new(text, max_depth) }
    }

    pub(crate) fn new(text: &'a str, max_depth: usize) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        XmlReader { reader, depth: 0, max_depth, bare_doctype: true }
    }

    fn err(&self, message: impl std::fmt::Display) -> Problem {
        problem(rule::SYNTAX, format!("byte {}", self.reader.error_position()), "", message.to_string())
    }

    /// The next piece; comments, declarations and processing instructions are passed over.
    pub(crate) fn next(&mut self) -> Result<Piece, Problem> {
        let mut text = String::new();
        loop {
            let before = self.reader.buffer_position();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(e) => return Err(self.err(e)),
            };
            match event {
                Xml::Start(ref start) => {
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        return Err(problem(
                            rule::LIMIT_DEPTH,
                            "",
                            "",
                            format!("nested deeper than {}", self.max_depth),
                        ));
                    }
                    return Ok(Piece::Open(open(start)?));
                }
                Xml::Empty(ref start) => return Ok(Piece::Empty(open(start)?)),
                Xml::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Piece::Close);
                }
                Xml::Text(ref t) => text.push_str(&t.xml10_content()),
                Xml::CData(ref t) => text.push_str(&t.xml10_content()),
                Xml::GeneralRef(ref r) => text.push_str(&reference(r, before)?),
                // A bare name declares nothing; anything more could define entities or fetch files.
                Xml::DocType(ref t) if self.bare_doctype && is_bare_doctype(&t.xml10_content()) => continue,
                Xml::DocType(_) => {
                    let message = if self.bare_doctype {
                        "the DOCTYPE has an identifier or an internal subset"
                    } else {
                        "a SOAP message holds no document type declaration"
                    };
                    return Err(problem(rule::DTD, format!("byte {before}"), "", message));
                }
                Xml::Eof => {
                    return if self.depth > 0 {
                        Err(self.err("the document ends inside an element"))
                    } else {
                        Ok(Piece::End)
                    };
                }
                Xml::Comment(_) | Xml::PI(_) | Xml::Decl(_) => continue,
            }
            // Text is handed on when whatever follows is no text.
            if !self.more_text() {
                let trimmed = text.trim();
                if !trimmed.is_empty() {
                    return Ok(Piece::Text(trimmed.to_owned()));
                }
                text.clear();
            }
        }
    }

    /// Whether the bytes ahead go on with text, a reference, a CDATA section or a comment.
    fn more_text(&self) -> bool {
        let ahead: &[u8] = self.reader.get_ref();
        match ahead.first() {
            Some(b'<') => {
                ahead.starts_with(b"<![CDATA[") || ahead.starts_with(b"<!--") || ahead.starts_with(b"<?")
            }
            Some(_) => true,
            None => false,
        }
    }

    /// Reads the rest of an opened element, iteratively: depth is bounded, the stack is the heap's.
    pub(crate) fn finish(&mut self, start: Elem) -> Result<Elem, Problem> {
        let mut stack = vec![start];
        loop {
            match self.next()? {
                Piece::Open(elem) => stack.push(elem),
                Piece::Empty(elem) => {
                    if let Some(top) = stack.last_mut() {
                        top.children.push(elem);
                    }
                }
                Piece::Text(text) => {
                    if let Some(top) = stack.last_mut() {
                        top.text.push_str(&text);
                    }
                }
                Piece::Close => {
                    let Some(done) = stack.pop() else { return Err(self.err("an end tag too many")) };
                    match stack.last_mut() {
                        Some(top) => top.children.push(done),
                        None => return Ok(done),
                    }
                }
                Piece::End => return Err(self.err("the document ends inside an element")),
            }
        }
    }
}

fn is_bare_doctype(content: &str) -> bool {
    let name = content.trim();
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}

fn reference(r: &quick_xml::events::BytesRef<'_>, at: u64) -> Result<String, Problem> {
    let bad = |message: String| problem(rule::DTD, format!("byte {at}"), "", message);
    if r.is_char_ref() {
        return match r.resolve_char_ref() {
            Ok(Some(c)) => Ok(c.to_string()),
            _ => Err(problem(rule::SYNTAX, format!("byte {at}"), "", "not a character reference")),
        };
    }
    let name = r.xml10_content();
    resolve_predefined_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| bad(format!("entity {name} is not predefined")))
}

fn open(start: &BytesStart<'_>) -> Result<Elem, Problem> {
    let mut elem = Elem {
        name: Name::new(start.name().as_ref()),
        attrs: Vec::new(),
        declares: Vec::new(),
        text: String::new(),
        children: Vec::new(),
    };
    for attr in start.attributes() {
        let attr = attr.map_err(|e| problem(rule::SYNTAX, "", "", e.to_string()))?;
        // Line breaks are spaces in attributes (XML 1.0, 3.3.3); references to them are not.
        let raw = attr.value.replace(['\n', '\t', '\r'], " ");
        let value = quick_xml::escape::unescape(&raw)
            .map_err(|e| problem(rule::DTD, "", &raw, e.to_string()))?
            .into_owned();
        let name = Name::new(attr.key.as_ref());
        match (name.prefix.as_str(), name.local.as_str()) {
            ("", "xmlns") => elem.declares.push((String::new(), value)),
            ("xmlns", prefix) => elem.declares.push((prefix.to_owned(), value)),
            _ => elem.attrs.push((name, value)),
        }
    }
    Ok(elem)
}
