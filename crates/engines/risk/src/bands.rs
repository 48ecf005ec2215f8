//! Rates of checking from rule packs: bands by class and risk, steps up and down against a category
//! average, graded regimes, and intensified series. Every figure is an argument.
//!
//! Rates are in parts per million, 1 000 000 being every consignment, as in [`crate::draw`].

use serde::{Deserialize, Serialize};

/// A band for one operator class and product risk, as in the Shandong rule of 2008 for export food.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassBand {
    /// Operator class, for example `1`.
    pub class: String,
    /// Product risk the band is for, or nothing for every risk that has no band of its own.
    pub risk: Option<String>,
    /// Least rate.
    pub min_ppm: u32,
    /// Greatest rate.
    pub max_ppm: u32,
}

/// The rate a band yields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandRate {
    /// Number of the band in the list, from 0.
    pub band: usize,
    /// The rate asked for, brought within the band.
    pub rate_ppm: u32,
    /// Whether the rate asked for lay outside the band.
    pub limited: bool,
}

/// The band of a class and risk, the wanted rate brought within it; nothing when no band applies.
///
/// A band for the very risk goes before one for every risk.
pub fn class_band(bands: &[ClassBand], class: &str, risk: &str, wanted_ppm: u32) -> Option<BandRate> {
    let of_class = || bands.iter().enumerate().filter(|(_, b)| b.class == class);
    let (band, b) = of_class()
        .find(|(_, b)| b.risk.as_deref() == Some(risk))
        .or_else(|| of_class().find(|(_, b)| b.risk.is_none()))?;
    // A pack whose ends are the wrong way round is read as the range between them.
    let rate_ppm = wanted_ppm.clamp(b.min_ppm.min(b.max_ppm), b.max_ppm.max(b.min_ppm));
    Some(BandRate { band, rate_ppm, limited: rate_ppm != wanted_ppm })
}

/// Baseline rates and the criterion for leaving them (Regulation (EU) 2019/2129, article 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRule {
    /// Baseline rates from low to high.
    pub baselines_ppm: Vec<u32>,
    /// Rate above the highest baseline.
    pub top_ppm: u32,
    /// By how much the non-compliance must exceed the average of the category, in parts per million
    /// of that average (300 000 is 30 %).
    pub excess_ppm: u32,
}

/// Counts over the observed period, usually 12 months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Consignments checked.
    pub checked: u64,
    /// Of these, not compliant.
    pub failed: u64,
}

/// The way a rate moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// To the next higher rate.
    Up,
    /// Back to the baseline.
    Down,
    /// No change.
    Stay,
}

/// A step with the figures that are published beside it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Which way.
    pub step: Move,
    /// The rate that applies from now on.
    pub rate_ppm: u32,
    /// Whether the criterion is met.
    pub met: bool,
    /// Non-compliance of the goods from this origin, as a share; nothing without checks.
    pub own: Option<f64>,
    /// Average of the category over all origins, as a share; nothing without checks.
    pub average: Option<f64>,
    /// How far `own` lies above `average`, as a share of it (0.34 is 34 % above).
    pub excess: Option<f64>,
}

/// Moves a rate by the criterion: one step above the baseline while it is met, the baseline otherwise.
///
/// `baseline_ppm` is the rate of the category, `current_ppm` the one that applied until now. The
/// comparison is made in whole numbers, so that exactly the excess is not more than the excess.
/// Without checks on either side the criterion is not met.
pub fn eu_step(rule: &StepRule, baseline_ppm: u32, current_ppm: u32, own: Tally, category: Tally) -> Step {
    let share = |t: Tally| (t.checked > 0).then(|| t.failed as f64 / t.checked as f64);
    let (own_share, average) = (share(own), share(category));
    let excess = match (own_share, average) {
        (Some(o), Some(a)) if a > 0.0 => Some(o / a - 1.0),
        _ => None,
    };
    let met = exceeds(own, category, rule.excess_ppm);
    let raised =
        rule.baselines_ppm.iter().copied().filter(|b| *b > baseline_ppm).min().unwrap_or(rule.top_ppm);
    let rate_ppm = if met { raised.max(baseline_ppm) } else { baseline_ppm };
    let step = match rate_ppm.cmp(&current_ppm) {
        std::cmp::Ordering::Greater => Move::Up,
        std::cmp::Ordering::Less => Move::Down,
        std::cmp::Ordering::Equal => Move::Stay,
    };
    Step { step, rate_ppm, met, own: own_share, average, excess }
}

