//! Evidence: what a unit's daily work left in the ledger. Another unit's work proves nothing of it.

use super::sql;
use crate::indicator::{Catalogue, kinds};
use kernel::{Excellence, No, Refusal, Result, UnitId, bi};
use registry::people::{self, Unit};
use store::{Tx, ledger, ledger::Stored, vals};

/// Facts looked at of each kind, and at the head of the ledger.
const LOOK: i64 = 1000;

/// Whether a fact with this unit is the work of a unit. Acts of the bureau itself carry no branch.
fn is_of(own: &Unit, unit: Option<UnitId>) -> bool {
    match unit {
        None => own.kind == "bureau",
        Some(u) => u == own.id || own.branch == Some(u),
    }
}

/// Adds to a refusal every number that the ledger does not have, or that is another unit's work: with whose it is.
pub(crate) async fn not_own(tx: &mut Tx, mut no: Refusal, unit: UnitId, facts: &[i64]) -> Result<Refusal> {
    let own =
        people::unit(tx, unit).await?.ok_or_else(|| No::fault("evidence for a unit that is not there"))?;
    for seq in facts {
        let Some(r) = tx.opt(sql::FACT, vals![*seq]).await? else {
            no = no.missing("facts", seq, bi("账本中没有这一条", "the ledger has no such fact"));
            continue;
        };
        let whose: Option<UnitId> = r.get(0)?;
        if is_of(&own, whose) {
            continue;
        }
        let other = match whose {
            Some(u) => people::unit(tx, u).await?.map(|u| u.name),
            None => Some(bi("局本级", "the bureau itself")),
        };
        let other = other.unwrap_or_else(|| bi("其他单位", "another unit"));
        let needed = bi(
            format!("第 {seq} 条是{}的记录，须为{}自己的记录", other.zh, own.name.zh),
            format!("fact {seq} is the work of {}: it must be of {} itself", other.en, own.name.en),
        );
        no = no.missing("facts", seq, needed);
    }
    Ok(no)
}

/// The latest facts of a unit's own work, at most so many: first those that its indicator counts, then others of its
/// daily work. What was decided about brands is no work of the unit.
pub async fn recent(
    tx: &mut Tx,
    c: &Catalogue,
    indicator: &str,
    unit: UnitId,
    most: usize,
) -> Result<Vec<Stored>> {
    let Some(own) = people::unit(tx, unit).await? else { return Ok(Vec::new()) };
    let mut found: Vec<Stored> = Vec::new();
    let counted = c.newest(indicator).map(kinds).unwrap_or_default();
    for kind in &counted {
        let page = ledger::page(tx, i64::MAX, LOOK, Some(kind.as_str())).await?;
        found.extend(page.into_iter().filter(|f| is_of(&own, f.unit.map(UnitId))).take(most));
    }
    found.sort_by_key(|f| std::cmp::Reverse(f.seq));
    found.truncate(most);
    let fits = |f: &Stored| {
        is_of(&own, f.unit.map(UnitId))
            && !Excellence::KINDS.contains(&f.kind.as_str())
            && !counted.contains(&f.kind)
    };
    let left = most - found.len();
    if left > 0 {
        let page = ledger::page(tx, i64::MAX, LOOK, None).await?;
        found.extend(page.into_iter().filter(fits).take(left));
    }
    Ok(found)
}
