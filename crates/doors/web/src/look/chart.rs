//! Charts in time and among peers, drawn on the server: points with their limits, and what speaks out of chance
//! marked by a shape and told in words. Places are shares of the width, so that nothing shrinks on a phone.
use maud::{Markup, PreEscaped, html};

use super::lang::{Lang, t_args};

/// Height of a chart, in px.
const HIGH: f64 = 200.0;
/// Room above and below the points, in px.
const ROOM: f64 = 14.0;

/// One period of a chart in time.
#[derive(Debug, Clone, Default)]
pub struct TimePoint {
    /// Name of the period.
    pub period: String,
    /// Value as it is written.
    pub shown: String,
    /// Value on the scale of the chart.
    pub value: f64,
    /// Limits of chance.
    pub limits: (f64, f64),
    /// Whether a run rule speaks here.
    pub speaks: bool,
}

/// A control chart.
#[derive(Debug, Clone, Default)]
pub struct TimeChart {
    /// Language.
    pub lang: Lang,
    /// The whole in one sentence, for those who do not see it.
    pub told: String,
    /// Centre line and its writing.
    pub centre: (f64, String),
    /// Lowest and highest value of the scale, as they are written.
    pub ends: ((f64, String), (f64, String)),
    /// Periods, oldest first.
    pub points: Vec<TimePoint>,
}

/// Place of a value between two ends, from the top, in px.
fn down(value: f64, (low, high): (f64, f64)) -> String {
    let span = if high > low { high - low } else { 1.0 };
    let share = ((value - low) / span).clamp(0.0, 1.0);
    format!("{:.1}", ROOM + (1.0 - share) * (HIGH - 2.0 * ROOM))
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen points")]
fn at(index: usize, of: usize) -> f64 {
    (index as f64 + 0.5) / of.max(1) as f64
}

/// Draws values in time between their limits.
pub fn time_chart(c: &TimeChart) -> Markup {
    let scale = (c.ends.0.0, c.ends.1.0);
    let n = c.points.len();
    let half = at(0, n);
    html! {
        figure class="series" {
            svg role="img" aria-label=(c.told) height=(HIGH) {
                line class="centre" x1="0" x2="100%" y1=(down(c.centre.0, scale)) y2=(down(c.centre.0, scale)) {}
                @for (i, p) in c.points.iter().enumerate() {
                    @let x = at(i, n);
                    @for limit in [p.limits.0, p.limits.1] {
                        line class="limit" x1=(percent(x - half)) x2=(percent(x + half)) y1=(down(limit, scale)) y2=(down(limit, scale)) {}
                    }
                    @if let Some(next) = c.points.get(i + 1) {
                        line class="run" x1=(percent(x)) x2=(percent(at(i + 1, n))) y1=(down(p.value, scale)) y2=(down(next.value, scale)) {}
                    }
                }
                @for (i, p) in c.points.iter().enumerate() { (dot(&percent(at(i, n)), &down(p.value, scale), p.speaks, &p.period, &p.shown)) }
            }
            figcaption {
                @if let (Some(first), Some(last)) = (c.points.first(), c.points.last()) {
                    span { (first.period) } span { (last.period) }
                }
            }
            p class="series-scale" {
                span { (c.ends.0.1) " – " (c.ends.1.1) }
                span { (t_args(c.lang, "chart-centre", &[("value", c.centre.1.as_str().into())])) }
            }
        }
    }
}

/// A point; one that speaks is a square, so that its colour is not alone.
fn dot(x: &str, y: &str, speaks: bool, name: &str, shown: &str) -> Markup {
    html! {
        @if speaks {
            svg class="mark-at" x=(x) y=(y) { rect class="speaks" x="-5" y="-5" width="10" height="10" { title { (name) " " (shown) } } }
        } @else {
            circle class="point" cx=(x) cy=(y) r="3.5" { title { (name) " " (shown) } }
        }
    }
}

/// A unit among its peers.
#[derive(Debug, Clone, Default)]
pub struct FunnelUnit {
    /// Its name.
    pub name: String,
    /// Cases.
    pub n: f64,
    /// Value as it is written.
    pub shown: String,
    /// Value on the scale of the chart.
    pub value: f64,
    /// Whether it stands outside what chance explains.
    pub speaks: bool,
    /// Whether it is the unit that the page is about.
    pub own: bool,
}

/// A funnel: units by their number of cases around the common value, with the limits of chance.
#[derive(Debug, Clone, Default)]
pub struct FunnelChart {
    /// Language.
    pub lang: Lang,
    /// The whole in one sentence, for those who do not see it.
    pub told: String,
    /// Centre line and its writing.
    pub centre: (f64, String),
    /// Lowest and highest value of the scale, as they are written.
    pub ends: ((f64, String), (f64, String)),
    /// Most cases on the scale.
    pub most: f64,
    /// Limits at numbers of cases: n, inner low, inner high, outer low, outer high.
    pub limits: Vec<[f64; 5]>,
    /// Units.
    pub units: Vec<FunnelUnit>,
}

/// Draws a funnel.
pub fn funnel_chart(c: &FunnelChart) -> Markup {
    let scale = (c.ends.0.0, c.ends.1.0);
    let across = |n: f64| percent(0.02 + 0.96 * (n / c.most.max(1.0)).clamp(0.0, 1.0));
    let curve = |k: usize| -> String {
        let points = c.limits.iter().map(|l| {
            let x = 2.0 + 96.0 * (l[0] / c.most.max(1.0)).clamp(0.0, 1.0);
            format!("{x:.2},{}", down(l[k], scale))
        });
        points.collect::<Vec<_>>().join(" ")
    };
    html! {
        figure class="series" {
            svg role="img" aria-label=(c.told) height=(HIGH) {
                svg viewBox=(format!("0 0 100 {HIGH}")) preserveAspectRatio="none" width="100%" height=(HIGH) {
                    @for k in 1..5 { polyline class={ "limit" @if k > 2 { " outer" } } points=(curve(k)) vector-effect="non-scaling-stroke" {} }
                }
                line class="centre" x1="0" x2="100%" y1=(down(c.centre.0, scale)) y2=(down(c.centre.0, scale)) {}
                @for u in &c.units {
                    @if u.own { circle class="own" cx=(across(u.n)) cy=(down(u.value, scale)) r="9" {} }
                    (dot(&across(u.n), &down(u.value, scale), u.speaks, &u.name, &u.shown))
                }
            }
            figcaption { span { "n = 0" } span { "n = " (PreEscaped(format!("{:.0}", c.most))) } }
            p class="series-scale" {
                span { (c.ends.0.1) " – " (c.ends.1.1) }
                span { (t_args(c.lang, "chart-centre", &[("value", c.centre.1.as_str().into())])) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_is_a_shape_of_its_own_and_high_is_up() {
        let point = |value, speaks| TimePoint { value, speaks, limits: (0.0, 10.0), ..Default::default() };
        let ends = ((0.0, "0".to_owned()), (10.0, "10".to_owned()));
        let c = TimeChart { points: vec![point(2.0, false), point(9.0, true)], ends, ..Default::default() };
        let drawn = time_chart(&c).0;
        assert_eq!(
            (drawn.matches("class=\"speaks\"").count(), drawn.matches("class=\"point\"").count()),
            (1, 1)
        );
        assert_eq!(down(10.0, (0.0, 10.0)), "14.0");
        assert_eq!(down(0.0, (0.0, 10.0)), "186.0");
    }
}