/// Whether own > average × (1 + excess), in whole numbers.
fn exceeds(own: Tally, category: Tally, excess_ppm: u32) -> bool {
    if own.checked == 0 || category.checked == 0 {
        return false;
    }
    let wide = |n: u64| u128::from(n);
    // failed/checked > (failed'/checked') · (10^6 + excess)/10^6, multiplied out. Counts beyond 2^50
    // would overflow; they saturate, which no register of consignments reaches.
    let left = wide(own.failed).saturating_mul(wide(category.checked)).saturating_mul(1_000_000);
    let right = wide(category.failed)
        .saturating_mul(wide(own.checked))
        .saturating_mul(1_000_000 + u128::from(excess_ppm));
    left > right
}

/// One level of a graded regime, for example tightened 100 %, normal 25 %, reduced 5 % in Australia.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Name of the level.
    pub name: String,
    /// Rate of checking.
    pub rate_ppm: u32,
    /// Passes in a row that lead to the next level; nothing on the last.
    pub passes_to_leave: Option<u32>,
}

/// Where an operator or product stands in a graded regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Number of the level, from 0, the strictest first.
    pub level: usize,
    /// Passes in a row on this level.
    pub passes: u32,
}

/// The result of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Compliant.
    Pass,
    /// Not compliant.
    Fail,
}

/// The standing after a check: a failure leads to the strictest level, enough passes to the next.
///
/// Only consignments that were checked count; a standing beyond the last level is taken as the last.
pub fn graded(levels: &[Level], standing: Standing, check: Check) -> Standing {
    let Some(last) = levels.len().checked_sub(1) else { return Standing::default() };
    if check == Check::Fail {
        return Standing::default();
    }
    let level = standing.level.min(last);
    let passes = standing.passes.saturating_add(1);
    match levels[level].passes_to_leave {
        Some(needed) if level < last && passes >= needed => Standing { level: level + 1, passes: 0 },
        _ => Standing { level, passes },
    }
}

/// When an intensified series starts and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRule {
    /// Failures of one kind that start a series.
    pub failures_to_start: u32,
    /// Passes in a row that end it.
    pub passes_to_end: u32,
    /// Rate while it runs.
    pub rate_ppm: u32,
    /// Failures within the series after which exports of this kind are asked to stop; nothing for never.
    pub failures_to_stop: Option<u32>,
}

/// An intensified series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Series {
    /// Not running; failures counted so far.
    #[default]
    Idle,
    /// Failures have been seen but not enough of them.
    Watching {
        /// Failures so far.
        failures: u32,
    },
    /// Running.
    Running {
        /// Passes in a row.
        passes: u32,
        /// Failures within the series.
        failures: u32,
    },
    /// Exports are asked to stop until somebody decides otherwise.
    Stopped,
}

impl Series {
    /// The state after a check. While watching, a pass does not take a failure back.
    #[must_use]
    pub fn after(self, rule: &SeriesRule, check: Check) -> Self {
        match (self, check) {
            (Series::Stopped, _) => Series::Stopped,
            (Series::Idle, Check::Pass) => Series::Idle,
            (Series::Watching { failures }, Check::Pass) => Series::Watching { failures },
            (Series::Idle, Check::Fail) => Self::start(rule, 1),
            (Series::Watching { failures }, Check::Fail) => Self::start(rule, failures.saturating_add(1)),
            (Series::Running { passes, failures }, Check::Pass) => {
                let passes = passes.saturating_add(1);
                if passes >= rule.passes_to_end { Series::Idle } else { Series::Running { passes, failures } }
            }
            (Series::Running { failures, .. }, Check::Fail) => {
                let failures = failures.saturating_add(1);
                match rule.failures_to_stop {
                    Some(n) if failures >= n => Series::Stopped,
                    _ => Series::Running { passes: 0, failures },
                }
            }
        }
    }

    fn start(rule: &SeriesRule, failures: u32) -> Self {
        if failures >= rule.failures_to_start {
            Series::Running { passes: 0, failures: 0 }
        } else {
            Series::Watching { failures }
        }
    }

    /// The rate in force: that of the series while it runs, everything once stopped, else the usual one.
    pub fn rate_ppm(self, rule: &SeriesRule, usual_ppm: u32) -> u32 {
        match self {
            Series::Running { .. } => rule.rate_ppm.max(usual_ppm),
            Series::Stopped => 1_000_000,
            Series::Idle | Series::Watching { .. } => usual_ppm,
        }
    }

