//! The learned score: trained with its figures, and put to use.

use super::{
    args::{ScoreArgs, TrainArgs},
    cases, declarations, refuse, unfit,
};
use crate::{say::Say, text};
use ::risk::score::metrics::{auc, average_precision, calibration_error, captured_at, precision_at};
use ::risk::score::{self, Declaration, Model, Options, Scored, kr};
use kernel::{No, Result};
use serde_json::{Value, json};
use std::{path::Path, process::ExitCode, time::Instant};

/// Trains a model, writes it, and says what it is worth.
pub(super) fn train(a: &TrainArgs, say: Say) -> Result<ExitCode> {
    let mut known = cases(&a.train, a.format)?;
    if a.shuffle {
        shuffle(&mut known, a.seed);
    }
    // The later file is read before the long work, so that its mistakes show at once.
    let valid = a.valid.as_ref().map(|f| cases(f, a.format)).transpose()?;
    let started = Instant::now();
    let options = Options { seed: a.seed, ..Options::default() };
    let model = score::train(kr::schema(), &known, &options).map_err(|e| unfit(&a.train, &e))?;
    let seconds = started.elapsed().as_secs_f64();
    write(&a.model, model.to_json().map_err(No::fault)?.as_bytes())?;
    let card = &model.card;
    let mut value = json!({
        "rows": card.cases, "violations": card.violations, "features": card.features.len(),
        "trees": model.forest.trees(), "seconds": seconds, "held_back_auc": card.held_back_auc,
        "shuffled": a.shuffle, "model": a.model,
    });
    let mut text = format!(
        "{} rows with {} violations, {} features, {} trees, trained in {seconds:.1} s\nmodel written to {}",
        card.cases,
        card.violations,
        card.features.len(),
        model.forest.trees(),
        a.model.display()
    );
    if let Some(valid) = valid {
        let (figures, words) = worth(model, valid);
        value["valid"] = figures;
        text += &words;
    }
    say.done(&value, &text);
    Ok(ExitCode::SUCCESS)
}

/// Mixes the results among the declarations.
fn shuffle(known: &mut [(Declaration, bool)], seed: u64) {
    let ids: Vec<String> = (0..known.len()).map(|i| i.to_string()).collect();
    let order = ::risk::draw::ranking(&super::backtest::seed(seed), &ids, "shuffle");
    let mixed: Vec<bool> = order.iter().map(|i| known[*i].1).collect();
    known.iter_mut().zip(mixed).for_each(|(c, y)| c.1 = y);
}

/// Figures of a model on later declarations, taken by day.
fn worth(mut model: Model, mut valid: Vec<(Declaration, bool)>) -> (Value, String) {
    valid.sort_by_key(|(d, _)| d.day);
    let started = Instant::now();
    let scored: Vec<Scored> = valid.iter().map(|(d, _)| model.score(d)).collect();
    let micros = started.elapsed().as_secs_f64() * 1e6 / valid.len() as f64;
    let labels: Vec<bool> = valid.iter().map(|(_, y)| *y).collect();
    let ones: Vec<f64> = labels.iter().map(|y| f64::from(u8::from(*y))).collect();
    let stakes: Vec<f64> = valid.iter().map(|(d, y)| if *y { d.at_stake } else { 0.0 }).collect();
    let of = |f: &dyn Fn(&Scored) -> f64| scored.iter().map(f).collect::<Vec<f64>>();
    let (scores, probabilities, losses) =
        (of(&|s| s.score), of(&|s| s.probability), of(&|s| s.expected_loss));
    let value = json!({
        "rows": valid.len(), "violations": labels.iter().filter(|y| **y).count(),
        "auc": auc(&scores, &labels), "average_precision": average_precision(&scores, &labels),
        "precision_at_5": precision_at(&scores, &labels, 0.05),
        "precision_at_10": precision_at(&scores, &labels, 0.10),
        "recall_at_5": captured_at(&scores, &ones, 0.05),
        "recall_at_10": captured_at(&scores, &ones, 0.10),
        "revenue_at_10_by_loss": captured_at(&losses, &stakes, 0.10),
        "calibration_error": calibration_error(&probabilities, &labels, 10),
        "mean_probability": probabilities.iter().sum::<f64>() / valid.len() as f64,
        "share_of_violations": ones.iter().sum::<f64>() / valid.len() as f64,
        "micros_a_row": micros,
    });
    let show = |key: &str| value[key].as_f64().map_or("-".to_owned(), |x| format!("{x:.4}"));
    let text = format!(
        "\non {} later rows: AUC {}, average precision {}\n  top  5 %: precision {}, recall {}\n  \
         top 10 %: precision {}, recall {}; by expected loss {} of what was at stake\n  \
         calibration: mean probability {} against {} violations, mean error {}",
        valid.len(),
        show("auc"),
        show("average_precision"),
        show("precision_at_5"),
        show("recall_at_5"),
        show("precision_at_10"),
        show("recall_at_10"),
        show("revenue_at_10_by_loss"),
        show("mean_probability"),
        show("share_of_violations"),
        show("calibration_error"),
    );
    (value, text)
}

/// Reads a model that fits the layout.
pub(super) fn model(file: &Path) -> Result<Model> {
    let model = Model::from_json(&text::text(file)?).map_err(|e| {
        refuse(file, &format!("不是本程序的模型：{e}"), &format!("not a model of this program: {e}"))
    })?;
    if model.card.features != score::History::new(kr::schema()).names() {
        return Err(refuse(file, "模型按另一种数据格式训练", "the model was trained on another layout"));
    }
    Ok(model)
}

/// Scores a file, a line for each declaration in the file's order.
pub(super) fn score(a: &ScoreArgs, say: Say) -> Result<ExitCode> {
    let mut model = model(&a.model)?;
    let rows = declarations(&a.file, a.format)?;
    let mut by_day: Vec<usize> = (0..rows.len()).collect();
    by_day.sort_by_key(|i| rows[*i].0.day);
    let started = Instant::now();
    let mut scored: Vec<Option<Scored>> = vec![None; rows.len()];
    for i in by_day {
        scored[i] = Some(model.score(&rows[i].0));
    }
    let micros = started.elapsed().as_secs_f64() * 1e6 / rows.len() as f64;
    let mut out = csv::Writer::from_writer(Vec::new());
    let fault = |e: csv::Error| No::fault(e);
    out.write_record(["declaration_id", "probability", "expected_loss"]).map_err(fault)?;
    for ((d, _), s) in rows.iter().zip(scored.iter().flatten()) {
        let (p, loss) = (format!("{:.6}", s.probability), format!("{:.2}", s.expected_loss));
        out.write_record([&d.id, &p, &loss]).map_err(fault)?;
    }
    let bytes = out.into_inner().map_err(No::fault)?;
    match &a.out {
        None => print!("{}", String::from_utf8_lossy(&bytes)),
        Some(file) => {
            write(file, &bytes)?;
            let value = json!({ "rows": rows.len(), "out": file, "micros_a_row": micros });
            say.done(
                &value,
                &format!("{} rows scored into {}, {micros:.1} µs a row", rows.len(), file.display()),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file whole or not at all.
pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    let written = std::fs::write(&name, bytes).and_then(|()| std::fs::rename(&name, file));
    written.map_err(|e| refuse(file, &format!("无法写入：{e}"), &format!("it cannot be written: {e}")))
}
