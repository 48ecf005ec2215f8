//! How sure a figure is: intervals for shares, for their ratio and difference, and for medians.
//! All are in closed form or exact, so that a figure never changes when it is computed again.

use super::case::Spread;

/// 97.5 % point of the normal distribution: intervals are of 95 %.
pub const Z95: f64 = 1.959_963_984_540_054;
/// 99.9 % point: the outer limits of a funnel are of 99.8 %.
pub const Z998: f64 = 3.090_232_306_167_813;

fn f(n: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    {
        n as f64
    }
}

/// Wilson's score interval of `x` in `n`, with the given point of the normal distribution.
pub fn wilson(x: i64, n: i64, z: f64) -> Option<(f64, f64)> {
    if n <= 0 || x < 0 || x > n {
        return None;
    }
    let (x, n) = (f(x), f(n));
    let (p, z2) = (x / n, z * z);
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let low = if x == 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if x >= n { 1.0 } else { (middle + half).min(1.0) };
    Some((low, high))
}

/// ln n!
fn ln_factorial(n: i64) -> f64 {
    if n < 256 {
        return (2..=n).map(|k| f(k).ln()).sum();
    }
    // Stirling's series; its first term left out is below 1e-17 from here on.
    let x = f(n);
    x * x.ln() - x + (2.0 * std::f64::consts::PI * x).ln() / 2.0 + 1.0 / (12.0 * x)
        - 1.0 / (360.0 * x.powi(3))
}

/// Probability that a Poisson variable of this mean is `x` or lies beyond it, upwards or downwards: a sum from `x` on,
/// until nothing is added any more. It is asked for means on the other side of `x` only, where the terms fall.
fn poisson_tail(x: i64, ln_factorial: f64, mean: f64, up: bool) -> f64 {
    let mut term = (f(x) * mean.ln() - mean - ln_factorial).exp();
    let (mut sum, mut k) = (0.0, x);
    while term > 0.0 && sum + term > sum {
        sum += term;
        if up {
            k += 1;
            term *= mean / f(k);
        } else {
            term *= f(k) / mean;
            k -= 1;
        }
    }
    sum
}

/// The exact interval of a count (Garwood): the means under which as many or more, or as few or fewer, come about in
/// 2.5 % of all cases. These are the quantiles of chi-square at half, found by halving.
pub fn poisson(x: i64) -> Option<(f64, f64)> {
    if x < 0 {
        return None;
    }
    let ln_factorial = ln_factorial(x);
    let find = |mut low: f64, mut high: f64, up: bool| {
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            // Upwards the tail grows with the mean, downwards it shrinks.
            if (poisson_tail(x, ln_factorial, middle, up) < 0.025) == up {
                low = middle
            } else {
                high = middle
            }
        }
        f64::midpoint(low, high)
    };
    let count = f(x);
    let low = if x == 0 { 0.0 } else { find(0.0, count, true) };
    Some((low, find(count, count + 6.0 * count.sqrt() + 10.0, false)))
}

/// The exact interval of a count over an exposure (events per `n`).
pub fn poisson_rate(x: i64, n: i64) -> Option<(f64, f64)> {
    let (low, high) = poisson(x).filter(|_| n > 0)?;
    Some((low / f(n), high / f(n)))
}

/// The interval of a ratio of two shares (Katz, on the logarithm).
pub fn rate_ratio(a: (i64, i64), b: (i64, i64)) -> Option<(f64, f64)> {
    let ((x, n), (y, m)) = (a, b);
    if x <= 0 || y <= 0 || n <= 0 || m <= 0 {
        return None;
    }
    let (x, n, y, m) = (f(x), f(n), f(y), f(m));
    let se = (1.0 / x - 1.0 / n + 1.0 / y - 1.0 / m).max(0.0).sqrt();
    let ln = ((x / n) / (y / m)).ln();
    Some(((ln - Z95 * se).exp(), (ln + Z95 * se).exp()))
}