    /// Passes still needed to end the series; nothing when it does not run.
    pub fn passes_left(self, rule: &SeriesRule) -> Option<u32> {
        match self {
            Series::Running { passes, .. } => Some(rule.passes_to_end.saturating_sub(passes)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(class: &str, risk: Option<&str>, min_ppm: u32, max_ppm: u32) -> ClassBand {
        ClassBand { class: class.into(), risk: risk.map(str::to_owned), min_ppm, max_ppm }
    }

    #[test]
    fn the_band_of_class_and_risk_limits_the_rate() {
        let bands = [
            band("1", Some("high"), 0, 200_000),
            band("1", None, 0, 100_000),
            band("2", Some("ordinary"), 100_000, 400_000),
            band("3", None, 1_000_000, 1_000_000),
        ];
        let rate = |class, risk, wanted| {
            class_band(&bands, class, risk, wanted).map(|b| (b.band, b.rate_ppm, b.limited))
        };
        assert_eq!(rate("1", "high", 250_000), Some((0, 200_000, true)));
        assert_eq!(rate("1", "ordinary", 50_000), Some((1, 50_000, false)));
        assert_eq!(rate("2", "ordinary", 50_000), Some((2, 100_000, true)));
        assert_eq!(rate("3", "high", 0), Some((3, 1_000_000, true)));
        assert_eq!(rate("2", "high", 0), None);
    }

    fn rule() -> StepRule {
        let baselines_ppm = vec![10_000, 50_000, 150_000, 300_000];
        StepRule { baselines_ppm, top_ppm: 500_000, excess_ppm: 300_000 }
    }

    #[test]
    fn a_rate_steps_up_and_back_with_its_figures() {
        let category = Tally { checked: 10_000, failed: 1_000 };
        let up = eu_step(&rule(), 300_000, 300_000, Tally { checked: 1_000, failed: 134 }, category);
        assert_eq!((up.step, up.rate_ppm, up.met), (Move::Up, 500_000, true));
        assert!(up.excess.is_some_and(|e| (e - 0.34).abs() < 1e-12));
        let exact = eu_step(&rule(), 150_000, 300_000, Tally { checked: 1_000, failed: 130 }, category);
        assert_eq!((exact.step, exact.rate_ppm, exact.met), (Move::Down, 150_000, false));
        let stay = eu_step(&rule(), 150_000, 300_000, Tally { checked: 1_000, failed: 131 }, category);
        assert_eq!((stay.step, stay.rate_ppm), (Move::Stay, 300_000));
        let nothing = eu_step(&rule(), 50_000, 50_000, Tally { checked: 0, failed: 0 }, category);
        assert_eq!((nothing.step, nothing.own, nothing.met), (Move::Stay, None, false));
    }

    #[test]
    fn levels_are_left_by_passes_and_lost_by_one_failure() {
        let level =
            |name: &str, rate_ppm, passes_to_leave| Level { name: name.into(), rate_ppm, passes_to_leave };
        let levels = [
            level("tightened", 1_000_000, Some(5)),
            level("normal", 250_000, Some(20)),
            level("reduced", 50_000, None),
        ];
        let pass = |s, n| (0..n).fold(s, |s, _| graded(&levels, s, Check::Pass));
        let s = pass(Standing::default(), 4);
        assert_eq!(s, Standing { level: 0, passes: 4 });
        let s = pass(s, 1);
        assert_eq!(s, Standing { level: 1, passes: 0 });
        let s = pass(s, 20);
        assert_eq!(s.level, 2);
        assert_eq!(pass(s, 100).level, 2);
        assert_eq!(graded(&levels, s, Check::Fail), Standing::default());
    }

    #[test]
    fn a_series_starts_ends_and_stops_by_count() {
        let rule = SeriesRule {
            failures_to_start: 3,
            passes_to_end: 10,
            rate_ppm: 1_000_000,
            failures_to_stop: Some(2),
        };
        let run = |s: Series, checks: &str| {
            checks.chars().fold(s, |s, c| s.after(&rule, if c == 'p' { Check::Pass } else { Check::Fail }))
        };
        let s = run(Series::Idle, "fppf");
        assert_eq!((s, s.rate_ppm(&rule, 50_000)), (Series::Watching { failures: 2 }, 50_000));
        let s = run(s, "f");
        assert_eq!((s.rate_ppm(&rule, 50_000), s.passes_left(&rule)), (1_000_000, Some(10)));
        assert_eq!(run(s, "ppppppppp").passes_left(&rule), Some(1));
        assert_eq!(run(s, "pppppppppp"), Series::Idle);
        assert_eq!(run(s, "pppfppp").passes_left(&rule), Some(7));
        assert_eq!(run(s, "fpf"), Series::Stopped);
        assert_eq!(run(Series::Stopped, "pppp"), Series::Stopped);
    }
}
