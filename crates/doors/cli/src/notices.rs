//! Taking notices in from files, a document of rows a transaction; running it again takes in what is new.

use crate::{
    args::{NoticeArgs, NoticeFormat},
    say::Say,
    text,
};
use flow::Desk;
use kernel::{Actor, No, Result};
use serde::Serialize;
use std::{collections::BTreeMap, process::ExitCode};
use supervision::notification::{Registered, feed, register};

/// Rows of one transaction.
const DOCUMENT: usize = 500;
/// Problems that an answer lists; all are counted.
const LISTED: usize = 100;

#[derive(Debug, Default, Serialize)]
struct Report {
    rows: usize,
    /// New, of our own goods: a follow-up was opened for each.
    follow_ups: u64,
    /// New, of others' goods: on the watch list.
    watched: u64,
    /// Registered by an earlier row or an earlier run.
    known: u64,
    rejected: u64,
    /// New ones by hazard category.
    hazards: BTreeMap<String, u64>,
    problems: Vec<String>,
}

/// Takes a file in.
pub(crate) async fn run(desk: &Desk, args: &NoticeArgs, say: Say) -> Result<ExitCode> {
    let format = match args.format {
        NoticeFormat::Rasff => feed::Format::Rasff,
        NoticeFormat::Fda => feed::Format::Fda,
    };
    let rows = feed::read(format, &text::text(&args.file)?)?;
    let mut report = Report { rows: rows.len(), ..Report::default() };
    for document in rows.chunks(DOCUMENT) {
        let mut tx = desk.begin().await?;
        for row in document {
            match row {
                Err(p) => {
                    report.reject(format!("line {}: {} = {:?}: {}", p.line, p.field, p.value, p.reason))
                }
                Ok(notice) => match register(&mut tx, &Actor::system(), notice).await {
                    Ok(Registered::Known(_)) => report.known += 1,
                    Ok(Registered::FollowUp(_)) => {
                        report.follow_ups += 1;
                        report.count(&notice.hazard_category);
                    }
                    Ok(Registered::Watched(_)) => {
                        report.watched += 1;
                        report.count(&notice.hazard_category);
                    }
                    Err(No::Refused(r)) => report.reject(format!("{}: {}", notice.reference, No::Refused(r))),
                    Err(no) => return Err(no),
                },
            }
        }
        desk.finish(tx).await?;
    }
    let text = format!(
        "{} rows: {} follow-ups opened, {} watched, {} known before, {} rejected",
        report.rows, report.follow_ups, report.watched, report.known, report.rejected
    );
    say.done(&serde_json::to_value(&report)?, &text);
    Ok(ExitCode::SUCCESS)
}

impl Report {
    fn reject(&mut self, why: String) {
        self.rejected += 1;
        if self.problems.len() < LISTED {
            self.problems.push(why);
        }
    }

    fn count(&mut self, categories: &str) {
        for name in categories.split("; ") {
            let name = if name.is_empty() { "not stated".to_owned() } else { name.to_lowercase() };
            *self.hazards.entry(name).or_insert(0) += 1;
        }
    }
}
