//! The tab-separated forms in which a delivery network, its cases and its scores travel between tools.
use std::fmt::Write as _;

use super::{DateRefused, DayRange, Delivery, Network, Scores, Weights};

/// Why a table was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TableRefused {
    /// A line has too few fields.
    #[error("line {line}: {found} fields where at least {needed} are needed, separated by tabs")]
    Fields {
        /// Line number, from 1.
        line: usize,
        /// Fields found.
        found: usize,
        /// Fields needed.
        needed: usize,
    },
    /// A date cannot be read.
    #[error("line {line}: {reason}")]
    Date {
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: DateRefused,
    },
    /// A weight is not a finite number.
    #[error("line {line}: `{value}` is not a finite number")]
    Weight {
        /// Line number, from 1.
        line: usize,
        /// The text found.
        value: String,
    },
}

fn rows(text: &str, needed: usize) -> impl Iterator<Item = Result<(usize, Vec<&str>), TableRefused>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(move |(index, line)| {
        let fields: Vec<&str> = line.split('\t').collect();
        if fields.len() < needed {
            return Err(TableRefused::Fields { line: index + 1, found: fields.len(), needed });
        }
        Ok((index + 1, fields))
    })
}

/// Reads deliveries: identifier, supplier, recipient, lot, departure, arrival. Lot and dates may be empty
/// or left off at the end of a line.
pub fn parse_deliveries(text: &str) -> Result<Vec<Delivery>, TableRefused> {
    rows(text, 3)
        .map(|row| {
            let (line, fields) = row?;
            let field = |at: usize| fields.get(at).copied().unwrap_or_default();
            let date = |at| DayRange::parse(field(at)).map_err(|reason| TableRefused::Date { line, reason });
            Ok(Delivery {
                id: field(0).to_owned(),
                supplier: field(1).to_owned(),
                recipient: field(2).to_owned(),
                lot: Some(field(3)).filter(|lot| !lot.is_empty()).map(str::to_owned),
                departure: date(4)?,
                arrival: date(5)?,
            })
        })
        .collect()
}

/// Reads relations: the delivery goods came from, the delivery they went into.
pub fn parse_relations(text: &str) -> Result<Vec<(String, String)>, TableRefused> {
    rows(text, 2).map(|row| row.map(|(_, fields)| (fields[0].to_owned(), fields[1].to_owned()))).collect()
}

/// Reads case weights: station and weight. A line of three fields starting with `S` or `D` says outright
/// whether a station or a delivery is meant.
pub fn parse_weights(text: &str) -> Result<Weights, TableRefused> {
    let mut weights = Weights::default();
    for row in rows(text, 2) {
        let (line, fields) = row?;
        let (list, id, value) = match fields[..] {
            ["D", id, value] => (&mut weights.deliveries, id, value),
            ["S", id, value] => (&mut weights.stations, id, value),
            _ => (&mut weights.stations, fields[0], fields[1]),
        };
        let weight = value.trim().parse::<f64>().ok().filter(|weight| weight.is_finite());
        list.push((
            id.to_owned(),
            weight.ok_or_else(|| TableRefused::Weight { line, value: value.to_owned() })?,
        ));
    }
    Ok(weights)
}

/// Writes a number as the peer tool does: shortest digits that read back the same, at least one decimal,
/// and an exponent below 0.001 and from ten million.
fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-3..1e7).contains(&size) {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
        Some((digits, exponent)) => format!("{digits}.0E{exponent}"),
        None => text,
    }
}

/// Writes scores: lines `S`, station, score by station identifier, then lines `D`, delivery, score, score
/// of its lot (`null` without a lot) in the order of the deliveries.
pub fn write_scores(network: &Network, scores: &Scores) -> String {
    let mut stations: Vec<(&String, &f64)> = network.stations().iter().zip(&scores.stations).collect();
    stations.sort_by_key(|(id, _)| *id);
    let mut text = String::new();
    for (id, score) in stations {
        let _ = writeln!(text, "S\t{id}\t{}", number(*score));
    }
    for ((delivery, score), lot) in network.deliveries().iter().zip(&scores.deliveries).zip(&scores.lots) {
        let lot = lot.map_or_else(|| "null".to_owned(), number);
        let _ = writeln!(text, "D\t{}\t{}\t{lot}", delivery.id, number(*score));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_read_as_the_peer_writes_them() {
        assert_eq!(number(0.0), "0.0");
        assert_eq!(number(1.0 / 6.0), "0.16666666666666666");
        assert_eq!(number(-2.0), "-2.0");
        assert_eq!(number(0.0001), "1.0E-4");
        assert_eq!(number(0.000_125), "1.25E-4");
        assert_eq!(number(12_345_678.0), "1.2345678E7");
    }
}
