//! Reading notices from files: exports of the Rapid Alert System and lists of refusals. Every row becomes a notice
//! or a named problem; none is passed over.

use super::Notice;
use kernel::{Date, No, Refusal, Result, bi};
use std::collections::HashMap;

/// Where a file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Exports of the European Rapid Alert System for Food and Feed: the list and the detail layout.
    Rasff,
    /// Import refusals of the US Food and Drug Administration.
    Fda,
}

/// A row that is no notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Line of the file, from 1.
    pub line: u64,
    /// Column.
    pub field: String,
    /// Value, shortened.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// Reads a file; one result a row, in its order.
pub fn read(format: Format, text: &str) -> Result<Vec<Result<Notice, Problem>>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| shape(&e.to_string()))?.clone();
    let layout =
        Layout::of(format, &head).ok_or_else(|| shape(&head.iter().collect::<Vec<_>>().join(",")))?;
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut out = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| shape(&e.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row { head: &head, record: &record, line };
        out.push(layout.notice(&row, &mut seen));
    }
    Ok(out)
}

fn shape(found: &str) -> No {
    let needed = bi(
        "RASFF：Date of Case、Reference、Notification From、Country Origin、Product…，或 reference、subject、date…；FDA：REFUSAL_DATE、PRDCT_CODE_DESC_TEXT…",
        "RASFF: Date of Case, Reference, Notification From, Country Origin, Product …, or reference, subject, date …; FDA: REFUSAL_DATE, PRDCT_CODE_DESC_TEXT …",
    );
    Refusal::new(
        "notification.columns",
        bi("通报文件的列无法识别", "the columns of the file are not understood"),
    )
    .missing("header", found, needed)
    .into()
}

struct Row<'a> {
    head: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
    line: u64,
}

impl Row<'_> {
    fn get(&self, column: &str) -> String {
        let at = self.head.iter().position(|h| h.trim() == column);
        at.and_then(|i| self.record.get(i)).unwrap_or_default().trim().to_owned()
    }

    fn problem(&self, field: &str, value: &str, reason: &str) -> Problem {
        let value = value.chars().take(80).collect();
        Problem { line: self.line, field: field.into(), value, reason: reason.into() }
    }

    fn day(&self, column: &str) -> Result<String, Problem> {
        let text = self.get(column);
        day(&text)
            .map(|d| d.to_string())
            .ok_or_else(|| self.problem(column, &text, "no date of a known form"))
    }

    fn must(&self, column: &str) -> Result<String, Problem> {
        let text = self.get(column);
        if text.is_empty() { Err(self.problem(column, "", "is empty")) } else { Ok(text) }
    }
}

#[derive(Clone, Copy)]
enum Layout {
    RasffList,
    RasffDetail,
    Fda,
}

impl Layout {
    fn of(format: Format, head: &csv::StringRecord) -> Option<Layout> {
        let has = |c: &str| head.iter().any(|h| h.trim() == c);
        match format {
            Format::Rasff if has("Reference") && has("Date of Case") && has("Country Origin") => {
                Some(Layout::RasffList)
            }
            Format::Rasff if has("reference") && has("date") && has("origin") => Some(Layout::RasffDetail),
            Format::Fda if has("REFUSAL_DATE") && has("PRDCT_CODE_DESC_TEXT") => Some(Layout::Fda),
            _ => None,
        }
    }

    fn notice(self, row: &Row<'_>, seen: &mut HashMap<String, u32>) -> Result<Notice, Problem> {
        if row.record.len() != row.head.len() {
            let n = format!("{} of {} columns", row.record.len(), row.head.len());
            return Err(row.problem("row", &n, "columns are missing or too many"));
        }
        match self {
            Layout::RasffList => rasff_list(row),
            Layout::RasffDetail => rasff_detail(row),
            Layout::Fda => fda(row, seen),
        }
    }
}

