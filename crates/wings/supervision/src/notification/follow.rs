//! What is done about a notification once it is attributed, or cannot be: cause, interviews, replies, closing.

use super::{
    Deed, Notification, Stage, act, act::needs_text, act::note, act::set_stage, act::stands, read, sql,
};
use crate::{correction, recall};
use kernel::{
    Actor, NotificationId, OperatorId, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{CauseFound, FollowUpClosed, Replied},
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
pub(super) async fn full_report_due(tx: &mut Tx, n: &Notification) -> Result<Timestamp> {
    let rules = book::rules(tx).await?;
    let days = rules.pinned(&n.rule_version)?.pack.number("notification.full_report_working_days")?.value;
    Ok(rules.calendar.end_of(n.received_at.date(), days))
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
    note(tx, by, id, &Deed::Cause { category: category.into(), evidence: evidence.trim().into() }).await?;
    tx.append(id.subject(), by.officer, None, CauseFound { notification: id, category: category.into() });
    Ok(())
}

/// What somebody of the plant was asked, and answered.
pub async fn interview(
    tx: &mut Tx,
    by: &Actor,
    id: NotificationId,
    (person, place, minutes): (&str, &str, &str),
) -> Result<()> {
    let n = act::must(tx, id).await?;
    stands(&n, &Stage::OPEN)?;
    needs_text("person", person)?;
    needs_text("place", place)?;
    needs_text("minutes", minutes)?;
    let told = |text: &str| text.trim().to_owned();
    let deed = Deed::Interviewed { person: told(person), place: told(place), minutes: told(minutes) };
    note(tx, by, id, &deed).await
}

/// A report to the authority. The final one needs the cause, or the statement that the goods cannot be attributed.
pub async fn reply(tx: &mut Tx, by: &Actor, id: NotificationId, text: &str, last: bool) -> Result<()> {
    let n = act::must(tx, id).await?;
    needs_text("text", text)?;
    let in_time = tx.now() <= n.due_at;
    let text = text.trim().to_owned();
    let deed = if last {
        stands(&n, &[Stage::Measures, Stage::NotAttributable])?;
        let due = if n.stage == Stage::NotAttributable { n.due_at } else { monitored_until(tx, &n).await? };
        set_stage(tx, &n, Stage::Replied, due).await?;
        Deed::FinalReport { text }
    } else {
        stands(&n, &Stage::OPEN)?;
        let due = full_report_due(tx, &n).await?;
        set_stage(tx, &n, n.stage, due).await?;
        Deed::Report { text }
    };
    note(tx, by, id, &deed).await?;
    tx.append(id.subject(), by.officer, None, Replied { notification: id, in_time, last });
    Ok(())
}

/// Until when a notification is watched after its final report.
async fn monitored_until(tx: &mut Tx, n: &Notification) -> Result<Timestamp> {
    let rules = book::rules(tx).await?;
    let days = rules.pinned(&n.rule_version)?.pack.number("notification.monitored_days")?.value;
    Ok(Timestamp(tx.now().0 + days * Timestamp::DAY))
}

/// Refuses while a recall has quantities to account for, a correction waits for its verification, or lots are held.
async fn nothing_open(tx: &mut Tx, n: &Notification) -> Result<()> {
    let what = bi("还有未了结的事项", "something is still open");
    let mut no = Refusal::new("notification.open", what);
    for r in recall::open_of(tx, n.id).await? {
        let needed = bi("召回核销清零后结案", "account for the recalled quantity and close the recall");
        no = no.missing("recall", r, needed);
    }
    for c in correction::open_of(tx, n.id).await? {
        no = no.missing("correction", c, bi("整改须经现场验证", "verify the correction on site"));
    }
    let held = tx.all(sql::HOLDS, vals![n.id]).await?.len();
    if held > 0 {
        let needed = bi("处置或解除因本通报暂扣的批次", "settle or free the lots that are held for it");
        no = no.missing("holds", held, needed);
    }
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

/// Closes a notification: one that is attributed is watched first, one that could not be is closed at once.
pub async fn close(tx: &mut Tx, by: &Actor, id: NotificationId, reason: &str) -> Result<Stage> {
    let n = act::must(tx, id).await?;
    stands(&n, &[Stage::Replied, Stage::Monitored])?;
    needs_text("reason", reason)?;
    nothing_open(tx, &n).await?;
    let reason = reason.trim().to_owned();
    let lots = read::attributed_lots(tx, id).await?;
    if n.stage == Stage::Replied && !lots.is_empty() {
        let until = monitored_until(tx, &n).await?;
        set_stage(tx, &n, Stage::Monitored, until).await?;
        note(tx, by, id, &Deed::Monitored { reason }).await?;
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
    note(tx, by, id, &Deed::Closed { reason: reason.clone() }).await?;
    closed(tx, by, &n, reason, false).await
}

/// New facts open a closed or monitored notification again: it is attributed anew.
pub async fn reopen(tx: &mut Tx, by: &Actor, id: NotificationId, reason: &str) -> Result<()> {
    let n = act::must(tx, id).await?;
    stands(&n, &[Stage::Closed, Stage::Monitored, Stage::Replied])?;
    needs_text("reason", reason)?;
    let rules = book::rules(tx).await?;
    let hours = rules.pinned(&n.rule_version)?.pack.number("notification.first_report_hours")?.value;
    let due = tx.now().plus_hours(hours);
    set_stage(tx, &n, Stage::Received, due).await?;
    let reason = reason.trim().to_owned();
    note(tx, by, id, &Deed::Reopened { reason: reason.clone() }).await?;
    closed(tx, by, &n, reason, true).await?;
    tx.exec(sql::ATTRIBUTED_CLEAR, vals![id]).await.map(drop)
}

/// The fact of closing or opening again, with the plant and hazard by which repeats are told.
async fn closed(tx: &mut Tx, by: &Actor, n: &Notification, reason: String, reopened: bool) -> Result<Stage> {
    let lot = read::attributed_lots(tx, n.id).await?.first().copied();
    let whose = match lot {
        Some(lot) => tx.opt(sql::LOT_PLANT, vals![lot]).await?,
        None => None,
    };
    let branch: Option<UnitId> = whose.as_ref().map(|r| r.get(1)).transpose()?;
    let operator: Option<OperatorId> = whose.as_ref().map(|r| r.get(2)).transpose()?;
    let fact = FollowUpClosed {
        notification: n.id,
        reason,
        reopened,
        attributed: lot.is_some(),
        plant: n.plant,
        operator,
        hazard_category: n.notice.hazard_category.clone(),
    };
    tx.append(n.id.subject(), by.officer, branch, fact);
    Ok(if reopened { Stage::Received } else { Stage::Closed })
}
