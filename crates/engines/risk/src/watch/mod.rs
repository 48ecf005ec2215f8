//! Watch list from foreign notices: which product from which origin with which hazard is likely to be
//! notified next.
//!
//! A notice weighs one on its day and half as much after each half-life, since what was notified
//! lately tends to be notified again. A notice that names several origins or hazards is shared out
//! among them in equal parts, so that its whole weight stays one.

pub mod backtest;
pub mod dates;
pub mod rasff;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::table::temporal::Date;

/// Days of a mean month, by which half-lives are counted.
pub const MONTH: f64 = 30.4375;

/// A notice of a foreign authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its reference.
    pub reference: String,
    /// Its day, counted from 1970-01-01.
    pub day: i64,
    /// Product category, in small letters.
    pub product: String,
    /// Countries of origin.
    pub origins: BTreeSet<String>,
    /// Hazard categories, in small letters; empty when the notice names none.
    pub hazards: BTreeSet<String>,
}

/// What a list is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Product and origin.
    ProductOrigin,
    /// Product, origin and hazard.
    ProductOriginHazard,
}

/// One line of a watch list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Place, from 1.
    pub rank: usize,
    /// Product category.
    pub product: String,
    /// Country of origin.
    pub origin: String,
    /// Hazard category; nothing when the list is by product and origin, or no notice names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazard: Option<String>,
    /// Weight of all notices on the day of the list.
    pub weight: f64,
    /// Notices that have part in it.
    pub notices: usize,
    /// Day of the latest, in days from 1970-01-01.
    pub latest: i64,
}

type Cell<'a> = (&'a str, &'a str, Option<&'a str>);

/// The cells a notice belongs to, with the part of its weight that goes to each.
fn cells(notice: &Notice, grain: Grain) -> Vec<(Cell<'_>, f64)> {
    let hazards: Vec<Option<&str>> = match grain {
        Grain::ProductOriginHazard if !notice.hazards.is_empty() => {
            notice.hazards.iter().map(|h| Some(&**h)).collect()
        }
        _ => vec![None],
    };
    let part = 1.0 / (notice.origins.len() * hazards.len()).max(1) as f64;
    let pairs = notice.origins.iter().flat_map(|o| hazards.iter().map(move |h| (o, *h)));
    pairs.map(|(o, h)| ((&*notice.product, &**o, h), part)).collect()
}

/// Ranks what the notices up to and including a day tell of, the heaviest first. `half_life` is in
/// months. Notices without an origin tell of nobody and have no part.
pub fn rank(notices: &[Notice], as_of: i64, half_life: f64, grain: Grain) -> Vec<Line> {
    let mut sums: BTreeMap<Cell<'_>, (f64, usize, i64)> = BTreeMap::new();
    for n in notices.iter().filter(|n| n.day <= as_of) {
        let weight = 0.5f64.powf((as_of - n.day) as f64 / MONTH / half_life);
        for (cell, part) in cells(n, grain) {
            let sum = sums.entry(cell).or_insert((0.0, 0, n.day));
            sum.0 += weight * part;
            sum.1 += 1;
            sum.2 = sum.2.max(n.day);
        }
    }
    let mut ordered: Vec<_> = sums.into_iter().collect();
    // Cells of equal weight stand in the order of their names.
    ordered.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
    let line = |(i, ((product, origin, hazard), (weight, notices, latest))): (
        usize,
        (Cell<'_>, (f64, usize, i64)),
    )| Line {
        rank: i + 1,
        product: product.to_owned(),
        origin: origin.to_owned(),
        hazard: hazard.map(str::to_owned),
        weight,
        notices,
        latest,
    };
    ordered.into_iter().enumerate().map(line).collect()
}

/// A day as it is written, `2023-12-29`.
pub fn written(day: i64) -> String {
    let (y, m, d) = Date::from_days(day).ymd();
    format!("{y:04}-{m:02}-{d:02}")
}

#[cfg(test)]
mod tests;
