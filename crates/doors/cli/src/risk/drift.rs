//! Whether a score still sees the world it was approved for.

use super::{args::DriftArgs, declarations, score::model};
use crate::say::Say;
use ::risk::drift::{self, Limits, Measure, Reading, Stand};
use ::risk::score::{Declaration, Model};
use kernel::Result;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Classes of equal share in the reference.
const CLASSES: usize = 10;

/// Features that move with the calendar, between any two periods.
const CALENDAR: [&str; 2] = ["day of year", "month"];
/// Reasons that are printed; JSON has them all.
const SHOWN: usize = 10;

/// A period as the model sees it.
#[derive(Default)]
struct Period {
    features: Vec<Vec<f64>>,
    scores: Vec<f64>,
    /// Probability and result, where there is one.
    known: Vec<(f64, bool)>,
}

/// Compares the two periods and says how the score stands.
pub(super) fn run(a: &DriftArgs, say: Say) -> Result<ExitCode> {
    let mut model = model(&a.model)?;
    let reference = period(&mut model, declarations(&a.reference, a.format)?);
    let current = period(&mut model, declarations(&a.current, a.format)?);
    let mut readings: Vec<Reading> = Vec::new();
    if let Some(shape) = drift::shape(&reference.scores, &current.scores, CLASSES) {
        readings.push(Reading { measure: Measure::ScoreShape, ..shape });
    }
    let (probabilities, found): (Vec<f64>, Vec<bool>) = current.known.iter().copied().unzip();
    readings.extend(drift::calibration(&probabilities, &found));
    readings.extend(drift::area(&probabilities, &found));
    let names = &model.card.features;
    let mut features = drift::shapes(names, &reference.features, &current.features, CLASSES);
    features.retain(|r| !r.feature.as_deref().is_some_and(|f| CALENDAR.contains(&f)));
    features.sort_by(|x, y| y.value.total_cmp(&x.value));
    readings.extend(features);
    let limits = Limits {
        shape_watch: a.shape_watch,
        shape_down: a.shape_down,
        errors_watch: a.errors_watch,
        errors_down: a.errors_down,
        departure: a.departure,
        area_down: a.area_down,
        least_cases: a.least_cases,
    };
    let verdict = drift::judge(Stand::InForce, &readings, &limits);
    let (distance, chance) = drift::distance(&reference.scores, &current.scores).unwrap_or((0.0, 1.0));
    let stand = serde_json::to_value(verdict.stand)?;
    let mut text = format!(
        "{}: {} declarations against {} of the reference, {} with a result",
        stand.as_str().unwrap_or_default(),
        current.scores.len(),
        reference.scores.len(),
        found.len()
    );
    text += &format!(
        "\nKolmogorov-Smirnov distance of the scores {distance:.4}, by chance in {chance:.4} of cases"
    );
    for r in verdict.reasons.iter().take(SHOWN) {
        text += &format!("\n- {}", r.en);
    }
    if verdict.reasons.len() > SHOWN {
        text += &format!("\n- and {} more", verdict.reasons.len() - SHOWN);
    }
    let value: Value = json!({
        "stand": stand, "strength": verdict.strength, "reasons": verdict.reasons, "readings": readings,
        "distance": distance, "distance_by_chance": chance, "limits": limits,
        "reference": reference.scores.len(), "current": current.scores.len(), "results": found.len(),
    });
    say.done(&value, &text);
    Ok(ExitCode::SUCCESS)
}

/// Scores a period by day, each declaration from what was known before it.
fn period(model: &mut Model, mut rows: Vec<(Declaration, Option<bool>)>) -> Period {
    rows.sort_by_key(|(d, _)| d.day);
    let mut out = Period::default();
    for (d, result) in rows {
        let features = model.history.lodge(&d);
        let scored = model.score_features(&features, d.at_stake);
        out.scores.push(scored.score);
        out.known.extend(result.map(|y| (scored.probability, y)));
        out.features.push(features);
    }
    out
}
