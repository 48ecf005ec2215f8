//! The standard normal distribution and the logarithm of the gamma function.

use std::f64::consts::PI;

/// P(Z ≤ x).
pub(crate) fn cdf(x: f64) -> f64 {
    if x > 0.0 { 1.0 - upper_tail(x) } else { upper_tail(-x) }
}

/// P(Z > x) for x ≥ 0: by series near the middle, by continued fraction in the tail.
fn upper_tail(x: f64) -> f64 {
    let density = (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    if x < 2.5 {
        // Φ(x) − ½ = φ(x) · (x + x³/3 + x⁵/15 + …): all terms positive, nothing cancels.
        let (mut term, mut sum) = (x, x);
        let mut odd = 1.0;
        while term > sum * 1e-17 {
            odd += 2.0;
            term *= x * x / odd;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    let mut fraction = x;
    // The fraction converges like exp(−2x√(2·steps)).
    let steps = 20 + (150.0 / (x * x)) as i32;
    for step in (1..=steps).rev() {
        fraction = x + f64::from(step) / fraction;
    }
    density / fraction
}

/// The z with P(Z ≤ z) = p, for 0 < p < 1.
pub(crate) fn quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -quantile(1.0 - p);
    }
    // A rough start (Hastings), then Newton's method on the accurate distribution.
    let t = (-2.0 * p.ln()).sqrt();
    let rough = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let mut z = rough / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308))) - t;
    for _ in 0..6 {
        let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        let step = (cdf(z) - p) / density;
        z -= step;
        if step.abs() < 1e-15 * (1.0 + z.abs()) {
            break;
        }
    }
    z
}

/// ln Γ(x) for x > 0, by Stirling's series after shifting x above 15.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let (mut shifted, mut product) = (x, 1.0_f64);
    while shifted < 15.0 {
        product *= shifted;
        shifted += 1.0;
    }
    let square = shifted * shifted;
    let series = 1.0 / 1_260.0 - (1.0 / 1_680.0 - 1.0 / 1_188.0 / square) / square;
    let correction = (1.0 / 12.0 - (1.0 / 360.0 - series / square) / square) / shifted;
    (shifted - 0.5) * shifted.ln() - shifted + (PI * 2.0).sqrt().ln() + correction - product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert!((cdf(1.959_963_984_540_054) - 0.975).abs() < 1e-14);
        assert!((cdf(-3.090_232_306_167_813_5) - 0.001).abs() < 1e-15);
        assert!((quantile(0.05) + 1.644_853_626_951_472_7).abs() < 1e-13);
        assert!((quantile(0.99) - 2.326_347_874_040_841).abs() < 1e-12);
        assert!((quantile(1e-6) + 4.753_424_308_822_899).abs() < 1e-11);
        assert!((cdf(2.499_999_999) - cdf(2.500_000_001)).abs() < 1e-10);
        assert!((ln_gamma(0.5) - PI.sqrt().ln()).abs() < 1e-14);
        assert!((ln_gamma(11.0) - 3_628_800_f64.ln()).abs() < 1e-13);
    }
}
