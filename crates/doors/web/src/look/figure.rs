//! A figure drawn honestly: value, n, interval as a thin bar, peers as dots, own baseline as a tick.
use maud::{Markup, html};

use super::lang::{Lang, t, t_args};

/// What is known of a figure.
#[derive(Debug, Clone, Default)]
pub enum FigureValue<'a> {
    /// A value with its interval.
    Known {
        /// On the scale of the row.
        value: f64,
        /// As it is written, with unit.
        shown: &'a str,
        /// Lower and upper end of the 95 % interval, where there is one.
        interval: Option<(f64, f64)>,
        /// Number of observations.
        n: u64,
    },
    /// Too few observations for a rate.
    Insufficient {
        /// Observations there are.
        n: u64,
        /// Observations there should be.
        need: u64,
    },
    /// Nothing was recorded.
    #[default]
    NoData,
}

/// One row of a set of figures on a common scale.
#[derive(Debug, Clone, Default)]
pub struct FigureBar<'a> {
    /// Language.
    pub lang: Lang,
    /// What it measures.
    pub label: &'a str,
    /// The value.
    pub value: FigureValue<'a>,
    /// Peers on the same scale.
    pub peers: &'a [f64],
    /// Own earlier level.
    pub baseline: Option<f64>,
    /// Ends of the scale.
    pub range: (f64, f64),
    /// The records behind it.
    pub href: Option<&'a str>,
}

impl FigureBar<'_> {
    /// Place of a value on the scale, as a percentage of the width; outside values stand at the end.
    fn place(&self, value: f64) -> String {
        let (low, high) = self.range;
        let width = if high > low { high - low } else { 1.0 };
        let share = ((value - low) / width).clamp(0.0, 1.0);
        format!("{:.2}%", 1.0 + share * 98.0)
    }
}

/// The row. The drawing is described in words for those who do not see it.
pub fn figure_bar(bar: &FigureBar<'_>) -> Markup {
    let lang = bar.lang;
    html! {
        div class="figure-bar" {
            span class="label" { (bar.label) }
            @match &bar.value {
                FigureValue::Known { shown, n, .. } => {
                    span class="value" { @if let Some(href) = bar.href { a href=(href) { (shown) } } @else { (shown) } }
                    (drawing(bar))
                    span class="n" { (t_args(lang, "figure-n", &[("n", super::format::count(*n).into())])) }
                }
                FigureValue::Insufficient { n, need } => {
                    span class="value word" { (t(lang, "figure-insufficient")) }
                    (drawing(bar))
                    span class="n" { (t_args(lang, "figure-need", &[("n", (*n).into()), ("need", (*need).into())])) }
                }
                FigureValue::NoData => {
                    span class="value word" { (t(lang, "no-data")) }
                    (drawing(bar))
                    span class="n" {}
                }
            }
        }
    }
}

fn drawing(bar: &FigureBar<'_>) -> Markup {
    let lang = bar.lang;
    let told = match (&bar.value, bar.peers.len()) {
        (FigureValue::Known { shown, .. }, peers) => {
            t_args(lang, "figure-told", &[("value", (*shown).into()), ("peers", peers.into())])
        }
        (_, peers) => t_args(lang, "figure-told-none", &[("peers", peers.into())]),
    };
    html! {
        svg role="img" aria-label=(told) height="28" {
            line class="axis" x1="1%" x2="99%" y1="14" y2="14" stroke-width="1" {}
            @for peer in bar.peers { circle class="peer" cx=(bar.place(*peer)) cy="14" r="3" stroke-width="1" {} }
            @if let FigureValue::Known { value, interval, .. } = &bar.value {
                @if let Some((low, high)) = interval {
                    line class="span" x1=(bar.place(*low)) x2=(bar.place(*high)) y1="14" y2="14" stroke-width="3" {}
                }
                circle class="point" cx=(bar.place(*value)) cy="14" r="5.5" {}
            }
            @if let Some(base) = bar.baseline {
                line class="base" x1=(bar.place(base)) x2=(bar.place(base)) y1="5" y2="23" stroke-width="2" {}
            }
        }
    }
}

/// The key to the signs of [`figure_bar`], once below a set.
pub fn figure_legend(lang: Lang) -> Markup {
    html! {
        p class="legend" {
            span { svg aria-hidden="true" { circle class="point" cx="11" cy="6" r="5" {} } (t(lang, "legend-value")) }
            span { svg aria-hidden="true" { line class="span" x1="1" x2="21" y1="6" y2="6" stroke-width="3" {} } (t(lang, "legend-interval")) }
            span { svg aria-hidden="true" { circle class="peer" cx="11" cy="6" r="3" {} } (t(lang, "legend-peers")) }
            span { svg aria-hidden="true" { line class="base" x1="11" x2="11" y1="0" y2="12" stroke-width="2" {} } (t(lang, "legend-baseline")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_the_scale_stands_at_its_end() {
        let bar = FigureBar { range: (0.0, 10.0), ..Default::default() };
        assert_eq!(bar.place(-5.0), "1.00%");
        assert_eq!(bar.place(5.0), "50.00%");
        assert_eq!(bar.place(99.0), "99.00%");
    }

    #[test]
    fn absence_is_a_word_and_never_a_point() {
        let drawn = figure_bar(&FigureBar { range: (0.0, 1.0), ..Default::default() }).0;
        assert!(!drawn.contains("class=\"point\""));
        assert!(drawn.contains(&t(Lang::ZhCn, "no-data")));
    }
}
