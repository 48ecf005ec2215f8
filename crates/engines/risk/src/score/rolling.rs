//! What a score would have been worth had it been used from the start: week by week, with results
//! known only for what was inspected.
//!
//! The first weeks are inspected whole. From then on a share of each week is inspected: most of it
//! what ranks highest, the rest drawn at random from the others. Results become known at the end of
//! the week, and every few weeks the score is trained anew on all that is known. A plain split of a
//! file flatters a score, since there the results of everything are known.

use serde::{Deserialize, Serialize};

use super::features::{Declaration, History, Schema};
use super::forest::Forest;
use super::train::{Options, grow};
use crate::drift::{self, Limits, Reading, Stand};
use crate::estimate::{self, Case, Chosen, Estimate, Lane};
use crate::explore::ShareRule;

const DAYS: i64 = 7;

/// By what declarations are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Probability of a violation.
    Probability,
    /// Probability times what is at stake.
    Loss,
    /// Probability times the logarithm of what is at stake: between the two.
    LogLoss,
}

/// How the simulation runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Protocol {
    /// Share of a week that is inspected.
    pub budget: f64,
    /// Share of the inspections that goes to random checks.
    pub explore: ShareRule,
    /// First weeks, inspected whole.
    pub warm_weeks: usize,
    /// Weeks from one training to the next.
    pub retrain_every: usize,
    /// Weeks of results that a training looks back on; everything when not given.
    pub memory: Option<usize>,
    /// By what declarations are ranked.
    pub rank: Rank,
    /// How the score is trained.
    pub options: Options,
    /// Seed of the random checks.
    pub seed: [u8; 32],
    /// Weeks whose random checks make up a reading of drift.
    pub window: usize,
    /// Limits of drift, which move the random share.
    pub limits: Limits,
    /// Width of intervals in standard errors.
    pub z: f64,
}

impl Default for Protocol {
    fn default() -> Self {
        let options = Options { trees: 120, learning_rate: 0.08, leaves: 31, ..Options::default() };
        let limits = Limits {
            shape_watch: 0.10,
            shape_down: 0.25,
            errors_watch: 2.0,
            errors_down: 3.0,
            departure: 0.25,
            area_down: 0.5,
            least_cases: 20,
        };
        Self {
            budget: 0.10,
            explore: ShareRule::fixed(0.10),
            warm_weeks: 8,
            retrain_every: 4,
            memory: None,
            rank: Rank::Loss,
            options,
            seed: [1; 32],
            window: 6,
            limits,
            z: 1.96,
        }
    }
}

/// One week after the first ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Week {
    /// Number from 0 at the first day of the file.
    pub week: i64,
    /// Declarations.
    pub declared: usize,
    /// Violations among them, found or not.
    pub violations: usize,
    /// Inspections.
    pub inspected: usize,
    /// Of these, drawn at random.
    pub random: usize,
    /// Violations found.
    pub found: usize,
    /// Of these, by random checks.
    pub found_at_random: usize,
    /// What was at stake in the violations found.
    pub revenue: f64,
    /// The most that as many inspections could have found.
    pub best_revenue: f64,
    /// The strongest drift, as a share of the limit at which a score stands down.
    pub drift: f64,
}

/// Figures over all weeks after the first ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Weeks.
    pub weeks: usize,
    /// Declarations.
    pub declared: usize,
    /// Inspections.
    pub inspected: usize,
    /// Violations found.
    pub found: usize,
    /// Share of inspections that found a violation.
    pub precision: f64,
    /// The same over the second half of the weeks.
    pub precision_second_half: f64,
    /// Violations found over the most that as many inspections could have found.
    pub normalised_precision: f64,
    /// Share of all violations found.
    pub recall: f64,
    /// What was at stake in the violations found over the most that as many inspections could have found.
    pub normalised_revenue: f64,
    /// Share of all that was at stake in violations.
    pub revenue_recall: f64,
    /// Violations let through in truth, which only a simulation can know.
    pub let_through: usize,
}

/// The whole simulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rolling {
    /// Week by week.
    pub weeks: Vec<Week>,
    /// All weeks together.
    pub totals: Totals,
    /// What the random checks say about the stream, from recorded probabilities alone.
    pub estimate: Lane,
    /// How much oftener a targeted inspection finds something than one at random.
    pub lift: Option<Estimate>,
    /// Trainings.
    pub trainings: usize,
}

