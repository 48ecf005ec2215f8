//! Figures of a ranking: area under the curve, precision and recall in the top share, calibration error.

/// Indices by falling score; equal scores keep their order.
pub fn order(scores: &[f64]) -> Vec<usize> {
    let mut out: Vec<usize> = (0..scores.len()).collect();
    out.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    out
}

/// Area under the ROC curve by ranks, ties counting half; nothing when one class is missing.
pub fn auc(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let positives = labels.iter().filter(|l| **l).count();
    let negatives = labels.len() - positives;
    if positives == 0 || negatives == 0 || scores.len() != labels.len() {
        return None;
    }
    let order = order(scores);
    let (mut sum, mut i) = (0.0, 0);
    while i < order.len() {
        let mut j = i;
        while j < order.len() && scores[order[j]] == scores[order[i]] {
            j += 1;
        }
        // Ranks run from the lowest score; tied scores share the middle of their ranks.
        let rank = order.len() as f64 - (i + j - 1) as f64 / 2.0;
        sum += rank * order[i..j].iter().filter(|k| labels[**k]).count() as f64;
        i = j;
    }
    let (p, n) = (positives as f64, negatives as f64);
    Some((sum - p * (p + 1.0) / 2.0) / (p * n))
}

/// How many items a share makes up, rounded to the nearest.
pub fn top(share: f64, n: usize) -> usize {
    ((n as f64 * share).round() as usize).min(n)
}

/// Share of positives among the given share with the highest scores.
pub fn precision_at(scores: &[f64], labels: &[bool], share: f64) -> Option<f64> {
    let k = top(share, scores.len());
    let hits = order(scores).into_iter().take(k).filter(|i| labels[*i]).count();
    (k > 0).then(|| hits as f64 / k as f64)
}

/// Share of all weight that lies among the given share with the highest scores.
pub fn captured_at(scores: &[f64], weights: &[f64], share: f64) -> Option<f64> {
    let total: f64 = weights.iter().sum();
    let taken: f64 = order(scores).into_iter().take(top(share, scores.len())).map(|i| weights[i]).sum();
    (total > 0.0).then(|| taken / total)
}

/// Average precision: the mean of the precision at each positive.
pub fn average_precision(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let (mut hits, mut sum) = (0usize, 0.0);
    for (seen, i) in order(scores).into_iter().enumerate() {
        if labels[i] {
            hits += 1;
            sum += hits as f64 / (seen + 1) as f64;
        }
    }
    (hits > 0).then(|| sum / hits as f64)
}

/// Mean distance between predicted and observed share over equally large bins, weighted by size.
pub fn calibration_error(probabilities: &[f64], labels: &[bool], bins: usize) -> Option<f64> {
    let n = probabilities.len();
    if n == 0 || bins == 0 {
        return None;
    }
    let order = order(probabilities);
    let error: f64 = order
        .chunks(n.div_ceil(bins))
        .map(|c| {
            let predicted: f64 = c.iter().map(|i| probabilities[*i]).sum();
            let observed = c.iter().filter(|i| labels[**i]).count() as f64;
            (predicted - observed).abs()
        })
        .sum();
    Some(error / n as f64)
}

/// Least number of cases a calibrated share rests on.
pub const BLOCK: usize = 25;

/// A non-decreasing map from scores to probabilities.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// Scores, ascending.
    pub scores: Vec<f64>,
    /// Probabilities at these scores.
    pub probabilities: Vec<f64>,
}

