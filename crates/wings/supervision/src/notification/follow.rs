//! What is done about a notification: attribution by a panel, cause, replies, closing.

use super::{Notification, Stage, act, act::note, act::set_stage, act::stands, sql};
use kernel::{
    Actor, LotId, NotificationId, OfficerId, OperatorId, PlantId, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{Attributed, CauseFound, FollowUpClosed, Replied},
};
use registry::rules as book;
use store::{Tx, vals};

/// Cause categories.
pub const CAUSES: [&str; 8] = [
    "raw_material",
    "farm_input",
    "process",
    "storage_transport",
    "labelling",
    "fraud",
    "test_disagreement",
    "unknown",
];

/// Until when the full report is due.
async fn full_report_due(tx: &mut Tx, n: &Notification) -> Result<Timestamp> {
    let rules = book::rules(tx).await?;
    let days = rules.pinned(&n.rule_version)?.pack.number("notification.full_report_working_days")?.value;
    Ok(rules.calendar.end_of(n.received_at.date(), days))
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
    let rules = book::rules(tx).await?;
    let least = rules.pinned(&n.rule_version)?.pack.number("notification.panel_min")?;
    let mut no = Refusal::new("notification.panel", bi("归因不成立", "this attribution does not stand"));
    let mut members = panel.to_vec();
    members.sort();
    members.dedup();
    if i64::try_from(members.len()).unwrap_or(0) < least.value {
        let needed = bi(format!("至少 {} 人", least.value), format!("at least {} officers", least.value));
        no = no.clause(&least.citation).missing("panel", members.len(), needed);
    }
    if lots.is_empty() || lots.len() > 200 {
        no = no.missing("lots", lots.len(), bi("至少一批，至多 200 批", "at least one lot, at most 200"));
    }
    if finding.trim().is_empty() {
        no = no.missing("finding", "", bi("写明认定理由", "say what it rests on"));
    }
    let mut plant: Option<PlantId> = n.plant;
    for lot in lots {
        let Some(r) = tx.opt(sql::LOT_PLANT, vals![*lot]).await? else {
            no = no.missing("lots", lot, bi("没有这一批", "there is no such lot"));
            continue;
        };
        plant = r.get::<Option<PlantId>>(0)?.or(plant);
        for member in &members {
            no = conflict(tx, no, *member, r.get(1)?, r.get(2)?).await?;
        }
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let due = full_report_due(tx, &n).await?;
    set_stage(tx, &n, Stage::Attributed, due).await?;
    note(tx, by, id, "attributed", &format!("{finding}\n{members:?}\n{lots:?}")).await?;
    let hours = (tx.now().0 - n.received_at.0) / Timestamp::HOUR;
    let fact = Attributed { notification: id, lots: lots.to_vec(), plant, hours };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(())
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

/// The goods cannot be found, and the panel says why.
pub async fn not_attributable(tx: &mut Tx, by: &Actor, id: NotificationId, reason: &str) -> Result<()> {
    let n = act::must(tx, id).await?;
    stands(&n, &[Stage::Received, Stage::Insufficient])?;
    needs_text("reason", reason)?;
    set_stage(tx, &n, Stage::NotAttributable, n.due_at).await?;
    note(tx, by, id, "not_attributable", reason).await?;
    let hours = (tx.now().0 - n.received_at.0) / Timestamp::HOUR;
    tx.append(
        id.subject(),
        by.officer,
        None,
        Attributed { notification: id, lots: vec![], plant: None, hours },
    );
    Ok(())
}

/// The cause, with the evidence that it rests on.
pub async fn find_cause(
    tx: &mut Tx,
    by: &Actor,
    id: NotificationId,
    category: &str,
    evidence: &str,
) -> Result<()> {
    let n = act::must(tx, id).await?;
    stands(&n, &[Stage::Attributed])?;
    needs_text("evidence", evidence)?;
    if !CAUSES.contains(&category) {
        let what = bi("原因类别无法识别", "the cause category is unknown");
        let needed = bi(CAUSES.join("、"), CAUSES.join(", "));
        return Err(Refusal::new("notification.cause", what).missing("category", category, needed).into());
    }
    set_stage(tx, &n, Stage::Measures, n.due_at).await?;
    note(tx, by, id, "cause", &format!("{category}\n{evidence}")).await?;
    tx.append(id.subject(), by.officer, None, CauseFound { notification: id, category: category.into() });
    Ok(())
}

/// A report to the authority. The final one needs the cause, or the statement that the goods cannot be attributed.
pub async fn reply(tx: &mut Tx, by: &Actor, id: NotificationId, text: &str, last: bool) -> Result<()> {
    let n = act::must(tx, id).await?;
    needs_text("text", text)?;
    let in_time = tx.now() <= n.due_at;
    if last {
        stands(&n, &[Stage::Measures, Stage::NotAttributable])?;
        let due = if n.stage == Stage::NotAttributable { n.due_at } else { monitored_until(tx, &n).await? };
        set_stage(tx, &n, Stage::Replied, due).await?;
    } else {
        let open = [
            Stage::Received,
            Stage::Insufficient,
            Stage::Attributed,
            Stage::NotAttributable,
            Stage::Measures,
        ];
        stands(&n, &open)?;
        let due = full_report_due(tx, &n).await?;
        set_stage(tx, &n, n.stage, due).await?;
    }
    note(tx, by, id, if last { "final_report" } else { "report" }, text).await?;
    tx.append(id.subject(), by.officer, None, Replied { notification: id, in_time, last });
    Ok(())
}

/// Until when a notification is watched after its final report.
async fn monitored_until(tx: &mut Tx, n: &Notification) -> Result<Timestamp> {
    let rules = book::rules(tx).await?;
    let days = rules.pinned(&n.rule_version)?.pack.number("notification.monitored_days")?.value;
    Ok(Timestamp(tx.now().0 + days * Timestamp::DAY))
}

/// Closes a notification: one that was attributed is watched for a year first, one that could not be is closed at once.
pub async fn close(tx: &mut Tx, by: &Actor, id: NotificationId, reason: &str) -> Result<Stage> {
    let n = act::must(tx, id).await?;
    stands(&n, &[Stage::Replied, Stage::Monitored])?;
    needs_text("reason", reason)?;
    let attributed = super::read::steps(tx, id).await?.iter().any(|s| s.what == "attributed");
    if n.stage == Stage::Replied && attributed {
        let until = monitored_until(tx, &n).await?;
        set_stage(tx, &n, Stage::Monitored, until).await?;
        note(tx, by, id, "monitored", reason).await?;
        return Ok(Stage::Monitored);
    }
    if n.stage == Stage::Monitored && tx.now() < n.due_at {
        let what = bi("监控期未满", "the time of monitoring is not over");
        let needed = bi(format!("到 {} 为止", n.due_at.date()), format!("it runs until {}", n.due_at.date()));
        return Err(Refusal::new("notification.monitoring", what)
            .missing("due_at", n.due_at.date(), needed)
            .into());
    }
    set_stage(tx, &n, Stage::Closed, n.due_at).await?;
    note(tx, by, id, "closed", reason).await?;
    let fact = FollowUpClosed { notification: id, reason: reason.into(), reopened: false };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(Stage::Closed)
}

/// New facts open a closed or monitored notification again.
pub async fn reopen(tx: &mut Tx, by: &Actor, id: NotificationId, reason: &str) -> Result<()> {
    let n = act::must(tx, id).await?;
    stands(&n, &[Stage::Closed, Stage::Monitored, Stage::Replied])?;
    needs_text("reason", reason)?;
    let rules = book::rules(tx).await?;
    let hours = rules.pinned(&n.rule_version)?.pack.number("notification.first_report_hours")?.value;
    let due = tx.now().plus_hours(hours);
    set_stage(tx, &n, Stage::Received, due).await?;
    note(tx, by, id, "reopened", reason).await?;
    let fact = FollowUpClosed { notification: id, reason: reason.into(), reopened: true };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(())
}

fn needs_text(field: &str, text: &str) -> Result<()> {
    if (1..=20_000).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    let what = bi("缺少说明", "an explanation is missing");
    let needed = bi("1 至 20000 字", "1 to 20,000 characters");
    Err(Refusal::new("notification.text", what).missing(field, text.chars().count(), needed).into())
}
