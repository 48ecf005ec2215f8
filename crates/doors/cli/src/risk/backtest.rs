//! The rolling simulation: what a score would have found, week by week.

use super::{
    args::{BacktestArgs, RankBy},
    cases, unfit,
};
use crate::say::Say;
use ::risk::explore::ShareRule;
use ::risk::score::rolling::{self, Protocol, Rank, Rolling};
use ::risk::score::{Options, kr};
use kernel::Result;
use std::{process::ExitCode, time::Instant};

/// The seed of draws that a number stands for: its bytes, and noughts.
pub(super) fn seed(number: u64) -> [u8; 32] {
    let mut out = [0; 32];
    out[..8].copy_from_slice(&number.to_be_bytes());
    out
}

/// Runs the simulation and prints it.
pub(super) fn run(a: &BacktestArgs, say: Say) -> Result<ExitCode> {
    let mut known = cases(&a.train, a.format)?;
    if let Some(more) = &a.valid {
        known.extend(cases(more, a.format)?);
    }
    let usual = Protocol::default();
    let explore = match a.adaptive {
        Some(ceiling) => ShareRule { floor: a.explore, ceiling, quiet: 0.6, keep: 0.6 },
        None => ShareRule::fixed(a.explore),
    };
    let rank = match a.rank {
        RankBy::Loss => Rank::Loss,
        RankBy::LogLoss => Rank::LogLoss,
        RankBy::Probability => Rank::Probability,
    };
    let protocol = Protocol {
        budget: a.budget,
        explore,
        warm_weeks: a.warm_weeks,
        retrain_every: a.retrain_every,
        memory: a.memory,
        rank,
        options: Options { seed: a.seed, ..usual.options.clone() },
        seed: seed(a.seed),
        ..usual
    };
    let started = Instant::now();
    let found = rolling::run(kr::schema(), &known, &protocol).map_err(|e| unfit(&a.train, &e))?;
    let seconds = started.elapsed().as_secs_f64();
    let mut value = serde_json::to_value(&found)?;
    value["rows"] = known.len().into();
    value["seconds"] = seconds.into();
    value["protocol"] = serde_json::to_value(&protocol)?;
    say.done(&value, &words(&found, known.len(), seconds));
    Ok(ExitCode::SUCCESS)
}

fn words(r: &Rolling, rows: usize, seconds: f64) -> String {
    let mut text =
        String::from("week declared inspected random found violations  revenue    best  share drift\n");
    for w in &r.weeks {
        let share = if w.best_revenue > 0.0 { w.revenue / w.best_revenue } else { 0.0 };
        text += &format!(
            "{:>4} {:>8} {:>9} {:>6} {:>5} {:>10} {:>8.2e} {:>7.1e} {share:>6.3} {:>5.2}\n",
            w.week,
            w.declared,
            w.inspected,
            w.random,
            w.found,
            w.violations,
            w.revenue,
            w.best_revenue,
            w.drift
        );
    }
    let (t, e) = (&r.totals, &r.estimate);
    text += &format!(
        "{rows} declarations, {} weeks after the first, {} trainings, {seconds:.1} s\n\
         normalised revenue {:.4} (of all at stake {:.4}); precision {:.4}, second half {:.4}; recall {:.4}\n\
         random checks: {:.0} violations let through (interval {:.0} to {:.0}); in truth {}",
        t.weeks,
        r.trainings,
        t.normalised_revenue,
        t.revenue_recall,
        t.precision,
        t.precision_second_half,
        t.recall,
        e.let_through.value,
        e.let_through.low,
        e.let_through.high,
        t.let_through
    );
    if let Some(l) = r.lift {
        text += &format!(
            "\ntargeted inspections find {:.2} times as much as random ones ({:.2} to {:.2})",
            l.value, l.low, l.high
        );
    }
    text
}
