//! What the commands on risk are called with.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What to do about risk.
#[derive(Debug, Subcommand)]
pub enum RiskDo {
    /// Decision tables (DMN 1.1 to 1.5, or CSV).
    Table {
        /// What to do.
        #[command(subcommand)]
        what: TableDo,
    },
    /// Train a score on declarations with known results, and say what it is worth on later ones.
    #[command(
        after_help = "Example:\n  guomen risk train --format kr-customs --train 2020.csv --valid 2021.csv --model score.json"
    )]
    Train(TrainArgs),
    /// Score declarations with a trained model: a line `declaration_id,probability,expected_loss` for
    /// each, in the order of the file.
    #[command(after_help = "Example:\n  guomen risk score --model score.json 2021.csv --out scores.csv")]
    Score(ScoreArgs),
    /// Simulate week by week what a score would have found, with results known only for what was
    /// inspected: most of the inspections by expected loss, the rest drawn at random.
    #[command(
        after_help = "Examples:\n  guomen risk backtest --format kr-customs --train 2020.csv --valid 2021.csv\n  \
        guomen risk backtest --format kr-customs --train 2020.csv --rank probability --explore 0.2 --json"
    )]
    Backtest(BacktestArgs),
    /// Rank product, origin and hazard by foreign notices that fade with a half-life, and try the list on
    /// the months of the file.
    #[command(after_help = "Examples:\n  guomen risk watch --format rasff notices.csv\n  \
        guomen risk watch --format rasff notices.csv --as-of 2023-06-30 --by product-origin --json")]
    Watch(WatchArgs),
    /// Estimate from random checks what each lane lets through: unbiased, with intervals.
    #[command(
        after_help = "The file has the columns lane, probability (of the draw, 0 to 1), inspected (drawn, added \
        or no) and found (1, 0 or an amount; empty when not inspected).\n\nExample:\n  guomen risk estimate checks.csv --json"
    )]
    Estimate(EstimateArgs),
    /// Say whether a score still sees the world it was approved for, and whether it stands down: exit 0
    /// either way, the stand is `in_force`, `watched` or `down`.
    #[command(
        after_help = "Results in the current file count as random checks; leave those of targeted inspections out.\n\n\
        Example:\n  guomen risk drift --model score.json --reference first-month.csv --current this-month.csv"
    )]
    Drift(DriftArgs),
    /// The learned score over the bureau's own records: train, register, approve, stand down.
    #[command(
        after_help = "Example:\n  guomen risk model train --out s.json\n  guomen risk model register s.json --by K001 --note \"records of 2026\"\n  \
        guomen risk model approve S-1 --by K002\n  guomen risk model stand-down S-1 --by K002 --reason \"new trade\""
    )]
    Model {
        /// What to do.
        #[command(subcommand)]
        what: ModelDo,
    },
    /// Take last year's decisions of a database again with other rates in the lane table: workload, violations and
    /// value found and missed, with intervals. Nothing is changed.
    #[command(
        after_help = "Example:\n  guomen --db sqlite://year.db risk what-if --rate 3=40 --until 2020-12-31"
    )]
    WhatIf(WhatIfArgs),
}

