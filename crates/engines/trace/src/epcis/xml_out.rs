//! XML output: escaping, nesting, extension elements, header and master data.

use super::model::Document;
use super::scope::Scope;
use super::value::Value;
use quick_xml::escape::escape;
use std::fmt::Write as _;
use std::sync::Arc;

/// Writes elements, indented by two spaces.
pub(crate) struct Out {
    text: String,
    open: Vec<String>,
    /// Whether the innermost element has child elements.
    nested: bool,
}

fn name_char(c: char, first: bool) -> bool {
    c.is_alphabetic() || c == '_' || (!first && (c.is_alphanumeric() || c == '-' || c == '.'))
}

/// Whether the text can be a namespace prefix.
pub(crate) fn is_prefix(text: &str) -> bool {
    !text.is_empty()
        && text.chars().enumerate().all(|(i, c)| name_char(c, i == 0))
        && !text.to_ascii_lowercase().starts_with("xml")
}

/// Whether a field name is a prefix in scope and a local name.
pub(crate) fn is_qualified(name: &str, scope: &Scope) -> bool {
    name.split_once(':')
        .is_some_and(|(p, l)| is_prefix(p) && is_prefix(l) && scope.lookup(p).is_some() && !l.contains(':'))
}

fn safe_local(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (i, c) in name.chars().enumerate() {
        if name_char(c, i == 0) {
            out.push(c);
        } else {
            let _ = write!(out, "_x{:04X}_", c as u32);
        }
    }
    if out.is_empty() { "_".to_owned() } else { out }
}

/// Text with what XML 1.0 forbids replaced by U+FFFD.
fn safe_text(text: &str) -> String {
    let legal = |c: char| c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}' || matches!(c, '\t' | '\n');
    let kept: String = text.chars().map(|c| if legal(c) || c == '\r' { c } else { '\u{fffd}' }).collect();
    escape(kept.as_str()).replace('\r', "&#13;")
}