fn rasff_list(row: &Row<'_>) -> Result<Notice, Problem> {
    Ok(Notice {
        source: "rasff".into(),
        reference: row.must("Reference")?,
        notified_on: row.day("Date of Case")?,
        notifier: row.get("Notification From"),
        origin: names(&row.get("Country Origin")),
        product: named(row.get("Product"), row.get("Product Category")),
        category: row.get("Product Category"),
        hazard: once(&row.get("Hazard Substance")),
        hazard_category: once(&row.get("Hazard Category")),
        ..Notice::default()
    })
}

fn rasff_detail(row: &Row<'_>) -> Result<Notice, Problem> {
    let kind = row.get("classification");
    let hazards = row.get("hazards");
    Ok(Notice {
        source: "rasff".into(),
        reference: row.must("reference")?,
        notified_on: row.day("date")?,
        notifier: row.get("notifying_country"),
        origin: names(&row.get("origin").replace(',', ";")),
        product: named(row.get("subject"), row.get("type")),
        category: row.get("type"),
        hazard_category: once(&braces(&hazards)),
        hazard: hazards,
        serious: row.get("risk_decision") == "serious" || kind.contains("alert"),
        kind,
        ..Notice::default()
    })
}

/// The list carries no number, so a refusal is named by its row, and by which of several equal rows it is.
fn fda(row: &Row<'_>, seen: &mut HashMap<String, u32>) -> Result<Notice, Problem> {
    let day = row.day("REFUSAL_DATE")?;
    let (country, charges) = (row.must("ISO_CNTRY_CODE")?, row.get("mapped_charge_codes"));
    let product = row.must("PRDCT_CODE_DESC_TEXT")?;
    let name = format!("{day}/{country}/{}/{}", row.get("REFUSAL_CHARGES").replace(' ', ""), product.len());
    let n = seen.entry(name.clone()).and_modify(|n| *n += 1).or_insert(1);
    Ok(Notice {
        source: "fda".into(),
        reference: format!("{name}/{n}"),
        kind: "import refusal".into(),
        notified_on: day,
        notifier: "US FDA".into(),
        origin: vec![country],
        category: product.clone(),
        product,
        hazard: charges.clone(),
        hazard_category: once(&charges.replace(',', ";")),
        market: Some("US".into()),
        ..Notice::default()
    })
}

/// A product without a name of its own is named by its category.
fn named(product: String, category: String) -> String {
    if product.is_empty() { category } else { product }
}

fn names(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

/// Each name of a list once, in its order.
fn once(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    for name in names(text) {
        if name != "n/a" && !out.iter().any(|o| o.eq_ignore_ascii_case(&name)) {
            out.push(name);
        }
    }
    out.join("; ")
}

/// What stands in braces: the detail layout marks hazard categories so.
fn braces(text: &str) -> String {
    let parts = text.split('{').skip(1).filter_map(|t| t.split('}').next());
    parts.collect::<Vec<_>>().join(";")
}

/// A day in one of the forms that the sources write: `Dec 29, 2023`, `2023-12-29`, `29-12-2023`, `29/12/2023`,
/// `13-Jul-22`, each with or without a time behind it. Slashes put the day first, as the system's own exports do.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    if let Ok(d) = first.parse::<Date>() {
        return Some(d);
    }
    let words: Vec<&str> = text.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    if let [month, day, year, ..] = words[..]
        && let Some(m) = month_of(month)
    {
        return Date::new(year.parse().ok()?, m, day.parse().ok()?).ok();
    }
    let parts: Vec<&str> = first.split(['-', '/', '.']).collect();
    let [d, m, y] = parts[..] else { return None };
    let month = month_of(m).or_else(|| m.parse().ok())?;
    let year: i16 = y.parse().ok()?;
    // Two figures for the year: these lists begin with this century.
    let year = if year < 100 { year + 2000 } else { year };
    Date::new(year, month, d.parse().ok()?).ok()
}

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.to_lowercase();
    let at = MONTHS.iter().position(|m| word.starts_with(m))?;
    i8::try_from(at + 1).ok()
}
