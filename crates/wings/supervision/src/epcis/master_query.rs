//! SimpleMasterDataQuery (EPCIS 1.2 and 2.0, 8.2.7.2) over what the registry knows, operators, plants, farms, branches
//! and the ports that events name, and over the master data that came with captures.
//!
//! The authority sees all; an operator sees itself, its plants with their farms, branches and ports, and what it sent.

use super::{owner, sql};
use crate::trail::names;
use kernel::{Actor, FarmId, OperatorId, Refusal, Result, bi};
use registry::{people, trade};
use std::collections::BTreeSet;
use store::{Tx, vals};
use trace::epcis::ident::comparable;
use trace::epcis::{QueryParam, Value};

/// Elements of an answer, and rows of a kind that are looked at.
const MOST: usize = 1_000;
const ROWS: i64 = 1_001;

/// Vocabularies of the registry's elements (CBV 2.0, 9.1; EPCIS 2.0, 7.2).
const PARTY: &str = "urn:epcglobal:epcis:vtype:SourceDest";
const LOCATION: &str = "urn:epcglobal:epcis:vtype:BusinessLocation";
const READ_POINT: &str = "urn:epcglobal:epcis:vtype:ReadPoint";
/// The attribute that holds a name (CBV 2.0, 10.2.2).
const NAME: &str = "urn:epcglobal:cbv:mda:name";

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
struct Asked {
    attributes: bool,
    children: bool,
    shown: Option<BTreeSet<String>>,
    vocabularies: Option<BTreeSet<String>>,
    names: Option<BTreeSet<String>>,
    below: Option<BTreeSet<String>>,
    has: Vec<BTreeSet<String>>,
    equal: Vec<(String, BTreeSet<String>)>,
    most: Option<usize>,
}

/// An element of a vocabulary.
#[derive(Clone, Debug, Default, PartialEq)]
struct Element {
    vocabulary: String,
    id: String,
    attributes: Vec<(String, String)>,
    children: Vec<String>,
}

fn list(param: &QueryParam) -> BTreeSet<String> {
    match &param.value {
        Some(Value::List(items)) => items.iter().map(|i| i.shown().trim().to_owned()).collect(),
        Some(one) => BTreeSet::from([one.shown().trim().to_owned()]),
        None => BTreeSet::new(),
    }
}

fn wrong(param: &QueryParam, needed: kernel::Bilingual) -> kernel::No {
    let value = param.value.as_ref().map(Value::shown).unwrap_or_default();
    let what = bi("查询不符合标准", "the query does not meet the standard");
    Refusal::new("epcis.query_parameter", what)
        .clause("EPCIS 2.0, 8.2.7.2")
        .missing(param.name.clone(), value, needed)
        .into()
}

fn read(params: &[QueryParam]) -> Result<Asked> {
    let mut asked = Asked::default();
    let yes = |p: &QueryParam| match p.value.as_ref().map(Value::shown).as_deref().map(str::trim) {
        Some("true" | "1") => Ok(true),
        Some("false" | "0") => Ok(false),
        _ => Err(wrong(p, bi("true 或 false", "true or false"))),
    };
    let mut told = (false, false);
    for param in params {
        match param.name.as_str() {
            "includeAttributes" => (asked.attributes, told.0) = (yes(param)?, true),
            "includeChildren" => (asked.children, told.1) = (yes(param)?, true),
            "attributeNames" => asked.shown = Some(list(param)),
            "vocabularyName" => asked.vocabularies = Some(list(param)),
            "EQ_name" => asked.names = Some(list(param).iter().map(|n| comparable(n)).collect()),
            "WD_name" => asked.below = Some(list(param).iter().map(|n| comparable(n)).collect()),
            "HASATTR" => asked.has.push(list(param)),
            "maxElementCount" => {
                let most = param.value.as_ref().and_then(|v| v.shown().trim().parse().ok());
                asked.most = Some(most.ok_or_else(|| wrong(param, bi("填写整数", "a whole number")))?);
            }
            name => match name.strip_prefix("EQATTR_").filter(|n| !n.is_empty()) {
                Some(attribute) => asked.equal.push((attribute.to_owned(), list(param))),
                None => return Err(wrong(param, bi("标准没有此参数", "the standard has no such parameter"))),
            },
        }
    }
    for (name, given) in [("includeAttributes", told.0), ("includeChildren", told.1)] {
        if !given {
            let param = QueryParam { name: name.into(), value: None };
            return Err(wrong(&param, bi("标准要求给出此参数", "the standard asks for this parameter")));
        }
    }
    Ok(asked)
}

