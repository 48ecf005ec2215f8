//! Opening, starting and closing a recall, and letting go what it holds.

use super::{Recall, State, gaps, lines, read, sql, sums};
use crate::{notification, release};
use kernel::{
    Actor, LotId, NotificationId, RecallId, RecallLineId, Refusal, Result, bi,
    supervision::{RecallClosed, RecallOpened, RecallStarted},
};
use registry::rules as book;
use std::collections::BTreeMap;
use store::{Tx, vals};

/// The name under which lots are held here.
pub(super) const ORIGIN: &str = "recall";
/// Lots of one recall.
const MOST_LOTS: usize = 500;

/// What is called back, and why.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The notification behind it.
    pub notification: NotificationId,
    /// Class, 1 to 3.
    pub class: i64,
    /// The hazard.
    pub hazard: &'a str,
    /// Why, in words.
    pub reason: &'a str,
    /// The lots.
    pub lots: &'a [LotId],
}

pub(super) fn needs_text(field: &str, text: &str) -> Result<()> {
    if (1..=20_000).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    let what = bi("缺少说明", "an explanation is missing");
    let needed = bi("1 至 20000 字", "1 to 20,000 characters");
    Err(Refusal::new("recall.text", what).missing(field, text.chars().count(), needed).into())
}

pub(super) fn stands(r: &Recall, at: &[State]) -> Result<()> {
    if at.contains(&r.state) {
        return Ok(());
    }
    let names: Vec<_> = at.iter().map(|s| s.name()).collect();
    let zh = names.iter().map(|n| n.zh.as_str()).collect::<Vec<_>>().join("、");
    let en = names.iter().map(|n| n.en.as_str()).collect::<Vec<_>>().join(", ");
    let needed = bi(format!("应处于：{zh}"), format!("it would have to be: {en}"));
    let what = bi("召回目前不能办理这一步", "this step is not open for the recall now");
    Err(Refusal::new("recall.state", what).missing("state", r.state.code(), needed).into())
}

/// What is wrong with a call, all of it.
fn wrong(call: &Call<'_>, stage: notification::Stage) -> Refusal {
    let what = bi("召回无法启动", "the recall cannot be opened");
    let mut no = Refusal::new("recall.call", what);
    if !(1..=3).contains(&call.class) {
        no = no.missing("class", call.class, bi("1、2 或 3", "1, 2 or 3"));
    }
    for (field, text) in [("hazard", call.hazard), ("reason", call.reason)] {
        if !(1..=20_000).contains(&text.trim().chars().count()) {
            no = no.missing(field, "", bi("1 至 20000 字", "1 to 20,000 characters"));
        }
    }
    if call.lots.is_empty() || call.lots.len() > MOST_LOTS {
        let needed = bi("至少一批，至多 500 批", "at least one lot, at most 500");
        no = no.missing("lots", call.lots.len(), needed);
    }
    if matches!(stage, notification::Stage::Watching | notification::Stage::Closed) {
        let needed = bi("重新打开通报后再召回", "open the notification again first");
        no = no.missing("notification", stage.code(), needed);
    }
    no
}

/// Opens a recall: what has not left is held at once, the operator's start clock runs by the class.
pub async fn open(tx: &mut Tx, by: &Actor, call: &Call<'_>) -> Result<RecallId> {
    let none = || Refusal::new("notification.none", bi("没有这份通报", "there is no such notification"));
    let n = notification::one(tx, call.notification).await?.ok_or_else(none)?;
    let mut no = wrong(call, n.stage);
    let scope = read::preview(tx, call.lots).await?;
    let Some(first) = scope.first().filter(|_| no.missing.is_empty()) else {
        if no.missing.is_empty() {
            let needed = bi("批次已全部退运或销毁", "every lot was returned or destroyed already");
            no = no.missing("lots", call.lots.len(), needed);
        }
        return Err(no.into());
    };
    if let Some(other) = scope.iter().find(|s| s.operator != first.operator) {
        let needed = bi("每家企业单独召回", "open one recall for each operator");
        return Err(no.missing("lots", &other.lot_no, needed).into());
    }
    registry::over_branch(by, Some(first.branch))?;
    let now = tx.now();
    let rules = book::rules(tx).await?;
    let pack = book::adopted(&rules, now.date())?;
    let hours = pack.pack.number(&format!("recall.class_{}_start_hours", call.class))?.value;
    let start_due_at = now.plus_hours(hours);
    let days = pack.pack.number(&format!("recall.class_{}_account_working_days", call.class))?.value;
    let account_due_at = Some(rules.calendar.end_of(now.date(), days));
    let id = tx.id::<RecallId>();
    let year = now.date().year();
    let count: i64 = tx.one(sql::NEXT, vals![format!("recall/{year}")]).await?.get(0)?;
    let no = format!("ZH{year}{count:06}");
    let (plant, branch) = (scope.iter().find_map(|s| s.plant), first.branch);
    let row = vals![
        id,
        &no,
        call.notification,
        first.operator,
        plant,
        branch,
        call.class,
        call.hazard.trim(),
        call.reason.trim(),
        pack.label(),
        by.officer,
        now,
        start_due_at
    ];
    tx.exec(sql::ADD, row).await?;
    let held = add_lines(tx, by, id, &no, &scope).await?;
    let fact = RecallOpened {
        recall: id,
        no,
        notification: call.notification,
        operator: first.operator,
        plant,
        class: call.class,
        lots: u64::try_from(scope.len()).unwrap_or(u64::MAX),
        held,
        start_due_at,
        out: u64::try_from(scope.iter().filter(|s| s.left).count()).unwrap_or(u64::MAX),
        account_due_at,
    };
    tx.append(id.subject(), by.officer, Some(branch), fact);
    Ok(id)
}

