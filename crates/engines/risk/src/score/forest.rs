//! A forest of decision trees laid out flat for speed, with the share of each feature in a score.

use serde::{Deserialize, Serialize};

/// The feature number of a leaf.
pub const LEAF: u16 = u16::MAX;

/// Trees walked side by side, so that waiting for the memory of one is used by the others.
const ABREAST: usize = 16;

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
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Forest {
    base: f64,
    roots: Vec<u32>,
    nodes: Vec<Node>,
    /// What walks read; made from the nodes.
    steps: Vec<Step>,
}

impl PartialEq for Forest {
    fn eq(&self, other: &Self) -> bool {
        (self.base, &self.roots, &self.nodes) == (other.base, &other.roots, &other.nodes)
    }
}

/// A forest as it is kept in a file.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    base: f64,
    roots: Vec<u32>,
    nodes: Vec<Node>,
}

/// What a walk needs of a node, in 16 bytes. A leaf leads to itself: nothing is at least its
/// threshold, which is not a number.
#[derive(Clone, Copy, Debug)]
struct Step {
    threshold: f64,
    left: u32,
    /// Place of the value in a [`Row`].
    slot: u32,
}

/// Features with each value twice: once with a missing one below all thresholds and once above, so
/// that a step is one comparison whichever way it sends missing values.
struct Row(Vec<f64>);

impl Row {
    fn new(features: &[f64]) -> Self {
        let mut out = Vec::with_capacity(2 * features.len());
        for x in features {
            let missing = x.is_nan();
            out.push(if missing { f64::INFINITY } else { *x });
            out.push(if missing { f64::NEG_INFINITY } else { *x });
        }
        Row(out)
    }

    /// The node a step leads to, without a branch that would have to be guessed.
    #[inline]
    fn next(&self, step: &Step) -> u32 {
        step.left + u32::from(self.0[step.slot as usize] >= step.threshold)
    }
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
            if n.feature == LEAF {
                return Step { threshold: f64::NAN, left: i as u32, slot: 0 };
            }
            let slot = 2 * u32::from(n.feature) + u32::from(n.missing_left);
            Step { threshold: n.threshold, left: n.left, slot }
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
        let row = Row::new(row);
        let mut sum = self.base;
        for roots in self.roots.chunks(ABREAST) {
            let mut at = [0u32; ABREAST];
            at[..roots.len()].copy_from_slice(roots);
            loop {
                let mut moved = 0;
                for place in &mut at[..roots.len()] {
                    let to = row.next(&self.steps[*place as usize]);
                    moved |= to ^ *place;
                    *place = to;
                }
                if moved == 0 {
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
        let row = Row::new(row);
        let mut start = self.base;
        for root in &self.roots {
            let mut at = *root as usize;
            start += f64::from(self.nodes[at].value);
            while self.nodes[at].feature != LEAF {
                let child = row.next(&self.steps[at]) as usize;
                out[usize::from(self.nodes[at].feature)] +=
                    f64::from(self.nodes[child].value) - f64::from(self.nodes[at].value);
                at = child;
            }
        }
        (start, out)
    }
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
