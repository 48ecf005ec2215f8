//! The public Korean customs declaration data set: what its columns mean to the bureau.
//!
//! A row is an import declaration. Its office becomes a branch, its importer an operator of class
//! 3 until the registry says better, its HS6 code a product whose risk follows its chapter. The
//! declaration's own number is its lot number and its request key, so that taking the same file
//! in twice lodges nothing twice.

use crate::results::Outcomes;
use kernel::{Date, Missing, bi};
use supervision::declaration::{GoodsLine, Lodgement, LotEntry};

/// The columns that are read; a file without one of them is refused.
const COLUMNS: [&str; 8] = [
    "Declaration ID",
    "Date",
    "Office ID",
    "Mode of Transport",
    "Importer ID",
    "HS6 Code",
    "Country of Departure",
    "Country of Origin",
];
/// The last column that is read.
const MASS: &str = "Net Mass";
/// The column with the price; a file may do without it.
const PRICE: &str = "Item Price";
/// The currency of prices.
const CURRENCY: &str = "KRW";
/// The columns that say what was found.
const FOUND: [&str; 2] = ["Fraud", "Critical Fraud"];

/// Where each column stands in this file; those that say what was found only when they are asked for.
pub(crate) struct Layout([usize; 9], Option<[usize; 2]>, Option<usize>);

/// A row as the bureau reads it.
#[derive(Debug)]
pub(crate) struct Row {
    /// The day it was lodged.
    pub(crate) date: Date,
    /// What it declares.
    pub(crate) lodgement: Lodgement,
    /// What was found, when the file was asked for it.
    pub(crate) says: Option<Outcomes>,
}

impl Layout {
    /// Finds the columns by their heads; gives the names of those that are missing.
    pub(crate) fn find(heads: &csv::StringRecord, results: bool) -> Result<Layout, Vec<String>> {
        let (mut at, mut found) = ([0; 9], [0; 2]);
        let mut missing = Vec::new();
        let more = found.iter_mut().zip(&FOUND).take(if results { 2 } else { 0 });
        for (slot, name) in at.iter_mut().zip(COLUMNS.iter().chain([&MASS])).chain(more) {
            match heads.iter().position(|h| h.trim() == *name) {
                Some(i) => *slot = i,
                None => missing.push((*name).to_owned()),
            }
        }
        if missing.is_empty() {
            Ok(Layout(at, results.then_some(found), heads.iter().position(|h| h.trim() == PRICE)))
        } else {
            Err(missing)
        }
    }

    /// Reads a row, or says which field is wrong, with what value, and why.
    pub(crate) fn read(&self, r: &csv::StringRecord) -> Result<Row, Missing> {
        let get = |i: usize| r.get(self.0[i]).unwrap_or_default().trim();
        let wrong = |field: &str, value: &str, zh: &str, en: &str| Missing {
            field: field.into(),
            value: value.chars().take(120).collect(),
            needed: bi(zh, en),
        };
        let id = get(0);
        if id.is_empty() || id.len() > 40 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(wrong(COLUMNS[0], id, "报检单编号由字母和数字组成", "letters and digits"));
        }
        let date: Date = get(1).parse().map_err(|_| {
            wrong(
                COLUMNS[1],
                get(1),
                "日期写作 2020-01-31",
                "a date as 2020-01-31; no other order of day and month is guessed",
            )
        })?;
        let office = get(2);
        if office.is_empty() || office.len() > 6 || !office.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong(COLUMNS[2], office, "1 至 6 位数字", "1 to 6 digits"));
        }
        let importer = get(4);
        if importer.is_empty() || importer.len() > 20 || !importer.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return Err(wrong(
                COLUMNS[4],
                importer,
                "进口商代码由字母和数字组成",
                "the importer's code: letters and digits",
            ));
        }
        let hs = get(5);
        if hs.len() != 6 || !hs.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong(COLUMNS[5], hs, "6 位数字", "6 digits"));
        }
        let line = GoodsLine {
            hs: hs.into(),
            name: format!("HS {hs}"),
            quantity: get(8).into(),
            unit: "KGM".into(),
            lots: vec![LotEntry { no: id.into(), quantity: get(8).into() }],
        };
        let price = self.2.and_then(|at| r.get(at)?.trim().parse::<kernel::Decimal>().ok());
        let milli =
            price.and_then(|p| i64::try_from((p * kernel::Decimal::from(1000)).round().mantissa()).ok());
        let worth = milli.filter(|w| *w >= 0);
        let lodgement = Lodgement {
            direction: "import".into(),
            branch: branch_code(office),
            operator: importer.into(),
            plant: None,
            market: get(6).into(),
            origin: get(7).into(),
            port: format!("{office}/{}", get(3)),
            mode: "general".into(),
            value: worth.map(|w| kernel::Decimal::new(w, 3).normalize().to_string()),
            currency: worth.map(|_| CURRENCY.into()),
            lines: vec![line],
            key: Some(format!("kr-customs/{id}")),
        };
        let says = self.1.map(|at| outcomes(r, at)).transpose()?;
        Ok(Row { date, lodgement, says })
    }
}

