//! Reader of notices from the European rapid alert system, in the layouts that are about: the portal's
//! own export and a table by case with one column each for origin, product and hazard.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Notice;
use super::dates::{self, Order, Written};

/// Names of each column in the known layouts, in small letters.
const REFERENCE: &[&str] = &["reference"];
const DATE: &[&str] = &["date of case", "date"];
const ORIGIN: &[&str] = &["country origin", "origin"];
const PRODUCT: &[&str] = &["product category", "category"];
const HAZARD: &[&str] = &["hazard category", "hazards"];

/// Origins that the system itself renamed; notices before and after belong together.
const RENAMED: &[(&str, &str)] = &[("Turkey", "Türkiye")];
/// What stands in the column when nobody knows.
const UNKNOWN: &str = "unknown origin";

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Line of the file, from 1.
    pub line: usize,
    /// Column.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// Why, in Chinese.
    pub zh: String,
    /// Why, in English.
    pub en: String,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Rows without the head.
    pub rows: usize,
    /// Notices, by day and reference.
    pub notices: Vec<Notice>,
    /// Rows that repeat the reference of an earlier one; their origins and hazards were added to it.
    pub repeated: usize,
    /// Notices without any origin, which no list can place.
    pub without_origin: usize,
    /// Rows left out.
    pub rejected: Vec<Rejected>,
    /// The order of day and month, where it matters.
    pub order: Option<Order>,
}

struct Columns {
    reference: usize,
    date: usize,
    origin: usize,
    product: usize,
    hazard: usize,
}

/// Reads notices. `order` says whether day or month comes first in dates such as 5/9/2025; without
/// it the file has to show it.
///
/// # Errors
/// In words, when a column is missing.
pub fn read(text: &str, order: Option<Order>) -> Result<Read, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| e.to_string())?.clone();
    let find = |names: &[&str]| {
        let at = names.iter().find_map(|n| head.iter().position(|h| h.trim().to_lowercase() == **n));
        at.ok_or_else(|| format!("no column is named `{}`", names.join("` or `")))
    };
    let columns = Columns {
        reference: find(REFERENCE)?,
        date: find(DATE)?,
        origin: find(ORIGIN)?,
        product: find(PRODUCT)?,
        hazard: find(HAZARD)?,
    };
    let mut out = Read::default();
    let mut rows: Vec<(usize, csv::StringRecord, Option<Written>)> = Vec::new();
    for record in reader.records() {
        out.rows += 1;
        match record {
            Ok(r) => {
                let line = r.position().map_or(out.rows + 1, |p| usize::try_from(p.line()).unwrap_or(0));
                let date = dates::read(r.get(columns.date).unwrap_or(""));
                rows.push((line, r, date));
            }
            Err(e) => out.reject(out.rows + 1, "", &e.to_string(), "该行无法读取", "the row cannot be read"),
        }
    }
    out.order = order.or_else(|| dates::order(rows.iter().filter_map(|r| r.2.as_ref())));
    let mut by_reference: BTreeMap<String, Notice> = BTreeMap::new();
    for (line, record, date) in &rows {
        if let Some(notice) = out.notice(*line, record, *date, &columns) {
            match by_reference.get_mut(&notice.reference) {
                Some(known) => {
                    out.repeated += 1;
                    known.day = known.day.min(notice.day);
                    known.origins.extend(notice.origins);
                    known.hazards.extend(notice.hazards);
                }
                None => {
                    by_reference.insert(notice.reference.clone(), notice);
                }
            }
        }
    }
    out.notices = by_reference.into_values().collect();
    out.notices.sort_by_key(|n| n.day);
    out.without_origin = out.notices.iter().filter(|n| n.origins.is_empty()).count();
    Ok(out)
}

impl Read {
    fn reject(&mut self, line: usize, field: &str, value: &str, zh: &str, en: &str) {
        let value = value.chars().take(120).collect();
        self.rejected.push(Rejected { line, field: field.into(), value, zh: zh.into(), en: en.into() });
    }

    fn notice(
        &mut self,
        line: usize,
        r: &csv::StringRecord,
        date: Option<Written>,
        at: &Columns,
    ) -> Option<Notice> {
        let field = |c: usize| r.get(c).unwrap_or("").trim();
        let reference = field(at.reference);
        if reference.is_empty() {
            self.reject(line, "reference", "", "缺少编号", "the reference is missing");
            return None;
        }
        let Some(written) = date else {
            self.reject(line, "date", field(at.date), "日期无法识别", "the date is not understood");
            return None;
        };
        let Some(day) = dates::day(written, self.order) else {
            let (zh, en) =
                ("日月次序不明，请指定", "day and month may be either way round; say which comes first");
            self.reject(line, "date", field(at.date), zh, en);
            return None;
        };
        let product = plain(field(at.product));
        if product.is_empty() {
            self.reject(line, "product", "", "缺少产品类别", "the product category is missing");
            return None;
        }
        Some(Notice {
            reference: reference.to_owned(),
            day,
            product,
            origins: parts(field(at.origin)).filter_map(origin).collect(),
            hazards: hazards(field(at.hazard)),
        })
    }
}

/// An origin under its present name; nothing when it is said to be unknown.
fn origin(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let renamed = RENAMED.iter().find(|(old, _)| *old == name).map(|(_, new)| (*new).to_owned());
    (name.to_lowercase() != UNKNOWN).then(|| renamed.unwrap_or(name))
}

/// Parts of a list with semicolons or commas.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ',']).map(str::trim).filter(|p| !p.is_empty())
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Hazard categories: in braces behind each substance in the portal's export, else the parts between
/// semicolons. Commas are parts of names such as `heavy metals, other`.
fn hazards(text: &str) -> BTreeSet<String> {
    let in_braces: BTreeSet<String> =
        text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(h, _)| plain(h)).collect();
    let named = if in_braces.is_empty() { text.split(';').map(plain).collect() } else { in_braces };
    named.into_iter().filter(|h| !h.is_empty() && h != "n/a" && h != "-").collect()
}
