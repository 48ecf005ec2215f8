//! The ledger as JSON lines, for whoever wants to repeat its chain without this program.

use crate::{
    Db,
    ledger::{HEAD, PAGE, PAGE_SIZE, Stored},
    vals,
};
use kernel::{Clock, No, Result};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

/// One exported line. `body` is the exact text that was hashed.
#[derive(Serialize)]
struct ExportLine<'a> {
    seq: i64,
    at: String,
    id: Uuid,
    kind: &'a str,
    subject: &'a str,
    actor: Option<Uuid>,
    unit: Option<Uuid>,
    body: &'a RawValue,
    hash: String,
}

/// Writes the whole ledger as JSON lines.
pub async fn export(db: &Db, clock: &Clock, out: &mut impl std::io::Write) -> Result<i64> {
    let mut tx = db.read(clock).await?;
    let last: i64 = tx.one(HEAD, vals![]).await?.get(0)?;
    let mut seq = 0;
    while seq < last {
        let rows = tx.all(PAGE, vals![seq, (seq + PAGE_SIZE).min(last)]).await?;
        if rows.is_empty() {
            return Err(No::fault(format!("fact {} is missing; run the ledger's verification", seq + 1)));
        }
        for r in &rows {
            let s = Stored::read(r)?;
            let body: &RawValue = serde_json::from_str(&s.body)?;
            let line = ExportLine {
                seq: s.seq,
                at: s.at.rfc3339(),
                id: s.id,
                kind: &s.kind,
                subject: &s.subject,
                actor: s.actor,
                unit: s.unit,
                body,
                hash: hex::encode(&s.hash),
            };
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n").map_err(No::fault)?;
            seq = s.seq;
        }
    }
    Ok(last)
}
