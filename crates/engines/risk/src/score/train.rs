//! Training of a score, and the stored model: forest, calibration, history and card.

use forust_ml::gradientbooster::GrowPolicy;
use forust_ml::sampler::SampleMethod;
use forust_ml::{GradientBooster, Matrix};
use serde::{Deserialize, Serialize};

use super::features::{Declaration, History, Schema};
use super::forest::{Forest, LEAF, Node};
use super::metrics::{self, Calibration};

/// How to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Trees.
    pub trees: usize,
    /// Share of each tree that is taken over.
    pub learning_rate: f32,
    /// Most leaves of a tree.
    pub leaves: usize,
    /// Greatest depth of a tree.
    pub depth: usize,
    /// Least sum of second derivatives in a leaf.
    pub min_leaf_weight: f32,
    /// Share of rows each tree sees.
    pub subsample: f32,
    /// Share of features each tree sees.
    pub columns: f64,
    /// Penalty on large leaves.
    pub l2: f32,
    /// Seed of the sampling.
    pub seed: u64,
    /// Share of the latest cases kept back for calibration.
    pub held_back: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            trees: 240,
            learning_rate: 0.12,
            leaves: 47,
            depth: 9,
            min_leaf_weight: 1.0,
            subsample: 0.9,
            columns: 0.5,
            l2: 1.0,
            seed: 1,
            held_back: 0.15,
        }
    }
}

/// What is told about a model to those who use it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// How it was trained.
    pub options: Options,
    /// Cases with a known result.
    pub cases: usize,
    /// Of these, violations.
    pub violations: usize,
    /// First and last day of the cases.
    pub days: (i64, i64),
    /// Area under the curve on the cases kept back, of a forest that had not seen them.
    pub held_back_auc: Option<f64>,
    /// Names of the features.
    pub features: Vec<String>,
}

/// A trained score with everything needed to use it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The trees.
    pub forest: Forest,
    /// From scores to probabilities.
    pub calibration: Calibration,
    /// What was known when training ended.
    pub history: History,
    /// What the model is.
    pub card: Card,
}

/// The score of one declaration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// Score on the logit scale, by which declarations are ranked.
    pub score: f64,
    /// Calibrated probability of a violation.
    pub probability: f64,
    /// Probability times what is at stake.
    pub expected_loss: f64,
}

/// Trains a score on cases with known results, taken by day. A result counts in the histories from
/// the day after its declaration.
///
/// # Errors
/// In words, when there are too few cases or the trees cannot be grown.
pub fn train(schema: Schema, cases: &[(Declaration, bool)], options: &Options) -> Result<Model, String> {
    let positives = cases.iter().filter(|(_, y)| *y).count();
    if cases.len() < 100 || positives < 10 || positives == cases.len() {
        return Err("training needs at least 100 cases, 10 of them violations, and some without".to_owned());
    }
    let mut ordered: Vec<&(Declaration, bool)> = cases.iter().collect();
    ordered.sort_by_key(|(d, _)| d.day);
    let mut history = History::new(schema);
    let mut rows = Vec::with_capacity(ordered.len());
    for (d, violation) in &ordered {
        rows.push(history.lodge(d));
        history.learn(d, *violation, d.day);
    }
    let labels: Vec<bool> = ordered.iter().map(|(_, y)| *y).collect();
    let Fit { forest, calibration, held_back_auc, .. } = fit(&rows, &labels, options)?;
    let days = (ordered.first().map_or(0, |c| c.0.day), ordered.last().map_or(0, |c| c.0.day));
    let features = history.names();
    let card = Card {
        options: options.clone(),
        cases: rows.len(),
        violations: positives,
        days,
        held_back_auc,
        features,
    };
    Ok(Model { forest, calibration, history, card })
}

/// A forest with its calibration, tried on the latest cases.
pub(super) struct Fit {
    /// Grown on all cases.
    pub(super) forest: Forest,
    /// Grown without the cases kept back; none where nothing was kept back.
    pub(super) before: Option<Forest>,
    /// From scores to probabilities.
    pub(super) calibration: Calibration,
    /// Area under the curve on the cases kept back.
    pub(super) held_back_auc: Option<f64>,
}

/// Grows a forest on rows in the order of time, and calibrates it on the latest of them by a forest that had not
/// seen these.
pub(super) fn fit(rows: &[Vec<f64>], labels: &[bool], options: &Options) -> Result<Fit, String> {
    let kept = metrics::top(options.held_back.clamp(0.0, 0.5), rows.len());
    let cut = rows.len() - kept;
    let mut calibration = Calibration::default();
    let (mut held_back_auc, mut before) = (None, None);
    if kept > 0 && labels[cut..].contains(&true) {
        let forest = grow(&rows[..cut], &labels[..cut], options)?;
        let scores: Vec<f64> = rows[cut..].iter().map(|r| forest.score(r)).collect();
        calibration = Calibration::fit(&scores, &labels[cut..]);
        held_back_auc = metrics::auc(&scores, &labels[cut..]);
        before = Some(forest);
    }
    Ok(Fit { forest: grow(rows, labels, options)?, before, calibration, held_back_auc })
}