/// Runs the simulation on declarations whose results are all known.
///
/// # Errors
/// In words, when the protocol is not sound or a score cannot be trained.
pub fn run(schema: Schema, cases: &[(Declaration, bool)], protocol: &Protocol) -> Result<Rolling, String> {
    let whole = |x: f64| x > 0.0 && x <= 1.0;
    if !whole(protocol.budget) || !protocol.explore.is_sound() || protocol.warm_weeks == 0 {
        return Err(
            "budget and random share lie between 0 and 1, and there is at least one first week".into()
        );
    }
    let mut ordered: Vec<&(Declaration, bool)> = cases.iter().collect();
    ordered.sort_by_key(|(d, _)| d.day);
    let Some(start) = ordered.first().map(|(d, _)| d.day) else {
        return Err("there are no declarations".into());
    };
    let mut state = State {
        protocol,
        history: History::new(schema),
        rows: Vec::new(),
        labels: Vec::new(),
        known_on: Vec::new(),
        score: None,
        trainings: 0,
        share: protocol.explore.floor,
        checks: Vec::new(),
        recorded: Vec::new(),
        targeted: Vec::new(),
    };
    let mut weeks = Vec::new();
    for (at, chunk) in
        ordered.chunk_by(|a, b| (a.0.day - start) / DAYS == (b.0.day - start) / DAYS).enumerate()
    {
        let week = (chunk[0].0.day - start) / DAYS;
        let last = start + week * DAYS + DAYS - 1;
        if at < protocol.warm_weeks {
            state.warm(chunk, last);
        } else {
            weeks.push(state.week(at - protocol.warm_weeks, week, chunk, last)?);
        }
    }
    if weeks.is_empty() {
        return Err("the file ends with the first weeks".to_owned());
    }
    let estimate = estimate::lane(&state.recorded, protocol.z)?;
    let (hits, targeted) = sum(&state.targeted);
    let lift = estimate.rate.and_then(|r| estimate::lift(hits, targeted, &r, protocol.z));
    let mut totals = totals(&weeks);
    let stake: f64 = ordered
        .iter()
        .filter(|(d, y)| *y && (d.day - start) / DAYS >= weeks[0].week)
        .map(|(d, _)| d.at_stake)
        .sum();
    totals.revenue_recall = ratio(weeks.iter().map(|w| w.revenue).sum(), stake);
    Ok(Rolling { weeks, totals, estimate, lift, trainings: state.trainings })
}

struct State<'a> {
    protocol: &'a Protocol,
    history: History,
    /// Features as they were on the day, with results, of everything inspected.
    rows: Vec<Vec<f64>>,
    labels: Vec<bool>,
    /// Last day of the week in which each result became known.
    known_on: Vec<i64>,
    /// The score in use, and what it gave on what it was trained on.
    score: Option<Forest>,
    trainings: usize,
    share: f64,
    /// Probability and result of the random checks of the last weeks.
    checks: Vec<Vec<(f64, bool)>>,
    recorded: Vec<Case>,
    /// Violations found and inspections made by rank, week by week.
    targeted: Vec<(usize, usize)>,
}

/// What is chosen of one week: places by rank, places at random, and the probability of the latter.
struct Choice {
    ranked: Vec<usize>,
    random: Vec<usize>,
    probability: f64,
}

impl State<'_> {
    fn warm(&mut self, chunk: &[&(Declaration, bool)], last: i64) {
        let rows: Vec<Vec<f64>> = chunk.iter().map(|(d, _)| self.history.lodge(d)).collect();
        for (row, (d, y)) in rows.into_iter().zip(chunk) {
            self.know(d, row, *y, last);
        }
    }

    fn know(&mut self, d: &Declaration, row: Vec<f64>, result: bool, known_on: i64) {
        self.history.learn(d, result, known_on);
        self.rows.push(row);
        self.labels.push(result);
        self.known_on.push(known_on);
    }

    fn week(
        &mut self,
        at: usize,
        week: i64,
        chunk: &[&(Declaration, bool)],
        last: i64,
    ) -> Result<Week, String> {
        if self.score.is_none() || at.is_multiple_of(self.protocol.retrain_every.max(1)) {
            // Results become known in the order of weeks, so what is remembered is the end of the list.
            let back = self.protocol.memory.map_or(i64::MIN, |m| last - (m as i64 + 1) * DAYS);
            let from = self.known_on.partition_point(|d| *d <= back);
            self.score = Some(grow(&self.rows[from..], &self.labels[from..], &self.protocol.options)?);
            self.trainings += 1;
        }
        let Some(forest) = &self.score else { return Err("there is no score".to_owned()) };
        let mut rows: Vec<Vec<f64>> = chunk.iter().map(|(d, _)| self.history.lodge(d)).collect();
        let probabilities: Vec<f64> = rows.iter().map(|r| logistic(forest.score(r))).collect();
        let choice = choose(self.protocol, self.share, week, chunk, &probabilities);
        let truth = |places: &[usize]| places.iter().filter(|i| chunk[**i].1).count();
        let stake = |i: usize| if chunk[i].1 { chunk[i].0.at_stake } else { 0.0 };
        let (k, random) = (choice.ranked.len() + choice.random.len(), choice.random.len());
        let mut best: Vec<f64> = (0..chunk.len()).map(stake).collect();
        best.sort_by(|a, b| b.total_cmp(a));
        let found_at_random = truth(&choice.random);
        self.targeted.push((truth(&choice.ranked), choice.ranked.len()));
        self.record(&choice, chunk, &probabilities);
        let verdict = drift::judge(Stand::InForce, &self.readings(), &self.protocol.limits);
        self.share = self.protocol.explore.next(self.share, verdict.strength);
        for i in choice.ranked.iter().chain(&choice.random) {
            let (d, y) = chunk[*i];
            self.know(d, std::mem::take(&mut rows[*i]), *y, last);
        }
        Ok(Week {
            week,
            declared: chunk.len(),
            violations: chunk.iter().filter(|(_, y)| *y).count(),
            inspected: k,
            random,
            found: truth(&choice.ranked) + found_at_random,
            found_at_random,
            revenue: choice.ranked.iter().chain(&choice.random).map(|i| stake(*i)).sum(),
            best_revenue: best.iter().take(k).sum(),
            drift: verdict.strength,
        })
    }

    /// Notes each declaration's probability of selection with what came of it.
    fn record(&mut self, choice: &Choice, chunk: &[&(Declaration, bool)], probabilities: &[f64]) {
        let value = |i: usize| f64::from(u8::from(chunk[i].1));
        let mut cases: Vec<Case> = (0..chunk.len())
            .map(|_| Case { probability: choice.probability, chosen: Chosen::No, value: 0.0 })
            .collect();
        for i in &choice.ranked {
            cases[*i] = Case { probability: 1.0, chosen: Chosen::Drawn, value: value(*i) };
        }
        for i in &choice.random {
            cases[*i] = Case { probability: choice.probability, chosen: Chosen::Drawn, value: value(*i) };
        }
        self.recorded.extend(cases);
        self.checks.push(choice.random.iter().map(|i| (probabilities[*i], chunk[*i].1)).collect());
        if self.checks.len() > self.protocol.window.max(1) {
            self.checks.remove(0);
        }
    }

    /// Readings of drift: the random checks of the last weeks, and the last two weeks of targeted
    /// inspections against those before them.
    fn readings(&self) -> Vec<Reading> {
        let (probabilities, found): (Vec<f64>, Vec<bool>) = self.checks.iter().flatten().copied().unzip();
        let (before, now) = self.targeted.split_at(self.targeted.len().saturating_sub(2));
        let before = &before[before.len().saturating_sub(self.protocol.window)..];
        let fall = drift::fall_of_yield(sum(before), sum(now));
        let area = drift::area(&probabilities, &found);
        drift::calibration(&probabilities, &found).into_iter().chain(area).chain(fall).collect()
    }
}

