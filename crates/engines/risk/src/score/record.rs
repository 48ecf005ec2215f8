//! The score over a bureau's own records: features of a consignment from running histories that are kept by key, so
//! that they can stand in the rows of a table and one decision reads a dozen of them.
//!
//! A history knows whole days that have passed and nothing of the day itself, in training as in use. All numbers are
//! whole (millionths, thousandths of a logarithm), so that a stored row of features gives the same score for ever.

use super::forest::Forest;
use super::metrics::Calibration;
use super::train::{Card, Options, fit};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Name of this set of features; a model of another set cannot be used.
pub const LAYOUT: &str = "records/1";
/// One, in the units of features.
const ONE: f64 = 1e6;
/// Weight of the overall share in the share of one key, in cases.
const PRIOR: f64 = 10.0;
/// Classes of equal share in a reference.
const CLASSES: usize = 10;
/// Consignments that shapes are taken from at least.
const REFERENCE: usize = 200;
/// The history of all consignments.
pub const ALL: &str = "all";
/// The key by whose peers masses and values are judged.
const PEERS: usize = 2;

/// Histories are kept by these texts and pairs of them: name and places in [`Case::texts`].
pub const KEYS: [(&str, &[usize]); 13] = [
    ("operator", &[0]),
    ("plant", &[1]),
    ("hs", &[2]),
    ("origin", &[3]),
    ("market", &[4]),
    ("port", &[5]),
    ("operator hs", &[0, 2]),
    ("operator origin", &[0, 3]),
    ("operator port", &[0, 5]),
    ("hs origin", &[2, 3]),
    ("hs market", &[2, 4]),
    ("hs port", &[2, 5]),
    ("origin port", &[3, 5]),
];

/// Features that need no history.
const PLAIN: [&str; 13] = [
    "direction",
    "class",
    "risk",
    "lines",
    "chapter",
    "heading",
    "hs",
    "month",
    "mass",
    "value",
    "unit value",
    "mass against peers",
    "unit value against peers",
];

/// A consignment as the score looks at it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// Day it was lodged, in days of any calendar that only moves forward.
    pub day: i64,
    /// Month, 1 to 12.
    pub month: i64,
    /// Operator, plant, HS code, origin, market, port; empty when absent.
    pub texts: [String; 6],
    /// Whether it is imported.
    pub import: bool,
    /// Enterprise class.
    pub class: i64,
    /// Product risk from 1.
    pub risk: i64,
    /// Goods lines.
    pub lines: i64,
    /// Declared mass in grams; none where goods are not declared by mass.
    pub grams: Option<i64>,
    /// Declared value in thousandths of one currency.
    pub value: Option<i64>,
}

/// What is known under one key. Sums only, so that it may be added up in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Consignments lodged.
    pub seen: i64,
    /// Consignments with a result.
    pub known: i64,
    /// Of these, violations.
    pub violations: i64,
    /// Last day on which one was lodged.
    pub last_day: Option<i64>,
    /// Logarithms of mass in thousandths: count, sum, sum of squares.
    pub mass: (i64, i64, i64),
    /// The same of the value of a kilogram.
    pub unit: (i64, i64, i64),
}

/// Histories by key.
pub type Memory = HashMap<String, Past>;

impl Past {
    /// Adds what another one knows.
    pub fn add(&mut self, o: &Past) {
        let sum = |a: (i64, i64, i64), b: (i64, i64, i64)| (a.0 + b.0, a.1 + b.1, a.2 + b.2);
        self.seen += o.seen;
        self.known += o.known;
        self.violations += o.violations;
        self.last_day = self.last_day.max(o.last_day);
        self.mass = sum(self.mass, o.mass);
        self.unit = sum(self.unit, o.unit);
    }
}

/// A logarithm in thousandths.
fn thousandths(ln: f64) -> i64 {
    (ln * 1e3).round() as i64
}

fn millionths(x: f64) -> Option<i64> {
    x.is_finite().then(|| (x * ONE).round() as i64)
}

impl Case {
    /// The keys of its histories, [`ALL`] first and the others in the order of [`KEYS`].
    pub fn keys(&self) -> Vec<String> {
        let key = |(name, parts): &(&str, &[usize])| {
            let texts: Vec<&str> = parts.iter().map(|p| self.texts[*p].as_str()).collect();
            format!("{name}={}", texts.join("|"))
        };
        std::iter::once(ALL.to_owned()).chain(KEYS.iter().map(key)).collect()
    }

    fn ln_mass(&self) -> Option<f64> {
        self.grams.filter(|g| *g > 0).map(|g| (g as f64 / 1e3).ln_1p())
    }