/// The interval of a difference of two shares (Newcombe's hybrid of Wilson intervals).
pub fn rate_difference(a: (i64, i64), b: (i64, i64)) -> Option<(f64, f64)> {
    let (l1, u1) = wilson(a.0, a.1, Z95)?;
    let (l2, u2) = wilson(b.0, b.1, Z95)?;
    Some(difference((f(a.0) / f(a.1), (l1, u1)), (f(b.0) / f(b.1), (l2, u2))))
}

/// The interval of a difference of two values from the interval of each (Newcombe's way for shares, for any two that
/// are told apart from each other).
pub fn difference((a, (l1, u1)): (f64, (f64, f64)), (b, (l2, u2)): (f64, (f64, f64))) -> (f64, f64) {
    let d = a - b;
    (d - ((a - l1).powi(2) + (u2 - b).powi(2)).sqrt(), d + ((u1 - a).powi(2) + (b - l2).powi(2)).sqrt())
}

/// How many values there are.
pub fn size(spread: &Spread) -> i64 {
    spread.values().sum()
}

/// The value at a rank, counted from 1.
fn at_rank(spread: &Spread, rank: i64) -> Option<i64> {
    let mut seen = 0;
    spread.iter().find_map(|(value, n)| {
        seen += n;
        (seen >= rank).then_some(*value)
    })
}

/// The quantile by the nearest rank (the smallest value with at least that share at or below it), in percent.
pub fn quantile(spread: &Spread, percent: i64) -> Option<i64> {
    let n = size(spread);
    (n > 0).then(|| at_rank(spread, ((n * percent + 99) / 100).max(1))).flatten()
}

/// The exact interval of a quantile by order statistics: ranks between which it lies with at least 95 %.
/// None when there are too few values for any such pair.
pub fn quantile_interval(spread: &Spread, percent: i64) -> Option<(i64, i64)> {
    let n = size(spread);
    let q = f(percent) / 100.0;
    // P(B < r) for B binomial(n, q): the quantile lies below the r-th value with this probability.
    let (mut low, mut high) = (None, None);
    let mut below = 0.0;
    let mut term = f(n) * (1.0 - q).ln();
    if n == 0 {
        return None;
    }
    for r in 0..n {
        // `term` is ln P(B = r), kept as a logarithm so that large n do not vanish.
        below += term.exp();
        if below <= 0.025 {
            low = Some(r + 1);
        }
        if below >= 0.975 && high.is_none() {
            high = Some(r + 1);
        }
        term += ((f(n - r) / f(r + 1)) * (q / (1.0 - q))).ln();
    }
    Some((at_rank(spread, low?)?, at_rank(spread, high?)?))
}

/// Two-sided 95 % points of Student's t, by degrees of freedom from 1.
const T95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// The 95 % point of Student's t.
pub fn t95(freedom: usize) -> f64 {
    match freedom {
        0 => f64::INFINITY,
        d => T95.get(d - 1).copied().unwrap_or(Z95),
    }
}

