//! A figure from what was folded: value, numbers behind it, interval, and whether it may be shown at all.

use super::case::{Spread, add_spread};
use super::catalogue::Policy;
use super::definition::{Definition, Direction, Measure};
use super::stat;
use kernel::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a figure says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It does.
    Scored,
    /// Too few cases for a rate.
    Insufficient,
    /// Nothing happened, or nothing was recorded.
    NoData,
    /// The ledger has facts that were not folded yet.
    Stale,
    /// The facts of this indicator are not kept yet.
    Waiting,
}

/// What was added up in some cells, group by group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    groups: BTreeMap<String, Sum>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Sum {
    num: i64,
    den: i64,
    weight: i64,
    spread: Spread,
}

impl Sums {
    /// Adds a cell.
    pub(crate) fn add(&mut self, group: &str, num: i64, den: i64, weight: i64, spread: &[u8]) -> Result<()> {
        let s = self.groups.entry(group.to_owned()).or_default();
        s.num += num;
        s.den += den;
        s.weight += weight;
        add_spread(spread, &mut s.spread)
    }

    /// The groups one by one, each as sums of its own.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&str, Sums)> {
        self.groups
            .iter()
            .map(|(g, s)| (g.as_str(), Sums { groups: BTreeMap::from([(g.clone(), s.clone())]) }))
    }

    fn all(&self) -> Sum {
        self.only(|_| true)
    }

    fn only(&self, of: impl Fn(&str) -> bool) -> Sum {
        let mut all = Sum::default();
        for s in self.groups.iter().filter(|(g, _)| of(g)).map(|(_, s)| s) {
            all.num += s.num;
            all.den += s.den;
            all.weight += s.weight;
            for (v, n) in &s.spread {
                *all.spread.entry(*v).or_default() += n;
            }
        }
        all
    }
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Whether it says something.
    pub state: State,
    /// The value in the indicator's unit; none when there is no rate to give.
    pub value: Option<f64>,
    /// 90th percentile, for medians.
    pub p90: Option<f64>,
    /// 95 % interval of the 90th percentile; none with too few cases for its upper end.
    #[serde(default)]
    pub p90_interval: Option<(f64, f64)>,
    /// Cases.
    pub n: i64,
    /// Numerator.
    pub numerator: i64,
    /// Denominator.
    pub denominator: i64,
    /// 95 % interval of the value.
    pub interval: Option<(f64, f64)>,
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn f(n: i64) -> f64 {
    n as f64
}

/// What a formula gives before anyone asks whether it may be shown.
#[derive(Default)]
struct Raw {
    n: i64,
    num: i64,
    den: i64,
    value: Option<f64>,
    p90: Option<f64>,
    p90_interval: Option<(f64, f64)>,
    interval: Option<(f64, f64)>,
}

/// Makes the figure.
pub(crate) fn figure(d: &Definition, p: &Policy, sums: &Sums) -> Figure {
    let raw = raw(d, p, sums);
    let nothing = sums.groups.is_empty() || raw.n == 0 && raw.num == 0 && d.measure != Measure::Count;
    let least = match d.measure {
        // Events are counted as they are, and a share of groups has its own least number for each group.
        Measure::Count => 0,
        Measure::InBand => 1,
        _ => p.least_for_rate,
    };
    let state = if !d.works() {
        State::Waiting
    } else if nothing {
        State::NoData
    } else if raw.n < least || raw.value.is_none() {
        State::Insufficient
    } else {
        State::Scored
    };
    let shown = state == State::Scored;
    Figure {
        state,
        value: raw.value.filter(|_| shown),
        p90: raw.p90.filter(|_| shown),
        p90_interval: raw.p90_interval.filter(|_| shown),
        n: raw.n,
        numerator: raw.num,
        denominator: raw.den,
        interval: raw.interval.filter(|_| shown),
    }
}

/// Makes the figure of one group. Where groups are compared with each other or with their expected number, it is the
/// group's own share in percent.
pub(crate) fn of_group(d: &Definition, p: &Policy, sums: &Sums) -> Figure {
    let f = if is_share(d) {
        let share = Definition { measure: Measure::Rate, per: 100, ..d.clone() };
        figure(&share, p, sums)
    } else {
        figure(d, p, sums)
    };
    f.hidden_below(p.least_for_group)
}

