//! Sampling plans at the command line.

use crate::{
    args::{PlanArgs, SamplingDo},
    say::Say,
};
use kernel::{No, Refusal, Result, bi};
use sampling::iso2859::{Aql, CodeLetter, Level, PlanType, Severity, plan, plan_for_letter};
use std::process::ExitCode;

/// Runs one of the commands.
pub(crate) fn run(what: &SamplingDo, say: Say) -> Result<ExitCode> {
    let SamplingDo::Plan(args) = what;
    let found = find(args).map_err(|e| {
        No::from(Refusal::new("sampling.input", bi("抽样方案无法确定", "no plan can be given")).missing(
            "plan",
            "",
            bi(e.to_string(), e.to_string()),
        ))
    })?;
    let text = match found.single() {
        Some(s) => format!("letter {}, n = {}, Ac = {}, Re = {}", found.letter, s.n, s.ac, s.re),
        None => format!("letter {}, {} stages", found.letter, found.stages().len()),
    };
    say.done(&serde_json::to_value(&found)?, &text);
    Ok(ExitCode::SUCCESS)
}

fn find(a: &PlanArgs) -> std::result::Result<sampling::iso2859::Plan, sampling::Error> {
    let aql: Aql = a.aql.parse()?;
    let severity: Severity = a.severity.parse()?;
    match (&a.letter, a.lot) {
        (Some(letter), _) => plan_for_letter(letter.parse::<CodeLetter>()?, aql, severity, PlanType::Single),
        (None, lot) => plan(lot.unwrap_or(0), a.level.parse::<Level>()?, aql, severity, PlanType::Single),
    }
}
