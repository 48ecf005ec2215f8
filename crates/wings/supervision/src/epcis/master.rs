//! Master data that comes with events (EPCIS 2.0, 9.4): elements of vocabularies, their attributes, and what lies
//! below what. A later document about an element replaces the earlier one.

use super::sql;
use kernel::{CaptureId, Result};
use store::{Tx, vals};
use trace::epcis::ident::comparable;
use trace::epcis::{BodyPlace, Document, Value};

/// The vocabularies of a document, in its header or in its body.
pub(super) fn vocabularies(document: &Document) -> Vec<Value> {
    let header = document.header.as_ref().and_then(|h| h.get("epcisMasterData")?.get("vocabularyList"));
    let body = document
        .body_extra
        .iter()
        .filter(|(place, ext)| *place != BodyPlace::QueryResults && ext.name == "vocabularyList")
        .map(|(_, ext)| &ext.value);
    header
        .into_iter()
        .chain(body)
        .flat_map(|list| match list {
            Value::List(items) => items.clone(),
            other => vec![other.clone()],
        })
        .collect()
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    match value.get(name) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// Keeps vocabularies; gives the number of elements.
pub async fn keep(tx: &mut Tx, capture: CaptureId, vocabularies: &[Value]) -> Result<u64> {
    let mut count = 0;
    for vocabulary in vocabularies {
        let kind = vocabulary.get("type").and_then(Value::as_str).unwrap_or_default();
        for element in items(vocabulary, "vocabularyElementList") {
            let Some(uri) = element.get("id").and_then(Value::as_str) else { continue };
            let id = comparable(uri);
            tx.exec(sql::ELEMENT_PUT, vals![&id, uri, kind, element.shown(), capture]).await?;
            tx.exec(sql::ATTRIBUTES_DROP, vals![&id]).await?;
            for attribute in items(element, "attributes") {
                let name = attribute.get("id").and_then(Value::as_str).unwrap_or_default();
                // Long free text is told in the element; only what one asks for by value is kept apart.
                let value = attribute.get("attribute").map(Value::shown).unwrap_or_default();
                let value: String = value.chars().take(300).collect();
                tx.exec(sql::ATTRIBUTE_ADD, vals![&id, name, value]).await?;
            }
            tx.exec(sql::CHILDREN_DROP, vals![&id]).await?;
            for child in items(element, "children").iter().filter_map(Value::as_str) {
                tx.exec(sql::CHILD_ADD, vals![&id, comparable(child)]).await?;
            }
            count += 1;
        }
    }
    Ok(count)
}
