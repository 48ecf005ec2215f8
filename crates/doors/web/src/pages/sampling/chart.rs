//! The operating characteristic as a drawing: made on the server, read without scripts, described in words for those
//! who do not see it. Lines differ by their strokes and carry their names, not colours alone.
use maud::{Markup, html};

use super::find::{Curve, Point};
use crate::look::{Lang, format, t, t_args};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 44.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 16.0;

struct Scale {
    upper: f64,
}

impl Scale {
    fn x(&self, quality: f64) -> f64 {
        LEFT + (quality / self.upper).clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, accept: f64) -> f64 {
        TOP + (1.0 - accept.clamp(0.0, 1.0)) * (HEIGHT - TOP - BOTTOM)
    }
}

/// A step of 1, 2 or 5 times a power of ten that divides a length into some five parts.
fn step(length: f64) -> f64 {
    let raw = (length / 5.0).max(1e-9);
    let power = 10f64.powf(raw.log10().floor());
    let lead = raw / power;
    let nice = if lead <= 1.0 {
        1.0
    } else if lead <= 2.0 {
        2.0
    } else if lead <= 5.0 {
        5.0
    } else {
        10.0
    };
    nice * power
}

/// The curves of a plan and of the plans of the other severities.
pub(super) fn curves(lang: Lang, curves: &[Curve], points: &[Point], aims: &[(f64, f64)]) -> Markup {
    let ends = curves.iter().filter_map(|c| c.points.last()).map(|p| p.quality);
    let asked = aims.iter().map(|a| a.0 * 1.1);
    let scale = Scale { upper: ends.chain(asked).fold(0.001, f64::max) };
    let path = |points: &[sampling::oc::OcPoint]| {
        let at = |p: &sampling::oc::OcPoint| format!("{:.1},{:.1}", scale.x(p.quality), scale.y(p.accept));
        points.iter().map(at).collect::<Vec<_>>().join(" ")
    };
    let gap = step(scale.upper);
    let ticks: Vec<f64> =
        (0..=10).map(|k| f64::from(k) * gap).take_while(|q| *q <= scale.upper * 1.0001).collect();
    let at = |share: f64| points.iter().find(|p| (p.accept - share).abs() < 0.02).map(|p| p.quality);
    let word = |q: Option<f64>| q.map_or_else(|| "—".to_owned(), |q| format::percent(q, 2));
    let told = t_args(lang, "oc-told", &[("good", word(at(0.95)).into()), ("bad", word(at(0.1)).into())]);
    html! {
        figure class="chart" {
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(told) {
                @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
                    line class="grid" x1=(LEFT) x2=(WIDTH - RIGHT) y1=(scale.y(share)) y2=(scale.y(share)) {}
                    text class="tick" x=(LEFT - 8.0) y=(scale.y(share) + 4.0) text-anchor="end" { (format::percent(share, 0)) }
                }
                @for q in &ticks {
                    line class="grid" x1=(scale.x(*q)) x2=(scale.x(*q)) y1=(TOP) y2=(HEIGHT - BOTTOM) {}
                    text class="tick" x=(scale.x(*q)) y=(HEIGHT - BOTTOM + 16.0) text-anchor="middle" { (format!("{}", (q * 1e6).round() / 1e4)) }
                }
                text class="axis-name" x=(WIDTH - RIGHT) y=(HEIGHT - 6.0) text-anchor="end" { (t(lang, "oc-x")) }
                @for (n, curve) in curves.iter().enumerate().rev() {
                    polyline class={ "curve c" (n) } points=(path(&curve.points)) {}
                }
                @for (quality, accept) in aims {
                    circle class="aim" cx=(scale.x(*quality)) cy=(scale.y(*accept)) r="5" {}
                }
            }
            figcaption class="legend" {
                @for (n, curve) in curves.iter().enumerate() {
                    span {
                        svg aria-hidden="true" width="28" height="12" { line class={ "curve c" (n) } x1="1" x2="27" y1="6" y2="6" {} }
                        @match &curve.word { Some(word) => (t(lang, word)), None => (t(lang, "oc-this-plan")) }
                    }
                }
                @if !aims.is_empty() {
                    span { svg aria-hidden="true" width="28" height="12" { circle class="aim" cx="14" cy="6" r="5" {} } (t(lang, "oc-aims")) }
                }
            }
        }
        p class="note" { (told) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        for (length, expected) in [(0.07, 0.02), (0.5, 0.1), (0.011, 0.005), (1.0, 0.2)] {
            assert!((step(length) - expected).abs() < 1e-12, "{length}: {}", step(length));
        }
    }
}
