//! Header and master data of XML in the shape JSON gives them (EPCIS 2.0, 9.4 and 10.6).

use super::scope::Scope;
use super::value::Value;
use super::xml_event::Converter;
use super::xml_tree::Elem;
use std::sync::Arc;

type Members = Vec<(String, Value)>;

/// `EPCISHeader`: master data as `epcisMasterData`, all else as extension members.
pub(crate) fn header(elem: Elem, outer: &Arc<Scope>) -> Value {
    let scope = elem.scope(outer);
    let mut members = Members::new();
    for child in elem.children {
        part(&mut members, child, &scope);
    }
    Value::Map(members)
}

fn part(members: &mut Members, elem: Elem, scope: &Arc<Scope>) {
    match elem.name.local.as_str() {
        "extension" => {
            let inner = elem.scope(scope);
            elem.children.into_iter().for_each(|child| part(members, child, &inner));
        }
        "EPCISMasterData" => {
            let inner = elem.scope(scope);
            let mut data = Members::new();
            for child in elem.children {
                if child.name.local == "VocabularyList" {
                    data.push(("vocabularyList".to_owned(), vocabulary_list(&child, &inner)));
                } else {
                    data.push(Converter::extension(child, &inner));
                }
            }
            members.push(("epcisMasterData".to_owned(), Value::Map(data)));
        }
        _ => members.push(Converter::extension(elem, scope)),
    }
}

/// `VocabularyList`.
pub(crate) fn vocabulary_list(elem: &Elem, outer: &Arc<Scope>) -> Value {
    let scope = elem.scope(outer);
    Value::List(elem.children.iter().map(|v| vocabulary(v, &scope)).collect())
}

fn vocabulary(elem: &Elem, outer: &Arc<Scope>) -> Value {
    let scope = elem.scope(outer);
    let mut members = attributes(elem);
    for child in &elem.children {
        if child.name.local == "VocabularyElementList" {
            let inner = child.scope(&scope);
            let list = child.children.iter().map(|e| element(e, &inner)).collect();
            members.push(("vocabularyElementList".to_owned(), Value::List(list)));
        } else {
            members.push(Converter::extension(child.clone(), &scope));
        }
    }
    Value::Map(members)
}

fn element(elem: &Elem, outer: &Arc<Scope>) -> Value {
    let scope = elem.scope(outer);
    let mut members = attributes(elem);
    let mut list = Vec::new();
    for child in &elem.children {
        match child.name.local.as_str() {
            "attribute" => {
                let mut attribute = attributes(child);
                let (_, value) = Converter::extension(child.clone(), &scope);
                // The id is a member already; what else the element holds is the attribute's value.
                let value = match value {
                    Value::Map(inner) => {
                        let mut inner: Members = inner.into_iter().filter(|(n, _)| n != "@id").collect();
                        match inner.as_slice() {
                            [] => Value::Raw(String::new()),
                            [(name, _)] if name == "#text" => inner.remove(0).1,
                            _ => Value::Map(inner),
                        }
                    }
                    other => other,
                };
                attribute.push(("attribute".to_owned(), value));
                list.push(Value::Map(attribute));
            }
            "children" => {
                let ids = child.children.iter().map(|id| Value::Raw(id.text.clone())).collect();
                members.push(("children".to_owned(), Value::List(ids)));
            }
            _ => members.push(Converter::extension(child.clone(), &scope)),
        }
    }
    if !list.is_empty() {
        members.push(("attributes".to_owned(), Value::List(list)));
    }
    Value::Map(members)
}

fn attributes(elem: &Elem) -> Members {
    let plain = elem.attrs.iter().filter(|(n, _)| n.prefix.is_empty());
    plain.map(|(n, v)| (n.local.clone(), Value::Raw(v.clone()))).collect()
}