/// Whether a group of such an indicator is told as a share in percent, whatever the indicator's own unit is.
pub(crate) fn is_share(d: &Definition) -> bool {
    matches!(d.measure, Measure::RateRatio | Measure::RateDifference | Measure::InBand)
}

impl Figure {
    /// Very few cases could point at a person: nothing is told of them.
    pub(crate) fn hidden_below(self, least: i64) -> Figure {
        if self.n == 0 || self.n >= least {
            return self;
        }
        Figure {
            n: 0,
            numerator: 0,
            denominator: 0,
            value: None,
            p90: None,
            p90_interval: None,
            interval: None,
            ..self
        }
    }
}

fn raw(d: &Definition, p: &Policy, sums: &Sums) -> Raw {
    let all = sums.all();
    let per = f(d.per);
    let scale = |(a, b): (f64, f64), k: f64| (a * k, b * k);
    let (num, den) = (all.num, all.den);
    let base = Raw { n: den, num, den, ..Raw::default() };
    match d.measure {
        Measure::Rate if den > 0 => Raw {
            value: Some(f(num) / f(den) * per),
            interval: stat::wilson(num, den, stat::Z95).map(|i| scale(i, per)),
            ..base
        },
        Measure::Ratio if den > 0 => Raw {
            value: Some(f(num) / f(den) * per),
            interval: stat::poisson_rate(num, den).map(|i| scale(i, per)),
            ..base
        },
        Measure::Rate | Measure::Ratio => base,
        Measure::Count => Raw { n: num.max(den), value: Some(f(num)), interval: stat::poisson(num), ..base },
        Measure::Median => {
            let k = if d.unit == "hours" { 1.0 / 60.0 } else { 1.0 };
            let q = |percent| stat::quantile(&all.spread, percent).map(|v| f(v) * k);
            let around = |p| stat::quantile_interval(&all.spread, p).map(|(a, b)| (f(a) * k, f(b) * k));
            let (interval, p90_interval) = (around(50), around(90));
            Raw { n: stat::size(&all.spread), value: q(50), p90: q(90), p90_interval, interval, ..base }
        }
        Measure::RateRatio | Measure::RateDifference => {
            let side = |of: &[String]| {
                let s = sums.only(|g| of.iter().any(|o| o == g));
                (s.num, s.den)
            };
            let (a, b) = (side(&d.group_a), side(&d.group_b));
            let base = Raw { n: a.1.min(b.1), num: a.0 + b.0, den: a.1 + b.1, ..Raw::default() };
            if a.1 == 0 || b.1 == 0 {
                return base;
            }
            let (pa, pb) = (f(a.0) / f(a.1), f(b.0) / f(b.1));
            if d.measure == Measure::RateRatio {
                let value = (pb > 0.0).then(|| pa / pb);
                Raw { value, interval: stat::rate_ratio(a, b), ..base }
            } else {
                let interval = stat::rate_difference(a, b).map(|i| scale(i, 100.0));
                Raw { value: Some((pa - pb) * 100.0), interval, ..base }
            }
        }
        Measure::InBand => {
            let large: Vec<&Sum> = sums.groups.values().filter(|s| s.den >= p.least_for_rate).collect();
            let fits = |s: &&&Sum| {
                let expected = f(s.weight) / f(s.den) / 1_000_000.0;
                let (at_most, at_least) = stat::binomial_tails(s.num, s.den, expected);
                at_most >= 0.025 && at_least >= 0.025
            };
            let (n, x) = (count(large.len()), count(large.iter().filter(fits).count()));
            let interval = stat::wilson(x, n, stat::Z95).map(|i| scale(i, per));
            Raw { n, num: x, den: n, value: (n > 0).then(|| f(x) / f(n) * per), interval, ..Raw::default() }
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Whether a value keeps a target; none without a value, a target or a direction.
pub(crate) fn keeps(d: &Definition, value: Option<f64>, target_milli: Option<i64>) -> Option<bool> {
    let (value, target) = (value?, f(target_milli?) / 1000.0);
    match d.direction {
        Direction::Up => Some(value >= target),
        Direction::Down => Some(value <= target),
        Direction::Watch => None,
    }
}
