//! What changed between two versions of a pack, place by place. It reads the packs as their text has them, so that
//! a list that is new in a pack is compared without a word here.

use super::Pack;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where: a parameter's key, a list with the number or code of its row, or empty for the pack itself.
    pub place: String,
    /// Which field there; empty when the whole place came or went.
    pub field: String,
    /// What stood there; none when it is new.
    pub before: Option<String>,
    /// What stands there; none when it went.
    pub after: Option<String>,
}

type Fields = BTreeMap<String, String>;

/// Places in their order: the pack itself, its numbers by key, its lane rows by number, then the other lists.
type Places = BTreeMap<(u8, String, u64, String), Fields>;

/// Every difference from the older pack to the newer one.
pub fn compare(older: &Pack, newer: &Pack) -> Vec<Change> {
    let (old, new) = (places(older), places(newer));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut out = Vec::new();
    for key in keys {
        fields(&key.3, old.get(key), new.get(key), &mut out);
    }
    out
}

fn places(pack: &Pack) -> Places {
    let Ok(Value::Object(whole)) = serde_json::to_value(pack) else { return Places::new() };
    let mut out = Places::new();
    let mut head = Fields::new();
    for (name, value) in whole {
        match value {
            Value::Array(rows) => {
                let rank = match name.as_str() {
                    "parameter" => 1,
                    "lane" => 2,
                    _ => 3,
                };
                for (at, row) in (1..).zip(rows) {
                    if let Value::Object(row) = row {
                        let (n, place) = named(&name, at, &row);
                        out.insert((rank, name.clone(), n, place), told(row));
                    }
                }
            }
            // Two versions always differ in their label.
            other if name != "version" => {
                head.insert(name, text(&other));
            }
            _ => {}
        }
    }
    out.insert((0, String::new(), 0, String::new()), head);
    out
}

/// A row by its key, its number or its code; where it has none its order counts, for the first that fits decides.
fn named(list: &str, at: u64, row: &Map<String, Value>) -> (u64, String) {
    if let Some(key) = row.get("key") {
        return (0, text(key));
    }
    if let Some(code) = row.get("code") {
        return (0, format!("{list} {}", text(code)));
    }
    let n = row.get("row").and_then(Value::as_u64).unwrap_or(at);
    (n, format!("{list} {n}"))
}

fn told(row: Map<String, Value>) -> Fields {
    let own = |name: &String| !["key", "row"].contains(&name.as_str());
    row.into_iter().filter(|(name, _)| own(name)).map(|(name, value)| (name, text(&value))).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn fields(place: &str, old: Option<&Fields>, new: Option<&Fields>, out: &mut Vec<Change>) {
    let place = place.to_owned();
    match (old, new) {
        (Some(old), Some(new)) => {
            for (field, before) in old.iter().filter(|(field, before)| new.get(*field) != Some(before)) {
                let (field, before, after) = (field.clone(), Some(before.clone()), new.get(field).cloned());
                out.push(Change { place: place.clone(), field, before, after });
            }
        }
        (before, after) => {
            let whole =
                |f: &Fields| f.values().filter(|v| !v.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
            let (before, after) = (before.map(whole), after.map(whole));
            out.push(Change { place, field: String::new(), before, after });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = include_str!("../../../../rule-packs/CN-2026.toml");

    #[test]
    fn a_pack_does_not_differ_from_itself() {
        let pack = Pack::parse(OLD).expect("a pack");
        assert_eq!(compare(&pack, &pack), []);
    }

    #[test]
    fn what_changed_came_and_went_is_told_place_by_place() {
        let old = Pack::parse(OLD).expect("a pack");
        let mut new = old.clone();
        new.parameter[0].value = 6;
        let gone = new.parameter.remove(2).key;
        new.lane[9].rate_ppm = 60_000;
        new.lane[0].row = 11;
        let changes = compare(&old, &new);
        let told: Vec<_> = changes.iter().map(|c| (c.place.as_str(), c.field.as_str())).collect();
        assert_eq!(
            told,
            [
                ("notice.working_days", "value"),
                (gone.as_str(), ""),
                ("lane 1", ""),
                ("lane 10", "rate_ppm"),
                ("lane 11", "")
            ]
        );
        assert_eq!((changes[0].before.as_deref(), changes[0].after.as_deref()), (Some("5"), Some("6")));
        assert!(changes[1].after.is_none() && changes[4].before.is_none());
    }

    #[test]
    fn a_pack_that_says_something_twice_is_refused() {
        let twice = format!(
            "{OLD}\n[[parameter]]\nkey = \"notice.working_days\"\nvalue = 9\nunit = \"day\"\ncitation = \"x\"\nstatus = \"verified\"\n"
        );
        assert_eq!(
            Pack::parse(&twice).expect_err("refused").refusal().expect("a refusal").code,
            "rules.twice"
        );
    }
}
