//! What a watch list would have caught: each month ranked from what was known before it.

use serde::{Deserialize, Serialize};

use super::{Grain, Notice, cells, rank};
use crate::table::temporal::Date;

/// How well lists of a length did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Length of the list.
    pub top: usize,
    /// Months ranked.
    pub months: usize,
    /// Mean over the months of the share of the month's notices that lies on the list.
    pub recall: f64,
    /// Mean share of the list that was notified in the month.
    pub hit_rate: f64,
    /// Month (`2023-01`) with its recall.
    pub by_month: Vec<(String, f64)>,
}

/// Ranks the last day before each month from the 25th on, or from `history` months after the first,
/// and compares the top of the list with the month. Nothing when there is no such month with notices.
pub fn run(notices: &[Notice], half_life: f64, grain: Grain, top: usize, history: i64) -> Option<Backtest> {
    let month = |n: &Notice| {
        let (y, m, _) = Date::from_days(n.day).ymd();
        y * 12 + m - 1
    };
    let first = notices.iter().map(month).min()?;
    let last = notices.iter().map(month).max()?;
    let (mut by_month, mut hit_rate) = (Vec::new(), 0.0);
    for at in first + history..=last {
        let (year, number) = (at.div_euclid(12), at.rem_euclid(12) + 1);
        let start = Date::new(year, number, 1)?.days();
        let list = rank(notices, start - 1, half_life, grain);
        let listed: std::collections::BTreeSet<_> =
            list.iter().take(top).map(|l| (&*l.product, &*l.origin, l.hazard.as_deref())).collect();
        let (mut caught, mut all) = (0.0, 0.0);
        let mut hits = std::collections::BTreeSet::new();
        for (cell, part) in notices.iter().filter(|n| month(n) == at).flat_map(|n| cells(n, grain)) {
            all += part;
            if listed.contains(&cell) {
                caught += part;
                hits.insert(cell);
            }
        }
        if all > 0.0 {
            by_month.push((format!("{year:04}-{number:02}"), caught / all));
            hit_rate += hits.len() as f64 / top.max(1) as f64;
        }
    }
    let months = by_month.len();
    let recall = by_month.iter().map(|(_, r)| r).sum::<f64>() / months as f64;
    (months > 0).then(|| Backtest { top, months, recall, hit_rate: hit_rate / months as f64, by_month })
}
