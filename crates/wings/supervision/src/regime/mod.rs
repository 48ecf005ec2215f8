//! Regimes (加严与频次调整): rates of checking that move by results, under rules of the pack and never by hand.
//!
//! - `step`: goods of a heading from or to a country, against the average of the heading over all countries. Once a
//!   month the last months are counted; above the average by more than the pack allows the rate goes to the next
//!   band, and it falls back when that is no longer so (after Regulation (EU) 2019/2129 art. 5).
//! - `graded`: an operator's goods of a heading begin at the strictest level, enough passes in a row lead to the
//!   next, one failure leads back (after Australia's 100 / 25 / 5 per cent for risk food).
//! - `series`: some failures start an intensified series that ends after so many passes in a row (after Regulation
//!   (EU) 2019/1873).
//!
//! Every move is a row and a fact with its figures. A consignment is under the regimes of the pack that it pins.

mod act;
mod read;
mod sql;

pub use act::{note, step_all};
pub use read::{Move, Row, list, live, moves};
pub use sql::STATEMENTS;

use crate::targeting::{Measure, Subject};
use registry::rules::{self as book, Pack};
use std::collections::BTreeMap;

/// The key of goods of a heading from or to a country.
pub(crate) fn country_key(direction: &str, heading: &str, market: &str) -> String {
    format!("{direction} {heading} {market}")
}

/// The key of an operator's goods of a heading.
pub(crate) fn operator_key(operator: kernel::OperatorId, heading: &str) -> String {
    format!("{operator} {heading}")
}

/// The heading of an HS code.
pub(crate) fn heading(hs: &str) -> &str {
    hs.get(..4).unwrap_or(hs)
}

/// Rates that are not the ordinary ones, by regime and key.
#[derive(Clone, Debug, Default)]
pub struct Live(BTreeMap<(String, String), u64>);

impl Live {
    /// Whether every rate is the ordinary one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn rate(&self, r: &book::Regime, key: String) -> u64 {
        let known = self.0.get(&(r.code.clone(), key)).copied();
        // An operator of whom nothing is known stands on the strictest level.
        let first = || r.levels.first().filter(|_| r.kind == "graded").map_or(0, |l| u64::from(l.rate_ppm));
        known.unwrap_or_else(first)
    }

    /// The regimes of a pack that bear on a consignment, each with its strictest heading.
    pub fn measures(&self, subject: &Subject<'_>, risk: &str, pack: &Pack) -> Vec<Measure> {
        let mut out = Vec::new();
        for r in pack.regime.iter().filter(|r| r.covers(subject.direction, risk)) {
            let rate_of = |hs: &String| {
                let heading = heading(hs);
                let key = match r.kind.as_str() {
                    "step" => country_key(subject.direction, heading, subject.market),
                    _ => operator_key(subject.operator, heading),
                };
                (self.rate(r, key), heading.to_owned())
            };
            let Some((rate_ppm, heading)) = subject.hs.iter().map(rate_of).max() else { continue };
            if rate_ppm > 0 {
                let mut title = r.name();
                title.zh.push_str(&format!("，品目 {heading}"));
                title.en.push_str(&format!(", heading {heading}"));
                out.push(Measure {
                    basis: "regime".into(),
                    source: r.code.clone(),
                    title,
                    lane: String::new(),
                    rate_ppm,
                    hold: false,
                    tests: Vec::new(),
                });
            }
        }
        out
    }
}

/// Whether a pack has a regime that bears on goods of which nothing is known yet.
pub(crate) fn begins_strict(pack: &Pack) -> bool {
    pack.regime.iter().any(|r| r.kind == "graded")
}
