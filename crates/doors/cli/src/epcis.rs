//! EPCIS documents at the command line.

use crate::{
    args::{EpcisDo, Syntax},
    say::Say,
    text,
};
use kernel::{No, Result};
use serde_json::json;
use std::{path::Path, process::ExitCode};
use trace::epcis::{self, Document, Limits, Problem};

/// Runs one of the commands.
pub(crate) fn run(what: &EpcisDo, say: Say) -> Result<ExitCode> {
    match what {
        EpcisDo::Validate { files } => validate(files, say),
        EpcisDo::Hash { files } => hash(files, say),
        EpcisDo::Convert { to, file } => convert(*to, file, say),
        EpcisDo::Capture { .. } => Err(No::fault("capturing needs the database")),
    }
}

fn validate(files: &[std::path::PathBuf], say: Say) -> Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        let (events, problems) = match read(file)? {
            Ok(d) => (d.events.len(), epcis::validate(&d)),
            Err(problems) => (0, problems),
        };
        if problems.is_empty() {
            let value = json!({ "file": file, "valid": true, "events": events, "problems": [] });
            say.done(&value, &format!("{}: valid, {events} events", file.display()));
        } else {
            show(file, &problems, say);
            code = ExitCode::from(1);
        }
    }
    Ok(code)
}

fn hash(files: &[std::path::PathBuf], say: Say) -> Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match read(file)? {
            Ok(d) => d.events.iter().for_each(|e| println!("{}", epcis::hash(e))),
            Err(problems) => {
                show(file, &problems, say);
                code = ExitCode::from(1);
            }
        }
    }
    Ok(code)
}

fn convert(to: Syntax, file: &Path, say: Say) -> Result<ExitCode> {
    match read(file)? {
        Ok(d) => {
            match to {
                Syntax::Json => println!("{}", epcis::to_json_pretty(&d)),
                Syntax::Xml => println!("{}", epcis::to_xml(&d)),
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            show(file, &problems, say);
            Ok(ExitCode::from(1))
        }
    }
}

fn read(file: &Path) -> Result<std::result::Result<Document, Vec<Problem>>> {
    Ok(epcis::parse(&text::bytes(file)?, &Limits::default()))
}

/// Problems go to standard error, or as JSON to standard output when JSON was asked for.
fn show(file: &Path, problems: &[Problem], say: Say) {
    if say.json {
        let one = |p: &Problem| json!({ "rule": p.rule, "path": p.path, "value": p.value, "message": p.message, "remedy": p.remedy });
        let problems: Vec<_> = problems.iter().map(one).collect();
        println!("{}", json!({ "file": file, "valid": false, "problems": problems }));
        return;
    }
    for p in problems {
        eprintln!("{}: {} {} = {:?}: {}. {}", file.display(), p.rule, p.path, p.value, p.message, p.remedy);
    }
}
