//! Figures in time and beside each other: control chart with named rules, funnel, trend.

use super::stat::{Z95, Z998, wilson};
use serde::Serialize;

/// A point of a control chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ControlPoint {
    /// Period.
    pub period: String,
    /// Cases.
    pub n: i64,
    /// Value.
    pub value: f64,
    /// Lower limit, three sigma.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// Distance from the middle, in sigmas.
    pub sigmas: f64,
    /// Rules that speak here, by name.
    pub signals: Vec<&'static str>,
}

/// A control chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ControlChart {
    /// `p` for shares, `xmr` for values.
    pub kind: &'static str,
    /// The middle.
    pub centre: f64,
    /// Points in order.
    pub points: Vec<ControlPoint>,
}

/// A point in time: period, cases, numerator, value.
#[derive(Clone, Debug, PartialEq)]
pub struct InTime {
    /// Period.
    pub period: String,
    /// Cases.
    pub n: i64,
    /// Numerator of a share.
    pub num: i64,
    /// Value as a share or a number.
    pub value: f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn f(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "a few points")]
fn many(n: usize) -> f64 {
    n as f64
}

/// A p-chart: each point has limits by its own number of cases.
pub fn p_chart(points: &[InTime]) -> Option<ControlChart> {
    let n: i64 = points.iter().map(|p| p.n).sum();
    if points.len() < 2 || n == 0 {
        return None;
    }
    let centre = f(points.iter().map(|p| p.num).sum()) / f(n);
    let of = |p: &InTime| {
        let sigma = if p.n > 0 { (centre * (1.0 - centre) / f(p.n)).sqrt() } else { 0.0 };
        (sigma, (centre - 3.0 * sigma).max(0.0), (centre + 3.0 * sigma).min(1.0))
    };
    Some(chart("p", centre, points, of))
}

/// An XmR chart: limits from the mean moving range (2.66 × mR̄).
pub fn xmr_chart(points: &[InTime]) -> Option<ControlChart> {
    if points.len() < 2 {
        return None;
    }
    let centre = points.iter().map(|p| p.value).sum::<f64>() / many(points.len());
    let ranges: f64 = points.windows(2).map(|w| (w[1].value - w[0].value).abs()).sum();
    let sigma = ranges / many(points.len() - 1) / 1.128;
    Some(chart("xmr", centre, points, |_| (sigma, centre - 3.0 * sigma, centre + 3.0 * sigma)))
}

fn chart(
    kind: &'static str,
    centre: f64,
    points: &[InTime],
    limits: impl Fn(&InTime) -> (f64, f64, f64),
) -> ControlChart {
    let mut out = Vec::with_capacity(points.len());
    for p in points {
        let (sigma, low, high) = limits(p);
        let sigmas = if sigma > 0.0 { (p.value - centre) / sigma } else { 0.0 };
        let (period, n, value) = (p.period.clone(), p.n, p.value);
        out.push(ControlPoint { period, n, value, low, high, sigmas, signals: Vec::new() });
    }
    let z: Vec<f64> = out.iter().map(|p| p.sigmas).collect();
    for (i, p) in out.iter_mut().enumerate() {
        p.signals = signals(&z[..=i]);
    }
    ControlChart { kind, centre, points: out }
}

/// The rules that speak at the last of these points (Nelson 1984; WE: Western Electric 1956).
fn signals(z: &[f64]) -> Vec<&'static str> {
    let last = |n: usize| z.len().checked_sub(n).map(|from| &z[from..]);
    let beyond = |w: &[f64], s: f64, sign: f64| w.iter().filter(|v| **v * sign > s).count();
    let any_side = |n: usize, k: usize, s: f64| {
        last(n).is_some_and(|w| {
            let end = w[n - 1];
            [1.0, -1.0].iter().any(|side| beyond(w, s, *side) >= k && end * side > s)
        })
    };
    let mut found = Vec::new();
    let mut note = |speaks: bool, rule: &'static str| {
        if speaks {
            found.push(rule);
        }
    };
    note(any_side(1, 1, 3.0), "nelson-1/we-1");
    note(any_side(9, 9, 0.0), "nelson-2");
    let steps = |w: &[f64], sign: f64| w.windows(2).all(|p| (p[1] - p[0]) * sign > 0.0);
    note(last(6).is_some_and(|w| steps(w, 1.0) || steps(w, -1.0)), "nelson-3");
    let turns = |w: &[f64]| w.windows(3).all(|p| (p[1] - p[0]) * (p[2] - p[1]) < 0.0);
    note(last(14).is_some_and(turns), "nelson-4");
    note(any_side(3, 2, 2.0), "nelson-5/we-2");
    note(any_side(5, 4, 1.0), "nelson-6/we-3");
    note(last(15).is_some_and(|w| w.iter().all(|v| v.abs() < 1.0)), "nelson-7");
    note(last(8).is_some_and(|w| w.iter().all(|v| v.abs() > 1.0)), "nelson-8");
    note(any_side(8, 8, 0.0), "we-4");
    found
}

/// A unit in a funnel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunnelPoint {
    /// Unit code.
    pub unit: String,
    /// Cases.
    pub n: i64,
    /// Value, a share.
    pub value: f64,
    /// Limits of 95 %.
    pub inner: (f64, f64),
    /// Limits of 99.8 %.
    pub outer: (f64, f64),
    /// `within`, `warning` (beyond 95 %) or `alarm` (beyond 99.8 %).
    pub place: &'static str,
}

/// A funnel: units of one group around the group's own share, so that small units are not blamed for chance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Funnel {
    /// The group's share.
    pub centre: f64,
    /// Units by number of cases.
    pub points: Vec<FunnelPoint>,
}

