//! Whether the world still is the one a score was learned from, and whether the score may go on.
//!
//! Readings compare a reference (what the score was trained on) with the present: the shape of the
//! score and of features, and how well probabilities agree with what random checks find. A verdict is
//! a value with reasons. A score that has stood down does not come back by itself: somebody trains
//! and approves one anew.

use serde::{Deserialize, Serialize};

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Population stability of the score.
    ScoreShape,
    /// Population stability of one feature.
    FeatureShape,
    /// Standard errors between violations predicted and found among random checks.
    Calibration,
    /// Standard errors by which targeted inspections find less than they did before.
    Yield,
    /// Area under the ROC curve among random checks; a low one is bad.
    Area,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What was measured.
    pub measure: Measure,
    /// The feature, where it is one.
    pub feature: Option<String>,
    /// The value; of calibration the sign says whether more (+) or fewer (−) were found than predicted.
    pub value: f64,
    /// What a shape reading comes to by chance alone at these sizes.
    pub by_chance: f64,
    /// Found over predicted (calibration), or now over before (yield).
    pub ratio: Option<f64>,
    /// Cases it rests on.
    pub cases: usize,
}

/// Limits, which are policy and come from a rule pack.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Shape (population stability index) from which a score is watched.
    pub shape_watch: f64,
    /// Shape of the score from which it stands down.
    pub shape_down: f64,
    /// Standard errors (of calibration and yield) from which a score is watched.
    pub errors_watch: f64,
    /// Standard errors from which it stands down.
    pub errors_down: f64,
    /// Least departure of a ratio from one that matters: with many cases even the slightest has large
    /// standard errors.
    pub departure: f64,
    /// Area under the curve below which it stands down.
    pub area_down: f64,
    /// Readings on fewer cases decide nothing.
    pub least_cases: usize,
}

/// How a score stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// It is in force.
    InForce,
    /// It is in force, and somebody should look.
    Watched,
    /// It has stood down: lanes go by tables and draws alone.
    Down,
}

/// One reason of a verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// What it leads to.
    pub stand: Stand,
    /// The reading, where there is one.
    pub reading: Option<Reading>,
    /// The limit it passed.
    pub limit: Option<f64>,
    /// The reason in Chinese.
    pub zh: String,
    /// The reason in English.
    pub en: String,
}

/// How a score stands from now on, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The stand.
    pub stand: Stand,
    /// Why, the gravest first; empty when all is calm.
    pub reasons: Vec<Reason>,
    /// The worst reading as a share of the limit at which the score stands down; drives the random share.
    pub strength: f64,
}

/// Decides how a score stands after new readings.
pub fn judge(current: Stand, readings: &[Reading], limits: &Limits) -> Verdict {
    let mut reasons: Vec<Reason> = Vec::new();
    if current == Stand::Down {
        reasons.push(Reason {
            stand: Stand::Down,
            reading: None,
            limit: None,
            zh: "评分已停用，须重新训练并经批准后才可恢复".to_owned(),
            en: "the score has stood down; it comes back only trained anew and approved".to_owned(),
        });
    }
    let mut strength = 0.0f64;
    let counts = |r: &&Reading| {
        let matters = r.ratio.is_none_or(|x| (x - 1.0).abs() >= limits.departure);
        r.cases >= limits.least_cases && r.value.is_finite() && matters
    };
    for r in readings.iter().filter(counts) {
        let (size, watch, down) = scale(r, limits);
        if r.measure != Measure::Area && r.measure != Measure::FeatureShape && down > 0.0 {
            strength = strength.max(size / down);
        }
        // A feature may drift without harm; alone it is a reason to look and not to stop.
        let stand = match r.measure {
            Measure::FeatureShape if size >= watch => Stand::Watched,
            Measure::FeatureShape => continue,
            _ if size >= down => Stand::Down,
            _ if size >= watch => Stand::Watched,
            _ => continue,
        };
        reasons.push(reason(r, stand, if stand == Stand::Down { down } else { watch }));
    }
    reasons.sort_by_key(|r| std::cmp::Reverse(r.stand));
    let stand = reasons.first().map_or(Stand::InForce, |r| r.stand);
    Verdict { stand, reasons, strength }
}

/// The size of a reading on a scale that grows with harm, with its two limits.
fn scale(r: &Reading, l: &Limits) -> (f64, f64, f64) {
    match r.measure {
        Measure::ScoreShape | Measure::FeatureShape => {
            ((r.value - r.by_chance).max(0.0), l.shape_watch, l.shape_down)
        }
        Measure::Calibration => (r.value.abs(), l.errors_watch, l.errors_down),
        Measure::Yield => (r.value.max(0.0), l.errors_watch, l.errors_down),
        Measure::Area => (1.0 - r.value, 1.0 - l.area_down, 1.0 - l.area_down),
    }
}

