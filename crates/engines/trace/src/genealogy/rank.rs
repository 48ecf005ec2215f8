//! Likelihood ranking of sources: which node, had contamination begun there, explains all the cases best,
//! over all paths and with a share of cases that have nothing to do with it.
//!
//! For a source s the log-likelihood is the sum over cases c of `w·ln((1−β)·P(s→c) + β·b)`: P is the hitting
//! probability, β the share of cases taken to be unrelated, b the probability that an unrelated case is
//! just this one. Ranks are taken again without each case in turn, so that a rank that hangs on one case shows.
use super::graph::Graph;
use super::hitting::{Walker, ends_like};
use super::lens::Lens;
use super::reach::{Direction, Scratch, Step, walk};
use super::types::NodeId;

/// Log-likelihoods nearer than this are a tie.
const TIE: f64 = 1e-9;

/// A case: where contamination came to light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case {
    /// The lot, place or consignment.
    pub node: NodeId,
    /// How much it counts, above 0; 1 for a case like any other.
    pub weight: f64,
}

/// What a ranking takes for granted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assumed {
    /// Share of cases that have nothing to do with the source, above 0 and below 1.
    pub unrelated: f64,
    /// Among how many nodes an unrelated case is one; `None` counts the nodes of the case's kind at which
    /// goods end.
    pub among: Option<usize>,
    /// Sources to list.
    pub list: usize,
}

impl Default for Assumed {
    /// One case in ten unrelated; ten sources.
    fn default() -> Self {
        Self { unrelated: 0.1, among: None, list: 10 }
    }
}

/// Why nothing was ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RankRefused {
    /// The share of unrelated cases is not between 0 and 1.
    #[error("the share of unrelated cases must lie between 0 and 1, both excluded")]
    Share,
    /// A weight is not a positive number.
    #[error("case {0} has a weight that is no number above 0")]
    Weight(usize),
    /// A case is no node of the genealogy.
    #[error("case {0} is no node of this genealogy")]
    Unknown(usize),
}

/// A source and how well it explains the cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The source.
    pub node: NodeId,
    /// Its rank from 1; sources that explain the cases equally well share one.
    pub rank: usize,
    /// Sources of this rank, itself included.
    pub tied: usize,
    /// Log-likelihood of the cases.
    pub log_likelihood: f64,
    /// Its share of the likelihood of all candidates, each as likely beforehand.
    pub share: f64,
    /// The cases it can explain, by number: the probability, and one shortest path as evidence.
    pub explains: Vec<(usize, f64, Vec<Step>)>,
    /// Its rank when each case in turn is left out, by number of the case.
    pub without: Vec<usize>,
}

/// Sources by likelihood.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The best, in order.
    pub sources: Vec<Ranked>,
    /// Candidates that can explain at least one case.
    pub candidates: usize,
    /// Log-likelihood of the cases when none has to do with any other: a source below it explains nothing.
    pub no_source: f64,
    /// Whether every cycle settled; probabilities along one that did not are lower bounds.
    pub settled: bool,
}

/// Candidates with what they explain, and what each case is worth without a source.
struct Table {
    /// Candidate, case, gain over nothing explained, probability; by candidate.
    gains: Vec<(NodeId, u32, f64, f64)>,
    /// First gain of each candidate, and the end.
    start: Vec<usize>,
    unexplained: Vec<f64>,
    no_source: f64,
    settled: bool,
}

fn table(
    graph: &Graph,
    lens: &Lens,
    cases: &[Case],
    assumed: &Assumed,
    candidate: impl Fn(NodeId) -> bool,
    scratch: &mut Scratch,
) -> Table {
    let mut walker = Walker::new(graph, lens);
    let share = assumed.unrelated;
    let mut among = Vec::new();
    let mut table =
        Table { gains: vec![], start: vec![], unexplained: vec![], no_source: 0.0, settled: true };
    for (number, case) in cases.iter().enumerate() {
        let kind = graph.kind(case.node);
        let count = assumed.among.unwrap_or_else(|| match among.iter().find(|(of, _)| *of == kind) {
            Some((_, count)) => *count,
            None => {
                let count = ends_like(graph.reader(), case.node);
                among.push((kind, count));
                count
            }
        });
        let unrelated = 1.0 / count.max(1) as f64;
        table.no_source += case.weight * unrelated.ln();
        let unexplained = case.weight * (share * unrelated).ln();
        table.unexplained.push(unexplained);
        let hits = walker.hits(case.node, scratch);
        table.settled &= hits.settled;
        for (node, chance) in hits.nodes.into_iter().filter(|(node, _)| candidate(*node)) {
            let explained = case.weight * ((1.0 - share) * chance + share * unrelated).ln();
            table.gains.push((node, number as u32, explained - unexplained, chance));
        }
    }
    by_candidate(graph.node_count(), &mut table);
    table
}

