//! What pages, papers and the next stations read of samples and results.

use super::{Custody, LabResult, LabTest, Sample, sql};
use kernel::{
    Actor, DeclarationId, LotId, Quantity, Refusal, Result, ResultId, SampleId, Scope, Timestamp, bi,
};
use store::{Row, Tx, vals};

fn sample(r: &Row) -> Result<Sample> {
    Ok(Sample {
        id: r.get(0)?,
        no: r.get(1)?,
        declaration: r.get(2)?,
        declaration_no: r.get(3)?,
        direction: r.get(4)?,
        market: r.get(5)?,
        branch: r.get(6)?,
        operator: r.get(7)?,
        lot: r.get(8)?,
        lot_no: r.get(9)?,
        hs: r.get(10)?,
        goods: r.get(11)?,
        lot_quantity: Quantity { milli: r.get(12)?, unit: r.get(13)? },
        unit_no: r.get(14)?,
        quantity: Quantity { milli: r.get(15)?, unit: r.get(16)? },
        seal: r.get(17)?,
        place: r.get(18)?,
        state: r.get(19)?,
        holder: r.get(20)?,
        custody: r.get(21)?,
        replaces: r.get(22)?,
        taken_by: r.get(23)?,
        taken_at: r.get(24)?,
        rule_version: r.get(25)?,
    })
}

/// One sample, if the actor may see it.
pub async fn one(tx: &mut Tx, by: &Actor, id: SampleId) -> Result<Sample> {
    let found = tx.opt(sql::ONE, vals![id]).await?.map(|r| sample(&r)).transpose()?;
    found.filter(|s| by.reaches(s.branch, s.operator)).ok_or_else(|| {
        Refusal::new("laboratory.not_found", bi("没有这份样品", "there is no such sample"))
            .missing("sample", id, bi("从列表打开", "open it from the list"))
            .into()
    })
}

/// The samples of a consignment, in the order of their taking.
pub async fn of_declaration(tx: &mut Tx, declaration: DeclarationId) -> Result<Vec<Sample>> {
    tx.all(sql::OF_DECLARATION, vals![declaration]).await?.iter().map(sample).collect()
}

/// Samples within the actor's reach, newest first, from the one before `before` on.
pub async fn list(
    tx: &mut Tx,
    by: &Actor,
    before: Option<(Timestamp, SampleId)>,
    limit: i64,
) -> Result<Vec<Sample>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), SampleId::from(kernel::MAX_UUID)));
    let mut vals = vals![at, id, limit.clamp(1, 200)];
    let statement = match by.scope {
        Scope::Operator(_) => return Ok(Vec::new()),
        Scope::Bureau => sql::LIST,
        Scope::Branch(branch) => {
            vals.push(branch.into());
            sql::LIST_OF_BRANCH
        }
    };
    tx.all(statement, vals).await?.iter().map(sample).collect()
}

/// The chain of custody of a sample, in order.
pub async fn custody(tx: &mut Tx, id: SampleId) -> Result<Vec<Custody>> {
    let rows = tx.all(sql::CUSTODY, vals![id]).await?;
    rows.iter()
        .map(|r| {
            Ok(Custody {
                n: r.get(0)?,
                from: r.get(1)?,
                to: r.get(2)?,
                laboratory: r.get(3)?,
                seal_read: r.get(4)?,
                seal_intact: r.get(5)?,
                note: r.get(6)?,
                by: r.get(7)?,
                at: r.get(8)?,
            })
        })
        .collect()
}

fn result(r: &Row) -> Result<LabResult> {
    Ok(LabResult {
        id: r.get(0)?,
        below_loq: r.get(1)?,
        value: r.get(2)?,
        unit: r.get(3)?,
        loq: r.get(4)?,
        uncertainty: r.get(5)?,
        limit: r.get(6)?,
        limit_citation: r.get(7)?,
        limit_status: r.get(8)?,
        verdict: r.get(9)?,
        reason: bi(r.get::<String>(10)?, r.get::<String>(11)?),
        tester: r.get(12)?,
        corrects: r.get(13)?,
        correction: r.get(14)?,
        at: r.get(15)?,
    })
}

/// The tests of a sample, each with its results.
pub async fn tests(tx: &mut Tx, id: SampleId) -> Result<Vec<LabTest>> {
    let mut found = Vec::new();
    for r in tx.all(sql::TESTS, vals![id]).await? {
        let test = r.get(0)?;
        let all = tx.all(sql::RESULTS, vals![test]).await?;
        let all = all.iter().map(result).collect::<Result<Vec<_>>>()?;
        found.push(LabTest {
            id: test,
            analyte: r.get(1)?,
            method: r.get(2)?,
            state: r.get(3)?,
            requested_at: r.get(4)?,
            results: in_order(all),
        });
    }
    Ok(found)
}

/// Results in the order of their correction: the first, then the one that corrects it, and so on.
fn in_order(mut all: Vec<LabResult>) -> Vec<LabResult> {
    let mut out: Vec<LabResult> = Vec::new();
    let mut wanted: Option<ResultId> = None;
    while let Some(at) = all.iter().position(|r| r.corrects == wanted) {
        let next = all.swap_remove(at);
        wanted = Some(next.id);
        out.push(next);
    }
    out
}

/// Tests of a consignment without a result, those owed by a void sample among them.
pub async fn open_tests(tx: &mut Tx, declaration: DeclarationId) -> Result<i64> {
    tx.one(sql::OPEN_TESTS, vals![declaration]).await?.get(0)
}

/// Lots with a failed result that counts, and its analyte: for the officer who decides on release.
pub async fn failed_lots(tx: &mut Tx, declaration: DeclarationId) -> Result<Vec<(LotId, String)>> {
    tx.all(sql::FAILED, vals![declaration]).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}
