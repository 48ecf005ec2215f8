//! What pages, papers and the next stations read of inspections, and the draws taken again.

use super::{
    Appointment, Barred, Basis, InspectionTask, ItemResult, LotPlan, LotResult, Member, Record, State,
    TaskLot, rules, sql,
};
use crate::stream;
use kernel::{
    Actor, DeclarationId, LotId, No, OfficerId, Quantity, RecordId, Refusal, Result, Scope, TaskId,
    Timestamp, bi,
};
use store::{Row, Tx, vals};

fn task(r: &Row) -> Result<InspectionTask> {
    let state: String = r.get(10)?;
    let closed: Timestamp = r.get(18)?;
    Ok(InspectionTask {
        id: r.get(0)?,
        declaration: r.get(1)?,
        declaration_no: r.get(2)?,
        branch: r.get(3)?,
        operator: r.get(4)?,
        goods: r.get(5)?,
        market: r.get(6)?,
        round: r.get(7)?,
        basis: r.get(8)?,
        reason: r.get(9)?,
        state: State::parse(&state).ok_or_else(|| No::fault(format!("no state {state}")))?,
        version: r.get(11)?,
        seed: hex::encode(r.get::<Vec<u8>>(12)?),
        aql_thousandths: r.get(13)?,
        team_min: r.get(14)?,
        rule_version: r.get(15)?,
        opened_at: r.get(16)?,
        due_at: r.get(17)?,
        closed_at: (closed.0 > 0).then_some(closed),
        changed: (r.get(19)?, r.get(20)?),
    })
}

/// One task, if the actor may see it.
pub async fn one(tx: &mut Tx, by: &Actor, id: TaskId) -> Result<InspectionTask> {
    let found = tx.opt(sql::ONE, vals![id]).await?.map(|r| task(&r)).transpose()?;
    found.filter(|t| by.reaches(t.branch, t.operator)).ok_or_else(|| {
        Refusal::new("inspection.not_found", bi("没有这项检验检疫任务", "there is no such inspection task"))
            .missing("task", id, bi("从列表打开", "open it from the list"))
            .into()
    })
}

/// The tasks of a consignment, the newest first.
pub async fn of_declaration(tx: &mut Tx, declaration: DeclarationId) -> Result<Vec<InspectionTask>> {
    tx.all(sql::OF_DECLARATION, vals![declaration]).await?.iter().map(task).collect()
}

/// Which tasks a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Live ones, the first due first.
    Live,
    /// Live ones in whose team the officer is.
    Mine(OfficerId),
    /// Ended ones, the newest first.
    Ended,
}

/// Tasks within the actor's reach; `from` is the last one of the page before (its due or closing time, its id).
pub async fn list(
    tx: &mut Tx,
    by: &Actor,
    shelf: Shelf,
    from: Option<(Timestamp, TaskId)>,
    limit: i64,
) -> Result<Vec<InspectionTask>> {
    let first = match shelf {
        Shelf::Ended => (Timestamp(i64::MAX), TaskId::from(kernel::MAX_UUID)),
        Shelf::Live | Shelf::Mine(_) => (Timestamp(i64::MIN), TaskId::from(kernel::MAX_UUID)),
    };
    let (at, id) = from.unwrap_or(first);
    let mut vals = vals![at, id, limit.clamp(1, 200)];
    let statement = match (shelf, by.scope) {
        (_, Scope::Operator(_)) => return Ok(Vec::new()),
        (Shelf::Mine(officer), _) => {
            vals.push(officer.into());
            sql::DUE_OF_OFFICER
        }
        (Shelf::Live, Scope::Bureau) => sql::DUE,
        (Shelf::Ended, Scope::Bureau) => sql::CLOSED,
        (shelf, Scope::Branch(branch)) => {
            vals.push(branch.into());
            if shelf == Shelf::Live { sql::DUE_OF_BRANCH } else { sql::CLOSED_OF_BRANCH }
        }
    };
    tx.all(statement, vals).await?.iter().map(task).collect()
}

/// The lots of a task with their plans.
pub async fn lots(tx: &mut Tx, task: TaskId) -> Result<Vec<TaskLot>> {
    let whole = |n: i64| u64::try_from(n).map_err(No::fault);
    let rows = tx.all(sql::LOTS, vals![task]).await?;
    rows.iter()
        .map(|r| {
            let (basis, units): (String, String) = (r.get(7)?, r.get(12)?);
            Ok(TaskLot {
                lot: r.get(0)?,
                no: r.get(1)?,
                hs: r.get(2)?,
                quantity: Quantity { milli: r.get(3)?, unit: r.get(4)? },
                ordinal: r.get(5)?,
                plan: LotPlan {
                    lot_size: whole(r.get(6)?)?,
                    basis: Basis::parse(&basis).ok_or_else(|| No::fault(format!("no basis {basis}")))?,
                    severity: r.get(13)?,
                    letter: r.get(8)?,
                    sample_size: whole(r.get(9)?)?,
                    accept: whole(r.get(10)?)?,
                    reject: whole(r.get(11)?)?,
                    units: serde_json::from_str(&units)?,
                },
            })
        })
        .collect()
}

/// The team of a task, the leader first.
pub async fn team(tx: &mut Tx, task: TaskId) -> Result<Vec<Member>> {
    let rows = tx.all(sql::TEAM, vals![task]).await?;
    rows.iter()
        .map(|r| {
            let name = bi(r.get::<String>(2)?, r.get::<String>(3)?);
            Ok(Member { officer: r.get(0)?, staff_no: r.get(1)?, name })
        })
        .collect()
}

