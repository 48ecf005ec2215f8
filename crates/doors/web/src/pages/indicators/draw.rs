//! The charts of one figure, with the run rules that speak named in words.
use excellence::indicator::chart::{ControlChart, Funnel};
use excellence::indicator::{Definition, Measure};
use maud::{Markup, html};

use super::shown;
use crate::look::{FunnelChart, FunnelUnit, Lang, TimeChart, TimePoint, funnel_chart, t, t_args, time_chart};

/// Ends of a scale that holds these values with some room, within what the unit allows.
pub(super) fn span(d: &Definition, values: &[f64]) -> (f64, f64) {
    let (low, high) = spread(values);
    let room = ((high - low) * 0.15).max(high.abs() * 0.05).max(0.5);
    let (low, high) = (low - room, high + room);
    let signed = d.measure == Measure::RateDifference;
    let low = if signed { low } else { low.max(0.0) };
    if d.unit == "percent" && !signed { (low, high.min(100.0)) } else { (low, high) }
}

/// Least and greatest of some values; nought to one where there is none.
fn spread(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 1.0);
    }
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)))
}

/// A share is charted as a share and written in its unit.
fn scaled(d: &Definition, value: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "1 to 10000")]
    let per = d.per as f64;
    if d.measure == Measure::Rate { value * per } else { value }
}

/// The chart in time, and below it what speaks.
pub(super) fn control(lang: Lang, d: &Definition, c: &ControlChart) -> Markup {
    let of = |v: f64| scaled(d, v);
    let mut all: Vec<f64> = c.points.iter().flat_map(|p| [of(p.value), of(p.low), of(p.high)]).collect();
    all.push(of(c.centre));
    let (low, high) = span(d, &all);
    let points: Vec<TimePoint> = c
        .points
        .iter()
        .map(|p| TimePoint {
            period: p.period.clone(),
            shown: shown(lang, d, of(p.value)),
            value: of(p.value),
            limits: (of(p.low).max(low), of(p.high)),
            speaks: !p.signals.is_empty(),
        })
        .collect();
    let speaking = points.iter().filter(|p| p.speaks).count();
    let told = t_args(lang, "chart-told", &[("n", points.len().into()), ("speaking", speaking.into())]);
    html! {
        (time_chart(&TimeChart {
            lang, told, centre: (of(c.centre), shown(lang, d, of(c.centre))),
            ends: ((low, shown(lang, d, low)), (high, shown(lang, d, high))), points,
        }))
        @if speaking == 0 { p class="quiet" { (t(lang, "chart-quiet")) } } @else {
            ul class="plain-list" {
                @for p in c.points.iter().filter(|p| !p.signals.is_empty()) {
                    li { b { (p.period) } ": " (p.signals.iter().map(|s| rule(lang, s)).collect::<Vec<_>>().join(lang.pick("；", "; "))) }
                }
            }
        }
    }
}

/// A run rule by its name and in words.
pub(super) fn rule(lang: Lang, code: &str) -> String {
    t(lang, &format!("signal-{}", code.replace('/', "-")))
}

/// The funnel of the unit's group.
pub(super) fn funnel(lang: Lang, d: &Definition, f: &Funnel, own: Option<&str>) -> Markup {
    let of = |v: f64| scaled(d, v);
    #[expect(clippy::cast_precision_loss, reason = "numbers of cases")]
    let n = |p: i64| p as f64;
    let most = f.points.iter().map(|p| n(p.n)).fold(1.0, f64::max) * 1.05;
    let around = |cases: f64, z: f64| {
        let half = z * (f.centre * (1.0 - f.centre) / cases).sqrt();
        (of((f.centre - half).max(0.0)), of((f.centre + half).min(1.0)))
    };
    let limits: Vec<[f64; 5]> = (1..=48)
        .map(|i| {
            let cases = (most * f64::from(i) / 48.0).max(1.0);
            let ((a, b), (x, y)) = (around(cases, 1.96), around(cases, 3.09));
            [cases, a, b, x, y]
        })
        .collect();
    let least = f.points.iter().map(|p| n(p.n)).fold(most, f64::min);
    let mut all: Vec<f64> = f.points.iter().map(|p| of(p.value)).collect();
    let (a, b) = around(least, 3.09);
    all.extend([a, b]);
    let (low, high) = span(d, &all);
    let units: Vec<FunnelUnit> = f
        .points
        .iter()
        .map(|p| FunnelUnit {
            name: p.unit.clone(),
            n: n(p.n),
            shown: shown(lang, d, of(p.value)),
            value: of(p.value),
            speaks: p.place == "alarm",
            own: own == Some(p.unit.as_str()),
        })
        .collect();
    let outside: Vec<&str> =
        f.points.iter().filter(|p| p.place == "alarm").map(|p| p.unit.as_str()).collect();
    let told = t_args(lang, "funnel-told", &[("n", units.len().into()), ("outside", outside.len().into())]);
    html! {
        (funnel_chart(&FunnelChart {
            lang, told, centre: (of(f.centre), shown(lang, d, of(f.centre))),
            ends: ((low, shown(lang, d, low)), (high, shown(lang, d, high))), most, limits, units,
        }))
        p class="quiet" {
            @if outside.is_empty() { (t(lang, "funnel-quiet")) }
            @else { (t_args(lang, "funnel-outside", &[("units", outside.join(lang.pick("、", ", ")).into())])) }
        }
    }
}