/// Grows the trees on rows of features; on one thread, so that the result repeats exactly.
///
/// # Errors
/// In words, when the trees cannot be grown.
pub fn grow(rows: &[Vec<f64>], labels: &[bool], options: &Options) -> Result<Forest, String> {
    let columns = rows.first().map_or(0, Vec::len);
    if columns == 0 || columns >= usize::from(LEAF) {
        return Err("there are no features or too many".to_owned());
    }
    let mut data = Vec::with_capacity(rows.len() * columns);
    for c in 0..columns {
        data.extend(rows.iter().map(|r| r[c]));
    }
    let y: Vec<f64> = labels.iter().map(|l| f64::from(u8::from(*l))).collect();
    let mut booster = GradientBooster::default()
        .set_iterations(options.trees)
        .set_learning_rate(options.learning_rate)
        .set_max_leaves(options.leaves)
        .set_max_depth(options.depth)
        .set_min_leaf_weight(options.min_leaf_weight)
        .set_l2(options.l2)
        .set_subsample(options.subsample)
        .set_colsample_bytree(options.columns)
        .set_sample_method(SampleMethod::Random)
        .set_seed(options.seed)
        .set_parallel(false);
    booster.grow_policy = GrowPolicy::LossGuide;
    booster.fit_unweighted(&Matrix::new(&data, rows.len(), columns), &y, None).map_err(|e| e.to_string())?;
    flatten(&booster, columns)
}

/// Lays the trees out in one list, children after their parents.
fn flatten(booster: &GradientBooster, columns: usize) -> Result<Forest, String> {
    let (mut roots, mut nodes): (Vec<u32>, Vec<Node>) = (Vec::new(), Vec::new());
    for tree in &booster.trees {
        let root = nodes.len();
        roots.push(index(root)?);
        // Breadth first: the list of old numbers grows as children are met, two by two.
        let mut queue = vec![0usize];
        let mut at = 0;
        while let Some(old) = queue.get(at).copied() {
            at += 1;
            let node = tree.nodes.get(old).ok_or("a tree is broken")?;
            let mut new = Node {
                feature: LEAF,
                threshold: node.split_value,
                left: 0,
                missing_left: node.missing_node == node.left_child,
                value: node.weight_value,
            };
            if !node.is_leaf {
                if !new.missing_left && node.missing_node != node.right_child {
                    return Err("branches of their own for missing values are not supported".to_owned());
                }
                new.feature = u16::try_from(node.split_feature).map_err(|e| e.to_string())?;
                new.left = index(root + queue.len())?;
                queue.extend([node.left_child, node.right_child]);
            }
            nodes.push(new);
        }
    }
    let forest = Forest::new(booster.base_score, roots, nodes);
    if forest.is_sound(columns) { Ok(forest) } else { Err("a tree is broken".to_owned()) }
}

fn index(n: usize) -> Result<u32, String> {
    u32::try_from(n).map_err(|e| e.to_string())
}

impl Model {
    /// Scores a declaration from what the history knows before its day, and notes that it was lodged.
    pub fn score(&mut self, d: &Declaration) -> Scored {
        let features = self.history.lodge(d);
        self.score_features(&features, d.at_stake)
    }

    /// Scores a row of features.
    pub fn score_features(&self, features: &[f64], at_stake: f64) -> Scored {
        let score = self.forest.score(features);
        let probability = self.calibration.probability(score);
        Scored { score, probability, expected_loss: probability * at_stake }
    }

    /// The features that moved a score most, with their names and shares, largest first.
    pub fn reasons(&self, features: &[f64], most: usize) -> Vec<(String, f64)> {
        let (_, shares) = self.forest.contributions(features);
        let mut out: Vec<(String, f64)> = self.card.features.iter().cloned().zip(shares).collect();
        out.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        out.truncate(most);
        out
    }

    /// The model as JSON.
    ///
    /// # Errors
    /// In words, when a number cannot be written.
    pub fn to_json(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|e| e.to_string())
    }

    /// Reads a model and makes sure that walking its trees ends.
    ///
    /// # Errors
    /// In words, when the text is not a sound model.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let model: Model = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let width = model.card.features.len();
        if width == model.history.names().len() && model.forest.is_sound(width) {
            return Ok(model);
        }
        Err("the model is not sound".to_owned())
    }
}