fn too_large(most: usize) -> kernel::No {
    let what = bi("符合查询的主数据太多", "more master data matches than may be given");
    let needed = bi("缩小查询范围", "ask for less");
    Refusal::new("epcis.query_too_large", what).missing("maxElementCount", most, needed).into()
}

/// The master data that a query asks for and the actor may see, as the standard's list of vocabularies.
///
/// # Errors
/// Refused for a parameter that the standard does not have, and when more matches than may be given.
pub async fn master_data(tx: &mut Tx, by: &Actor, params: &[QueryParam]) -> Result<Value> {
    let asked = read(params)?;
    let mut all = Vec::new();
    registered(tx, by, &asked, &mut all).await?;
    captured(tx, by, &asked, &mut all).await?;
    if let Some(below) = &asked.below {
        let within = within(&all, below);
        all.retain(|e| within.contains(&comparable(&e.id)));
    }
    all.retain(|e| fits(e, &asked));
    let most = asked.most.unwrap_or(MOST).min(MOST);
    if all.len() > most {
        return Err(too_large(most));
    }
    all.sort_by(|a, b| (&a.vocabulary, &a.id).cmp(&(&b.vocabulary, &b.id)));
    Ok(vocabularies(all, &asked))
}

fn wants(asked: &Asked, vocabulary: &str) -> bool {
    asked.vocabularies.as_ref().is_none_or(|v| v.contains(vocabulary))
}

fn fits(e: &Element, asked: &Asked) -> bool {
    let value = |name: &str| e.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v);
    wants(asked, &e.vocabulary)
        && asked.names.as_ref().is_none_or(|names| names.contains(&comparable(&e.id)))
        && asked.has.iter().all(|names| names.iter().any(|n| value(n).is_some()))
        && asked.equal.iter().all(|(name, values)| value(name).is_some_and(|v| values.contains(v)))
}

/// These elements and all below them, each once.
fn within(all: &[Element], roots: &BTreeSet<String>) -> BTreeSet<String> {
    let mut seen = roots.clone();
    let mut open: Vec<String> = roots.iter().cloned().collect();
    while let Some(at) = open.pop() {
        for e in all.iter().filter(|e| comparable(&e.id) == at) {
            for child in e.children.iter().map(|c| comparable(c)) {
                if seen.insert(child.clone()) {
                    open.push(child);
                }
            }
        }
    }
    seen
}

fn named(vocabulary: &str, id: String, name: &kernel::Bilingual, more: &[(&str, String)]) -> Element {
    let mut attributes =
        vec![(NAME.to_owned(), name.zh.clone()), ("urn:guomen:mda:nameEnglish".to_owned(), name.en.clone())];
    attributes.extend(more.iter().map(|(k, v)| (format!("urn:guomen:mda:{k}"), v.clone())));
    Element { vocabulary: vocabulary.into(), id, attributes, children: Vec::new() }
}

/// What the registry knows. A kind with more rows than may be given is refused rather than cut.
async fn registered(tx: &mut Tx, by: &Actor, asked: &Asked, all: &mut Vec<Element>) -> Result<()> {
    let own = owner(by);
    let full = |n: usize| n > MOST;
    let operators = match own {
        Some(id) => trade::operator(tx, id).await?.into_iter().collect(),
        None => trade::operators(tx, "", ROWS).await?,
    };
    let plants = match own {
        Some(id) => trade::plants_of(tx, id).await?,
        None => trade::plants(tx, "", ROWS).await?,
    };
    let farms = farms(tx, own).await?;
    if full(operators.len()) || full(plants.len()) || full(farms.len()) {
        return Err(too_large(MOST));
    }
    if wants(asked, PARTY) {
        all.extend(operators.iter().map(|o| {
            let mut e = named(PARTY, names::operator(&o.code), &o.name, &[("kind", o.kind.clone())]);
            e.children =
                plants.iter().filter(|p| p.operator == o.id).map(|p| names::plant(&p.filing_no)).collect();
            e
        }));
    }
    for p in &plants {
        let mut e = named(LOCATION, names::plant(&p.filing_no), &p.name, &[("kind", "plant".into())]);
        e.children = farms.iter().filter(|f| f.plant == p.id).map(|f| names::farm(&f.filing_no)).collect();
        all.push(e);
    }
    let size = |f: &trade::Farm| [("kind", "farm".to_owned()), ("areaMu", f.area_mu.to_string())];
    all.extend(farms.iter().map(|f| named(LOCATION, names::farm(&f.filing_no), &f.name, &size(f))));
    for u in people::branches(tx).await? {
        all.push(named(LOCATION, names::branch(&u.code), &u.name, &[("kind", "branch".into())]));
    }
    for code in super::read::ports(tx, by, MOST).await? {
        let attributes = vec![(NAME.to_owned(), code.clone())];
        let id = names::port(&code);
        all.push(Element { vocabulary: READ_POINT.into(), id, attributes, children: Vec::new() });
    }
    Ok(())
}

