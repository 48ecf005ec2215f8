//! Indicators: the scorecard of a unit, one figure with its charts, and the facts that it was counted from.
mod bulletin;
mod csv;
mod draw;
mod facts;
mod list;
mod one;
mod target;

use std::sync::Arc;

use excellence::indicator::{Catalogue, Definition, Direction, Figure, Measure, State, period};
use kernel::{Bilingual, Refusal, Result, bi};
use maud::{Markup, html};
use registry::people::Unit;
use serde::Deserialize;
use store::Tx;

use crate::answer::said;
use crate::look::{FigureBar, FigureValue, Lang, Sign, Tone, badge, figure_bar, format, t, t_args};
use crate::route::{RouteSpec, get, post, with_query};

use draw::span;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/indicators", list::list),
        get("/indicators/csv", csv::scorecard),
        get("/indicators/bulletin", bulletin::paper),
        get("/indicators/bulletin/xlsx", bulletin::book),
        get("/indicators/{id}", one::one),
        get("/indicators/{id}/facts", facts::facts),
        get("/indicators/{id}/csv", csv::facts),
        get("/indicators/{id}/target", target::ask),
        post("/indicators/{id}/target", target::set),
    ]
}

/// Which figure is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// Code of the unit; empty for one's own branch, or for the whole bureau.
    #[serde(default)]
    pub(super) unit: String,
    /// Period by name; empty for the last that ended.
    #[serde(default)]
    pub(super) period: String,
    /// Family of indicators.
    #[serde(default)]
    pub(super) family: String,
    /// The fact after which a page begins.
    #[serde(default)]
    pub(super) after: i64,
}

impl Asked {
    /// An address with the same unit and period.
    pub(super) fn href(&self, path: &str) -> String {
        with_query(path, &[("unit", self.unit.clone()), ("period", self.period.clone())])
    }
}

/// The catalogue that the house keeps.
pub(crate) fn catalogue() -> Result<Arc<Catalogue>> {
    Catalogue::shipped()
}

/// The last month of the period that is asked for: the last that ended, unless one is named.
pub(super) fn month_of(tx: &Tx, d: &Definition, asked: &str) -> Result<i32> {
    if !asked.is_empty() {
        return period::parse(asked);
    }
    let running = period::Window::of(d, period::month(tx.now().date()));
    Ok(running.back(d, 1).last)
}

/// The newest version of an indicator, or the page that says there is none.
pub(super) fn definition<'c>(c: &'c Catalogue, id: &str) -> Result<&'c Definition> {
    c.newest(id).map_err(|_| {
        let what = bi("没有这个指标", "there is no such indicator");
        Refusal::new("indicator.not_found", what)
            .missing("indicator", id, bi("从指标目录打开", "open it from the list of indicators"))
            .into()
    })
}

/// The name of a unit, or of the bureau as a whole.
pub(crate) fn unit_name(lang: Lang, unit: Option<&Unit>) -> String {
    unit.map_or_else(|| t(lang, "whole-bureau"), |u| said(lang, &u.name))
}

/// A value with its unit of measure, as it is written everywhere.
pub(crate) fn shown(lang: Lang, d: &Definition, value: f64) -> String {
    // An effect is kept in millionths of its own indicator's unit.
    let value = if d.unit == "micro" { value / 1_000_000.0 } else { value };
    let places = match d.unit.as_str() {
        // A count is whole; the ends of its interval are not.
        "count" => usize::from(value.fract() != 0.0),
        "ratio" | "micro" => 2,
        _ => 1,
    };
    let sign = if value < 0.0 { "−" } else { "" };
    let number = format!("{sign}{:.places$}", value.abs());
    match d.unit.as_str() {
        "percent" => format!("{number}\u{a0}%"),
        "per_1000" => format!("{number}\u{a0}‰"),
        "per_10000" => format!("{number}\u{a0}/\u{a0}10\u{a0}000"),
        "count" | "ratio" | "micro" => number,
        unit => format!("{number}\u{a0}{}", t(lang, &format!("measure-{unit}"))),
    }
}