/// One line a lot; what has not left is held. Gives how many were held.
async fn add_lines(tx: &mut Tx, by: &Actor, id: RecallId, no: &str, scope: &[read::Scoped]) -> Result<u64> {
    let mut held = 0;
    for (n, s) in (1_i64..).zip(scope) {
        let line = tx.id::<RecallLineId>();
        let (milli, unit) = (s.quantity.milli, s.quantity.unit.code());
        let row = vals![line, id, n, s.lot, &s.lot_no, s.declaration.0, &s.consignee, milli, unit, !s.left];
        tx.exec(sql::LINE_ADD, row).await?;
        if !s.left {
            let hold =
                release::Hold { lot: s.lot, origin: ORIGIN, reason: ORIGIN, note: no, officer: by.officer };
            release::hold_from(tx, &hold).await?;
            held += 1;
        }
    }
    Ok(held)
}

/// The operator started the recall, with its plan.
pub async fn start(tx: &mut Tx, by: &Actor, id: RecallId, plan: &str) -> Result<()> {
    let r = read::must(tx, id).await?;
    registry::over_branch(by, Some(r.branch))?;
    stands(&r, &[State::Opened])?;
    needs_text("plan", plan)?;
    let now = tx.now();
    if tx.exec(sql::START, vals![id, now, plan.trim()]).await? == 0 {
        return Err(moved());
    }
    let fact = RecallStarted { recall: id, in_time: now <= r.start_due_at };
    tx.append(id.subject(), by.officer, Some(r.branch), fact);
    Ok(())
}

fn moved() -> kernel::No {
    let what = bi("其他人刚刚办理了这项召回", "somebody else just acted on this recall");
    Refusal::new("recall.moved", what).remedy(bi("刷新页面", "Reload the page")).into()
}

/// Lets a held lot go: it turned out to be sound.
pub async fn free(tx: &mut Tx, by: &Actor, id: RecallId, line: RecallLineId, reason: &str) -> Result<()> {
    let r = read::must(tx, id).await?;
    registry::over_branch(by, Some(r.branch))?;
    stands(&r, &[State::Opened, State::Started])?;
    needs_text("reason", reason)?;
    let all = lines(tx, id).await?;
    let lot = all.iter().find(|l| l.id == line && l.held).and_then(|l| l.lot);
    let Some(lot) = lot else {
        let what = bi("本召回没有暂扣这一批", "the recall holds no such lot");
        return Err(Refusal::new("recall.line", what).into());
    };
    release::lift_from(tx, lot, ORIGIN, by.officer, reason).await.map(drop)
}

/// Sums the recall up and closes it; refused while anything is unaccounted, unsettled or unchecked.
pub async fn close(tx: &mut Tx, by: &Actor, id: RecallId, summary: &str) -> Result<()> {
    tx.exec(sql::LOCK, vals![id]).await?;
    let r = read::must(tx, id).await?;
    registry::over_branch(by, Some(r.branch))?;
    stands(&r, &[State::Started])?;
    needs_text("summary", summary)?;
    let lines = lines(tx, id).await?;
    let rules = book::rules(tx).await?;
    let share =
        rules.pinned(&r.rule_version)?.pack.number(&format!("recall.class_{}_check_percent", r.class))?;
    let missing = gaps(&lines, share.value);
    if !missing.is_empty() {
        let what = bi("召回尚未核销清零", "the recall is not accounted for to zero");
        let mut no = Refusal::new("recall.open", what).clause(&share.citation);
        no.missing = missing;
        return Err(no.into());
    }
    let now = tx.now();
    if tx.exec(sql::CLOSE, vals![id, by.officer, now, summary.trim()]).await? == 0 {
        return Err(moved());
    }
    let all = sums(&lines);
    let by_unit = |pick: fn(&super::Sum) -> i64| -> BTreeMap<String, i64> {
        all.iter().map(|(unit, sum)| (unit.code().to_owned(), pick(sum))).collect()
    };
    let fact = RecallClosed {
        recall: id,
        operator: r.operator,
        plant: r.plant,
        distributed: by_unit(|s| s.distributed),
        accounted: by_unit(|s| s.accounted),
        estimated: by_unit(|s| s.estimated),
    };
    tx.append(id.subject(), by.officer, Some(r.branch), fact);
    Ok(())
}