async fn farms(tx: &mut Tx, own: Option<OperatorId>) -> Result<Vec<trade::Farm>> {
    let Some(operator) = own else { return trade::farms(tx, "", ROWS).await };
    let mut found = Vec::new();
    for r in tx.all(sql::FARMS_OF, vals![operator, ROWS]).await? {
        found.extend(trade::farm(tx, r.get::<FarmId>(0)?).await?);
    }
    Ok(found)
}

/// What came with captures.
async fn captured(tx: &mut Tx, by: &Actor, asked: &Asked, all: &mut Vec<Element>) -> Result<()> {
    let own = owner(by);
    let mut rows = Vec::new();
    match &asked.names {
        Some(names) if asked.below.is_none() => {
            for name in names {
                rows.extend(tx.all(sql::ELEMENT, vals![name]).await?);
            }
        }
        _ => rows.extend(tx.all(sql::ELEMENTS, vals![ROWS]).await?),
    }
    if rows.len() > MOST {
        return Err(too_large(MOST));
    }
    for r in rows {
        let (key, sender): (String, Option<OperatorId>) = (r.get(0)?, r.get(3)?);
        if own.is_some() && sender != own {
            continue;
        }
        let mut e = Element { id: r.get(1)?, vocabulary: r.get(2)?, ..Element::default() };
        for a in tx.all(sql::ATTRIBUTES, vals![&key]).await? {
            e.attributes.push((a.get(0)?, a.get(1)?));
        }
        for c in tx.all(sql::CHILDREN, vals![&key]).await? {
            e.children.push(c.get(0)?);
        }
        all.push(e);
    }
    Ok(())
}

fn text(s: impl Into<String>) -> Value {
    Value::String(s.into())
}

/// Elements in their order as the JSON shape of the standard, a vocabulary after another.
fn vocabularies(all: Vec<Element>, asked: &Asked) -> Value {
    let mut lists: Vec<(String, Vec<Value>)> = Vec::new();
    for e in all {
        let mut members = vec![("id".to_owned(), text(e.id))];
        let shown = |name: &str| asked.shown.as_ref().is_none_or(|s| s.is_empty() || s.contains(name));
        if asked.attributes {
            let kept = e.attributes.into_iter().filter(|(n, _)| shown(n));
            let pair = |(n, v): (String, String)| {
                Value::Map(vec![("id".to_owned(), text(n)), ("attribute".to_owned(), text(v))])
            };
            members.push(("attributes".to_owned(), Value::List(kept.map(pair).collect())));
        }
        if asked.children && !e.children.is_empty() {
            members.push(("children".to_owned(), Value::List(e.children.into_iter().map(text).collect())));
        }
        match lists.last_mut() {
            Some((kind, items)) if *kind == e.vocabulary => items.push(Value::Map(members)),
            _ => lists.push((e.vocabulary, vec![Value::Map(members)])),
        }
    }
    let one = |(kind, items): (String, Vec<Value>)| {
        Value::Map(vec![
            ("type".to_owned(), text(kind)),
            ("vocabularyElementList".to_owned(), Value::List(items)),
        ])
    };
    Value::List(lists.into_iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param(name: &str, value: &[&str]) -> QueryParam {
        let value = match value {
            [one] => Value::Raw((*one).to_owned()),
            many => Value::List(many.iter().map(|v| Value::Raw((*v).to_owned())).collect()),
        };
        QueryParam { name: name.into(), value: Some(value) }
    }

    #[test]
    fn what_the_standard_asks_for_must_be_given_and_nothing_else_may() {
        let both = [param("includeAttributes", &["true"]), param("includeChildren", &["false"])];
        let asked = read(&both).expect("a query");
        assert!(asked.attributes && !asked.children);
        assert!(read(&both[..1]).is_err());
        for bad in [
            param("EQ_bizStep", &["shipping"]),
            param("maxElementCount", &["some"]),
            param("EQATTR_", &["x"]),
        ] {
            let mut all = both.to_vec();
            all.push(bad.clone());
            assert!(read(&all).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_circle_of_places_ends_the_walk() {
        let place = |id: &str, child: &str| Element {
            id: id.into(),
            children: vec![child.into()],
            ..Element::default()
        };
        let all = [place("urn:x:a", "urn:x:b"), place("urn:x:b", "urn:x:a"), place("urn:x:c", "urn:x:a")];
        let found = within(&all, &BTreeSet::from(["urn:x:a".to_owned()]));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["urn:x:a", "urn:x:b"]);
    }
}