/// A reading that passed a limit, in words. The limit comes on the scale that grows with harm.
fn reason(r: &Reading, stand: Stand, limit: f64) -> Reason {
    let limit = if r.measure == Measure::Area { 1.0 - limit } else { limit };
    let feature = r.feature.as_deref().unwrap_or_default();
    let (value, chance, n) = (r.value, r.by_chance, r.cases);
    let (zh, en) = match r.measure {
        Measure::ScoreShape => (
            format!("评分分布偏移 {value:.3}（偶然值 {chance:.3}，限值 {limit:.3}，{n} 例）"),
            format!(
                "the score's shape moved by {value:.3} ({chance:.3} by chance, limit {limit:.3}, {n} cases)"
            ),
        ),
        Measure::FeatureShape => (
            format!("特征“{feature}”分布偏移 {value:.3}（偶然值 {chance:.3}，限值 {limit:.3}，{n} 例）"),
            format!("`{feature}` moved by {value:.3} ({chance:.3} by chance, limit {limit:.3}, {n} cases)"),
        ),
        Measure::Calibration => (
            format!("随机查验检出与预测相差 {value:+.1} 个标准误（限值 {limit:.1}，{n} 例）"),
            format!(
                "random checks find {value:+.1} standard errors against the prediction (limit {limit:.1}, {n} cases)"
            ),
        ),
        Measure::Yield => (
            format!("定向查验检出比以往少 {value:.1} 个标准误（限值 {limit:.1}，{n} 例）"),
            format!(
                "targeted inspections find {value:.1} standard errors less than before (limit {limit:.1}, {n} cases)"
            ),
        ),
        Measure::Area => (
            format!("随机查验的曲线下面积仅 {value:.3}（限值 {limit:.3}，{n} 例）"),
            format!("the area under the curve of random checks is {value:.3} (limit {limit:.3}, {n} cases)"),
        ),
    };
    Reason { stand, reading: Some(r.clone()), limit: Some(limit), zh, en }
}

/// Population stability of numbers between a reference and the present: Σ (q−p)·ln(q/p) over classes
/// that hold equal shares of the reference, missing values a class of their own. Nothing for an empty
/// sample or fewer than two classes.
pub fn shape(reference: &[f64], current: &[f64], classes: usize) -> Option<Reading> {
    if classes < 2 {
        return None;
    }
    let mut sorted: Vec<f64> = reference.iter().copied().filter(|x| !x.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> =
        (1..classes).filter_map(|k| sorted.get(k * sorted.len() / classes).copied()).collect();
    cuts.dedup();
    let count = |sample: &[f64]| {
        let mut counts = vec![0usize; cuts.len() + 2];
        for x in sample {
            let class = if x.is_nan() { cuts.len() + 1 } else { cuts.partition_point(|c| c <= x) };
            counts[class] += 1;
        }
        counts
    };
    shape_of_counts(&count(reference), &count(current), Measure::FeatureShape)
}

/// Population stability of every feature of rows that share their columns, under the names given.
pub fn shapes(
    names: &[String],
    reference: &[Vec<f64>],
    current: &[Vec<f64>],
    classes: usize,
) -> Vec<Reading> {
    let column = |rows: &[Vec<f64>], c: usize| -> Vec<f64> {
        rows.iter().map(|r| r.get(c).copied().unwrap_or(f64::NAN)).collect()
    };
    let reading = |(c, name): (usize, &String)| {
        let mut r = shape(&column(reference, c), &column(current, c), classes)?;
        r.feature = Some(name.clone());
        Some(r)
    };
    names.iter().enumerate().filter_map(reading).collect()
}

/// Population stability of categories; those rarer than `least` in the reference count as one.
pub fn shape_of_categories<S: AsRef<str>>(reference: &[S], current: &[S], least: usize) -> Option<Reading> {
    let mut codes: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for x in reference {
        *codes.entry(x.as_ref()).or_default() += 1;
    }
    codes.retain(|_, n| *n >= least);
    codes.values_mut().enumerate().for_each(|(i, n)| *n = i + 1);
    let count = |sample: &[S]| {
        let mut counts = vec![0usize; codes.len() + 1];
        for x in sample {
            counts[codes.get(x.as_ref()).copied().unwrap_or(0)] += 1;
        }
        counts
    };
    shape_of_counts(&count(reference), &count(current), Measure::FeatureShape)
}

/// Population stability between two counts by the same classes; nothing when either is empty.
pub fn shape_of_counts(reference: &[usize], current: &[usize], measure: Measure) -> Option<Reading> {
    let (m, n): (usize, usize) = (reference.iter().sum(), current.iter().sum());
    if m == 0 || n == 0 {
        return None;
    }
    // Classes empty on both sides say nothing; half a case keeps the logarithm of the others finite.
    let used: Vec<(f64, f64)> = reference
        .iter()
        .zip(current)
        .filter(|(a, b)| **a + **b > 0)
        .map(|(a, b)| (*a as f64 + 0.5, *b as f64 + 0.5))
        .collect();
    let (a, b): (f64, f64) = (used.iter().map(|x| x.0).sum(), used.iter().map(|x| x.1).sum());
    let value = used.iter().map(|(x, y)| (y / b - x / a) * ((y / b) / (x / a)).ln()).sum();
    // Under no change the index is close to (classes − 1)·(1/m + 1/n) in the mean.
    let by_chance = (used.len() as f64 - 1.0) * (1.0 / m as f64 + 1.0 / n as f64);
    Some(Reading { measure, feature: None, value, by_chance, ratio: None, cases: n.min(m) })
}

/// Greatest distance between two distribution functions (Kolmogorov and Smirnov) and how often chance
/// alone gives as much, by the asymptotic distribution with Stephens's correction. Missing values are
/// left out; nothing for an empty sample.
pub fn distance(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let sorted = |s: &[f64]| {
        let mut s: Vec<f64> = s.iter().copied().filter(|x| !x.is_nan()).collect();
        s.sort_by(f64::total_cmp);
        s
    };
    let (a, b) = (sorted(a), sorted(b));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (m, n) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut d) = (0, 0, 0.0f64);
    while i < a.len() && j < b.len() {
        let x = a[i].min(b[j]);
        while i < a.len() && a[i] <= x {
            i += 1;
        }
        while j < b.len() && b[j] <= x {
            j += 1;
        }
        d = d.max((i as f64 / m - j as f64 / n).abs());
    }
    let size = (m * n / (m + n)).sqrt();
    Some((d, kolmogorov((size + 0.12 + 0.11 / size) * d)))
}

