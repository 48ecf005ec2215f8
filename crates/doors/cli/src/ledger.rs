//! The ledger's commands.

use crate::say::Say;
use flow::Desk;
use kernel::{No, Result};
use std::{
    io::{BufWriter, Write, stdout},
    path::Path,
    process::ExitCode,
};
use store::ledger;

/// Re-computes the chain; exit 1 when it is broken.
pub(crate) async fn verify(desk: &Desk, say: Say) -> Result<ExitCode> {
    let verdict = ledger::verify(&desk.db, &desk.clock, |_, _| ()).await?;
    let text = match &verdict.broken {
        None => format!("{} facts hold; head {} {}", verdict.facts, verdict.head, verdict.head_hash),
        Some(b) => format!("BROKEN at fact {}: {}", b.seq, b.why),
    };
    say.done(&serde_json::to_value(&verdict)?, &text);
    Ok(if verdict.broken.is_none() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Writes every fact as a JSON line.
pub(crate) async fn export(desk: &Desk, out: Option<&Path>) -> Result<()> {
    match out {
        Some(file) => {
            let mut w = BufWriter::new(std::fs::File::create_new(file).map_err(No::fault)?);
            ledger::export(&desk.db, &desk.clock, &mut w).await?;
            w.flush().map_err(No::fault)
        }
        None => {
            let mut w = BufWriter::new(stdout().lock());
            ledger::export(&desk.db, &desk.clock, &mut w).await?;
            w.flush().map_err(No::fault)
        }
    }
}