fn outcomes(r: &csv::StringRecord, at: [usize; 2]) -> Result<Outcomes, Missing> {
    let digit = |n: usize, most: u8| {
        let text = r.get(at[n]).unwrap_or_default().trim();
        text.parse().ok().filter(|d: &u8| *d <= most).ok_or_else(|| Missing {
            field: FOUND[n].into(),
            value: text.chars().take(120).collect(),
            needed: bi(format!("0 至 {most}"), format!("0 to {most}")),
        })
    };
    Ok(Outcomes { fraud: digit(0, 1)? == 1, critical: digit(1, 2)? })
}

/// The branch that stands for an office of the data set.
pub(crate) fn branch_code(office: &str) -> String {
    format!("K{office}")
}

/// Risk level of a product by its HS chapter: animal products and fresh or dried plants high,
/// other food medium, the rest low. The data set has no risk levels of its own.
pub(crate) fn risk(hs: &str) -> (&'static str, bool) {
    match hs.get(..2).and_then(|c| c.parse::<u8>().ok()) {
        Some(2..=5 | 7..=9 | 16) => ("high", true),
        Some(1..=24) => ("medium", true),
        _ => ("low", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: &[&str] = &[
        "Declaration ID",
        "Date",
        "Office ID",
        "Mode of Transport",
        "Importer ID",
        "HS6 Code",
        "Country of Departure",
        "Country of Origin",
        "Net Mass",
    ];

    fn row(fields: &[&str]) -> Result<Row, Missing> {
        let layout = Layout::find(&csv::StringRecord::from(HEADS.to_vec()), false).expect("all columns");
        layout.read(&csv::StringRecord::from(fields.to_vec()))
    }

    #[test]
    fn a_row_becomes_an_import_declaration() {
        let r =
            row(&["1001", "2020-02-03", "40", "10", "QL1", "030617", "VN", "VN", "108.5"]).expect("a row");
        assert_eq!((r.lodgement.branch.as_str(), r.lodgement.lines[0].hs.as_str()), ("K40", "030617"));
        assert_eq!(r.lodgement.key.as_deref(), Some("kr-customs/1001"));
        assert_eq!(risk("030617"), ("high", true));
    }

    #[test]
    fn shifted_columns_and_foreign_dates_name_their_field() {
        let shifted =
            row(&["", "1001", "2020-02-03", "40", "10", "QL1", "030617", "VN", "VN"]).expect_err("shifted");
        assert_eq!(shifted.field, "Declaration ID");
        let date = row(&["1001", "03/02/2020", "40", "10", "QL1", "030617", "VN", "VN", "1"])
            .expect_err("a foreign date");
        assert_eq!((date.field.as_str(), date.value.as_str()), ("Date", "03/02/2020"));
    }

    #[test]
    fn a_file_without_a_column_is_refused_by_its_name() {
        let missing = Layout::find(&csv::StringRecord::from(vec!["Declaration ID", "Date"]), true)
            .err()
            .expect("missing");
        assert!(missing.contains(&"Critical Fraud".to_owned()));
        assert!(missing.contains(&"HS6 Code".to_owned()) && !missing.contains(&"Date".to_owned()));
    }
}
