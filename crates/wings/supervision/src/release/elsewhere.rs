//! Holds that other rooms lay on a lot: an alert, a trace, a recall. Release is refused while one is open.

use super::{DESK, Outcome, act, sql};
use kernel::{
    DeclarationId, LotId, No, OfficerId, Refusal, Result, SettlementId, UnitId, bi,
    supervision::{HoldLifted, Settled},
};
use store::{Tx, vals};

/// A hold from elsewhere.
#[derive(Clone, Debug)]
pub struct Hold<'a> {
    /// The lot.
    pub lot: LotId,
    /// Which room holds it: `alert`, `trace`, `recall`; never `desk`.
    pub origin: &'a str,
    /// Reason code of that room.
    pub reason: &'a str,
    /// In words.
    pub note: &'a str,
    /// The officer behind it; none when a rule did it.
    pub officer: Option<OfficerId>,
}

async fn declaration_of(tx: &mut Tx, lot: LotId) -> Result<(DeclarationId, UnitId)> {
    let r = tx.opt(sql::LOT, vals![lot]).await?;
    let r =
        r.ok_or_else(|| No::from(Refusal::new("release.lot", bi("没有该批次", "there is no such lot"))))?;
    Ok((r.get(2)?, r.get(3)?))
}

/// Holds a lot from elsewhere, whatever its stage, unless it has its final outcome. The same room holds it once.
pub async fn hold_from(tx: &mut Tx, hold: &Hold<'_>) -> Result<SettlementId> {
    let (declaration, branch) = declaration_of(tx, hold.lot).await?;
    let d = act::open(tx, declaration).await?;
    let file = d.lots.iter().find(|l| l.id == hold.lot).ok_or_else(|| No::fault("a lot without its file"))?;
    if let Some(s) = file.settlements.iter().find(|s| s.ended.is_none() && s.outcome.is_final()) {
        let needed = bi(
            "已放行或处置：转后续处置（追踪、召回）",
            "it is out of the gate: trace and recall it instead",
        );
        return Err(Refusal::new(
            "release.settled",
            bi("该批次已有最终处置", "the lot has its final outcome"),
        )
        .missing("outcome", s.outcome.code(), needed)
        .into());
    }
    if let Some(s) = file.settlements.iter().find(|s| s.ended.is_none() && s.origin == hold.origin) {
        return Ok(s.id);
    }
    if hold.origin == DESK || hold.origin.is_empty() {
        return Err(No::fault("the desk's own hold goes through its gate"));
    }
    let (id, now) = (tx.id::<SettlementId>(), tx.now());
    let row = vals![
        id,
        declaration,
        hold.lot,
        branch,
        hold.origin,
        Outcome::Hold.code(),
        hold.reason,
        act::clean(hold.note),
        "[]",
        hold.officer,
        None::<kernel::AuthorisationId>,
        &d.declaration.rule_version,
        now
    ];
    tx.exec(sql::ADD, row).await?;
    let fact = Settled {
        settlement: id,
        declaration,
        lot: hold.lot,
        outcome: Outcome::Hold.code().into(),
        basis: hold.reason.into(),
        by_rule: hold.officer.is_none(),
        complete: false,
        accepted_at: d.declaration.accepted_at,
        rule_version: d.declaration.rule_version.clone(),
    };
    tx.append(declaration.subject(), hold.officer, Some(branch), fact);
    Ok(id)
}

/// The room that held a lot lets it go. Gives whether there was such a hold.
pub async fn lift_from(
    tx: &mut Tx,
    lot: LotId,
    origin: &str,
    officer: Option<OfficerId>,
    reason: &str,
) -> Result<bool> {
    let (declaration, branch) = declaration_of(tx, lot).await?;
    tx.exec(sql::LOCK, vals![declaration]).await?;
    let Some(r) = tx.opt(sql::HELD_BY, vals![lot, origin]).await? else { return Ok(false) };
    let id: SettlementId = r.get(0)?;
    let now = tx.now();
    tx.exec(sql::END, vals![id, now, officer, "lifted", act::clean(reason)]).await?;
    let fact = HoldLifted { settlement: id, declaration, lot, reason: act::clean(reason) };
    tx.append(declaration.subject(), officer, Some(branch), fact);
    Ok(true)
}
