//! Sharing out samples, as values.

use risk::draw::draw;

/// Shares `total` out in proportion to `sizes` by largest remainders (Hamilton), each with at least one where there
/// are enough; equal remainders go to the earlier.
pub fn allocate(total: i64, sizes: &[i64]) -> Vec<i64> {
    let n = i64::try_from(sizes.len()).unwrap_or(i64::MAX);
    if sizes.is_empty() || total <= 0 {
        return vec![0; sizes.len()];
    }
    if total < n {
        return (0..n).map(|at| i64::from(at < total)).collect();
    }
    let sizes: Vec<i128> = sizes.iter().map(|s| i128::from((*s).max(0))).collect();
    let sum: i128 = sizes.iter().sum();
    let rest = i128::from(total - n);
    // Strata of which nothing is known share alike.
    let part = |size: i128| if sum > 0 { (rest * size, sum) } else { (rest, sizes.len() as i128) };
    let mut shares: Vec<i64> =
        sizes.iter().map(|s| 1 + i64::try_from(part(*s).0 / part(*s).1).unwrap_or(0)).collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(part(sizes[*at]).0 % part(sizes[*at]).1));
    let left = usize::try_from(total - shares.iter().sum::<i64>()).unwrap_or(0);
    for at in order.into_iter().take(left) {
        shares[at] += 1;
    }
    shares
}

/// The months (1 to 12) of `n` samples of a stratum from `first` to December: spread evenly, the beginning drawn from
/// the seed.
pub fn months(seed: &[u8; 32], stratum: &str, n: i64, first: i64) -> Vec<i64> {
    let span = (13 - first).max(1);
    let offset = i64::try_from(draw(seed, stratum, "monitoring-month")).unwrap_or(0);
    let n = n.max(0);
    // Sample k stands at (k + offset) / n of the span; the offset is a share of one step.
    (0..n)
        .map(|k| first + (k * 1_000_000 + offset) * span / (n * 1_000_000))
        .map(|m| m.clamp(first, 12))
        .collect()
}

/// The lot that is drawn: the lowest draw of all, so that one more candidate leaves the order of the others as it is.
pub(super) fn pick(seed: &[u8; 32], sample: &str, round: i64, lots: &[String]) -> Option<usize> {
    let key = |at: &usize| {
        (draw(seed, &format!("{sample} {round} {}", lots[*at]), "monitoring-lot"), lots[*at].clone())
    };
    (0..lots.len()).min_by_key(key)
}
