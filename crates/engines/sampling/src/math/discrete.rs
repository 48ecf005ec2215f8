//! Binomial, Poisson and hypergeometric probabilities after Loader's saddle-point expansion: the leading
//! logarithms cancel on paper instead of in the machine, so that the result keeps its digits for samples and
//! lots of any size.

use std::f64::consts::TAU;

/// ln n! less Stirling's formula `(n + ½) ln n − n + ½ ln 2π`.
fn stirling_error(n: f64) -> f64 {
    if n == 0.0 {
        return 0.0;
    }
    if n < 16.0 {
        let ln_factorial: f64 = (2..=n as u64).map(|factor| (factor as f64).ln()).sum();
        return ln_factorial - ((n + 0.5) * n.ln() - n + 0.5 * TAU.ln());
    }
    let square = n * n;
    let series = 1.0 / 1_260.0 - (1.0 / 1_680.0 - 1.0 / 1_188.0 / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - series / square) / square) / n
}

/// Deviance `x ln(x/m) + m − x`, by series where the terms nearly cancel.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut term = 2.0 * x * v;
    for odd in (3..).step_by(2) {
        term *= v * v;
        let next = sum + term / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// P(X = x) for X binomial with `n` trials of probability `p`.
pub(crate) fn binomial_pmf(x: u64, n: u64, p: f64) -> f64 {
    if x > n {
        return 0.0;
    }
    if p <= 0.0 {
        return if x == 0 { 1.0 } else { 0.0 };
    }
    if p >= 1.0 {
        return if x == n { 1.0 } else { 0.0 };
    }
    let (xf, nf) = (x as f64, n as f64);
    if x == 0 {
        return (nf * (-p).ln_1p()).exp();
    }
    if x == n {
        return (nf * p.ln()).exp();
    }
    let rest = nf - xf;
    let correction = stirling_error(nf) - stirling_error(xf) - stirling_error(rest);
    let exponent = correction - deviance(xf, nf * p) - deviance(rest, nf * (1.0 - p));
    exponent.exp() * (nf / (TAU * xf * rest)).sqrt()
}

/// P(X = x) for X Poisson with this mean.
pub(crate) fn poisson_pmf(x: u64, mean: f64) -> f64 {
    if x == 0 {
        return (-mean).exp();
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let xf = x as f64;
    (-stirling_error(xf) - deviance(xf, mean)).exp() / (TAU * xf).sqrt()
}

/// P(X = x) nonconforming in a sample of `n` from a lot of `lot` with `bad` nonconforming.
pub(crate) fn hypergeometric_pmf(x: u64, n: u64, bad: u64, lot: u64) -> f64 {
    if n > lot || bad > lot || x > n || x > bad || n - x > lot - bad {
        return 0.0;
    }
    if n == 0 || n == lot {
        return 1.0;
    }
    let p = n as f64 / lot as f64;
    binomial_pmf(x, bad, p) * binomial_pmf(n - x, lot - bad, p) / binomial_pmf(n, lot, p)
}

/// P(X ≤ c), binomial.
pub(crate) fn binomial_cdf(c: u64, n: u64, p: f64) -> f64 {
    if c >= n || p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    let odds = p / (1.0 - p);
    let anchor = c.min((n as f64 * p) as u64);
    sum_up_to(c, 0, anchor, binomial_pmf(anchor, n, p), |x| (n - x) as f64 / (x + 1) as f64 * odds)
}

/// P(X ≤ c), Poisson.
pub(crate) fn poisson_cdf(c: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    let anchor = c.min(mean as u64);
    sum_up_to(c, 0, anchor, poisson_pmf(anchor, mean), |x| mean / (x + 1) as f64)
}

/// P(X ≤ c), hypergeometric.
pub(crate) fn hypergeometric_cdf(c: u64, n: u64, bad: u64, lot: u64) -> f64 {
    let lowest = (n + bad).saturating_sub(lot);
    if c >= n.min(bad) {
        return 1.0;
    }
    if c < lowest {
        return 0.0;
    }
    let mode = (n as f64 * bad as f64 / lot as f64) as u64;
    let anchor = mode.clamp(lowest, c);
    let ratio = |x: u64| {
        let up = (bad - x) as f64 * (n - x) as f64;
        up / ((x + 1) as f64 * ((lot - bad) as f64 - n as f64 + (x + 1) as f64))
    };
    sum_up_to(c, lowest, anchor, hypergeometric_pmf(anchor, n, bad, lot), ratio)
}

/// Sum of the probabilities `lowest..=c`, from one of them and the ratios `P(x + 1) / P(x)`.
fn sum_up_to(c: u64, lowest: u64, anchor: u64, at_anchor: f64, ratio: impl Fn(u64) -> f64) -> f64 {
    let mut below = 0.0;
    let mut term = at_anchor;
    for x in (lowest..anchor).rev() {
        term /= ratio(x);
        below += term;
        if term < below * 1e-18 {
            break;
        }
    }
    let mut above = at_anchor;
    term = at_anchor;
    for x in anchor..c {
        term *= ratio(x);
        above += term;
        if term < above * 1e-18 {
            break;
        }
    }
    (below + above).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_agree_with_counting() {
        assert!((binomial_cdf(1, 3, 0.5) - 0.5).abs() < 1e-15);
        assert!((poisson_cdf(2, 2.0) - 5.0 * (-2.0_f64).exp()).abs() < 1e-15);
        // 4 of 10 are bad, 3 are taken: C(6,3) / C(10,3) = 20 / 120 without a bad one, 60 / 120 with one.
        assert!((hypergeometric_cdf(0, 3, 4, 10) - 20.0 / 120.0).abs() < 1e-15);
        assert!((hypergeometric_cdf(1, 3, 4, 10) - 80.0 / 120.0).abs() < 1e-15);
    }

    #[test]
    fn edges_are_certain() {
        assert_eq!(binomial_cdf(0, 5, 0.0), 1.0);
        assert_eq!(binomial_cdf(0, 5, 1.0), 0.0);
        assert_eq!(hypergeometric_cdf(0, 5, 5, 5), 0.0);
        assert_eq!(hypergeometric_cdf(5, 5, 5, 5), 1.0);
        assert_eq!(hypergeometric_pmf(0, 0, 3, 5), 1.0);
        assert_eq!(poisson_cdf(0, 0.0), 1.0);
    }

    #[test]
    fn large_lots_keep_their_digits() {
        let total: f64 = (0..=60).map(|x| hypergeometric_pmf(x, 2_000, 5_000, 1_000_000)).sum();
        assert!((total - 1.0).abs() < 1e-12, "{total}");
        assert!(
            (hypergeometric_cdf(10, 2_000, 5_000, 1_000_000) - binomial_cdf(10, 2_000, 0.005)).abs() < 1e-3
        );
    }
}
