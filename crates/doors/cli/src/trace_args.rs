//! The arguments of the commands of traces.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with deliveries.
#[derive(Debug, Subcommand)]
pub enum TraceDo {
    /// Score stations and deliveries by the share of cases that they can explain.
    Score(ScoreArgs),
    /// Where a lot came from.
    Back(LotArgs),
    /// Where a lot went.
    Forward(LotArgs),
    /// Possible sources of several lots, by likelihood: leads for inquiry, not findings.
    Sources(SourcesArgs),
}

/// Several lots with a suspected source in common.
#[derive(Debug, Args)]
pub struct SourcesArgs {
    /// Their numbers as they are printed, or their names in events.
    #[arg(required = true, num_args = 2..)]
    pub lots: Vec<String>,
    /// The record as it stood at the end of this day.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<kernel::Date>,
    /// A name or a link that is supposed closed; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub close: Vec<String>,
    /// Where the genealogy is kept between runs; beside an SQLite database by itself.
    #[arg(long, value_name = "FILE")]
    pub genealogy: Option<PathBuf>,
}

/// A trace of a lot.
#[derive(Debug, Args)]
pub struct LotArgs {
    /// Its number as it is printed, or its name in events.
    pub lot: String,
    /// The record as it stood at the end of this day.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<kernel::Date>,
    /// A name or a link that is supposed closed; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub close: Vec<String>,
    /// All ways, not only what was reached.
    #[arg(long)]
    pub paths: bool,
    /// Writes the trace as a workbook.
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
    /// Where the genealogy is kept between runs; beside an SQLite database by itself.
    #[arg(long, value_name = "FILE")]
    pub genealogy: Option<PathBuf>,
}

/// An outbreak as three tables of tab-separated values.
#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// Deliveries: id, from station, to station, lot and dates.
    #[arg(long)]
    pub deliveries: PathBuf,
    /// Relations: the delivery that went into another.
    #[arg(long)]
    pub relations: PathBuf,
    /// Weights of the cases, by station.
    #[arg(long)]
    pub weights: PathBuf,
    /// Let contamination pass between goods in every station, in the order of time.
    #[arg(long)]
    pub cross_contamination: bool,
}