/// What a state is called.
pub(crate) fn state_word(lang: Lang, state: State) -> String {
    let key = match state {
        State::Scored => "state-scored",
        State::Insufficient => "state-insufficient",
        State::NoData => "state-no-data",
        State::Stale => "state-stale",
        State::Waiting => "state-waiting",
    };
    t(lang, key)
}

/// A figure in one cell: value, or the word for why there is none.
pub(crate) fn cell(lang: Lang, d: &Definition, f: &Figure) -> Markup {
    html! {
        @match f.value { Some(v) => (shown(lang, d, v)), None => span class="quiet" { (state_word(lang, f.state)) } }
    }
}

/// Which way is better, in words.
pub(crate) fn direction_word(lang: Lang, d: &Definition) -> String {
    t(
        lang,
        match d.direction {
            Direction::Up => "better-up",
            Direction::Down => "better-down",
            Direction::Watch => "better-watch",
        },
    )
}

/// Whether the target is kept.
pub(crate) fn target_badge(lang: Lang, d: &Definition, f: &Figure, target_milli: Option<i64>) -> Markup {
    let Some(milli) = target_milli else { return Markup::default() };
    #[expect(clippy::cast_precision_loss, reason = "targets are small")]
    let target = milli as f64 / 1000.0;
    let word = t_args(lang, "target-is", &[("value", shown(lang, d, target).into())]);
    let kept = f.value.map(|v| if d.direction == Direction::Down { v <= target } else { v >= target });
    match kept {
        Some(true) => badge(Tone::Go, Sign::Check, &format!("{word} · {}", t(lang, "target-kept"))),
        Some(false) => badge(Tone::Wait, Sign::Warn, &format!("{word} · {}", t(lang, "target-missed"))),
        None => badge(Tone::Quiet, Sign::Dash, &word),
    }
}

/// What a row of figures shows.
pub(crate) struct Bar<'a> {
    /// The indicator.
    pub(crate) d: &'a Definition,
    /// Its label.
    pub(crate) label: &'a str,
    /// The figure.
    pub(crate) figure: &'a Figure,
    /// Its peers' values.
    pub(crate) peers: &'a [f64],
    /// The unit's own year before.
    pub(crate) baseline: Option<f64>,
    /// What opens it.
    pub(crate) href: &'a str,
    /// Cases that a rate needs.
    pub(crate) need: i64,
}

/// A figure beside its peers and its own past.
pub(crate) fn bar(lang: Lang, b: &Bar<'_>) -> Markup {
    let of = |n: i64| u64::try_from(n).unwrap_or(0);
    let (f, written) = (b.figure, b.figure.value.map(|v| shown(lang, b.d, v)).unwrap_or_default());
    let value = match (f.state, f.value) {
        (_, Some(value)) => FigureValue::Known { value, shown: &written, interval: f.interval, n: of(f.n) },
        (State::Insufficient, None) => FigureValue::Insufficient { n: of(f.n), need: of(b.need) },
        _ => FigureValue::NoData,
    };
    let mut all: Vec<f64> = b.peers.to_vec();
    all.extend(f.value.into_iter().chain(b.baseline));
    all.extend(f.interval.into_iter().flat_map(|(low, high)| [low, high]));
    figure_bar(&FigureBar {
        lang,
        label: b.label,
        value,
        peers: b.peers,
        baseline: b.baseline,
        range: span(b.d, &all),
        href: Some(b.href),
    })
}

/// A list of words, each by its key.
pub(super) fn both(lang: Lang, text: &Bilingual) -> String {
    said(lang, text)
}

/// A count as it is written.
pub(super) fn count(n: i64) -> String {
    format::integer(n)
}

/// Whether a figure is of cases alone: a median, or a count of events among nothing.
pub(super) fn whole(d: &Definition, f: &Figure) -> bool {
    d.measure == Measure::Median || d.measure == Measure::Count && f.denominator == 0
}