impl Out {
    pub(crate) fn new() -> Self {
        Out { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned(), open: Vec::new(), nested: false }
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.open.len()));
    }

    pub(crate) fn open(&mut self, name: &str, attrs: &[(String, String)]) {
        self.open_declaring(name, attrs, &[]);
    }

    pub(crate) fn open_declaring(
        &mut self,
        name: &str,
        attrs: &[(String, String)],
        declares: &[(String, String)],
    ) {
        self.line();
        let name: String = match name.split_once(':') {
            Some((prefix, local)) if is_prefix(prefix) => format!("{prefix}:{}", safe_local(local)),
            _ => safe_local(name),
        };
        let _ = write!(self.text, "<{name}");
        for (prefix, uri) in declares {
            let _ = write!(self.text, " xmlns:{prefix}=\"{}\"", safe_text(uri));
        }
        for (name, value) in attrs {
            let value = safe_text(value).replace('\n', "&#10;").replace('\t', "&#9;");
            let _ = write!(self.text, " {name}=\"{value}\"");
        }
        self.text.push('>');
        self.open.push(name);
        self.nested = false;
    }

    pub(crate) fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if self.nested {
            self.line();
        }
        let _ = write!(self.text, "</{name}>");
        self.nested = true;
    }

    pub(crate) fn leaf(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.leaf_with(name, &[], value);
        }
    }

    pub(crate) fn leaf_with(&mut self, name: &str, attrs: &[(String, String)], value: &str) {
        self.open(name, attrs);
        self.text.push_str(&safe_text(value));
        self.close();
    }

    /// An extension element; lists repeat it.
    pub(crate) fn ext(&mut self, name: &str, value: &Value, outer: &Arc<Scope>) {
        if let Value::List(items) = value {
            items.iter().for_each(|item| self.ext(name, item, outer));
            return;
        }
        let mut declares: Vec<(String, String)> = Vec::new();
        let scope = match value.get("@context") {
            Some(context) => {
                let mut inner = Scope::inside(outer);
                inner.declare_context(context);
                declares.extend(inner.own().iter().filter(|(p, _)| is_prefix(p)).cloned());
                Arc::new(inner)
            }
            None => Arc::clone(outer),
        };
        let written = if is_qualified(name, &scope) || !name.contains(':') && scope.lookup(name).is_none() {
            name.to_owned()
        } else {
            qualified(name, &scope, &mut declares)
        };
        declare_standard(&written, &scope, &mut declares);
        let mut scalar = |attr: &str, kind: &str, text: &str| {
            self.open_declaring(&written, &[(attr.to_owned(), kind.to_owned())], &declares);
            self.text.push_str(text);
            self.close();
        };
        match value {
            Value::Null => scalar("xsi:nil", "true", ""),
            Value::Bool(b) => scalar("xsi:type", "xsd:boolean", if *b { "true" } else { "false" }),
            Value::Number(n) => {
                let of = if n.contains(['e', 'E']) {
                    "xsd:double"
                } else if n.contains('.') {
                    "xsd:decimal"
                } else {
                    "xsd:integer"
                };
                scalar("xsi:type", of, n);
            }
            Value::String(s) | Value::Raw(s) => {
                self.open_declaring(&written, &[], &declares);
                self.text.push_str(&safe_text(s));
                self.close();
            }
            Value::List(_) => {}
            Value::Map(members) => self.ext_map(&written, members, &declares, &scope),
        }
    }

    /// An extension element with attributes, text and elements in it.
    fn ext_map(
        &mut self,
        written: &str,
        members: &[(String, Value)],
        declares: &[(String, String)],
        scope: &Arc<Scope>,
    ) {
        let is_attr = |n: &str, v: &Value| {
            n.strip_prefix('@').is_some_and(|a| {
                let known = is_prefix(a) || is_qualified(a, scope) || a.starts_with("xsi:");
                a != "context" && a != "value" && known
            }) && !matches!(v, Value::Map(_) | Value::List(_))
        };
        let attrs =
            members.iter().filter(|(n, v)| is_attr(n, v)).map(|(n, v)| (n[1..].to_owned(), v.shown()));
        self.open_declaring(written, &attrs.collect::<Vec<_>>(), declares);
        for (name, value) in members {
            match name.as_str() {
                "#text" | "@value" => self.text.push_str(&safe_text(&value.shown())),
                "@context" => {}
                n if is_attr(n, value) => {}
                n => self.ext(n, value, scope),
            }
        }
        self.close();
    }
}

/// Declares a prefix that only the EPCIS JSON-LD context defines.
fn declare_standard(written: &str, scope: &Scope, declares: &mut Vec<(String, String)>) {
    if let Some((prefix, _)) = written.split_once(':')
        && scope.declared(prefix).is_none()
        && let Some(uri) =
            scope.lookup(prefix).filter(|_| matches!(prefix, "gs1" | "epcis" | "owl" | "dcterms"))
    {
        declares.push((prefix.to_owned(), uri.to_owned()));
    }
}

/// A qualified name for a URI or term, under a prefix in scope or a new one.
fn qualified(name: &str, scope: &Scope, declares: &mut Vec<(String, String)>) -> String {
    let Some((namespace, local)) = scope.resolve(name) else { return safe_local(name) };
    if namespace.is_empty() {
        return safe_local(local);
    }
    let prefix =
        scope.prefix_of(namespace).filter(|p| is_prefix(p)).map(str::to_owned).unwrap_or_else(|| {
            let prefix =
                (1..).map(|i| format!("ns{i}")).find(|p| scope.lookup(p).is_none()).unwrap_or_default();
            declares.push((prefix.clone(), namespace.to_owned()));
            prefix
        });
    format!("{prefix}:{}", safe_local(local))
}