/// What to do with the learned score.
#[derive(Debug, Subcommand)]
pub enum ModelDo {
    /// Train on all consignments before today whose inspection has a result.
    Train {
        /// The file to write the model to.
        #[arg(long)]
        out: PathBuf,
        /// Seed of the sampling; the same seed and records give the same model.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Mix the results first. What such a model finds is a leak: its area under the curve must lie about one half.
        #[arg(long)]
        shuffle: bool,
    },
    /// Enter a trained model with its card; nothing follows it yet.
    Register {
        /// The file that `train` wrote.
        file: PathBuf,
        /// Staff number of who enters it.
        #[arg(long)]
        by: String,
        /// On what it was trained, and what it is for.
        #[arg(long)]
        note: String,
    },
    /// Put a model in force; somebody else than who entered it.
    Approve {
        /// Its number, as S-1.
        model: String,
        /// Staff number of who approves.
        #[arg(long)]
        by: String,
        /// First day, as 2026-12-01; today when not named.
        #[arg(long)]
        from: Option<String>,
    },
    /// Take a model out of force now.
    StandDown {
        /// Its number, as S-1.
        model: String,
        /// Staff number of who does it.
        #[arg(long)]
        by: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// What would be otherwise.
#[derive(Debug, Args)]
pub struct WhatIfArgs {
    /// A row of the lane table in force and its other rate in percent, as 3=40; may be given more than once.
    #[arg(long, required = true, value_name = "ROW=PERCENT")]
    pub rate: Vec<String>,
    /// Last day of the year that is looked at; today when not named.
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
}

/// What to do with decision tables.
#[derive(Debug, Subcommand)]
pub enum TableDo {
    /// Say what is doubtful, by row. Exit 1 when the table cannot be read or has errors: rows that
    /// contradict each other, rows that overlap under the policy UNIQUE, outputs that PRIORITY or
    /// OUTPUT ORDER cannot rank. Gaps, shadowed and unreachable rows, and what could not be checked
    /// are warnings and leave exit 0.
    #[command(after_help = "Example:\n  guomen risk table check lanes.dmn --json")]
    Check {
        /// The table: DMN, or CSV.
        file: PathBuf,
        /// Models that the file imports.
        #[arg(long)]
        with: Vec<PathBuf>,
    },
    /// Decide once. With --json only the result is printed: a number, string, list, object or null.
    #[command(
        after_help = "Examples:\n  guomen risk table eval lanes.dmn --decision Lane --input '{\"score\": 80}' --json\n  \
        guomen risk table eval lanes.csv --decision Lane --input @case.json"
    )]
    Eval {
        /// The table: DMN, or CSV.
        file: PathBuf,
        /// Name of the decision, decision service or business knowledge model.
        #[arg(long)]
        decision: String,
        /// Input data as a JSON object, or @FILE to read it from a file.
        #[arg(long, value_name = "JSON|@FILE")]
        input: String,
        /// Models that the file imports.
        #[arg(long)]
        with: Vec<PathBuf>,
    },
    /// Decide many declarations under an old and a new table, and say what would move.
    #[command(
        after_help = "Example:\n  guomen risk table replay old.dmn new.dmn --decision Lane --lane lane --rate rate --draw draw_ppm cases.csv"
    )]
    Replay(ReplayArgs),
}

/// Which tables, and for whom.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The table in force.
    pub old: PathBuf,
    /// The table that is to replace it.
    pub new: PathBuf,
    /// Declarations as CSV, a column for each input of either table.
    pub cases: PathBuf,
    /// Name of the decision in both tables.
    #[arg(long)]
    pub decision: String,
    /// The output that names the lane; the whole result when it is not named.
    #[arg(long)]
    pub lane: Option<String>,
    /// The output with the rate of selection, as a share from 0 to 1.
    #[arg(long)]
    pub rate: Option<String>,
    /// The column with the recorded draw in parts per million.
    #[arg(long)]
    pub draw: Option<String>,
    /// Threads.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub threads: u8,
}

/// How a file of declarations with results is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Layout {
    /// The public Korean customs declaration data set, CSV with 22 columns.
    KrCustoms,
}

/// From what to train.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// How the files are written.
    #[arg(long, value_enum)]
    pub format: Layout,
    /// Declarations with results to train on.
    #[arg(long)]
    pub train: PathBuf,
    /// Later declarations with results to try the score on.
    #[arg(long)]
    pub valid: Option<PathBuf>,
    /// The file to write the model to.
    #[arg(long)]
    pub model: PathBuf,
    /// Seed of the sampling; the same seed gives the same model.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Mix the results among the declarations first. What such a score finds is a leak: with --valid its
    /// area under the curve must lie about one half.
    #[arg(long)]
    pub shuffle: bool,
}

