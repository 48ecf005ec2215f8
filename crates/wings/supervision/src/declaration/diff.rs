//! What an amendment changed, field by field, in the paths that refusals and forms use.

use super::{GoodsLine, Lodgement, LotEntry, amend::spelt, rules::CheckedLine, rules::worth_of};
use kernel::{Quantity, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One changed field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its path, as `lines[0].quantity`.
    pub field: String,
    /// What stood there; empty when nothing did.
    pub from: String,
    /// What stands there now; empty when nothing does.
    pub to: String,
}

/// The same lodgement in one spelling: quantities without idle zeros, lots in the order of their numbers.
pub(super) fn plain(l: &Lodgement, checked: &[CheckedLine]) -> Lodgement {
    let lines = l.lines.iter().zip(checked).map(|(line, c)| {
        let number = |milli| Quantity { milli, unit: c.quantity.unit }.number();
        let mut lots: Vec<LotEntry> =
            c.lots.iter().map(|(no, milli)| LotEntry { no: no.clone(), quantity: number(*milli) }).collect();
        lots.sort_by(|a, b| a.no.cmp(&b.no));
        GoodsLine { quantity: number(c.quantity.milli), lots, ..line.clone() }
    });
    let value = worth_of(l).map(|(milli, _)| spelt(milli));
    Lodgement { lines: lines.collect(), key: None, value, ..l.clone() }
}

/// The fields in which two lodgements differ, by path.
pub(super) fn diff(before: &Lodgement, after: &Lodgement) -> Result<Vec<Change>> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    leaves("", &serde_json::to_value(before)?, &mut old);
    leaves("", &serde_json::to_value(after)?, &mut new);
    let fields: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let text = |m: &BTreeMap<String, String>, k: &String| m.get(k).cloned().unwrap_or_default();
    Ok(fields
        .into_iter()
        .map(|k| Change { field: k.clone(), from: text(&old, k), to: text(&new, k) })
        .filter(|c| c.from != c.to)
        .collect())
}

fn leaves(path: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, one) in map {
                let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                leaves(&at, one, out);
            }
        }
        Value::Array(all) => {
            for (i, one) in all.iter().enumerate() {
                leaves(&format!("{path}[{i}]"), one, out);
            }
        }
        Value::Null => {}
        Value::String(s) => {
            out.insert(path.to_owned(), s.clone());
        }
        other => {
            out.insert(path.to_owned(), other.to_string());
        }
    }
}
