//! Figures follow the ledger by themselves: what is new is folded in short transactions, so that whoever writes
//! gets a turn in between, until nothing is left.

use crate::Desk;
use excellence::indicator::{self, Catalogue, Folded};
use kernel::Result;

/// Facts folded in one transaction of the background: some ten milliseconds.
const AT_ONCE: i64 = 4096;

/// Folds what is new, at most a few thousand facts; a turn without news takes no lock.
pub async fn fold_next(desk: &Desk, catalogue: &Catalogue) -> Result<Folded> {
    let mut tx = desk.read().await?;
    let due = indicator::is_due(&mut tx, catalogue).await?;
    let (upto, _) = indicator::folded(&mut tx).await?;
    drop(tx);
    if !due {
        return Ok(Folded { facts: 0, upto, anew: false, done: true });
    }
    fold_some(desk, catalogue, AT_ONCE).await
}

/// One turn of the background: folds what is new until nothing is left; gives how many facts that were.
pub async fn turn(desk: &Desk) -> Result<i64> {
    let catalogue = Catalogue::shipped()?;
    let mut facts = 0;
    loop {
        let folded = fold_next(desk, &catalogue).await?;
        facts += folded.facts;
        if folded.done {
            return Ok(facts);
        }
    }
}

/// Folds at most about `most` facts in one transaction.
async fn fold_some(desk: &Desk, catalogue: &Catalogue, most: i64) -> Result<Folded> {
    let mut tx = desk.begin().await?;
    let folded = indicator::fold(&mut tx, catalogue, most).await?;
    tx.commit().await?;
    Ok(folded)
}

/// Folds everything that is there, `at_once` facts a transaction; gives how many facts that were.
pub async fn fold_all(desk: &Desk, catalogue: &Catalogue, at_once: i64) -> Result<i64> {
    let mut facts = 0;
    loop {
        let folded = fold_some(desk, catalogue, at_once).await?;
        facts += folded.facts;
        if folded.done {
            return Ok(facts);
        }
    }
}
