//! What changed between two versions of a pack, place by place.

use super::{CertificateRow, LaneRow, Pack, Parameter, Status};
use std::collections::{BTreeMap, BTreeSet};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where: a parameter's key, `lane N`, `certificate N`, or empty for the pack itself.
    pub place: String,
    /// Which field there; empty when the whole place came or went.
    pub field: &'static str,
    /// What stood there; none when it is new.
    pub before: Option<String>,
    /// What stands there; none when it went.
    pub after: Option<String>,
}

type Fields = BTreeMap<&'static str, String>;

/// Every difference from the older pack to the newer one: first the pack's own fields, then its numbers by key,
/// then its lane and certificate rows by number.
pub fn compare(older: &Pack, newer: &Pack) -> Vec<Change> {
    let mut out = Vec::new();
    fields("", Some(&head(older)), Some(&head(newer)), &mut out);
    let places = |p: &Pack| -> BTreeMap<(u8, u32, String), Fields> {
        let numbers = p.parameter.iter().map(|n| ((0, 0, n.key.clone()), number(n)));
        let lanes = p.lane.iter().map(|l| ((1, l.row, format!("lane {}", l.row)), lane(l)));
        // Rows of the certificate table have no number of their own: their order decides.
        let papers =
            p.certificate.iter().zip(1_u32..).map(|(c, n)| ((2, n, format!("certificate {n}")), paper(c)));
        numbers.chain(lanes).chain(papers).collect()
    };
    let (old, new) = (places(older), places(newer));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for key in keys {
        fields(&key.2, old.get(key), new.get(key), &mut out);
    }
    out
}

fn fields(place: &str, old: Option<&Fields>, new: Option<&Fields>, out: &mut Vec<Change>) {
    let place = place.to_owned();
    match (old, new) {
        (Some(old), Some(new)) => {
            for (field, before) in old.iter().filter(|(field, before)| new.get(*field) != Some(before)) {
                let (before, after) = (Some(before.clone()), new.get(field).cloned());
                out.push(Change { place: place.clone(), field, before, after });
            }
        }
        (before, after) => {
            let whole =
                |f: &Fields| f.values().filter(|v| !v.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
            out.push(Change { place, field: "", before: before.map(whole), after: after.map(whole) });
        }
    }
}

fn head(p: &Pack) -> Fields {
    BTreeMap::from([
        ("authority", p.authority.clone()),
        ("code", p.code.clone()),
        ("effective_from", p.effective_from.to_string()),
        ("title_en", p.title_en.clone()),
        ("title_zh", p.title_zh.clone()),
    ])
}

fn number(p: &Parameter) -> Fields {
    BTreeMap::from([
        ("citation", p.citation.clone()),
        ("status", status(p.status)),
        ("unit", p.unit.clone()),
        ("value", p.value.to_string()),
    ])
}

fn lane(l: &LaneRow) -> Fields {
    let class: Vec<String> = l.class.iter().map(i64::to_string).collect();
    BTreeMap::from([
        ("citation", l.citation.clone()),
        ("class", class.join(" ")),
        ("direction", l.direction.clone()),
        ("lane", l.lane.clone()),
        ("market", l.market.join(" ")),
        ("mode", l.mode.join(" ")),
        ("rate_ppm", l.rate_ppm.to_string()),
        ("risk", l.risk.join(" ")),
        ("status", status(l.status)),
    ])
}

fn paper(c: &CertificateRow) -> Fields {
    BTreeMap::from([
        ("citation", c.citation.clone()),
        ("hs", c.hs.join(" ")),
        ("kind", c.kind.clone()),
        ("market", c.market.join(" ")),
        ("statement_en", c.statement_en.clone()),
        ("statement_zh", c.statement_zh.clone()),
        ("status", status(c.status)),
        ("title_en", c.title_en.clone()),
        ("title_zh", c.title_zh.clone()),
    ])
}

fn status(s: Status) -> String {
    match s {
        Status::Verified => "verified".to_owned(),
        Status::Unverified => "unverified".to_owned(),
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
        let told: Vec<_> = changes.iter().map(|c| (c.place.as_str(), c.field)).collect();
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