/// Brings the gains together by candidate; those of one keep the order of the cases.
fn by_candidate(nodes: usize, table: &mut Table) {
    let mut slot = vec![0u32; nodes + 1];
    for gain in &table.gains {
        slot[gain.0.0 as usize + 1] += 1;
    }
    for node in 0..nodes {
        if slot[node + 1] > 0 {
            table.start.push(slot[node] as usize);
        }
        slot[node + 1] += slot[node];
    }
    table.start.push(table.gains.len());
    let mut sorted = table.gains.clone();
    for gain in &table.gains {
        let at = &mut slot[gain.0.0 as usize];
        sorted[*at as usize] = *gain;
        *at += 1;
    }
    table.gains = sorted;
}

/// For each listed value, how many of all values are greater by more than a tie.
fn above(all: &[f64], listed: &[f64]) -> Vec<usize> {
    let least = listed.iter().copied().fold(f64::INFINITY, f64::min);
    let mut count = vec![0; listed.len()];
    for other in all.iter().filter(|other| **other > least + TIE) {
        for (value, count) in listed.iter().zip(&mut count) {
            *count += usize::from(*other > value + TIE);
        }
    }
    count
}

/// Ranks the candidates that can explain at least one case. Contact at a place is not counted: it has no
/// quantity.
///
/// # Errors
/// The assumptions or a case cannot be used.
pub fn rank(
    graph: &Graph,
    lens: &Lens,
    cases: &[Case],
    assumed: &Assumed,
    candidate: impl Fn(NodeId) -> bool,
    scratch: &mut Scratch,
) -> Result<Ranking, RankRefused> {
    if !(assumed.unrelated > 0.0 && assumed.unrelated < 1.0) {
        return Err(RankRefused::Share);
    }
    for (number, case) in cases.iter().enumerate() {
        if !(case.weight.is_finite() && case.weight > 0.0) {
            return Err(RankRefused::Weight(number));
        }
        graph.kind(case.node).ok_or(RankRefused::Unknown(number))?;
    }
    let table = table(graph, lens, cases, assumed, candidate, scratch);
    let nothing: f64 = table.unexplained.iter().sum();
    let of = |number: usize| &table.gains[table.start[number]..table.start[number + 1]];
    let count = table.start.len() - 1;
    let totals: Vec<f64> =
        (0..count).map(|at| nothing + of(at).iter().map(|gain| gain.2).sum::<f64>()).collect();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| totals[*b].total_cmp(&totals[*a]).then(a.cmp(b)));
    let best = order.first().map_or(0.0, |at| totals[*at]);
    let mass: f64 = totals.iter().map(|total| (total - best).exp()).sum();
    order.truncate(assumed.list);
    let listed: Vec<f64> = order.iter().map(|at| totals[*at]).collect();
    let mut sources: Vec<Ranked> = order
        .iter()
        .zip(above(&totals, &listed))
        .map(|(at, above)| Ranked {
            node: of(*at)[0].0,
            rank: above + 1,
            tied: totals.iter().filter(|other| (*other - totals[*at]).abs() <= TIE).count(),
            log_likelihood: totals[*at],
            share: (totals[*at] - best).exp() / mass,
            explains: of(*at).iter().map(|gain| (gain.1 as usize, gain.3, Vec::new())).collect(),
            without: Vec::new(),
        })
        .collect();
    leave_one_out(&table, &totals, &order, cases.len(), &mut sources);
    evidence(graph, lens, cases, &mut sources, scratch);
    Ok(Ranking { sources, candidates: count, no_source: table.no_source, settled: table.settled })
}

fn leave_one_out(table: &Table, totals: &[f64], order: &[usize], cases: usize, sources: &mut [Ranked]) {
    let mut of_case: Vec<Vec<(usize, f64)>> = vec![Vec::new(); cases];
    for at in 0..totals.len() {
        for gain in &table.gains[table.start[at]..table.start[at + 1]] {
            of_case[gain.1 as usize].push((at, gain.2));
        }
    }
    for gains in of_case {
        // What the case is worth unexplained is the same for all and changes no rank.
        let mut without = totals.to_vec();
        gains.into_iter().for_each(|(at, gain)| without[at] -= gain);
        let listed: Vec<f64> = order.iter().map(|at| without[*at]).collect();
        for (source, above) in sources.iter_mut().zip(above(&without, &listed)) {
            source.without.push(above + 1);
        }
    }
}

fn evidence(graph: &Graph, lens: &Lens, cases: &[Case], sources: &mut [Ranked], scratch: &mut Scratch) {
    let lens = lens.links_only();
    for (number, case) in cases.iter().enumerate() {
        walk(graph, &lens, Direction::Back, &[case.node], scratch, true);
        for source in sources.iter_mut() {
            let node = source.node;
            if let Some(explained) = source.explains.iter_mut().find(|explained| explained.0 == number) {
                explained.2 = scratch.path_from(node).unwrap_or_default();
            }
        }
    }
}
