//! A forest of decision trees laid out flat for speed, with the share of each feature in a score.

use serde::{Deserialize, Serialize};

/// The feature number of a leaf.
pub const LEAF: u16 = u16::MAX;

/// Trees walked side by side, so that waiting for the memory of one is used by the others.
const ABREAST: usize = 8;

/// One node; the right child follows the left one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Feature tested, or [`LEAF`].
    pub feature: u16,
    /// Values below go left, others right.
    pub threshold: f64,
    /// Index of the left child from the start of the forest.
    pub left: u32,
    /// Whether a missing value goes left.
    pub missing_left: bool,
    /// Score at the node: what a leaf adds, and for inner nodes the mean below them.
    pub value: f32,
}

/// Trees whose leaves add up to a score on the logit scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Forest {
    base: f64,
    roots: Vec<u32>,
    nodes: Vec<Node>,
    steps: Vec<Step>,
}

/// A forest as it is kept in a file.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    base: f64,
    roots: Vec<u32>,
    nodes: Vec<Node>,
}

/// What a walk needs of a node, in 16 bytes: a leaf leads to itself.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    threshold: f64,
    left: u32,
    feature: u16,
    missing_left: bool,
    inner: bool,
}

impl From<Stored> for Forest {
    fn from(s: Stored) -> Self {
        Forest::new(s.base, s.roots, s.nodes)
    }
}

impl From<Forest> for Stored {
    fn from(f: Forest) -> Self {
        Stored { base: f.base, roots: f.roots, nodes: f.nodes }
    }
}

impl Forest {
    /// A forest of the given trees: the score before any tree, the first node of each, and all nodes.
    pub fn new(base: f64, roots: Vec<u32>, nodes: Vec<Node>) -> Self {
        let step = |(i, n): (usize, &Node)| {
            let inner = n.feature != LEAF;
            Step {
                threshold: n.threshold,
                left: if inner { n.left } else { i as u32 },
                feature: if inner { n.feature } else { 0 },
                missing_left: n.missing_left,
                inner,
            }
        };
        let steps = nodes.iter().enumerate().map(step).collect();
        Self { base, roots, nodes, steps }
    }

    /// Number of trees.
    pub fn trees(&self) -> usize {
        self.roots.len()
    }

    /// Number of nodes.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// Whether every index leads forward to a node and every feature exists, so that walks end.
    pub fn is_sound(&self, features: usize) -> bool {
        let n = self.nodes.len();
        let inner = |(i, node): (usize, &Node)| {
            let left = node.left as usize;
            node.feature == LEAF || (usize::from(node.feature) < features && left > i && left + 1 < n)
        };
        features > 0
            && u32::try_from(n).is_ok()
            && self.nodes.iter().enumerate().all(inner)
            && self.roots.iter().all(|r| (*r as usize) < n)
    }

    /// The score of a row of features, on the logit scale; a missing feature is not a number.
    ///
    /// # Panics
    /// When the row is shorter than the features the forest was grown on.
    pub fn score(&self, row: &[f64]) -> f64 {
        let mut sum = self.base;
        for roots in self.roots.chunks(ABREAST) {
            let mut at = [0u32; ABREAST];
            at[..roots.len()].copy_from_slice(roots);
            loop {
                let mut moved = false;
                for place in &mut at[..roots.len()] {
                    let step = &self.steps[*place as usize];
                    *place = next(step, row);
                    moved |= step.inner;
                }
                if !moved {
                    break;
                }
            }
            sum += at[..roots.len()].iter().map(|i| f64::from(self.nodes[*i as usize].value)).sum::<f64>();
        }
        sum
    }

    /// What each feature adds to the score: the changes of the mean along the paths. Together with
    /// the returned start they make up the score.
    ///
    /// # Panics
    /// When the row is shorter than the features the forest was grown on.
    pub fn contributions(&self, row: &[f64]) -> (f64, Vec<f64>) {
        let mut out = vec![0.0; row.len()];
        let mut start = self.base;
        for root in &self.roots {
            let mut at = *root as usize;
            start += f64::from(self.nodes[at].value);
            while self.nodes[at].feature != LEAF {
                let child = next(&self.steps[at], row) as usize;
                out[usize::from(self.nodes[at].feature)] +=
                    f64::from(self.nodes[child].value) - f64::from(self.nodes[at].value);
                at = child;
            }
        }
        (start, out)
    }
}

/// The child a row leads to, without a branch that would have to be guessed.
fn next(step: &Step, row: &[f64]) -> u32 {
    let x = row[usize::from(step.feature)];
    // A missing value compares as neither, and goes right unless the node sends it left.
    let right = (x >= step.threshold) | (x.is_nan() & !step.missing_left);
    step.left + u32::from(right & step.inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(feature: u16, threshold: f64, left: u32, missing_left: bool, value: f32) -> Node {
        Node { feature, threshold, left, missing_left, value }
    }

    #[test]
    fn walks_and_contributions_agree() {
        let leaf = |v| node(LEAF, 0.0, 0, false, v);
        let nodes = vec![
            node(0, 1.0, 1, true, 0.5),
            leaf(-1.0),
            node(1, 2.0, 3, false, 1.5),
            leaf(1.0),
            leaf(2.0),
            leaf(0.25),
        ];
        let forest = Forest::new(0.1, vec![0, 5], nodes);
        assert!(forest.is_sound(2) && !forest.is_sound(1));
        for (row, wanted) in [
            ([0.0, 0.0], -0.65),
            ([1.0, 0.0], 1.35),
            ([f64::INFINITY, 2.0], 2.35),
            ([f64::NAN, 9.0], -0.65),
            ([3.0, f64::NAN], 2.35),
        ] {
            assert!((forest.score(&row) - wanted).abs() < 1e-6, "{row:?}");
            let (start, shares) = forest.contributions(&row);
            assert!((start + shares.iter().sum::<f64>() - wanted).abs() < 1e-6, "{row:?}");
        }
        let json = serde_json::to_string(&forest).expect("json");
        assert_eq!(serde_json::from_str::<Forest>(&json).expect("forest"), forest);
    }
}
