//! What the commands on sampling plans are called with.

use clap::{Args, Subcommand, ValueEnum};

/// What to do with sampling plans.
#[derive(Debug, Subcommand)]
pub enum SamplingDo {
    /// The plan of ISO 2859-1 for a lot or a code letter: n, Ac and Re, or the stages of a double or
    /// multiple plan with cumulative numbers.
    #[command(after_help = "Examples:\n  guomen sampling plan --lot 1000 --level II --aql 1.0\n  \
        guomen sampling plan --letter J --aql 1.0 --severity tightened --type double --json")]
    Plan(PlanArgs),
    /// What a plan does: for each quality p the probability of acceptance (pa), the average sample
    /// number (asn) and, with a lot size, average outgoing quality (aoq) and total inspection (ati).
    #[command(after_help = "Examples:\n  guomen sampling oc --n 80 --ac 2 --p 0.01,0.02 --json\n  \
        guomen sampling oc --n 80 --ac 2 --lot 1200\n  guomen sampling oc --lot 1000 --aql 1.0 --type double")]
    Oc(OcArgs),
    /// The smallest plan through two points: lots as good as the producer's quality are accepted at least
    /// so often, lots as bad as the consumer's at most so often.
    #[command(after_help = "Examples:\n  guomen sampling design --prp 0.01,0.95 --crp 0.10,0.10\n  \
        guomen sampling design --prp 0.01,0.95 --crp 0.10,0.10 --lot 500 --json")]
    Design(DesignArgs),
}

/// Which plan.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Lot size in units.
    #[arg(long, required_unless_present = "letter", conflicts_with = "letter")]
    pub lot: Option<u64>,
    /// Inspection level: S-1 to S-4, I, II or III.
    #[arg(long, default_value = "II")]
    pub level: String,
    /// Code letter A to R, in place of lot and level.
    #[arg(long)]
    pub letter: Option<String>,
    /// Acceptance quality limit in percent, such as 0.65.
    #[arg(long)]
    pub aql: String,
    /// normal, tightened or reduced.
    #[arg(long, default_value = "normal")]
    pub severity: String,
    /// single, double or multiple; a simpler plan stands in where the tables offer no other.
    #[arg(long = "type", default_value = "single")]
    pub kind: String,
}

/// Whose curve.
#[derive(Debug, Args)]
pub struct OcArgs {
    /// Sample size of a single plan, in units.
    #[arg(long, requires = "ac", conflicts_with_all = ["aql", "letter"], required_unless_present = "aql")]
    pub n: Option<u64>,
    /// Acceptance number of a single plan.
    #[arg(long, requires = "n")]
    pub ac: Option<u32>,
    /// Lot size in units: gives aoq and ati, and leads to the plan when there is an AQL.
    #[arg(long)]
    pub lot: Option<u64>,
    /// Inspection level, with lot and AQL.
    #[arg(long, default_value = "II")]
    pub level: String,
    /// Code letter, in place of lot and level.
    #[arg(long, requires = "aql")]
    pub letter: Option<String>,
    /// Acceptance quality limit in percent, in place of n and Ac.
    #[arg(long)]
    pub aql: Option<String>,
    /// normal, tightened or reduced.
    #[arg(long, default_value = "normal")]
    pub severity: String,
    /// single, double or multiple.
    #[arg(long = "type", default_value = "single")]
    pub kind: String,
    /// Qualities as fractions, 0.01 for 1 %, separated by commas; an even series when none is named.
    #[arg(long, value_delimiter = ',')]
    pub p: Vec<f64>,
    /// Points of the series.
    #[arg(long, default_value_t = 21)]
    pub points: usize,
    /// How nonconformity is counted; binomial unless the AQL counts nonconformities (poisson).
    #[arg(long, value_enum)]
    pub model: Option<Count>,
}

/// How nonconformity is counted.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Count {
    /// Nonconforming units of a process, or of a lot large against the sample.
    Binomial,
    /// Nonconformities, several of which may lie in one unit.
    Poisson,
    /// Nonconforming units of the very lot; needs its size.
    Hypergeometric,
}

/// Between which points.
#[derive(Debug, Args)]
pub struct DesignArgs {
    /// Producer's point: quality as a fraction, and the least probability of acceptance, as 0.01,0.95.
    #[arg(long, value_name = "P,A", value_parser = point)]
    pub prp: sampling::design::RiskPoint,
    /// Consumer's point: quality as a fraction, and the greatest probability of acceptance, as 0.10,0.10.
    #[arg(long, value_name = "P,B", value_parser = point)]
    pub crp: sampling::design::RiskPoint,
    /// Lot size in units: the count is then exact.
    #[arg(long, conflicts_with = "poisson")]
    pub lot: Option<u64>,
    /// Count nonconformities, several of which may lie in one unit.
    #[arg(long)]
    pub poisson: bool,
}

fn point(text: &str) -> Result<sampling::design::RiskPoint, String> {
    let wrong = || format!("`{text}` is not a quality and a probability such as 0.01,0.95");
    let (quality, accept) = text.split_once(',').ok_or_else(wrong)?;
    let number = |t: &str| t.trim().parse::<f64>().map_err(|_| wrong());
    Ok(sampling::design::RiskPoint { quality: number(quality)?, accept: number(accept)? })
}
