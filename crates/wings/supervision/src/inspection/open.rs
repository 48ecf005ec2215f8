//! Opening a task with its sampling plans, opening the next round, counting packages, cancelling.

use super::{Basis, LotPlan, State, check, read, rules, sql};
use crate::competence::{Inspect, Licensed};
use crate::declaration::{Stage, advance, clock::Standing, resume_clock};
use crate::regime::heading;
use crate::stream;
use kernel::{
    Actor, DeclarationId, LotId, No, OperatorId, Quantity, Refusal, Result, TaskId, Timestamp, UnitId, bi,
    supervision::{LotCounted, TaskOpened},
};
use registry::rules as book;
use store::{Tx, vals};

/// Sends an accepted consignment on: to inspection when it is selected, else to the decision.
pub async fn open(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    let selected: bool = tx.one(sql::SUBJECT, vals![declaration]).await?.get(5)?;
    if !selected {
        return advance(tx, declaration, &[Stage::Accepted], Stage::Deciding, None).await;
    }
    advance(tx, declaration, &[Stage::Accepted], Stage::Inspecting, None).await?;
    new_task(tx, declaration, "selected", "").await.map(drop)
}

/// A check was added: a consignment that was inspected already, or passed without, is inspected again. Before
/// acceptance nothing is to be done yet, and a live task looks at the goods anyway.
pub async fn reopen(tx: &mut Tx, declaration: DeclarationId, reason: &str) -> Result<()> {
    let stage: String = tx.one(sql::SUBJECT, vals![declaration]).await?.get(4)?;
    let again = matches!(Stage::parse(&stage), Some(Stage::Deciding | Stage::Testing));
    if !again || tx.opt(sql::LIVE, vals![declaration]).await?.is_some() {
        return Ok(());
    }
    resume_clock(tx, declaration, Standing::Laboratory).await?;
    advance(tx, declaration, &[Stage::Deciding, Stage::Testing], Stage::Inspecting, None).await?;
    new_task(tx, declaration, "check_added", reason).await.map(drop)
}

async fn new_task(tx: &mut Tx, declaration: DeclarationId, basis: &str, reason: &str) -> Result<TaskId> {
    let r = tx.one(sql::SUBJECT, vals![declaration]).await?;
    let (no, branch, label): (String, UnitId, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let (due_at, operator): (Timestamp, OperatorId) = (r.get(3)?, r.get(6)?);
    let rules = book::rules(tx).await?;
    let pack = &rules.by_label(&label).ok_or_else(|| No::fault(format!("no rule version {label}")))?.pack;
    let (aql, team_min) =
        (pack.number("sampling.aql_thousandths")?.value, pack.number("inspection.team_min")?.value);
    let round: i64 = tx.one(sql::ROUND, vals![declaration]).await?.get(0)?;
    let id = tx.id::<TaskId>();
    let seed: [u8; 32] = tx.chance().bytes();
    let now = tx.now();
    let row = vals![id, declaration, branch, round, basis, reason, seed, aql, team_min, &label, now, due_at];
    tx.exec(sql::ADD, row).await?;
    let mut plans = Vec::new();
    for (ordinal, r) in (1_i64..).zip(tx.all(sql::LOTS_OF, vals![declaration]).await?) {
        let (lot, hs): (LotId, String) = (r.get(0)?, r.get(3)?);
        let size = rules::lot_size(Quantity { milli: r.get(1)?, unit: r.get(2)? });
        let phase = stream::phase(tx, operator, heading(&hs)).await?;
        let plan = rules::plan_lot(size, aql, phase, &rules::lot_seed(&seed, &no, ordinal))?;
        let mut row = vals![id, lot, ordinal];
        row.extend(plan_row(&plan)?);
        tx.exec(sql::LOT_ADD, row).await?;
        plans.push(plan);
    }
    let sample_size = plans.iter().map(|p| p.sample_size).sum();
    let fact = TaskOpened { task: id, declaration, sample_size, plan: rules::standard(&plans), due_at };
    tx.append(declaration.subject(), None, Some(branch), fact);
    Ok(id)
}

fn plan_row(p: &LotPlan) -> Result<Vec<store::Val>> {
    let n = |x: u64| i64::try_from(x).map_err(No::fault);
    Ok(vals![
        n(p.lot_size)?,
        p.basis.code(),
        &p.letter,
        n(p.sample_size)?,
        n(p.accept)?,
        n(p.reject)?,
        serde_json::to_string(&p.units)?,
        &p.severity
    ])
}

/// The packages of a lot, counted on the spot, take the place of its declared measure: once, so that nobody
/// counts until he likes the units. The seed stays the same.
pub async fn count_packages(
    tx: &mut Tx,
    license: &Licensed<Inspect>,
    by: &Actor,
    id: TaskId,
    version: i64,
    lot: LotId,
    packages: &str,
) -> Result<()> {
    let t = check::seen(tx, by, id, version, &[State::Open, State::Assigned]).await?;
    let refuse = |field: &str, value: &str, needed| {
        let what = bi("不能改用清点件数", "the count cannot be taken");
        Err(Refusal::new("inspection.count", what).missing(field, value, needed).into())
    };
    let lots = read::lots(tx, id).await?;
    let Some(found) = lots.iter().find(|l| l.lot == lot && t.declaration == license.declaration) else {
        return refuse("lot", "", bi("本任务没有这一批次", "the task has no such lot"));
    };
    let Some(n) = packages.trim().parse::<u64>().ok().filter(|n| (1..=1_000_000).contains(n)) else {
        return refuse("packages", packages, bi("1 至 1000000 的整数", "a whole number from 1 to 1000000"));
    };
    if found.plan.basis != Basis::Measure {
        let needed = bi("本批已按件数抽样，不再更改", "this lot is sampled by packages already");
        return refuse("packages", packages, needed);
    }
    check::touch(tx, &t, Some(license.officer), t.state).await?;
    let seed = hex::decode(&t.seed).map_err(No::fault)?;
    let text = rules::lot_seed(&seed, &t.declaration_no, found.ordinal);
    let phase = stream::phase_of(&found.plan.severity)?;
    let plan = rules::plan_lot((n, Basis::Counted), t.aql_thousandths, phase, &text)?;
    let mut row = vals![id, lot];
    row.extend(plan_row(&plan)?);
    tx.exec(sql::LOT_SET, row).await?;
    let declaration = t.declaration;
    let fact = LotCounted { task: id, declaration, lot, packages: n, sample_size: plan.sample_size };
    tx.append(declaration.subject(), Some(license.officer), Some(t.branch), fact);
    Ok(())
}

/// The party withdrew the declaration: a live task ends.
pub async fn cancel(tx: &mut Tx, declaration: DeclarationId) -> Result<()> {
    let Some(r) = tx.opt(sql::LIVE, vals![declaration]).await? else { return Ok(()) };
    let t = read::one(tx, &Actor::system(), r.get(0)?).await?;
    check::touch(tx, &t, None, State::Cancelled).await
}
