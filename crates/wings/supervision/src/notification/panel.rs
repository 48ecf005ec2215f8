//! Attribution: a panel says which lots a notification is about, or that nobody can say.

use super::{
    Deed, Notification, Stage, act, act::needs_text, act::note, act::set_stage, act::stands, follow, sql,
};
use kernel::{
    Actor, LotId, NotificationId, OfficerId, OperatorId, PlantId, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{Attributed, Recurred},
};
use registry::rules as book;
use store::{Tx, vals};

/// Lots that one notification may be attributed to.
const MOST_LOTS: usize = 200;

/// Whose the lots are.
struct Whose {
    plant: Option<PlantId>,
    operator: Option<OperatorId>,
    market: String,
}

/// A panel attributes the notification to lots. Nobody on it is of the branch that released them, or has an
/// interest in their operator.
pub async fn attribute(
    tx: &mut Tx,
    by: &Actor,
    id: NotificationId,
    lots: &[LotId],
    panel: &[OfficerId],
    finding: &str,
) -> Result<()> {
    let n = act::must(tx, id).await?;
    stands(&n, &[Stage::Received, Stage::Insufficient])?;
    let mut members = panel.to_vec();
    members.sort();
    members.dedup();
    let no = lacking(tx, &n, &members, lots.len(), finding).await?;
    let whose = whose(tx, &n, lots, &members, no).await?;
    let due = follow::full_report_due(tx, &n).await?;
    set_stage(tx, &n, Stage::Attributed, due).await?;
    tx.exec(sql::ATTRIBUTED_CLEAR, vals![id]).await?;
    for lot in lots {
        tx.exec(sql::ATTRIBUTED_ADD, vals![id, *lot]).await?;
    }
    tx.exec(sql::SET_PLANT, vals![id, whose.plant]).await?;
    let deed = Deed::Attributed { finding: finding.trim().into(), panel: members, lots: lots.to_vec() };
    note(tx, by, id, &deed).await?;
    append(tx, by, &n, lots, &whose);
    recurred(tx, &n, whose.operator).await
}

/// Tells every closed notification of the same legal entity and hazard that it came back.
async fn recurred(tx: &mut Tx, n: &Notification, operator: Option<OperatorId>) -> Result<()> {
    let Some(operator) = operator else { return Ok(()) };
    let hazard = &n.notice.hazard_category;
    for r in tx.all(sql::BEFORE, vals![operator, hazard, n.received_at, n.id]).await? {
        let (earlier, closed_at): (NotificationId, Option<Timestamp>) = (r.get(0)?, r.get(1)?);
        let Some(since) = closed_at.map(|c| n.received_at.0 - c.0).filter(|since| *since >= 0) else {
            continue;
        };
        let (days, hazard_category) = (since / Timestamp::DAY, hazard.clone());
        let fact = Recurred { notification: earlier, by: n.id, operator, hazard_category, days };
        tx.append(earlier.subject(), None, None, fact);
    }
    Ok(())
}

/// What the panel itself and its finding lack.
async fn lacking(
    tx: &mut Tx,
    n: &Notification,
    members: &[OfficerId],
    lots: usize,
    finding: &str,
) -> Result<Refusal> {
    let rules = book::rules(tx).await?;
    let least = rules.pinned(&n.rule_version)?.pack.number("notification.panel_min")?;
    let mut no = Refusal::new("notification.panel", bi("归因不成立", "this attribution does not stand"));
    if i64::try_from(members.len()).unwrap_or(0) < least.value {
        let needed = bi(format!("至少 {} 人", least.value), format!("at least {} officers", least.value));
        no = no.clause(&least.citation).missing("panel", members.len(), needed);
    }
    if lots == 0 || lots > MOST_LOTS {
        let needed = bi("至少一批，至多 200 批", "at least one lot, at most 200");
        no = no.missing("lots", lots, needed);
    }
    if finding.trim().is_empty() {
        no = no.missing("finding", "", bi("写明认定理由", "say what it rests on"));
    }
    Ok(no)
}

/// Whose the lots are; refused with all that is lacking, and with every conflict of interest.
async fn whose(
    tx: &mut Tx,
    n: &Notification,
    lots: &[LotId],
    members: &[OfficerId],
    mut no: Refusal,
) -> Result<Whose> {
    let market = n.notice.market.clone().unwrap_or_default();
    let mut whose = Whose { plant: n.plant, operator: None, market };
    for lot in lots.iter().take(MOST_LOTS) {
        let Some(r) = tx.opt(sql::LOT_PLANT, vals![*lot]).await? else {
            no = no.missing("lots", lot, bi("没有这一批", "there is no such lot"));
            continue;
        };
        let (branch, operator): (UnitId, OperatorId) = (r.get(1)?, r.get(2)?);
        whose.plant = r.get::<Option<PlantId>>(0)?.or(whose.plant);
        whose.operator = Some(operator);
        if whose.market.is_empty() {
            whose.market = r.get(3)?;
        }
        for member in members {
            no = conflict(tx, no, *member, branch, operator).await?;
        }
    }
    if no.missing.is_empty() { Ok(whose) } else { Err(no.into()) }
}

async fn conflict(
    tx: &mut Tx,
    no: Refusal,
    member: OfficerId,
    branch: UnitId,
    operator: OperatorId,
) -> Result<Refusal> {
    let Some(r) = tx.opt(sql::OFFICER_BRANCH, vals![member]).await? else {
        return Ok(no.missing("panel", member, bi("没有这名人员", "there is no such officer")));
    };
    if r.get::<Option<UnitId>>(0)? == Some(branch) {
        let needed = bi("不得为放行该批的办事处人员", "nobody of the branch that released the lot");
        return Ok(no.missing("panel", member, needed));
    }
    if tx.opt(sql::INTEREST, vals![member, operator]).await?.is_some() {
        let needed = bi("与企业有利害关系，应当回避", "an officer with an interest stands aside");
        return Ok(no.missing("panel", member, needed));
    }
    Ok(no)
}

fn append(tx: &mut Tx, by: &Actor, n: &Notification, lots: &[LotId], whose: &Whose) {
    let hours = (tx.now().0 - n.received_at.0) / Timestamp::HOUR;
    let fact = Attributed {
        notification: n.id,
        lots: lots.to_vec(),
        plant: whose.plant,
        hours,
        operator: whose.operator,
        market: whose.market.clone(),
        hazard_category: n.notice.hazard_category.clone(),
        attributed: !lots.is_empty(),
    };
    tx.append(n.id.subject(), by.officer, None, fact);
}

/// The goods cannot be found, and the panel says why.
pub async fn not_attributable(tx: &mut Tx, by: &Actor, id: NotificationId, reason: &str) -> Result<()> {
    let n = act::must(tx, id).await?;
    stands(&n, &[Stage::Received, Stage::Insufficient])?;
    needs_text("reason", reason)?;
    set_stage(tx, &n, Stage::NotAttributable, n.due_at).await?;
    tx.exec(sql::ATTRIBUTED_CLEAR, vals![id]).await?;
    note(tx, by, id, &Deed::NotAttributable { reason: reason.into() }).await?;
    let market = n.notice.market.clone().unwrap_or_default();
    append(tx, by, &n, &[], &Whose { plant: None, operator: None, market });
    Ok(())
}
