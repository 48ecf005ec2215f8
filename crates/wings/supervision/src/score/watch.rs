//! The watch over the score in force: whether consignments still are like those it was approved for, whether what it
//! predicts is what random checks find, and what it is worth. It is a job; a page shows what it wrote.

use super::{Live, act, history, live, read, sql};
use crate::targeting::Inputs;
use crate::what_if::Interval;
use kernel::{Bilingual, DecisionId, No, Result, Timestamp, bi};
use registry::rules::{self as book, Pack};
use risk::drift::{self, Limits, Measure, Reading, Stand};
use risk::estimate::{self, Case, Chosen, Estimate};
use risk::score::record::Model;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Tx, vals};

/// Decisions read at a time.
const PAGE: i64 = 500;
/// Days that are looked back.
const DAYS: i64 = 365;
/// 95 % of a normal distribution lie within so many standard errors.
const Z: f64 = 1.96;
/// Upper ends of the classes of predicted probability, parts per million.
const BINS: [u64; 6] = [20_000, 50_000, 100_000, 200_000, 400_000, 1_000_001];
/// Features whose shape follows the calendar or grows with the histories themselves.
const CALENDAR: [&str; 3] = ["month", "days ", "frequency "];

/// A class of predicted probability, and what random checks found in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lower and upper end, parts per million.
    pub ends: (u64, u64),
    /// Random checks in it.
    pub checks: usize,
    /// Mean prediction, a share.
    pub predicted: f64,
    /// Share found, with its interval.
    pub found: Interval,
}

/// Consignments of a month against those the model was made for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Month {
    /// As `2026-11`.
    pub month: String,
    /// Consignments scored.
    pub cases: usize,
    /// Population stability of the score, and what chance alone gives.
    pub score: (f64, f64),
    /// The same of the features that moved most: code, index, by chance.
    pub features: Vec<(String, f64, f64)>,
}

/// What checks by the draw show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Random {
    /// Checks by the ordinary draw or by a rule that leaves no chance, with a result.
    pub checks: usize,
    /// Of these, violations.
    pub found: usize,
    /// Share of violations among all consignments scored, from the recorded probabilities of their draws.
    pub rate: Option<Interval>,
    /// Checks that only the score brought about, and violations found by them.
    pub targeted: (usize, usize),
    /// How much oftener those find something.
    pub lift: Option<Interval>,
}

/// What the watch saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// Consignments scored.
    pub scored: usize,
    /// How the score stands.
    pub stand: Stand,
    /// Why.
    pub reasons: Vec<Bilingual>,
    /// Reliability, by classes of prediction.
    pub bins: Vec<Bin>,
    /// What random checks show.
    pub random: Random,
    /// Drift, by month.
    pub months: Vec<Month>,
    /// Population stability from which the score is watched, and from which it stands down.
    pub limits: (f64, f64),
}

/// Counts of one month by class.
struct Counts {
    cases: usize,
    score: Vec<usize>,
    features: Vec<Vec<usize>>,
}

/// Running counts over the decisions of a model.
struct Seen<'a> {
    model: &'a Model,
    months: BTreeMap<String, Counts>,
    /// Prediction and result of random checks.
    random: Vec<(u64, bool)>,
    /// Each consignment with its recorded draw, and the place of its class.
    cases: Vec<(usize, Case)>,
    targeted: (usize, usize),
    scored: usize,
}

fn interval(e: &Estimate) -> Interval {
    Interval { value: e.value, low: e.low, high: e.high }
}

fn bin(ppm: u64) -> usize {
    BINS.iter().position(|end| ppm < *end).unwrap_or(BINS.len() - 1)
}

