//! Brings an XML event into the shape of its JSON twin: wrappers of EPCIS 1.x unfolded, lists as
//! lists, attributes as members, extension elements with their attributes and declarations.

use super::scope::Scope;
use super::value::{Value, is_json_number};
use super::xml_tree::{Elem, Name};
use std::sync::Arc;

type Members = Vec<(String, Value)>;

/// Converts elements; prefixes it must invent for default namespaces are gathered.
pub(crate) struct Converter {
    invented: Vec<(String, String)>,
}

fn raw(text: &str) -> Value {
    Value::Raw(text.to_owned())
}

/// Adds a member; a name met again makes a list.
fn add(members: &mut Members, name: String, value: Value) {
    match members.iter_mut().find(|(n, _)| *n == name) {
        None => members.push((name, value)),
        Some((_, Value::List(items))) => items.push(value),
        Some((_, first)) => {
            let old = std::mem::replace(first, Value::Null);
            *first = Value::List(vec![old, value]);
        }
    }
}

fn is_epcis(uri: &str) -> bool {
    uri.is_empty() || uri.starts_with("urn:epcglobal:epcis")
}

impl Converter {
    /// The event as a JSON-shaped object, and the scope around it.
    pub(crate) fn event(elem: Elem, outer: &Arc<Scope>) -> (Value, Arc<Scope>) {
        let mut this = Converter { invented: Vec::new() };
        let scope = elem.scope(outer);
        let kind = this.name(&elem.name, &scope);
        let mut members: Members = vec![("type".to_owned(), Value::Raw(kind))];
        this.attributes(&mut members, &elem, &scope);
        for child in &elem.children {
            this.field(&mut members, child, &scope);
        }
        if !elem.text.is_empty() {
            members.push(("#text".to_owned(), raw(&elem.text)));
        }
        let mut declared = context_of(&elem);
        declared.extend(this.invented.iter().map(|(p, u)| (p.clone(), Value::String(u.clone()))));
        if !declared.is_empty() {
            members.insert(0, ("@context".to_owned(), Value::Map(declared)));
        }
        (Value::Map(members), Arc::clone(outer))
    }

    /// An extension element outside events.
    pub(crate) fn extension(elem: Elem, outer: &Arc<Scope>) -> (String, Value) {
        let mut this = Converter { invented: Vec::new() };
        let (name, mut value) = this.ext(&elem, outer);
        if let (Value::Map(members), false) = (&mut value, this.invented.is_empty()) {
            let invented = this.invented.iter().map(|(p, u)| (p.clone(), Value::String(u.clone()))).collect();
            members.insert(0, ("@context".to_owned(), Value::Map(invented)));
        }
        (name, value)
    }

    /// The name a JSON twin uses: prefix and local name, the bare name for the standard's own.
    fn name(&mut self, name: &Name, scope: &Scope) -> String {
        let uri = scope.declared(&name.prefix);
        if uri.is_some_and(is_epcis) || (name.prefix.is_empty() && uri.is_none()) {
            return name.local.clone();
        }
        if !name.prefix.is_empty() {
            return format!("{}:{}", name.prefix, name.local);
        }
        let uri = uri.unwrap_or_default();
        match scope.prefix_of(uri) {
            Some(prefix) => format!("{prefix}:{}", name.local),
            None => self.renamed(name, scope),
        }
    }

    /// The name under a prefix made for its namespace.
    fn renamed(&mut self, name: &Name, scope: &Scope) -> String {
        let uri = scope.declared(&name.prefix).unwrap_or_default();
        let known = self.invented.iter().find(|(p, u)| u == uri && *p != name.prefix).map(|(p, _)| p.clone());
        let prefix = known.unwrap_or_else(|| {
            let mut number = self.invented.len() + 1;
            while scope.declared(&format!("ns{number}")).is_some() {
                number += 1;
            }
            let prefix = format!("ns{number}");
            self.invented.push((prefix.clone(), uri.to_owned()));
            prefix
        });
        format!("{prefix}:{}", name.local)
    }

    fn attributes(&mut self, members: &mut Members, elem: &Elem, scope: &Scope) {
        for (name, value) in &elem.attrs {
            let name = if name.prefix.is_empty() { name.local.clone() } else { self.name(name, scope) };
            members.push((format!("@{name}"), raw(value)));
        }
    }

