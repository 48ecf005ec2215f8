//! Source scoring of an outbreak at the command line.

use crate::{text, trace_args::ScoreArgs};
use kernel::{No, Refusal, Result, bi};
use std::{fmt::Display, path::Path, process::ExitCode};
use trace::score::{CrossContamination, Network, Settings, score, tsv};

/// Writes the scores of stations and deliveries on standard output.
pub(crate) fn run(a: &ScoreArgs) -> Result<ExitCode> {
    let deliveries =
        tsv::parse_deliveries(&text::text(&a.deliveries)?).map_err(|e| refuse(&a.deliveries, &e))?;
    let relations = tsv::parse_relations(&text::text(&a.relations)?).map_err(|e| refuse(&a.relations, &e))?;
    let weights = tsv::parse_weights(&text::text(&a.weights)?).map_err(|e| refuse(&a.weights, &e))?;
    let network = Network::build(deliveries, &relations).map_err(|e| refuse(&a.deliveries, &e))?;
    let cross_contamination =
        if a.cross_contamination { CrossContamination::Everywhere } else { CrossContamination::Off };
    let scores = score(&network, &weights, &Settings { cross_contamination, ..Settings::default() });
    print!("{}", tsv::write_scores(&network, &scores));
    Ok(ExitCode::SUCCESS)
}

fn refuse(file: &Path, e: &impl Display) -> No {
    Refusal::new("trace.table", bi("表格无法读取", "the table cannot be used"))
        .missing("file", file.display(), bi(e.to_string(), e.to_string()))
        .into()
}
