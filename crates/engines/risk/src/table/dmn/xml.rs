//! A small tree of an XML document, read without document types, entities or unbounded nesting.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::table::problem::Problem;

/// Largest file that is read, in bytes.
pub const SIZE_LIMIT: usize = 16 << 20;
const DEPTH_LIMIT: usize = 60;
const NODE_LIMIT: usize = 400_000;

/// An element with its local name.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    attrs: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
    text: String,
}

impl Node {
    /// An attribute without a prefix.
    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }

    /// All children of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The text of a child, trimmed; nothing when there is no such child.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        self.child(name).map(|c| c.text.trim().to_owned())
    }
}

fn problem(at: u64, zh: &str, en: &str) -> Problem {
    Problem::new(format!("byte {at}"), zh, en)
}

/// Reads a document.
pub(super) fn parse(bytes: &[u8]) -> Result<Node, Problem> {
    if bytes.len() > SIZE_LIMIT {
        return Err(problem(0, "文件过大", "the file is too large"));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|_| problem(0, "文件不是 UTF-8", "the file is not UTF-8"))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut stack: Vec<Node> = Vec::new();
    let mut root: Option<Node> = None;
    let mut count = 0usize;
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|e| problem(at, "XML 有误", &format!("broken XML: {e}")))?;
        match event {
            Event::Start(start) => {
                count += 1;
                if stack.len() >= DEPTH_LIMIT || count > NODE_LIMIT {
                    return Err(problem(at, "元素过多或嵌套过深", "too many elements or nested too deeply"));
                }
                stack.push(open(&start, at)?);
            }
            Event::Empty(start) => {
                count += 1;
                if count > NODE_LIMIT {
                    return Err(problem(at, "元素过多", "too many elements"));
                }
                close(open(&start, at)?, &mut stack, &mut root, at)?;
            }
            Event::End(_) => {
                let Some(node) = stack.pop() else { return Err(problem(at, "XML 有误", "broken XML")) };
                close(node, &mut stack, &mut root, at)?;
            }
            Event::Text(t) => add_text(&mut stack, &t.xml10_content()),
            Event::CData(t) => add_text(&mut stack, &t.xml10_content()),
            Event::GeneralRef(r) => {
                let name = r.xml10_content();
                let resolved = quick_xml::escape::unescape(&format!("&{name};")).map(|s| s.into_owned());
                let bad = |_| problem(at, "不允许自定义实体", "entities of one's own are not allowed");
                add_text(&mut stack, &resolved.map_err(bad)?);
            }
            Event::DocType(_) => {
                return Err(problem(at, "不允许文档类型声明", "a document type is not allowed"));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let end = reader.buffer_position();
    if !stack.is_empty() {
        return Err(problem(end, "XML 不完整", "the XML ends too early"));
    }
    root.ok_or_else(|| problem(end, "文件为空", "the file is empty"))
}

fn add_text(stack: &mut [Node], text: &str) {
    if let Some(node) = stack.last_mut() {
        node.text.push_str(text);
    }
}

fn close(node: Node, stack: &mut [Node], root: &mut Option<Node>, at: u64) -> Result<(), Problem> {
    match stack.last_mut() {
        Some(parent) => parent.children.push(node),
        None if root.is_none() => *root = Some(node),
        None => return Err(problem(at, "只能有一个根元素", "there is more than one root element")),
    }
    Ok(())
}

fn open(start: &BytesStart<'_>, at: u64) -> Result<Node, Problem> {
    let mut node = Node { name: start.local_name().as_ref().to_owned(), ..Node::default() };
    for attr in start.attributes() {
        let attr = attr.map_err(|e| problem(at, "属性有误", &format!("broken attribute: {e}")))?;
        let key: &str = attr.key.as_ref();
        if key.contains(':') || key == "xmlns" {
            continue;
        }
        let value = attr
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|e| problem(at, "属性有误", &format!("broken attribute: {e}")))?;
        node.attrs.push((key.to_owned(), value.trim().to_owned()));
    }
    Ok(node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_document_types_are_refused() {
        assert!(parse(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").is_err());
        assert!(parse(b"<a>&b;</a>").is_err());
        assert!(parse(b"<a b='&c;'/>").is_err());
        let node = parse("<x:a y='1'>&lt;中&#x6587;&amp;<![CDATA[<b>]]></x:a>".as_bytes());
        let node = node.unwrap_or_default();
        assert_eq!((&*node.text, node.attr("y"), &*node.name), ("<中文&<b>", Some("1"), "a"));
    }

    #[test]
    fn broken_and_deep_documents_are_refused() {
        for bad in ["", "<a>", "<a></b>", "</a>", "<a/><b/>"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse("<a>".repeat(100).as_bytes()).is_err());
    }
}
