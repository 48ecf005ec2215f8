//! What pages, API and the next stations read of reviews.

use super::{Outcome, Review, sql};
use kernel::{ClassReviewId, No, NotificationId, OfficerId, OperatorId, Refusal, Result, Timestamp, bi};
use store::{Row, Tx, vals};

pub(super) fn read(r: &Row) -> Result<Review> {
    let outcome: String = r.get(10)?;
    let all = [Outcome::Open, Outcome::Kept, Outcome::Lowered, Outcome::Restored];
    let outcome = all.into_iter().find(|o| o.code() == outcome);
    let (by, at): (Option<OfficerId>, Option<Timestamp>) = (r.get(13)?, r.get(14)?);
    Ok(Review {
        id: r.get(0)?,
        no: r.get(1)?,
        operator: r.get(2)?,
        branch: r.get(3)?,
        notification: r.get(4)?,
        rule_version: r.get(5)?,
        asked_by: r.get(6)?,
        opened_at: r.get(7)?,
        due_at: r.get(8)?,
        class_was: r.get(9)?,
        outcome: outcome.ok_or_else(|| No::fault("a review with an unknown outcome"))?,
        class_now: r.get(11)?,
        reason: r.get(12)?,
        decided: by.zip(at),
        back_at: r.get(15)?,
        restored_at: r.get(16)?,
    })
}

/// One review.
pub async fn one(tx: &mut Tx, id: ClassReviewId) -> Result<Option<Review>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()
}

pub(super) async fn must(tx: &mut Tx, id: ClassReviewId) -> Result<Review> {
    let none = || Refusal::new("class_review.not_found", bi("没有这项复核", "there is no such review"));
    one(tx, id).await?.ok_or_else(|| none().into())
}

/// Reviews, the newest first, from the one before the key on.
pub async fn list(
    tx: &mut Tx,
    before: Option<(Timestamp, ClassReviewId)>,
    limit: i64,
) -> Result<Vec<Review>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), ClassReviewId::from(kernel::MAX_UUID)));
    tx.all(sql::NEWEST, vals![at, id, limit.clamp(1, 200)]).await?.iter().map(read).collect()
}

/// Reviews that are to be decided, the soonest due first, from the one after the key on.
pub async fn open_ones(
    tx: &mut Tx,
    after: Option<(Timestamp, ClassReviewId)>,
    limit: i64,
) -> Result<Vec<Review>> {
    let (at, id) = after.unwrap_or((Timestamp(i64::MIN), ClassReviewId::from(kernel::MIN_UUID)));
    tx.all(sql::OWED, vals![at, id, limit.clamp(1, 200)]).await?.iter().map(read).collect()
}

/// The reviews that a notification demanded.
pub async fn of_notification(tx: &mut Tx, id: NotificationId) -> Result<Vec<Review>> {
    tx.all(sql::OF_NOTIFICATION, vals![id]).await?.iter().map(read).collect()
}

/// The reviews of an operator, the newest first.
pub async fn of_operator(tx: &mut Tx, id: OperatorId) -> Result<Vec<Review>> {
    tx.all(sql::OF_OPERATOR, vals![id]).await?.iter().map(read).collect()
}

/// Whether a lowered class may come back now.
pub async fn is_due(tx: &mut Tx) -> Result<bool> {
    let now = tx.now();
    Ok(tx.opt(sql::BACK, vals![now, 1_i64]).await?.is_some())
}
