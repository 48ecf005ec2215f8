//! The effect of a brand: what changed in its unit, minus what changed in its peers meanwhile, with the uncertainty
//! of that difference. What everybody gained is nobody's brand.

use crate::indicator::period::Window;
use crate::indicator::{Catalogue, Cells, Definition, Direction, Figure, Measure, of_unit, stat};
use kernel::{Result, UnitId};
use serde::Serialize;
use store::Tx;

/// The effect of a brand on an indicator.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// Indicator.
    pub indicator: String,
    /// The unit in the months before.
    pub before: Figure,
    /// The unit since.
    pub after: Figure,
    /// Change in the unit.
    pub change: Option<f64>,
    /// Mean change of the peers.
    pub peers_change: Option<f64>,
    /// Peers with enough cases before and after.
    pub peers: usize,
    /// Change net of the peers.
    pub net: Option<f64>,
    /// 95 % interval of the net change; none when there is nothing to judge chance by.
    pub interval: Option<(f64, f64)>,
    /// Whether the net change goes the right way.
    pub better: Option<bool>,
    /// Whether chance alone may explain it: the interval crosses nought, or there is none.
    pub uncertain: bool,
}

/// A net change and its interval in millionths of the indicator's unit, as facts and rows keep them.
pub(crate) fn micro(e: &Effect) -> (Option<i64>, Option<(i64, i64)>) {
    #[expect(clippy::cast_possible_truncation, reason = "an effect in millionths is far below 2^63")]
    let of = |n: f64| (n * 1_000_000.0).round() as i64;
    (e.net.map(of), e.interval.map(|(low, high)| (of(low), of(high))))
}

/// Before and after of one unit.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) before: Figure,
    pub(crate) after: Figure,
}

impl Pair {
    fn change(&self) -> Option<f64> {
        Some(self.after.value? - self.before.value?)
    }

    /// Sampling variance of the change of a share, in the unit of the value.
    fn variance(&self, per: f64) -> Option<f64> {
        let one = |f: &Figure| {
            // Two added successes and failures keep the variance of 0 % and 100 % away from nought.
            let n = f64::from(i32::try_from(f.denominator).ok()?) + 4.0;
            let p = (f64::from(i32::try_from(f.numerator).ok()?) + 2.0) / n;
            Some(p * (1.0 - p) / n)
        };
        Some((one(&self.before)? + one(&self.after)?) * per * per)
    }
}

/// Compares a unit with its peers.
pub(crate) fn compare(d: &Definition, own: Pair, peers: &[Pair]) -> Effect {
    let changes: Vec<f64> = peers.iter().filter_map(Pair::change).collect();
    let k = changes.len();
    #[expect(clippy::cast_precision_loss, reason = "a few peers")]
    let kf = k as f64;
    let mean = (k > 0).then(|| changes.iter().sum::<f64>() / kf);
    let net = own.change().zip(mean).map(|(a, b)| a - b);
    // How much units differ in their changes without any brand; a new unit differs so much, the mean so little.
    let between = (k >= 2).then(|| {
        let m = mean.unwrap_or_default();
        let s2 = changes.iter().map(|c| (c - m).powi(2)).sum::<f64>() / (kf - 1.0);
        stat::t95(k - 1) * (s2 * (1.0 + 1.0 / kf)).sqrt()
    });
    #[expect(clippy::cast_precision_loss, reason = "1 to 10000")]
    let per = d.per as f64;
    let sampling = (d.measure == Measure::Rate && k > 0).then_some(()).and_then(|()| {
        let of_peers: f64 =
            peers.iter().filter(|p| p.change().is_some()).filter_map(|p| p.variance(per)).sum();
        Some(stat::Z95 * (own.variance(per)? + of_peers / (kf * kf)).sqrt())
    });
    let half = match (between, sampling) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    };
    let better = net.and_then(|n| match d.direction {
        Direction::Up => Some(n > 0.0),
        Direction::Down => Some(n < 0.0),
        Direction::Watch => None,
    });
    let interval = net.zip(half).map(|(n, h)| (n - h, n + h));
    Effect {
        indicator: d.id.clone(),
        change: own.change(),
        before: own.before,
        after: own.after,
        peers_change: mean,
        peers: k,
        net,
        interval,
        better,
        uncertain: !interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0),
    }
}

/// The effect on an indicator in a unit from month `from` to `to`, against the twelve months before and against peers.
pub async fn effect(
    tx: &mut Tx,
    c: &Catalogue,
    indicator: &str,
    unit: UnitId,
    peers: &[UnitId],
    (from, to): (i32, i32),
) -> Result<Effect> {
    let d = c.newest(indicator)?;
    let after = Window { first: from, last: to.max(from) };
    let before = after.year_before();
    let cells = Cells::read(tx, c, indicator, before.first, after.last).await?;
    let pair = |u: UnitId| -> Result<Pair> {
        Ok(Pair {
            before: of_unit(c, d, &cells, Some(u), before)?,
            after: of_unit(c, d, &cells, Some(u), after)?,
        })
    };
    let others: Vec<Pair> = peers.iter().filter(|p| **p != unit).map(|p| pair(*p)).collect::<Result<_>>()?;
    Ok(compare(d, pair(unit)?, &others))
}

/// Whether an indicator got worse in a unit, beyond what chance explains; none when that cannot be told.
pub(crate) fn worse(d: &Definition, before: &Figure, after: &Figure, months: (i64, i64)) -> Option<bool> {
    let up_is_bad = match d.direction {
        Direction::Down => true,
        Direction::Up => false,
        Direction::Watch => return None,
    };
    let (low, high) = match d.measure {
        Measure::Rate => stat::rate_difference(
            (after.numerator, after.denominator),
            (before.numerator, before.denominator),
        )?,
        // Events in a month: the months before are taken as they were, those since with their interval.
        Measure::Count => {
            let (low, high) = stat::poisson_rate(after.numerator, months.1)?;
            let was = stat::poisson_rate(before.numerator, months.0).map(|_| {
                #[expect(clippy::cast_precision_loss, reason = "counts and months are small")]
                let mean = before.numerator as f64 / months.0 as f64;
                mean
            })?;
            (low - was, high - was)
        }
        _ => {
            let ((a, b), (x, y)) = (before.interval?, after.interval?);
            (x - b, y - a)
        }
    };
    Some(if up_is_bad { low > 0.0 } else { high < 0.0 })
}
