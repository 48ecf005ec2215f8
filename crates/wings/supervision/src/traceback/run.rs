//! Running a trace over the record as it stands, and keeping what came of it.

use super::{Found, Gap, Genealogy, Inputs, Traceback, look::look, read, sql};
use kernel::{Actor, Refusal, Result, TracebackId, bi, supervision::TraceRun};
use registry::rules as book;
use store::{Tx, vals};

/// Lots of one look, each way.
const MOST_LOTS: usize = 20_000;
/// Gaps found on the spot, of one run.
const MOST_GAPS: usize = 20;

/// What a run of a trace is taken from, as the record stands now.
async fn inputs(tx: &mut Tx, t: &Traceback, gaps: &[Gap]) -> Result<Inputs> {
    if gaps.len() > MOST_GAPS || gaps.iter().any(|g| g.from >= g.to || g.place.trim().is_empty()) {
        let needed = bi(
            "至多 20 段，写明地点，起早于止",
            "at most 20, each with its place and a start before its end",
        );
        let what = bi("缺口填写有误", "a gap is not right");
        return Err(Refusal::new("traceback.gap", what).missing("gaps", gaps.len(), needed).into());
    }
    let rules = book::rules(tx).await?;
    let pack = &rules.pinned(&t.rule_version)?.pack;
    Ok(Inputs {
        starts: t.starts.clone(),
        gaps: gaps.to_vec(),
        until: 0,
        entries: None,
        as_of: tx.now(),
        most: MOST_LOTS,
        widest_days: pack.number("traceback.widest_gap_days")?.value,
        lying_days: pack.number("traceback.lying_days")?.value,
    })
}

/// Runs a trace over the genealogy as it stands, with the gaps that were found on the spot, and keeps the run.
pub async fn run(
    tx: &mut Tx,
    by: &Actor,
    genealogy: &dyn Genealogy,
    id: TracebackId,
    gaps: &[Gap],
) -> Result<Found> {
    let t = read::must(tx, id).await?;
    registry::over_branch(by, Some(t.branch))?;
    if t.ended_at.is_some() {
        let what = bi("追溯已结束", "the trace has ended");
        let remedy = bi("新开一项追溯", "Start another trace");
        return Err(Refusal::new("traceback.ended", what).remedy(remedy).into());
    }
    let inputs = inputs(tx, &t, gaps).await?;
    let (found, inputs) = look(tx, &inputs, genealogy).await?;
    let n = tx.one(sql::RUN_LAST, vals![id]).await?.get::<i64>(0)? + 1;
    let (known, lots) = found.completeness();
    let int = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (row, now) = (tx.id::<uuid::Uuid>(), tx.now());
    let (told, result) = (serde_json::to_string(&inputs)?, serde_json::to_string(&found)?);
    tx.exec(sql::RUN_ADD, vals![row, id, n, told, result, int(lots), int(known), by.officer, now]).await?;
    let whole = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let fact = TraceRun {
        traceback: id,
        n,
        lots: whole(lots),
        known: whole(known),
        consignments: whole(found.consignments.len()),
        breaks: whole(found.breaks.len()),
    };
    tx.append(id.subject(), by.officer, Some(t.branch), fact);
    Ok(found)
}
