//! The lists of a rule pack that risk control rests on: what the law exempts, what level follows from severity and
//! likelihood, and the regimes under which a rate of checking moves by results.

use super::{LANES, Pack, Status};
use kernel::{Bilingual, bi};
use serde::{Deserialize, Serialize};

/// Levels of a warning, from the lightest.
pub const LEVELS: [&str; 4] = ["low", "medium", "high", "critical"];

/// Goods that the law exempts from selection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// Stable code.
    pub code: String,
    /// `export`, `import`, or empty for both.
    #[serde(default)]
    pub direction: String,
    /// Leading digits of HS codes: every line of the consignment has to begin with one of them.
    pub hs: Vec<String>,
    /// Enterprise classes; empty for all.
    #[serde(default)]
    pub class: Vec<i64>,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// Where it is written.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// One row of the matrix of assessment: levels by likelihood for one severity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixRow {
    /// Severity, 1 to 5.
    pub severity: i64,
    /// Levels for likelihood 1 to 5.
    pub levels: [String; 5],
    /// Where it is written.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// One level of a graded regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeLevel {
    /// Its name.
    pub name: String,
    /// Share of consignments to check, parts per million.
    pub rate_ppm: u32,
    /// Passes in a row that lead to the next level; none on the last.
    #[serde(default)]
    pub passes_to_leave: Option<u32>,
}

/// A regime under which the rate of checking moves by results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// Stable code.
    pub code: String,
    /// `step` against the average of a category, `graded` by passes, or `series` after failures.
    pub kind: String,
    /// `export`, `import`, or empty for both.
    #[serde(default)]
    pub direction: String,
    /// Product risk levels; empty for all.
    #[serde(default)]
    pub risk: Vec<String>,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// `step`: the rates that there are, from low to high, parts per million.
    #[serde(default)]
    pub baselines_ppm: Vec<u32>,
    /// `step`: the rate where nothing is wrong.
    #[serde(default)]
    pub baseline_ppm: u32,
    /// `step`: the rate above the highest.
    #[serde(default)]
    pub top_ppm: u32,
    /// `step`: by how much the average has to be exceeded, parts per million of it.
    #[serde(default)]
    pub excess_ppm: u32,
    /// `step`: consignments checked below which nothing moves.
    #[serde(default)]
    pub min_checked: u64,
    /// `step`: months that are looked at.
    #[serde(default)]
    pub months: i64,
    /// `graded`: the levels, the strictest first.
    #[serde(default)]
    pub levels: Vec<GradeLevel>,
    /// `series`: failures that start it.
    #[serde(default)]
    pub failures_to_start: u32,
    /// `series`: passes in a row that end it.
    #[serde(default)]
    pub passes_to_end: u32,
    /// `series`: the rate while it runs, parts per million.
    #[serde(default)]
    pub rate_ppm: u32,
    /// `series`: failures within it after which everything is stopped until somebody decides; none for never.
    #[serde(default)]
    pub failures_to_stop: Option<u32>,
    /// Where it is written.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

/// What a learned score is permitted to do from a probability on: it makes a lane stricter or a rate higher, and
/// never the other way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreBand {
    /// Probability of a violation from which it holds, parts per million.
    pub probability_ppm: u64,
    /// The lightest lane that it allows; empty when it asks for none.
    #[serde(default)]
    pub lane: String,
    /// Least share to be inspected, parts per million; 0 when it asks for none.
    #[serde(default)]
    pub rate_ppm: u64,
    /// Where it is written.
    pub citation: String,
    /// Whether it was read there.
    pub status: Status,
}

impl Exemption {
    /// Its name.
    pub fn name(&self) -> Bilingual {
        bi(&self.zh, &self.en)
    }

    /// Whether it covers a consignment with these lines.
    pub fn covers(&self, direction: &str, class: i64, hs: &[String]) -> bool {
        let one = |code: &String| self.hs.iter().any(|p| !p.is_empty() && code.starts_with(p.as_str()));
        (self.direction.is_empty() || self.direction == direction)
            && (self.class.is_empty() || self.class.contains(&class))
            && !hs.is_empty()
            && hs.iter().all(one)
    }
}

impl Regime {
    /// Its name.
    pub fn name(&self) -> Bilingual {
        bi(&self.zh, &self.en)
    }

    /// Whether consignments of this direction and product risk are under it.
    pub fn covers(&self, direction: &str, risk: &str) -> bool {
        (self.direction.is_empty() || self.direction == direction)
            && (self.risk.is_empty() || self.risk.iter().any(|r| r == risk))
    }
}

impl Pack {
    /// The level that follows from severity and likelihood, each 1 to 5.
    pub fn level(&self, severity: i64, likelihood: i64) -> Option<&str> {
        let row = self.matrix.iter().find(|m| m.severity == severity)?;
        let at = usize::try_from(likelihood.checked_sub(1)?).ok()?;
        row.levels.get(at).map(String::as_str)
    }

    /// What a learned score may do to a consignment of this probability: the highest band that it reaches.
    pub fn score_band(&self, probability_ppm: u64) -> Option<&ScoreBand> {
        let reached = self.score.iter().filter(|b| b.probability_ppm <= probability_ppm);
        reached.max_by_key(|b| b.probability_ppm)
    }

    /// What is wrong with its lists of risk, as place and value: a level that nobody knows, a level that falls while
    /// severity or likelihood rise, a band of the score that names no lane or no share, a kind of regime that nobody
    /// knows.
    pub(super) fn wrong_in_risk(&self) -> Option<(String, String)> {
        let rank = |level: &String| LEVELS.iter().position(|l| l == level);
        for m in &self.matrix {
            let ranks: Vec<_> = m.levels.iter().map(rank).collect();
            if ranks.contains(&None) || ranks.windows(2).any(|w| w[1] < w[0]) {
                return Some((format!("matrix[{}]", m.severity), m.levels.join(" ")));
            }
        }
        for pair in self.matrix.windows(2) {
            let falls = pair[0].levels.iter().zip(&pair[1].levels).any(|(a, b)| rank(b) < rank(a));
            if falls || pair[1].severity <= pair[0].severity {
                return Some((format!("matrix[{}]", pair[1].severity), pair[1].levels.join(" ")));
            }
        }
        let wrong = |b: &&ScoreBand| {
            let lane = b.lane.is_empty() || LANES.contains(&b.lane.as_str());
            !lane || b.probability_ppm > 1_000_000 || b.rate_ppm > 1_000_000
        };
        if let Some(b) = self.score.iter().find(wrong) {
            return Some((format!("score[{}]", b.probability_ppm), format!("{} {}", b.lane, b.rate_ppm)));
        }
        let unknown =
            self.regime.iter().find(|r| !["step", "graded", "series"].contains(&r.kind.as_str()))?;
        Some((format!("regime[{}]", unknown.code), unknown.kind.clone()))
    }
}