impl Seen<'_> {
    fn add(
        &mut self,
        at: Timestamp,
        inputs: &Inputs,
        rate_ppm: u64,
        chosen: (bool, &str, Option<bool>, bool),
    ) {
        let Some(mark) = &inputs.score else { return };
        let (selected, basis, result, added) = chosen;
        self.scored += 1;
        let p = mark.said.probability_ppm;
        let model = self.model;
        let empty = || Counts {
            cases: 0,
            score: vec![0; model.shape.counts.len()],
            features: model.shapes.iter().map(|s| vec![0; s.counts.len()]).collect(),
        };
        let month = self.months.entry(at.date().strftime("%Y-%m").to_string()).or_insert_with(empty);
        month.cases += 1;
        month.score[model.shape.class(i64::try_from(p).ok())] += 1;
        for ((shape, counts), x) in model.shapes.iter().zip(&mut month.features).zip(&mark.features) {
            counts[shape.class(*x)] += 1;
        }
        let value = f64::from(u8::from(result == Some(true)));
        #[expect(clippy::cast_precision_loss, reason = "at most a million")]
        let probability = rate_ppm as f64 / 1e6;
        let chosen = match result {
            // Nothing is known of it yet.
            None if selected || added => return,
            None => Chosen::No,
            Some(_) if selected && probability > 0.0 => Chosen::Drawn,
            Some(_) => Chosen::Added,
        };
        self.cases.push((bin(p), Case { probability, chosen, value }));
        if let (Chosen::Drawn, Some(found)) = (chosen, result) {
            match basis {
                "draw" | "rule" => self.random.push((p, found)),
                "score" => {
                    self.targeted.0 += 1;
                    self.targeted.1 += usize::from(found);
                }
                _ => {}
            }
        }
    }

    fn bins(&self) -> Result<Vec<Bin>> {
        let mut out = Vec::new();
        let mut low = 0;
        for (place, end) in BINS.iter().enumerate() {
            let cases: Vec<Case> = self.cases.iter().filter(|c| c.0 == place).map(|c| c.1).collect();
            let predicted: Vec<u64> = self.random.iter().filter(|r| bin(r.0) == place).map(|r| r.0).collect();
            let found = estimate::lane(&cases, Z).map_err(No::fault)?.rate;
            #[expect(clippy::cast_precision_loss, reason = "a share shown to people")]
            let mean = predicted.iter().sum::<u64>() as f64 / 1e6 / predicted.len().max(1) as f64;
            if !predicted.is_empty() {
                out.push(Bin {
                    ends: (low, (*end).min(1_000_000)),
                    checks: predicted.len(),
                    predicted: mean,
                    found: found.as_ref().map(interval).unwrap_or_default(),
                });
            }
            low = *end;
        }
        Ok(out)
    }

    fn worth(&self) -> Result<Random> {
        let all: Vec<Case> = self.cases.iter().map(|c| c.1).collect();
        let rate = estimate::lane(&all, Z).map_err(No::fault)?.rate;
        let (inspected, found) = self.targeted;
        let lift = rate.as_ref().and_then(|r| estimate::lift(found, inspected, r, Z));
        Ok(Random {
            checks: self.random.len(),
            found: self.random.iter().filter(|r| r.1).count(),
            rate: rate.as_ref().map(interval),
            targeted: self.targeted,
            lift: lift.as_ref().map(interval),
        })
    }

    /// Readings of the shapes of a month.
    fn shapes(&self, c: &Counts) -> (Option<Reading>, Vec<Reading>) {
        let score = drift::shape_of_counts(&self.model.shape.counts, &c.score, Measure::ScoreShape);
        let names = &self.model.card.features;
        let features =
            names.iter().zip(self.model.shapes.iter().zip(&c.features)).filter_map(|(name, (s, now))| {
                if CALENDAR.iter().any(|c| name.starts_with(c)) {
                    return None;
                }
                let mut reading = drift::shape_of_counts(&s.counts, now, Measure::FeatureShape)?;
                reading.feature = Some(name.clone());
                Some(reading)
            });
        let mut features: Vec<Reading> = features.collect();
        features.sort_by(|a, b| (b.value - b.by_chance).total_cmp(&(a.value - a.by_chance)));
        (score, features)
    }

    fn finish(&self, limits: &Limits) -> Result<Watched> {
        let (mut months, mut newest) = (Vec::new(), Vec::new());
        for (name, counts) in &self.months {
            let (score, features) = self.shapes(counts);
            let of = |r: &Reading| (r.value, r.by_chance);
            months.push(Month {
                month: name.clone(),
                cases: counts.cases,
                score: score.as_ref().map(of).unwrap_or_default(),
                features: features
                    .iter()
                    .take(5)
                    .map(|r| (r.feature.clone().unwrap_or_default(), r.value, r.by_chance))
                    .collect(),
            });
            if counts.cases >= limits.least_cases {
                newest = score.into_iter().chain(features).collect();
            }
        }
        let mut readings = newest;
        #[expect(clippy::cast_precision_loss, reason = "at most a million")]
        let (p, found): (Vec<f64>, Vec<bool>) =
            self.random.iter().map(|(p, y)| (*p as f64 / 1e6, *y)).unzip();
        readings.extend(drift::calibration(&p, &found));
        readings.extend(drift::area(&p, &found));
        let verdict = drift::judge(Stand::InForce, &readings, limits);
        Ok(Watched {
            scored: self.scored,
            stand: verdict.stand,
            reasons: verdict.reasons.iter().map(|r| bi(&r.zh, &r.en)).collect(),
            bins: self.bins()?,
            random: self.worth()?,
            months,
            limits: (limits.shape_watch, limits.shape_down),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "limits are small numbers")]
fn limits(pack: &Pack) -> Result<Limits> {
    let n = |key: &str| pack.number(&format!("score.{key}")).map(|p| p.value);
    let share = |key: &str| n(key).map(|v| v as f64 / 1e6);
    let errors = |key: &str| n(key).map(|v| v as f64 / 1e3);
    Ok(Limits {
        shape_watch: share("shape_watch_ppm")?,
        shape_down: share("shape_down_ppm")?,
        errors_watch: errors("errors_watch_milli")?,
        errors_down: errors("errors_down_milli")?,
        departure: share("departure_ppm")?,
        area_down: share("area_down_ppm")?,
        least_cases: usize::try_from(n("least_cases")?).map_err(No::fault)?,
    })
}

async fn look(tx: &mut Tx, live: &Live, limits: &Limits) -> Result<Watched> {
    let mut seen = Seen {
        model: &live.model,
        months: BTreeMap::new(),
        random: Vec::new(),
        cases: Vec::new(),
        targeted: (0, 0),
        scored: 0,
    };
    let since = Timestamp(tx.now().0 - DAYS * Timestamp::DAY);
    let mut after = (since, DecisionId::from(kernel::MIN_UUID));
    loop {
        let rows = tx.all(sql::MARKED, vals![&live.hash, after.0, after.1, PAGE]).await?;
        let Some(last) = rows.last() else { break };
        after = (last.get(0)?, last.get(1)?);
        for r in &rows {
            let inputs: String = r.get(6)?;
            let inputs: Inputs = serde_json::from_str(&inputs)?;
            let rate = u64::try_from(r.get::<i64>(2)?).map_err(No::fault)?;
            let (basis, failed): (String, Option<i64>) = (r.get(4)?, r.get(7)?);
            let added = r.get::<i64>(8)? > 0;
            seen.add(r.get(0)?, &inputs, rate, (r.get(3)?, &basis, failed.map(|f| f > 0), added));
        }
    }
    seen.finish(limits)
}

/// Looks after the score in force: writes down what it sees, and takes the score out of force when drift or
/// calibration has left its band. Gives how it stands; none when no score is in force.
pub async fn watch(tx: &mut Tx) -> Result<Option<Stand>> {
    let now = tx.now();
    let Some(acting) = live(tx).await?.into_iter().find(|l| l.acts_at(now)) else { return Ok(None) };
    let rules = book::rules(tx).await?;
    let limits = limits(&book::adopted(&rules, now.date())?.pack)?;
    let watched = look(tx, &acting, &limits).await?;
    tx.exec(sql::WATCHED, vals![acting.id, serde_json::to_string(&watched)?, now]).await?;
    if watched.stand == Stand::Down
        && let Some(m) = read::one(tx, &acting.id.to_string()).await?
    {
        let join =
            |pick: fn(&Bilingual) -> &str| watched.reasons.iter().map(pick).collect::<Vec<_>>().join("; ");
        let reason = format!("{} / {}", join(|r| &r.zh), join(|r| &r.en));
        act::close(tx, &m, None, &reason).await?;
    }
    Ok(Some(watched.stand))
}

/// A consignment that is not settled yet, with its score.
#[derive(Clone, Debug, Serialize)]
pub struct Ranked {
    /// The declaration.
    pub declaration: kernel::DeclarationId,
    /// Its number.
    pub no: String,
    /// Goods.
    pub goods: String,
    /// Code of the operator.
    pub operator: String,
    /// Lane.
    pub lane: String,
    /// Whether it is to be inspected.
    pub selected: bool,
    /// Probability of a violation, parts per million.
    pub probability_ppm: u64,
    /// Expected loss in thousandths of the currency, with it; none without a declared value.
    pub expected_loss: Option<(i64, String)>,
}

/// The newest scored consignments that are not settled, those first that are expected to cost most.
pub async fn ranked(tx: &mut Tx, hash: &str, limit: usize) -> Result<Vec<Ranked>> {
    let since = Timestamp(tx.now().0 - 30 * Timestamp::DAY);
    let mut out = Vec::new();
    for r in tx.all(sql::PENDING, vals![hash, since]).await? {
        let (loss, currency): (Option<i64>, Option<String>) = (r.get(7)?, r.get(8)?);
        out.push(Ranked {
            declaration: r.get(0)?,
            no: r.get(1)?,
            goods: r.get(2)?,
            operator: r.get(3)?,
            lane: r.get(4)?,
            selected: r.get(5)?,
            probability_ppm: u64::try_from(r.get::<i64>(6)?).map_err(No::fault)?,
            expected_loss: loss.zip(currency),
        });
    }
    let key =
        |r: &Ranked| std::cmp::Reverse((r.expected_loss.as_ref().map_or(0, |l| l.0), r.probability_ppm));
    out.sort_by_key(key);
    out.truncate(limit);
    Ok(out)
}

/// Brings the histories a day further; false when they are up to date or when nobody has a model.
pub async fn fold_for_models(tx: &mut Tx) -> Result<bool> {
    if read::list(tx).await?.is_empty() { Ok(false) } else { history::fold(tx).await }
}