    /// Logarithm of the value of a kilogram.
    fn ln_unit(&self) -> Option<f64> {
        let grams = self.grams.filter(|g| *g > 0)?;
        let value = self.value.filter(|v| *v > 0)?;
        Some((value as f64 / grams as f64).ln())
    }

    /// Notes that it was lodged.
    pub fn lodged(&self, memory: &mut Memory) {
        let one = |x: Option<f64>| x.map_or((0, 0, 0), |x| (1, thousandths(x), thousandths(x).pow(2)));
        let (mass, unit) = (one(self.ln_mass()), one(self.ln_unit()));
        let seen = Past { seen: 1, last_day: Some(self.day), mass, unit, ..Past::default() };
        for key in self.keys() {
            memory.entry(key).or_default().add(&seen);
        }
    }

    /// Notes what a check found.
    pub fn known(&self, violation: bool, memory: &mut Memory) {
        let known = Past { known: 1, violations: i64::from(violation), ..Past::default() };
        for key in self.keys() {
            memory.entry(key).or_default().add(&known);
        }
    }

    /// Its features in millionths, from the histories of the days before; a missing one is none.
    pub fn features(&self, memory: &Memory) -> Vec<Option<i64>> {
        let keys = self.keys();
        let past = |key: &String| memory.get(key).copied().unwrap_or_default();
        let (hs, all) = (self.texts[2].parse::<i64>().ok(), past(&keys[0]));
        let peers = past(&keys[1 + PEERS]);
        let whole = |x: i64| x.checked_mul(1_000_000);
        let mut out: Vec<Option<i64>> = vec![
            whole(i64::from(self.import)),
            whole(self.class),
            whole(self.risk),
            whole(self.lines),
            hs.and_then(|h| whole(h / 10_000)),
            hs.and_then(|h| whole(h / 100)),
            hs.and_then(whole),
            whole(self.month),
            self.ln_mass().and_then(millionths),
            self.value.filter(|v| *v > 0).and_then(|v| millionths((v as f64 / 1e3).ln_1p())),
            self.ln_unit().and_then(millionths),
            self.ln_mass().and_then(|x| distance(peers.mass, x)),
            self.ln_unit().and_then(|x| distance(peers.unit, x)),
        ];
        let overall = (all.violations as f64 + 2.0) / (all.known as f64 + PRIOR);
        for key in &keys[1..] {
            let p = past(key);
            out.push(millionths((p.violations as f64 + PRIOR * overall) / (p.known as f64 + PRIOR)));
            out.push(millionths(((p.seen as f64 + 1.0) / (all.seen as f64 + 1.0)).ln()));
            out.push(p.last_day.and_then(|l| whole(self.day - l)));
        }
        out
    }
}

/// Distance from peers in standard deviations, drawn towards a spread of one when they are few.
fn distance((n, sum, squares): (i64, i64, i64), x: f64) -> Option<i64> {
    if n < 2 {
        return None;
    }
    let (n, sum) = (n as f64, sum as f64 / 1e3);
    let spread = (squares as f64 / 1e6 - sum * sum / n).max(0.0);
    millionths((x - sum / n) / ((spread + 1.0) / n).sqrt())
}

/// Names of the features in order.
pub fn names() -> Vec<String> {
    let mut out: Vec<String> = PLAIN.iter().map(|p| (*p).to_owned()).collect();
    for (key, _) in KEYS {
        out.extend(["violations", "frequency", "days"].map(|what| format!("{what} {key}")));
    }
    out
}

/// Features as the forest reads them.
fn row(features: &[Option<i64>]) -> Vec<f64> {
    features.iter().map(|f| f.map_or(f64::NAN, |x| x as f64 / ONE)).collect()
}

/// The distribution of a number when the model was made: cuts between classes of equal share, and how many fell into
/// each; the last class holds missing values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Ascending cuts, in the unit of the number.
    pub cuts: Vec<i64>,
    /// Counts by class.
    pub counts: Vec<usize>,
}

impl Shape {
    /// The shape of a sample.
    fn of(sample: &[Option<i64>]) -> Shape {
        let mut sorted: Vec<i64> = sample.iter().copied().flatten().collect();
        sorted.sort_unstable();
        let mut cuts: Vec<i64> =
            (1..CLASSES).filter_map(|k| sorted.get(k * sorted.len() / CLASSES).copied()).collect();
        cuts.dedup();
        let mut shape = Shape { counts: vec![0; cuts.len() + 2], cuts };
        for x in sample {
            let class = shape.class(*x);
            shape.counts[class] += 1;
        }
        shape
    }

    /// The class of a number.
    pub fn class(&self, x: Option<i64>) -> usize {
        x.map_or(self.cuts.len() + 1, |x| self.cuts.partition_point(|c| *c <= x))
    }
}

