//! Targeting again, after an amendment: the pinned rules decide anew, but nobody amends himself out of a check.

use super::{Aimed, sql, target};
use kernel::{DeclarationId, Result, UnitId, supervision::CheckAdded};
use store::{Tx, vals};

/// Decides the lane again under the pinned rules. A consignment that was selected stays selected, whatever the
/// new draw says; one that is selected only now, after it was accepted, gets its check like one that is added.
/// Alerts that act by then bear on it.
pub async fn retarget(tx: &mut Tx, declaration: DeclarationId) -> Result<Aimed> {
    let r = tx.one(sql::STANDS, vals![declaration]).await?;
    let (before, stage, branch): (bool, String, UnitId) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let aimed = target(tx, declaration).await?;
    let selected: bool = tx.one(sql::STANDS, vals![declaration]).await?.get(0)?;
    if before && !selected {
        tx.exec(sql::SET_SELECTED, vals![declaration]).await?;
    }
    if selected && !before {
        let reason = "更改后重新布控抽中 / selected when targeted again after an amendment";
        tell_check(tx, (declaration, branch), &stage, reason);
    }
    Ok(aimed)
}

/// Tells that a consignment is selected only now: one that was accepted already gets its check like one that is added,
/// one that waits for its acceptance is inspected anyway.
pub(super) fn tell_check(
    tx: &mut Tx,
    (declaration, branch): (DeclarationId, UnitId),
    stage: &str,
    reason: &str,
) {
    if !["lodged", "returned"].contains(&stage) {
        let fact = CheckAdded { declaration, reason: reason.into() };
        tx.append(declaration.subject(), None, Some(branch), fact);
    }
}

/// Selects a consignment because a rule outside the lane table asks for it; one that was accepted already gets its
/// check like one that is added. Gives whether it was not selected before.
pub(crate) async fn select_by_rule(tx: &mut Tx, declaration: DeclarationId, reason: &str) -> Result<bool> {
    let r = tx.one(sql::STANDS, vals![declaration]).await?;
    let (before, stage, branch): (bool, String, UnitId) = (r.get(0)?, r.get(1)?, r.get(2)?);
    if before {
        return Ok(false);
    }
    tx.exec(sql::SET_SELECTED, vals![declaration]).await?;
    tell_check(tx, (declaration, branch), &stage, reason);
    Ok(true)
}
