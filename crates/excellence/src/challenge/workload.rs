//! The workload guard: how many contests of one quarter touch the same unit, or the same officer.

use super::sql;
use kernel::{ChallengeId, Date, OfficerId, Result, UnitId};
use store::{Tx, vals};

/// The quarters that lie between two days, each by its first and last day.
pub(super) fn quarters(from: Date, to: Date) -> Vec<(Date, Date)> {
    let first_of = |day: Date| Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).unwrap_or(day);
    let mut all = Vec::new();
    let mut first = first_of(from);
    while first <= to {
        let Ok(next) = first.checked_add(jiff::Span::new().months(3)) else { break };
        all.push((first, next.yesterday().unwrap_or(next)));
        first = next;
    }
    all
}

/// Most contests that already touch one of these units in one of the quarters between two days.
pub(super) async fn of_units(tx: &mut Tx, units: &[UnitId], from: Date, to: Date) -> Result<i64> {
    let mut most = 0;
    for (first, last) in quarters(from, to) {
        for unit in units {
            let contests: i64 = tx.one(sql::TOUCHING, vals![*unit, first, last]).await?.get(0)?;
            most = most.max(contests);
        }
    }
    Ok(most)
}

/// Most other contests that an officer takes part in, in one of the quarters between two days.
pub(super) async fn of_officer(
    tx: &mut Tx,
    officer: OfficerId,
    other_than: ChallengeId,
    from: Date,
    to: Date,
) -> Result<i64> {
    let mut most = 0;
    for (first, last) in quarters(from, to) {
        let n: i64 = tx.one(sql::OFFICER_IN, vals![officer, other_than, first, last]).await?.get(0)?;
        most = most.max(n);
    }
    Ok(most)
}