/// Probability that a binomial variable is at most `x`, and at least `x`.
pub fn binomial_tails(x: i64, n: i64, p: f64) -> (f64, f64) {
    if p <= 0.0 {
        return (1.0, if x <= 0 { 1.0 } else { 0.0 });
    }
    if p >= 1.0 {
        return (if x >= n { 1.0 } else { 0.0 }, 1.0);
    }
    let mut term = f(n) * (1.0 - p).ln();
    let (mut at_most, mut at_least) = (0.0, 0.0);
    for k in 0..=n {
        if k <= x {
            at_most += term.exp();
        }
        if k >= x {
            at_least += term.exp();
        }
        term += (f(n - k) / f(k + 1) * p / (1.0 - p)).ln();
    }
    (at_most.min(1.0), at_least.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: (f64, f64), b: (f64, f64), eps: f64) {
        assert!((a.0 - b.0).abs() < eps && (a.1 - b.1).abs() < eps, "{a:?} {b:?}");
    }

    #[test]
    fn wilson_agrees_with_published_values() {
        // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        close(wilson(81, 263, Z95).expect("an interval"), (0.2553, 0.3662), 1e-4);
        close(wilson(15, 148, Z95).expect("an interval"), (0.0624, 0.1605), 1e-4);
        close(wilson(0, 20, Z95).expect("an interval"), (0.0, 0.1611), 1e-4);
        close(wilson(1, 29, Z95).expect("an interval"), (0.0061, 0.1718), 1e-4);
        assert_eq!(wilson(1, 0, Z95), None);
    }

    #[test]
    fn a_difference_agrees_with_published_values() {
        // Newcombe 1998 (comparison of eleven methods), table II, method 10: 56/70 − 48/80.
        close(rate_difference((56, 70), (48, 80)).expect("an interval"), (0.0524, 0.3339), 1e-4);
    }

    #[test]
    fn a_median_has_the_ranks_of_the_sign_test() {
        // n = 10: ranks 2 and 9 (97.9 %); n = 20: ranks 6 and 15 (95.9 %); n = 5: none reaches 95 %.
        let of = |n: i64| (1..=n).map(|v| (v, 1)).collect::<Spread>();
        assert_eq!(quantile_interval(&of(10), 50), Some((2, 9)));
        assert_eq!(quantile_interval(&of(20), 50), Some((6, 15)));
        assert_eq!(quantile_interval(&of(5), 50), None);
        assert_eq!(quantile(&of(10), 50), Some(5));
        assert_eq!(quantile(&of(10), 90), Some(9));
        assert_eq!(quantile(&of(1), 90), Some(1));
        let many: Spread = [(7, 40_000), (9, 60_000)].into();
        assert_eq!(quantile_interval(&many, 50), Some((9, 9)));
    }

    #[test]
    fn tails_of_a_binomial() {
        let (at_most, at_least) = binomial_tails(2, 10, 0.5);
        assert!((at_most - 56.0 / 1024.0).abs() < 1e-12 && (at_least - 1013.0 / 1024.0).abs() < 1e-12);
        assert_eq!(binomial_tails(0, 5, 0.0), (1.0, 1.0));
    }

    #[test]
    fn counts_have_the_exact_limits_of_published_tables() {
        // Garwood 1936, taken anew to four places by halving over whole sums.
        let published = [
            (0, (0.0, 3.6889)),
            (1, (0.0253, 5.5716)),
            (5, (1.6235, 11.6683)),
            (10, (4.7954, 18.3904)),
            (20, (12.2165, 30.8884)),
            (50, (37.1110, 65.9188)),
            (100, (81.3640, 121.6268)),
        ];
        for (x, limits) in published {
            close(poisson(x).expect("an interval"), limits, 6e-5);
        }
        let (low, high) = poisson(1_000_000).expect("an interval");
        close(((low - 1e6) / 1e3, (high - 1e6) / 1e3), (-Z95, Z95), 2e-3);
        assert_eq!((poisson(-1), poisson_rate(1, 0)), (None, None));
    }

    #[test]
    fn events_per_exposure() {
        close(poisson_rate(10, 2).expect("an interval"), (2.3977, 9.1952), 6e-5);
        assert_eq!(poisson_rate(0, 10).expect("an interval").0, 0.0);
    }

    #[test]
    fn a_ninetieth_percentile_has_its_ranks_too() {
        // n = 100: ranks 84 and 96 (P(B < 84) = 2.06 %, P(B < 96) = 97.6 %); 20 values are too few for an upper limit.
        let of = |n: i64| (1..=n).map(|v| (v, 1)).collect::<Spread>();
        assert_eq!(quantile_interval(&of(100), 90), Some((84, 96)));
        assert_eq!(quantile_interval(&of(20), 90), None);
    }
}
