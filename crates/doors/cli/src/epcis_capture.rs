//! Capturing EPCIS documents at the command line: the same act as the API, with its pace.

use crate::{say::Say, text};
use flow::Desk;
use kernel::{Actor, Refusal, Result};
use serde_json::{Value, json};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Instant};
use supervision::epcis::{Behaviour, Tally};

/// Captures documents one after another. A refused document does not stop those behind it.
pub(crate) async fn run(desk: &Desk, files: &[PathBuf], proceed: bool, say: Say) -> Result<ExitCode> {
    let behaviour = if proceed { Behaviour::Proceed } else { Behaviour::Rollback };
    let by = Actor::system();
    let (mut whole, mut refused) = (Tally::default(), Vec::new());
    let begun = Instant::now();
    for file in files {
        let bytes: Arc<[u8]> = text::bytes(file)?.into();
        match desk.capture(&by, behaviour, bytes).await {
            Ok(capture) => {
                let errors = capture.tally.errors.clone();
                for e in &errors {
                    refused.push(json!({ "file": file, "rule": e.rule, "path": e.path, "value": e.value, "message": e.message, "remedy": e.remedy }));
                }
                whole.add(capture.tally);
            }
            Err(no) => match no.refusal() {
                Some(refusal) => {
                    refused.extend(told(file, refusal));
                    whole.rejected += 1;
                }
                None => return Err(no),
            },
        }
    }
    let seconds = begun.elapsed().as_secs_f64().max(1e-6);
    let pace = ((whole.captured + whole.duplicates) as f64 / seconds).round();
    let text = format!(
        "{} captured, {} known already, {} rejected; {pace} events/s",
        whole.captured, whole.duplicates, whole.rejected
    );
    let value = json!({
        "captured": whole.captured, "duplicates": whole.duplicates, "rejected": whole.rejected,
        "events_per_second": pace, "problems": refused,
    });
    say.done(&value, &text);
    if !say.json {
        for p in &refused {
            let word = |name: &str| p[name].as_str().unwrap_or_default().to_owned();
            let (file, rule, path) = (word("file"), word("rule"), word("path"));
            eprintln!("{file}: {rule} {path} = {:?}: {}. {}", word("value"), word("message"), word("remedy"));
        }
    }
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The gaps of a refusal, each with the rule that its words begin with.
fn told(file: &PathBuf, refusal: &Refusal) -> Vec<Value> {
    if refusal.missing.is_empty() {
        let (rule, message, remedy) = (&refusal.code, &refusal.what.en, &refusal.remedy.en);
        return vec![
            json!({ "file": file, "rule": rule, "path": "", "value": "", "message": message, "remedy": remedy }),
        ];
    }
    let one = |m: &kernel::Missing| {
        let (rule, rest) = m.needed.en.split_once(": ").unwrap_or(("", &m.needed.en));
        let (message, remedy) = rest.rsplit_once("; ").unwrap_or((rest, ""));
        json!({ "file": file, "rule": rule, "path": m.field, "value": m.value, "message": message, "remedy": remedy })
    };
    refusal.missing.iter().map(one).collect()
}