impl Calibration {
    /// Isotonic regression by pooling neighbours that are out of order, on blocks of at least
    /// [`BLOCK`] cases, since a handful of cases at an end would bend the whole map.
    pub fn fit(scores: &[f64], labels: &[bool]) -> Self {
        let mut order = order(scores);
        order.reverse();
        let size = BLOCK.max(order.len() / 100);
        let count = |c: &[usize]| c.iter().filter(|i| labels[**i]).count() as f64;
        // Each pool: sum of scores, sum of labels, size.
        let mut pools: Vec<(f64, f64, f64)> = Vec::new();
        for block in order.chunks(size) {
            let sum: f64 = block.iter().map(|i| scores[*i]).sum();
            pools.push((sum, count(block), block.len() as f64));
            while let [.., a, b] = pools[..]
                && (a.1 * b.2 >= b.1 * a.2 || (b.2 < size as f64))
            {
                pools.truncate(pools.len() - 2);
                pools.push((a.0 + b.0, a.1 + b.1, a.2 + b.2));
            }
        }
        // One case at the overall share is added, so that no probability is 0 or 1 for want of cases.
        let overall = if order.is_empty() { 0.0 } else { count(&order) / order.len() as f64 };
        let mut top = 0.0f64;
        let probabilities = pools.iter().map(|(_, y, n)| {
            top = top.max((y + overall) / (n + 1.0));
            top
        });
        let probabilities = probabilities.collect();
        Self { scores: pools.iter().map(|(s, _, n)| s / n).collect(), probabilities }
    }

    /// The probability of a score, straight between the known scores and flat beyond them. An empty
    /// map gives the logistic function.
    pub fn probability(&self, score: f64) -> f64 {
        let (x, y) = (&self.scores, &self.probabilities);
        let (Some(first), Some(last)) = (y.first(), y.last()) else { return 1.0 / (1.0 + (-score).exp()) };
        let at = x.partition_point(|s| *s < score);
        match at {
            0 => *first,
            n if n == x.len() => *last,
            n => {
                let width = x[n] - x[n - 1];
                let part = if width > 0.0 { (score - x[n - 1]) / width } else { 1.0 };
                y[n - 1] + part * (y[n] - y[n - 1])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_pairs_and_ties_by_half() {
        let labels = [true, false, true, false];
        assert_eq!(auc(&[4.0, 3.0, 2.0, 1.0], &labels), Some(0.75));
        assert_eq!(auc(&[1.0; 4], &labels), Some(0.5));
        assert_eq!(auc(&[1.0, 2.0], &[true, true]), None);
        let scores = [0.9, 0.1, 0.4, 0.4, 0.7, 0.2, 0.4];
        let labels = [true, false, true, false, false, false, true];
        let mut wins = 0.0;
        for (i, j) in
            (0..7).flat_map(|i| (0..7).map(move |j| (i, j))).filter(|(i, j)| labels[*i] && !labels[*j])
        {
            wins += if scores[i] > scores[j] {
                1.0
            } else if scores[i] == scores[j] {
                0.5
            } else {
                0.0
            };
        }
        assert_eq!(auc(&scores, &labels), Some(wins / 12.0));
    }

    #[test]
    fn top_shares_are_counted() {
        let scores = [5.0, 4.0, 3.0, 2.0, 1.0];
        let labels = [true, true, false, false, true];
        assert_eq!(precision_at(&scores, &labels, 0.4), Some(1.0));
        assert_eq!(precision_at(&scores, &labels, 0.0), None);
        assert_eq!(captured_at(&scores, &[1.0, 1.0, 1.0, 1.0, 6.0], 0.4), Some(0.2));
        assert_eq!(average_precision(&[2.0, 1.0], &[false, true]), Some(0.5));
    }

    #[test]
    fn calibration_never_falls_and_follows_the_shares() {
        let scores: Vec<f64> = (0..1000).map(|i| f64::from(i) / 100.0).collect();
        let labels: Vec<bool> = (0..1000).map(|i| (i * 7919) % 1000 < i).collect();
        let c = Calibration::fit(&scores, &labels);
        let p: Vec<f64> = scores.iter().map(|s| c.probability(*s)).collect();
        assert!(p.windows(2).all(|w| w[0] <= w[1]));
        assert!(calibration_error(&p, &labels, 10).is_some_and(|e| e < 0.03));
        assert!((Calibration::default().probability(0.0) - 0.5).abs() < 1e-12);
    }
}
