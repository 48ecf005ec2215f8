//! The ledger as JSON lines, for whoever wants to repeat its chain without this program.

use crate::{
    Db, Tx,
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

/// The facts after `after` up to `last` as JSON lines, one page of them, with the last number in it; none when
/// there are no more.
pub async fn lines(tx: &mut Tx, after: i64, last: i64) -> Result<Option<(i64, Vec<u8>)>> {
    if after >= last {
        return Ok(None);
    }
    let rows = tx.all(PAGE, vals![after, (after + PAGE_SIZE).min(last)]).await?;
    let (mut seq, mut out) = (after, Vec::with_capacity(rows.len() * 512));
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
        serde_json::to_writer(&mut out, &line)?;
        out.push(b'\n');
        seq = s.seq;
    }
    if rows.is_empty() {
        return Err(No::fault(format!("fact {} is missing; run the ledger's verification", after + 1)));
    }
    Ok(Some((seq, out)))
}

/// Writes the whole ledger as JSON lines.
pub async fn export(db: &Db, clock: &Clock, out: &mut impl std::io::Write) -> Result<i64> {
    let mut tx = db.read(clock).await?;
    let last: i64 = tx.one(HEAD, vals![]).await?.get(0)?;
    let mut seq = 0;
    while let Some((read, page)) = lines(&mut tx, seq, last).await? {
        out.write_all(&page).map_err(No::fault)?;
        seq = read;
    }
    Ok(last)
}
