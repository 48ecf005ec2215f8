//! Finding places on monotone functions: the smallest whole number and the root.

/// The smallest `n` in `from..=limit` for which `holds` is true, given that it stays true once it is.
pub(crate) fn smallest(from: u64, limit: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    // Gallop, so that the cost goes with the answer and not with the limit.
    let (mut low, mut step) = (from, 1);
    let mut high = from;
    while !holds(high) {
        if high >= limit {
            return None;
        }
        low = high + 1;
        high = high.saturating_add(step).min(limit);
        step *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(high)
}

/// The argument between `low` and `high` where the falling function `f` crosses zero, to machine precision:
/// false position with the Illinois correction, which keeps the bracket.
pub(crate) fn falling_root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut at_low, mut at_high) = (f(low), f(high));
    let mut last = f64::NAN;
    for _ in 0..200 {
        let secant = high - at_high * (high - low) / (at_high - at_low);
        let x = if secant > low && secant < high { secant } else { 0.5 * (low + high) };
        let at_x = f(x);
        let settled = (x - last).abs() <= 2.0 * f64::EPSILON * x.abs();
        if at_x == 0.0 || settled || x <= low || x >= high {
            return x;
        }
        // The end that stays is given half its weight, so that the next step crosses the root.
        if at_x > 0.0 {
            (low, at_low, at_high) = (x, at_x, at_high / 2.0);
        } else {
            (high, at_high, at_low) = (x, at_x, at_low / 2.0);
        }
        last = x;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smallest_and_root() {
        for target in [3, 4, 5, 9, 100, 1_000] {
            assert_eq!(smallest(3, 1_000, |n| n >= target), Some(target));
        }
        assert_eq!(smallest(3, 1_000, |n| n > 1_000), None);
        assert!((falling_root(0.0, 2.0, |x| 2.0 - x * x) - 2.0_f64.sqrt()).abs() < 1e-15);
        assert!((falling_root(0.0, 1.0, |x| (-200.0 * x).exp() - 0.1) - 10.0_f64.ln() / 200.0).abs() < 1e-15);
    }
}