/// What to score.
#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// The model that `train` wrote.
    #[arg(long)]
    pub model: PathBuf,
    /// Declarations, with or without results.
    pub file: PathBuf,
    /// How the file is written.
    #[arg(long, value_enum, default_value = "kr-customs")]
    pub format: Layout,
    /// The file to write; standard output when none is named.
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// How to simulate.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// How the files are written.
    #[arg(long, value_enum)]
    pub format: Layout,
    /// Declarations with results.
    #[arg(long)]
    pub train: PathBuf,
    /// More declarations with results; the two are taken together, by day.
    #[arg(long)]
    pub valid: Option<PathBuf>,
    /// Share of each week that is inspected.
    #[arg(long, default_value_t = 0.10)]
    pub budget: f64,
    /// Share of the inspections that is drawn at random.
    #[arg(long, default_value_t = 0.10)]
    pub explore: f64,
    /// Let the random share rise under drift, up to this share.
    #[arg(long, value_name = "SHARE")]
    pub adaptive: Option<f64>,
    /// Train on the results of the last weeks only; a short memory recovers sooner when the world changes.
    #[arg(long, value_name = "WEEKS")]
    pub memory: Option<usize>,
    /// By what declarations are ranked.
    #[arg(long, value_enum, default_value = "loss")]
    pub rank: RankBy,
    /// First weeks, inspected whole.
    #[arg(long, default_value_t = 8)]
    pub warm_weeks: usize,
    /// Weeks from one training to the next.
    #[arg(long, default_value_t = 4)]
    pub retrain_every: usize,
    /// Seed of draws and trainings.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// By what declarations are ranked.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RankBy {
    /// Probability times what is at stake.
    Loss,
    /// Probability times the logarithm of what is at stake.
    LogLoss,
    /// Probability of a violation.
    Probability,
}

/// Of which checks.
#[derive(Debug, Args)]
pub struct EstimateArgs {
    /// Consignments as CSV, inspected or not.
    pub file: PathBuf,
    /// Width of intervals in standard errors; 1.96 for 95 %.
    #[arg(long, default_value_t = 1.96)]
    pub z: f64,
}

/// Which periods are compared, and within which limits.
#[derive(Debug, Args)]
pub struct DriftArgs {
    /// The model that `train` wrote.
    #[arg(long)]
    pub model: PathBuf,
    /// How the files are written.
    #[arg(long, value_enum, default_value = "kr-customs")]
    pub format: Layout,
    /// Declarations of the period the score was approved in, later than its training.
    #[arg(long)]
    pub reference: PathBuf,
    /// Declarations of the present period.
    #[arg(long)]
    pub current: PathBuf,
    /// Population stability from which a score is watched.
    #[arg(long, default_value_t = 0.10)]
    pub shape_watch: f64,
    /// Population stability of the score from which it stands down.
    #[arg(long, default_value_t = 0.25)]
    pub shape_down: f64,
    /// Standard errors of calibration from which a score is watched.
    #[arg(long, default_value_t = 2.0)]
    pub errors_watch: f64,
    /// Standard errors of calibration from which it stands down.
    #[arg(long, default_value_t = 3.0)]
    pub errors_down: f64,
    /// Least departure of violations found from those predicted that matters, as a share.
    #[arg(long, default_value_t = 0.25)]
    pub departure: f64,
    /// Area under the curve below which it stands down.
    #[arg(long, default_value_t = 0.6)]
    pub area_down: f64,
    /// Readings on fewer cases decide nothing.
    #[arg(long, default_value_t = 100)]
    pub least_cases: usize,
}

/// How a file of notices is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Notices {
    /// Notices of the European rapid alert system, the portal's export or a table by case.
    Rasff,
}

/// What a list is made of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum By {
    /// Product, origin and hazard.
    ProductOriginHazard,
    /// Product and origin.
    ProductOrigin,
}

/// Which comes first in a date such as 5/9/2025.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum First {
    /// The day.
    Day,
    /// The month.
    Month,
}

/// Which list.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// How the file is written.
    #[arg(long, value_enum)]
    pub format: Notices,
    /// The notices.
    pub file: PathBuf,
    /// Day of the list, as 2023-12-31: later notices are not known yet. The latest notice when not named.
    #[arg(long)]
    pub as_of: Option<String>,
    /// What the list is made of.
    #[arg(long, value_enum, default_value = "product-origin-hazard")]
    pub by: By,
    /// Length of the list.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub top: u32,
    /// Half-life of a notice in months.
    #[arg(long, default_value_t = 6.0)]
    pub half_life: f64,
    /// Whether day or month comes first in dates such as 5/9/2025; the file shows it when not named.
    #[arg(long, value_enum)]
    pub first: Option<First>,
}
