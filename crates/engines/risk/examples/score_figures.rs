//! Trains a score on one file of declarations and prints what it is worth on a later one, then simulates
//! both files week by week:
//! `cargo run --release -p risk --example score_figures -- TRAIN.csv VALID.csv [shuffle] [rolling]`.
//! With `shuffle` the training labels are mixed, and the area must fall to one half.

use std::time::Instant;

use risk::score::metrics::{auc, average_precision, calibration_error, captured_at, precision_at};
use risk::score::rolling::{self, Protocol, Rank};
use risk::score::{Model, Options, Scored, kr, train};

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [train_file, valid_file, rest @ ..] = &args[..] else {
        return Err("two files are needed".to_owned());
    };
    let read = |f: &String| kr::read(&std::fs::read_to_string(f).map_err(|e| e.to_string())?);
    let mut cases: Vec<_> = read(train_file)?.into_iter().filter_map(|(d, y)| y.map(|y| (d, y))).collect();
    if rest.iter().any(|a| a == "shuffle") {
        let ids: Vec<String> = (0..cases.len()).map(|i| i.to_string()).collect();
        let order = risk::draw::ranking(&[3; 32], &ids, "shuffle");
        let labels: Vec<bool> = order.iter().map(|i| cases[*i].1).collect();
        cases.iter_mut().zip(labels).for_each(|(c, y)| c.1 = y);
    }
    let options = options(rest)?;
    let started = Instant::now();
    let model = train(kr::schema(), &cases, &options)?;
    println!(
        "{} cases trained in {:.1} s; kept back: {:?}",
        cases.len(),
        started.elapsed().as_secs_f64(),
        model.card.held_back_auc
    );
    let json = model.to_json()?;
    println!(
        "model: {} trees, {} nodes, {} bytes of JSON",
        model.forest.trees(),
        model.forest.size(),
        json.len()
    );
    let mut model = Model::from_json(&json)?;
    let valid = read(valid_file)?;
    // The best of several passes: a machine that others use is slower, never faster.
    let mut best = f64::INFINITY;
    let mut scored: Vec<Scored> = Vec::new();
    for _ in 0..7 {
        let mut fresh = model.clone();
        let started = Instant::now();
        scored = valid.iter().map(|(d, _)| fresh.score(d)).collect();
        best = best.min(started.elapsed().as_secs_f64() * 1e6 / valid.len() as f64);
    }
    println!("features and score: {best:.1} µs a row, the best of seven passes");
    figures(&valid, &scored);
    let rows: Vec<Vec<f64>> = valid.iter().map(|(d, _)| model.history.features(d)).collect();
    let (mut each, mut total) = (f64::INFINITY, 0.0);
    for _ in 0..7 {
        let started = Instant::now();
        total = rows.iter().map(|r| model.forest.score(r)).sum();
        each = each.min(started.elapsed().as_secs_f64() * 1e6 / rows.len() as f64);
    }
    println!("trees alone: {each:.1} µs a row (mean {:.3})", total / rows.len() as f64);
    println!("reasons of the first: {:?}", model.reasons(&rows[0], 4));
    if rest.iter().any(|a| a == "rolling") {
        cases.extend(valid.into_iter().filter_map(|(d, y)| y.map(|y| (d, y))));
        for rank in [Rank::Loss, Rank::LogLoss, Rank::Probability] {
            let started = Instant::now();
            let r = rolling::run(kr::schema(), &cases, &Protocol { rank, ..Protocol::default() })?;
            println!("{rank:?}: {:?} in {:.1} s", r.totals, started.elapsed().as_secs_f64());
            println!("  let through by estimate {:?}, lift {:?}", r.estimate.let_through, r.lift);
        }
    }
    Ok(())
}

/// Options named as `trees=240`.
fn options(args: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    for arg in args {
        let Some((key, value)) = arg.split_once('=') else { continue };
        let number = value.parse::<f64>().map_err(|e| e.to_string())?;
        match key {
            "trees" => options.trees = number as usize,
            "rate" => options.learning_rate = number as f32,
            "leaves" => options.leaves = number as usize,
            "depth" => options.depth = number as usize,
            "weight" => options.min_leaf_weight = number as f32,
            "subsample" => options.subsample = number as f32,
            "columns" => options.columns = number,
            "l2" => options.l2 = number as f32,
            "seed" => options.seed = number as u64,
            _ => return Err(format!("unknown option {key}")),
        }
    }
    Ok(options)
}

fn figures(valid: &[(risk::score::Declaration, Option<bool>)], scored: &[Scored]) {
    let labels: Vec<bool> = valid.iter().map(|(_, y)| *y == Some(true)).collect();
    let scores: Vec<f64> = scored.iter().map(|s| s.score).collect();
    let probabilities: Vec<f64> = scored.iter().map(|s| s.probability).collect();
    let losses: Vec<f64> = scored.iter().map(|s| s.expected_loss).collect();
    let revenue: Vec<f64> =
        valid.iter().zip(&labels).map(|((d, _), y)| if *y { d.at_stake } else { 0.0 }).collect();
    let show = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.4}"));
    println!("AUC {} AP {}", show(auc(&scores, &labels)), show(average_precision(&scores, &labels)));
    for share in [0.01, 0.02, 0.05, 0.10] {
        println!(
            "top {:.0} %: precision {}, revenue by probability {}, revenue by expected loss {}",
            share * 100.0,
            show(precision_at(&scores, &labels, share)),
            show(captured_at(&scores, &revenue, share)),
            show(captured_at(&losses, &revenue, share)),
        );
    }
    println!("calibration error {}", show(calibration_error(&probabilities, &labels, 10)));
}
