//! What pages, API and the next stations read of notifications.

use super::{Candidate, Deed, Notice, Notification, Stage, Step, sql};
use kernel::{LotId, No, NotificationId, Result, Timestamp};
use store::{Row, Tx, vals};

/// Which notifications a list shows.
#[derive(Clone, Copy, Debug)]
pub enum Filter {
    /// All, the newest first, from the one before the key on.
    Before(Option<(Timestamp, NotificationId)>),
    /// Those at a stage, the soonest due first, from the one after the key on.
    At(Stage, Option<(Timestamp, NotificationId)>),
}

fn read(r: &Row) -> Result<Notification> {
    let stage: String = r.get(19)?;
    let origin: String = r.get(7)?;
    let notice = Notice {
        source: r.get(2)?,
        reference: r.get(3)?,
        kind: r.get(4)?,
        notified_on: r.get(5)?,
        notifier: r.get(6)?,
        origin: origin.split("; ").filter(|o| !o.is_empty()).map(str::to_owned).collect(),
        product: r.get(8)?,
        category: r.get(9)?,
        hazard: r.get(10)?,
        hazard_category: r.get(11)?,
        serious: r.get(12)?,
        market: r.get(13)?,
        port: r.get(14)?,
        plant: r.get(15)?,
        lot_no: r.get(16)?,
    };
    Ok(Notification {
        id: r.get(0)?,
        no: r.get(1)?,
        notice,
        plant: r.get(17)?,
        own: r.get(18)?,
        stage: Stage::parse(&stage).ok_or_else(|| No::fault(format!("no stage {stage}")))?,
        rule_version: r.get(20)?,
        received_at: r.get(21)?,
        due_at: r.get(22)?,
    })
}

/// One notification.
pub async fn one(tx: &mut Tx, id: NotificationId) -> Result<Option<Notification>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()
}

/// Notifications, page by page.
pub async fn list(tx: &mut Tx, filter: Filter, limit: i64) -> Result<Vec<Notification>> {
    let limit = limit.clamp(1, 200);
    let rows = match filter {
        Filter::Before(key) => {
            let (at, id) = key.unwrap_or((Timestamp(i64::MAX), NotificationId::from(kernel::MAX_UUID)));
            tx.all(sql::LIST, vals![at, id, limit]).await?
        }
        Filter::At(stage, key) => {
            let (at, id) = key.unwrap_or((Timestamp(i64::MIN), NotificationId::from(kernel::MAX_UUID)));
            tx.all(sql::LIST_AT, vals![at, id, limit, stage.code()]).await?
        }
    };
    rows.iter().map(read).collect()
}

/// The lots that a notification may be about, the most likely first.
pub async fn candidates(tx: &mut Tx, id: NotificationId) -> Result<Vec<Candidate>> {
    let rows = tx.all(sql::CANDIDATES, vals![id]).await?;
    rows.iter()
        .map(|r| {
            let reasons: String = r.get(5)?;
            Ok(Candidate {
                lot: r.get(0)?,
                lot_no: r.get(1)?,
                declaration: r.get(2)?,
                declaration_no: r.get(3)?,
                confidence_ppm: r.get(4)?,
                reasons: serde_json::from_str(&reasons)?,
            })
        })
        .collect()
}

/// What was done about a notification, in its order.
pub async fn steps(tx: &mut Tx, id: NotificationId) -> Result<Vec<Step>> {
    let rows = tx.all(sql::STEPS, vals![id]).await?;
    rows.iter()
        .map(|r| {
            let body: String = r.get(1)?;
            let deed: Deed = serde_json::from_str(&body)?;
            Ok(Step { id: r.get(0)?, deed, officer: r.get(2)?, at: r.get(3)? })
        })
        .collect()
}

/// One notification by its number.
pub async fn by_no(tx: &mut Tx, no: &str) -> Result<Option<Notification>> {
    tx.opt(sql::BY_NO, vals![no]).await?.map(|r| read(&r)).transpose()
}

/// Notifications by their number here or at their source, at most ten; a number here may be typed from its beginning.
pub async fn by_reference(tx: &mut Tx, typed: &str) -> Result<Vec<Notification>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let (from, to) = (typed.to_uppercase(), format!("{}\u{9fa5}", typed.to_uppercase()));
    let mut all: Vec<Notification> =
        tx.all(sql::NO_BEGINS, vals![from, to]).await?.iter().map(read).collect::<Result<_>>()?;
    for r in tx.all(sql::BY_REFERENCE, vals![typed]).await? {
        let n = read(&r)?;
        if all.iter().all(|known| known.id != n.id) {
            all.push(n);
        }
    }
    Ok(all)
}

/// The follow-ups that are not over, the soonest due first, from the one after the key on.
pub async fn open(
    tx: &mut Tx,
    after: Option<(Timestamp, NotificationId)>,
    limit: i64,
) -> Result<Vec<Notification>> {
    let mut all = Vec::new();
    for stage in Stage::OPEN {
        all.extend(list(tx, Filter::At(stage, after), limit).await?);
    }
    all.sort_by_key(|n| (n.due_at, n.id));
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// How many follow-ups are not over; not counted beyond `most`.
pub async fn count_open(tx: &mut Tx, most: i64) -> Result<i64> {
    let mut n = 0;
    for stage in Stage::OPEN {
        n += tx.one(sql::COUNT_AT, vals![stage.code(), most]).await?.get::<i64>(0)?;
    }
    Ok(n.min(most))
}

/// The lots that the panel attributed a notification to.
pub async fn attributed_lots(tx: &mut Tx, id: NotificationId) -> Result<Vec<LotId>> {
    tx.all(sql::ATTRIBUTED, vals![id]).await?.iter().map(|r| r.get(0)).collect()
}