/// The appointment of a task.
pub async fn appointment(tx: &mut Tx, task: TaskId) -> Result<Option<Appointment>> {
    let Some(r) = tx.opt(sql::APPOINTMENT, vals![task]).await? else { return Ok(None) };
    let containers: String = r.get(2)?;
    let (conforming, note, at): (Option<bool>, Option<String>, Option<Timestamp>) =
        (r.get(5)?, r.get(6)?, r.get(7)?);
    Ok(Some(Appointment {
        at: r.get(0)?,
        place: r.get(1)?,
        containers: serde_json::from_str(&containers)?,
        customs_ref: r.get(3)?,
        opened_at: r.get(4)?,
        customs: conforming.zip(at).map(|(c, at)| (c, note.unwrap_or_default(), at)),
    }))
}

/// The records of a task, the newest first; at most one of them counts, the others were objected to.
pub async fn records(tx: &mut Tx, task: TaskId) -> Result<Vec<Record>> {
    let mut found = Vec::new();
    for r in tx.all(sql::RECORDS, vals![task]).await? {
        let id = r.get::<RecordId>(0)?;
        let lots = tx.all(sql::RECORD_LOTS, vals![id]).await?;
        let items = tx.all(sql::RECORD_ITEMS, vals![id]).await?;
        found.push(Record {
            id,
            no: r.get(1)?,
            task: r.get(2)?,
            state: r.get(3)?,
            recorder: r.get(4)?,
            second: r.get(5)?,
            conforming: r.get(6)?,
            witness: r.get(7)?,
            remarks: r.get(8)?,
            objection: r.get(9)?,
            written_at: r.get(10)?,
            signed_at: r.get(11)?,
            lots: lots.iter().map(lot_result).collect::<Result<_>>()?,
            items: items.iter().map(item_result).collect::<Result<_>>()?,
        });
    }
    Ok(found)
}

fn lot_result(r: &Row) -> Result<LotResult> {
    Ok(LotResult {
        lot: r.get(0)?,
        no: r.get(1)?,
        inspected: r.get(2)?,
        nonconforming: r.get(3)?,
        accepted: r.get(4)?,
    })
}

fn item_result(r: &Row) -> Result<ItemResult> {
    Ok(ItemResult {
        code: r.get(0)?,
        verdict: r.get(1)?,
        value: r.get(2)?,
        unit: r.get(3)?,
        finding: r.get(4)?,
        note: r.get(5)?,
    })
}

/// What the signed inspections of a consignment say of one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotVerdict {
    /// The lot.
    pub lot: LotId,
    /// Whether every signed record accepts it: a later look never washes off an earlier rejection.
    pub accepted: bool,
    /// Whether every signed record found the goods as a whole conforming.
    pub conforming: bool,
}

/// The verdicts on the lots of a consignment, for the officer who decides on release.
pub async fn lot_verdicts(tx: &mut Tx, declaration: DeclarationId) -> Result<Vec<LotVerdict>> {
    let mut found: Vec<LotVerdict> = Vec::new();
    for r in tx.all(sql::VERDICTS, vals![declaration]).await? {
        let (lot, accepted, conforming): (LotId, bool, bool) = (r.get(0)?, r.get(1)?, r.get(2)?);
        match found.iter_mut().find(|v| v.lot == lot) {
            Some(v) => {
                v.accepted &= accepted;
                v.conforming &= conforming;
            }
            None => found.push(LotVerdict { lot, accepted, conforming }),
        }
    }
    Ok(found)
}

/// A random draw of a team, as it was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamDraw {
    /// First, second … draw for this task.
    pub n: i64,
    /// The text that was drawn from.
    pub seed: String,
    /// Staff numbers of everyone who could be drawn, in their order.
    pub candidates: Vec<String>,
    /// How many were wanted.
    pub size: i64,
    /// Staff numbers drawn.
    pub picked: Vec<String>,
    /// Who could not be drawn, and why.
    pub barred: Vec<Barred>,
    /// When.
    pub at: Timestamp,
    /// Whether the same seed draws the same officers now.
    pub same: bool,
}

/// The draws of teams of a task, newest first, each taken again.
pub async fn draws(tx: &mut Tx, t: &InspectionTask) -> Result<Vec<TeamDraw>> {
    let mut found = Vec::new();
    for r in tx.all(sql::DRAWS, vals![t.id]).await? {
        let (n, seed, size): (i64, Vec<u8>, i64) = (r.get(0)?, r.get(1)?, r.get(3)?);
        let (candidates, picked, barred): (String, String, String) = (r.get(2)?, r.get(4)?, r.get(5)?);
        let candidates: Vec<String> = serde_json::from_str(&candidates)?;
        let picked: Vec<String> = serde_json::from_str(&picked)?;
        let seed = rules::team_seed(&seed, &t.declaration_no, n);
        let same = rules::pick(&seed, &candidates, u64::try_from(size).map_err(No::fault)?)? == picked;
        let (barred, at) = (serde_json::from_str(&barred)?, r.get(6)?);
        found.push(TeamDraw { n, seed, candidates, size, picked, barred, at, same });
    }
    Ok(found)
}

/// Draws the units of every lot again from the stored seed; false for a lot where they differ.
pub async fn replay(tx: &mut Tx, by: &Actor, id: TaskId) -> Result<Vec<(TaskLot, bool)>> {
    let t = one(tx, by, id).await?;
    let seed = hex::decode(&t.seed).map_err(No::fault)?;
    let mut out = Vec::new();
    for lot in lots(tx, id).await? {
        let text = rules::lot_seed(&seed, &t.declaration_no, lot.ordinal);
        let (size, phase) = ((lot.plan.lot_size, lot.plan.basis), stream::phase_of(&lot.plan.severity)?);
        let again = rules::plan_lot(size, t.aql_thousandths, phase, &text)?;
        let same = again == lot.plan;
        out.push((lot, same));
    }
    Ok(out)
}