/// Probability that Kolmogorov's statistic exceeds `x`.
fn kolmogorov(x: f64) -> f64 {
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: u32| {
        let k = f64::from(k);
        (-2.0 * k * k * x * x).exp() * if k as u32 % 2 == 1 { 1.0 } else { -1.0 }
    };
    (2.0 * (1..=100).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

/// How far violations found lie from those predicted, in standard errors of the prediction. Only
/// random checks tell: what a score chose itself is not like the rest. Nothing without cases or doubt.
pub fn calibration(probabilities: &[f64], found: &[bool]) -> Option<Reading> {
    let expected: f64 = probabilities.iter().sum();
    let variance: f64 = probabilities.iter().map(|p| p * (1.0 - p)).sum();
    let seen = found.iter().filter(|f| **f).count() as f64;
    let sound = probabilities.len() == found.len() && variance > 0.0;
    sound.then(|| Reading {
        measure: Measure::Calibration,
        feature: None,
        value: (seen - expected) / variance.sqrt(),
        by_chance: 0.0,
        ratio: Some(seen / expected),
        cases: found.len(),
    })
}

/// Area under the curve of probabilities against what was found; nothing when one class is missing.
pub fn area(probabilities: &[f64], found: &[bool]) -> Option<Reading> {
    let value = crate::score::metrics::auc(probabilities, found)?;
    Some(Reading {
        measure: Measure::Area,
        feature: None,
        value,
        by_chance: 0.0,
        ratio: None,
        cases: found.len(),
    })
}

/// How much less targeted inspections find than before, in standard errors of the difference of two
/// shares, each given as violations found and inspections. Nothing without inspections or doubt.
pub fn fall_of_yield(before: (usize, usize), now: (usize, usize)) -> Option<Reading> {
    let (m, n) = (before.1 as f64, now.1 as f64);
    let pooled = (before.0 + now.0) as f64 / (m + n);
    let error = (pooled * (1.0 - pooled) * (1.0 / m + 1.0 / n)).sqrt();
    let sound = before.1 > 0 && now.1 > 0 && error > 0.0;
    sound.then(|| Reading {
        measure: Measure::Yield,
        feature: None,
        value: (before.0 as f64 / m - now.0 as f64 / n) / error,
        by_chance: 0.0,
        // Of nothing found before nothing can be taken away.
        ratio: (before.0 > 0).then(|| now.0 as f64 / n / (before.0 as f64 / m)),
        cases: before.1.min(now.1),
    })
}

#[cfg(test)]
mod tests;