/// A trained score over a bureau's records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The set of features it was grown on.
    pub layout: String,
    /// The trees.
    pub forest: Forest,
    /// From scores to probabilities.
    pub calibration: Calibration,
    /// What the model is.
    pub card: Card,
    /// Shapes of the features over all consignments of the last part of the training, in their order.
    pub shapes: Vec<Shape>,
    /// Shape of the probability in millionths over the same.
    pub shape: Shape,
}

/// What a model says of a consignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Probability of a violation, parts per million.
    pub probability_ppm: u64,
    /// The features that moved it most, with their share in thousandths of a logit, largest first.
    pub reasons: Vec<(String, i64)>,
}

/// Features that say most are named with a decision.
const NAMED: usize = 4;

impl Model {
    /// Scores features of [`Case::features`].
    pub fn score(&self, features: &[Option<i64>]) -> Said {
        let row = row(features);
        let p = self.calibration.probability(self.forest.score(&row)).clamp(0.0, 1.0);
        let (_, shares) = self.forest.contributions(&row);
        let mut reasons: Vec<(String, i64)> =
            self.card.features.iter().cloned().zip(shares.iter().map(|s| thousandths(*s))).collect();
        reasons.sort_by(|a, b| b.1.abs().cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
        reasons.truncate(NAMED);
        Said { probability_ppm: (p * ONE).round() as u64, reasons }
    }

    /// The model as JSON.
    ///
    /// # Errors
    /// In words, when a number cannot be written.
    pub fn to_json(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|e| e.to_string())
    }

    /// Reads a model and makes sure that it fits these features and that walking its trees ends.
    ///
    /// # Errors
    /// In words, when the text is not a sound model of this set of features.
    pub fn from_json(text: &str) -> Result<Model, String> {
        let model: Model = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let width = names().len();
        if model.layout != LAYOUT || model.card.features != names() {
            return Err(format!("the model is not made for the features {LAYOUT}"));
        }
        let shapes = model.shapes.iter().chain([&model.shape]);
        let whole = |s: &Shape| s.counts.len() == s.cuts.len() + 2;
        if model.shapes.len() != width || !model.forest.is_sound(width) || !shapes.into_iter().all(whole) {
            return Err("the model is not sound".to_owned());
        }
        Ok(model)
    }
}

/// One consignment of a training, in the order of lodging.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Day it was lodged.
    pub day: i64,
    /// Features as of that day.
    pub features: Vec<Option<i64>>,
    /// What its inspection found; none when it was not inspected.
    pub result: Option<bool>,
}

/// Trains a score on the consignments with a result; the shapes come from all of the last part, inspected or not.
///
/// # Errors
/// In words, when there are too few results or the trees cannot be grown.
pub fn train(examples: &[Example], options: &Options) -> Result<Model, String> {
    let known: Vec<(&Example, bool)> = examples.iter().filter_map(|e| e.result.map(|y| (e, y))).collect();
    let violations = known.iter().filter(|(_, y)| *y).count();
    if known.len() < 100 || violations < 10 || violations == known.len() {
        return Err("training needs at least 100 results, 10 of them violations, and some without".to_owned());
    }
    let rows: Vec<Vec<f64>> = known.iter().map(|(e, _)| row(&e.features)).collect();
    let labels: Vec<bool> = known.iter().map(|(_, y)| *y).collect();
    let found = fit(&rows, &labels, options)?;
    // Shapes on fewer would be chance for the most part.
    let latest = ((examples.len() as f64 * options.held_back) as usize).max(REFERENCE).min(examples.len());
    let last = &examples[examples.len() - latest..];
    // The forest that had not seen these, else the one that has.
    let unseen = found.before.as_ref().unwrap_or(&found.forest);
    let probability = |e: &Example| {
        millionths(found.calibration.probability(unseen.score(&row(&e.features))).clamp(0.0, 1.0))
    };
    let shape = Shape::of(&last.iter().map(probability).collect::<Vec<_>>());
    let column = |c: usize| Shape::of(&last.iter().map(|e| e.features[c]).collect::<Vec<_>>());
    let card = Card {
        options: options.clone(),
        cases: known.len(),
        violations,
        days: (known.first().map_or(0, |k| k.0.day), known.last().map_or(0, |k| k.0.day)),
        held_back_auc: found.held_back_auc,
        features: names(),
    };
    let shapes = (0..names().len()).map(column).collect();
    let (forest, calibration) = (found.forest, found.calibration);
    Ok(Model { layout: LAYOUT.to_owned(), forest, calibration, card, shapes, shape })
}

#[cfg(test)]
mod tests;
