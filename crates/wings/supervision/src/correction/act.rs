//! The verbs of corrections.

use super::{Correction, State, read, sql};
use kernel::{
    Actor, CorrectionId, NotificationId, OperatorId, PlantId, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{CorrectionOpened, CorrectionPlanned, CorrectionVerified},
};
use registry::rules as book;
use store::{Tx, vals};

/// Causes that leave nothing to correct.
const NOTHING_TO_CORRECT: [&str; 2] = ["unknown", "test_disagreement"];

/// Asks the plant for its correction, once a cause is found. Gives nothing when there is nothing to correct.
pub async fn open(tx: &mut Tx, notification: NotificationId, cause: &str) -> Result<Option<CorrectionId>> {
    if NOTHING_TO_CORRECT.contains(&cause) {
        return Ok(None);
    }
    let Some(r) = tx.opt(sql::SUBJECT, vals![notification]).await? else { return Ok(None) };
    let (rule_version, hazard, plant): (String, String, Option<PlantId>) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let branch: UnitId = r.get(3)?;
    let due_at = due(tx, &rule_version, "correction.plan_working_days").await?;
    let (id, now) = (tx.id::<CorrectionId>(), tx.now());
    let year = now.date().year();
    let n: i64 = tx.one(sql::NEXT, vals![format!("correction/{year}")]).await?.get(0)?;
    let no = format!("ZG{year}{n:06}");
    let state = State::Asked.code();
    let row = vals![id, &no, notification, plant, branch, &hazard, cause, state, &rule_version, now, due_at];
    tx.exec(sql::ADD, row).await?;
    let fact =
        CorrectionOpened { correction: id, no, notification, plant, hazard, cause: cause.into(), due_at };
    tx.append(id.subject(), None, Some(branch), fact);
    Ok(Some(id))
}

async fn due(tx: &mut Tx, rule_version: &str, key: &str) -> Result<Timestamp> {
    let rules = book::rules(tx).await?;
    let days = rules.pinned(rule_version)?.pack.number(key)?.value;
    Ok(rules.calendar.end_of(tx.now().date(), days))
}

fn needs_text(field: &str, text: &str) -> Result<()> {
    if (1..=20_000).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    let what = bi("缺少说明", "an explanation is missing");
    let needed = bi("1 至 20000 字", "1 to 20,000 characters");
    Err(Refusal::new("correction.text", what).missing(field, text.chars().count(), needed).into())
}

fn stands(c: &Correction, at: State) -> Result<()> {
    if c.state == at {
        return Ok(());
    }
    let needed = bi(format!("应处于：{}", at.name().zh), format!("it would have to be: {}", at.name().en));
    let what = bi("整改目前不能办理这一步", "this step is not open for the correction now");
    Err(Refusal::new("correction.state", what).missing("state", c.state.code(), needed).into())
}

/// The plant's plan of correction and prevention.
pub async fn plan(tx: &mut Tx, by: &Actor, id: CorrectionId, text: &str) -> Result<()> {
    let c = read::must(tx, id).await?;
    registry::over_branch(by, Some(c.branch))?;
    stands(&c, State::Asked)?;
    needs_text("plan", text)?;
    let now = tx.now();
    let due_at = due(tx, &c.rule_version, "correction.verify_working_days").await?;
    let visit = tx.id::<uuid::Uuid>();
    let row = vals![id, text.trim(), by.officer, now, due_at, visit];
    moved(tx.exec(sql::PLAN, row).await?)?;
    let fact = CorrectionPlanned {
        correction: id,
        in_time: now <= c.due_at,
        visit: Some(visit),
        visit_due_at: Some(due_at),
    };
    tx.append(id.subject(), by.officer, Some(c.branch), fact);
    Ok(())
}

fn moved(rows: u64) -> Result<()> {
    if rows == 1 {
        return Ok(());
    }
    let what = bi("其他人刚刚办理了这项整改", "somebody else just acted on this correction");
    Err(Refusal::new("correction.moved", what).remedy(bi("刷新页面", "Reload the page")).into())
}

/// Looks at the correction on site. Nobody verifies who has an interest in the operator.
pub async fn verify(tx: &mut Tx, by: &Actor, id: CorrectionId, passed: bool, finding: &str) -> Result<()> {
    let c = read::must(tx, id).await?;
    registry::over_branch(by, Some(c.branch))?;
    stands(&c, State::Planned)?;
    needs_text("finding", finding)?;
    let Some(officer) = by.officer else {
        let what = bi("只有检验检疫人员可以验证", "only an officer may verify");
        return Err(Refusal::new("correction.officer", what).into());
    };
    let operator: Option<OperatorId> = tx.one(sql::OPERATOR, vals![id]).await?.get(0)?;
    if let Some(operator) = operator
        && tx.opt(sql::INTEREST, vals![officer, operator]).await?.is_some()
    {
        let what = bi("与企业有利害关系，应当回避", "an officer with an interest stands aside");
        let remedy = bi("请另一名人员验证", "Let another officer verify it");
        return Err(Refusal::new("correction.interest", what).remedy(remedy).into());
    }
    let planned: Option<uuid::Uuid> = tx.one(sql::VISIT_PLANNED, vals![id]).await?.get(0)?;
    let (visit, now) = (planned.unwrap_or_else(|| tx.id()), tx.now());
    tx.exec(sql::VISIT_ADD, vals![visit, id, passed, finding.trim(), officer, now]).await?;
    if passed {
        moved(tx.exec(sql::VERIFIED, vals![id, now]).await?)?;
    } else {
        let due_at = due(tx, &c.rule_version, "correction.plan_working_days").await?;
        moved(tx.exec(sql::BACK, vals![id, due_at]).await?)?;
    }
    let fact =
        CorrectionVerified { correction: id, notification: c.notification, passed, visit: Some(visit) };
    tx.append(id.subject(), Some(officer), Some(c.branch), fact);
    Ok(())
}
