//! Evidence, noted by the wiring as inspection and laboratory record it.

use super::sql;
use kernel::{
    LotId, Result,
    supervision::{ResultRecorded, TestResulted},
};
use store::{Tx, vals};
use uuid::Uuid;

/// An inspection was recorded; it speaks for the whole consignment.
pub async fn note_record(tx: &mut Tx, f: &ResultRecorded) -> Result<()> {
    let (id, now): (Uuid, _) = (tx.id(), tx.now());
    let verdict = if f.conforming { "pass" } else { "fail" };
    let row = vals![id, f.record.0, "inspection", f.declaration, None::<LotId>, "inspection", verdict, now];
    tx.exec(sql::EVIDENCE_ADD, row).await.map(drop)
}

/// A test result was recorded; it speaks for its lot.
pub async fn note_result(tx: &mut Tx, f: &TestResulted) -> Result<()> {
    let (id, now): (Uuid, _) = (tx.id(), tx.now());
    let row = vals![id, f.result.0, "test", f.declaration, f.lot, &f.analyte, &f.verdict, now];
    tx.exec(sql::EVIDENCE_ADD, row).await.map(drop)
}