    /// Lifts an element's declarations to the event where nothing speaks against it, so that a name
    /// is declared around the place it stands in, as JSON-LD asks. What cannot be lifted is returned.
    fn lift(&mut self, elem: &Elem, outer: &Scope) -> Members {
        let mut left = Members::new();
        for (prefix, uri) in elem.declares.iter().filter(|(p, _)| !p.is_empty()) {
            let known = outer
                .declared(prefix)
                .or_else(|| self.invented.iter().find(|(p, _)| p == prefix).map(|(_, u)| u.as_str()));
            match known {
                Some(known) if known == uri => {}
                None => self.invented.push((prefix.clone(), uri.clone())),
                Some(_) => left.push((prefix.clone(), Value::String(uri.clone()))),
            }
        }
        left
    }

    fn field(&mut self, members: &mut Members, elem: &Elem, outer: &Arc<Scope>) {
        let scope = elem.scope(outer);
        if !self.is_standard(elem, &scope) {
            let (name, value) = self.ext(elem, outer);
            add(members, name, value);
            return;
        }
        // A conflicting declaration on a standard element has no place in JSON-LD and no use but
        // for names inside it, which carry their own.
        self.lift(elem, outer);
        let local = elem.name.local.as_str();
        let value = match local {
            "extension" | "baseExtension" => {
                elem.children.iter().for_each(|child| self.field(members, child, &scope));
                return;
            }
            "epcList" | "childEPCs" | "inputEPCList" | "outputEPCList" => self.texts(elem, "epc", &scope),
            "quantityList" | "childQuantityList" | "inputQuantityList" | "outputQuantityList" => {
                Value::List(elem.children.iter().map(|c| self.plain(c, &scope)).collect())
            }
            "bizTransactionList" | "sourceList" | "destinationList" => {
                Value::List(elem.children.iter().map(|c| self.typed(c, &scope)).collect())
            }
            "readPoint" | "bizLocation" | "ilmd" => {
                let mut inner = Members::new();
                self.attributes(&mut inner, elem, &scope);
                self.inner(&mut inner, elem, &scope);
                Value::Map(inner)
            }
            "persistentDisposition" => {
                let mut inner = Members::new();
                for name in ["set", "unset"] {
                    let found: Vec<Value> =
                        elem.children.iter().filter(|c| c.name.local == name).map(|c| raw(&c.text)).collect();
                    if !found.is_empty() {
                        inner.push((name.to_owned(), Value::List(found)));
                    }
                }
                let other =
                    elem.children.iter().filter(|c| !matches!(c.name.local.as_str(), "set" | "unset"));
                other.for_each(|c| inner.push((c.name.local.clone(), raw(&c.text))));
                Value::Map(inner)
            }
            "errorDeclaration" => {
                let mut inner = Members::new();
                self.attributes(&mut inner, elem, &scope);
                self.inner(&mut inner, elem, &scope);
                Value::Map(inner)
            }
            "sensorElementList" => {
                Value::List(elem.children.iter().flat_map(|c| self.sensor_elements(c, &scope)).collect())
            }
            _ => self.ext(elem, outer).1,
        };
        add(members, local.to_owned(), value);
    }

    fn is_standard(&self, elem: &Elem, scope: &Scope) -> bool {
        match scope.declared(&elem.name.prefix) {
            Some(uri) => is_epcis(uri),
            None => elem.name.prefix.is_empty(),
        }
    }

    fn texts(&mut self, elem: &Elem, item: &str, scope: &Arc<Scope>) -> Value {
        let one = |c: &Elem, this: &mut Self| {
            if c.name.local == item && c.children.is_empty() { raw(&c.text) } else { this.plain(c, scope) }
        };
        Value::List(elem.children.iter().map(|c| one(c, self)).collect())
    }

    /// An element whose children are plain fields.
    fn plain(&mut self, elem: &Elem, outer: &Arc<Scope>) -> Value {
        let scope = elem.scope(outer);
        let mut inner = Members::new();
        for child in &elem.children {
            let (name, value) = self.ext(child, &scope);
            add(&mut inner, name, value);
        }
        Value::Map(inner)
    }

    fn typed(&mut self, elem: &Elem, outer: &Arc<Scope>) -> Value {
        let scope = elem.scope(outer);
        let mut inner = Members::new();
        for (name, value) in &elem.attrs {
            let name = if name.prefix.is_empty() { name.local.clone() } else { self.name(name, &scope) };
            inner.push((name, raw(value)));
        }
        inner.push((elem.name.local.clone(), raw(&elem.text)));
        Value::Map(inner)
    }

