//! The command line of indicators.

use clap::{Args, Subcommand};

/// What to do with indicators.
#[derive(Debug, Subcommand)]
pub enum IndicatorDo {
    /// Every indicator: what it says, and whether its records are kept yet.
    List,
    /// Fold what is new in the ledger, and show one figure with the numbers behind it.
    Show(ShowArgs),
    /// Set a target, as one of the leading group.
    Target {
        /// Indicator, such as SV02.
        id: String,
        /// The value in the indicator's unit, such as 97.5 for 97.5 %.
        #[arg(value_parser = milli, allow_negative_numbers = true)]
        value: i64,
        /// Its first day; not in the past.
        #[arg(long, value_name = "DAY")]
        from: kernel::Date,
        /// Why it is this value.
        #[arg(long)]
        reason: String,
        /// The login of the one who sets it.
        #[arg(long, value_name = "LOGIN")]
        by: String,
    },
    /// Fold what is new in the ledger.
    Fold {
        /// Forget what was folded and start from the first fact.
        #[arg(long)]
        anew: bool,
    },
}

/// A number in thousandths.
fn milli(text: &str) -> Result<i64, String> {
    kernel::Quantity::parse_milli(text).ok_or_else(|| "a number of at most three places".to_owned())
}

/// Which figure.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Indicator, such as RC23.
    pub id: String,
    /// Unit code; the whole bureau when none is named.
    #[arg(long)]
    pub unit: Option<String>,
    /// Period: 2026-11, 2026-Q4, 2026-H2 or 2026; the last whole month when none is named.
    #[arg(long)]
    pub period: Option<String>,
    /// Open the figure to its facts.
    #[arg(long)]
    pub facts: bool,
    /// Facts after this number, for the next page.
    #[arg(long, default_value_t = 0)]
    pub after: i64,
    /// Facts on a page.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub limit: u64,
}
