//! Reader of the Korean customs declaration layout, a public format for trying scores on.

use super::features::{Declaration, Schema};

const CATEGORIES: [&str; 16] = [
    "HS6 Code",
    "Office ID",
    "Process Type",
    "Import Type",
    "Import Use",
    "Payment Type",
    "Mode of Transport",
    "Declarant ID",
    "Importer ID",
    "Seller ID",
    "Courier ID",
    "Country of Departure",
    "Country of Origin",
    "Tax Rate",
    "Tax Type",
    "Country of Origin Indicator",
];

const PAIRS: [(&str, &str); 10] = [
    ("Office ID", "Importer ID"),
    ("Office ID", "HS6 Code"),
    ("Office ID", "Country of Origin"),
    ("HS6 Code", "Country of Origin"),
    ("Importer ID", "HS6 Code"),
    ("Seller ID", "HS6 Code"),
    ("Declarant ID", "Importer ID"),
    ("Importer ID", "Seller ID"),
    ("Country of Origin", "Tax Type"),
    ("HS6 Code", "Tax Type"),
];

/// The categories of the layout, with histories by each of them and by ten pairs.
pub fn schema() -> Schema {
    let at = |name: &str| CATEGORIES.iter().position(|c| *c == name).unwrap_or(0);
    let single = (0..CATEGORIES.len()).map(|c| vec![c]);
    Schema {
        categories: CATEGORIES.iter().map(|c| (*c).to_owned()).collect(),
        keys: single.chain(PAIRS.iter().map(|(a, b)| vec![at(a), at(b)])).collect(),
        commodity: at("HS6 Code"),
    }
}

/// Reads declarations by day, with their label, as [`read_in_order`] does.
///
/// # Errors
/// In words, with the line, when a column is missing or a number or date cannot be read.
pub fn read(text: &str) -> Result<Vec<(Declaration, Option<bool>)>, String> {
    let mut out = read_in_order(text)?;
    // Histories run by day; within a day the order of the file stays.
    out.sort_by_key(|(d, _)| d.day);
    Ok(out)
}

/// Reads declarations in the order of the file with their label, nothing where the column `Fraud` is
/// absent or empty. The duty stands for what is at stake, since the layout has no column for it.
///
/// # Errors
/// In words, with the line, when a column is missing or a number or date cannot be read.
pub fn read_in_order(text: &str) -> Result<Vec<(Declaration, Option<bool>)>, String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| e.to_string())?.clone();
    let find = |name: &str| header.iter().position(|h| h == name);
    let need = |name: &str| find(name).ok_or_else(|| format!("the column `{name}` is missing"));
    let columns = CATEGORIES.iter().map(|c| need(c)).collect::<Result<Vec<usize>, String>>()?;
    let (id, date) = (need("Declaration ID")?, need("Date")?);
    let (price, mass, rate) = (need("Item Price")?, need("Net Mass")?, need("Tax Rate")?);
    let label = find("Fraud");
    let mut out = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| e.to_string())?;
        let line = i + 2;
        let field = |c: usize| record.get(c).unwrap_or("").trim();
        let number = |c: usize| {
            let v = field(c).parse::<f64>().ok().filter(|v| v.is_finite());
            v.ok_or_else(|| format!("line {line}: `{}` is not a number", field(c)))
        };
        let date = crate::table::temporal::Date::parse(field(date))
            .ok_or_else(|| format!("line {line}: `{}` is not a date", field(date)))?;
        let (year, ..) = date.ymd();
        let first = crate::table::temporal::Date::new(year, 1, 1).map_or(date.days(), |d| d.days());
        let (price, rate) = (number(price)?, number(rate)?);
        let declaration = Declaration {
            id: field(id).to_owned(),
            day: date.days(),
            day_of_year: u16::try_from(date.days() - first + 1).unwrap_or(1),
            categories: columns.iter().map(|c| field(*c).to_owned()).collect(),
            price,
            mass: number(mass)?,
            duty_rate: rate,
            at_stake: price * rate / 100.0,
        };
        let label = label.map(field).filter(|t| !t.is_empty());
        let label = match label {
            None => None,
            Some("0") => Some(false),
            Some("1") => Some(true),
            Some(other) => return Err(format!("line {line}: the label `{other}` is not 0 or 1")),
        };
        out.push((declaration, label));
    }
    Ok(out)
}