    /// Children of a standard element with an extension point; `correctiveEventIDs` is a list.
    fn inner(&mut self, members: &mut Members, elem: &Elem, scope: &Arc<Scope>) {
        for child in &elem.children {
            let standard = self.is_standard(child, &child.scope(scope));
            match child.name.local.as_str() {
                "extension" if standard => {
                    let scope = child.scope(scope);
                    self.inner(members, child, &scope);
                }
                "correctiveEventIDs" if standard => {
                    let list = self.texts(child, "correctiveEventID", scope);
                    members.push(("correctiveEventIDs".to_owned(), list));
                }
                _ => {
                    let (name, value) = self.ext(child, scope);
                    add(members, name, value);
                }
            }
        }
    }

    fn sensor_elements(&mut self, elem: &Elem, outer: &Arc<Scope>) -> Vec<Value> {
        let scope = elem.scope(outer);
        if elem.name.local == "extension" {
            return elem.children.iter().flat_map(|c| self.sensor_elements(c, &scope)).collect();
        }
        let mut inner = Members::new();
        let mut reports = Vec::new();
        for child in &elem.children {
            match child.name.local.as_str() {
                "sensorMetadata" => {
                    add(&mut inner, "sensorMetadata".to_owned(), self.sensor_fields(child, &scope))
                }
                "sensorReport" => reports.push(self.sensor_fields(child, &scope)),
                "extension" if child.name.prefix.is_empty() => self.inner(&mut inner, child, &scope),
                _ => {
                    let (name, value) = self.ext(child, &scope);
                    add(&mut inner, name, value);
                }
            }
        }
        if !reports.is_empty() {
            inner.push(("sensorReport".to_owned(), Value::List(reports)));
        }
        vec![Value::Map(inner)]
    }

    fn sensor_fields(&mut self, elem: &Elem, outer: &Arc<Scope>) -> Value {
        let scope = elem.scope(outer);
        let mut inner = Members::new();
        for (name, value) in &elem.attrs {
            let name = if name.prefix.is_empty() { name.local.clone() } else { self.name(name, &scope) };
            add(&mut inner, name, raw(value));
        }
        for child in &elem.children {
            let (name, value) = self.ext(child, &scope);
            add(&mut inner, name, value);
        }
        Value::Map(inner)
    }

    /// An extension element with all in it. Depth is bounded by the reader's limit.
    pub(crate) fn ext(&mut self, elem: &Elem, outer: &Arc<Scope>) -> (String, Value) {
        let scope = elem.scope(outer);
        let context = self.lift(elem, outer);
        let clash = context.iter().any(|(p, _)| *p == elem.name.prefix);
        let name = if clash { self.renamed(&elem.name, &scope) } else { self.name(&elem.name, &scope) };
        if elem.children.is_empty()
            && context.is_empty()
            && let [(attr, kind)] = elem.attrs.as_slice()
            && attr.prefix == "xsi"
            && let Some(value) = typed_scalar(&attr.local, kind, &elem.text)
        {
            return (name, value);
        }
        if elem.attrs.is_empty() && elem.children.is_empty() {
            return (name, raw(&elem.text));
        }
        let mut inner = Members::new();
        if !context.is_empty() {
            inner.push(("@context".to_owned(), Value::Map(context)));
        }
        self.attributes(&mut inner, elem, &scope);
        if !elem.text.is_empty() {
            inner.push(("#text".to_owned(), raw(&elem.text)));
        }
        for child in &elem.children {
            let (name, value) = self.ext(child, &scope);
            add(&mut inner, name, value);
        }
        (name, Value::Map(inner))
    }
}

/// A number, truth value or null that says so by `xsi:type` or `xsi:nil`.
fn typed_scalar(attr: &str, kind: &str, text: &str) -> Option<Value> {
    match (attr, kind) {
        ("nil", "true") if text.is_empty() => Some(Value::Null),
        ("type", "xsd:integer" | "xsd:decimal" | "xsd:double") if is_json_number(text) => {
            Some(Value::Number(text.to_owned()))
        }
        ("type", "xsd:boolean") if text == "true" || text == "false" => Some(Value::Bool(text == "true")),
        _ => None,
    }
}

fn context_of(elem: &Elem) -> Members {
    elem.declares
        .iter()
        .filter(|(p, _)| !p.is_empty())
        .map(|(p, u)| (p.clone(), Value::String(u.clone())))
        .collect()
}
