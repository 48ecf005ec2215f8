//! The verbs of series: opened by rule, answered by the plant, suspended and resumed by the branch head.

use super::{Series, count, read, rules, sql};
use crate::release;
use kernel::{
    Actor, DeclarationId, LotId, NotificationId, OperatorId, PlantId, Refusal, Result, Role, SeriesId,
    UnitId, bi,
    supervision::{DemandAnswered, ExportSuspended, SeriesOpened},
};
use registry::rules as book;
use std::collections::BTreeSet;
use store::{Tx, vals};

/// The name under which lots of a suspended export are held.
pub(super) const ORIGIN: &str = "suspension";
/// Consignments lodged this long before a series begins may still be pending, in days.
const PENDING_DAYS: i64 = 180;

/// Intensifies control of the goods that a notification was attributed to; where it is intensified already, the
/// notification counts as a failure.
pub async fn open(tx: &mut Tx, notification: NotificationId) -> Result<()> {
    let mut seen = BTreeSet::new();
    for r in tx.all(sql::SUBJECTS, vals![notification]).await? {
        let (operator, plant, branch): (OperatorId, PlantId, UnitId) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let (market, hs, hazard): (String, String, String) = (r.get(3)?, r.get(4)?, r.get(5)?);
        let heading = rules::heading(&hs);
        if !seen.insert((plant, market.clone(), heading.clone())) {
            continue;
        }
        if let Some(same) = tx.opt(sql::SAME, vals![plant, &hazard, &market, &heading]).await? {
            let s = read::read(&same)?;
            count::add(tx, &s, notification.into(), false).await?;
            continue;
        }
        let rule_version: String = r.get(6)?;
        let book = book::rules(tx).await?;
        let needed = book.pinned(&rule_version)?.pack.number("series.clean_run")?.value;
        let (id, now) = (tx.id::<SeriesId>(), tx.now());
        let row = vals![
            id,
            operator,
            plant,
            branch,
            &hazard,
            &market,
            &heading,
            notification,
            &rule_version,
            now,
            needed
        ];
        tx.exec(sql::ADD, row).await?;
        let fact = SeriesOpened {
            series: id,
            plant,
            operator,
            hazard,
            market: market.clone(),
            heading,
            notification,
        };
        tx.append(id.subject(), None, Some(branch), fact);
        let since = kernel::Timestamp(now.0 - PENDING_DAYS * kernel::Timestamp::DAY);
        for r in tx.all(sql::PENDING, vals![plant, &market, since]).await? {
            count::apply(tx, r.get::<DeclarationId>(0)?).await?;
        }
    }
    Ok(())
}

fn needs_text(field: &str, text: &str) -> Result<()> {
    if (1..=20_000).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    let what = bi("缺少说明", "an explanation is missing");
    let needed = bi("1 至 20000 字", "1 to 20,000 characters");
    Err(Refusal::new("series.text", what).missing(field, text.chars().count(), needed).into())
}

fn refuse(code: &str, zh: &str, en: &str) -> kernel::No {
    Refusal::new(code, bi(zh, en)).into()
}

/// The plant answers the formal demand: cause, plan and report.
pub async fn answer(tx: &mut Tx, by: &Actor, id: SeriesId, text: &str) -> Result<()> {
    let s = read::must(tx, id).await?;
    registry::over_branch(by, Some(s.branch))?;
    needs_text("answer", text)?;
    let now = tx.now();
    if tx.exec(sql::ANSWER, vals![id, now, text.trim()]).await? == 0 {
        return Err(refuse("series.no_demand", "没有待答复的要求", "no demand waits for an answer"));
    }
    let in_time = s.demanded.is_some_and(|(_, due)| now <= due);
    tx.append(id.subject(), by.officer, Some(s.branch), DemandAnswered { series: id, in_time });
    Ok(())
}

/// Only the head of a branch decides about the export of a product.
fn decides(by: &Actor) -> Result<()> {
    if by.has(&[Role::Manager]) {
        return Ok(());
    }
    let what = bi("暂停出口由部门负责人决定", "the branch head decides about suspending an export");
    let remedy = bi("请部门负责人决定", "Ask the branch head to decide");
    Err(Refusal::new("access.role", what).remedy(remedy).into())
}

/// Suspends the export of the product: what is pending and what comes is held.
pub async fn suspend(tx: &mut Tx, by: &Actor, id: SeriesId, reason: &str) -> Result<()> {
    let s = read::must(tx, id).await?;
    registry::over_branch(by, Some(s.branch))?;
    decides(by)?;
    needs_text("reason", reason)?;
    if s.demanded.is_none() {
        let what = bi("第三次同类不合格后才可以暂停", "an export is suspended after the third infringement");
        let needed = bi("须先有正式要求", "a formal demand has to be there first");
        return Err(Refusal::new("series.no_demand", what).missing("failures", s.failures, needed).into());
    }
    let now = tx.now();
    if tx.exec(sql::SUSPEND, vals![id, now, by.officer, reason.trim()]).await? == 0 {
        return Err(refuse("series.moved", "已经暂停或已解除加严", "it is suspended already, or has ended"));
    }
    for lot in lots(tx, id).await? {
        hold(tx, &s, lot).await?;
    }
    let fact = ExportSuspended { series: id, reason: reason.trim().into(), resumed: false };
    tx.append(id.subject(), by.officer, Some(s.branch), fact);
    Ok(())
}

/// Holds a lot while the export is suspended; what has its final outcome is left alone.
pub(super) async fn hold(tx: &mut Tx, s: &Series, lot: LotId) -> Result<()> {
    let note = format!("{} {} {}", s.hazard, s.heading, s.market);
    let hold = release::Hold { lot, origin: ORIGIN, reason: ORIGIN, note: &note, officer: None };
    match release::hold_from(tx, &hold).await {
        Err(no) if no.refusal().is_some_and(|r| r.code == "release.settled") => Ok(()),
        done => done.map(drop),
    }
}

async fn lots(tx: &mut Tx, id: SeriesId) -> Result<Vec<LotId>> {
    let mut all = Vec::new();
    for r in tx.all(sql::CONSIGNMENTS, vals![id]).await? {
        for l in tx.all(sql::LOTS, vals![r.get::<DeclarationId>(0)?]).await? {
            all.push(l.get(0)?);
        }
    }
    Ok(all)
}

/// Lets the export go on, once the plant has answered; control stays intensified.
pub async fn resume(tx: &mut Tx, by: &Actor, id: SeriesId, reason: &str) -> Result<()> {
    let s = read::must(tx, id).await?;
    registry::over_branch(by, Some(s.branch))?;
    decides(by)?;
    needs_text("reason", reason)?;
    if s.answered_at.is_none() {
        let what = bi("企业尚未答复", "the plant has not answered yet");
        let needed = bi("登记企业的原因、计划和报告", "enter its cause, plan and report");
        return Err(Refusal::new("series.unanswered", what).missing("answer", "", needed).into());
    }
    let now = tx.now();
    if tx.exec(sql::RESUME, vals![id, now]).await? == 0 {
        return Err(refuse("series.moved", "没有暂停", "it is not suspended"));
    }
    for lot in lots(tx, id).await? {
        release::lift_from(tx, lot, ORIGIN, by.officer, reason).await?;
    }
    let fact = ExportSuspended { series: id, reason: reason.trim().into(), resumed: true };
    tx.append(id.subject(), by.officer, Some(s.branch), fact);
    count::end_when_over(tx, id).await
}