fn sum(weeks: &[(usize, usize)]) -> (usize, usize) {
    weeks.iter().fold((0, 0), |a, w| (a.0 + w.0, a.1 + w.1))
}

fn choose(
    p: &Protocol,
    share: f64,
    week: i64,
    chunk: &[&(Declaration, bool)],
    probabilities: &[f64],
) -> Choice {
    let n = chunk.len();
    let k = ((n as f64 * p.budget).round() as usize).min(n);
    let random = ((k as f64 * share).round() as usize).min(k);
    let weight = |i: usize| {
        let stake = chunk[i].0.at_stake.max(0.0);
        match p.rank {
            Rank::Probability => probabilities[i],
            Rank::Loss => probabilities[i] * stake,
            Rank::LogLoss => probabilities[i] * stake.ln_1p(),
        }
    };
    let mut order: Vec<(f64, usize)> = (0..n).map(|i| (weight(i), i)).collect();
    // Where nothing is at stake the probability decides.
    order.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then(probabilities[b.1].total_cmp(&probabilities[a.1])).then(a.1.cmp(&b.1))
    });
    let ranked: Vec<usize> = order[..k - random].iter().map(|x| x.1).collect();
    let rest: Vec<usize> = order[k - random..].iter().map(|x| x.1).collect();
    let names: Vec<String> = rest.iter().map(|i| format!("{}/{i}", chunk[*i].0.id)).collect();
    let drawn = crate::draw::ranking(&p.seed, &names, &format!("week {week}"));
    let probability = if rest.is_empty() { 0.0 } else { random as f64 / rest.len() as f64 };
    Choice { ranked, random: drawn.into_iter().take(random).map(|i| rest[i]).collect(), probability }
}

fn logistic(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

fn totals(weeks: &[Week]) -> Totals {
    let sum = |f: &dyn Fn(&Week) -> f64| weeks.iter().map(f).sum::<f64>();
    let second = &weeks[weeks.len() / 2..];
    let share = |w: &[Week]| {
        ratio(w.iter().map(|w| w.found as f64).sum(), w.iter().map(|w| w.inspected as f64).sum())
    };
    let count = |f: &dyn Fn(&Week) -> usize| weeks.iter().map(f).sum::<usize>();
    Totals {
        weeks: weeks.len(),
        declared: count(&|w| w.declared),
        inspected: count(&|w| w.inspected),
        found: count(&|w| w.found),
        precision: share(weeks),
        precision_second_half: share(second),
        normalised_precision: ratio(sum(&|w| w.found as f64), sum(&|w| w.inspected.min(w.violations) as f64)),
        recall: ratio(sum(&|w| w.found as f64), sum(&|w| w.violations as f64)),
        normalised_revenue: ratio(sum(&|w| w.revenue), sum(&|w| w.best_revenue)),
        revenue_recall: 0.0,
        let_through: count(&|w| w.violations - w.found),
    }
}
