//! Prefixes in scope: JSON-LD contexts and XML namespace declarations, one inside another.

use super::value::Value;
use std::sync::Arc;

/// Prefixes the EPCIS 2.0 JSON-LD context itself defines.
const EPCIS_CONTEXT: &[(&str, &str)] = &[
    ("epcis", "https://ref.gs1.org/epcis/"),
    ("cbv", "https://ref.gs1.org/cbv/"),
    ("cbvmda", "urn:epcglobal:cbv:mda:"),
    ("gs1", "https://gs1.org/voc/"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("dcterms", "http://purl.org/dc/terms/"),
];

/// Prefixes (and, in JSON-LD, terms) declared at one level, with the levels around it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    parent: Option<Arc<Scope>>,
    names: Vec<(String, String)>,
    /// Whether the EPCIS context's own prefixes count as declared (JSON-LD).
    epcis_context: bool,
    /// Expanded names of fields the event hash leaves out.
    ignored: Vec<String>,
}

impl Scope {
    /// The outermost scope; `json` lets the EPCIS context's own prefixes count as declared.
    #[must_use]
    pub fn root(json: bool) -> Self {
        Scope { epcis_context: json, ..Scope::default() }
    }

    /// A scope inside another.
    #[must_use]
    pub fn inside(parent: &Arc<Scope>) -> Self {
        Scope { parent: Some(Arc::clone(parent)), epcis_context: parent.epcis_context, ..Scope::default() }
    }

    /// Declares a prefix or term.
    pub fn declare(&mut self, name: &str, iri: &str) {
        self.names.retain(|(n, _)| n != name);
        self.names.push((name.to_owned(), iri.to_owned()));
    }

    /// Declares what a JSON-LD `@context` holds: an object, or an array with objects among URIs.
    pub fn declare_context(&mut self, context: &Value) {
        match context {
            Value::List(items) => items.iter().for_each(|item| self.declare_context(item)),
            Value::Map(members) => {
                for (name, value) in members {
                    let iri = value.as_str().or_else(|| value.get("@id").and_then(Value::as_str));
                    if let (Some(iri), false) = (iri, name.starts_with('@')) {
                        let iri = self.expand(iri).unwrap_or_else(|| iri.to_owned());
                        self.declare(name, &iri);
                    }
                }
            }
            _ => {}
        }
    }

    /// Tells the event hash to leave a field out, by expanded name.
    pub fn ignore(&mut self, expanded: String) {
        self.ignored.push(expanded);
    }

    /// Whether the event hash leaves out a field of this expanded name.
    #[must_use]
    pub fn is_ignored(&self, namespace: &str, local: &str) -> bool {
        self.ignored.iter().any(|name| name.strip_prefix(namespace).is_some_and(|rest| rest == local))
            || self.parent.as_ref().is_some_and(|p| p.is_ignored(namespace, local))
    }

    /// What the document itself declares for a prefix or term.
    #[must_use]
    pub fn declared(&self, name: &str) -> Option<&str> {
        let own = self.names.iter().find(|(n, _)| n == name).map(|(_, iri)| iri.as_str());
        own.or_else(|| self.parent.as_ref().and_then(|p| p.declared(name)))
    }

    /// What a prefix or term stands for, the EPCIS context's own included.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<&str> {
        self.declared(name).or_else(|| {
            let found = EPCIS_CONTEXT.iter().find(|(n, _)| self.epcis_context && *n == name);
            found.map(|(_, iri)| *iri)
        })
    }

    /// The full IRI of a CURIE whose prefix is known, or of a term.
    #[must_use]
    pub fn expand(&self, name: &str) -> Option<String> {
        let (namespace, local) = self.resolve(name)?;
        Some(format!("{namespace}{local}"))
    }

    /// Namespace and local name of a field name: a CURIE, a term, or a full URI.
    #[must_use]
    pub fn resolve<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a str)> {
        let Some((prefix, local)) = name.split_once(':') else {
            return self.lookup(name).map(split_iri);
        };
        if local.starts_with("//") || prefix == "urn" || prefix == "ni" {
            return Some(split_iri(name));
        }
        self.lookup(prefix).map(|namespace| (namespace, local))
    }

    /// The prefix declared for a namespace.
    #[must_use]
    pub fn prefix_of(&self, namespace: &str) -> Option<&str> {
        let own =
            self.names.iter().find(|(n, iri)| iri == namespace && !n.is_empty()).map(|(n, _)| n.as_str());
        own.or_else(|| self.parent.as_ref().and_then(|p| p.prefix_of(namespace)))
    }

    /// All prefixes in scope, the outermost first, inner ones replacing outer ones.
    #[must_use]
    pub fn all(&self) -> Vec<(String, String)> {
        let mut names = self.parent.as_ref().map_or_else(Vec::new, |p| p.all());
        for (name, iri) in &self.names {
            match names.iter_mut().find(|(n, _)| n == name) {
                Some(found) => found.1.clone_from(iri),
                None => names.push((name.clone(), iri.clone())),
            }
        }
        names
    }

    /// Prefixes declared at this level.
    #[must_use]
    pub fn own(&self) -> &[(String, String)] {
        &self.names
    }
}

/// Splits an IRI after its last `/`, `#` or `:`.
pub(crate) fn split_iri(iri: &str) -> (&str, &str) {
    let at = iri.rfind(['/', '#', ':']).map_or(0, |i| i + 1);
    iri.split_at(at)
}
