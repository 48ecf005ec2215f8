//! What happens line by line: consignees told, quantities split and accounted for, effects checked.

use super::{Line, Recall, State, act, lines, read, rules, sql};
use kernel::{
    Actor, Quantity, RecallId, RecallLineId, Refusal, Result, bi,
    supervision::{ConsigneeTold, RecallAccounted, RecallBalanced, RecallChecked},
};
use store::{Tx, vals};

/// How a quantity may be accounted for.
pub const HOWS: [&str; 3] = ["recovered", "destroyed", "consumed"];

/// The line under the recall's lock, when it is out of the gate.
async fn seen(
    tx: &mut Tx,
    by: &Actor,
    id: RecallId,
    line: RecallLineId,
    at: &[State],
) -> Result<(Recall, Line)> {
    tx.exec(sql::LOCK, vals![id]).await?;
    let r = read::must(tx, id).await?;
    registry::over_branch(by, Some(r.branch))?;
    act::stands(&r, at)?;
    let found = lines(tx, id).await?.into_iter().find(|l| l.id == line && !l.held);
    let none = || Refusal::new("recall.line", bi("本召回没有这一行", "the recall has no such line"));
    Ok((r, found.ok_or_else(none)?))
}

/// The consignee of a line was told; its name, when it was not known before.
pub async fn tell(tx: &mut Tx, by: &Actor, id: RecallId, line: RecallLineId, consignee: &str) -> Result<()> {
    let (r, l) = seen(tx, by, id, line, &[State::Opened, State::Started]).await?;
    let name = if consignee.trim().is_empty() { l.consignee.clone() } else { consignee.trim().to_owned() };
    act::needs_text("consignee", &name)?;
    let now = tx.now();
    tx.exec(sql::TELL, vals![line, now, name]).await?;
    tx.append(id.subject(), by.officer, Some(r.branch), ConsigneeTold { recall: id, line });
    Ok(())
}

fn amount(field: &str, text: &str, l: &Line) -> Result<i64> {
    let left = l.quantity.milli - l.accounted;
    match Quantity::parse_milli(text) {
        Some(milli) if milli > 0 && milli <= left => Ok(milli),
        _ => {
            let left = Quantity { milli: left, unit: l.quantity.unit };
            let needed = bi(format!("大于 0，不超过 {left}"), format!("more than 0 and at most {left}"));
            let what = bi("数量与批次不符", "the quantity does not agree with the lot");
            Err(Refusal::new("recall.quantity", what).missing(field, text, needed).into())
        }
    }
}

/// A part of a line lies with another consignee: it becomes a line of its own, the sum stays the same.
pub async fn split(
    tx: &mut Tx,
    by: &Actor,
    id: RecallId,
    line: RecallLineId,
    (consignee, quantity): (&str, &str),
) -> Result<RecallLineId> {
    let (r, l) = seen(tx, by, id, line, &[State::Opened, State::Started]).await?;
    act::needs_text("consignee", consignee)?;
    let milli = amount("amount", quantity, &l)?;
    if milli == l.quantity.milli || tx.exec(sql::LINE_CUT, vals![line, milli]).await? == 0 {
        let needed = bi("少于该行数量", "less than the line");
        let what = bi("数量与批次不符", "the quantity does not agree with the lot");
        return Err(Refusal::new("recall.quantity", what).missing("amount", quantity, needed).into());
    }
    let n = tx.one(sql::LINE_LAST, vals![id]).await?.get::<i64>(0)? + 1;
    let (new, unit) = (tx.id::<RecallLineId>(), l.quantity.unit.code());
    let row = vals![new, id, n, l.lot, &l.lot_no, l.declaration, consignee.trim(), milli, unit, false];
    tx.exec(sql::LINE_ADD, row).await?;
    let now = tx.now();
    tx.exec(sql::TELL, vals![new, now, consignee.trim()]).await?;
    tx.append(id.subject(), by.officer, Some(r.branch), ConsigneeTold { recall: id, line: new });
    Ok(new)
}

/// Accounts for a part of a line, with the evidence; never for more than lies there.
pub async fn account(
    tx: &mut Tx,
    by: &Actor,
    id: RecallId,
    line: RecallLineId,
    (how, quantity, estimated, evidence): (&str, &str, bool, &str),
) -> Result<()> {
    let (r, l) = seen(tx, by, id, line, &[State::Started]).await?;
    act::needs_text("evidence", evidence)?;
    if !HOWS.contains(&how) {
        let needed = bi("收回、销毁或已消费", HOWS.join(", "));
        let what = bi("去向无法识别", "what became of it is not understood");
        return Err(Refusal::new("recall.how", what).missing("how", how, needed).into());
    }
    let milli = amount("amount", quantity, &l)?;
    let (row, now) = (tx.id::<uuid::Uuid>(), tx.now());
    tx.exec(sql::ACCOUNT_ADD, vals![row, id, line, how, milli, estimated, evidence.trim(), by.officer, now])
        .await?;
    let fact = RecallAccounted { recall: id, line, how: how.into(), milli, estimated };
    tx.append(id.subject(), by.officer, Some(r.branch), fact);
    let all = lines(tx, id).await?;
    if rules::balanced(&all) {
        let fact = RecallBalanced { recall: id, estimated: all.iter().any(|l| l.estimated > 0) };
        tx.append(id.subject(), by.officer, Some(r.branch), fact);
    }
    Ok(())
}

/// Checks whether the recall reached the consignee.
pub async fn check(
    tx: &mut Tx,
    by: &Actor,
    id: RecallId,
    line: RecallLineId,
    (effective, finding): (bool, &str),
) -> Result<()> {
    let (r, l) = seen(tx, by, id, line, &[State::Started]).await?;
    act::needs_text("finding", finding)?;
    if l.told_at.is_none() {
        let what = bi("收货人尚未被告知", "the consignee was not told yet");
        let needed = bi("先登记告知", "enter first that it was told");
        return Err(Refusal::new("recall.untold", what).missing("told_at", "", needed).into());
    }
    let (row, now) = (tx.id::<uuid::Uuid>(), tx.now());
    tx.exec(sql::CHECK_ADD, vals![row, id, line, effective, finding.trim(), by.officer, now]).await?;
    tx.append(id.subject(), by.officer, Some(r.branch), RecallChecked { recall: id, line, effective });
    Ok(())
}