/// Draws a funnel from units with numerator and denominator.
pub fn funnel(units: &[(String, i64, i64)]) -> Option<Funnel> {
    let (num, den) = units.iter().fold((0, 0), |(a, b), (_, x, n)| (a + x, b + n));
    if units.len() < 2 || den == 0 {
        return None;
    }
    let centre = f(num) / f(den);
    let mut points: Vec<FunnelPoint> = Vec::new();
    for (unit, x, n) in units.iter().filter(|u| u.2 > 0) {
        let value = f(*x) / f(*n);
        let around = |z: f64| {
            let half = z * (centre * (1.0 - centre) / f(*n)).sqrt();
            ((centre - half).max(0.0), (centre + half).min(1.0))
        };
        // The unit's own score interval decides, which holds for small numbers too.
        let out = |z: f64| wilson(*x, *n, z).is_some_and(|(low, high)| centre < low || centre > high);
        let place = if out(Z998) {
            "alarm"
        } else if out(Z95) {
            "warning"
        } else {
            "within"
        };
        let (inner, outer) = (around(Z95), around(Z998));
        points.push(FunnelPoint { unit: unit.clone(), n: *n, value, inner, outer, place });
    }
    points.sort_by(|a, b| a.n.cmp(&b.n).then_with(|| a.unit.cmp(&b.unit)));
    Some(Funnel { centre, points })
}

/// The trend of a series by Mann and Kendall: `rising`, `falling` or `none`, at 95 %; none under six points.
pub fn trend(values: &[f64]) -> Option<&'static str> {
    if values.len() < 6 {
        return None;
    }
    let sign = |d: f64| {
        if d > 0.0 {
            1.0
        } else if d < 0.0 {
            -1.0
        } else {
            0.0
        }
    };
    let mut s = 0.0;
    let mut equal: Vec<(f64, f64)> = Vec::new();
    for (i, a) in values.iter().enumerate() {
        s += values[i + 1..].iter().map(|b| sign(b - a)).sum::<f64>();
        match equal.iter_mut().find(|(v, _)| sign(v - a) == 0.0) {
            Some((_, n)) => *n += 1.0,
            None => equal.push((*a, 1.0)),
        }
    }
    let term = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let variance = (term(many(values.len())) - equal.iter().map(|(_, n)| term(*n)).sum::<f64>()) / 18.0;
    if variance <= 0.0 {
        return Some("none");
    }
    let z = (s - sign(s)) / variance.sqrt();
    Some(if z > Z95 {
        "rising"
    } else if z < -Z95 {
        "falling"
    } else {
        "none"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Vec<InTime> {
        let point = |(i, v): (usize, &f64)| InTime { period: format!("{i}"), n: 100, num: 0, value: *v };
        values.iter().enumerate().map(point).collect()
    }

    #[test]
    fn a_leap_speaks_by_the_first_rule() {
        let mut v: Vec<f64> = (0..20).map(|i| if i % 3 == 0 { 10.0 } else { 11.0 }).collect();
        v.push(30.0);
        let c = xmr_chart(&series(&v)).expect("a chart");
        assert!(c.points[20].signals.contains(&"nelson-1/we-1"), "{:?}", c.points[20]);
        assert!(c.points[..20].iter().all(|p| !p.signals.contains(&"nelson-1/we-1")));
    }

    #[test]
    fn nine_on_one_side_and_a_run_of_six() {
        assert!(signals(&[0.5; 9]).contains(&"nelson-2"));
        assert!(!signals(&[0.5; 8]).contains(&"nelson-2"));
        assert!(signals(&[0.5; 8]).contains(&"we-4"));
        assert!(signals(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).contains(&"nelson-3"));
        assert!(!signals(&[0.1, 0.2, 0.3, 0.4, 0.5]).contains(&"nelson-3"));
        assert!(signals(&[2.1, 0.0, 2.2]).contains(&"nelson-5/we-2"));
        assert!(
            !signals(&[2.1, 2.2, 0.0]).contains(&"nelson-5/we-2"),
            "the last point must be beyond itself"
        );
        let zigzag: Vec<f64> = (0..14).map(|i| if i % 2 == 0 { 0.5 } else { -0.5 }).collect();
        assert_eq!(signals(&zigzag), ["nelson-4"]);
    }

    #[test]
    fn limits_of_a_p_chart_follow_the_number_of_cases() {
        let points: Vec<InTime> = [(100, 10), (400, 40)]
            .iter()
            .map(|(n, x)| InTime { period: String::new(), n: *n, num: *x, value: 0.1 })
            .collect();
        let c = p_chart(&points).expect("a chart");
        assert!((c.points[0].high - 0.19).abs() < 1e-12 && (c.points[1].high - 0.145).abs() < 1e-12);
    }

    #[test]
    fn m12_2_a_small_unit_is_not_an_alarm_where_a_large_one_is() {
        let units = [("BIG".into(), 400, 40_000), ("ODD".into(), 130, 9_000), ("SMALL".into(), 13, 900)];
        let f = funnel(&units).expect("a funnel");
        let place = |u: &str| f.points.iter().find(|p| p.unit == u).map(|p| p.place);
        assert_eq!(place("ODD"), Some("alarm"));
        assert_eq!(place("SMALL"), Some("within"), "the same share, but too few cases to tell");
        assert_eq!(place("BIG"), Some("within"));
    }

    #[test]
    fn a_trend_needs_six_points() {
        assert_eq!(trend(&[1.0, 2.0, 3.0, 4.0, 5.0]), None);
        assert_eq!(trend(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), Some("rising"));
        assert_eq!(trend(&[6.0, 5.0, 4.0, 3.0, 2.0, 1.0]), Some("falling"));
        assert_eq!(trend(&[1.0; 8]), Some("none"));
    }
}