/// `EPCISHeader` from its JSON shape.
pub(crate) fn header(out: &mut Out, header: &Value, scope: &Arc<Scope>) {
    let Value::Map(members) = header else { return };
    out.open("EPCISHeader", &[]);
    for (name, value) in members.iter().filter(|(n, _)| n != "epcisMasterData") {
        out.ext(name, value, scope);
    }
    if let Some(Value::Map(data)) = header.get("epcisMasterData") {
        out.open("extension", &[]);
        out.open("EPCISMasterData", &[]);
        for (name, value) in data {
            if name == "vocabularyList" {
                vocabulary_list(out, value, scope)
            } else {
                out.ext(name, value, scope)
            }
        }
        out.close();
        out.close();
    }
    out.close();
}

/// `VocabularyList` from its JSON shape.
pub(crate) fn vocabulary_list(out: &mut Out, list: &Value, scope: &Arc<Scope>) {
    out.open("VocabularyList", &[]);
    for vocabulary in items(Some(list)) {
        out.open("Vocabulary", &attribute(vocabulary, "type"));
        out.open("VocabularyElementList", &[]);
        for element in items(vocabulary.get("vocabularyElementList")) {
            out.open("VocabularyElement", &attribute(element, "id"));
            for attr in items(element.get("attributes")) {
                let attrs = attribute(attr, "id");
                match attr.get("attribute") {
                    Some(Value::Map(members)) => {
                        out.open("attribute", &attrs);
                        for (name, value) in members {
                            if name == "#text" {
                                out.text.push_str(&safe_text(&value.shown()))
                            } else {
                                out.ext(name, value, scope)
                            }
                        }
                        out.close();
                    }
                    value => out.leaf_with("attribute", &attrs, &value.map(Value::shown).unwrap_or_default()),
                }
            }
            if let Some(children) = element.get("children") {
                out.open("children", &[]);
                items(Some(children)).for_each(|id| out.leaf("id", Some(&id.shown())));
                out.close();
            }
            others(out, element, &["id", "attributes", "children"], scope);
            out.close();
        }
        out.close();
        others(out, vocabulary, &["type", "vocabularyElementList"], scope);
        out.close();
    }
    out.close();
}

fn others(out: &mut Out, value: &Value, known: &[&str], scope: &Arc<Scope>) {
    let Value::Map(members) = value else { return };
    for (name, value) in members.iter().filter(|(n, _)| !known.contains(&n.as_str())) {
        out.ext(name, value, scope);
    }
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    match value {
        Some(Value::List(items)) => items.iter(),
        _ => [].iter(),
    }
}

fn attribute(value: &Value, name: &str) -> Vec<(String, String)> {
    value.get(name).map(|v| (name.to_owned(), v.shown())).into_iter().collect()
}

/// `ignoreFields` of XML: the fields' names as empty elements.
pub(crate) fn ignore_fields(out: &mut Out, name: &str, value: &Value, scope: &Arc<Scope>) {
    let Value::List(fields) = value else {
        out.ext(name, value, scope);
        return;
    };
    out.open(name, &[]);
    fields.iter().for_each(|f| out.ext(&f.shown(), &Value::Raw(String::new()), scope));
    out.close();
}

/// A poll from the parameters of a query.
pub(crate) fn poll(out: &mut Out, document: &Document) {
    out.open("epcisq:Poll", &[]);
    out.leaf("queryName", document.query_name.as_deref());
    out.open("params", &[]);
    for param in &document.params {
        out.open("param", &[]);
        out.leaf("name", Some(&param.name));
        match &param.value {
            Some(Value::List(values)) => {
                out.open("value", &[("xsi:type".to_owned(), "epcisq:ArrayOfString".to_owned())]);
                values.iter().for_each(|v| out.leaf("string", Some(&v.shown())));
                out.close();
            }
            value => out.leaf("value", value.as_ref().map(Value::shown).as_deref()),
        }
        out.close();
    }
    out.close();
    out.close();
}
